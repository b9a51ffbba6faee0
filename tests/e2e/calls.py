# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings that calls.sh makes: calls as cProfile counts them, times as
the program took them itself, collections and imports as the interpreter tells of them."""
import collections
import json
import re
import statistics
import sys

sys.path.insert(0, "tests/integration")
from folded import Report, Stats, near, need, truth  # noqa: E402
from records import records_of  # noqa: E402

COLLECTION, IMPORT, CALLS, STATE = 9, 10, 37, 38  # records: bpf/ltsbpf.h, user/recording/format.h
SAMPLED = r"<ltsbpf: \S+ Hz on-CPU samples; ncalls = exact calls( of the first \S+ s)?>"
TIMED = r"<ltsbpf: exact calls and wall times from the interpreter's probes>"

# How our counts differ from cProfile's: {(function, caller; "" = in all): (calls, primitive)}, from
# which minor version on, and why. What is not listed fails, and so does what does not occur.
DIFFERENCES = (
    (11, "throw() and close() go down through `yield from` and `await` to the innermost generator, "
         "and run it before those around it. To cProfile it is called by who throws, and so are they, "
         "one after the other. Its frame is below theirs, and that is what we go by. 3.9 tells of "
         "each by an entry, which is taken as it comes.",
     {("numbers", "delegating"): (1, 1), ("numbers", "generators"): (-1, -1),
      ("delegating", ""): (0, -2), ("delegating", "delegating"): (2, 1),
      ("delegating", "generators"): (-2, -2),
      ("__await__", "awaiting"): (1, 1), ("__await__", "by_hand"): (-1, -1),
      ("awaiting", ""): (0, -1), ("awaiting", "awaiting"): (1, 1), ("awaiting", "catching"): (1, 1),
      ("awaiting", "by_hand"): (-2, -2)}),
    (14, "close(), and the end of its last reference, runs nothing of a generator that is suspended "
         "outside of `try` (gen_close(), Objects/genobject.c), but does where its code is instrumented, "
         "as it is under cProfile",
     {("<genexpr>", ""): (-1, -1), ("<genexpr>", "callbacks"): (-1, -1),
      ("numbers", ""): (-2, -2), ("numbers", "generators"): (-2, -2),
      ("__await__", ""): (-1, -1), ("__await__", "by_hand"): (-1, -1)}),
)


def known_differences(minor):
    known = collections.Counter(), collections.Counter()
    for since, _, listed in DIFFERENCES:
        for edge, numbers in listed.items() if minor >= since else ():
            for counter, number in zip(known, numbers):
                counter[edge] += number
    return {edge: (known[0][edge], known[1][edge]) for edge in known[0]}


class Counted:
    """Calls of the functions of every_call.py: {(function's key, caller's key or None): [nc, cc]},
    by those that belong to its work alone."""

    def __init__(self, path, counted_to):
        self.path, self.counted_to = path, counted_to
        self.calls = collections.defaultdict(lambda: [0, 0])

    def is_of_work(self, key):
        file, line, name = key
        return file.startswith("made/") or file.endswith("every_call_imported.py") or (
            file == self.path and name != "<module>" and line <= self.counted_to)

    def add(self, callee, nc, cc, callers):
        """Calls at the top level of the file, before the work began, do not count."""
        if not self.is_of_work(callee):
            return
        for caller, more, primitive in callers:
            if caller[0] == self.path and caller[2] == "<module>":
                nc, cc = nc - more, cc - primitive
            elif caller[0] != self.path or self.is_of_work(caller):
                self.put((callee, caller), more, primitive)
        self.put((callee, None), nc, cc)

    def put(self, edge, nc, cc):
        if nc:
            self.calls[edge][0] += nc
            self.calls[edge][1] += cc


def of_cprofile(path, every_call):
    with open(path) as stream:
        told = json.load(stream)
    counted = Counted(every_call, told["counted_to"])
    for *key, nc, cc, callers in told["rows"]:
        counted.add(tuple(key), nc, cc, [(tuple(each[:3]), *each[3:]) for each in callers])
    return counted


def of_ltsbpf(stats, every_call, counted_to):
    counted = Counted(every_call, counted_to)
    for key, (cc, nc, _, _, callers) in stats.table.items():
        counted.add(key, nc, cc, [(caller, *row[:2]) for caller, row in callers.items()])
    return counted


def every_call(run, told, path, minor, timed):
    stats, theirs = Stats(run + "/profile.stats"), of_cprofile(told, path)
    need(re.fullmatch(TIMED if timed == "times" else SAMPLED, stats.root[2]), stats.root)
    ours = of_ltsbpf(stats, path, theirs.counted_to)
    functions = {callee for callee, _ in theirs.calls}
    need(len(functions) > 150, len(functions), "functions")
    found = collections.defaultdict(lambda: (0, 0))
    for edge in theirs.calls.keys() | ours.calls.keys():
        more = [a - b for a, b in zip(ours.calls[edge], theirs.calls[edge])]
        if any(more):
            name = edge[0][2], edge[1][2] if edge[1] else ""
            found[name] = found[name][0] + more[0], found[name][1] + more[1]
    known = known_differences(int(minor))
    unlisted = {edge: found[edge] for edge in found if found[edge] != known.get(edge)}
    absent = {edge: known[edge] for edge in known if edge not in found}
    need(not unlisted, "other counts than cProfile's:", unlisted)
    need(not absent, "listed differences that do not occur:", absent)


def recorded(run):
    """By the name of each function, for each caller and thread: calls, and nanoseconds of its own."""
    records = records_of(run)
    names = {record.fingerprint: record.name for record in records if record.kind == "function"}
    found = collections.defaultdict(list)
    for record in records:
        if record.kind == CALLS and record.word(8) in names:
            own_ns = int.from_bytes(record.body[40:48], "little", signed=True)
            found[names[record.word(8)]].append((record.word(16), own_ns))
    return found


def times(run, untraced):
    told, plain = truth(run + ".out"), truth(untraced)
    rows = {key[2]: row for key, row in Stats(run + "/profile.stats").table.items()
            if key[0].endswith("/call_times.py")}
    for name, seconds in told["used"].items():
        near(rows[name][3], seconds, 0.02 * seconds, "cumtime of " + name)
        need(seconds > (0.0999 if name == "both" else 0.0499), name, "took", seconds, "by its own clock")
    near(rows["both"][2], 0, 0.002, "tottime of both")
    calls, threads, turns = recorded(run), told["threads"], told["turns"]
    need([count for count, _ in calls["empty"]] == [turns] * threads, "empty calls:", calls["empty"])
    need([count for count, _ in calls["loop"]] == [1] * threads, "calls of loop:", calls["loop"])
    own, around = (statistics.median(own_ns for _, own_ns in calls[name]) / turns
                   for name in ("empty", "loop"))
    print("an empty call: %.0f ns of its own and %.0f ns of its caller; %.0f ns untraced, %.0f traced"
          % (own, around, plain["turn_ns"], told["turn_ns"]))
    # A machine that has become slower since the calibration has slower traps as well.
    need(-100 <= own <= 0.25 * told["turn_ns"], "an empty call takes", own, "ns")
    need(-100 <= around <= 0.4 * told["turn_ns"], "its caller takes", around, "ns for each")


def all_counted(run):
    state, = [record for record in records_of(run) if record.kind == STATE]
    hits, uncounted = state.word(16) + state.word(24), state.word(48)
    need(hits > 1000, hits, "probe hits")
    need(not uncounted, uncounted, "calls are uncounted, of", hits, "hits")


def processes(run):
    told, stats = truth(run + ".out"), Stats(run + "/profile.stats")
    nc = [row[1] for key, row in stats.table.items()
          if key[2] == "fibonacci" and key[0].endswith("/call_processes.py")]
    need(nc == [told["calls"]], nc, "calls of all processes, not", told["calls"])


def names_called(run):
    return {key[2] for key, row in Stats(run + "/profile.stats").table.items() if row[1]}


def include(run):
    need(names_called(run) == {"sleeping", "burning"}, names_called(run))


def exclude(run):
    calls = names_called(run)
    need({"both", "sleeping", "burning", "_find_and_load"} <= calls, "too few:", calls)
    need(not calls & {"empty", "loop"}, "excluded and counted")


def budget(run):
    stats, report = Stats(run + "/profile.stats"), Report(run + "/profile.ltsbpf")
    match = re.fullmatch(SAMPLED, stats.root[2])
    need(match and match[1], "not of a part of the run:", stats.root)
    need("counting ended after" in report.text and "the budget was used up" in report.text,
         "the report does not tell:", report.text)
    with open(run + ".err") as stream:
        need(re.search(r"counting calls has cost 20 % of the program's time: it ended", stream.read()),
             "the run does not tell")
    nc = {key[2]: row[1] for key, row in stats.table.items()}
    need(100 < nc["descend"] < 1000000, nc["descend"], "calls before the budget was used up")


def collections_of(records):
    counts = collections.Counter(record.word(16) & 0xffffffff for record in records
                                 if record.kind == COLLECTION)
    return [counts[generation] for generation in range(3)]


def imports_of(records):
    """{(module, the one that wanted it or None): how often}"""
    pairs, open_imports = collections.Counter(), collections.defaultdict(list)
    for record in records:
        if record.kind != IMPORT:
            continue
        stack, module = open_imports[record.tid], record.text(8, 128)
        if record.word(0) & 0xffffffff:
            need(stack and stack.pop() == module, "the import of", module, "ends and did not begin")
        else:
            pairs[module, stack[-1] if stack else None] += 1
            stack.append(module)
    return pairs


def imports_told(path):
    """The same from -X importtime: each line stands behind those that are indented further."""
    pairs, waiting = collections.Counter(), []
    with open(path, errors="replace") as stream:
        for line in stream:
            match = re.match(r"import time: +\d+ \| +\d+ \|( +)(\S+)$", line)
            if not match:
                continue
            depth, module = len(match[1]), match[2]
            while waiting and waiting[-1][0] > depth:
                pairs[waiting.pop()[1], module] += 1
            waiting.append((depth, module))
    pairs.update((module, None) for _, module in waiting)
    return pairs


def events(run):
    records, told = records_of(run), truth(run + ".out")["collections"]
    report = Report(run + "/profile.ltsbpf").text
    need(collections_of(records) == told, collections_of(records), "collections, not", told)
    shown = [int(number) for number in re.findall(r"^ +\S+ ms  gen \d: (\d+),", report, re.M)]
    need(shown == [number for number in told if number], shown, "in the report, not", told)
    ours, theirs = imports_of(records), imports_told(run + ".err")
    need(ours == theirs, "imports differ: ", ours - theirs, "more, missing", theirs - ours)
    need(len(theirs) > 100, len(theirs), "imports")
    need("\nImports (%d, " % sum(theirs.values()) in report, sum(theirs.values()), "in the report")
