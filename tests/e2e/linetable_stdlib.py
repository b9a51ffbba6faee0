# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Writes what linetable_compare reads: every code object of the standard library and its lines.

Runs under each Python that is tested, so it keeps to what 3.8 understands.
"""
import dis
import os
import struct
import sys
import sysconfig
import types
import warnings


# CPython's own tests are three quarters of the code, and show nothing that the rest does not.
SKIPPED = {"site-packages", "dist-packages", "__pycache__", "test", "tests", "idle_test"}


def lines_by_co_lines(code, count):
    lines = [0] * count
    for start, end, line in code.co_lines():
        if line is not None and line > 0:
            for position in range(start // 2, min(end // 2, count)):
                lines[position] = line
    return lines


def lines_by_line_starts(code, count):
    starts = dict(dis.findlinestarts(code))
    lines, line = [], code.co_firstlineno
    for position in range(count):
        line = starts.get(position * 2, line)
        lines.append(line)
    return lines


def lines_by_addr2line():
    """PyCode_Addr2Line() itself, or what dis makes of the table where there is no ctypes."""
    try:
        import ctypes
    except ImportError:
        return lines_by_line_starts
    addr2line = ctypes.pythonapi.PyCode_Addr2Line
    addr2line.argtypes = [ctypes.py_object, ctypes.c_int]
    addr2line.restype = ctypes.c_int

    def lines(code, count):
        return [addr2line(code, position * 2) for position in range(count)]

    return lines


def write(code, out, lines):
    if sys.version_info >= (3, 10):
        table = code.co_linetable
    else:
        table = code.co_lnotab
    count = len(code.co_code) // 2
    out.write(struct.pack("=4I", sys.version_info[1], code.co_firstlineno, len(table), count))
    out.write(table)
    out.write(struct.pack("=%dI" % count, *lines(code, count)))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            write(constant, out, lines)


def sources(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED)
        for file in sorted(files):
            if file.endswith(".py") and os.path.exists(os.path.join(folder, file)):
                yield os.path.join(folder, file)


def main():
    warnings.simplefilter("ignore")
    lines = lines_by_co_lines if sys.version_info >= (3, 10) else lines_by_addr2line()
    for path in sources(sysconfig.get_path("stdlib")):
        try:
            with open(path, "rb") as file:
                code = compile(file.read(), path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            continue  # test data that is no Python of this version
        write(code, sys.stdout.buffer, lines)


main()
