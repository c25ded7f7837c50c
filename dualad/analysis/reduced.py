"""Kinds of reductions: what goes along axes, or over all numbers of an array."""

from __future__ import annotations

from typing import Any

from dualad.analysis import kinds
from dualad.analysis.kinds import ANY, Kind
from dualad.analysis.primitive_call import Call
from dualad.analysis.promotion import inexact


def reduced(call: Call, dtype: Any, default: Any = None) -> Kind:
    """What a reduction gives, of that dtype (None: unknown); `default`: the axis where none is given."""
    source = call.args[0]
    axis, keepdims = call.literal("axis", default), call.literal("keepdims", False)
    if source.rank is None or axis is ... or keepdims is ...:
        return ANY
    if axis is None and not keepdims:
        return Kind("npscalar", dtype=dtype)
    rank = source.rank
    axes = range(rank) if axis is None else (axis if isinstance(axis, tuple) else (axis,))
    if not all(isinstance(a, int) and -rank <= a < rank for a in axes):
        return ANY
    chosen = {a % rank for a in axes}
    if keepdims and not rank:
        return ANY
    if keepdims:
        return kinds.array(dtype, tuple(1 if i in chosen else d for i, d in enumerate(source.dims)))
    dims = tuple(d for i, d in enumerate(source.dims) if i not in chosen)
    return kinds.numbers(dtype, dims)


def reduce(call: Call) -> Kind:
    """A reduction that keeps the dtype of floats."""
    source = call.args[0]
    return reduced(call, inexact(source) if source.tag in ("array", "npscalar") else None)
