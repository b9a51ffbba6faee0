# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""call_times.py: calls whose times are known. Prints them in JSON: seconds of the functions that
take some by design, and nanoseconds that one turn of the loop with the empty call takes. The loop runs in
one thread after the other, and each has counts of its own: in most of them nothing comes between."""
import json
import statistics
import threading
import time

THREADS, TURNS = 20, 5000
turns_ns = []
used = {}


def sleeping():
    start = time.perf_counter()
    time.sleep(0.05)
    used["sleeping"] = time.perf_counter() - start


def burning():
    start = time.perf_counter()
    while time.perf_counter() - start < 0.05:
        pass
    used["burning"] = time.perf_counter() - start


def both():
    sleeping()
    burning()


def empty():
    pass


def loop(turns):
    for _ in range(turns):
        empty()


def in_thread():
    start = time.perf_counter()
    loop(TURNS)
    turns_ns.append((time.perf_counter() - start) / TURNS * 1e9)


both()
for _ in range(THREADS):
    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join()
used["both"] = used["sleeping"] + used["burning"]
print(json.dumps({"used": used, "threads": THREADS, "turns": TURNS,
                  "turn_ns": statistics.median(turns_ns)}))
