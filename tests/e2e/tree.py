# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings of tree.sh.

Times that the kernel charged to a whole child (wait4) hold its exec and its exit too, moments of
which some lie outside what a sample can hit: 8 % and a few samples instead of 5 %.
"""
import os

from folded import (Folded, Report, check_complete, check_counts, check_received, check_shares,
                    check_sums, is_python, name_of, near, need, python_stack, truth)


def pool(run):
    folded, _, report = check_sums(run)
    told = truth(run + ".out")
    check_counts({name: folded.under(name) for name in told["used"]}, told["used"], 999, 5)
    check_complete(report)
    check_received(report, 5)
    need(report.process_count >= 1 + told["workers"], report.processes)
    need(all(process["python"] for process in report.processes), "not all are Pythons:", report.processes)
    busy = [process for process in report.processes if process["cpu"] > 0.05]
    for process in busy:
        near(process["samples"], process["cpu"] * 999, process["cpu"] * 999 * 0.05 + 8,
             "samples of process %d" % process["pid"])


def subprocesses(run):
    folded, _, report = check_sums(run)
    told = truth(run + ".out")
    check_received(report, 5)
    check_complete(report)
    need(report.process_count >= 6, report.processes)
    in_sh = folded.total(lambda frames: frames[0] == "sh" and not any(map(is_python, frames)))
    check_counts({"sh": in_sh}, {"sh": told["sh"]}, 999, 8, extra=8)
    children = folded.under("in_the_child")
    check_counts({"children": children}, {"children": told["python"] + told["python_below_sh"]}, 999, 20)
    names = {process["name"] for process in report.processes}
    need({"sh", "true"} <= names, "processes:", names)


def first_only(run):
    folded, _, report = check_sums(run)
    need(report.process_count == 1, report.processes)
    need(not folded.under("in_the_child"), "the children were followed")
    need(not folded.total(lambda frames: frames[0] == "sh"), "sh was followed")
    need(report.received, "nothing was seen of the first process")


def short_children(run):
    folded, _, report = check_sums(run)
    told = truth(run + ".out")
    # A child that was hit between fork and exec is listed as what it was before, too.
    need(told["count"] < report.process_count <= 2 * told["count"] + 1, report.process_count, "processes")
    check_received(report, 5)
    whole = next(process for process in sorted(report.processes, key=lambda process: process["pid"]))
    children = report.received - whole["samples"]
    check_counts({"children": children}, {"children": told["children"]}, 999, 8)
    # Each starts up for 8 ms or more, and burns the rest of its 20 ms in its one function.
    burnt = folded.under("short_life")
    need(burnt >= 0.2 * children, "only", burnt, "samples of", children, "are in short_life")
    # An interpreter that lives so short has a great part of its samples at its borders.
    check_complete(report, 99)


def daemon_inside(run, path):
    folded, _, report = check_sums(run)
    told = truth(path)
    os.unlink(path)
    check_counts({"in_the_daemon": folded.under("in_the_daemon"),
                  "in_the_program": folded.under("in_the_program")},
                 {"in_the_daemon": told["in_the_daemon"], "in_the_program": 0.6}, 999, 5)
    check_complete(report)
    need(report.process_count == 3, report.processes)


def daemon_left(run):
    folded, _, report = check_sums(run)
    check_counts({"in_the_program": folded.under("in_the_program")}, {"in_the_program": 0.3}, 999, 8)
    daemon = folded.under("in_the_daemon")
    need(daemon > 50, "only", daemon, "samples of the daemon")
    check_received(report, 5)


def started(run, name):
    folded, _, report = check_sums(run)
    used = truth(run + ".out")
    counts = {function: folded.own(function) for function in used}
    check_shares(counts, used, 3)  # 400 samples: one of them is a quarter of a point
    check_counts(counts, used, 999, 5, extra=5)
    check_complete(report, 99)  # as few: two that are torn may be
    roots = {frames[0] for frames, _ in folded.stacks if name_of(python_stack(frames)[-1]) in used}
    need(roots == {name[:15]}, "the process is called", roots)
    need([process["name"] for process in report.processes if process["python"]] == [name[:15]],
         report.processes)


def functions(run):
    """Each function that is told of has its samples."""
    folded, _, report = check_sums(run)
    used = truth(run + ".out")
    check_counts({name: folded.under(name) for name in used}, used, 999, 5, extra=5)
    check_received(report, 5)
    check_complete(report)


def deep_import(run):
    folded, told = Folded(run + "/profile.folded"), truth(run + ".out")
    chains = folded.chains("at_import")
    need(len(chains) == 1, len(chains), "chains")
    modules = [frame for frame in chains[0] if frame == "<module>"]
    need(len(modules) == told["depth"] + 1, len(modules), "modules of", told["depth"] + 1)
    check_counts({"at_import": folded.own("at_import")}, {"at_import": told["at_import"]}, 999, 5)
    files = [frame.split("/")[-1] for frame in folded.frames("<module>") if "/link_" in frame]
    need(len(files) == told["depth"], files)
    check_complete(Report(run + "/profile.ltsbpf"))
