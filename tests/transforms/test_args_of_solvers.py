"""`args` of SciPy's solvers that are no tuples: some functions take any sequence for them, others one value."""

from __future__ import annotations

import numpy as np
import pytest

so = pytest.importorskip("scipy.optimize")
si = pytest.importorskip("scipy.integrate")

from dualad import grad, jvp  # noqa: E402


def cubic(v, a, b):
    return v**3 + a * v - b


def starred(x):
    first, *rest = x[0], x[1], x[0] * x[1]
    return first * so.newton(cubic, 1.0, args=rest, fprime=lambda v, a, b: 3 * v**2 + a)


def decay(args):
    return si.solve_ivp(lambda t, y, a, b: b - a * y, (0, 1), [1.0], args=args, rtol=1e-10, atol=1e-10).y[0, -1]


def in_a_loop(x):
    s = 0.0
    for i in range(2):
        if x[0] > -9.0:
            s += so.newton(cubic, 1.0, args=[x[0] + i, x[1]]) * x[i]
    return s


FUNCTIONS = [
    lambda x: so.newton(cubic, 1.0, args=[x[0], x[1]]),
    lambda x: so.newton(cubic, 1.0, args=x * x),
    lambda x: so.fixed_point(lambda v, a, b: np.cos(a * v) * b, 0.5, args=[x[0], x[1]]),
    lambda x: so.brentq(lambda v, a: v**3 - a, 0, 2, args=x[0] * x[1], xtol=1e-14),
    lambda x: decay([x[0], x[1]]),
    lambda x: decay(x),
    starred,
    in_a_loop,
]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_sequences_are_taken_as_scipy_takes_them(f):
    x, h = np.array([0.5, 0.7]), 1e-6
    expected = [(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(2)]
    np.testing.assert_allclose(grad(f)(x), expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose([jvp(f, (x,), (e,))[1] for e in np.eye(2)], expected, rtol=1e-6, atol=1e-6)
