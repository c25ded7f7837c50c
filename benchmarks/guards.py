"""What the guard for strong zeros costs where every derivative is finite, on the problems of the comparison.

    python benchmarks/guards.py             # prints a table
    python benchmarks/guards.py --strict    # fails where the bar is missed

Where a partial derivative may be infinite, gradients are looked at (or the cotangent in which such a partial shows),
and only if one is not finite a careful variant runs instead: that is the guard. Where NumPy may warn of such a partial,
the code runs without its warnings, too. Each gradient is timed as it is, without the guard, and without both, in one
process, in turn, round after round; the ratios are medians of the rounds' ratios.
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
from dualad.reverse import guards, programs, witnesses

BAR = 1.03


@contextlib.contextmanager
def unguarded(loud: bool) -> Iterator[None]:
    """Within it, gradients are remembered that are not looked at; `loud`: nor kept from warning."""
    variants_of, settle, generation = quick.variants_of, witnesses.Witnesses.settle, programs.caches.generation

    def bare(*asked: Any) -> list[Any]:
        return [dataclasses.replace(v, quiet=v.call if loud else v.quiet, singular=False) for v in variants_of(*asked)]

    def clear() -> None:
        programs.clear_cache()
        guards.code_of.cache_clear()  # functions with one code object are not specialised well by Python
        programs.caches.generation = generation  # so that what is remembered serves on

    quick.variants_of, witnesses.Witnesses.settle = bare, lambda *asked: None  # type: ignore[method-assign]
    clear()
    try:
        yield
    finally:
        quick.variants_of, witnesses.Witnesses.settle = variants_of, settle  # type: ignore[method-assign]
        clear()


def remembered(problem: Any, args: tuple[Any, ...]) -> Callable[[], Any]:
    """A problem's gradient, called once, so that the next calls go the quick way."""
    gradient = dualad.grad(problem.program, problem.ARGNUMS)
    gradient(*args)
    return functools.partial(gradient, *args)


def is_guarded(gradient: Any) -> bool:
    """Whether a gradient has partials that may be infinite, or warnings that are kept from the user."""
    return any(v.singular or v.quiet is not v.call for v, _ in gradient.func._quick.made.values())


def measure(name: str, size: str, rounds: int, seconds: float) -> tuple[float, float, float] | None:
    """Seconds of a gradient, and what that is to one without the guard, and to one without both; None without any."""
    problem = problems.load(name)
    args = problem.arguments(*problem.SIZES[size])
    made = {"guarded": remembered(problem, args)}
    if not made["guarded"].func._quick.runs or not is_guarded(made["guarded"]):  # type: ignore[attr-defined]
        return None
    for way in ("hushed", "bare"):
        with unguarded(loud=way == "bare"):
            made[way] = remembered(problem, args)
    samples = time_in_rounds(made, rounds, seconds)

    def ratio(way: str) -> float:
        return statistics.median([a / b for a, b in zip(samples["guarded"], samples[way], strict=True)])

    return min(samples["guarded"]), ratio("hushed"), ratio("bare")


def main() -> int:
    """Print what each problem's gradient takes both ways, and the worst ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strict", action="store_true", help=f"fail above {BAR}")
    parser.add_argument("names", nargs="*", help="problems (default: all)")
    parser.add_argument("--rounds", type=int, default=201)
    parser.add_argument("--seconds", type=float, default=3.0, help="at most, for each row")
    chosen = parser.parse_args()
    print("| gradient | time | to one without the guard | and that may warn |\n|---|---|---|---|")
    worst = 1.0
    for name in chosen.names or problems.NAMES:
        if getattr(problems.load(name), "KIND", "gradient") != "gradient":
            continue
        for size in problems.load(name).SIZES:
            found = measure(name, size, chosen.rounds, chosen.seconds)
            if found is None:
                print(f"| {name}, {size} | not guarded | | |", flush=True)
                continue
            seconds, guard, both = found
            worst = max(worst, guard)
            print(f"| {name}, {size} | {show_time(seconds)} | {guard:.3f} | {both:.3f} |", flush=True)
    print(f"\nThe worst ratio is {worst:.3f}; the bar is {BAR}.")
    return int(chosen.strict and worst > BAR)


if __name__ == "__main__":
    sys.exit(main())
