"""Operations on places of what can be changed: each runs, and gives a pullback that works on shadow memory.

A pullback takes the residue of the result's cotangent and the `Memory`, and gives the residues of the operands'
cotangents (see `reverse.cells`). Places are items, slices and attributes; lists keep their slots by position, and an
operation that moves items is undone by running it on the positions themselves.
"""

from __future__ import annotations

import collections
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import stores
from dualad.classes import base_of, count_held, items_held, plainly, whole
from dualad.errors import Unsupported
from dualad.reverse import cells, conforming, runtime
from dualad.reverse.cells import Memory, Seen, add_items, attributes_dict, deposit, move, noted, withdraw
from dualad.reverse.conforming import fit_stored
from dualad.reverse.plainness import (
    require_deletable,
    require_no_namespace,
    require_plain_attribute,
    require_plain_items,
    require_settable,
)
from dualad.reverse.runtime import is_zero, item, kept
from dualad.untouched import same_memory

__dualad_lift__ = True  # dual numbers run through all of this

Pull = Callable[[Any, Memory], tuple[Any, ...]]


def nothing(ct: Any, memory: Memory) -> tuple[Any, ...]:
    """The pullback of an operation whose operands get nothing by value."""
    return (0.0, 0.0, 0.0)


ORDERED = (list, collections.deque)


def is_number(value: Any) -> bool:
    """Whether a value is a number, which nothing can change."""
    return isinstance(value, int | float | complex | np.generic)


# Items


def get_item(base: Any, key: Any) -> tuple[Any, Pull]:
    """`base[key]`; the pullback gives the residue of the base."""
    key = whole(base, key)
    value = own_item(base, key)
    if isinstance(base, np.ndarray):
        return value, _array_item(base, kept(key), value)
    if isinstance(base, np.generic):
        return value, _number_item(value)
    if isinstance(base, tuple):
        return value, _tuple_item(base, key)
    if isinstance(base, list) and isinstance(key, slice):
        positions, seen, made = range(*key.indices(count_held(base))), noted(base), noted(value)
        return value, _list_slice(positions, seen, made)
    place = key + count_held(base) if isinstance(base, ORDERED) and key < 0 else key

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.add_item(base, place, ct)
        return (0.0,)

    return value, pull


def own_item(base: Any, key: Any) -> Any:
    """`base[key]` as Python's own containers do it, whatever a class that is derived from one has for it."""
    if base_of(type(base)) in (None, type(base)):
        return base[key]
    return plainly(base, "__getitem__", key)


def _array_item(base: Any, key: Any, value: Any) -> Pull:
    if same_memory(value, base) and not cells.is_gather(key):
        return nothing  # a view: its cotangent is a view of the base's

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        add_items(memory, base, key, withdraw(memory, value, ct))
        return (0.0,)

    return pull


def _number_item(value: Any) -> Pull:
    """`s[()]` or `s[None]` of a number of NumPy's, which lies in no memory: the residue is what comes back in all."""
    made = noted(value)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        return (0.0 if is_zero(whole) else np.sum(whole),)

    return pull


def _tuple_item(base: tuple[Any, ...], key: Any) -> Pull:
    positions = range(count_held(base))[key]

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if is_zero(ct):
            return (0.0,)
        parts: list[Any] = [0.0] * count_held(base)
        if isinstance(positions, int):
            parts[positions] = ct
        else:
            for i, position in enumerate(positions):
                parts[position] = item(ct, i)
        return (parts,)

    return pull


def _list_slice(positions: range, seen: Seen, made: Seen) -> Pull:
    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        for i, position in enumerate(positions):
            memory.add_item(seen.container, position, memory.pop_item(made.container, i))
        return (0.0,)

    return pull


def require_inexact(base: Any, value: Any) -> None:
    """Refuse the store of an active value into an array of integers."""
    if base.dtype.kind in "biu" and conforming.is_inexact(value):
        raise Unsupported(
            f"an active value stored into an array of {base.dtype}, which would truncate it; make the array one of "
            "floats"
        )


def set_item(base: Any, key: Any, value: Any, active_key: bool = False) -> Pull:
    """`base[key] = value`; the pullback gives the residue of the value. `active_key`: for all that is known."""
    key = whole(base, key)
    require_no_namespace(base)
    if isinstance(base, np.ndarray):
        require_inexact(base, value)
        if has_mask(key) and same_memory(base, value):
            raise Unsupported(
                "a store by a mask of values that lie in the same array, some of which NumPy may change before it "
                "reads them; store a copy of the values"
            )
        key, given = kept(key), noted(value)
        base[key] = in_order(base, key, value)
        like = kept(value) if isinstance(value, list | tuple) else value
        return lambda ct, memory: (_to_value(memory, move(memory, base, key), given, like),)
    if isinstance(base, list) and isinstance(key, slice):
        given = noted(value)
        pull = mutate(base, lambda items, new: plainly(items, "__setitem__", key, new), list(value))[1]
        return lambda ct, memory: (deposit(memory, given, pull(ct, memory)[0]),)
    if base_of(type(base)) is None:
        base[key] = value
    else:
        plainly(base, "__setitem__", key, value)
    place = key + count_held(base) if isinstance(base, ORDERED) and key < 0 else key

    def pull_item(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if active_key:
            cells.require_constant_key(memory, base, key)
        return (memory.pop_item(base, place),)

    return pull_item


def has_mask(key: Any) -> bool:
    """Whether a key holds a mask."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(p, np.ndarray | list) and np.asarray(p).dtype == bool for p in parts)


def in_order(base: Any, key: Any, value: Any) -> Any:
    """A value to be stored; refused where NumPy changes some of it before it reads that."""
    if isinstance(value, np.ndarray) and isinstance(base, np.ndarray) and stores.is_read_too_late(base[key], value):
        raise Unsupported(stores.READ_TOO_LATE)
    return value


def _to_value(memory: Memory, ct: Any, given: Any, value: Any) -> Any:
    """The share of what was stored at some places: broadcasting undone, nested lists taken apart."""
    return deposit(memory, given, fit_stored(ct, value))


def delete_item(base: Any, key: Any) -> Pull:
    """`del base[key]`."""
    require_plain_items(base, "__delitem__")
    return deleted(base, key)


def deleted(base: Any, key: Any) -> Pull:
    """`del base[key]` as Python's own containers do it."""
    if isinstance(base, ORDERED):
        key = whole(base, key)
        return mutate(base, lambda items, new: plainly(items, "__delitem__", key), [])[1]
    plainly(base, "__delitem__", key)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.pop_item(base, key)  # nobody reads it before it is stored again
        return (0.0,)

    return pull


def delete_attr(base: Any, name: str, delete: Any) -> Pull:
    """`del base.name`; `delete`: `delattr`, or `object.__delattr__`, which a class has called in its own."""
    require_deletable(base, name)
    delete(base, name)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.pop_item(attributes_dict(base), name)
        return (0.0,)

    return pull


# Attributes

SAID = frozenset({"__name__", "__qualname__", "__doc__", "__module__", "__annotations__", "__code__"})
"""What is said about a function."""


def get_attribute(base: Any, name: str) -> tuple[Any, Pull]:
    """`base.name` of an object that holds it."""
    value = getattr(base, name)
    fields = getattr(type(base), "_fields", ())
    if isinstance(base, tuple) and name in fields:
        return value, _tuple_item(base, fields.index(name))
    if isinstance(value, types.MethodType) and isinstance(base, tuple):
        raise Unsupported(
            f"the method `{name}` of a named tuple that holds active values, kept; call it where it is read"
        )
    if isinstance(value, types.MethodType | types.BuiltinMethodType):
        return value, nothing  # what it is bound to has its cotangents where it is
    if (isinstance(base, types.FunctionType) and name in SAID) or name == "_fields":
        return value, nothing
    require_plain_attribute(base, name)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.add_item(attributes_dict(base), name, ct)
        return (0.0,)

    return value, pull


def set_attribute(base: Any, name: str, value: Any) -> Pull:
    """`base.name = value`; the pullback gives the residue of the value."""
    if isinstance(base, np.ndarray) and name in ("real", "imag") and (name == "real" or base.dtype.kind == "c"):
        return set_item(getattr(base, name), ..., value)
    if isinstance(base, np.ndarray):
        raise Unsupported(
            f"an assignment to the attribute `{name}` of an active array; use reshape, astype or a store into the array"
        )
    if isinstance(base, WITH_WORDS) and (value is None or isinstance(value, int | str | bytes)):
        return _set_word(base, name, value)
    require_settable(base, name)
    setattr(base, name, value)
    return lambda ct, memory: (memory.pop_item(attributes_dict(base), name),)


WITH_WORDS = (type, types.FunctionType, types.ModuleType)


def _set_word(base: Any, name: str, value: Any) -> Pull:
    """`base.name = value` of what can hold no active value, such as how many objects were made; but integers may."""
    setattr(base, name, value)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if memory.integers and cells.holds_integer(value):
            raise Unsupported(
                f"an integer that a derivative is taken in, stored into the attribute `{name}` of a class or function"
            )
        return (0.0,)

    return pull


def store_attribute(base: Any, name: str, value: Any) -> Pull:
    """`object.__setattr__(base, name, value)`."""
    object.__setattr__(base, name, value)
    return lambda ct, memory: (memory.pop_item(attributes_dict(base), name),)


# Lists and dicts


def place_of(index: int, items: list[Any]) -> int:
    """The position that an index means, which may count from the end."""
    return index + count_held(items) if index < 0 else index


def cotangent_at(memory: Memory, items: list[Any], place: int) -> Any:
    """The cotangent of an item, which stays where it is."""
    return memory.items(items).get(place, 0.0)


def append_item(items: list[Any], value: Any) -> Pull:
    """`items.append(value)`; the pullback gives the residue of the value. No other item is looked at."""
    at = count_held(items)
    plainly(items, "append", value)
    return lambda ct, memory: (memory.pop_item(items, at),)


def append_items(items: list[Any], new: list[Any]) -> Pull:
    """`items.extend(new)`; the pullback gives the residues of the new items."""
    at = count_held(items)
    plainly(items, "extend", new)
    return lambda ct, memory: tuple([memory.pop_item(items, i) for i in range(at, at + len(new))])


def pop_last(items: list[Any]) -> tuple[Any, Pull]:
    """`items.pop()`; no other item is looked at."""
    result = plainly(items, "pop")
    at = count_held(items)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.add_item(items, at, ct)
        return ((),)

    return result, pull


class _New:
    """Stands for the item of that number which an operation put in."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


def mutate(items: Any, change: Callable[[list[Any], list[Any]], Any], new: list[Any]) -> tuple[Any, Pull]:
    """Change a list; `new` are items that the change puts in. The pullback gives a list of their residues.

    The residue of what the change returned (`pop`) goes back to the position that it came from.
    """
    positions: Any = range(count_held(items))
    positions = collections.deque(positions, items.maxlen) if isinstance(items, collections.deque) else list(positions)
    result = change(items, new)
    came_from = change(positions, [_New(i) for i in range(len(new))])

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        slots = memory.items(items)
        slots_now = dict(slots)
        before: dict[Any, Any] = {}
        shares: list[Any] = [0.0] * len(new)
        for now, origin in enumerate(positions):
            share = slots_now.get(now, 0.0)
            if isinstance(origin, _New):
                shares[origin.number] = runtime.add(shares[origin.number], share)
            elif not is_zero(share):
                before[origin] = runtime.add(before.get(origin, 0.0), share)
        slots.clear()
        slots.update(before)
        if isinstance(came_from, int):
            memory.add_item(items, came_from, ct)
        elif isinstance(came_from, _New):  # put in and taken out at once (`heappushpop`)
            shares[came_from.number] = runtime.add(shares[came_from.number], ct)
        return (shares,)

    return result, pull


def reorder(items: list[Any], order: list[int]) -> Pull:
    """Put a list into another order (`order`: old positions) in place."""
    now = list(items_held(items))
    plainly(items, "__setitem__", slice(None), [now[i] for i in order])

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        slots = memory.items(items)
        before = {order[now]: share for now, share in slots.items()}
        slots.clear()
        slots.update(before)
        return (0.0,)

    return pull


def update(target: dict[Any, Any], other: Any) -> Pull:
    """`target.update(other)`; the pullback gives the residue of the other."""
    if not hasattr(other, "keys"):
        return _update_by_pairs(target, other)
    cells.require_dict(other)
    given = noted(dict(other))
    source = noted(other)
    plainly(target, "update", other)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        cells.same_keys(memory, target, other)
        moved = {key: memory.pop_item(target, key) for key in given.items}
        return (deposit(memory, source, moved) if isinstance(source, Seen) else 0.0,)

    return pull


def _update_by_pairs(target: dict[Any, Any], other: Any) -> Pull:
    """`target.update(pairs)`: of a key that comes twice the last value stays."""
    source = noted(other)
    pairs = [tuple(pair) for pair in other]
    last = {key: i for i, (key, _) in enumerate(pairs)}
    plainly(target, "update", pairs)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        moved = {key: memory.pop_item(target, key) for key in last}
        keys = [cells.of_key(memory, target, key) for key, _ in pairs]
        parts = [[keys[i], moved[key] if last[key] == i else 0.0] for i, (key, _) in enumerate(pairs)]
        return (deposit(memory, source, parts) if pairs else 0.0,)

    return pull
