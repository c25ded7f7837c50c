"""Matrices that nobody reads any more are forgotten before products make new ones: the most memory in use is less.

What is computed element by element goes into dead arrays anyway (`reuse`); a product has a shape of its own.
"""

from __future__ import annotations

import ast

from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.shapes import Shapes

PRODUCTS = ("dot", "matmul", "tensordot", "einsum")


def freed(code: Code, shapes: Shapes, table: Table) -> Code:
    """The code with `del` of dead matrices before the products of its outermost block; the list itself if none is."""
    products = {i for i, stmt in enumerate(code) if _is_product(stmt)}
    matrices = {
        n for known in (shapes.user, shapes.values) for n, k in known.items() if k is not None and _is_matrix(k)
    }
    if len(products) < 2 or not matrices or any(isinstance(n, ast.Lambda) for s in code for n in build.walk(s)):
        return code
    reads = [_reads(stmt, table) & matrices for stmt in code]
    last = {name: i for i, names in enumerate(reads) for name in names}
    alive: set[str] = set()
    out: Code = []
    for i, stmt in enumerate(code):
        dead = sorted(n for n in alive if last.get(n, -1) < i)
        if i in products and dead:
            out.append(ast.Delete([ast.Name(n, ast.Del()) for n in dead]))
            alive.difference_update(dead)
        out.append(stmt)
        if type(stmt) is ast.Assign and isinstance(stmt.targets[0], ast.Name) and stmt.targets[0].id in matrices:
            alive.add(stmt.targets[0].id)
    return out if len(out) > len(code) else code


def _is_matrix(kind: object) -> bool:
    return getattr(kind, "tag", "") == "array" and len(getattr(kind, "dims", ())) > 1


def _is_product(stmt: ast.stmt) -> bool:
    """Whether a statement binds a name to a product of matrices."""
    value = stmt.value if type(stmt) is ast.Assign else None
    if isinstance(value, ast.BinOp):
        return isinstance(value.op, ast.MatMult)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in PRODUCTS


def _reads(stmt: ast.stmt, table: Table) -> set[str]:
    """All names in a statement, with those inside it."""
    fact = table.facts.get(stmt)
    if fact is not None and type(stmt) in (ast.Assign, ast.AugAssign, ast.Expr, ast.Return):
        return {*fact.reads, *(build.names_in(stmt.target) if isinstance(stmt, ast.AugAssign) else ())}
    return {node.id for node in build.walk(stmt) if isinstance(node, ast.Name)}
