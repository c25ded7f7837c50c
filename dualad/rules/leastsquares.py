"""Least squares, condition numbers and tensor equations, by the functions that they rest on."""

from __future__ import annotations

import math

import numpy as np

from dualad.registry import constant
from dualad.rules.helpers import define

__dualad_lift__ = True


def rank_of(a, rcond):
    """The rank as `np.linalg.lstsq` tells it, and the cut-off."""
    a = np.asarray(a)
    small = np.finfo(np.result_type(a, np.float16)).eps * max(a.shape) if rcond is None else rcond
    s = np.linalg.svd(a, compute_uv=False)
    return np.int32(np.sum(s > small * np.max(s, initial=0))), small


def lstsq(a, b, rcond=None):
    """`np.linalg.lstsq`: the solution by the pseudo-inverse, where the rank stays as it is."""
    rank, small = rank_of(a, rcond)
    x = np.matmul(np.linalg.pinv(a, small), b)
    s = np.linalg.svd(a, compute_uv=False)
    m, n = np.shape(a)
    if rank != n or m <= n:
        return x, np.zeros(0, s.dtype), rank, s
    off = b - np.matmul(a, x)
    return x, np.atleast_1d(np.sum(np.real(off * np.conj(off)), axis=0)), rank, s


def cond(x, p=None):
    """`np.linalg.cond`."""
    if p in (None, 2, -2):
        s = np.linalg.svd(x, compute_uv=False)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, (-2, -1))


def tensorsolve(a, b, axes=None):
    """`np.linalg.tensorsolve`."""
    a = a if axes is None else np.moveaxis(a, axes, tuple(range(-len(axes), 0)))
    shape = np.shape(a)[np.ndim(b) :]
    n = math.prod(shape)
    return np.reshape(np.linalg.solve(np.reshape(a, (n, n)), np.ravel(b)), shape)


def tensorinv(a, ind=2):
    """`np.linalg.tensorinv`."""
    first, last = np.shape(a)[:ind], np.shape(a)[ind:]
    n = math.prod(last)
    return np.reshape(np.linalg.inv(np.reshape(a, (n, n))), last + first)


constant(rank_of)
define(np.linalg, lstsq, cond, tensorsolve, tensorinv)
