"""`scipy.integrate`: integrals of samples."""

from __future__ import annotations

import numpy as np
import scipy.integrate as si

from dualad.registry import general
from dualad.rules.cumulative import reversed_sum, undifference
from dualad.rules.helpers import along, require_real, unbroadcast
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals
from dualad.rules.weighted import ends, middles, steps, trapezoid_x, trapezoid_y, width_back, width_tangent

trapezoid, cumulative_trapezoid = on_duals(si.trapezoid), on_duals(si.cumulative_trapezoid)
simpson = on_duals(si.simpson)

general(
    si.trapezoid,
    jvps=[
        lambda t, ans, y, x=None, dx=1.0, axis=-1: trapezoid(t, x, dx, axis),
        lambda t, ans, y, x=None, dx=1.0, axis=-1: trapezoid(y, t, dx, axis),
        lambda t, ans, y, x=None, dx=1.0, axis=-1: width_tangent(t, ans, y, x, axis),
    ],
    vjps=[
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: trapezoid_y(ct, y, x, dx, axis),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: trapezoid_x(ct, y, x, axis),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: width_back(ct, y, x, dx, axis),
    ],
)

# Running integrals


def areas_back(ct, axis, initial):
    """The cotangents of the areas that `cumulative_trapezoid` adds up."""
    return reversed_sum(ct if initial is None else ct[along(axis, slice(1, None))], axis)


def running_y(ct, y, x, dx, axis, initial):
    """The cotangent of the values."""
    return ends(areas_back(ct, axis, initial) * steps(y.shape, x, dx, axis) / 2, axis)


def running_x(ct, y, x, axis, initial):
    """The cotangent of the points."""
    widths = areas_back(ct, axis, initial) * middles(y, axis)
    if np.ndim(x) == 1:
        return undifference(np.sum(np.moveaxis(widths, axis, -1), axis=tuple(range(y.ndim - 1))), 0)
    return unbroadcast(undifference(widths, axis), np.shape(x))


def running_width(ct, y, x, dx, axis, initial):
    """The cotangent of the width of the intervals."""
    return unbroadcast(areas_back(ct, axis, initial) * middles(y, axis), np.shape(dx)) if x is None else 0.0


general(
    si.cumulative_trapezoid,
    jvps=[
        lambda t, ans, y, x=None, dx=1.0, axis=-1, initial=None: cumulative_trapezoid(t, x, dx, axis, initial),
        lambda t, ans, y, x=None, dx=1.0, axis=-1, initial=None: cumulative_trapezoid(y, t, dx, axis, initial),
        lambda t, ans, y, x=None, dx=1.0, axis=-1, initial=None: (
            cumulative_trapezoid(y, x, t if x is None else 0 * t, axis, initial) if x is None else np.zeros_like(ans)
        ),
    ],
    vjps=[
        lambda ct, ans, y, x=None, dx=1.0, axis=-1, initial=None: running_y(ct, y, x, dx, axis, initial),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1, initial=None: running_x(ct, y, x, axis, initial),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1, initial=None: running_width(ct, y, x, dx, axis, initial),
    ],
)

# Simpson's rule: parabolas through three points each, and where the number of points is even the last interval by the
# parabola through the last three (Cartwright, "Simpson's rule cumulative integration with MS Excel and irregularly-
# spaced data", 2017). Each of the three weights is a function of the widths `a` and `b` of both intervals.


def parabola(a, b):
    """The weights of three points, and their partials in the widths."""
    s = a + b
    first, middle, last = (2 * a + b - b * b / a) / 6, s**3 / (6 * a * b), (2 * b + a - a * a / b) / 6
    in_a = ((2 + b * b / (a * a)) / 6, middle * (3 / s - 1 / a), (1 - 2 * a / b) / 6)
    in_b = ((1 - 2 * b / a) / 6, middle * (3 / s - 1 / b), (2 + a * a / (b * b)) / 6)
    return (first, middle, last), in_a, in_b


def last_interval(a, b):
    """The weights of the last three points for the last interval, and their partials."""
    s = a + b
    first, middle = -(b**3) / (6 * a * s), (b * b + 3 * a * b) / (6 * a)
    in_a = (-first * (1 / a + 1 / s), -b * b / (6 * a * a), b * b / (6 * s * s))
    in_b = (first * (3 / b - 1 / s), (2 * b + 3 * a) / (6 * a), (2 * b * b + 4 * a * b + 3 * a * a) / (6 * s * s))
    return (first, middle, (2 * b * b + 3 * a * b) / (6 * s)), in_a, in_b


def pieces(n):
    """For each kind of piece: its weights, the points at which pieces of it start, and how far apart these are."""
    odd = n - 1 + n % 2
    if odd >= 3:
        yield parabola, slice(0, odd - 2, 2)
    if n % 2 == 0 and n > 2:
        yield last_interval, slice(n - 3, n - 2)


def at(piece, k, axis):
    """The key of the `k`-th points of some pieces."""
    return along(axis, slice(piece.start + k, piece.stop + k, piece.step))


def widths_of(y, x, dx, axis):
    """The widths of all intervals, along the axis."""
    shape = list(y.shape)
    shape[axis] -= 1
    return np.broadcast_to(np.asarray(steps(y.shape, x, dx, axis)) if x is None else steps(y.shape, x, dx, axis), shape)


def simpson_y(ct, y, x, dx, axis):
    """The cotangent of the values."""
    if y.shape[axis] < 2:
        return np.zeros_like(y)
    h, ct = widths_of(y, x, dx, axis), np.expand_dims(ct, axis)
    n, found = y.shape[axis], 0.0
    if n == 2:
        return ends(ct * h / 2, axis)
    for kind, piece in pieces(n):
        weights, _, _ = kind(h[at(piece, 0, axis)], h[at(piece, 1, axis)])
        for k, weight in enumerate(weights):
            found = found + scatter(ct * weight, y.shape, at(piece, k, axis))
    return found


def simpson_widths(y, x, dx, axis):
    """The partials in the widths of the intervals."""
    require_real("scipy.integrate.simpson", x, dx)
    h, n = widths_of(y, x, dx, axis), y.shape[axis]
    if n == 2:
        return middles(y, axis)
    found = np.zeros(h.shape, y.dtype)
    for kind, piece in pieces(n):
        _, *partials = kind(h[at(piece, 0, axis)], h[at(piece, 1, axis)])
        for k, partial in enumerate(partials):
            total = sum(part * y[at(piece, i, axis)] for i, part in enumerate(partial))
            found = found + scatter(total, h.shape, at(piece, k, axis))
    return found


def simpson_x_tangent(t, y, x, dx, axis):
    """The tangent in the points."""
    return np.sum(simpson_widths(y, x, dx, axis) * steps(y.shape, t, dx, axis), axis=axis)


def simpson_x(ct, y, x, dx, axis):
    """The cotangent of the points."""
    if y.shape[axis] < 2:
        return np.zeros_like(x)
    widths = np.expand_dims(ct, axis) * simpson_widths(y, x, dx, axis)
    if np.ndim(x) == 1:
        return undifference(np.sum(np.moveaxis(widths, axis, -1), axis=tuple(range(y.ndim - 1))), 0)
    return unbroadcast(undifference(widths, axis), np.shape(x))


general(
    si.simpson,
    jvps=[
        lambda t, ans, y, x=None, *, dx=1.0, axis=-1: simpson(t, x, dx=dx, axis=axis),
        lambda t, ans, y, x=None, *, dx=1.0, axis=-1: simpson_x_tangent(t, y, x, dx, axis),
    ],
    vjps=[
        lambda ct, ans, y, x=None, *, dx=1.0, axis=-1: simpson_y(ct, y, x, dx, axis),
        lambda ct, ans, y, x=None, *, dx=1.0, axis=-1: simpson_x(ct, y, x, dx, axis),
    ],
)
