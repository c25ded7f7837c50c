"""What the guard for strong zeros costs where every derivative is finite, on the problems of the comparison.

    python benchmarks/guards.py             # prints a table
    python benchmarks/guards.py --strict    # fails where the bar is missed

Where a partial derivative may be infinite, generated code runs without NumPy's warnings of it, its results are looked
at, and only if one is not finite a careful variant runs instead. Each gradient is timed with all of that and without
it, in one process, in turn, round after round; the ratios are medians of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import statistics
import sys
from collections.abc import Callable, Iterator
from typing import Any

import dualad
from benchmarks import problems
from dualad import quick
from dualad.compare import show_time, time_in_rounds

BAR = 1.03


@contextlib.contextmanager
def unguarded() -> Iterator[None]:
    """Within it, gradients are remembered without the guard: neither warnings nor results are looked at."""
    variants_of = quick.variants_of

    def bare(*asked: Any) -> list[Any]:
        return [dataclasses.replace(v, quiet=v.call, singular=False) for v in variants_of(*asked)]

    quick.variants_of = bare
    try:
        yield
    finally:
        quick.variants_of = variants_of


def remembered(problem: Any, args: tuple[Any, ...]) -> Callable[[], Any]:
    """A problem's gradient, called once, so that the next calls go the quick way."""
    gradient = dualad.grad(problem.program, problem.ARGNUMS)
    gradient(*args)
    return functools.partial(gradient, *args)


def is_guarded(gradient: Any) -> bool:
    """Whether a gradient has partials that may be infinite, or warnings that are kept from the user."""
    return any(v.singular or v.quiet is not v.call for v, _ in gradient.func._quick.made.values())


def measure(name: str, size: str, rounds: int, seconds: float) -> tuple[float, float, float] | None:
    """Seconds with and without the guard, and their ratio; None where there is none."""
    problem = problems.load(name)
    args = problem.arguments(*problem.SIZES[size])
    guarded = remembered(problem, args)
    if not guarded.func._quick.runs or not is_guarded(guarded):
        return None
    with unguarded():
        bare = remembered(problem, args)
    samples = time_in_rounds({"guarded": guarded, "bare": bare}, rounds, seconds)
    ratios = [a / b for a, b in zip(samples["guarded"], samples["bare"], strict=True)]
    return min(samples["guarded"]), min(samples["bare"]), statistics.median(ratios)


def main() -> int:
    """Print what each problem's gradient takes both ways, and the worst ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strict", action="store_true", help=f"fail above {BAR}")
    parser.add_argument("--rounds", type=int, default=201)
    parser.add_argument("--seconds", type=float, default=3.0, help="at most, for each row")
    chosen = parser.parse_args()
    print("| gradient | guarded | without | ratio |\n|---|---|---|---|")
    worst = 1.0
    for name in problems.NAMES:
        if getattr(problems.load(name), "KIND", "gradient") != "gradient":
            continue
        for size in problems.load(name).SIZES:
            found = measure(name, size, chosen.rounds, chosen.seconds)
            if found is None:
                print(f"| {name}, {size} | not guarded | | |", flush=True)
                continue
            ratio = found[2]
            worst = max(worst, ratio)
            print(f"| {name}, {size} | {show_time(found[0])} | {show_time(found[1])} | {ratio:.3f} |", flush=True)
    print(f"\nThe worst ratio is {worst:.3f}; the bar is {BAR}.")
    return int(chosen.strict and worst > BAR)


if __name__ == "__main__":
    sys.exit(main())
