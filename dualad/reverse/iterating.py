"""Iterators over what lives in shadow memory: each item's cotangent waits at its number until the iterator was made.

Items are taken as they come (`sequences.Items`), of lists, of generators, of objects with an `__iter__` of their own.
"""

from __future__ import annotations

import builtins
import collections
from collections.abc import Callable
from typing import Any

from dualad import equivalents
from dualad.classes import count_held, method_of
from dualad.dict_views import View
from dualad.reverse.byvalue import watched
from dualad.reverse.cells import Memory, deposit, noted
from dualad.reverse.container_methods import FILLING
from dualad.reverse.containers import add_at_pass
from dualad.reverse.operands import Positions, run_mutator
from dualad.reverse.places import Pull
from dualad.reverse.runtime import add, item
from dualad.reverse.sequences import Items
from dualad.reverse.sites import container_method
from dualad.reverse.suspended import listed as taken_at_once
from dualad.reverse.suspended import made, rewound
from dualad.reverse.unseen import HINTED, require_hints_seen

__dualad_lift__ = True  # dual numbers run through all of this

Call = Callable[..., tuple[Any, Pull]]
"""`(function, args, kwargs, positions) -> (result, pull(ct, memory))`: a call of anything, in memory."""
TAKING = (
    builtins.list, builtins.tuple, builtins.sum, builtins.sorted, builtins.min, builtins.max, builtins.zip,
    builtins.enumerate, builtins.set, builtins.frozenset,
)  # fmt: skip
"""Builtins that take the items of their arguments."""


def iterator(call: Call, value: Any) -> tuple[Items, Pull]:
    """`iter(value)`; the pullback gives the residue of the value."""
    if isinstance(value, Items):
        return value, lambda ct, memory: (ct,)
    own = gives_items(value)
    if own is not None:
        return _given(call, *call(own, (value,), {}, (0,)))
    return iterated(builtins.iter, (value,), {}, (0,))


def started(call: Call, value: Any) -> tuple[Any, Pull]:
    """`iter(value)` as a value: what has a `__next__` of its own stays the object that it is."""
    own = gives_items(value)
    if own is None:
        return iterator(call, value)
    items, pull = call(own, (value,), {}, (0,))
    return (items, pull) if method_of(items, "__next__") is not None else _given(call, items, pull)


def gives_items(value: Any) -> Any:
    """What gives the items of an object in a way of its own, its `__iter__` or `__getitem__`; None if it has none."""
    if hasattr(type(value), "__iter__"):
        return method_of(value, "__iter__")
    return None if method_of(value, "__getitem__") is None else equivalents.items_by_number


def backwards(call: Call, value: Any) -> tuple[Items, Pull] | None:
    """`reversed(value)` of an object that does it in a way of its own; None of any other."""
    own: Any = method_of(value, "__reversed__")
    if own is None and not hasattr(type(value), "__reversed__") and method_of(value, "__getitem__") is not None:
        require_hints_seen(value)  # Python asks at once how many there are, and again where the items are gathered
        own = equivalents.items_backwards
    return None if own is None else _given(call, *call(own, (value,), {}, (0,)))


def _given(call: Call, items: Any, pull: Pull) -> tuple[Items, Pull]:
    """What an `__iter__` gave, as items."""
    if method_of(items, "__next__") is not None:
        return _asked(call, items, pull)
    if isinstance(items, Items):
        return items, pull
    taken, back = iterator(call, items)
    return taken, lambda ct, memory: pull(back(ct, memory)[0], memory)


def _asked(call: Call, items: Any, pull_made: Pull) -> tuple[Items, Pull]:
    """The items of an object with a `__next__` of its own, which a generator takes."""
    taken, pull = call(equivalents.items_asked, (items,), {}, (0,))
    return taken, lambda ct, memory: pull_made(pull(ct, memory)[0], memory)


ITERATORS = (builtins.zip, builtins.enumerate, builtins.reversed)


def iterated(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> tuple[Items, Pull]:
    """What `iter`, `zip`, `enumerate` or `reversed` gives, item by item; each goes back to where it was taken from."""
    starts = [x.state()[0] if isinstance(x, Items) else 0 for x in args]
    turns = [[i for i, y in enumerate(args) if y is x] if isinstance(x, Items) else [p] for p, x in enumerate(args)]
    once = {p: iter(args[p]) for p, turn in enumerate(turns) if len(turn) > 1 and turn[0] == p}  # as in `zip(it, it)`
    items = Items(fn(*[once.get(turn[0], x) for x, turn in zip(args, turns, strict=True)], **kwargs))
    items.noting = noted
    length = _length(args[0]) if fn is reversed else 0
    order = [p for p in positions if isinstance(p, int)]

    def sweep(memory: Memory) -> Any:
        found = dict.fromkeys(positions, 0.0)
        for i in reversed(range(len(items.seen))):
            ct = yield
            for p in reversed(order):
                part, seen = ct, items.seen[i]
                if fn is not reversed and fn is not iter:
                    within = 1 if fn is enumerate else p
                    part, seen = item(ct, within), seen[within]
                part = deposit(memory, seen, part)  # of a list only what its own places do not hold goes on
                place = length - 1 - i if fn is reversed else starts[p] + i * len(turns[p]) + turns[p].index(p)
                found[p] = add(found[p], add_at_pass(memory, args[p], place, part))
        return tuple([found[p] for p in positions])

    items.sweep = sweep
    items.check = watched(items, args)
    return items, made(items)


def _length(value: Any) -> int:
    """How many items there are, which a class derived from a container of Python's own is not asked."""
    return count_held(value) if isinstance(value, list | tuple | collections.deque) else len(value)


class Taken:
    """What a loop runs over, with the pullback of what made its iterator: `items`, the value itself where none did."""

    def __init__(self, call: Call, value: Any, temporary: bool) -> None:
        self.items: Any = value
        own = gives_items(value) is not None
        self.temporary = temporary or own
        self.pull: Pull | None = None
        if own:
            self.items, self.pull = iterator(call, value)
        self.ended = isinstance(self.items, Items) and self.items.ended
        self.numbers: list[int] = []  # of the items, by the loop's passes: somebody may take others in between

    def __iter__(self) -> Any:
        if isinstance(self.items, Items) and self.items.noting is not None:
            return self.items.in_a_loop(self.temporary, self.numbers)
        return iter(self.items)

    def passed(self, memory: Memory, position: int, ct: Any) -> Any:
        """A pass is undone: the residue of its item goes to the item's place; gives the residue of a tuple."""
        if self.numbers:
            position = self.numbers[position]
        return add_at_pass(memory, self.items, position, ct)

    def rewind(self, memory: Memory) -> None:
        """The end of the loop is undone."""
        if not self.ended:
            rewound(memory, self.items)

    def given_back(self, memory: Memory) -> Any:
        """The residue of the value, once all its items have their cotangents."""
        return 0.0 if self.pull is None else self.pull(0.0, memory)[0]


def in_a_list(call: Call, value: Any) -> tuple[list[Any], Callable[[Memory], Any]]:
    """The items of an object, which is not asked how many there are; what undoes that gives the object's residue."""
    items, back = iterator(call, value)
    found, undone = taken_at_once(items)

    def undo(memory: Memory) -> Any:
        undone(memory)
        return back(0.0, memory)[0]

    return found, undo


def listed(call: Call, fn: Any, args: tuple[Any, ...], positions: Positions) -> tuple[tuple[Any, ...], Any]:
    """The arguments of a builtin that takes items, objects with an `__iter__` of their own as lists or as iterators.

    The second is what changes the pullback of the call accordingly; None where there is nothing to change.
    """
    started = equivalents.asked_at_once(fn, args)
    taking = bool(started) or any(fn is known for known in TAKING)
    if not taking or ((fn is min or fn is max) and len(args) > 1):
        return args, None
    order = positions
    positions = tuple(started) or (order if fn is zip else tuple(p for p in order if p == 0))
    own = {p: args[p] for p in positions if isinstance(p, int) and gives_items(args[p]) is not None}
    if not own:
        return args, None
    if any(fn is hinted for hinted in HINTED):
        require_hints_seen(args[0])
    at_once = not started and not any(fn is known for known in ITERATORS)
    views = {p: value for p, value in own.items() if at_once and isinstance(value, View)}
    read = {p: read_at_once(call, view) for p, view in views.items()}
    made = {p: iterator(call, value) for p, value in own.items() if p not in read}
    given: dict[Any, Any] = {p: items for p, (items, _) in (made | read).items()}
    undone = {}
    for p in made if at_once else ():
        given[p], undone[p] = taken_at_once(given[p])

    def through(pull: Pull) -> Pull:
        def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
            parts = list(pull(ct, memory))
            for p, (_, back) in read.items():
                back(parts[order.index(p)] if p in order else 0.0, memory)
                if p in order:
                    parts[order.index(p)] = 0.0
            for p, (_, back) in reversed(made.items()):
                if at_once:
                    undone[p](memory)
                residue = back(0.0, memory)[0]
                if p in order:
                    parts[order.index(p)] = residue
            return tuple(parts)

        return pulled

    return tuple([given.get(i, a) for i, a in enumerate(args)]), through


def read_at_once(call: Call, view: View) -> tuple[list[Any], Pull]:
    """The list of what a view of a dict gives now, whose pullback takes the list's residue."""
    return call(container_method(view.owner, view.name), (view.owner,), {}, (0,))


def as_list(call: Call, value: Any) -> tuple[Any, Callable[[Memory], Any]] | None:
    """The items of an object with an `__iter__` of its own in a list, whose cotangents lie in the list's places.

    What comes with it undoes that, and gives the residue of the object. None of any other value.
    """
    if gives_items(value) is None:
        return None
    items, back = iterator(call, value)
    given, undo = taken_at_once(items)

    def undone(memory: Memory) -> Any:
        undo(memory)
        return back(0.0, memory)[0]

    return given, undone


def run_filling(call: Call, mutator: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """Run what changes a container, given items by an object with an `__iter__` of its own, too."""
    found = as_list(call, args[1]) if mutator in FILLING and len(args) > 1 else None
    if found is None:
        return run_mutator(mutator, args, kwargs, positions)
    given, undone = found
    result, pull = run_mutator(mutator, (args[0], given, *args[2:]), kwargs, positions)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(ct, memory)
        residue = undone(memory)
        return tuple([residue if p == 1 else part for p, part in zip(positions, parts, strict=True)])

    return result, pulled
