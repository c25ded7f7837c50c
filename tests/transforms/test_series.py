"""Power series and what is built on them: against mpmath, through loops, stores and linear algebra, and refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

import dualad
from dualad import DualadTypeError, DualadValueError, derivative, directional_derivative, elementwise_grad, taylor
from tests.transforms.helpers import near

mp = pytest.importorskip("mpmath")
N = 8


def reference(g, x, n=N):
    with mp.workdps(50):
        return [float(c) for c in mp.taylor(g, mp.mpf(x), n)]


ELEMENTARY = {
    "reciprocal": lambda x: 1 / x, "square": lambda x: x * x, "sqrt": mp.sqrt, "cbrt": lambda x: mp.cbrt(x),
    "exp": mp.exp, "exp2": lambda x: mp.mpf(2) ** x, "expm1": mp.expm1, "log": mp.log, "log2": lambda x: mp.log(x, 2),
    "log10": mp.log10, "log1p": lambda x: mp.log(1 + x), "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
    "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    "arcsinh": mp.asinh, "arctanh": mp.atanh, "sinc": lambda x: mp.sin(mp.pi * x) / (mp.pi * x),
    "negative": lambda x: -x, "positive": lambda x: x, "absolute": lambda x: x, "radians": mp.radians,
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTARY)
def test_elementary_functions(name):
    x = 0.6
    found = taylor(getattr(np, name), N)(np.array([x, 0.3]))
    near([c[0] for c in found], reference(ELEMENTARY[name], x))
    near([c[1] for c in found], reference(ELEMENTARY[name], 0.3))
    near(taylor(getattr(np, name), N)(x), reference(ELEMENTARY[name], x))
    if hasattr(math, name):
        found = taylor(getattr(math, name), N)(x)
        assert all(type(c) is float for c in found)
        near(found, reference(ELEMENTARY[name], x))


PAIRS = {
    "quotient": lambda x, m: m.exp(x) / (1 + x * x),
    "power": lambda x, m: x**2.5 + x**-2 + 2.0**x + (x + 1) ** x + x**0 + (1 - x) ** 5,
    "tower": lambda x, m: m.exp(m.sin(m.log(x)) * m.sqrt(x + 3)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_compositions(name):
    f = PAIRS[name]
    near(taylor(lambda x: f(x, np), N)(np.array([0.7]))[N], [reference(lambda x: f(x, mp), 0.7)[N]])
    near(taylor(lambda x: f(x, math), N)(0.7), reference(lambda x: f(x, mp), 0.7))


@pytest.mark.parametrize("n", range(1, 7))
def test_derivatives_of_orders_one_to_six(n):
    f = lambda x: math.exp(math.sin(x)) * x**3
    want = float(mp.diff(lambda x: mp.exp(mp.sin(x)) * x**3, 1.2, n))
    assert derivative(f, n)(1.2) == pytest.approx(want, rel=1e-8)

    def loop(x):
        s = x
        for k in range(4):
            s = math.sin(s) * x if s > 0.5 else s * s + k
        return s

    def loop_mp(x):
        s = x
        for k in range(4):
            s = mp.sin(s) * x if s > 0.5 else s * s + k
        return s

    assert derivative(loop, n)(1.2) == pytest.approx(float(mp.diff(loop_mp, 1.2, n)), rel=1e-8)


def test_stores_views_and_linear_algebra():
    def f(x):
        a = np.zeros((2, 2))
        row = a[0]
        row[:] = [x, 1.0]
        a[1] = np.stack([x * x, x + 3.0])
        a[1] += a[0]
        v = np.linalg.solve(a, np.array([1.0, x])) + np.cumsum(a @ a.T, axis=0)[1]
        return np.linalg.det(a) + np.sum(v * np.sort(-v)) + np.max(a) * np.std(v) + np.einsum("ij,j->", a, v)

    def nested(x, n):
        return f(x) if n == 0 else dualad.jvp(lambda t: nested(t, n - 1), (x,), (1.0,))[1]

    near(taylor(f, 4)(0.8), [nested(0.8, n) / math.factorial(n) for n in range(5)], 1e-8)


def test_polynomials_at_zero_and_strong_zeros():
    assert taylor(lambda x: x**3 + x**1.0 - x**2, 4)(0.0) == [0.0, 1.0, -1.0, 1.0, 0.0]
    assert taylor(lambda x: np.sqrt(x - x) + x, 2)(3.0) == [3.0, 1.0, 0.0]
    near(taylor(lambda x: x**2.5, 2)(0.0), [0.0, 0.0, 0.0])
    assert taylor(lambda x: 5.0, 2)(1.0) == [5.0, 0.0, 0.0]


def test_structures_kinds_and_options():
    f = lambda p, k: ({"a": p["x"] ** 2 * k, "s": "text"}, k)
    series = taylor(f, 2, has_aux=True, along={"x": np.array([1.0, 0.0])})
    (c0, c1, c2), aux = series({"x": np.array([3.0, 4.0])}, k=2.0)
    assert aux == 2.0
    near(c0["a"], [18.0, 32.0])
    near(c1["a"], [12.0, 0.0])
    near(c2["a"], [2.0, 0.0])
    assert c1["s"] is None
    assert taylor(math.exp, 0)(0.0) == [1.0]
    assert taylor(lambda x: x * x, 2)(np.float32(2.0))[1].dtype == np.float32
    assert taylor(lambda x, y: x * y, 2, argnums=(0, 1), along=(2.0, 3.0))(5.0, 7.0) == [35.0, 29.0, 6.0]
    near(taylor(lambda x: np.exp(1j * x), 3)(0.5)[3], -1j / 6 * np.exp(0.5j))


def test_series_nest_in_other_transforms():
    third = lambda x: derivative(lambda t: t**5 * x, 3)(x)  # 60 x^3
    assert dualad.jvp(third, (2.0,), (1.0,))[1] == pytest.approx(720.0)
    assert derivative(lambda x: dualad.grad(lambda t: t**3 * x)(x), 2)(2.0) == pytest.approx(3 * 6 * 2.0)
    near(dualad.jacfwd(lambda x: taylor(np.sin, 3)(x)[3])(np.array([0.3, 0.4])), np.diag(np.sin([0.3, 0.4]) / 6))
    assert derivative(lambda x: x * derivative(lambda y: x + y)(3.0))(2.0) == 1.0


@pytest.mark.parametrize("n", [1, 2, 3])
def test_reverse_mode_through_series(n):
    f = lambda x, k: np.sin(k * x) * x[0]
    x = np.array([0.3, 0.4])
    weights = np.array([1.0, -2.0])
    g = lambda x, k: np.sum(weights * taylor(f, n)(x, k)[n]) + taylor(f, n)(x, k)[0][1]
    for argnum in (0, 1):
        near(dualad.grad(g, argnum)(x, 1.3), dualad.jacfwd(g, argnum)(x, 1.3))
    h = lambda x, k: np.sum(weights * derivative(lambda t, k: np.exp(k * t) * k, n)(x, k))
    for argnum in (0, 1):
        near(dualad.grad(h, argnum)(x, 1.3), dualad.jacfwd(h, argnum)(x, 1.3))
    captured = lambda k: derivative(lambda t: math.exp(k * t), n)(0.5)
    near(dualad.grad(captured)(1.3), dualad.jvp(captured, (1.3,), (1.0,))[1])
    near(dualad.jvp(dualad.grad(captured), (1.3,), (1.0,))[1], derivative(captured, 2)(1.3))


def test_functions_that_do_not_work_number_by_number_are_refused():
    x = np.array([1.0, 2.0, 3.0])
    near(derivative(np.exp, 3)(x), np.exp(x))
    near(elementwise_grad(lambda t, k: k * t**2)(x, k=3.0), 6 * x)
    near(derivative(lambda t: np.stack([t, t**2]), 2)(x), [np.zeros(3), np.full(3, 2.0)])
    for f in (np.sum, np.cumsum, lambda t: t[::-1] * t, lambda t: t - np.mean(t)):
        with pytest.raises(DualadTypeError, match="number by number"):
            derivative(f)(x)
    with pytest.raises(DualadTypeError, match="number or array"):
        derivative(lambda p: p)([1.0])
    with pytest.raises(DualadValueError, match="0 or more"):
        taylor(np.sin, -1)
    with pytest.raises(DualadTypeError, match="an int"):
        derivative(np.sin, 1.5)


def test_directional_derivatives():
    f = lambda x, k: np.sum(x**3) * k
    x, v = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    assert directional_derivative(f, (x, 2.0), (v, 0.0)) == pytest.approx(float(2 * np.sum(3 * x**2 * v)))
    assert directional_derivative(f, (x, 2.0), (v, 0.0), n=2) == pytest.approx(float(2 * np.sum(6 * x * v**2)))
    assert directional_derivative(f, (x, 2.0), (v, 0.0), n=0) == 18.0
