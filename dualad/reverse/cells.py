"""The cotangents of what is changed in place: by storage for arrays, by slots for lists, dicts, objects and cells.

A value's cotangent is split in two. The part of what can be changed in place (arrays, items of lists and dicts,
attributes, captured variables) lives in a `Memory`, at the place itself, so that every name, view and container that
reaches the place finds it. The rest (numbers, also inside tuples) travels by value, the *residue*. `deposit` moves a
whole cotangent into memory and gives the residue; `withdraw` takes it out again, and leaves zero.
"""

from __future__ import annotations

import collections
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.classes import behind, in_slots, items_held, method_of, pairs_held, slots_of
from dualad.dict_views import View
from dualad.errors import Unsupported
from dualad.reverse.gathered import from_items
from dualad.reverse.plainness import require_plainly_read
from dualad.reverse.runtime import KEY, OfKey, OfObject, add, add_at, is_zero, item, moved, moved_last
from dualad.reverse.sequences import Items
from dualad.shadow import Shadows

__dualad_lift__ = True  # dual numbers run through all of this

Array = np.ndarray[Any, Any]
OVERLAPPING = "a store into a view whose elements share memory (broadcast_to, sliding_window_view); store into a copy"


class Memory:
    """The memory of one reverse sweep.

    Attributes:
        arrays: shadows of arrays, by storage (of complex ones conjugates, see `turned`).
        slots: cotangents of items and attributes, by the container's identity; the container is held with them.
        sweeps: reverse sweeps of generators that are under way, by their items' identity.
        carried: exceptions that were handled, and have not been followed to where they were made.
        read_keys: dicts of which something depends on the keys, as numbers, by identity.
        integers: whether a derivative is taken in integers.
    """

    __slots__ = ("arrays", "carried", "integers", "read_keys", "slots", "sweeps")

    def __init__(self, integers: bool = False) -> None:
        self.integers = integers
        self.arrays = Shadows()
        self.carried: list[Any] = []
        self.slots: dict[int, tuple[Any, dict[Any, Any]]] = {}
        self.sweeps: dict[int, Any] = {}
        self.read_keys: dict[int, Any] = {}

    def of(self, array: Array) -> Array:
        """The shadow of an array."""
        return self.arrays.of(array)

    def peek(self, array: Array) -> Array | None:
        """The shadow of an array, None if nothing was ever added to its storage."""
        return self.arrays.peek(array)

    def items(self, container: Any) -> dict[Any, Any]:
        """The slots of a container, by position, key or name."""
        container = slots_holder(container)
        found = self.slots.get(id(container))
        if found is None:
            found = self.slots[id(container)] = (container, {})
        return found[1]

    def add_item(self, container: Any, key: Any, ct: Any) -> None:
        """Add to the cotangent of an item."""
        if not is_zero(ct):
            slots = self.items(container)
            slots[key] = add(slots.get(key, 0.0), ct)

    def pop_item(self, container: Any, key: Any) -> Any:
        """Take the cotangent of an item out."""
        found = self.slots.get(id(slots_holder(container)))
        return 0.0 if found is None else found[1].pop(key, 0.0)


def keys_read(memory: Memory, container: Any) -> None:
    """Note that a cotangent went to keys of a dict, which are constants unless it was stored under an active number."""
    memory.read_keys[id(container)] = container


def add_key(memory: Memory, container: Any, ct: Any) -> None:
    """Take the cotangent of a key that a loop was given."""
    if not is_zero(ct):
        keys_read(memory, container)


def add_pair(memory: Memory, container: Any, key: Any, ct: Any) -> None:
    """Add the cotangent of a key and its value that a loop was given."""
    memory.add_item(container, key, item(ct, 1))
    add_key(memory, container, item(ct, 0))


def require_dict(value: Any) -> None:
    """Refuse an object of another class where keys and items are taken from it: they may be anything it says.

    Python asks a dict that says itself what it runs over for its keys and items, too, as it does an OrderedDict.
    """
    if isinstance(value, dict):
        asked = type(value).__iter__ is not dict.__iter__
        own = asked and any([method_of(value, name) is not None for name in ("keys", "__getitem__")])
    else:
        own = not isinstance(value, types.MappingProxyType)
    if own and isinstance(noted(value), Seen):
        raise Unsupported(
            f"a {type(value).__name__} that holds active values where its keys and items are taken; give a dict of them"
        )


def same_keys(memory: Memory, made: Any, *sources: Any) -> None:
    """A dict was made with the keys of others: what reads its keys reads theirs."""
    if id(made) in memory.read_keys:
        for source in sources:
            keys_read(memory, source)


def of_key(memory: Memory, container: Any, key: Any) -> Any:
    """The residue of an operand that is the key of a dict: zero, or refused where the key is computed with later on."""
    active = id(container) in memory.read_keys and (holds_inexact(key) or (memory.integers and holds_integer(key)))
    return OfKey() if active else 0.0


def require_constant_key(memory: Memory, container: Any, key: Any) -> None:
    """Refuse an active number as a key that is computed with later on."""
    if not is_zero(of_key(memory, container, key)):
        raise Unsupported(KEY)


def exact_key(key: Any) -> Any:
    """The key of a dict that is a value: an active number is refused, for nobody knows who reads it."""
    if holds_inexact(key):
        raise Unsupported(KEY)
    return key


def word_key(key: Any) -> Any:
    """`exact_key` where a derivative is taken in integers, which are no keys then either."""
    if holds_integer(key):
        raise Unsupported(KEY)
    return exact_key(key)


def holds_integer(key: Any) -> bool:
    """Whether a key is, or holds, an integer."""
    if isinstance(key, tuple | frozenset):
        return any(holds_integer(part) for part in key)
    return isinstance(key, int | np.integer) and not isinstance(key, bool)


def holds_inexact(key: Any) -> bool:
    """Whether a key is, or holds, a number that can be differentiated in wherever it comes from."""
    if isinstance(key, tuple | frozenset):
        return any(holds_inexact(part) for part in key)
    return isinstance(key, float | complex | np.inexact)


def slots_holder(container: Any) -> Any:
    """What the slots of a container go by: of an object the dict that holds its attributes, which has a name too."""
    if type(container) in WITH_ITEMS:
        return container
    container = behind(container)
    if isinstance(container, list | dict | tuple | collections.deque):
        return container
    return attributes_dict(container)


def attributes_dict(container: Any) -> Any:
    """The dict that holds the attributes of an object; the object itself if it has slots of its own."""
    found = getattr(container, "__dict__", None)
    return found if type(found) is dict else container


WITH_ITEMS = (list, dict, types.CellType)


class Seen:
    """A container as it was when an operation met it: its items then, by position, key or name."""

    __slots__ = ("container", "items")

    def __init__(self, container: Any, items: dict[Any, Any]) -> None:
        self.container, self.items = container, items


OPAQUE = (
    np.ndarray, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type, types.MethodType, np.ufunc, str,
    bytes, range, slice, int, float, complex, np.generic, types.NoneType, Items,
)  # fmt: skip


def noted(value: Any) -> Any:
    """A value with the items of its containers as they are now; arrays and numbers are themselves.

    Each container is noted once, however many ways lead to it: containers may hold themselves, and chains of them be
    of any length.
    """
    if isinstance(value, OPAQUE):
        return value
    known: dict[int, tuple[Any, Any]] = {}
    waiting: list[tuple[Seen, list[tuple[Any, Any]]]] = []
    found = _begun(value, known, waiting)
    while waiting:
        seen, held = waiting.pop()
        for key, part in held:
            seen.items[key] = part if isinstance(part, OPAQUE) else _begun(part, known, waiting)
    return found


def _begun(value: Any, known: dict[int, tuple[Any, Any]], waiting: list[Any]) -> Any:
    """What stands for a value, whose items are noted later; of a tuple, which cannot change, at once."""
    if isinstance(value, OPAQUE):
        return value
    value = behind(value)
    if id(value) in known:
        return known[id(value)][1]
    if isinstance(value, tuple):
        made: Any = tuple([_begun(v, known, waiting) for v in items_held(value)])
    else:
        held = _held(value)
        made = value if held is None else Seen(value, {})
        if held:
            waiting.append((made, held))
    known[id(value)] = (value, made)  # held, so that no other object is found under its number
    return made


def _held(value: Any) -> list[tuple[Any, Any]] | None:
    """The items of a container or the attributes of an object as they are now; None for anything else."""
    if isinstance(value, list | collections.deque | set | frozenset):
        return list(enumerate(items_held(value)))
    if isinstance(value, dict):
        return list(pairs_held(value))
    fields = attributes(value)
    return None if fields is None else list(fields.items())


def attributes(value: Any) -> dict[str, Any] | None:
    """The attributes that an object of a user's class holds; None for anything else.

    A logger leads to all others and to whatever their handlers hold, none of which is read again.
    """
    if hasattr(type(value), "__dualad_dual__") or type(value).__module__ == "logging":
        return None
    if hasattr(type(value), "__dualad_vjp__"):  # it says itself what of it has cotangents
        return {n: getattr(value, n) for n in getattr(type(value), "__dualad_slots__", ())}
    held, found = in_slots(value), getattr(value, "__dict__", None)
    if found is None:
        return held if slots_of(value) else None
    return {**held, **found}


def deposit(memory: Memory, seen: Any, ct: Any) -> Any:
    """Put a cotangent of what `noted` gave into memory; returns the residue."""
    if is_zero(ct):
        return 0.0
    if isinstance(ct, dict) and any([type(key) is Place for key in ct]):
        spill(memory, None, {key: part for key, part in ct.items() if type(key) is Place})
        ct = {key: part for key, part in ct.items() if type(key) is not Place} or 0.0
        return deposit(memory, seen, ct)
    if isinstance(seen, np.ndarray):
        add_whole(memory, seen, from_items(ct[::-1], seen) if isinstance(ct, list) else ct)
        return 0.0
    if isinstance(seen, Seen):
        require_plainly_read(seen.container)
        if isinstance(seen.container, dict) and not isinstance(ct, dict):
            keys_read(memory, seen.container)  # whoever runs over a dict is given its keys
            return 0.0
        if isinstance(seen.container, View) and not isinstance(ct, dict):
            return _into_dict(memory, seen, ct)
        for key, part in seen.items.items():
            rest = deposit(memory, part, _part(ct, key))
            if not isinstance(seen.container, set | frozenset):  # whose items can hold nothing themselves
                memory.add_item(seen.container, key, rest)
        return 0.0
    if isinstance(seen, tuple):
        parts = [deposit(memory, s, _part(ct, i)) for i, s in enumerate(seen)]
        return 0.0 if all(is_zero(p) for p in parts) else parts
    return ct


def _into_dict(memory: Memory, view: Seen, ct: Any) -> float:
    """The cotangents of the items that a view of a dict gave, which go to the dict."""
    held, kind = view.items["owner"], view.container.name
    for i, (key, part) in enumerate(held.items.items()):
        given = _part(ct, i)
        if kind != "values":
            add_key(memory, held.container, item(given, 0) if kind == "items" else given)
        if kind != "keys":
            rest = deposit(memory, part, item(given, 1) if kind == "items" else given)
            memory.add_item(held.container, key, rest)
    return 0.0


class Place:
    """Where a cotangent belongs that is not in a memory yet: an item of a container, or with no key an array."""

    __slots__ = ("holder", "key")

    def __init__(self, holder: Any, key: Any) -> None:
        self.holder, self.key = holder, key

    def __eq__(self, other: object) -> bool:
        return type(other) is Place and other.holder is self.holder and other.key == self.key

    def __hash__(self) -> int:
        return hash((id(self.holder), self.key))


def spill(memory: Memory, holder: Any, ct: Any) -> None:
    """Put the cotangent of a callable into memory: of what it has captured to its places, of attributes to its slots.

    (See `reverse.captured`.)
    """
    if is_zero(ct):
        return
    own = attributes(holder) if hasattr(type(holder), "__dualad_vjp__") else {}
    for key, part in ct.items():
        if type(key) is not Place:
            memory.add_item(holder, key, deposit(memory, noted(own[key]), part) if own and key in own else part)
        elif key.key is None and isinstance(key.holder, np.ndarray):
            add_whole(memory, key.holder, part)
        else:
            memory.add_item(key.holder, key.key, part)


def _part(ct: Any, key: Any) -> Any:
    if isinstance(ct, list | tuple) and isinstance(key, int) and key >= len(ct):
        return 0.0
    return item(ct, key)


def withdraw(memory: Memory, seen: Any, residue: Any, met: set[int] | None = None) -> Any:
    """Take the whole cotangent of what `noted` gave out of memory, residue included.

    `met`: the containers that are emptied already, or are being emptied, whose cotangents are where they were met.
    """
    if isinstance(seen, np.ndarray):
        shadow = memory.peek(seen)
        if shadow is None:
            return residue
        return add(_taken_out(memory, seen, shadow), residue)
    if isinstance(seen, Seen):
        met = set() if met is None else met
        if id(seen) in met:
            return 0.0
        met.add(id(seen))
        found = {}
        for key, part in seen.items.items():
            found[key] = withdraw(memory, part, memory.pop_item(seen.container, key), met)
        if all([is_zero(ct) for ct in found.values()]):
            return 0.0
        if isinstance(seen.container, list | collections.deque | set | frozenset):
            return list(found.values())
        return found if isinstance(seen.container, dict) else OfObject(found)
    if isinstance(seen, tuple):
        parts = [withdraw(memory, s, item(residue, i), met) for i, s in enumerate(seen)]
        return 0.0 if all(is_zero(p) for p in parts) else parts
    if isinstance(seen, Items):  # what was added at the numbers of its items
        slots = memory.items(seen)
        parts = [slots.pop(i, 0.0) for i in range(max(slots, default=-1) + 1)]
        return add(residue, parts) if parts else residue
    return residue


# What emitted code calls where it is known that a value is an array


def add_whole(memory: Memory, array: Array, ct: Any) -> None:
    """Add to the cotangent of an array."""
    if is_zero(ct):
        return
    shadow = memory.of(array)
    if overlaps(shadow):
        add_overlapping(memory, array, ..., ct)
    else:
        shadow[...] += turned(ct, shadow)


def add_items(memory: Memory, array: Array, key: Any, ct: Any) -> None:
    """Add to the cotangent of the places of an array that a key names."""
    if is_zero(ct):
        return
    shadow = memory.of(array)
    if not overlaps(shadow) or is_gather(key):
        add_at(shadow, key, turned(ct, shadow))
        return
    add_overlapping(memory, array, key, ct)


def take(memory: Memory, array: Array) -> Array:
    """The cotangent of an array that is being made: taken out, zeros where it has none."""
    shadow = memory.peek(array)
    if shadow is None:
        return np.zeros(array.shape, array.dtype if array.dtype.kind in "fc" else np.float64)
    return _taken_out(memory, array, shadow)


def _taken_out(memory: Memory, array: Array, shadow: Array) -> Array:
    """The cotangent of an array, and zeros in its place; what shares a place has its cotangent at one element."""
    if not overlaps(shadow):
        ct = shadow.copy()
        shadow[...] = 0.0
        return turned(ct, shadow)
    line, places = memory.arrays.places(array)
    places = places.ravel()
    first = np.unique(places, return_index=True)[1]
    ct = np.zeros(places.size, line.dtype)
    ct[first] = line[places[first]]
    line[places] = 0.0
    return turned(ct.reshape(shadow.shape), shadow)


def move(memory: Memory, array: Array, key: Any) -> Any:
    """Take the cotangent of the places out that a store wrote: a copy, and the places are zero."""
    shadow = memory.of(array)
    if overlaps(shadow):
        raise Unsupported(OVERLAPPING)
    return turned(moved_last(shadow, key) if is_gather(key) else moved(shadow, key), shadow)


def whole_place(memory: Memory, array: Array) -> Array:
    """The shadow of an array of real numbers that an augmented assignment changed."""
    shadow = memory.of(array)
    if overlaps(shadow):
        raise Unsupported(OVERLAPPING)
    return shadow


def turned(ct: Any, shadow: Array) -> Any:
    """What memory holds for a cotangent, and back again.

    Of complex numbers it holds the conjugates: so a view of imaginary parts has its cotangent in a view of theirs.
    """
    return np.conj(ct) if shadow.dtype.kind == "c" else ct


def final(memory: Memory, value: Any, residue: Any) -> Any:
    """The cotangent of a parameter at the end of the sweep."""
    return withdraw(memory, noted(value), residue)


def is_gather(key: Any) -> bool:
    """Whether a key holds arrays of positions, or a mask."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(p, np.ndarray | list | bool | np.bool_) for p in parts)


def overlaps(view: Array) -> bool:
    """Whether elements of a view may share memory with one another."""
    reach = view.itemsize
    for stride, n in sorted([(abs(s), n) for s, n in zip(view.strides, view.shape, strict=True) if n > 1]):
        if stride < reach:
            return True
        reach += stride * (n - 1)
    return False


def add_overlapping(memory: Memory, array: Array, key: Any, ct: Any) -> None:
    """Add to places of a view whose elements share memory: each place gets all that is meant for it."""
    line, places = memory.arrays.places(array)
    places = places[key]
    np.add.at(line, places, np.broadcast_to(turned(ct, line), places.shape))


# Captured variables and default values


def pop_default(memory: Memory, fn: Any, name: str) -> Any:
    """Take the cotangent of a default value out."""
    return memory.pop_item(defaults_of(fn, name), name)


def defaults_of(fn: Any, name: str) -> Any:
    """The object that holds the default value of a parameter (a function may have twins, which share it)."""
    named = fn.__kwdefaults__
    return named if named and name in named else fn.__defaults__


def cell_of(read: Callable[[], Any]) -> types.CellType:
    """The cell of the one variable that a function captures."""
    assert read.__closure__ is not None
    return read.__closure__[0]


def take_cell(memory: Memory, cell: types.CellType) -> Any:
    """The cotangent of what a captured variable held, as inner functions added it; taken out."""
    return memory.pop_item(cell, "cell_contents")
