"""Generated gradients against adjoints written by hand, and against HIPS autograd, on straight-line code.

    python benchmarks/straight_line.py             # prints a table
    python benchmarks/straight_line.py --strict    # fails if a bar is missed

Each function below stands next to its adjoint as one would write it by hand. All ways are timed in one run, in turn,
round after round; the ratios are medians of the rounds' ratios. The gradients are checked against each other first.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad import grad
from dualad.compare import show_time, time_in_rounds

HAND_BAR, AUTOGRAD_BAR = 1.3, 20.0


def logistic(w, b, X, y):
    """Logistic regression: the mean negative log-likelihood."""
    z = X @ w + b
    return np.mean(np.logaddexp(0.0, z) - y * z)


def logistic_by_hand(w, b, X, y):
    """The gradient of `logistic` in w and b."""
    z = X @ w + b
    z_bar = (np.exp(z - np.logaddexp(0.0, z)) - y) / z.size
    return X.T @ z_bar, np.sum(z_bar)


def network(W1, b1, W2, b2, X, y):
    """A two-layer network: the mean squared error."""
    h = np.tanh(X @ W1 + b1)
    e = h @ W2 + b2 - y
    return np.mean(e * e)


def network_by_hand(W1, b1, W2, b2, X, y):
    """The gradient of `network` in its weights and offsets."""
    h = np.tanh(X @ W1 + b1)
    e = h @ W2 + b2 - y
    e_bar = (2 / e.size) * e
    z_bar = (e_bar @ W2.T) * (1 - h * h)
    return X.T @ z_bar, np.sum(z_bar, axis=0), h.T @ e_bar, np.sum(e_bar, axis=0)


def logistic_arguments(samples: int, features: int) -> tuple[Any, ...]:
    """Weights, offset, data and labels."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(samples, features))
    return rng.normal(size=features), 0.1, X, (rng.random(samples) < 0.5).astype(float)


def network_arguments(samples: int, inputs: int, hidden: int, outputs: int) -> tuple[Any, ...]:
    """Weights and offsets of two layers, data and targets."""
    rng = np.random.default_rng(0)
    W1, W2 = rng.normal(size=(inputs, hidden)), rng.normal(size=(hidden, outputs))
    X, y = rng.normal(size=(samples, inputs)), rng.normal(size=(samples, outputs))
    return W1, np.zeros(hidden), W2, np.zeros(outputs), X, y


CASES: tuple[tuple[str, Callable[..., Any], Callable[..., Any], tuple[int, ...], tuple[Any, ...]], ...] = (
    ("logistic, small", logistic, logistic_by_hand, (0, 1), logistic_arguments(10, 3)),
    ("logistic, large", logistic, logistic_by_hand, (0, 1), logistic_arguments(20_000, 100)),
    ("network, small", network, network_by_hand, (0, 1, 2, 3), network_arguments(10, 3, 5, 2)),
    ("network, large", network, network_by_hand, (0, 1, 2, 3), network_arguments(1000, 200, 300, 50)),
)


def of_autograd(f: Callable[..., Any], argnums: tuple[int, ...]) -> Callable[..., Any] | None:
    """The gradient of `f` by HIPS autograd, with its NumPy in place of ours; None where it is not installed."""
    try:
        import autograd
        import autograd.numpy
    except ImportError:
        return None
    same = types.FunctionType(f.__code__, {**f.__globals__, "np": autograd.numpy}, f.__name__)
    return autograd.grad(same, argnums)


def check(expected: Any, found: Any, what: str) -> None:
    """Both are the same gradients, to rounding."""
    for a, b in zip(expected, found, strict=True):
        assert np.shape(a) == np.shape(b), what
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-12, err_msg=what)


def measure(case: tuple[Any, ...], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Median times, and medians of ratios within rounds: dualad over hand, autograd over dualad."""
    name, f, by_hand, argnums, args = case
    generated, autograd = grad(f, argnums), of_autograd(f, argnums)
    expected = by_hand(*args)
    check(expected, generated(*args), f"{name}: dualad")
    ways = {"plain": lambda: f(*args), "hand": lambda: by_hand(*args), "dualad": lambda: generated(*args)}
    if autograd is not None:
        check(expected, autograd(*args), f"{name}: autograd")
        ways["autograd"] = lambda: autograd(*args)
    samples = time_in_rounds(ways, rounds, seconds=30.0)
    ratios = {"hand": statistics.median(a / b for a, b in zip(samples["dualad"], samples["hand"], strict=True))}
    if autograd is not None:
        pairs = zip(samples["autograd"], samples["dualad"], strict=True)
        ratios["autograd"] = statistics.median(a / b for a, b in pairs)
    return {way: statistics.median(times) for way, times in samples.items()}, ratios


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status tells whether the bars hold if `--strict` is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=51)
    parser.add_argument("--strict", action="store_true", help="fail if a bar is missed")
    options = parser.parse_args(arguments)
    missed = []
    print("| gradient | plain function | by hand | dualad | autograd | dualad / hand | autograd / dualad |")
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        times, ratios = measure(case, options.rounds)
        cells = [show_time(times[way]) if way in times else "-" for way in ("plain", "hand", "dualad", "autograd")]
        cells.append(f"{ratios['hand']:.2f}")
        cells.append(f"{ratios['autograd']:.1f}" if "autograd" in ratios else "-")
        print(f"| {case[0]} | {' | '.join(cells)} |", flush=True)
        if ratios["hand"] > HAND_BAR:
            missed.append(f"{case[0]}: {ratios['hand']:.2f} times the adjoint by hand, bar {HAND_BAR}")
        if "small" in case[0] and ratios.get("autograd", AUTOGRAD_BAR) < AUTOGRAD_BAR:
            missed.append(f"{case[0]}: {ratios['autograd']:.1f} times faster than autograd, bar {AUTOGRAD_BAR:g}")
    for line in missed:
        print(f"missed: {line}")
    return 1 if missed and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
