"""Stand-ins for SciPy's interpolating classes, where what they are made of is differentiated in.

They are plain Python over the primitives of `piecewise` and `bsplines`, which dualad lifts and transforms as it does a
user's code. A spline that is not differentiated itself stays SciPy's own, whose calls have rules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.interpolate as si

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.scipy.bsplines import differences, doubled, interpolated, is_periodic, spline_values, sums
from dualad.rules.scipy.cubics import akima, hermite, monotone
from dualad.rules.scipy.piecewise import evaluate, falling, integrated
from dualad.rules.scipy.smooth_cubics import cubic
from dualad.rules.scipy.stand_in import StandIn

__dualad_lift__ = True


def derivative_factors(count, highest, nu, ndim):
    """What the first `count` coefficients are multiplied by in the `nu`-th derivative."""
    return np.reshape([falling(highest - j, nu) for j in range(count)], (count,) + (1,) * (ndim - 1))


constant(derivative_factors)


def outwards(found: Any, points: Any, axis: int) -> Any:
    """Values with the axes of the points in front, with these where the axis of the values was."""
    if axis == 0:
        return found
    front = np.ndim(points)
    return np.moveaxis(found, tuple(range(front, front + axis)), tuple(range(axis)))


@dataclass
class Polynomials(StandIn):
    """A polynomial for each interval between breakpoints, in place of `PPoly` and of what is derived from it.

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
    of = "a piecewise polynomial"

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        """The values of the spline, or of its `nu`-th derivative."""
        goes_on = self.extrapolate if extrapolate is None else extrapolate
        return outwards(evaluate(self.c, self.x, x, int(nu), goes_on), x, self.axis)

    def derivative(self, nu: int = 1) -> Polynomials:
        """The `nu`-th derivative, as a spline."""
        k, ndim = np.shape(self.c)[0], np.ndim(self.c)
        if nu < 0 or nu >= k:
            raise Unsupported("derivatives of a spline have a derivative rule from the 0-th to the spline's degree")
        c = self.c[: k - nu] * derivative_factors(k - nu, k - 1, nu, ndim)
        return Polynomials(c, self.x, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> Polynomials:
        """The integral from the first breakpoint on, as a spline; `nu` times."""
        if nu <= 0:
            return self.derivative(-nu)
        if nu > 1:
            return self.antiderivative(nu - 1).antiderivative()
        goes_on = False if self.extrapolate == "periodic" else self.extrapolate
        return Polynomials(integrated(self.c, self.x), self.x, goes_on, self.axis)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """The integral from `a` to `b`."""
        goes_on = self.extrapolate if extrapolate is None else extrapolate
        if goes_on == "periodic":
            raise Unsupported("the integral of a periodic spline has no derivative rule; pass extrapolate=False")
        c = integrated(self.c, self.x)
        return evaluate(c, self.x, b, 0, goes_on) - evaluate(c, self.x, a, 0, goes_on)

    def roots(self, discontinuity: bool = True, extrapolate: Any = None) -> Any:
        """Refused."""
        raise Unsupported("the roots of a spline that a derivative is taken in have no derivative rule")

    def solve(self, y: Any = 0.0, discontinuity: bool = True, extrapolate: Any = None) -> Any:
        """Refused."""
        raise Unsupported("solving for a value of a spline that a derivative is taken in has no derivative rule")


def by_breakpoint(y: Any, axis: int) -> Any:
    """Values as an array, along the first axis."""
    return np.moveaxis(doubled(y), int(axis), 0)


def cubic_spline(x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
    """In place of `CubicSpline`."""
    if extrapolate is None:
        extrapolate = "periodic" if isinstance(bc_type, str) and bc_type == "periodic" else True
    c = cubic(doubled(x), by_breakpoint(y, axis), bc_type)
    return Polynomials(c, np.array(doubled(x)), extrapolate, int(axis) % np.ndim(y))


def hermite_spline(x, y, dydx, axis=0, extrapolate=None):
    """In place of `CubicHermiteSpline`."""
    c = hermite(doubled(x), by_breakpoint(y, axis), by_breakpoint(dydx, axis))
    return Polynomials(c, np.array(doubled(x)), True if extrapolate is None else extrapolate, int(axis) % np.ndim(y))


def monotone_spline(x, y, axis=0, extrapolate=None):
    """In place of `PchipInterpolator`."""
    c = monotone(doubled(x), by_breakpoint(y, axis))
    return Polynomials(c, np.array(doubled(x)), True if extrapolate is None else extrapolate, int(axis) % np.ndim(y))


def monotone_interpolation(xi, yi, x, der=0, axis=0):
    """In place of `pchip_interpolate`."""
    if not isinstance(der, int):
        raise Unsupported("scipy.interpolate.pchip_interpolate of several derivatives has no derivative rule")
    c = monotone(doubled(xi), by_breakpoint(yi, axis))
    return outwards(evaluate(c, doubled(xi), x, int(der), True), x, int(axis) % np.ndim(yi))


def akima_spline(x, y, axis=0, *, method="akima", extrapolate=None):
    """In place of `Akima1DInterpolator`."""
    c = akima(doubled(x), by_breakpoint(y, axis), method)
    return Polynomials(c, np.array(doubled(x)), False if extrapolate is None else extrapolate, int(axis) % np.ndim(y))


def polynomials(c, x, extrapolate=None, axis=0):
    """In place of `PPoly`."""
    c = np.moveaxis(doubled(c), (axis, axis + 1), (0, 1))
    return Polynomials(c, np.array(doubled(x)), True if extrapolate is None else extrapolate, axis)


@dataclass
class Splines(StandIn):
    """A spline by B-splines, in place of `BSpline`.

    Attributes:
        t: the knots.
        c: the coefficients, along the first axis.
        k: the degree.
        extrapolate: whether the first and last polynomials go on outside, or "periodic".
        axis: which axis of the values is interpolated along.
    """

    t: Any
    c: Any
    k: int
    extrapolate: Any = True
    axis: int = 0
    of = "a spline"

    def __call__(self, x: Any, nu: int = 0, extrapolate: Any = None) -> Any:
        """The values of the spline, or of its `nu`-th derivative."""
        goes_on = self.extrapolate if extrapolate is None else extrapolate
        return outwards(spline_values(self.t, self.c, self.k, x, int(nu), goes_on), x, self.axis)

    def derivative(self, nu: int = 1) -> Splines:
        """The `nu`-th derivative, as a spline."""
        if nu < 0 or nu > self.k:
            raise Unsupported("derivatives of a spline have a derivative rule from the 0-th to the spline's degree")
        t, c = self.t, self.c
        for i in range(nu):
            t, c = t[1:-1], differences(t, c, self.k - i)
        return Splines(t, c, self.k - nu, self.extrapolate, self.axis)

    def antiderivative(self, nu: int = 1) -> Splines:
        """The integral from the first knot on, as a spline; `nu` times."""
        if nu <= 0:
            return self.derivative(-nu)
        if nu > 1:
            return self.antiderivative(nu - 1).antiderivative()
        t = np.concatenate([self.t[:1], self.t, self.t[-1:]])
        goes_on = False if self.extrapolate == "periodic" else self.extrapolate
        return Splines(t, sums(self.t, self.c, self.k), self.k + 1, goes_on, self.axis)

    def integrate(self, a: Any, b: Any, extrapolate: Any = None) -> Any:
        """The integral from `a` to `b`."""
        goes_on = self.extrapolate if extrapolate is None else extrapolate
        if goes_on != True:  # noqa: E712 - it may be "periodic"
            raise Unsupported("the integral of a spline has a derivative rule where its last polynomials go on outside")
        whole = self.antiderivative()
        return whole(b) - whole(a)


def validated(x, y, k, t, bc_type):
    """Whatever error SciPy raises."""
    si.make_interp_spline(x, y, k, t, bc_type)


constant(validated)


def interpolating_spline(x, y, k=3, t=None, bc_type=None, axis=0, check_finite=True):
    """In place of `make_interp_spline`."""
    x, y = doubled(x), by_breakpoint(y, axis)
    validated(x, y, k, t, bc_type)
    t, c = interpolated(x, y, int(k), t, bc_type)
    goes_on = "periodic" if is_periodic(bc_type, k) else True
    return Splines(t, c, int(k), goes_on, int(axis) % np.ndim(y))


def b_spline(t, c, k, extrapolate=True, axis=0):
    """In place of `BSpline`."""
    return Splines(np.array(doubled(t)), by_breakpoint(c, axis), int(k), extrapolate, int(axis) % np.ndim(c))


for _made in (si.PPoly.derivative, si.PPoly.antiderivative, si.BSpline.derivative, si.BSpline.antiderivative):
    constant(_made)  # of a spline of SciPy's own, which holds nothing that a derivative is taken in
defined(si.BSpline, b_spline)
defined(si.make_interp_spline, interpolating_spline)
defined(si.PPoly, polynomials)
defined(si.CubicSpline, cubic_spline)
defined(si.CubicHermiteSpline, hermite_spline)
defined(si.PchipInterpolator, monotone_spline)
defined(si.Akima1DInterpolator, akima_spline)
defined(si.pchip_interpolate, monotone_interpolation)
