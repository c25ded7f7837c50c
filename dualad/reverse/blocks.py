"""Statements of the emitted code: the blocks and headers that they have, and which names they read and bind."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.primal import While

Blocks = list[Code]


def children(stmt: ast.stmt) -> Blocks:
    """The blocks inside a statement."""
    match stmt:
        case ast.If():
            return [stmt.body, stmt.orelse]
        case While():
            return [stmt.tests, stmt.body]
        case ast.For() | ast.With() | ast.FunctionDef():
            return [stmt.body]
    return []


def walk(code: Code) -> Iterator[ast.stmt]:
    """All statements, those inside others included."""
    for stmt in code:
        yield stmt
        for block in children(stmt):
            yield from walk(block)


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
    return [stmt]


def loads(code: Code) -> Counter[str]:
    """How often each name is read."""
    found: Counter[str] = Counter()
    for stmt in walk(code):
        for header in headers(stmt):
            for node in build.walk(header):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found[node.id] += 1
        if isinstance(stmt, ast.AugAssign) and isinstance(stmt.target, ast.Name):
            found[stmt.target.id] += 1
    return found


def uses(code: Code) -> Counter[str]:
    """How often each name is read, or bound if that is more."""
    reads, bound = loads(code), stores(code)
    return Counter({n: max(reads[n], bound[n]) for n in reads})


def stores(code: Code) -> Counter[str]:
    """How often each name is bound."""
    found: Counter[str] = Counter()
    for stmt in walk(code):
        for header in headers(stmt):
            for node in build.walk(header):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    found[node.id] += 1
        if isinstance(stmt, ast.FunctionDef):
            found.update(a.arg for a in stmt.args.args)
            found[stmt.name] += 1
    return found
