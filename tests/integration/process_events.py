# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must stand in the recordings of process_events.sh."""
from folded import need, truth
from records import Run


def life(run):
    """A program with a thread and a child, each of which says its own number."""
    told, records = truth(run + ".out"), Run(run)
    program = records.one("exec", pid=told["program"])
    need(program.tid == told["program"], "the program's exec is in thread", program.tid)
    need(records.records[0].pid == told["program"], "it begins with process", records.records[0].pid)
    thread = records.one("fork", tid=told["thread"])
    need(thread.pid == told["program"], "the thread is of", thread.pid)
    renamed = records.one("rename", tid=told["thread"])
    need(renamed.comm == "the-loader" and renamed.pid == told["program"], renamed)
    child = records.one("fork", pid=told["child"])
    need(child.parent == told["program"] and child.tid == told["child"], child)
    ends = [records.one("exit", pid=told[name]) for name in ("child", "program")]
    need(ends[0].time_ns < ends[1].time_ns, "the child ended after the program")
    freed = {record.tid for record in records.all("freed")}
    need({told["thread"], told["child"]} <= freed, "threads whose end is told:", freed)
    for first, second in (("fork", "exit"), ("exit", "freed")):
        before, after = (records.one(kind, tid=told["child"]) for kind in (first, second))
        need(before.time_ns < after.time_ns, first, "is not before", second)


def times(run):
    """Each kind of process event is there in the order in which it happened."""
    records = Run(run)
    events = [record for record in records.records
              if record.kind in ("fork", "exec", "rename", "exit", "freed", "sample", "stack")]
    late = [(a, b) for a, b in zip(events, events[1:]) if a.time_ns > b.time_ns + 1000000]
    need(len(events) > 100, "only", len(events), "events")
    need(not late, len(late), "of", len(events), "events are out of order:", late[:2])


def cpu_time(run):
    """What the kernel charged to the child is what its threads' ends say together."""
    told, records = truth(run + ".out"), Run(run)
    ended = sum(record.cpu_ns for record in records.all("freed", pid=told["child"])) / 1e9
    need(abs(ended - told["child_cpu"]) < 0.012, ended, "s, and wait4 told", told["child_cpu"])


def programs(run):
    """sh, which becomes a Python, which becomes a shell again: three programs, one process."""
    told, records = truth(run + ".out"), Run(run)
    execs = [(record.comm, record.pid) for record in records.all("exec")]
    need(execs == [(name, told["pid"]) for name in ("sh", told["python"], "sh")], execs)
    need(len(records.all("fork")) == 0, "forks:", records.all("fork"))
    interpreter = records.one("interpreter")
    need(interpreter.version == told["version"], interpreter)
    order = [record.kind for record in records.records if record.kind in ("exec", "interpreter")]
    need(order.index("interpreter") >= 2, "told of before its program:", order)
    used = {}
    hashes = {}
    for record in records.records:
        if record.kind in ("stack", "sample"):
            hashes.setdefault(record.stack, record)
            used[record.stack] = used.get(record.stack, 0) + record.weight
    python = sum(count for stack, count in used.items() if hashes[stack].depth)
    need(python > 100, "samples of Python:", python)


def spaces(run):
    """No stack of a program is also one of the program before or after it in the same process."""
    records = Run(run)
    execs = [record.time_ns for record in records.all("exec")]
    seen = {}
    for record in records.records:
        if record.kind in ("stack", "sample"):
            program = sum(record.time_ns > time for time in execs)
            need(seen.setdefault(record.stack, program) == program,
                 "stack %x is of two programs" % record.stack)


def alone(run):
    """With --no-subprocesses there is one process, and its threads."""
    told, records = truth(run + ".out"), Run(run)
    pids = {record.pid for record in records.records if record.pid}
    need(pids == {told["program"]}, "processes:", pids)
    records.one("fork", tid=told["thread"])


def listed(run, *names):
    """The report lists these programs, each with its number of samples."""
    with open(run + ".report") as stream:
        text = stream.read()
    lines = text.split("Processes (")[1].splitlines()
    need(lines[0].startswith(str(len(names)) + ")"), lines[0])
    for name in names:
        need(any(" %s (" % name in line for line in lines[1:]), name, "is not in", lines)
