"""Functions that SciPy's solvers are given and that capture active values: right in forward mode, in reverse refused
with what to write instead."""

from __future__ import annotations

import functools

import numpy as np
import pytest

so = pytest.importorskip("scipy.optimize")
si = pytest.importorskip("scipy.integrate")

from dualad import DualadError, grad, jvp  # noqa: E402


def cube(z, a):
    return z**3 - a


def brentq(a):
    return so.brentq(lambda z: z**3 - a, 0.1, 5.0)


def newton(a):
    return so.newton(lambda z: z**3 - a, 1.0)


def root(a):
    return so.root(lambda z: z**3 - a, np.array([1.0])).x[0]


def fsolve(a):
    return so.fsolve(lambda z: z**3 - a, np.array([1.0]))[0]


def minimize(a):
    return so.minimize(lambda z: (z[0] - a) ** 4 + (z[0] - a * a) ** 2, np.array([1.0]), tol=1e-12).x[0]


def minimize_scalar(a):
    return so.minimize_scalar(lambda z: (z - a) ** 2 * (1 + z * z)).x


def fixed_point(a):
    return so.fixed_point(lambda z: np.cos(a * z) / 2, 0.5)


def quad(a):
    return si.quad(lambda z: np.sin(a * z), 0.0, 1.0)[0]


def solve_ivp(a):
    return si.solve_ivp(lambda t, y: -a * y, (0.0, 1.0), np.array([1.0]), rtol=1e-9, atol=1e-9).y[0, -1]


def odeint(a):
    return si.odeint(lambda y, t: -a * y, np.array([1.0]), np.linspace(0, 1, 5), rtol=1e-9, atol=1e-9)[-1, 0]


def named(a):
    k = 2 * a

    def g(z):
        return cube(z, k)

    return so.brentq(g, 0.1, 5.0)


def method(a):
    class_free = Held(a)
    return so.brentq(class_free.residual, 0.1, 5.0)


class Held:
    def __init__(self, a):
        self.a = a

    def residual(self, z):
        return z**3 - self.a


def partial(a):
    return so.brentq(functools.partial(cube, a=a), 0.1, 5.0)


def default(a):
    return so.brentq(lambda z, a=a: z**3 - a, 0.1, 5.0)


def in_a_list(a):
    held = [0.0]
    held[0] = a
    return so.brentq(lambda z: z**3 - held[0], 0.1, 5.0)


def in_an_array(a):
    held = np.zeros(1)
    held[0] = a
    return so.brentq(lambda z: z**3 - held[0], 0.1, 5.0)


def handed_on(a):
    def solve(f):
        return so.brentq(f, 0.1, 5.0)

    return solve(lambda z: z**3 - a)


CAPTURING = [
    brentq, newton, root, fsolve, minimize, minimize_scalar, fixed_point, quad, solve_ivp, odeint, named, method,
    partial, default, in_a_list, in_an_array, handed_on,
]  # fmt: skip


@pytest.mark.parametrize("f", CAPTURING)
def test_right_or_refused_with_advice(f):
    h = 1e-5
    differences = (f(1.3 + h) - f(1.3 - h)) / (2 * h)
    assert jvp(f, (1.3,), (1.0,))[1] == pytest.approx(differences, rel=1e-4)
    with pytest.raises(DualadError, match=r"args=\(\.\.\.\)"):
        grad(f)(1.3)


def test_what_the_advice_says_is_right():
    assert grad(lambda a: so.brentq(cube, 0.1, 5.0, args=(a,)))(1.3) == pytest.approx(1.3 ** (-2 / 3) / 3)
