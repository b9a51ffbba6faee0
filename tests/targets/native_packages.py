# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""native_packages.py SECONDS: time in the compiled code of the packages that are there, each under a
Python function of its own. The last line tells of each function its CPU time."""
import json
import sys
import time

seconds = float(sys.argv[1])
told = {}


def again(function, *arguments):
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        function(*arguments)
    told[function.__name__] = time.process_time() - begin


def matmul_inner(left, right):
    return left @ right


def sort_inner(values):
    return numpy.sort(values)


def exp_inner(values):
    return numpy.exp(values)


def groupby_inner(frame):
    return frame.groupby("key").sum()


def order_inner(frame):
    return frame.sort_values("value")


def compiled_inner(loop, number):
    return loop(number)


def sum_of_squares(number):
    total = 0.0
    for i in range(number):
        total += (i ^ 3) * 0.5 / (1 + i)
    return total


def alone_inner(rust, count):
    return rust(count)


def called_inner(rust, function):
    return rust(function)


def callback_inner():
    return sum(range(100000))


def parallel_inner(rust, count):
    return rust(count)


try:
    import numpy
    random = numpy.random.default_rng(1)
    square = random.random((400, 400))
    again(matmul_inner, square, square)
    again(sort_inner, random.random(200000))
    again(exp_inner, random.random(200000))
except ImportError:
    pass
try:
    import pandas
    table = pandas.DataFrame({"key": random.integers(0, 1000, 200000), "value": random.random(200000)})
    again(groupby_inner, table)
    again(order_inner, table)
except ImportError:
    pass
try:
    import numba
    compiled = numba.njit(sum_of_squares)
    compiled(1)  # compiles it
    again(compiled_inner, compiled, 3000000)
except ImportError:
    pass
try:
    import native_rust
    again(alone_inner, native_rust.rust_alone, 500)
    again(called_inner, native_rust.rust_call, callback_inner)
    again(parallel_inner, native_rust.rust_parallel, 2000)
except ImportError:
    pass
print(json.dumps(told))
