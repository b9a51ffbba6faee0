# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""numpy_pandas.py rounds ROUNDS | count FILE | spin: a mix of what programs do with NumPy and pandas.

rounds: a fixed amount of work, so that the time of two runs can be compared. count: publishes in the
first 8 bytes of a file how much work it did, in ns that the same took at the start, until its parent
ends. spin: works on every CPU it may use, with a process on each, until its parent ends.
"""
import json
import mmap
import os
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is imported

import numpy as np
import pandas as pd

random = np.random.default_rng(1)
square = random.random((60, 60))
values = random.random(5000)
wave = random.random(4096)
frame = pd.DataFrame({"key": random.integers(0, 50, 3000), "value": random.random(3000)})
series = pd.Series(random.random(3000))
names = pd.DataFrame({"key": range(50), "name": ["name %d" % i for i in range(50)]})
texts = pd.Series(["text %d" % i for i in range(150)])


def scaled(value):
    return value * 3 + 1


STEPS = (
    lambda: square @ square,
    lambda: np.linalg.solve(square, values[:60]),
    lambda: np.sort(values),
    lambda: np.sqrt(np.exp(values) + values * values).sum(),
    lambda: np.fft.rfft(wave),
    lambda: np.histogram(values, bins=40),
    lambda: frame.groupby("key")["value"].sum(),
    lambda: series.rolling(20).mean(),
    lambda: frame[:300].merge(names, on="key"),
    lambda: frame.sort_values("value"),
    lambda: series[:300].apply(scaled),
    lambda: texts.str.upper(),
    lambda: sum(value * 2 for value in range(3000)),
    lambda: sorted(range(300), key=scaled),
)


def timed(step):
    begin = time.perf_counter_ns()
    step()
    return time.perf_counter_ns() - begin


def usual_times():
    """(step, ns) of each step: the median, when everything has been loaded."""
    for step in STEPS:
        step()
    return [(step, int(statistics.median(timed(step) for _ in range(15)))) for step in STEPS]


def count_work(file):
    with open(file, "r+b") as stream:
        done = memoryview(mmap.mmap(stream.fileno(), 8)).cast("Q")
    parent, steps = os.getppid(), usual_times()
    while os.getppid() == parent:
        for step, ns in steps:
            step()
            done[0] += ns


def spin():
    above, own, cpus = os.getppid(), os.getpid(), sorted(os.sched_getaffinity(0))
    for cpu in cpus:
        if cpu == cpus[-1] or os.fork() == 0:
            os.sched_setaffinity(0, {cpu})
            break
    parent = above if cpu == cpus[-1] else own
    while os.getppid() == parent:
        for step in STEPS:
            step()


def do_rounds(rounds):
    begin = time.process_time()
    for _ in range(rounds):
        for step in STEPS:
            step()
    print(json.dumps({"cpu": time.process_time() - begin}))


if sys.argv[1] == "count":
    count_work(sys.argv[2])
elif sys.argv[1] == "spin":
    spin()
else:
    do_rounds(int(sys.argv[2]))
