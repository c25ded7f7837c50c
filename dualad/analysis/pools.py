"""Objects of plain classes that lists of the function hold, as whole numbers and a list for each attribute.

`for b in bodies: b.x += dt * b.v` stores by the number that `b` is into lists which the function makes: their kinds are
known, and their cotangents are followed by name. The number is the object: who holds it twice, or by two names, holds
the same one. Objects of several classes count in steps, from another number for each class.
"""

from __future__ import annotations

import operator
from collections import Counter
from typing import Any

from dualad.analysis import plain_classes
from dualad.analysis.given_objects import Copied
from dualad.analysis.inferred import Kinds
from dualad.analysis.plain_classes import FIELD, KEPT
from dualad.analysis.whereabouts import Blank, Narrowed, Place, Whereabouts, is_exactly
from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.core import Bind, Const, Function, Stmt, Var
from dualad.syntax.names import Names

Block = list[Stmt]


def pooled(function: Function, inferred: Kinds) -> tuple[Function, set[tuple[str, type]]] | None:
    """The function with numbers in the place of such objects, and their names; None where there are none.

    What a new object gets before anybody else holds it stays an object (`dissolving` takes it apart). The statements,
    which are this function's own, are changed in place.
    """
    where = Whereabouts(function, inferred, {}, likely=False)
    scan = _Scan(function, where)
    pools = [pool for pool in scan.pools() if pool.may_be_made(function)]
    if not pools:
        return None
    return _Pooling(function, scan, pools).run()


class _Pool:
    """The objects of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.classes = sorted(place.classes, key=lambda cls: (cls.__module__, cls.__qualname__, id(cls)))
        self.blanks: list[tuple[Block, Bind]] = []
        self.given = False  # whether some are copies of objects that are given, which stay as they are made
        self.stores: list[str] = []  # names of objects that are stored into
        self.asked = False  # whether which object it is is asked for
        self.changed = False  # whether a list of such objects is changed once it is made
        self.stored: dict[type, dict[str, None]] = {cls: {} for cls in self.classes}
        self.read: dict[type, dict[str, None]] = {cls: {} for cls in self.classes}
        self.columns: dict[tuple[type, str], str] = {}
        self.counts: dict[type, str] = {}
        self.barred = False

    def may_be_made(self, function: Function) -> bool:
        """Whether each class's objects get all the attributes that are ever read, and nothing but attributes."""
        if self.barred or not self.blanks:
            return False
        if self.given and (self.asked or self.changed or set(self.stores) - {b.target for _, b in self.blanks}):
            return False
        for cls in self.classes:
            for name in self.stored[cls]:
                plain = plain_classes.means(cls, name) in (FIELD, KEPT)
                if not plain or not plain_classes.may_have(cls, name):
                    return False
            for name in self.read[cls].keys() - self.stored[cls].keys():
                if plain_classes.means(cls, name) != KEPT or not _is_named(cls, function):
                    return False
        return not any(held.found().called for held in self.place.fields.values())


def _is_named(cls: type, function: Function) -> bool:
    """Whether a class can be read by its name."""
    bound = {name for stmt in core.walk(function.body) for name in core.targets(stmt)}
    bound |= {p.name for p in function.params} | set(function.source.cells)
    return function.source.globals.get(cls.__name__) is cls and cls.__name__ not in bound


class _Scan:
    """What is done with the objects of each place."""

    def __init__(self, function: Function, where: Whereabouts) -> None:
        self.function, self.where = function, where
        self.bound = Counter(name for stmt in core.walk(function.body) for name in core.targets(stmt))
        self.found: dict[Place, _Pool] = {}
        for name in where.places:
            place = where.of(name)
            if place is not None and place.is_of_objects and place not in self.found:
                self.found[place] = _Pool(place)
        self.classes = self._classes()
        for stmt in core.walk(function.body):
            self._stmt(stmt)
        self._blanks(function.body)

    def pools(self) -> list[_Pool]:
        return list(self.found.values())

    def pool(self, atom: Any) -> _Pool | None:
        """The objects that a name holds one of."""
        place = self.where.of(atom.name) if isinstance(atom, Var) else None
        return None if place is None else self.found.get(place)

    def _classes(self) -> dict[str, set[type]]:
        """The classes of the objects that a name holds, where it holds not those of all."""
        found: dict[str, set[type]] = {}
        copied: list[tuple[str, str]] = []
        for stmt in core.walk(self.function.body):
            for name in core.targets(stmt):
                pool = self.pool(Var(name))
                if pool is None:
                    continue
                source: Any = stmt.args[0] if isinstance(stmt, Bind) and stmt.op == "copy" else None
                held = found.setdefault(name, set())
                if isinstance(source, Const):
                    held.add(source.value.cls)
                elif source is not None and isinstance(stmt.fn, Narrowed):  # type: ignore[attr-defined]
                    held.add(stmt.fn.cls)  # type: ignore[attr-defined]
                    pool.barred = pool.barred or not pool.place.classes <= stmt.fn.among  # type: ignore[attr-defined]
                elif source is not None:
                    copied.append((name, source.name))
                else:
                    held |= pool.place.classes
        changed = True
        while changed:
            changed = False
            for name, source in copied:
                more = found.get(source, set()) - found[name]
                found[name] |= more
                changed = changed or bool(more)
        return found

    def _stmt(self, stmt: Stmt) -> None:
        if isinstance(stmt, Bind) and stmt.op == "attr":
            self._attribute(stmt, stmt.args[0], stmt.fn, stored=False)
        elif isinstance(stmt, core.StoreAttr):
            self._attribute(stmt, stmt.base, stmt.name, stored=True)
        elif isinstance(stmt, Bind) and stmt.op == "prim" and stmt.fn in SAME:
            pool = self.pool(stmt.args[0])
            if pool is not None:
                pool.asked = True
        else:
            self._changes(stmt)

    def _changes(self, stmt: Stmt) -> None:
        """A statement that may change a list of objects, otherwise than as a comprehension makes it."""
        method = isinstance(stmt, Bind) and stmt.op in ("method", "inplace")
        base = stmt.args[0] if method else stmt.base if isinstance(stmt, core.Store) else None  # type: ignore
        place = self.where.of(base.name) if isinstance(base, Var) else None
        pool = None if place is None or place.item is None else self.found.get(place.item.found())
        if pool is not None:
            pool.changed = True

    def _attribute(self, stmt: Any, owner: Any, name: str, stored: bool) -> None:
        pool = self.pool(owner)
        if pool is None:
            return
        classes = self.classes.get(owner.name, set())
        if len(classes) != 1:
            pool.barred = True
        for cls in classes:
            (pool.stored if stored else pool.read)[cls][name] = None
            pool.stores += [owner.name] if stored else []
            if stored and plain_classes.is_frozen(cls) and stmt.node is not None:
                pool.barred = True
        if stored and self.where.inferred.of(stmt.value).tag in CALLED:
            pool.barred = True  # what is called is known by the object that holds it

    def _blanks(self, block: Block) -> None:
        for i, stmt in enumerate(block):
            if isinstance(stmt, Bind) and stmt.op == "copy" and isinstance(stmt.args[0], Const):
                pool = self.pool(Var(stmt.target)) if isinstance(stmt.args[0].value, Blank) else None
                if pool is not None:
                    pool.blanks.append((block, stmt))
                    pool.given = pool.given or isinstance(stmt.args[0].value, Copied)
                    pool.barred = pool.barred or not self._is_alone(block[i + 1 :], stmt.target)
            for inner in core.blocks(stmt):
                self._blanks(inner)

    def _is_alone(self, rest: Block, name: str) -> bool:
        """Whether a name is bound to one new object alone, and met in the rest of the block only."""
        if self.bound[name] != 1:
            return False
        everywhere = sum(_mentions(stmt, name) for stmt in core.walk(self.function.body))
        return everywhere == sum(_mentions(stmt, name) for stmt in core.walk(rest))


def _mentions(stmt: Stmt, name: str) -> int:
    return sum(isinstance(a, Var) and a.name == name for a in core.operands(stmt))


class _Pooling:
    """Changes a function."""

    def __init__(self, function: Function, scan: _Scan, pools: list[_Pool]) -> None:
        self.function, self.scan = function, scan
        self.pools = {pool.place: pool for pool in pools}
        self.fresh = Names(function.source.tree)
        self.fresh.reserve(*function.identifiers, *(n for stmt in core.walk(function.body) for n in core.targets(stmt)))
        self.temps = set(function.temps)
        self.looked_up = dict.fromkeys(function.looked_up)

    def run(self) -> tuple[Function, set[tuple[str, type]]]:
        names = {
            (name, cls)
            for name in self.scan.where.places
            for pool in [self._pool(Var(name))]
            if pool is not None
            for cls in self.scan.classes.get(name, ())
        }
        first: Block = []
        for pool in self.pools.values():
            first += self._lists(pool)
        for pool in self.pools.values():
            for block, made in pool.blanks:
                self._enter(pool, block, made)
        body = first + self._block(self.function.body)
        identifiers = self.function.identifiers | {n for s in core.walk(body) for n in core.targets(s)}
        function = replace(
            self.function, body=body, temps=self.temps, identifiers=identifiers, looked_up=tuple(self.looked_up)
        )
        return function, names

    def _pool(self, atom: Any) -> _Pool | None:
        pool = self.scan.pool(atom)
        return pool if pool is not None and pool.place in self.pools else None

    def _temp(self, base: str) -> str:
        name = self.fresh.fresh(base)
        self.temps.add(name)
        return name

    def _lists(self, pool: _Pool) -> Block:
        """What a function begins with: a list for each attribute, and the number of the next object of each class."""
        made: Block = []
        for i, cls in enumerate(pool.classes):
            pool.counts[cls] = self._temp(f"{cls.__name__.lower()}_next")
            made.append(Bind(pool.counts[cls], "copy", [Const(i)]))
            for name in pool.stored[cls]:
                self.looked_up[cls, name] = None
                pool.columns[cls, name] = self._temp(f"{cls.__name__}_{name}")
                made.append(Bind(pool.columns[cls, name], "list", []))
        return made

    def _enter(self, pool: _Pool, block: Block, made: Bind) -> None:
        """A new object gets a number where it is first held by something else."""
        blank: Any = made.args[0]
        cls, old, start = blank.value.cls, made.target, block.index(made)
        end = next((k for k in range(start + 1, len(block)) if self._is_held(block[k], old)), len(block))
        number = self._temp(old)
        entered: Block = []
        for name in pool.stored[cls]:
            value = self._temp(f"{old}_{name}")
            entered += self._first(pool, cls, old, name, value, block[start:end])
            column = Var(pool.columns[cls, name])
            entered.append(Bind(self._temp("append"), "method", [column, Var(value)], fn="append", line=made.line))
        count = pool.counts[cls]
        entered.append(Bind(number, "copy", [Var(count)], line=made.line))
        step = Const(len(pool.classes))
        following = self._temp(count)
        entered.append(Bind(following, "prim", [Var(count), step], fn=operator.add, line=made.line))
        entered.append(Bind(count, "copy", [Var(following)], line=made.line))
        for stmt in core.walk(block[end:]):
            for atom in core.operands(stmt):
                if isinstance(atom, Var) and atom.name == old:
                    atom.name = number
        self.scan.where.places[number] = pool.place
        self.scan.classes[number] = {cls}
        self.scan.where.places.pop(old)
        block[end:end] = entered

    def _first(self, pool: _Pool, cls: type, old: str, name: str, value: str, before: Block) -> Block:
        """An attribute as it is when an object gets its number: its own, or what its class has for it."""
        stored = any(isinstance(s, core.StoreAttr) and (s.base.name, s.name) == (old, name) for s in core.walk(before))
        if not stored and plain_classes.means(cls, name) == KEPT and _is_named(cls, self.function):
            return self._of_class(Bind(value, "attr", [Var(old)], fn=name), cls)
        return [Bind(value, "attr", [Var(old)], fn=name)]

    def _of_class(self, stmt: Bind, cls: type) -> Block:
        """What a class has for an attribute."""
        held = self._temp(cls.__name__.lower())
        self.looked_up[cls, stmt.fn] = None
        return [Bind(held, "global", [], fn=cls.__name__, line=stmt.line), replace(stmt, args=[Var(held)])]

    def _is_held(self, stmt: Stmt, name: str) -> bool:
        """Whether anything but reading and storing attributes is done with an object."""
        for each in core.walk([stmt]):
            asked = _mentions(each, name)
            read = isinstance(each, Bind) and each.op == "attr"
            stored = isinstance(each, core.StoreAttr) and each.base.name == name
            if asked > (1 if read or stored else 0):
                return True
        return False

    def _block(self, block: Block) -> Block:
        return [new for stmt in block for new in self._stmt(stmt)]

    def _stmt(self, stmt: Stmt) -> Block:
        match stmt:
            case Bind(op="copy", fn=Narrowed()) if self._pool(Var(stmt.target)) is not None:
                return [replace(stmt, fn=None)]
            case Bind(op="call", fn=Const(value=asked)) if asked is is_exactly:
                pool = self._pool(stmt.args[0])
                return [stmt] if pool is None else self._is_of(pool, stmt)
            case Bind(op="attr"):
                pool = self._pool(stmt.args[0])
                if pool is not None:
                    (cls,) = self.scan.classes[stmt.args[0].name]  # type: ignore[union-attr]
                    if stmt.fn not in pool.stored[cls]:
                        return self._of_class(stmt, cls)
                    before, column, key = self._place(pool, stmt.args[0], stmt.fn, stmt)
                    return [*before, replace(stmt, op="prim", args=[column, key], fn=operator.getitem)]
            case core.StoreAttr():
                pool = self._pool(stmt.base)
                if pool is not None:
                    before, column, key = self._place(pool, stmt.base, stmt.name, stmt)
                    return [*before, core.Store(column, key, stmt.value, line=stmt.line, node=stmt.node)]
            case Bind(op="prim") if stmt.fn in SAME and self._pool(stmt.args[0]) is not None:
                return [replace(stmt, fn=SAME[stmt.fn])]
        for block in core.blocks(stmt):
            block[:] = self._block(block)
        return [stmt]

    def _is_of(self, pool: _Pool, stmt: Bind) -> Block:
        """Which class an object is of, by its number."""
        rest = self._temp("rest")
        cls = stmt.args[1].value  # type: ignore[union-attr]
        left = Bind(rest, "prim", [stmt.args[0], Const(len(pool.classes))], fn=operator.mod, line=stmt.line)
        if cls not in pool.classes:  # none of them is there after all
            return [replace(stmt, op="copy", args=[Const(False)], fn=None)]
        return [left, replace(stmt, op="prim", args=[Var(rest), Const(pool.classes.index(cls))], fn=operator.eq)]

    def _place(self, pool: _Pool, owner: Any, name: str, stmt: Stmt) -> tuple[Block, Var, Var]:
        """The list of an attribute, and the place of an object in it."""
        (cls,) = self.scan.classes[owner.name]
        column = Var(pool.columns[cls, name])
        if len(pool.classes) == 1:
            return [], column, Var(owner.name)
        place = self._temp("place")
        found = Bind(place, "prim", [Var(owner.name), Const(len(pool.classes))], fn=operator.floordiv, line=stmt.line)
        return [found], column, Var(place)


CALLED = ("object", "ours", "derivative")
"""Kinds of what may be called."""

SAME = {operator.is_: operator.eq, operator.is_not: operator.ne}
