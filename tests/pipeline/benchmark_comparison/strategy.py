# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The adaptive-trend strategy for one symbol, bar by bar: the reference of all backends.

Each average trades by itself: the price crosses it, and the position turns. How well each did of
late decides how much of it goes into the combined signal.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from operator import mul

from data import Bars
from moving_averages import AVERAGES, ema

LENGTH = 60
VOLUME_LENGTH = 90
QUIET_SHARE = 0.6
SLIPPAGE = 0.05
LOOKBACK = 120
SHARPNESS = 25.0


@dataclass(frozen=True)
class Outcome:
    """All that the strategy computed for a symbol; tuples are in the order of AVERAGES."""

    averages: tuple[array[float], ...]
    positions: tuple[array[float], ...]
    equities: tuple[array[float], ...]
    weights: tuple[array[float], ...]
    signal: array[float]
    equity: array[float]

    @classmethod
    def from_rows(cls, rows: list[array[float]]) -> Outcome:
        """Take the rows as `named_rows` lists them, the form in which matrix backends have them."""
        count = len(AVERAGES)
        averages, positions, equities, weights = (
            tuple(rows[start : start + count]) for start in range(0, 4 * count, count)
        )
        signal, equity = rows[4 * count :]
        return cls(averages, positions, equities, weights, signal, equity)

    def named_rows(self) -> Iterator[tuple[str, array[float]]]:
        """Every series under a name that a report can print."""
        for group in ("averages", "positions", "equities", "weights"):
            for name, row in zip(AVERAGES, getattr(self, group)):
                yield f"{name} {group}", row
        yield "combined signal", self.signal
        yield "combined equity", self.equity


def run_symbol(bars: Bars) -> Outcome:
    """Run the whole strategy; a top-level function, since worker processes look it up by name."""
    usual_volume = ema(bars.volume, VOLUME_LENGTH)
    averages = tuple(average(bars.close, LENGTH) for average in AVERAGES.values())
    positions = tuple(crossing_positions(bars, average, usual_volume) for average in averages)
    equities = tuple(equity_curve(bars, position) for position in positions)
    weights = adaptive_weights(equities)
    signal = combined_signal(weights, positions)
    return Outcome(averages, positions, equities, weights, signal, equity_curve(bars, signal))


def crossing_positions(
    bars: Bars, average: array[float], usual_volume: array[float]
) -> array[float]:
    """Long after an upward crossing, short after a downward one; thin trade does not count."""
    position, side = 0.0, 0
    positions = array("d")
    for close, level, volume, usual in zip(bars.close, average, bars.volume, usual_volume):
        previous, side = side, (close > level) - (close < level)
        if side != previous and volume >= QUIET_SHARE * usual:
            position = float(side)
        positions.append(position)
    return positions


def equity_curve(bars: Bars, decided: array[float]) -> array[float]:
    """What one unit of money becomes if each decision at a close is traded at the next open."""
    equity, held, wanted, previous_close = 1.0, 0.0, 0.0, bars.open[0]
    equities = array("d")
    columns = zip(bars.open, bars.high, bars.low, bars.close, decided)
    for opened, high, low, closed, decision in columns:
        overnight = 1 + held * (opened / previous_close - 1)
        intraday = 1 + wanted * (closed / opened - 1)
        slippage = SLIPPAGE * abs(wanted - held) * (high - low) / opened
        equity *= overnight * intraday - slippage
        equities.append(equity)
        held, wanted, previous_close = wanted, decision, closed
    return equities


def adaptive_weights(equities: tuple[array[float], ...]) -> tuple[array[float], ...]:
    """Share the money by recent growth, smoothly: a rounding error must not move a position."""
    weights = tuple(array("d") for _ in equities)
    for bar in range(len(equities[0])):
        since = max(bar - LOOKBACK, 0)
        scores = [exp(SHARPNESS * (equity[bar] / equity[since] - 1)) for equity in equities]
        total = sum(scores)
        for weight, score in zip(weights, scores):
            weight.append(score / total)
    return weights


def combined_signal(
    weights: tuple[array[float], ...], positions: tuple[array[float], ...]
) -> array[float]:
    """The weighted vote of the six positions, from -1 to 1."""
    votes = zip(zip(*weights), zip(*positions))
    return array("d", (sum(map(mul, weight, position)) for weight, position in votes))
