"""`rows[i][c]`: the cotangent of a number in a list of lists goes to its place, without a list of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable

from dualad.analysis.kinds import Kind
from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.work import Work
from dualad.syntax.core import Var

Help = Callable[..., ast.expr]


def is_nested(kind: Kind) -> bool:
    """Whether it is a kind of lists of lists of numbers."""
    inner = all(row.tag == "list" and row.items and all(n.is_number for n in row.items) for row in kind.items)
    return kind.tag == "list" and bool(kind.items) and inner


def is_steady(work: Work, var: Var) -> bool:
    """Whether an operand is a list of lists of numbers that nobody changes."""
    reach = work.facts.memory
    return is_nested(work.kind(var)) and not (reach.is_written(var.name) or reach.is_protected(var.name))


def to_their_places(code: Code, adding: dict[str, str], helper: Help, table: Table) -> None:
    """Put together what makes a list of zeros, adds to one item of it, and adds the list to a container.

    `adding` has the names of "add_slot" and "add_row" in the code.
    """
    for stmt in code:
        for block in blocks.children(stmt):
            to_their_places(block, adding, helper, table)
    for at in range(len(code) - 3, -1, -1):
        made = _put_together(code[at : at + 3], adding, helper, table)
        if made is not None:
            for stmt in code[at : at + 3]:
                table.forget(stmt)
            table.note(made)
            code[at : at + 3] = [made]


def _put_together(three: Code, adding: dict[str, str], helper: Help, table: Table) -> ast.stmt | None:
    match three:
        case [
            ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.BinOp(left=ast.List(elts=[ast.Constant()]), op=ast.Mult(), right=ast.Call(args=[like])),
            ),
            ast.AugAssign(
                target=ast.Subscript(value=ast.Name(id=changed), slice=key), op=ast.Add() | ast.Sub() as op, value=ct
            ),
            ast.Expr(value=ast.Call(func=ast.Name(id=called), args=[container, index, ast.Name(id=given)])),
        ] if name == changed == given and called in adding.values() and table.reads[name] == 2:
            if name in build.names_in(ct) | build.names_in(index):
                return None
            if called == adding.get("add_row"):
                return build.augmented(build.subscript(build.subscript(container, index), key), op, ct)
            ct = build.neg(ct) if isinstance(op, ast.Sub) else ct
            return ast.Expr(helper("add_item", container, index, key, ct, like))
    return None
