"""Hessian-vector products by the emitted gradient's own derivative: the same numbers as by dual numbers."""

from __future__ import annotations

import numpy as np
import pytest

from dualad import custom_vjp, grad, hvp, jvp

X, V = np.array([0.3, -0.7, 1.1]), np.array([1.0, 10.0, -2.0])
A = np.array([[1.0, 2.0, 0.0], [0.5, 3.0, 1.0], [-1.0, 0.2, 0.7]])


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def looped(x):
    total = 0.0
    for i in range(len(x)):
        total = total + np.sin(x[i]) * x[i - 1] ** 2
        if total > 0.5:
            total = total * x[0]
    return total


def stored(x):
    y = np.zeros(3)
    y[0] = x[1] ** 3
    y[1:] = np.exp(x[:2]) * y[0]
    return np.sum(y * y)


def called(x):
    return rosenbrock(x) * np.linalg.norm(np.tanh(A @ x))


def singular(x):
    return np.sum(np.sqrt(np.where(x > 0, x, 1.0)) ** 3)


def of_items(x):
    parts = {"a": x[0] * x[1], "b": x[2] ** 2}
    return parts["a"] * parts["b"] + np.sum(x**3)


@custom_vjp
def skewed(x):
    return 0.5 * np.sum(x * x)


skewed.defvjp(lambda x: (0.5 * np.sum(x * x), x), lambda x, ct: (ct * (A @ x),))


def with_skewed(x):
    return skewed(x) * np.sum(x)


@pytest.mark.parametrize("f", [rosenbrock, looped, stored, called, singular, of_items, with_skewed])
def test_products_are_those_of_forward_over_reverse_mode(f):
    for x in (X, X * 2.0, np.array([0.0, 1.0, -1.0])):
        for v in (V, X):
            want = jvp(grad(f), (x,), (v,))[1]
            for _ in range(3):
                np.testing.assert_allclose(hvp(f, (x,), (v,)), want, rtol=1e-9, atol=1e-9)


def test_products_own_their_memory():
    first = hvp(rosenbrock, (X,), (V,))
    second = hvp(rosenbrock, (X,), (V,))
    third = hvp(rosenbrock, (X,), (V,))
    third[:] = 0.0
    np.testing.assert_array_equal(first, second)
    assert not np.shares_memory(second, third)


def test_functions_with_effects_run_once():
    rng, twin = np.random.default_rng(0), np.random.default_rng(0)
    seen = []

    def noisy(x):
        seen.append(1)
        return np.sum(x**3) * rng.random()

    for _ in range(3):
        np.testing.assert_allclose(hvp(noisy, (X,), (V,)), 6 * X * V * twin.random())
    assert len(seen) == 3
