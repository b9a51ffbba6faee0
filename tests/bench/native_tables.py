# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The tables of the native part."""
from table import Table, busy, estimate, number, percent

NOT_MEASURED = "Not measured: %s."
NO_MIX = NOT_MEASURED % "no Python here has NumPy and pandas"
LARGEST = 8


def depths(found):
    rows = [["%s, %d Hz" % (p["version"], p["rate"]), "%g" % p["native"], str(p["python"]),
             estimate(p["kernel_ns"], 0), estimate(p["own_ns"], 0), estimate(p["alone_ns"], 0),
             str(p["samples"]), percent(p["share"], 1), percent(p["whole"], 2)]
            for p in found["depths"]]
    notes = ["± is one standard error. Frames: counted in the recording, the median; Python "
             "alone: the same stacks without machine frames. Up to 3.10 each Python frame is a call "
             "of C as well."] + busy(found["depths"])
    return Table("native_depth", "BPF time of a sample with native frames, ns",
                 ["Python", "machine frames", "Python frames", "kernel's statistics", "own clock",
                  "Python alone", "samples", "runs that are samples", "without a gap"], rows, notes)


def share_of_cpu(result, name):
    """The BPF time of all samples, in percent of a CPU."""
    return {key: value and value * result["rate"] / 1e7 for key, value in result[name].items()}


def mix(found):
    rows, notes = [], [NO_MIX]
    if found["mix"]:
        rows = [["%.4g Hz" % r["rate"], number(r["samples_s"], 1), estimate(r["program"], 3),
                 estimate(r["bare"], 3), estimate(r["added"], 3),
                 estimate(share_of_cpu(r, "kernel_ns"), 4), estimate(r["kernel_ns"], 0),
                 "%.0f + %.0f" % (r["native_frames"], r["python_frames"]),
                 estimate(r["null"], 3), str(r["blocks"])] for r in found["mix"]["slowdown"]]
        notes = ["± is one standard error. Python %s; one pinned process, switched every 80 ms "
                 "within one run, as above. BPF time: of samples of the same program on every CPU, "
                 "by the kernel's statistics; frames: machine + Python, in the mean." % (
                     found["mix"]["python"])] + busy(found["mix"]["slowdown"])
    return Table("native_slowdown", "Slowdown of a NumPy and pandas mix with native frames, %",
                 ["clock", "samples/s", "sampling", "bare interrupt", "we add", "BPF time",
                  "BPF ns/sample", "frames", "null", "blocks"], rows, notes)


def stacks(found):
    rows, notes = [], []
    for r in found["stacks"]:
        told = "-" if r["told_whole"] is None else percent(r["told_whole"], 1)
        name = "%s, %d Hz" % (r["target"], r["rate"])
        rows.append([name, str(r["samples"]), percent(r["root"], 2), percent(r["gap"], 2),
                     percent(r["neither"], 2), percent(r["root"] + r["gap"], 2), told,
                     percent(r["python_complete"], 2)])
        notes += ["%s: %d end at %s" % (name, count, marker) for marker, count in r["gaps"]]
        notes += ["%s: %d begin with neither: %s" % (name, count, stack)
                  for count, stack in r["odd"]]
    notes.append("root: the outermost frame is where a program or a thread begins, by name: _start, "
                 "__libc_start_main, clone, clone3, start_thread, or one of the C library that has "
                 "no name; told: the summary's own share "
                 "of native stacks that are whole; Python complete: of samples of running "
                 "interpreters.")
    return Table("native_stacks", "Where stacks end",
                 ["target", "samples", "root", "named gap", "neither", "root or gap", "told",
                  "Python complete"], rows, notes)


def beside(found):
    rows, notes = [], [NO_MIX]
    for r in found["beside"] or ():
        rows.append(["%s, %d Hz" % (r["tool"], r["rate"]), number(r["cpu_s"], 2),
                     number(r["own_s"], 3), percent(r["own_s"] / r["cpu_s"], 1),
                     number(r["later_cpu_s"], 2), number(r["peak_mib"], 1),
                     number(r["file_mib"], 2), "%d / %d" % (r["received"], r["due"]),
                     "-" if r["whole"] is None else percent(r["whole"], 1),
                     number(r["wall_ratio"], 3), number(r["cpu_ratio"], 3)])
    if found["beside"]:
        notes = ["The NumPy and pandas mix. Ratios: to the plain run right after, start and end of "
                 "the tool included. perf unwinds in `perf script` (--no-inline), which is the column "
                 "later and in no other one; py-spy samples wall time, and its roots cannot be told."]
    return Table("native_beside", "Whole runs with native frames",
                 ["tool", "its CPU s", "tool's CPU s", "of its CPU", "later, CPU s", "peak MiB",
                  "file MiB", "received/due", "whole stacks", "wall ratio", "CPU ratio"], rows, notes)


def libraries(found):
    rows, notes = [], [NOT_MEASURED % "the libraries could not be had from PyPI"]
    if found["libraries"]:
        rows = [[r["tables"], number(r["peak_mib"], 1), number(r["maps_mib"], 1),
                 number(r["cpu_s"], 2), number(r["user_s"], 3), number(r["bpf_s"], 3),
                 number(r["own_s"], 3), percent(r["root"] + r["gap"], 2),
                 percent(r["python_complete"], 2)] for r in found["libraries"]]
        notes = ["%s, 99 Hz. Peak: of ltsbpf's process until its end, with those maps that it has "
                 "mapped itself; maps: all memory of BPF maps; user, BPF: CPU seconds while it "
                 "recorded." % ", ".join(found["libraries"][0]["modules"])]
    return Table("native_libraries", "ltsbpf with large libraries",
                 ["unwind tables", "peak MiB", "maps MiB", "program's CPU s", "user s", "BPF s",
                  "CPU s until the end", "root or gap", "Python complete"], rows, notes)


def unwind_row(name, rows):
    count = sum(row["rows"] for row in rows)
    built = sum(row["build_s"] for row in rows)
    return [name, str(sum(row["functions"] for row in rows)), str(count), number(1e3 * built, 1),
            number(count / built / 1e6, 1), number(1e3 * sum(row["load_s"] for row in rows), 1),
            number(sum(row["bytes"] for row in rows) / 2**20, 2)]


def unwind(found):
    rows, notes = [], [NO_MIX]
    tables = found["tables"]
    if tables:
        rows = [unwind_row(row["file"], [row]) for row in tables[:LARGEST]]
        rows.append(unwind_row("all %d files" % len(tables), tables))
        notes = ["The shortest of three times, read from memory. Kept: read back from the user's "
                 "cache folder. Memory: what the kernel side holds of it, once for all processes."]
    return Table("native_tables", "Unwind tables",
                 ["file", "functions", "rows", "made, ms", "million rows/s", "kept, ms",
                  "memory, MiB"], rows, notes)


def all_of(found):
    return [make(found) for make in (depths, mix, stacks, beside, libraries, unwind)]
