"""Interpolation on regular grids whose values, or whose points, a derivative is taken in: linear, and by splines.

A spline on a grid is linear in the values: each counts for the product, over the axes, of the splines through 1 at its
place and 0 at others. (SciPy solves for all coefficients at once, by iterations that leave about six digits.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.interpolate as si

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.helpers import require_real
from dualad.rules.scipy.bsplines import doubled, interpolated, spline_values
from dualad.rules.scipy.grids import linear_grid
from dualad.rules.scipy.stand_in import StandIn

__dualad_lift__ = True

DEGREES = {"slinear": 1, "cubic": 3, "quintic": 5}


@dataclass
class Grid(StandIn):
    """Linear interpolation on a regular grid, in place of `RegularGridInterpolator`.

    Attributes:
        values: on the grid.
        grid: the points along each axis.
        outside: what values are outside: "error", None (lines go on) or a number.
    """

    values: Any
    grid: Any
    outside: Any
    of = "an interpolator"

    def __call__(self, xi: Any, method: Any = None) -> Any:
        """The values at points."""
        if method is not None and method != "linear":
            raise Unsupported("a grid whose values a derivative is taken in is interpolated linearly only")
        points = as_points(xi, len(self.grid))
        beyond = is_beyond(points, self.grid, self.outside)
        places = np.stack([place_along(points[..., d], g) for d, g in enumerate(self.grid)], -1)
        found = linear_grid(self.values, unit_grid(self.grid), places)
        return filled(found, beyond, self.outside)


@dataclass
class SplineGrid(StandIn):
    """Interpolation by splines on a regular grid, in place of `RegularGridInterpolator`.

    Attributes:
        values: on the grid.
        grid: the points along each axis.
        method: the name of the degree.
        outside: as of `Grid`.
    """

    values: Any
    grid: Any
    method: str
    outside: Any
    of = "an interpolator"

    def __call__(self, xi: Any, method: Any = None, *, nu: Any = None) -> Any:
        """The values at points, or derivatives in the coordinates."""
        if method is not None and method != self.method:
            raise Unsupported("a grid whose values a derivative is taken in is interpolated by its own method alone")
        points = as_points(xi, len(self.grid))
        beyond, shape = is_beyond(points, self.grid, self.outside), np.shape(points)[:-1]
        points = np.reshape(points, (-1, len(self.grid)))
        found = self.values
        for d, x in enumerate(self.grid):
            shares = cardinal(doubled(x), DEGREES[self.method], points[:, d], 0 if nu is None else nu[d])
            found = np.einsum("mi,mi...->m...", shares, found) if d else np.tensordot(shares, found, 1)
        return filled(np.reshape(found, shape + np.shape(found)[1:]), beyond, self.outside)


def cardinal(x, k, points, nu):
    """At points, the splines through 1 at one of the places `x` and 0 at the others: what each value counts for."""
    t, c = interpolated(x, np.eye(np.size(x)), k, None, None)
    return spline_values(t, c, k, points, nu, True)


def filled(found, beyond, outside):
    """Values, and beyond the grid what is said to be there."""
    if outside is None or isinstance(outside, str):
        return found
    return np.where(np.reshape(beyond, np.shape(beyond) + (1,) * (np.ndim(found) - np.ndim(beyond))), outside, found)


def place_along(x, g):
    """Where points are along an axis, counted in grid points; beyond the ends in the first or last interval's steps."""
    i = np.clip(np.searchsorted(g, x, side="right") - 1, 0, np.size(g) - 2)
    return i + (x - g[i]) / (g[i + 1] - g[i])


def unit_grid(grid):
    """The grid of whole numbers."""
    return tuple(np.arange(float(np.size(g))) for g in grid)


constant(unit_grid)


def as_points(xi, ndim):
    """Points along the last axis, as SciPy takes them."""
    require_real("interpolation on a grid", *(xi if isinstance(xi, tuple) else (xi,)))
    if isinstance(xi, tuple) and len(xi) > 1:
        return together(xi)
    points = np.asarray(xi[0] if isinstance(xi, tuple) else xi)
    return np.reshape(points, (-1, ndim)) if np.ndim(points) == 1 else points


def together(xi):
    """Coordinates as one array of points."""
    zeros = zeros_together(xi)
    return np.stack([x + zeros for x in xi], -1)


def zeros_together(xi):
    """Zeros of the shape that coordinates have together."""
    return np.zeros(np.broadcast_shapes(*[np.shape(x) for x in xi]))


constant(zeros_together)


def is_beyond(points, grid, outside):
    """Which points are outside; raises where this is an error."""
    found = np.any([(points[..., d] < p[0]) | (points[..., d] > p[-1]) for d, p in enumerate(grid)], axis=0)
    if isinstance(outside, str) and np.any(found):
        raise ValueError("One of the requested xi is out of bounds")
    return found


def check_grid(points, values, method, bounds_error, fill_value):
    """Whatever error SciPy raises; descending grids are refused."""
    si.RegularGridInterpolator(points, values, method, bounds_error, fill_value)
    if any(p[0] > p[-1] for p in points):
        raise Unsupported("grids are differentiated in where their points ascend")


constant(is_beyond)
constant(check_grid)


def regular_grid(
    points, values, method="linear", bounds_error=True, fill_value=np.nan, *, solver=None, solver_args=None
):
    """In place of `RegularGridInterpolator`; what solves for the coefficients of splines does not matter here."""
    if method != "linear" and method not in DEGREES:
        raise Unsupported(
            f"a RegularGridInterpolator whose values a derivative is taken in has no derivative rule for {method!r}, "
            "whose slopes or nearest values are chosen by the values or points; use 'linear', 'cubic' or 'quintic'"
        )
    check_grid(points, values, method, bounds_error, fill_value)
    points, outside = tuple(np.asarray(p) for p in points), "error" if bounds_error else fill_value
    if method == "linear":
        return Grid(np.array(values), points, outside)
    return SplineGrid(doubled(values), points, method, outside)


def on_surface(points, values, xi, bounds_error, fill_value):
    """`interpn` by FITPACK's surface."""
    if fill_value is None:
        raise ValueError("The method splinef2d does not support extrapolation.")
    points, found = tuple(np.asarray(p) for p in points), as_points(xi, 2)
    outside = "error" if bounds_error else fill_value
    beyond = is_beyond(found, points, outside)
    return filled(si.RectBivariateSpline(*points, values).ev(found[..., 0], found[..., 1]), beyond, outside)


def interpolated_on_grid(points, values, xi, method="linear", bounds_error=True, fill_value=np.nan):
    """In place of `interpn`."""
    if method == "splinef2d":
        return on_surface(points, values, xi, bounds_error, fill_value)
    return si.RegularGridInterpolator(points, values, method, bounds_error, fill_value)(xi)


defined(si.interpn, interpolated_on_grid)
defined(si.RegularGridInterpolator, regular_grid)
