"""Which names may share storage, and which storage is written: by a store here, by a callee, or from outside.

Names that may share storage are one class (flow-insensitive, by union). Globals and captured variables are one class,
"outside". A class is *written* when a store may reach it while the function or its pullback lives (what is kept of it
for the reverse sweep must be a copy), and *stored* when a statement of this function stores into it (its cotangents
live in one buffer per storage).
"""

from __future__ import annotations

import builtins
import inspect
import operator
import types

import gast
import numpy as np

from dualad import equivalents, registry
from dualad.analysis import calls, helpers
from dualad.analysis.beyond import function_stores_beyond, stores_beyond
from dualad.analysis.calling_back import called_back
from dualad.analysis.giving import Given, changing_defaults
from dualad.analysis.harmless import appends, enters_unknown, is_harmless, is_of_ours
from dualad.analysis.inferred import Kinds
from dualad.analysis.inplace import MUTATORS
from dualad.analysis.kinds import Kind
from dualad.analysis.kinds import of as kinds_of
from dualad.analysis.made_by_library import is_of_library
from dualad.analysis.meant import asks_nothing, given_by_attribute, given_by_call, may_hold_objects, met, methods_meant
from dualad.analysis.storage import OUTSIDE, RESULT, Beyond, Memory
from dualad.anew import is_maker
from dualad.classes import changing
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Stmt, Var

CONTAINERS = frozenset({"list", "tuple", "dict", "iter"})
SELECTING = (builtins.max, builtins.min, builtins.sum)  # what they give may be an item, or hold the same ones
JOINING = frozenset({operator.add, operator.mul, operator.or_})  # lists: what they give holds the same items
NAMESPACES = (builtins.globals, builtins.vars)


def analyse(
    function: core.Function,
    kinds: Kinds,
    protect: bool = False,
    suspended: bool = True,
    by_value: bool = False,
    alike: tuple[tuple[str, ...], ...] = (),
    defaults: tuple[str, ...] = (),
    care: bool = False,
) -> Memory:
    """Find classes and writes.

    `protect`: arguments and result may be written after the function has returned. `suspended`: what others may write
    between the items of a generator counts, too. `by_value`: what a generator was given is seen to stay as it is.
    `alike`: groups of names that may be one memory from the start, parameters and what lies outside. `defaults`:
    parameters of which what lies outside may be the default value. `care`: objects that change something unasked may be
    met, of classes that nobody here knows.
    """
    work = _Analysis(function, kinds, by_value, care)
    for stmt in core.walk(function.body):
        work.stmt(stmt)
    work.current = None
    found = work.found
    for manager in work.managers:
        work.entered(manager)
    found.recursive = frozenset().union(*(codes for _, _, codes in work.recursive))
    again = work.calls_again(function)
    if any(found.is_stored(p.name) for p in function.params):
        for stmt, args in again:
            for atom in args:
                if isinstance(atom, Var) and not kinds.of(atom).immutable:
                    work.share(atom.name, kinds.of(atom), *args)
                    work.store(atom, stmt, inside=True)
    work.called_by_generator()
    if any(found.is_stored(n) for n in defaults):
        beyond = found.stores_into(OUTSIDE) if OUTSIDE in found.parent else []
        found.by_default = {s for n in defaults for s in found.stores_into(n)}.difference(beyond)
    for group in (*alike, (*defaults, OUTSIDE)):
        names = [n for n in group if n in found.parent]
        if any(found.is_written(n) for n in names):
            for other in names[1:]:
                found.union(names[0], other)
    work.again_beyond([stmt for stmt, _ in again])
    if suspended and function.is_generator:  # between its items anybody may write what it was given, and what it gave
        items = [s.value for s in core.walk(function.body) if isinstance(s, core.Yield)]
        reached = {OUTSIDE, *(p.name for p in function.params), *(v.name for v in items if isinstance(v, Var))}
        found.written |= reached
        found.changed |= reached
        found.find(OUTSIDE)
    if protect:
        found.protected |= {p.name for p in function.params} | {OUTSIDE}
        if isinstance(function.result, Var):
            found.protected.add(function.result.name)
    return found


class _Analysis:
    def __init__(self, function: core.Function, kinds: Kinds, by_value: bool, care: bool) -> None:
        self.kinds = kinds
        self.function = function
        self.outer = function.outer
        self.source = function.source
        self.recursive: list[tuple[Bind, list[Atom], frozenset[types.CodeType]]] = []
        self.changing = {v.name for v, kind in kinds.version.items() if not kind.immutable}  # names of what can change
        self.managers: list[core.With] = []
        self.later: list[tuple[Bind, list[Atom]]] = []  # calls of a generator function
        self.apart = function.is_generator and by_value
        self.params = [p.name for p in function.params]
        self.meets_state = any(isinstance(c.value, type) and changing(c.value) for c in kinds.callee.values())
        self.met = met(kinds, self.source, care)
        self.found = Memory(self.met)
        self.attributes: dict[str, str] = {}  # what was read first under a name of objects of whatever class
        self.current: Stmt | None = None
        for param in function.params:
            self.found.find(param.name)
        for stmt in core.walk(function.body):  # what is bound further down in a loop is there when it runs again
            for name in core.targets(stmt):
                self.found.defined_by.setdefault(name, []).append(stmt)

    def share(self, target: str, kind: Kind, *atoms: Atom) -> None:
        """The target may share storage with what the atoms hold."""
        if kind.immutable:
            return
        for atom in atoms:
            if isinstance(atom, Var) and not self.kinds.of(atom).immutable:
                self.found.union(target, atom.name, self.current)

    def store(self, base: Atom, stmt: Stmt, inside: bool = False) -> None:
        """A store; `inside`: it may change the arrays that a list holds, as an augmented one does."""
        if isinstance(base, Var):
            self.store_name(base.name, stmt, self.kinds.of(base).tag == "list" and not inside)

    def store_name(self, name: str, stmt: Stmt, slot: bool = False) -> None:
        self.found.find(name)
        self.found.stores.setdefault(name, []).append(stmt)
        self.found.written.add(name)
        if not slot:
            self.found.changed.add(name)

    def stmt(self, stmt: Stmt) -> None:
        self.current = stmt
        for name in core.targets(stmt):
            self.found.find(name)
        if self.met.changing:
            self.asked(stmt)
        if self.met.giving:
            self.asked_outside(stmt)
        match stmt:
            case Bind():
                self.bind(stmt)
            case core.Unpack():
                for name in stmt.targets:
                    self.share(name, self.kinds.target(stmt, name), stmt.value)
            case core.For():
                self.share(stmt.target, self.kinds.target(stmt, stmt.target), stmt.iter)
            case core.Store():
                if self.is_namespace(stmt.base):
                    self.found.unseen.add(stmt)
                self.store(stmt.base, stmt, inside=stmt.aug is not None)
                if self.kinds.of(stmt.base).tag != "array":
                    self.share(stmt.base.name, self.kinds.of(stmt.base), stmt.value)
            case core.DeletePlace():
                self.store(stmt.base, stmt)
            case core.StoreOuter():
                place = self.place(stmt.name)
                self.store_name(place, stmt)
                if isinstance(stmt.value, Var) and not self.kinds.of(stmt.value).immutable:
                    self.found.union(place, stmt.value.name)
            case core.With() if not stmt.plain and enters_unknown(stmt, self.function, self.found, self.kinds):
                self.managers.append(stmt)
            case core.StoreAttr() | core.Append():
                if isinstance(stmt, core.StoreAttr):
                    self.stores_unseen(stmt, stmt.base, stmt.value)
                self.store(stmt.base, stmt)
                self.share(stmt.base.name, self.kinds.of(stmt.base), stmt.value)

    def entered(self, stmt: core.With) -> None:
        """A context manager, of a callee: its methods are not written out there, and may write all that they reach."""
        self.found.unknown.add(stmt)
        self.found.unseen.add(stmt)
        self.stores_all(stmt, [stmt.manager])
        self.found.find(OUTSIDE)
        self.found.written.add(OUTSIDE)
        self.found.changed.add(OUTSIDE)
        assert isinstance(stmt.manager, Var)
        held = self.found.find(stmt.manager.name)
        if any(self.found.find(p) == held for p in self.params):
            self.store_name(OUTSIDE, stmt)  # of what it was given
        if stmt.target is not None:
            self.share(stmt.target, self.kinds.target(stmt, stmt.target), stmt.manager)

    def is_namespace(self, base: Var) -> bool:
        """Whether it may be the dict of a module, whose variables are read by name."""
        waiting, seen = [base.name], set()
        while waiting:
            name = waiting.pop()
            if name in seen:  # `d = d`, or names that change places
                continue
            seen.add(name)
            for made in self.found.defined_by.get(name, ()):
                if not isinstance(made, Bind):
                    continue
                if made.op == "attr" and made.fn == "__dict__":
                    return True
                if made.op == "call" and any(self.kinds.callee[made].value is fn for fn in NAMESPACES):
                    return True
                if made.op == "copy" and isinstance(made.args[0], Var):
                    waiting.append(made.args[0].name)
        return False

    def stores_unseen(self, stmt: Stmt, base: Atom, value: Atom) -> None:
        """A store into an attribute of what may be a class, a module or a function."""
        if self.kinds.of(base).tag in ("any", "object") and not self.kinds.of(value).inactive:
            self.found.unseen.add(stmt)

    def asked(self, stmt: Stmt) -> None:
        """A statement that may ask an object for a method, which may change all that it can reach."""
        if isinstance(stmt, Bind) and asks_nothing(stmt):
            return
        operands = core.operands(stmt)
        if isinstance(stmt, Bind) and stmt.op == "call" and calls.is_ours(self.kinds.callee[stmt].value):
            operands = [atom for atom in operands if atom is not stmt.fn]  # which asks for nothing itself
        if any(may_hold_objects(self.kinds.of(atom)) for atom in operands):
            self.found.unknown.add(stmt)
            self.found.unseen.add(stmt)
            self.stores_all(stmt, operands)

    def bind(self, stmt: Bind) -> None:
        kind = self.kinds.target(stmt, stmt.target)
        match stmt.op:
            case "global" | "cell":
                if not kind.immutable:
                    self.found.union(stmt.target, self.place(stmt.fn))
            case "inplace":
                self.inplace(stmt, kind)
            case "prim" | "call" | "method" | "attr":
                self.call(stmt, kind)
            case "function":
                for atom in stmt.args:  # what they hold may be bound to them later
                    if isinstance(atom, Var) and (atom.name in self.outer or atom.name in self.changing):
                        self.found.union(stmt.target, atom.name)
                if self.reaches_outside(stmt):
                    self.found.union(stmt.target, OUTSIDE)
            case _:
                self.share(stmt.target, kind, *stmt.args)

    def place(self, name: str) -> str:
        """The name of the memory that a shared variable, a global or a captured variable is."""
        return name if self.outer.get(name) == "own" else OUTSIDE

    def reaches_outside(self, stmt: Bind) -> bool:
        """Whether an inner function reads captured variables of ours, or globals that can be changed in place."""
        source = self.source
        for node in gast.walk(stmt.fn):
            if isinstance(node, gast.Global | gast.Nonlocal):
                return True
            if isinstance(node, gast.Name):
                if node.id in source.cells:
                    return True
                if node.id in source.globals and not kinds_of(source.globals[node.id]).immutable:
                    return True
        return False

    def inplace(self, stmt: Bind, kind: Kind) -> None:
        if kind.immutable:
            return
        joined = any(self.kinds.of(a).tag in CONTAINERS for a in stmt.args) or self.asks_operator(stmt.args)
        self.share(stmt.target, kind, *stmt.args if joined else stmt.args[:1])
        self.store(stmt.args[0], stmt)

    def call(self, stmt: Bind, kind: Kind) -> None:
        callee = self.kinds.callee[stmt]
        args = [*callee.args, *(atom for _, atom in callee.kwargs)]
        if callee.value is setattr and len(args) == 3:
            self.stores_unseen(stmt, args[0], args[2])
        if called := called_back(stmt, callee, self.kinds.of, self.made_by):
            self.unknown(stmt, called)
        if stmt.op == "attr":
            if callee.primitive is None or callee.primitive.aliases != "no":
                self.share(stmt.target, kind, *args)
            owner = self.kinds.of(stmt.args[0])
            if not kind.immutable and (owner.tag == "object" or stmt.fn in self.met.held):
                self.found.union(stmt.target, OUTSIDE)
            elif not kind.immutable and owner.tag == "any":  # two objects may be of one class, which holds it
                self.found.union(stmt.target, self.attributes.setdefault(stmt.fn, stmt.target))
            if may_hold_objects(owner):
                found = given_by_attribute(owner, stmt.fn, self.met)
                self.join_outside(found, stmt.target, kind, stmt.args[:1])
        elif self.is_list_of_its_own(stmt, callee, kind):
            return
        elif appends(stmt, self.kinds):
            self.store(stmt.args[0], stmt)
            self.share(stmt.args[0].name, self.kinds.of(stmt.args[0]), *stmt.args[1:])  # type: ignore[union-attr]
        elif callee.primitive is not None:
            if not calls.gives_new(callee, stmt.stars) and not self.copies(callee):
                whole = args[:1] if callee.primitive.fn is operator.getitem else args
                self.share(stmt.target, kind, *whole)
            elif any(callee.primitive.fn is fn for fn in SELECTING) or self.joins(callee) or self.asks_operator(args):
                self.share(stmt.target, kind, *args)
            self.writes(stmt, callee, kind)
            passes_place = calls.may_pass_place(stmt, callee, self.kinds.of)
            if passes_place:
                self.share(stmt.target, kind, *args)  # what is written may be what the call gives
            if passes_place or self.may_overwrite(stmt, callee):
                self.unknown(stmt, args)
        elif (helper := helpers.facts_of(callee.value)) is not None:
            self.share(stmt.target, kind, *[a for i, a in enumerate(callee.args) if i in helper.gives])
        elif is_maker(callee.value):  # any object of the class leads to what its methods have captured
            self.share(stmt.target, kind, *args)
            self.found.union(stmt.target, OUTSIDE)
        elif not is_harmless(callee.value) and not is_of_ours(self.kinds, stmt):
            receiver = [stmt.fn] if stmt.op == "call" and isinstance(stmt.fn, Var) else []
            self.share(stmt.target, kind, *args, *receiver)
            self.join_outside(self.given(stmt), stmt.target, kind, [*args, *receiver])
            self.unknown(stmt, [*args, *receiver])
        else:
            self.share(stmt.target, kind, *args)

    def made_by(self, atom: Var) -> list[Stmt]:
        """The statements that bind a name."""
        return [] if atom.name in self.params else self.found.defined_by.get(atom.name, [])

    def copies(self, callee: calls.Callee) -> bool:
        """Whether it makes a copy for sure: `np.array` unless it is told otherwise, a subscript by an array."""
        if callee.value is operator.getitem and len(callee.args) == 2:  # else they are unpacked
            key = self.kinds.of(callee.args[1])
            return key.tag == "array" or (key.tag == "tuple" and any(k.tag == "array" for k in key.items))
        return callee.value is np.array and not any(name in ("copy", None) for name, _ in callee.kwargs)

    def is_list_of_its_own(self, stmt: Bind, callee: calls.Callee, kind: Kind) -> bool:
        """Whether a call gives a new list of what cannot change."""
        own = kind.tag == "list" and all([item.immutable for item in kind.items])
        return own and calls.makes_list(stmt, callee, self.kinds.of)

    def joins(self, callee: calls.Callee) -> bool:
        """Whether it may join lists."""
        assert callee.primitive is not None
        return callee.primitive.fn in JOINING and any(self.kinds.of(a).tag in CONTAINERS for a in callee.args)

    def asks_operator(self, args: list[Atom]) -> bool:
        """Whether an operator may be that of an object's class, whose result may hold the operands."""
        return self.met.operators and any(may_hold_objects(self.kinds.of(a)) for a in args)

    def may_overwrite(self, stmt: Bind, callee: calls.Callee) -> bool:
        """Whether a call passes what no rule names, such as SciPy's `overwrite_a=True`."""
        primitive = callee.primitive
        if primitive is None or primitive.signature is None or stmt.stars:
            return False
        if not primitive.rules and primitive.form != "defined":
            return False
        return not calls.outs(callee) and calls.bind_arguments(callee, stmt.stars) is None

    def writes(self, stmt: Bind, callee: calls.Callee, kind: Kind) -> None:
        primitive = callee.primitive
        assert primitive is not None
        for atom in calls.outs(callee):
            self.store(atom, stmt)
            self.share(stmt.target, kind, atom)
        if not primitive.writes:
            return
        named = calls.bind_arguments(callee, stmt.stars)
        for name, atom in (named or {}).items():
            if name in primitive.writes and isinstance(atom, Var):
                self.store(atom, stmt)
        if named is None or (primitive.signature is not None and not set(named) & set(primitive.writes)):
            explicit = dict(callee.kwargs)
            for name in primitive.writes:
                if name in explicit:
                    self.store(explicit[name], stmt)

    def stores_all(self, stmt: Stmt, args: list[Atom]) -> None:
        """A call may store into all of its arguments, and any of them into any other."""
        for atom in args:
            if isinstance(atom, Var) and not self.kinds.of(atom).immutable:
                self.store(atom, stmt, inside=True)
                self.share(atom.name, self.kinds.of(atom), *args)

    def called_by_generator(self) -> None:
        """What a generator function calls may store into what it made itself.

        What the generator was given is seen to stay as it is when it has run (`byvalue.watched`).
        """
        given = {self.found.find(p) for p in self.params} | {self.found.find(OUTSIDE)}
        calls_of = [
            (stmt, [a for a in args if isinstance(a, Var) and not self.kinds.of(a).immutable])
            for stmt, args in self.later
        ]
        for stmt, args in calls_of:
            if any(self.found.find(a.name) not in given for a in args):
                self.stores_all(stmt, list(args))

    def is_of_arrays(self, stmt: Bind) -> bool:
        """Whether it is a method that arrays have and that only reads (another object's is refused as it runs).

        Classes that the module knows may have a method of that name: it may be meant then.
        """
        if stmt.op != "method" or stmt.fn in MUTATORS or self.kinds.of(stmt.args[0]).tag in ("own", "fields"):
            return False
        if self.kinds.callee[stmt].primitive is not None:  # which writes what it was passed, perhaps
            return False
        meant = methods_meant(stmt, self.kinds, self.source)
        if any(isinstance(inspect.getattr_static(cls, name, None), types.FunctionType) for cls, name in meant):
            return False
        known = registry.lookup_method(stmt.fn)
        if known is not None:
            callee = calls.Callee(list(stmt.args), stmt.kwargs, primitive=known)
            return not calls.outs(callee) and not calls.may_pass_place(stmt, callee, self.kinds.of)
        return stmt.fn in ("items", "keys", "values", "get")

    def may_store_beyond(self, stmt: Bind) -> bool:
        """Whether what is called stores into globals or into what a class holds, as far as texts tell."""
        value = self.kinds.callee[stmt].value
        if isinstance(value, types.FunctionType):
            return function_stores_beyond(equivalents.managed(value) or value)
        return any(stores_beyond(cls, name) for cls, name in methods_meant(stmt, self.kinds, self.source))

    def join_outside(self, found: Given, target: str, kind: Kind, operands: list[Atom]) -> None:
        """What lies outside may be what a statement gives, and in what its operands hold when it has run."""
        if found.gives and not kind.immutable:
            self.found.union(target, OUTSIDE, self.current)
        for atom in operands if found.leaves else ():
            if isinstance(atom, Var) and not self.kinds.of(atom).immutable:
                self.found.union(atom.name, OUTSIDE, self.current)

    def asked_outside(self, stmt: Stmt) -> None:
        """A statement that may ask an object for a method which gives what lies outside."""
        operands = core.operands(stmt)
        if (isinstance(stmt, Bind) and asks_nothing(stmt)) or not any(
            may_hold_objects(self.kinds.of(atom)) for atom in operands
        ):
            return
        for name in core.targets(stmt):
            self.join_outside(Given(True, True), name, self.kinds.target(stmt, name), list(operands))

    def given(self, stmt: Bind) -> Given:
        """What a call may give of what a global, a captured variable or a class holds, or leave in its arguments."""
        value = self.kinds.callee[stmt].value
        inner = self.kinds.inner.get(stmt)
        if inner is None:
            known = stmt.op == "method" and is_of_library(stmt.args[0], self.found, self.kinds, self.params)
            return given_by_call(stmt, self.kinds, self.source, self.met, known)
        beyond = writes_beyond(*inner, isinstance(value, type), self.met.changing)
        found = Given(beyond.gives, beyond.leaves)
        left = self.left_out(stmt)
        roots = [beyond.parts.get(name) for name in left]
        rest = [root for name, root in beyond.parts.items() if name not in left]
        if not any(root is not None and root in rest for root in roots):
            return found
        gives = beyond.parts.get(RESULT) in roots
        return found | Given(gives, True)

    def left_out(self, stmt: Bind) -> set[str]:
        """The parameters that a call leaves to default values which can change."""
        fn = self.kinds.callee[stmt].value
        if not isinstance(fn, types.FunctionType):
            return set()
        callee = self.kinds.callee[stmt]
        given = {*fn.__code__.co_varnames[: len(callee.args)], *(name for name, _ in callee.kwargs)}
        left = changing_defaults(fn)
        return left if stmt.stars else left - given

    def leaves_stored(self, stmt: Bind, stored: tuple[str, ...]) -> bool:
        """Whether a call leaves a parameter that is stored into to a default value, which globals may name."""
        return not self.left_out(stmt).isdisjoint(stored)

    def calls_again(self, function: core.Function) -> list[tuple[Bind, list[Atom]]]:
        """Calls that run the function itself once more, at once or by others: what they do is what all of it does."""
        code = function.source.fn.__code__
        return [(stmt, args) for stmt, args, codes in self.recursive if code in codes]

    def again_beyond(self, again: list[Bind]) -> None:
        """What such calls do beyond their arguments is what is known of the function at the end."""
        found = self.found
        stores = OUTSIDE in found.parent and found.is_stored(OUTSIDE)
        unknown, unseen = bool(found.unknown), bool(found.unseen)
        for stmt in again:
            if stores:
                self.store_name(OUTSIDE, stmt)
            if unknown:
                found.unknown.add(stmt)
            if unseen:
                found.unseen.add(stmt)

    def unknown(self, stmt: Bind, args: list[Atom]) -> None:
        """A Python function, or something unknown: it may write all that it can reach."""
        if stmt in self.kinds.recursive:
            self.recursive.append((stmt, args, frozenset([self.kinds.recursive[stmt]])))
            return
        inner = self.kinds.inner.get(stmt)
        if inner is not None:
            beyond = writes_beyond(*inner, isinstance(self.kinds.callee[stmt].value, type), self.met.changing)
            if beyond.recursive:
                self.recursive.append((stmt, args, beyond.recursive))
            if beyond.unseen:
                self.found.unseen.add(stmt)
            if beyond.stores_outside or self.leaves_stored(stmt, beyond.stored):
                self.store_name(OUTSIDE, stmt)
            elif beyond.outside:
                self.found.find(OUTSIDE)
                self.found.written.add(OUTSIDE)
                self.found.changed.add(OUTSIDE)
            if not beyond.arguments:
                return
        elif self.is_of_arrays(stmt):
            self.found.reading.add(stmt)
        else:
            self.found.unseen.add(stmt)
            if self.may_store_beyond(stmt):
                self.store_name(OUTSIDE, stmt)
        self.found.unknown.add(stmt)
        if self.meets_state:
            self.store_name(OUTSIDE, stmt)
        if inner is not None or not self.is_of_arrays(stmt):
            if self.apart and inner is None:
                self.later.append((stmt, args))
            else:
                self.stores_all(stmt, args)
        self.found.written.add(OUTSIDE)
        self.found.changed.add(OUTSIDE)
        self.found.find(OUTSIDE)
        for atom in args:
            if isinstance(atom, Var) and not self.kinds.of(atom).immutable:
                self.found.written.add(atom.name)
                self.found.changed.add(atom.name)
        if stmt.op == "method" and isinstance(stmt.args[0], Var):
            if stmt.fn in MUTATORS:
                self.store(stmt.args[0], stmt)
                self.share(stmt.args[0].name, self.kinds.of(stmt.args[0]), *stmt.args[1:])


def writes_beyond(function: core.Function, kinds: Kinds, constructs: bool, care: bool) -> Beyond:
    """What a function may write beyond itself, for kinds of its arguments; or an `__init__`, which fills its object."""
    key = constructs, care
    if key not in kinds.beyond:
        kinds.beyond[key] = _beyond(function, kinds, constructs, care)
    return kinds.beyond[key]  # type: ignore[no-any-return]


def _beyond(function: core.Function, kinds: Kinds, constructs: bool, care: bool) -> Beyond:
    found = analyse(function, kinds, suspended=False, care=care)
    others = found.recursive - {function.source.fn.__code__}
    params = [p.name for p in function.params]
    arguments = any(found.is_written(p) for p in params)
    if constructs and arguments and not found.unknown:
        roots = {found.find(p) for p in params}
        arguments = any(
            found.find(n) in roots and any(not _fills(s, params[0]) for s in stmts) for n, stmts in found.stores.items()
        )
    known = OUTSIDE in found.parent
    given = [function.result, *(s.value for s in core.walk(function.body) if isinstance(s, core.Yield))]
    gives = known and any(isinstance(v, Var) and found.find(v.name) == found.find(OUTSIDE) for v in given)
    leaves = known and any(found.find(p) == found.find(OUTSIDE) for p in params)
    gives = gives or (constructs and leaves)
    written, stored = known and found.is_written(OUTSIDE), known and found.is_stored(OUTSIDE)
    parts = {p: found.find(p) for p in params}
    if isinstance(function.result, Var):
        parts[RESULT] = found.find(function.result.name)
    filled = tuple(filter(found.is_stored, params))
    return Beyond(arguments, written, stored, bool(found.unseen), gives, leaves, filled, parts, others)


def _fills(stmt: Stmt, new: str) -> bool:
    """Whether a store gives a new object an attribute."""
    return isinstance(stmt, core.StoreAttr) and stmt.base.name == new
