"""What is known of builtins that have no rule: the kinds of what they give, and that they change nothing."""

from __future__ import annotations

import builtins
import collections
import types
from collections.abc import Callable
from typing import Any

from dualad.analysis import calls, kinds, libraries
from dualad.analysis.kinds import ANY, BOTTOM, INT, NONE, STR, Kind


def item_kind(kind: Kind) -> Kind:
    """The kind of what iterating over a value gives."""
    match kind.tag:
        case "range":
            return INT
        case "str":
            return STR
        case "array":
            if len(kind.dims) > 1:
                return kinds.array(kind.dtype, kind.dims[1:])
            return Kind("npscalar", dtype=kind.dtype)
        case "list" | "tuple" | "ntuple" | "iter":
            if kind.value == "many" or kind.tag in ("iter", "ntuple"):
                return kind.items[0]
            if not kind.items:
                return BOTTOM if kind.tag == "list" else ANY  # nothing was appended to it yet
            return kinds.anonymous(kinds.list_item(kind))
        case "dict":
            return STR if kind.value and all(type(k) is str for k in kind.value) else ANY
        case "bottom":
            return BOTTOM
    return ANY


def iterator(item: Kind) -> Kind:
    """The kind of what gives items of one kind, one by one."""
    return Kind("iter", items=(item,))


def _listed(args: list[Kind]) -> Kind:
    """A list of what is given one by one (those of arrays and of lists of numbers have a rule)."""
    item = kinds.anonymous(item_kind(args[0])) if len(args) == 1 and args[0].tag in ("iter", "dict") else ANY
    return ANY if item.tag == "any" else item if item.tag == "bottom" else kinds.many(item)


def is_harmless(value: Any, args: list[Kind]) -> bool:
    """Whether a callable without source or rule changes no list or dict, and calls nothing that may."""
    if calls.is_ours(value) or (isinstance(value, type | types.BuiltinFunctionType) and value in READERS):
        return True
    plain = all(k.rank is not None or k.tag in ("str", "none", "range", "slice") for k in args)
    return plain and (isinstance(value, types.BuiltinFunctionType) or libraries.root(value) in libraries.APART)


# What functions of dualad give (without `has_aux`).
MADE: dict[str, Kind] = {
    **dict.fromkeys(("grad", "value_and_grad", "jacobian", "jacfwd", "jacrev", "hessian"), kinds.OURS),
    **dict.fromkeys(("taylor", "derivative", "elementwise_grad", "laplacian"), kinds.OURS),
    **dict.fromkeys(("checkpoint", "custom_jvp", "custom_vjp"), kinds.OURS),
    "vjp": Kind("tuple", items=(ANY, kinds.OURS)),
    "jvp": Kind("tuple", items=(ANY, ANY)),
}

STRUCTURAL: dict[Any, Callable[[list[Kind]], Kind]] = {
    builtins.range: lambda args: kinds.RANGE,
    builtins.zip: lambda args: iterator(Kind("tuple", items=tuple(item_kind(k) for k in args))),
    builtins.enumerate: lambda args: iterator(Kind("tuple", items=(INT, item_kind(args[0])))),
    builtins.reversed: lambda args: iterator(item_kind(args[0])),
    builtins.len: lambda args: INT,
    builtins.list: _listed,
    builtins.sorted: lambda args: kinds.many(kinds.anonymous(item_kind(args[0]))),
    builtins.print: lambda args: NONE,
}

# What reads the lists and dicts that it is given, and no more.
READERS = frozenset({
    *STRUCTURAL, bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, type, slice,
    collections.deque, isinstance, issubclass,
    callable, hasattr, id, hash, repr, format, abs, min, max, sum, all, any, round, divmod, pow,
})  # fmt: skip
