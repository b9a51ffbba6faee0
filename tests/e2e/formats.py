# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""formats.py FOLDER: one recording in all formats; they tell of the same samples, by function."""
import collections
import gzip
import json
import sys

from folded import Folded, Stats, Wrong, need, near


def fields(message):
    """(number, value) of a protobuf message: numbers as they are, everything else as bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            need(key & 7 == 2, "a field of wire type", key & 7)
            size = varint()
            yield key >> 3, message[at:at + size]
            at += size


def packed(content):
    return [value for _, value in fields(b"".join(b"\x08" + part for part in split(content)))]


def split(content):
    """The varints of a packed field."""
    part = b""
    for byte in content:
        part += bytes([byte])
        if byte < 128:
            yield part
            part = b""


class Counts:
    """Samples in all, and own and total samples by Python function (name, file, line)."""

    def __init__(self):
        self.total = 0
        self.own, self.under = collections.Counter(), collections.Counter()

    def add(self, stack, count):
        """Root first; frames that are no Python function are None."""
        self.total += count
        for function in {function for function in stack if function}:
            self.under[function] += count
        if stack and stack[-1]:
            self.own[stack[-1]] += count


def python_label(label):
    """(name, file, line) of a frame of a folded file; None when it is no Python function."""
    name, blank, place = label.partition(" (")
    path, colon, line = place.rstrip(")").rpartition(":")
    return (name, path, int(line)) if colon and line.isdigit() else None


def of_folded(path):
    counts = Counts()
    for frames, count in Folded(path).stacks:
        counts.add([python_label(frame) for frame in frames], count)
    return counts


def of_pprof(path):
    with gzip.open(path) as stream:
        rows = collections.defaultdict(list)
        for number, value in fields(stream.read()):
            rows[number].append(value)
    texts = [text.decode() for text in rows[6]]
    types = [tuple(texts[value] for _, value in fields(row)) for row in rows[1]]
    need(types == [("samples", "count"), ("cpu", "nanoseconds")], "sample types", types)
    functions, locations, counts = {}, {}, Counts()
    for row in map(dict, map(fields, rows[5])):
        need(3 not in row, "a system name in", row)
        functions[row[1]] = (texts[row[2]], texts[row.get(4, 0)], row.get(5, 0))
    for row in map(dict, map(fields, rows[4])):
        function = functions[dict(fields(row[4]))[1]]
        locations[row[1]] = function if function[2] else None
    for row in rows[2]:
        parts = list(fields(row))
        samples, nanoseconds = packed(dict(parts)[2])
        need(nanoseconds == samples * rows[12][0], nanoseconds, "ns of", samples, "samples")
        keys = {texts[dict(fields(label))[1]] for number, label in parts if number == 3}
        need(keys == {"process", "thread"}, "labels:", keys)
        counts.add([locations[i] for i in reversed(packed(dict(parts)[1]))], samples)
    return counts, rows[12][0]


def frame_of(row):
    return (row["name"], row.get("file", ""), row["line"]) if row.get("line") else None


def of_speedscope(path, period):
    with open(path, encoding="utf-8") as stream:
        file = json.load(stream)
    frames, counts, tree = list(map(frame_of, file["shared"]["frames"])), Counts(), file["profiles"][0]
    for stack, weight in zip(tree["samples"], tree["weights"]):
        need(weight % period == 0, "a weight of", weight)
        counts.add([frames[i] for i in stack], weight // period)
    need(tree["endValue"] == counts.total * period, "endValue", tree["endValue"])
    for thread in file["profiles"][1:]:
        check_events(thread)
    return counts


def check_events(thread):
    """What opens closes in the opposite order, and time never goes back."""
    path, now = [], thread["startValue"]
    for event in thread["events"]:
        need(now <= event["at"] <= thread["endValue"], "time goes back in", thread["name"])
        now = event["at"]
        if event["type"] == "O":
            path.append(event["frame"])
        else:
            need(path and path.pop() == event["frame"], "a frame closes that is not open", event)
    need(not path, "frames stay open in", thread["name"])


def of_firefox(path):
    with open(path, encoding="utf-8") as stream:
        file = json.load(stream)
    shared, counts = file["shared"], Counts()
    texts, table, functions = shared["stringArray"], shared["stackTable"], shared["funcTable"]
    names = []
    for i in range(functions["length"]):
        source = functions["source"][i]
        place = "" if source is None else texts[shared["sources"]["filename"][source]]
        line = functions["lineNumber"][i]
        names.append(line and (texts[functions["name"][i]], place, line))
    for thread in file["threads"]:
        samples = thread["samples"]
        need(samples["time"] == sorted(samples["time"]), "time goes back")
        for node, weight in zip(samples["stack"], samples["weight"]):
            stack = []
            while node is not None:
                stack.insert(0, names[table["frame"][node]])
                node = table["prefix"][node]
            counts.add(stack, weight)
    return counts


def check_chrome(path):
    """As viewers take it: events of a thread contain each other or lie apart, callers first."""
    with open(path, encoding="utf-8") as stream:
        events = json.load(stream)["traceEvents"]
    need({event["ph"] for event in events} == {"X", "M"}, "kinds of events")
    threads = collections.defaultdict(list)
    for event in events:
        need(isinstance(event["pid"], int) and isinstance(event["tid"], int), event)
        if event["ph"] == "X":
            need(event["name"] and event["cat"] and isinstance(event["dur"], int), event)
            threads[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    for spans in threads.values():
        need([begin for begin, _ in spans] == sorted(begin for begin, _ in spans), "out of order")
        ends = []
        for begin, end in spans:
            while ends and ends[-1] <= begin and ends[-1] < end:
                ends.pop()
            need(not ends or end <= ends[-1], "events cross at", begin)
            ends.append(end)


def check_callgrind(path, folded):
    own = calls = 0
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            if line[:1].isdigit():
                own, calls = own + (0 if calls else int(line.split()[1])), 0
            elif line.startswith("calls="):
                calls = 1
            elif line.startswith("summary: "):
                summary = int(line.split()[1])
    need(own == summary == folded.total, "callgrind:", own, summary, folded.total)


def check_pstats(path, folded, period):
    """By line of definition: pstats goes by plain names, and machine code is its caller's."""
    stats, compared = Stats(path), 0
    near(stats.total(), folded.total * period / 1e9, 1e-6, "pstats: total")
    names = collections.Counter((path, line) for _, path, line in folded.under)
    for (name, path, line), samples in folded.under.items():
        rows = [row for key, row in stats.table.items() if key[:2] == (path, line)]
        need(rows, "pstats has no", name)
        if names[path, line] == len(rows) == 1:
            near(rows[0][3], samples * period / 1e9, 1e-6, "pstats: " + name)
            compared += 1
    need(compared >= 3, "only", compared, "functions of pstats were compared")


def check_benchmark(path, folded, period):
    with open(path, encoding="utf-8") as stream:
        rows = json.load(stream)
    near(rows[0]["value"], folded.total * period / 1e9, 1e-3, "gh-benchmark: total")
    need(1 < len(rows) <= 11 and len({row["name"] for row in rows}) == len(rows), "rows", rows)
    need(all(set(row) <= {"name", "unit", "value", "range", "extra"} for row in rows), "keys")


def same(what, actual, expected):
    need(actual.total == expected.total, what, actual.total, "samples of", expected.total)
    for kind in "own", "under":
        differing = [(name, getattr(actual, kind)[name], getattr(expected, kind)[name])
                     for name in set(getattr(actual, kind)) | set(getattr(expected, kind))
                     if getattr(actual, kind)[name] != getattr(expected, kind)[name]]
        need(not differing, what, kind, differing[:3])


def main(base):
    folded = of_folded(base + ".folded")
    pprof, period = of_pprof(base + ".pb.gz")
    need(folded.total > 50, "only", folded.total, "samples")
    same("pprof", pprof, folded)
    same("speedscope", of_speedscope(base + ".speedscope.json", period), folded)
    same("firefox", of_firefox(base + ".gecko.json"), folded)
    check_chrome(base + ".chrome.json")
    check_callgrind(base + ".callgrind", folded)
    check_pstats(base + ".stats", folded, period)
    check_benchmark(base + ".gh-benchmark.json", folded, period)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Wrong as wrong:
        sys.exit(str(wrong))
