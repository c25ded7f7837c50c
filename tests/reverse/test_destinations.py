"""Pullbacks of calls that add to the cotangents that they are given, instead of making whole ones."""

import numpy as np
import pytest

import dualad
from dualad import testing


def reads_two(x, i, p):
    """Long enough to stay a call."""
    first = x[i] * p
    second = np.sin(x[i - 1]) + first
    third = first * second
    fourth = np.cos(third) * first + second
    if fourth > 100.0:
        fourth = fourth / 2.0
    fifth = fourth * third - second
    sixth = np.tanh(fifth) + np.exp(-(fourth**2))
    seventh = sixth * first
    for _ in range(2):
        seventh = seventh + 0.1 * sixth
    return seventh + fifth


def rebinds(x, i, p):
    x = x * p
    x = np.sin(x) + reads_two(x, i, p)
    for _ in range(2):
        x = x * 0.9
    return np.sum(x)


def descends(x, i, p):
    if i == 0:
        return x[0] * p
    return np.sin(x[i]) * descends(x, i - 1, p) + descends(x, 0, x[i])


def shallow(x, i, p):
    """It calls itself, so that it stays a call."""
    if i > 0:
        return shallow(x, 0, p * x[i]) + x[i]
    return x[0] * p


def both(x, y, i):
    return reads_two(x, i, y[i]) * reads_two(y, i, x[i])


def over(helper):
    def total(x, p):
        s = 0.0
        for i in range(len(x)):
            if p > 0.0:
                s = s + helper(x, i, p)
        return s

    return total


def same_twice(x, p):
    s = 0.0
    for i in range(3):
        s = s + both(x, x, i) * p
    return s


def of_rows(rows, p):
    s = 0.0
    for i in range(len(rows)):
        s = s + reads_two(rows[i], 1, p) + descends(rows[i], 2, p)
    return s


X = np.array([0.3, -0.7, 1.1, 0.4])


@pytest.mark.parametrize("f", [over(reads_two), over(rebinds), over(shallow), over(descends), same_twice])
def test_derivatives_to_second_order(f):
    testing.check_grads(f, (X, 0.8), order=2)


def test_rows_of_a_list():
    testing.check_grads(of_rows, ([[0.3, 0.2, 0.1], [0.5, 0.6, 0.7]], 0.8), order=2)


def test_pullbacks_may_be_called_again():
    value, pull = dualad.vjp(over(reads_two), X, 0.8)
    first, again = pull(1.0), pull(1.0)
    assert np.array_equal(first[0], again[0]) and first[1] == again[1]
    assert not np.shares_memory(first[0], again[0])
    assert value == over(reads_two)(X, 0.8)


def test_a_read_item_costs_no_whole_cotangent(monkeypatch):
    made = []
    zeros = np.zeros

    def counted(*args, **kwargs):
        made.append(args)
        return zeros(*args, **kwargs)

    df = dualad.grad(over(shallow))
    df(X, 0.8)
    counts = []
    for n in (4, 40):
        x = np.linspace(0.1, 0.9, n)
        df(x, 0.8)
        with monkeypatch.context() as patched:
            patched.setattr(np, "zeros", counted)
            made.clear()
            df(x, 0.8)
            counts.append(len(made))
    assert counts[0] == counts[1] <= 2


def test_the_callee_is_given_the_cotangent_so_far():
    df = dualad.grad(over(shallow))
    df(X, 0.8)
    assert ", x_bar)\n" in dualad.source(df, X, 0.8)
