# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""The six averages, written as their definitions.

This is the reference that every other backend is held against, so each window is summed afresh
instead of being updated: slower, but obviously right. Where an average has too few bars yet, it is
the price itself: no backend needs a missing value, and no signal can come from it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from math import isqrt
from operator import mul

KAMA_FAST = 2 / (2 + 1)
KAMA_SLOW = 2 / (30 + 1)


def ema(prices: array[float], length: int) -> array[float]:
    """Exponential: each bar closes the same share of the gap to the price."""
    share = 2 / (length + 1)
    level = prices[0]
    averages = array("d")
    for price in prices:
        level += share * (price - level)
        averages.append(level)
    return averages


def wma(prices: array[float], length: int) -> array[float]:
    """Weighted: the newest bar counts `length` times, the oldest once."""
    weights = range(1, length + 1)
    total = sum(weights)
    averages = prices[: length - 1]
    averages.extend(sum(map(mul, weights, window)) / total for window in _windows(prices, length))
    return averages


def hma(prices: array[float], length: int) -> array[float]:
    """Hull: a short average ahead of a long one, smoothed over the root of the length."""
    ahead = _lead(wma(prices, length // 2), wma(prices, length))
    return wma(ahead, isqrt(length))


def dema(prices: array[float], length: int) -> array[float]:
    """Double exponential: an EMA less its own lag."""
    once = ema(prices, length)
    return _lead(once, ema(once, length))


def lsma(prices: array[float], length: int) -> array[float]:
    """Least squares: where the straight line through the window ends."""
    reach = (length - 1) / 2
    offsets = [index - reach for index in range(length)]
    spread = sum(map(mul, offsets, offsets))
    averages = prices[: length - 1]
    for window in _windows(prices, length):
        slope = sum(map(mul, offsets, window)) / spread
        averages.append(sum(window) / length + slope * reach)
    return averages


def kama(prices: array[float], length: int) -> array[float]:
    """Kaufman: follows a price that goes somewhere, ignores one that only goes back and forth."""
    steps = array("d", (abs(prices[bar] - prices[bar - 1]) for bar in range(1, len(prices))))
    averages = prices[:length]
    level = averages[-1]
    for bar in range(length, len(prices)):
        path = sum(steps[bar - length : bar])
        efficiency = abs(prices[bar] - prices[bar - length]) / path if path else 0.0
        share = (KAMA_SLOW + efficiency * (KAMA_FAST - KAMA_SLOW)) ** 2
        level += share * (prices[bar] - level)
        averages.append(level)
    return averages


def _windows(prices: array[float], length: int) -> Iterator[array[float]]:
    return (prices[end - length : end] for end in range(length, len(prices) + 1))


def _lead(fast: array[float], slow: array[float]) -> array[float]:
    """Go as far beyond the fast average as the slow one is behind it."""
    return array("d", (2 * ahead - behind for ahead, behind in zip(fast, slow)))


AVERAGES: dict[str, Callable[[array[float], int], array[float]]] = {
    "EMA": ema,
    "WMA": wma,
    "HMA": hma,
    "DEMA": dema,
    "LSMA": lsma,
    "KAMA": kama,
}
