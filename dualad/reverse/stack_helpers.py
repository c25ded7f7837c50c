"""What emitted code calls, as it is of stacks: tangents at rest, `np.array` of tangents, copies."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any, NoReturn

import numpy as np

from dualad.reverse import runtime
from dualad.reverse.stacks import Group, NotStacked, Stack, plain, window


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


def at_rest(tangent: Any, group: Group) -> Any:
    """As `stacked`, of what nothing is stored into: a tangent of zeros needs no room."""
    if group.windows and type(tangent) is np.ndarray and tangent.ndim and not np.count_nonzero(tangent):
        return Stack(tangent[None], group, -1)
    return stacked(tangent, group)


def _numbers(lists: Any) -> list[tuple[int, Stack]] | None:
    """The tangents of numbers in lists of one length, with their positions; None unless all others are zeros."""
    found: list[tuple[int, Stack]] = []
    at, width = 0, len(lists[0])
    for items in lists:
        if type(items) is not list or len(items) != width:
            return None
        for v in items:
            if type(v) is Stack and v.rows.ndim == 1 and v.rows.dtype == np.float64:
                found.append((at, v))
            elif type(v) is not float or v != 0.0:
                return None
            at += 1
    return found or None


def _of_numbers(numbers: list[tuple[int, Stack]], shape: tuple[int, int]) -> Stack:
    """The tangents of an array of two dimensions from those of its numbers."""
    first, count = window([v for _, v in numbers])
    rows = np.zeros((count, shape[0] * shape[1]))
    for i, v in numbers:
        start = v.first - first if v.first >= 0 else 0
        rows[start : start + len(v.rows), i] = v.rows
    return Stack(rows.reshape(count, *shape), numbers[0][1].group, first)


def array_of(items: Any) -> Any:
    """`np.array` of tangents in lists, or of one tangent: a copy."""
    if type(items) is Stack:
        return items.copy()
    if type(items) is list and items and type(items[0]) is list:
        numbers = _numbers(items)
        if numbers is not None:
            return _of_numbers(numbers, (len(items), len(items[0])))
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
    moving = [v for v in leaves if type(v) is Stack]
    others = any([type(v) is not Stack and (type(v) is not float or v != 0.0) for v in leaves])
    first, count = (0, group.count) if others else window(moving)
    rows = np.zeros((count, len(leaves), *inner.pop()), dtype)
    for i, v in enumerate(leaves):
        if type(v) is Stack:
            start = v.first - first if v.first >= 0 else 0
            rows[start : start + len(v.rows), i] = v.rows
        elif type(v) is not float or v != 0.0:
            rows[:, i] = plain(v)
    return Stack(rows.reshape(count, *shape, *rows.shape[2:]), group, first)


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
