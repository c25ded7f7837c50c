"""Piecewise polynomials of `scipy.interpolate`: their values and integrals, as primitives of dualad's own.

Coefficients are of shape (k, m, ...), the highest first, for m intervals between m + 1 ascending breakpoints.
"""

from __future__ import annotations

import numpy as np
import scipy.interpolate as si

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.cumulative import reversed_sum, undifference
from dualad.rules.helpers import require_real
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals


def wide(x, ndim):
    """One value per interval, made to multiply arrays of `ndim` axes."""
    return np.reshape(x, np.shape(x) + (1,) * (ndim - np.ndim(x)))


# Values


def evaluate(c, breaks, points, nu, extrapolate):
    """The `nu`-th derivative at some points: of the shape of the points, then of the values."""
    require_real("a spline", points)
    if breaks[0] > breaks[-1]:
        raise Unsupported("splines are differentiated where their breakpoints ascend")
    return si.PPoly.construct_fast(np.ascontiguousarray(c), breaks, extrapolate)(points, nu)


def located(shape, breaks, points, extrapolate):
    """Interval of each point, distance from its start, whether it has a value, and how many periods it was moved by."""
    start, end = breaks[0], breaks[-1]
    turns = np.floor((points - start) / (end - start)) if extrapolate == "periodic" else np.zeros(np.shape(points))
    points = points - turns * (end - start)
    i = np.clip(np.searchsorted(breaks, points, "right") - 1, 0, shape[1] - 1)
    inside = True if extrapolate else np.logical_and(points >= start, points <= end)
    return i, points - breaks[i], inside, turns


def evaluate_back(ct, shape, breaks, points, nu, extrapolate):
    """The cotangent of the coefficients."""
    i, h, inside, _ = located(shape, breaks, points, extrapolate)
    ct, h = np.where(wide(inside, np.ndim(ct)), ct, 0), wide(h, np.ndim(ct))
    found = []
    for j in range(shape[0]):
        power = shape[0] - 1 - j - nu
        if power < 0:
            found.append(np.zeros(shape[1:], np.result_type(ct)))
        else:
            found.append(scatter(falling(power + nu, nu) * h**power * ct, shape[1:], i))
    return np.stack(found)


def falling(n, nu):
    """The factor that `nu` derivatives give the n-th power."""
    return float(np.prod(np.arange(n - nu + 1, n + 1)))


def over_values(x, points):
    """The sum over the axes of the values."""
    return np.sum(x, axis=tuple(range(np.ndim(points), np.ndim(x))))


values_at = on_duals(evaluate)


def breaks_tangent(t, ans, c, breaks, points, nu, extrapolate):
    """The tangent in the breakpoints: where an interval starts, and how long a period is."""
    i, _, _, turns = located(c.shape, breaks, points, extrapolate)
    moved = -t[i] - turns * (t[-1] - t[0])
    return wide(moved, np.ndim(ans)) * values_at(c, breaks, points, nu + 1, extrapolate)


def breaks_back(ct, c, breaks, points, nu, extrapolate):
    """The transpose of `breaks_tangent`."""
    i, _, inside, turns = located(c.shape, breaks, points, extrapolate)
    g = ct * values_at(c, breaks, points, nu + 1, extrapolate)
    g = over_values(np.where(wide(inside, np.ndim(g)), g, 0), points)
    period = np.reshape(np.sum(turns * g), (1,))
    ends = np.concatenate([period, np.zeros(len(breaks) - 2), -period])
    return ends - scatter(g, (len(breaks),), i)


general(
    evaluate,
    jvps=[
        lambda t, ans, c, breaks, points, nu, extrapolate: values_at(t, breaks, points, nu, extrapolate),
        lambda t, ans, c, breaks, points, nu, extrapolate: breaks_tangent(t, ans, c, breaks, points, nu, extrapolate),
        lambda t, ans, c, breaks, points, nu, extrapolate: (
            wide(t, np.ndim(ans)) * values_at(c, breaks, points, nu + 1, extrapolate)
        ),
    ],
    vjps=[
        lambda ct, ans, c, breaks, points, nu, extrapolate: evaluate_back(ct, c.shape, breaks, points, nu, extrapolate),
        lambda ct, ans, c, breaks, points, nu, extrapolate: breaks_back(ct, c, breaks, points, nu, extrapolate),
        lambda ct, ans, c, breaks, points, nu, extrapolate: over_values(
            ct * values_at(c, breaks, points, nu + 1, extrapolate), points
        ),
    ],
)

# Integrals, from the first breakpoint on


def integrated(c, breaks):
    """The coefficients of the continuous integral."""
    k, h = c.shape[0], wide(np.diff(breaks), c.ndim - 1)
    above = c / wide(np.arange(k, 0, -1), c.ndim)
    return with_constants(above, sum(above[j] * h ** (k - j) for j in range(k)))


def with_constants(above, area):
    """Coefficients and areas of intervals as coefficients, the last of which are the sums of the areas before."""
    before = np.concatenate([np.zeros_like(area[:1]), np.cumsum(area, axis=0)[:-1]])
    return np.concatenate([above, np.expand_dims(before, 0)])


def later(ct):
    """The transpose of the sums of areas."""
    return np.concatenate([reversed_sum(ct[-1], 0)[1:], np.zeros_like(ct[-1, :1])])


def integrated_back(ct, shape, breaks):
    """The cotangent of the coefficients."""
    k, h = shape[0], wide(np.diff(breaks), len(shape) - 1)
    above = ct[:-1] + np.stack([later(ct) * h ** (k - j) for j in range(k)])
    return above / wide(np.arange(k, 0, -1), len(shape))


def at_ends(c, breaks):
    """The values of the polynomials at the ends of their intervals."""
    h = wide(np.diff(breaks), c.ndim - 1)
    return sum(c[j] * h ** (c.shape[0] - 1 - j) for j in range(c.shape[0]))


def over_rest(x):
    """The sum over all axes but the first."""
    return np.sum(x, axis=tuple(range(1, x.ndim)))


integral_of = on_duals(integrated)
general(
    integrated,
    jvps=[
        lambda t, ans, c, breaks: integral_of(t, breaks),
        lambda t, ans, c, breaks: with_constants(np.zeros_like(c), wide(np.diff(t), c.ndim - 1) * at_ends(c, breaks)),
    ],
    vjps=[
        lambda ct, ans, c, breaks: integrated_back(ct, c.shape, breaks),
        lambda ct, ans, c, breaks: undifference(over_rest(later(ct) * at_ends(c, breaks)), 0),
    ],
)
