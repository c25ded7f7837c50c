"""Stacks: several tangents of one array, one after the other along a first axis, for code that is linear in tangents.

Code that says what a tangent is (see `tangents`) is run once for many directions by giving it stacks. They take part in
NumPy's functions by its protocols. Whatever is not known here to be linear, and to be one call for all directions, is
`NotStacked`, and who asked takes another way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from dualad.reverse import runtime

Array = np.ndarray[Any, Any]
_NUMBERS = (float, np.float64)


class NotStacked(Exception):
    """Something that is not known of many tangents at once."""


class Group:
    """The directions of one run: how many they are, and how large an array of one direction was at most."""

    __slots__ = ("count", "largest")

    def __init__(self, count: int) -> None:
        self.count = count
        self.largest = 1


class Stack(NDArrayOperatorsMixin):
    """The tangents of one value for all directions of a group. Those of a number are a new object each time."""

    __slots__ = ("group", "rows")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, rows: Any, group: Group) -> None:
        self.rows: Array = rows
        self.group = group
        size = rows.size // group.count
        if size > group.largest:
            group.largest = size

    def __repr__(self) -> str:
        return f"Stack({self.rows!r})"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.rows.shape[1:]

    @property
    def ndim(self) -> int:
        return self.rows.ndim - 1

    @property
    def size(self) -> int:
        return self.rows.size // self.group.count

    @property
    def dtype(self) -> Any:
        return self.rows.dtype

    @property
    def T(self) -> Stack:
        return _transpose(self)

    def __len__(self) -> int:
        if self.rows.ndim < 2:
            raise NotStacked("the length of a number")
        return self.rows.shape[1]

    def __iter__(self) -> Iterator[Stack]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        raise NotStacked("the truth of tangents")

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotStacked("tangents where NumPy wants an array")

    def __getitem__(self, key: Any) -> Stack:
        found = self.rows[_key(key, self.ndim)]
        if found.ndim > 1:
            return Stack(found, self.group)
        if key is Ellipsis or (type(key) is tuple and any(k is Ellipsis for k in key)):
            raise NotStacked("a view of one number")
        return Stack(found.copy(), self.group)  # a number is no view

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self.ndim:
            raise NotStacked("a store into an array without axes")
        place = _key(key, self.ndim)
        if type(value) is Stack:
            rank = self.rows[place].ndim - 1
            if value.ndim > rank:
                raise NotStacked("a store of what has more axes")
            value = value.aligned(rank)
        elif not isinstance(value, float | int | np.ndarray | np.generic):
            raise NotStacked("a store of something else")
        self.rows[place] = value

    def aligned(self, rank: int) -> Array:
        """The rows of a value that is to have so many axes at least."""
        lacking = rank + 1 - self.rows.ndim
        return self.rows if lacking <= 0 else self.rows.reshape(len(self.rows), *[1] * lacking, *self.shape)

    def copy(self) -> Stack:
        return Stack(self.rows.copy(), self.group)

    def reshape(self, *shape: Any, order: str = "C") -> Stack:
        return _reshape(self, shape[0] if len(shape) == 1 else shape, order)

    def ravel(self) -> Stack:
        return _reshape(self, (-1,))

    def transpose(self, *axes: Any) -> Stack:
        return _transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> Stack:
        return _sum(self, axis, keepdims=keepdims)

    # The usual arithmetic, without a look at the ufunc

    def __add__(self, other: Any) -> Any:
        if type(other) is Stack and other.rows.ndim == self.rows.ndim:
            return Stack(self.rows + other.rows, self.group)
        return np.add(self, other)

    def __sub__(self, other: Any) -> Any:
        if type(other) is Stack and other.rows.ndim == self.rows.ndim:
            return Stack(self.rows - other.rows, self.group)
        return np.subtract(self, other)

    def __neg__(self) -> Stack:
        return Stack(-self.rows, self.group)

    def __mul__(self, other: Any) -> Any:
        if type(other) in _NUMBERS or (type(other) is np.ndarray and other.ndim < self.rows.ndim):
            return Stack(self.rows * other, self.group)
        return np.multiply(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) in _NUMBERS or (type(other) is np.ndarray and other.ndim < self.rows.ndim):
            return Stack(self.rows / other, self.group)
        return np.true_divide(self, other)

    def __matmul__(self, other: Any) -> Any:
        return _matmul(self, other) if type(other) is np.ndarray else np.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _matmul(other, self) if type(other) is np.ndarray else np.matmul(other, self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "at" and ufunc is np.add and inputs[0] is self:
            np.add.at(self.rows, _key(inputs[1], self.ndim), _added(self, inputs[1], inputs[2]))
            return None
        out = kwargs.pop("out", None)
        if method != "__call__" or kwargs:
            raise NotStacked(f"{ufunc.__name__}.{method}")
        if ufunc is np.matmul and out is None:
            return _matmul(*inputs)
        if ufunc not in _SUMS and not _is_product(ufunc, inputs):
            raise NotStacked(ufunc.__name__)
        rank = max([x.ndim if type(x) is Stack else np.ndim(x) for x in inputs])
        rows = [x.aligned(rank) if type(x) is Stack else _plain(x) for x in inputs]
        if out is None:
            return Stack(ufunc(*rows), self.group)
        (into,) = out
        if type(into) is not Stack or into.ndim != rank:
            raise NotStacked("a result in place")
        if not into.ndim:  # of a number
            return Stack(ufunc(*rows), self.group)
        ufunc(*rows, out=into.rows)
        return into

    def __array_function__(self, fn: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        known = FUNCTIONS.get(fn)
        if known is None:
            raise NotStacked(getattr(fn, "__name__", "a function"))
        return known(*args, **kwargs)


# Keys


def _key(key: Any, ndim: int) -> tuple[Any, ...]:
    """A key of one direction as a key of all."""
    parts = key if type(key) is tuple else (key,)
    special = [i for i, p in enumerate(parts) if not (p is None or p is Ellipsis or type(p) is slice)]
    arrays = [i for i in special if isinstance(parts[i], np.ndarray | list)]
    if any(isinstance(parts[i], bool | np.bool_ | tuple) for i in special):
        raise NotStacked("a key")
    if arrays and special[-1] - special[0] != len(special) - 1:
        raise NotStacked("integer arrays with slices between them")
    return (slice(None), *parts)


def _added(base: Stack, key: Any, value: Any) -> Any:
    if type(value) is not Stack:
        return _plain(value)
    return value.aligned(base.rows[_key(key, base.ndim)].ndim - 1)


def _plain(x: Any) -> Any:
    if isinstance(x, np.ndarray | np.generic | float | int):
        return x
    raise NotStacked("arithmetic with something else")


# Functions

_SUMS = frozenset((np.add, np.subtract, np.negative, np.positive))


def _is_product(ufunc: Any, inputs: Any) -> bool:
    """Whether an operation of two operands is linear in its stack."""
    if ufunc is np.multiply:
        return sum([type(x) is Stack for x in inputs]) == 1
    return ufunc in (np.divide, np.true_divide) and type(inputs[1]) is not Stack


def _matmul(a: Any, b: Any) -> Stack:
    if type(a) is Stack:
        if type(b) is Stack or (a.ndim == 1 and b.ndim > 2):
            raise NotStacked("a product of tangents")
        if b.ndim == 2 and a.ndim > 1 and a.rows.flags.c_contiguous:  # one product of matrices for all
            rows = a.rows.reshape(-1, a.rows.shape[-1]) @ b
            return Stack(rows.reshape(*a.rows.shape[:-1], b.shape[-1]), a.group)
        return Stack(np.matmul(a.aligned(b.ndim) if a.ndim > 1 else a.rows, b), a.group)
    if b.ndim > 1:
        return Stack(np.matmul(a, b.aligned(a.ndim)), b.group)
    if a.ndim > 2:
        raise NotStacked("a product of many matrices with a vector")
    return Stack(b.rows @ (a.T if a.ndim == 2 else a), b.group)


def _dot(a: Any, b: Any) -> Stack:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b  # type: ignore[no-any-return]
    if np.ndim(a) > 2 or np.ndim(b) > 2:
        raise NotStacked("dot")
    return _matmul(a, b)


def _axes(axis: Any, rank: int) -> tuple[int, ...]:
    """Axes of one direction's array, counted from the front, as those of all."""
    if axis is None:
        return tuple(range(1, rank + 1))
    return tuple([int(i) % rank + 1 for i in (axis if isinstance(axis, tuple) else (axis,))])


SHORT = 8
"""Sums of fewer numbers, which lie side by side, are found sooner as a product with ones."""


def _sum(a: Stack, axis: Any = None, *, keepdims: bool = False) -> Stack:
    rows = a.rows
    if axis in (-1, a.ndim - 1) and not keepdims and rows.shape[-1] < SHORT and rows.flags.c_contiguous and a.ndim > 1:
        return Stack(rows @ np.ones(rows.shape[-1], rows.dtype), a.group)
    return Stack(np.sum(a.rows, axis=_axes(axis, a.ndim), keepdims=keepdims), a.group)


def _mean(a: Stack, axis: Any = None, *, keepdims: bool = False) -> Stack:
    return Stack(np.mean(a.rows, axis=_axes(axis, a.ndim), keepdims=keepdims), a.group)


def _cumsum(a: Stack, axis: Any) -> Stack:
    return Stack(np.cumsum(a.rows, axis=_axes(axis, a.ndim)[0]), a.group)


def _reshape(a: Stack, shape: Any, order: str = "C") -> Stack:
    shape = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if not shape or not a.ndim or order != "C":
        raise NotStacked("reshape")
    rows = a.rows.reshape(len(a.rows), *shape)
    if not np.may_share_memory(rows, a.rows):  # nobody knows here whether the value's own is a view
        raise NotStacked("a reshape that copies")
    return Stack(rows, a.group)


def _transpose(a: Stack, axes: Any = None) -> Stack:
    order = range(a.ndim, 0, -1) if axes is None else _axes(tuple(axes), a.ndim)
    return Stack(np.transpose(a.rows, (0, *order)), a.group)


def _swapaxes(a: Stack, axis1: int, axis2: int) -> Stack:
    return Stack(np.swapaxes(a.rows, *_axes((axis1, axis2), a.ndim)), a.group)


def _moveaxis(a: Stack, source: int, destination: int) -> Stack:
    return Stack(np.moveaxis(a.rows, *_axes((source, destination), a.ndim)), a.group)


def _expand_dims(a: Stack, axis: Any) -> Stack:
    count = len(axis) if isinstance(axis, tuple) else 1
    return Stack(np.expand_dims(a.rows, _axes(axis, a.ndim + count)), a.group)


def _squeeze(a: Stack, axis: Any) -> Stack:
    rows = np.squeeze(a.rows, _axes(axis, a.ndim))
    if rows.ndim < 2:
        raise NotStacked("a view of one number")
    return Stack(rows, a.group)


def _broadcast_to(a: Stack, shape: Any) -> Stack:
    shape = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    return Stack(np.broadcast_to(a.aligned(len(shape)), (len(a.rows), *shape)), a.group)


def _where(condition: Any, x: Any, y: Any) -> Stack:
    group = x.group if type(x) is Stack else y.group
    rank = max(np.ndim(v) for v in (condition, x, y))
    if type(condition) is Stack or not rank:
        raise NotStacked("where")
    return Stack(np.where(condition, *[v.aligned(rank) if type(v) is Stack else _plain(v) for v in (x, y)]), group)


def _concatenate(parts: Any, axis: int = 0) -> Stack:
    group = next(p.group for p in parts if type(p) is Stack)
    return Stack(np.concatenate([_all(p, group) for p in parts], axis=_axes(axis, np.ndim(parts[0]))[0]), group)


def _stack(parts: Any, axis: int = 0) -> Stack:
    group = next(p.group for p in parts if type(p) is Stack)
    return Stack(np.stack([_all(p, group) for p in parts], axis=_axes(axis, np.ndim(parts[0]) + 1)[0]), group)


def _all(part: Any, group: Group) -> Array:
    if type(part) is Stack:
        return part.rows
    return np.broadcast_to(part, (group.count, *np.shape(_plain(part))))


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.broadcast_to: _broadcast_to,
    np.concatenate: _concatenate,
    np.copy: lambda a: a.copy(),
    np.cumsum: _cumsum,
    np.dot: _dot,
    np.expand_dims: _expand_dims,
    np.flip: lambda a, axis: Stack(np.flip(a.rows, _axes(axis, a.ndim)), a.group),
    np.iscomplexobj: lambda x: x.rows.dtype.kind == "c",
    np.mean: _mean,
    np.moveaxis: _moveaxis,
    np.ndim: lambda a: a.ndim,
    np.ravel: lambda a: _reshape(a, (-1,)),
    np.reshape: _reshape,
    np.shape: lambda a: a.shape,
    np.size: lambda a: a.size,
    np.squeeze: _squeeze,
    np.stack: _stack,
    np.sum: _sum,
    np.swapaxes: _swapaxes,
    np.transpose: _transpose,
    np.where: _where,
    np.zeros_like: lambda a: Stack(np.zeros_like(a.rows), a.group),
}

# What emitted code calls, as it is of stacks


def stacked(tangent: Any, group: Group) -> Any:
    """A tangent that is the same in all directions, with room for what is not."""
    if isinstance(tangent, np.ndarray):
        if not tangent.ndim:
            raise NotStacked("an array without axes")
        rows = np.empty((group.count, *tangent.shape), tangent.dtype)
        rows[...] = tangent
        return Stack(rows, group)
    if type(tangent) in (list, tuple):
        return type(tangent)([stacked(t, group) for t in tangent])
    if type(tangent) is dict:
        return {key: stacked(t, group) for key, t in tangent.items()}
    if isinstance(tangent, float | int | np.generic | repeat | Stack):
        return tangent
    raise NotStacked("a tangent of something else")


def array_of(items: Any) -> Any:
    """`np.array` of tangents in lists, or of one tangent: a copy."""
    if type(items) is Stack:
        return items.copy()
    shape: list[int] = []
    leaves = [items]
    while type(leaves[0]) in (list, tuple):
        sizes = {len(v) if type(v) in (list, tuple) else -1 for v in leaves}
        if len(sizes) > 1 or 0 in sizes:
            raise NotStacked("an array of lists of unequal lengths")
        shape += sizes
        leaves = [v for part in leaves for v in part]
    inner = {() if type(v) is float else v.shape if type(v) is Stack else np.shape(v) for v in leaves}
    if len(inner) > 1 or any([type(v) in (list, tuple) for v in leaves]):
        raise NotStacked("an array of what has unequal shapes")
    group = next((v.group for v in leaves if type(v) is Stack), None)
    if group is None:
        return np.array(items)
    dtype = np.result_type(*[v.dtype if type(v) is Stack else v for v in leaves if type(v) is not float])
    rows = np.zeros((group.count, len(leaves), *inner.pop()), dtype)
    for i, v in enumerate(leaves):
        if type(v) is Stack:
            rows[:, i] = v.rows
        elif type(v) is not float or v != 0.0:
            rows[:, i] = _plain(v)
    return Stack(rows.reshape(group.count, *shape, *rows.shape[2:]), group)


def _owned(ct: Any) -> Any:
    return ct.copy() if type(ct) is Stack else runtime.owned(ct)


def _kept(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        raise NotStacked("a copy of a container")
    return value.copy() if type(value) is Stack else runtime.kept(value)


def _moved(buffer: Any, key: Any) -> Any:
    if type(buffer) is not Stack:
        return runtime.moved(buffer, key)
    ct = buffer[key].copy()
    buffer[key] = 0.0
    return ct


def _refused(*args: Any) -> NoReturn:
    raise NotStacked("a helper")


HELPERS: dict[Any, Callable[..., Any]] = {
    runtime.owned: _owned,
    runtime.kept: _kept,
    runtime.moved: _moved,
    runtime.moved_last: _refused,
    runtime.filled: _refused,
}
"""What stands for helpers that ask whether something is an array."""
