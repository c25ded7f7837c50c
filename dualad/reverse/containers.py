"""Lists, tuples and dicts that are made, joined, copied and taken apart, whose items may live in shadow memory.

Each operation gives its result and a pullback between residues (`reverse.cells` says what a residue is).
"""

from __future__ import annotations

import collections
import copy
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.analysis.inplace import is_of_user, is_of_user_module
from dualad.classes import base_of, count_held, method_of, pairs_held
from dualad.errors import Unsupported
from dualad.reverse.cells import (
    Memory,
    Seen,
    deposit,
    exact_key,
    keys_read,
    noted,
    of_key,
    require_dict,
    same_keys,
    turned,
    withdraw,
    word_key,
)
from dualad.reverse.operands import Operation, Positions
from dualad.reverse.places import ORDERED, Pull
from dualad.reverse.runtime import add, is_zero, item
from dualad.reverse.sequences import Items
from dualad.reverse.suspended import back
from dualad.reverse.unseen import require_hints_seen
from dualad.untouched import same_memory

__dualad_lift__ = True  # dual numbers run through all of this

CONSTRUCTORS = (list, tuple, dict)
COUNTING = (range, np.ndindex, str, bytes)
"""Whose items carry nothing, where nobody knows before that they are numbers of places or letters."""
KEYED = (dict, set, frozenset)  # running over one gives what it knows its items by, which is constant


def display(site: Operation, operands: tuple[Any, ...]) -> Any:
    """A tuple or list display with starred items."""
    spans: list[range] = []
    items: list[Any] = []
    for i, value in enumerate(operands):
        if i in site.stars:
            require_hints_seen(value)
        new = list(value) if i in site.stars else [value]
        spans.append(range(len(items), len(items) + len(new)))
        items += new
    result = tuple(items) if site.op == "tuple" else items

    def part(whole: Any, i: int) -> Any:
        parts = [whole[p] for p in spans[i]]
        return parts if i in site.stars else parts[0]

    return result, _made_of(site, operands, result, part)


def _made_of(site: Operation, operands: tuple[Any, ...], result: Any, part: Callable[[Any, int], Any]) -> Pull:
    """The pullback of a new container; `part` takes what is an operand's out of the whole cotangent."""
    made, given = noted(result), {i: noted(operands[i]) for i in site.active}

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(site.active)
        return tuple([deposit(memory, given[i], part(whole, i)) for i in site.active])

    return pull


def dict_display(site: Operation, operands: tuple[Any, ...]) -> Any:
    """A dict display with `**`; `stars` are the positions of the keys that stand for a mapping."""
    result: dict[Any, Any] = {}
    last: dict[Any, int] = {}
    if not site.result_inside:
        exact = word_key if site.integers else exact_key
        for i in site.active:
            exact(operands[i] if i % 2 == 0 and i not in site.stars else None)
    for i in site.stars:
        require_dict(operands[i + 1])
    for i in range(0, len(operands), 2):
        new = dict(operands[i + 1]) if i in site.stars else {operands[i]: operands[i + 1]}
        result.update(new)
        last.update(dict.fromkeys(new, i + 1))

    def part(whole: Any, i: int) -> Any:
        parts = {key: whole[key] for key, place in last.items() if place == i}
        return parts if i - 1 in site.stars else next(iter(parts.values()), 0.0)

    pull_values = _made_of(site, operands, result, part)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        same_keys(memory, result, *[operands[i + 1] for i in site.stars])
        found = zip(site.active, pull_values(ct, memory), strict=True)
        return tuple(of_key(memory, result, operands[i]) if i % 2 == 0 else share for i, share in found)

    return result, pull


def unpack(value: Any, count: int, star: int | None) -> tuple[list[Any], Pull]:
    """The items of what is unpacked to `count` targets; the pullback takes a list of their residues."""
    start = 0
    if isinstance(value, Items):
        value.resume()
        start = value.state()[0]
    items = list(value)
    if (len(items) != count and star is None) or len(items) < count - 1:
        (*items,) = unpack_error(items, count)
    if star is not None:
        after = count - star - 1
        middle = items[star : len(items) - after]
        items = [*items[:star], middle, *items[len(items) - after :]]
    targets = [noted(v) if i == star else v for i, v in enumerate(items)]

    def pull(cts: Any, memory: Memory) -> tuple[Any, ...]:
        parts: list[Any] = []
        for i, (seen, ct) in enumerate(zip(targets, cts, strict=True)):
            if i == star:
                deposit(memory, seen, ct)
                parts += [memory.pop_item(seen.container, j) for j in range(len(seen.items))]
            elif isinstance(seen, np.ndarray) and isinstance(value, np.ndarray):
                parts.append(0.0)  # a row: its cotangent is a row of the array's
            else:
                parts.append(ct)
        if isinstance(value, Items):
            for i, part in enumerate(parts, start):
                memory.add_item(value, i, part)
            back(memory, value, start)
            return (0.0,)
        return (to_items(memory, value, parts),)

    return items, pull


def unpack_error(items: list[Any], count: int) -> list[Any]:
    """Raise what Python raises for a wrong number of items."""
    few = len(items) < count
    got = f"not enough values to unpack (expected {count}, got {len(items)})"
    raise ValueError(got if few else f"too many values to unpack (expected {count})")


def to_items(memory: Memory, value: Any, parts: list[Any]) -> Any:
    """Residues of items, put where they came from; gives the residue of a tuple."""
    if isinstance(value, np.ndarray):
        shadow = memory.of(value)
        for i, part in enumerate(parts):
            if not is_zero(part):
                shadow[i] += turned(part, shadow)
        return 0.0
    if isinstance(value, tuple):
        return 0.0 if all(is_zero(p) for p in parts) else parts
    if isinstance(value, ORDERED):
        for i, part in enumerate(parts):
            memory.add_item(value, i, part)
        return 0.0
    if any(not is_zero(p) for p in parts):
        if isinstance(value, COUNTING):
            return 0.0
        if not isinstance(value, KEYED):
            raise Unsupported(
                f"unpacking a {type(value).__name__} that holds active values; make it a list or tuple first"
            )
        keys_read(memory, value)
    return 0.0


def require_places(ct: Any) -> None:
    """Refuse a cotangent of a slice, which has one where an object's own `__getitem__` computes with its parts."""
    if not is_zero(ct):
        raise Unsupported("active values in a slice whose parts are read; pass them as arguments of a function")


def add_at_pass(memory: Memory, value: Any, position: int, ct: Any) -> Any:
    """The residue of what a loop's pass got from `value` goes to its place; gives the residue of a tuple."""
    if isinstance(value, Items):
        memory.add_item(value, position, ct)
        back(memory, value, position)
        return 0.0
    if is_zero(ct):
        return 0.0
    if isinstance(value, np.ndarray):
        shadow = memory.of(value)
        shadow[position] += turned(ct, shadow)
        return 0.0
    if isinstance(value, tuple):
        return [ct if i == position else 0.0 for i in range(len(value))]
    if isinstance(value, ORDERED):
        memory.add_item(value, position, ct)
        return 0.0
    if isinstance(value, KEYED):
        keys_read(memory, value)
        return 0.0
    if isinstance(value, COUNTING):
        return 0.0
    raise Unsupported(f"a loop over a {type(value).__name__} that holds active values; loop over a list or an array")


def joined(site: Operation, operands: tuple[Any, ...], result: Any, origin: list[tuple[int, Any]]) -> Any:
    """A container whose items come from those of the operands (`origin`: operand and key of each, in order)."""
    made, given = noted(result), {i: noted(operands[i]) for i in site.active}
    keys = [key for key, _ in pairs_held(result)] if isinstance(result, dict) else range(count_held(result))
    lists = (list, tuple, collections.deque)  # which may change; besides there are dicts, and how often to repeat
    lengths = {i: count_held(operands[i]) if isinstance(operands[i], lists) else None for i in site.active}

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if isinstance(result, dict):
            same_keys(memory, result, *operands)
        whole = withdraw(memory, made, ct)
        parts: dict[int, dict[Any, Any]] = {i: {} for i in site.active}
        for key, (i, place) in zip(keys, origin, strict=True):
            if i in parts and not is_zero(whole):
                parts[i][place] = add(parts[i].get(place, 0.0), item(whole, key))
        return tuple(deposit(memory, given[i], _arranged(lengths[i], parts[i])) for i in site.active)

    return result, pull


def _arranged(length: int | None, parts: dict[Any, Any]) -> Any:
    """Cotangents by key as a container's cotangent; a list has a length."""
    if not parts or length is None:
        return parts or 0.0
    return [parts.get(i, 0.0) for i in range(length)]


def constructed(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A list, tuple or dict made by its class, or a partial."""
    if fn is dict and args and not hasattr(args[0], "keys"):
        return _from_pairs(args[0], kwargs, positions)
    if fn is dict and args:
        require_dict(args[0])
    if fn is functools.partial and isinstance(args[0], functools.partial):
        vars(args[0])  # one that has a dict stays what the new one calls; of others Python takes over the arguments
    result = fn(*args, **kwargs)
    if fn is functools.partial:

        def from_partial(ct: Any, memory: Memory) -> tuple[Any, ...]:
            keys = [p - 1 if isinstance(p, int) else p for p in positions]
            return tuple(0.0 if k == -1 else memory.pop_item(result, k) for k in keys)

        return result, from_partial
    made = noted(result)
    given = noted(args[0]) if args else None
    named = {k: noted(v) for k, v in kwargs.items()}

    def from_container(ct: Any, memory: Memory) -> tuple[Any, ...]:
        same_keys(memory, result, *args)
        whole = withdraw(memory, made, ct)
        found = []
        for p in positions:
            if is_zero(whole):
                found.append(0.0)
            elif isinstance(p, int):  # but for what is given by keyword as well
                kept = {k: v for k, v in whole.items() if k not in named} if named else whole
                found.append(deposit(memory, given, kept))
            else:
                found.append(deposit(memory, named[p], item(whole, p)))
        return tuple(found)

    return result, from_container


def _from_pairs(pairs: Any, kwargs: dict[str, Any], positions: Positions) -> Any:
    """`dict(pairs, **kwargs)`: of a key that comes twice the last value stays."""
    given = noted(pairs)
    items = [tuple(pair) for pair in pairs]
    result = dict(items, **kwargs)
    last = {key: i for i, (key, _) in enumerate(items) if key not in kwargs}
    made, named = noted(result), {k: noted(v) for k, v in kwargs.items()}

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole) and id(result) not in memory.read_keys:
            return (0.0,) * len(positions)
        parts = [
            [of_key(memory, result, key), item(whole, key) if last.get(key) == i else 0.0]
            for i, (key, _) in enumerate(items)
        ]
        shares = [deposit(memory, named[p], item(whole, p)) if p in named else 0.0 for p in positions]
        return tuple(deposit(memory, given, parts) if p == 0 else shares[i] for i, p in enumerate(positions))

    return result, pull


def shallow(container: Any) -> Any:
    """`container.copy()` of Python's own, which gives a class of Python's own or the container's as that says."""
    own = next(cls for cls in type(container).__mro__ if "copy" in vars(cls) and not is_of_user(cls))
    return vars(own)["copy"](container)


def _require_usual_copies(seen: Any) -> None:
    """Refuse what a copy was made of where an object in it is copied in a way of its own."""
    waiting, met = [seen], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        if not isinstance(part, Seen) or id(part) in met:
            continue
        if method_of(part.container, "__deepcopy__") is not None:
            cls = type(part.container).__name__
            raise Unsupported(f"`copy.deepcopy` of what holds a {cls}, whose class copies in a way of its own; copy it")
        _require_plain_copy(copy.deepcopy, part.container)
        met.add(id(part))
        waiting.extend(part.items.values())


COPYING = ("__reduce_ex__", "__reduce__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
HOLDING = ("__iter__", "keys", "items", "__getitem__", "append", "extend", "__setitem__")
"""What Python may ask an object that it copies, and also a container derived from one of its own."""


def _is_users(method: Any) -> bool:
    """Whether there is a method, that no library or decorator of Python's own has written."""
    return method is not None and is_of_user_module(method.__module__)


def _require_plain_copy(fn: Any, value: Any) -> None:
    """Refuse an object with active values whose class says itself what a copy of it holds."""
    base = base_of(type(value))
    if not is_of_user(type(value)) or not isinstance(noted(value), Seen):
        return
    if fn is shallow and base in (dict, list):
        if base is dict:
            require_dict(value)
        return
    names = (*COPYING, *HOLDING) if base is not None else COPYING
    own = next((name for name in names if _is_users(method_of(value, name))), None)
    if own is not None:
        raise Unsupported(
            f"a copy of a {type(value).__name__} that holds active values, for which Python may call its method "
            f"`{own}`; give the class a method that makes the copy, `__copy__` or one with a name of its own"
        )


def copied(fn: Any, args: tuple[Any, ...], positions: Positions) -> Any:
    """A copy, of the items too or not: what lives in the same place has one cotangent, what was copied adds its own."""
    _require_plain_copy(fn, args[0])
    result = fn(*args)
    made, given = noted(result), noted(args[0])
    if fn is copy.deepcopy:
        _require_usual_copies(given)
    if result is args[0] or same_memory(result, args[0]):
        return result, lambda ct, memory: tuple(ct if p == 0 else 0.0 for p in positions)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        same_keys(memory, result, args[0])
        residue = deposit(memory, given, withdraw(memory, made, ct))
        return tuple(residue if p == 0 else 0.0 for p in positions)

    return result, pull
