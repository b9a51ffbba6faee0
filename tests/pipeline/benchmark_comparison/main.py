# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Run one trading strategy in several ways, time each, and check that all agree."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import backends
from agreement import TOLERANCE, Difference, largest_difference
from backends import MODULES, Backend, BuildError, UnavailableError
from data import Bars, synthetic_universe
from moving_averages import AVERAGES
from strategy import LOOKBACK, Outcome

REFERENCE = "python"
MIN_TIMED_SECONDS = 1.0
MIN_BARS = 2 * LOOKBACK
ROW = "{:<10} {:>9} {:>5} {:>9} {:>15}  {:<4} {}"


@dataclass(frozen=True)
class Measurement:
    """The best time of so many runs: whatever else the machine did can only have slowed others."""

    backend: Backend
    seconds: float
    runs: int
    outcomes: list[Outcome]


def main() -> int:
    """Run what the command line asks for; 1 if a backend disagrees or fails to build."""
    options = parse_arguments()
    universe = synthetic_universe(options.symbols, options.bars, options.seed)
    print(f"{options.symbols} symbols of {options.bars} bars, seed {options.seed}\n")
    print(ROW.format("backend", "seconds", "runs", "speed-up", "max difference", "ok", "note"))
    reference = measure(backends.prepare(REFERENCE), universe)
    print_row(REFERENCE, reference, 1.0, Difference())
    others = [name for name in options.backends if name != REFERENCE]
    errors = [error for name in others if (error := compare(name, universe, reference))]
    print_summary(reference.outcomes)
    for error in errors:
        print(f"error: {error}", file=sys.stderr)
    return 1 if errors else 0


def parse_arguments() -> argparse.Namespace:
    """Read the options; unusable values end the program with status 2."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("--symbols", type=at_least(1), default=16, metavar="N", help="number of symbols")
    add("--bars", type=at_least(MIN_BARS), default=14000, metavar="N", help="bars per symbol")
    add(
        "--backends",
        type=backend_names,
        default=",".join(MODULES),
        metavar="LIST",
        help=f"what to compare with {REFERENCE}, which always runs",
    )
    add("--seed", type=int, default=1, metavar="N", help="seed of the prices")
    return parser.parse_args()


def at_least(minimum: int) -> Callable[[str], int]:
    """An argument type: an integer that is not below the minimum."""

    def integer(text: str) -> int:
        if int(text) < minimum:
            raise argparse.ArgumentTypeError(f"{text} is too small: at least {minimum}")
        return int(text)

    return integer


def backend_names(text: str) -> list[str]:
    """An argument type: known names, separated by commas."""
    names = text.split(",")
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no backend '{unknown[0]}': choose from {', '.join(MODULES)}"
        )
    return list(dict.fromkeys(names))


def measure(backend: Backend, universe: Sequence[Bars]) -> Measurement:
    """Repeat what is over quickly: a single short run says little about time."""
    seconds: list[float] = []
    while sum(seconds) < MIN_TIMED_SECONDS:
        started = perf_counter()
        outcomes = backend.run(universe)
        seconds.append(perf_counter() - started)
    return Measurement(backend, min(seconds), len(seconds), outcomes)


def compare(name: str, universe: Sequence[Bars], reference: Measurement) -> str | None:
    """Print the backend's row and return what is wrong with it, if anything; skipping is not."""
    try:
        measurement = measure(backends.prepare(name), universe)
    except UnavailableError as reason:
        print(f"{name:<10} skipped: {reason}", flush=True)
        return None
    except BuildError as error:
        return f"{name}: {error}"
    difference = largest_difference(universe, reference.outcomes, measurement.outcomes)
    print_row(name, measurement, reference.seconds / measurement.seconds, difference)
    if difference.acceptable:
        return None
    return f"{name} differs from {REFERENCE} by {difference.size:.3g} in {difference.where}"


def print_row(name: str, measurement: Measurement, speed_up: float, difference: Difference) -> None:
    """Print one line of the table as soon as it is known."""
    cells = (
        name,
        f"{measurement.seconds:.4f}",
        measurement.runs,
        f"{speed_up:.2f}x",
        f"{difference.size:.1e}",
        "yes" if difference.acceptable else "NO",
        measurement.backend.note,
    )
    print(ROW.format(*cells), flush=True)


def print_summary(outcomes: Sequence[Outcome]) -> None:
    """Tell what the strategy earned: equal for equal options, whatever the machine."""
    print(f"\nok means that no number differs by more than {TOLERANCE:g} (relative above 1)")
    finals = [[*(equity[-1] for equity in o.equities), o.equity[-1]] for o in outcomes]
    means = [sum(column) / len(outcomes) for column in zip(*finals)]
    earned = (f"{name} {mean:.4f}" for name, mean in zip([*AVERAGES, "combined"], means))
    print(f"mean final equity: {', '.join(earned)}")


if __name__ == "__main__":
    sys.exit(main())
