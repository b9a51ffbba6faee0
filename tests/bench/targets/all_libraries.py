# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""all_libraries.py [SECONDS]: uses each of NumPy, SciPy, pandas and numba (with llvmlite) that is
there, for so long in all. Prints the files of machine code that are mapped then, in JSON."""
import importlib
import json
import sys
import time

USED = ("numpy.linalg", "numpy.fft", "scipy.linalg", "scipy.optimize", "scipy.signal", "scipy.sparse",
        "scipy.stats", "pandas", "numba", "llvmlite.binding")


def load():
    found = {}
    for name in USED:
        try:
            found[name] = importlib.import_module(name)
        except ImportError:
            pass
    return found


def steps(found):
    """What there is to do with the modules that were found."""
    numpy = importlib.import_module("numpy")
    square, values = numpy.random.rand(120, 120), numpy.random.rand(3000)
    yield lambda: square @ square
    if "scipy.linalg" in found:
        yield lambda: found["scipy.linalg"].lu(square)
        yield lambda: found["scipy.signal"].medfilt(values, 5)
    if "pandas" in found:
        frame = found["pandas"].DataFrame({"key": (values * 20).astype(int), "value": values})
        yield lambda: frame.groupby("key")["value"].sum()
    if "numba" in found:
        yield compiled(found["numba"], values)


def compiled(numba, values):
    @numba.njit
    def smooth(values):
        total = 0.0
        for _ in range(200):
            for value in values:
                total = 0.9 * total + value
        return total
    return lambda: smooth(values)


def mapped_files():
    with open("/proc/self/maps") as maps:
        lines = [line.split(None, 5) for line in maps]
    return sorted({line[5].strip() for line in lines
                   if len(line) == 6 and "x" in line[1] and line[5].startswith("/")})


found = load()
todo = list(steps(found))
end = time.monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 0)
while True:
    for step in todo:
        step()
    if time.monotonic() >= end:
        break
print(json.dumps({"modules": sorted({name.split(".")[0] for name in found}), "files": mapped_files()}))
