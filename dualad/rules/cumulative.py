"""Running sums and products, and differences. Products never divide: every rule is right at zeros, to every order."""

from __future__ import annotations

import numpy as np

from dualad.registry import general, linear
from dualad.rules.helpers import along, present


def reversed_sum(ct, axis):
    """The sum from each position to the end."""
    return np.flip(np.cumsum(np.flip(ct, axis), axis=axis), axis)


def cumsum_back(ct, shape, axis):
    """The cotangent of `np.cumsum`, which flattens where it is given no axis."""
    return np.reshape(reversed_sum(ct, 0), shape) if axis is None or not shape else reversed_sum(ct, axis)


linear(np.cumsum, lambda ct, a, axis=None, dtype=None: cumsum_back(ct, a.shape, axis), kind="accumulated")


def shifted(a, axis, by=1, first=0):
    """Each element `by` places further on, `first` in the places that this leaves empty."""
    n = a.shape[axis]
    fill = np.full_like(a[along(axis, slice(0, min(by, n)))], first)
    return np.concatenate([fill, a[along(axis, slice(0, max(n - by, 0)))]], axis=axis)


def exclusive_product(a, axis):
    """The product of all that comes before each element."""
    return np.cumprod(shifted(a, axis, first=1), axis=axis)


def others_product(a, axis):
    """The product of all the others along an axis, without a division."""
    after = np.flip(exclusive_product(np.flip(a, axis), axis), axis)
    return exclusive_product(a, axis) * after


def recurrence(factors, terms, axis):
    """`w` with w[k] = factors[k] * w[k - 1] + terms[k], by doubling."""
    by, n = 1, terms.shape[axis]
    while by < n:
        first, later, before = (along(axis, s) for s in (slice(0, by), slice(by, n), slice(0, n - by)))
        # Not by zeros in the first places: a factor may be infinite.
        terms = np.concatenate([terms[first], terms[later] + factors[later] * terms[before]], axis=axis)
        factors = np.concatenate([factors[first], factors[later] * factors[before]], axis=axis)
        by *= 2
    return terms


def cumprod_tangent(t, ans, a, axis):
    """The tangent of `np.cumprod`: the product rule as a recurrence."""
    if axis is None or not a.ndim:
        a, t, axis = np.ravel(a), np.ravel(t), 0
    return recurrence(a, t * shifted(ans, axis, first=1), axis)


def cumprod_back(ct, ans, a, axis):
    """The cotangent of `np.cumprod`: the same recurrence, from the end."""
    if axis is None or not a.ndim:
        return np.reshape(cumprod_back(ct, ans, np.ravel(a), 0), a.shape)
    following = shifted(np.flip(a, axis), axis)
    return shifted(ans, axis, first=1) * np.flip(recurrence(following, np.flip(ct, axis), axis), axis)


general(
    np.cumprod,
    jvps=[lambda t, ans, a, axis=None: cumprod_tangent(t, ans, a, axis)],
    vjps=[lambda ct, ans, a, axis=None: cumprod_back(ct, ans, a, axis)],
    kind="accumulated",
)

# Differences


def undifference(ct, axis, n=1):
    """The transpose of `n` differences, of which there is none along an axis of nothing."""
    for _ in range(n):
        zero = np.zeros_like(ct, shape=ct.shape[:axis] + (1,) + ct.shape[axis:][1:])
        ct = np.concatenate([zero, ct], axis=axis) - np.concatenate([ct, zero], axis=axis)
    return ct


linear(
    np.diff,
    lambda ct, a, n=1, axis=-1: undifference(ct, axis, min(n, a.shape[axis])),
    kind="differences",
    aliases="maybe",  # no differences at all are the array itself
)


# The same under other names, and without NaN

general(
    np.nancumsum,
    jvps=[lambda t, ans, a, axis=None: np.cumsum(np.where(np.isnan(a), 0, t), axis=axis)],
    vjps=[lambda ct, ans, a, axis=None: np.where(np.isnan(a), 0, cumsum_back(ct, a.shape, axis))],
    kind="accumulated",
)
for _fn in present(np, "cumulative_sum"):
    linear(_fn, lambda ct, x, /, *, axis=None: cumsum_back(ct, x.shape, axis), kind="summed_along")
for _fn in present(np, "cumulative_prod"):
    general(
        _fn,
        jvps=[lambda t, ans, x, /, *, axis=None: cumprod_tangent(t, ans, x, axis)],
        vjps=[lambda ct, ans, x, /, *, axis=None: cumprod_back(ct, ans, x, axis)],
        kind="summed_along",
    )
