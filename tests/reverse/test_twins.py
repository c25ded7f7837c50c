"""Sines and cosines that the function computes of the same value serve the reverse sweep."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dualad
from dualad.testing import check_grads


def code(fn, *args, argnums=0):
    text = dualad.source(dualad.grad(fn, argnums), *args)
    return "\n".join(line for line in text.splitlines() if "#" not in line)


def turned(angle, x):
    cos, sin = np.cos(angle), np.sin(angle)
    return np.sum((cos * x - sin) ** 2)


def of_numbers(a):
    return math.sin(a) * math.cos(a) + math.sinh(a) / math.cosh(a)


def in_a_loop(a, n):
    for _ in range(n):
        a = a + math.sin(a) * math.cos(a)
    return a


def of_another_value(a):
    s = math.sin(a)
    a = a * s
    return s * math.cos(a)


def in_another_branch(a):
    if a > 0.0:
        y = math.sin(a)
    else:
        y = math.cos(a)
    return y * y


def stored_into(x):
    c = np.cos(x)
    y = np.sum(np.sin(x) * c)
    c[0] = 5.0
    return y + np.sum(c)


def of_what_changes(x):
    x = x.copy()
    y = np.cos(x) * 2.0
    x[0] = x[1] * x[2]
    return np.sum(y * np.sin(x)) + np.sum(np.cos(x))


def of_a_view_that_changes(x):
    row = x[1:] * 1.0
    part = row[:1]
    c = np.cos(row)
    part += 0.5
    return np.sum(np.sin(row) * c)


X = np.array([0.3, -1.2, 0.8])


@pytest.mark.parametrize("x", [0.4, X])
def test_nothing_is_computed_again(x):
    text = code(turned, x, 2.0)
    assert text.count("np.cos(") == text.count("np.sin(") == 1
    check_grads(turned, (x, 2.0), order=3)


def test_numbers():
    text = code(of_numbers, 0.4)
    assert all(text.count(f"math.{name}(") == 1 for name in ("sin", "cos", "sinh", "cosh"))
    assert code(in_a_loop, 0.4, 3).count("math.") == 2
    check_grads(of_numbers, (0.4,), order=3)
    check_grads(lambda a: in_a_loop(a, 3), (0.4,), order=2)


@pytest.mark.parametrize("fn", [of_another_value, in_another_branch])
@pytest.mark.parametrize("a", [0.4, -0.7])
def test_of_another_value_they_are(fn, a):
    assert code(fn, a).count("math.") == 4
    check_grads(fn, (a,), order=2)


@pytest.mark.parametrize("fn", [stored_into, of_what_changes, of_a_view_that_changes])
def test_what_is_stored_into_is_another_value_then(fn):
    check_grads(fn, (X,), order=2)
