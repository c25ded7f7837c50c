"""`scipy.ndimage`: images between their grid points, by B-splines of order 0 to 3.

An image becomes coefficients (`spline_filter`), and a value is the sum of the coefficients around it, weighted by the
B-spline at their distances. Beyond the edges coefficients repeat as the mode says.
"""

from __future__ import annotations

import itertools

import numpy as np
import scipy.ndimage as nd

from dualad.errors import Unsupported
from dualad.registry import general, linear
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.smoothing import is_rounded

FILTER_MODES = {"constant": "mirror", "mirror": "mirror", "reflect": "reflect", "grid-mirror": "reflect"} | {
    "grid-wrap": "grid-wrap"
}


def check_mode(order, mode):
    """Refuse orders and modes that have no derivative rule."""
    if order > 3 or not (mode in FILTER_MODES or (mode == "nearest" and order < 2)):
        raise Unsupported(
            f"scipy.ndimage interpolation with order={order} and mode={mode!r} has no derivative rule; orders 0 to 3 "
            f"have one, with modes {', '.join(FILTER_MODES)}, and 'nearest' up to order 1"
        )


# Coefficients: a symmetric filter, but that a mirrored image has each but its edge elements twice. SciPy starts the
# filter of a reflected image with an error of the size of `pole ** (2 * n)`: short axes go by the filter's own matrix.

SHORT = 20

spline_filter1d = on_duals(nd.spline_filter1d)


def filter_back(ct, order, axes, mode):
    """The transpose of `spline_filter` along some axes."""
    check_mode(order, mode)
    for axis in axes:
        n = ct.shape[axis]
        if order < 2 or n == 1:
            continue
        if n <= SHORT:
            matrix = nd.spline_filter1d(np.eye(n), order, 0, mode=mode)
            ct = np.moveaxis(np.tensordot(ct, matrix, axes=((axis,), (0,))), -1, axis)
            continue
        weights = np.ones(n)
        if FILTER_MODES[mode] == "mirror":
            weights[[0, -1]] = 0.5
        weights = np.reshape(weights, (n,) + (1,) * (ct.ndim - 1 - axis % ct.ndim))
        ct = weights * spline_filter1d(ct / weights, order, axis, mode=mode)
    return ct


linear(
    nd.spline_filter1d,
    lambda ct, input, order=3, axis=-1, *, mode="mirror": filter_back(ct, order, (axis,), mode),
)
linear(
    nd.spline_filter,
    lambda ct, input, order=3, *, mode="mirror": filter_back(ct, order, range(ct.ndim), mode),
)
spline_filter = on_duals(nd.spline_filter)


def coefficients(x, order, mode, prefilter):
    """What is weighted: the image itself up to order 1."""
    check_mode(order, mode)
    return spline_filter(x, order, mode=FILTER_MODES[mode]) if prefilter and order > 1 else x


# Weights


def bump(u, order):
    """The centred B-spline."""
    size = np.absolute(u)
    if order == 0:
        return 0 * u + 1
    if order == 1:
        return 1 - size
    if order == 2:
        return np.where(size < 0.5, 0.75 - u * u, (1.5 - size) ** 2 / 2)
    return np.where(size < 1, 2 / 3 - u * u + size**3 / 2, (2 - size) ** 3 / 6)


def bump_slope(u, order):
    """The derivative of the centred B-spline."""
    size = np.absolute(u)
    if order == 0:
        return 0 * u
    if order == 1:
        return -np.where(u < 0, -1.0, 1.0)
    if order == 2:
        return np.where(size < 0.5, -2 * u, -np.sign(u) * (1.5 - size))
    return np.where(size < 1, -2 * u + 1.5 * u * size, -np.sign(u) * (2 - size) ** 2 / 2)


def repeated(i, n, mode):
    """Which coefficient stands at a place beyond the edges."""
    if mode == "nearest":
        return np.clip(i, 0, n - 1)
    if mode == "grid-wrap" or n == 1:
        return np.remainder(i, n)
    period = 2 * n - 2 if FILTER_MODES[mode] == "mirror" else 2 * n
    i = np.remainder(i, period)
    return np.minimum(i, period - i if FILTER_MODES[mode] == "mirror" else period - 1 - i)


def neighbours(x, n, order, mode):
    """For each neighbour of places along an axis: which coefficient it is, and the distance."""
    first = (np.floor(x) if order % 2 else np.floor(x + 0.5)).astype(int) - order // 2
    for j in range(order + 1):
        yield repeated(first + j, n, mode), x - (first + j)


def terms(coordinates, shape, order, mode, along=None):
    """For each neighbour of points its key and its weight, or the partial of this along an axis."""
    axes = [list(neighbours(coordinates[d], n, order, mode)) for d, n in enumerate(shape)]
    inside = np.ones(np.shape(coordinates[0]))
    if mode == "constant":
        for d, n in enumerate(shape):
            inside = inside * np.logical_and(coordinates[d] >= 0, coordinates[d] <= n - 1)
    for chosen in itertools.product(*axes):
        weight = inside
        for d, (_, u) in enumerate(chosen):
            weight = weight * (bump_slope(u, order) if d == along else bump(u, order))
        yield tuple(i for i, _ in chosen), weight


def slope(x, coordinates, order, mode, prefilter, along):
    """The partials of the values at points in one coordinate."""
    c = coefficients(x, order, mode, prefilter)
    return sum(weight * c[key] for key, weight in terms(coordinates, x.shape, order, mode, along))


def image_back(ct, shape, coordinates, order, mode, prefilter):
    """The cotangent of the image."""
    check_mode(order, mode)
    found = sum(scatter(weight * ct, shape, key) for key, weight in terms(coordinates, shape, order, mode))
    return filter_back(found, order, range(len(shape)), FILTER_MODES[mode]) if prefilter and order > 1 else found


def points_tangent(t, x, coordinates, order, mode, prefilter):
    """The tangent in the points."""
    return sum(t[d] * slope(x, coordinates, order, mode, prefilter, d) for d in range(x.ndim))


def points_back(ct, x, coordinates, order, mode, prefilter):
    """The cotangent of the points."""
    ct = 0.0 * ct if is_rounded(x) else ct
    return np.stack([np.real(ct * slope(x, coordinates, order, mode, prefilter, d)) for d in range(x.ndim)])


map_coordinates, shift_image, zoom_image = on_duals(nd.map_coordinates), on_duals(nd.shift), on_duals(nd.zoom)
general(
    nd.map_coordinates,
    jvps=[
        lambda t, ans, input, coordinates, *, order=3, mode="constant", cval=0.0, prefilter=True: map_coordinates(
            t, coordinates, order=order, mode=mode, prefilter=prefilter
        ),
        lambda t, ans, input, coordinates, *, order=3, mode="constant", cval=0.0, prefilter=True: points_tangent(
            t, input, coordinates, order, mode, prefilter
        ),
    ],
    vjps=[
        lambda ct, ans, input, coordinates, *, order=3, mode="constant", cval=0.0, prefilter=True: image_back(
            ct, input.shape, coordinates, order, mode, prefilter
        ),
        lambda ct, ans, input, coordinates, *, order=3, mode="constant", cval=0.0, prefilter=True: points_back(
            ct, input, coordinates, order, mode, prefilter
        ),
    ],
)

# Shifts, which may be differentiated in too, and zooms


def shifted_points(shape, shift):
    """Where a shifted image is read."""
    moved = np.zeros(len(shape)) + shift
    return [i - moved[d] for d, i in enumerate(np.indices(shape))]


def shift_tangent(t, x, shift, order, mode, prefilter):
    """The tangent in the shift."""
    moved, points = np.zeros(x.ndim) + t, shifted_points(x.shape, shift)
    return -points_tangent(moved, x, points, order, mode, prefilter)


def shift_back(ct, x, shift, order, mode, prefilter):
    """The cotangent of the shift."""
    g = points_back(ct, x, shifted_points(x.shape, shift), order, mode, prefilter)
    g = -np.sum(g, axis=tuple(range(1, g.ndim)))
    return g if np.ndim(shift) else np.sum(g)


general(
    nd.shift,
    jvps=[
        lambda t, ans, input, shift, *, order=3, mode="constant", cval=0.0, prefilter=True: shift_image(
            t, shift, order=order, mode=mode, prefilter=prefilter
        ),
        lambda t, ans, input, shift, *, order=3, mode="constant", cval=0.0, prefilter=True: shift_tangent(
            t, input, shift, order, mode, prefilter
        ),
    ],
    vjps=[
        lambda ct, ans, input, shift, *, order=3, mode="constant", cval=0.0, prefilter=True: image_back(
            ct, input.shape, shifted_points(input.shape, shift), order, mode, prefilter
        ),
        lambda ct, ans, input, shift, *, order=3, mode="constant", cval=0.0, prefilter=True: shift_back(
            ct, input, shift, order, mode, prefilter
        ),
    ],
)


def zoomed_points(shape, found):
    """Where a zoomed image is read: from its first to its last element along each axis."""
    steps = [(n - 1) / (m - 1) if m > 1 else 1.0 for n, m in zip(shape, found, strict=True)]
    return [i * step for i, step in zip(np.indices(found), steps, strict=True)]


general(
    nd.zoom,
    jvps=[
        lambda t, ans, input, zoom, *, order=3, mode="constant", cval=0.0, prefilter=True: zoom_image(
            t, zoom, order=order, mode=mode, prefilter=prefilter
        )
    ],
    vjps=[
        lambda ct, ans, input, zoom, *, order=3, mode="constant", cval=0.0, prefilter=True: image_back(
            ct, input.shape, zoomed_points(input.shape, ct.shape), order, mode, prefilter
        )
    ],
)
