#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What cProfile says of a program, as counted calls for counted_calls.c, and back.

counted_calls.py make TRUTH TIMED OVER_BUDGET    prints the records, writes cProfile's file TRUTH
counted_calls.py compare TRUTH FILE.stats        FILE has the same calls, and times if it says so
"""
import cProfile
import marshal
import pstats
import sys

SELF_ONLY, HIDDEN, UNSEEN = 9001, 9002, 9003  # fingerprints of functions made up


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)


def numbers():
    yield from range(3)


def key(item):
    return -item


class Thing:
    def __init__(self, value):
        self.value = value


def never_sampled():
    return sorted(numbers(), key=key)


def program():
    for n in range(5):
        fibonacci(n + 4)
        even(n)
        never_sampled()
        Thing(n)
    return odd(30)


def share(parts, whole):
    """Splits the whole number into parts, none larger than told, all but the last full."""
    for part in parts:
        taken = min(part, whole)
        whole -= taken
        yield taken


def print_calls(table, places):
    """Every function has two code objects, as in two processes: pairs go to them in turn."""
    turn = 0
    for callee, (cc, nc, tt, ct, callers) in table.items():
        edges = [(places[caller], *numbers) for caller, numbers in callers.items()]
        nobody = nc - sum(edge[1] for edge in edges)
        if nobody:
            rest_tt = tt - sum(edge[3] for edge in edges)
            edges.append((0, nobody, nobody, rest_tt, ct))
        primitives = share([edge[1] for edge in edges], cc)
        for (caller, calls, pair_primitive, own, pair_total), primitive in zip(edges, primitives):
            turn += 1
            print("calls", caller and caller + turn % 2, places[callee] + turn // 2 % 2, calls,
                  primitive, pair_primitive, round(own * 1e9), round(ct * 1e9),
                  round(pair_total * 1e9), sep="\t")
            ct = 0  # the function's whole time comes with its first caller


def make(truth, timed, over_budget):
    profiler = cProfile.Profile(builtins=False)
    profiler.runcall(program)
    profiler.dump_stats(truth)
    table = profiler.stats
    places = {function: 2 * i + 2 for i, function in enumerate(table)}
    for (path, line, name), place in places.items():
        for copy in (0, 1):
            print("function", place + copy, line, name, f"{copy}.{name}", path, sep="\t")
    for fingerprint, name in ((SELF_ONLY, "self_only"), (HIDDEN, "hidden"), (UNSEEN, "unseen")):
        print("function", fingerprint, 1, name, name, "made_up.py", sep="\t")
    place_of = {name: place for (_, _, name), place in places.items()}
    main, fib = place_of["program"], place_of["fibonacci"]
    for count, stack in ((300, (fib, fib, fib, main)), (20, (place_of["even"], main)),
                         (5, (main,)), (7, (UNSEEN, main)), (3, (SELF_ONLY, SELF_ONLY)),
                         (2, (fib + 1, main + 1))):
        print("stack", count, *stack, sep="\t")
    print_calls(table, places)
    # Active before counting began: calls by itself alone, and calls by one that no sample hit.
    print("calls", SELF_ONLY, SELF_ONLY, 5, 0, 5, 5000, 0, 5000, sep="\t")
    print("calls", HIDDEN, fib, 0, 0, 0, 0, 0, 0, sep="\t")
    print("state", timed, over_budget, sep="\t")


def near(a, b):
    return abs(a - b) < 1e-6


def same(ours, theirs, timed):
    return ours[:2] == theirs[:2] and (
        not timed or near(ours[2], theirs[2]) and near(ours[3], theirs[3]))


def compare(truth, path):
    theirs, ours = pstats.Stats(truth).stats, pstats.Stats(path).stats
    with open(path, "rb") as stream:
        root = next(iter(marshal.load(stream)))
    timed = "wall times" in root[2]
    for function, row in theirs.items():
        assert same(ours[function], row, timed), (function, ours[function], row)
        callers = {caller: numbers for caller, numbers in ours[function][4].items() if numbers[0]}
        nobody = row[1] - sum(numbers[0] for numbers in row[4].values())
        assert callers.pop(root, (0,))[0] == nobody, (function, "by nobody")
        assert callers.keys() == row[4].keys(), (function, callers, row[4])
        for caller, numbers in callers.items():
            assert same(numbers, row[4][caller], timed), (function, caller, numbers, row[4])
    calls = {function[2]: row[1] for function, row in ours.items()}
    assert calls["unseen"] == calls["hidden"] == calls["<process python3>"] == 0, calls
    assert calls["self_only"] == 5 and len(theirs) == 8, calls


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    compare(*sys.argv[2:])
