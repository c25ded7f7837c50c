"""Where objects of plain classes are: which names hold some, and which lists, iterators, tuples and attributes.

What flows into one another is one place (flow-insensitive, by union), so that two names of one list, an object that is
twice in it, or one that another holds need no case of their own. What is not known to leave objects alone loses them.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Iterator
from typing import Any

from dualad.analysis import plain_classes
from dualad.analysis.inferred import Kinds
from dualad.analysis.plain_classes import FIELD, KEPT
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Function, Stmt, Var


class Blank:
    """Stands in core for a new object of a class, without attributes."""

    __slots__ = ("cls",)

    def __init__(self, cls: type) -> None:
        self.cls = cls


class Narrowed:
    """Of a copy: an object that is known to be of `cls` there, of the classes `among` that its place has."""

    __slots__ = ("among", "cls")

    def __init__(self, cls: type, among: frozenset[type]) -> None:
        self.cls, self.among = cls, among


def is_exactly(value: Any, cls: type) -> bool:
    """Stands in core for the test which of the classes of a place an object is of."""
    return type(value) is cls


class Place:
    """What may be found somewhere.

    classes: of the objects that are; other: something else may be; lost: somebody unknown may have it; tested: its
    truth is asked; counts: it is a position that `enumerate` gives; item: of a list or iterator; parts: of a tuple;
    called: it is called; fields: attributes of objects.
    """

    __slots__ = ("called", "classes", "counts", "fields", "item", "lost", "other", "parent", "parts", "tested")

    def __init__(self) -> None:
        self.parent: Place | None = None
        self.classes: set[type] = set()
        self.other = self.lost = self.tested = self.counts = self.called = False
        self.item: Place | None = None
        self.parts: list[Place] | None = None
        self.fields: dict[str, Place] = {}

    def found(self) -> Place:
        """The place that it has become one with."""
        place = self
        while place.parent is not None:
            place = place.parent
        if self is not place:
            self.parent = place
        return place

    def inside(self) -> Iterator[Place]:
        """The places of what it holds."""
        if self.item is not None:
            yield self.item.found()
        for part in self.parts or ():
            yield part.found()
        for held in self.fields.values():
            yield held.found()

    @property
    def is_of_objects(self) -> bool:
        """Whether nothing but objects is there, and all that happens to them is known."""
        if self.other or self.lost or self.tested or self.counts or not self.classes:
            return False
        return self.item is None and self.parts is None


def unite(one: Place, two: Place) -> None:
    """Let two places be one, and what they hold."""
    pending = [(one, two)]
    while pending:
        a, b = (p.found() for p in pending.pop())
        if a is b:
            continue
        b.parent = a
        a.classes |= b.classes
        a.other, a.lost = a.other or b.other, a.lost or b.lost
        a.tested, a.counts, a.called = a.tested or b.tested, a.counts or b.counts, a.called or b.called
        if a.item is not None and b.item is not None:
            pending.append((a.item, b.item))
        a.item = a.item or b.item
        if a.parts is not None and b.parts is not None:
            if len(a.parts) != len(b.parts):
                a.other = True
            pending += zip(a.parts, b.parts, strict=False)
        a.parts = a.parts or b.parts
        for name, held in b.fields.items():
            if name in a.fields:
                pending.append((a.fields[name], held))
            else:
                a.fields[name] = held


LISTS = ("append", "pop", "insert", "extend", "reverse", "clear", "copy")
"""Methods of lists that do nothing to items but put them in, take them out and hand them on."""


COUNTING = (operator.add, operator.sub, operator.mul, operator.mod, operator.floordiv, operator.neg)
"""Operators that make whole numbers of whole numbers."""


class Whereabouts:
    """The places of a function's names.

    `likely`: calls, methods and operators that may yet be written out are taken to lose nothing; `made`: the classes
    of objects that calls of classes make, by statement.
    """

    def __init__(self, function: Function, inferred: Kinds, made: dict[Stmt, type], likely: bool) -> None:
        self.inferred, self.made, self.likely = inferred, made, likely
        self.places: dict[str, Place] = {}
        self.positions: list[tuple[Place, Place]] = []  # of keys that are taken for numbers, and what they are keys of
        for param in function.params:
            self.place(Var(param.name)).other = True
        for name in function.outer:
            self.place(Var(name)).other = True
        for stmt in core.walk(function.body):
            self.stmt(stmt)
        self.lose(function.result)
        self.settle()

    def of(self, name: str) -> Place | None:
        """The place of a name, if it has one."""
        place = self.places.get(name)
        return None if place is None else place.found()

    def place(self, atom: Atom) -> Place:
        """The place of what an atom says; a new one for a literal."""
        if isinstance(atom, Const):
            place = Place()
            place.counts = type(atom.value) is int
            place.other = not place.counts
            return place
        return self.places.setdefault(atom.name, Place()).found()

    def lose(self, *atoms: Any) -> None:
        for atom in atoms:
            if isinstance(atom, Var):
                self.place(atom).lost = True

    def item(self, place: Place) -> Place:
        """The place of a list's items, or an iterator's."""
        place = place.found()
        if place.item is None:
            place.item = Place()
        return place.item.found()

    def field(self, place: Place, name: str) -> Place:
        """The place of an attribute."""
        return place.found().fields.setdefault(name, Place()).found()

    # What statements do

    def stmt(self, stmt: Stmt) -> None:
        match stmt:
            case Bind():
                if not self.bind(stmt):
                    self.unknown(stmt)
            case core.Unpack(star=None, value=Var()):
                self.unpack(stmt)
            case core.For():
                unite(self.place(Var(stmt.target)), self.item(self.place(stmt.iter)))
            case core.Store(aug=None) if self.index(stmt.base, stmt.key):
                unite(self.item(self.place(stmt.base)), self.place(stmt.value))
            case core.Store() if self.likely and self.place(stmt.base).classes:
                pass
            case core.StoreAttr():
                unite(self.field(self.place(stmt.base), stmt.name), self.place(stmt.value))
            case core.Append():
                unite(self.item(self.place(stmt.base)), self.place(stmt.value))
            case core.If() | core.While():
                self.test(stmt.test)
            case _:
                self.unknown(stmt)

    def unknown(self, stmt: Stmt) -> None:
        self.lose(*core.operands(stmt))
        for name in core.targets(stmt):
            self.place(Var(name)).other = True
        if isinstance(stmt, core.Delete):
            self.lose(Var(stmt.name))

    def test(self, atom: Atom) -> None:
        if isinstance(atom, Var):
            self.place(atom).tested = True

    def unpack(self, stmt: core.Unpack) -> None:
        value = self.place(stmt.value)
        if value.parts is None:
            value.parts = [Place() for _ in stmt.targets]
        if len(value.parts) != len(stmt.targets):
            self.unknown(stmt)
            return
        for name, part in zip(stmt.targets, list(value.parts), strict=True):
            unite(self.place(Var(name)), part)

    def is_index(self, key: Atom) -> bool:
        """Whether a subscript is a whole number."""
        if self.inferred.of(key).tag in ("int", "bool"):
            return True
        return isinstance(key, Var) and self.place(key).counts and not self.place(key).other

    def index(self, base: Atom, key: Atom) -> bool:
        """Whether something is taken from a list, or put in, by a whole number."""
        if not self.is_index(key):
            return False
        if self.inferred.of(key).tag not in ("int", "bool"):
            self.positions.append((self.place(key), self.place(base)))
        return True

    def bind(self, stmt: Bind) -> bool:
        """What a statement binds, if that is known."""
        target = self.place(Var(stmt.target))
        match stmt.op:
            case "copy":
                return self.copy(stmt, target)
            case "list" if not stmt.stars:
                item = self.item(target)
                for atom in stmt.args:
                    unite(item, self.place(atom))
                return True
            case "tuple" if not stmt.stars:
                made = Place()
                made.parts = [self.place(atom) for atom in stmt.args]
                unite(target, made)
                return True
            case "call":
                return self.call(stmt, target)
            case "prim":
                return self.prim(stmt, target)
            case "attr" if isinstance(stmt.args[0], Var):
                classes = self.place(stmt.args[0]).classes
                if not classes or all(plain_classes.means(cls, stmt.fn) in (FIELD, KEPT) for cls in classes):
                    unite(target, self.field(self.place(stmt.args[0]), stmt.fn))
                    return True
                return self.likely
            case "method":
                return self.method(stmt, target)
        return self.likely and stmt.op == "inplace"

    def copy(self, stmt: Bind, target: Place) -> bool:
        source = stmt.args[0]
        if isinstance(source, Const):
            if isinstance(source.value, Blank):
                target.classes.add(source.value.cls)
                return True
            if type(source.value) is not int:
                return False
            target.counts = True
            return True
        if stmt.fn is not None and not isinstance(stmt.fn, Narrowed):
            return self.likely
        unite(target, self.place(source))
        return True

    def call(self, stmt: Bind, target: Place) -> bool:
        if isinstance(stmt.fn, Var):
            self.place(stmt.fn).called = True
        if stmt in self.made:
            if not self.likely:
                return False
            target.classes.add(self.made[stmt])
            return True
        callee = self.inferred.callee.get(stmt)
        value = callee.value if callee is not None else None
        called = isinstance(stmt.fn, Const) and stmt.fn.value is is_exactly
        if value is is_exactly or called or (value is isinstance and self.likely):
            return True
        if self.iteration(stmt, value, target):
            return True
        on_object = isinstance(stmt.fn, Var) and bool(self.place(stmt.fn).classes)
        return self.likely and (on_object or stmt in self.inferred.inner)

    def iteration(self, stmt: Bind, value: Any, target: Place) -> bool:
        """Python's own functions that hand items on, or count them."""
        if stmt.stars or any(name not in ("strict", "start") for name, _ in stmt.kwargs):
            return False
        if value is builtins.len:
            target.counts = True
        elif value is builtins.range:
            self.item(target).counts = True
        elif value is builtins.zip:
            made = Place()
            made.parts = [self.item(self.place(atom)) for atom in stmt.args]
            unite(self.item(target), made)
        elif value is builtins.enumerate and stmt.args:
            made, position = Place(), Place()
            position.counts = True
            made.parts = [position, self.item(self.place(stmt.args[0]))]
            unite(self.item(target), made)
        elif (value is builtins.reversed or value is list) and len(stmt.args) == 1 and not stmt.kwargs:
            unite(self.item(target), self.item(self.place(stmt.args[0])))
        else:
            return False
        return True

    def prim(self, stmt: Bind, target: Place) -> bool:
        left, right = stmt.args[0], stmt.args[-1]
        if stmt.fn is operator.getitem and isinstance(left, Var):
            return self.getitem(stmt, target)
        if stmt.fn is operator.not_:
            self.test(left)
            target.other = True
            return True
        if stmt.fn in (operator.is_, operator.is_not) and isinstance(left, Var) and isinstance(right, Var):
            if self.place(left).classes or self.place(right).classes:
                unite(self.place(left), self.place(right))
                target.other = True
                return True
        if stmt.fn is operator.add and isinstance(left, Var) and isinstance(right, Var):
            if self.place(left).item is not None and self.place(right).item is not None:
                unite(self.item(self.place(left)), self.item(self.place(right)))
                unite(self.item(target), self.item(self.place(left)))
                return True
        if stmt.fn in COUNTING and all(self.is_index(a) for a in stmt.args):
            self.positions += [(self.place(a), target) for a in stmt.args]
            target.counts = True
            return True
        return self.likely and any(isinstance(a, Var) and self.place(a).classes for a in stmt.args)

    def getitem(self, stmt: Bind, target: Place) -> bool:
        base, key = self.place(stmt.args[0]), stmt.args[1]
        if self.likely and base.classes:
            return True
        if self.index(stmt.args[0], key):
            position = key.value if isinstance(key, Const) else None
            if base.parts is not None and type(position) is int and -len(base.parts) <= position < len(base.parts):
                unite(target, base.parts[position])
            else:
                unite(target, self.item(base))
            return True
        if self.inferred.of(key).tag == "slice":
            unite(self.item(target), self.item(base))
            return True
        return False

    def method(self, stmt: Bind, target: Place) -> bool:
        base, args = stmt.args[0], stmt.args[1:]
        if not isinstance(base, Var):
            return False
        place = self.place(base)
        if place.classes:
            return self.likely
        if stmt.fn not in LISTS or stmt.kwargs or stmt.stars:
            return False
        match stmt.fn, args:
            case "append", [value]:
                unite(self.item(place), self.place(value))
            case "insert", [at, value] if self.index(base, at):
                unite(self.item(place), self.place(value))
            case "extend", [values]:
                unite(self.item(place), self.item(self.place(values)))
            case "pop", [] | [_] if not args or self.index(base, args[0]):
                unite(target, self.item(place))
                return True
            case "copy", []:
                unite(self.item(target), self.item(place))
                return True
            case "reverse" | "clear", []:
                pass
            case _:
                return False
        target.other = True
        return True

    # What follows

    def all(self) -> list[Place]:
        """All places that names have, and those of what is held there."""
        pending = [place.found() for place in self.places.values()]
        found: dict[Place, None] = {}
        while pending:
            place = pending.pop()
            if place not in found:
                found[place] = None
                pending += place.inside()
        return list(found)

    def settle(self) -> None:
        """What is something else, or lost, holds things that are; what is taken apart in two ways holds one thing."""
        changed = True
        while changed:
            changed = False
            for key, base in self.positions:
                if key.found().other and not (base.found().lost and base.found().other):
                    changed = base.found().lost = base.found().other = True
            for place in self.all():
                if place.parent is not None:
                    changed = True
                    continue
                if place.item is not None and place.parts:
                    for part in place.parts:
                        changed = changed or place.item.found() is not part.found()
                        unite(place.item, part)
                for held in list(place.inside()):
                    other, lost = held.other or place.other, held.lost or place.lost
                    changed = changed or (other, lost) != (held.other, held.lost)
                    held.other, held.lost = other, lost
