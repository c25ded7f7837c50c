"""Methods that change lists, deques and dicts, and what makes those of a class that is derived from one.

A mutator runs forward and gives `(result, pull)`; `pull(ct, memory)` gives residues by the position of the operand, the
object that is changed first.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

from dualad.classes import base_of, count_held, items_held, pairs_held, plainly, whole
from dualad.reverse import places
from dualad.reverse.cells import Memory, deposit, keys_read, noted, of_key
from dualad.reverse.places import Pull, mutate, reorder
from dualad.reverse.plainness import require_no_namespace
from dualad.reverse.runtime import is_zero
from dualad.reverse.sites import run
from dualad.reverse.snapshots import changing_nothing, run_unseen

__dualad_lift__ = True  # dual numbers run through all of this

Mutator = Callable[..., tuple[Any, Pull]]


def container_mutator(cls: type, name: str) -> Mutator | None:
    """How a method of Python's own changes its list, deque or dict; None if it does not."""
    base = base_of(cls)
    if name == "__init__" and issubclass(cls, collections.defaultdict):
        return _default_init
    return _METHODS[base].get(name) if base in _METHODS else None


# Lists


def _shift(pull: Pull) -> Pull:
    """Residues of what was put in, by the position of the method's argument (the list itself gets none)."""
    return lambda ct, memory: (0.0, *pull(ct, memory)[0])


def _append(items: list[Any], value: Any) -> tuple[Any, Pull]:
    pull = places.append_item(items, value)
    return None, lambda ct, memory: (0.0, *pull(ct, memory))


def _insert(items: list[Any], index: int, value: Any) -> tuple[Any, Pull]:
    place = whole(items, index)
    result, pull = mutate(items, lambda found, new: plainly(found, "insert", place, *new), [value])
    return result, lambda ct, memory: (0.0, 0.0, *pull(ct, memory)[0])


def _extend(items: list[Any], values: Any) -> tuple[Any, Pull]:
    given, new = noted(values), list(values)
    pull = places.append_items(items, new)
    return None, lambda ct, memory: (0.0, deposit(memory, given, pull(ct, memory)))


def _pop(items: list[Any], *index: int) -> tuple[Any, Pull]:
    if not index:
        return places.pop_last(items)
    place = whole(items, index[0])
    return mutate(items, lambda found, new: plainly(found, "pop", place), [])


def _remove(items: list[Any], value: Any) -> tuple[Any, Pull]:
    index = plainly(items, "index", value)
    return mutate(items, lambda found, new: plainly(found, "__delitem__", index), [])


def _clear(items: list[Any]) -> tuple[Any, Pull]:
    return mutate(items, lambda found, new: plainly(found, "clear"), [])


def _reverse(items: list[Any]) -> tuple[Any, Pull]:
    return None, reorder(items, list(range(count_held(items)))[::-1])


def _sort(items: list[Any], *, key: Any = None, reverse: bool = False) -> tuple[Any, Pull]:
    now = list(items_held(items))
    keys = now if key is None else run_unseen(key, [key], lambda: [*map(changing_nothing(key, run), now)])
    order = sorted(range(len(now)), key=keys.__getitem__, reverse=reverse)
    return None, reorder(items, order)


def _init(items: list[Any], values: Any = ()) -> tuple[Any, Pull]:
    def change(found: list[Any], new: list[Any]) -> None:
        plainly(found, "clear")
        plainly(found, "extend", new)

    given, new = noted(values), list(values)
    result, pull = mutate(items, change, new)
    return result, lambda ct, memory: (0.0, deposit(memory, given, pull(ct, memory)[0]))


_LISTS: dict[str, Mutator] = {
    "append": _append, "insert": _insert, "extend": _extend, "pop": _pop, "remove": _remove, "clear": _clear,
    "reverse": _reverse, "sort": _sort, "__init__": _init,
}  # fmt: skip


# Deques


def _append_left(items: Any, value: Any) -> tuple[Any, Pull]:
    result, pull = mutate(items, lambda found, new: plainly(found, "appendleft", *new), [value])
    return result, _shift(pull)


def _extend_left(items: Any, values: Any) -> tuple[Any, Pull]:
    given, new = noted(values), list(values)
    result, pull = mutate(items, lambda found, new: plainly(found, "extendleft", new), new)
    return result, lambda ct, memory: (0.0, deposit(memory, given, pull(ct, memory)[0]))


def _pop_left(items: Any) -> tuple[Any, Pull]:
    return mutate(items, lambda found, new: plainly(found, "popleft"), [])


def _rotate(items: Any, n: int = 1) -> tuple[Any, Pull]:
    places_moved = whole(items, n)
    return mutate(items, lambda found, new: plainly(found, "rotate", places_moved), [])


def _turn(items: Any) -> tuple[Any, Pull]:
    return mutate(items, lambda found, new: plainly(found, "reverse"), [])


def _init_deque(items: Any, iterable: Any = (), maxlen: int | None = None) -> tuple[Any, Pull]:
    collections.deque.__init__(items, (), maxlen)
    return _extend_right(items, iterable)


def _append_right(items: Any, value: Any) -> tuple[Any, Pull]:
    if items.maxlen is None:
        return _append(items, value)
    result, pull = mutate(items, lambda found, new: plainly(found, "append", *new), [value])
    return result, _shift(pull)


def _extend_right(items: Any, values: Any) -> tuple[Any, Pull]:
    if items.maxlen is None:
        return _extend(items, values)
    given, new = noted(values), list(values)
    result, pull = mutate(items, lambda found, new: plainly(found, "extend", new), new)
    return result, lambda ct, memory: (0.0, deposit(memory, given, pull(ct, memory)[0]))


_DEQUES: dict[str, Mutator] = {
    "append": _append_right, "insert": _insert, "extend": _extend_right, "pop": _pop, "remove": _remove,
    "clear": _clear, "appendleft": _append_left, "extendleft": _extend_left, "popleft": _pop_left, "rotate": _rotate,
    "reverse": _turn, "__init__": _init_deque,
}  # fmt: skip


# Dicts


def _update(target: dict[Any, Any], *other: Any, **named: Any) -> tuple[Any, Pull]:
    require_no_namespace(target)
    first = places.update(target, other[0]) if other else None
    given = {k: noted(v) for k, v in named.items()}
    plainly(target, "update", **named)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        shares = [deposit(memory, seen, memory.pop_item(target, key)) for key, seen in given.items()]
        return (0.0, *(() if first is None else first(ct, memory)), *shares)

    return None, pull


def _dict_pop(target: dict[Any, Any], key: Any, *default: Any) -> tuple[Any, Pull]:
    if not dict.__contains__(target, key):
        value = plainly(target, "pop", key, *default)
        return value, lambda ct, memory: (0.0, 0.0, ct)
    value = plainly(target, "pop", key)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.add_item(target, key, ct)
        return (0.0, 0.0, 0.0)

    return value, pull


def _popitem(target: dict[Any, Any], last: bool = True) -> tuple[Any, Pull]:
    key = [key for key, _ in pairs_held(target)][-1 if last else 0]
    value, pull = _dict_pop(target, key)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if not is_zero(ct) and not is_zero(ct[0]):
            keys_read(memory, target)
        return pull(0.0 if is_zero(ct) else ct[1], memory)

    return (key, value), pulled


def _setdefault(target: dict[Any, Any], key: Any, default: Any = None) -> tuple[Any, Pull]:
    new = not dict.__contains__(target, key)
    require_no_namespace(target)
    value = plainly(target, "setdefault", key, default)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        memory.add_item(target, key, ct)
        return (0.0, of_key(memory, target, key), memory.pop_item(target, key) if new else 0.0)

    return value, pull


def _dict_clear(target: dict[Any, Any]) -> tuple[Any, Pull]:
    keys = [key for key, _ in pairs_held(target)]
    plainly(target, "clear")

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        for key in keys:
            memory.pop_item(target, key)
        return (0.0,)

    return None, pull


def _get(target: dict[Any, Any], key: Any, default: Any = None) -> tuple[Any, Pull]:
    if not dict.__contains__(target, key):
        return default, lambda ct, memory: (0.0, 0.0, ct)
    value, pull = places.get_item(target, key)
    return value, lambda ct, memory: (*pull(ct, memory), 0.0, 0.0)


def _move_to_end(target: Any, key: Any, last: bool = True) -> tuple[Any, Pull]:
    plainly(target, "move_to_end", key, last)
    return None, places.nothing


def _default_init(target: Any, factory: Any = None, *other: Any, **named: Any) -> tuple[Any, Pull]:
    target.default_factory = factory
    result, pull = _update(target, *other, **named)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        first, *rest = pull(ct, memory)
        return (first, 0.0, *rest)

    return result, pulled


_DICTS: dict[str, Mutator] = {
    "update": _update, "pop": _dict_pop, "popitem": _popitem, "setdefault": _setdefault, "clear": _dict_clear,
    "get": _get, "__init__": _update,
}  # fmt: skip
_METHODS: dict[Any, dict[str, Mutator]] = {
    list: _LISTS, collections.deque: _DEQUES, dict: _DICTS,
    collections.OrderedDict: {**_DICTS, "move_to_end": _move_to_end},
}  # fmt: skip
FILLING: frozenset[Any] = frozenset({_extend, _init, _extend_left, _extend_right, _init_deque})
"""Those that take the items of what they are given second."""
