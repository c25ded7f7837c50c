"""Arrays that nobody reads any more take what is computed next, and no others do."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import grad, hvp, jvp

X = np.linspace(0.2, 1.4, 5)


def emitted(f, *args):
    return dualad.source(grad(f), *args)


def chain(x):
    t = x * 2.0
    u = np.exp(t)
    return np.sum(u / (1.0 + u))


def viewed(x):
    t = x * 2.0
    back = t[::-1]
    u = np.exp(t)
    return np.sum(u * back)


def listed(x):
    t = x * 2.0
    held = [t]
    return np.sum(np.exp(t) * held[0])


def read_again(x):
    t = x * 2.0
    u = np.exp(t)
    return np.sum(u * u) + np.sum(t * t)


def numbers(s):
    t = np.exp(s)
    return np.exp(t * 2.0)


def rows(x):
    t = x * 2.0
    u = t[:, None] + x
    return np.sum(np.exp(u))


def test_what_is_dead_is_written_into():
    text = emitted(chain, X)
    assert "u = np.exp(t, out=t)" in text
    assert "u_bar *= u\n" in text


@pytest.mark.parametrize("f", [viewed, listed, read_again])
def test_what_is_read_later_stays(f):
    assert "out=t" not in emitted(f, X)


def test_what_is_too_small_stays():
    assert "t +=" not in emitted(rows, X)


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble])
def test_other_dtypes_are_left_alone(dtype):
    assert "out=" not in emitted(chain, X.astype(dtype))


def test_numbers_are_left_alone():
    assert "out=" not in emitted(numbers, 0.3)


@pytest.mark.parametrize("f", [chain, viewed, listed, read_again, rows])
def test_gradients_and_products_agree_with_dual_numbers(f):
    before = X.copy()
    found = grad(f)(X)
    assert found.base is None
    for e in np.eye(5):
        np.testing.assert_allclose(found @ e, jvp(f, (X,), (e,))[1], rtol=1e-12)
        for _ in range(2):  # the second one goes by source
            np.testing.assert_allclose(hvp(f, (X,), (e,)), jvp(grad(f), (X,), (e,))[1], rtol=1e-10)
    np.testing.assert_array_equal(X, before)


def two_factors(x, y):
    a = np.sin(x)
    b = np.cos(y)
    return np.sum(a * b)


def two_factors_of_three(x, y):
    a = np.sin(x)
    b = np.cos(y)
    c = a * b
    return np.sum(np.exp(c)) + np.sum(np.sin(a) * c) + np.sum(b * b)


@pytest.mark.parametrize("f", [two_factors, two_factors_of_three])
def test_products_agree_with_forward_mode(f):
    y = X[::-1] + 0.3
    found = grad(f, argnums=(0, 1))(X, y)
    for i in range(X.size):
        unit = np.eye(X.size)[i]
        np.testing.assert_allclose(found[0][i], jvp(f, (X, y), (unit, 0 * unit))[1], rtol=1e-12)
        np.testing.assert_allclose(found[1][i], jvp(f, (X, y), (0 * unit, unit))[1], rtol=1e-12)


def test_of_two_contributions_that_which_frees_another_array_comes_first():
    def affine(x, y, w):
        c = x - y
        z = c * w
        e = np.exp(z) + c
        return np.sum(e * e)

    w = np.linspace(0.5, 0.9, X.size)
    text = dualad.source(grad(affine, argnums=(1, 2)), X, X[::-1] + 0.3, w)
    assert "c *= z_bar\n" in text
    assert "z_bar *= w\n" in text
    found = grad(affine, argnums=(1, 2))(X, X[::-1] + 0.3, w)
    for i in range(X.size):
        unit = np.eye(X.size)[i]
        for k, tangents in enumerate([(0 * unit, unit, 0 * unit), (0 * unit, 0 * unit, unit)]):
            expected = jvp(affine, (X, X[::-1] + 0.3, w), tangents)[1]
            np.testing.assert_allclose(found[k][i], expected, rtol=1e-12)


def turned(x):
    """A view by a method is used up with what it is a view of."""
    a = np.sin(x).reshape(1, -1)
    b = a.swapaxes(0, 1)
    c = np.exp(a)
    return np.sum(b * c) + np.sum(np.cos(b)) + np.sum(a.ravel() * x)


def test_views_by_methods_are_of_their_array():
    found = grad(turned)(X)
    for i in range(X.size):
        np.testing.assert_allclose(found[i], jvp(turned, (X,), (np.eye(X.size)[i],))[1], rtol=1e-12)
