# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The records of a recording, read by code that shares nothing with the program under test.

The form is that of user/recording/format.h and bpf/ltsbpf.h.
"""
import struct
import zlib

from folded import need

NAMES = {1: "sample", 2: "stack", 4: "fork", 5: "exec", 6: "rename", 7: "exit", 8: "freed",
         32: "begin", 33: "function", 34: "interpreter", 35: "cpu", 36: "progress",
         39: "image", 40: "symbol"}
COUNTERS = ("samples", "ring_full", "event_lost", "code_lost", "process_lost", "run_ns", "entries",
            "returns", "matched", "calls_ns", "calls_lost")


class Record:
    def __init__(self, data):
        kind, self.weight, self.size, self.time_ns, self.pid, self.tid = struct.unpack_from(
            "<HHIQII", data)
        self.kind = NAMES.get(kind, kind)
        self.body = data[24:]
        getattr(self, "read_" + str(self.kind), lambda: None)()

    def __repr__(self):
        shown = {name: value for name, value in vars(self).items()
                 if name not in ("body", "size", "weight", "time_ns")}
        return "%s" % shown

    def word(self, at):
        return struct.unpack_from("<Q", self.body, at)[0]

    def text(self, at, size):
        return self.body[at:at + size].split(b"\0")[0].decode()

    def texts(self, at, count):
        return [text.decode("utf-8", "surrogatepass")
                for text in self.body[at:].split(b"\0")[:count]]

    def read_sample(self):
        self.stack = self.word(0)

    def read_stack(self):
        self.stack = self.word(0)
        self.status, self.native_depth, self.depth = struct.unpack_from("<HHI", self.body, 8)
        words = struct.unpack_from("<%dQ" % (self.depth + self.native_depth), self.body, 16)
        self.frames, self.natives = words[:self.depth], words[self.depth:]

    def read_fork(self):
        self.parent = struct.unpack_from("<I", self.body)[0]
        self.comm = self.text(8, 16)

    def read_exec(self):
        self.comm, self.cpu_ns = self.text(0, 16), self.word(16)

    read_rename = read_exec

    def read_exit(self):
        self.cpu_ns = self.word(0)

    read_freed = read_cpu = read_exit

    def read_begin(self):
        self.period_ns = self.word(8)
        self.command, self.version, self.release = self.texts(24, 3)

    def read_function(self):
        self.fingerprint = self.word(0)
        self.first_line, self.minor = struct.unpack_from("<II", self.body, 8)
        self.name, self.qualname, self.file = self.texts(24, 3)

    def read_interpreter(self):
        self.version, self.layout = self.texts(8, 2)

    def read_image(self):
        self.image = struct.unpack_from("<I", self.body)[0]
        self.path, self.build_id = self.texts(8, 2)

    def read_symbol(self):
        self.symbol, self.flags, count = struct.unpack_from("<QII", self.body)
        texts = self.texts(16, 2 * count)
        self.functions = list(zip(texts[::2], texts[1::2]))

    def read_progress(self):
        values = struct.unpack_from("<%dQ" % (len(COUNTERS) + 3), self.body)
        self.counters = dict(zip(COUNTERS, values))
        self.mappings_lost = values[len(COUNTERS) + 1]
        self.final = self.body[8 * (len(COUNTERS) + 3)]


def blocks_of(data):
    """The blocks of a whole file, whose sums must be right."""
    magic, version = struct.unpack_from("<16sI", data)
    need(magic == b"ltsbpf recording" and version == 1, "magic and version:", magic, version)
    at = 24
    while at < len(data):
        need(at + 16 <= len(data), "half a block's head")
        mark, size, crc = struct.unpack_from("<4sII", data, at)
        block = data[at + 16:at + 16 + size]
        need(mark == b"TBLK" and len(block) == size, "a block that is none, or half of one")
        need(zlib.crc32(block) == crc, "a block with a wrong sum")
        at += 16 + size
        yield block


def records_of(run):
    """All records of a run's recording, in their order."""
    with open(run + "/profile.ltsbpf", "rb") as stream:
        data = stream.read()
    records = []
    for block in blocks_of(data):
        at = 0
        while at < len(block):
            size = struct.unpack_from("<I", block, at + 4)[0]
            need(size >= 24 and size % 8 == 0 and at + size <= len(block), "a record of", size)
            records.append(Record(block[at:at + size]))
            at += size
    return records


class Run:
    """A run's records, to be picked from."""

    def __init__(self, run):
        self.records = records_of(run)
        need(self.records and self.records[0].kind == "begin", "it does not begin with its begin")
        last = self.records[-1]
        need(last.kind == "progress" and last.final, "it does not end with its end:", last)

    def all(self, kind, **wanted):
        return [record for record in self.records if record.kind == kind and
                all(getattr(record, name) == value for name, value in wanted.items())]

    def one(self, kind, **wanted):
        found = self.all(kind, **wanted)
        need(len(found) == 1, len(found), "records", kind, wanted, "and not one:",
             [record for record in self.records if record.kind == kind][:20])
        return found[0]

    def counters(self):
        return self.records[-1].counters
