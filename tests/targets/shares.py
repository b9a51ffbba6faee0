# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""shares.py [SECONDS]: f takes two thirds of the CPU time, g one third, in turns. Prints both."""
import json
import random
import sys
import time

used = {"f": 0.0, "g": 0.0}


def f(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        sum(range(100))  # g has no such line
    used["f"] += time.thread_time() - start


def g(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    used["g"] += time.thread_time() - start


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    chance = random.Random(1)  # rounds of equal length could keep step with the samples
    rounds = [chance.uniform(0.5, 1.5) for _ in range(100)]
    for part in rounds:
        f(seconds * part / sum(rounds) * 2 / 3)
        g(seconds * part / sum(rounds) / 3)
    print(json.dumps(used))


main()
