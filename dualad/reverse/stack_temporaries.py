"""Arithmetic of stacks that writes into a temporary one: half of its time goes into fresh memory else.

An operand that is an expression of its own is held by nobody, so that the result may take its place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.reverse import build
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


def minus(own: Any, other: Any) -> Any:
    """`own - other`."""
    made = _of_two(np.subtract, own, other, own)
    return own - other if made is None else made


def taken_from(own: Any, other: Any) -> Any:
    """`other - own`."""
    made = _of_two(np.subtract, other, own, own)
    return other - own if made is None else made


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
    if left.rows.shape != right.rows.shape or left.rows.dtype is not right.rows.dtype:
        return None
    ufunc(left.rows, right.rows, out=own.rows)
    return own  # type: ignore[no-any-return]


OF_LEFT: dict[type[ast.operator], Operation] = {ast.Mult: times, ast.Div: over, ast.Add: plus, ast.Sub: minus}
OF_RIGHT: dict[type[ast.operator], Operation] = {ast.Mult: times, ast.Add: plus, ast.Sub: taken_from}


class Temporaries(ast.NodeTransformer):
    """Calls these functions in the expressions of tangents; `dots` are the names of tangents."""

    def __init__(self, dots: set[str], helper: Callable[[str, Any], str]) -> None:
        self.dots = dots
        self.helper = helper
        self.names: set[str] = set()

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        left, right = self.is_temporary(node.left), self.is_temporary(node.right)
        if left and type(node.op) in OF_LEFT:
            return self.call(OF_LEFT[type(node.op)], node.left, node.right)
        if right and type(node.op) in OF_RIGHT:
            return self.call(OF_RIGHT[type(node.op)], node.right, node.left)
        return node

    def is_temporary(self, node: ast.expr) -> bool:
        """Whether an expression makes a tangent that only the operation around it sees."""
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Name) and node.func.id in self.names
        negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        return (negated or isinstance(node, ast.BinOp)) and bool(build.names_in(node) & self.dots)

    def call(self, fn: Operation, own: ast.expr, other: ast.expr) -> ast.expr:
        name = self.helper(fn.__name__, fn)
        self.names.add(name)
        return build.call(build.name(name), [own, other])
