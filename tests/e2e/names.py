# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings of names.sh."""
from folded import (Folded, Stats, Svg, check_counts, check_sums, name_of, need, python_stack, shown,
                    truth)


def non_ascii(run):
    folded, stats, _ = check_sums(run)
    told = truth(run + ".out")
    lines = {key[2]: key[1] for key in stats.table if key[0] == told["file"]}
    need(set(told["used"]) <= set(lines), "pstats has", sorted(lines), "of", told["file"])
    labels = {"%s (%s:%d)" % (name, told["file"], lines[name]): cpu
              for name, cpu in told["used"].items()}
    check_counts({label: folded.under(label) for label in labels}, labels, 999, 5, extra=8)
    titles = Svg(run + "/profile.svg").titles
    for label in labels:
        need(any(title.startswith(label + " ") for title in titles), "the SVG has no", label)


def hostile_names(run):
    folded, stats, _ = check_sums(run)
    told = truth(run + ".out")
    line = min(key[1] for key in stats.table if key[2] == told[0]["name"])
    for each in told:
        label = shown("%s (%s:%d)" % (each["name"], each["file"], line))
        check_counts({label: folded.own(label)}, {label: each["cpu"]}, 999, 5, extra=8)
        key = each["file"], line, each["name"]
        need(key in stats.table, "pstats has no", repr(key)[:200])
    functions = [key for key in stats.table if key[1] == line and key[2] != "template"]
    wanted = {(each["file"], line, each["name"]) for each in told}
    odd = [key for key in functions if key not in wanted and "frozen" not in key[0] and "/lib" not in key[0]]
    need(not odd, "pstats has also", repr(odd)[:200])


def hostile_svg(run):
    svg, told = Svg(run + "/profile.svg"), truth(run + ".out")
    stats = Stats(run + "/profile.stats")
    line = min(key[1] for key in stats.table if key[2] == told[0]["name"])
    for each in told:
        label = shown("%s (%s:%d)" % (each["name"], each["file"], line)).replace("\\x3b", ";")
        # Nobody reads a tool tip of pages: from about 1000 characters on it may be cut, not less.
        start = label + " " if len(label) < 900 else label[:900]
        need(any(title.replace("\\x3b", ";").startswith(start) for title in svg.titles),
             "the SVG has no", repr(label)[:200])
    for text in svg.texts + svg.titles:
        bad = [c for c in text or "" if ord(c) < 32 and c != "\n" or 0x7f <= ord(c) < 0xa0]
        need(not bad, "control characters in", repr(text)[:200])


def process_name(run, name):
    folded, _, report = check_sums(run)
    used = truth(run + ".out")
    check_counts({each: folded.own(each) for each in used}, used, 999, 5, extra=8)
    roots = {frames[0] for frames, _ in folded.stacks if name_of(python_stack(frames)[-1]) in used}
    need(roots == {shown(name)}, "the process is called", roots)
    need([process["name"] for process in report.processes] == [name], report.processes)
