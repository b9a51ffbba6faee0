# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Whole runs of ltsbpf and py-spy, each beside a run of the plain program right after it."""
import ctypes
import json
import os
import re
import select
import signal
import subprocess
import time

from estimate import median

RATES = 99, 999
START_RUNS = 12


def cpu_s(pid):
    """CPU time of a process with all its threads, up to its reaping; its children not."""
    return time.clock_gettime((~pid << 3) | 2)


def peak_kib(pid):
    try:
        with open("/proc/%d/status" % pid) as stream:
            match = re.search(r"^VmHWM:\s+(\d+)", stream.read(), re.M)
    except OSError:
        return None
    return int(match.group(1)) if match else None


def become_reaper():
    """Processes whose parent ends become our children, so that their CPU time can be had."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def be_on_time():
    """We sleep but for moments, which must not wait for a CPU. Our children are as before."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))
    except OSError:
        pass


def wait_for_orphans():
    used = 0.0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return used
        used += usage.ru_utime + usage.ru_stime


def has_ended(pid):
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


class Run:
    """One run of a command in which "bench stamp" starts the program under test."""

    def __init__(self, bench, command, outputs=None):
        self.output = bench.scratch("output")
        self.messages = bench.scratch("messages")
        self.stamp_file = bench.stamp_file
        self.peak_kib = 0
        if os.path.exists(self.stamp_file):
            os.unlink(self.stamp_file)
        with open(self.output, "wb") as out, open(self.messages, "wb") as err:
            begin = time.monotonic()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=err)
        try:
            self.follow(begin)
        finally:
            if self.process.returncode is None:
                self.process.send_signal(signal.SIGTERM)
                self.process.wait()
        if self.status:
            raise RuntimeError("%s exits with %s: %s" % (
                " ".join(command), self.status, self.said()[-500:]))
        for path in outputs or ():
            if not os.path.getsize(path):
                raise RuntimeError("%s wrote nothing into %s" % (command[0], path))

    def follow(self, begin):
        pid = self.process.pid
        self.wait_for_stamp(pid)
        try:
            with open(self.stamp_file) as stream:
                target, stamped = map(int, stream.read().split())
        except OSError:
            raise RuntimeError("the program was not started: " + self.said()[-500:])
        self.ready_s = stamped / 1e9 - begin
        start_cpu = cpu_s(pid)
        self.wait_for_end(target, pid)
        target_end = time.monotonic()
        while not has_ended(pid):
            self.peak_kib = peak_kib(pid) or self.peak_kib
            time.sleep(0.001)
        self.finish_s = time.monotonic() - target_end
        self.wall_s = time.monotonic() - begin
        self.own_s = cpu_s(pid) - start_cpu
        _, status, usage = os.wait4(pid, 0)
        self.status = self.process.returncode = os.waitstatus_to_exitcode(status)
        # A profiler need not wait for the program: then it has become ours (become_reaper).
        self.all_s = usage.ru_utime + usage.ru_stime + wait_for_orphans()

    def wait_for_stamp(self, pid):
        while not os.path.exists(self.stamp_file) and not has_ended(pid):
            time.sleep(0.001)

    def wait_for_end(self, target, pid):
        """Sleeps until the program has ended: a look now and then would disturb it."""
        try:
            self.peak_kib = peak_kib(pid) or 0
            fd = os.pidfd_open(target)
        except ProcessLookupError:
            return
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        poll.poll()
        os.close(fd)

    def said(self):
        with open(self.messages, errors="replace") as stream:
            return stream.read()

    def truth(self):
        with open(self.output) as stream:
            # py-spy has something to say on stdout as well.
            return json.loads([line for line in stream if line.startswith("{")][-1])


def ltsbpf(bench, rate, program, outputs=(".svg", ".stats", ".folded", ".ltsbpf"), kind=None):
    """(run, report, folded)"""
    path = os.path.join(bench.scratch("profiles"), "profile")
    command = [bench.ltsbpf, "record", "-r", str(rate), "-o", os.path.dirname(path), "-q", "--",
               *bench.stamped(program)]
    run = (kind or Run)(bench, command, [path + ending for ending in outputs])
    return run, bench.report(path + ".ltsbpf"), path + ".folded"


def py_spy(bench, rate, program):
    folded = bench.scratch("py-spy.folded")
    run = Run(bench, [bench.py_spy, "record", "--subprocesses", "--function", "-r", str(rate),
                      "-f", "raw", "-o", folded, "--", *bench.stamped(program)], [folded])
    return run, folded


def costs(run, plain):
    return {"ready_s": run.ready_s, "finish_s": run.finish_s, "own_s": run.own_s,
            "peak_mib": run.peak_kib / 1024, "wall_s": run.wall_s, "plain_s": plain.wall_s,
            "wall_ratio": run.wall_s / plain.wall_s, "cpu_ratio": run.all_s / plain.all_s}


def ours(bench, name, rate, program, plain):
    run, report, _ = ltsbpf(bench, rate, program)
    return dict(costs(run, plain()), tool="ltsbpf", target=name, rate=rate, due=report.due,
                received=report.received, target_cpu_s=report.cpu, **cost_line(report.text))


def cost_line(text):
    """What the recording itself says: CPU seconds after start-up."""
    match = re.search(r"^Cost: ltsbpf used (\S+) s of CPU in user space and (\S+) s in BPF", text,
                      re.M)
    return {"user_s": float(match.group(1)), "bpf_s": float(match.group(2))}


def theirs(bench, name, rate, program, plain):
    run, folded = py_spy(bench, rate, program)
    beside = plain()
    with open(folded, errors="replace") as stream:
        received = sum(int(line.rpartition(" ")[2]) for line in stream)
    return dict(costs(run, beside), tool="py-spy", target=name, rate=rate, received=received,
                due=round(beside.all_s * rate), target_cpu_s=beside.all_s)


def combine(rounds):
    """The median of each number over the rounds, and how many there were."""
    merged = dict(rounds[0], rounds=len(rounds))
    for key, value in rounds[0].items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            merged[key] = median([each[key] for each in rounds])
    merged["peak_mib"] = max(each["peak_mib"] for each in rounds)
    merged["finish_s"] = max(each["finish_s"] for each in rounds)
    return merged


def compare(bench, name, program, rounds):
    """ltsbpf, plain, py-spy, plain, ... at each rate."""
    results, walls = [], []

    def plain():
        run = Run(bench, bench.stamped(program))
        walls.append(run.wall_s)
        return run

    for rate in RATES:
        found = {}
        for number in range(rounds):
            bench.say("whole runs: %s at %d Hz, %d of %d" % (name, rate, number + 1, rounds))
            found.setdefault("ltsbpf", []).append(ours(bench, name, rate, program, plain))
            if bench.py_spy:
                found.setdefault("py-spy", []).append(theirs(bench, name, rate, program, plain))
        results += [combine(each) for each in found.values()]
    spread = [100 * abs(b / a - 1) for a, b in zip(walls, walls[1:])]
    return results, {"target": name, "runs": len(walls), "percent": median(spread)}


def share_of(samples, used):
    """The largest difference between a function's share of samples and of CPU time, in points."""
    total, used_total = sum(samples.values()), sum(used.values())
    return max(abs(100 * samples[name] / max(total, 1) - 100 * used[name] / used_total)
               for name in used)


def shares(bench, seconds):
    """The target measures what its functions use by its own CPU clock."""
    program = [bench.python, bench.known_target("shares.py"), str(seconds)]
    results = []
    for rate in RATES:
        for tool in ("ltsbpf", "py-spy") if bench.py_spy else ("ltsbpf",):
            bench.say("known shares: %s at %d Hz" % (tool, rate))
            if tool == "ltsbpf":
                run, report, folded = ltsbpf(bench, rate, program)
                due, received = report.due, report.received
            else:
                run, folded = py_spy(bench, rate, program)
                due, received = round(seconds * rate), None
            used = run.truth()
            samples = bench.samples_of(folded, used)
            results.append({"tool": tool, "rate": rate, "points": share_of(samples, used),
                            "cpu_s": sum(used.values()), "samples": sum(samples.values()),
                            "due": due, "received": received, "own_s": run.own_s,
                            "peak_mib": run.peak_kib / 1024, "finish_s": run.finish_s})
    return results


def start(bench):
    """A program that does nothing: our start to its first instruction, its end to ours."""
    bench.say("start-up: %d runs" % START_RUNS)
    runs = [ltsbpf(bench, 99, ["true"], outputs=())[0] for _ in range(START_RUNS)]
    return {"runs": START_RUNS, "ready_s": median([run.ready_s for run in runs]),
            "ready_max_s": max(run.ready_s for run in runs),
            "finish_s": median([run.finish_s for run in runs]),
            "finish_max_s": max(run.finish_s for run in runs)}


def measure(bench):
    become_reaper()
    be_on_time()
    scale = bench.seconds / 25
    bars = str(max(600, int(14000 * scale)))
    calls = str(max(50, int(450 * scale)))
    targets = [
        ("call-heavy", [bench.python, bench.target("call_heavy.py"), calls], 2),
        ("pipeline", [bench.python, "tests/pipeline/benchmark_comparison/main.py", "--bars", bars],
         1),
    ]
    results, noise = [], []
    for name, program, rounds in targets:
        found, spread = compare(bench, name, program, rounds)
        results += found
        noise.append(spread)
    return {"start": start(bench), "runs": results, "noise": noise, "bars": int(bars),
            "shares": shares(bench, max(2.5, 5 * scale))}
