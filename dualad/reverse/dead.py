"""What nobody reads is removed: of the forward sweep only calls of primitives, of the reverse sweep anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dualad.reverse import blocks, build, tidy
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.primal import Leavable, PureCall, While
from dualad.reverse.work import comment_line


def is_pure(node: ast.AST) -> bool:
    """Whether leaving an expression of the forward sweep out changes nothing but its value."""
    return not any(
        (isinstance(n, ast.Call) and not isinstance(n, PureCall))
        or isinstance(n, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
        for n in build.walk(node)
    )


def remove_dead(code: Code, ours: set[str], table: Table, pullback: Code | None = None) -> None:
    """Remove assignments that nobody reads (`ours`: names of the reverse sweep, whose expressions are all pure).

    `pullback` is the body of the pullback in `code`, if there is one.
    """
    dead = _Dead(code, ours, table)
    while dead.nobody_reads(code) | dead.read_anew(code) | (pullback is not None and dead.read_anew(pullback)):
        pass


class _Dead:
    def __init__(self, code: Code, ours: set[str], table: Table) -> None:
        self.ours = ours
        self.table = table
        self.bound: dict[ast.stmt, set[str]] = {}  # of statements that may go, what they bind
        self.alone = _alone(code, table)
        self.lists = {n for stmt in blocks.walk(code) if _is_list(stmt) for n in _assigned(stmt)}
        self.watched = set(_watched(code))

    def removable(self, stmt: ast.stmt) -> set[str]:
        """The names that a statement binds or takes something out of, if it does nothing else; else none: it stays."""
        found = self.bound.get(stmt)
        if found is None:
            names = _assigned(stmt)
            fact = self.table.facts[stmt]
            may_go = names and (names <= self.ours or not fact.calls) and not fact.changes
            if type(stmt) is ast.AugAssign:
                may_go = may_go and names <= self.alone  # else it may change an object that has other names, too
                if not names.isdisjoint(self.lists):  # what a list is extended by is iterated over
                    may_go = may_go and isinstance(stmt.value, ast.List | ast.Tuple)
            if may_go and stmt in self.watched:
                may_go = _never_raises(stmt)
            if may_go and fact.calls:
                taken = _taken_from(stmt.value)  # type: ignore[attr-defined]
                may_go, names = taken is not None, names | (taken or set())
            found = self.bound[stmt] = names if may_go else set()
        return found

    def nobody_reads(self, code: Code) -> bool:
        """Remove assignments to names that only such assignments read; whether an `if` has gone, too, or may go."""
        writers: dict[str, list[ast.stmt]] = {}
        live: set[str] = set()
        facts = self.table.facts
        for stmt in blocks.walk(code):
            names = self.removable(stmt)
            for name in names:
                writers.setdefault(name, []).append(stmt)
            if not names:
                live.update(facts[stmt].reads)
        pending = list(live)
        while pending:
            for stmt in writers.pop(pending.pop(), ()):
                new = set(facts[stmt].reads) - live
                live |= new
                pending += new
        return self._remove(code, live)

    def _remove(self, code: Code, live: set[str]) -> bool:
        changed = False
        kept: Code = []
        for stmt in code:
            for block in blocks.children(stmt):
                changed |= self._remove(block, live)
            names = self.removable(stmt)
            if names and names.isdisjoint(live):
                self.table.forget(stmt)
            elif type(stmt) in _MAY_BE_EMPTY and _is_empty(stmt):
                changed = True
                for gone in blocks.walk([stmt]):
                    self.table.forget(gone)
            else:
                kept.append(stmt)
        code[:] = kept
        return changed

    def read_anew(self, code: Code) -> bool:
        """Remove assignments to names that are bound anew before they are read."""
        late: set[str] = set()  # names that functions read, who knows when
        for stmt in blocks.walk(code):
            fact = self.table.facts[stmt]
            if isinstance(stmt, ast.FunctionDef):
                late |= self._names_read([stmt])
            elif fact.late:
                late.update(fact.reads)
        before = len(self.table.facts)
        self._backwards(code, set(), late)
        return len(self.table.facts) != before

    def _backwards(self, code: Code, live: set[str], late: set[str]) -> set[str]:
        """Remove what is dead in a block, given the names read after it; those read after its start."""
        kept: Code = []
        for stmt in reversed(code):
            names = self.removable(stmt)
            if names and type(stmt) is ast.Assign and names.isdisjoint(live) and names.isdisjoint(late):
                self.table.forget(stmt)
                continue
            live = self._before(stmt, live, late)
            kept.append(stmt)
        code[:] = kept[::-1]
        return live

    def _before(self, stmt: ast.stmt, live: set[str], late: set[str]) -> set[str]:
        fact = self.table.facts[stmt]
        match stmt:
            case ast.If():
                live = self._backwards(stmt.body, set(live), late) | self._backwards(stmt.orelse, set(live), late)
            case ast.For() | While():
                live |= self._names_read([stmt])
                for block in blocks.children(stmt):
                    self._backwards(block, set(live), late)
            case ast.Try() | Leavable():
                live |= self._names_read([stmt])
            case ast.With():  # its manager may end the block anywhere
                live |= self._names_read([stmt])
                self._backwards(stmt.body, set(live), late | live)
            case ast.FunctionDef():
                live |= self._names_read([stmt])
            case ast.Assign():
                live.difference_update(self.removable(stmt) or _assigned(stmt))
        live.update(fact.reads)
        return live

    def _names_read(self, code: Code) -> set[str]:
        return {name for stmt in blocks.walk(code) for name in self.table.facts[stmt].reads}


def _watched(code: Code) -> Iterator[ast.stmt]:
    """Statements whose exceptions the function itself may handle: they stay, for it may take another way then."""
    for stmt in blocks.walk(code):
        if isinstance(stmt, ast.Try | Leavable):
            yield from blocks.walk(stmt.body)


def _never_raises(stmt: ast.stmt) -> bool:
    """Whether all that a statement does is to give another name to a value; taking it apart may fail."""
    named = isinstance(stmt, ast.Assign) and isinstance(stmt.targets[0], ast.Name)
    return named and isinstance(stmt.value, ast.Name | ast.Constant)  # type: ignore[attr-defined]


def _taken_from(value: ast.expr) -> set[str] | None:
    """The names of what the helpers in an expression take something out of; None where that has no name.

    Whoever reads these later sees that it was taken, be the value itself read or not.
    """
    found: set[str] = set()
    for node in build.walk(value):
        if isinstance(node, ast.Call) and tidy.takes(node):
            source = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
            if not isinstance(source, ast.Name):
                return None
            found.add(source.id)
    return found


def _assigned(stmt: ast.stmt) -> set[str]:
    """The names that an assignment to names binds; none for any other statement."""
    if type(stmt) is ast.Assign:
        target = stmt.targets[0]
        if type(target) is ast.Name:
            return {target.id}
        if type(target) is ast.Tuple and all(isinstance(e, ast.Name) for e in target.elts):
            return {e.id for e in target.elts}  # type: ignore[attr-defined]
    elif type(stmt) is ast.AugAssign and type(stmt.target) is ast.Name:
        return {stmt.target.id}
    return set()


_FRESH = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.List, ast.Tuple, ast.Dict)


def _alone(code: Code, table: Table) -> set[str]:
    """Names that are bound to objects only that have no other name."""
    bound: set[str] = set()
    shared: set[str] = set()
    for stmt in blocks.walk(code):
        if type(stmt) is ast.Assign and type(stmt.targets[0]) is ast.Name:
            value = stmt.value
            made = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "zeros"
            (bound if made or isinstance(value, _FRESH) else shared).add(stmt.targets[0].id)
        elif type(stmt) is not ast.AugAssign:
            shared.update(table.facts[stmt].binds)
    return bound - shared


def _is_list(stmt: ast.stmt) -> bool:
    """Whether a statement binds a name to a new list."""
    return type(stmt) is ast.Assign and type(stmt.value) is ast.List


_MAY_BE_EMPTY = (ast.If, ast.Assign)


def _is_empty(stmt: ast.stmt) -> bool:
    match stmt:
        case ast.If():
            return all(_is_nothing(s) for s in (*stmt.body, *stmt.orelse)) and is_pure(stmt.test)
        case ast.Assign():
            target = stmt.targets[0]
            return isinstance(target, ast.Name) and isinstance(stmt.value, ast.Name) and target.id == stmt.value.id
    return False


def _is_nothing(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Pass) or comment_line(stmt) is not None


def _only_names(value: ast.expr | None) -> bool:
    """Whether nothing is computed in what is returned."""
    items = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(isinstance(item, ast.Name | ast.Constant) for item in items)


def drop_stray_comments(code: Code) -> None:
    """Remove comments that no statement follows, and repetitions."""
    for stmt in code:
        for block in blocks.children(stmt):
            drop_stray_comments(block)
    kept: Code = []
    last: int | None = None
    for i, stmt in enumerate(code):
        line = comment_line(stmt)
        if line is not None:
            following = code[i + 1] if i + 1 < len(code) else None
            if following is None or comment_line(following) is not None or line in (last, 0):
                continue
            if blocks.children(following):  # which has comments of its own inside
                continue
            if isinstance(following, ast.Return) and _only_names(following.value):
                continue
            last = line
        elif blocks.children(stmt):
            last = None
        kept.append(stmt)
    code[:] = kept
