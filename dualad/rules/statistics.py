"""Covariances, histograms, and reductions of what is not NaN."""

from __future__ import annotations

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import defined, linear
from dualad.rules.helpers import define, unbroadcast
from dualad.rules.indexing import scatter

__dualad_lift__ = True

# Covariances


def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None):
    """`np.cov`: of each two variables the mean product of their deviations."""
    m = np.asarray(m)
    if dtype is None:
        dtype = np.result_type(m, np.float64) if y is None else np.result_type(m, np.asarray(y), np.float64)
    x = np.array(m, ndmin=2, dtype=dtype)
    if not rowvar and np.ndim(m) != 1:
        x = x.T
    if y is not None:
        other = np.array(y, ndmin=2, dtype=dtype)
        x = np.concatenate([x, other if rowvar or other.shape[0] == 1 else other.T])
    if ddof is None:
        ddof = 0 if bias else 1
    count, scale = x.shape[1], None
    if fweights is not None:
        scale = np.asarray(fweights)
    if aweights is not None:
        scale = np.asarray(aweights) if scale is None else scale * np.asarray(aweights)
    if scale is not None:
        count = np.sum(scale)
    if scale is None or aweights is None or ddof == 0:
        count = count - ddof
    else:
        count = count - ddof * np.sum(scale * np.asarray(aweights)) / count
    if count <= 0:
        count = np.float64(0.0)  # as NumPy does
    weighted = x if scale is None else x * scale
    mean = np.mean(x, axis=1) if scale is None else np.sum(weighted, axis=1) / np.sum(scale)
    x = x - np.expand_dims(mean, 1)
    weighted = x if scale is None else x * scale
    return np.squeeze(np.dot(x, weighted.T.conj()) * np.true_divide(1, count))  # which rounds as NumPy's does


def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    """`np.corrcoef`: covariances in units of both deviations."""
    c = np.cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diag(c)))
    c = c / np.expand_dims(deviation, 1) / np.expand_dims(deviation, 0)
    return c if np.iscomplexobj(c) else np.clip(c, -1, 1)


defined(np.cov, cov)
defined(np.corrcoef, corrcoef)

# Counts, which are linear in weights and constant in what is counted

linear(
    np.bincount, None, lambda ct, x, /, weights=None, minlength=0: unbroadcast(ct[x], np.shape(weights)), kind="counted"
)


def edges_of(a, bins=10, range=None, weights=None):
    """The edges of the bins of a histogram."""
    if isinstance(bins, str):
        raise Unsupported("np.histogram with an estimated number of bins has no derivative rule; give their number")
    if np.ndim(bins):
        return np.asarray(bins)
    low, high = range if range is not None else (np.min(a), np.max(a)) if np.size(a) else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1).astype(np.result_type(np.asarray(a), 0.0))


def histogram(a, bins=10, range=None, density=None, weights=None):
    """`np.histogram`: the edges move with the extrema where they are not given, the counts are linear in weights."""
    edges = edges_of(a, bins, range)
    places = np.searchsorted(edges, np.ravel(a), side="right") - 1
    places = np.where(np.ravel(a) == edges[-1], np.size(edges) - 2, places)
    inside = (places >= 0) & (places < np.size(edges) - 1)
    if weights is None:
        counts = np.bincount(places[inside], minlength=np.size(edges) - 1)
    else:
        counts = scatter(np.ravel(weights)[inside], (np.size(edges) - 1,), places[inside])
    if density:
        return counts / np.diff(edges) / np.sum(counts), edges
    return counts, edges


defined(np.histogram_bin_edges, edges_of, aliases="maybe")  # the edges that are given, themselves
defined(np.histogram, histogram, aliases="maybe")

# What is not NaN


def nanprod(a, axis=None, dtype=None, *, keepdims=False, initial=1, where=True):
    """`np.nanprod`."""
    return np.prod(np.where(np.isnan(a), 1, a), axis, dtype, keepdims=keepdims, initial=initial, where=where)


def nancumprod(a, axis=None, dtype=None):
    """`np.nancumprod`."""
    return np.cumprod(np.where(np.isnan(a), 1, a), axis=axis, dtype=dtype)


define(np, nanprod, nancumprod)
