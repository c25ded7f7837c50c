"""The first that is added to a place of a buffer of zeros is put there instead: nothing need be read there.

Places are told apart by one of their axes, where one is known to end before the other begins.
"""

from __future__ import annotations

import ast
from functools import cached_property

from dualad.records import field, record
from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.shapes import Shapes

Bound = tuple[str, int]  # so many times what a name holds, which is no negative number; a number alone has no name


def assigned(code: Code, shapes: Shapes, ours: set[str], table: Table) -> Code:
    """The code with such stores, in statements of their own.

    `ours`: the names of the reverse sweep. What users add to integers must fail as it does.
    """
    work = _Buffers(code, shapes, ours, table)
    return work.block(code) if any(work.cleared(stmt) for stmt in blocks.walk(code)) else code


def _sizes(code: Code, shapes: Shapes) -> frozenset[str]:
    """Names that hold lengths wherever they are bound, be it by way of a tape."""
    statements = blocks.walk(code)
    tapes = _tapes(statements)
    lengths: set[str] = set()
    others: set[str] = set()
    for stmt in statements:
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                (lengths if _is_length(value, shapes) else others).add(name)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=value) if _is_shape(value, shapes):
                lengths |= {n.id for n in names if isinstance(n, ast.Name)}
            case ast.Assign(
                targets=[ast.Tuple(elts=names)], value=ast.Call(func=ast.Name(id="next"), args=[ast.Name(id=taken)])
            ):
                others |= _not_kept(names, tapes.get(taken))
            case ast.For(target=ast.Tuple(elts=names), iter=over):
                others |= _not_kept(names, tapes.get(_reversed(over)))
            case _:
                others |= set(blocks.fact_of(stmt).binds)
    return frozenset(lengths - others)


def _tapes(statements: Code) -> dict[str, list[str] | None]:
    """Lists that begin empty and are only given tuples of the same names, and what goes backwards through them.

    None for other lists.
    """
    found: dict[str, list[str] | None] = {}
    sweeps: dict[str, str] = {}
    for stmt in statements:
        fact = blocks.fact_of(stmt)
        seen = {*fact.reads, *fact.binds}
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[])):
                found.setdefault(name, [])
                seen = set()
            case ast.Expr(
                ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[ast.Tuple(elts=items)])
            ):
                kept = [item.id if isinstance(item, ast.Name) else "" for item in items]
                found[name] = kept if found.get(name) in ([], kept) else None
                seen = set(kept)
            case ast.Assign(targets=[ast.Name(id=sweep)], value=value) if _reversed(value):
                sweeps[sweep] = _reversed(value)
                seen = {sweep}
            case ast.For(iter=over) if _reversed(over):
                seen = set(fact.binds)
        found.update(dict.fromkeys([n for n in seen if n in found]))
    return found | {sweep: found.get(name) for sweep, name in sweeps.items()}


def _reversed(value: ast.expr) -> str:
    """The name of what is gone through backwards; nothing for other values."""
    match value:
        case ast.Call(func=ast.Name(id="reversed"), args=[ast.Name(id=name)]):
            return name
    return ""


def _not_kept(targets: list[ast.expr], kept: list[str] | None) -> set[str]:
    """The names among some targets that are given something else than what was kept under that name."""
    names = [target.id if isinstance(target, ast.Name) else "" for target in targets]
    return {n for i, n in enumerate(names) if not kept or len(kept) != len(names) or kept[i] != n}


def _is_length(value: ast.expr, shapes: Shapes) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.Attribute(value=ast.Name(id=name), attr="size"):
            return shapes.is_declared_array(name)
        case ast.Subscript(value=inner):
            return _is_shape(inner, shapes)
    return False


def _is_shape(value: ast.expr, shapes: Shapes) -> bool:
    match value:
        case ast.Attribute(value=ast.Name(id=name), attr="shape"):
            return shapes.is_declared_array(name)
    return False


@record
class _Buffer:
    """A buffer that holds zeros outside of some places, which are written with some names; its statement's position."""

    at: int
    places: list[list[ast.expr]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    cleared: bool = True  # whether no place is read before it is written


class _Buffers:
    def __init__(self, code: Code, shapes: Shapes, ours: set[str], table: Table) -> None:
        self.table = table
        self.code = code
        self.shapes = shapes
        self.ours = ours

    @cached_property
    def sizes(self) -> frozenset[str]:
        """Names that hold lengths."""
        return _sizes(self.code, self.shapes)

    def block(self, code: Code) -> Code:
        known: dict[str, _Buffer] = {}
        out: Code = []
        for stmt in code:
            out.append(self.stmt(stmt, known, out))
        return out

    def cleared(self, stmt: ast.stmt) -> str:
        """The name of the buffer of ours that a statement makes; nothing for other statements."""
        match stmt:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="zeros"), keywords=[]),
            ) if module in self.shapes.numpy and name in self.ours:
                return name
        return ""

    def stmt(self, stmt: ast.stmt, known: dict[str, _Buffer], out: Code) -> ast.stmt:
        bound: set[str] = set()
        used: set[str] = set()
        if known:
            facts = [self.table.fact(s) for s in blocks.walk([stmt])]
            bound = {n for fact in facts for n in fact.binds}
            used = {n for fact in facts for n in fact.reads} | bound
        match stmt:
            case ast.Assign() if name := self.cleared(stmt):
                _forget(known, used, bound)
                known[name] = _Buffer(len(out))
                return stmt
            case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name), slice=key), op=ast.Add() | ast.Sub()) if (
                name in known
            ):
                buffer, parts = known[name], _parts(key)
                value = stmt.value if isinstance(stmt.op, ast.Add) else _negated(stmt.value)
                if parts is not None and name not in build.names_in(stmt.value):
                    _forget(known, used - {name}, bound - {name})
                    if all(self.apart(parts, other) for other in buffer.places):
                        buffer.places.append(parts)
                        buffer.names |= build.names_in(key)
                        if value is None:
                            buffer.cleared = False
                            return stmt
                        if buffer.cleared and _is_covered(buffer.places):
                            out[buffer.at] = _empty(out[buffer.at])
                        return _like(stmt, ast.Assign([stmt.target], value, lineno=0))
            case ast.For():
                _forget(known, used, bound)
                return _like(stmt, ast.For(stmt.target, stmt.iter, self.block(stmt.body), stmt.orelse, lineno=0))
            case ast.If():
                _forget(known, used, bound)
                return _like(stmt, ast.If(stmt.test, self.block(stmt.body), self.block(stmt.orelse)))
        _forget(known, used, bound)
        return stmt

    def apart(self, first: list[ast.expr], second: list[ast.expr]) -> bool:
        """Whether two places have nothing in common, as one of their axes tells."""
        pairs = zip(first, second, strict=False)
        return any(self.before(a, b) or self.before(b, a) for a, b in pairs)

    def before(self, first: ast.expr, second: ast.expr) -> bool:
        """Whether a part of a key ends before another one begins."""
        if isinstance(first, ast.Slice) and isinstance(second, ast.Slice) and first.upper is not None:
            if second.lower is not None and ast.dump(first.upper) == ast.dump(second.lower) and first.lower is None:
                if second.upper is None:
                    return self.is_number(first.upper)
                return self.bound(first.upper) is not None
        end = self.bound(first.upper) if isinstance(first, ast.Slice) else self.bound(first, 1)
        start = self.bound(second.lower) if isinstance(second, ast.Slice) else self.bound(second)
        return end is not None and start is not None and end[0] == start[0] and end[1] <= start[1]

    def is_number(self, node: ast.expr) -> bool:
        """Whether a bound is a number: what is before None and what is after it are both all there is."""
        if isinstance(node, ast.Name):
            kind = self.shapes.user.get(node.id)
            return node.id in self.sizes or (kind is not None and kind.is_number)
        return isinstance(node, ast.BinOp | ast.UnaryOp) or (isinstance(node, ast.Constant) and node.value is not None)

    def bound(self, node: ast.expr | None, more: int = 0) -> Bound | None:
        """A bound that is no negative number for sure."""
        match node:
            case ast.Constant(value=int() as number) if number >= 0:
                return "", number + more
            case ast.Name(id=name) if name in self.sizes and not more:
                return name, 1
            case ast.BinOp(left=ast.Constant(value=int() as times), op=ast.Mult(), right=ast.Name(id=name)):
                return (name, times) if name in self.sizes and times >= 0 and not more else None
        return None


def _forget(known: dict[str, _Buffer], used: set[str], bound: set[str]) -> None:
    """Buffers of `used` names are seen by somebody; what places are written with may mean something else now."""
    for name in [n for n, buffer in known.items() if n in used or not buffer.names.isdisjoint(bound)]:
        del known[name]


def _is_covered(places: list[list[ast.expr]]) -> bool:
    """Whether two places are all there is: along one axis what comes before a bound, and what comes after it."""
    if len(places) != 2 or len(places[0]) != len(places[1]):
        return False
    pairs = [pair for pair in zip(*places, strict=True) if not (_is_whole(pair[0]) and _is_whole(pair[1]))]
    if len(pairs) != 1 or not all(isinstance(part, ast.Slice) for part in pairs[0]):
        return False
    below, above = sorted(pairs[0], key=lambda part: part.lower is not None)  # type: ignore[attr-defined]
    if below.lower is not None or above.upper is not None or below.upper is None or above.lower is None:  # type: ignore[attr-defined]
        return False
    return ast.dump(below.upper) == ast.dump(above.lower)  # type: ignore[attr-defined]


def _negated(value: ast.expr) -> ast.expr | None:
    """The expression with the other sign, if that costs nothing."""
    match value:
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return ast.BinOp(right, ast.Sub(), left)
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if build.is_literal(left):
            return ast.BinOp(build.neg(left), ast.Mult(), right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if build.is_literal(right):
            return ast.BinOp(left, ast.Mult(), build.neg(right))
    return None


def _is_whole(part: ast.expr) -> bool:
    return isinstance(part, ast.Slice) and part.lower is part.upper is None


def _empty(stmt: ast.stmt) -> ast.stmt:
    """The statement that makes a buffer without the zeros, all of which are written over."""
    assert isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Call)
    assert isinstance(stmt.value.func, ast.Attribute)
    made = ast.Call(build.attribute(stmt.value.func.value, "empty"), stmt.value.args, [])
    return _like(stmt, ast.Assign(stmt.targets, made, lineno=0))


def _parts(key: ast.expr) -> list[ast.expr] | None:
    """The parts of a key of slices and numbers, one for each of the first axes; else None."""
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    for part in parts:
        number = isinstance(part, ast.Constant) and type(part.value) is int
        if not (number or (isinstance(part, ast.Slice) and part.step is None)):
            return None
    return parts


def _like(stmt: ast.stmt, made: ast.stmt) -> ast.stmt:
    line = getattr(stmt, "user_line", 0)
    if line:
        made.user_line = line  # type: ignore[attr-defined]
    return made
