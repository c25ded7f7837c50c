"""Statements of the emitted code: the blocks and headers that they have, and which names they read and bind."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping

from dualad.records import record
from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.primal import KeptInPlace, Leavable, While

Blocks = list[Code]
SIMPLE = frozenset({ast.Assign, ast.Expr, ast.AugAssign, ast.Return, ast.Pass})


def children(stmt: ast.stmt) -> Blocks:
    """The blocks inside a statement."""
    found = type(stmt)
    if found in SIMPLE:
        return []
    if found is ast.If:
        return [stmt.body, stmt.orelse]  # type: ignore[attr-defined]
    if found is While:
        return [stmt.tests, stmt.body]  # type: ignore[attr-defined]
    if found is ast.For or found is ast.With or found is ast.FunctionDef or found is Leavable:
        return [stmt.body]  # type: ignore[attr-defined]
    if isinstance(stmt, ast.Try):
        return [stmt.body, *(h.body for h in stmt.handlers), stmt.orelse, stmt.finalbody]
    return []


def walk(code: Code) -> Code:
    """All statements, those inside others included, each before those inside it."""
    found: Code = []
    _gather(code, found)
    return found


def _gather(code: Code, found: Code) -> None:
    for stmt in code:
        found.append(stmt)
        if type(stmt) not in SIMPLE:
            for block in children(stmt):
                _gather(block, found)


def headers(stmt: ast.stmt) -> list[ast.AST]:
    """The expressions of a statement that stand outside its blocks."""
    match stmt:
        case ast.If() | While():
            return [stmt.test]
        case ast.For():
            return [stmt.iter, stmt.target]
        case ast.With():
            return list(stmt.items)
        case ast.FunctionDef():
            return [stmt.args, *stmt.decorator_list]
        case ast.Try():
            return [h.type for h in stmt.handlers if h.type is not None]
    return [stmt]


@record(slots=True, eq=False, repr=False)
class Fact:
    """The names that a statement itself reads and binds, as often as it does.

    `late`: a function or generator is made there, which may read names later. `calls`: the user's code calls something
    that may do more than give a value; `changes`: a call of ours does.
    """

    reads: list[str]
    binds: list[str]
    late: bool = False
    calls: bool = False
    changes: bool = False


_LATE = (ast.Lambda, ast.GeneratorExp)
_CHANGING = (build.Impure, ast.Yield, ast.YieldFrom)
_CALLING = (ast.Call, ast.NamedExpr, ast.Await)


def fact_of(stmt: ast.stmt) -> Fact:
    """What a statement reads and binds outside its blocks."""
    fact = Fact([], [])
    for header in (stmt,) if type(stmt) in SIMPLE else headers(stmt):
        seldom = build.collect(header, fact.reads, fact.binds)
        if seldom:
            fact.late |= not seldom.isdisjoint(_LATE)
            fact.changes |= not seldom.isdisjoint(_CHANGING)
            fact.calls |= not seldom.isdisjoint(_CALLING)
    if type(stmt) is ast.Assign:
        return fact
    if isinstance(stmt, ast.Assign | KeptInPlace):  # one that stays, for it may do more
        fact.calls = True
    if isinstance(stmt, ast.AugAssign):
        if isinstance(stmt.target, ast.Name):
            fact.reads.append(stmt.target.id)
    elif isinstance(stmt, ast.Global | ast.Nonlocal):
        fact.reads += stmt.names  # as others may
    elif isinstance(stmt, ast.FunctionDef):
        fact.binds += [a.arg for a in stmt.args.args]
        fact.binds.append(stmt.name)
    elif isinstance(stmt, ast.Try):
        fact.binds += [h.name for h in stmt.handlers if h.name]
    return fact


class Table:
    """What each statement reads and binds, found out once, and how often each name is read and bound in all.

    Who changes, adds or removes a statement says so.
    """

    def __init__(self, code: Code) -> None:
        self.facts: dict[ast.stmt, Fact] = {}
        self.reads: Counter[str] = Counter()
        self.binds: Counter[str] = Counter()
        self.grown: set[ast.stmt] = set()  # statements that took in the value of another
        self.add(code)

    def add(self, code: Code) -> None:
        """Statements that are new, with those inside them."""
        for stmt in walk(code):
            self.note(stmt)

    def fact(self, stmt: ast.stmt) -> Fact:
        """What a statement reads and binds, be it one of later making."""
        return self.facts.get(stmt) or fact_of(stmt)

    def note(self, stmt: ast.stmt) -> None:
        """A new statement (not those inside it)."""
        self.facts[stmt] = fact = fact_of(stmt)
        for name in fact.reads:
            self.reads[name] += 1
        for name in fact.binds:
            self.binds[name] += 1

    def forget(self, stmt: ast.stmt) -> None:
        """A statement that is gone (not those inside it)."""
        fact = self.facts.pop(stmt)
        for name in fact.reads:
            self.reads[name] -= 1
        for name in fact.binds:
            self.binds[name] -= 1

    def changed(self, stmt: ast.stmt) -> None:
        """A statement of which an expression has changed."""
        self.forget(stmt)
        self.note(stmt)

    def replaced(self, stmt: ast.stmt, values: Mapping[str, ast.expr]) -> None:
        """A statement in which names have been replaced by other names or literals."""
        fact = self.facts[stmt]
        for name in [n for n in fact.reads if n in values]:
            fact.reads.remove(name)
            self.reads[name] -= 1
            value = values[name]
            if isinstance(value, ast.Name):
                fact.reads.append(value.id)
                self.reads[value.id] += 1

    def with_inner(self, stmt: ast.stmt) -> Fact:
        """What a statement reads and binds, what stands inside it included."""
        found = Fact([], [])
        for inner in walk([stmt]):
            found.reads += self.facts[inner].reads
            found.binds += self.facts[inner].binds
        return found

    def moved(self, name: str, source: ast.stmt, reader: ast.stmt) -> None:
        """The value of `source` now stands in `reader`, where `name` was read; `source` is gone."""
        gone, into = self.facts.pop(source), self.facts[reader]
        into.reads.remove(name)
        into.reads += gone.reads
        into.late |= gone.late
        into.calls |= gone.calls
        into.changes |= gone.changes
        self.grown.add(reader)
        self.reads[name] -= 1
        self.binds[name] -= 1


def stores(code: Code) -> set[str]:
    """The names that are bound."""
    return {name for stmt in walk(code) for name in fact_of(stmt).binds}
