# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The reference in a thread pool: shows what the interpreter lock makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from backends import Backend, worker_count
from data import Bars
from strategy import Outcome, run_symbol


def prepare() -> Backend:
    """Nothing to make ready: the pool's own cost is part of what is compared."""
    return Backend(run, f"{worker_count()} threads")


def run(universe: Sequence[Bars]) -> list[Outcome]:
    """Run one symbol per task."""
    with ThreadPoolExecutor(worker_count(), thread_name_prefix="strategy") as pool:
        return list(pool.map(run_symbol, universe))
