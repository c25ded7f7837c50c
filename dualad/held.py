"""What a function has captured, as it is now: so that its derivative can be taken later, as if it were now.

A transform that is differentiated in reverse runs its function again when the cotangent is there. By then variables
that the function has captured may be bound to something else.
"""

from __future__ import annotations

import collections
import dis
import functools
import operator
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from dualad import chance, checks, forms, registry, tree
from dualad.analysis.inplace import is_of_user
from dualad.classes import in_slots, module_of, slots_of
from dualad.dtypes import FIELD, is_bundle_dtype
from dualad.errors import DualadError, Unsupported
from dualad.forward.dual import root
from dualad.forward.lift import is_transparent, unlifted
from dualad.forward.memory import load

T = TypeVar("T")
METHODS = (types.BuiltinFunctionType, types.MethodType)
PLAIN = frozenset({int, float, bool, str})
UNCHANGING = frozenset({types.ModuleType, types.BuiltinFunctionType, type, np.ufunc}) | PLAIN
_EMPTY: Any = object()
_known_names: dict[int, tuple[types.CodeType, frozenset[str]]] = {}


class Held:
    """The state of all that a function has captured: cells, and the lists, dicts, objects and arrays in them.

    Variables are put back as they were while the function runs again, and so are generators of random numbers, which
    then draw the same; rules that were overridden are in force again. What was changed in place is refused.

    Args:
        f: the function.
        args: its arguments, which may be, or hold, generators too.
    """

    __slots__ = (
        *("_name", "_result", "arrays", "cells", "containers", "generators", "globals", "legacy", "rules", "seen"),
    )

    def __init__(self, f: Any, *args: Any) -> None:
        self._name = checks.name_of(f)
        self._result: list[Any] | None = None
        self.rules = registry.scope()
        self.generators: dict[int, tuple[Any, Any]] = {}
        self.legacy: Any = None  # the states of the modules `random` and `np.random`, where something may use them
        self.seen: dict[int, Any] = {}  # held, so that nothing else is found under its number
        self.cells: dict[int, tuple[types.CellType, Any]] = {}
        self.globals: dict[tuple[int, str], tuple[dict[str, Any], Any]] = {}
        self.containers: dict[int, tuple[Any, Any]] = {}
        self.arrays: dict[int, tuple[Any, Any]] = {}
        drawing = [x for x in tree.flatten(args)[0] if isinstance(x, chance.generators())]
        waiting = [f, *drawing]
        while waiting:
            waiting.extend(self._taken(waiting.pop()))

    def _taken(self, x: Any) -> Iterable[Any]:
        """Note how something is, if that can change; what it holds, which is not noted yet."""
        if isinstance(x, (int, float, complex, str, type, types.ModuleType, np.generic)) or id(x) in self.seen:
            return ()
        self.seen[id(x)] = x
        if isinstance(x, types.FunctionType):
            return self._of_function(x)
        if isinstance(x, chance.generators()):
            self.generators[id(x)] = (x, chance.state(x))
            return ()
        if isinstance(x, METHODS) and isinstance(x.__self__, chance.generators()):
            return (x.__self__,)
        if isinstance(x, functools.partial):
            return x.func, x.args, x.keywords
        if hasattr(type(x), "__dualad_vjp__"):
            return [getattr(x, name, None) for name in ("fun", "fwd", "bwd", "jvp", "_f")]
        if isinstance(x, types.MethodType):
            return x.__func__, x.__self__
        if forms.is_array(root(x)):
            self.arrays[id(x)] = (x, _print_of(x))
            return ()
        if isinstance(x, tuple):
            return x
        return () if forms.is_dual(x) else self._of_container(x)

    def _of_function(self, f: types.FunctionType) -> Iterator[Any]:
        f = unlifted(f)
        for cell in f.__closure__ or ():
            if id(cell) in self.cells:
                continue
            value = _content(cell)
            self.cells[id(cell)] = (cell, value)
            yield value
        for name in _names_of(f.__code__):
            value = f.__globals__.get(name, _EMPTY)
            if value is _EMPTY:
                continue
            self.globals[id(f.__globals__), name] = (f.__globals__, value)
            if name == "random" or getattr(value, "__module__", None) in ("random", "numpy.random"):
                self.legacy = self.legacy or chance.modules_state()
            if isinstance(value, types.FunctionType):
                yield from (value,) if is_transparent(value) else ()
            elif isinstance(value, type):
                yield from self._of_class(value)
            elif not hasattr(type(value), "compares_results"):  # a checkpoint sees itself that it runs as it ran
                yield value
        yield from (f.__defaults__, f.__kwdefaults__)

    def _of_class(self, cls: type) -> Iterator[Any]:
        """What the classes of the user's hold that a class is made of: methods, which may be called, and values."""
        for base in cls.__mro__:
            if is_of_user(base) and id(base) not in self.seen:
                self.seen[id(base)] = base
                for value in vars(base).values():
                    yield from (getattr(value, "fget", None), getattr(value, "__func__", value))

    def _of_container(self, x: Any) -> Iterator[Any]:
        items = _items_of(x)
        if items is None:
            return
        self.containers[id(x)] = (x, items)
        yield from items.values() if isinstance(items, dict) else items
        yield from self._of_class(type(x))

    def ran(self, y: Any) -> None:
        """Refuse a result that differs from what the function gave before: it draws from what cannot be put back."""
        if self._result is None:
            self._result = digest(y)
        else:
            require_same(self._result, y, RUN_AGAIN.format(name=self._name))

    @contextmanager
    def replayed(self, again: bool) -> Iterator[None]:
        """A further pass over the function draws the random numbers of the first (`again` False)."""
        if not again or not (self.generators or self.legacy):
            yield
            return
        with self.rebound():
            yield

    def require_unchanged(self) -> None:
        """Refuse a function that has changed what it has captured as it ran."""
        if any(_content(cell) is not value for cell, value in self.cells.values()) or self._changed():
            raise Unsupported(
                f"{self._name} changes what it has captured (a variable, list, dict, object or array) while a "
                "derivative of it is taken in a function that is differentiated in reverse; return what it computes"
            )

    def _changed(self) -> bool:
        return any(not _is_same(x, items) for x, items in self.containers.values()) or any(
            not _is_equal(_print_of(x), known) for x, known in self.arrays.values()
        )

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Within it captured variables are what they were; refused where something was changed in place."""
        with self.rebound():
            if self._changed():
                raise Unsupported(
                    f"a list, dict, object or array that {self._name} has captured was changed after a derivative of "
                    "it was taken, before reverse mode came back to it; let the function capture a copy"
                )
            yield

    @contextmanager
    def rebound(self) -> Iterator[None]:
        """Within it captured variables are what they were."""
        others = [(cell, _content(cell), value) for cell, value in self.cells.values()]
        others = [(cell, now, value) for cell, now, value in others if now is not value]
        for cell, _, value in others:
            _set(cell, value)
        names = [(held, name, held.get(name, _EMPTY), value) for (_, name), (held, value) in self.globals.items()]
        names = [(held, name, now, value) for held, name, now, value in names if now is not value]
        for held, name, _, value in names:
            held[name] = value
        states = [(x, chance.state(x)) for x, _ in self.generators.values()]
        legacy = chance.modules_state() if self.legacy else None
        chance.set_states(self.generators.values(), self.legacy)
        try:
            with registry.within(self.rules):
                yield
        finally:
            for cell, now, _ in others:
                _set(cell, now)
            for held, name, now, _ in names:
                held[name] = now
                if now is _EMPTY:
                    del held[name]
            chance.set_states(states, legacy)

    def restoring(self, pull: Callable[[Any], T]) -> Callable[[Any], T]:
        """A pullback that runs within `restored`."""

        def restored(ct: Any) -> T:
            with self.restored():
                return pull(ct)

        return restored


class Reads:
    """The globals that a function reads, and the functions among them, as they were when they were looked up."""

    __slots__ = ("codes", "places", "values")

    def __init__(self) -> None:
        self.codes: list[tuple[types.FunctionType, types.CodeType]] = []  # of functions that are read, too
        self.places: list[tuple[dict[str, Any], str, Any]] = []
        self.values: list[Any] = []

    def hold(self, f: types.FunctionType, code: types.CodeType) -> bool:
        """Whether all of them are still there, where they were looked up for `f` when it had this code."""
        if f.__code__ is not code or _keeps(f):
            return False
        for names, name, value in self.places:
            now = names.get(name)
            if now is not value and (type(now) is not type(value) or type(now) not in PLAIN or now != value):
                return False
        return not any([called.__code__ is not known or _keeps(called) for called, known in self.codes])

    def of(self, f: types.FunctionType) -> bool:
        """Whether a function, and all others that it calls, read nothing but modules, numbers and such functions."""
        if _keeps(f):
            return False
        for name in _names_of(f.__code__):
            value = f.__globals__.get(name)
            self.places.append((f.__globals__, name, value))
            if type(value) is types.FunctionType:
                if not any(value is known for known in self.values):
                    self.values.append(value)
                    if is_transparent(value):
                        self.codes.append((value, value.__code__))
                        if not self.of(value):
                            return False
            elif value is not None:
                if name == "random" or type(value) not in UNCHANGING:
                    return False
                if type(value) is types.BuiltinFunctionType and not isinstance(value.__self__, types.ModuleType):
                    return False  # a method of something that may change
        return True


def _keeps(f: types.FunctionType) -> bool:
    """Whether a function has captured something, or has defaults."""
    return bool(f.__closure__ or f.__defaults__ or f.__kwdefaults__)


_known_reads: weakref.WeakKeyDictionary[types.FunctionType, tuple[types.CodeType, Reads]] = weakref.WeakKeyDictionary()


def read_by(f: types.FunctionType) -> Reads | None:
    """The globals that a function reads, if these are modules, numbers and such functions, and it has captured nothing.

    Running it again is safe while they are what they were: `Held` would have nothing to keep. None for other functions.
    """
    known = _known_reads.get(f)
    if known is not None and known[1].hold(f, known[0]):
        return known[1]
    found = Reads()
    if not found.of(f):
        return None
    if not any(value is f for value in found.values):  # it would keep itself alive
        _known_reads[f] = f.__code__, found
    return found


class Variables:
    """The variables that functions have captured, bound as they are now: what callbacks of a reverse sweep run with.

    A callback runs when a cotangent has come to it, and is meant as of where it was handed over: the variable of a loop
    has gone on by then. Variables that the functions bind themselves (`nonlocal`) stay as they are.
    """

    __slots__ = ("_cells",)

    def __init__(self, *functions: Any) -> None:
        self._cells: dict[int, tuple[types.CellType, Any]] = {}
        for f in functions:
            self._take(f)

    def _take(self, f: Any) -> None:
        while isinstance(f, (functools.partial, types.MethodType)):
            f = f.func if isinstance(f, functools.partial) else f.__func__
        if not isinstance(f, types.FunctionType):
            return
        f = unlifted(f)
        for name, cell in zip(f.__code__.co_freevars, f.__closure__ or ()):
            if id(cell) not in self._cells and name not in _bound_by(f.__code__):
                value = _content(cell)
                self._cells[id(cell)] = (cell, value)
                self._take(value)

    @contextmanager
    def rebound(self) -> Iterator[None]:
        """Within it the variables are what they were."""
        others = [(cell, _content(cell), value) for cell, value in self._cells.values()]
        others = [(cell, now, value) for cell, now, value in others if now is not value]
        for cell, _, value in others:
            _set(cell, value)
        try:
            yield
        finally:
            for cell, now, _ in others:
                _set(cell, now)


@functools.lru_cache(maxsize=1024)
def _bound_by(code: types.CodeType) -> frozenset[str]:
    """The captured variables that a function, or one inside of it, binds."""
    found = {i.argval for i in dis.get_instructions(code) if i.opname in ("STORE_DEREF", "DELETE_DEREF")}
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found |= _bound_by(inner)
    return frozenset(found & set(code.co_freevars))


RUN_AGAIN = (
    "{name} was run again, because a derivative of it is differentiated in reverse mode, and gave another result: it "
    "reads a clock, a file, or something else that has changed. Pass what changes as arguments"
)


def _names_of(code: types.CodeType) -> frozenset[str]:
    """Names that a code or one inside of it reads as globals or attributes, found once."""
    known = _known_names.get(id(code))
    if known is None or known[0] is not code:
        if len(_known_names) >= 4096:
            _known_names.clear()
        known = _known_names[id(code)] = code, frozenset(_names(code))
    return known[1]


def _names(code: types.CodeType) -> set[str]:
    found = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found |= _names(inner)
    return found


def digest(y: Any) -> list[Any]:
    """A number for each leaf of numbers, by which a different result is told."""
    values = [root(load(x)) for x in tree.flatten(y)[0]]
    return [_weighed(x) for x in values if forms.leaf_of(x).cls is not forms.NoneType]


def _weighed(x: Any) -> Any:
    """The sum of an array's elements, each with a weight of its own (what is normalized has one sum)."""
    return np.dot(np.ravel(x), _weights(x.size)) if isinstance(x, np.ndarray) else x


@functools.lru_cache(maxsize=16)
def _weights(count: int) -> Any:
    """Numbers from 1 to 2, of which no two are the same; the first is 1, as arrays of one element may be numbers."""
    return 1.0 + np.arange(count) * 0.6180339887498949 % 1.0


def require_same(known: list[Any], again: Any, message: str) -> None:
    """Refuse a result that differs from an earlier one by more than rounding."""
    values = [root(load(x)) for x in tree.flatten(again)[0]]
    sizes = [2.0 * np.sum(np.abs(x)) for x in values if forms.leaf_of(x).cls is not forms.NoneType]
    found = digest(again)
    if len(found) != len(known) or not all(map(_is_close, known, found, sizes)):
        raise DualadError(message)


def _is_close(a: Any, b: Any, size: Any) -> bool:
    return a == b or not np.isfinite(a) or bool(abs(a - b) <= 1e-9 * size)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


def _set(cell: types.CellType, value: Any) -> None:
    if value is _EMPTY:
        del cell.cell_contents
    else:
        cell.cell_contents = value


def _items_of(x: Any) -> list[Any] | dict[Any, Any] | None:
    """What a container or object holds now; None of anything else."""
    if isinstance(x, (list, collections.deque)):
        return list(x)
    if isinstance(x, dict):
        return dict(x)
    if module_of(type(x)).startswith(("logging", "dualad.")):
        return None  # a logger leads to all others; what dualad makes, such as programs that are kept, says itself
    held, found = in_slots(x), getattr(x, "__dict__", None)
    if not isinstance(found, dict):
        return held if slots_of(x) else None
    return held | found


def _is_same(x: Any, items: Any) -> bool:
    now = _items_of(x)
    if now is None or len(now) != len(items):
        return False
    if isinstance(now, list):
        return all(map(operator.is_, now, items))
    return all(key in now and now[key] is value for key, value in items.items())


def _print_of(x: Any) -> Any:
    """What tells whether an array was changed: the items of one of objects, else numbers for the bytes of the array."""
    if root(x).dtype.kind == "O":
        return np.ravel(root(x)).tolist()
    return dict(_prints(load(x), ()))


def _prints(x: Any, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
    """A number for the bytes of the value, and of each tangent that is not zero by the levels that it is taken at."""
    if forms.is_dual(x):
        yield from _prints(x.value, path)
        yield from _prints(x.tangent, (*path, x.level.number))
    elif not path or np.any(x[FIELD] if is_bundle_dtype(x.dtype) else x):
        yield path, hash(x.tobytes())


def _is_equal(a: Any, b: Any) -> bool:
    return (len(a) == len(b) and all(map(operator.is_, a, b))) if isinstance(a, list) else bool(a == b)
