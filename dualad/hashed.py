"""Tables that are asked for what may be any object of the user's: no `__eq__` and no `__hash__` of theirs is run.

What these do is theirs to say: they may raise, take another object for this one, or change something.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
PLAIN = frozenset(
    {types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType}
    | {types.WrapperDescriptorType, types.MethodWrapperType, type, np.ufunc, type(np.sum)}
)
"""Classes of most functions, of which nothing needs to be looked at."""


def key_of(x: Any) -> Any:
    """What an object is kept under in a table that holds the object, too: itself, or which one it is.

    >>> key_of(len)
    <built-in function len>
    >>> items = [1, 2]
    >>> key_of(items) == key_of(items), key_of(items) == key_of([1, 2])
    (True, False)
    """
    return x if is_hashed_plainly(x) else (key_of, id(x))


def is_hashed_plainly(x: Any) -> bool:
    """Whether an object has a hash, and that and its equality are none that somebody has written in Python."""
    cls = type(x)
    if cls in PLAIN:
        return True
    hashing: Any = cls.__hash__
    return hashing is not None and types.FunctionType not in (type(hashing), type(cls.__eq__))


def found_in(table: Mapping[Any, T], x: Any) -> T | None:
    """What a table has of an object; None of one that it has not."""
    return table.get(x) if is_hashed_plainly(x) else None
