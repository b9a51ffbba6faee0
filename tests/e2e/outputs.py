# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the files that outputs.sh makes."""
from folded import Folded, need


def threads(by_thread, merged, split):
    recorded, converted = Folded(by_thread + "/profile.folded"), Folded(merged + "/profile.folded")
    need(recorded.total() == converted.total(), recorded.total(), "samples became", converted.total())
    need(all("Thread" not in frames[1] or "(" in frames[1] for frames, _ in converted.stacks if len(frames) > 1),
         "there are threads in the merged one")
    without, merged_stacks = {}, {tuple(frames) for frames, _ in converted.stacks}
    for frames, count in recorded.stacks:
        key = tuple(frames[:1] + frames[2:])
        if key not in merged_stacks: # no Python in it: the thread's name says more
            key = tuple(frames[:1] + [frames[1].rpartition(" (")[0]] + frames[2:])
        without[key] = without.get(key, 0) + count
    need(without == {tuple(frames): count for frames, count in converted.stacks},
         "the stacks without their threads are others")
    whole = Folded(split + "/profile.folded")
    need(all(len(frames) > 1 for frames, _ in whole.stacks), "no thread in", whole.stacks[:3])


def same_summary(report, said):
    with open(report) as printed, open(said) as told:
        printed, told = printed.read(), told.read()
    need(len(printed) > 500 and printed in told, "record said:", told, "report says:", printed)
