"""What is known of functions that emitted code calls: kinds of what they give, and what that may share memory with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad.analysis.kinds import ANY, FLOAT64, REAL, SCALAR, Kind, array
from dualad.records import record

_MARK = "__dualad_helper__"


@record(frozen=True)
class Facts:
    """like: the argument whose shape the result has; shape: the argument that is its shape; gives: what it may be."""

    like: int | None = None
    shape: int | None = None
    gives: tuple[int, ...] = ()


def state(fn: Callable[..., Any], like: int | None = None, shape: int | None = None, gives: Any = ()) -> None:
    """Say what a helper gives."""
    fn.__dict__[_MARK] = Facts(like, shape, gives)


def facts_of(value: Any) -> Facts | None:
    """What is known of a function, if it is a helper."""
    return getattr(value, "__dict__", {}).get(_MARK) if callable(value) else None


def result(value: Any, args: list[Kind]) -> Kind:
    """The kind of what a helper gives for arguments of these kinds."""
    known = facts_of(value)
    if known is None:
        return ANY
    if known.like is not None and known.like < len(args):
        return _like(args[known.like])
    if known.shape is not None and known.shape < len(args):
        return _of_shape(args[known.shape])
    return ANY


def _like(kind: Kind) -> Kind:
    if kind.is_number:
        return REAL if kind.is_real else SCALAR
    if kind.tag != "array":
        return ANY
    if kind.dtype is not None and kind.dtype.kind in "biu":
        return array(FLOAT64, kind.dims)
    return array(kind.dtype, kind.dims)


def _of_shape(kind: Kind) -> Kind:
    """Of an array of a shape that is a tuple of integers."""
    if kind.tag != "tuple" or not all(item.tag == "int" for item in kind.items):
        return ANY
    return array(None, tuple("?" if item.value is None else item.value for item in kind.items))
