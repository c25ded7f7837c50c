"""What is done along short rows is given to helpers where it is the function's own, and to the bit what NumPy gives."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad.columns import LENGTH, ROWS


def nearest(points, centres):
    difference = points[:, None, :] - centres
    return np.sum(np.min(np.sum(difference * difference, axis=2), axis=1))


def compared(x):
    squares = np.sum(x**2, axis=-1)
    return squares, squares > np.sum(x * x, axis=1), squares == np.sum(x * x, axis=-1, keepdims=True)[..., 0]


def of_a_generator(x):
    def squares():
        for i in range(2):
            yield np.sum(x[:, None, :] * x, axis=2) * i

    cost = lambda y: np.sum(np.sum(y * y, axis=1))  # noqa: E731
    return sum(np.sum(s) for s in squares()) + sum(map(cost, [x, 2 * x]))


def in_loops(x):
    while np.sum(x) < 40.0:
        for _ in range(2):
            x = x + np.sum(x, axis=1)[:, None] * np.max(x[:, None, :] - x, axis=2)[:, :3]
    return np.sum(x)


def first_axis(x):
    return np.sum(np.sum(x, axis=0) * np.max(x, axis=0))


def written(fn, *args):
    return dualad.source(dualad.grad(fn), *args)


def test_helpers_are_called():
    text = written(nearest, np.ones((6, 3)), np.zeros((2, 3)))
    for part in ("pair_difference(points[:, None, :], centres)", "row_dot(difference, difference, 2)", "row_min("):
        assert part in text


def test_axes_that_are_no_rows_are_left_alone():
    text = written(first_axis, np.ones((6, 3)))
    assert "row_" not in text
    assert "x.sum(axis=0)" in text


class Squared:
    """An object whose square is no product with itself."""

    def __init__(self, a):
        self.a = a

    def __pow__(self, n):
        return Squared(self.a**n)

    def __mul__(self, other):
        return Squared(np.concatenate([self.a, other.a], axis=1))

    def sum(self, axis):
        return self.a.sum(axis=axis)


SQUARED = Squared(np.arange(6.0).reshape(2, 3))


def weighed(x):
    total = 0.0
    for i in range(2):
        if i:
            total = total + np.sum(x * (SQUARED**2).sum(axis=1)) + np.sum(x * (SQUARED * SQUARED).sum(axis=1))
    return total


def test_operators_of_objects_are_their_own():
    dualad.testing.check_grads(weighed, (np.array([1.0, 2.0]),), order=1)
    assert dualad.value_and_grad(weighed)(np.array([1.0, 2.0]))[0] == weighed(np.array([1.0, 2.0]))


def test_functions_inside_are_differentiated_as_they_were_written():
    dualad.testing.check_grads(of_a_generator, (np.random.default_rng(0).normal(size=(7, 3)),), order=2)


def test_statements_of_every_kind_are_kept():
    dualad.testing.check_grads(in_loops, (np.random.default_rng(0).uniform(0.1, 0.3, size=(7, 3)),), order=1)


@pytest.mark.parametrize("n", [2, 5, 8, LENGTH, LENGTH + 1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_are_the_functions_own(n, dtype):
    x = np.random.default_rng(n).normal(size=(2 * ROWS * n, n)).astype(dtype)
    for _ in range(3):  # specialised from the second call on
        found, _ = dualad.vjp(compared, x)
    for a, b in zip(found, compared(x), strict=True):
        assert a.tobytes() == b.tobytes()
        assert a.dtype == b.dtype


@pytest.mark.parametrize("n", [1, 3, LENGTH, LENGTH + 1])
@pytest.mark.parametrize("rows", [4, 3 * ROWS])
def test_gradients(n, rows):
    rng = np.random.default_rng(rows)
    points, centres = rng.normal(size=(rows * n, n)), rng.normal(size=(20, n))
    gradient = dualad.grad(nearest, argnums=(0, 1))
    for _ in range(3):
        found = gradient(points, centres)
    squares = np.sum((points[:, None, :] - centres) ** 2, axis=2)
    chosen = np.argmin(squares, axis=1)
    each = 2 * (points - centres[chosen])
    wanted = np.zeros_like(centres)
    np.subtract.at(wanted, chosen, each)
    np.testing.assert_allclose(found[0], each, rtol=1e-12)
    np.testing.assert_allclose(found[1], wanted, rtol=1e-10, atol=1e-12)


def test_second_derivatives_are_of_the_function():
    rng = np.random.default_rng(4)
    points, centres = rng.normal(size=(200, 3)), rng.normal(size=(4, 3))
    v = rng.normal(size=centres.shape)
    cost = lambda c: nearest(points, c)  # noqa: E731
    counts = np.bincount(np.argmin(np.sum((points[:, None, :] - centres) ** 2, axis=2), axis=1), minlength=4)
    for _ in range(3):
        np.testing.assert_allclose(dualad.hvp(cost, (centres,), (v,)), 2 * counts[:, None] * v, rtol=1e-12)
        rows = dualad.grad(lambda c: np.sum(v * dualad.grad(cost)(c)))(centres)
        np.testing.assert_allclose(rows, 2 * counts[:, None] * v, rtol=1e-12)
