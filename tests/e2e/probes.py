#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""probes.py FILE: the sites of CPython's probes as readelf shows them, one a line, in the form of
probes_list.c: name, offset of the instruction and of its semaphore in the file, and the first
argument: its place, size (negative: signed), register's offset in struct pt_regs, and value."""
import re
import subprocess
import sys

PROBES = ("gc__start gc__done import__find__load__start import__find__load__done "
          "function__entry function__return").split()
# arch/x86/include/asm/ptrace.h, 8 bytes each
PT_REGS = ("r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di "
           "orig_ax ip cs flags sp ss").split()
NOTE = re.compile(r"Provider: python\n\s*Name: (\S+)\n\s*Location: (\w+), Base: (\w+), "
                  r"Semaphore: (\w+)\n\s*Arguments: ?(.*)")
LOAD = re.compile(r"^\s*LOAD\s+(\w+) (\w+) \w+ (\w+)", re.M)
BASE = re.compile(r"\] \.stapsdt\.base\s+\S+\s+(\w+)")


def readelf(option, path):
    command = ["readelf", option, "--wide", path]
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def register(name):
    """64, 32, 16 and 8 bits: rax eax ax al, rsi esi si sil, r8 r8d r8w r8b."""
    if name[1:2].isdigit() or name[1:3].isdigit():
        return PT_REGS.index(name.rstrip("dwb")) * 8
    stem = name[1:] if len(name) == 3 and name[0] in "re" else name
    if stem.endswith("l"):
        stem = stem[:-1] + ("x" if len(stem) == 2 else "")
    return PT_REGS.index(stem) * 8


def argument(text):
    size, operand = text.split()[0].split("@")
    if match := re.fullmatch(r"\$(-?\d+)", operand):
        return "constant", int(size), 0, int(match[1])
    if match := re.fullmatch(r"%(\w+)", operand):
        return "register", int(size), register(match[1]), 0
    if match := re.fullmatch(r"(-?\d*)\(%(r\w+)\)", operand):
        return "memory", int(size), register(match[2]), int(match[1] or 0)
    return "unknown", 0, 0, 0


def sites(path):
    segments = [[int(word, 16) for word in each] for each in LOAD.findall(readelf("-l", path))]
    base = BASE.search(readelf("-S", path))

    def offset(vaddr, shift):
        if not vaddr:
            return 0
        return next(vaddr + shift - start + place for place, start, size in segments
                    if start <= vaddr + shift < start + size)

    for name, *words, arguments in NOTE.findall(readelf("-n", path)):
        if name in PROBES:
            location, noted, semaphore = (int(word, 16) for word in words)
            shift = int(base[1], 16) - noted if base else 0
            yield name, hex(offset(location, shift)), hex(offset(semaphore, shift)), \
                *argument(arguments)


for site in sites(sys.argv[1]):
    print(*site)
