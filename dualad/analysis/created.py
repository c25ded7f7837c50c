"""Kinds of the arrays that functions make of numbers and lists: `np.zeros`, `np.array`, `np.arange`, `np.eye`."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.analysis import kinds
from dualad.analysis.kinds import ANY, FLOAT, FLOAT64, INT, Kind
from dualad.analysis.primitive_call import Call
from dualad.syntax.core import Const

WEAK = {"int": int, "float": float, "complex": complex}
Dims = tuple[Any, ...]


def create(call: Call) -> Kind:
    """`np.zeros` and its like, of a shape."""
    shape = call.args[0]
    if len(call.args) != (2 if getattr(call.fn, "__name__", "") == "full" else 1):
        return ANY
    literal = next(iter(call.named.values()))[0] if call.named else None
    known = literal.value if isinstance(literal, Const) else None
    filled = call.args[1] if len(call.args) > 1 else FLOAT
    dtype = np.dtype(WEAK[filled.tag]) if filled.tag in WEAK else filled.dtype
    if shape.tag in ("int", "scalar"):
        return kinds.array(dtype, (created(known, shape),))
    if shape.tag == "tuple" and shape.value is None and all(k.tag in ("int", "scalar") for k in shape.items):
        values = known if isinstance(known, tuple) else (None,) * len(shape.items)
        return kinds.array(dtype, tuple(created(v, k) for v, k in zip(values, shape.items, strict=True)))
    return ANY


def created(length: Any, kind: Kind = INT) -> Any:
    """A dimension of a literal length (None: of an int of that kind)."""
    if length is None and kind.tag == "int" and kind.value is not None:
        return kind.value
    return "?" if length is None else 1 if length == 1 else f"={length}"


def create_like(call: Call) -> Kind:
    """`np.zeros_like` and its like, of an array alone and of its shape."""
    like = call.args[0].tag == "array" and len(call.args) == 1 and "shape" not in call.named
    return call.args[0] if like else ANY


def eye(call: Call) -> Kind:
    """`np.eye(n)` and `np.identity(n)`."""
    if len(call.args) != 1 or call.args[0].tag != "int":
        return ANY
    (atom, _), *_ = call.named.values()
    length = created(atom.value if isinstance(atom, Const) else None, call.args[0])
    return kinds.array(FLOAT64, (length, length))


def arange(call: Call) -> Kind:
    """`np.arange` of numbers of Python's."""
    if any(k.tag == "float" for k in call.args) and all(k.tag in ("float", "int") for k in call.args):
        return kinds.array(FLOAT64, ("?",))
    return kinds.array(np.dtype(np.int_), ("?",)) if all(k.tag == "int" for k in call.args) else ANY


def array(call: Call) -> Kind:
    """`np.array` and `np.asarray`: of an array, of a list of numbers, or of a display of such, however deep."""
    items = call.args[0]
    if len(call.args) != 1 or "ndmin" in call.named:
        return ANY
    if items.tag == "array":
        return items
    if items.tag == "list" and items.value is None and not items.items:
        return kinds.array(FLOAT64, ("?",))  # of an empty list
    if items.tag == "list" and items.value == "many" and items.items[0].tag == "bottom":
        return kinds.BOTTOM  # of one to which nothing was appended yet
    if items.tag == "list" and items.value == "many" and items.items[0].is_number:
        # No list is known to hold anything, and an empty one makes an array of float64, of one dimension.
        return kinds.array(FLOAT64 if items.items[0] == FLOAT or kinds.is_double(items.items[0]) else None, ("?",))
    dtypes: set[Any] = set()
    if items.tag == "list" and items.value == "many" and len(call.named) == 1:
        rows = _displayed(items.items[0], dtypes) if items.items[0].tag in ("list", "tuple") else None
        dims = ("?", *rows) if rows else None
    else:
        dims = _displayed(items, dtypes)
    if not dims or not dtypes <= {FLOAT64, int}:
        return ANY
    return kinds.array(FLOAT64 if FLOAT64 in dtypes else np.dtype(np.int_), dims)


def _displayed(kind: Kind, dtypes: set[Any]) -> Dims | None:
    """The dimensions of an array of what is displayed, whose dtypes are noted (`int`: Python's); None: not known."""
    if kind.tag in ("tuple", "list"):
        if kind.value is not None or not kind.items:
            return None
        parts = [_displayed(item, dtypes) for item in kind.items]
        inner = parts[0]
        if inner is None or any(part is None or len(part) != len(inner) for part in parts):
            return None
        # What has unequal dimensions fails as it runs, so that all have what is known of any.
        return created(len(parts)), *(min(column, key=_unknown) for column in zip(*parts))  # type: ignore[arg-type]
    if kind.tag == "int":
        dtypes.add(int)
        return ()
    if kind.tag in ("float", "npscalar", "array"):
        dtypes.add(FLOAT64 if kind.tag == "float" else kind.dtype)
        return kind.dims
    return None


def _unknown(dim: Any) -> bool:
    return kinds.maybe_one(dim)
