"""What functions of Python's own ask of objects: comparisons and truth values, which are called where no sweep sees it.

Methods that change something there are refused: what they change would be lost.
"""

from __future__ import annotations

import bisect
import builtins
import collections
import heapq
import operator
import weakref
from typing import Any

import numpy as np

from dualad.analysis.inplace import NATIVE, changes_unseen, changing_methods
from dualad.classes import items_held, pairs_held
from dualad.errors import Unsupported

__dualad_lift__ = True  # dual numbers run through all of this

TRUTH = ("__bool__", "__len__")
ORDER = ("__lt__", "__gt__", "__le__", "__ge__", "__eq__")
EQUAL = ("__eq__", "__ne__")
ASKING: dict[Any, tuple[str, ...]] = {
    **dict.fromkeys((builtins.any, builtins.all), TRUTH),
    **dict.fromkeys((operator.contains, operator.eq, operator.ne), EQUAL),
    **dict.fromkeys((builtins.sorted, builtins.min, builtins.max, operator.lt, operator.le, operator.gt), ORDER),
    **dict.fromkeys((heapq.heappush, heapq.heappop, heapq.heapify, heapq.heapreplace, heapq.heappushpop), ORDER),
    **dict.fromkeys((heapq.nlargest, heapq.nsmallest, operator.ge), ORDER),
    **dict.fromkeys((bisect.bisect_left, bisect.bisect_right, bisect.insort_left, bisect.insort_right), ORDER),
}  # fmt: skip
TAKING = (*EQUAL, "__iter__", "__next__", "__getitem__")
"""What is asked of what the functions of `operator` count in, too, whatever that is."""
METHODS = {"sort": ORDER, "index": EQUAL, "count": EQUAL, "remove": EQUAL}
SEQUENCES = (list, tuple, collections.deque)
HINTED = (builtins.list, builtins.tuple, builtins.sorted)
"""Which ask what they take the items of how many there may be, as `extend` does."""
LENGTHS = ("__len__", "__length_hint__")


def require_seen(fn: Any, operands: tuple[Any, ...]) -> None:
    """Refuse items of which a function, or a method of that name, asks what changes something."""
    if fn == "extend" if isinstance(fn, str) else any([fn is hinted for hinted in HINTED]):
        require_hints_seen(*operands)
    if fn is operator.countOf or fn is operator.indexOf:
        counted: set[Any] = {type(part) for items in operands for part in (items, *_parts(items))}
        for cls in counted:
            require_unseen(cls, [name for name in TAKING if changes_unseen(cls, name)])
        return
    names = METHODS.get(fn) if isinstance(fn, str) else next((n for f, n in ASKING.items() if f is fn), None)
    if names is None or not any([isinstance(items, (*SEQUENCES, dict)) for items in operands]):
        return
    classes: set[Any] = {type(part) for items in operands for part in _parts(items)}
    for cls in classes:
        require_unseen(cls, [name for name in names if changes_unseen(cls, name)])


def require_hints_seen(*given: Any) -> None:
    """Refuse objects that change something where they are asked how many items there are."""
    for x in given:
        cls: Any = type(x)
        if not isinstance(x, (*SEQUENCES, np.ndarray)):
            require_unseen(cls, [name for name in LENGTHS if changes_unseen(cls, name)])


def _parts(items: Any) -> list[Any]:
    """Items, and those of tuples among them, which are compared one after the other; the values of a dict."""
    if isinstance(items, dict):
        return [value for _, value in pairs_held(items)]
    if not isinstance(items, SEQUENCES):
        return [items]
    held = items_held(items)
    return [part for item in held for part in (items_held(item) if isinstance(item, tuple) else (item,))]


_quiet: weakref.WeakSet[type] = weakref.WeakSet()


def require_quiet(cls: type) -> None:
    """Refuse classes whose objects change something where Python itself calls them, and that hold what is active."""
    if cls not in _quiet:
        require_unseen(cls, _changing_natively(cls))
        _quiet.add(cls)


def _changing_natively(cls: type) -> list[str]:
    """The methods of a class that Python calls where no sweep sees it, and that change something.

    What stands for the number of an item is asked for it by lists and arrays themselves.
    """
    found = sorted(changing_methods(cls) & NATIVE)
    return [*found, "__index__"] if changes_unseen(cls, "__index__") else found


def require_unseen(cls: type, unseen: list[str]) -> None:
    """Refuse methods that change something where Python calls them, if there are such."""
    if unseen:
        raise Unsupported(
            f"{cls.__name__}.{unseen[0]} may change something in place, wherever Python calls it by itself; change it "
            "in a method with a name of its own"
        )


def unexpected(fn: Any) -> Unsupported:
    """The error for a method that runs where nothing was taken to change."""
    return Unsupported(
        f"{fn.__qualname__} may change something in place, and runs for an object that dualad did not expect there; "
        "change it in a method with a name of its own, and call that"
    )
