#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must come out of the scripts that probes.sh has run by tests/targets/fake_python.c.

probes.py [CASE...]: their scripts, as one; default: all cases but those that end the program.
"""
import pstats
import re
import sys

from folded import Folded, Report, near, need

NOBODY = "nobody"


class Case:
    """A script, and what is to be counted: {function: (calls, primitive, {caller: (calls,
    primitive)})}. Where entries are not seen, some functions are counted otherwise."""

    def __init__(self, script, counted, by_returns=None):
        self.script = script
        self.counted = {"both": counted, "returns": {**counted, **(by_returns or {})}}


def once(caller=NOBODY):
    return 1, 1, {caller: (1, 1)}


def times(count, caller=NOBODY):
    return count, count, {caller: (count, count)}


NEVER = 0, 0, {}
CASES = {
    "nested": Case(
        "nested{f{g{h}g}f{h}3*h}",
        {"nested": once(), "f": times(2, "nested"), "g": times(2, "f"),
         "h": (5, 5, {"g": (1, 1), "f": (1, 1), "nested": (3, 3)})}),
    "recursion": Case(
        "2*recursion{r^300{s}}",
        {"recursion": times(2), "r": (600, 2, {"recursion": (2, 2), "r": (598, 2)}),
         "s": times(2, "r")}),
    "mutual": Case(
        "mutual{even{odd{even{odd}}}odd}",
        {"mutual": once(), "even": (2, 1, {"mutual": (1, 1), "odd": (1, 1)}),
         "odd": (3, 2, {"even": (2, 1), "mutual": (1, 1)})}),
    "many": Case("many{m#5000}", {"many": once(), **{"m%d" % i: once("many") for i in range(5000)}}),
    "reused": Case(
        "reused{2*old{x.a} !reuse:old:middle middle{x.a} !reuse:middle:new 3*new{x.b}}",
        {"old": times(2, "reused"), "middle": once("reused"), "new": times(3, "reused"),
         "x.a": (3, 3, {"old": (2, 2), "middle": (1, 1)}), "x.b": times(3, "new")}),
    "generator": Case(
        "made{+gen 3*@gen{y} z} gen.b{+gen @gen{y}}",
        {"made": once(), "gen": (4, 4, {"made": (3, 3), "gen.b": (1, 1)}),
         "y": times(4, "gen"), "z": once("made")}),
    "unmatched": Case(
        "unmatched{v(w)w} v()",
        {"unmatched": once(), "v": (2, 2, {"unmatched": (1, 1), NOBODY: (1, 1)}),
         "w": (2, 2, {"v": (1, 1), "unmatched": (1, 1)})}),
    "unmatched at the root": Case(
        "lost^30(found)found",
        {"lost": (30, 1, {NOBODY: (1, 1), "lost": (29, 1)}),
         "found": (2, 2, {"lost": (1, 1), NOBODY: (1, 1)})}),
    "left": Case(
        "left{k[l[]]n} n",
        {"left": once(), "k": once("left"), "l": once("k"), "n": (2, 2, {"left": (1, 1), NOBODY: (1, 1)})},
        {"k": NEVER, "l": NEVER}),
    "left from far": Case(
        "far{near{k.far^40[] n.far}} n.far",
        {"far": once(), "near": once("far"), "k.far": NEVER,
         "n.far": (2, 2, {"near": (1, 1), NOBODY: (1, 1)})}),
    "threads": Case(
        "threads{!threads:4{100*t{u^3} t2<u2<u3>>} after}",
        {"threads": once(), "after": once("threads"), "t": (400, 400, {NOBODY: (400, 400)}),
         "u": (1200, 400, {"t": (400, 400), "u": (800, 400)}), "t2": (4, 4, {NOBODY: (4, 4)}),
         "u2": (4, 4, {"t2": (4, 4)}), "u3": times(4, "u2")}),
    "fork": Case(
        "p{c1 !fork{c2 d<e>} c3}",
        {"c1": once("p"), "c2": once("p"), "c3": once("p"), "d": once("p"), "e": once("d")},
        {"p": times(2)}),
    "clone": Case(
        "q{b1 !clone{b2} b3}",
        {"q": (2, 2, {NOBODY: (2, 2)}), "b1": once("q"), "b2": once("q"), "b3": times(2, "q")}),
    # These end the program.
    "exit": Case("i{j{!exit:9}}", {"i": once(), "j": once("i")}, {"i": NEVER, "j": NEVER}),
    "exec": Case(
        "before{called !exec{2*behind{called}}}",
        {"before": once(), "called": (3, 3, {"before": (1, 1), "behind": (2, 2)}),
         "behind": times(2)}),
}
ENDS = "exit", "exec"


def rows(path):
    """{name: (calls, primitive, {caller: (calls, primitive)})}; samples make callers of no calls."""
    table = pstats.Stats(path).stats
    root = next(key for key, row in table.items() if not row[4])

    def name(key):
        return NOBODY if key == root else key[2]
    found = {}
    for key, (primitive, calls, _, _, callers) in table.items():
        need(name(key) not in found, "twice:", key, "and", found.get(name(key)))
        found[name(key)] = calls, primitive, {
            name(caller): row[:2] for caller, row in callers.items() if row[0]}
    return found


def counted(run, mode, name):
    found = rows(run + "/profile.stats")
    for function, expected in CASES[name].counted[mode].items():
        need(found.get(function, NEVER) == expected, function, "is", found.get(function),
             "not", expected)


def all_counted(run, uncounted):
    """The report tells of so many uncounted calls."""
    match = re.search(r"(\d+)  calls without .* \(uncounted\)", Report(run + "/profile.ltsbpf").text)
    near(int(match[1]) if match else 0, int(uncounted), 0, "uncounted calls")


def deep(run, depth):
    """1024 calls of a thread are known at a time, d.root is one of them."""
    found = rows(run + "/profile.stats")
    calls = min(int(depth), 1023)
    expected = calls, 1, {"d.root": (1, 1), "d": (calls - 1, 1)}
    need(found["d"] == expected, "d is", found["d"], "not", expected)
    need(found["d.after"] == once("d.root"), "d.after is", found["d.after"])
    need(found["d.root"] == once(), "d.root is", found["d.root"])


def deep_by_returns(run, depth):
    """All are counted, though of each 1024 nobody is known to have called the outermost."""
    calls, _, callers = rows(run + "/profile.stats")["d"]
    need(calls == int(depth), "d is called", calls, "times, not", depth)
    need(callers.get("d.root", (0,))[0] == 1, "by d.root:", callers)


def timed(run):
    """Times by the probes: asleep in `slow` 2 x 100 ms, in `outer` 50 ms."""
    table = {key[2]: row for key, row in pstats.Stats(run + "/profile.stats").stats.items()}
    near(table["slow"][2], 0.22, 0.08, "own time of slow")
    near(table["outer"][2], 0.07, 0.03, "own time of outer")
    near(table["outer"][3], 0.3, 0.1, "whole time of outer")
    near(table["fast"][3], 0, 0.01, "whole time of fast")


def collections(run):
    text = Report(run + "/profile.ltsbpf").text
    head = re.search(r"^Garbage collections \((\d+), (\S+) s of wall time\):$", text, re.M)
    need(head, "no collections in", text)
    found = {int(gen): (int(count), float(total), float(longest), int(objects))
             for total, gen, count, longest, objects in re.findall(
                 r"^ +(\S+) ms  gen (\d): (\d+), longest (\S+) ms, (\d+) objects$", text, re.M)}
    expected = {0: (4, 90, 30, 5 + 7 + 50000 + 70000), 1: (3, 45, 25, 5 + 0 + 0),
                2: (4, 410, 380, 5 + 100 + 100000 + 1)}
    need(int(head[1]) == 11, head[0])
    need(found.keys() == expected.keys(), found)
    for generation, (count, total, longest, objects) in expected.items():
        need(found[generation][0] == count, generation, "is", found[generation])
        need(found[generation][3] == objects, generation, "has", found[generation][3], "objects, not",
             objects)
        need(total <= found[generation][1] < total + 100, generation, "is", found[generation])
        need(longest <= found[generation][2] < longest + 60, generation, "is", found[generation])


def sampled_collection(run):
    """300 ms in the collection itself, 80 in what it calls, 60 before and behind."""
    folded = Folded(run + "/profile.folded")
    found = {}
    for frames, count in folded.stacks:
        names = tuple(frame.split(" (", 1)[0] for frame in frames)
        if "trigger" in names:
            found[names[names.index("trigger"):]] = found.get(names[names.index("trigger"):], 0) + count
    need(set(found) == {("trigger",), ("trigger", "[gc gen 2]"), ("trigger", "[gc gen 2]", "finalizer")},
         found)
    near(found["trigger", "[gc gen 2]"], 300, 30, "samples in the collection")
    near(found["trigger", "[gc gen 2]", "finalizer"], 80, 12, "samples in the finalizer")
    near(found["trigger",], 60, 12, "samples outside")


def imports(run):
    text = Report(run + "/profile.ltsbpf").text
    lines = text.split("\nImports (", 1)[1].split("\n\n", 1)[0].splitlines()
    rows_of = {}
    for line in lines[1:]:
        total, own, indent, module, parent, count = re.fullmatch(
            r" +(\S+) ms +(\S+) ms  ( *)(\S+)(?: \(in (\S+)\))?(?:, (\d+) times)?", line).groups()
        need(module not in rows_of, "twice:", module)
        rows_of[module] = float(total), float(own), parent, int(count or 1), len(indent)
    expected = {"outer": (90, 30, None, 1), "outer.inner": (60, 20, "outer", 2),
                "leaf": (40, 40, "outer.inner", 2), "n" * 127: (10, 10, None, 1),
                "never.ended": (0, 0, None, 1), "ended.by.parent": (5, 5, "parent", 1),
                "parent": (5, 0, None, 1)}
    need(rows_of.keys() == expected.keys(), sorted(rows_of), "not", sorted(expected))
    for module, (total, own, parent, count) in expected.items():
        row = rows_of[module]
        need(row[2:4] == (parent, count), module, "is", row)
        if module != "never.ended":
            need(total <= row[0] < total + 60 and own <= row[1] < own + 60, module, "is", row)


def goes_on(run):
    """Counting ended, sampling did not."""
    folded, report = Folded(run + "/profile.folded"), Report(run + "/profile.ltsbpf")
    need("(--calls-budget)" in report.text, report.text)
    near(folded.own("later"), 500, 100, "samples of later")
    calls = {key[2]: row[1] for key, row in pstats.Stats(run + "/profile.stats").stats.items()}
    need(1000 < calls["often"] < 3000000, calls["often"], "calls were counted")
    need(calls.get("rare", 0) == 0, calls.get("rare"), "calls were counted afterwards")


if __name__ == "__main__":
    print(*(CASES[name].script for name in sys.argv[1:] or CASES
            if sys.argv[1:] or name not in ENDS))
