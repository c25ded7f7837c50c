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
