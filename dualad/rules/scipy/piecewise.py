"""`scipy.interpolate`: piecewise polynomials and the splines that are made as such.

Instead of rules these are stand-ins: Python that computes what SciPy computes and that dualad differentiates, in the
points, the values and the breakpoints. Where a derivative is taken in what a spline is made of, it is a `Polynomials`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.interpolate as si
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import constant, stand_in

__dualad_lift__ = True


def is_other_basis(spline):
    """Whether a spline's coefficients are not those of powers."""
    return isinstance(spline, si.BPoly)


def is_descending(x):
    """Whether breakpoints go down."""
    return bool(x[0] > x[-1])


for _fn in (is_other_basis, is_descending):
    constant(_fn)


def check_basis(spline):
    """Refuse splines whose coefficients are not those of powers, or whose breakpoints go down."""
    if is_other_basis(spline):
        raise Unsupported("scipy.interpolate.BPoly has no derivative rule; PPoly.from_bernstein_basis makes a PPoly of it")
    if is_descending(spline.x):
        raise Unsupported("piecewise polynomials have a derivative rule where their breakpoints ascend")


def wide(x, like):
    """One value per interval, made to multiply arrays of one more axis for each axis of the values."""
    return np.reshape(x, np.shape(x) + (1,) * (np.ndim(like) - 1))


def falling(n, nu):
    """The factor that `nu` derivatives give the n-th power."""
    found = 1.0
    for i in range(nu):
        found = found * (n - i)
    return found


def integrated(c, x):
    """The coefficients of the continuous integral of piecewise polynomials, 0 at the first breakpoint."""
    k = np.shape(c)[0]
    above = c / wide(np.arange(k, 0, -1), c)
    h = wide(np.diff(x), c[0])
    area = np.zeros(np.shape(c)[1:])
    for j in range(k):
        area = (area + above[j]) * h
    before = np.concatenate([np.zeros((1, *np.shape(c)[2:])), np.cumsum(area, axis=0)[:-1]])
    return np.concatenate([above, np.expand_dims(before, 0)])


@dataclass
class Polynomials:
    """A polynomial for each interval between breakpoints, in place of SciPy's `PPoly` and of what is derived from it.

    Attributes:
        c: coefficients, the highest first, by interval: of shape (k, m, ...).
        x: the m + 1 breakpoints.
        extrapolate: whether the first and last polynomials go on outside, or "periodic".
        axis: which axis of the values is interpolated along.
    """

    c: Any
    x: Any
    extrapolate: Any = True
    axis: int = 0

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        """The values of the spline, or of its `nu`-th derivative."""
        check_basis(self)
        if extrapolate is None:
            extrapolate = self.extrapolate
        c, breaks, points = self.c, self.x, np.asarray(x) * 1.0
        start, end = breaks[0], breaks[-1]
        if extrapolate == "periodic":
            points = start + np.remainder(points - start, end - start)
        i = np.clip(np.searchsorted(breaks, points, "right") - 1, 0, np.shape(c)[1] - 1)
        h = np.reshape(points - breaks[i], np.shape(points) + (1,) * (np.ndim(c) - 2))
        k = np.shape(c)[0]
        found = np.zeros(np.shape(points) + np.shape(c)[2:])
        for j in range(k - nu):
            found = found * h + falling(k - 1 - j, nu) * c[j][i]
        if not extrapolate:
            outside = np.logical_or(points < start, points > end)
            found = np.where(np.reshape(outside, np.shape(h)), np.nan, found)
        front = np.ndim(points)
        return np.moveaxis(found, tuple(range(front, front + self.axis)), tuple(range(self.axis)))

    def derivative(self, nu: int = 1) -> Polynomials:
        """The `nu`-th derivative, as a spline."""
        if nu < 0:
            raise Unsupported("a derivative of negative order has no derivative rule; use `antiderivative`")
        c = self.c
        k = np.shape(c)[0]
        if k <= nu:
            return Polynomials(np.zeros((1, *np.shape(c)[1:])), self.x, self.extrapolate, self.axis)
        factors = np.array([falling(k - 1 - j, nu) for j in range(k - nu)])
        return Polynomials(c[: k - nu] * wide(factors, c), self.x, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> Polynomials:
        """The `nu`-th integral from the first breakpoint on, as a spline."""
        if nu < 0:
            raise Unsupported("an integral of negative order has no derivative rule; use `derivative`")
        extrapolate = False if self.extrapolate == "periodic" else self.extrapolate
        c = self.c
        for _ in range(nu):
            c = integrated(c, self.x)
        return Polynomials(c, self.x, extrapolate, self.axis)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """The integral from `a` to `b`."""
        check_basis(self)
        if extrapolate is None:
            extrapolate = self.extrapolate
        if extrapolate == "periodic":
            raise Unsupported("the integral of a periodic spline has no derivative rule; integrate within a period")
        whole = Polynomials(integrated(self.c, self.x), self.x, extrapolate, 0)
        return whole(b) - whole(a)

    def roots(self, discontinuity: bool = True, extrapolate: Any = None) -> Any:
        """Refused."""
        raise Unsupported("the roots of a spline that a derivative is taken in have no derivative rule")

    def solve(self, y: Any = 0.0, discontinuity: bool = True, extrapolate: Any = None) -> Any:
        """Refused."""
        raise Unsupported("solving for a value of a spline that a derivative is taken in has no derivative rule")


# Splines by their slopes at the breakpoints


def made_by_scipy(maker, x, y, axis, *args):
    """What SciPy makes of the same arguments, which it checks; of it only what is no number is read."""
    return maker(x, y, *args, axis=axis) if args else maker(x, y, axis=axis)


def cubic_by_scipy(x, y, axis, bc_type, extrapolate):
    """SciPy's cubic spline, for its checks of the arguments."""
    return si.CubicSpline(x, y, axis, bc_type, extrapolate)


constant(made_by_scipy)
constant(cubic_by_scipy)


def by_slopes(x, y, slopes, extrapolate, axis):
    """The cubic polynomials that have given values and slopes at the breakpoints; `y` by breakpoint."""
    width = wide(np.diff(x), y)
    slope = np.diff(y, axis=0) / width
    excess = (slopes[:-1] + slopes[1:] - 2 * slope) / width
    c = np.stack([excess / width, (slope - slopes[:-1]) / width - excess, slopes[:-1], y[:-1]])
    return Polynomials(c, x, extrapolate, axis)


def ordered(x, y, axis):
    """Breakpoints, values by breakpoint, and the axis counted from the front."""
    x, y = np.asarray(x) * 1.0, np.asarray(y) * 1.0
    axis = axis % np.ndim(y)
    return x, np.moveaxis(y, axis, 0), axis


def end_row(condition, near, next_, slope, slope_next, sign):
    """What a condition at an end says: factors of the slopes at the end and beside it, and the right-hand side."""
    if condition == "not-a-knot":
        both = near + next_
        right = ((near + 2 * both) * next_ * slope + near * near * slope_next) / both
        return next_, both, right
    if condition == "parabola":
        return 1.0, 1.0, 2 * slope
    if condition[0] == 1:
        return 1.0, 0.0, condition[1] + 0.0 * slope
    return 2 * near, near, sign * 0.5 * condition[1] * near * near + 3 * slope * near


def conditions(bc_type, n):
    """The conditions at both ends, for `n` points."""
    both = (bc_type, bc_type) if isinstance(bc_type, str) else (bc_type[0], bc_type[1])
    found = []
    for bc in both:
        if isinstance(bc, str):
            bc = {"clamped": (1, 0.0), "natural": (2, 0.0)}.get(bc, bc)
        found.append(bc)
    if n == 3 and isinstance(found[0], str) and isinstance(found[1], str):
        return ["parabola", "parabola"]
    return found


def cubic_slopes(x, y, bc_type):
    """The slopes of a cubic spline: those for which second derivatives are continuous."""
    n, dx = np.shape(x)[0], np.diff(x)
    width = wide(dx, y)
    slope = np.diff(y, axis=0) / width
    start, end = conditions(bc_type, n)
    if n == 2:
        start = (1, slope[0]) if isinstance(start, str) else start
        end = (1, slope[0]) if isinstance(end, str) else end
    other = 1 if n > 2 else 0
    first, above, top = end_row(start, dx[0], dx[other], slope[0], slope[other], -1)
    last, below, bottom = end_row(end, dx[-1], dx[-1 - other], slope[-1], slope[-1 - other], 1)
    inner = 3 * (width[1:] * slope[:-1] + width[:-1] * slope[1:])
    right = np.concatenate([np.expand_dims(top, 0), inner, np.expand_dims(bottom, 0)])
    band = np.stack(
        [
            np.concatenate([np.stack([0.0, above]), dx[:-1]]),
            np.concatenate([np.stack([first]), 2 * (dx[:-1] + dx[1:]), np.stack([last])]),
            np.concatenate([dx[1:], np.stack([below, 0.0])]),
        ]
    )
    return np.reshape(sl.solve_banded((1, 1), band, np.reshape(right, (n, -1))), np.shape(right))


def periodic_slopes(x, y):
    """The slopes of a periodic cubic spline, by a tridiagonal system with two corners (Sherman and Morrison's)."""
    dx = np.diff(x)
    before, width = np.roll(dx, 1), wide(dx, y)
    slope = np.diff(y, axis=0) / width
    right = 3 * (width * np.roll(slope, 1, axis=0) + np.roll(width, 1, axis=0) * slope)
    n = np.shape(dx)[0]
    flat = np.reshape(right, (n, -1))
    if n == 1:
        found = slope
    elif n == 2:
        found = np.sum(slope / width, axis=0) / np.sum(1 / width, axis=0) + 0 * slope
    else:
        main, top, bottom = 2 * (before + dx), dx[0], before[-1]
        factor = -main[0]
        lifted = np.concatenate([main[:1] - factor, main[1:-1], main[-1:] - top * bottom / factor])
        band = np.stack(
            [
                np.concatenate([np.zeros(1), before[:-1]]),
                lifted,
                np.concatenate([dx[1:], np.zeros(1)]),
            ]
        )
        corner = np.concatenate([np.stack([factor]), np.zeros(n - 2), np.stack([bottom])])
        z = sl.solve_banded((1, 1), band, corner)
        solved = sl.solve_banded((1, 1), band, flat)
        share = (solved[0] + top / factor * solved[-1]) / (1 + z[0] + top / factor * z[-1])
        found = np.reshape(solved - np.expand_dims(z, 1) * share, np.shape(right))
    return np.concatenate([found, found[:1]])


def cubic_spline(x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
    """In place of `CubicSpline`."""
    checked = cubic_by_scipy(x, y, axis, bc_type, extrapolate)
    x, y, axis = ordered(x, y, axis)
    first = bc_type if isinstance(bc_type, str) else bc_type[0]
    periodic = isinstance(first, str) and first == "periodic"
    slopes = periodic_slopes(x, y) if periodic else cubic_slopes(x, y, bc_type)
    return by_slopes(x, y, slopes, checked.extrapolate, axis)


def hermite_spline(x, y, dydx, axis=0, extrapolate=None):
    """In place of `CubicHermiteSpline`."""
    made_by_scipy(si.CubicHermiteSpline, x, y, axis, dydx)
    x, y, axis = ordered(x, y, axis)
    slopes = np.moveaxis(np.asarray(dydx) * 1.0, axis, 0)
    return by_slopes(x, y, slopes, True if extrapolate is None else extrapolate, axis)


def end_slope(near, next_, slope, slope_next):
    """The slope of a monotone spline at an end: of a parabola, limited to keep the shape."""
    d = ((2 * near + next_) * slope - near * slope_next) / (near + next_)
    far = np.logical_and(np.sign(slope) != np.sign(slope_next), np.absolute(d) > 3 * np.absolute(slope))
    return np.where(np.sign(d) != np.sign(slope), 0.0, np.where(far, 3 * slope, d))


def monotone_slopes(x, y):
    """Harmonic means of neighbouring slopes, 0 where these differ in sign (Fritsch and Butland, 1984)."""
    width = wide(np.diff(x), y)
    slope = np.diff(y, axis=0) / width
    if np.shape(y)[0] == 2:
        return np.concatenate([slope, slope])
    left, right = slope[:-1], slope[1:]
    flat = left * right <= 0
    one, two = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
    mean = (one + two) / (one / np.where(flat, 1.0, left) + two / np.where(flat, 1.0, right))
    first = end_slope(width[0], width[1], slope[0], slope[1])
    last = end_slope(width[-1], width[-2], slope[-1], slope[-2])
    return np.concatenate([np.expand_dims(first, 0), np.where(flat, 0.0, mean), np.expand_dims(last, 0)])


def monotone_spline(x, y, axis=0, extrapolate=None):
    """In place of `PchipInterpolator`."""
    made_by_scipy(si.PchipInterpolator, x, y, axis)
    x, y, axis = ordered(x, y, axis)
    return by_slopes(x, y, monotone_slopes(x, y), True if extrapolate is None else extrapolate, axis)


def monotone_interpolation(xi, yi, x, der=0, axis=0):
    """In place of `pchip_interpolate`."""
    if not isinstance(der, int):
        raise Unsupported("scipy.interpolate.pchip_interpolate of several derivatives has no derivative rule")
    spline = monotone_spline(xi, yi, axis)
    return spline(x, der)


def akima_slopes(x, y, method):
    """Means of neighbouring slopes, weighted by how much those on the other side change (Akima, 1970)."""
    slope = np.diff(y, axis=0) / wide(np.diff(x), y)
    if np.shape(y)[0] == 2:
        return np.concatenate([slope, slope])
    first, last = 2 * slope[:1] - slope[1:2], 2 * slope[-1:] - slope[-2:-1]
    m = np.concatenate([2 * first - slope[:1], first, slope, last, 2 * last - slope[-1:]])
    change = np.absolute(np.diff(m, axis=0))
    after, before = change[2:], change[:-2]
    if method == "makima":
        mean = np.absolute(m[1:] + m[:-1]) / 2
        after, before = after + mean[2:], before + mean[:-2]
    total = after + before
    known = total > 1e-9 * np.max(total)
    share = before / np.where(known, total, 1.0)
    return np.where(known, m[1:-2] + share * (m[2:-1] - m[1:-2]), (m[3:] + m[:-3]) / 2)


def akima_spline(x, y, axis=0, *, method="akima", extrapolate=None):
    """In place of `Akima1DInterpolator`."""
    made_by_scipy(si.Akima1DInterpolator, x, y, axis)
    x, y, axis = ordered(x, y, axis)
    return by_slopes(x, y, akima_slopes(x, y, method), False if extrapolate is None else extrapolate, axis)


def polynomials(c, x, extrapolate=None, axis=0):
    """In place of `PPoly`."""
    c = np.asarray(c) * 1.0
    c = np.moveaxis(c, (axis, axis + 1), (0, 1))
    return Polynomials(c, np.asarray(x) * 1.0, True if extrapolate is None else extrapolate, axis)


stand_in(si.PPoly.__call__, Polynomials.__call__)
stand_in(si.PPoly.integrate, Polynomials.integrate)
stand_in(si.PPoly, polynomials)
stand_in(si.CubicSpline, cubic_spline)
stand_in(si.CubicHermiteSpline, hermite_spline)
stand_in(si.PchipInterpolator, monotone_spline)
stand_in(si.Akima1DInterpolator, akima_spline)
stand_in(si.pchip_interpolate, monotone_interpolation)
