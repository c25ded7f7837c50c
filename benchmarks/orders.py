"""Costs of higher orders and sparse matrices, as ratios: `python -m benchmarks.orders`.

By CPU time, the least of several runs: of Hessians in Hessian-vector products (n = 100; bar: n / 2), of power series of
order 10 in evaluations (bar: 200), of functions of arrays and of numbers, of a sparse Jacobian of a one-dimensional
equation with n = 10,000 in evaluations (bars: 30 with the pattern known, 100 to find it).
"""

from __future__ import annotations

import math
import time
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np

import dualad
from dualad.sparse import sparse_jacobian

RNG = np.random.default_rng(0)
INPUTS, TARGETS = RNG.normal(size=(64, 6)), RNG.normal(size=64)
POINTS = RNG.normal(size=(200, 4))


def rosenbrock(x):
    """Rosenbrock's function."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def mlp(w):
    """The loss of a network with two layers."""
    a, b, c = w[:60].reshape(6, 10), w[60:70], w[70:100].reshape(10, 3)
    out = np.tanh(np.tanh(INPUTS @ a + b) @ c)
    return np.mean((np.sum(out, axis=1) - TARGETS) ** 2)


def gmm(w):
    """The log-likelihood of a mixture of Gaussians."""
    alpha, mu, scale = w[:11], w[11:55].reshape(11, 4), w[55:99].reshape(11, 4)
    z = (POINTS[:, None, :] - mu[None]) * np.exp(-scale)[None]
    terms = alpha - np.sum(scale, axis=1) - 0.5 * np.sum(z * z, axis=2)
    top = np.max(terms, axis=1, keepdims=True)
    sums = np.log(np.sum(np.exp(terms - top), axis=1)) + top[:, 0]
    return np.sum(sums) - 200 * np.log(np.sum(np.exp(alpha)))


def wave(x):
    """Elementary functions."""
    return np.exp(np.sin(x)) * x**3


def quotient(x):
    """More of them."""
    return np.tanh(x) * np.log(1 + x * x) / np.sqrt(x + 2)


def wave_of_number(x):
    """`wave` of a number."""
    return math.exp(math.sin(x)) * x**3


def quotient_of_number(x):
    """`quotient` of a number, by NumPy."""
    return np.tanh(x) * np.log(1 + x * x) / np.sqrt(x + 2)


def product_of_number(x):
    """The least that a function can do."""
    return x * x


def branches_of_number(x):
    """A loop with a branch."""
    total = 0.0
    for i in range(20):
        total = total + (math.sin(x * i) if x * i > 3 else x * x)
    return total


def newton_of_number(x):
    """A loop that runs until it is done, and a function of the user's in it."""
    y = 1.0
    while abs(y * y - x) > 1e-12:
        y = halfway(y, x / y)
    return y


def halfway(a, b):
    """The mean of two numbers."""
    return (a + b) / 2


def by_stores(u):
    """Residuals of `u'' + exp(u) u' = 0`, stored into an array."""
    h = 1 / (u.size + 1)
    r = np.empty_like(u)
    r[1:-1] = (u[2:] - 2 * u[1:-1] + u[:-2]) / h**2 + np.exp(u[1:-1]) * (u[2:] - u[:-2]) / (2 * h)
    r[0], r[-1] = u[0] - 1.0, u[-1]
    return r


def by_padding(u):
    """Residuals of `u'' + exp(u) u' = u^3`, of a padded array."""
    h = 1 / (u.size + 1)
    p = np.concatenate([[1.0], u, [0.0]])
    return (p[2:] - 2 * p[1:-1] + p[:-2]) / h**2 + np.exp(p[1:-1]) * (p[2:] - p[:-2]) / (2 * h) - u**3


def cost(run: Callable[[], Any], number: int, repeat: int = 15) -> float:
    """CPU microseconds of a call, the least of several rounds."""
    run()
    return min(timeit.repeat(run, timer=time.process_time, number=number, repeat=repeat)) / number * 1e6


def hessian_in_products(f: Any, n: int) -> float:
    """What a Hessian costs, in Hessian-vector products."""
    x, v = 0.5 * RNG.normal(size=n), RNG.normal(size=n)
    return cost(lambda: dualad.hessian(f)(x), 1) / cost(lambda: dualad.hvp(f, (x,), (v,)), 10)


def series_in_evaluations(f: Any, x: Any) -> float:
    """What a power series of order 10 costs, in evaluations."""
    series = dualad.taylor(f, 10)
    return cost(lambda: series(x), 50) / cost(lambda: f(x), 5000 if type(x) is float else 500)


def sparse_in_evaluations(f: Any) -> tuple[float, float, float, int]:
    """What a sparse Jacobian costs: with its pattern known, without the check, to find it; and how many directions."""
    u = RNG.uniform(size=10_000)
    once, checked, plain = cost(lambda: f(u), 100), sparse_jacobian(f), sparse_jacobian(f, check=False)
    found = cost(lambda: sparse_jacobian(f).colors(u), 3)
    return cost(lambda: checked(u), 10) / once, cost(lambda: plain(u), 10) / once, found / once, plain.passes


def main() -> None:
    """Print the table."""
    for f, n in ((rosenbrock, 100), (mlp, 100), (gmm, 99)):
        print(f"hessian of {f.__name__}: {hessian_in_products(f, n):.1f} Hessian-vector products (bar {n / 2})")
    array = np.linspace(0.1, 2.0, 1000)
    numbers = (wave_of_number, quotient_of_number, product_of_number, branches_of_number, newton_of_number)
    for f, x in [(wave, array), (quotient, array), *[(f, 0.7) for f in numbers]]:
        print(f"series of order 10 of {f.__name__}: {series_in_evaluations(f, x):.0f} evaluations (bar 200)")
    for f in (by_stores, by_padding):
        known, unchecked, found, directions = sparse_in_evaluations(f)
        print(
            f"sparse Jacobian of {f.__name__}, n 10,000: {known:.0f} evaluations, {unchecked:.0f} unchecked (bar 30), "
            f"to find pattern and colours {found:.0f} (bar 100); directions {directions}"
        )


if __name__ == "__main__":
    main()
