# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""subinterpreters.py [SECONDS]: two threads with an interpreter of their own each (3.14 and later)."""
import concurrent.interpreters
import json
import sys
import threading
import time

SOURCE = """
import time
def in_a_subinterpreter(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
in_a_subinterpreter(%f)
"""


def in_the_main_one(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass


seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
interpreters = [concurrent.interpreters.create() for _ in range(2)]
threads = [threading.Thread(target=interpreter.exec, args=(SOURCE % (seconds / 3),))
           for interpreter in interpreters]
for thread in threads:
    thread.start()
in_the_main_one(seconds / 3)
for thread in threads:
    thread.join()
for interpreter in interpreters:
    interpreter.close()
print(json.dumps({"in_a_subinterpreter": seconds * 2 / 3, "in_the_main_one": seconds / 3}))
