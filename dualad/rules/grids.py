"""Grids of points, differences on them, and windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.rules.helpers import along, axes_of, define

__dualad_lift__ = True


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """`np.logspace`: powers of the base at equal steps."""
    if np.ndim(base):
        ndim = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        base = np.expand_dims(np.array(base, ndmin=ndim), axis)
        start, stop = np.array(start, ndmin=ndim), np.array(stop, ndmin=ndim)
    found = np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))
    return found if dtype is None else found.astype(dtype)


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """`np.geomspace`: equal ratios, turned so that the first is real and positive."""
    start, stop = np.asarray(start) * np.float64(1), np.asarray(stop) * np.float64(1)
    if np.iscomplexobj(start) or np.iscomplexobj(stop):
        start, stop = start * (1 + 0j), stop * (1 + 0j)
    turn = np.sign(start)
    found = turn * np.logspace(np.log10(start / turn), np.log10(stop / turn), num, endpoint)
    found = found if axis == 0 else np.moveaxis(found, 0, axis)
    return found if dtype is None else found.astype(dtype)


def intervals(shape, axis, x):
    """The intervals between points `x` along an axis, shaped to multiply differences."""
    return np.reshape(np.diff(x), tuple(-1 if i == axis else 1 for i in range(len(shape))))


def slab(x, axis, i):
    """One slice of `x` along an axis, which stays; the last one where there are fewer."""
    i = min(i, x.shape[axis] - 1) if i >= 0 else max(i, -x.shape[axis])
    return x[along(axis, slice(i, i + 1 or None))]


def even_slopes(f, step, axis, edge_order):
    """The differences of `np.gradient` along one axis at equal steps."""
    inner = (f[along(axis, slice(2, None))] - f[along(axis, slice(0, -2))]) / (2 * step)
    if edge_order == 1:
        start, end = slab(f, axis, 1) - slab(f, axis, 0), slab(f, axis, -1) - slab(f, axis, -2)
    else:
        start = -1.5 * slab(f, axis, 0) + 2.0 * slab(f, axis, 1) - 0.5 * slab(f, axis, 2)
        end = 1.5 * slab(f, axis, -1) - 2.0 * slab(f, axis, -2) + 0.5 * slab(f, axis, -3)
    return np.concatenate([start / step, inner, end / step], axis=axis)


def parabola(h1, h2, f1, f2, f3):
    """The slope at the middle of three points of the parabola through them."""
    return -h2 / (h1 * (h1 + h2)) * f1 + (h2 - h1) / (h1 * h2) * f2 + h1 / (h2 * (h1 + h2)) * f3


def parabola_end(h1, h2, f1, f2, f3):
    """The slope of the parabola at the first point."""
    return -(2 * h1 + h2) / (h1 * (h1 + h2)) * f1 + (h1 + h2) / (h1 * h2) * f2 - h1 / (h2 * (h1 + h2)) * f3


def uneven_slopes(f, x, axis, edge_order):
    """The differences of `np.gradient` along one axis at given points."""
    h = intervals(f.shape, axis, x)
    cuts = along(axis, slice(0, -2)), along(axis, slice(1, -1)), along(axis, slice(2, None))
    inner = parabola(h[along(axis, slice(0, -1))], h[along(axis, slice(1, None))], f[cuts[0]], f[cuts[1]], f[cuts[2]])
    first, second, last, before = slab(f, axis, 0), slab(f, axis, 1), slab(f, axis, -1), slab(f, axis, -2)
    h1, g1 = slab(h, axis, 0), slab(h, axis, -1)
    if edge_order == 1:
        start, end = (second - first) / h1, (last - before) / g1
    else:
        start = parabola_end(h1, slab(h, axis, 1), first, second, slab(f, axis, 2))
        end = -parabola_end(g1, slab(h, axis, -2), last, before, slab(f, axis, -3))
    return np.concatenate([start, inner, end], axis=axis)


def gradient(f, *varargs, axis=None, edge_order=1):
    """`np.gradient`: differences along each axis, with steps or points that are given for all or for each."""
    f = np.asarray(f)
    if f.dtype.kind in "iu":
        f = f * 1.0  # unsigned differences would wrap around
    axes = axes_of(axis, f.ndim)
    found: tuple[Any, ...] = ()
    dtype = f.dtype
    for i, along_axis in enumerate(axes):
        step = 1.0 if len(varargs) == 0 else varargs[i] if len(varargs) == len(axes) else varargs[0]
        if np.ndim(step):
            step = np.multiply(step, 1)  # truth values have no differences
            slopes = uneven_slopes(f, step, along_axis, edge_order)
        else:
            slopes = even_slopes(f, step, along_axis, edge_order)
        found = found + (slopes.astype(dtype),)  # as NumPy has it, whatever the dtype of the steps
    return found[0] if len(axes) == 1 else found


def vander(x, N=None, increasing=False):
    """`np.vander`: the powers of each number."""
    x = np.asarray(x)
    powers = np.arange(x.shape[0] if N is None else N)
    return np.expand_dims(x, -1) ** (powers if increasing else powers[::-1])


def kaiser(M, beta):
    """`np.kaiser`, which is differentiable in its shape."""
    if M == 1:
        return np.ones(1)
    half = (M - 1) / 2.0
    return np.i0(beta * np.sqrt(1 - ((np.arange(0, M) - half) / half) ** 2.0)) / np.i0(beta)


define(np, logspace, geomspace, gradient, vander, kaiser)
