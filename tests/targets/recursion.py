# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""recursion.py [DEPTH [SECONDS]]: burns CPU time below DEPTH activations of one function."""
import json
import sys
import time


def at_the_bottom(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    return time.thread_time() - start


def descend(depth, seconds):
    if depth > 1:
        return descend(depth - 1, seconds)
    return at_the_bottom(seconds)


depth = int(sys.argv[1]) if len(sys.argv) > 1 else 900
sys.setrecursionlimit(depth + 1000)
seconds = descend(depth, float(sys.argv[2]) if len(sys.argv) > 2 else 0.5)
print(json.dumps({"depth": depth, "at_the_bottom": seconds}))
