"""Rows for `scipy.interpolate`: splines called, and made, in programs as people write them."""

from __future__ import annotations

import functools

import numpy as np
import scipy.interpolate as si
from scipy.sparse.linalg import spsolve

from tests.rules.scipy.cases import Case, case, cplx, reals

X = np.cumsum(0.5 + np.abs(reals(6)))
Q = np.array([X[0] - 0.2, X[1] + 0.1, 0.6 * X[2] + 0.4 * X[3], X[5] - 0.05])


def rows():
    yield from made()
    yield from cubics()
    yield from b_splines()
    yield from by_knots()
    yield from grids()


def known_spline(spline, q):
    return spline(q) * spline(q, 1), spline.integrate(q[-2], q[-1])


def made():
    for spline in (
        si.CubicSpline(X, reals(6)),
        si.CubicSpline(X, reals(6, 2)),
        si.CubicSpline(X, reals(2, 6), axis=1, extrapolate=False),
        si.make_interp_spline(X, reals(6, 2)),
    ):
        q = Q if spline.extrapolate else Q[1:]
        integral = spline.integrate if isinstance(spline, si.CubicSpline) else si.BSpline.integrate
        yield case(type(spline).__call__, q, via=spline)
        yield case(type(spline).__call__, np.float64(q[1]), via=spline)
        if spline.c.ndim < 4:
            yield case(getattr(type(spline), integral.__name__), q, via=functools.partial(known_spline, spline))


def cubic(x, y, q):
    return si.CubicSpline(x, y)(q)


def cubic_natural(x, y, q):
    return si.CubicSpline(x, y, bc_type="natural", extrapolate=False)(q[1:])


def cubic_with_ends(x, y, a, b, q):
    return si.CubicSpline(x, y, bc_type=((1, a), (2, b)))(q)


def cubic_periodic(x, y, q):
    spline = si.CubicSpline(x, np.concatenate([y, y[:1]]), bc_type="periodic")
    return spline(q), spline(q, 1)


def cubic_in_full(x, y, q):
    spline = si.CubicSpline(x, y, axis=1)
    return spline(q), spline.derivative()(q), spline.antiderivative()(q[1:]), spline.integrate(q[0], q[2])


def hermite(x, y, slopes, q):
    return si.CubicHermiteSpline(x, y, slopes)(q)


def monotone(x, y, q):
    return si.PchipInterpolator(x, y)(q)


def monotone_at_once(y, q):
    return si.pchip_interpolate(X, y, q, 1)


def akima(x, y, q):
    return si.Akima1DInterpolator(x, y)(q)


def akima_modified(x, y, q):
    return si.Akima1DInterpolator(x, y, method="makima", extrapolate=True)(q)


def polynomials(c, x, q):
    return si.PPoly(c, x)(q, 1)


def polynomials_along(c, q):
    return si.PPoly(c, X[:4], axis=1)(q)


def cubics():
    for n in (2, 3, 4, 6):
        yield case(si.CubicSpline, X[:n], reals(n), Q, via=cubic)
    for n in (1, 2, 3, 5):
        yield case(si.CubicSpline, X[: n + 1], np.array([0.3]) if n == 1 else reals(n), Q, via=cubic_periodic)
    yield case(si.CubicSpline, X, reals(6, 2), Q, via=cubic_natural)
    yield case(si.CubicSpline, X, cplx(6), Q, via=cubic)
    for n in (2, 3, 6):
        yield case(si.CubicSpline, X[:n], reals(n), 0.3, -0.2, Q, via=cubic_with_ends)
    yield case(si.CubicSpline, X, reals(2, 6, 2), Q, via=cubic_in_full)
    yield case(si.CubicHermiteSpline, X, reals(6), reals(6), Q, via=hermite)
    for y in (reals(6), np.cumsum(np.abs(reals(6))), reals(6, 2), reals(2)):
        x, q = X[: len(y)], np.clip(Q, X[0] + 0.02, X[1] - 0.02) if len(y) == 2 else Q[1:]
        yield case(si.PchipInterpolator, x, y, q, via=monotone)
        yield case(si.Akima1DInterpolator, x, y, q, via=akima)
        yield case(si.Akima1DInterpolator, x, y, q, via=akima_modified)
    yield case(si.pchip_interpolate, reals(6), Q, via=monotone_at_once)
    yield case(si.PPoly, reals(3, 5), X, Q, via=polynomials)
    yield case(si.PPoly, reals(2, 3, 3), Q[1:3], via=polynomials_along)


def same_values():
    """Programs with what SciPy gives for them."""
    for fn, args in (
        (cubic, (X, reals(6), Q)),
        (cubic_periodic, (X, reals(5), Q)),
        (cubic_in_full, (X, reals(2, 6, 2), Q)),
        (akima, (X, reals(6), Q[1:])),
        (monotone, (X, reals(6), Q)),
        (polynomials, (reals(3, 5), X, Q)),
        (interpolating_with_ends, (reals(6), Q)),
        (interpolating_along, (reals(2, 6, 2), Q)),
        (b_spline, (reals(6), Q)),
        (on_grid_filled, (reals(6, 7), OUT)),
        (on_grid_of, (*AXES, reals(6, 7), 0.5, OUT)),
        (functools.partial(interpolating_round, 2), (X, reals(5), Q)),
        (functools.partial(interpolating_round, 3), (X, reals(5), Q)),
        (interpolating_with_values, (X, reals(6), 0.3, Q)),
        (spline_methods, (X, reals(6), Q)),
        (fitted, (X, reals(6), np.abs(reals(6)) + 0.3, Q)),
    ):
        yield fn, args


# B-splines and grids


def interpolating(k, bc_type, y, q):
    return si.make_interp_spline(X, y, k=k, bc_type=bc_type)(q)


def interpolating_with_ends(y, q):
    spline = si.make_interp_spline(X, y, bc_type=([(1, 0.2)], [(2, 0.1)]))
    return spline(q), spline(q, 1)


def interpolating_along(y, q):
    return si.make_interp_spline(X, y, axis=1)(q, 2)


KNOTS = si.make_interp_spline(X, X).t


def b_spline(c, q):
    first, second = si.BSpline(KNOTS, c, 3), si.BSpline(KNOTS, c, 3, extrapolate=False)
    return first(q), second(q[1:]), first(q, extrapolate="periodic")


def b_splines():
    for k in (0, 1, 3, 5):
        yield case(si.make_interp_spline, reals(6), Q, via=functools.partial(interpolating, k, None))
    for bc_type in ("natural", "clamped"):
        yield case(si.make_interp_spline, reals(6, 2), Q, via=functools.partial(interpolating, 3, bc_type))
    yield case(si.make_interp_spline, cplx(6), Q, via=functools.partial(interpolating, 3, None))
    yield case(si.make_interp_spline, reals(6), Q, via=interpolating_with_ends)
    yield case(si.make_interp_spline, reals(2, 6, 2), Q, via=interpolating_along)
    yield case(si.BSpline, reals(6), Q, via=b_spline)


def interpolating_points(k, bc_type, x, y, q):
    spline = si.make_interp_spline(x, y, k=k, bc_type=bc_type)
    return spline(q), spline(q, 1)


def interpolating_with_values(x, y, v, q):
    return si.make_interp_spline(x, y, bc_type=([(1, v)], [(2, v)]))(q)


def interpolating_round(k, x, y, q):
    spline = si.make_interp_spline(x, np.concatenate([y, y[:1]]), k, bc_type="periodic")
    return spline(q), spline(q + 20.0)


def spline_methods(x, y, q):
    spline = si.make_interp_spline(x, y)
    return spline.derivative(2)(q), spline.antiderivative()(q), spline.integrate(q[0], q[1])


def b_spline_of_knots(t, c, q):
    return si.BSpline(t, c, 3)(q), si.BSpline(t, c, 3)(q, 2)


def fitted(x, y, w, q):
    t = np.concatenate([x[:1], x[:1], x[:1], x[:1], x[3:4], x[-1:], x[-1:], x[-1:], x[-1:]])
    return si.make_lsq_spline(x, y, t, w=w)(q)


def by_knots():
    for k in (1, 2, 3, 5):
        yield case(si.make_interp_spline, X, reals(6), Q, via=functools.partial(interpolating_points, k, None))
        yield case(si.make_interp_spline, X, reals(5), Q, via=functools.partial(interpolating_round, k))
    yield case(si.make_interp_spline, X, reals(6, 2), Q, via=functools.partial(interpolating_points, 3, "natural"))
    yield case(si.make_interp_spline, X, reals(6), 0.3, Q, via=interpolating_with_values)
    yield case(si.make_interp_spline, X, reals(6), Q, via=spline_methods)
    yield case(si.BSpline, KNOTS + 0.01 * np.arange(len(KNOTS)), reals(6), Q, via=b_spline_of_knots)
    yield case(si.make_lsq_spline, X, reals(6), np.abs(reals(6)) + 0.3, Q, via=fitted)


AXES = (np.cumsum(0.5 + np.abs(reals(6))), np.cumsum(0.5 + np.abs(reals(7))))
P = np.array([[AXES[0][i] + 0.1, AXES[1][j] + 0.2] for i, j in ((0, 3), (3, 1), (2, 5))])
OUT = np.concatenate([P, P - 9.0])


def on_grid(values, points):
    return si.RegularGridInterpolator(AXES, values)(points)


def on_grid_filled(values, points):
    grid = si.RegularGridInterpolator(AXES, values, bounds_error=False, fill_value=0.5)
    return grid(points), grid((points[:, 0], points[0, 1]))


def on_grid_of(x, y, values, fill, points):
    grid = si.RegularGridInterpolator((x, y), values, bounds_error=False, fill_value=fill)
    return grid(points), si.interpn((x, y), values, points, bounds_error=False, fill_value=None)


def on_grid_and_on(values, points):
    return si.RegularGridInterpolator(AXES, values, bounds_error=False, fill_value=None)(points)


def on_spline_grid(method, values, points):
    grid = si.RegularGridInterpolator(AXES, values, method, False, 0.3, solver=spsolve)  # SciPy's own has six digits
    return grid(points), grid(points, nu=(1, 0))


def on_spline_grid_of(x, y, values, points):
    return si.RegularGridInterpolator((x, y), values, "cubic", False, None, solver=spsolve)(points)


def by_coordinates(grid, a, b):
    return grid((a, b)), grid((a, 1.7))


def grids():
    of = si.RegularGridInterpolator.__call__
    for method in ("linear", "slinear", "cubic", "quintic", "nearest"):
        grid = si.RegularGridInterpolator(AXES, reals(6, 7), method=method, bounds_error=False, fill_value=0.3)
        yield case(of, OUT, via=grid)
    grid = si.RegularGridInterpolator(AXES, reals(6, 7, 2))
    yield case(of, P, via=grid)
    yield case(of, P[:, 0].copy(), P[:, 1].copy(), via=functools.partial(by_coordinates, grid))
    of = si.RegularGridInterpolator
    yield from (case(fn, *AXES, reals(6, 7), 0.4, OUT, via=on_grid_of) for fn in (of, si.interpn))
    yield from (case(of, reals(6, 7), P, via=on_grid), case(of, reals(6, 7, 2), P, via=on_grid))
    yield from (case(of, reals(6, 7), OUT, via=on_grid_filled), case(of, reals(6, 7), OUT, via=on_grid_and_on))
    for method in ("slinear", "cubic", "quintic"):  # made of the same splines as above
        yield Case(of, (reals(6, 7, 2), OUT), via=functools.partial(on_spline_grid, method), order=1)
    yield Case(of, (*AXES, reals(6, 7), P), via=on_spline_grid_of, order=1)
