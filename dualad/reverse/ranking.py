"""Builtins that take sequences or iterators apart, called with active items: results and pullbacks."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from dualad.classes import method_of
from dualad.registry import Primitive
from dualad.reverse import gathered, runtime
from dualad.reverse.sites import run
from dualad.reverse.snapshots import changing_nothing

Split = tuple[Any, Callable[[Any], tuple[Any, ...]]]
ITERATION = (builtins.zip, builtins.enumerate, builtins.reversed)


def split(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]) -> Split | None:
    """Result and pullback of a builtin that is known here, None for any other function."""
    fn = fn.fn if isinstance(fn, Primitive) else fn
    extreme = fn is builtins.max or fn is builtins.min  # an object may say itself what it is equal to
    if fn is builtins.sorted or (extreme and len(args) == 1):
        result, pull = _sorted(args[0], **kwargs) if fn is builtins.sorted else _extreme(fn, args[0], **kwargs)
        return result, lambda ct: tuple(_of_call(pull(ct), p) for p in positions)
    if extreme and (len(args) > 2 or kwargs or any(map(_compares, args))):
        result, pull = _extreme(fn, args, **kwargs)
        return result, lambda ct: _by_position(pull(ct)[0], positions)
    if any(fn is known for known in ITERATION) and not kwargs and all(type(p) is int for p in positions):
        given = [runtime.extent(a) for a in args]
        return fn(*args), lambda ct: tuple(_part(fn, ct, p, given[p]) for p in positions)
    return None


def _of_call(parts: tuple[Any, ...], position: Any) -> Any:
    """The share of an argument of `sorted`, `max` or `min`, of those of the items and of what stands for no items."""
    if position == "default":
        return parts[1] if len(parts) > 1 else 0.0
    return parts[0] if position == 0 else 0.0


def _compares(value: Any) -> bool:
    """Whether a value is an object that says itself what is less."""
    return method_of(value, "__lt__") is not None or method_of(value, "__gt__") is not None


def _part(fn: Any, ct: Any, position: int, value: Any) -> Any:
    undo = {
        builtins.zip: gathered.unzip,
        builtins.enumerate: gathered.unenumerate,
        builtins.reversed: gathered.unreversed,
    }
    return undo[fn](ct, position, value)


def _by_position(parts: Any, positions: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple([parts[p] if isinstance(p, int) else 0.0 for p in positions])


def _sorted(value: Any, key: Any = None, reverse: bool = False) -> Split:
    items, given = list(value), runtime.extent(value)
    order = sorted(range(len(items)), key=_ranked(items, key), reverse=reverse)

    def pull(ct: Any) -> tuple[Any, ...]:
        if runtime.is_zero(ct):
            return (0.0,)
        back = [0.0] * len(items)
        for part, i in zip(ct, order, strict=False):
            back[i] = part
        return (gathered.from_items(back[::-1], given),)

    return [items[i] for i in order], pull


def _extreme(fn: Any, value: Any, key: Any = None, **default: Any) -> Split:
    items, given = list(value), runtime.extent(value)
    if not items:
        return fn(items, key=key, **default), lambda ct: (0.0, ct)
    index = fn(range(len(items)), key=_ranked(items, key))

    def pull(ct: Any) -> tuple[Any, ...]:
        back = [0.0] * len(items)
        back[index] = ct
        return (gathered.from_items(back[::-1], given),)

    return items[index], pull


def _ranked(items: list[Any], key: Any) -> Callable[[int], Any]:
    if key is None:
        return items.__getitem__
    watched = changing_nothing(key, run)
    return lambda i: watched(items[i])
