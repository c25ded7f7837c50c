"""The tag by which an entry maps kinds of arguments to the kind of its result, held against results."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

import numpy as np
import pytest

from dualad.analysis import kinds
from dualad.analysis.kinds import Kind
from dualad.analysis.results import result_kind
from dualad.chosen import items_again, items_of_row, largest_item, smallest_item
from dualad.records import replace
from dualad.syntax.core import Const, Var
from tests.rules.rows import Row, fn, meth, of_each
from tests.rules.test_rules import ROWS

ints = np.arange(1, 7).reshape(2, 3)
flags = ints > 3
low = ints.astype(np.float32)
cube, at = np.arange(24.0).reshape(2, 3, 4), np.array([1, 0])


def takes(f, *args):
    """Whether NumPy gives something for arguments of these dtypes."""
    try:
        f(*args)
    except TypeError:
        return False
    return True


CONSTANTS = [
    *(fn(f, ints / 2) for f in (np.floor, np.ceil, np.rint, np.isnan, np.shape, np.ndim, np.size, np.zeros_like)),
    *(fn(f, a) for f in (np.sin, np.sqrt, np.square, np.negative, np.absolute) for a in (ints, low, np.float32(2), 2)),
    *(fn(f, ints, a) for f in (np.add, np.divide, np.power, np.remainder) for a in (2, 2.0, low, np.float32(2))),
    *(fn(f, low, a) for f in (np.add, np.divide, np.less, np.equal) for a in (2, 2.0, ints, np.float32(2), low[:1])),
    *(fn(f, flags, axis=a) for f in (np.any, np.all) for a in (None, 0, -1)),
    *(fn(f, flags, a) for f in (np.any, np.all, np.argmax, np.count_nonzero) for a in (None, 0, -1)),
    *(meth(name, flags, a) for name in ("any", "all", "argmax", "argmin") for a in (None, 0, 1)),
    *(fn(f, s) for f in (np.zeros, np.ones, np.empty) for s in (3, (2, 1), (), (4,))),
    *(fn(f, 3, int) for f in (np.zeros, np.ones)),
    *(fn(f, ints) for f in (np.sum, np.mean, np.max, np.var, np.median, np.cumsum, np.sort)),
    *(fn(f, flags) for f in (np.sum, np.mean, np.prod, np.negative) if f is not np.negative),
    *(fn(f, a) for f in (np.argsort, np.nonzero, np.flatnonzero) for a in (ints, ints[0], low)),
    *(fn(f, ints, axis=0) for f in (np.argsort, np.sort, np.cumsum, np.diff)),
    *(fn(np.searchsorted, low[0], a) for a in (2.5, low, ints)),
    *(fn(f, 4) for f in (np.tril_indices, np.triu_indices)),
    *(fn(f, low) for f in (np.var, np.std, np.linalg.norm, np.cumprod, np.trace, np.diag, np.round)),
    *(fn(f, ints / 2, flags) for f in (np.outer, np.vdot, np.append)),
    *(fn(np.where, flags, a, b) for a in (1, 2.0, low, ints[:1]) for b in (2.0, ints / 2)),
    *(
        fn(operator.getitem, cube, key)
        for key in (
            (at, at),
            (at, slice(None), at),
            (slice(None), at, at),
            (at, 0),
            (0, slice(None), at),
            (slice(1), at),
            (at[:, None], at),
            (at, slice(None), slice(1)),
            (slice(None), slice(None), at),
            at[:, None],
        )
    ),
    *(fn(np.linspace, 0, 1, n) for n in (1, 5)),
    *(fn(np.reshape, cube, shape) for shape in (-1, (-1, 1), (6, 4), [4, 6])),
    *(meth("reshape", cube, *shape) for shape in ((-1,), (-1, 1), (6, 4), ((4, 6),), ((24,),))),
    *(meth("transpose", cube, *axes) for axes in ((), (2, 0, 1), ((1, 0, 2),), (None,))),
    *(
        fn(f, a)
        for f in (
            np.linalg.slogdet,
            np.linalg.eigh,
            np.linalg.svd,
            np.linalg.svdvals,
            np.linalg.eig,
            np.linalg.qr,
            np.linalg.pinv,
            np.atleast_1d,
            np.atleast_2d,
            np.atleast_3d,
            np.real,
            np.imag,
            np.angle,
            np.fft.fft2,
            np.fft.fftshift,
            np.ascontiguousarray,
            np.asfortranarray,
            np.average,
            np.rot90,
            np.nan_to_num,
            np.modf,
            np.nanstd,
            np.diagonal,
            np.matrix_transpose,
        )
        for a in (ints[:, :2], low[:, :2], low[:, :2] * 1j, np.eye(2, dtype=np.longdouble), np.eye(2), np.eye(2) * 1j)
        if takes(f, a)
    ),
    *(fn(f, a) for f in (np.sinc, np.i0, np.unwrap, np.modf, np.nan_to_num) for a in (ints, low, low[0], ints[0] / 2)),
    *(fn(f, a, b) for f in (np.inner, np.kron, np.vecdot) for a in (ints, low) for b in (low, ints, ints / 2)),
    *(fn(np.tensordot, cube, b, axes=n) for b, n in ((cube, 0), (cube[0], 0), (cube[0, 0], 1), (cube[0].T, 1))),
    *(fn(np.tensordot, cube, cube.astype(np.float32), axes=n) for n in (((0, 1), (0, 1)), ((2,), (2,)), (0, 0))),
    *(fn(np.linalg.svd, low, a) for a in (True, False)),
    fn(np.linalg.svd, ints / 2, compute_uv=False),
    *(fn(np.linalg.qr, low, mode) for mode in ("reduced", "complete", "r")),
    *(fn(np.linalg.qr, low.T, mode) for mode in ("reduced", "complete", "r")),
    *(fn(np.clip, a, *b) for a in (ints, low, ints / 2) for b in ((1, 3), (None, 3), (1.5, None), (low, None))),
    *(meth("clip", a, 1, None) for a in (ints, low)),
    *(fn(np.average, low, axis=a, weights=w) for a, w in ((None, ints), (0, low), (1, None), (-1, flags + 0.5))),
    *(fn(np.bincount, at, weights=w) for w in (None, at, low[0, :2], at / 2)),
    *(fn(np.insert, a, 1, 2.5) for a in (ints, low)),
    *(fn(np.delete, a, 1, axis=1) for a in (ints, low)),
    *(fn(np.meshgrid, ints[0], low[0, :2], low[1], indexing=i) for i in ("xy", "ij")),
    *(fn(np.meshgrid, *xi) for xi in ((ints[0],), (ints[0], ints[0, :1]), (low[0], ints[0, :2]))),
    *(fn(np.block, a) for a in ([[low, ints], [ints, ints]], [[ints], [ints]], [low[0], ints[0]], [[ints, low / 2.0]])),
    *(fn(np.select, [flags, ~flags], [ints, a], d) for a in (low, 2, 1.5) for d in (0, 1.5, low)),
    *(fn(np.select, [flags], [a]) for a in (low, ints)),
    *(fn(f, a, axis=0) for f in (np.cumulative_sum, np.cumulative_prod) for a in (ints, low)),
    fn(np.cumulative_sum, low[0], include_initial=True),
    *(fn(np.stack, [low, low], axis=a) for a in (0, 1, -1, 2)),
    *(fn(np.quantile, a, 0.5, axis=0, method=m) for a in (ints, low, ints / 2) for m in ("linear", "nearest")),
    *(fn(f, 1.5) for f in (np.float64, np.float32, np.complex128, math.modf, math.frexp)),
    *(fn(f, 2) for f in (np.float64, np.float32)),
    fn(divmod, 7.5, 2.0),
    fn(divmod, 7, 2),
    *(fn(f, a) for f, a in ((items_of_row, np.ones(3)), (items_again, [1, 2.5]))),
    *(fn(f, a) for f, a in ((largest_item, [1, 2.5]), (smallest_item, [1.5, 2.5]), (largest_item, [2, 3]))),
    *(fn(np.linalg.multi_dot, a) for a in ([low, low.T], [low[0], low.T], [low, low.T, low[:, 0]], [low[0], low[1]])),
    *(fn(np.linalg.slogdet, np.stack([np.eye(2), np.eye(2)])), fn(np.linalg.eigh, np.stack([np.eye(2)] * 3))),
    fn(len, [1, 2]),
    fn(isinstance, 1, int),
    fn(str, 1.5),
    fn(float, 2),
    fn(int, 2.5),
]


def atom(value):
    return Var("x") if isinstance(value, (np.ndarray, list)) else Const(value)


def covers(found: Kind, real: Kind) -> bool:
    """Whether what was found is true of the result."""
    if found.tag == "any":
        return True
    if found.tag == "scalar":
        return real.is_number
    if found.tag != real.tag:
        return False
    if found.tag in ("array", "npscalar"):
        if found.dtype is not None and found.dtype != real.dtype or len(found.dims) != len(real.dims):
            return False
        return all(kinds.maybe_one(a) or (a == 1) == (b == 1) for a, b in zip(found.dims, real.dims))
    if found.tag in ("tuple", "list") and found.value != "many":
        return len(found.items) == len(real.items) and all(map(covers, found.items, real.items))
    return True


def note_lengths(kind: Kind, value, lengths: dict[str, int]) -> None:
    """What the names of dimensions stand for, of an argument or what it holds."""
    if kind.tag == "array" and isinstance(value, np.ndarray):
        lengths.update({dim: n for dim, n in zip(kind.dims, value.shape, strict=True) if isinstance(dim, str)})
    elif kind.tag in ("tuple", "list") and isinstance(value, (tuple, list)) and kind.value is None:
        for item, part in zip(kind.items, value, strict=True):
            note_lengths(item, part, lengths)


def has_lengths(found: Kind, result, lengths: dict[str, int]) -> bool:
    """Whether dimensions of a result that have the name of an argument's, or a length, are as long as that says."""
    if found.tag in ("tuple", "list") and found.value != "many":
        return all([has_lengths(k, r, lengths) for k, r in zip(found.items, result, strict=True)])
    if found.tag != "array":
        return True
    for dim, n in zip(found.dims, np.shape(result), strict=True):
        known = int(dim[1:]) if isinstance(dim, str) and dim[:1] == "=" else lengths.get(dim, n)
        if known != n:
            return False
    return True


def as_it_is(kind: Kind) -> Kind:
    return kind


def of_unknown_dtype(kind: Kind) -> Kind:
    """As where ways meet on which an array is of floats here and complex there."""
    if kind.tag in ("array", "npscalar"):
        return replace(kind, dtype=None)
    return replace(kind, items=tuple(map(of_unknown_dtype, kind.items)))


def of_unknown_lengths(kind: Kind) -> Kind:
    if kind.tag == "array":
        return replace(kind, dims=("?",) * len(kind.dims))
    return replace(kind, items=tuple(map(of_unknown_lengths, kind.items)))


def some_number(kind: Kind) -> Kind:
    """As where ways meet on which a number is of Python's here and NumPy's there."""
    if kind.tag in ("float", "complex", "npscalar"):
        return kinds.REAL if kind.is_real else kinds.SCALAR
    return replace(kind, items=tuple(map(some_number, kind.items)))


def check(row: Row, known: Callable[[Kind], Kind]) -> None:
    """The kind of a result is true of it; `known`: what is known of the operands of what could be."""
    if row.by_definition:
        return
    args = [known(kinds.of(a, f"a{i}")) for i, a in enumerate(row.args)]
    signature = row.primitive.signature
    named = {}
    if signature is not None:
        bound = signature.bind(*row.args, **row.kwargs).arguments
        named = {name: (atom(value), known(kinds.of(value, name))) for name, value in bound.items()}
    elif row.kwargs:
        return
    result = row.primitive.fn(*row.args, **row.kwargs)
    found = result_kind(row.primitive, args, named)
    assert covers(found, kinds.of(result)), (found, kinds.of(result))
    lengths: dict[str, int] = {}
    for kind, value in [*zip(args, row.args, strict=True), *((k, row.kwargs.get(n)) for n, (_, k) in named.items())]:
        note_lengths(kind, value, lengths)
    lengths.pop("?", None)
    assert has_lengths(found, result, lengths), (found, np.shape(result))


@of_each([*ROWS, *CONSTANTS])
def test_kind_of_result(row: Row) -> None:
    check(row, as_it_is)


@pytest.mark.parametrize("known", [of_unknown_dtype, of_unknown_lengths, some_number], ids=lambda f: f.__name__)
def test_kinds_of_results_where_less_is_known(known: Callable[[Kind], Kind]) -> None:
    for row in [*ROWS, *CONSTANTS]:
        try:
            check(row, known)
        except AssertionError as error:
            raise AssertionError(f"{row}: {error}") from None
