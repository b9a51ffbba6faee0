# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Ways to run one strategy. Each module here has `prepare() -> Backend`.

Whatever is not the computation itself (imports, compiling) belongs into `prepare`, which is not
timed. Modules are imported only when asked for, so a missing library costs one backend, not all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from data import Bars
from strategy import Outcome

MODULES = {
    "python": "pure_python",
    "threads": "threads",
    "processes": "processes",
    "numpy": "vectorised",
    "c": "c_extension",
}
OPTIONAL_LIBRARIES = ("numpy", "pandas")


class UnavailableError(Exception):
    """The machine lacks what the backend needs; the message says what."""


class BuildError(Exception):
    """The tools are there, but what they made (or not) is of no use: no reason to skip."""


@dataclass(frozen=True)
class Backend:
    """A ready way to run the strategy; `note` tells what a reader of the timings must know."""

    run: Callable[[Sequence[Bars]], list[Outcome]]
    note: str = ""


def prepare(name: str) -> Backend:
    """Make the backend ready to run, or raise UnavailableError."""
    try:
        backend: Backend = import_module(f"backends.{MODULES[name]}").prepare()
    except ModuleNotFoundError as error:
        if error.name not in OPTIONAL_LIBRARIES:
            raise
        raise UnavailableError(f"{error.name} is not installed") from error
    return backend


def worker_count() -> int:
    """One worker per usable CPU, and two at least: on a single one they still take turns."""
    return max(2, len(os.sched_getaffinity(0)))
