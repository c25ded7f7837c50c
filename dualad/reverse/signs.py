"""Negations of numbers in the reverse sweep that vanish in the sums they are part of: `a = -b; c += a * d`."""

from __future__ import annotations

import ast

from dualad.reverse import blocks, build, folding
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table


def absorbed(code: Code, names: set[str], simplify: folding.Simplify, table: Table) -> None:
    """Read `-b` instead of a name of `names` that is bound to it, where every sign then makes `+` a `-`.

    Both are numbers, which nothing changes in place.
    """
    for block in [code, *(b for s in blocks.walk(code) for b in blocks.children(s))]:
        for stmt in list(block):
            match stmt:
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.UnaryOp(op=ast.USub(), operand=ast.Name(id=source))
                ) if {name, source} <= names and table.binds[name] == 1:
                    readers = _readers(block, stmt, name, source, table)
                    if readers is not None:
                        _replace(block, stmt, readers, simplify, table)


def _readers(block: Code, stmt: ast.stmt, name: str, source: str, table: Table) -> Code | None:
    """All statements that read a name, if the signs vanish in them and they see what `source` was at `stmt`."""
    found: Code = []
    left = table.reads[name]
    for other in block[block.index(stmt) + 1 :]:
        if not left:
            break
        fact = table.facts[other] if type(other) in blocks.SIMPLE else table.with_inner(other)
        if name in fact.reads:
            if not (isinstance(other, ast.Assign | ast.AugAssign) and _vanishes(other, name)):
                return None
            left -= fact.reads.count(name)
            found.append(other)
        if source in fact.binds:
            break
    return None if left or not found else found


def _vanishes(node: ast.AST, name: str, absorbs: bool = False) -> bool:
    """Whether the sign of a name disappears wherever a tree reads it; `absorbs`: the sign of the tree does."""
    match node:
        case ast.Name():
            return absorbs or node.id != name
        case ast.UnaryOp(op=ast.USub()):
            return _vanishes(node.operand, name, True)
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            return _vanishes(node.left, name, absorbs) and _vanishes(node.right, name)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _vanishes(node.left, name) and _vanishes(node.right, name, True)
        case ast.AugAssign(op=ast.Add()):
            return _vanishes(node.target, name) and _vanishes(node.value, name, True)
    return all(_vanishes(child, name) for child in ast.iter_child_nodes(node))


def _replace(block: Code, stmt: ast.Assign, readers: Code, simplify: folding.Simplify, table: Table) -> None:
    values = {stmt.targets[0].id: stmt.value}  # type: ignore[attr-defined]
    for reader in readers:
        build.replace_in_headers(reader, values)
        table.changed(reader)
        folding.simplify([reader], simplify, table)
    table.forget(stmt)
    block.remove(stmt)
