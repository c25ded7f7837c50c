"""Derivatives of roots, fixed points, minima and integrals: against the unrolled iterations, to second order."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import DualadError, DualadTypeError

pytest.importorskip("scipy")
import scipy.integrate as si  # noqa: E402
import scipy.optimize as so  # noqa: E402

from dualad import implicit  # noqa: E402

P = np.array([2.0, 0.7])


def curve(x, p):
    return np.stack([x[0] ** 2 + x[1] - p[0], x[1] ** 3 - p[1] * x[0]])


def unrolled_root(p):
    x = np.ones(2)
    for _ in range(12):
        x = x - np.linalg.solve(np.array([[2 * x[0], 1.0], [-p[1], 3 * x[1] ** 2]]), curve(x, p))
    return x


def cubic(x, p, q):
    return x**3 + p * x - q


def unrolled_cubic(p):
    x = 1.0
    for _ in range(30):
        x = x - cubic(x, p[0], p[1]) / (3 * x**2 + p[0])
    return x


def kepler(x, p):
    return p[0] / 4 + p[1] * np.sin(x)


def unrolled_fixed_point(p):
    x = np.zeros(2)
    for _ in range(200):
        x = kepler(x, p)
    return x


def well(x, a):
    return np.sum((x - a) ** 4) + np.sum(a * x**2) + 0.1 * x[0] * x[1]


def unrolled_minimum(a):
    x = np.zeros(2)
    for _ in range(60):
        gradient = 4 * (x - a) ** 3 + 2 * a * x + 0.1 * x[::-1]
        x = x - np.linalg.solve(np.diag(12 * (x - a) ** 2 + 2 * a) + 0.1 * np.eye(2)[::-1], gradient)
    return x


def prey(y, t, a, b):
    return np.stack([a * y[0] - b * y[0] * y[1], -y[1] + 0.5 * y[0] * y[1]])


def prey_t(t, y, a, b):
    return prey(y, t, a, b)


TIMES = np.array([0.0, 0.4, 1.0])


def unrolled_ode(p):
    y, rows = np.stack([1.0, p[1]]), []
    for k in range(2):
        h = (TIMES[k + 1] - TIMES[k]) / 20
        for _ in range(20):
            k1 = prey(y, 0.0, p[0], 0.4)
            k2 = prey(y + h / 2 * k1, 0.0, p[0], 0.4)
            k3 = prey(y + h / 2 * k2, 0.0, p[0], 0.4)
            k4 = prey(y + h * k3, 0.0, p[0], 0.4)
            y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        rows.append(y)
    return np.stack(rows)


def bell(x, a, b):
    return np.exp(-a * x * x) * np.sin(b * x)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def summed_integral(p):
    x = (NODES + 1) / 2 * p[1]
    return np.sum(bell(x, p[0], 3.0) * WEIGHTS) * p[1] / 2


EXACT = {"rtol": 1e-9, "atol": 1e-9}
SOLVERS = {
    "root": (lambda p: implicit.root(curve, np.ones(2), (p,)), unrolled_root),
    "root of a float": (lambda p: implicit.root(cubic, 1.0, args=(p[0], p[1])), unrolled_cubic),
    "root by a solver of one's own": (
        lambda p: implicit.root(curve, np.ones(2), (p,), solver=lambda f, x: so.fsolve(f, x)), unrolled_root),
    "fixed_point": (lambda p: implicit.fixed_point(kepler, np.zeros(2), args=(p,)), unrolled_fixed_point),
    "minimize": (lambda p: implicit.minimize(well, np.zeros(2), args=(p,)), unrolled_minimum),
    "odeint": (lambda p: implicit.odeint(prey, np.stack([1.0, p[1]]), TIMES, (p[0], 0.4), **EXACT)[1:], unrolled_ode),
    "quad": (lambda p: implicit.quad(bell, 0.0, p[1], args=(p[0], 3.0)), summed_integral),
    "scipy root": (lambda p: so.root(curve, np.ones(2), args=(p,), tol=1e-13).x, unrolled_root),
    "scipy root, jac": (lambda p: so.root(curve, np.ones(2), (p,), jac=lambda x, p: np.array(
        [[2 * x[0], 1.0], [-p[1], 3 * x[1] ** 2]]), tol=1e-13).x, unrolled_root),
    "scipy fsolve": (lambda p: so.fsolve(curve, np.ones(2), args=p, xtol=1e-13), unrolled_root),
    "scipy brentq": (lambda p: so.brentq(cubic, -1.0, 3.0, args=(p[0], p[1])), unrolled_cubic),
    "scipy newton": (lambda p: so.newton(cubic, 1.0, args=(p[0], p[1]), tol=1e-13), unrolled_cubic),
    "scipy newton, fprime": (lambda p: so.newton(
        cubic, 1.0, fprime=lambda x, p, q: 3 * x**2 + p, args=(p[0], p[1]), tol=1e-13), unrolled_cubic),
    "scipy newton, several": (lambda p: so.newton(cubic, np.ones(2), args=(p, p[::-1]), tol=1e-13),
                              lambda p: np.stack([unrolled_cubic(p), unrolled_cubic(p[::-1])])),
    **{f"scipy {solver.__name__}": (lambda p, solver=solver: solver(cubic, -1.0, 3.0, args=(p[0], p[1]), xtol=1e-13),
                                    unrolled_cubic) for solver in (so.brenth, so.bisect, so.ridder, so.toms748)},
    "scipy minimize_scalar": (lambda p: so.minimize_scalar(
        lambda x, p, q: 0.25 * x**4 + 0.5 * p * x**2 - q * x, args=(p[0], p[1]), tol=1e-12).x, unrolled_cubic),
    "scipy root_scalar": (
        lambda p: so.root_scalar(cubic, args=(p[0], p[1]), bracket=(-1.0, 3.0), xtol=1e-14).root, unrolled_cubic),
    "scipy fixed_point": (lambda p: so.fixed_point(kepler, np.zeros(2), args=(p,), xtol=1e-13), unrolled_fixed_point),
    "scipy minimize": (lambda p: so.minimize(well, np.zeros(2), args=(p,), method="trust-exact", tol=1e-12,
                                             jac=dualad.grad(well), hess=dualad.hessian(well)).x, unrolled_minimum),
    "scipy solve_ivp": (lambda p: si.solve_ivp(prey_t, (0.0, 1.0), np.stack([1.0, p[1]]), args=(p[0], 0.4),
                                               t_eval=TIMES[1:], method="DOP853", **EXACT).y.T, unrolled_ode),
    "scipy odeint": (lambda p: si.odeint(prey, np.stack([1.0, p[1]]), TIMES, (p[0], 0.4), **EXACT)[1:], unrolled_ode),
    "scipy quad": (lambda p: si.quad(bell, 0.0, p[1], args=(p[0], 3.0))[0], summed_integral),
}  # fmt: skip


@pytest.mark.parametrize("name", SOLVERS)
def test_derivatives_agree_with_the_unrolled_iterations(name):
    f, unrolled = SOLVERS[name]
    near = lambda a, b, tol=1e-6: np.testing.assert_allclose(a, b, rtol=tol, atol=tol)
    near(f(P), unrolled(P))
    weights = np.cos(np.arange(np.size(f(P)))).reshape(np.shape(f(P)))
    near(dualad.jacfwd(f)(P), dualad.jacfwd(unrolled)(P))
    y, pull = dualad.vjp(f, P)
    near(y, f(P), 1e-12)
    ct = weights if np.ndim(y) else 1.0
    near(pull(ct)[0], dualad.vjp(unrolled, P)[1](ct)[0])
    once = lambda g: lambda p: np.sum(np.sin(g(p)) * weights)
    along = (np.array([1.0, -0.5]),)
    second = dualad.jvp(dualad.jacfwd(once(unrolled)), (P,), along)[1]
    near(dualad.jvp(dualad.grad(once(f)), (P,), along)[1], second)
    near(dualad.jvp(dualad.jacfwd(once(f)), (P,), along)[1], second)
    for inner in (dualad.grad, dualad.jacfwd):
        near(dualad.grad(lambda p: np.sum(inner(once(f))(p) * along[0]))(P), second)


def test_orders_above_two():
    f = lambda q: implicit.root(cubic, 1.0, (1.0, q))
    unrolled = lambda q: unrolled_cubic(np.stack([1.0, q]))
    np.testing.assert_allclose(dualad.taylor(f, 6)(0.5), dualad.taylor(unrolled, 6)(0.5), rtol=1e-8)
    g = lambda a: implicit.quad(lambda x, a: np.exp(-a * x * x), -np.inf, np.inf, (a,))
    want = np.sqrt(np.pi) * np.array([1, -0.5, 0.75, -1.875])
    np.testing.assert_allclose([dualad.derivative(g, n)(1.0) for n in range(4)], want, rtol=1e-8)


def test_a_value_is_the_same_whatever_derivatives_are_taken():
    """So that a function which is run again for a second derivative in reverse mode gives what it gave."""
    loose = {"rtol": 1e-4, "atol": 1e-5}
    for f in (lambda p: implicit.odeint(lambda y, t: -2 * (y**3 - p), 0.2, TIMES, **loose)[-1],
              lambda p: implicit.quad(lambda x: np.exp(-p * x * x) * np.sqrt(x), 0.0, p, **loose)):  # fmt: skip
        second = dualad.hessian(f)(1.3)
        assert dualad.jvp(f, (1.3,), (1.0,))[0] == f(1.3)
        assert dualad.grad(dualad.grad(f))(1.3) == pytest.approx(second, rel=1e-3)
        assert dualad.grad(dualad.jacfwd(f))(1.3) == pytest.approx(second, rel=1e-3)


def unrolled(f):
    x = 0.5
    for _ in range(80):
        x = f(x)
    return x


def test_captured_variables():
    cases = [
        (lambda p: implicit.root(lambda x: cubic(x, p, 2.0), 1.0), lambda p: unrolled_cubic(np.stack([p, 2.0]))),
        (lambda p: implicit.fixed_point(lambda x: np.cos(x) * p / 2, 0.5),
         lambda p: unrolled(lambda x: np.cos(x) * p / 2)),
        (lambda p: implicit.minimize(lambda x: np.exp(x) - p * x, 0.5), np.log),
        (lambda p: so.brentq(lambda x: cubic(x, p, 2.0), -1.0, 3.0), lambda p: unrolled_cubic(np.stack([p, 2.0]))),
        (lambda p: implicit.quad(lambda x: np.exp(p * x), 0.0, 1.0), lambda p: (np.exp(p) - 1) / p),
        (lambda p: si.quad(lambda x: np.exp(p * x), 0.0, 1.0)[0], lambda p: (np.exp(p) - 1) / p),
        (lambda p: implicit.odeint(lambda y, t: p * y, 1.0, TIMES)[-1], np.exp),
        (lambda p: si.odeint(lambda y, t: p * y, 1.0, TIMES)[-1, 0], np.exp),
        (lambda p: si.solve_ivp(lambda t, y: p * y, (0, 1), [1.0], rtol=1e-9, atol=1e-9).y[0, -1], np.exp),
    ]
    for f, exact in cases:
        for n in (1, 2):
            assert dualad.derivative(f, n)(1.3) == pytest.approx(float(dualad.derivative(exact, n)(1.3)), rel=2e-6)
        assert dualad.grad(f)(1.3) == pytest.approx(float(dualad.derivative(exact)(1.3)), rel=2e-6)
        second = float(dualad.derivative(exact, 2)(1.3))
        assert dualad.jvp(dualad.grad(f), (1.3,), (1.0,))[1] == pytest.approx(second, rel=2e-6)


def test_trees_and_keywords():
    def equations(x, *, p):
        return x

    def f(p):
        x = implicit.root(lambda x, p: {"u": x["u"] ** 2 - p["a"], "v": x["v"] - x["u"] * p["b"][0]},
                          {"u": np.ones(2), "v": np.zeros(2)}, args=(p,))  # fmt: skip
        return np.sum(x["v"])

    p = {"a": np.array([4.0, 9.0]), "b": [2.0, "unused"]}
    found = dualad.grad(f)(p)
    np.testing.assert_allclose(found["a"], [0.5, 1 / 3], rtol=1e-10)
    assert found["b"][0] == pytest.approx(5.0)
    times = np.array([0.0, 0.5, 1.0])
    spring = lambda y, t, k: {"x": y["v"], "v": -k * y["x"]}
    g = lambda k, t: implicit.odeint(spring, {"x": 1.0, "v": 0.0}, t, (k,))["x"][-1]
    np.testing.assert_allclose(dualad.grad(g)(4.0, times), -np.sin(2.0) / 4, rtol=1e-6)
    of_times = [2 * np.sin(2.0), 0, -2 * np.sin(2.0)]
    np.testing.assert_allclose(dualad.grad(g, 1)(4.0, times), of_times, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(dualad.jacfwd(g, 1)(4.0, times), of_times, rtol=1e-6, atol=1e-7)
    assert type(implicit.root(cubic, 1.0, (1.0, 2.0))) is float


def test_values_and_fields_of_scipys_results():
    f = lambda p: so.minimize(well, np.zeros(2), args=(p,), tol=1e-12).fun
    x = implicit.minimize(well, np.zeros(2), args=(P,))
    want = dualad.grad(well, 1)(x, P)
    np.testing.assert_allclose(dualad.grad(f)(P), want, rtol=1e-5)
    np.testing.assert_allclose(dualad.jacfwd(f)(P), want, rtol=1e-5)


def test_what_does_not_converge_is_an_error():
    error = implicit.NotConverged
    with pytest.raises(error, match="no convergence|no progress|singular"):
        implicit.root(lambda x, p: x**2 + p, 1.0, args=(1.0,))
    with pytest.raises(error, match="diverges|no convergence"):
        implicit.fixed_point(lambda x, p: 3 * x + p, 1.0, args=(1.0,))
    with pytest.raises(error, match="no convergence in 5"):
        implicit.fixed_point(lambda x, p: 0.99 * x + p, 1.0, args=(1.0,), maxiter=5)
    with pytest.raises(error, match="minimize"):
        implicit.minimize(lambda x, p: p * x, 1.0, args=(1.0,))
    with pytest.raises(error, match="what the solver returned"):
        implicit.root(cubic, 1.0, (1.0, 2.0), solver=lambda f, x: 0.3)
    with pytest.raises(error, match="odeint"):
        implicit.odeint(lambda y, t: y**2, 1.0, np.array([0.0, 2.0]))
    with pytest.raises(error, match="quad"):
        implicit.quad(lambda x: 1 / x, 0.0, 1.0)
    with pytest.raises(error, match="singular"):
        dualad.jvp(lambda p: so.bisect(lambda x, p: (x - p) ** 3, 0.5, 1.5, args=(p,)), (1.0,), (1.0,))
    bad = lambda p: so.root(lambda x, p: x**2 + p, np.ones(1), args=(p,)).x[0]
    for transform in (dualad.grad, dualad.jacfwd):
        with pytest.raises(error, match="no solution to differentiate"):
            transform(bad)(1.0)


def test_refusals():
    with pytest.raises(DualadTypeError, match="a tuple"):
        implicit.root(cubic, 1.0, args=2.0)
    with pytest.raises(DualadTypeError, match="as many equations"):
        implicit.root(lambda x: np.ones(3), np.ones(2))
    for f in (lambda p: so.minimize(well, np.zeros(2), args=(p,), bounds=[(0, 1), (0, 1)]).x,
              lambda p: so.brentq(cubic, -1.0, 3.0, args=(p[0], p[1]), full_output=True)[0],
              lambda p: si.solve_ivp(prey_t, (0.0, p[0]), np.ones(2), args=(1.0, 2.0)).y[:, -1],
              lambda p: si.quad(bell, 0.0, 1.0, args=(p[0], p[1]), weight="cos", wvar=2.0)[0]):  # fmt: skip
        f(P)
        for transform in (dualad.jacfwd, lambda f: dualad.grad(lambda p: np.sum(f(p)))):
            with pytest.raises(DualadError):
                transform(f)(P)
