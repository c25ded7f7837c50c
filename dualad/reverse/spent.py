"""Cotangents of arrays that a store wrote, where nobody reads them any more: their places need not be cleared."""

from __future__ import annotations

import ast

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.work import comment_line


def taken(code: Code, clearing: str, other: str) -> Code:
    """The outermost block with calls of the helper `other` for those of `clearing`, of copies that nobody reads later.

    What is only read need not be a copy either.
    """
    later: set[str] = set()  # names that are read after what was put into `out` last
    last: set[str] = set()  # names that this reads
    out: Code = []
    for stmt in reversed(code):
        name = _copied(stmt)
        if out and name is not None and name not in later and name == _cleared(out[-1], clearing):
            out[-1] = _with_helper(out[-1], clearing, other)
            continue
        if comment_line(stmt) is None:
            later |= last
            last = {n for inner in blocks.walk([stmt]) for n in blocks.fact_of(inner).reads}
        out.append(stmt)
    return out[::-1]


def _cleared(stmt: ast.stmt, helper: str) -> str | None:
    """The name of the buffer that a simple statement takes something out of by a helper."""
    if type(stmt) not in (ast.Assign, ast.AugAssign):
        return None
    reads = blocks.fact_of(stmt).reads
    for node in build.walk(stmt):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == helper:
            buffer = node.args[0]
            return buffer.id if isinstance(buffer, ast.Name) and reads.count(buffer.id) == 1 else None
    return None


def _copied(stmt: ast.stmt) -> str | None:
    """The name in `name = name.copy()`."""
    match stmt:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=source), attr="copy"), args=[], keywords=[]),
        ) if name == source:
            return name
    return None


def _with_helper(stmt: ast.stmt, clearing: str, other: str) -> ast.stmt:
    made = build.replaced(build.copied(stmt), {clearing: build.name(other)})
    made.user_line = getattr(stmt, "user_line", 0)
    return made  # type: ignore[no-any-return]
