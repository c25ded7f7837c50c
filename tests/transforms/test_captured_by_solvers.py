"""Functions that SciPy's solvers are given and that capture values: active ones, and such as change afterwards."""

from __future__ import annotations

import functools

import numpy as np
import pytest

so = pytest.importorskip("scipy.optimize")
si = pytest.importorskip("scipy.integrate")

from dualad import Unsupported, grad, implicit, jvp, vjp  # noqa: E402


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
def test_captured_active_values(f):
    h = 1e-5
    differences = (f(1.3 + h) - f(1.3 - h)) / (2 * h)
    assert jvp(f, (1.3,), (1.0,))[1] == pytest.approx(differences, rel=1e-4)
    assert grad(f)(1.3) == pytest.approx(jvp(f, (1.3,), (1.0,))[1], rel=1e-6)


@pytest.mark.parametrize("f", [brentq, root, quad, named, method])
def test_captured_active_values_to_second_order(f):
    forward = lambda g: lambda a: jvp(g, (a,), (1.0,))[1]
    want = forward(forward(f))(1.3)
    for first, second in ((grad, grad), (grad, forward), (forward, grad)):
        assert second(first(f))(1.3) == pytest.approx(want, rel=1e-6)


def test_arguments_and_captured_values_at_once():
    f = lambda a, b: so.brentq(lambda z, k: z**3 - a * k, 0.1, 5.0, args=(b,)) * a
    found = grad(f, argnums=(0, 1))(1.3, 0.7)
    assert found == pytest.approx([jvp(f, (1.3, 0.7), t)[1] for t in ((1.0, 0.0), (0.0, 1.0))])


# The equation is asked again when the cotangent is there: by then what it captured may be something else


def loop_variable(a):
    total = 0.0
    for k in range(3):
        total = total + so.brentq(lambda z, a: z**3 - (k + 1) * a * a, 0.1, 5.0, args=(a,))
    return total


def loop_variable_in_ours(a):
    total = 0.0
    for k in range(3):
        total = total + implicit.root(lambda z: z**3 - (k + 1) * a * a, 1.0)
    return total


def rebound(a):
    c = 2.0
    r = si.quad(lambda z, a: np.exp(c * a * z), 0.0, 1.0, args=(a,))[0]
    c = 5.0
    return r * c


def rebound_in_ours(a):
    c = a * 1.0
    r = implicit.quad(lambda z: np.exp(c * z), 0.0, 1.0)
    c = c * 5.0
    return r * c


def rebound_active(a):
    c = a
    r = so.root(lambda z: z**3 - c * c, np.array([1.0])).x[0]
    c = c * 3.0
    return r + 0.0 * c


def rebound_equation(a):
    c = a
    r = si.odeint(lambda y, t: -c * c * y, np.array([1.0]), np.linspace(0, 1, 3), rtol=1e-9, atol=1e-9)[-1, 0]
    c = 7.0
    return r * c


@pytest.mark.parametrize(
    "f", [loop_variable, loop_variable_in_ours, rebound, rebound_in_ours, rebound_active, rebound_equation]
)
def test_captured_variables_that_are_bound_anew(f):
    assert grad(f)(1.3) == pytest.approx(jvp(f, (1.3,), (1.0,))[1], rel=1e-6)


def stored_into(a, solve):
    held = np.array([1.0, 2.0]) * a
    r = solve(lambda z: z**3 - held**2)
    held[0] = 100.0
    return np.sum(r)


@pytest.mark.parametrize(
    "solve", [lambda f: so.root(f, np.ones(2)).x, lambda f: implicit.root(f, np.ones(2))]
)
def test_captured_arrays_that_are_stored_into_are_refused(solve):
    with pytest.raises(Unsupported, match="changed after"):
        grad(stored_into)(1.3, solve)
    y, pull = vjp(lambda a, scale=GLOBAL: solve(lambda z: z**3 - a * scale), np.array([1.0, 2.0]))
    GLOBAL[0] = 3.0
    with pytest.raises(Unsupported, match="changed after"):
        pull(y)
    GLOBAL[0] = 1.0


GLOBAL = np.array([1.0, 1.0])


def test_what_is_passed_by_args():
    assert grad(lambda a: so.brentq(cube, 0.1, 5.0, args=(a,)))(1.3) == pytest.approx(1.3 ** (-2 / 3) / 3)


def summed(nodes, low, high):
    rows, count = nodes.shape
    low = low[np.newaxis, :]
    total = np.zeros((rows, 1))
    total += low * nodes[:, [0]]
    power = np.ones((1, 1))
    for k in range(1, count):
        power *= high
        total += power * nodes[:, [k]]
        total *= low
    return total


def swept(nodes, s):
    at = np.array([s])
    return np.linalg.norm(summed(nodes, 1.0 - at, at)[:, 0])


@pytest.mark.parametrize("integrate", [lambda f: si.quad(f, 0.0, 1.0)[0], lambda f: implicit.quad(f, 0.0, 1.0)])
def test_arrays_that_an_integrand_makes_are_not_what_it_has_captured(integrate):
    nodes = np.array([[1.8, 1.1, 0.6], [1.5, 0.0, -1.2]])

    def length(x):
        return integrate(functools.partial(swept, nodes * x))

    expected = (length(1.1 + 1e-5) - length(1.1 - 1e-5)) / 2e-5
    np.testing.assert_allclose(grad(length)(1.1), expected, rtol=1e-7)
    np.testing.assert_allclose(jvp(length, (1.1,), (1.0,))[1], expected, rtol=1e-7)
