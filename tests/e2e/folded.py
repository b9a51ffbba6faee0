# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What the end-to-end tests read results with: folded files, pstats files, reports, SVGs.

Each is read by code that shares nothing with the program under test. `Wrong` is raised, with both
numbers, when something is not as it should be.
"""
import json
import marshal
import os
import re
import subprocess
import xml.etree.ElementTree


class Wrong(Exception):
    pass


def need(condition, *message):
    if not condition:
        raise Wrong(" ".join(str(part) for part in message))


def near(actual, expected, slack, what):
    need(abs(actual - expected) <= slack,
         "%s: %s, expected %s ± %s" % (what, actual, expected, slack))


def truth(path):
    """What the program told of itself: the last line of its output, in JSON."""
    with open(path) as stream:
        return json.loads(stream.read().splitlines()[-1])


def shown(name):
    """How a name stands in a folded file: no controls, no ';', no halves of surrogate pairs."""
    def escape(character):
        point = ord(character)
        if character in "\n\r\t":
            return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character]
        if point < 32 or 127 <= point < 160 or character == ";":
            return "\\x%02x" % point
        if 0xd800 <= point < 0xe000 or point in (0xfffe, 0xffff):
            return "\\u%04x" % point
        return character
    return "".join(escape(character) for character in name)


def name_of(frame):
    """The function of "qualname (path:line)"; other frames are their own name."""
    return frame.split(" (", 1)[0]


def is_python(frame):
    """A function of Python: "qualname (path:line)"; those of files of machine code have no line."""
    return re.fullmatch(r".* \(.*:\d+\)", frame)


def python_stack(frames):
    """A stack as Python sees it: the process, its Python functions, and collections of garbage.

    Builtins, libraries, JITs and the kernel belong to the Python function that they stand above. A
    stack without a Python function stays as it is.
    """
    if not any(map(is_python, frames[1:])):
        return frames
    return frames[:1] + [frame for frame in frames[1:]
                         if is_python(frame) or frame.startswith("[gc gen ")]


class Folded:
    """A folded file: stacks is a list of (frames from the root, count)."""

    def __init__(self, path):
        self.stacks = []
        with open(path, encoding="utf-8", newline="\n") as stream:
            for line in stream:
                need(line.endswith("\n"), path, "ends within a line")
                stack, blank, count = line[:-1].rpartition(" ")
                need(blank and count.isdigit() and int(count) > 0, "no stack line:", repr(line))
                frames = stack.split(";")
                need(all(frames), "an empty frame:", repr(line))
                need(not re.search("[\0-\x1f\x7f-\x9f]", line[:-1]), "a control character:", repr(line))
                self.stacks.append((frames, int(count)))
        whole = [tuple(frames) for frames, _ in self.stacks]
        need(len(whole) == len(set(whole)), path, "has a stack twice")

    def total(self, where=lambda frames: True):
        return sum(count for frames, count in self.stacks if where(frames))

    def own(self, name):
        """Samples of the function, or the frame as a whole, and of no Python function above it."""
        stacks = [(python_stack(frames)[-1], count) for frames, count in self.stacks]
        return sum(count for leaf, count in stacks if name in (leaf, name_of(leaf)))

    def under(self, name):
        """Samples that have it anywhere."""
        return self.total(lambda frames: any(name in (f, name_of(f)) for f in frames))

    def frames(self, name=None):
        """All different frames (of the function)."""
        return sorted({f for frames, _ in self.stacks for f in frames if name in (None, name_of(f))})

    def chains(self, name):
        """The different ways, as lists of names, from the root to the innermost Python function."""
        stacks = [python_stack(frames) for frames, _ in self.stacks]
        return sorted({tuple(name_of(frame) for frame in frames) for frames in stacks
                       if name_of(frames[-1]) == name})


class Stats:
    """A pstats file: table is {(file, line, name): (cc, nc, tt, ct, callers)}."""

    def __init__(self, path):
        with open(path, "rb") as stream:
            self.table = marshal.load(stream)
        roots = [key for key, row in self.table.items() if not row[4]]
        need(len(roots) == 1, "not one root:", roots)
        self.root = roots[0]

    def total(self):
        return self.table[self.root][3]

    def self_times(self):
        return sum(row[2] for row in self.table.values())


class Report:
    """`ltsbpf report FILE`, read back from what it prints."""

    def __init__(self, path, *options):
        done = subprocess.run([os.environ["LTSBPF"], "report", path] + list(options),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        need(done.returncode == 0, "report fails:", done.stderr.decode())
        self.text, self.messages = done.stdout.decode(), done.stderr.decode()
        match = re.search(r"^Samples: (\d+) due \((\S+) s of CPU time at (\S+) Hz\), (\d+) received "
                          r"\((\S+) %\), (\d+) with a complete Python stack$", self.text, re.M)
        need(match, "no line of samples in", self.text)
        self.due, self.received, self.complete = (int(match.group(i)) for i in (1, 4, 6))
        self.cpu, self.rate = float(match.group(2)), float(match.group(3))
        behind = self.text[match.end():]
        self.lost = {reason: int(count) for count, reason in
                     re.findall(r"^ +(\d+)  .* \((\w+)\)$", behind, re.M)}
        self.processes = [
            {"cpu": float(cpu), "samples": int(samples), "name": name, "pid": int(pid), "python": python}
            for cpu, samples, name, pid, python in re.findall(
                r"^ +(\S+) s +(\d+) samples  (.*) \((\d+)\)(?:, Python (\S+))?$", self.text, re.M)]
        match = re.search(r"^Processes \((\d+)\)", self.text, re.M)
        self.process_count = int(match.group(1))
        own = self.text.split("own time", 1)[-1].split("\n\n", 1)[0]
        self.hottest = [
            {"percent": float(percent), "seconds": float(seconds), "label": label,
             "line": int(line or 0), "line_percent": float(share or 0)}
            for percent, seconds, label, line, share in re.findall(
                r"^ +(\S+) % ±\S+ +(\S+) s  (.*?)(?:, line (\d+): (\S+) %)?$", own, re.M)]

    def completeness(self):
        """The share of complete stacks among the samples of interpreters that are up."""
        outside = sum(self.lost.get(reason, 0) for reason in ("not_python", "starting", "native_thread"))
        need(self.received > outside, "no sample of a running interpreter")
        return self.complete / (self.received - outside)


class Svg:
    """A flame graph: frames is a list of (title, x, width)."""

    def __init__(self, path):
        root = xml.etree.ElementTree.parse(path).getroot()
        space = "{http://www.w3.org/2000/svg}"
        self.titles = []
        for group in root.iter(space + "g"):
            title, box = group.find(space + "title"), group.find(space + "rect")
            if title is not None and box is not None:
                self.titles.append(title.text)
        self.ids = {element.get("id") for element in root.iter() if element.get("id")}
        self.texts = ["".join(element.itertext()) for element in root.iter(space + "text")]


def check_shares(counts, used, points):
    """Each function's share of the samples against its share of the CPU time, in percent."""
    need(sum(counts.values()), "no sample of any of", ", ".join(used))
    for name in used:
        near(100 * counts[name] / sum(counts.values()), 100 * used[name] / sum(used.values()), points,
             "the share of " + name)


def check_counts(counts, used, rate, percent, extra=3):
    """Each function's samples against its CPU time: so many percent off, and `extra` samples."""
    for name in used:
        expected = used[name] * rate
        near(counts[name], expected, expected * percent / 100 + extra, "samples of " + name)


def check_complete(report, percent=99.5):
    need(100 * report.completeness() >= percent, "%.2f %% of the stacks are complete, not %s: %s" % (
        100 * report.completeness(), percent, report.lost))
    for reason in ("ring_full", "stackless", "process_event", "process", "id_collision"):
        need(not report.lost.get(reason), report.lost.get(reason), reason)


def check_received(report, percent):
    near(100 * report.received / max(report.due, 1), 100, percent, "received of due")


def check_sums(folder, base="profile"):
    """The three outputs tell of the same samples."""
    path = os.path.join(folder, base)
    folded, stats, report = Folded(path + ".folded"), Stats(path + ".stats"), Report(path + ".ltsbpf")
    seconds = folded.total() / report.rate
    need(folded.total() == report.received, "folded has", folded.total(), "report", report.received)
    near(stats.total(), seconds, 1e-3 * seconds + 1e-6, "ct of the root")
    near(stats.self_times(), stats.total(), 1e-6 * seconds + 1e-9, "sum of tt")
    near(sum(p["samples"] for p in report.processes) if report.process_count <= 10 else report.received,
         report.received, 0, "samples of all processes")
    return folded, stats, report
