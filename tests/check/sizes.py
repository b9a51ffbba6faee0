#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Sizes that a reader can hold: lines of a function, a file, a header; columns of a line."""
import json
import pathlib
import statistics
import subprocess
import sys

FUNCTION, COLUMNS, MAKEFILE = 60, 100, 200
LINES = {"user": {".c": 350, ".h": 90}, "tests": {".c": 500, ".h": 200}}
KERNEL_SIDE = {".c": 350, ".h": 350}  # its headers hold code


def functions(paths):
    """(lines, name, path) of every function definition; ctags gives its first and last line."""
    command = ["ctags", "--output-format=json", "--fields=+ne", "--kinds-C=f",
               "--langmap=C:+.h", "-f", "-", *map(str, paths)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for tag in map(json.loads, output.splitlines()):
        if "end" in tag:
            yield tag["end"] - tag["line"] + 1, tag["name"], tag["path"]


def file_findings(path):
    lines = path.read_text().splitlines()
    limit = LINES.get(path.parts[0], KERNEL_SIDE)[path.suffix]
    if len(lines) > limit:
        yield f"{path}: {len(lines)} lines, more than {limit}"
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > COLUMNS:
            yield f"{path}:{number}: more than {COLUMNS} columns"


def main():
    paths = [path for root in ("user", "bpf", "vmlinux", "tests")
             for path in sorted(pathlib.Path(root).rglob("*.[ch]"))]
    findings = [text for path in paths for text in file_findings(path)]
    if len(pathlib.Path("Makefile").read_text().splitlines()) > MAKEFILE:
        findings.append(f"Makefile: more than {MAKEFILE} lines")
    sizes = sorted(functions(paths))
    findings += [f"{path}: {name} has {size} lines, more than {FUNCTION}"
                 for size, name, path in sizes if size > FUNCTION]
    own = [size for size, _, path in sizes if not path.startswith("tests")]
    print(*findings, sep="\n")
    print(f"{len(own)} functions: median {statistics.median(own)}, "
          f"p95 {own[int(len(own) * 0.95)]}, max {own[-1]} lines")
    return 1 if findings else 0


try:
    sys.exit(main())
except FileNotFoundError as missing:
    print(f"SKIP: {missing.filename} is not installed")
    sys.exit(77)
