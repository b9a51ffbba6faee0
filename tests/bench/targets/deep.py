# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""deep.py DEPTH FUNCTIONS [COUNTS]: works below a stack of DEPTH frames of so many functions.

With a file COUNTS: publishes in its first 8 bytes how often it went round. Without one: works on
every CPU it may use, with a process on each. Ends when its parent does.
"""
import mmap
import os
import sys


def spin(counter, parent):
    count = 0
    while os.getppid() == parent:
        for _ in range(200):
            work = 0
            for i in range(30):
                work += i * i & 7
            count += 1
            counter[0] = count


def levels(functions):
    """Functions that call each other in turn, each with a name and code of its own."""
    made = {}
    for index in range(functions):
        source = ("def level_%02d(depth, counter, parent):\n"
                  "    if depth > 1:\n"
                  "        return level_%02d(depth - 1, counter, parent)\n"
                  "    return spin(counter, parent)\n" % (index, (index + 1) % functions))
        made["spin"] = spin
        exec(compile(source, "levels_%02d.py" % index, "exec"), made)
    return made["level_00"]


depth, functions = int(sys.argv[1]), int(sys.argv[2])
sys.setrecursionlimit(depth + 1000)
parent, counter = os.getppid(), memoryview(bytearray(8)).cast("Q")
if len(sys.argv) > 3:
    with open(sys.argv[3], "r+b") as stream:
        counter = memoryview(mmap.mmap(stream.fileno(), 8)).cast("Q")
else:
    cpus = sorted(os.sched_getaffinity(0))
    own = os.getpid()
    for cpu in cpus:
        if cpu == cpus[-1] or os.fork() == 0:
            os.sched_setaffinity(0, {cpu})
            parent = parent if cpu == cpus[-1] else own
            break
# The module and spin() are two of the frames.
levels(functions)(depth - 2, counter, parent)
