# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""
usage: judge.py (recorded|refused) FOLDER

Compares what a virtual machine sent (guest.sh) with what known.py is known to do. Prints one line:
what was seen, or everything that is wrong. Times are emulated: shares count, costs do not.
"""
import os
import pstats
import re
import sys

import calls
import known

# Shares of some 300 samples are within this with all but one in a million.
TOLERANCE = 0.14
FLOOR = "5.15"
# The beginning and the end of a process: no frames to be had, and that is as it should be.
EDGE_REASONS = {"starting", "not_python"}

problems = []
seen = []


def expect(condition, problem):
    if not condition:
        problems.append(problem)
    return condition


def read(*path):
    try:
        with open(os.path.join(sys.argv[2], *path), encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        problems.append("no %s" % os.path.join(*path))
        return ""


def source():
    """{function: (first line, {hot lines})} of known.py."""
    functions, name = {}, None
    with open(known.__file__, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            definition = re.match(r" *def (\w+)", line)
            if definition:
                name = definition.group(1)
                functions[name] = (number, set())
            elif line.rstrip().endswith("# hot"):
                functions[name][1].add(number)
    return functions


FUNCTIONS = source()


def label(name):
    qualname = "Work." + name if name == "half" and sys.version_info >= (3, 11) else name
    return "%s (/known.py:%d)" % (qualname, FUNCTIONS[name][0])


def read_folded(clock, name):
    """[(frames as root..leaf, samples)]"""
    stacks = []
    for line in read(clock, name).splitlines():
        frames, _, count = line.rpartition(" ")
        if expect(count.isdigit(), "%s: not a folded line: %s" % (clock, line)):
            stacks.append((frames.split(";"), int(count)))
    return stacks


def of_known(frames):
    """Those of known.py; native and kernel frames may lie between."""
    return [frame for frame in frames if "(/known.py:" in frame]


def module_line():
    """1, but for older CPython: the first line with code."""
    with open(known.__file__, encoding="utf-8") as file:
        return compile(file.read(), "known", "exec").co_firstlineno


MAIN = ["<module> (/known.py:%d)" % module_line(), label("main"), label("repeat")]
STACKS = {
    "half": MAIN + [label("one_round"), label("half")],
    "quarter": MAIN + [label("one_round"), label("quarter")],
    "bottom": MAIN + [label("one_round")] + (known.DEPTH + 1) * [label("descend")] + [label("bottom")],
    "forked": MAIN + [label("forked")],
    "executed": MAIN + [label("executed")],
}


def judge_stacks(clock, stacks):
    counts = {name: 0 for name in STACKS}
    for frames, count in stacks:
        frames = of_known(frames)
        name = next((n for n in STACKS if frames and frames[-1] == label(n)), None)
        if name and expect(frames == STACKS[name], "%s: %s has the stack %s" % (clock, name, frames[:6])):
            counts[name] += count
    total = sum(counts[name] for name in known.SHARES)
    if not expect(total >= 50, "%s: %d samples of the three functions" % (clock, total)):
        return
    for name, share in known.SHARES.items():
        expect(abs(counts[name] / total - share) < TOLERANCE,
               "%s: %s has %.0f %%, not %.0f" % (clock, name, 100 * counts[name] / total, 100 * share))
    for name in ("forked", "executed"):
        expect(counts[name] >= 20, "%s: the %s child has %d samples" % (clock, name, counts[name]))
    seen.append("%s %s" % (clock, " ".join("%s %.0f %%" % (name, 100 * counts[name] / total)
                                           for name in known.SHARES)))


def is_whole(frames):
    """From the C library's start on, without a gap."""
    return (any(frame.startswith("__libc_start_main (") for frame in frames[1:3]) and
            not any(frame.startswith("[") and not frame.startswith("[gc gen ") for frame in frames))


def judge_natives(clock):
    """Machine frames, the interpreter's own included, below and above the functions of known.py."""
    stacks = [(frames, count) for frames, count in read_folded(clock, "whole.folded") if of_known(frames)]

    def samples(of, condition=lambda frames: True):
        return sum(count for frames, count in stacks if of in frames and condition(frames))

    total = sum(count for _, count in stacks)
    whole = sum(count for frames, count in stacks if is_whole(frames))
    broken = [frames for frames, _ in stacks if not is_whole(frames)]
    expect(total and whole >= 0.95 * total, "%s: %d of %d native stacks are whole, not %s" % (
        clock, whole, total, ";".join(min(broken, key=len, default=[]))))
    executed, forked = label("executed"), label("forked")
    expect(samples(executed, lambda frames: "sum" in frames[frames.index(executed):]) >=
           0.9 * samples(executed), "%s: sum() is not above its caller" % clock)
    if read("kallsyms").strip() == "1":
        expect(samples(forked, lambda frames: any("read" in frame and frame.endswith("_[k]")
                                                  for frame in frames[frames.index(forked):])) >=
               0.5 * samples(forked), "%s: the kernel's read is not above its caller" % clock)
    else:
        seen.append("kernel names hidden")
    seen.append("%.1f %% of native stacks whole" % (100 * whole / max(total, 1)))


def judge_samples(clock, summary, stacks):
    line = re.search(r"Samples: (\d+) due .*, (\d+) received .*, (\d+) with a complete", summary)
    if not expect(line, "%s: no line of due and received samples" % clock):
        return
    due, received, complete = map(int, line.groups())
    losses = dict((reason, int(count)) for count, reason in
                  re.findall(r"^ +(\d+)  .* \((\w+)\)$", summary, re.M))
    edges = sum(losses.get(reason, 0) for reason in EDGE_REASONS)
    expect(abs(received - due) <= due / 20, "%s: %d samples due, %d received" % (clock, due, received))
    expect(complete + edges >= 0.98 * received,
           "%s: %d of %d stacks complete, %s" % (clock, complete, received, losses))
    expect(sum(count for _, count in stacks) == received,
           "%s: %d samples in the folded file" % (clock, sum(count for _, count in stacks)))
    seen.append("%d due %d received %d complete" % (due, received, complete))


def judge_lines(clock, summary):
    for name in known.SHARES:
        line = re.search(re.escape(label(name)) + r", line (\d+):", summary)
        if expect(line, "%s: no hottest line of %s" % (clock, name)):
            expect(int(line.group(1)) in FUNCTIONS[name][1],
                   "%s: the hottest line of %s is %s" % (clock, name, line.group(1)))


def judge_pstats(clock):
    path = os.path.join(sys.argv[2], clock, "profile.stats")
    try:
        stats = pstats.Stats(path).stats
    except Exception as error:  # whatever a broken file makes of the reader
        problems.append("%s: %s" % (clock, error))
        return
    for name in STACKS:
        expect(("/known.py", FUNCTIONS[name][0], name) in stats, "%s: pstats lacks %s" % (clock, name))


def judge_clock(clock, summary):
    """--clock tick may fall back, but says so."""
    header = re.search(r"^  (cpu|tick) clock at ([\d.]+) Hz", summary, re.M)
    if not expect(header, "%s: the summary names no clock" % clock):
        return
    if header.group(1) != clock:
        expect(clock == "tick" and "--clock tick: " in summary, "%s: fell back in silence" % clock)
        seen.append("tick fell back")


def judge_recording(clock):
    status = read(clock + ".status").strip()
    summary = read(clock + ".stderr")
    if not expect(status == str(known.EXIT_STATUS), "%s: exit status %s" % (clock, status)):
        problems.append(" | ".join(summary.splitlines()[-3:]))
        return
    expect(read(clock + ".stdout") == "known: done\n", "%s: the program's output changed" % clock)
    stacks = read_folded(clock, "profile.folded")
    judge_clock(clock, summary)
    judge_stacks(clock, stacks)
    judge_natives(clock)
    judge_samples(clock, summary, stacks)
    judge_lines(clock, summary)
    judge_pstats(clock)


def judge_calls():
    """By the interpreter's probes, where the Python of the image has them."""
    status, said = read("calls.status").strip(), read("calls.stderr")
    expect(status == str(calls.STATUS), "calls: exit status %s: %s" % (status, said[-200:]))
    if "are not counted: " in said:
        seen.append("no call probes in this Python")
        return
    expect(re.search(r"Calls: \d+ counted exactly", said), "calls: the summary has none")
    expect(re.search(r"gen 2: \d+", said), "calls: no collection of generation 2 was seen")
    try:
        stats = pstats.Stats(os.path.join(sys.argv[2], "calls", "profile.stats")).stats
    except Exception as error:  # whatever a broken file makes of the reader
        problems.append("calls: %s" % error)
        return
    for name, expected in calls.CALLS.items():
        got = [(nc, cc) for key, (cc, nc, _, _, _) in stats.items()
               if key[0] == "/calls.py" and key[2] == name]
        expect(got == [expected], "calls: %s has %s instead of %s" % (name, got, expected))
    seen.append("calls exact")


def judge_recorded():
    expect(read("doctor.status").strip() == "0", "doctor is not content: " + " | ".join(
        line for line in read("doctor.stdout").splitlines() if line.startswith("MISSING")))
    for clock in ("cpu", "tick"):
        judge_recording(clock)
    judge_calls()
    complaints = re.findall(r"^.*(?:BUG:|WARNING:|Oops|Call Trace|soft lockup).*$", read("messages"), re.M)
    expect(not complaints, "the kernel complains: %s" % complaints[:3])


def judge_refused():
    release = read("release").strip()
    lines = read("cpu.stderr").splitlines()
    status = read("cpu.status").strip()
    expect(status == "125", "exit status %s instead of 125" % status)
    expect(read("cpu.stdout") == "", "the program ran")
    if expect(len(lines) == 1, "not one line but %d: %s" % (len(lines), lines[:3])):
        expect(release in lines[0] and FLOOR in lines[0],
               "names not both %s and %s: %s" % (release, FLOOR, lines[0]))
        seen.append("refused: " + lines[0])
    expect(re.search(r"^MISSING +kernel +" + re.escape(release), read("doctor.stdout"), re.M),
           "doctor does not miss a newer kernel")
    expect(read("doctor.status").strip() != "0", "doctor is content")


if sys.argv[1] == "recorded":
    judge_recorded()
else:
    judge_refused()
print("; ".join(problems or seen))
sys.exit(1 if problems else 0)
