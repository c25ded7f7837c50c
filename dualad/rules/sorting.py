"""Sorting and interpolation: rearrangements that depend on the values."""

from __future__ import annotations

import numpy as np

from dualad.registry import general
from dualad.rules.helpers import nonzero_or_one, quietly
from dualad.rules.indexing import along_back, scatter


def sorted_places(a, axis):
    """Where each element of `np.sort(a)` comes from; equal ones keep their order."""
    return np.argsort(a, axis=axis, kind="stable")


def partitioned_places(a, ans, axis):
    """Where each element of `np.partition(a)` comes from; `np.argpartition` need not leave elements in its order."""
    along_axis = 0 if axis is None else axis
    ranks = sorted_places(sorted_places(ans, along_axis), along_axis)
    return np.take_along_axis(sorted_places(a, axis), ranks, along_axis)


def moved(t, places, axis):
    """The elements at their places, of the flat array where there is no axis."""
    return np.take_along_axis(np.ravel(t) if axis is None else t, places, 0 if axis is None else axis)


general(
    np.sort,
    jvps=[lambda t, ans, a, axis=-1, kind=None, *, stable=None: moved(t, sorted_places(a, axis), axis)],
    vjps=[lambda ct, ans, a, axis=-1, kind=None, *, stable=None: along_back(ct, a.shape, sorted_places(a, axis), axis)],
    kind="sorted",
)
general(
    np.partition,
    jvps=[lambda t, ans, a, kth, axis=-1: moved(t, partitioned_places(a, ans, axis), axis)],
    vjps=[lambda ct, ans, a, kth, axis=-1: along_back(ct, a.shape, partitioned_places(a, ans, axis), axis)],
    kind="sorted",
)

# Interpolation


@quietly
def cell(x, xp):
    """The interval of the knots `xp` that each `x` lies in, and how far along it; beyond the knots, its end."""
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, np.size(xp) - 2)
    return i, np.clip((x - xp[i]) / width(xp, i), 0, 1)


def width(xp, i):
    """The widths of intervals, 1 of one between equal knots; differences of unsigned integers would wrap around."""
    return nonzero_or_one(xp[i + 1] * 1.0 - xp[i])


@quietly
def slope(x, xp, fp):
    """The slope of `np.interp`: to the right of a knot, and 0 beyond the knots."""
    i, _ = cell(x, xp)
    inside = np.logical_and(np.greater_equal(x, xp[0]), np.less_equal(x, xp[-1]))
    rise = np.where(inside, fp[i + 1] * 1.0 - fp[i], 0)
    return np.where(inside, rise / np.where(inside, width(xp, i), 1), 0)


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
        lambda t, ans, x, xp, fp, left=None, right=None: np.where(np.less(x, xp[0]), t, 0),
        lambda t, ans, x, xp, fp, left=None, right=None: np.where(np.greater(x, xp[-1]), t, 0),
    ],
    vjps=[
        lambda ct, ans, x, xp, fp, left=None, right=None: ct * slope(x, xp, fp),
        lambda ct, ans, x, xp, fp, left=None, right=None: -interp_back(ct * slope(x, xp, fp), x, xp, xp.shape, 0, 0),
        lambda ct, ans, x, xp, fp, left=None, right=None: interp_back(ct, x, xp, fp.shape, left, right),
        lambda ct, ans, x, xp, fp, left=None, right=None: np.sum(np.where(np.less(x, xp[0]), ct, 0)),
        lambda ct, ans, x, xp, fp, left=None, right=None: np.sum(np.where(np.greater(x, xp[-1]), ct, 0)),
    ],
    kind="interpolated",
)
