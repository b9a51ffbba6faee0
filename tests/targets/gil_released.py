# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""gil_released.py [SECONDS]: threads that spend their time in C code which has let go of the GIL."""
import hashlib
import json
import os
import sys
import threading
import time
import zlib

used = {}
data = os.urandom(1 << 20)


def compressing(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        zlib.compress(data, 6)
    used["compressing"] = time.thread_time() - start


def hashing(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        hashlib.sha256(data).digest()
    used["hashing"] = time.thread_time() - start


def sleeping(seconds):
    start = time.thread_time()
    time.sleep(seconds)
    used["sleeping"] = time.thread_time() - start


seconds = (float(sys.argv[1]) if len(sys.argv) > 1 else 1.0) / 2
threads = [threading.Thread(target=function, args=(seconds,))
           for function in (compressing, hashing, sleeping)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(used))
