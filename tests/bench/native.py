# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What native and kernel frames cost: in the kernel by depth, and of a program that works with NumPy
and pandas. The whole runs are in native_runs.py."""
import subprocess

import native_runs
import recorded
import slowdown
import walk

# (Python frames, machine frames) to aim at; what it became is counted in the recording.
DEPTHS = (7, 13), (20, 40), (67, 133)
TRIED_HOPS = 8
RATES = 99, 999
MIX_START_S = 4  # to import pandas, on a busy machine too


def walked(bench, target, native, rate, seconds, idle, warm_up_s=0.7):
    """(costs, stacks) of samples of a program."""
    recording = bench.scratch("native.ltsbpf")
    found = walk.parts(bench, ["--rate", str(rate), "--recording", recording, "--warm-up",
                               str(warm_up_s)] + ["--native"] * native, seconds, target)
    return walk.costs(found, idle), recorded.stacks(recording)


class Hops:
    """How many calls through C a stack needs for so many machine frames, from trying two numbers."""

    def __init__(self, bench, version, python, idle, seconds):
        self.target = lambda *depth: [python, bench.target("native_depth.py"), *map(str, depth)]
        bench.say("native: frames of a call through C, Python %s" % version)
        few, many = (recorded.frames(walked(bench, self.target(20, hops), True, walk.RATE, seconds,
                                            idle)[1], 20)[1] for hops in (0, TRIED_HOPS))
        self.few, self.each = few, (many - few) / TRIED_HOPS

    def wanted(self, python, native):
        return min(max(0, round((native - self.few) / self.each)), python - 2)


def point(bench, version, python, hops, depth, rate, idle, seconds):
    frames, wanted = depth
    target = hops.target(frames, hops.wanted(frames, wanted))
    bench.say("native: Python %s, %d + %d frames, %d Hz" % (version, frames, wanted, rate))
    costs, stacks = walked(bench, target, True, rate, seconds, idle)
    _, native, whole = recorded.frames(stacks, frames)
    alone = None
    if python == bench.python and rate == walk.RATE:
        alone = walked(bench, target, False, rate, seconds, idle)[0]["kernel_ns"]
    return {"version": version, "rate": rate, "python": frames, "native": native, "whole": whole,
            "alone_ns": alone, **costs}


def depths(bench, seconds, idle):
    points = []
    for version, python in bench.walk_pythons:
        hops = Hops(bench, version, python, idle[walk.RATE], max(0.4, seconds / 3))
        points += [point(bench, version, python, hops, depth, walk.RATE, idle[walk.RATE], seconds)
                   for depth in DEPTHS]
        if python == bench.python:
            points.append(point(bench, version, python, hops, DEPTHS[1], 99, idle[99], 4 * seconds))
    return points


def with_modules(bench, *modules):
    """(version, path) of the first Python, ours if possible, that has them; None: there is none."""
    command = "import " + ", ".join(modules)
    for version, python in [(bench.version, bench.python)] + bench.all_pythons:
        if not subprocess.run([python, "-c", command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            return version, python
    bench.say("NOT MEASURED: no Python has %s: no mix of them" % " and ".join(modules))
    return None


def mix_slowdown(bench, python, rate):
    """The mix counts the work that it has done; sampling is switched within its one run."""
    bench.say("native: slowdown of the mix, %d Hz, %g s" % (rate, bench.seconds))
    counts = bench.scratch("counts")
    with open(counts, "wb") as stream:
        stream.truncate(4096)
    output = bench.tool("slowdown", "--native", "--rate", str(rate), "--seconds", str(bench.seconds),
                        "--counts", counts, "--recording", bench.scratch("slowdown.ltsbpf"), "--",
                        python, bench.target("numpy_pandas.py"), "count", counts)
    return slowdown.evaluate("cpu", rate, output)


def mix(bench, python, idle):
    """Slowdowns, and the BPF time of the same samples."""
    results = []
    for rate in RATES:
        result = mix_slowdown(bench, python, rate)
        bench.say("native: BPF time of the mix, %d Hz" % rate)
        seconds = max(1.0, bench.seconds * (0.25 if rate < walk.RATE else 0.1))
        costs, stacks = walked(bench, [python, bench.target("numpy_pandas.py"), "spin"], True, rate,
                               seconds, idle[rate], MIX_START_S)
        total = max(sum(count for _, count in stacks), 1)
        result.update(costs, python_frames=sum(s.python * n for s, n in stacks) / total,
                      native_frames=sum((s.native + s.kernel) * n for s, n in stacks) / total)
        results.append(result)
    return results


def measure(bench):
    seconds = max(0.5, bench.seconds * 0.06)
    bench.say("native: runs that are no samples")
    idle = {rate: walk.idle_run(bench, bench.python, rate, seconds * (4 if rate < walk.RATE else 1))
            for rate in RATES}
    results = {"depths": depths(bench, seconds, idle), "mix": None}
    found = with_modules(bench, "numpy", "pandas")
    if found:
        results["mix"] = {"python": found[0], "slowdown": mix(bench, found[1], idle)}
    results.update(native_runs.measure(bench, found and found[1]))
    return results
