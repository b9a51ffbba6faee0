# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings of targets/gil_released.py and targets/threads.py."""
from folded import Folded, Report, check_complete, check_counts, check_sums, name_of, need, truth


def gil_released(run):
    folded, used = Folded(run + "/profile.folded"), truth(run + ".out")
    # A thread's first and last moments belong to it too, but are not measured by its clock.
    check_counts({name: folded.under(name) for name in used}, used, 999, 5)
    for name in ("compressing", "hashing"):
        for chain in folded.chains(name):
            need(chain[-2:] == ("Thread.run", name) or chain[-2:] == ("run", name),
                 name, "is called by", chain)
            need(chain[-4:-2] in (("Thread._bootstrap", "Thread._bootstrap_inner"),
                                  ("_bootstrap", "_bootstrap_inner"),
                                  ("Thread._bootstrap_inner", "Context.run")), chain)
    check_complete(Report(run + "/profile.ltsbpf"))


def threads(run):
    folded, _, report = check_sums(run)
    used = truth(run + ".out")
    check_counts({name: folded.under(name) for name in used}, used, 999, 5)
    check_complete(report)
    need(report.process_count == 1, report.processes)


def by_thread(run):
    folded, _, report = check_sums(run)
    used = truth(run + ".out")
    check_counts({name: folded.under(name) for name in used}, used, 999, 5)
    seconds = {}
    for name in used:
        of = {frames[1] for frames, _ in folded.stacks if name in map(name_of, frames)}
        need(len(of) == 1, name, "is in the threads", of)
        seconds[of.pop()] = name
    need(len(seconds) == 4, "4 threads are", sorted(seconds))
    roots = {frames[0] for frames, _ in folded.stacks}
    need(len(roots) <= 2, "processes:", roots)  # one of them before the program began
