"""Stacks: several tangents of one array, one after the other along a first axis, for code that is linear in tangents.

Code that says what a tangent is (see `tangents`) is run once for many directions by giving it stacks. They take part in
NumPy's functions by its protocols. Whatever is not known here to be linear, and to be one call for all directions, is
`NotStacked`, and who asked takes another way.

A number moves in few directions, as a rule, and what is computed of it in no others: a stack may have rows for a window
of directions alone. Nothing is stored into such a stack (`Windowed`); its own code is run again without windows then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Array = np.ndarray[Any, Any]
_NUMBERS = (float, np.float64)


class NotStacked(Exception):
    """Something that is not known of many tangents at once."""


class Windowed(NotStacked):
    """A store into a stack that has no room for all directions."""


FEWEST = 8
"""Of fewer directions no windows are looked for."""

LARGE = 32
"""So much larger is a matrix for which it is worth to look where its other factor moves."""


class Group:
    """The directions of one run: how many they are, and how large an array of one direction was at most."""

    __slots__ = ("count", "largest", "windows")

    def __init__(self, count: int, windows: bool = True) -> None:
        self.count = count
        self.largest = 1
        self.windows = windows and count >= FEWEST


class Stack(NDArrayOperatorsMixin):
    """The tangents of one value for all directions of a group. Those of a number are a new object each time.

    `rows` are those of the directions from `first` on; in the others the value does not move. What moves in none has a
    row of zeros, and -1 for `first`.
    """

    __slots__ = ("first", "group", "rows")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, rows: Any, group: Group, first: int = 0) -> None:
        self.rows: Array = rows
        self.group = group
        self.first = first
        size = rows.size // len(rows)
        if size > group.largest:
            group.largest = size

    def like(self, rows: Array) -> Stack:
        """A stack of other rows for the same directions."""
        return Stack(rows, self.group, self.first)

    @property
    def is_whole(self) -> bool:
        return self.first == 0 and len(self.rows) == self.group.count

    def within(self, first: int, count: int) -> Array:
        """The rows of some directions that include all in which the value moves."""
        if first == self.first and count == len(self.rows):
            return self.rows
        rows = np.zeros((count, *self.rows.shape[1:]), self.rows.dtype)
        if self.first < 0:
            return rows
        rows[self.first - first : self.first - first + len(self.rows)] = self.rows
        return rows

    def whole(self) -> Array:
        """The rows of all directions."""
        return self.within(0, self.group.count)

    def require_room(self, *values: Any) -> None:
        """Refuse a store of what moves where this has no rows."""
        if self.is_whole:
            return
        for value in values:
            if type(value) is not Stack:
                fits = isinstance(value, float | int) and value == 0
            elif value.first < 0:
                fits = True
            else:
                fits = self.first <= value.first and value.first + len(value.rows) <= self.first + len(self.rows)
            if not fits:
                raise Windowed("a store into a stack of some directions")

    def taking(self, value: Stack) -> Stack:
        """A value that there is room for, with rows for the same directions."""
        return self.like(value.within(self.first, len(self.rows)))

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
        return self.rows.size // len(self.rows)

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
            return self.like(found)
        if key is Ellipsis or (type(key) is tuple and any(k is Ellipsis for k in key)):
            raise NotStacked("a view of one number")
        return narrowed(found, self) if self.group.windows else self.like(found.copy())  # a number is no view

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self.ndim:
            raise NotStacked("a store into an array without axes")
        self.require_room(value)
        place = _key(key, self.ndim)
        if type(value) is Stack:
            rank = self.rows[place].ndim - 1
            if value.ndim > rank:
                raise NotStacked("a store of what has more axes")
            value = self.taking(value).aligned(rank)
        elif not isinstance(value, float | int | np.ndarray | np.generic):
            raise NotStacked("a store of something else")
        self.rows[place] = value

    def aligned(self, rank: int) -> Array:
        """The rows of a value that is to have so many axes at least."""
        lacking = rank + 1 - self.rows.ndim
        return self.rows if lacking <= 0 else self.rows.reshape(len(self.rows), *[1] * lacking, *self.shape)

    def widened(self) -> Stack:
        """The stack with rows for all directions."""
        return self if self.is_whole else Stack(self.whole(), self.group)

    def copy(self) -> Stack:
        return self.like(self.rows.copy())

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
            if _is_beside(self, other):
                return self.like(self.rows + other.rows)
            if other.rows.shape[1:] == self.rows.shape[1:] and other.rows.dtype is self.rows.dtype:
                return _of_both(np.add, self, other)
        return np.add(self, other)

    def __sub__(self, other: Any) -> Any:
        if type(other) is Stack and other.rows.ndim == self.rows.ndim:
            if _is_beside(self, other):
                return self.like(self.rows - other.rows)
            if other.rows.shape[1:] == self.rows.shape[1:] and other.rows.dtype is self.rows.dtype:
                return _of_both(np.subtract, self, other)
        return np.subtract(self, other)

    def __neg__(self) -> Stack:
        return self.like(-self.rows)

    def __mul__(self, other: Any) -> Any:
        if type(other) in _NUMBERS or (type(other) is np.ndarray and other.ndim < self.rows.ndim):
            return self.like(self.rows * other)
        return np.multiply(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if type(other) in _NUMBERS or (type(other) is np.ndarray and other.ndim < self.rows.ndim):
            return self.like(self.rows / other)
        return np.true_divide(self, other)

    def __matmul__(self, other: Any) -> Any:
        return _matmul(self, other) if type(other) is np.ndarray else np.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _matmul(other, self) if type(other) is np.ndarray else np.matmul(other, self)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "at" and ufunc is np.add and inputs[0] is self:
            self.require_room(inputs[2])
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
        if out is None or type(out[0]) is not Stack or not out[0].ndim:  # in place of a number: a new one
            if out is not None and (type(out[0]) is not Stack or out[0].ndim != rank):
                raise NotStacked("a result in place")
            first, inputs = _in_one_window(inputs, self.group, whole=ufunc in _SUMS)
            rows = [x.aligned(rank) if type(x) is Stack else plain(x) for x in inputs]
            return Stack(ufunc(*rows), self.group, first)
        (into,) = out
        if into.ndim != rank:
            raise NotStacked("a result in place")
        into.require_room(*[x for x in inputs if type(x) is Stack or ufunc in _SUMS])
        rows = [into.taking(x).aligned(rank) if type(x) is Stack else plain(x) for x in inputs]
        ufunc(*rows, out=into.rows)
        return into

    def __array_function__(self, fn: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        known = FUNCTIONS.get(fn)
        if known is None:
            raise NotStacked(getattr(fn, "__name__", "a function"))
        return known(*args, **kwargs)


# Windows


def narrowed(row: Array, of: Stack) -> Stack:
    """The tangents of a number, from the first direction to the last in which it moves; new rows."""
    places = row.nonzero()[0]
    if not len(places):
        return Stack(row[:1].copy(), of.group, -1)
    first = int(places[0])
    return Stack(row[first : int(places[-1]) + 1].copy(), of.group, of.first + first)


def _moving(a: Stack) -> Stack:
    """The rows of a stack from the first direction to the last in which it moves; a view."""
    places = np.flatnonzero(a.rows.reshape(len(a.rows), -1).any(axis=1))
    if not len(places):
        return Stack(a.rows[:1], a.group, -1)
    first = int(places[0])
    return Stack(a.rows[first : int(places[-1]) + 1], a.group, max(a.first, 0) + first)


def _is_beside(a: Stack, b: Stack) -> bool:
    """Whether two stacks have rows for the same directions."""
    return len(a.rows) == len(b.rows) and a.first == b.first


def _of_both(ufunc: np.ufunc, a: Stack, b: Stack) -> Stack:
    """A sum or difference of stacks of one shape that have rows for different directions."""
    if b.first < 0:
        return a.copy()
    first, count = window([a, b])
    rows = np.zeros((count, *a.rows.shape[1:]), a.rows.dtype)
    if a.first >= 0:
        rows[a.first - first : a.first - first + len(a.rows)] = a.rows
    part = rows[b.first - first : b.first - first + len(b.rows)]
    ufunc(part, b.rows, out=part)
    return Stack(rows, a.group, first)


def window(stacks: list[Stack]) -> tuple[int, int]:
    """The least window that has all of some stacks: where it starts, and how many directions it has."""
    moving = [s for s in stacks if s.first >= 0]
    if not moving:
        return -1, 1
    first = min([s.first for s in moving])
    return first, max([s.first + len(s.rows) for s in moving]) - first


def _in_one_window(inputs: Any, group: Group, whole: bool) -> tuple[int, Any]:
    """Operands with stacks for the same directions, and the first of these; `whole`: others add to all of them."""
    stacks = [x for x in inputs if type(x) is Stack]
    others = whole and len(stacks) < len(inputs)
    if len(stacks) == 1 and not others:
        return stacks[0].first, inputs
    first, count = (0, group.count) if others else window(stacks)
    return first, [Stack(x.within(first, count), group, first) if type(x) is Stack else x for x in inputs]


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
        return plain(value)
    return base.taking(value).aligned(base.rows[_key(key, base.ndim)].ndim - 1)


def plain(x: Any) -> Any:
    """What is the same in all directions: an array or number."""
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
        if a.group.windows and b.size > LARGE * a.size:
            a = _moving(a)
        alone = b.ndim == 2 and a.ndim > 1  # one product of matrices for all, if that needs no large copy
        if alone and (a.rows.flags.c_contiguous or a.rows.size < b.size):
            rows = a.rows.reshape(-1, a.rows.shape[-1]) @ b
            return a.like(rows.reshape(*a.rows.shape[:-1], b.shape[-1]))
        return a.like(np.matmul(a.aligned(b.ndim) if a.ndim > 1 else a.rows, b))
    if b.ndim > 1:
        return b.like(np.matmul(a, b.aligned(a.ndim)))
    if a.ndim > 2:
        raise NotStacked("a product of many matrices with a vector")
    return b.like(b.rows @ (a.T if a.ndim == 2 else a))


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
        return a.like(rows @ np.ones(rows.shape[-1], rows.dtype))
    return a.like(np.sum(a.rows, axis=_axes(axis, a.ndim), keepdims=keepdims))


def _mean(a: Stack, axis: Any = None, *, keepdims: bool = False) -> Stack:
    return a.like(np.mean(a.rows, axis=_axes(axis, a.ndim), keepdims=keepdims))


def _cumsum(a: Stack, axis: Any) -> Stack:
    return a.like(np.cumsum(a.rows, axis=_axes(axis, a.ndim)[0]))


def _reshape(a: Stack, shape: Any, order: str = "C") -> Stack:
    shape = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    if not shape or not a.ndim or order != "C":
        raise NotStacked("reshape")
    rows = a.rows.reshape(len(a.rows), *shape)
    if not np.may_share_memory(rows, a.rows):  # nobody knows here whether the value's own is a view
        raise NotStacked("a reshape that copies")
    return a.like(rows)


def _transpose(a: Stack, axes: Any = None) -> Stack:
    order = range(a.ndim, 0, -1) if axes is None else _axes(tuple(axes), a.ndim)
    return a.like(np.transpose(a.rows, (0, *order)))


def _swapaxes(a: Stack, axis1: int, axis2: int) -> Stack:
    return a.like(np.swapaxes(a.rows, *_axes((axis1, axis2), a.ndim)))


def _moveaxis(a: Stack, source: int, destination: int) -> Stack:
    return a.like(np.moveaxis(a.rows, *_axes((source, destination), a.ndim)))


def _expand_dims(a: Stack, axis: Any) -> Stack:
    count = len(axis) if isinstance(axis, tuple) else 1
    return a.like(np.expand_dims(a.rows, _axes(axis, a.ndim + count)))


def _squeeze(a: Stack, axis: Any) -> Stack:
    rows = np.squeeze(a.rows, _axes(axis, a.ndim))
    if rows.ndim < 2:
        raise NotStacked("a view of one number")
    return a.like(rows)


def _broadcast_to(a: Stack, shape: Any) -> Stack:
    shape = tuple(shape) if isinstance(shape, tuple | list) else (shape,)
    return a.like(np.broadcast_to(a.aligned(len(shape)), (len(a.rows), *shape)))


def _where(condition: Any, x: Any, y: Any) -> Stack:
    group = x.group if type(x) is Stack else y.group
    rank = max(np.ndim(v) for v in (condition, x, y))
    if type(condition) is Stack or not rank:
        raise NotStacked("where")
    parts = [v.widened().aligned(rank) if type(v) is Stack else plain(v) for v in (x, y)]
    return Stack(np.where(condition, *parts), group)


def _concatenate(parts: Any, axis: int = 0) -> Stack:
    group = next(p.group for p in parts if type(p) is Stack)
    return Stack(np.concatenate([_all(p, group) for p in parts], axis=_axes(axis, np.ndim(parts[0]))[0]), group)


def _stack(parts: Any, axis: int = 0) -> Stack:
    group = next(p.group for p in parts if type(p) is Stack)
    return Stack(np.stack([_all(p, group) for p in parts], axis=_axes(axis, np.ndim(parts[0]) + 1)[0]), group)


def _all(part: Any, group: Group) -> Array:
    if type(part) is Stack:
        return part.whole()
    return np.broadcast_to(part, (group.count, *np.shape(plain(part))))


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.broadcast_to: _broadcast_to,
    np.concatenate: _concatenate,
    np.copy: lambda a: a.copy(),
    np.cumsum: _cumsum,
    np.dot: _dot,
    np.expand_dims: _expand_dims,
    np.flip: lambda a, axis: a.like(np.flip(a.rows, _axes(axis, a.ndim))),
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
    np.zeros_like: lambda a: Stack(np.zeros((a.group.count, *a.shape), a.dtype), a.group),
}
