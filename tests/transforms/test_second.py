"""Hessian-vector products by tangents written beside the emitted gradient: the same numbers as by dual numbers."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import orders
from benchmarks.hvp import DENSE, PROBLEMS
from dualad import custom_vjp, grad, hvp, jvp, second, tree

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


def swept(x, k, n):
    u = x.copy()
    for i in range(n):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
        if u[i % 3] > 0.2:
            u = u * np.cos(u)
    return np.sum(u**3)


def shared(x):
    y = x + 1.0
    z = y - 2.0
    y[0] = z[1] ** 2
    y *= z
    y[1:] += z[:-1]
    return np.sum(np.sin(z) * y)


def aliased(x):
    y = x + 1.0
    z = y - 2.0
    y[0] = z[1] ** 2
    y *= z
    w = z
    w[1:] += y[:-1]
    return np.sum(np.sin(z) * y)


def rebound(x):
    total = 0.0
    for i in range(len(x)):
        total = np.sin(total) + x[i] ** 2
        x = x * np.exp(0.1 * x)
    return total


def taped(x):
    kept = []
    for i in range(len(x)):
        kept.append((x[i] * x[i - 1], np.tanh(x)))
    total = 0.0
    for a, b in reversed(kept):
        total = total * a + np.sum(b * b)
    return total


def gathered(x):
    y = x[np.array([0, 0, 2])] * x
    return np.linalg.norm(y) + np.max(x) * np.mean(np.concatenate([x, y, [1.0]]) ** 2)


FUNCTIONS = [
    rosenbrock, looped, stored, called, singular, of_items, with_skewed, shared, aliased, rebound, taped, gathered
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS)
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


def way_of(f, args, along, argnums):
    """The product; an error if it goes by dual numbers."""

    def usual():
        raise AssertionError("by dual numbers")

    return second.product(f, args, along, argnums, usual)


def close(found, wanted):
    found, wanted = tree.leaves(found), tree.leaves(wanted)
    size = max([np.max(np.abs(w), initial=0.0) for w in wanted if w is not None])
    assert len(found) == len(wanted)
    for a, b in zip(found, wanted, strict=True):
        assert np.shape(a) == np.shape(b)
        if a is not None:
            kept = np.result_type(b).kind in "fc"
            eps = 16 * float(np.finfo(np.result_type(b)).eps) if kept else 0.0  # a few roundings in other orders
            np.testing.assert_allclose(a, b, rtol=max(1e-7, eps), atol=max(1e-9, eps) * size + 1e-12, equal_nan=True)


# What is written by source


BENCHMARKS = {**PROBLEMS, **DENSE, "MLP of globals": (orders.mlp, (0.3 * np.random.default_rng(0).normal(size=100),))}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_problems_of_the_benchmark_go_by_source(name):
    f, args = BENCHMARKS[name]
    rng = np.random.default_rng(1)
    v = tuple(tree.map(lambda x: rng.normal(size=x.shape), a) for a in args)
    still = tuple(tree.map(np.zeros_like, a) for a in args[1:])
    for along in (v, (v[0], *still)):
        wanted = jvp(grad(f), args, along)[1]
        hvp(f, args, along)
        close(way_of(f, args, along, 0), wanted)


SOURCE = {
    "swept": (swept, (X, 0.1, 4), (V, 0.3, None), (0, 1)),
    "shared": (shared, (X,), (V,), 0),
    "rebound": (rebound, (X,), (V,), (0,)),
}


@pytest.mark.parametrize("name", SOURCE)
def test_loops_stores_and_containers_go_by_source(name):
    f, args, along, argnums = SOURCE[name]
    hvp(f, args, along, argnums)
    for factor in (1.0, -2.0, 0.5):
        there = tuple(a * factor if isinstance(a, np.ndarray) else a for a in args)
        close(way_of(f, there, along, argnums), jvp(grad(f, argnums), there, along)[1])


def test_arguments_are_left_as_they_were():
    x, v = X.copy(), V.copy()
    for _ in range(3):
        found = hvp(shared, (x,), (v,))
        found += 1.0
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(v, V)


SCALE = np.array([1.0, 2.0, 3.0])


def scaled(x):
    return np.sum(SCALE * x**3)


def test_captured_arrays_are_read_as_they_are():
    for factor in (1.0, 2.0, 3.0):
        SCALE[:] = factor
        np.testing.assert_allclose(hvp(scaled, (X,), (V,)), 6 * factor * X * V)


def test_products_that_need_strong_zeros():
    def masked(x):
        return np.sum(np.where(x > 0, np.sqrt(x), 0.0) * x)

    with np.errstate(all="ignore"):
        for x in (np.abs(X), np.array([0.0, 0.7, -1.0]), np.abs(X)):
            np.testing.assert_allclose(hvp(masked, (x,), (V,)), jvp(grad(masked), (x,), (V,))[1])


def test_numbers_that_are_divided_by_zero():
    def ratio(a, b):
        return a * b / (a + b) if a + b else a * a

    for a, b in ((1.0, 2.0), (3.0, 1.0), (1.0, -1.0)):
        assert hvp(ratio, (a, b), (1.0, 0.5)) == pytest.approx(jvp(grad(ratio), (a, b), (1.0, 0.5))[1])
