# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The tables of a benchmark's results, as text or Markdown."""
import native_tables
from table import Table, busy, estimate, number, percent

PYTHON = "Python of whole runs and slowdown"


def machine(results):
    about = results["machine"]
    rows = [[key, str(about[key])] for key in about]
    return Table("machine", "Machine and run", ["what", "value"], rows)


def of_functions(point):
    return "%s, %d function%s" % (point["python"], point["functions"],
                                  "s" if point["functions"] > 1 else "")


def costs_of(points, second, value_of):
    """Columns and rows of points that differ in one thing more than Python and functions."""
    columns = ["Python", second, "kernel's statistics", "own clock", "samples",
               "runs that are samples", "whole stacks", "other runs"]
    rows = [[of_functions(p), value_of(p), estimate(p["kernel_ns"], 0), estimate(p["own_ns"], 0),
             str(p["samples"]), percent(p["share"], 1), percent(p["whole"], 2),
             estimate(p["idle_ns"], 0)] for p in points]
    notes = ["± is one standard error. other runs: those that hit no process of ours; their time "
             "is taken off."]
    return columns, rows, notes + busy(points)


def walk(results):
    found = results["walk"]
    return Table("walk", "BPF time of a sample, ns (cpu clock, %d Hz)" % found["rate"],
                 *costs_of(found["points"], "depth", lambda p: str(p["depth"])))


def rates(results):
    columns, rows, notes = costs_of(
        results["walk"]["rates"], "Hz, after so long", lambda p: "%d, %g s" % (p["rate"], p["age_s"]))
    notes.append("The less often a sample comes, the less of what it needs is still in the caches. "
                 "Functions that were there for long are checked less often.")
    return Table("rates", "BPF time of a sample by rate, ns (cpu clock, depth 20)",
                 columns, rows, notes)


def tick(results):
    found = results["walk"]["tick"]
    rows = [["%s, depth 20, 20 functions" % found["python"], number(found["runs_s"], 0),
             number(found["run_ns"], 0), str(found["samples"]), number(found["own_ns"], 0),
             estimate(found["percent"], 4, " %")]]
    return Table("tick", "BPF time on the tick clock: it sees every timer that expires",
                 ["Python", "runs/s per CPU", "ns/run", "samples", "ns/sample", "share of the CPU"],
                 rows)


def by_statistics(results, rate):
    """What the BPF time of a sample at this rate makes of a CPU, in percent; None: not measured."""
    found = results.get("walk", {"points": [], "rates": []})
    for point in found["points"] + found["rates"]:
        if (point["rate"], point["depth"], point["functions"], point["python"]) == (
                rate, 20, 20, results["machine"][PYTHON]):
            return {name: value and value * rate / 1e7
                    for name, value in point["kernel_ns"].items()}
    return None


def slowdown(results):
    rows = [["%s, %.4g Hz" % (r["clock"], r["rate"]), number(r["samples_s"], 1),
             estimate(r["program"], 3), estimate(r.get("bare"), 3), estimate(r.get("added"), 3),
             estimate(by_statistics(results, r["rate"]) if r["clock"] == "cpu" else
                      results.get("walk", {}).get("tick", {}).get("percent"), 4),
             estimate(r["program_us"], 2), estimate(r.get("added_us"), 2), estimate(r["null"], 3),
             str(r["blocks"])] for r in results["slowdown"]]
    notes = ["± is one standard error. Depth 20 (20 functions), one pinned process, switched every "
             "80 ms within one run. bare interrupt: events without a program; BPF time: of the "
             "same stacks by the kernel's statistics, without what it does to the caches; null: off "
             "against off."]
    return Table("slowdown", "Slowdown of a program, %",
                 ["clock", "samples/s", "sampling", "bare interrupt", "we add", "BPF time",
                  "µs/sample", "of it ours", "null", "blocks"], rows, notes)


def start(results):
    found = results["whole_runs"]["start"]
    rows = [["start to the program's first instruction", number(found["ready_s"] * 1e3, 0),
             number(found["ready_max_s"] * 1e3, 0)],
            ["the program's end to ours", number(found["finish_s"] * 1e3, 0),
             number(found["finish_max_s"] * 1e3, 0)]]
    return Table("start", "Start and end, ms (%d runs of `true`)" % found["runs"],
                 ["what", "median", "longest"], rows)


def runs(results):
    found = results["whole_runs"]
    rows = []
    for r in found["runs"]:
        # After start-up: sampling alone as the recording has it, and until the end, files included.
        sampling = r["user_s"] + r["bpf_s"] if "user_s" in r else None
        cpu = r["target_cpu_s"]
        rows.append([
            "%s, %d Hz" % (r["target"], r["rate"]), r["tool"], number(cpu, 2),
            number(r.get("user_s"), 3), number(r.get("bpf_s"), 3),
            "-" if sampling is None else percent(sampling / cpu, 2),
            number(r["own_s"], 3), percent(r["own_s"] / cpu, 2),
            number(r["peak_mib"], 1), "%d / %d" % (r["received"], r["due"]),
            number(r["ready_s"] * 1e3, 0), number(r["finish_s"] * 1e3, 0),
            number(r["wall_ratio"], 3), number(r["cpu_ratio"], 3)])
    notes = ["user, BPF: our CPU seconds after start-up while we record (from the recording); "
             "until the end: with writing the files. Ratios: to the plain run right after; CPU: of "
             "program and profiler together.",
             "py-spy samples wall time, not CPU time: its due is the plain run's CPU time x rate."]
    notes += ["%s: two plain runs beside each other differ by %.1f %% (median of %d)." % (
        n["target"], n["percent"], n["runs"] - 1) for n in found["noise"]]
    return Table("runs", "Whole runs (pipeline: %d bars)" % found["bars"],
                 ["target", "tool", "its CPU s", "user s", "BPF s", "of its CPU",
                  "CPU s until the end", "of its CPU", "peak MiB", "received/due",
                  "ready ms", "files ms", "wall ratio", "CPU ratio"], rows, notes)


def shares(results):
    rows = [["%s, %d Hz" % (r["tool"], r["rate"]), number(r["points"], 2), number(r["cpu_s"], 2),
             str(r["samples"]), number(r["own_s"], 3), percent(r["own_s"] / r["cpu_s"], 2),
             number(r["peak_mib"], 1), number(r["finish_s"] * 1e3, 0)]
            for r in results["whole_runs"]["shares"]]
    return Table("shares", "Known shares: error against the program's own CPU clock",
                 ["tool", "points", "CPU s", "samples in them", "tool's CPU s", "of it", "peak MiB",
                  "files ms"], rows)


def calls(results):
    rows = [[r["python"], number(r["plain"], 0), number(r["setprofile"], 0),
             number(r["cprofile"], 0), number(r["ours"], 0), number(r["traps"], 0),
             number(r["added"], 0)] for r in results["calls"]["calls"]]
    notes = ["With the loop around the call; medians of %d runs. traps: what the bare traps of a "
             "call take, as calibrated; we add: --calls without them and without the call." % 5]
    return Table("calls", "A call of an empty function, ns",
                 ["Python", "plain", "sys.setprofile", "cProfile", "--calls", "traps", "we add"],
                 rows, notes)


def budgets(results):
    rows = [["%d %%" % r["percent"], number(r["plain_s"], 2), number(r["ratio"], 3),
             number(r["longest"], 3), number(r["ended_s"], 3)]
            for r in results["calls"]["budgets"]]
    notes = ["Python %s, Fibonacci numbers and nothing else; the program's own "
             "wall time in pairs of runs, ltsbpf without and with --calls." % results["calls"]["python"]]
    return Table("budgets", "The budget of --calls",
                 ["budget", "without, s", "with / without", "longest", "counted, s"], rows, notes)


def diff(results):
    rows = [["%d x %d" % (r["runs"], r["samples"]), "%d" % r["run_length"], "%+g" % r["points"]] +
            [percent(r[key] / r["trials"], 1)
             for key in ("missed", "marked", "any_gate", "function_gate")]
            for r in results["diff"]]
    notes = ["%d comparisons in each row, of 30 functions; one has 10 %% on the old side. With +0 an "
             "alarm is false, with more a missing one is a miss. alike: how many samples in a row "
             "have the same stack, on average." % results["diff"][0]["trials"]]
    return Table("diff", "How often `diff` sees what is there",
                 ["recordings x samples a side", "alike", "points", "95 % interval misses it",
                  "beyond noise", "--fail-on +0.5pp", "--fail-on func:NAME>5%"], rows, notes)


def scale(results):
    rows = [["%s, %.0f MB" % (r["name"], r["bytes"] / 1e6), str(r["samples"]), str(r["stacks"]),
             number(r["wall_s"], 1), number(r["cpu_s"], 1), number(r["peak_mib"], 0)]
            for r in results["scale"]]
    return Table("scale", "Large recordings, stacks of %d frames" % results["scale"][0]["depth"],
                 ["what is made, of how much", "samples", "stacks", "time, s", "CPU, s",
                  "peak memory, MiB"], rows)


def all_of(results):
    made = [machine(results)]
    if "walk" in results:
        made += [walk(results), rates(results), tick(results)]
    if "slowdown" in results:
        made.append(slowdown(results))
    if "whole_runs" in results:
        made += [start(results), runs(results), shares(results)]
    if "native" in results:
        made += native_tables.all_of(results["native"])
    if "calls" in results:
        made += [calls(results), budgets(results)]
    if "diff" in results:
        made.append(diff(results))
    if "scale" in results:
        made.append(scale(results))
    return made
