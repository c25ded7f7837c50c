"""Kinds of what calls and attributes give: of primitives, of Python functions that are looked into, of classes."""

from __future__ import annotations

import builtins
import functools
import heapq
import inspect
import operator
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import equivalents
from dualad.analysis import calls, helpers, keys_meant, kinds, known_methods, libraries, plain_classes, structural
from dualad.analysis.calling_back import called_back
from dualad.analysis.calls import Callee
from dualad.analysis.inferred import Active, Assumption, Kinds, Pending, given_kinds, identity, times_active
from dualad.analysis.inplace import DICT_MUTATORS, LIST_MUTATORS, OPERATORS
from dualad.analysis.kinds import ANY, BOTTOM, LITERALS, NONE, Kind
from dualad.analysis.rebound import is_attribute_stored, is_rebound_in
from dualad.analysis.recalled import Recalled
from dualad.analysis.reshaped import reshapes
from dualad.analysis.results import rests_on_what_is_seen, result_kind
from dualad.analysis.versions import Versions
from dualad.chosen import OF_ITEMS
from dualad.classes import kept_by_class, only_init, runs_code
from dualad.syntax import class_bodies, core
from dualad.syntax.core import Atom, Bind, Const, Var

SILENT = frozenset({"append", "extend", "insert", "remove", "clear", "sort", "reverse"})  # list methods that give None
FIXED = frozenset({"object", "ours", "array", "str", "none"})  # tags of what does not change as containers do
OF_ALL = (builtins.sum, builtins.max, builtins.min)
"""Functions that give an item, or the sum of all."""
_OF_ALL, _OF_ITEMS = frozenset(map(id, OF_ALL)), frozenset(map(id, OF_ITEMS.values()))
CALL_DEPTH = 6
RECURSIONS = 3  # kinds of arguments for which a function that calls itself is looked at

HEAPS = (heapq.heappush, heapq.heappop, heapq.heapify, heapq.heappushpop, heapq.heapreplace)

Prepare = Callable[[Any], tuple[core.Function, Versions]]


class Calling:
    """The part of the inference that looks at calls.

    Attributes:
        prepare: gives the core of callees (None: callees stay unknown).
        active: functions that are being inferred, this one innermost.
        recalled: what was found of callees.
        mutated: something changes lists or dicts.
        reshaped: something gives an array another shape or dtype.
        found: what was found so far.
        function, versions: the function that is looked at.
    """

    function: core.Function
    versions: Versions
    prepare: Prepare | None
    active: Active
    recalled: Recalled
    mutated: bool
    reshaped: bool
    found: Kinds

    def append(self, base: Var, item: Kind) -> None:
        """An item is appended to what a name holds."""
        raise NotImplementedError

    def made_by(self, atom: Var) -> list[core.Stmt]:
        """The statement that binds what is read, if it is one."""
        raise NotImplementedError

    def again(self, function: core.Function, versions: Versions, given: dict[str, Kind]) -> Kinds:
        """Infer the kinds of a callee."""
        raise NotImplementedError

    def assume(self, assumption: Assumption) -> None:
        self.found.assumptions[assumption.scope, assumption.name, id(assumption.owner)] = assumption

    def may_be_rebound(self, owner: Any, name: str) -> bool:
        """Whether it is an attribute of a module, class or function of the user's that functions bind anew."""
        if isinstance(owner, types.ModuleType) and not calls.is_stable(owner) and is_rebound_in(owner, name):
            return True
        return not calls.is_stable(owner) and is_attribute_stored(owner, name, self.function.source.lines)

    def call(self, stmt: Bind) -> Kind:
        callee = calls.resolve(stmt, self.found.of)
        self.found.callee[stmt] = callee
        if stmt.op in ("method", "attr"):
            self.member(stmt, callee)
        if called_back(stmt, callee, self.found.of, self.made_by):
            self.mutated = True
        self.reshaped = self.reshaped or reshapes(stmt, callee, self.found.of)
        if stmt.op == "attr":
            kind = self.attribute(stmt, callee)
            if kind is not None:
                return kind
        if stmt.op == "method" and stmt.fn in SILENT and self.found.of(stmt.args[0]).tag == "list":
            return NONE
        if stmt.op == "method" and stmt.fn == "pop" and self.found.of(stmt.args[0]).tag == "list":
            return kinds.anonymous(kinds.list_item(self.found.of(stmt.args[0])))
        args = [self.found.of(a) for a in callee.args]
        if stmt.op == "prim" and stmt.fn is operator.getitem and args[0].tag == "dict":
            key = stmt.args[1]
            args[0] = keys_meant.meant(args[0], self.made_by(key) if isinstance(key, Var) else [], self.found.of)
        if len(args) == 1 and id(callee.value) in _OF_ALL and not callee.kwargs and not stmt.stars:
            item = structural.item_kind(args[0])
            if item.is_number or (item.tag == "bottom" and args[0].tag == "list"):
                return kinds.join(kinds.INT, item) if callee.value is builtins.sum else item  # the sum of none is 0
        if id(callee.value) in _OF_ITEMS and kinds.list_item(args[0]).tag == "bottom":
            return BOTTOM
        if any([_is_open(k) for k in args]):
            return BOTTOM
        if callee.primitive is not None and any([k.tag in ("own", "any") for k in args]):
            if self.found.may_ask_objects(callee.value, callee.args):
                return ANY
        if callee.primitive is not None:
            named = calls.bind_arguments(callee, stmt.stars)
            if named is None and (callee.kwargs or stmt.stars or callee.primitive.signature is not None):
                return ANY
            pairs = {n: self.given(a) for n, a in (named or {}).items() if isinstance(a, Var | Const | tuple)}
            if not args:
                args = [kind for _, kind in pairs.values()]
            kind = result_kind(callee.primitive, args, pairs) if args else ANY
            nested = len(self.active) > 1  # what a callee runs is not always emitted, and so not always checked
            return ANY if nested and rests_on_what_is_seen(callee.primitive.fn, kind, args) else kind
        if stmt.op == "method" and callee.value is None and callee.primitive is None and not stmt.stars:
            known = self.of_class(stmt)
            if known is None:
                known = known_methods.of_method(stmt, self.found.of, self.versions)
            if known is not None:
                return known
        if stmt.stars or callee.value is None:
            self.mutated = self.mutated or self.runs_code(stmt)
            if stmt.stars and self.is_looked_into(callee):
                return self.result_of(stmt, callee.function, [], {})  # of any arguments
            return self.gradient(stmt, args)
        return self.called(stmt, callee, args)

    def of_class(self, stmt: Bind) -> Kind | None:
        """What a method gives of an object whose class is known, and what it does; None for any other."""
        cls = kinds.class_with(self.found.of(stmt.args[0]), stmt.fn)
        if cls is None or plain_classes.means(cls, stmt.fn) != plain_classes.METHOD or self.prepare is None:
            return None
        if self.is_too_deep() or any(name is None for name, _ in stmt.kwargs):
            return None
        self.class_attribute(cls, stmt.fn)
        named = {str(name): self.found.of(atom) for name, atom in stmt.kwargs}
        kind = self.result_of(stmt, kept_by_class(cls, stmt.fn), [self.found.of(a) for a in stmt.args], named)
        self.found.inner.pop(stmt, None)  # it is written as a call of that function before anybody asks
        return kind

    def given(self, atom: Atom | tuple[Atom, ...]) -> tuple[Atom, Kind]:
        """An argument and its kind; of several that one parameter takes a tuple, literal if they all are."""
        if not isinstance(atom, tuple):
            return atom, self.found.of(atom)
        kind = Kind("tuple", items=tuple([self.found.of(a) for a in atom]))
        literal = all([isinstance(a, Const) for a in atom])
        return Const(tuple([a.value for a in atom])) if literal else Var(""), kind  # type: ignore[union-attr]

    def runs_code(self, stmt: Bind) -> bool:
        """Whether a call or a look at an attribute that nothing is known of may run code of the user's."""
        if stmt.op == "call":
            return True
        owner = self.found.of(stmt.args[0])
        if stmt.op == "method":  # what those of lists and dicts change is known
            return owner.tag not in ("list", "dict", "tuple", "ntuple", "str", "iter", "array", "npscalar", "bottom")
        found = inspect.getattr_static(owner.value, stmt.fn, None) if owner.tag == "own" else None
        return owner.tag == "own" and (found is None or not isinstance(found, types.FunctionType | staticmethod))

    def member(self, stmt: Bind, callee: Callee) -> None:
        owner = self.found.of(stmt.args[0])
        if owner.tag == "object" and isinstance(owner.value, types.ModuleType) and not calls.is_stable(owner.value):
            if not self.may_be_rebound(owner.value, stmt.fn):
                value = getattr(owner.value, stmt.fn, None)
                self.assume(Assumption("attribute", stmt.fn, kinds.known_object(value), owner.value))
        if owner.tag == "object" and isinstance(owner.value, type):
            self.class_attribute(owner.value, stmt.fn)
        if owner.tag == "object" and isinstance(owner.value, types.FunctionType):
            kept = _counter(owner.value, stmt.fn)
            if kept is not None:
                self.assume(Assumption("attribute", stmt.fn, kept, owner.value))
        mutators = LIST_MUTATORS | DICT_MUTATORS | OPERATORS
        if stmt.op == "method" and stmt.fn in mutators and owner.tag not in ("array", "npscalar", "object", "bottom"):
            put_in = self.put_in(stmt, owner)
            if put_in is not None and isinstance(stmt.args[0], Var):
                self.append(stmt.args[0], put_in)
            else:
                self.mutated = True

    def put_in(self, stmt: Bind, owner: Kind) -> Kind | None:
        """The kind of what a method puts into a list, BOTTOM if that is nothing; None where it cannot be told."""
        if stmt.kwargs or stmt.stars:
            return None
        match stmt.fn, stmt.args[1:]:
            case "append", [value]:
                return self.found.of(value)
            case "insert", [_, value] if owner.tag == "list":
                return self.found.of(value)
            case "extend", [values] if owner.tag == "list":
                given = self.found.of(values)
                return (
                    structural.item_kind(given) if given.tag in ("list", "tuple", "ntuple", "array", "range") else None
                )
            case "pop", [] | [_] if owner.tag == "list":
                return BOTTOM
            case "reverse" | "clear", [] if owner.tag == "list":
                return BOTTOM
            case "sort", [] if owner.tag == "list" and kinds.list_item(owner).is_number:
                return BOTTOM
        return None

    def heaped(self, callee: Callee, args: list[Kind]) -> Kind | None:
        """The kind of a heap's items, if it is a list whose items say nothing of their order themselves.

        What is put in is one more of them, and any of them may be where another was.
        """
        heap = callee.args[0] if callee.args else None
        if callee.kwargs or not isinstance(heap, Var) or args[0].tag not in ("list", "bottom"):
            return None
        if args[0].tag == "bottom":
            return BOTTOM
        item = functools.reduce(kinds.join, map(kinds.anonymous, args[1:]), kinds.list_item(args[0]))
        if not _is_plainly_ordered(item):
            return None
        self.append(heap, item)
        return item

    def class_attribute(self, cls: type, name: str) -> None:
        """Take for granted what a class of the user's, or the first of its bases that has the name, keeps under it."""
        for base in cls.__mro__:
            if base.__module__ == "builtins" or calls.is_stable(sys.modules.get(base.__module__)):
                return  # what Python and libraries have stays as it is
            if name in vars(base):
                kind = kinds.of(vars(base)[name], _path(base, name))
                known = kind if kind.is_number or kind.tag == "array" else kinds.known_object(vars(base)[name])
                self.assume(Assumption("attribute", name, known, base))
                return
            self.assume(Assumption("missing", name, ANY, base))

    def settled(self, path: str, value: Any) -> None:
        """Take for granted what classes inside the function are made of: a global, or `shapes.K` of what one names."""
        scope = self.function.source.globals
        owner, _, name = path.rpartition(".")
        if not owner:
            self.assume(Assumption("global", name, kinds.known_object(value), scope))
            return
        found = class_bodies.Names.found(owner, scope)
        for base in found.__mro__ if isinstance(found, type) else (found,):
            if calls.is_stable(base if isinstance(base, types.ModuleType) else sys.modules.get(base.__module__)):
                return
            if name in vars(base):
                self.assume(Assumption("attribute", name, kinds.known_object(vars(base)[name]), base))
                return
            self.assume(Assumption("missing", name, ANY, base))

    def attribute(self, stmt: Bind, callee: Callee) -> Kind | None:
        owner = self.found.of(stmt.args[0])
        if owner.tag == "bottom":
            return BOTTOM
        if owner.tag == "object" and isinstance(owner.value, types.ModuleType | type | np.ufunc):
            kind = kinds.of(callee.value, _path(owner.value, stmt.fn)) if callee.value is not None else ANY
            if self.may_be_rebound(owner.value, stmt.fn):
                return ANY
            return kind if kind.is_number or kind.tag in FIXED else self.container_of(owner.value, stmt.fn, kind)
        if owner.tag == "object" and isinstance(owner.value, types.FunctionType):
            kept = _counter(owner.value, stmt.fn)
            return ANY if kept is None or self.may_be_rebound(owner.value, stmt.fn) else kept
        if owner.tag == "fields" and stmt.fn in owner.value[1]:
            return owner.items[owner.value[1].index(stmt.fn)]
        if owner.tag == "any" and owner.value is not None and stmt.fn in owner.value.names:
            self.class_attribute(owner.value.cls, stmt.fn)
            return owner.value.kinds[owner.value.names.index(stmt.fn)]
        if owner.tag == "tuple" and owner.value is not None and stmt.fn in owner.value._fields:
            return owner.items[owner.value._fields.index(stmt.fn)]
        return None if callee.primitive is not None else ANY

    def container_of(self, owner: Any, name: str, kind: Kind) -> Kind:
        """The kind of a list, tuple or dict that a module names, of which guards are to tell."""
        if not isinstance(owner, types.ModuleType) or calls.is_stable(owner) or len(self.active) > 1:
            return ANY
        found = self.opened(kind)
        if not kinds.is_soon_told(found):
            return ANY
        self.assume(Assumption("attribute", name, found, owner))
        return found

    def opened(self, kind: Kind) -> Kind:
        """The kind of what may be changed while the function runs."""
        raise NotImplementedError

    def called(self, stmt: Bind, callee: Callee, args: list[Kind]) -> Kind:
        """The result of calling something that is no primitive but known."""
        value = callee.value
        builtin = structural.STRUCTURAL.get(value) if isinstance(value, types.BuiltinFunctionType | type) else None
        if builtin is not None:
            return builtin(args)
        if isinstance(value, type) and issubclass(value, tuple) and len(getattr(value, "_fields", ())) == len(args):
            return Kind("tuple", items=tuple(args), value=value) if not callee.kwargs else ANY
        if helpers.facts_of(value) is not None:
            return helpers.result(value, args)
        if any([value is fn for fn in HEAPS]) and (item := self.heaped(callee, args)) is not None:
            return NONE if value is heapq.heappush or value is heapq.heapify else item
        if calls.is_ours(value) and callee.function is not None:
            return self.made(value.__name__, callee, args)
        if isinstance(value, type) and runs_code(value):
            return self.constructed(stmt, value, callee, args)
        if not self.is_looked_into(callee) or any(name is None for name, _ in callee.kwargs):
            self.mutated = self.mutated or not structural.is_harmless(value, args)
            return self.gradient(stmt, args)
        named = {str(name): self.found.of(atom) for name, atom in callee.kwargs}
        return self.result_of(stmt, callee.function, args, named)

    def is_looked_into(self, callee: Callee) -> bool:
        """Whether it is known what a callee does, from its own program."""
        value = callee.value
        known = callee.function is not None and self.prepare is not None and not self.is_too_deep()
        known = known and equivalents.managed(value) is None  # whose generator runs when the block is entered and left
        known = known and not libraries.is_library(value)  # whose text may be long, and tells nothing of numbers
        return known and not calls.is_ours(value)

    def is_too_deep(self) -> bool:
        """Whether calls are left alone here."""
        if len(self.active) <= CALL_DEPTH:
            return False
        self.recalled.note_cut()
        return True

    def constructed(self, stmt: Bind, cls: type, callee: Callee, args: list[Kind]) -> Kind:
        """What making an object of a class whose `__init__` is the user's does to lists and dicts."""
        init = only_init(cls)
        if init is None or self.prepare is None or any(name is None for name, _ in callee.kwargs):
            self.mutated = True
        else:
            named = {str(name): self.found.of(atom) for name, atom in callee.kwargs}
            self.result_of(stmt, init, [Kind("own", value=cls), *args], named)
        made_by: Any = cls.__new__
        plain = type(cls) is type and made_by is object.__new__
        return Kind("own", value=cls) if plain and kinds.is_own(cls) else ANY

    def made(self, name: str, callee: Callee, args: list[Kind]) -> Kind:
        """What a function of dualad gives."""
        given = [*args, *(self.found.of(atom) for _, atom in callee.kwargs)]
        if name in calls.MAKERS and all(k.inactive for k in given):
            return Kind("derivative", value=_argnums(callee) if name == "grad" else None)
        if name == "grad":
            return Kind("ours", value=_argnums(callee))
        if name == "on_cotangent" and args:
            return args[0]
        made = structural.MADE.get(name, ANY)
        return ANY if made.tag == "tuple" and callee.kwargs else made

    def gradient(self, stmt: Bind, args: list[Kind]) -> Kind:
        """What a call gives if it is one of a gradient: the arguments' own kinds; ANY for all other calls."""
        made_by = self.found.of(stmt.fn) if stmt.op == "call" else ANY
        if made_by.tag not in ("derivative", "ours") or made_by.value is None or stmt.stars or stmt.kwargs:
            return ANY
        single, positions = made_by.value
        if not all(0 <= i < len(args) for i in positions):
            return ANY
        found = [_gradient_in(args[i]) for i in positions]
        return found[0] if single else Kind("tuple", items=tuple(found))

    def result_of(self, stmt: Bind, fn: Any, args: list[Kind], named: dict[str, Kind]) -> Kind:
        """The kind of what a Python function returns for such arguments."""
        before = times_active(fn.__code__, self.active)
        if before:
            self.recalled.note_repeated(fn.__code__)
            self.found.recursive[stmt] = fn.__code__
        names = kinds.Renaming()
        args, named = [names.into(k) for k in args], {name: names.into(k) for name, k in named.items()}
        function, inner = self.inferred(fn, args, named, before)
        self.mutated = self.mutated or inner.mutated
        self.reshaped = self.reshaped or inner.reshaped
        if not isinstance(inner, Kinds):
            return kinds.anonymous(inner.result)  # of other arguments, whose dimensions are others
        self.found.assumptions.update(inner.assumptions)
        if not before:
            self.found.inner[stmt] = (function, inner)
        return names.back(inner.result)

    def inferred(self, fn: Any, args: list[Kind], named: dict[str, Kind], before: int) -> tuple[Any, Kinds | Pending]:
        """What is known of a Python function for such arguments; while it is being inferred, what is taken for that."""
        unknown = None, Pending(ANY, mutated=True)
        try:
            function, versions = self.prepare(fn)  # type: ignore[misc]
        except NotImplementedError:
            return unknown
        positional = [p for p in function.params if p.kind == "positional"]
        names = {p.name for p in function.params if p.kind in ("positional", "keyword")}
        if len(names) != len(function.params) or len(args) > len(positional) or not set(named) <= names:
            return unknown
        given = {**_by_default(fn, names), **{p.name: k for p, k in zip(positional, args, strict=False)}, **named}
        key = identity(function.source.fn), given_kinds(given)
        pending = self.active.get(key)
        if pending is not None:
            self.recalled.note_asked(key, pending)
            return function, pending
        if before >= RECURSIONS:
            return unknown
        exact = identity(function.source.fn), tuple(sorted(given.items(), key=lambda pair: pair[0]))
        found = self.recalled.recall(exact, self.active)
        if found is None:
            with self.recalled.recording() as basis:
                found = self.again(function, versions, given)
            self.recalled.keep(exact, found, basis, self.active)
        return found.function, found


def _path(owner: Any, name: str) -> str:
    """What dimensions of an attribute are named after: nothing that a parameter or a variable may be called."""
    return f"{id(owner)}:{name}"


def _counter(fn: types.FunctionType, name: str) -> Kind | None:
    """The kind of a number that an attribute of a function holds, as a decorator's counter of calls."""
    kept = kinds.of(vars(fn).get(name))
    return kept if kept.is_number else None


def _by_default(fn: Any, names: set[str]) -> dict[str, Kind]:
    """The kinds of parameters with a literal for a default value, which the guard of who calls it sees stay."""
    held = getattr(fn, "__defaults__", None) or ()
    code = getattr(fn, "__code__", None)
    if code is None:
        return {}
    last = dict(zip(code.co_varnames[code.co_argcount - len(held) : code.co_argcount], held, strict=True))
    last.update(getattr(fn, "__kwdefaults__", None) or {})
    return {name: kinds.of(value) for name, value in last.items() if name in names and type(value) in LITERALS}


def _is_open(kind: Kind) -> bool:
    """Whether nothing is known yet of a value, or of an item of a tuple."""
    return kind.tag == "bottom" or (kind.tag == "tuple" and any(_is_open(k) for k in kind.items))


def _argnums(callee: Callee) -> Any:
    """Of `grad(f)` and `grad(f, argnums)`, whether that is one argument alone, and positions; None if not known."""
    given = [*callee.args[1:], *(atom for name, atom in callee.kwargs if name == "argnums")]
    if len(callee.args) + len(callee.kwargs) != 1 + len(given) or len(given) > 1 or not callee.args:
        return None
    if not given:
        return True, (0,)
    argnums = given[0].value if isinstance(given[0], Const) else None
    single = type(argnums) is int
    positions = (argnums,) if single else argnums
    known = type(positions) is tuple and positions and all(type(i) is int and i >= 0 for i in positions)
    return (single, positions) if known else None


def _gradient_in(kind: Kind) -> Kind:
    """The kind of a gradient in an argument of some kind: floats are floats, arrays of floats are such arrays."""
    if kind.tag == "array":
        return kind if kind.dtype is not None and kind.dtype.kind == "f" else ANY
    return kind if kind.tag == "float" else ANY


def _is_plainly_ordered(kind: Kind) -> bool:
    """Whether values of a kind are compared by nothing of the user's."""
    if kind.tag in ("tuple", "ntuple"):
        return kind.value is None and all(map(_is_plainly_ordered, kind.items))
    return kind.is_number or kind.tag in ("str", "bottom")
