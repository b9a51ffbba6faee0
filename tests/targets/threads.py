# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""threads.py [SECONDS]: three named threads and the main one, each with a function of its own."""
import json
import sys
import threading
import time

used = {}


def burn(name, seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        sum(range(50))
    used[name] = time.thread_time() - start


def first(seconds):
    burn("first", seconds)


def second(seconds):
    burn("second", seconds)


def third(seconds):
    burn("third", seconds)


def on_the_main_thread(seconds):
    burn("on_the_main_thread", seconds)


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
threads = [
    threading.Thread(target=first, args=(0.1 * seconds,)),
    threading.Thread(target=second, args=(0.2 * seconds,)),
    threading.Thread(target=third, args=(0.4 * seconds,)),
]
for thread in threads:
    thread.start()
on_the_main_thread(0.3 * seconds)
for thread in threads:
    thread.join()
print(json.dumps(used))
