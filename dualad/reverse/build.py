"""Building expressions of the emitted code: constructors that fold what is known (ones, zeros, signs, quotients)."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Iterator
from typing import Any

Expr = ast.expr


def name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())


def const(value: Any) -> Expr:
    """A literal; negative numbers, slices and tuples as Python writes them."""
    if isinstance(value, slice):
        return call(name("slice"), [const(value.start), const(value.stop), const(value.step)])
    if isinstance(value, tuple):
        return ast.Tuple([const(v) for v in value], ast.Load())
    if type(value) in (int, float) and (value < 0 or (value == 0 and str(value).startswith("-"))):
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def call(fn: Expr, args: Iterable[Expr] = (), **kwargs: Expr) -> ast.Call:
    return ast.Call(fn, list(args), [ast.keyword(k, v) for k, v in kwargs.items()])


def attribute(value: Expr, attr: str) -> ast.Attribute:
    return ast.Attribute(value, attr, ast.Load())


def subscript(value: Expr, key: Expr) -> ast.Subscript:
    return ast.Subscript(value, key, ast.Load())


def key_expr(value: Any) -> Expr:
    """A literal key as it is written inside brackets."""
    if isinstance(value, slice):
        parts = [None if p is None else const(p) for p in (value.start, value.stop, value.step)]
        return ast.Slice(*parts)
    if isinstance(value, tuple) and value:
        return ast.Tuple([key_expr(v) for v in value], ast.Load())
    return const(value)


def as_key(node: Expr) -> Expr:
    """Calls of `slice` written as slices inside brackets."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "slice"
        and len(node.args) == 3
    ):
        parts = [None if isinstance(a, ast.Constant) and a.value is None else a for a in node.args]
        return ast.Slice(*parts)
    if isinstance(node, ast.Tuple) and node.elts:
        return ast.Tuple([as_key(e) for e in node.elts], ast.Load())
    return node


def assign(target: str, value: Expr) -> ast.Assign:
    return ast.Assign([ast.Name(target, ast.Store())], value, lineno=0)


def assign_to(target: Expr, value: Expr) -> ast.Assign:
    return ast.Assign([stored(target)], value, lineno=0)


def augmented(target: Expr, op: ast.operator, value: Expr) -> ast.AugAssign:
    return ast.AugAssign(stored(target), op, value)


def stored(target: Expr) -> Any:
    """The expression as a target."""
    match target:
        case ast.Name():
            return ast.Name(target.id, ast.Store())
        case ast.Subscript():
            return ast.Subscript(target.value, target.slice, ast.Store())
        case ast.Attribute():
            return ast.Attribute(target.value, target.attr, ast.Store())
        case ast.Tuple():
            return ast.Tuple([stored(e) for e in target.elts], ast.Store())
    raise TypeError(f"not a target: {target!r}")


def is_number(node: Expr, value: float) -> bool:
    """Whether the expression is that literal number."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return is_number(node.operand, -value)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == value


def neg(node: Expr) -> Expr:
    """`-node`, signs folded."""
    match node:
        case ast.UnaryOp(op=ast.USub()):
            return node.operand
        case ast.Constant() if type(node.value) in (int, float):
            return const(-node.value)  # type: ignore[operator]
        case ast.BinOp(op=ast.Mult() | ast.Div(), left=ast.UnaryOp(op=ast.USub())):
            return ast.BinOp(node.left.operand, node.op, node.right)  # type: ignore[attr-defined]
        case ast.BinOp(op=ast.Sub()):
            return ast.BinOp(node.right, ast.Sub(), node.left)
    return ast.UnaryOp(ast.USub(), node)


def sign_of(node: Expr) -> tuple[bool, Expr]:
    """Whether the expression is a negation, and what it negates."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return True, node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        negative, left = sign_of(node.left)
        if negative:
            return True, ast.BinOp(left, node.op, node.right)
    return False, node


def mul(ct: Expr, partial: Expr) -> Expr:
    """Cotangent times partial: `ct * -p` is `-(ct * p)`, `ct * (a / b)` is `ct * a / b`, ones vanish."""
    if is_number(partial, 1):
        return ct
    if is_number(partial, -1):
        return neg(ct)
    if is_number(ct, 1):
        return partial
    if is_number(ct, -1):
        return neg(partial)
    if is_number(ct, 0) or is_number(partial, 0):
        return const(0.0)
    negative, partial = sign_of(partial)
    if negative:
        return neg(mul(ct, partial))
    negative, ct = sign_of(ct)
    if negative:
        return neg(mul(ct, partial))
    if isinstance(partial, ast.BinOp) and isinstance(partial.op, ast.Div):
        return ast.BinOp(mul(ct, partial.left), ast.Div(), partial.right)
    return ast.BinOp(ct, ast.Mult(), partial)


def add(a: Expr, b: Expr) -> Expr:
    """`a + b`, a negative b subtracted."""
    if is_number(a, 0):
        return b
    if is_number(b, 0):
        return a
    negative, positive = sign_of(b)
    if negative:
        return ast.BinOp(a, ast.Sub(), positive)
    return ast.BinOp(a, ast.Add(), b)


_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a tree but operators and contexts, in no particular order (several times faster than `ast.walk`)."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        for value in vars(found).values():
            if isinstance(value, ast.AST):
                if not isinstance(value, _LEAVES):
                    pending.append(value)
            elif isinstance(value, list):
                pending += [v for v in value if isinstance(v, ast.AST)]


def names_in(node: ast.AST) -> set[str]:
    """The identifiers read in an expression or statement."""
    return {n.id for n in walk(node) if isinstance(n, ast.Name)}


class Substitution(ast.NodeTransformer):
    """Replaces names by expressions (each use gets a copy of its own)."""

    def __init__(self, mapping: dict[str, Expr]) -> None:
        self.mapping = mapping

    def visit_Name(self, node: ast.Name) -> Expr:
        if node.id in self.mapping and isinstance(node.ctx, ast.Load):
            return copied(self.mapping[node.id])
        return node


def copied(node: Any) -> Any:
    """A deep copy of a tree (faster than `copy.deepcopy`)."""
    if isinstance(node, ast.AST):
        return type(node)(**{field: copied(getattr(node, field)) for field in node._fields if hasattr(node, field)})
    if isinstance(node, list):
        return [copied(n) for n in node]
    return node


def substitute(node: Expr, mapping: dict[str, Expr]) -> Expr:
    """A copy of the expression with names replaced."""
    return Substitution(mapping).visit(copied(node))


def fold(node: Expr) -> Expr:
    """Fold what became literal by substitution: powers, products and sums of small numbers."""
    return _Fold().visit(node)


class _Fold(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> Expr:
        self.generic_visit(node)
        left, right = _value(node.left), _value(node.comparators[0])
        compare = _COMPARISONS.get(type(node.ops[0]))
        if len(node.ops) == 1 and left is not None and right is not None and compare is not None:
            return const(compare(left, right))
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Expr:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant) and type(node.test.value) is bool:
            return node.body if node.test.value else node.orelse
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Expr:
        self.generic_visit(node)
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.right, ast.Constant) and type(node.right.value) is bool and left is not None:
            right = int(node.right.value)
        if left is not None and right is not None:
            folded = _folded(node.op, left, right)
            if folded is not None:
                return const(folded)
        if isinstance(node.op, ast.Pow) and right is not None and type(right) in (int, float):
            if right == 1:
                return node.left
            if right == 0 and type(right) is int:
                return const(1)
        if isinstance(node.op, ast.Mult):
            if is_number(node.left, 1) and type(_value(node.left)) is int:
                return node.right
            if is_number(node.right, 1) and type(_value(node.right)) is int:
                return node.left
        return node


_COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip


def _value(node: Expr) -> Any:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _value(node.operand)
        return None if inner is None else -inner
    return None


def _folded(op: ast.operator, left: Any, right: Any) -> Any:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    return None
