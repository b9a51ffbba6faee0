# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What native and kernel frames cost: in the kernel by depth, and of a program that works with NumPy
and pandas. The whole runs are in native_runs.py."""
import subprocess

import native_runs
import recorded
import slowdown
import walk

# (Python frames, how many of them are called through C): with those of the machine 20, 60 and 200 on
# Debian's 3.11. What they are is counted in the recording.
DEPTHS = (8, 0), (20, 3), (67, 14)
RATES = 99, 999
MIX_START_S = 2.5  # to import pandas


def walked(bench, target, native, rate, seconds, idle, warm_up_s=0.7):
    """(costs, stacks) of samples of a program."""
    recording = bench.scratch("native.ltsbpf")
    found = walk.parts(bench, ["--rate", str(rate), "--recording", recording, "--warm-up",
                               str(warm_up_s)] + ["--native"] * native, seconds, target)
    return walk.costs(found, idle), recorded.stacks(recording)


def point(bench, version, python, depth, rate, idle, seconds):
    frames, hops = depth
    target = [python, bench.target("native_depth.py"), str(frames), str(hops)]
    bench.say("native: Python %s, %d frames, %d calls through C, %d Hz" % (version, *depth, rate))
    costs, stacks = walked(bench, target, True, rate, seconds, idle)
    _, native, whole = recorded.frames(stacks, frames)
    alone = None
    if python == bench.python and rate == walk.RATE:
        alone = walked(bench, target, False, rate, seconds, idle)[0]["kernel_ns"]
    return {"version": version, "rate": rate, "python": frames, "native": native, "whole": whole,
            "alone_ns": alone, **costs}


def depths(bench, seconds, idle):
    points = [point(bench, version, python, depth, walk.RATE, idle[walk.RATE], seconds)
              for version, python in bench.walk_pythons for depth in DEPTHS]
    return points + [point(bench, bench.version, bench.python, DEPTHS[1], 99, idle[99], 4 * seconds)]


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
    # At the higher rate there is more to see, and less needed to see it.
    seconds = max(3, bench.seconds * (1 if rate < walk.RATE else 0.6))
    bench.say("native: slowdown of the mix, %d Hz, %g s" % (rate, seconds))
    counts = bench.scratch("counts")
    with open(counts, "wb") as stream:
        stream.truncate(4096)
    output = bench.tool("slowdown", "--native", "--rate", str(rate), "--seconds", str(seconds),
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
