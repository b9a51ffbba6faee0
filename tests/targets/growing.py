# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""growing.py CPU_SECONDS: grower has about a fifth of the time, times the environment's SCALE."""
import os
import sys
import time


def grower(rounds):
    total = 0
    for i in range(rounds):
        total += i * i % 7
    return total


def others(rounds):
    total = 0
    for i in range(rounds):
        total += i * i % 7
    return total


def main():
    scale = float(os.environ.get("SCALE", "1"))
    end = time.process_time() + float(sys.argv[1])
    while time.process_time() < end:
        grower(int(2000 * scale))
        others(8000)


main()
