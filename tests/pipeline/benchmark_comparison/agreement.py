# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""How far a backend's numbers are from the reference's."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from data import Bars
from strategy import Outcome

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """The largest difference and the series it was found in."""

    size: float = 0.0
    where: str = ""

    @property
    def acceptable(self) -> bool:
        """False for a size that is not a number, too."""
        return self.size <= TOLERANCE


def largest_difference(
    universe: Sequence[Bars], reference: Sequence[Outcome], outcomes: Sequence[Outcome]
) -> Difference:
    """Compare every number of every series; one that is missing is infinitely far off."""
    if len(outcomes) != len(reference):
        return Difference(inf, f"{len(outcomes)} symbols instead of {len(reference)}")
    worst = Difference()
    for bars, expected, actual in zip(universe, reference, outcomes):
        for (name, wanted), (_, got) in zip(expected.named_rows(), actual.named_rows()):
            size = _series_difference(wanted, got)
            if size > worst.size:
                worst = Difference(size, f"{name} of {bars.symbol}")
    return worst


def _series_difference(wanted: array[float], got: array[float]) -> float:
    if wanted == got:
        return 0.0
    return max(map(_difference, wanted, got)) if len(wanted) == len(got) else inf


def _difference(wanted: float, got: float) -> float:
    """Relative above 1, absolute below; infinite for NaN, which no comparison would notice."""
    difference = abs(wanted - got) / max(1.0, abs(wanted))
    return difference if difference < inf else inf
