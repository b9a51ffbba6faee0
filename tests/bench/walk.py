# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What a sample costs inside the kernel, by the kernel's statistics and by our own clock.

A process of the same stack depth works on every CPU, so that nearly all runs of the program are
samples. The rest hit others and return at once: what such a run costs is measured on its own and
taken off.
"""
from estimate import median, trimmed_mean

DEPTHS = 5, 20, 100, 900
FUNCTIONS = 1, 20
RATE = 999
# With the age of the run: code objects that were there for long are looked at less often.
OTHER_RATES = (99, 10), (99, 0.7), (9999, 0.7)
PARTS = 15


def parts(bench, arguments, seconds, target):
    """Of each part of the run: runs, their ns, samples, their ns by our clock, the part's ns."""
    output = bench.tool("walk", "--seconds", str(seconds), "--parts", str(PARTS), *arguments,
                        "--", *target)
    return [tuple(map(int, line.split())) for line in output.splitlines()]


def idle_run(bench, python, rate, seconds):
    """ns of a run that finds none of our processes."""
    found = parts(bench, ["--rate", str(rate), "--outside"], seconds, deep(bench, python, 5, 1))
    if any(samples for _, _, samples, _, _ in found):
        raise RuntimeError("a process outside the tree was sampled")
    return trimmed_mean([ns / runs for runs, ns, _, _, _ in found if runs])


def deep(bench, python, depth, functions):
    return [python, bench.target("deep.py"), str(depth), str(functions)]


def stacks_found(bench, recording, depth):
    """(median frames, share of the samples that have all of them), leaving start-up out."""
    stacks = [(len(frames) - 1, count) for frames, count in bench.folded(recording).stacks
              if any(frame.startswith("level_") for frame in frames)]
    total = sum(count for _, count in stacks)
    spread = [frames for frames, count in stacks for _ in range(count)]
    return median(spread), sum(n for frames, n in stacks if frames == depth) / max(total, 1)


def costs(found, idle):
    """What the parts of a run tell of a sample, without those of other processes."""
    found = [part for part in found if part[2]]
    runs, samples = sum(part[0] for part in found), sum(part[2] for part in found)
    kernel = trimmed_mean([(ns - (count - ours) * idle.value) / ours
                           for count, ns, ours, _, _ in found])
    own = trimmed_mean([own_ns / ours for _, _, ours, own_ns, _ in found])
    return {"idle_ns": idle.data(), "kernel_ns": kernel.data(), "own_ns": own.data(),
            "samples": samples, "share": samples / max(runs, 1)}


def point(bench, version, python, functions, depth, rate, idle, seconds, age_s=0.7):
    recording = bench.scratch("walk.ltsbpf")
    found = parts(bench, ["--rate", str(rate), "--recording", recording,
                          "--warm-up", str(age_s)], seconds,
                  deep(bench, python, depth, functions))
    frames, whole = stacks_found(bench, recording, depth)
    return {"python": version, "functions": functions, "depth": depth, "rate": rate, "age_s": age_s,
            "frames": frames, "whole": whole, **costs(found, idle)}


def tick(bench, version, python, seconds):
    """On the tick the program sees every timer that expires: what all its runs take together."""
    cpus = len(bench.cpus)
    found = parts(bench, ["--tick"], seconds, deep(bench, python, 20, 20))
    share = trimmed_mean([100 * ns / (time * cpus) for _, ns, _, _, time in found])
    samples = sum(part[2] for part in found)
    return {"python": version, "percent": share.data(), "samples": samples,
            "run_ns": sum(part[1] for part in found) / max(sum(part[0] for part in found), 1),
            "own_ns": sum(part[3] for part in found) / max(samples, 1),
            "runs_s": sum(part[0] for part in found) / sum(part[4] for part in found) * 1e9 / cpus}


def rates(bench, seconds):
    """The less often a sample comes, the less of what it needs is still in the caches."""
    points = []
    for rate, age_s in OTHER_RATES:
        longer = seconds * 4 if rate < RATE else seconds
        idle = idle_run(bench, bench.python, rate, longer)
        for functions in FUNCTIONS:
            bench.say("walk: %d Hz, %d functions, after %g s" % (rate, functions, age_s))
            points.append(point(bench, bench.version, bench.python, functions, 20, rate, idle,
                                longer, age_s))
    return points


def measure(bench):
    seconds = max(0.5, bench.seconds * 0.06)
    idle = idle_run(bench, bench.python, RATE, seconds)
    points = []
    for version, python in bench.walk_pythons:
        for functions in FUNCTIONS:
            for depth in DEPTHS:
                bench.say("walk: Python %s, %d functions, depth %d" % (version, functions, depth))
                points.append(point(bench, version, python, functions, depth, RATE, idle,
                                    seconds))
    bench.say("walk: on the tick")
    return {"rate": RATE, "points": points, "rates": rates(bench, seconds),
            "tick": tick(bench, bench.version, bench.python, 2 * seconds)}
