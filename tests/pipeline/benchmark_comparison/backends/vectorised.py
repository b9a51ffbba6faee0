# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""All symbols at once as matrices (a row per bar, a column per symbol), with NumPy and pandas.

Deliberately not the reference's formulas where there is a shorter way in matrices: two ways to the
same number check each other.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import isqrt

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

import strategy
from backends import Backend
from data import Bars
from moving_averages import AVERAGES, KAMA_FAST, KAMA_SLOW
from strategy import Outcome

Matrix = np.ndarray


def prepare() -> Backend:
    """The import was the preparation."""
    return Backend(run, f"NumPy {np.__version__}, pandas {pd.__version__}")


def run(universe: Sequence[Bars]) -> list[Outcome]:
    """Run the strategy on all symbols and cut the matrices into one outcome per symbol."""
    market = Market(universe)
    averages = [AVERAGE_OF[name](market.close, strategy.LENGTH) for name in AVERAGES]
    usual_volume = ema(market.volume, strategy.VOLUME_LENGTH)
    busy = market.volume >= strategy.QUIET_SHARE * usual_volume
    positions = [crossing_positions(market.close, average, busy) for average in averages]
    equities = [market.equity_curve(position) for position in positions]
    weights = adaptive_weights(np.stack(equities))
    signal = np.einsum("abs,abs->bs", weights, np.stack(positions))
    matrices = [*averages, *positions, *equities, *weights, signal, market.equity_curve(signal)]
    return [
        Outcome.from_rows([array("d", matrix[:, column].tobytes()) for matrix in matrices])
        for column in range(len(universe))
    ]


class Market:
    """The bars of all symbols, and what they pay for a position."""

    def __init__(self, universe: Sequence[Bars]) -> None:
        """Put every column of the bars into a matrix, and what trading depends on besides."""
        self.open, high, low, self.close, self.volume = (
            np.column_stack([np.frombuffer(getattr(bars, name)) for bars in universe])
            for name in ("open", "high", "low", "close", "volume")
        )
        self.gap = self.open / np.vstack([self.open[:1], self.close[:-1]]) - 1
        self.move = self.close / self.open - 1
        self.cost = strategy.SLIPPAGE * (high - low) / self.open

    def equity_curve(self, decided: Matrix) -> Matrix:
        """What one unit of money becomes if each decision is traded at the next open."""
        wanted, held = _later(decided, 1), _later(decided, 2)
        growth = (1 + held * self.gap) * (1 + wanted * self.move)
        return np.cumprod(growth - self.cost * np.abs(wanted - held), axis=0)


def crossing_positions(close: Matrix, average: Matrix, busy: Matrix) -> Matrix:
    """Keep the side of the last crossing that came with enough volume."""
    side = np.sign(close - average)
    crossed = side != _later(side, 1)
    turns = pd.DataFrame(np.where(crossed & busy, side, np.nan))
    return turns.ffill().fillna(0.0).to_numpy()


def adaptive_weights(equities: Matrix) -> Matrix:
    """Share the money by recent growth; the first axis is the average."""
    since = np.maximum(np.arange(equities.shape[1]) - strategy.LOOKBACK, 0)
    scores = np.exp(strategy.SHARPNESS * (equities / equities[:, since] - 1))
    weights: Matrix = scores / scores.sum(axis=0)
    return weights


def ema(prices: Matrix, length: int) -> Matrix:
    """Exponential, by pandas' recursion in C."""
    return pd.DataFrame(prices).ewm(span=length, adjust=False).mean().to_numpy()


def wma(prices: Matrix, length: int) -> Matrix:
    """Weighted, as a matrix product over a view of all windows."""
    weights = np.arange(1.0, length + 1)
    averages = sliding_window_view(prices, length, axis=0) @ (weights / weights.sum())
    return np.vstack([prices[: length - 1], averages])


def hma(prices: Matrix, length: int) -> Matrix:
    """Hull, from three weighted ones."""
    return wma(2 * wma(prices, length // 2) - wma(prices, length), isqrt(length))


def dema(prices: Matrix, length: int) -> Matrix:
    """Double exponential, from two of them."""
    once = ema(prices, length)
    averages: Matrix = 2 * once - ema(once, length)
    return averages


def lsma(prices: Matrix, length: int) -> Matrix:
    """Least squares: the end of the line lies three weighted means less two plain ones away."""
    means = pd.DataFrame(prices).rolling(length).mean().to_numpy()
    return np.vstack([prices[: length - 1], (3 * wma(prices, length) - 2 * means)[length - 1 :]])


def kama(prices: Matrix, length: int) -> Matrix:
    """Kaufman: each bar needs the last, so a loop over bars remains, with all symbols in step."""
    steps = np.abs(np.diff(prices, axis=0))
    path = pd.DataFrame(steps).rolling(length).sum().to_numpy()[length - 1 :]
    change = np.abs(prices[length:] - prices[:-length])
    efficiency = np.divide(change, path, out=np.zeros_like(path), where=path > 0)
    shares = (KAMA_SLOW + efficiency * (KAMA_FAST - KAMA_SLOW)) ** 2
    averages = prices.copy()
    for bar, share in enumerate(shares, start=length):
        level = averages[bar - 1]
        averages[bar] = level + share * (prices[bar] - level)
    return averages


def _later(matrix: Matrix, bars: int) -> Matrix:
    """Each row's values as they were known some bars ago; zero before the first."""
    return np.vstack([np.zeros_like(matrix[:bars]), matrix[:-bars]])


AVERAGE_OF = {"EMA": ema, "WMA": wma, "HMA": hma, "DEMA": dema, "LSMA": lsma, "KAMA": kama}
