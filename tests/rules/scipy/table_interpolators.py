"""Rows for the older interpolators of `scipy.interpolate`, in programs as people write them."""

from __future__ import annotations

import functools

import numpy as np
import scipy.interpolate as si

from tests.rules.scipy.cases import case, reals
from tests.rules.scipy.table_interpolation import Q, X

INSIDE = np.array([X[1] + 0.1, 0.6 * X[2] + 0.4 * X[3], X[5] - 0.05])
BEYOND = np.append(INSIDE, [X[0] - 0.3, X[-1] + 0.4])


def tabled(kind, x, y, q):
    return si.interp1d(x, y, kind)(q)


def tabled_and_filled(kind, x, y, v, q):
    return si.interp1d(x, y, kind, bounds_error=False, fill_value=(v, 0.2))(q)


def tabled_and_on(kind, x, y, q):
    return si.interp1d(x, y, kind, axis=1, fill_value="extrapolate")(q)


def fitpack(k, x, y, q):
    tck = si.splrep(x, y, k=k)
    return si.splev(q, tck), si.splev(q, tck, 1, ext=1), si.splint(q[0], q[1], tck)


def univariate(x, y, q):
    spline = si.UnivariateSpline(x, y, s=0)
    return spline(q), spline.derivative()(q), si.InterpolatedUnivariateSpline(x, y, k=2)(q)


def surface(x, y, z, q, r):
    spline = si.RectBivariateSpline(x, y, z, ky=1)
    return spline(q, r), spline.ev(q[:2], r, 1, 0)


def surface_of_scipys(spline, q, r):
    return spline(q, r), spline(q[:2], r, grid=False), spline.ev(q[:2], r)


def through(cls, x, y, q):
    return cls(x, y)(q)


def turned_into_others(make, x, y, q):
    spline = make(x, y)
    return spline.derivative()(q), spline.antiderivative(2)(q), spline.antiderivative(-1)(q)


def found_by_surface(x, z, q):
    return si.interpn((x, x[:5] + 0.0), z, q, "splinef2d", bounds_error=False, fill_value=0.5)


def rows():
    of = si.interp1d
    for make, fns in (
        (si.CubicSpline, (si.PPoly.derivative, si.PPoly.antiderivative)),
        (si.make_interp_spline, (si.BSpline.derivative, si.BSpline.antiderivative)),
    ):
        yield case(make, X, reals(6), Q, via=functools.partial(turned_into_others, make))
        for fn in fns:
            yield case(fn, Q, via=functools.partial(turned_into_others, make, X, X**2))
    yield case(si.interpn, X, reals(6, 5), np.stack([INSIDE, X[1:4] + 0.05, BEYOND[:3]])[:, :2], via=found_by_surface)
    for kind in ("linear", "quadratic", "cubic", "zero", "nearest", "nearest-up", "previous", "next", 2):
        yield case(of, X, reals(6), INSIDE, via=functools.partial(tabled, kind))
        yield case(of, X, reals(6), 0.7, BEYOND, via=functools.partial(tabled_and_filled, kind))
        yield case(of.__call__, INSIDE, via=of(X, reals(6), kind))
        if kind not in ("previous", "next"):
            yield case(of, X, reals(2, 6), BEYOND, via=functools.partial(tabled_and_on, kind))
    for k in (2, 3):
        yield from (case(fn, X, reals(6), Q, via=functools.partial(fitpack, k)) for fn in (si.splrep, si.splev))
        yield case(si.splint, X, reals(6), BEYOND, via=functools.partial(fitpack, k))
    yield case(si.splev, Q, via=functools.partial(si.splev, tck=si.splrep(X, X**2)))
    for fn in (si.UnivariateSpline, si.InterpolatedUnivariateSpline):
        yield case(fn, X, reals(6), Q, via=univariate)
    yield case(si.UnivariateSpline.__call__, BEYOND, via=si.UnivariateSpline(X, X**2, s=0.1))
    r = X[1:3] + 0.05
    yield case(si.RectBivariateSpline, X, X[:5] + 0.0, reals(6, 5), Q, r, via=surface)
    for of in (si.BivariateSpline.__call__, si.BivariateSpline.ev):
        spline = si.RectBivariateSpline(X, X, reals(6, 6))
        yield case(of, np.sort(BEYOND), r, via=functools.partial(surface_of_scipys, spline))
    for cls in (si.BarycentricInterpolator, si.KroghInterpolator):
        yield from (case(cls, X, y, Q, via=functools.partial(through, cls)) for y in (reals(6), reals(6, 2)))
    for fn in (si.barycentric_interpolate, si.krogh_interpolate):
        yield case(fn, X, reals(6), Q)


def same_values():
    """Programs with what SciPy gives for them."""
    return (
        (functools.partial(fitpack, 2), (X, reals(6), Q)),
        (functools.partial(fitpack, 3), (X, reals(6), BEYOND)),
        (univariate, (X, reals(6), Q)),
        (surface, (X, X[:5] + 0.0, reals(6, 5), Q, X[1:3] + 0.05)),
        (functools.partial(through, si.KroghInterpolator), (X, reals(6, 2), Q)),
        (functools.partial(tabled_and_on, "previous"), (X, reals(2, 6), BEYOND[:-1])),
        *((functools.partial(tabled, kind), (X, reals(6), INSIDE)) for kind in ("linear", "cubic", "nearest", "next")),
        *((functools.partial(tabled_and_filled, kind), (X, reals(6), 0.7, BEYOND)) for kind in ("linear", "previous")),
    )
