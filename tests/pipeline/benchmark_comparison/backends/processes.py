# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The reference in a process pool: parallel, at the price of pickling bars and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import Pool, get_start_method

from backends import Backend, worker_count
from data import Bars
from strategy import Outcome, run_symbol


def prepare() -> Backend:
    """Nothing to make ready: starting the workers is part of what is compared."""
    return Backend(run, f"{worker_count()} workers by {get_start_method()}")


def run(universe: Sequence[Bars]) -> list[Outcome]:
    """Run one symbol per task, then let the workers end by themselves instead of killing them."""
    with Pool(worker_count()) as pool:
        outcomes = pool.map(run_symbol, universe, chunksize=1)
        pool.close()
        pool.join()
    return outcomes
