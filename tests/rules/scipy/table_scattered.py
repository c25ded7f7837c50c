"""Rows for interpolators between scattered points."""

from __future__ import annotations

import functools

import numpy as np
import scipy.interpolate as si

from tests.rules.scipy.cases import case, cplx, reals

POINTS = np.array([[0.0, 0.1], [1.1, 0.0], [0.1, 1.0], [1.0, 1.2], [0.45, 0.6], [0.7, 0.2]])
AT = np.array([[0.3, 0.5], [0.8, 0.7], [0.55, 0.3]])
BEYOND = np.concatenate([AT, [[5.0, 5.0]]])
FIXED = si.RBFInterpolator(POINTS, np.sin(POINTS), kernel="cubic", smoothing=0.1)


def rows():
    for fn in (between, between_columns):
        yield case(si.LinearNDInterpolator, POINTS, reals(6), AT, via=fn)
    yield case(si.LinearNDInterpolator, reals(6, 2), via=functools.partial(between_many, POINTS))
    yield case(si.LinearNDInterpolator, cplx(6), via=functools.partial(between_many, POINTS))
    yield case(si.NearestNDInterpolator, reals(6, 2), via=functools.partial(nearest, POINTS))
    for method in ("linear", "nearest"):
        yield case(si.griddata, reals(6), via=functools.partial(gridded, method))
    for method in ("linear", "nearest", "cubic"):
        yield case(si.griddata, reals(5), via=functools.partial(gridded_along, method))
    for kernel in ("linear", "thin_plate_spline", "cubic", "quintic"):
        yield case(si.RBFInterpolator, POINTS, reals(6), AT, via=functools.partial(radial, kernel=kernel))
    for kernel in ("multiquadric", "inverse_multiquadric", "inverse_quadratic", "gaussian"):
        yield case(si.RBFInterpolator, POINTS, reals(6), AT, 0.8, 0.2, via=functools.partial(shaped, kernel))
    yield case(si.RBFInterpolator, POINTS, cplx(6, 2), AT, via=functools.partial(radial, smoothing=0.3, degree=2))
    yield case(si.RBFInterpolator, POINTS, reals(6), AT, via=functools.partial(radial, kernel="cubic", degree=-1))
    yield case(si.RBFInterpolator.__call__, AT, via=at_fixed)


def between(points, values, xi):
    return si.LinearNDInterpolator(points, values)(xi)


def between_columns(points, values, xi):
    made = si.LinearNDInterpolator((points[:, 0], points[:, 1]), values, fill_value=0.5)
    return made(xi[:, 0], xi[:, 1]) + made(xi[0])


def between_many(points, values):
    total = 0.0
    for i in range(2):
        if np.real(values.ravel()[i]) > -1e3:
            total = total + si.LinearNDInterpolator(points, values * (i + 1), 0.5)(BEYOND)
    return total


def nearest(points, values):
    return si.NearestNDInterpolator(points, values)(AT), si.NearestNDInterpolator(points, values)(0.3, 0.4)


def gridded(method, values):
    return si.griddata(POINTS, values, (BEYOND[:, 0], BEYOND[:, 1]), method, fill_value=0.2)


def gridded_along(method, values):
    return si.griddata(np.array([0.3, 0.1, 1.2, 0.8, 2.0]), values, np.array([0.4, 1.5]), method)


def radial(y, d, x, **options):
    return si.RBFInterpolator(y, d, **options)(x)


def shaped(kernel, y, d, x, epsilon, smoothing):
    return si.RBFInterpolator(y, d, smoothing=smoothing, kernel=kernel, epsilon=epsilon)(x)


def at_fixed(x):
    return FIXED(x)


def same_values():
    yield between, (POINTS, np.cos(POINTS[:, 0]), BEYOND[:3])
    yield functools.partial(nearest, POINTS), (np.cos(POINTS[:, 0]),)
    for kernel in ("linear", "thin_plate_spline", "cubic", "quintic"):
        yield functools.partial(radial, kernel=kernel, smoothing=0.1), (POINTS, np.cos(POINTS), AT)
    yield functools.partial(shaped, "gaussian"), (POINTS, np.cos(POINTS), AT, 1.3, 0.1)
    yield at_fixed, (AT,)
