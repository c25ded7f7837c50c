"""What is first added to a place of a buffer of zeros is put there, if no place before it may be the same."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad.testing import check_grads


def code(fn, *args, argnums=0):
    text = dualad.source(dualad.grad(fn, argnums), *args)
    return "\n".join(line for line in text.splitlines() if "#" not in line)


def apart(x):
    return np.sum(x[:, 2] ** 2 * np.sin(x[:, :2]).T) + np.sum(np.cos(x[:, 3:]))


def halves(x, y):
    n, d = y.shape
    return np.sum(np.exp(x[:, :d]) * y) * np.sum(x[:, d:] ** 2)


def overlapping(x):
    return np.sum(x[1:] * x[:-1] ** 2)


def counted_from_behind(x):
    return np.sum(x[:-2] ** 3) + np.sum(x[-2:] ** 2) * np.sum(np.sin(x[1:]))


def moving_bound(x, n):
    k = 1
    total = np.sum(x[:k] ** 2)
    k = k + n
    return total + np.sum(np.sin(x[k:])) + np.sum(x[: 2 * k] ** 3)


def lengths(x, y):
    w = len(y)
    return np.sum(x[:w] * y) + np.sum(x[2 * w :] ** 2) + np.sum(x[w : 2 * w] ** 3)


X = np.arange(12.0).reshape(2, 6) / 7.0 + 0.1
V = np.arange(7.0) / 3.0 - 0.9
PROGRAMS = {
    "apart": (apart, (X,)),
    "halves": (halves, (X, X[:, :4])),
    "overlapping": (overlapping, (V,)),
    "counted_from_behind": (counted_from_behind, (V,)),
    "lengths": (lengths, (V, V[:2])),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_right(name):
    fn, args = PROGRAMS[name]
    check_grads(fn, args, order=2)


def of_the_users(x, bounds):
    w = len(bounds)
    total = np.sum(x[:w] ** 2)
    for w, z in reversed(bounds):
        total = total + np.sum(x[w : 2 * w] ** 3) * z + np.sum(np.sin(x[2 * w :]))
    return total


def test_what_users_bind_in_a_loop_may_be_negative():
    bounds = [(-2, 0.5), (1, 2.0), (-1, 1.5), (0, 1.0)]
    check_grads(lambda x: of_the_users(x, bounds), (V,), order=1)


@pytest.mark.parametrize("n", [-1, 0, 1, 2])
def test_bounds_that_are_bound_anew_are_others(n):
    check_grads(lambda x: moving_bound(x, n), (V,), order=1)


@pytest.mark.parametrize("length", [0, 1, 2, 4])
def test_slices_beyond_the_end(length):
    check_grads(lengths, (V[:length], np.ones(min(2, length))), order=1)


def test_places_that_are_apart_are_assigned():
    assert "+=" not in code(apart, X) and "np.zeros(x.shape)" in code(apart, X)
    assert "+=" not in code(lengths, V, V[:2])


def test_a_buffer_that_is_all_written_is_not_cleared():
    text = code(halves, X, X[:, :4])
    assert "np.empty(x.shape)" in text and "np.zeros" not in text


def test_places_that_may_overlap_are_added_to():
    assert code(overlapping, V).count("x_bar[") == 2
    assert "x_bar[1:] +=" in code(overlapping, V) or "x_bar[:-1] +=" in code(overlapping, V)
    assert "x_bar[1:] +=" in code(counted_from_behind, V) or "x_bar[1:] =" in code(counted_from_behind, V)


def users_own(x):
    buffer = np.zeros(3, dtype=int)
    buffer[1:] += np.array([1.5, 2.5])
    return np.sum(buffer * x)


def test_what_users_add_to_integers_fails_as_it_does():
    with pytest.raises(TypeError, match="Cannot cast"):
        dualad.grad(users_own)(np.ones(3))
