"""Stand-ins for the older interpolators of `scipy.interpolate`: all are the splines of `splines` by other names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.interpolate as si

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.scipy.bsplines import doubled, fitted, interpolated, spline_values
from dualad.rules.scipy.sparse import held
from dualad.rules.scipy.splines import Splines, by_breakpoint, outwards
from dualad.rules.scipy.stand_in import StandIn

__dualad_lift__ = True

# Tables: `interp1d`

DEGREES = {"slinear": 1, "linear": 1, "quadratic": 2, "cubic": 3}
STEPS = ("nearest", "nearest-up", "previous", "next", "zero")


def step(x, q, kind):
    """Which value each point takes."""
    if kind in ("previous", "zero"):
        return np.clip(np.searchsorted(x, q, side="right") - 1, 0, np.size(x) - 1)
    if kind == "next":
        return np.clip(np.searchsorted(x, q, side="left"), 0, np.size(x) - 1)
    return np.searchsorted((x[1:] + x[:-1]) / 2, q, side="left" if kind == "nearest" else "right")


def check_inside(x, q, outside):
    """Which points lie outside; raises where this is an error."""
    beyond = (q < x[0]) | (q > x[-1])
    if outside == "error" and np.any(beyond):
        raise ValueError("a point is outside the interpolation range")
    return beyond


constant(step)
constant(check_inside)


@dataclass
class Table(StandIn):
    """Values between breakpoints, in place of `interp1d`.

    Attributes:
        x: the breakpoints, which ascend.
        spline: the spline through the values, or None where each point takes a value as it is.
        y: the values, along the first axis.
        kind: which value that is, a name of `STEPS`.
        fill: what values are below and above.
        outside: "error", "fill" or "extrapolate".
        axis: which axis of the values is interpolated along.
    """

    x: Any
    spline: Any
    y: Any
    kind: Any
    fill: Any
    outside: str
    axis: int
    of = "an interpolator"

    def __call__(self, x: Any) -> Any:
        """The values at points."""
        x = np.asarray(x)
        beyond = check_inside(self.x, x, self.outside)
        found = self.y[step(self.x, x, self.kind)] if self.spline is None else self.spline(x)
        if self.outside == "fill":
            trailing = (1,) * (np.ndim(found) - np.ndim(x))
            low, outer = np.reshape(x < self.x[0], np.shape(x) + trailing), np.reshape(beyond, np.shape(x) + trailing)
            found = np.where(low, self.fill[0], np.where(outer, self.fill[1], found))
        return outwards(found, x, self.axis)


def table(x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=np.nan, assume_sorted=False):
    """In place of `interp1d`."""
    axis = int(axis) % np.ndim(y)
    x, y = np.asarray(x), np.moveaxis(np.asarray(y), axis, 0)
    if y.dtype.kind in "biu" or kind == "zero":  # which SciPy does by a spline
        y = doubled(y)
    if not assume_sorted:
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    spline = None
    if isinstance(kind, int) or kind in DEGREES:
        degree = held(kind if isinstance(kind, int) else DEGREES[kind])
        same = kind == "linear"  # whose values have the dtype of what they are made of
        t, c = interpolated(x if same else doubled(x), y if same else doubled(y), degree, None, None)
        spline = Splines(t, c, degree)
    fill, outside = fill_value, "fill" if bounds_error is False else "error"
    if isinstance(fill, str):
        fill, outside = np.nan, "extrapolate"
        if kind in ("previous", "next"):  # which have no value to take beyond one end
            fill, outside = ((np.nan, y[-1]) if kind == "previous" else (y[0], np.nan)), "fill"
    return Table(x, spline, y, kind, fill if isinstance(fill, tuple) else (fill, fill), outside, axis)


def kind_of(made):
    """The kind of a table, the degree of a spline (a property of it in some versions of SciPy)."""
    return made._spline.k if made._kind == "spline" else made._kind


def degree_of(spline):
    """The degree of a spline of SciPy's."""
    return spline.k


constant(kind_of)
constant(degree_of)


def table_called(self, x):
    """In place of a call of a table of SciPy's own."""
    if not isinstance(self, si.interp1d):
        raise Unsupported(f"calls of a {type(self).__name__} have no derivative rule where it is not made inside")
    made = table(self.x, self.y, kind_of(self), self.axis, True, self.bounds_error, self._fill_value_orig, True)
    return made(x)


defined(si.interp1d.__call__, table_called)
defined(si.interp1d, table)

# FITPACK's names


def check_plain(w, s, name):
    """Refuse smoothing, whose knots FITPACK chooses."""
    if s if w is None else s != 0:
        raise Unsupported(f"scipy.interpolate.{name} has a derivative rule where it interpolates, s=0")


def splrep(x, y, w=None, xb=None, xe=None, k=3, task=0, s=None, t=None):
    """In place of `splrep`: knots, coefficients and the degree."""
    check_plain(w, s, "splrep")
    if xb is not None or xe is not None or task != 0 or t is not None:
        raise Unsupported("scipy.interpolate.splrep has a derivative rule without xb, xe, task and t")
    knots, c = interpolated(doubled(x), doubled(y), k, None, None)
    return knots, np.concatenate([c, np.zeros(k + 1)]), k


def splev(x, tck, der=0, ext=0):
    """In place of `splev`."""
    if ext not in (0, 1):
        raise Unsupported("scipy.interpolate.splev has a derivative rule for ext=0 and ext=1")
    t, c, k = (tck.t, tck.c, degree_of(tck)) if hasattr(tck, "t") else tck
    if ext == 0:
        return spline_values(t, c, k, x, der, True)
    found = spline_values(t, c, k, x, der, False)
    return np.where(np.isnan(found), 0.0, found)


def splint(a, b, tck, full_output=0):
    """In place of `splint`: the spline is 0 outside."""
    t, c, k = (tck.t, tck.c, degree_of(tck)) if hasattr(tck, "t") else tck
    low, high = t[k], t[np.size(t) - k - 1]
    whole = Splines(t, c, k).antiderivative()
    return whole(np.clip(b, low, high)) - whole(np.clip(a, low, high))


def interpolating(x, y, w=None, bbox=(None, None), k=3, ext=0, check_finite=False):
    """In place of `InterpolatedUnivariateSpline`."""
    if bbox[0] is not None or bbox[1] is not None or ext != 0:
        raise Unsupported("scipy.interpolate.InterpolatedUnivariateSpline has a derivative rule without bbox and ext")
    t, c = interpolated(doubled(x), doubled(y), k, None, None)
    return Splines(t, c, k)


def univariate(x, y, w=None, bbox=(None, None), k=3, s=None, ext=0, check_finite=False):
    """In place of `UnivariateSpline` where it interpolates."""
    if s is None or s != 0:
        raise Unsupported("scipy.interpolate.UnivariateSpline has a derivative rule where it interpolates, s=0")
    return interpolating(x, y, w, bbox, k, ext, check_finite)


def least_squares(x, y, t, k=3, w=None, axis=0, check_finite=True, *, method="qr"):
    """In place of `make_lsq_spline`."""
    t = doubled(t)
    c = fitted(doubled(x), by_breakpoint(y, axis), t, k, w)
    return Splines(t, c, k, True, int(axis) % np.ndim(y))


for _fn, _definition in (
    (si.splrep, splrep), (si.splev, splev), (si.splint, splint), (si.InterpolatedUnivariateSpline, interpolating),
    (si.UnivariateSpline, univariate), (si.make_lsq_spline, least_squares),
):  # fmt: skip
    defined(_fn, _definition)

# Surfaces: a spline along one axis of splines along the other


@dataclass
class Surface(StandIn):
    """A spline of two variables, in place of `RectBivariateSpline`.

    Attributes:
        tx: the knots along the first axis.
        ty: the knots along the second one.
        c: the coefficients.
        kx: the degree along the first axis.
        ky: the degree along the second one.
    """

    tx: Any
    ty: Any
    c: Any
    kx: int
    ky: int
    of = "a spline of two variables"

    def __call__(self, x: Any, y: Any, dx: int = 0, dy: int = 0, grid: bool = True) -> Any:
        """The values on the grid of some x and y, or at points."""
        x, y = np.atleast_1d(self.inside(self.tx, self.kx, x)), np.atleast_1d(self.inside(self.ty, self.ky, y))
        if not grid:
            x, y = np.broadcast_arrays(x, y)
        along = spline_values(self.tx, self.c, self.kx, np.ravel(x), dx, True)
        if grid:
            return np.transpose(spline_values(self.ty, np.transpose(along), self.ky, y, dy, True))
        each = [spline_values(self.ty, row, self.ky, v, dy, True) for row, v in zip(along, np.ravel(y), strict=True)]
        return np.reshape(np.stack(each), np.shape(x))

    def ev(self, xi: Any, yi: Any, dx: int = 0, dy: int = 0) -> Any:
        """The values at points."""
        shape = np.broadcast_shapes(np.shape(xi), np.shape(yi))
        return np.reshape(self(xi, yi, dx, dy, False), shape)

    def inside(self, t: Any, k: int, x: Any) -> Any:
        """Points, those beyond the ends moved there, as FITPACK does."""
        return np.clip(x, t[k], t[np.size(t) - k - 1])


def surface(x, y, z, bbox=(None, None, None, None), kx=3, ky=3, s=0, maxit=20):
    """In place of `RectBivariateSpline` where it interpolates."""
    if any([b is not None for b in bbox]) or s != 0:
        raise Unsupported("scipy.interpolate.RectBivariateSpline has a derivative rule where it interpolates, s=0")
    tx, c = interpolated(doubled(x), doubled(z), kx, None, None)
    ty, c = interpolated(doubled(y), np.transpose(c), ky, None, None)
    return Surface(tx, ty, np.transpose(c), kx, ky)


defined(si.RectBivariateSpline, surface)

# Polynomials through points, by Newton's divided differences


@dataclass
class Polynomial(StandIn):
    """The polynomial through points, in place of `BarycentricInterpolator` and `KroghInterpolator`.

    Attributes:
        x: the points.
        c: the divided differences of the values.
        axis: which axis of the values is interpolated along.
    """

    x: Any
    c: Any
    axis: int
    of = "an interpolating polynomial"

    def __call__(self, x: Any) -> Any:
        """The values at points."""
        x = doubled(x)
        wide = np.reshape(x, np.shape(x) + (1,) * (np.ndim(self.c[0])))
        total = self.c[-1] + 0.0 * wide
        for i in range(len(self.c) - 2, -1, -1):
            total = self.c[i] + (wide - self.x[i]) * total
        return outwards(total, x, self.axis)


def polynomial(xi, yi, axis=0):
    """In place of `KroghInterpolator` and `BarycentricInterpolator`."""
    x, rest = doubled(xi), by_breakpoint(yi, axis)
    check_apart(x)
    c = []
    for i in range(np.size(x)):
        c.append(rest[0])
        gaps = x[i + 1 :] - x[: np.size(x) - i - 1]
        rest = (rest[1:] - rest[:-1]) / np.reshape(gaps, np.shape(gaps) + (1,) * (np.ndim(rest) - 1))
    return Polynomial(x, c, int(axis) % np.ndim(yi))


def check_apart(x):
    """Refuse points that are given twice, by which derivatives are given."""
    if np.size(np.unique(x)) < np.size(x):
        raise Unsupported("a polynomial through points has a derivative rule where no two points are the same")


constant(check_apart)


def polynomial_values(xi, yi, x, der=0, axis=0):
    """In place of `barycentric_interpolate` and `krogh_interpolate`."""
    if der != 0:
        raise Unsupported("derivatives of a polynomial through points have no derivative rule; use np.polyfit")
    return polynomial(xi, yi, axis)(x)


def barycentric(xi, yi=None, axis=0):
    """In place of `BarycentricInterpolator`."""
    return polynomial(xi, yi, axis)


def barycentric_values(xi, yi, x, axis=0, *, der=0):
    """In place of `barycentric_interpolate`."""
    return polynomial_values(xi, yi, x, der, axis)


defined(si.KroghInterpolator, polynomial)
defined(si.BarycentricInterpolator, barycentric)
defined(si.krogh_interpolate, polynomial_values)
defined(si.barycentric_interpolate, barycentric_values)
