# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""How often `diff` is wrong: comparisons of made-up recordings whose shares are known."""


def measure(bench):
    bench.say("diff: a thousand comparisons of each kind")
    keys = ("samples", "run_length", "runs", "points", "trials", "missed", "marked", "any_gate",
            "function_gate")
    found = [dict(zip(keys, map(float, line.split()))) for line in bench.tool("diff").splitlines()]
    for row in found:
        limit = 0.05 * row["trials"]
        if not row["points"] and max(row["marked"], row["any_gate"], row["function_gate"]) > limit:
            raise RuntimeError("diff: more than 5 % false alarms: %r" % row)
    return found
