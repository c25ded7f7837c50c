"""Stand-ins for the interpolators of `scipy.interpolate` between scattered points."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.interpolate as si
from scipy.spatial import Delaunay

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.scipy.bsplines import doubled
from dualad.rules.scipy.interpolators import table
from dualad.rules.scipy.sparse import held
from dualad.rules.scipy.stand_in import StandIn

__dualad_lift__ = True


def coordinates(points, n=None):
    """Points along the first axis, from one array or one for each coordinate; of so many coordinates."""
    if not isinstance(points, tuple):
        points = np.asarray(points)
        return np.reshape(points, (-1, n)) if n is not None and np.ndim(points) == 1 else points
    return np.stack(np.broadcast_arrays(*[np.asarray(p) for p in points]), axis=-1)


# Between corners of triangles and simplices


def triangulated(points):
    """The simplices between points, of which they hold a copy: their own cotangents are those of no constant."""
    return Delaunay(np.array(points))


def corners(triangles, xi):
    """The corners of the simplex that each point is in, and which points are in none."""
    found = triangles.find_simplex(xi)
    return triangles.simplices[found], found < 0


constant(triangulated)
constant(corners)


@dataclass
class Simplices(StandIn):
    """Values at the corners of simplices, in place of `LinearNDInterpolator`.

    Attributes:
        points: the corners.
        values: the values there, along the first axis.
        triangles: the simplices.
        fill: what values are outside.
    """

    points: Any
    values: Any
    triangles: Any
    fill: Any
    of = "an interpolator"

    def __call__(self, *args: Any) -> Any:
        """The values at points."""
        n = np.shape(self.points)[1]
        xi = coordinates(args[0] if len(args) == 1 else args, n)
        shape = np.shape(xi)[:-1]
        xi = np.reshape(xi, (-1, n))
        where, outside = corners(self.triangles, xi)
        ends = self.points[where]
        sides = np.swapaxes(ends[:, :-1] - ends[:, -1:], -1, -2)
        shares = np.linalg.solve(sides, np.expand_dims(xi - ends[:, -1], -1))[..., 0]
        shares = np.concatenate([shares, 1 - np.sum(shares, axis=-1, keepdims=True)], axis=-1)
        found = np.einsum("mi,mi...->m...", shares, self.values[where])
        found = np.where(np.reshape(outside, np.shape(outside) + (1,) * (np.ndim(found) - 1)), self.fill, found)
        return np.reshape(found, shape + np.shape(self.values)[1:])


def linear_between(points, values, fill_value=np.nan, rescale=False):
    """In place of `LinearNDInterpolator`."""
    if rescale:
        raise Unsupported("scipy.interpolate.LinearNDInterpolator has a derivative rule without `rescale`")
    if isinstance(points, Delaunay):
        return Simplices(points.points, doubled(values), held(points), fill_value)
    points = doubled(coordinates(points))
    return Simplices(points, doubled(values), triangulated(points), fill_value)


def nearest(points, xi, rescale, tree_options):
    """Which point is nearest to each."""
    known = si.NearestNDInterpolator(points, np.arange(np.shape(points)[0]), rescale, tree_options)
    return known(np.reshape(xi, (-1, np.shape(xi)[-1]))).astype(int).reshape(np.shape(xi)[:-1])


constant(nearest)


@dataclass
class Nearest(StandIn):
    """Values of the nearest points, in place of `NearestNDInterpolator`."""

    points: Any
    values: Any
    rescale: Any
    tree_options: Any
    of = "an interpolator"

    def __call__(self, *args: Any) -> Any:
        """The values at points."""
        xi = coordinates(args[0] if len(args) == 1 else args, np.shape(self.points)[1])
        return self.values[nearest(self.points, xi, self.rescale, self.tree_options)]


def nearest_between(x, y, rescale=False, tree_options=None):
    """In place of `NearestNDInterpolator`."""
    return Nearest(coordinates(x), np.asarray(y), rescale, tree_options)


def griddata(points, values, xi, method="linear", fill_value=np.nan, rescale=False):
    """In place of `griddata`."""
    points, values = coordinates(points), np.asarray(values)
    if np.ndim(points) == 1 or np.shape(points)[-1] == 1:
        xi = xi[0] if isinstance(xi, tuple) else xi
        fill = "extrapolate" if method == "nearest" else fill_value
        return table(np.ravel(points), values, method, 0, True, False, fill)(xi)
    if method == "nearest":
        return nearest_between(points, values, rescale)(xi)
    if method == "linear":
        return linear_between(points, values, fill_value, rescale)(xi)
    raise Unsupported("scipy.interpolate.griddata has a derivative rule for the methods 'linear' and 'nearest'")


# By radial functions

KERNELS: dict[str, Any] = {  # of the distance and its square
    "linear": (0, lambda r, s: -r),
    "thin_plate_spline": (1, lambda r, s: s * np.log(np.where(s > 0, s, 1)) / 2),
    "cubic": (1, lambda r, s: r * s),
    "quintic": (2, lambda r, s: -r * s * s),
    "multiquadric": (0, lambda r, s: -np.sqrt(s + 1)),
    "inverse_multiquadric": (0, lambda r, s: 1 / np.sqrt(s + 1)),
    "inverse_quadratic": (0, lambda r, s: 1 / (s + 1)),
    "gaussian": (0, lambda r, s: np.exp(-s)),
}
"""The degree of the polynomial that goes with each kernel, and the kernel."""


def kernel_matrix(x, y, name, epsilon):
    """The kernel between points."""
    away = epsilon * (np.expand_dims(x, 1) - y)
    square = np.sum(away * away, axis=-1)
    distance = np.where(square > 0, np.sqrt(np.where(square > 0, square, 1)), 0)
    return KERNELS[name][1](distance, square)


def exponents(ndim, degree):
    """Those of the monomials up to a degree."""
    found = [p for p in itertools.product(range(degree + 1), repeat=ndim) if sum(p) <= degree]
    return np.reshape(np.array(found, int), (-1, ndim))


def frame(y):
    """The middle and half the width of all points: any others give the same polynomials."""
    low, high = np.min(y, axis=0), np.max(y, axis=0)
    return (low + high) / 2, np.where(high > low, (high - low) / 2, 1.0)


def checked(y, d, smoothing, kernel, epsilon, degree):
    """Whatever error SciPy raises."""
    si.RBFInterpolator(y, d, None, smoothing, kernel, epsilon, degree)


for _constant in (exponents, frame, checked):
    constant(_constant)


@dataclass
class Radial(StandIn):
    """A sum of radial functions and a polynomial, in place of `RBFInterpolator`.

    Attributes:
        y: the centres.
        c: the coefficients of the functions around them, and of the monomials.
        kernel: its name.
        epsilon: what distances are multiplied with.
        powers: the exponents of the monomials.
        frame: where and how wide the centres are.
        shape: that of a value.
    """

    y: Any
    c: Any
    kernel: str
    epsilon: Any
    powers: Any
    frame: Any
    shape: Any
    of = "an interpolator"

    def __call__(self, x: Any) -> Any:
        """The values at points."""
        x = doubled(x)
        found = np.matmul(kernel_matrix(x, self.y, self.kernel, self.epsilon), self.c[: np.shape(self.y)[0]])
        found = found + np.matmul(monomials(x, self.powers, self.frame), self.c[np.shape(self.y)[0] :])
        return np.reshape(found, np.shape(x)[:1] + self.shape)


def monomials(x, powers, frame):
    """The monomials at points."""
    return np.prod(np.expand_dims((x - frame[0]) / frame[1], 1) ** powers, axis=-1)


def radial(y, d, neighbors=None, smoothing=0.0, kernel="thin_plate_spline", epsilon=None, degree=None):
    """In place of `RBFInterpolator`."""
    if neighbors is not None:
        raise Unsupported("scipy.interpolate.RBFInterpolator has a derivative rule without `neighbors`")
    checked(y, d, smoothing, kernel, epsilon, degree)
    y, d, kernel = doubled(y), doubled(d), kernel.lower()
    powers = exponents(np.shape(y)[1], KERNELS[kernel][0] if degree is None else degree)
    return fitted(y, d, smoothing, kernel, 1.0 if epsilon is None else epsilon, powers)


def fitted(y, d, smoothing, kernel, epsilon, powers):
    """The sum that goes through values, or near them where they are smoothed."""
    n, m, middle = np.shape(y)[0], np.shape(powers)[0], frame(y)
    known = kernel_matrix(y, y, kernel, epsilon) + np.eye(n) * smoothing
    beside = monomials(y, powers, middle)
    known = np.concatenate([known, beside], axis=1)
    below = np.concatenate([np.transpose(beside), np.zeros((m, m))], axis=1)
    wanted = np.reshape(d, (n, -1))
    wanted = np.concatenate([wanted, np.zeros((m, np.shape(wanted)[1]))])
    c = np.linalg.solve(np.concatenate([known, below]), wanted)
    return Radial(y, c, kernel, epsilon, powers, middle, np.shape(d)[1:])


def given(made):
    """The values that a sum of SciPy's own goes through."""
    return made.d.view(made.d_dtype).reshape((-1, *made.d_shape))


constant(given)


def radial_called(self, x):
    """In place of a call of one of SciPy's own."""
    if self.neighbors is not None:
        raise Unsupported("scipy.interpolate.RBFInterpolator has a derivative rule without `neighbors`")
    return fitted(self.y, given(self), self.smoothing, self.kernel, self.epsilon, self.powers)(x)


for _fn, _definition in (
    (si.LinearNDInterpolator, linear_between),
    (si.NearestNDInterpolator, nearest_between), (si.griddata, griddata),
    (si.RBFInterpolator, radial), (si.RBFInterpolator.__call__, radial_called),
):  # fmt: skip
    defined(_fn, _definition)
