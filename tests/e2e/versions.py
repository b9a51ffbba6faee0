# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings that versions.sh makes with each Python.

The truth is what the programs read from their own CPU clocks. Where the host of a virtual machine
takes the CPU away for less than a sampling period, the clock of the samples runs on and that of the
program does not: some percent more or less, so absolute numbers get 5 %. Shares do not suffer.
"""
from folded import (Folded, Report, Stats, check_complete, check_counts, check_received,
                    check_shares, check_sums, name_of, near, need, truth)


def shares(run, version):
    folded, _, report = check_sums(run)
    used = truth(run + ".out")
    counts = {name: folded.own(name) for name in used}
    # Promised: 2 points over 5 s. The clock is regular, so that half the time does.
    check_shares(counts, used, 2)
    check_complete(report)
    check_counts(counts, used, 999, 5)
    check_received(report, 5)
    need([process["python"] for process in report.processes] == [version], report.processes)
    for name in used:
        chains = [chain[1:] for chain in folded.chains(name)]
        need(chains == [("<module>", "main", name)], name, "is called by", chains)


def lines(run):
    told, report = truth(run + ".out"), Report(run + "/profile.ltsbpf")
    top = report.hottest[0]
    need(top["label"].startswith("two_lines ("), "hottest:", top)
    need(top["line"] == told["hot_line"], "line", top["line"], "not", told["hot_line"])
    # 500 samples, and the calls of the clock are on a line of their own: within 5 points.
    near(100 * top["line_percent"] / top["percent"],
         100 * told["hot"] / (told["hot"] + told["warm"]), 5, "its share of the function")


def qualnames(run, version, path):
    folded, stats = Folded(run + "/profile.folded"), Stats(run + "/profile.stats")
    told = truth(run + ".out")
    qualified = [int(part) for part in version.split(".")] >= [3, 11]
    for each in told:
        label = "%s (%s:%d)" % (each["qualname" if qualified else "name"], path, each["line"])
        check_counts({label: folded.under(label)}, {label: each["cpu"]}, 999, 5)
        key = path, each["line"], each["name"]
        need(key in stats.table, "pstats has no", key)
    functions = {name_of(frame) for frame in folded.frames() if path in frame}
    wanted = {each["qualname" if qualified else "name"] for each in told}
    need(functions <= wanted | {"<module>", "burn", "First", "Second", "First.Inner", "Inner", "tell", "outer"},
         "other functions:", functions)


CALLERS = {
    "in_a_generator": ["<module>", "generator"],
    "below_yield_from": ["<module>", "delegating", "inner"],
    "below_await": ["loop", "awaiting", "awaited"],
    "in_a_task": ["task"],
}


def generators(run):
    folded, used = Folded(run + "/profile.folded"), truth(run + ".out")
    check_counts({name: folded.under(name) for name in used}, used, 999, 5)
    for name, callers in CALLERS.items():
        chains = [chain for chain in folded.chains("burn") if name in chain]
        need(chains, "no stack through", name)
        for chain in chains:
            before = list(chain[:chain.index(name)])
            need(before[-len(callers):] == callers, name, "is called by", before)
            need(chain[1] == "<module>", "the root is", chain[:2])


def recursion(run):
    folded, told = Folded(run + "/profile.folded"), truth(run + ".out")
    chains = folded.chains("at_the_bottom")
    need(len(chains) == 1, len(chains), "different stacks end at the bottom")
    need(list(chains[0][1:]) == ["<module>"] + ["descend"] * told["depth"] + ["at_the_bottom"],
         len(chains[0]), "frames:", chains[0][:4], "...", chains[0][-3:])
    check_counts({"at_the_bottom": folded.own("at_the_bottom")},
                 {"at_the_bottom": told["at_the_bottom"]}, 999, 5)
    check_complete(Report(run + "/profile.ltsbpf"))
