"""Series of functions of plain numbers, which have a way of their own, against mpmath and against the way of arrays."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import dualad
from dualad import derivative, grad, taylor
from dualad.forward import kernels
from dualad.forward.scalars import kernels_of
from tests.transforms.helpers import near

mp = pytest.importorskip("mpmath")

IN_MPMATH = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arctanh": "atanh", "absolute": "fabs",
}  # fmt: skip
OTHERS = {
    "exp2": lambda x: mp.mpf(2) ** x, "log2": lambda x: mp.log(x, 2), "log1p": lambda x: mp.log(1 + x),
    "square": lambda x: x * x, "reciprocal": lambda x: 1 / x, "negative": lambda x: -x, "arccosh": mp.acosh,
}  # fmt: skip
INSIDE = {
    "the variable": lambda x, m: x,
    "a square": lambda x, m: x * x,
    "a cube": lambda x, m: x * (x * x) * 2.0,
    "a series": lambda x, m: m.exp(x - 0.8),
}
"""Arguments with 2, 3, 4 and all coefficients."""


def reference(g, x, n):
    with mp.workdps(60):
        return [float(c) for c in mp.taylor(g, mp.mpf(x), n)]


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("name", kernels.FUNCTIONS)
def test_programs_of_functions(name, inside):
    exact = OTHERS.get(name) or getattr(mp, IN_MPMATH.get(name, name))
    more = 1.1 if name == "arccosh" else 0.0
    argument = INSIDE[inside]
    fn = getattr(np, name)
    for n in (1, 2, 3, 8):
        found = taylor(lambda x: fn(argument(x, math) + more), n)(0.55)
        want = reference(lambda x: exact(argument(x, mp) + mp.mpf(more)), 0.55, n)
        assert all(type(c) is np.float64 for c in found)
        near(found, want, 1e-9, 1e-10)


BINARY = {
    "sums": lambda x, y: (x + y) - (x + 2) + (3 - y) - (x - y),
    "products": lambda x, y: x * y * 2 * (x * x) * (3 * y) * (y * y),
    "quotients": lambda x, y: x / y / 3 + 2 / x + y / x,
    "whole powers": lambda x, y: x**1 + x**2 + y**3 + x**5.0 + y**0,
    "powers": lambda x, y: x**2.5 + y**-1 + x**-0.5 + y ** (1 / 3),
    "moving powers": lambda x, y: x**y + y**x + 2**x + 0.3**y,
    "signs": lambda x, y: -x + (+y) + abs(x - 2) * abs(y),
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("n", [1, 2, 3, 7, kernels.HIGHEST, kernels.HIGHEST + 1])
def test_programs_of_operators(name, n):
    f = BINARY[name]
    want = reference(lambda x: f(x, mp.sin(x)), 0.7, n)
    near(taylor(lambda x: f(x, math.sin(x)), n)(0.7), want, 1e-8, 1e-9)
    near(taylor(lambda x: f(x, np.sin(x)), n)(np.float64(0.7)), want, 1e-8, 1e-9)


def test_variables_of_which_each_has_the_same_exponent_and_base():
    """A series of its own that a rule for a second derivative once got wrong (an exponent that is 1)."""
    want = reference(lambda x: x**x, 1.0, 8)
    near(taylor(lambda x: x**x, 8)(1.0), want)
    near([c[0] for c in taylor(lambda x: x**x, 8)(np.ones(2))], want)


def calls(x, k, steps=3):
    values = [x, k]
    for i in range(steps):
        if values[-1] * x > 0.4:
            values.append(math.sin(values[-1]) * values[-2])
        else:
            values.append(values[-1] + i)
    total = sum(values)
    if total > 1e9:
        return x
    buffer = np.zeros(2)
    buffer[0] = total
    buffer[1] += x
    total += helper(lambda t: t * k + x, total)
    total -= max(x, k) * min(2.0, total)
    return total * buffer[0] + float(buffer[1])


def helper(g, t):
    return g(t) / (1 + t * t)


def test_branches_loops_lists_closures_and_stores():
    def nested(x, n):
        return calls(x, 0.5) if n == 0 else dualad.jvp(lambda t: nested(t, n - 1), (x,), (1.0,))[1]

    for x in (0.3, 0.9, 1.4):
        near(taylor(calls, 5)(x, 0.5), [nested(x, n) / math.factorial(n) for n in range(6)], 1e-9)
        assert derivative(calls, 4)(x, 0.5) == pytest.approx(nested(x, 4), rel=1e-9)


def test_results_are_what_the_function_gives():
    assert [type(c) for c in taylor(lambda x: x * 2, 2)(0.5)] == [float] * 3
    assert [type(c) for c in taylor(lambda x: x * np.float64(2), 2)(0.5)] == [np.float64] * 3
    assert taylor(lambda x: (x, [x * x, "a"]), 2)(3.0)[1] == (1.0, [6.0, None])
    assert taylor(lambda x, y: x * y, 2, argnums=(0, 1))(2.0, 3.0) == [6.0, 5.0, 1.0]
    assert taylor(lambda x, y: x * y, 2, argnums=1)(2.0, 3.0) == [6.0, 2.0, 0.0]
    assert taylor(lambda x: 7.0, 2)(2.0) == [7.0, 0.0, 0.0]
    assert taylor(lambda x: x * 1j, 2)(2.0) == [2j, 1j, 0j]
    near(taylor(lambda x: x * np.arange(2.0), 2)(2.0)[1], [0.0, 1.0])


@dualad.custom_jvp
def ruled(x):
    return x * x


ruled.defjvp(lambda primals, tangents: (ruled(*primals), 2 * primals[0] * tangents[0]))


def test_functions_run_once_and_raise_what_they_raise():
    seen = []

    def f(x):
        seen.append(1)
        return np.sum(x * np.ones(2)) * x

    taylor(f, 3)(2.0)
    assert len(seen) == 1
    with pytest.raises(ZeroDivisionError):
        taylor(lambda x: 1 / (x - x), 3)(2.0)
    with pytest.raises(ValueError, match="math domain error|expected a"):
        taylor(lambda x: math.log(x - 3), 3)(2.0)
    assert taylor(lambda x: ruled(x), 3)(2.0) == [4.0, 4.0, 1.0, 0.0]


def test_where_a_recurrence_does_not_hold_the_rules_do():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert taylor(lambda x: np.sqrt(x), 2)(0.0)[1] == np.inf
        assert np.isnan(taylor(lambda x: np.log(x), 2)(-1.0)[0])
    assert taylor(abs, 2)(0.0) == [0.0, 0.0, 0.0]
    assert taylor(lambda x: x**3 * math.sqrt(x - x), 2)(2.0) == [0.0, 0.0, 0.0]
    near(taylor(lambda x: x**0, 2)(0.0), [1.0, 0.0, 0.0])


def test_series_of_series_and_of_derivatives():
    inner = lambda y: taylor(lambda x: math.exp(x * y) + x**y, 3)(1.5)[3]
    outer = taylor(inner, 2)(1.2)
    first = dualad.jvp(inner, (1.2,), (1.0,))[1]
    assert outer[1] == pytest.approx(first, rel=1e-10)
    assert outer[2] * 2 == pytest.approx(derivative(lambda y: grad(inner)(y))(1.2), rel=1e-9)
    assert taylor(lambda x: x * taylor(lambda y: x + y, 1)(3.0)[1], 2)(2.0) == [2.0, 1.0, 0.0]
    assert taylor(lambda x: grad(lambda y: x * y**3)(x), 3)(2.0) == pytest.approx([24.0, 36.0, 18.0, 3.0])


def test_overridden_rules_hold_for_series_too():
    with dualad.override(math.sin, lambda x: 2.0 * x):
        assert taylor(lambda x: math.sin(x), 2)(0.5)[1:] == pytest.approx([1.0, 1.0])
    assert taylor(lambda x: math.sin(x), 1)(0.5)[1] == math.cos(0.5)


def test_kernels_end_where_programs_would_grow_too_long():
    assert kernels_of(kernels.HIGHEST) is not None
    assert kernels_of(kernels.HIGHEST + 1) is None
