"""Copies that the reverse sweep does not need: of what nobody changes in place while the copy is read.

A copy is made where a cotangent may be added to in place, or where a place changes after it was read. Once all is
written it can be seen whether that happens. Names that may hold the same array are one class (flow-insensitive).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.work import comment_line

# Helpers that may return what they are given.
SAME = frozenset(
    {"fit", "fit_shape", "like", "expand", "cotangent_of", "partial_of", "spread", "unless_whole", "by_element"}
)
FRESH = frozenset({"sum", "dot", "copy", "astype"})  # methods whose results are new arrays


def drop_copies(code: Code, name: str, is_rule: Callable[[str], bool], table: Table) -> None:
    """Drop calls of the copying helper `name` that are not needed; `is_rule`: whether a name is that of a rule."""
    copied = [s for s in blocks.walk(code) if _copied(s, name) is not None]
    if copied:
        _Dropping(code, name, is_rule, table).run()


def _copied(stmt: ast.stmt, name: str) -> ast.expr | None:
    """What a statement `x = owned(value)` copies."""
    match stmt:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id=called), args=[value])) if called == name:
            return value
    return None


def drop_last_copies(primal: Code, reverse: Code, copies: set[str], table: Table) -> None:
    """Drop copies at the end of the forward sweep, after which nothing changes what they are of.

    `copies`: their names. The reverse sweep changes cotangents alone, and runs at once.
    """
    bound = {n for s in blocks.walk(reverse) for n in table.facts[s].binds}
    for i in range(len(primal) - 1, -1, -1):
        stmt = primal[i]
        fact = table.facts[stmt]
        match stmt:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=ast.Attribute(ast.Name(id=source), "copy"))
            ):
                if name in copies and table.binds[name] == 1 and source not in bound:
                    for reader in blocks.walk([*primal[i + 1 :], *reverse]):
                        if name in table.facts[reader].reads:
                            values: dict[str, ast.expr] = {name: build.name(source)}
                            build.replace_in_headers(reader, values)
                            table.replaced(reader, values)
                    table.forget(primal.pop(i))
                    continue
            case ast.Assign(targets=[ast.Name()]) if not fact.calls:
                pass
            case ast.Expr() if comment_line(stmt) is not None:
                continue
            case _:
                return
        bound |= set(fact.binds)


class _Dropping:
    def __init__(self, code: Code, name: str, is_rule: Callable[[str], bool], table: Table) -> None:
        self.code = code
        self.name = name
        self.is_rule = is_rule
        self.table = table
        self.parent: dict[str, str] = {}
        self.changes: dict[ast.stmt, set[str]] = {}
        for stmt in blocks.walk(code):
            self.note(stmt)

    def find(self, name: str) -> str:
        while self.parent.setdefault(name, name) != name:
            name = self.parent[name]
        return name

    def note(self, stmt: ast.stmt) -> None:
        """Which names a statement makes one, and which it may change in place or hand on."""
        changed: set[str] = set()
        match stmt:
            case ast.AugAssign():
                changed |= set(self.held(stmt.target))
            case ast.Assign():
                for target in stmt.targets:
                    if isinstance(target, ast.Name):
                        for held in self.held(stmt.value):
                            self.parent[self.find(held)] = self.find(target.id)
                    elif isinstance(target, ast.Subscript):
                        changed |= set(self.held(target))
            case ast.Return():
                changed |= build.names_in(stmt)  # an owned result is handed out as it is
        for header in blocks.headers(stmt):
            for node in ast.walk(header):
                if isinstance(node, ast.List | ast.Dict) or (isinstance(node, ast.Call) and not self.is_pure(node)):
                    changed |= build.names_in(node)
        if changed:
            self.changes[stmt] = changed

    def is_pure(self, node: ast.Call) -> bool:
        """Whether a call changes nothing and keeps nothing of what it is given."""
        if isinstance(node.func, ast.Name):
            return node.func.id in SAME or node.func.id == self.name or self.is_rule(node.func.id)
        if isinstance(node.func, ast.Attribute):
            of_module = isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "math")
            return (of_module and not any(k.arg == "out" for k in node.keywords)) or node.func.attr in FRESH
        return False

    def held(self, node: ast.expr) -> Iterator[str]:
        """Names whose array an expression may be, or be a view of."""
        match node:
            case ast.Name():
                yield node.id
            case ast.Attribute() | ast.Subscript() | ast.Starred():
                yield from self.held(node.value)
            case ast.Call(func=ast.Name(id=called)):
                for arg in node.args if called != self.name else ():
                    yield from self.held(arg)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module))) if module in ("np", "math"):
                for arg in node.args:
                    yield from self.held(arg)
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in FRESH:
                return
            case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Constant():
                return
            case _:
                yield from build.names_in(node)

    def run(self) -> None:
        changed = {self.find(n) for names in self.changes.values() for n in names}
        for block in [self.code, *(b for s in blocks.walk(self.code) for b in blocks.children(s))]:
            for at, stmt in enumerate(block):
                value = _copied(stmt, self.name)
                if value is None or not isinstance(stmt, ast.Assign):
                    continue
                target = stmt.targets[0].id  # type: ignore[attr-defined]
                if self.table.binds[target] != 1 or self.find(target) in changed:
                    continue
                source = {self.find(n) for n in self.held(value)}
                if not source & changed or self.is_read_before(block, at, target, source):
                    stmt.value = value
                    self.table.changed(stmt)
                    for name in source:  # one class from now on, which changes if one of them does
                        self.parent[name] = self.find(target)
                    changed = {self.find(n) for n in changed}

    def is_read_before(self, block: Code, at: int, target: str, source: set[str]) -> bool:
        """Whether all reads of the target stand in the block, before what it is copied from changes."""
        reading = [i for i in range(at + 1, len(block)) if _reads(block[i], target)]
        inside = sum(_reads(block[i], target) for i in reading)
        if inside != self.table.reads[target]:
            return False
        between = [s for stmt in block[at + 1 : max(reading, default=at) + 1] for s in blocks.walk([stmt])]
        return not any(self.find(n) in source for s in between for n in self.changes.get(s, ()))


def _reads(stmt: ast.stmt, name: str) -> int:
    """How often a statement, or one inside it, reads a name."""
    return sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for inner in blocks.walk([stmt])
        for header in blocks.headers(inner)
        for node in ast.walk(header)
    )
