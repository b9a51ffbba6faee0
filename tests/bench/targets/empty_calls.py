# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""empty_calls.py plain|setprofile|cprofile [CALLS]: prints what a call of an empty function takes, in
ns with the loop around it: the median of rounds."""
import cProfile
import sys
import time

ROUNDS = 25


def empty():
    pass


def one_round(calls):
    begin = time.perf_counter()
    for _ in range(calls):
        empty()
    return (time.perf_counter() - begin) / calls * 1e9


def main():
    calls = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
    if sys.argv[1] == "setprofile":
        sys.setprofile(lambda frame, event, argument: None)
    profile = cProfile.Profile()
    if sys.argv[1] == "cprofile":
        profile.enable()
    rounds = sorted(one_round(calls) for _ in range(ROUNDS))
    profile.disable()
    sys.setprofile(None)
    print("%.1f" % rounds[ROUNDS // 2])


main()
