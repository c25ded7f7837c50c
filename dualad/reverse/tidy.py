"""Temporaries written back where they are read: expressions that lowering took apart are put together again.

The forward sweep is the user's code: there the order of evaluation stays. The reverse sweep is ours and pure.
"""

from __future__ import annotations

import ast
from typing import Any

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.primal import While
from dualad.reverse.work import comment_line

# Conditional and boolean expressions


def rebuild_expressions(code: Code, temps: set[str], table: Table) -> Code:
    """Put conditional and boolean expressions back together."""
    out: Code = []
    for stmt in code:
        for block in blocks.children(stmt):
            block[:] = rebuild_expressions(block, temps, table)
        if isinstance(stmt, ast.If):
            stmt.body[:] = inline(stmt.body, temps, True, table)
            stmt.orelse[:] = inline(stmt.orelse, temps, True, table)
            previous = out[-1] if out else None
            merged = _boolean(previous, stmt, temps)
            if merged is not None:
                assert previous is not None
                _merged(merged, table, previous, stmt, *stmt.body, *stmt.orelse)
                out[-1] = merged
                continue
            merged = _conditional(stmt, temps)
            if merged is not None:
                _merged(merged, table, stmt, *stmt.body, *stmt.orelse)
                stmt = merged
        out.append(stmt)
    return out


def _merged(made: ast.stmt, table: Table, *gone: ast.stmt) -> None:
    for stmt in gone:
        table.forget(stmt)
    table.note(made)


def _only_assignment(code: Code, temps: set[str]) -> tuple[str, ast.expr] | None:
    if len(code) == 1 and type(code[0]) is ast.Assign and isinstance(code[0].targets[0], ast.Name):
        name = code[0].targets[0].id
        if name in temps:
            return name, code[0].value
    return None


def _conditional(stmt: ast.If, temps: set[str]) -> ast.stmt | None:
    then, other = _only_assignment(stmt.body, temps), _only_assignment(stmt.orelse, temps)
    if then is None or other is None or then[0] != other[0]:
        return None
    return build.assign(then[0], ast.IfExp(stmt.test, then[1], other[1]))


def _boolean(previous: ast.stmt | None, stmt: ast.If, temps: set[str]) -> ast.stmt | None:
    first = _only_assignment([previous], temps) if previous is not None else None
    if first is None or not isinstance(stmt.test, ast.Name) or stmt.test.id != first[0]:
        return None
    op: ast.boolop = ast.And() if stmt.body and not stmt.orelse else ast.Or()
    if stmt.body and stmt.orelse:
        return None
    second = _only_assignment(stmt.body or stmt.orelse, temps)
    if second is None or second[0] != first[0] or first[0] in build.names_in(second[1]):
        return None
    return build.assign(first[0], ast.BoolOp(op, [first[1], second[1]]))


# Inlining


def inline(code: Code, temps: set[str], ordered: bool, table: Table) -> Code:
    """Write temporaries that are bound once and read once where they are read.

    `ordered`: what is evaluated before the place in its statement must be names and literals only, so that the user's
    order of evaluation stays.
    """
    out = list(code)
    for i in range(len(out) - 2, -1, -1):
        stmt = out[i]
        found = single(stmt, temps, table)
        if found is None or (not ordered and has_effects(found[1])):
            continue
        at = _reader(out, i, found, ordered, table)
        if at is not None and substitute_once(out[at], found[0], found[1], ordered, table):
            table.moved(found[0], stmt, out[at])
            del out[i]
    return out


def has_effects(value: ast.expr) -> bool:
    """Whether an expression of the reverse sweep changes something: it stays a statement of its own."""
    if type(value) in (ast.Name, ast.Constant):
        return False
    for node in build.walk(value):
        if isinstance(node, build.Impure):
            return True
        if isinstance(node, ast.Call) and takes(node):
            return True
    return False


def takes(call: ast.Call) -> bool:
    """Whether a call takes something out of its first argument, or its owner: a place's cotangent, the next or last."""
    called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return called.startswith(("moved", "next", "pop"))


def single(stmt: ast.stmt, temps: set[str], table: Table) -> tuple[str, ast.expr] | None:
    """A temporary that is bound once and read once, and its value."""
    if type(stmt) is not ast.Assign or len(stmt.targets) != 1 or type(stmt.targets[0]) is not ast.Name:
        return None
    name = stmt.targets[0].id
    if name not in temps or table.reads[name] != 1 or table.binds[name] > 1:
        return None
    return name, stmt.value


def _reader(code: Code, i: int, found: tuple[str, ast.expr], ordered: bool, table: Table) -> int | None:
    """The statement after `i` that reads the name, if the value may be moved there."""
    name, value = found
    read = table.facts[code[i]].reads
    simple = type(value) in (ast.Name, ast.Constant)
    for j in range(i + 1, len(code)):
        stmt = code[j]
        if name in table.facts[stmt].reads:
            return j
        if comment_line(stmt) is not None:
            continue
        if ordered and not simple:
            return None
        changed = _changed(stmt)
        if changed is None or changed in read:
            return None
    return None


def _changed(stmt: ast.stmt) -> str | None:
    """The one name that a simple statement of the reverse sweep binds or changes; None for any other statement."""
    match stmt:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AugAssign(target=ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name))):
            return name
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
            return name
    return None


def substitute_once(stmt: ast.stmt, name: str, value: ast.expr, ordered: bool, table: Table) -> bool:
    """Put a value where the statement's (first) header reads the name, if it reads it once and may take it there."""
    if isinstance(stmt, ast.FunctionDef | While | ast.Try) or table.facts[stmt].reads.count(name) != 1:
        return False
    if isinstance(stmt, ast.AugAssign) and isinstance(stmt.target, ast.Name) and stmt.target.id == name:
        return False
    header = blocks.headers(stmt)[0]
    if ordered and not _comes_first(header, name):
        return False
    match stmt:
        case ast.If(test=ast.Name()):
            stmt.test = value
        case ast.For(iter=ast.Name()):
            if stmt.iter.id != name:  # type: ignore[attr-defined]
                return False
            stmt.iter = value
        case _:
            return build.put(header, name, value)
    return True


_IN_FRONT = (ast.Attribute, ast.keyword, ast.Slice, ast.Starred, ast.withitem, ast.Constant, ast.Assign, ast.AugAssign)


def _comes_first(node: Any, name: str) -> bool | None:
    """Whether the tree reads the name with nothing but names, literals and attributes evaluated before.

    False where something else is evaluated before, None where nothing is and the name is not read either.
    """
    if type(node) is ast.Name:
        return True if node.id == name else None
    for child in _in_order(node):
        found = _comes_first(child, name)
        if found is not None:
            return found
    return None if isinstance(node, _IN_FRONT) else False


def _is_place(target: Any) -> bool:
    """Whether a target is a slice of what a name holds, written with names and literals alone."""
    if not (isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)):
        return False
    parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
    simple = all(isinstance(n, _IN_PLACES) for part in parts for n in ast.walk(part))
    return simple and any(isinstance(part, ast.Slice) for part in parts)


_IN_PLACES = (ast.Slice, ast.Name, ast.Constant, ast.UnaryOp, ast.USub, ast.Load)


def _in_order(node: Any) -> list[Any]:
    """What is evaluated of a node for certain, in order."""
    match node:
        case ast.BinOp():
            return [node.left, node.right]
        case ast.Assign():
            return [node.value, *node.targets]
        case ast.AugAssign() if _is_place(node.target):  # a view, which reads nothing before the value is there
            return [node.value, node.target]
        case ast.AugAssign():
            return [node.target, node.value]
        case ast.IfExp():
            return [node.test]
        case ast.BoolOp():
            return [node.values[0]]
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return [part for pair in pairs for part in pair if part is not None]
    found: list[Any] = []
    for field in build.slots(type(node)):
        value = getattr(node, field, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif type(value) is list:
            found += [v for v in value if isinstance(v, ast.AST)]
    return found


def inline_everywhere(code: Code, temps: set[str], ordered: bool, table: Table) -> Code:
    """`inline` in every block, inner ones first."""
    for stmt in code:
        for block in blocks.children(stmt):
            block[:] = inline_everywhere(block, temps, ordered, table)
        if isinstance(stmt, While):
            # The test is evaluated after the statements before it: for a moment it is a statement of its own.
            test = ast.Expr(stmt.test)
            table.forget(stmt)
            table.note(test)
            *stmt.tests[:], last = inline([*stmt.tests, test], temps, ordered, table)
            table.forget(last)
            stmt.test = last.value  # type: ignore[attr-defined]
            table.note(stmt)
    return inline(code, temps, ordered, table)
