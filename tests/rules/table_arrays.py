"""Rows for functions of whole arrays: reductions, shapes, indexing, joining, sorting, creation."""

from __future__ import annotations

import operator

import numpy as np

from dualad.joined import in_columns, in_rows
from dualad.rules.helpers import present
from dualad.rules.indexing import scatter
from dualad.rules.quantiles import place
from tests.rules.rows import attr, cplx, fn, meth, positive, reals

AXES = (None, 0, -1, (0, 2), (1, -1))
METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
)  # fmt: skip
GAPS = np.array([[1.0, np.nan, 3.0], [0.5, -2.0, np.nan], [0.1, 0.7, 1.2]])


def rows():
    yield from reductions()
    yield from cumulative()
    yield from shaping()
    yield from repeated()
    yield from parts()
    yield from indexing()
    yield from joining()
    yield from sorting()
    yield from creation()


def reductions():
    for name in ("sum", "mean", "prod", "max", "min", "ptp", "var", "std"):
        f = getattr(np, name)
        for axis in AXES:
            for keepdims in (False, True):
                yield fn(f, reals(2, 3, 2), axis=axis, keepdims=keepdims)
        yield fn(f, reals(5))
        yield fn(f, reals())
        yield fn(f, reals(1, 1), 0)
        if name != "ptp":
            yield meth(name, reals(2, 3), axis=1, keepdims=True)
            yield meth(name, reals(2, 3))
            yield fn(f, cplx(2, 3), 1)
    yield from (fn(f, reals(2, 3), 1, keepdims=True) for f in (np.amax, np.amin))
    yield from (fn(f, reals(2, 3), (), keepdims=True) for f in (np.sum, np.prod, np.max))
    yield from (fn(f, reals(2, 3), axis=0, dtype=np.float64, float32=False) for f in (np.sum, np.mean))
    yield from (fn(f, reals(2, 4), axis=1, ddof=1) for f in (np.var, np.std))
    for zeros in ([0.0, 2.0, 3.0], [0.0, 2.0, 0.0], [1.0, 0.0, 3.0]):
        yield fn(np.prod, np.array(zeros))
        yield fn(np.cumprod, np.array(zeros))
    for f in (np.nansum, np.nanmean, np.nanmax, np.nanmin, np.nanvar, np.nanstd):
        yield fn(f, GAPS)
        yield fn(f, GAPS, 0)
        yield fn(f, GAPS, axis=1, keepdims=True)
    a = reals(2, 3, 2)
    yield fn(np.average, a)
    yield fn(np.average, a, 1)
    yield fn(np.average, a, weights=positive(2, 3, 2), wrt=(0,))
    for axis, w in ((1, (3,)), (-1, (2,)), ((0, 2), (2, 2)), ((2, 1), (2, 3)), (None, (2, 3, 2)), (0, (2, 3, 2))):
        yield fn(np.average, a, axis, positive(*w))
        yield fn(np.average, a, axis, positive(*w), keepdims=True)
    for f in (np.median,):
        yield from (fn(f, reals(2, 3, 4), axis=axis, keepdims=k) for axis in AXES for k in (False, True))
    for axis in (None, 0, (0, 1)):
        yield fn(np.quantile, reals(3, 4), 0.3, axis)
        yield fn(np.quantile, reals(3, 4), [0.1, 0.75, 1.0], axis, keepdims=True, wrt=(0,), float32=False)
        yield fn(np.quantile, reals(3, 4), [0.1, 0.75], axis, wrt=(0,), float32=False)
        yield fn(np.percentile, reals(3, 4), 37, axis)
        yield fn(np.quantile, reals(3, 4), np.array([[0.1, 0.6]]), axis, float32=False)
        yield fn(np.percentile, reals(3, 5), 37.3, axis, keepdims=True, float32=False)
    yield from (fn(place, q, 5, "weibull", float32=False) for q in (0.37, np.array([0.01, 0.7])))
    for method in METHODS:
        yield fn(np.quantile, reals(2, 5), 0.37, 1, method=method, float32=False)
        yield fn(np.percentile, reals(2, 5), np.array([1.0, 33.0, 77.0, 99.0]), 1, method=method, float32=False)
    yield fn(np.trapezoid, reals(5))
    yield fn(np.trapezoid, reals(2, 5), None, 0.3)
    yield fn(np.trapezoid, reals(4, 3), np.sort(reals(4)), 1.0, 0)
    yield fn(np.trapezoid, reals(2, 5), np.sort(reals(5)))
    yield fn(np.trapezoid, reals(2, 5), np.sort(reals(2, 5)))
    yield fn(np.trapezoid, reals(5), np.sort(reals(2, 5)))  # the points are broadcast with the values
    yield fn(np.trapezoid, reals(2, 5), np.sort(reals(1, 5)))
    yield fn(np.trapezoid, reals(1, 5), np.sort(reals(2, 5)), 1.0, -1)
    yield fn(np.trapezoid, reals(3, 1, 4), np.sort(reals(2, 4)))
    yield fn(np.trapezoid, reals(2, 4), np.sort(reals(4)), 1.0, -2)  # and so are the values with them
    yield fn(np.trapezoid, reals(4, 1), None, reals(3, 2), 0)


def cumulative():
    for axis in (None, 0, 1, -1):
        yield fn(np.cumsum, reals(3, 4), axis)
        yield fn(np.cumprod, reals(3, 4), axis)
        yield meth("cumsum", reals(2, 3), axis)
        yield meth("cumprod", reals(2, 3), axis)
        yield fn(np.nancumsum, np.where(reals(3, 4) > 1, np.nan, reals(3, 4)), axis)
    for f in present(np, "cumulative_sum", "cumulative_prod"):
        yield fn(f, reals(4))
        yield fn(f, reals(2, 4), axis=-1)
    yield fn(np.cumprod, cplx(5))
    yield fn(np.cumprod, reals(1))
    for n in (0, 1, 2, 3):
        yield fn(np.diff, reals(5), n)
        yield fn(np.diff, reals(4, 3), n, 0)
    yield fn(np.diff, reals(2, 4), 1, -1, 0.5, reals(2, 2))
    yield fn(np.diff, reals(4, 2), 2, 0, reals(1, 2), 1.5)


def shaping():
    a = reals(2, 3, 4)
    for shape, order in (((6, 4), "C"), ((-1,), "F"), (24, "C"), ((2, 2, 6), "F")):
        yield fn(np.reshape, a, shape, order)
        yield meth("reshape", a, shape, order=order)
    yield meth("reshape", a, 4, -1)
    yield from (fn(np.ravel, a, order) for order in "CF")
    yield from (meth("ravel", a, order) for order in "CF")
    yield from (meth("flatten", a, order) for order in "CF")
    yield fn(np.squeeze, reals(1, 3, 1))
    yield fn(np.squeeze, reals(1, 3, 1), -1)
    yield meth("squeeze", reals(1, 3, 1), 0)
    yield from (fn(np.expand_dims, reals(2, 3), axis) for axis in (0, -1, (0, 2)))
    for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
        yield from (fn(f, reals(*s)) for s in ((), (3,), (2, 3), (2, 1, 3)))
    yield from (fn(np.broadcast_to, reals(*s), (2, 3)) for s in ((), (3,), (2, 1), (1, 3), (2, 3)))
    yield fn(np.transpose, a)
    yield from (fn(np.transpose, a, axes) for axes in ((1, 2, 0), (-1, 0, 1), [2, 0, 1]))
    yield meth("transpose", a)
    yield meth("transpose", a, (1, 2, 0))
    yield meth("transpose", a, 2, 0, -2)
    yield from (attr("T", reals(*s)) for s in ((3,), (2, 3), (2, 3, 4)))
    yield attr("mT", a)
    yield fn(np.matrix_transpose, a)
    yield fn(np.swapaxes, a, 0, -1)
    yield meth("swapaxes", a, 1, 2)
    yield fn(np.moveaxis, a, (0, 1), (-1, 0))
    yield fn(np.moveaxis, a, 2, 0)
    yield from (fn(np.rollaxis, a, axis, start) for axis, start in ((0, 3), (2, 0), (-1, 1), (1, -1), (1, 1)))
    yield from (fn(np.flip, a, axis) for axis in (None, 0, (1, -1)))
    yield fn(np.flipud, a)
    yield fn(np.fliplr, a)
    yield from (fn(np.rot90, a, k, axes) for k, axes in ((1, (0, 1)), (2, (1, 2)), (-1, (2, 0)), (4, (0, 1))))
    for shift, axis in ((2, None), (-1, 0), (3, -1), ((1, -2), (0, 2)), (2, (0, 1))):
        yield fn(np.roll, a, shift, axis)
    yield fn(np.copy, a)
    yield meth("copy", a)
    yield fn(np.astype, a, np.float64, float32=False)
    yield meth("astype", a, float, float32=False)
    yield meth("astype", a, complex, float32=False)
    yield meth("astype", a, int, float32=False)
    yield meth("astype", a, np.float64, copy=False, float32=False)


def repeated():
    for repeats, axis in ((3, None), (2, 1), ([1, 0, 2], 0), (np.array([2]), -1)):
        yield fn(np.repeat, reals(3, 2), repeats, axis)
        yield meth("repeat", reals(3, 2), repeats, axis)
    yield from (fn(np.tile, reals(2, 3), reps) for reps in (2, (2, 1), (2, 1, 3), ()))
    yield fn(np.tile, reals(), 3)
    a = reals(3, 4)
    yield from (fn(np.pad, a, w) for w in (1, (1, 2), ((1, 0), (2, 1)), ((0, 0), (0, 3))))
    yield fn(np.pad, a, {-1: (1, 2), 0: 1})
    yield fn(np.pad, a, 2, constant_values=3.0)
    yield from (fn(np.pad, a, ((1, 2), (2, 0)), mode) for mode in ("edge", "reflect", "symmetric", "wrap"))
    for mode in ("mean", "linear_ramp"):
        yield fn(np.pad, reals(3, 4), ((1, 2), (2, 0)), mode)
    yield fn(np.pad, reals(3, 4), ((1, 2), (0, 1)), "mean", stat_length=((2, 1), (3, 9)))
    for mode in ("reflect", "symmetric"):
        yield fn(np.pad, reals(3, 4), ((1, 2), (2, 0)), mode, reflect_type="odd")
    yield fn(np.pad, reals(4), 2, "linear_ramp", end_values=1.5)
    for mode in ("maximum", "minimum", "median"):
        yield fn(np.pad, reals(3, 4), ((1, 2), (2, 0)), mode)
        yield fn(np.pad, reals(3, 4), 1, mode, stat_length=((2, 1), (3, 9)))


def parts():
    a = reals(4, 4, 4)
    yield fn(np.split, a, 2)
    yield fn(np.split, a, [1, 3], axis=-1)
    yield fn(np.array_split, a, 3, 1)
    yield from (fn(f, a, 2) for f in (np.hsplit, np.vsplit, np.dsplit))
    yield fn(np.hsplit, reals(6), [1, 4])
    if hasattr(np, "unstack"):
        yield fn(np.unstack, a, axis=1)
    for k in (0, 1, -2):
        yield fn(np.triu, reals(3, 4), k)
        yield fn(np.tril, reals(2, 3, 3), k)
        yield fn(np.diag, reals(3), k)
        yield fn(np.diag, reals(3, 4), k)
        yield fn(np.diagflat, reals(2, 2), k)
        yield fn(np.diagonal, reals(3, 4), k)
        yield fn(np.trace, reals(3, 4), k)
    yield fn(np.triu, reals(3))
    yield fn(np.diagonal, reals(2, 3, 4), 1, -1, 0)
    yield fn(np.trace, reals(2, 3, 4), 0, 1, 2)
    yield meth("diagonal", reals(3, 4), 1)
    yield meth("trace", reals(3, 4), -1)


def indexing():
    a = reals(4, 5)
    keys = (
        0, -1, slice(1, 3), slice(None, None, -2), None, Ellipsis, (1, 2), (slice(None), 2), (Ellipsis, None, 1),
        [0, 0, 1], np.array([[0, 3], [3, 3]]), (np.array([0, 0, 2]), np.array([1, 1, 4])), ([1, 1], slice(1, 3)),
        (slice(None), [0, 2, 2]), a > 0, (a[:, 0] > 0, 1), np.zeros(4, bool), (np.int64(1), slice(None)), slice(2, 2),
        (None, [0, 1], None, 2), True, (slice(None), np.array([1, 1]), None),
    )  # fmt: skip
    yield from (fn(operator.getitem, a, key) for key in keys)
    yield fn(operator.getitem, cplx(3), [0, 0])
    yield fn(scatter, reals(3), (2, 5), (1, [0, 0, 4]))
    yield fn(scatter, reals(2, 3), (4, 3), slice(0, 4, 2))
    yield fn(scatter, 1.5, (4,), 2, float32=False)
    for indices, axis in ((2, 0), ([0, 0, 3], 0), ([[1, 1], [4, 0]], -1), ([0, 7, 7], None), (-1, 1)):
        yield fn(np.take, a, indices, axis)
        yield meth("take", a, indices, axis)
    yield fn(np.take, a, [5, -1, 0], 0, mode="wrap")
    yield fn(np.take, a, [5, -1, 0], 1, mode="clip")
    yield fn(np.take_along_axis, a, np.array([[0, 0, 1], [2, 3, 3], [0, 1, 2], [4, 4, 4]]), 1)
    yield fn(np.take_along_axis, a, np.array([[0, 3, 1, 1, 2]]), 0)
    yield fn(np.take_along_axis, a, np.array([3, 3, 0]), None)
    for axis in (None, 0, 1):
        yield fn(np.compress, [True, False, True], a, axis)
        yield meth("compress", a, [True, False, True], axis)
        yield fn(np.delete, a, [0, 2], axis)
    yield fn(np.delete, a, slice(0, 2), 1)
    yield fn(np.extract, a > 0, a)
    i = np.array([0, 2, 1, 1])
    yield fn(np.choose, i, [reals(4), reals(3, 1), 1.5])
    yield fn(np.choose, i, reals(3, 4))
    yield fn(np.choose, np.array([0, 3, -1, 1]), [reals(4), reals(4)], mode="wrap")
    yield meth("choose", i, [reals(4), reals(4), reals(1)])
    b = reals(4)
    yield fn(np.select, [b > 0.5, b > -0.5], [reals(4), reals(4)], reals(1))
    yield fn(np.select, [b > 0.5, b > -0.5], [reals(4), reals(3, 4)], 1.5)
    yield meth("item", reals(1, 1))
    yield from (meth("item", a, *args) for args in ((7,), (1, 2), ((-1, 0),), (-3,)))
    yield from (meth("tolist", reals(*s), float32=False) for s in ((), (3,), (2, 3)))


def joining():
    yield fn(in_rows, np.r_, [reals(2), reals(), reals(3)], wrt=(1,))
    yield fn(in_rows, np.r_, [reals(2), reals(3, 2)], "0,2", wrt=(1,))
    yield fn(in_columns, np.c_, [reals(2), reals(2, 3)], wrt=(1,))
    for arrays, axis in (
        ([reals(2, 3), reals(1, 3)], 0), ((reals(2, 3), reals(2, 1)), -1), ([reals(2, 3), reals(2)], None),
        (reals(3, 2, 2), 1), ([reals(3)], 0),
    ):  # fmt: skip
        yield fn(np.concatenate, arrays, axis)
    for axis in (0, 1, -1):
        yield fn(np.stack, [reals(2, 3), reals(2, 3)], axis)
        yield fn(np.stack, reals(2, 3), axis)
    for f in (np.vstack, np.hstack, np.dstack, np.column_stack):
        yield fn(f, [reals(3), reals(3)])
        yield fn(f, (reals(2, 3), reals(2, 3)))
        yield fn(f, reals(2, 3, 2))
    yield fn(np.hstack, [1.5, reals(2)])
    yield fn(np.vstack, [reals(3), reals(2, 3)])
    yield fn(np.column_stack, [reals(3), reals(3, 2)])
    yield fn(np.append, reals(2, 3), reals(2))
    yield fn(np.append, reals(3), 1.5)
    yield fn(np.append, reals(2, 3), reals(1, 3), 0)
    yield fn(np.block, [[reals(2, 2), reals(2, 1)], [reals(1, 2), 1.5]])
    yield fn(np.block, [reals(2), reals(3)])
    makers = (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.asarray_chkfinite)
    for f in (*makers, np.require):
        yield fn(f, [1.5, 2.5, -1.0])
        yield fn(f, [[1.5, 2.5], (reals(2))])
        yield fn(f, reals(2, 3))
        yield fn(f, [reals(2, 2), [[1.0, 2.0], reals(2)]])
        yield fn(f, reals(3), float, float32=False)
    yield fn(np.array, [1.5, 2.5], ndmin=3)
    yield fn(np.array, reals(3), copy=True)
    yield fn(np.array, [1.5, 2.5], int, float32=False)
    yield fn(np.ascontiguousarray, 1.5)


def sorting():
    for axis in (-1, 0, None):
        yield fn(np.sort, reals(3, 4), axis)
        yield fn(np.partition, reals(3, 4), 1, axis)
        yield fn(np.partition, reals(3, 4), (0, 2), axis)
    x, xp = np.array([-3.0, 0.1, 0.55, 1.7, 9.0]), np.array([-1.0, 0.0, 0.5, 2.0])
    yield fn(np.interp, x, xp, reals(4), float32=False)
    yield fn(np.interp, x.reshape(5, 1), xp, reals(4), float32=False)
    yield fn(np.interp, 0.3, xp, reals(4), float32=False)
    yield fn(np.interp, x, xp, reals(4), 1.5, -2.5, float32=False, wrt=(0, 2, 3, 4))


def creation():
    yield fn(np.full, (2, 3), 1.5, float32=False)
    yield fn(np.full, (2, 3), reals(3))
    yield fn(np.full_like, reals(2, 3), 1.5)
    yield fn(np.full_like, np.zeros(3, int), 1.5, float32=False)
    yield fn(np.full_like, reals(2, 3), reals(2, 1), shape=(2, 2))
    for endpoint in (True, False):
        yield fn(np.linspace, 0.5, 2.5, 5, endpoint, float32=False)
        yield fn(np.linspace, reals(3), reals(2, 1), 4, endpoint, axis=0)
        yield fn(np.linspace, reals(2), 1.5, 4, endpoint, axis=-1)
    yield fn(np.linspace, 0.5, 2.5, 1, float32=False)
    yield fn(np.arange, 0.5, 5, 1.3, float32=False)
    yield fn(np.arange, 2.5, float32=False)
    yield fn(np.arange, 0.25, 3.1, float32=False)
    for indexing in ("xy", "ij"):
        yield fn(np.meshgrid, reals(3), indexing=indexing)
        yield fn(np.meshgrid, reals(3), reals(2), indexing=indexing)
        yield fn(np.meshgrid, reals(3), reals(2), reals(2), indexing=indexing)
