"""Reductions: sums, products, extrema, means and spreads.

Extrema share evenly among ties. `std` has the subgradient 0 where all elements are equal. Products never divide.
"""

from __future__ import annotations

import numpy as np

from dualad.registry import general, linear
from dualad.rules.cumulative import others_product
from dualad.rules.helpers import along, axes_of, count, expand, kept, nonzero_or_one, unbroadcast

# Sums and means

linear(
    np.sum,
    lambda ct, a, axis=None, dtype=None, *, keepdims=False: expand(ct, a.shape, axis, keepdims),
    kind="reduce",
)
linear(
    np.mean,
    lambda ct, a, axis=None, dtype=None, *, keepdims=False: expand(ct / count(a.shape, axis), a.shape, axis, keepdims),
    kind="reduce",
)


def numbers(a, axis):
    """How many elements are not NaN, as `keepdims` leaves it, in the dtype of `a`."""
    return np.sum(np.logical_not(np.isnan(a)), axis=axis, keepdims=True, dtype=a.dtype)


def nansum_back(ct, a, axis, keepdims):
    """The cotangent of `np.nansum`."""
    return np.where(np.isnan(a), 0, expand(ct, a.shape, axis, keepdims))


def nanmean_back(ct, a, axis, keepdims):
    """The cotangent of `np.nanmean`."""
    return nansum_back(kept(ct, axis, keepdims, a.ndim) / numbers(a, axis), a, axis, True)


def nanmean_tangent(t, a, axis, keepdims):
    """The tangent of `np.nanmean`: the mean of the tangents of numbers."""
    return np.sum(np.where(np.isnan(a), 0, t) / numbers(a, axis), axis=axis, keepdims=keepdims)


general(
    np.nansum,
    jvps=[
        lambda t, ans, a, axis=None, *, keepdims=False: np.sum(
            np.where(np.isnan(a), 0, t), axis=axis, keepdims=keepdims
        )
    ],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: nansum_back(ct, a, axis, keepdims)],
    kind="reduce",
)
general(
    np.nanmean,
    jvps=[lambda t, ans, a, axis=None, *, keepdims=False: nanmean_tangent(t, a, axis, keepdims)],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: nanmean_back(ct, a, axis, keepdims)],
    kind="reduce",
)

# Products


def product_partials(a, axis):
    """For each element the product of the others that `np.prod` multiplies it with."""
    axes = axes_of(axis, a.ndim)
    if len(axes) == 1:
        return others_product(a, axes[0])
    order = tuple(i for i in range(a.ndim) if i not in axes) + axes
    moved = np.transpose(a, order)
    flat = np.reshape(moved, (*moved.shape[: a.ndim - len(axes)], count(a.shape, axis)))
    found = np.reshape(others_product(flat, -1), moved.shape)
    return np.transpose(found, tuple(order.index(i) for i in range(a.ndim)))


general(
    np.prod,
    jvps=[
        lambda t, ans, a, axis=None, *, keepdims=False: np.sum(
            t * product_partials(a, axis), axis=axis, keepdims=keepdims
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, keepdims=False: expand(ct, a.shape, axis, keepdims) * product_partials(a, axis)
    ],
    kind="reduce",
)

# Extrema


def tie_shares(a, ans, axis, keepdims):
    """The partials of an extremum: what it took, in equal shares."""
    taken = np.equal(a, kept(ans, axis, keepdims, a.ndim)).astype(a.dtype)
    return taken / np.maximum(np.sum(taken, axis=axis, keepdims=True), 1)


for _extremum in (np.max, np.min, np.nanmax, np.nanmin):
    general(
        _extremum,
        jvps=[
            lambda t, ans, a, axis=None, *, keepdims=False: np.sum(
                t * tie_shares(a, ans, axis, keepdims), axis=axis, keepdims=keepdims
            )
        ],
        vjps=[
            lambda ct, ans, a, axis=None, *, keepdims=False: (
                expand(ct, a.shape, axis, keepdims) * tie_shares(a, ans, axis, keepdims)
            )
        ],
        kind="reduce",
    )


def ptp_shares(a, axis):
    """The partials of `np.ptp`."""
    high, low = np.max(a, axis=axis, keepdims=True), np.min(a, axis=axis, keepdims=True)
    return tie_shares(a, high, axis, True) - tie_shares(a, low, axis, True)


general(
    np.ptp,
    jvps=[
        lambda t, ans, a, axis=None, *, keepdims=False: np.sum(t * ptp_shares(a, axis), axis=axis, keepdims=keepdims)
    ],
    vjps=[lambda ct, ans, a, axis=None, *, keepdims=False: expand(ct, a.shape, axis, keepdims) * ptp_shares(a, axis)],
    kind="reduce",
)

# Spreads


def deviation(a, axis):
    """The elements less their mean, conjugated: the direction in which a variance grows."""
    return np.conj(a - np.mean(a, axis=axis, keepdims=True))


def var_tangent(t, a, axis, ddof, keepdims):
    """The tangent of `np.var`."""
    total = np.sum(np.real(deviation(a, axis) * t), axis=axis, keepdims=keepdims)
    return total * (2 / (count(a.shape, axis) - ddof))


def var_back(ct, a, axis, ddof, keepdims):
    """The cotangent of `np.var`."""
    return expand(ct * (2 / (count(a.shape, axis) - ddof)), a.shape, axis, keepdims) * deviation(a, axis)


general(
    np.var,
    jvps=[lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: var_tangent(t, a, axis, ddof, keepdims)],
    vjps=[lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: var_back(ct, a, axis, ddof, keepdims)],
)
general(
    np.std,
    jvps=[
        lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: (
            var_tangent(t, a, axis, ddof, keepdims) / (2 * nonzero_or_one(ans))
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: var_back(
            ct / (2 * nonzero_or_one(ans)), a, axis, ddof, keepdims
        )
    ],
)


def nanvar_partials(a, axis, ddof):
    """The partials of `np.nanvar`: twice the deviation of each number, none of NaN."""
    missing, n = np.isnan(a), numbers(a, axis)
    filled = np.where(missing, 0, a)
    mean = np.sum(filled, axis=axis, keepdims=True) / n
    return np.where(missing, 0, np.conj(filled - mean)) * 2 / (n - ddof)


general(
    np.nanvar,
    jvps=[
        lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: np.sum(
            np.real(t * nanvar_partials(a, axis, ddof)), axis=axis, keepdims=keepdims
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: (
            expand(ct, a.shape, axis, keepdims) * nanvar_partials(a, axis, ddof)
        )
    ],
)
general(
    np.nanstd,
    jvps=[
        lambda t, ans, a, axis=None, *, ddof=0, keepdims=False: (
            np.sum(np.real(t * nanvar_partials(a, axis, ddof)), axis=axis, keepdims=keepdims)
            / (2 * nonzero_or_one(ans))
        )
    ],
    vjps=[
        lambda ct, ans, a, axis=None, *, ddof=0, keepdims=False: (
            expand(ct / (2 * nonzero_or_one(ans)), a.shape, axis, keepdims) * nanvar_partials(a, axis, ddof)
        )
    ],
)

# Weighted sums


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
        return 1 / count(a.shape, axis)
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
)


# The trapezoidal rule


def steps(y_shape, x, dx, axis):
    """The widths of the intervals of `np.trapezoid`, to multiply values at their ends with."""
    if x is None:
        return dx
    if np.ndim(x) == 1:
        shape = [1] * len(y_shape)
        shape[axis] = np.shape(x)[0] - 1
        return np.reshape(np.diff(x), shape)
    return np.diff(x, axis=axis)


def ends(values, axis):
    """The sum of what is at either end of each interval: the transpose of adding neighbours."""
    zero = np.zeros_like(values[along(axis, slice(0, 1))])
    return np.concatenate([values, zero], axis=axis) + np.concatenate([zero, values], axis=axis)


def undiff(values, axis):
    """The transpose of `np.diff`."""
    zero = np.zeros_like(values[along(axis, slice(0, 1))])
    return np.concatenate([zero, values], axis=axis) - np.concatenate([values, zero], axis=axis)


def trapezoid_y(ct, y, x, dx, axis):
    """The cotangent of the values that `np.trapezoid` integrates."""
    inner = y.shape[:axis] + (y.shape[axis] - 1,) + y.shape[axis:][1:]
    return ends(np.broadcast_to(np.expand_dims(ct, axis) * steps(y.shape, x, dx, axis) / 2, inner), axis)


def trapezoid_x(ct, y, x, axis):
    """The cotangent of the points."""
    widths = np.expand_dims(ct, axis) * middles(y, axis)
    if np.ndim(x) == 1:
        return undiff(np.sum(np.moveaxis(widths, axis, -1), axis=tuple(range(y.ndim - 1))), 0)
    return unbroadcast(undiff(widths, axis), np.shape(x))


def width_tangent(t, y, x, axis):
    """The tangent of `np.trapezoid` in the width of its intervals, which the points stand for where they are given."""
    return np.sum((t if x is None else 0 * t) * middles(y, axis), axis=axis)


def width_back(ct, y, x, dx, axis):
    """The cotangent of the width of the intervals."""
    return unbroadcast(np.expand_dims(ct, axis) * middles(y, axis), np.shape(dx)) if x is None else 0.0


def middles(y, axis):
    """The mean of each two neighbours."""
    return (y[along(axis, slice(1, None))] + y[along(axis, slice(None, -1))]) / 2


general(
    np.trapezoid,
    jvps=[
        lambda t, ans, y, x=None, dx=1.0, axis=-1: np.trapezoid(t, x, dx, axis),
        lambda t, ans, y, x=None, dx=1.0, axis=-1: np.trapezoid(y, t, dx, axis),
        lambda t, ans, y, x=None, dx=1.0, axis=-1: width_tangent(t, y, x, axis),
    ],
    vjps=[
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: trapezoid_y(ct, y, x, dx, axis),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: trapezoid_x(ct, y, x, axis),
        lambda ct, ans, y, x=None, dx=1.0, axis=-1: width_back(ct, y, x, dx, axis),
    ],
)
