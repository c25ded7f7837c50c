"""Closures of one code: what was emitted for one of them is made again for another, without reading it again.

`grad(lambda p: loss(p, batch))` in a loop, or in a function that is called often, makes a new function each time: of
the same code, but with other cells. An emitted function knows the closure that it was made from by these cells, and by
the functions in them, which are made anew just as often. Here they are exchanged, pair by pair, in the guard and in
what was emitted; nothing else of a closure is known by anything but its kind, which the guard looks at.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import numpy as np

from dualad import registry
from dualad.analysis import calls
from dualad.analysis.kinds import Kind
from dualad.anew import is_anew
from dualad.classes import module_of
from dualad.records import names_of, replace

Function = types.FunctionType
DEPTH = 6
WIDTH = 10_000
NUMBERS = (int, float, complex, np.generic)
NAMED = (type, types.ModuleType, types.BuiltinFunctionType, np.ufunc, property, registry.Primitive)
PLAIN = (*NUMBERS, *NAMED, types.CellType, np.dtype, str, bytes, type(None), type(Ellipsis), slice, range)
EMPTY = types.CellType()
WRAPPED = "__wrapped__"
HEAP_TYPE = 1 << 9  # the flag of classes that are written in Python, among others
KNOWN_BY_NAME = (type, types.ModuleType, types.BuiltinFunctionType, np.ufunc)
"""What reading a function may have looked up under a captured name."""


class Pairs:
    """What stands in one closure for what stands in another: cells, and functions of one code."""

    def __init__(self) -> None:
        self._by_old: dict[int, tuple[Any, Any]] = {}
        self._new: set[int] = set()

    def old(self) -> frozenset[int]:
        """What is exchanged, by its `id`."""
        return frozenset(self._by_old)

    def add(self, old: Any, new: Any) -> bool:
        """Note a pair; false where either is one of another pair already."""
        known = self._by_old.get(id(old))
        if known is not None or id(new) in self._new:
            return known is not None and known[1] is new
        self._by_old[id(old)] = old, new
        self._new.add(id(new))
        return True

    def has(self, old: Any) -> bool:
        """Whether something stands for it."""
        return id(old) in self._by_old

    def of(self, old: Any) -> Any:
        """What stands for it in the new closure: itself, where it is in both."""
        return self._by_old[id(old)][1] if id(old) in self._by_old else old

    def of_id(self, old: int) -> int:
        """The same for what is known by its `id`."""
        return id(self._by_old[old][1]) if old in self._by_old else old

    def kind(self, kind: Kind) -> Kind:
        """A kind of the old closure's as one of the new one's."""
        if kind.tag == "object" and self.has(kind.value):
            return replace(kind, value=self.of(kind.value))
        if kind.items:
            return replace(kind, items=tuple([self.kind(item) for item in kind.items]))
        return kind


def pairs(old: Function, new: Function) -> Pairs | None:
    """The pairs of two closures of one code; None where one cannot stand for the other.

    Default values of the functions themselves may differ: they are arguments.
    """
    found = Pairs()
    return found if _is_alike(old, new) and _pair(old, new, found) else None


def _pair(old: Function, new: Function, found: Pairs) -> bool:
    if old.__code__ is not new.__code__ or old.__globals__ is not new.__globals__ or not found.add(old, new):
        return False
    if old.__dict__.keys() != new.__dict__.keys() or not _pair_wrapped(old, new, found):
        return False
    for a, b in zip(old.__closure__ or (), new.__closure__ or (), strict=True):
        if found.has(a):
            if found.of(a) is not b:
                return False
        elif not found.add(a, b) or not _pair_contents(a, b, found):
            return False
    return True


def _pair_wrapped(old: Function, new: Function, found: Pairs) -> bool:
    """Pair the functions that two others are wrapped around, which their signatures are of."""
    a, b = old.__dict__.get(WRAPPED), new.__dict__.get(WRAPPED)
    if type(a) is not Function or type(b) is not Function:
        return a is b
    if a is b:
        return not a.__closure__ or _pair(a, b, found)
    return _is_alike(a, b) and (found.of(a) is b if found.has(a) else _pair(a, b, found))


def _pair_contents(a: types.CellType, b: types.CellType, found: Pairs) -> bool:
    """Pair what two cells hold, if these are functions; false where reading the functions may have depended on it."""
    try:
        old, new = a.cell_contents, b.cell_contents
    except ValueError:  # an empty one
        return a is b
    if old is new:
        return not isinstance(old, Function) or not old.__closure__ or _pair(old, old, found)
    if type(old) is Function and type(new) is Function and _is_alike(old, new) and _pair_defaults(old, new, found):
        return found.of(old) is new if found.has(old) else _pair(old, new, found)
    if is_anew(old) and is_anew(new):
        return True  # of which nothing was known
    if isinstance(old, NUMBERS) and isinstance(new, NUMBERS):
        return True  # of which nothing is known but their kinds
    return type(old) is type(new) and not isinstance(old, KNOWN_BY_NAME)


def are_paired(old: Iterable[Kind], new: Iterable[Kind], found: Pairs) -> bool:
    """Whether a function is given now what it was given before, but for other closures of the same codes: noted."""
    return all([_pair_kinds(a, b, found) for a, b in zip(old, new, strict=True)])


def _pair_kinds(old: Kind, new: Kind, found: Pairs) -> bool:
    if old == new:
        return True
    if old.tag == new.tag == "object":
        a, b = old.value, new.value
        if type(a) is not Function or type(b) is not Function:
            return False
        if found.has(a):
            return found.of(a) is b
        return _is_alike(a, b) and _pair_defaults(a, b, found) and _pair(a, b, found)
    if not old.items or len(old.items) != len(new.items):
        return False
    return replace(old, items=()) == replace(new, items=()) and all(
        [_pair_kinds(a, b, found) for a, b in zip(old.items, new.items, strict=True)]
    )


def _is_alike(old: Function, new: Function) -> bool:
    """Whether two functions differ in nothing but their variables and default values, as far as can be told here."""
    if _says_more(old) or _says_more(new) or calls.is_definition(old) != calls.is_definition(new):
        return False
    return old is new or (registry.lookup(old) is None and registry.lookup(new) is None)


def _says_more(fn: Function) -> bool:
    """Whether a function has attributes of its own, but for what `functools.wraps` notes."""
    return bool(fn.__dict__) and fn.__dict__.keys() != {WRAPPED}


def _pair_defaults(old: Function, new: Function, found: Pairs) -> bool:
    """Pair what holds the default values of two functions, which are the same ones."""
    if not _has_defaults_of(old, new):
        return False
    held = [(old.__defaults__, new.__defaults__), (old.__kwdefaults__, new.__kwdefaults__)]
    return all([a is b or not a or found.add(a, b) for a, b in held])


def _has_defaults_of(old: Function, new: Function) -> bool:
    ours, theirs = old.__defaults__ or (), new.__defaults__ or ()
    named, theirs_named = old.__kwdefaults__ or {}, new.__kwdefaults__ or {}
    if len(ours) != len(theirs) or named.keys() != theirs_named.keys():
        return False
    return all(a is b for a, b in zip((*ours, *named.values()), (*theirs, *theirs_named.values())))


# What was emitted


def exchanged(call: Function, helpers: Collection[str], found: Pairs) -> Function:
    """An emitted function for the new closure; `is_apart` has said that it can be had.

    `helpers` are the names that are ours: all others are of variables of the user's, but for the function's own.
    """
    itself = types.CellType()
    cells = []
    for name, cell in _variables(call):
        value = cell.cell_contents if name in helpers else None
        if name not in helpers:
            cells.append(itself if _holds(cell, call) else found.of(cell))
        elif (again := _again_of(value)) is not None:
            cells.append(types.CellType(again(found)))
        elif found.has(value):
            cells.append(types.CellType(found.of(value)))
        else:
            cells.append(found.of(cell))
    made = Function(call.__code__, call.__globals__, call.__name__, None, tuple(cells))
    itself.cell_contents = made
    return made


def exchanged_space(space: dict[str, Any], found: Pairs) -> dict[str, Any]:
    """What the names in a guard stand for, in the new closure."""
    return {name: found.of(value) for name, value in space.items()}


def exchanged_guard(guard: Any, found: Pairs) -> Any:
    """A guard for the new closure."""
    return Function(guard.__code__, exchanged_space(guard.__globals__, found), guard.__name__)


def _variables(call: Function) -> Iterator[tuple[str, types.CellType]]:
    return zip(call.__code__.co_freevars, call.__closure__ or (), strict=True)


def is_apart(call: Function, helpers: Collection[str], known: Iterable[Any], found: Pairs) -> bool:
    """Whether an emitted function knows the old closure by what is exchanged alone.

    That is: its helpers hold nothing of it, and nor do the functions and classes that it takes for `known`, which stay
    what they are (one of them may have captured a variable of the old closure's).
    """
    ours = [cell.cell_contents for name, cell in _variables(call) if name in helpers]
    kept = [v for v in ours if _again_of(v) is None and not found.has(v)]
    return all(_holds_nothing(v, found, DEPTH) for v in kept) and not _reach(known, found)


def _again_of(value: Any) -> Callable[[Pairs], Any] | None:
    """How a helper of emitted code that keeps functions is made for another closure; None for others."""
    ours = type(value) is Function or module_of(type(value)).startswith("dualad.")
    return getattr(value, "again_for", None) if ours else None


def _holds(cell: types.CellType, value: Any) -> bool:
    try:
        return cell.cell_contents is value
    except ValueError:  # an empty one
        return False


def _inside(fn: Function) -> list[Any]:
    """What a function has captured, and its default values."""
    cells = [c for c in fn.__closure__ or () if c != EMPTY]
    return [*(c.cell_contents for c in cells), *(fn.__defaults__ or ())]


def _holds_nothing(value: Any, found: Pairs, depth: int) -> bool:
    """Whether it is sure that a helper holds nothing of the old closure."""
    if found.has(value) or depth == 0:
        return False
    if isinstance(value, PLAIN) or (isinstance(value, np.ndarray) and value.dtype != object):
        return True
    if isinstance(value, (tuple, list, set, frozenset)):
        return all(_holds_nothing(v, found, depth - 1) for v in value)
    if isinstance(value, dict):
        return "__name__" in value or all(_holds_nothing(v, found, depth - 1) for v in value.values())
    if isinstance(value, types.MethodType):
        return _holds_nothing(value.__self__, found, depth - 1)
    if isinstance(value, Function):
        if not (value.__module__ or "").startswith("dualad."):
            return True  # one that is known, with all that it holds
        return all(_holds_nothing(v, found, depth - 1) for v in _inside(value))
    names = names_of(value)
    if names is not None:
        return all(_holds_nothing(getattr(value, name), found, depth - 1) for name in names)
    return False


def _reach(known: Iterable[Any], found: Pairs) -> bool:
    """Whether one of some functions and classes, other than those exchanged, may hold what is exchanged."""
    front = [v for v in known if not found.has(v)]
    seen = {id(v) for v in front}
    for _ in range(DEPTH):
        inside = [r for v in front for r in _referents(v) if id(r) not in seen]
        if any(found.has(r) for r in inside) or len(seen) > WIDTH:
            return True
        seen.update(map(id, inside))
        front = inside
    return False


def _referents(value: Any) -> list[Any]:
    """What a value holds, but for namespaces of modules, which are looked up by name."""
    if isinstance(value, types.ModuleType | types.CodeType | np.ufunc) or not gc.is_tracked(value):
        return []
    if isinstance(value, type) and not value.__flags__ & HEAP_TYPE:
        return []
    return [r for r in gc.get_referents(value) if not (type(r) is dict and "__builtins__" in r)]
