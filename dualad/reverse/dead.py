"""What nobody reads is removed: of the forward sweep only calls of primitives, of the reverse sweep anything."""

from __future__ import annotations

import ast

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.primal import PureCall
from dualad.reverse.work import comment_line

Facts = dict[int, tuple[set[str], set[str], bool]]


def is_pure(node: ast.AST) -> bool:
    """Whether leaving an expression of the forward sweep out changes nothing but its value."""
    return not any(
        (isinstance(n, ast.Call) and not isinstance(n, PureCall)) or isinstance(n, ast.NamedExpr | ast.Await)
        for n in build.walk(node)
    )


def remove_dead(code: Code, ours: set[str], keep: set[str]) -> None:
    """Remove assignments that nobody reads (`ours`: names of the reverse sweep, whose expressions are all pure)."""
    facts: Facts = {id(s): (_assigned(s), _read(s), _is_removable(s, ours)) for s in blocks.walk(code)}
    while True:
        live = set(keep)
        waiting = [facts[id(s)] for s in blocks.walk(code)]
        before = -1
        while len(live) != before:
            before = len(live)
            left: list[tuple[set[str], set[str], bool]] = []
            for bound, read, removable in waiting:
                if removable and not bound & live:
                    left.append((bound, read, removable))
                else:
                    live |= read
            waiting = left
        if not _remove(code, live, facts):
            return


def _read(stmt: ast.stmt) -> set[str]:
    """The names that a statement itself reads."""
    found = {
        node.id
        for header in blocks.headers(stmt)
        for node in build.walk(header)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return found | _assigned(stmt) if isinstance(stmt, ast.AugAssign) else found


def _is_removable(stmt: ast.stmt, ours: set[str]) -> bool:
    """Whether a statement only binds names, so that it goes when nobody reads these."""
    names = _assigned(stmt)
    return bool(names) and (names <= ours or is_pure(stmt.value))  # type: ignore[attr-defined]


def _assigned(stmt: ast.stmt) -> set[str]:
    match stmt:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign(targets=[ast.Tuple(elts=elts)]) if all(isinstance(e, ast.Name) for e in elts):
            return {e.id for e in elts}  # type: ignore[attr-defined]
    return set()


def _remove(code: Code, live: set[str], facts: Facts) -> bool:
    removed = False
    kept: Code = []
    for stmt in code:
        for block in blocks.children(stmt):
            removed |= _remove(block, live, facts)
        bound, _, removable = facts[id(stmt)]
        if removable and not bound & live:
            removed = True
            continue
        if _is_empty(stmt):
            removed = True
            continue
        kept.append(stmt)
    code[:] = kept
    return removed


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
            last = line
        elif blocks.children(stmt):
            last = None
        kept.append(stmt)
    code[:] = kept
