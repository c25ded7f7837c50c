"""Products of a variable with itself: one contribution, twice as large."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dualad
from dualad import grad, hessian, hvp, jvp
from dualad.reverse.squares import SCALAR_PRODUCTS

X = np.array([0.5, -1.0, 2.0])


def by_dot(x):
    return 3.0 * np.dot(x, x)


def by_method(x):
    return 3.0 * x.dot(x)


def by_operator(x):
    return (x @ x) * 3.0


def squared(x):
    return np.sum(3.0 * (x * x))


@pytest.mark.parametrize("fn", [by_dot, by_method, by_operator, squared])
def test_is_one_contribution(fn: Any) -> None:
    gradient = grad(fn)
    np.testing.assert_array_equal(gradient(X), 6.0 * X)
    assert "+=" not in dualad.source(gradient, X)
    np.testing.assert_array_equal(hessian(fn)(X), 6.0 * np.eye(3))
    np.testing.assert_array_equal(hvp(fn, (X,), (X,)), 6.0 * X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128, np.longdouble])
@pytest.mark.parametrize("product", SCALAR_PRODUCTS, ids=lambda fn: fn.__name__)
def test_of_vectors(product: Any, dtype: Any) -> None:
    def fn(x: Any) -> Any:
        found = product(x, x)
        return found.real + found.imag

    x = np.array([0.5, -1.25, 2.0]).astype(dtype)
    if np.iscomplexobj(x):
        x = x * (1 + 0.5j)
    along = np.roll(x, 1)
    for _ in range(2):
        found = grad(fn)(x)
        assert found.dtype == x.dtype
        pairing = np.sum(found * along).real  # JAX's convention: the tangent is the real part of it
        np.testing.assert_allclose(jvp(fn, (x,), (along,))[1], pairing, rtol=1e-6)


@pytest.mark.parametrize("product", SCALAR_PRODUCTS, ids=lambda fn: fn.__name__)
def test_matrices_go_by_the_rules(product: Any) -> None:
    """Both factors are one variable, but their shares are not the same."""

    def fn(x: Any) -> Any:
        return np.sum(np.sin(product(x, x)) * 0.5)

    x = np.array([[0.5, -1.25], [2.0, 0.25]])
    tangent = np.array([[1.0, 0.5], [-0.5, 2.0]])
    for _ in range(2):
        np.testing.assert_allclose(np.sum(grad(fn)(x) * tangent), jvp(fn, (x,), (tangent,))[1], rtol=1e-12)


def test_rules_of_users_need_not_be_alike() -> None:
    def right(ct: Any, a: Any, b: Any) -> Any:
        return 0.0 * ct * a

    with dualad.override(np.dot, transposes=(lambda ct, a, b: ct * b, right)):
        for _ in range(2):
            np.testing.assert_array_equal(grad(by_dot)(X), 3.0 * X)
