"""Weighted sums: averages and the trapezoidal rule."""

from __future__ import annotations

import math

import numpy as np

from dualad.registry import general
from dualad.rules.cumulative import undifference
from dualad.rules.helpers import along, axes_of, count, expand, kept, unbroadcast

# Averages


def weights_like(a, axis, weights):
    """The weights of `np.average` in a shape that broadcasts with `a`."""
    if np.shape(weights) == a.shape or axis is None:
        return weights
    axes = axes_of(axis, a.ndim)
    order = sorted(range(len(axes)), key=lambda i: axes[i])
    shape = tuple(n if i in axes else 1 for i, n in enumerate(a.shape))
    return np.reshape(np.transpose(weights, order), shape)


def average_shares(a, axis, weights):
    """The partials of `np.average` in the data: weights that sum to one."""
    if weights is None:
        return 1 / (count(a.shape, axis) or math.nan)
    spread = np.broadcast_to(weights_like(a, axis, weights), a.shape)
    return spread / np.sum(spread, axis=axis, keepdims=True)


def average_slopes(a, ans, axis, weights, keepdims):
    """The partials of `np.average` in the weights."""
    spread = np.broadcast_to(weights_like(a, axis, weights), a.shape)
    return (a - kept(ans, axis, keepdims, a.ndim)) / np.sum(spread, axis=axis, keepdims=True)


def weights_back(ct, a, ans, axis, weights, keepdims):
    """The cotangent of the weights of `np.average`."""
    full = expand(ct, a.shape, axis, keepdims) * average_slopes(a, ans, axis, weights, keepdims)
    if np.shape(weights) == a.shape or axis is None:
        return full
    axes = axes_of(axis, a.ndim)
    rest = tuple(i for i in range(a.ndim) if i not in axes)
    ranked = sorted(axes)
    return np.transpose(np.sum(full, axis=rest), tuple(ranked.index(i) for i in axes))


general(
    np.average,
    jvps=[
        lambda t, ans, a, axis=None, weights=None, *, keepdims=False: np.sum(
            t * average_shares(a, axis, weights), axis=axis, keepdims=keepdims
        ),
        None,
        lambda t, ans, a, axis=None, weights=None, *, keepdims=False: np.sum(
            weights_like(a, axis, t) * average_slopes(a, ans, axis, weights, keepdims), axis=axis, keepdims=keepdims
        ),
    ],
    vjps=[
        lambda ct, ans, a, axis=None, weights=None, *, keepdims=False: (
            expand(ct, a.shape, axis, keepdims) * average_shares(a, axis, weights)
        ),
        None,
        lambda ct, ans, a, axis=None, weights=None, *, keepdims=False: weights_back(
            ct, a, ans, axis, weights, keepdims
        ),
    ],
    kind="averaged",
)


# The trapezoidal rule


def steps(y_shape, x, dx, axis):
    """The widths of the intervals of `np.trapezoid`, to multiply values at their ends with."""
    if x is None:
        return dx
    if np.ndim(x) == 0:  # one point for all, as SciPy takes it
        return 0.0
    if np.ndim(x) == 1:
        shape = [1] * len(y_shape)
        shape[axis] = np.shape(x)[0] - 1
        return np.reshape(np.diff(x), shape)
    return np.diff(x, axis=axis)


def ends(values, axis):
    """The sum of what is at either end of each interval: the transpose of adding neighbours."""
    zero = np.zeros_like(values, shape=values.shape[:axis] + (1,) + values.shape[axis:][1:])
    return np.concatenate([values, zero], axis=axis) + np.concatenate([zero, values], axis=axis)


def areas_of(ct, widths, y, axis):
    """The cotangents of the areas that `np.trapezoid` adds up, which are the widths times the means, broadcast."""
    shape = np.broadcast_shapes(np.shape(widths), one_less(y.shape, axis))
    return np.broadcast_to(np.expand_dims(ct, axis), shape)


def one_less(shape, axis):
    """The shape of what lies between neighbours."""
    return shape[:axis] + (shape[axis] - 1,) + shape[axis:][1:]


def trapezoid_y(ct, y, x, dx, axis):
    """The cotangent of the values that `np.trapezoid` integrates."""
    if y.shape[axis] < 2:
        return np.zeros_like(y)
    widths = steps(y.shape, x, dx, axis)
    return ends(unbroadcast(areas_of(ct, widths, y, axis) * widths / 2, one_less(y.shape, axis)), axis)


def trapezoid_x(ct, y, x, axis):
    """The cotangent of the points."""
    if y.shape[axis] < 2 or np.ndim(x) == 0:
        return np.zeros_like(x)
    widths = steps(y.shape, x, None, axis)
    back = unbroadcast(areas_of(ct, widths, y, axis) * middles(y, axis), np.shape(widths))
    return undifference(np.reshape(back, -1), 0) if np.ndim(x) == 1 else undifference(back, axis)


def width_tangent(t, ans, y, x, axis):
    """The tangent of `np.trapezoid` in the width of its intervals, which the points stand for where they are given."""
    return np.sum(t * middles(y, axis), axis=axis) if x is None else np.zeros_like(ans)


def width_back(ct, y, x, dx, axis):
    """The cotangent of the width of the intervals."""
    if x is not None or y.shape[axis] < 2:
        return np.zeros_like(dx)
    return unbroadcast(areas_of(ct, dx, y, axis) * middles(y, axis), np.shape(dx))


def middles(y, axis):
    """The mean of each two neighbours."""
    return (y[along(axis, slice(1, None))] + y[along(axis, slice(None, -1))]) / 2


general(
    np.trapezoid,
    jvps=[
        lambda t, ans, y, x=None, dx=1.0, axis=-1: np.trapezoid(t, x, dx, axis),
        lambda t, ans, y, x=None, dx=1.0, axis=-1: np.trapezoid(y, t, dx, axis),
        lambda t, ans, y, x=None, dx=1.0, axis=-1: width_tangent(t, ans, y, x, axis),
    ],
    vjps=[
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: trapezoid_y(ct, y, x, dx, axis),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: trapezoid_x(ct, y, x, axis),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: width_back(ct, y, x, dx, axis),
    ],
    kind="trapezoid",
)
