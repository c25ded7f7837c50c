"""Rows for functions that are defined by others, and for calls with keywords that rules do not name."""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial, chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from dualad import registry
from dualad.rules.helpers import present
from dualad.rules.keywords import chosen_sum
from dualad.rules.loops import OF_ONE_DTYPE
from dualad.rules.ufunc_methods import FOLDED
from tests.rules.rows import cplx, fn, meth, positive, reals

X = reals(3, 5)
GAPS = np.where(np.arange(15).reshape(3, 5) % 6 == 1, np.nan, X)
MASK = np.arange(15).reshape(3, 5) % 4 != 2
COUNTS = np.array([1, 2, 1, 3, 1])
FAMILIES = {
    "poly": polynomial, "cheb": chebyshev, "leg": legendre, "herm": hermite, "herme": hermite_e, "lag": laguerre,
}  # fmt: skip
AXES = (None, 0, -1, (0, 1))


def rows():
    yield from statistics()
    yield from missing()
    yield from chosen()
    yield from keywords()
    yield from loops()
    yield from grids()
    yield from polynomials()
    yield from series()
    yield from widened()
    yield from rearranged()
    yield from ufunc_methods()
    yield from operators()


def operators():
    for name in ("neg", "pos", "abs"):
        yield meth(f"__{name}__", reals(3))
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "divmod"):
        yield meth(f"__{name}__", positive(3, 3), positive(3, 3))
        yield meth(f"__r{name}__", positive(3, 3), positive(3, 3))
    yield meth("__float__", np.array(1.5), float32=False)


def statistics():
    w = positive(5)
    yield fn(np.cov, X)
    yield fn(np.cov, cplx(2, 4))
    yield fn(np.cov, reals(5), reals(5))
    yield fn(np.cov, X, reals(3, 5), rowvar=False, ddof=0)
    yield fn(np.cov, X, None, True, True, None, COUNTS, w)
    yield fn(np.cov, X, None, True, False, None, None, w)
    yield fn(np.cov, X, fweights=COUNTS)
    yield fn(np.cov, [reals(4), reals(4)])
    yield fn(np.corrcoef, X)
    yield fn(np.corrcoef, cplx(2, 4), rowvar=False)
    yield fn(np.corrcoef, reals(4), reals(4))
    yield fn(np.bincount, COUNTS, w)
    yield fn(np.bincount, COUNTS, w, 7)
    yield fn(np.histogram_bin_edges, X, 4)
    yield fn(np.histogram, X, 4)
    yield fn(np.histogram, w, [0.0, 0.9, 1.5, 3.0], None, False, positive(5), wrt=(4,), float32=False)
    yield fn(np.histogram, w, 3, (0.0, 3.0), True, positive(5), wrt=(4,), float32=False)
    yield fn(np.average, X, 1, w, True)
    yield fn(np.average, X, None, None, True)
    yield fn(np.average, X, 0, positive(3, 5), True, keepdims=True)


def missing():
    for axis in AXES:
        for keepdims in (False, True):
            for f in (np.nanprod, np.nanmedian):
                yield fn(f, GAPS, axis, keepdims=keepdims)
            yield fn(np.nanquantile, GAPS, 0.3, axis, keepdims=keepdims, float32=False)
        yield fn(np.nanpercentile, GAPS, 40.0, axis, float32=False)
        yield fn(np.nanquantile, GAPS, np.array([0.1, 0.8]), axis, float32=False)
        yield fn(np.nanquantile, GAPS, 0.41, axis, method="weibull", float32=False)
        yield from by_weight(axis)
        if not isinstance(axis, tuple):
            yield fn(np.nancumprod, GAPS, axis)
    yield fn(np.percentile, X, 41.0, 1, method="inverted_cdf", weights=COUNTS, wrt=(0,), float32=False)
    yield fn(np.nanpercentile, GAPS, 41.0, 1, method="hazen", float32=False)


def by_weight(axis):
    options = {"method": "inverted_cdf", "weights": positive(3, 5), "wrt": (0,), "float32": False}
    yield fn(np.quantile, X, 0.41, axis, **options)
    yield fn(np.nanquantile, GAPS, 0.41, axis, **options)
    yield fn(np.nanquantile, GAPS, np.array([0.1, 0.8]), axis, **options)
    yield fn(np.nanpercentile, GAPS, 41.0, axis, keepdims=True, **options)


def chosen():
    for axis in AXES:
        for f in (np.sum, np.prod, np.mean, np.var, np.std, np.nansum, np.nanmean, np.nanvar, np.nanstd):
            a = GAPS if "nan" in f.__name__ else X
            yield fn(f, a, axis, where=MASK)
            yield fn(f, a, axis, keepdims=True, where=MASK[:, :1] | MASK[1:2])
        for f in (np.max, np.min, np.nanmax, np.nanmin):
            a = GAPS if "nan" in f.__name__ else X
            yield fn(f, a, axis, keepdims=True, initial=0.3, where=MASK)
        for f in (np.sum, np.prod):
            yield fn(f, X, axis, initial=1.5)
    for name in ("sum", "prod", "mean", "var", "std"):
        yield meth(name, X, 1, where=MASK)
    for name in ("max", "min"):
        yield meth(name, X, 1, initial=0.2)
    for f in (np.var, np.std, np.nanvar, np.nanstd):
        yield fn(f, cplx(2, 3) if f is np.var else X, 0, correction=1)
        yield fn(f, X, 0, ddof=1, mean=np.mean(X, axis=0, keepdims=True), float32=False)
    yield fn(np.mean, X, 0, np.float64, where=MASK, float32=False)
    yield fn(np.prod, X, 0, np.float64, float32=False)
    yield fn(np.cumprod, X, 0, np.float64, float32=False)
    yield meth("cumprod", X, 0, np.float64, float32=False)


def loops():
    for f in OF_ONE_DTYPE:
        far = f is np.arccosh
        args = [positive(3, low=1.1 if far else 0.3, high=2.5 if far else 0.9) for _ in range(f.nin)]
        wrt = {np.copysign: (0,), np.heaviside: (1,), np.nextafter: (0,)}.get(f)  # in the other argument it is constant
        yield fn(f, *args, dtype=np.float64, float32=False, wrt=wrt)
        yield fn(f, *args, casting="same_kind", order="C", subok=False, float32=False, wrt=wrt)


def keywords():
    a, b = reals(2, 3), reals(2, 3)
    for f in (np.concatenate, np.stack, np.vstack, np.hstack):
        yield fn(f, [a, b], dtype=np.float64, float32=False)
    yield fn(np.linspace, 0.5, 2.5, 4, True, True, float32=False)
    yield fn(np.linspace, reals(2), 2.5, 4, False, True, float32=False)
    for f, i in ((np.quantile, 0.3), (np.percentile, 30.0), (np.nanquantile, 0.3), (np.nanpercentile, 30.0)):
        yield fn(f, X, i, 1, overwrite_input=False, float32=False)
    yield fn(chosen_sum, X, 0.3, 1, None, False, MASK, float32=False)
    yield fn(chosen_sum, cplx(2, 4), 0.0, None, None, True, True)
    yield fn(np.where, X)
    yield fn(np.amax, X, 1, where=MASK, initial=-0.3)
    yield fn(np.amin, X, 0, initial=0.3)
    yield fn(np.nanprod, GAPS, 1, initial=0.7, where=MASK)
    yield fn(np.trace, reals(3, 3), dtype=np.float64, float32=False)
    yield fn(np.meshgrid, reals(2), reals(3), reals(2), sparse=True)
    yield fn(np.meshgrid, reals(2), reals(3), sparse=True, copy=False, indexing="ij")
    for f in present(np, "cumulative_sum", "cumulative_prod"):
        yield fn(f, X, axis=-2, include_initial=True)
        yield fn(f, reals(4), dtype=np.float64, include_initial=True, float32=False)
    yield meth("trace", reals(3, 3), dtype=np.float64, float32=False)
    for f in present(np, "vecdot"):
        yield fn(f, reals(2, 3), reals(2, 3), keepdims=True)
    yield fn(np.diff, reals(4), 0, prepend=0.5)
    yield fn(np.diff, reals(2, 4), axis=0, prepend=0.5, append=reals(1, 4))
    yield fn(np.diff, reals(9), 5)
    yield fn(np.clip, reals(2, 3), min=-0.3)
    yield fn(np.clip, reals(2, 3), min=-0.3, max=0.4)
    x, xp = np.array([-0.3, 0.2, 1.1, 1.75, 2.8]), np.array([0.1, 0.9, 1.6])
    yield fn(np.interp, x, xp, reals(3), period=2.0, float32=False)
    yield fn(np.interp, x, xp, reals(3), float32=False)
    yield fn(np.interp, x, xp, reals(3), 0.3, -0.2, float32=False, wrt=(0, 1, 2))
    yield fn(np.einsum, reals(3, 3), [0, 0], wrt=(0,))
    yield from (fn(f, reals(), reals(3), 1.5, float32=False) for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d))
    yield fn(np.reshape, reals(2, 3), (3, 2), copy=True)
    yield meth("reshape", reals(2, 3), 3, 2, copy=True)
    yield fn(np.sort, reals(3, 2), 0, stable=True)
    yield fn(np.nancumsum, GAPS, 1, dtype=np.float64, float32=False)
    yield from (fn(np.linalg.pinv, a, hermitian=True) for a in (reals(3, 3), reals(2, 3, 3), cplx(3, 3)))
    yield from (fn(np.linalg.svd, a, hermitian=True, compute_uv=False) for a in (reals(2, 3, 3), cplx(3, 3)))
    yield fn(np.linalg.svd, reals(2, 3, 3), hermitian=True)
    yield fn(np.einsum, "ij,j", reals(2, 3), reals(3), dtype=complex, float32=False)
    yield fn(np.einsum, reals(2, 3), [0, 1], reals(3), [1], [0], dtype=np.float64, order="F", float32=False)
    yield from (fn(f, reals(2, 0), 1, initial=0.3, wrt=(0,)) for f in (np.max, np.min))
    yield fn(np.einsum, reals(2, 3), [0, 1], reals(3, 2), [1, 2], wrt=(0, 2))
    yield fn(np.einsum, reals(2, 3), [0, 1], reals(3, 2), [1, 2], [2, 0], wrt=(0, 2))
    yield fn(np.einsum, reals(2, 3), [0, ...], reals(3), [...], wrt=(0, 2))
    yield fn(math.hypot, -1.5, 0.7, 2.1)
    yield fn(math.hypot, -1.5)


def grids():
    yield fn(np.logspace, 0.3, 1.2, 4, True, 2.5, float32=False)
    yield fn(np.logspace, reals(3), 1.2, 4, False, positive(3), axis=-1, float32=False)
    yield fn(np.geomspace, 0.3, 7.2, 5, float32=False)
    yield fn(np.geomspace, -0.3, -7.2, 4, False, float32=False)
    yield fn(np.geomspace, positive(3), positive(3), 4, axis=1, float32=False)
    yield fn(np.geomspace, 1 + 1j, -3 + 0.5j, 5)
    points = np.sort(reals(5))
    for edge in (1, 2):
        yield fn(np.gradient, X, edge_order=edge)
        yield fn(np.gradient, X, 0.3, axis=1, edge_order=edge, float32=False)
        yield fn(np.gradient, X, np.sort(reals(3)), 0.3, edge_order=edge, float32=False)
        yield fn(np.gradient, X, points, axis=-1, edge_order=edge, rtol=1e-5, float32=False)
    yield fn(np.gradient, reals(2), 0.3, float32=False)
    yield fn(np.gradient, reals(2), np.array([0.1, 0.5]), float32=False)
    yield fn(np.vander, reals(4))
    yield fn(np.vander, reals(4), 3, True)
    yield fn(np.kaiser, 5, 1.2)


def polynomials():
    p, q = positive(4), reals(3)
    yield fn(np.polyadd, p, q)
    yield fn(np.polysub, q, p)
    yield fn(np.polymul, p, q)
    yield fn(np.polymul, np.append(np.zeros(2), q), p, wrt=(1,))
    yield fn(np.polydiv, reals(5), p, rtol=1e-5, float32=False)
    yield fn(np.polydiv, q, p, float32=False)
    yield from (fn(np.polyder, reals(5), m) for m in (0, 1, 2))
    yield fn(np.polyint, q)
    yield fn(np.polyint, q, 2, reals(2))
    yield fn(np.polyint, q, 2, 0.3, float32=False)
    yield fn(np.roots, np.array([1.0, -3.0, -1.0, 2.0]), float32=False)
    yield fn(np.roots, np.array([1.5, 0.3, 1.0, 2.0]), float32=False)
    yield fn(np.roots, cplx(4), float32=False)
    yield fn(np.poly, q, float32=False)
    yield fn(np.poly, reals(3, 3), rtol=1e-5, float32=False)
    x, w = np.linspace(0, 1, 6), positive(6)
    yield fn(np.polyfit, x, reals(6), 2, rtol=1e-5)
    yield fn(np.polyfit, x, reals(6, 2), 1, None, False, w, rtol=1e-5)
    yield fn(np.polyfit, x, reals(6), 1, None, True, rtol=1e-5)
    yield fn(np.polyfit, x, reals(6), 1, None, False, w, True, rtol=1e-5)
    yield fn(np.polyfit, x, reals(6, 2), 1, cov="unscaled", rtol=1e-5)


def numbers_beside():
    yield fn(np.intersect1d, reals(4), np.array([7, 8]), False, True, wrt=(0,))
    yield fn(np.ediff1d, reals(4), 7, -3, float32=False)
    yield fn(np.ediff1d, reals(2, 2), [7.0, 8.0], 0.5, float32=False)
    for axis in (None, 1):
        yield fn(np.median, X, axis, overwrite_input=False, keepdims=True)
    yield fn(np.nanquantile, GAPS, 0.5, float32=False)
    yield fn(np.nanquantile, np.array([3.0, np.nan, 1.0, 5.0]), 0.5, float32=False)
    yield fn(np.polyval, np.poly1d([1.0, -0.3, 2.0]), reals(3))


def series():
    x, c, grid = reals(4, low=-0.9, high=0.9), reals(3), reals(2, 3)
    for prefix, module in FAMILIES.items():
        of = lambda name, prefix=prefix, module=module: getattr(module, prefix + name)  # noqa: E731
        yield fn(of("val"), x, c)
        yield fn(of("der"), reals(4), 2, -1)
        yield fn(of("der"), reals(4), 1, 1.7, float32=False)
        yield fn(of("int"), c, 2, reals(2), 0.4, 1.7, float32=False)
        yield fn(of("int"), grid, 2, [0.3], lbnd=-0.7, scl=-2, axis=1, float32=False)
        yield fn(of("val"), reals(2, 2), grid)
        yield fn(of("val"), reals(3), grid, False)
        yield fn(of("val"), 0.3, reals(1), float32=False)
        yield fn(of("vander"), x, 3)
        yield fn(of("vander"), x, 0)
        yield fn(of("der"), reals(4), 2)
        yield fn(of("der"), reals(2, 4), axis=1)
        yield fn(of("der"), reals(2), 3)
        yield fn(of("int"), c)
        yield fn(of("int"), reals(3, 2), 2, reals(2), float32=False)
        yield fn(of("int"), reals(2, 3), 2, 0.7, axis=1, float32=False)
        yield fn(of("val2d"), x, reals(4), grid)
        yield fn(of("grid2d"), x, reals(2), grid)
        yield fn(of("val3d"), x, reals(4), reals(4), reals(2, 2, 2))
        yield fn(of("grid3d"), reals(2), reals(3), reals(2), reals(2, 2, 2))
        if hasattr(module, f"{prefix}valnd"):  # NumPy 2.5
            yield fn(of("valnd"), [x, reals(4)], grid)
            yield fn(of("valnd"), [x, reals(4), reals(4)], reals(2, 2, 2))
    yield fn(Polynomial.__call__, Polynomial([0.3, 1.0, 2.0], domain=[0.0, 3.0]), reals(2, 2), float32=False)
    yield fn(Polynomial.__call__, Chebyshev([0.3, 1.0, 2.0]), 0.3, float32=False)


def widened():
    inside, beyond = reals(4, low=-0.9, high=0.9), np.array([-1.7, 0.4, 1.3])
    for f in (np.emath.sqrt, np.emath.log, np.emath.log2, np.emath.log10):
        yield fn(f, positive(3))
        yield fn(f, beyond)
        yield fn(f, cplx(3))
    for f in (np.emath.arccos, np.emath.arcsin, np.emath.arctanh):
        yield fn(f, inside)
        yield fn(f, beyond)
        yield fn(f, cplx(3))
    yield fn(np.emath.logn, positive(3), beyond)
    yield fn(np.emath.logn, 2.0, positive(3), wrt=(1,))
    yield fn(np.emath.power, beyond, 1.5, float32=False)
    yield fn(np.emath.power, positive(3), reals(3))
    yield fn(np.emath.power, positive(3), np.array([-2, 1, 2]), wrt=(0,), float32=False)


def rearranged():
    a = reals(3, 4)
    for obj, values in ((1, 7.0), (-1, reals(2)), ([1, 3], reals(2)), ([0, 0, 2], 1.5), (slice(0, 4, 2), reals(2))):
        yield fn(np.insert, reals(4), obj, values)
    yield fn(np.insert, a, 1, reals(4), 0)
    yield fn(np.insert, a, [1], reals(3, 1), axis=1)
    yield fn(np.insert, a, [1, 2], reals(3, 2), -1)
    yield fn(np.resize, a, (5, 4))
    yield fn(np.trim_zeros, positive(4), "f")
    yield fn(np.ediff1d, a, reals(2), [1.0, 2.0])
    yield fn(np.ediff1d, reals(4))
    yield fn(np.sort_complex, reals(4), float32=False)
    yield fn(np.sort_complex, cplx(4))
    yield fn(np.real_if_close, reals(3))
    yield fn(np.real_if_close, cplx(3))
    yield fn(np.broadcast_arrays, reals(3), reals(2, 1), 1.5)
    yield fn(np.ix_, reals(2), reals(3))
    yield fn(np.lib.stride_tricks.sliding_window_view, a, 2, 1)
    yield fn(np.lib.stride_tricks.sliding_window_view, a, (2, 3))
    yield meth("view", a)
    yield fn(np.unique, reals(5))
    yield fn(np.unique, a, axis=0)
    yield fn(np.unique, reals(4), True, False, True)
    yield fn(np.union1d, reals(3), reals(2))
    yield fn(np.setdiff1d, reals(5), np.array([7.0]))
    yield fn(np.setxor1d, reals(3), reals(2))
    yield fn(np.intersect1d, reals(3), np.array([7]), wrt=(0,))
    yield from numbers_beside()
    yield fn(np.piecewise, X, [X < -0.5, X > 0.3], [np.square, np.exp, 1.5])
    yield fn(np.piecewise, positive(3), [np.array([True, False, True])], [np.log, np.negative])
    yield fn(np.piecewise, -1.3, [False, True], [np.log, np.square], float32=False)
    for axis in (0, -1):
        yield fn(np.apply_along_axis, np.sum, axis, a)
        yield fn(np.apply_along_axis, np.square, axis, a)
        yield fn(np.apply_along_axis, np.diag, axis, a)
    yield fn(np.apply_over_axes, np.sum, a, [0, 1])
    yield fn(np.apply_over_axes, np.sum, a, 0)
    yield fn(np.divmod, X, positive(5))
    yield fn(np.frexp, np.array([1.3, -2.7, 0.4]))


def ufunc_methods():
    a, b = positive(3, 4), positive(2)
    for f in sorted(FOLDED, key=lambda f: f.__name__):
        yield fn(f.reduce, a, float32=f not in (np.logaddexp2,))
        yield fn(f.reduce, a, 1, keepdims=True)
        yield fn(f.accumulate, a, -1)
        yield fn(f.reduceat, a, [0, 2, 1], 0)
    for f in (np.add, np.multiply):
        yield fn(f.reduce, a, (0, 1))
        yield fn(f.reduce, a, None, initial=2.0, where=a > 1)
    yield fn(np.logaddexp.reduce, a, None)
    for f in (np.logaddexp, np.logaddexp2):
        yield fn(f.reduce, a, 1, initial=-0.5, where=a > -0.5)
    for f in (np.fmax, np.fmin, np.hypot):
        yield fn(f.reduce, a, (0, 1))
        yield fn(f.reduce, a, None, keepdims=True, initial=0.5)
        yield fn(f.reduce, a, -1, initial=0.1, where=a > -0.5)
    yield fn(np.subtract.reduce, a, -1, initial=2.0)
    yield fn(np.divide.reduce, a, 1, keepdims=True, initial=2.0)
    for f in (np.maximum, np.minimum):
        yield fn(f.reduce, a, 0, initial=0.0, where=a > -0.5)
    with_outer = (f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nin == 2 and f.nout == 1)
    for f in sorted({f for f in with_outer if f.signature is None}, key=lambda f: f.__name__):
        known = registry.lookup(f.outer)
        if known is None or known.form == "constant":
            continue
        if f is np.ldexp:
            yield fn(f.outer, a, np.array([1, 2]), wrt=(0,))
        else:
            yield fn(f.outer, a, b, float32=f not in (np.copysign, np.heaviside, np.nextafter))
