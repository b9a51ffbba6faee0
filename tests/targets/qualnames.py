# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""qualnames.py [SECONDS]: functions that only their qualified names and first lines tell apart."""
import json
import sys
import time

told = []


def burn(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    return time.thread_time() - start


class First:
    def __init__(self, seconds):
        tell(First.__init__, burn(seconds))

    class Inner:
        @staticmethod
        def work(seconds):
            tell(First.Inner.work, burn(seconds))


class Second:
    def __init__(self, seconds):
        tell(Second.__init__, burn(seconds))


def outer():
    def work(seconds):
        tell(work, burn(seconds))
    return work


def tell(function, cpu):
    told.append({"name": function.__name__, "qualname": function.__qualname__,
                 "line": function.__code__.co_firstlineno, "cpu": cpu})


seconds = (float(sys.argv[1]) if len(sys.argv) > 1 else 1.0) / 10
First(4 * seconds)
First.Inner.work(3 * seconds)
Second(2 * seconds)
outer()(seconds)
print(json.dumps(told))
