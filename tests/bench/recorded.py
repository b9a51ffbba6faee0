# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The stacks of a recording as numbers of frames, read from the file itself (bpf/ltsbpf.h and
user/recording/format.h): counts that no naming, merging or hiding of frames has touched."""
import collections
import struct

from estimate import median

HEAD, BLOCK = struct.Struct("<16sII"), struct.Struct("<IIII")
RECORD, STACK = struct.Struct("<HHIQII"), struct.Struct("<QHHI")
SAMPLE_KIND, STACK_KIND = 1, 2
COMPLETE = 0
KIND_SHIFT = 61
WORDS = {2: "native", 3: "native", 4: "kernel", 5: "gaps"}

Stack = collections.namedtuple("Stack", "complete python native kernel gaps")


def records(path):
    """(kind, weight, what follows the head) of each record."""
    with open(path, "rb") as stream:
        stream.read(HEAD.size)
        while True:
            head = stream.read(BLOCK.size)
            if len(head) < BLOCK.size:
                return
            block = memoryview(stream.read(BLOCK.unpack(head)[1]))
            while len(block) >= RECORD.size:
                kind, weight, size, _, _, _ = RECORD.unpack_from(block)
                yield kind, weight, block[RECORD.size:size]
                block = block[size:]


def stack_of(body):
    _, status, native_depth, depth = STACK.unpack_from(body)
    words = struct.unpack_from("<%dQ" % native_depth, body, STACK.size + 8 * depth)
    counts = collections.Counter(WORDS.get(word >> KIND_SHIFT) for word in words)
    return Stack(status == COMPLETE, depth, counts["native"], counts["kernel"], counts["gaps"])


def stacks(path):
    """[(Stack, samples)]"""
    known, samples = {}, collections.Counter()
    for kind, weight, body in records(path):
        if kind not in (SAMPLE_KIND, STACK_KIND):
            continue
        name = struct.unpack_from("<Q", body)[0]
        samples[name] += weight
        if kind == STACK_KIND:
            known[name] = stack_of(body)
    return [(known[name], count) for name, count in samples.items() if name in known]


def frames(found, python):
    """Of the samples with so many Python frames: (samples, median of their native frames, share
    without a gap)."""
    found = [(stack, count) for stack, count in found if stack.complete and stack.python == python]
    total = sum(count for _, count in found)
    if not total:
        raise RuntimeError("no sample has %d Python frames" % python)
    whole = sum(count for stack, count in found if not stack.gaps)
    return total, median([stack.native for stack, count in found for _ in range(count)]), whole / total
