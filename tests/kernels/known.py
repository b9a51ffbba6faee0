# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""
A program whose profile is known, however fast or uneven the machine is.

Three functions share the CPU 2 : 1 : 1, in many rounds of different lengths, so that no clock keeps
step with them. Before them comes a child that executes this file anew and computes in a builtin,
behind them one that is forked and computes in the kernel. The lines marked "# hot" are where the
three spend their time. judge.py reads the marks and the shares.
"""
import os
import sys
import time

SHARES = {"half": 0.5, "quarter": 0.25, "bottom": 0.25}
DEPTH = 150
EXIT_STATUS = 7
PARENT_S, CHILD_S = 3.0, 1.0


class Work:
    def half(self, count):
        for _ in range(2 * count):  # hot
            pass  # hot


def quarter(count):
    for _ in range(count):  # hot
        pass  # hot


def bottom(count):
    for _ in range(count):  # hot
        pass  # hot


def descend(count, depth):
    if depth:
        descend(count, depth - 1)
    else:
        bottom(count)


def forked(count, zeroes=os.open("/dev/zero", os.O_RDONLY), buffer=bytearray(65536)):
    for _ in range(count // 100):
        os.readv(zeroes, [buffer])


def executed(count):
    sum(range(count))


def repeat(seconds, round_of_work):
    """CPU seconds, in rounds of 10 000 to 26 383 turns."""
    number, end = 1, time.process_time() + seconds
    while time.process_time() < end:
        number = (number * 1103515245 + 12345) % 2**31
        round_of_work(10000 + number // 2**17)


def one_round(count):
    Work().half(count)
    quarter(count)
    descend(count, DEPTH)


def main():
    # The machine has one CPU: were the profiler's turns as long as ours, which of the two a tick
    # finds would be chance.
    os.setpriority(os.PRIO_PROCESS, 0, -10)
    if sys.argv[1:] == ["child"]:
        repeat(CHILD_S, executed)
        return
    os.spawnv(os.P_WAIT, sys.executable, [sys.executable, __file__, "child"])
    repeat(PARENT_S, one_round)
    pid = os.fork()
    if pid == 0:
        repeat(CHILD_S, forked)
        os._exit(0)
    os.waitpid(pid, 0)
    print("known: done")
    sys.exit(EXIT_STATUS)


if __name__ == "__main__":
    main()
