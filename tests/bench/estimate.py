# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Means that a few disturbed measurements do not carry away, with their standard errors."""
import math


class Estimate:
    """A value and its standard error (nan when there is none)."""

    def __init__(self, value, error=math.nan):
        self.value, self.error = value, error

    def scaled(self, factor):
        return Estimate(self.value * factor, self.error * abs(factor))

    def data(self):
        return {"value": self.value, "error": None if math.isnan(self.error) else self.error}


def trimmed_mean(values, cut=0.2):
    """The mean without the lowest and highest fifth. Its error is that of the winsorized values."""
    values = sorted(values)
    count = len(values)
    if not count:
        return Estimate(math.nan)
    drop = int(cut * count)
    kept = values[drop:count - drop]
    mean = sum(kept) / len(kept)
    if count < 3:
        return Estimate(mean)
    pulled = [kept[0]] * drop + kept + [kept[-1]] * drop
    centre = sum(pulled) / count
    spread = math.sqrt(sum((value - centre) ** 2 for value in pulled) / (count - 1))
    return Estimate(mean, spread / ((1 - 2 * drop / count) * math.sqrt(count)))


def median(values):
    values = sorted(values)
    count = len(values)
    if not count:
        return math.nan
    return (values[(count - 1) // 2] + values[count // 2]) / 2
