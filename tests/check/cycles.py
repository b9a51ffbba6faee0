#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""No module includes itself by a detour. A module is x.c and x.h (or x.bpf.c and x.bpf.h)."""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
ROOTS = [pathlib.Path("user"), pathlib.Path("bpf"), pathlib.Path("vmlinux")]


def module_of(path):
    return re.sub(r"(\.bpf)?\.[chS]$", "", str(path))


def includes_of(path):
    for name in INCLUDE.findall(path.read_text()):
        for folder in [path.parent, *ROOTS]:
            if (folder / name).is_file():
                yield folder / name
                break


def graph():
    edges = {}
    for root in ROOTS:
        for path in sorted(root.rglob("*.[ch]")):
            targets = edges.setdefault(module_of(path), set())
            targets.update(map(module_of, includes_of(path)))
            targets.discard(module_of(path))
    return edges


def find_cycle(edges):
    """Depth first; a module met again while it is open closes a cycle."""
    done, trail = set(), []

    def visit(module):
        if module in trail:
            return trail[trail.index(module):] + [module]
        if module in done:
            return None
        trail.append(module)
        for target in sorted(edges.get(module, ())):
            if cycle := visit(target):
                return cycle
        done.add(trail.pop())
        return None

    for module in edges:
        if cycle := visit(module):
            return cycle
    return None


cycle = find_cycle(graph())
if cycle:
    sys.exit("include cycle: " + " -> ".join(cycle))
