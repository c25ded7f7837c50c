"""Kinds of what functions of matrices give: factors, eigenvalues and vectors, products of many; parts of numbers."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from dualad.analysis import kinds
from dualad.analysis.kinds import ANY, FLOAT, FLOAT64, INT, Kind
from dualad.analysis.primitive_call import Call
from dualad.analysis.promotion import inexact, promoted, real, usual
from dualad.analysis.rearranged import axis_of, open_at, source_of

COMPLEX = np.dtype(np.complex128)


def _matrices(call: Call) -> Kind | None:
    """The first argument, if it is a matrix or several."""
    source = source_of(call)
    return source if source is not None and len(source.dims) >= 2 else None


@functools.cache
def _class_of_results(name: str) -> type:
    """The class of named tuples that a function of `np.linalg` gives; not every version of NumPy says which it is."""
    return type(getattr(np.linalg, name)(np.eye(1)))


def _results(name: str, *items: Kind) -> Kind:
    return Kind("tuple", items=items, value=_class_of_results(name))


def log_determinant(call: Call) -> Kind:
    """`np.linalg.slogdet`: a sign and the logarithm of a magnitude."""
    source = _matrices(call)
    if source is None:
        return ANY
    dims = source.dims[:-2]
    return _results("slogdet", kinds.numbers(usual(source.dtype), dims), kinds.numbers(real(source.dtype), dims))


def eigenvectors(call: Call) -> Kind:
    """`np.linalg.eigh`: real eigenvalues, and vectors in columns."""
    source = _matrices(call)
    if source is None:
        return ANY
    values, vectors = kinds.array(real(source.dtype), source.dims[:-1]), kinds.array(usual(source.dtype), source.dims)
    return _results("eigh", values, vectors)


def general_eigenvectors(call: Call) -> Kind:
    """`np.linalg.eig`, which gives complex numbers only where there are any."""
    source = _matrices(call)
    if source is None:
        return ANY
    return _results("eig", kinds.array(None, source.dims[:-1]), kinds.array(None, source.dims))


def singular_vectors(call: Call) -> Kind:
    """`np.linalg.svd` in full, reduced, or of the singular values alone."""
    source = _matrices(call)
    full, wanted = call.literal("full_matrices", True), call.literal("compute_uv", True)
    if source is None or type(full) is not bool or type(wanted) is not bool:
        return ANY
    *outer, m, n = source.dims
    least = m if m == n else "?"
    values = kinds.array(real(source.dtype), (*outer, least))
    if not wanted:
        return values
    dtype = usual(source.dtype)
    left = kinds.array(dtype, (*outer, m, m if full else least))
    right = kinds.array(dtype, (*outer, n if full else least, n))
    return _results("svd", left, values, right)


def singular_values(call: Call) -> Kind:
    """`np.linalg.svdvals`."""
    source = _matrices(call)
    if source is None:
        return ANY
    *outer, m, n = source.dims
    return kinds.array(real(source.dtype), (*outer, m if m == n else "?"))


def triangular(call: Call) -> Kind:
    """`np.linalg.qr` in its reduced and complete modes, or R alone."""
    source = _matrices(call)
    mode = call.literal("mode", "reduced")
    if source is None or mode not in ("reduced", "complete", "r"):
        return ANY
    *outer, m, n = source.dims
    inner = m if mode == "complete" or m == n else "?"
    factor = kinds.array(usual(source.dtype), (*outer, inner, n))
    return factor if mode == "r" else _results("qr", kinds.array(usual(source.dtype), (*outer, m, inner)), factor)


def inverse_of_any(call: Call) -> Kind:
    """`np.linalg.pinv`."""
    source = _matrices(call)
    if source is None:
        return ANY
    *outer, m, n = source.dims
    return kinds.array(usual(source.dtype), (*outer, n, m))


def chained(call: Call) -> Kind:
    """`np.linalg.multi_dot` of matrices, the first and the last of which may be vectors."""
    items = call.args[0]
    known = items.tag in ("list", "tuple") and items.value is None and len(items.items) > 1
    if not known or any([k.tag != "array" or not k.dims for k in items.items]):
        return ANY
    first, last = items.items[0], items.items[-1]
    columns = last.dims[1:] if len(last.dims) > 1 else ()
    return kinds.numbers(promoted(list(items.items)), (*first.dims[:-1], *columns))


def inner(call: Call) -> Kind:
    """`np.inner` of arrays with dimensions: over the last ones."""
    if len(call.args) != 2 or any([k.tag != "array" or not k.dims for k in call.args]):
        return ANY
    left, right = call.args
    return kinds.numbers(promoted(call.args), (*left.dims[:-1], *right.dims[:-1]))


def contracted(call: Call) -> Kind:
    """`np.tensordot` over a literal number of axes, or over literal ones."""
    if len(call.args) < 2 or any([k.tag != "array" for k in call.args[:2]]):
        return ANY
    left, right = call.args[:2]
    axes = call.literal("axes", 2)
    if type(axes) is int and 0 <= axes <= min(len(left.dims), len(right.dims)):
        over = tuple(range(len(left.dims) - axes, len(left.dims))), tuple(range(axes))
    elif isinstance(axes, tuple) and len(axes) == 2:
        over = tuple([a if isinstance(a, tuple) else (a,) for a in axes])  # type: ignore[assignment]
    else:
        return ANY
    dims: list[Any] = []
    for kind, taken in zip((left, right), over, strict=True):
        rank = len(kind.dims)
        if not all([type(a) is int and -rank <= a < rank for a in taken]):
            return ANY
        gone = {a % rank for a in taken}
        dims += [d for i, d in enumerate(kind.dims) if i not in gone]
    dtype = promoted(call.args[:2])
    return kinds.array(dtype, tuple(dims)) if dims else ANY  # an array without dimensions


def products_of_all(call: Call) -> Kind:
    """`np.kron` of arrays."""
    if len(call.args) != 2 or any([k.tag != "array" or not k.dims for k in call.args]):
        return ANY
    return kinds.array(promoted(call.args), ("?",) * max([len(k.dims) for k in call.args]))


def along_last(call: Call) -> Kind:
    """`np.vecdot` along the last axis."""
    if len(call.args) != 2 or any([k.tag != "array" or not k.dims for k in call.args]) or "axis" in call.named:
        return ANY
    return kinds.numbers(promoted(call.args), kinds.broadcast([k.dims[:-1] for k in call.args]))


def averaged(call: Call) -> Kind:
    """`np.average` along an axis, weighted or not."""
    source, weights = source_of(call), call.named.get("weights")
    if source is None or call.literal("returned", False) is not False or call.literal("keepdims", False) is not False:
        return ANY
    arrays = [source] if weights is None or weights[1].tag == "none" else [source, weights[1]]
    dtype = FLOAT64 if all([k.tag == "array" and kinds.is_double(k) for k in arrays]) else None
    if call.literal("axis") is None:
        return Kind("npscalar", dtype=dtype)
    axis = axis_of(call, len(source.dims), ...)
    if axis is None:
        return ANY
    return kinds.numbers(dtype, (*source.dims[:axis], *source.dims[axis + 1 :]))


def spectrum_of_all(call: Call) -> Kind:
    """`np.fft.fft2`, `np.fft.fftn` and their inverses: complex numbers, as many unless something is said of lengths."""
    source = source_of(call)
    if source is None:
        return ANY
    double = source.dtype is not None and source.dtype.char in "dD"
    dims = source.dims if call.literal("s") is None else ("?",) * len(source.dims)
    return kinds.array(COMPLEX if double else None, dims)


# Parts of numbers


def real_part(call: Call) -> Kind:
    """`np.real`, `np.imag`, `np.angle` and the attributes: of floats or complex numbers."""
    source = call.args[0]
    if source.tag not in ("array", "npscalar") or (source.tag == "array" and not source.dims):
        return ANY
    return kinds.numbers(real(source.dtype), source.dims)


def whole_and_rest(call: Call) -> Kind:
    """`divmod`, `math.modf` and `np.modf`: two numbers, or two arrays, of their arguments' kind."""
    if all([k.tag == "float" for k in call.args]):
        return ANY if call.fn is np.modf else Kind("tuple", items=(FLOAT, FLOAT))
    source = source_of(call)
    if len(call.args) != 1 or source is None:
        return ANY
    return Kind("tuple", items=(kinds.array(inexact(source), source.dims),) * 2)


def fraction_and_exponent(call: Call) -> Kind:
    """`math.frexp`."""
    return Kind("tuple", items=(FLOAT, INT)) if call.args[0].tag == "float" else ANY


def cast(call: Call) -> Kind:
    """`np.float64(x)` and its like of one number."""
    dtype = np.dtype(call.fn) if isinstance(call.fn, type) else None
    return Kind("npscalar", dtype=dtype) if len(call.args) == 1 and call.args[0].is_number else ANY


# Arrays in other arrangements


def of_rank(call: Call) -> Kind:
    """`np.atleast_1d` and its like of one array."""
    rank = {"atleast_1d": 1, "atleast_2d": 2, "atleast_3d": 3}.get(getattr(call.fn, "__name__", ""))
    source = call.args[0]
    if rank is None or len(call.args) != 1 or source.tag != "array" or (rank == 3 and len(source.dims) < 3):
        return ANY
    return kinds.array(source.dtype, (1,) * (rank - len(source.dims)) + source.dims)


def as_it_is(call: Call) -> Kind:
    """What keeps an array with dimensions as it is: `np.ascontiguousarray`, `np.asanyarray`, `np.fft.fftshift`."""
    source = source_of(call)
    return ANY if source is None or "dtype" in call.named else kinds.array(source.dtype, source.dims)


def floats_of_floats(call: Call) -> Kind:
    """What works by element on floats: `np.sinc`, `np.i0`, `np.nan_to_num`, `np.unwrap`."""
    source = source_of(call)
    return ANY if source is None or "dtype" in call.named else kinds.array(inexact(source), source.dims)


def grid(call: Call) -> Kind:
    """`np.meshgrid` of vectors: as many arrays, of one shape."""
    axes = [k for name, (_, kind) in call.named.items() for k in kind.items if name == "xi"]
    rest = [name for name in call.named if name not in ("xi", "indexing", "sparse", "copy")]
    matrix, sparse = call.literal("indexing", "xy"), call.literal("sparse", False)
    if rest or not axes or sparse is not False or matrix not in ("xy", "ij"):
        return ANY
    if any([k.tag != "array" or len(k.dims) != 1 for k in axes]):
        return ANY
    dims = [k.dims[0] for k in axes]
    if matrix == "xy" and len(dims) > 1:
        dims[:2] = dims[1::-1]
    return Kind("tuple", items=tuple([kinds.array(k.dtype, tuple(dims)) for k in axes]))


def blocks(call: Call) -> Kind:
    """`np.block` of rows of matrices, or of one row of vectors."""
    rows = call.args[0]
    if rows.tag != "list" or rows.value is not None or not rows.items:
        return ANY
    nested = all([k.tag == "list" and k.value is None and k.items for k in rows.items])
    arrays = [k for row in rows.items for k in row.items] if nested else list(rows.items)
    rank = 2 if nested else 1
    if any([k.tag != "array" or len(k.dims) != rank for k in arrays]):
        return ANY
    return kinds.array(promoted(arrays), ("?",) * rank)


def selected(call: Call) -> Kind:
    """`np.select` of arrays and numbers."""
    if len(call.args) < 2 or any([k.tag != "list" or k.value is not None or not k.items for k in call.args[:2]]):
        return ANY
    conditions, choices = (list(k.items) for k in call.args[:2])
    default = call.named["default"][1] if "default" in call.named else INT
    if any([k.rank is None for k in [*conditions, *choices, default]]):
        return ANY
    dims = kinds.broadcast([k.dims for k in [*conditions, *choices, default]])
    return kinds.array(promoted([*choices, default]), dims) if dims else ANY


def turned(call: Call) -> Kind:
    """`np.rot90` in the first two axes."""
    source = _matrices(call)
    times = call.literal("k", 1)
    if source is None or type(times) is not int or call.literal("axes", (0, 1)) != (0, 1):
        return ANY
    first, second, *rest = source.dims
    return kinds.array(source.dtype, (second, first, *rest) if times % 2 else source.dims)


def summed_along(call: Call) -> Kind:
    """`np.cumulative_sum` and `np.cumulative_prod` along a literal axis."""
    source = source_of(call)
    if source is None or "dtype" in call.named or "out" in call.named:
        return ANY
    axis = axis_of(call, len(source.dims), 0 if len(source.dims) == 1 else ...)
    if axis is None:
        return ANY
    return kinds.array(inexact(source), open_at(source, axis) if "include_initial" in call.named else source.dims)


def counted(call: Call) -> Kind:
    """`np.bincount`: whole numbers, or sums of weights."""
    weights = call.named.get("weights")
    plain = weights is None or weights[1].tag == "none"
    if not plain and weights[1].tag != "array":  # type: ignore[index]
        return ANY
    return kinds.array(np.dtype(np.intp) if plain else FLOAT64, ("?",))


def chosen_along(call: Call) -> Kind:
    """`np.take_along_axis` along an axis: of the source's rank."""
    source = source_of(call)
    if source is None or axis_of(call, len(source.dims), -1) is None:
        return ANY
    return kinds.array(source.dtype, ("?",) * len(source.dims))


def those_that_hold(call: Call) -> Kind:
    """`np.extract`: a row of what a condition chooses."""
    known = len(call.args) == 2 and call.args[1].tag == "array"
    return kinds.array(call.args[1].dtype, ("?",)) if known else ANY
