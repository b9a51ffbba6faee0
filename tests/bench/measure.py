# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Measures and prints the tables; started by run.sh, which says with what."""
import argparse
import datetime
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time

import calls
import diff
import folded
import native
import scale
import slowdown
import tables
import walk
import whole_runs

PARTS = {"walk": walk.measure, "slowdown": slowdown.measure, "whole_runs": whole_runs.measure,
         "native": native.measure, "calls": calls.measure, "diff": diff.measure,
         "scale": scale.measure}


class Bench:
    """What the parts need: tools, Pythons, a folder to write into, and how long to measure."""

    def __init__(self, options):
        self.work = options.work
        self.bench, self.ltsbpf = os.environ["BENCH"], os.environ["LTSBPF"]
        self.py_spy, self.libraries = options.py_spy, options.libraries
        self.seconds = float(os.environ.get("BENCH_SECONDS") or 25)
        self.cpus = os.sched_getaffinity(0)
        self.tick_rate = 1 / time.clock_getres(6)  # CLOCK_MONOTONIC_COARSE
        self.stamp_file = self.scratch("stamp")
        pythons, self.all_pythons = dict(), []
        for line in options.pythons.splitlines():
            version, path = line.split(" ", 1)
            self.all_pythons.append((version, path))
            pythons.setdefault(version.split(".")[1], (version, path))
        self.walk_pythons = [pythons[minor] for minor in ("9", "11", "13") if minor in pythons]
        self.version, self.python = pythons.get("11") or next(iter(pythons.values()))
        self.walk_pythons = self.walk_pythons or [(self.version, self.python)]
        self.begin = time.monotonic()

    def say(self, what):
        print("%4d s  %s" % (time.monotonic() - self.begin, what), file=sys.stderr, flush=True)

    def scratch(self, name):
        return os.path.join(self.work, name)

    def target(self, name):
        return os.path.join("tests/bench/targets", name)

    def known_target(self, name):
        return os.path.join("tests/targets", name)

    def stamped(self, program):
        return [self.bench, "stamp", self.stamp_file, *program]

    def tool(self, *arguments):
        """Output of the bench program. It ends the program under test when it is told to end."""
        process = subprocess.Popen([self.bench, *arguments], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, universal_newlines=True)
        try:
            output = process.communicate()[0]
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if process.returncode:
            raise RuntimeError("bench %s failed" % arguments[0])
        return output

    def folded(self, recording, *view):
        folder = self.scratch("converted")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([self.ltsbpf, "convert", recording, "-q", "-f", "folded", "-o", folder,
                        "--name", "run", *view], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        return folded.Folded(os.path.join(folder, "run.folded"))

    def report(self, recording):
        return folded.Report(recording)

    def samples_of(self, path, names):
        """Samples whose leaf is a function, or the frames below it; in anybody's folded file."""
        counts = dict.fromkeys(names, 0)
        with open(path, encoding="utf-8", errors="replace") as stream:
            for line in stream:
                stack, _, count = line.rpartition(" ")
                frames = [folded.name_of(frame) for frame in stack.split(";")]
                for name in names:
                    if name in frames:
                        counts[name] += int(count)
        return counts


def first(path, pattern):
    try:
        with open(path) as stream:
            match = re.search(pattern, stream.read(), re.M)
    except OSError:
        return None
    return match.group(1) if match else None


def virtual():
    vendor = first("/sys/class/dmi/id/sys_vendor", r"(.*)")
    product = first("/sys/class/dmi/id/product_name", r"(.*)")
    if not re.search(r"^flags\s*:.*\bhypervisor\b", open("/proc/cpuinfo").read(), re.M):
        return "no"
    return "yes" + (" (%s)" % " ".join(filter(None, (vendor, product))) if vendor else "")


def output_of(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "?"


def cpu_times():
    """(all, stolen): what the CPUs did since the machine started, in ticks."""
    with open("/proc/stat") as stream:
        fields = [int(field) for field in stream.readline().split()[1:9]]
    return sum(fields), fields[7]


def stolen_percent(before):
    everything, stolen = (now - then for now, then in zip(cpu_times(), before))
    return 100 * stolen / max(everything, 1)


def machine(bench, loads, times):
    return {
        "CPU": first("/proc/cpuinfo", r"^model name\s*:\s*(.*)") or platform.machine(),
        "CPUs in use": len(bench.cpus),
        "virtual": virtual(),
        "memory": "%.1f GiB" % (int(first("/proc/meminfo", r"^MemTotal:\s+(\d+)")) / 2**20),
        "kernel": "%s, tick %.0f Hz" % (platform.release(), bench.tick_rate),
        "system": first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)') or "?",
        "ltsbpf": output_of(bench.ltsbpf, "--version"),
        "py-spy": output_of(bench.py_spy, "--version") if bench.py_spy else "not available",
        tables.PYTHON: bench.version,
        "date": datetime.date.today().isoformat(),
        "command": "sudo make bench" + " BENCH_SECONDS=%g" % bench.seconds * (bench.seconds != 25),
        "load before and after": "%.2f, %.2f" % loads,
        "CPU time taken by the host meanwhile": "%.1f %%" % stolen_percent(times),
    }


def main():
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh")
    parser.add_argument("--json", metavar="FILE", help="the results for programs")
    parser.add_argument("--only", choices=PARTS, action="append", help="not the other parts")
    parser.add_argument("--work", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--py-spy", help=argparse.SUPPRESS)
    parser.add_argument("--libraries", help=argparse.SUPPRESS)
    parser.add_argument("--pythons", help=argparse.SUPPRESS)
    options = parser.parse_args()
    bench, before, times = Bench(options), os.getloadavg()[0], cpu_times()
    results, failed = {}, []
    for name in options.only or PARTS:
        try:
            results[name] = PARTS[name](bench)
        except (RuntimeError, folded.Wrong, OSError, ValueError,
                subprocess.CalledProcessError) as error:
            failed.append(name)
            print("%s: %s" % (name, error), file=sys.stderr)
    results["machine"] = machine(bench, (before, os.getloadavg()[0]), times)
    for table in tables.all_of(results):
        print(table.text())
    if options.json:
        with open(options.json, "w") as stream:
            json.dump(results, stream, indent=1)
    bench.say("done" + (", without " + ", ".join(failed) if failed else ""))
    return 1 if failed else 0


def told_to_end(*_):
    raise KeyboardInterrupt


signal.signal(signal.SIGTERM, told_to_end)
try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.exit(130)
