"""Functions of NumPy on plain arrays are called as the methods that they come down to; others keep the function."""

from __future__ import annotations

import numpy as np
import pytest

import dualad


def text(fn, *args):
    return dualad.source(dualad.grad(fn), *args)


def spread(x):
    return np.sum(np.exp(x - np.max(x, axis=1, keepdims=True)), axis=0).dot(np.cumsum(np.mean(x, 0)))


def totals(x):
    return np.sum(x, axis=1) * np.sum(np.sqrt(np.sum(x * x, axis=1)))


def summed(f):
    return lambda x: np.sum(f(x))


def scaled(x):
    return np.sum((x / np.sum(x, axis=1)[:, None]) ** 2)


def total_of(xs):
    return np.sum(xs) * np.max(xs)


def test_arrays_have_the_methods():
    x = np.arange(6.0).reshape(2, 3)
    code = [line for line in text(spread, x).splitlines() if "#" not in line]
    assert "    max_1 = row_max(x, 1, True)" in code  # which is that method's
    assert "    sum_1 = exp.sum(axis=0)" in code
    assert not any(f"np.{name}(" in line for line in code for name in ("sum", "max", "cumsum", "mean"))
    dualad.testing.check_grads(spread, (x,), order=2)
    dualad.testing.check_grads(summed(totals), (x + 1.0,), order=2)


@pytest.mark.parametrize("xs", [[1.0, 2.0, 3.0], np.float64(2.0)])
def test_lists_and_numbers_have_not(xs):
    assert "np.sum(xs)" in dualad.source(dualad.value_and_grad(total_of), xs)
    dualad.testing.check_grads(total_of, (xs,), order=1, modes=("rev",))


def test_a_sum_does_not_keep_an_axis_that_is_taken_out():
    x = 1.0 + np.arange(6.0).reshape(2, 3)
    assert "keepdims" not in text(scaled, x)
    dualad.testing.check_grads(scaled, (x,), order=2)


def largest(x):
    return np.sum(np.max(x, axis=1)) * np.sum(x) + np.sum(np.min(x, axis=0)) * 2.0 + np.max(x[0], axis=0)


def test_numbers_stand_for_the_cotangents_of_all_extrema():
    x = np.array([[1.0, 2.0, 2.0], [0.5, -1.0, 4.0]])
    assert "expand" not in text(largest, x)
    check = np.array([[0.3, 2.0, 2.5], [0.5, -1.0, 4.0]])
    dualad.testing.check_grads(largest, (check,), order=2)
    ties = dualad.grad(lambda x: np.sum(np.max(x, axis=1)))(x)
    np.testing.assert_array_equal(ties, [[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]])


def rate(y, k):
    return np.sum(np.array([y[1] * k, -np.sin(y[0])]) * np.asarray((k, 2, y[0])[:2]))


def mixed(y, k):
    made = np.array([k, 1j * k, y[0]])
    return np.sum(np.abs(made) * np.array([y[0], True, k], dtype=np.float32))


def test_arrays_of_a_few_numbers_need_no_list():
    y, k = np.array([0.3, 0.7]), 1.3
    assert "made_back" not in text(rate, y, k)
    assert "made_back" in text(mixed, y, k)
    dualad.testing.check_grads(rate, (y, k), order=2)
    dualad.testing.check_grads(mixed, (y, k), order=1, rtol=1e-3, atol=1e-3)
    dualad.testing.check_grads(rate, (y.astype(np.float32), k), order=1, rtol=1e-2, atol=1e-2)
