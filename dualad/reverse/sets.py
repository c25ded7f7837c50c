"""Sets in shadow memory: of objects, whose cotangents lie in their attributes, and of what can hold no active value.

So a set itself has no cotangent, and neither have its items. Numbers that may be active are refused as items: a set
is ordered by what they are.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

from dualad.analysis.inplace import changes_unseen
from dualad.dict_views import KEYS
from dualad.errors import Unsupported
from dualad.reverse import objects
from dualad.reverse.cells import Memory, Seen, holds_integer, noted
from dualad.reverse.operands import Operation
from dualad.reverse.places import Pull
from dualad.reverse.unseen import require_unseen

__dualad_lift__ = True  # dual numbers run through all of this

SETS = (set, frozenset)
COMPARED = ("__hash__", "__eq__")
OPERATORS = (
    *(operator.and_, operator.or_, operator.sub, operator.xor),
    *(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge),
)


def made(cls: Any, items: Any, positions: Collection[Any], integers: bool) -> tuple[Any, Pull]:
    """`set(items)` or `frozenset(items)`; `positions`: of the active arguments, for each of which there is nothing."""
    listed = list(items)
    require_kept(listed, integers, 0 in positions)
    return cls(listed), _nothing(len(positions))


def called(
    owner: Any, name: str, args: tuple[Any, ...], positions: Collection[Any], integers: bool
) -> tuple[Any, Pull]:
    """A method of a set; `positions`: of the active arguments, -1 the set's."""
    if name in ("add", "remove", "discard"):
        require_kept(list(args), integers, 0 in positions)
        return getattr(owner, name)(*args), _nothing(len(positions))
    listed = [list(items) for items in args]
    for i, items in enumerate(listed):
        require_kept(items, integers, i in positions)
    return getattr(owner, name)(*listed), _nothing(len(positions))


def display(site: Operation, operands: tuple[Any, ...]) -> tuple[Any, Pull]:
    """`{a, *b}`."""
    items: list[Any] = []
    for i, value in enumerate(operands):
        new = list(value) if i in site.stars else [value]
        require_kept(new, site.integers, i in site.active)
        items += new
    return set(items), _nothing(len(site.active))


def operated(site: Operation, operands: tuple[Any, ...]) -> tuple[Any, Pull]:
    """An operator between sets, whose items have been looked at when they were put in."""
    return site.name(*operands), _nothing(len(site.active))


def is_of_keys(fn: Any, args: tuple[Any, ...]) -> bool:
    """Whether it is an operator of sets on the keys of a dict."""
    return any([type(a) is KEYS for a in args]) and any(fn is known for known in OPERATORS)


def of_keys(fn: Any, args: tuple[Any, ...], positions: Collection[Any]) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Such an operator by value: what it gives has no cotangent, as the keys of which it is made have none."""
    for items in args:
        require_kept(list(items), False, True)
    count = len(positions)
    return fn(*args), lambda ct: (0.0,) * count


def require_kept(items: list[Any], integers: bool, active: bool) -> None:
    """Refuse items that a derivative may go through themselves; `integers`: whether integers are such.

    `active`: whether they come from where numbers may be active: others are constants.
    """
    for item in items:
        if not _is_kept(item, integers, active):
            raise Unsupported(
                f"a {type(item).__name__} that may hold active values as an item of a set, which is ordered by what "
                "its items are; keep it in a list"
            )


def _is_kept(item: Any, integers: bool, active: bool) -> bool:
    """Whether an item has no cotangent of its own."""
    if isinstance(item, tuple | frozenset):
        return all([_is_kept(part, integers, active) for part in item])
    if not active and isinstance(item, int | float | complex | np.generic):
        return True
    if objects.is_discrete(item):
        return not (integers and holds_integer(item))
    return _is_object(item)


def _is_object(item: Any) -> bool:
    """Whether it is an object of a user's class that sets know by what it is or by what its class says."""
    if not isinstance(noted(item), Seen):
        return False
    cls: Any = type(item)
    require_unseen(cls, [name for name in COMPARED if changes_unseen(cls, name)])
    return True


def _nothing(count: int) -> Pull:
    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        return (0.0,) * count

    return pull
