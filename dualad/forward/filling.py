"""What C code of Python's takes the items of by itself: lists, deques, sets and dicts that are made and filled.

It would take them of a plain array without their tangents, which are in shadow memory.
"""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from dualad.forward.foreign import shadows_in
from dualad.forward.levels import refuse, storing
from dualad.forward.lift import HELPERS, method_of_user
from dualad.forward.memory import load

_SETS = (set, frozenset)
_TAKING = frozenset(
    {"__init__", "__new__", "__iadd__", "__ior__", "extend", "extendleft", "update", "fromkeys", "join", "isdisjoint"}
    | {name for name in dir(set) if name.endswith(("_update", "subset", "superset"))}
    | {"union", "difference", "intersection", "symmetric_difference"}
)
"""Methods of containers whose arguments are taken apart; the others hold what they are given."""


def given(fn: Any, name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of a method of a container's, bound or not, made ready for what C code does with them."""
    bound = getattr(fn, "__self__", None)
    owner, rest = ((), args) if bound is not None else (args[:1], args[1:])  # `dict.update(d, ...)`
    cls = bound if isinstance(bound, type) else type(bound if bound is not None or not args else args[0])
    if name == "__setitem__" and issubclass(cls, list) and type(rest[0]) is slice:
        return (*owner, rest[0], items(rest[1]))
    if name not in _TAKING:
        return args
    if name == "extend" and rest and rest[0] is (bound if bound is not None else args[0]):
        return (*owner, list(items(rest[0])))  # it grows as it is extended
    if issubclass(cls, dict) and name != "fromkeys":
        return (*owner, *(pairs_of(cls, rest) if name == "__init__" else [pairs(a) for a in rest]))
    if issubclass(cls, (list, tuple, collections.deque, dict, str, bytes, *_SETS)):
        asked = name != "fromkeys" and issubclass(cls, (list, tuple))
        return (*owner, *[hinted_items(a) if asked else items(a) for a in rest])
    if issubclass(cls, (int, float, complex)):
        return (*owner, *[load(a) for a in rest])
    return args


def items(x: Any) -> Any:
    """What C code is given to take the items of `x`."""
    return load(x) if type(x) is np.ndarray and x.ndim == 1 else HELPERS["iterate"](x)


def hinted_items(x: Any) -> Any:
    """The same where C code asks how many there may be: a list or tuple that is made of them, or a list extended."""
    return load(x) if type(x) is np.ndarray and x.ndim == 1 else HELPERS["hinted"](x)


def pairs_of(cls: type, args: tuple[Any, ...]) -> list[Any]:
    """What a dict of a class is made of."""
    kept = args[: issubclass(cls, collections.defaultdict)]  # what makes the items that it does not have
    return [*kept, *[pairs(a) for a in args[len(kept) :]]]


def pairs(x: Any) -> Any:
    """What C code is given to take keys and values of `x`: a mapping, or pairs."""
    found = HELPERS["mapping"](x)
    if found is not x or isinstance(x, dict) or hasattr(x, "keys"):
        return found
    found = items(x)
    return [items(pair) for pair in found] if storing else found


def require_items_of_python(*parts: Any) -> None:
    """Refuse dicts that C code copies or merges by methods of the user's, where they hold arrays with tangents."""
    for x in parts if storing else ():
        cls = type(x)
        own = cls is not dict and isinstance(x, dict) and cls.__iter__ is not dict.__iter__
        if own and any([method_of_user(cls, name) for name in ("keys", "__getitem__")]) and shadows_in(x):
            raise refuse(
                f"a {cls.__name__} that C code asks for its keys and items, which hold arrays that numbers with "
                "derivatives were stored into; give a dict of them"
            )


HELPERS["merged"] = require_items_of_python
