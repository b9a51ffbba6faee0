# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""native_extended.py SECONDS: native_python.py with an extension, which is found in PYTHONPATH."""
import sys
import time

import native_extension

try:
    import greenlet
except ImportError:
    greenlet = None

seconds = float(sys.argv[1])


def burn():
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        for _ in range(200):
            pass


def called_inner():
    burn()


def called_middle():
    native_extension.call(called_inner)


def called_outer():
    native_extension.call(called_middle)


def cthread_inner():
    burn()


def cthread_outer():
    native_extension.in_thread(cthread_inner)


def spin_inner(ticks=[100000]):
    native_extension.spin(ticks[0])


def spin_outer():
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        spin_inner()


def green_inner(other):
    burn()
    other.switch()


def green_middle(other):
    native_extension.call(lambda: green_inner(other))


def green_outer():
    """Two stacks that take turns, each with Python above C above Python."""
    first = greenlet.greenlet(lambda: green_middle(second))
    second = greenlet.greenlet(lambda: green_middle(greenlet.getcurrent().parent))
    first.switch()


def run(function, expect):
    start = time.process_time()
    function()
    print("expect %s %.4f" % (expect, time.process_time() - start))


CALL = "+extension_call|native_extension.call;+extension_inside"
run(called_outer, "called_outer;%s;called_middle;%s;called_inner;burn" % (CALL, CALL))
run(cthread_outer, "**;+extension_thread;+extension_inside;cthread_inner;burn")
run(spin_outer, "spin_outer;spin_inner;+extension_spin")
if greenlet:
    run(green_outer, "**;<lambda>;green_middle;%s;<lambda>;green_inner;burn" % CALL)
