# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The reference: one symbol after the other, in the interpreter."""

from __future__ import annotations

from collections.abc import Sequence

from backends import Backend
from data import Bars
from strategy import Outcome, run_symbol


def prepare() -> Backend:
    """Nothing to make ready."""
    return Backend(run, "the reference")


def run(universe: Sequence[Bars]) -> list[Outcome]:
    """Run the symbols in their order."""
    return [run_symbol(bars) for bars in universe]
