# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recording of targets/exec_made.py."""
import re

from folded import Folded, Report, check_complete, check_counts, need, truth


def exec_made(run):
    folded, told = Folded(run + "/profile.folded"), truth(run + ".out")
    used = told["used"]
    # Else this test would show nothing.
    need(told["reused"] >= len(used) // 2, "only", told["reused"], "addresses were used again")
    labels = [frame for frame in folded.frames() if "made_" in frame or "generated_" in frame]
    for label in labels:
        match = re.fullmatch(r"(?:made_(\d+)|<module>) \(/nowhere/generated_(\d+)\.py:(\d+)\)", label)
        need(match, "a made-up label:", label)
        name, file, line = match.groups()
        need(name is None or int(name) == int(file) == int(line) - 1, "mixed up:", label)
    counts = {name: folded.own(name) for name in used}
    # 30 samples each: a busy machine takes or gives a few of them; somebody else's would be 30.
    check_counts(counts, used, 999, 5, extra=10)
    check_counts({"all": sum(counts.values())}, {"all": sum(used.values())}, 999, 5)
    for name in used:
        chains = [chain[1:] for chain in folded.chains(name)]
        need(chains == [("<module>", "run", name)], name, "is called by", chains)
    check_complete(Report(run + "/profile.ltsbpf"))
