"""Derivatives at infinite and at very large arguments, held against limits: what a sweep beside JAX's values found."""

from __future__ import annotations

import cmath

import numpy as np
import pytest
import scipy.special as sp

import dualad

INF = np.inf
BOTH = pytest.mark.parametrize("mode", ["grad", "jacfwd"])


def derivative(mode, f, *args):
    """The gradient in the first argument."""
    return getattr(dualad, mode)(f)(*args)


@BOTH
@pytest.mark.parametrize(("x", "y", "expected"), [
    (INF, 2.0, 1.0), (-INF, 2.0, -1.0), (2.0, INF, 0.0), (-2.0, -INF, 0.0), (INF, INF, 0.0), (-INF, INF, 0.0),
    (0.0, 0.0, 0.0),
])  # fmt: skip
def test_hypot_at_infinity(mode, x, y, expected) -> None:
    assert derivative(mode, np.hypot, x, y) == expected
    np.testing.assert_array_equal(derivative(mode, lambda x: np.sum(np.hypot(x, y)), np.array([x])), [expected])


@BOTH
@pytest.mark.parametrize(("x", "y"), [(INF, 2.0), (-INF, 0.0), (2.0, INF), (0.0, -INF), (INF, -INF)])
def test_arctan2_at_infinity(mode, x, y) -> None:
    assert derivative(mode, np.arctan2, x, y) == 0.0
    assert derivative(mode, lambda x: np.arctan2(y, x), x) == 0.0


def test_running_products_of_infinite_factors() -> None:
    x = np.array([INF, 1.0, 2.0])
    for f in (np.cumprod, np.nancumprod):
        np.testing.assert_array_equal(dualad.grad(lambda x, f=f: np.sum(f(x)))(x), [4.0, INF, INF])
        np.testing.assert_array_equal(dualad.jvp(f, (x,), (np.ones(3),))[1], [1.0, INF, INF])


@BOTH
@pytest.mark.parametrize("size", [1e9, 1e17, 1e300])
def test_shares_of_sums_of_exponentials_are_not_those_of_a_rounded_sum(mode, size) -> None:
    x = np.array([size, size, 1.0])
    for f in (sp.logsumexp, np.logaddexp.reduce, np.logaddexp2.reduce):
        np.testing.assert_allclose(derivative(mode, f, x), [0.5, 0.5, 0.0], rtol=1e-15)
        np.testing.assert_allclose(derivative(mode, f, -x), [0.0, 0.0, 1.0], rtol=1e-15)

    def weighted(x):
        return sp.logsumexp(x, b=np.array([3.0, 1.0, 1.0]))

    np.testing.assert_allclose(derivative(mode, weighted, x), [0.75, 0.25, 0.0], rtol=1e-15)
    x = np.array([size, size])
    of_weights = derivative(mode, lambda b: sp.logsumexp(x, b=b, return_sign=True)[0], np.array([-3.0, 1.0]))
    np.testing.assert_allclose(of_weights, [-0.5, -0.5], rtol=1e-15)  # of log(3 - 1), whose sum is negative


@BOTH
def test_infinite_ties_of_exponentials(mode) -> None:
    for tie in (INF, -INF):
        assert derivative(mode, np.logaddexp, tie, tie) == 0.5
        assert derivative(mode, np.logaddexp2, tie, tie) == 0.5


@BOTH
def test_angles_of_zero(mode) -> None:
    assert derivative(mode, np.angle, 0.0) == 0.0  # of a real number it is constant
    with np.errstate(all="ignore"):
        assert np.isnan(derivative(mode, lambda x: cmath.phase(complex(x, 0.0)), 0.0))


def attention(temperature):
    """What the past is given, by scores of which those to come are masked."""
    q = np.array([[0.3, 1.2], [0.8, 0.5], [1.1, 0.9]])
    scores = q @ q.T
    scores[np.triu(np.ones((3, 3), dtype=bool), 1)] = -np.inf
    total = 0.0
    for k in range(2):
        if k < 5:
            scores = scores / temperature
            scores -= scores.max(axis=-1, keepdims=True)
            weights = np.exp(scores)
            weights /= weights.sum(axis=-1, keepdims=True)
            total = total + np.sum((weights @ q) ** 2)
    return total


def evidence(temperature):
    scores = (np.array([0.3, 0.4, 0.9]) + np.array([0.0, -np.inf, 0.0])) / temperature
    return np.logaddexp.reduce(scores) + np.log(np.sum(np.exp(scores)))


def energies(temperature):
    return sum(np.exp(-e / temperature) for e in (0.3, INF, 0.9)) + np.sum(np.tanh(np.array([INF, 1.0]) / temperature))


@pytest.mark.parametrize("f", [attention, evidence, energies])
def test_what_is_infinite_stays_so_whatever_it_is_divided_by(f) -> None:
    def difference(g):
        return (8 * (g(1.3 + 1e-3) - g(1.3 - 1e-3)) - (g(1.3 + 2e-3) - g(1.3 - 2e-3))) / 12e-3

    with np.errstate(invalid="ignore"):
        slope, curvature = difference(f), difference(dualad.grad(f))
        for mode in (dualad.grad, dualad.jacfwd):
            np.testing.assert_allclose(mode(f)(1.3), slope, rtol=1e-9)
        np.testing.assert_allclose(dualad.vjp(f, 1.3)[1](1.0), [slope], rtol=1e-9)
        np.testing.assert_allclose(dualad.jvp(f, (1.3,), (1.0,))[1], slope, rtol=1e-9)
        np.testing.assert_allclose(dualad.hessian(f)(1.3), curvature, rtol=1e-9)
        twice = dualad.jvp(lambda t: dualad.jvp(f, (t,), (1.0,))[1], (1.3,), (1.0,))[1]
        np.testing.assert_allclose(twice, curvature, rtol=1e-9)
