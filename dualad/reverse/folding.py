"""Folding in the reverse sweep: numbers written in place, factors put together."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.primal import While


def propagate_constants(code: Code, names: set[str], literals: set[str], table: Table) -> None:
    """Replace names of the reverse sweep that are bound once, to a number or another such name, by that.

    That is done of `names`, and where it is a number of `literals`.
    """
    values: dict[str, ast.expr] = {}

    def sweep(block: Code) -> None:
        kept = []
        for stmt in block:
            for inner in blocks.children(stmt):
                sweep(inner)
            if type(stmt) is ast.Assign and isinstance(stmt.targets[0], ast.Name):
                name = stmt.targets[0].id
                positive = build.sign_of(stmt.value)[1]
                known = values.get(positive.id) if isinstance(positive, ast.Name) else positive
                literal = known is not None and isinstance(build.sign_of(known)[1], ast.Constant)
                copied = isinstance(stmt.value, ast.Name) and table.binds[stmt.value.id] <= 1
                if table.binds[name] == 1 and ((literal and name in literals) or (copied and name in names)):
                    found = build.replaced(stmt.value, values)
                    negative, positive = build.sign_of(found)
                    values[name] = build.neg(positive) if negative else found
                    table.forget(stmt)
                    continue
            kept.append(stmt)
        block[:] = kept

    sweep(code)
    if values:
        for stmt in blocks.walk(code):
            if not values.keys().isdisjoint(table.facts[stmt].reads):
                _each(stmt, lambda node: build.replaced(node, values))
                table.replaced(stmt, values)


def _each(stmt: ast.stmt, change: Callable[[Any], Any]) -> None:
    """Change the expressions of a statement that stand outside its blocks."""
    match stmt:
        case ast.If() | While():
            stmt.test = change(stmt.test)
        case ast.For():
            stmt.iter = change(stmt.iter)
        case ast.With() | ast.FunctionDef() | ast.Try():
            pass
        case _:
            build.apply(stmt, change)


def simplify(code: Code, folding: Simplify, table: Table) -> None:
    """Fold the expressions of statements of the reverse sweep, those inside them left out."""
    for stmt in code:
        if type(stmt) is ast.Assign:
            stmt.value = folding.assigned(stmt.value)
        elif type(stmt) is ast.AugAssign:
            folding.visit(stmt)
        else:
            _each(stmt, folding.visit)
        if folding.dropped:
            table.changed(stmt)
            folding.dropped = False


class Simplify:
    """Folds products and quotients of the reverse sweep, scalars first (`c * (2 * x)` is `(c * 2) * x`)."""

    def __init__(self, scalars: set[str], owned: Callable[[ast.expr], ast.expr]) -> None:
        self.scalars = scalars
        self.owned = owned  # a copy, where folding would hand out an object that was to be a fresh one
        self.dropped = False  # whether a product was found to be zero, so that names are no longer read

    def assigned(self, value: ast.expr) -> ast.expr:
        """The value of an assignment: `1.0 * x` was a fresh array, which may be added to in place; `x` is not."""
        found = self.visit(value)
        aliases = (ast.Name, ast.Attribute, ast.Subscript)
        if isinstance(found, aliases) and not isinstance(value, aliases) and not self.is_scalar(found):
            return self.owned(found)
        return found  # type: ignore[no-any-return]

    def visit(self, node: Any) -> Any:
        """The expression folded, in place where it can be."""
        cls = type(node)
        if cls is ast.Name or cls is ast.Constant:
            return node
        if cls is ast.BinOp:
            node.left, node.right = self.visit(node.left), self.visit(node.right)
            if type(node.op) is ast.Mult:
                return self.product(node.left, node.right)
            if type(node.op) is ast.Div and isinstance(node.left, ast.UnaryOp) and isinstance(node.left.op, ast.USub):
                return build.neg(ast.BinOp(node.left.operand, ast.Div(), node.right))
            if type(node.op) in (ast.Add, ast.Sub):
                return self.sum(node)
            return node
        build.apply(node, self.visit)
        if cls is ast.UnaryOp and type(node.op) is ast.USub:
            return build.neg(node.operand)
        elif cls is ast.Subscript:
            negative, positive = build.sign_of(node.value)
            if _takes_out(positive, node.slice):
                kept: Any = positive
                total = ast.Call(kept.func, [], kept.keywords[:1])
                return build.neg(total) if negative else total
        elif cls is ast.Call and type(node.func) is ast.Attribute and node.func.attr == "sum":
            if build.is_number(node.func.value, 0):
                return build.const(0.0)
            negative, positive = build.sign_of(node.func.value)
            if negative:
                node.func.value = positive
                return build.neg(node)
        elif cls is ast.AugAssign and type(node.op) is ast.Add:
            negative, positive = build.sign_of(node.value)
            if negative:
                node.op, node.value = ast.Sub(), positive
        return node

    def sum(self, node: ast.BinOp) -> ast.expr:
        """`a + -b` is `a - b`."""
        negative, positive = build.sign_of(node.right)
        if negative:
            return ast.BinOp(node.left, ast.Sub() if type(node.op) is ast.Add else ast.Add(), positive)
        return node

    def product(self, left: ast.expr, right: ast.expr) -> ast.expr:
        negative, positive = build.sign_of(left)
        if negative:
            return build.neg(self.product(positive, right))
        if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult):
            if self.is_scalar(left) and self.is_scalar(right.left):
                return build.mul(self.number(build.mul(left, right.left)), right.right)
            if isinstance(right.left, ast.Constant) and not isinstance(left, ast.Constant):
                return build.mul(build.mul(left, right.left), right.right)
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div) and self.is_scalar(left):
            if isinstance(left.left, ast.Constant) and isinstance(right, ast.Constant):
                return ast.BinOp(self.number(ast.BinOp(left.left, ast.Mult(), right)), ast.Div(), left.right)
        if build.is_number(left, 0) or build.is_number(right, 0):
            if not (self.is_scalar(left) and self.is_scalar(right)):
                return ast.BinOp(left, ast.Mult(), right)  # an array of zeros, which others may take for an array
            self.dropped = True
        return self.number(_with_one_literal(left, right) or build.mul(left, right))

    def number(self, node: ast.expr) -> ast.expr:
        """Fold `(1.0 / n) * 2` to `2.0 / n` and products of numbers."""
        match node:
            case ast.BinOp(
                op=ast.Mult(), left=ast.Constant(value=float() | int() as a), right=ast.Constant(value=b)
            ) if type(b) in (int, float):
                return build.const(a * b)  # type: ignore[operator]
            case ast.BinOp(
                op=ast.Mult(),
                left=ast.BinOp(op=ast.Div(), left=ast.Constant(value=a), right=n),
                right=ast.Constant(value=b),
            ) if type(a) in (int, float) and type(b) in (int, float):
                return ast.BinOp(build.const(a * b), ast.Div(), n)  # type: ignore[operator]
        return node

    def is_scalar(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.Name():
                return node.id in self.scalars
            case ast.Attribute(attr="size" | "ndim"):
                return True
            case ast.BinOp():
                return self.is_scalar(node.left) and self.is_scalar(node.right)
            case ast.UnaryOp():
                return self.is_scalar(node.operand)
            case ast.Call(func=ast.Name(id="len")):
                return True
        return False


def _with_one_literal(left: ast.expr, right: ast.expr) -> ast.expr | None:
    """`x * 2.0 * 3.0` as `x * 6.0`, and so `2.0 * x * 3.0` and `(x * 2.0)[k] * 3.0`; None of anything else."""
    if isinstance(left, ast.Subscript) and isinstance(right, ast.Constant):
        negative, whole = build.sign_of(left.value)
        inner = _with_one_literal(whole, right)
        if inner is None:
            return None
        return ast.Subscript(build.neg(inner) if negative else inner, left.slice, left.ctx)
    match left, right:
        case ast.BinOp(op=ast.Mult(), left=other, right=ast.Constant(value=a)), ast.Constant(value=b):
            first = False
        case ast.BinOp(op=ast.Mult(), left=ast.Constant(value=a), right=other), ast.Constant(value=b):
            first = True
        case _:
            return None
    if type(a) not in (int, float) or type(b) not in (int, float):
        return None
    product: Any = a * b  # type: ignore[operator]
    if not sys.float_info.min <= product <= sys.float_info.max:
        return None
    return build.mul(build.const(product), other) if first else build.mul(other, build.const(product))


def _takes_out(node: ast.expr, key: ast.expr) -> bool:
    """Whether a key takes out exactly the axis that a sum has kept, so that the sum need not keep it."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="sum"),
            args=[],
            keywords=[ast.keyword("axis", ast.Constant(int() as axis)), ast.keyword("keepdims", ast.Constant(True))],
        ):
            parts = key.elts if isinstance(key, ast.Tuple) else [key]
            return axis < len(parts) and all(
                build.is_number(part, 0) if i == axis else _is_whole(part) for i, part in enumerate(parts)
            )
    return False


def _is_whole(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None
