"""The caller's arguments: copies in which one array stays one array, and what arguments share besides.

A derivative leaves arrays, containers and dataclasses that it is given as they were: it works on copies. Other objects
are not copied. So a function that changes what two arguments share, the one by name and the other in an object, would
see one array before and two in the derivative: that is refused.
"""

from __future__ import annotations

import collections
import copy
import dis
import functools
import operator
import types
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np

from dualad import tree
from dualad.errors import Unsupported
from dualad.layout import copy_alike
from dualad.tree import plain

Array = np.ndarray[Any, Any]
Memo = dict[int, Any]

_NUMBERS = (float, int, complex, np.generic)
_PLAIN = (*_NUMBERS, str, bytes, type(None), range, slice, type, types.ModuleType)
_SIMPLE = frozenset((float, int, bool, complex, str, type(None)))  # as most items are: asked quickly
_CONTAINERS = (list, tuple, dict, set, frozenset, collections.deque)
_WORK = 10_000  # what NumPy may try to find an element that two arrays have in common


def refusal() -> Unsupported:
    """The error where arguments share what the function changes."""
    return Unsupported(
        "the function stores into an argument that shares memory with another one; pass a copy of one of them"
    )


def copied_parts(value: Any) -> list[Any] | None:
    """The parts of a container or dataclass that is copied for the function to change; None of anything else."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, _CONTAINERS):
        return list(value)
    if hasattr(type(value), "__dataclass_fields__"):
        return list(tree.attributes(value).values())
    return None


def arrays_in(values: Iterable[Any]) -> Iterator[tuple[Array, bool]]:
    """Arrays that values hold, each with whether it is in an object that is not copied, or captured by a function."""
    seen: set[tuple[int, bool]] = set()
    waiting = [(v, False) for v in values]
    while waiting:
        value, inside = waiting.pop()
        if isinstance(value, _PLAIN) or (id(value), inside) in seen:
            continue
        seen.add((id(value), inside))
        value = plain(value)
        if isinstance(value, np.ndarray):
            yield value, inside
        elif (parts := copied_parts(value)) is not None:
            waiting += [(v, inside) for v in parts if type(v) not in _SIMPLE]
        else:
            held = held_by_callable(value) or tree.attributes(value).values()
            waiting += [(v, True) for v in held if type(v) not in _SIMPLE]


def containers_in(values: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """Containers and dataclasses that can change and that values hold; for each whether it is in what is not copied."""
    seen: set[tuple[int, bool]] = set()
    waiting = [(v, False) for v in values]
    while waiting:
        value, inside = waiting.pop()
        if isinstance(value, _PLAIN) or (id(value), inside) in seen:
            continue
        seen.add((id(value), inside))
        parts = copied_parts(value)
        if isinstance(value, np.ndarray):
            waiting += [(v, True) for v in value.ravel().tolist()] if value.dtype.hasobject else []
        elif parts is None:
            waiting += [(v, True) for v in held_by_callable(value) or tree.attributes(value).values()]
        else:
            waiting += [(v, inside) for v in parts if type(v) not in _SIMPLE]
            if not isinstance(value, (tuple, frozenset)) and not _is_frozen(value):
                yield value, inside


def _is_frozen(value: Any) -> bool:
    """Whether it is a dataclass whose fields stay as they are."""
    params = getattr(type(value), "__dataclass_params__", None)
    return params is not None and params.frozen


def held_by_callable(value: Any) -> list[Any]:
    """What a function captures or has as defaults, a method is bound to, a partial keeps; nothing of other objects."""
    if isinstance(value, types.FunctionType):
        captured = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        return [*captured, *(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
    if isinstance(value, types.MethodType):
        return [value.__self__]
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    return []


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def share(a: Array, b: Array) -> bool:
    """Whether two arrays have elements in common; so too where that is hard to find out."""
    if not np.may_share_memory(a, b):
        return False
    try:
        return bool(np.shares_memory(a, b, max_work=_WORK))  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True


def overlapping(arrays: list[Array]) -> Iterator[tuple[int, int]]:
    """The pairs (by position) of arrays that have elements in common."""
    if len(arrays) < 2:
        return
    owners = [_owner(a) for a in arrays]
    if len(set(owners)) == len(arrays):
        return
    several = collections.Counter(owners)
    bounds = {i: np.lib.array_utils.byte_bounds(a) for i, a in enumerate(arrays) if several[owners[i]] > 1}
    order = sorted(bounds, key=lambda i: bounds[i][0])
    for n, i in enumerate(order):
        for j in order[n + 1 :]:
            if bounds[j][0] >= bounds[i][1]:
                break
            if arrays[i] is arrays[j] or share(arrays[i], arrays[j]):
                yield i, j


def _owner(a: Array) -> int:
    """The identity of what owns an array's memory."""
    owner: Any = a
    while isinstance(owner, np.ndarray) and owner.base is not None:
        owner = owner.base
    return id(owner.obj if isinstance(owner, memoryview) else owner)


def require_apart(stored: Any, others: tuple[Any, ...]) -> None:
    """Refuse others that hold an array which is copied with the argument that the function stores into."""
    stored, others = plain(stored), tuple([plain(v) for v in others])
    if isinstance(stored, np.ndarray) and all([isinstance(v, (np.ndarray, *_NUMBERS)) for v in others]):
        if any([isinstance(v, np.ndarray) and share(stored, v) for v in others]):
            raise refusal()
        return
    mine = [a for a, inside in arrays_in((stored,)) if not inside]
    theirs = [a for a, _ in arrays_in(others)] if mine else []
    for i, j in overlapping([*mine, *theirs]):
        if (i < len(mine)) != (j < len(mine)):
            raise refusal()
    if not isinstance(stored, (np.ndarray, *_PLAIN)):
        ours = {id(c) for c, inside in containers_in((stored,)) if not inside}
        if ours and any(id(c) in ours for c, _ in containers_in(others)):
            raise refusal()


def require_whole(value: Any) -> None:
    """Refuse an argument that holds several arrays of one memory: copies would be several memories."""
    arrays = sorted(arrays_in((value,)), key=lambda found: found[1])  # what is copied first
    ours = sum(not inside for _, inside in arrays)
    if any(min(i, j) < ours for i, j in overlapping([a for a, _ in arrays])):
        raise refusal()


def require_distinct(value: Any) -> None:
    """Refuse an argument that moves and holds one array or container in two places, each with a gradient of its own."""
    seen: set[int] = set()
    waiting = [] if isinstance(value, (np.ndarray, *_PLAIN)) else [value]
    while waiting:
        found = plain(waiting.pop())
        parts = copied_parts(found)
        if not (parts or (isinstance(found, np.ndarray) and found.size > 0)):
            continue
        if id(found) in seen:
            raise Unsupported(
                "an argument holds the same array or container in two places, each of which has a gradient of its own, "
                "and the function stores it where these cannot be told apart; pass a copy in one of the places"
            )
        seen.add(id(found))
        waiting += [part for part in parts or () if type(part) not in _SIMPLE]


class Shared:
    """What arguments share where the function sees it as several, as it was: none of it may have changed at the end."""

    __slots__ = ("_before", "_containers")

    def __init__(self) -> None:
        self._before: list[tuple[Array, Array]] = []
        self._containers: list[tuple[Any, list[Any]]] = []

    def note(self, array: Array, before: Array) -> None:
        """Watch an array, which holds now what `before` holds."""
        self._before.append((array, before.copy()))

    def note_containers(self, values: Collection[Any], copies: Collection[Any]) -> None:
        """Watch the copies of what is one list, dict or dataclass in several places of the caller's."""
        made: dict[int, list[Any]] = {}
        waiting = list(zip(values, copies, strict=True))
        while waiting:
            value, copied = waiting.pop()
            parts = None if isinstance(value, (np.ndarray, set, frozenset, *_PLAIN)) else copied_parts(value)
            if parts and type(value) is not tuple:
                made.setdefault(id(value), []).append(copied)
            waiting += zip(parts or (), copied_parts(copied) or ())
        for container, inside in containers_in(values):
            if inside and id(container) in made:  # which the function may change, or its copy
                made[id(container)].append(container)
        several = [found for places in made.values() if len(places) > 1 for found in places]
        self._containers += [(found, copied_parts(found) or []) for found in several]

    def note_shared(self, values: Iterable[Any]) -> None:
        """Watch what is a container in one value, which is copied, and in an object of another one, which is not."""
        places: dict[int, tuple[Any, set[tuple[int, bool]]]] = {}
        for n, value in enumerate(values):
            for container, inside in () if isinstance(value, _PLAIN) else containers_in((value,)):
                places.setdefault(id(container), (container, set()))[1].add((n, inside))
        for container, whose in places.values():
            if len(whose) > 1 and any(inside for _, inside in whose):
                self._containers.append((container, copied_parts(container) or []))

    def check(self) -> None:
        """Refuse the arguments if what they share was changed."""
        stored = any(not same(now, then) for now, then in self._before)
        if stored or any(not holds(now, then) for now, then in self._containers):
            raise refusal()


def holds(container: Any, parts: list[Any]) -> bool:
    """Whether a container still holds the very parts that it held."""
    found = copied_parts(container) or []
    return len(found) == len(parts) and all(map(operator.is_, found, parts))


def shared_by_objects(f: types.FunctionType, args: Collection[Any], stored: Collection[int] = ()) -> Shared:
    """What arguments share with objects, which are not copied, and with what a function captures.

    Args:
        f: the function.
        args: its arguments.
        stored: which of them it stores into, in copies: what it captures would not change with these.

    Raises:
        Unsupported: an array in one of those is captured as well.
    """
    found = Shared()
    arrays: list[Array] = []
    whose: list[tuple[int, bool]] = []
    for n, arg in enumerate(args):
        for array, inside in () if isinstance(arg, _PLAIN) else arrays_in((arg,)):
            arrays.append(array)
            whose.append((n, inside))
    for array, _ in arrays_in(captured_by(f) if arrays else ()):
        arrays.append(array)
        whose.append((-1, True))
    if any(inside for _, inside in whose):
        for i, j in overlapping(arrays):
            if (-1, True) in (whose[i], whose[j]) and any(
                n in stored and not inside for n, inside in (whose[i], whose[j])
            ):
                raise refusal()
            for k in (i, j) if whose[i] != whose[j] else ():
                if whose[k][1]:
                    found.note(arrays[k], arrays[k])
    found.note_shared(args)
    return found


def captured_by(f: Any) -> list[Any]:
    """What a function and those of its module that it names capture, and the globals that these name, no functions."""
    if not isinstance(f, types.FunctionType):
        return []
    found: list[Any] = []
    waiting, seen = [f], {f}
    while waiting:
        fn = waiting.pop()
        held = [*globals_of(fn).values(), *held_by_callable(fn)]
        found += [v for v in held if not isinstance(v, types.FunctionType)]
        for v in held:
            if isinstance(v, types.FunctionType) and v.__globals__ is fn.__globals__ and v not in seen:
                seen.add(v)
                waiting.append(v)
    return found


def globals_of(fn: types.FunctionType) -> dict[str, Any]:
    """The globals that a function reads, or functions made inside it, by name."""
    return {name: fn.__globals__[name] for name in _global_names(fn.__code__) if name in fn.__globals__}


@functools.lru_cache(1024)
def _global_names(code: types.CodeType) -> tuple[str, ...]:
    names = {i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    inner = [_global_names(c) for c in code.co_consts if isinstance(c, types.CodeType)]
    return tuple(sorted(names.union(*inner)))


def shared_by_leaves(f: Any, leaves: list[Any], copies: list[Any]) -> Shared:
    """What leaves share with each other, with objects and captured arrays, where the function is given copies."""
    found = Shared()
    arrays: list[Array] = []
    seen: list[Array | None] = []  # by the function: the copy, or None for what it is given itself
    for leaf, given in zip(leaves, copies):
        value = plain(leaf)
        if isinstance(value, np.ndarray):
            arrays.append(value)
            seen.append(plain(given))
        elif not isinstance(value, _PLAIN):
            inner = [a for a, _ in arrays_in((leaf,))]
            arrays += inner
            seen += [None] * len(inner)
    if arrays:
        outside = [v for v in map(plain, captured_by(f)) if isinstance(v, np.ndarray)]
        arrays += outside
        seen += [None] * len(outside)
    for i, j in overlapping(arrays):
        for k in (i, j) if seen[i] is not seen[j] else ():
            copy_ = seen[k]
            found.note(arrays[k] if copy_ is None else copy_, arrays[k])
    return found


def same(now: Array, then: Array) -> bool:
    """Whether an array holds, bit by bit, what it held."""
    return now.dtype.hasobject or now.tobytes() == then.tobytes()


def owned(value: Any) -> Any:
    """A copy of an argument that stores are meant for."""
    require_whole(value)
    return copy_of(value, {})


def owned_moving(value: Any) -> Any:
    """The same of one that a gradient is taken in."""
    require_distinct(value)
    return owned(value)


def copy_of(value: Any, memo: Memo) -> Any:
    """A copy of arrays, containers and dataclasses, however deep; what is one object is one in the copy. Else itself.

    Args:
        value: an argument.
        memo: copies of what was met before, by identity.
    """
    if isinstance(value, _PLAIN):
        return value
    found = memo.get(id(value))
    if found is None:
        found = memo[id(value)] = _copied(value, memo)
    return found


def _copied(value: Any, memo: Memo) -> Any:
    if hasattr(type(value), "__dualad_dual__"):
        return copy.copy(value)
    if isinstance(value, np.ndarray):
        return copy_alike(value)
    if isinstance(value, tuple):
        parts = [copy_of(v, memo) for v in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts) if type(value) is tuple else value
    if isinstance(value, dict):
        made = copy.copy(value)
        for key, item in value.items():
            dict.__setitem__(made, key, copy_of(item, memo))
        return made
    if isinstance(value, (list, collections.deque)):
        again = copy.copy(value)
        for i, item in enumerate(value):
            if type(item) not in _SIMPLE:
                again[i] = copy_of(item, memo)
        return again
    if isinstance(value, set):
        return copy.copy(value)
    if isinstance(value, type) or not hasattr(type(value), "__dataclass_fields__"):
        return value
    new = copy.copy(value)
    for name, held in tree.attributes(value).items():
        object.__setattr__(new, name, copy_of(held, memo))
    return new


_LIFTED = (owned, owned_moving, copy_of, _copied)
for _helper in _LIFTED:  # as those of generated code, which dual numbers may run through
    _helper.__dict__["__dualad_lift__"] = True
