# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""lines.py [SECONDS]: one function whose time is spent on two lines, 4 to 1. Prints their numbers."""
import json
import sys
import time

NUMBERS = [number * 7919 % 10007 for number in range(10000)]


def two_lines(seconds, clock=time.thread_time):
    hot = warm = 0.0
    while hot + warm < seconds:
        start = clock()
        [sorted(NUMBERS), sorted(NUMBERS), sorted(NUMBERS), sorted(NUMBERS)]
        between = clock()
        sorted(NUMBERS)
        hot += between - start
        warm += clock() - between
    return hot, warm


hot, warm = two_lines(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
first = two_lines.__code__.co_firstlineno
print(json.dumps({"hot_line": first + 4, "hot": hot, "warm_line": first + 6, "warm": warm}))
