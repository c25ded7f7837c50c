"""Sorting, order statistics and interpolation: rearrangements that depend on the values."""

from __future__ import annotations

import math

import numpy as np

from dualad.registry import general
from dualad.rules.helpers import axes_of, count
from dualad.rules.indexing import along_back, scatter


def sorted_places(a, axis):
    """Where each element of `np.sort(a)` comes from; equal ones keep their order."""
    return np.argsort(a, axis=axis, kind="stable")


general(
    np.sort,
    jvps=[
        lambda t, ans, a, axis=-1, kind=None: np.take_along_axis(
            np.ravel(t) if axis is None else t, sorted_places(a, axis), 0 if axis is None else axis
        )
    ],
    vjps=[lambda ct, ans, a, axis=-1, kind=None: along_back(ct, a.shape, sorted_places(a, axis), axis)],
)
general(
    np.partition,
    jvps=[
        lambda t, ans, a, kth, axis=-1: np.take_along_axis(
            np.ravel(t) if axis is None else t, np.argpartition(a, kth, axis=axis), 0 if axis is None else axis
        )
    ],
    vjps=[lambda ct, ans, a, kth, axis=-1: along_back(ct, a.shape, np.argpartition(a, kth, axis=axis), axis)],
)

# Order statistics: the weighted mean of two neighbours in order


def last_axes(shape, axis):
    """The order of axes that puts those which are reduced behind the others, and the shape with these in one."""
    axes = axes_of(axis, len(shape))
    rest = tuple(i for i in range(len(shape)) if i not in axes)
    return rest + axes, (*(shape[i] for i in rest), count(shape, axis))


def flattened(a, axis):
    """`a` with the axes that are reduced as its last one."""
    order, shape = last_axes(a.shape, axis)
    return np.reshape(np.transpose(a, order), shape)


def reduced_shape(shape, axis, keepdims):
    """The shape that a reduction over `axis` leaves."""
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)


def unflattened(flat, shape, axis):
    """The inverse of `flattened`."""
    axes = axes_of(axis, len(shape))
    order = tuple(i for i in range(len(shape)) if i not in axes) + axes
    moved = np.reshape(flat, tuple(shape[i] for i in order))
    return np.transpose(moved, tuple(order.index(i) for i in range(len(shape))))


def neighbours(a, q, axis):
    """Where the elements below and above a fraction `q` of the order are, and the weight of the one above."""
    position = q * (count(a.shape, axis) - 1)
    low = math.floor(position)
    order = np.argsort(flattened(a, axis), axis=-1, kind="stable")
    return order[..., low : low + 1], order[..., math.ceil(position) : math.ceil(position) + 1], position - low


def quantile_tangent(t, a, q, axis, keepdims):
    """The tangent of the elements at fractions `q` of the order."""
    if np.ndim(q):
        return np.stack([quantile_tangent(t, a, item, axis, keepdims) for item in q])
    low, high, part = neighbours(a, float(q), axis)
    flat = flattened(t, axis)
    found = (1 - part) * np.take_along_axis(flat, low, -1) + part * np.take_along_axis(flat, high, -1)
    return np.reshape(found, reduced_shape(a.shape, axis, keepdims))


def quantile_back(ct, a, q, axis):
    """The transpose of `quantile_tangent`."""
    if np.ndim(q):
        return sum((quantile_back(ct[i], a, item, axis) for i, item in enumerate(q)), 0.0)
    low, high, part = neighbours(a, float(q), axis)
    ct = np.reshape(ct, np.shape(low))
    shape = (*np.shape(low)[:-1], count(a.shape, axis))
    flat = along_back((1 - part) * ct, shape, low, -1) + along_back(part * ct, shape, high, -1)
    return unflattened(flat, a.shape, axis)


general(
    np.median,
    jvps=[lambda t, ans, a, axis=None, *, keepdims=False: quantile_tangent(t, a, 0.5, axis, keepdims)],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: quantile_back(ct, a, 0.5, axis)],
    kind="reduce",
)
general(
    np.quantile,
    jvps=[lambda t, ans, a, q, axis=None, *, keepdims=False: quantile_tangent(t, a, q, axis, keepdims)],
    vjps=[lambda ct, ans, a, q, axis=None, *, keepdims=False: quantile_back(ct, a, q, axis)],
)
general(
    np.percentile,
    jvps=[lambda t, ans, a, q, axis=None, *, keepdims=False: quantile_tangent(t, a, np.divide(q, 100), axis, keepdims)],
    vjps=[lambda ct, ans, a, q, axis=None, *, keepdims=False: quantile_back(ct, a, np.divide(q, 100), axis)],
)

# Interpolation


def cell(x, xp):
    """The interval of the knots `xp` that each `x` lies in, and how far along it; beyond the knots, its end."""
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, np.size(xp) - 2)
    return i, np.clip((x - xp[i]) / (xp[i + 1] - xp[i]), 0, 1)


def slope(x, xp, fp):
    """The slope of `np.interp`: to the right of a knot, and 0 beyond the knots."""
    i, _ = cell(x, xp)
    inside = np.logical_and(np.greater_equal(x, xp[0]), np.less_equal(x, xp[-1]))
    return np.where(inside, (fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i]), 0)


def interp_back(ct, x, xp, shape, left, right):
    """The cotangent of the values of `np.interp`: each is shared by the knots on either side."""
    if left is not None:
        ct = np.where(np.less(x, xp[0]), 0, ct)
    if right is not None:
        ct = np.where(np.greater(x, xp[-1]), 0, ct)
    i, part = cell(x, xp)
    return scatter(ct * (1 - part), shape, i) + scatter(ct * part, shape, i + 1)


def interp_tangent(t, x, xp, left, right):
    """The tangent of `np.interp` in its values."""
    return np.interp(x, xp, t, left=None if left is None else 0, right=None if right is None else 0)


general(
    np.interp,
    jvps=[
        lambda t, ans, x, xp, fp, left=None, right=None: t * slope(x, xp, fp),
        lambda t, ans, x, xp, fp, left=None, right=None: -slope(x, xp, fp) * np.interp(x, xp, t),
        lambda t, ans, x, xp, fp, left=None, right=None: interp_tangent(t, x, xp, left, right),
    ],
    vjps=[
        lambda ct, ans, x, xp, fp, left=None, right=None: ct * slope(x, xp, fp),
        lambda ct, ans, x, xp, fp, left=None, right=None: -interp_back(ct * slope(x, xp, fp), x, xp, xp.shape, 0, 0),
        lambda ct, ans, x, xp, fp, left=None, right=None: interp_back(ct, x, xp, fp.shape, left, right),
    ],
)
