"""Solvers and integrators that do not converge: every derivative is a clear error, whatever the plain call returns."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import dualad
from dualad.implicit import NotConverged, fixed_point, minimize, odeint, quad, root

pytest.importorskip("scipy")
import scipy.integrate as si  # noqa: E402
import scipy.optimize as so  # noqa: E402


def cubic(x, p):
    return x**3 + p * x - 2.0


def curve(x, p):
    return np.stack([x[0] ** 2 + x[1] - p, x[1] ** 3 - p * x[0]])


def no_root(x, p):
    return x**2 + p


def valley(x, p):
    return np.sum((x - p) ** 4) + 100 * (x[0] - x[1] ** 2) ** 2


def explodes(y, t, p):
    return p * y**2


def explodes_t(t, y, p):
    return p * y**2


def pole(x, p):
    return p / x + p


BRACKETS = (so.brentq, so.brenth, so.bisect, so.ridder, so.toms748)
FAR = (-1.0, 30.0)
CASES = {
    "root": (lambda p: root(cubic, 1e6, (p,), maxiter=2), "root: no convergence in 2 iterations"),
    "root, none there": (lambda p: root(no_root, 1.0, (p,)), "singular|no progress|no convergence"),
    "fixed_point": (lambda p: fixed_point(lambda x, p: 0.99 * x + p, 1.0, (p,), maxiter=5), "no convergence in 5"),
    "minimize": (lambda p: minimize(valley, np.full(2, 4.0), (p,), maxiter=2)[0], "minimize: no convergence in 2"),
    "odeint": (lambda p: odeint(explodes, 1.0, np.array([0.0, 3.0]), (p,))[-1], "odeint: the integration stopped at"),
    "odeint, LSODA": (lambda p: odeint(explodes, 1.0, np.array([0.0, 3.0]), (p,), method="LSODA")[-1],
                      "odeint: the integration does not get on at t = 0.99"),
    "quad": (lambda p: quad(pole, 0.0, 1.0, (p,), limit=20), "quad: "),
    "scipy root": (lambda p: np.sum(so.root(curve, np.full(2, 50.0), (p,), options={"maxfev": 3}).x),
                   "scipy.optimize.root found no solution to differentiate: The number of calls"),
    "scipy root, krylov": (
        lambda p: np.sum(so.root(curve, np.full(2, 50.0), (p,), method="krylov", options={"maxiter": 2}).x),
        "scipy.optimize.root found no solution to differentiate: The maximum number of iterations"),
    "scipy root_scalar": (lambda p: so.root_scalar(cubic, args=(p,), bracket=FAR, maxiter=2).root,
                          "scipy.optimize.root_scalar found no solution to differentiate: convergence error"),
    **{f"scipy {f.__name__}": (lambda p, f=f: f(cubic, *FAR, args=(p,), maxiter=2), "Failed to converge after [23]")
       for f in BRACKETS},
    **{f"scipy {f.__name__}, disp": (lambda p, f=f: f(cubic, *FAR, args=(p,), maxiter=2, disp=False),
                                     f"scipy.optimize.{f.__name__} found no solution to differentiate: a Newton step")
       for f in BRACKETS},
    "scipy newton": (lambda p: so.newton(no_root, 1.0, args=(p,), maxiter=5), "Failed to converge after 5 iterations"),
    "scipy newton, disp": (lambda p: so.newton(no_root, 1.0, args=(p,), maxiter=5, disp=False),
                           "scipy.optimize.newton found no solution to differentiate: a Newton step"),
    "scipy newton, several": (lambda p: np.sum(so.newton(cubic, np.array([1.0, 1e9]), args=(p,), maxiter=8)),
                              "scipy.optimize.newton found no solution to differentiate: a Newton step"),
    "scipy fsolve": (lambda p: np.sum(so.fsolve(curve, np.full(2, 50.0), p, maxfev=3)),
                     "scipy.optimize.fsolve found no solution to differentiate: a Newton step"),
    "scipy fsolve, none there": (lambda p: so.fsolve(no_root, np.ones(1), p)[0], "no solution to differentiate"),
    "scipy fixed_point": (
        lambda p: so.fixed_point(lambda x, p: 0.9 * p * np.cos(x), 9.0, (p,), maxiter=2, method="iteration"),
        "Failed to converge after 2 iterations"),
    "scipy minimize": (lambda p: so.minimize(valley, np.full(2, 4.0), (p,), options={"maxiter": 2}).x[0],
                       "scipy.optimize.minimize found no solution to differentiate: Maximum number of iterations"),
    "scipy minimize, its value": (lambda p: so.minimize(valley, np.full(2, 4.0), (p,), options={"maxiter": 2}).fun,
                                  "scipy.optimize.minimize found no solution to differentiate: Maximum number"),
    "scipy minimize, no derivatives": (
        lambda p: so.minimize(valley, np.full(2, 4.0), (p,), method="Nelder-Mead", options={"maxiter": 3}).x[0],
        "scipy.optimize.minimize found no solution to differentiate: Maximum number"),
    "scipy minimize_scalar": (
        lambda p: so.minimize_scalar(lambda x, p: (x - p) ** 4 + np.exp(x), args=(p,), options={"maxiter": 2}).x,
        "scipy.optimize.minimize_scalar found no solution to differentiate: Maximum number"),
    "scipy solve_ivp": (lambda p: si.solve_ivp(explodes_t, (0.0, 3.0), [1.0], args=(p,)).y[0, -1],
                        "scipy.integrate.solve_ivp found no solution to differentiate: Required step size"),
    "scipy odeint": (lambda p: si.odeint(explodes, [1.0], [0.0, 3.0], args=(p,))[-1, 0],
                     "Excess work done|odeint: the integration does not get on"),
    "scipy quad": (lambda p: si.quad(pole, 0.0, 1.0, (p,))[0],
                   "scipy.integrate.quad found no integral to differentiate: .* with an estimated error"),
    "scipy quad, few pieces": (lambda p: si.quad(lambda x, p: np.sin(p / x) / x, 0.0, 1.0, (p,), limit=5)[0],
                               "allow more pieces"),
}  # fmt: skip
TRANSFORMS = {
    "forward": dualad.jacfwd,
    "reverse": dualad.grad,
    "forward over reverse": dualad.hessian,
    "reverse over reverse": lambda f: dualad.grad(dualad.grad(f)),
    "reverse over forward": lambda f: dualad.grad(dualad.jacfwd(f)),
}


@pytest.mark.parametrize("name", CASES)
def test_no_derivative_of_what_did_not_converge(name):
    f, message = CASES[name]
    for transform in TRANSFORMS.values():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SciPy's own
            with pytest.raises(RuntimeError, match=message) as caught:
                transform(f)(1.0)
        own = isinstance(caught.value, NotConverged)
        assert own or "after" in message  # what SciPy raises itself is passed on


def test_what_converged_by_tolerances_of_ones_own_is_differentiated():
    for f in BRACKETS:
        rough = lambda p, f=f: f(cubic, 0.0, 3.0, args=(p,), xtol=1e-3, maxiter=60)
        assert dualad.grad(rough)(1.0) == pytest.approx(-0.25, abs=2e-3)
        assert dualad.jacfwd(rough)(1.0) == pytest.approx(-0.25, abs=2e-3)
    rough = lambda p: so.fsolve(curve, np.ones(2), p, xtol=1e-4)
    exact = lambda p: so.fsolve(curve, np.ones(2), p, xtol=1e-12)
    np.testing.assert_allclose(dualad.jacrev(rough)(1.5), dualad.jacrev(exact)(1.5), atol=1e-3)


def forgets(y, t, p):
    return -40.0 * (y**3 - p)


def test_equations_that_forget_their_past():
    """On the way back of the adjoint equation the state would explode: it starts again from halfway."""
    times = np.array([0.0, 1.0])
    for f in (
        lambda p: odeint(forgets, 0.2, times, (p,))[-1],
        lambda p: si.odeint(forgets, 0.2, times, (p,))[-1, 0],
        lambda p: si.solve_ivp(
            lambda t, y: forgets(y, t, p), (0.0, 1.0), [0.2], method="DOP853", rtol=1e-9, atol=1e-9
        ).y[0, -1],
    ):
        assert dualad.grad(f)(1.0) == pytest.approx(1 / 3, rel=1e-6)
    with pytest.raises(NotConverged, match="it is stiff, or no solution"):
        dualad.grad(lambda p: odeint(lambda y, t, p: -1e5 * (y**3 - p), 0.2, times, (p,), method="LSODA")[-1])(1.0)
