"""Rows for `scipy.integrate` and `scipy.spatial.distance`."""

from __future__ import annotations

import functools

import numpy as np
import scipy.integrate as si
import scipy.spatial.distance as sd

from tests.rules.scipy.cases import case, cplx, reals


def rows():
    yield from integrals()
    yield from distances()


def points(*shape):
    return np.cumsum(0.5 + np.abs(reals(*shape)), axis=-1)


def by_width(fn, y, dx):
    return fn(y, dx=dx)


def integrals():
    for fn in (si.trapezoid, si.cumulative_trapezoid):
        for n in (2, 5):
            yield from (case(fn, reals(n), points(n)), case(fn, reals(3, n), points(n)), case(fn, cplx(n)))
            yield from (case(fn, reals(n, 2), points(n), axis=0), case(fn, reals(3, n), points(3, n)))
            yield case(fn, reals(n), 0.3, via=functools.partial(by_width, fn))
    yield case(si.cumulative_trapezoid, reals(2, 4), points(4), initial=0)
    for n in (2, 3, 4, 7, 8):
        yield from (case(si.simpson, reals(n), points(n)), case(si.simpson, reals(3, n), points(3, n)))
        yield from (case(si.simpson, reals(n, 2), dx=0.3, axis=0), case(si.simpson, reals(n, 2), points(n), axis=0))
    for n in (3, 5, 9):
        yield from (case(si.romb, reals(n)), case(si.romb, cplx(n, 2), 0.3, axis=0), case(si.romb, reals(2, n), dx=0.3))
        yield case(si.romb, reals(n), 0.3, via=functools.partial(by_width, si.romb))
    for n in (3, 4, 7):
        yield from (case(si.cumulative_simpson, reals(n)), case(si.cumulative_simpson, reals(n, 2), axis=0, dx=0.3))
        yield case(si.cumulative_simpson, reals(2, n), initial=0.5)
        yield case(si.cumulative_simpson, reals(n), 0.3, via=functools.partial(by_width, si.cumulative_simpson))


def positive(*shape):
    return 0.2 + np.abs(reals(*shape))


METRICS = {
    "euclidean": ({}, {"w": positive(3)}),
    "sqeuclidean": ({}, {"w": positive(3)}),
    "cityblock": ({}, {"w": positive(3)}),
    "minkowski": ({"p": 3}, {"p": 1.5, "w": positive(3)}, {}),
    "chebyshev": ({},),
    "cosine": ({},),
    "correlation": ({},),
    "canberra": ({},),
    "braycurtis": ({},),
    "seuclidean": ({"V": positive(3)},),
    "jensenshannon": ({},),
    "mahalanobis": ({"VI": np.eye(3) + 0.2 * reals(3, 3)},),
}
WEIGHTED = ("cosine", "correlation", "canberra", "braycurtis")


def apart_from_zero(*shape):
    return np.where(reals(*shape) < 0, -1.0, 1.0) * positive(*shape)


def distances():
    for metric, choices in METRICS.items():
        drawn = {"jensenshannon": positive, "canberra": apart_from_zero}.get(metric, reals)
        for options in choices:
            pair = getattr(sd, metric)
            yield case(pair, drawn(3), drawn(3), **options)
            yield case(sd.cdist, drawn(2, 3), drawn(3, 3), metric=metric, **options)
            yield case(sd.pdist, drawn(4, 3), metric=metric, **options)
    yield case(sd.jensenshannon, positive(3), positive(3), base=2.0)
    for keepdims in (False, True):
        yield case(sd.jensenshannon, positive(2, 3), positive(2, 3), axis=1, keepdims=keepdims)
    yield from (case(getattr(sd, metric), reals(3), reals(3), w=positive(3)) for metric in WEIGHTED)
    yield case(sd.correlation, reals(3), reals(3), centered=False)
    yield from (case(sd.squareform, reals(6)), case(sd.squareform, reals(3, 3), via=symmetric_to_vector))


def symmetric_to_vector(a):
    return sd.squareform((a + a.T) * (1 - np.eye(3)))
