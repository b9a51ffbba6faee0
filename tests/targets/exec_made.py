# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""exec_made.py [ROUNDS [SECONDS]]: functions made by exec(), used and freed, one after the other.

Each round's function has its own name, file name and first line, and is gone before the next is
made, so that CPython gives its code object's address to a later one. Prints the CPU time of each,
and how many addresses were used more than once.
"""
import gc
import json
import sys
import time

SOURCE = """%sdef %s(clock, seconds):
    start = clock()
    while clock() - start < seconds:
        pass
    return clock() - start
"""


def make(number):
    name = "made_%03d" % number
    scope = {}
    source = SOURCE % ("\n" * number, name)
    exec(compile(source, "/nowhere/generated_%03d.py" % number, "exec"), scope)
    return scope[name]


def run(number, seconds):
    function = make(number)
    address = id(function.__code__)
    return address, function(time.thread_time, seconds)


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
used = {}
addresses = []
for number in range(rounds):
    address, used["made_%03d" % number] = run(number, seconds / rounds)
    addresses.append(address)
    gc.collect()
print(json.dumps({"used": used, "reused": rounds - len(set(addresses))}))
