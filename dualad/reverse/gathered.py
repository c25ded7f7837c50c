"""The cotangent of what was iterated or unpacked, gathered from those of its items."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.classes import method_of
from dualad.errors import Unsupported
from dualad.reverse.runtime import REAL, is_zero, item, zeros_of


def from_items(items: list[Any], value: Any) -> Any:
    """The cotangent of what a loop ran over, from those of its items, last first."""
    if isinstance(value, dict):
        return 0.0  # a loop over a dict runs over its keys
    items = items[::-1]
    if isinstance(value, np.ndarray) or hasattr(value, "__dualad_dual__"):
        return _stacked(items, value)
    if isinstance(value, list | tuple | range):
        return items + [0.0] * (len(value) - len(items))
    return items


def _stacked(items: list[Any], value: Any) -> Any:
    zeros = zeros_of(value)
    if (
        type(value) is np.ndarray
        and value.ndim == 1
        and zeros.dtype == np.float64
        and REAL.issuperset(map(type, items))
    ):
        zeros[: len(items)] = items
        return zeros
    if all(is_zero(ct) for ct in items):
        return zeros
    rows = [zeros[i] + ct for i, ct in enumerate(items)]
    rows += [zeros[i] for i in range(len(items), len(zeros))]
    return np.stack(rows)


def unzip(ct: Any, position: int, value: Any) -> Any:
    """The cotangent of one argument of `zip`, from those of its tuples."""
    return from_items([item(c, position) for c in ct][::-1], value) if not is_zero(ct) else 0.0


def unenumerate(ct: Any, position: int, value: Any) -> Any:
    """The cotangent of the argument of `enumerate`."""
    return unzip(ct, 1, value)


def unreversed(ct: Any, position: int, value: Any) -> Any:
    """The cotangent of the argument of `reversed`."""
    if is_zero(ct):
        return 0.0
    if method_of(value, "__reversed__") is not None:
        raise Unsupported(f"`reversed` of a {type(value).__name__}, whose class has a `__reversed__` of its own")
    padded = list(ct) + [0.0] * (len(value) - len(ct))
    return from_items(padded, value)


def from_unpacked(parts: list[Any], star: int | None, value: Any) -> Any:
    """The cotangent of what was unpacked, from those of the targets."""
    if star is not None:
        after = len(parts) - star - 1
        middle = parts[star]
        if is_zero(middle) and not hasattr(value, "__len__"):
            raise Unsupported("an iterator of active values, the rest of which is not used in a result; unpack a list")
        inner = [0.0] * (len(value) - star - after) if is_zero(middle) else list(middle)
        parts = [*parts[:star], *inner, *parts[len(parts) - after :]]
    return from_items(parts[::-1], value)


for _helper in (from_items, _stacked, unzip, unenumerate, unreversed, from_unpacked):  # dual numbers run through them
    _helper.__dict__["__dualad_lift__"] = True
