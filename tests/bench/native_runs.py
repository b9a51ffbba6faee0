# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Whole runs with native frames: beside `py-spy --native` and `perf record --call-graph dwarf`; how
many stacks are whole; what the loader takes with large libraries; how long tables take to make."""
import contextlib
import glob
import os
import re
import resource
import shutil
import subprocess
import time

from folded import name_of
import whole_runs

RATES = 99, 999
# Where threads begin; perf often has no _start. clone3() and start_thread() have no name in a C
# library without .symtab, and _start() has none in a stripped program.
ROOT = re.compile(r"_start|_*(GI_+)?clone3?|start_thread|__libc_start_(call_)?main(_impl)?")
NAMELESS_ROOT = re.compile(r"(0x[0-9a-f]+|\[unknown\]) \((\S*/)?libc[.-]")
GAP = re.compile(r"\[(no unwind info|stack unreadable|caller in a lost register|implausible caller|"
                 r"mapped just now|truncated\]|place )")
MARKER = re.compile(r"\[(gc|interpreter starting)")
SCRIPT_LIMIT_S = 120


def ending(frames):
    """How the frames from the root on begin: at a root, at a gap with a name, or with neither."""
    inside = [frame for frame in frames[1:] if not MARKER.match(frame)]
    if any(GAP.match(frame) or frame.endswith("_[j]") for frame in inside):
        return "gap"
    # The first one is the thread's name where no Python runs.
    if any(is_root(frame) for frame in inside[:2]):
        return "root"
    return "root" if [name_of(frame) for frame in inside[1:2]] == ["__libc_start_main"] else "neither"


def is_root(frame):
    return bool(ROOT.fullmatch(name_of(frame)) or NAMELESS_ROOT.match(frame))


def stacks(bench, recording):
    """Shares of the samples by where their stacks end, read off the names of their frames; and what
    the recording itself says."""
    counts, odd = {"root": 0, "gap": 0, "neither": 0}, {}
    for frames, count in bench.folded(recording, "--interpreter-frames").stacks:
        found = ending(frames)
        counts[found] += count
        if found == "neither":
            stack = " < ".join(name_of(frame) for frame in frames[:4])
            odd[stack] = odd.get(stack, 0) + count
    report, total = bench.report(recording), max(sum(counts.values()), 1)
    told = re.search(r"^Native stacks: (\d+), (\S+) % of them whole", report.text, re.M)
    gaps = re.findall(r"^ +(\d+)  end at (.*)$", report.text, re.M)
    return {"samples": total, "python_complete": report.completeness(),
            "told_whole": float(told.group(2)) / 100 if told else None,
            "gaps": [[marker, int(count)] for count, marker in gaps],
            "odd": sorted(([n, stack] for stack, n in odd.items()), reverse=True)[:5],
            **{name: count / total for name, count in counts.items()}}


def pipeline_stacks(bench):
    bench.say("native: whole stacks of the pipeline")
    whole_runs.ltsbpf(bench, 999, [bench.python, "tests/pipeline/benchmark_comparison/main.py",
                                   "--bars", str(max(600, int(bench.seconds * 200)))])
    return {"target": "pipeline", "rate": 999, **stacks(bench, recording_of(bench))}


def recording_of(bench):
    return os.path.join(bench.scratch("profiles"), "profile.ltsbpf")


def mix(bench, python):
    return [python, bench.target("numpy_pandas.py"), "rounds", str(max(50, int(bench.seconds * 25)))]


def mib(path):
    return os.path.getsize(path) / 2**20


def with_ltsbpf(bench, rate, program):
    run, report, _ = whole_runs.ltsbpf(bench, rate, program)
    found = stacks(bench, recording_of(bench))
    return run, {"received": report.received, "due": report.due, "file_mib": mib(recording_of(bench)),
                 "whole": found["root"], "stacks": found}


def with_py_spy(bench, rate, program):
    """It shows no machine frame outside the first Python one: what is whole cannot be said."""
    folded = bench.scratch("py-spy.folded")
    run = whole_runs.Run(bench, [bench.py_spy, "record", "--native", "--subprocesses", "--function",
                                 "-r", str(rate), "-f", "raw", "-o", folded, "--",
                                 *bench.stamped(program)], [folded])
    with open(folded, errors="replace") as stream:
        received = sum(int(line.rpartition(" ")[2]) for line in stream)
    return run, {"received": received, "file_mib": mib(folded)}


def with_perf(bench, rate, program):
    """perf unwinds afterwards: the time of that is a column of its own."""
    data = bench.scratch("perf.data")
    run = whole_runs.Run(bench, ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(rate),
                                 "--call-graph", "dwarf", "-o", data, "--", *bench.stamped(program)],
                         [data])
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    text = bench.scratch("perf.txt")
    with open(text, "wb") as stream:
        subprocess.run(["perf", "script", "-i", data, "--no-inline", "-F", "comm,ip,sym,dso"],
                       stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.DEVNULL, check=True,
                       timeout=SCRIPT_LIMIT_S)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    received, whole = perf_stacks(text)
    return run, {"received": received, "whole": whole / max(received, 1), "file_mib": mib(data),
                 "later_s": time.monotonic() - begin, "later_cpu_s":
                 after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def perf_stacks(path):
    """(stacks, those whose outermost frame is where a thread begins) in what `perf script` prints."""
    with open(path, errors="replace") as stream:
        blocks = [block.splitlines()[1:] for block in stream.read().split("\n\n") if block.strip()]
    outermost = [re.sub(r"^\s*[0-9a-f]+ |@@\S*", "", lines[-1]) for lines in blocks if lines]
    return len(blocks), sum(map(is_root, outermost))


def tools(bench):
    found = {"ltsbpf": with_ltsbpf}
    if bench.py_spy:
        found["py-spy --native"] = with_py_spy
    if shutil.which("perf"):
        found["perf --call-graph dwarf"] = with_perf
    else:
        bench.say("NOT MEASURED: perf is not installed (Debian: linux-perf)")
    return found


def beside(bench, python):
    """Each tool, then the plain program."""
    program, results = mix(bench, python), []
    for rate in RATES:
        for name, record in tools(bench).items():
            bench.say("native: %s at %d Hz" % (name, rate))
            try:
                run, found = record(bench, rate, program)
            except (RuntimeError, subprocess.SubprocessError) as error:
                bench.say("NOT MEASURED: %s at %d Hz: %s" % (name, rate, error))
                continue
            plain = whole_runs.Run(bench, bench.stamped(program))
            found.setdefault("due", round(plain.all_s * rate))
            results.append({"tool": name, "rate": rate, "cpu_s": plain.all_s, "whole": None,
                            "later_s": None, "later_cpu_s": None, **found,
                            **whole_runs.costs(run, plain)})
    return results


class LoaderRun(whole_runs.Run):
    """Also looks at the memory of the maps that the profiler holds when the program has ended."""
    maps_mib = None

    def wait_for_end(self, target, pid):
        super().wait_for_end(target, pid)
        maps = {}
        for path in glob.glob("/proc/%d/fdinfo/*" % pid):
            with contextlib.suppress(OSError), open(path) as stream:
                facts = dict(re.findall(r"^(\w+):\s+(\d+)$", stream.read(), re.M))
                if "map_id" in facts:
                    maps[facts["map_id"]] = int(facts["memlock"])
        if maps:
            self.maps_mib = sum(maps.values()) / 2**20


def libraries(bench):
    """The loader's memory with the largest libraries, with no unwind table kept yet and with all."""
    program = [bench.libraries, bench.target("all_libraries.py"), "%g" % max(1, bench.seconds / 10)]
    kept, results = os.environ.get("XDG_CACHE_HOME"), []
    os.environ["XDG_CACHE_HOME"] = bench.scratch("cache")
    try:
        for tables in "made", "kept":
            bench.say("native: large libraries, unwind tables %s" % tables)
            run, report, _ = whole_runs.ltsbpf(bench, 99, program, kind=LoaderRun)
            results.append({"tables": tables, "peak_mib": run.peak_kib / 1024, "maps_mib":
                            run.maps_mib, "ready_s": run.ready_s, "cpu_s": report.cpu,
                            "modules": run.truth()["modules"], "own_s": run.own_s,
                            **whole_runs.cost_line(report.text),
                            **stacks(bench, recording_of(bench))})
    finally:
        del os.environ["XDG_CACHE_HOME"]
        if kept is not None:
            os.environ["XDG_CACHE_HOME"] = kept
    return results


def unwind_tables(bench, python):
    """[{file, build_s, ...}] of all that the libraries map, the largest first."""
    bench.say("native: unwind tables")
    told = whole_runs.Run(bench, bench.stamped([python, bench.target("all_libraries.py")])).truth()
    output = bench.tool("tables", bench.scratch("tables"), *told["files"])
    rows = [line.split(None, 6) for line in output.splitlines()]
    return sorted(({"file": os.path.basename(row[6]), "build_s": int(row[0]) / 1e9, "load_s":
                    int(row[1]) / 1e9, "rows": int(row[2]), "rules": int(row[3]),
                    "functions": int(row[4]), "bytes": int(row[5])} for row in rows),
                  key=lambda row: -row["rows"])


def measure(bench, python):
    """python: one with NumPy and pandas, or None."""
    whole_runs.become_reaper()
    whole_runs.be_on_time()
    tables_python = bench.libraries or python
    found = [pipeline_stacks(bench)]
    runs = beside(bench, python) if python else []
    found += [{"target": "NumPy and pandas", "rate": run["rate"], **run.pop("stacks")}
              for run in runs if "stacks" in run]
    return {"stacks": found, "beside": runs or None,
            "libraries": libraries(bench) if bench.libraries else None,
            "tables": unwind_tables(bench, tables_python) if tables_python else None}
