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
