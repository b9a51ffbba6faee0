# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""native_depth.py PYTHON HOPS: works below a stack of PYTHON Python frames, of which HOPS are called
not by Python but by C: by max(), sorted(), qsort(3) by way of ctypes, and functools.partial, in turn.

Works on every CPU it may use, with a process on each. Ends when its parent does.
"""
import ctypes
import functools
import os
import sys

CALL = "inner(a, b)"
HOPS = ("max((0,), key=inner)", "sorted((0,), key=inner)",
        "qsort(pair, 2, ctypes.sizeof(ctypes.c_int), compare(inner))", "partial(inner)()")
PAIR = ctypes.c_int * 2
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
QSORT = ctypes.CDLL(None).qsort


def spin(a=None, b=None):
    while os.getppid() == parent:
        for _ in range(200):
            work = 0
            for i in range(30):
                work += i * i & 7
    os._exit(0)


def level(index, inner, way):
    """A function with a name and code of its own that calls the inner one in a way."""
    made = {"inner": inner, "partial": functools.partial, "qsort": QSORT, "pair": PAIR(2, 1),
            "compare": COMPARE, "ctypes": ctypes}
    source = "def level_%02d(a=None, b=None):\n    return %s\n" % (index, way)
    exec(compile(source, "levels_%02d.py" % index, "exec"), made)
    return made["level_%02d" % index]


def levels(count, hops):
    """The outermost of so many functions; the hops are spread evenly among them."""
    function = spin
    for index in reversed(range(count)):
        before, now = index * hops // count, (index + 1) * hops // count
        function = level(index, function, HOPS[before % len(HOPS)] if now > before else CALL)
    return function


def work_on_each_cpu():
    """Returns once on each CPU, in a process of its own there; the parent of that one."""
    above, own, cpus = os.getppid(), os.getpid(), sorted(os.sched_getaffinity(0))
    for cpu in cpus:
        if cpu == cpus[-1] or os.fork() == 0:
            os.sched_setaffinity(0, {cpu})
            return above if cpu == cpus[-1] else own


python, hops = int(sys.argv[1]), int(sys.argv[2])
parent = work_on_each_cpu()
# The module and spin() are two of the frames.
levels(python - 2, hops)()
