# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Synthetic price bars: the same for the same seed, on every machine and Python version."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import exp
from random import Random

DRIFT = 0.0006
VOLATILITY = 0.01
GAP = 0.002
WICK = 0.003
BARS_PER_TREND = 150
LOG_VOLUME = 13.0
VOLUME_SPREAD = 0.5


@dataclass(frozen=True)
class Bars:
    """One symbol's history by column: arrays, since each backend can read them without copying."""

    symbol: str
    open: array[float]
    high: array[float]
    low: array[float]
    close: array[float]
    volume: array[float]

    def __len__(self) -> int:
        """The number of bars."""
        return len(self.close)


def synthetic_universe(symbols: int, bars: int, seed: int) -> list[Bars]:
    """Make the market of one seed; a symbol's history does not depend on how many others exist."""
    return [synthetic_bars(f"SYM{number:03d}", bars, seed) for number in range(symbols)]


def synthetic_bars(symbol: str, count: int, seed: int) -> Bars:
    """Walk a price through trends that turn at random, so that no average wins all the time."""
    rng = Random(f"{seed}/{symbol}")
    bars = Bars(symbol, *(array("d") for _ in range(5)))
    price, drift = 100.0, rng.gauss(0.0, DRIFT)
    for _ in range(count):
        if rng.random() * BARS_PER_TREND < 1.0:
            drift = rng.gauss(0.0, DRIFT)
        price = _append_bar(bars, price, drift, rng)
    return bars


def _append_bar(bars: Bars, previous_close: float, drift: float, rng: Random) -> float:
    """Append one consistent bar (low <= open, close <= high) and return its close."""
    opened = previous_close * exp(rng.gauss(0.0, GAP))
    closed = opened * exp(rng.gauss(drift, VOLATILITY))
    bars.open.append(opened)
    bars.high.append(max(opened, closed) * exp(abs(rng.gauss(0.0, WICK))))
    bars.low.append(min(opened, closed) * exp(-abs(rng.gauss(0.0, WICK))))
    bars.close.append(closed)
    bars.volume.append(exp(rng.gauss(LOG_VOLUME, VOLUME_SPREAD)))
    return closed
