"""Kinds of what functions rearrange: the numbers of an array in another shape or order, or those of several joined."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.analysis import created, kinds
from dualad.analysis.kinds import ANY, Kind
from dualad.analysis.primitive_call import Call
from dualad.analysis.promotion import as_arrays, inexact, promoted
from dualad.syntax.core import Const

INDEX = np.dtype(np.intp)


def axis_of(call: Call, rank: int, default: Any, name: str = "axis") -> int | None:
    """The literal axis of a call, counted from the first; None where there is none, or none that can be told."""
    axis = call.literal(name, default)
    return axis % rank if type(axis) is int and -rank <= axis < rank else None


def source_of(call: Call) -> Kind | None:
    """The first argument, if it is an array with dimensions."""
    source = call.args[0]
    return source if source.tag == "array" and source.dims else None


# One array


def reshape(call: Call) -> Kind:
    """`np.reshape`, and the method, which takes its shape in one argument or in several."""
    source, shape = call.args[0], given_shape(call)
    if source.tag != "array" or shape is None:
        return ANY
    return kinds.array(source.dtype, tuple(["?" if n == -1 else created.created(n, kind) for n, kind in shape]))


def broadcast_to(call: Call) -> Kind:
    """`np.broadcast_to`."""
    source, shape = call.args[0], given_shape(call)
    if source.rank is None or shape is None:
        return ANY
    return kinds.array(source.dtype, tuple([created.created(n, kind) for n, kind in shape]))


def given_shape(call: Call) -> list[tuple[Any, Kind]] | None:
    """Each length of the argument `shape` (None where it is not literal) and its kind; None where none can be told."""
    if "shape" not in call.named:
        return None
    atom, kind = call.named["shape"]
    values = atom.value if isinstance(atom, Const) else None
    if kind.tag == "tuple" and kind.value is None and len(kind.items) == 1 and kind.items[0].tag == "tuple":
        kind, values = kind.items[0], values[0] if values is not None else None  # one tuple among several arguments
    items, values = ((kind,), (values,)) if kind.tag == "int" else (kind.items, values)
    if kind.tag != "int" and (kind.tag != "tuple" or kind.value is not None):
        return None
    if any([item.tag != "int" for item in items]):
        return None
    return list(zip(values if values is not None else [None] * len(items), items, strict=True))


def transpose(call: Call) -> Kind:
    """`np.transpose`, `x.T` and the method, which takes axes in one argument or one by one."""
    source = call.args[0]
    if source.tag != "array":
        return ANY
    axes = call.literal("axes")
    if isinstance(axes, tuple) and len(axes) == 1 and (axes[0] is None or isinstance(axes[0], tuple)):
        axes = axes[0]
    if (axes is None and len(call.args) == 1) or axes == ():
        return kinds.array(source.dtype, source.dims[::-1])
    if isinstance(axes, tuple) and len(axes) == len(source.dims) and all([type(a) is int for a in axes]):
        return kinds.array(source.dtype, tuple([source.dims[a] for a in axes]))
    return ANY


def swapaxes(call: Call) -> Kind:
    """`np.swapaxes` of literal axes."""
    source = call.args[0]
    if source.tag != "array":
        return ANY
    rank = len(source.dims)
    first, second = axis_of(call, rank, ..., "axis1"), axis_of(call, rank, ..., "axis2")
    if first is None or second is None:
        return ANY
    dims = list(source.dims)
    dims[first], dims[second] = dims[second], dims[first]
    return kinds.array(source.dtype, tuple(dims))


def matrix_transpose(call: Call) -> Kind:
    """`np.matrix_transpose` and `x.mT`."""
    source = call.args[0]
    if source.tag != "array" or len(source.dims) < 2:
        return ANY
    return kinds.array(source.dtype, (*source.dims[:-2], source.dims[-1], source.dims[-2]))


def moveaxis(call: Call) -> Kind:
    """`np.moveaxis` of one literal axis."""
    source = call.args[0]
    if source.tag != "array":
        return ANY
    rank = len(source.dims)
    start, end = axis_of(call, rank, ..., "source"), axis_of(call, rank, ..., "destination")
    if start is None or end is None:
        return ANY
    dims = list(source.dims)
    dims.insert(end, dims.pop(start))
    return kinds.array(source.dtype, tuple(dims))


def squeeze(call: Call) -> Kind:
    """`np.squeeze`, where it can be told which dimensions go."""
    source, axis = call.args[0], call.literal("axis")
    if source.tag != "array" or axis is ...:
        return ANY
    rank = len(source.dims)
    if axis is None:
        if any([kinds.maybe_one(d) for d in source.dims]):
            return ANY
        return kinds.array(source.dtype, tuple([d for d in source.dims if d != 1]))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not all([type(a) is int and -rank <= a < rank for a in axes]):
        return ANY
    gone = {a % rank for a in axes}
    return kinds.array(source.dtype, tuple([d for i, d in enumerate(source.dims) if i not in gone]))


def accumulated(call: Call) -> Kind:
    """`np.cumsum` and its like: along an axis, or of all numbers in a row."""
    source = source_of(call)
    if source is None:
        return ANY
    axis = call.literal("axis")
    if axis is None:
        return kinds.array(inexact(source), source.dims if len(source.dims) == 1 else ("?",))
    return ANY if axis is ... else kinds.array(inexact(source), source.dims)


def differences(call: Call) -> Kind:
    """`np.diff` of floats."""
    source = source_of(call)
    if source is None or "prepend" in call.named or "append" in call.named or call.literal("n", 1) in (0, ...):
        return ANY
    axis = axis_of(call, len(source.dims), -1)
    return ANY if axis is None else kinds.array(inexact(source), open_at(source, axis))


def sorted_(call: Call) -> Kind:
    """`np.sort` along an axis."""
    source = source_of(call)
    if source is None or axis_of(call, len(source.dims), -1) is None:
        return ANY
    return kinds.array(source.dtype, source.dims)


def order(call: Call) -> Kind:
    """`np.argsort`: positions, of an array's shape."""
    source = source_of(call)
    if source is None or axis_of(call, len(source.dims), -1) is None:
        return ANY
    return kinds.array(INDEX, source.dims)


def found_places(call: Call) -> Kind:
    """`np.searchsorted`: one position for each value."""
    if len(call.args) < 2:
        return ANY
    values = call.args[1]
    if values.tag == "array":
        return kinds.array(INDEX, values.dims) if values.dims else ANY
    return Kind("npscalar", dtype=INDEX) if values.is_number else ANY


def places(call: Call) -> Kind:
    """`np.nonzero`: for each dimension positions in a row."""
    source = source_of(call)
    if source is None or len(call.args) != 1:
        return ANY
    return Kind("tuple", items=(kinds.array(INDEX, ("?",)),) * len(source.dims))


def flat_places(call: Call) -> Kind:
    """`np.flatnonzero`."""
    return kinds.array(INDEX, ("?",)) if call.args[0].tag == "array" else ANY


def triangle_places(call: Call) -> Kind:
    """`np.tril_indices` and its like."""
    return Kind("tuple", items=(kinds.array(INDEX, ("?",)),) * 2)


def triangle(call: Call) -> Kind:
    """`np.triu` and `np.tril` of matrices."""
    source = call.args[0]
    return source if source.tag == "array" and len(source.dims) >= 2 else ANY


def diag(call: Call) -> Kind:
    """`np.diag`: the matrix of a vector, or the diagonal of a matrix."""
    source = source_of(call)
    if source is None or len(source.dims) > 2:
        return ANY
    main = call.literal("k", 0) == 0
    if len(source.dims) == 1:
        length = source.dims[0] if main else "?"
        return kinds.array(source.dtype, (length, length))
    return kinds.array(source.dtype, (_diagonal(source, main),))


def diagonal(call: Call) -> Kind:
    """`np.diagonal` of matrices."""
    source = source_of(call)
    if source is None or len(source.dims) != 2:
        return ANY
    return kinds.array(source.dtype, (_diagonal(source, call.literal("offset", 0) == 0),))


def _diagonal(source: Kind, main: bool) -> Any:
    rows, columns = source.dims
    return rows if main and rows == columns else "?"


def repeated(call: Call) -> Kind:
    """`np.repeat`, `np.insert` and `np.delete`: along an axis another length, or a row."""
    source = source_of(call)
    if source is None:
        return ANY
    if call.literal("axis") is None:
        return kinds.array(source.dtype, ("?",))
    axis = axis_of(call, len(source.dims), ...)
    return ANY if axis is None else kinds.array(source.dtype, open_at(source, axis))


def tiled(call: Call) -> Kind:
    """`np.tile`, whose repetitions are one number or one for each dimension."""
    source = source_of(call)
    if source is None or len(call.args) < 2:
        return ANY
    times = call.args[1]
    count = 1 if times.tag == "int" else len(times.items) if times.tag == "tuple" and times.value is None else None
    if count is None or any([item.tag != "int" for item in times.items]):
        return ANY
    rank = len(source.dims)
    kept = source.dims[:-count] if count < rank else ()
    return kinds.array(source.dtype, (*kept, *["?"] * (max(count, rank) - len(kept))))


def taken(call: Call) -> Kind:
    """`np.take` of positions, one or in an array."""
    source = source_of(call)
    if source is None or len(call.args) < 2:
        return ANY
    index = call.args[1]
    exact = index.tag == "int" or (index.dtype is not None and index.dtype.kind in "iu")
    if index.rank is None or not exact:
        return ANY
    if call.literal("axis") is None:
        dims = index.dims
    else:
        axis = axis_of(call, len(source.dims), ...)
        if axis is None:
            return ANY
        dims = (*source.dims[:axis], *index.dims, *source.dims[axis + 1 :])
    if not dims:
        return Kind("npscalar", dtype=source.dtype) if index.tag != "array" else ANY
    return kinds.array(source.dtype, dims)


def padded(call: Call) -> Kind:
    """`np.pad`."""
    source = source_of(call)
    return ANY if source is None else kinds.array(source.dtype, ("?",) * len(source.dims))


def item(call: Call) -> Kind:
    """The method `item`, which gives a number of Python's."""
    dtype = call.args[0].dtype
    if dtype is None or dtype.itemsize > 16 or (dtype.kind == "f" and dtype.itemsize > 8):
        return ANY
    return {"f": kinds.FLOAT, "c": kinds.COMPLEX, "i": kinds.INT, "u": kinds.INT, "b": kinds.BOOL}.get(dtype.kind, ANY)


def open_at(source: Kind, axis: int) -> tuple[Any, ...]:
    """The dimensions, with one of which nothing is known."""
    return (*source.dims[:axis], "?", *source.dims[axis + 1 :])


# Several arrays


def _joined(call: Call) -> list[Kind] | None:
    """The arrays of a list or tuple of them; None where not all are known to be arrays or numbers."""
    items = call.args[0]
    if items.tag not in ("tuple", "list") or not items.items or items.value not in (None, "many"):
        return None
    return list(items.items) if all([k.rank is not None for k in items.items]) else None


def _nothing_yet(call: Call) -> Kind:
    """What is known of joining a list to which nothing was appended yet: empty ones cannot be joined."""
    items = call.args[0]
    empty = items.value is None and not items.items
    return kinds.BOTTOM if items.tag == "list" and (empty or kinds.list_item(items).tag == "bottom") else ANY


def stack(call: Call) -> Kind:
    """`np.stack` along a new axis."""
    items = call.args[0]
    arrays = _joined(call)
    if arrays is None:
        return _nothing_yet(call)
    if any([k.tag != "array" for k in arrays]) or len({len(k.dims) for k in arrays}) != 1:
        return ANY
    axis = axis_of(call, len(arrays[0].dims) + 1, 0)
    if axis is None:
        return ANY
    length = "?" if items.value == "many" else created.created(len(arrays))
    return kinds.array(promoted(arrays), (*arrays[0].dims[:axis], length, *arrays[0].dims[axis:]))


def concatenate(call: Call) -> Kind:
    """`np.concatenate` of arrays with equally many dimensions."""
    arrays = _joined(call)
    return _nothing_yet(call) if arrays is None else _along(arrays, call.literal("axis", 0))


def hstack(call: Call) -> Kind:
    """`np.hstack` of vectors, or of arrays of equal rank."""
    arrays = _joined(call)
    if arrays is None:
        return _nothing_yet(call)
    arrays = [kinds.array(k.dtype, (1,)) if k.rank == 0 else k for k in arrays]
    return _along(arrays, 0 if len(arrays[0].dims) == 1 else 1)


def vstack(call: Call) -> Kind:
    """`np.vstack`."""
    arrays = _joined(call)
    if arrays is None or any([k.rank == 0 for k in arrays]):
        return _nothing_yet(call)
    return _along([kinds.array(k.dtype, (1, *k.dims)) if len(k.dims) == 1 else k for k in arrays], 0)


def column_stack(call: Call) -> Kind:
    """`np.column_stack`."""
    arrays = _joined(call)
    if arrays is None or any([k.rank == 0 for k in arrays]):
        return _nothing_yet(call)
    return _along([kinds.array(k.dtype, (*k.dims, 1)) if len(k.dims) == 1 else k for k in arrays], 1)


def append(call: Call) -> Kind:
    """`np.append` of what it makes one row of."""
    if len(call.args) != 2 or call.literal("axis") is not None or any([k.rank is None for k in call.args]):
        return ANY
    return kinds.array(promoted(as_arrays(call.args)), ("?",))


def _along(arrays: list[Kind], axis: Any) -> Kind:
    """Arrays joined along an axis: what is known of another dimension of one is true of all."""
    ranks = {len(k.dims) for k in arrays}
    rank = ranks.pop()
    if ranks or not rank or type(axis) is not int or not -rank <= axis < rank:
        return ANY
    dims = [min(column, key=kinds.maybe_one) for column in zip(*[k.dims for k in arrays], strict=True)]
    dims[axis % rank] = "?"
    return kinds.array(promoted(arrays), tuple(dims))


def listed(call: Call) -> Kind:
    """`list` of a row of numbers, or of a list of them."""
    source = call.args[0]
    if source.tag == "list":
        return kinds.many(kinds.anonymous(kinds.list_item(source)))
    return kinds.many(Kind("npscalar", dtype=source.dtype))


def lists(call: Call) -> Kind:
    """`x.tolist()`: numbers of Python's in lists within lists."""
    source = call.args[0]
    if source.tag != "array" or not source.dims or source.dtype is None or source.dtype.char not in "fd":
        return ANY
    found = kinds.FLOAT
    for _ in source.dims:
        found = kinds.many(found)
    return found
