"""What a function whose derivative is stated does to the memory of its arguments, seen as it runs.

A rule says how the result depends on the arguments, and nothing of memory. So a result that shares memory with an
argument is handed on as a copy, whose derivatives go by the rule; a store into either, which the other would have seen,
is refused. A function that changes what it was given is refused, too: later reads would have derivatives that no rule
tells. Since that is looked for in copies, it is done at some of a function's calls only: the first, second, fourth...
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from dualad import registry, tree
from dualad.errors import RegistryError, Unsupported
from dualad.reached import reached, rebuilt

__dualad_lift__ = True  # dual numbers run through all of this

NUMBERS = (int, float, complex)


def kept_apart(name: str, result: Any, operands: tuple[Any, ...]) -> tuple[Any, Callable[[], None] | None]:
    """A result that shares nothing with the operands; if it did, a check that nobody stored into what it shared."""
    if not shares(result, operands):
        return result, None
    copy = copied(result)
    return copy, lambda: require_kept(name, result, copy)


def require_kept(name: str, result: Any, copy: Any) -> None:
    """Refuse that somebody stored into what a function gave and had been given, or into the copy that was handed on."""
    if not is_same(result, copy):
        raise Unsupported(
            f"{name} gives an array or container that it was given, and that is stored into afterwards; take a copy of "
            "what it gives before storing into it, or state its rule with dualad.primitive(..., "
            'aliases="yes") if its derivative is that of '
            "a view"
        )


def parts(value: Any) -> list[Any]:
    """The arrays and containers that a value is made of."""
    return [part for part in reached(value, _inside) if isinstance(part, np.ndarray | list | tuple | dict)]


def _inside(value: Any) -> Collection[Any]:
    """What a container holds."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def shares(result: Any, operands: tuple[Any, ...]) -> bool:
    """Whether a result holds an array or container that operands hold, or shares memory with one."""
    found = parts(result)
    if not found:
        return False
    given = [part for value in operands for part in parts(value)]
    return any([p is q and p != () for p in found for q in given if not isinstance(p, np.ndarray)]) or any(
        [same_memory(p, q) for p in found for q in given]
    )


def same_memory(a: Any, b: Any) -> bool:
    """Whether two arrays may lie in the same storage."""
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and bool(np.may_share_memory(a, b))


def copied(value: Any) -> Any:
    """A value whose arrays and containers are its own."""
    return rebuilt(value, _copied)


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def is_same(a: Any, b: Any, met: set[tuple[int, int]] | None = None) -> bool:
    """Whether two values are made of equal arrays and numbers in containers of the same sizes."""
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
    if not isinstance(a, list | tuple | dict):
        return a is b or not isinstance(a, (*NUMBERS, np.generic)) or bool(a == b)
    met = set() if met is None else met
    if (id(a), id(b)) in met:
        return True
    met.add((id(a), id(b)))
    if len(a) != len(b):
        return False
    pairs = zip(a.values(), b.values(), strict=True) if isinstance(a, dict) else zip(a, b, strict=True)
    return all([is_same(x, y, met) for x, y in pairs])


class Calls:
    """The calls of a function of the user's, of which some are looked at.

    Attributes:
        name: what people call the function.
        by_element: whether partial derivatives are stated of it.
        count: how many calls there were.
    """

    __slots__ = ("by_element", "count", "name")

    def __init__(self, name: str, by_element: bool = False) -> None:
        self.name = name
        self.by_element = by_element
        self.count = 0


def as_given(calls: Calls, *operands: Any) -> Any:
    """What is to be looked at again after the call that follows; None of most calls."""
    calls.count = count = calls.count + 1
    return None if count & (count - 1) else (operands, copied(operands))


def require_unchanged(calls: Calls, given: Any, ans: Any) -> None:
    """Refuse a call that changed what it was given, or gave what no function that works by element gives."""
    if given is None:
        return
    if not is_same(*given):
        raise Unsupported(changes(calls.name))
    if calls.by_element and not isinstance(ans, NUMBERS) and not hasattr(ans, "dtype"):
        raise RegistryError(
            f"{calls.name}: partial derivatives are stated, of a function that works by element, but the function "
            f"returned {tree.describe(ans)}; state jvps and vjps"
        )


def changes(name: str) -> str:
    """The message about a function that changes what it was given."""
    return (
        f"{name}, whose derivative is stated, changes an argument in place, of which its rule says nothing; let it "
        "work on a copy (`x = x.copy()`) and return what it computes"
    )


registry.constant(as_given, name="dualad.untouched.as_given")
registry.constant(require_unchanged, name="dualad.untouched.require_unchanged")
