"""Perturbation confusion (pitfalls 18 and 35), in all four mixes of modes: each derivative keeps to itself.

Siskind and Pearlmutter, Perturbation confusion and referential transparency (2005); Manzyuk et al., Perturbation
confusion in forward automatic differentiation of higher-order functions (2019).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dualad import grad, hessian, jvp, value_and_grad, vjp

D = Callable[[Callable[..., Any]], Callable[[Any], Any]]


def forward(f: Any) -> Any:
    return lambda x: jvp(f, (x,), (1.0,))[1]


def reverse(f: Any) -> Any:
    return grad(f)


def pulled(f: Any) -> Any:
    return lambda x: vjp(f, x)[1](1.0)[0]


MODES = {"forward": forward, "reverse": reverse, "pulled": pulled}
mixes = pytest.mark.parametrize(
    ("outer", "inner"), [pytest.param(MODES[a], MODES[b], id=f"{a} over {b}") for a in MODES for b in MODES]
)


@mixes
def test_18_the_sum(outer: D, inner: D) -> None:
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x + y)(x))(3.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(2.0))(3.0) == 6.0
    assert outer(lambda x: inner(lambda y: x * y * y)(x))(3.0) == 12.0


@mixes
def test_18_three_levels(outer: D, inner: D) -> None:
    f = lambda x: inner(lambda y: x * inner(lambda z: x * y * z * z)(y))(x)  # 4 x**3
    assert outer(f)(2.0) == pytest.approx(48.0)
    assert outer(outer(f))(2.0) == pytest.approx(48.0)
    assert inner(outer(inner(f)))(2.0) == pytest.approx(24.0)


@mixes
def test_18_one_function_at_two_levels(outer: D, inner: D) -> None:
    def cube(x):
        return x * x * x

    assert outer(lambda x: x * inner(cube)(x))(2.0) == 36.0
    assert outer(inner(cube))(2.0) == 12.0


@mixes
def test_18_recursive(outer: D, inner: D) -> None:
    def power(n):
        def f(x):
            return x * 1.0 if n == 0 else outer(power(n - 1))(x) * inner(lambda y: x * y)(x)

        return f

    assert inner(power(1))(3.0) == 1.0
    assert outer(power(2))(3.0) == 1.0


@mixes
def test_18_a_function_that_calls_itself_inside_its_derivative(outer: D, inner: D) -> None:
    def f(x, n):
        return x if n == 0 else x * inner(lambda y: f(x * y, n - 1))(x)

    step = 1e-6
    differences = (f(1.3 + step, 2) - f(1.3 - step, 2)) / (2 * step)
    assert outer(lambda x: f(x, 2))(1.3) == pytest.approx(differences, rel=1e-7)


@mixes
def test_18_curried(outer: D, inner: D) -> None:
    """The derivative of a function that returns a function (Manzyuk et al., section 2)."""

    def shift(offset):
        return lambda g: lambda a: g(a + offset)

    def moved(derivative):
        return lambda g: lambda a: derivative(lambda h: shift(h)(g)(a))(0.0)

    assert moved(inner)(lambda x: x * x)(3.0) == 6.0
    assert moved(outer)(moved(inner)(lambda x: x**3))(2.0) == pytest.approx(12.0)


@mixes
def test_35_a_captured_variable_that_is_bound_again(outer: D, inner: D) -> None:
    def f(x):
        k = x
        g = lambda y: k * y * y
        first = inner(g)(x)
        k = x * x
        return first + inner(g)(x)

    assert outer(f)(3.0) == 4 * 3.0 + 6 * 9.0


@mixes
def test_18_loops_over_captured_variables(outer: D, inner: D) -> None:
    def f(x):
        t = x
        for i in range(3):
            t = t + 0.1 * i * inner(lambda y: t * y * x)(t)
        return t

    step = 1e-6
    differences = (f(1.3 + step) - f(1.3 - step)) / (2 * step)
    assert outer(f)(1.3) == pytest.approx(differences, rel=1e-8)


@mixes
def test_28_generated_code_is_differentiated_again_through_calls(outer: D, inner: D) -> None:
    def helper(x, n):
        total = x
        for _ in range(n):
            if total < 10.0:
                total = total * math.sin(x) + x
        return total

    first = inner(lambda x: helper(x, 3) * helper(x * x, 2))
    step = 1e-5
    differences = (first(0.7 + step) - first(0.7 - step)) / (2 * step)
    assert outer(first)(0.7) == pytest.approx(differences, rel=1e-7)


@mixes
def test_41_aux_is_differentiated_too(outer: D, inner: D) -> None:
    def f(x):
        g, a = grad(lambda t: (t**3, inner(lambda u: t * u * u)(t)), has_aux=True)(x)
        return g * a

    assert outer(f)(2.0) == pytest.approx(6 * 4 * 2.0**3)  # 3x**2 * 2x**2


def test_arrays_that_are_captured_and_passed() -> None:
    def f(x):
        value, g = value_and_grad(lambda y: np.sum(x * y * y))(x)
        return value * np.sum(g * hessian(lambda y: np.sum(x * y**3))(x) @ x)

    x = np.array([1.3, -0.4])
    step = 1e-6
    differences = [(f(x + step * e) - f(x - step * e)) / (2 * step) for e in np.eye(2)]
    np.testing.assert_allclose(grad(f)(x), differences, rtol=1e-7)
