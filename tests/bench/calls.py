# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What counting calls costs: per call of an empty function, beside cProfile and sys.setprofile; and
what the budget makes of a program that does little but call."""
import re
import subprocess

from estimate import median

RUNS = 5
BUDGETS = 10, 50
# Prints for how long it ran, from the interpreter's first line on.
FIBONACCI = ("import sys, time\n"
             "begin = time.monotonic()\n"
             "def fibonacci(n): return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)\n"
             "for _ in range(int(sys.argv[1])): fibonacci(18)\n"
             "print(time.monotonic() - begin)\n")


def run(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode:
        raise RuntimeError("%s: exit status %d: %s" % (command[0], done.returncode,
                                                       done.stderr[-300:]))
    return done


def recorded(bench, options, command):
    """(stdout, the summary) of a run with counted calls."""
    folder = bench.scratch("calls")
    done = run([bench.ltsbpf, "record", "--calls", "-o", folder, *options, "--", *command])
    return done.stdout, done.stderr


def counted(summary):
    """(calls, hits, a trap in us), None when calls were not counted."""
    calls = re.search(r"^Calls: (\d+) counted exactly", summary, re.M)
    hits = re.search(r"^  (\d+) probe hits cost .*\(([\d.]+) us a trap", summary, re.M)
    return (int(calls.group(1)), int(hits.group(1)), float(hits.group(2))) \
        if calls and hits and int(calls.group(1)) else None


def per_call(bench, version, python):
    """None for a Python without call probes."""
    target = [python, bench.target("empty_calls.py")]
    plain, ours = [], []
    for _ in range(RUNS):
        plain.append(float(run([*target, "plain"]).stdout))
        output, summary = recorded(bench, ["--calls-budget", "none"], [*target, "plain"])
        found = counted(summary)
        if not found:
            return None
        ours.append(float(output))
    calls, hits, trap_us = found
    traps = trap_us * 1e3 * round(hits / calls)
    others = {name: median([float(run([*target, name]).stdout) for _ in range(RUNS)])
              for name in ("setprofile", "cprofile")}
    return {"python": version, "plain": median(plain), "ours": median(ours), "traps": traps,
            "added": median(ours) - median(plain) - traps, **others}


def program_s(command):
    """How long the program says that it ran, and the summary."""
    done = run(command)
    return float(done.stdout), done.stderr


def budget(bench, percent, rounds):
    """Runs in pairs, ltsbpf without counting and with it."""
    folder, ratios = bench.scratch("calls"), []
    program = ["--", bench.python, "-c", FIBONACCI, str(rounds)]
    record = [bench.ltsbpf, "record", "-o", folder]
    for _ in range(RUNS):
        plain, _ = program_s([*record, *program])
        ours, summary = program_s([*record, "--calls", "--calls-budget", str(percent), *program])
        ended = re.search(r"counting ended after ([\d.]+) s", summary)
        ratios.append((ours / plain, plain, float(ended.group(1)) if ended else None))
    ratios.sort()
    ratio, plain, ended = ratios[len(ratios) // 2]
    return {"percent": percent, "plain_s": plain, "ratio": ratio, "longest": ratios[-1][0],
            "ended_s": ended}


def measure(bench):
    rows = []
    for version, python in bench.all_pythons:
        bench.say("calls: Python %s" % version)
        row = per_call(bench, version, python)
        if row:
            rows.append(row)
    found = []
    if rows:
        bench.python = next(path for version, path in bench.all_pythons
                            if version == rows[0]["python"])
        for percent in BUDGETS:
            for seconds in (1, 4):
                bench.say("calls: a budget of %d %%" % percent)
                found.append(budget(bench, percent, seconds * 1500))
    return {"calls": rows, "budgets": found, "python": rows[0]["python"] if rows else None}
