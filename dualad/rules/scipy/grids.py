"""`scipy.interpolate`: interpolation on regular grids and in tables, in the values and the points.

A grid of SciPy's own has a rule for its call. Points are an array whose last axis is that of coordinates, or a tuple of
the coordinates.
"""

from __future__ import annotations

import itertools

import numpy as np
import scipy.interpolate as si

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import require_real
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.piecewise import over_values, wide

SMOOTH = ("slinear", "cubic", "quintic")


def stacked(xi):
    """Points as one array."""
    if not isinstance(xi, tuple):
        return xi
    shape = np.broadcast_shapes(*(np.shape(x) for x in xi))
    return np.stack([np.broadcast_to(x, shape) for x in xi], -1)


def moved_points(t, xi):
    """The tangent of the points as one array; coordinates that stand still have 0.0."""
    if not isinstance(xi, tuple):
        return t
    return stacked(tuple(part + np.zeros(np.shape(x)) for part, x in zip(t, xi, strict=True)))


def unstacked(g, xi):
    """The cotangent of points, as they were given."""
    if not isinstance(xi, tuple):
        return g
    found = []
    for d, x in enumerate(xi):
        part, extra = g[..., d], np.ndim(g) - 1 - np.ndim(x)
        axes = tuple(i for i in range(part.ndim) if i < extra or np.shape(x)[i - extra] != part.shape[i])
        found.append(np.reshape(np.sum(part, axis=axes), np.shape(x)))
    return found


# Linear interpolation, which goes on outside in straight lines


def linear_grid(values, grid, xi):
    """The values at points, of which there may be one; SciPy would make it an array of one point."""
    found = si.RegularGridInterpolator(grid, values, bounds_error=False, fill_value=None)(xi)
    return found[0] if np.ndim(xi) == 1 else found


def cells(grid, xi):
    """For each axis: the index of each point's cell, where it is there from 0 to 1, and the cell's width."""
    for d, p in enumerate(grid):
        p = np.asarray(p)
        if p[0] > p[-1]:
            raise Unsupported("grids are differentiated in where their points ascend")
        x = xi[..., d]
        i = np.clip(np.searchsorted(p, x, "right") - 1, 0, len(p) - 2)
        width = p[i + 1] - p[i]
        yield i, (x - p[i]) / width, width


def corners(grid, xi, along=None):
    """For each corner of the cells its key and its weight, or the partial of this along an axis."""
    found = list(cells(grid, xi))
    for corner in itertools.product((0, 1), repeat=len(found)):
        weight = 1.0
        for d, (bit, (_, part, width)) in enumerate(zip(corner, found, strict=True)):
            if d == along:
                weight = weight * (2 * bit - 1) / width
            else:
                weight = weight * (part if bit else 1 - part)
        yield tuple(i + bit for bit, (i, _, _) in zip(corner, found, strict=True)), weight


def slopes(values, grid, xi, along):
    """The partials of the values at points in one coordinate."""
    ndim = xi.ndim - 1 + np.ndim(values) - len(grid)
    return sum(wide(weight, ndim) * values[key] for key, weight in corners(grid, xi, along))


def linear_values_back(ct, shape, grid, xi):
    """The cotangent of the values."""
    return sum(scatter(wide(weight, np.ndim(ct)) * ct, shape, key) for key, weight in corners(grid, xi))


def in_points(t, ndim, partial, count):
    """The tangent in the points, by the partials in each coordinate."""
    return sum(wide(t[..., d], ndim) * partial(d) for d in range(count))


def in_points_back(ct, xi, partial):
    """The cotangent of the points."""
    return np.stack([over_values(ct * partial(d), xi[..., 0]) for d in range(xi.shape[-1])], -1)


linear_at = on_duals(linear_grid)
general(
    linear_grid,
    jvps=[
        lambda t, ans, values, grid, xi: linear_at(t, grid, xi),
        None,
        lambda t, ans, values, grid, xi: in_points(t, np.ndim(ans), lambda d: slopes(values, grid, xi, d), len(grid)),
    ],
    vjps=[
        lambda ct, ans, values, grid, xi: linear_values_back(ct, np.shape(values), grid, xi),
        None,
        lambda ct, ans, values, grid, xi: in_points_back(ct, xi, lambda d: slopes(values, grid, xi, d)),
    ],
)

# Grids of SciPy's own


def known_partial(grid, xi, method, nu, d):
    """The partials of a grid of SciPy's in one coordinate."""
    require_real("interpolation on a grid", xi)
    method = grid.method if method is None else method
    if method == "nearest":
        return 0.0
    if method == "linear":
        found = slopes(grid.values, grid.grid, xi, d)
    elif method in SMOOTH:
        orders = (0,) * len(grid.grid) if nu is None else nu
        found = called(grid, xi, method, nu=tuple(n + int(i == d) for i, n in enumerate(orders)))
    else:
        raise Unsupported(f"scipy.interpolate.RegularGridInterpolator by the method {method!r} has no derivative rule")
    if grid.bounds_error or grid.fill_value is None:
        return found
    inside = [np.logical_and(p[0] <= xi[..., i], xi[..., i] <= p[-1]) for i, p in enumerate(grid.grid)]
    return np.where(wide(np.all(np.stack(inside), axis=0), np.ndim(found)), found, 0)


def grid_tangent(t, ans, self, xi, method, nu):
    """The tangent of a grid's call."""
    points = stacked(xi)
    partial = lambda d: known_partial(self, points, method, nu, d)
    return in_points(moved_points(t, xi), np.ndim(ans), partial, len(self.grid))


def grid_back(ct, self, xi, method, nu):
    """The transpose of `grid_tangent`."""
    points = stacked(xi)
    return unstacked(in_points_back(ct, points, lambda d: known_partial(self, points, method, nu, d)), xi)


called = on_duals(si.RegularGridInterpolator.__call__)
general(
    si.RegularGridInterpolator.__call__,
    jvps=[None, lambda t, ans, self, xi, method=None, *, nu=None: grid_tangent(t, ans, self, xi, method, nu)],
    vjps=[None, lambda ct, ans, self, xi, method=None, *, nu=None: grid_back(ct, self, xi, method, nu)],
    sequences=(1,),
)
