"""Reverse mode through vhp, linearize, directional_derivative and taylor called in the differentiated function."""

from __future__ import annotations

import numpy as np
import pytest

from dualad import derivative, directional_derivative, grad, jvp, laplacian, linearize, taylor, vhp

X, V = np.array([0.3, -0.7, 1.1]), np.array([1.0, 0.5, -2.0])


def one(x):
    return np.sum(np.sin(x) * x**2)


def many(x):
    return np.sin(x) * x[::-1]


def vhp_at(x):
    return np.sum(vhp(one, (x,), V) ** 2)


def vhp_of(x):
    return np.sum(vhp(one, (X,), x) * x)


def vhp_both(x):
    return np.sum(vhp(one, (x,), x * x) ** 2)


def two(a, b):
    return np.sum(np.exp(a * b) * b)


def vhp_of_several(x):
    first, second = vhp(two, (x, x * x), (V, x), argnums=(0, 1))
    return np.sum(first * x) + np.sum(second)


def vhp_captured(x):
    return np.sum(vhp(lambda z: np.sum(np.sin(z * x)), (X,), V) ** 2)


def linear_at(x):
    y, push = linearize(many, x)
    return np.sum(push(V) ** 2) + np.sum(y)


def linear_along(x):
    y, push = linearize(many, x)
    return np.sum(push(x) * y)


def linear_again(x):
    y, push = linearize(many, x)
    x = x * 2
    total = np.sum(y)
    for i in range(3):
        total = total + np.sum(push(x * i) ** 2)
    return total


def linear_returned(x):
    def make(z):
        return linearize(many, z)[1]

    return np.sum(make(x)(x) ** 2)


def linear_captured(x):
    y, push = linearize(lambda z: np.sin(z * x), X)
    return np.sum(push(V) ** 2) + np.sum(y)


def linear_with_aux(x):
    y, push, aux = linearize(lambda z: (many(z), np.sum(z * z)), x, has_aux=True)
    return np.sum(push(V) * y) * aux


def along_first(x):
    return np.sum(directional_derivative(many, (x,), (x * V,)) ** 2)


def along_second(x):
    return np.sum(directional_derivative(many, (x,), (x * x,), n=2) ** 2)


def along_alone(x):
    return np.sum(directional_derivative(many, (X,), (x,), n=3) ** 2)


def along_of_several(x):
    return np.sum(directional_derivative(two, (x, X), (V, x), n=2))


def along_captured(x):
    return np.sum(directional_derivative(lambda z: np.sin(z * x), (X,), (V,), n=2) ** 2)


def along_none(x):
    return np.sum(directional_derivative(many, (x,), (x,), n=0) ** 2)


def series_captured(x):
    return sum([np.sum(c**2) for c in taylor(lambda z: np.sin(z * x), 3, along=V)(X)])


def series_along(x):
    return sum([np.sum(c**2) for c in taylor(many, 3, along=x * x)(x)])


def series_along_alone(x):
    return np.sum(taylor(many, 3, along=x)(X)[2] * x)


def series_along_captured(x):
    return sum([np.sum(c**2) for c in taylor(lambda z: np.sin(z * x), 3, along=x * x)(X)])


def series_along_several(x):
    made = taylor(two, 2, argnums=(0, 1), along=(x, V))
    return made(x, X)[2] * made(X, x)[1]


def laplacian_captured(x):
    return laplacian(lambda z: np.sum(np.sin(z * x)))(X) ** 2


def series_with_aux(x):
    found, aux = taylor(lambda z: (np.sin(z * x) * z[0], np.sum(x * z)), 3, has_aux=True)(x * x)
    return np.sum(found[3] * found[1] * found[0]) * aux


def series_with_aux_along(x):
    found, aux = taylor(lambda z: (np.sin(z * x), {"a": z * x}), 2, has_aux=True, along=x * V)(x)
    return np.sum(found[2] * found[1] * aux["a"])


def derivative_with_aux(x):
    found, aux = derivative(lambda z: (np.sin(z * x), np.sum(z * x)), 2, has_aux=True)(x * x)
    return np.sum(found**2) * aux


def laplacian_with_aux(x):
    found, aux = laplacian(lambda z: (np.sum(np.sin(z * x)), np.sum(z * x)), has_aux=True)(x * x)
    return found**2 * aux


FUNCTIONS = [
    vhp_at, vhp_of, vhp_both, vhp_of_several, vhp_captured, linear_at, linear_along, linear_again, linear_returned,
    linear_captured, linear_with_aux, along_first, along_second, along_alone, along_of_several, along_captured,
    along_none, series_captured, series_along, series_along_alone, series_along_captured, series_along_several,
    laplacian_captured, series_with_aux, series_with_aux_along, derivative_with_aux, laplacian_with_aux,
]  # fmt: skip


def forward_gradient(f, x):
    return np.array([jvp(f, (x,), (e,))[1] for e in np.eye(len(x))])


@pytest.mark.parametrize("f", FUNCTIONS)
def test_reverse_is_forward(f):
    wanted = forward_gradient(f, X)
    np.testing.assert_allclose(grad(f)(X), wanted, rtol=1e-10, atol=1e-12)
    h = 1e-6
    differences = [(f(X + h * e) - f(X - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(wanted, differences, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_second_order(f):
    h = 1e-6
    wanted = (forward_gradient(f, X + h * V) - forward_gradient(f, X - h * V)) / (2 * h)
    found = jvp(grad(f), (X,), (V,))[1]
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
    twice = grad(lambda x: np.sum(grad(f)(x) * V))(X)
    np.testing.assert_allclose(twice, found, rtol=1e-9, atol=1e-10)


def test_what_a_transform_was_given_may_change_before_the_pullback_runs():
    def changed(x):
        y = x * 1.0
        _, push = linearize(many, y)
        before = push(y)
        y[0] = 3.0
        return np.sum(before * push(y))

    np.testing.assert_allclose(grad(changed)(X), forward_gradient(changed, X))
    np.testing.assert_allclose(jvp(grad(changed), (X,), (V,))[0], grad(changed)(X))
