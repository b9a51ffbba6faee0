# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""By how much sampling slows a program down, from switching it within one run of the program.

The loops per time of each slice are compared with those of the slices beside it: conditions stand
in random order and once more in reverse in each block, and each block gives one logarithm of a
ratio.
"""
import math

from estimate import trimmed_mean

RATES = 99, 999, 9999
DEPTH = 20
FUNCTIONS = 20


def blocks_of(output):
    """[{condition: mean log of loops per ns}], samples per second while the program is on."""
    blocks, samples, busy_s = {}, 0, 0.0
    for line in output.splitlines():
        block, condition, loops, busy_ns, taken = line.split()
        if int(busy_ns) <= 0 or int(loops) <= 0:
            continue
        rate = math.log(int(loops) / int(busy_ns))
        blocks.setdefault(int(block), {}).setdefault(condition, []).append(rate)
        if condition == "program":
            samples += int(taken)
            busy_s += int(busy_ns) / 1e9
    whole = max((len(block) for block in blocks.values()), default=0)
    kept = [{name: sum(rates) / len(rates) for name, rates in block.items()}
            for block in blocks.values()
            if len(block) == whole and all(len(rates) == 2 for rates in block.values())]
    return kept, samples / busy_s if busy_s else math.nan


def off(block):
    """Both conditions without sampling."""
    return (block["off"] + block["null"]) / 2


def percent(blocks, contrast):
    """The slowdown of a contrast of logs, in percent, with its error."""
    return trimmed_mean([100 * contrast(block) for block in blocks])


def evaluate(clock, rate, output):
    blocks, samples_s = blocks_of(output)
    if len(blocks) < 3:
        raise RuntimeError("too few slices: give it more seconds")
    result = {"clock": clock, "rate": rate, "blocks": len(blocks), "samples_s": samples_s}
    result["null"] = percent(blocks, lambda b: b["off"] - b["null"]).data()
    result["program"] = percent(blocks, lambda b: off(b) - b["program"]).data()
    result["program_us"] = percent(blocks, lambda b: off(b) - b["program"]).scaled(
        1e4 / samples_s).data()
    if "bare" in blocks[0]:
        result["bare"] = percent(blocks, lambda b: off(b) - b["bare"]).data()
        added = percent(blocks, lambda b: b["bare"] - b["program"])
        result["added"], result["added_us"] = added.data(), added.scaled(1e4 / samples_s).data()
    return result


def run(bench, clock, rate):
    counts = bench.scratch("counts")
    recording = bench.scratch("slowdown.ltsbpf")
    with open(counts, "wb") as stream:
        stream.truncate(4096)
    return bench.tool("slowdown", *(["--tick"] if clock == "tick" else ["--rate", str(rate)]),
                      "--seconds", str(bench.seconds), "--counts", counts,
                      "--recording", recording, "--",
                      bench.python, bench.target("deep.py"), str(DEPTH), str(FUNCTIONS), counts)


def measure(bench):
    results = []
    for rate in RATES:
        bench.say("slowdown: cpu clock, %d Hz, %g s" % (rate, bench.seconds))
        results.append(evaluate("cpu", rate, run(bench, "cpu", rate)))
    bench.say("slowdown: tick clock, %g s" % bench.seconds)
    results.append(evaluate("tick", bench.tick_rate, run(bench, "tick", 0)))
    return results
