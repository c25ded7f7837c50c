"""Making arrays of numbers: differentiable in the numbers that fill them."""

from __future__ import annotations

import numpy as np

from dualad.registry import constant, general, linear
from dualad.rules.helpers import present, unbroadcast

for _filled in (np.zeros, np.ones, np.empty):
    constant(_filled, kind="create")
for _filled_like in (np.zeros_like, np.ones_like, np.empty_like):
    constant(_filled_like, kind="create_like")
for _square in (np.eye, np.identity):
    constant(_square, kind="eye")
for _fixed in present(
    np, "tri", "indices", "diag_indices", "diag_indices_from", "mask_indices", "bartlett", "blackman", "hamming",
    "hanning",
):  # fmt: skip
    constant(_fixed)
for _triangle in (np.tril_indices, np.triu_indices, np.tril_indices_from, np.triu_indices_from):
    constant(_triangle, kind="triangle_places")

linear(
    np.full,
    None,
    lambda ct, shape, fill_value, dtype=None: unbroadcast(ct, np.shape(fill_value)),
    kind="create",
    makes_complex=True,
)
linear(
    np.full_like,
    lambda ct, a, fill_value, dtype=None, *, shape=None: 0.0,
    lambda ct, a, fill_value, dtype=None, *, shape=None: unbroadcast(ct, np.shape(fill_value)),
    makes_complex=True,
)


def fractions(ct, num, endpoint, axis):
    """How far along from start to stop each point of `np.linspace` is, shaped to multiply `ct`."""
    shape = [1] * np.ndim(ct)
    shape[axis] = num
    steps = num - 1 if endpoint else num
    return np.reshape(np.arange(num) / max(steps, 1), shape)


def linspace_back(ct, shares, shape, axis):
    """The sum over the points, each with its share."""
    return unbroadcast(np.sum(ct * shares.astype(np.result_type(ct)), axis=axis), shape)


linear(
    np.linspace,
    lambda ct, start, stop, num=50, endpoint=True, *, axis=0: linspace_back(
        ct, 1 - fractions(ct, num, endpoint, axis), np.shape(start), axis
    ),
    lambda ct, start, stop, num=50, endpoint=True, *, axis=0: linspace_back(
        ct, fractions(ct, num, endpoint, axis), np.shape(stop), axis
    ),
    kind="linspace",
)


general(
    np.arange,
    jvps=[
        lambda t, ans, start, stop=None, step=1, *, dtype=None: t * np.full_like(ans, 0 if stop is None else 1),
        lambda t, ans, start, stop=None, step=1, *, dtype=None: np.zeros_like(ans),
        lambda t, ans, start, stop=None, step=1, *, dtype=None: t * np.arange(ans.shape[0]),
    ],
    vjps=[
        lambda ct, ans, start, stop=None, step=1, *, dtype=None: 0.0 if stop is None else np.sum(ct),
        lambda ct, ans, start, stop=None, step=1, *, dtype=None: 0.0,
        lambda ct, ans, start, stop=None, step=1, *, dtype=None: np.sum(ct * np.arange(ct.shape[0])),
    ],
    kind="arange",
)


def meshed_back(ct, arrays, i, indexing):
    """The cotangent of argument `i` of `np.meshgrid`; a result that nothing flows into may be 0.0."""
    if np.ndim(ct[i]) == 0:
        return 0.0
    at = 1 - i if indexing == "xy" and i < 2 <= len(arrays) else i
    return np.reshape(np.sum(ct[i], axis=tuple(j for j in range(len(arrays)) if j != at)), np.shape(arrays[i]))


def meshgrid_transpose(i):
    """The transpose of `np.meshgrid` in argument `i`."""
    return lambda ct, *xi, indexing="xy": meshed_back(ct, xi, i, indexing)


linear(np.meshgrid, *(meshgrid_transpose(i) for i in range(4)), kind="grid", aliases="maybe")


def open_transpose(i):
    """The transpose of `np.ix_` in argument `i`."""
    return lambda ct, *args: np.reshape(ct[i], np.shape(args[i])) if np.ndim(ct[i]) else 0.0


linear(np.ix_, *(open_transpose(i) for i in range(4)), aliases="maybe")


for _number in present(np, "float16", "float32", "float64", "longdouble", "complex64", "complex128", "clongdouble"):
    linear(_number, lambda ct, x=0, /: ct, aliases="maybe", makes_complex=True, kind="cast")
