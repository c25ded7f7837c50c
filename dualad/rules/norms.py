"""Norms of vectors and matrices. At 0, where no norm has a derivative, the subgradient is 0."""

from __future__ import annotations

import numpy as np

from dualad.registry import general
from dualad.rules.helpers import expand, kept, nonzero_or_one, present
from dualad.rules.reductions import tie_shares


def phase(x):
    """The derivative of the absolute value: conjugated, so that it multiplies tangents."""
    return np.conj(np.sign(x))


def vector_gradient(x, ans, ord, axis):
    """The partials of a vector norm along an axis; `ans` has kept its dimensions."""
    if ord is None or ord in (2, "fro", "f"):
        return np.conj(x) / nonzero_or_one(ans)
    if ord == 0:
        return np.zeros_like(x)
    if ord == 1:
        return phase(x)
    sizes = np.absolute(x)
    if np.isinf(ord):
        return tie_shares(sizes, ans, axis, True) * phase(x)
    return np.where(x == 0, 0, (nonzero_or_one(sizes) / nonzero_or_one(ans)) ** (ord - 1)) * phase(x)


def matrix_gradient(x, ord, axes):
    """The partials of a matrix norm along two axes."""
    if ord in (1, -1, np.inf, -np.inf):
        summed, chosen = axes if abs(ord) == 1 else axes[::-1]
        totals = np.sum(np.absolute(x), axis=summed, keepdims=True)
        best = (np.max if ord > 0 else np.min)(totals, axis=chosen, keepdims=True)
        return tie_shares(totals, best, chosen, True) * phase(x)
    u, _, vh = np.linalg.svd(np.moveaxis(x, axes, (-2, -1)), full_matrices=False)
    if ord in (2, -2):
        at = slice(0, 1) if ord > 0 else slice(-1, None)
        u, vh = u[..., :, at], vh[..., at, :]
    return np.moveaxis(np.conj(np.matmul(u, vh)), (-2, -1), axes)


def norm_gradient(x, ans, ord, axis, keepdims):
    """The partials of `np.linalg.norm`."""
    if axis is None and ord is None:
        return vector_gradient(x, kept(ans, None, keepdims, x.ndim), None, None)
    axes = tuple(range(x.ndim)) if axis is None else axis
    axes = axes if isinstance(axes, tuple) else (axes,)
    if len(axes) == 1:
        return vector_gradient(x, kept(ans, axes, keepdims, x.ndim), ord, axes[0])
    if ord in (None, "fro", "f"):
        return vector_gradient(x, kept(ans, axes, keepdims, x.ndim), None, axes)
    return matrix_gradient(x, ord, axes)


def norm_tangent(t, x, ans, ord, axis, keepdims):
    """The tangent of `np.linalg.norm`."""
    return np.sum(np.real(norm_gradient(x, ans, ord, axis, keepdims) * t), axis=axis, keepdims=keepdims)


general(
    np.linalg.norm,
    jvps=[lambda t, ans, x, ord=None, axis=None, keepdims=False: norm_tangent(t, x, ans, ord, axis, keepdims)],
    vjps=[
        lambda ct, ans, x, ord=None, axis=None, keepdims=False: (
            expand(ct, x.shape, axis, keepdims) * norm_gradient(x, ans, ord, axis, keepdims)
        )
    ],
    kind="magnitude",
)


def flat_gradient(x, ans, axis, keepdims, ord):
    """The partials of `np.linalg.vector_norm`."""
    return vector_gradient(x, kept(ans, axis, keepdims, x.ndim), ord, axis)


for _vector_norm in present(np.linalg, "vector_norm"):
    general(
        _vector_norm,
        jvps=[
            lambda t, ans, x, /, *, axis=None, keepdims=False, ord=2: np.sum(
                np.real(flat_gradient(x, ans, axis, keepdims, ord) * t), axis=axis, keepdims=keepdims
            )
        ],
        vjps=[
            lambda ct, ans, x, /, *, axis=None, keepdims=False, ord=2: (
                expand(ct, x.shape, axis, keepdims) * flat_gradient(x, ans, axis, keepdims, ord)
            )
        ],
        kind="magnitude",
    )
for _matrix_norm in present(np.linalg, "matrix_norm"):
    general(
        _matrix_norm,
        jvps=[lambda t, ans, x, /, *, keepdims=False, ord="fro": norm_tangent(t, x, ans, ord, (-2, -1), keepdims)],
        vjps=[
            lambda ct, ans, x, /, *, keepdims=False, ord="fro": (
                expand(ct, x.shape, (-2, -1), keepdims) * norm_gradient(x, ans, ord, (-2, -1), keepdims)
            )
        ],
    )
