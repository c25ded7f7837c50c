"""Dicts that a function makes, fills by computed keys and keeps: positions by key, and a list of values.

`cache[f"h{i}"] = v` looks up, or makes, the key's position in a dict of whole numbers, and stores by that into a list,
whose kind is known and whose cotangents are followed by name. Order, missing keys and length are those of a dict of
the same keys. A dict whose values turn out to be of several kinds, or whose keys may be active, stays as it is.
"""

from __future__ import annotations

import builtins
import operator
from collections import Counter
from collections.abc import Collection
from typing import Any

from dualad.analysis.inferred import Kinds
from dualad.analysis.kinds import Kind
from dualad.records import record, replace
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Function, Stmt, Var
from dualad.syntax.names import Names

Block = list[Stmt]
LISTING = (builtins.sorted, builtins.list, builtins.tuple)
"""What takes all keys of a dict at once."""

TAKING = (builtins.sum, builtins.list, builtins.max, builtins.min, builtins.tuple)
"""What takes all values of a dict at once."""


@record(eq=False, slots=True)
class Parts:
    """What stands for a dict: names of the positions by key, of lists of keys and values, and of the next position."""

    places: str
    keys: str
    values: str
    following: str
    listed: bool = False  # whether keys are gone through


def apart(function: Function, inferred: Kinds, left: Collection[str]) -> tuple[Function, dict[str, Parts]] | None:
    """The function without such dicts, but for those `left`, and what stands for them; None where there are none."""
    names = _Scan(function, inferred).candidates().difference(left)
    if not names:
        return None
    work = _Replacement(function, inferred, sorted(names))
    return work.run(), work.parts


def wrong(function: Function, inferred: Kinds, parts: dict[str, Parts]) -> set[str]:
    """The dicts that should have stayed: of what is known now of their keys and values."""
    found: set[str] = set()
    by_values = {p.values: name for name, p in parts.items()}
    by_places = {p.places: name for name, p in parts.items()}
    for stmt in core.walk(function.body):
        match stmt:
            case Bind(op="list") if stmt.target in by_values:
                if not _is_of_one_kind(inferred.target(stmt, stmt.target)):
                    found.add(by_values[stmt.target])
            case core.Store(base=Var(name), key=key) if name in by_places and not _is_key(inferred.of(key)):
                found.add(by_places[name])
            case Bind(op="prim" | "dict", args=[Var(name), key]) if name in by_places and not _is_key(inferred.of(key)):
                found.add(by_places[name])
    return found


def _is_of_one_kind(kind: Kind) -> bool:
    """Whether it is a list of numbers or arrays, which may be active."""
    if kind.tag != "list" or not kind.items or all(item.inactive for item in kind.items):
        return False
    tags = {"array" if item.tag == "array" else "number" if item.is_number else item.tag for item in kind.items}
    return tags in ({"array"}, {"number"})


def _is_key(kind: Kind) -> bool:
    if kind.tag == "tuple":
        return kind.value is None and all(map(_is_key, kind.items))
    return kind.tag in ("str", "int", "bool", "none")


class _Scan:
    """Which names hold dicts that are made here, and of which all uses are known."""

    def __init__(self, function: Function, inferred: Kinds) -> None:
        self.function, self.inferred = function, inferred
        self.made: set[str] = set()
        self.lost = {p.name for p in function.params} | set(function.outer)
        self.views: dict[str, str] = {}
        self.read = Counter(
            a.name for s in core.walk(function.body) for a in core.operands(s) if isinstance(a, Var)
        )  # fmt: skip
        if isinstance(function.result, Var):
            self.lost.add(function.result.name)

    def candidates(self) -> set[str]:
        self._block(self.function.body)
        stored = {
            s.base.name
            for s in core.walk(self.function.body)
            if isinstance(s, core.Store) and not isinstance(s.key, Const)
        }
        computed = {
            s.args[0].name  # type: ignore[union-attr]
            for s in core.walk(self.function.body)
            if isinstance(s, Bind) and s.op == "prim" and s.fn is operator.getitem and isinstance(s.args[0], Var)
        }
        return (self.made - self.lost) & (stored | computed | set(self.views.values()))

    def _block(self, block: Block) -> None:
        for i, stmt in enumerate(block):
            self._stmt(stmt, next((s for s in block[i + 1 :] if not _sets_a_flag(s)), None))
            for inner in core.blocks(stmt):
                self._block(inner)

    def _stmt(self, stmt: Stmt, following: Stmt | None) -> None:
        displayed = isinstance(stmt, Bind) and stmt.op == "dict" and not stmt.stars
        for name in core.targets(stmt):
            (self.made if displayed else self.lost).add(name)
        if isinstance(stmt, core.Delete | core.Try | core.With):
            self.lost |= {a.name for a in core.operands(stmt) if isinstance(a, Var)}
            self.lost |= {stmt.name} if isinstance(stmt, core.Delete) else set()
        if isinstance(stmt, core.For) and isinstance(stmt.iter, Var):
            over = self.views.get(stmt.iter.name, stmt.iter.name)
            if any(over in core.targets(s) for s in core.walk(stmt.body)):
                self.lost.add(over)  # another dict gets the name while the loop goes through this one
        subject = self._subject(stmt, following)
        for atom in core.operands(stmt):
            if isinstance(atom, Var) and atom is not subject:
                self.lost.add(atom.name)

    def _subject(self, stmt: Stmt, following: Stmt | None) -> Any:
        """The operand that may be such a dict, as far as the statement goes."""
        match stmt:
            case core.Store():
                return stmt.base
            case core.For():
                return stmt.iter
            case core.If() | core.While():
                return stmt.test
            case Bind(op="prim") if stmt.fn in (operator.getitem, operator.contains, operator.not_):
                return stmt.args[0]
            case Bind(op="call", args=[first]) if not stmt.kwargs and not stmt.stars:
                return first if self._calls(stmt, (builtins.len, *LISTING)) else None
            case Bind(op="method") if not stmt.kwargs and not stmt.stars:
                return stmt.args[0] if self._is_known(stmt, following) else None
        return None

    def _calls(self, stmt: Bind, functions: tuple[Any, ...]) -> bool:
        return _calls(stmt, self.inferred, functions)

    def _is_known(self, stmt: Bind, following: Stmt | None) -> bool:
        """Whether a method of a dict is one that is understood; a view has to be taken apart at once."""
        arguments = len(stmt.args) - 1
        if stmt.fn in ("get", "setdefault"):
            return 1 <= arguments <= 2 and (stmt.fn == "get" or arguments == 2)
        if stmt.fn not in ("items", "values", "keys") or arguments or stmt.target not in self.function.temps:
            return False
        if self.read[stmt.target] != 1 or not isinstance(stmt.args[0], Var):
            return False
        self.views[stmt.target] = stmt.args[0].name
        if isinstance(following, core.For) and _is(following.iter, stmt.target):
            return True
        taken = isinstance(following, Bind) and following.op == "call" and len(following.args) == 1
        if stmt.fn != "values" or not taken or following.kwargs or following.stars:  # type: ignore[union-attr]
            return False
        return _is(following.args[0], stmt.target) and self._calls(following, TAKING)  # type: ignore


def _calls(stmt: Bind, inferred: Kinds, functions: tuple[Any, ...]) -> bool:
    """Whether a statement calls one of some builtins."""
    callee = inferred.callee.get(stmt)
    called = None if callee is None else callee.value if callee.primitive is None else callee.primitive.fn
    return any(called is fn for fn in functions)


def _sets_a_flag(stmt: Stmt) -> bool:
    return isinstance(stmt, Bind) and stmt.op == "copy" and isinstance(stmt.args[0], Const)


def _is(atom: Any, name: str) -> bool:
    return isinstance(atom, Var) and atom.name == name


class _Replacement:
    """Copies a function with lists in the place of dicts."""

    def __init__(self, function: Function, inferred: Kinds, names: list[str]) -> None:
        self.function, self.inferred = function, inferred
        self.fresh = Names(function.source.tree)
        self.fresh.reserve(*function.identifiers, *(n for stmt in core.walk(function.body) for n in core.targets(stmt)))
        self.temps = set(function.temps)
        self.parts = {name: self._parts(name) for name in names}
        self._gone_through()
        self.views: dict[str, tuple[str, Parts]] = {}  # by name of a view: which, and of what

    def run(self) -> Function:
        body = self._block(self.function.body)
        identifiers = self.function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
        return replace(self.function, body=body, temps=self.temps, identifiers=identifiers)

    def _parts(self, name: str) -> Parts:
        places, keys, values, following = [self._temp(f"{name}_{end}") for end in ("places", "keys", "values", "next")]
        return Parts(places, keys, values, following)

    def _gone_through(self) -> None:
        """Find the dicts whose keys are taken one by one."""
        for stmt in core.walk(self.function.body):
            over = stmt.iter if isinstance(stmt, core.For) else None
            if isinstance(stmt, Bind) and stmt.op == "method" and stmt.fn in ("items", "keys"):
                over = stmt.args[0]
            if isinstance(stmt, Bind) and stmt.op == "call" and _calls(stmt, self.inferred, LISTING):
                over = stmt.args[0] if stmt.args else None
            parts = self._of(over)
            if parts is not None:
                parts.listed = True

    def _temp(self, base: str) -> str:
        name = self.fresh.fresh(base)
        self.temps.add(name)
        return name

    def _of(self, atom: Any) -> Parts | None:
        return self.parts.get(atom.name) if isinstance(atom, Var) else None

    def _block(self, block: Block) -> Block:
        return [new for stmt in block for new in self._stmt(stmt)]

    def _inside(self, stmt: Stmt) -> Stmt:
        changes: dict[str, Any] = {
            f: self._block(getattr(stmt, f)) for f in ("body", "orelse", "test_body") if hasattr(stmt, f)
        }
        return replace(stmt, **changes) if changes else stmt

    def _stmt(self, stmt: Stmt) -> Block:
        match stmt:
            case Bind(op="dict") if stmt.target in self.parts:
                return self._display(stmt, self.parts[stmt.target])
            case core.Store() if (parts := self._of(stmt.base)) is not None:
                return self._store(stmt, parts)
            case core.For() if isinstance(stmt.iter, Var):
                return self._loop(stmt)
            case core.If() | core.While() if (parts := self._of(stmt.test)) is not None:
                return [replace(self._inside(stmt), test=Var(parts.places))]  # type: ignore[call-arg]
            case Bind(op="prim") if (parts := self._of(stmt.args[0])) is not None:
                if stmt.fn is operator.getitem:
                    return self._read(parts, stmt.args[1], stmt)
                return [replace(stmt, args=[Var(parts.places), *stmt.args[1:]])]
            case Bind(op="call", args=[Var(name)]) if name in self.parts:
                listed = _calls(stmt, self.inferred, LISTING)
                return [replace(stmt, args=[Var(self.parts[name].keys if listed else self.parts[name].places)])]
            case Bind(op="call", args=[Var(name)]) if name in self.views:
                return [replace(stmt, args=[Var(self.views[name][1].values)])]
            case Bind(op="method") if (parts := self._of(stmt.args[0])) is not None:
                return self._method(stmt, parts)
        return [self._inside(stmt)]

    def _display(self, stmt: Bind, parts: Parts) -> Block:
        keys, values = stmt.args[::2], stmt.args[1::2]
        literal = [k.value for k in keys if isinstance(k, Const)]
        known = len(literal) == len(keys) == len({(type(k), k) for k in literal})
        known = known and all(type(k) in (str, int) for k in literal)
        pairs: list[Atom] = [a for i, k in enumerate(keys) for a in (k, Const(i))] if known else []
        made: Block = []
        places = replace(stmt, target=parts.places, args=pairs)
        held = Bind(parts.values, "list", list(values) if known else [], line=stmt.line)
        if parts.listed:
            listed: list[Atom] = [Const(k) for k in literal] if known else []
            made = [Bind(parts.keys, "list", listed, line=stmt.line)]
        made += [places, held, Bind(parts.following, "copy", [Const(len(keys) if known else 0)])]
        for key, value in [] if known else zip(keys, values, strict=True):
            made += self._put(parts, key, value, stmt)
        return made

    def _store(self, stmt: core.Store, parts: Parts) -> Block:
        if stmt.aug is None:
            return self._put(parts, stmt.key, stmt.value, stmt)
        place, found = self._place(parts, stmt.key, stmt)
        return [found, replace(stmt, base=Var(parts.values), key=Var(place))]

    def _place(self, parts: Parts, key: Atom, stmt: Any) -> tuple[str, Bind]:
        """The position of a key that is there."""
        place = self._temp("place")
        args: list[Atom] = [Var(parts.places), _again(key)]
        return place, Bind(place, "prim", args, fn=operator.getitem, line=stmt.line, node=stmt.node)

    def _put(self, parts: Parts, key: Atom, value: Atom, stmt: Any) -> Block:
        """A store: into the position that the key has, or a new one."""
        known, made, more = self._temp("known"), self._temp("place"), self._temp("next")
        asked = Bind(known, "prim", [Var(parts.places), _again(key)], fn=operator.contains, line=stmt.line)
        place, found = self._place(parts, key, stmt)
        key_and: list[Atom] = [Var(parts.keys), _again(key)]
        there: Block = [found, core.Store(Var(parts.values), Var(place), _again(value), line=stmt.line, node=stmt.node)]
        new: Block = [
            Bind(made, "copy", [Var(parts.following)], line=stmt.line),
            core.Store(Var(parts.places), _again(key), Var(made), line=stmt.line, node=stmt.node),
            Bind(self._temp("append"), "method", [Var(parts.values), _again(value)], fn="append", line=stmt.line),
            *([Bind(self._temp("append"), "method", key_and, fn="append", line=stmt.line)] if parts.listed else []),
            Bind(more, "prim", [Var(parts.following), Const(1)], fn=operator.add, line=stmt.line),
            Bind(parts.following, "copy", [Var(more)], line=stmt.line),
        ]
        return [asked, core.If(Var(known), there, new, line=stmt.line)]

    def _read(self, parts: Parts, key: Atom, stmt: Bind) -> Block:
        place, found = self._place(parts, key, stmt)
        return [found, replace(stmt, op="prim", args=[Var(parts.values), Var(place)], fn=operator.getitem)]

    def _method(self, stmt: Bind, parts: Parts) -> Block:
        if stmt.fn in ("items", "values", "keys"):
            self.views[stmt.target] = stmt.fn, parts
            return []
        key = stmt.args[1]
        default = stmt.args[2] if len(stmt.args) > 2 else Const(None)
        there = self._read(parts, key, stmt)
        known = self._temp("known")
        asked = Bind(known, "prim", [Var(parts.places), _again(key)], fn=operator.contains, line=stmt.line)
        missing: Block = [Bind(stmt.target, "copy", [_again(default)], line=stmt.line)]
        if stmt.fn == "setdefault":
            missing = self._put(parts, key, default, stmt)[1].orelse + missing  # type: ignore[attr-defined]
        return [asked, core.If(Var(known), there, missing, line=stmt.line)]

    def _loop(self, stmt: core.For) -> Block:
        name = stmt.iter.name  # type: ignore[union-attr]
        body = self._block(stmt.body)
        if name in self.parts:
            view, parts = "keys", self.parts[name]
        elif name in self.views:
            view, parts = self.views[name]
        else:
            return [replace(stmt, body=body)]
        stored = any(isinstance(s, core.Store) and s.base.name in (parts.places, parts.values) for s in core.walk(body))
        if view == "values" and not stored:
            return [replace(stmt, iter=Var(parts.values), body=body)]
        if view == "values":
            return self._live_values(stmt, parts, body)
        if view == "keys" and not stored:
            return [replace(stmt, iter=Var(parts.keys), body=body)]
        key, value, body = self._pair(stmt, body) if view == "items" else (stmt.target, self._temp("spare"), body)
        if not stored:
            return self._zipped(stmt, [parts.keys, parts.values], [key, value], body)
        # Who makes the dict longer meanwhile is told by the dict of positions.
        if view == "items":
            place, found = self._place(parts, Var(key), stmt)
            body = [found, self._value(parts, place, value, stmt), *body]
            value = self._temp("spare")
        return self._zipped(stmt, [parts.keys, parts.places], [key, value], body)

    def _live_values(self, stmt: core.For, parts: Parts, body: Block) -> Block:
        """Values that are stored into as they are gone through."""
        view, place = self._temp("view"), self._temp("place")
        return [
            Bind(view, "method", [Var(parts.places)], fn="values", line=stmt.line),
            replace(stmt, iter=Var(view), target=place, body=[self._value(parts, place, stmt.target, stmt), *body]),
        ]

    def _zipped(self, stmt: core.For, over: list[str], names: list[str], body: Block) -> Block:
        """A loop over several at once."""
        both, item = self._temp("pairs"), self._temp("item")
        unpacked = core.Unpack(names, None, Var(item), line=stmt.line, node=stmt.node)
        return [
            Bind(both, "call", [Var(n) for n in over], fn=Const(builtins.zip), line=stmt.line, node=stmt.node),
            replace(stmt, iter=Var(both), target=item, body=[unpacked, *body]),
        ]

    def _pair(self, stmt: core.For, body: Block) -> tuple[str, str, Block]:
        """The names that an item of a dict is unpacked to, and the rest of the body."""
        first = body[0] if body else None
        alone = sum(_is(a, stmt.target) for s in core.walk(body) for a in core.operands(s)) == 1
        if isinstance(first, core.Unpack) and _is(first.value, stmt.target) and alone and _is_pair(first):
            return first.targets[0], first.targets[1], body[1:]
        key, value = self._temp("key"), self._temp("value")
        return key, value, [Bind(stmt.target, "tuple", [Var(key), Var(value)], line=stmt.line), *body]

    def _value(self, parts: Parts, place: str, target: str, stmt: Any) -> Bind:
        args: list[Atom] = [Var(parts.values), Var(place)]
        return Bind(target, "prim", args, fn=operator.getitem, line=stmt.line, node=stmt.node)


def _is_pair(stmt: core.Unpack) -> bool:
    return len(stmt.targets) == 2 and stmt.star is None and stmt.targets[0] != stmt.targets[1]


def _again(atom: Atom) -> Atom:
    """An atom for one more place: each read of a name is an object of its own."""
    return Var(atom.name) if isinstance(atom, Var) else atom
