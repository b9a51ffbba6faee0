# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""lines.py [SECONDS]: one function whose time is spent on two lines, 4 to 1. Prints their numbers."""
import json
import sys
import time


def two_lines(seconds, clock=time.thread_time):
    spent = [0.0, 0.0]
    while sum(spent) < seconds:
        before = clock()
        sum([number * number for number in range(1)] or [sorted(BIG)]); sorted(BIG); sorted(BIG); sorted(BIG)
        between = clock()
        sorted(BIG)
        spent[0] += between - before
        spent[1] += clock() - between
    return spent


BIG = [number * 7919 % 10007 for number in range(20000)]
spent = two_lines(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)
first = two_lines.__code__.co_firstlineno
print(json.dumps({"hot": first + 4, "warm": first + 6, "spent": spent}))
