"""Arithmetic of stacks that writes into a temporary one: half of its time goes into fresh memory else.

An operand that is an expression of its own is held by nobody, so that the result may take its place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.reverse import blocks, build
from dualad.reverse.stacks import Stack

Operation = Callable[[Any, Any], Any]


def times(own: Any, other: Any) -> Any:
    """`own * other`."""
    made = _by_rows(np.multiply, own, other)
    return own * other if made is None else made


def over(own: Any, other: Any) -> Any:
    """`own / other`."""
    made = _by_rows(np.true_divide, own, other)
    return own / other if made is None else made


def plus(own: Any, other: Any) -> Any:
    """`own + other`."""
    made = _of_two(np.add, own, other, own)
    return own + other if made is None else made


def plus_either(left: Any, right: Any) -> Any:
    """`left + right`, both of which nobody else sees."""
    made = _of_two(np.add, left, right, left)
    if made is None:
        made = _of_two(np.add, right, left, right)
    return left + right if made is None else made


def minus(own: Any, other: Any) -> Any:
    """`own - other`."""
    made = _of_two(np.subtract, own, other, own)
    return own - other if made is None else made


def taken_from(own: Any, other: Any) -> Any:
    """`other - own`."""
    made = _of_two(np.subtract, other, own, own)
    return other - own if made is None else made


def negated(own: Any) -> Any:
    """`-own`."""
    if type(own) is not Stack:
        return -own
    np.negative(own.rows, out=own.rows)
    return own


def _by_rows(ufunc: np.ufunc, own: Any, other: Any) -> Stack | None:
    """An operation with what is the same in all directions, in place; None where the result is another array."""
    if type(own) is not Stack:
        return None
    rows = own.rows
    if type(other) is np.ndarray:
        same = other.dtype is rows.dtype and other.ndim < rows.ndim
        if not same or any([n not in (1, m) for n, m in zip(other.shape[::-1], rows.shape[::-1])]):
            return None
    elif type(other) is not float:
        return None
    ufunc(rows, other, out=rows)
    return own


def _of_two(ufunc: np.ufunc, left: Any, right: Any, own: Any) -> Stack | None:
    """A sum or difference of two stacks, in place; None where it is something else."""
    if type(left) is not Stack or type(right) is not Stack:
        return None
    mine, theirs = (left, right) if own is left else (right, left)
    fits = mine.rows.ndim == theirs.rows.ndim and all(
        [n in (1, m) for m, n in zip(mine.rows.shape[1:], theirs.rows.shape[1:])]
    )
    if left.rows.dtype is not right.rows.dtype or not fits:
        return None
    if left.first == right.first and len(left.rows) == len(right.rows):
        ufunc(left.rows, right.rows, out=own.rows)
        return own  # type: ignore[no-any-return]
    if own is left and right.first < 0:
        return left
    start, count = right.first - left.first, len(right.rows)
    if own is not left or left.first < 0 or start < 0 or start + count > len(left.rows):
        return None
    part = left.rows[start : start + count]  # the others are as they were
    ufunc(part, right.rows, out=part)
    return left


OF_LEFT: dict[type[ast.operator], Operation] = {ast.Mult: times, ast.Div: over, ast.Add: plus, ast.Sub: minus}
OF_RIGHT: dict[type[ast.operator], Operation] = {ast.Mult: times, ast.Add: plus, ast.Sub: taken_from}


class Growing:
    """Names of tangents that nothing but sums bind anew, each in one statement with what it was: `x_dot = y + x_dot`.

    They hold an array of their own, which no other name holds or sees a part of, so that a sum may take its place.
    """

    def __init__(self, code: list[ast.stmt], dots: set[str], made: set[str]) -> None:
        self.made = made  # the names of what makes stacks
        self.refused: set[str] = set()
        sums: set[str] = set()
        for stmt in code:
            match stmt:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in dots:
                    self.expression(value)
                    if self.is_sum(value, name):
                        sums.add(name)
                    elif not self.is_fresh(value):
                        self.refused.add(name)
                case ast.Return(value=value) if value is not None:
                    self.expression(value, last=True)
                case _:
                    for header in blocks.headers(stmt):
                        self.refused |= build.names_in(header)
        self.names = sums - self.refused

    def is_fresh(self, value: ast.expr) -> bool:
        """Whether an expression makes an array."""
        made = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self.made
        return made or isinstance(value, ast.BinOp | ast.Constant)

    def is_sum(self, value: ast.expr, name: str) -> bool:
        match value:
            case ast.BinOp(left=ast.Name(id=left), op=ast.Add() | ast.Sub(), right=other) if left == name:
                return name not in build.names_in(other)
            case ast.BinOp(left=other, op=ast.Add(), right=ast.Name(id=right)) if right == name:
                return name not in build.names_in(other)
        return False

    def expression(self, node: ast.expr, last: bool = False) -> None:
        """Refuse names that an expression hands on as they are, or in part; at the `last` nobody reads them again."""
        match node:
            case ast.BinOp():
                for operand in (node.left, node.right):
                    inner = operand
                    while isinstance(inner, ast.Subscript):
                        self.refused |= build.names_in(inner.slice)
                        inner = inner.value
                    if not isinstance(inner, ast.Name):
                        self.expression(inner)
            case ast.UnaryOp():
                if not isinstance(node.operand, ast.Name):
                    self.expression(node.operand)
            case ast.Name() if last:
                return
            case ast.Tuple() | ast.Call() if last:
                parts = node.elts if isinstance(node, ast.Tuple) else [node.func, *node.args]
                for part in parts:
                    self.expression(part.value if isinstance(part, ast.Attribute) else part, last=True)
            case _:
                self.refused |= build.names_in(node)


class Temporaries(ast.NodeTransformer):
    """Calls these functions in the expressions of tangents; `dots` are the names of tangents."""

    def __init__(self, dots: set[str], helper: Callable[[str, Any], str]) -> None:
        self.dots = dots
        self.helper = helper
        self.names: set[str] = set()

    def statement(self, stmt: ast.Assign | ast.AugAssign | ast.Return, growing: set[str]) -> None:
        """Rewrite what a statement computes; what sums make of `growing` names goes into their arrays."""
        assert stmt.value is not None
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(left=left, op=op, right=right)) if (
                name in growing
            ):
                if isinstance(left, ast.Name) and left.id == name and type(op) in OF_LEFT:
                    stmt.value = self.call(OF_LEFT[type(op)], left, self.visit(right))
                    return
                if isinstance(right, ast.Name) and right.id == name and type(op) in OF_RIGHT:
                    stmt.value = self.call(OF_RIGHT[type(op)], right, self.visit(left))
                    return
        stmt.value = self.visit(stmt.value)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, right = self.is_temporary(node.left), self.is_temporary(node.right)
        if left and right and isinstance(node.op, ast.Add):
            return self.call(plus_either, node.left, node.right)
        if left and type(node.op) in OF_LEFT:
            return self.call(OF_LEFT[type(node.op)], node.left, node.right)
        if right and type(node.op) in OF_RIGHT:
            return self.call(OF_RIGHT[type(node.op)], node.right, node.left)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.USub) and self.is_temporary(node.operand):
            return self.call(negated, node.operand)
        return node

    def is_temporary(self, node: ast.expr) -> bool:
        """Whether an expression makes a tangent that only the operation around it sees."""
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Name) and node.func.id in self.names
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        return (negated or isinstance(node, ast.BinOp)) and bool(build.names_in(node) & self.dots)

    def call(self, fn: Callable[..., Any], *operands: ast.expr) -> ast.expr:
        name = self.helper(fn.__name__, fn)
        self.names.add(name)
        return build.call(build.name(name), list(operands))
