# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The strategy in C, compiled on the spot: an extension module where the interpreter's headers are
installed, else a plain shared library called through ctypes.

The build lives in a temporary directory until the interpreter ends: the sources may be read-only,
and a profiler finds the symbols of the library while it is in use.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import shlex
import shutil
import subprocess
import sysconfig
import tempfile
from array import array
from collections.abc import Callable, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from math import isqrt
from pathlib import Path

import strategy
from backends import Backend, BuildError, UnavailableError
from data import Bars
from moving_averages import AVERAGES, KAMA_FAST, KAMA_SLOW
from strategy import Outcome

SOURCES = Path(__file__).parent / "native"
FLAGS = ("-std=gnu11", "-O2", "-g", "-fno-omit-frame-pointer", "-fPIC", "-shared")
COLUMNS = ("open", "high", "low", "close", "volume")
PARAMETERS = ("LENGTH", "VOLUME_LENGTH", "QUIET_SHARE", "SLIPPAGE", "LOOKBACK", "SHARPNESS")
RESULT_ROWS = 4 * len(AVERAGES) + 2
SCRATCH_ROWS = 1

RunSymbol = Callable[[Sequence["array[float]"], "array[float]"], None]


def prepare() -> Backend:
    """Compile and load, by the better of the two ways."""
    headers = Path(sysconfig.get_path("include"))
    directory = tempfile.TemporaryDirectory(prefix="benchmark_comparison-")
    atexit.register(directory.cleanup)
    if (headers / "Python.h").is_file():
        return _backend(_load_extension(Path(directory.name), headers), "extension module")
    return _backend(_load_library(Path(directory.name)), "shared library through ctypes")


def _backend(run_symbol: RunSymbol, note: str) -> Backend:
    def run(universe: Sequence[Bars]) -> list[Outcome]:
        return [_outcome(run_symbol, bars) for bars in universe]

    return Backend(run, note)


def _outcome(run_symbol: RunSymbol, bars: Bars) -> Outcome:
    """Let C fill one block of rows: the caller owns all memory, so the C side cannot run out."""
    count = len(bars)
    block = array("d", bytes(8 * count * (RESULT_ROWS + SCRATCH_ROWS)))
    run_symbol([getattr(bars, name) for name in COLUMNS], block)
    return Outcome.from_rows([block[row * count : (row + 1) * count] for row in range(RESULT_ROWS)])


def _load_extension(directory: Path, headers: Path) -> RunSymbol:
    target = directory / f"trend{sysconfig.get_config_var('EXT_SUFFIX')}"
    _compile(target, ["trend.c", "trend_module.c"], [f"-I{headers}"])
    spec = spec_from_file_location("trend", target)
    if spec is None or spec.loader is None:
        raise BuildError("this interpreter does not know its own extension modules' suffix")
    try:
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError as error:
        raise _not_loadable() from error
    return lambda columns, block: module.run(*columns, block)


def _load_library(directory: Path) -> RunSymbol:
    target = directory / "libtrend.so"
    _compile(target, ["trend.c"], [])
    try:
        trend_run = ctypes.CDLL(str(target)).trend_run
    except OSError as error:
        raise _not_loadable() from error
    trend_run.restype = None

    def run_symbol(columns: Sequence[array[float]], block: array[float]) -> None:
        pointers = (ctypes.c_void_p * len(columns))(*(c.buffer_info()[0] for c in columns))
        rows = ctypes.c_void_p(block.buffer_info()[0])
        trend_run(ctypes.c_size_t(len(columns[0])), pointers, rows)

    return run_symbol


def _compile(target: Path, sources: Sequence[str], options: Sequence[str]) -> None:
    compiler = shlex.split(os.environ.get("CC", "")) or ["cc"]
    if shutil.which(compiler[0]) is None:
        raise UnavailableError("no C compiler: install one or set CC")
    paths = [str(SOURCES / source) for source in sources]
    command = [*compiler, *FLAGS, *_constants(), *options, *paths, "-o", str(target), "-lm"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(f"the C compiler failed: {_first_error(result.stderr)}")


def _constants() -> list[str]:
    """Hand the strategy's parameters to C, so that they stand in one place only."""
    values = {name: getattr(strategy, name) for name in PARAMETERS}
    values["HULL_LENGTH"] = isqrt(strategy.LENGTH)
    values.update(KAMA_FAST=KAMA_FAST, KAMA_SLOW=KAMA_SLOW)
    return [f"-D{name}={value!r}" for name, value in values.items()]


def _first_error(stderr: str) -> str:
    """The compiler's first complaint without the paths before it."""
    errors = [line.partition("error: ")[2] for line in stderr.splitlines() if "error: " in line]
    return errors[0] if errors else "it gave no reason"


def _not_loadable() -> BuildError:
    return BuildError("the library was built but cannot be loaded: set TMPDIR to where it can")
