"""Building expressions of the emitted code: constructors that fold what is known (ones, zeros, signs, quotients)."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeGuard

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


def call(fn: Expr, args: Iterable[Expr] = (), /, **kwargs: Expr) -> ast.Call:
    return ast.Call(fn, list(args), [ast.keyword(k, v) for k, v in kwargs.items()])


class Impure(ast.Call):
    """A call in the reverse sweep that changes something: it stays where it is, whoever reads its value."""


def impure(fn: Expr, args: Iterable[Expr] = ()) -> Impure:
    return Impure(fn, list(args), [])


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


def is_literal(node: Expr) -> bool:
    """Whether the expression is a literal number."""
    return _value(node) is not None


def is_number(node: Expr, value: float) -> bool:
    """Whether the expression is that literal number."""
    cls = type(node)
    if cls is ast.Constant:
        return type(node.value) in (int, float) and node.value == value  # type: ignore[attr-defined]
    if cls is ast.UnaryOp and type(node.op) is ast.USub:  # type: ignore[attr-defined]
        return is_number(node.operand, -value)  # type: ignore[attr-defined]
    return False


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
    cls = type(node)
    if cls is ast.UnaryOp and type(node.op) is ast.USub:  # type: ignore[attr-defined]
        return True, node.operand  # type: ignore[attr-defined]
    if cls is ast.BinOp and type(node.op) in _SIGNED:  # type: ignore[attr-defined]
        negative, left = sign_of(node.left)  # type: ignore[attr-defined]
        if negative:
            return True, ast.BinOp(left, node.op, node.right)  # type: ignore[attr-defined]
    return False, node


_SIGNED = (ast.Mult, ast.Div)  # operations whose result has the sign of the left operand


def mul(ct: Expr, partial: Expr) -> Expr:
    """Cotangent times partial: `ct * -p` is `-(ct * p)`, `ct * (a / b)` is `ct * a / b`, ones vanish."""
    left, right = _value(ct), _value(partial)
    if right in (1, -1):
        return ct if right == 1 else neg(ct)
    if left in (1, -1):
        return partial if left == 1 else neg(partial)
    if left == 0 or right == 0:
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
_NO_EXPRESSIONS = frozenset({"ctx", "op", "ops", "kind", "id", "attr", "arg", "type_comment", "conversion", "is_async"})
_slots: dict[type, tuple[str, ...]] = {}


def slots(cls: type) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold expressions."""
    found = _slots.get(cls)
    if found is None:
        leaf = issubclass(cls, (ast.Constant, ast.Name, *_LEAVES))
        fields = () if leaf else tuple(f for f in cls._fields if f not in _NO_EXPRESSIONS)  # type: ignore[attr-defined]
        found = _slots[cls] = fields
    return found


def collect(node: ast.AST, reads: list[str], binds: list[str]) -> set[type]:
    """Add the names that a tree reads, and those that it binds, once for each time, in no particular order.

    Returns the classes of its other nodes that are not among the commonest.
    """
    seldom: set[type] = set()
    pending: list[Any] = [node]
    while pending:
        found = pending.pop()
        cls = type(found)
        if cls is ast.Name:
            (reads if type(found.ctx) is ast.Load else binds).append(found.id)
        elif cls is ast.BinOp:
            pending += (found.left, found.right)
        elif cls is ast.Attribute:
            pending.append(found.value)
        elif cls is ast.Assign:
            pending.append(found.value)
            pending += found.targets
        elif cls is not ast.Constant:
            seldom.add(cls)
            for field in slots(cls):
                value = getattr(found, field, None)
                if isinstance(value, ast.AST):
                    pending.append(value)
                elif type(value) is list:
                    pending += [v for v in value if isinstance(v, ast.AST)]
    return seldom


def apply(node: Any, change: Callable[[Any], Any]) -> None:
    """Put `change(child)` in the place of each child that is or may hold an expression."""
    for field in slots(type(node)):
        value = getattr(node, field, None)
        if isinstance(value, ast.AST):
            new = change(value)
            if new is not value:
                setattr(node, field, new)
        elif type(value) is list:
            value[:] = [change(v) if isinstance(v, ast.AST) else v for v in value]


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a tree but operators and contexts, in no particular order (several times faster than `ast.walk`)."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        for field in slots(type(found)):
            value = getattr(found, field, None)
            if isinstance(value, ast.AST):
                pending.append(value)
            elif type(value) is list:
                pending += [v for v in value if isinstance(v, ast.AST)]


def names_in(node: ast.AST) -> set[str]:
    """The identifiers read or bound in an expression or statement."""
    found: list[str] = []
    collect(node, found, found)
    return set(found)


def replaced(node: Any, mapping: dict[str, Expr]) -> Any:
    """The tree with names that it reads replaced, in place (each use gets a copy of its own)."""
    if type(node) is ast.Name:
        if node.id in mapping and type(node.ctx) is ast.Load:
            return copied(mapping[node.id])
        return node
    apply(node, lambda child: replaced(child, mapping))
    return node


def put(node: Any, name: str, value: Expr) -> bool:
    """Put an expression where a tree first reads a name, outside functions and comprehensions; whether it was found."""
    for field in slots(type(node)):
        child = getattr(node, field, None)
        if type(child) is list:
            for i, item in enumerate(child):
                if type(item) is ast.Name and item.id == name and type(item.ctx) is ast.Load:
                    child[i] = value
                    return True
                if isinstance(item, ast.AST) and not isinstance(item, _SCOPES) and put(item, name, value):
                    return True
            continue
        if type(child) is ast.Name and child.id == name and type(child.ctx) is ast.Load:
            setattr(node, field, value)
        elif not isinstance(child, ast.AST) or isinstance(child, _SCOPES) or not put(child, name, value):
            continue
        if field == "slice":
            node.slice = as_key(node.slice)
        return True
    return False


_SCOPES = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp, ast.FunctionDef)


def copied(node: Any) -> Any:
    """A deep copy of a tree (faster than `copy.deepcopy`)."""
    cls = type(node)
    if cls is ast.Name:
        return ast.Name(node.id, node.ctx)
    if cls is ast.Constant:
        return ast.Constant(node.value)
    if cls is list:
        return [copied(n) for n in node]
    if not isinstance(node, ast.AST) or isinstance(node, _LEAVES):
        return node
    return cls(**{field: copied(getattr(node, field)) for field in node._fields if hasattr(node, field)})


def instance(node: Any, mapping: dict[str, Expr], facets: dict[str, Expr]) -> Any:
    """A copy with names replaced, and attributes of the names in `facets`; what became literal is folded."""
    cls = type(node)
    if cls is ast.Name:
        return copied(mapping[node.id]) if node.id in mapping else ast.Name(node.id, node.ctx)
    if cls is ast.Constant:
        return ast.Constant(node.value)
    if cls is ast.BinOp:
        left, right = instance(node.left, mapping, facets), instance(node.right, mapping, facets)
        return _folded_operation(ast.BinOp(left, node.op, right))
    if cls is list:
        return [instance(n, mapping, facets) for n in node]
    if cls is ast.Attribute and type(node.value) is ast.Name and node.value.id in facets:
        return copied(facets[node.value.id])
    if not isinstance(node, ast.AST) or isinstance(node, _LEAVES):
        return node
    made = cls(
        **{field: instance(getattr(node, field), mapping, facets) for field in node._fields if hasattr(node, field)}
    )
    if cls is ast.Compare:
        return _folded_comparison(made)
    if cls is ast.IfExp and isinstance(made.test, ast.Constant) and type(made.test.value) is bool:
        return made.body if made.test.value else made.orelse
    return made


def _folded_comparison(node: ast.Compare) -> Expr:
    """A comparison of two numbers is known, and whether a literal is None."""
    if isinstance(node.ops[0], ast.Is) and isinstance(node.left, ast.Constant):
        if isinstance(node.comparators[0], ast.Constant) and node.comparators[0].value is None:
            return const(node.left.value is None)
    left, right = _value(node.left), _value(node.comparators[0])
    compare = _COMPARISONS.get(type(node.ops[0]))
    if len(node.ops) == 1 and left is not None and right is not None and compare is not None:
        return const(compare(left, right))
    return node


def _folded_operation(node: ast.BinOp) -> Expr:
    """Powers, products and sums of small numbers; what is true or not whatever a comparison says."""
    if isinstance(node.op, ast.BitOr) and type(node.right) is ast.Compare and _is_bool(node.left):
        return const(True) if node.left.value else node.right
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
        if is_number(node.left, 1) and type(left) is int:
            return node.right
        if is_number(node.right, 1) and type(right) is int:
            return node.left
    return node


_COMPARISONS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip


def _is_bool(node: Expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and type(node.value) is bool


def _value(node: Expr) -> Any:
    """The number that an expression is, if it is a literal one."""
    cls = type(node)
    if cls is ast.Constant:
        return node.value if type(node.value) in (int, float) else None  # type: ignore[attr-defined]
    if cls is ast.UnaryOp and type(node.op) is ast.USub:  # type: ignore[attr-defined]
        inner = _value(node.operand)  # type: ignore[attr-defined]
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


def replace_in_headers(stmt: ast.stmt, values: dict[str, ast.expr]) -> None:
    """Replace names in the expressions of a statement that stand outside its blocks."""
    match stmt:
        case ast.If(test=test):
            stmt.test = replaced(test, values)
        case ast.For(iter=over):
            stmt.iter = replaced(over, values)
        case _:
            apply(stmt, lambda node: replaced(node, values))
