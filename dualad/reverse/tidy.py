"""Temporaries written back where they are read: expressions that lowering took apart are put together again.

The forward sweep is the user's code: there the order of evaluation stays. The reverse sweep is ours and pure.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.primal import While
from dualad.reverse.work import comment_line

TRIVIAL = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


# Conditional and boolean expressions


def rebuild_expressions(code: Code, temps: set[str], counts: Counter[str]) -> Code:
    """Put conditional and boolean expressions back together (`counts`: as of `inline`)."""
    out: Code = []
    for stmt in code:
        for block in blocks.children(stmt):
            block[:] = rebuild_expressions(block, temps, counts)
        if isinstance(stmt, ast.If):
            stmt.body[:] = inline(stmt.body, temps, True, counts)
            stmt.orelse[:] = inline(stmt.orelse, temps, True, counts)
            previous = out[-1] if out else None
            merged = _boolean(previous, stmt, temps)
            if merged is not None:
                out[-1] = merged
                continue
            merged = _conditional(stmt, temps)
            if merged is not None:
                stmt = merged
        out.append(stmt)
    return out


def _only_assignment(code: Code, temps: set[str]) -> tuple[str, ast.expr] | None:
    if len(code) == 1 and isinstance(code[0], ast.Assign) and isinstance(code[0].targets[0], ast.Name):
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


def inline(code: Code, temps: set[str], ordered: bool, counts: Counter[str]) -> Code:
    """Write temporaries that are bound once and read once where they are read.

    `ordered`: what is evaluated before the place in its statement must be names and literals only, so that the user's
    order of evaluation stays. `counts`: how often names are read and bound in the whole function.
    """
    out = list(code)
    named: list[set[str] | None] = [None] * len(out)  # the names in each statement's header, once they were asked for
    i = len(out) - 2
    while i >= 0:
        found = _single(out[i], temps, counts)
        if found is not None and not ordered and _has_effects(found[1]):
            found = None
        if found is not None:
            at = _reader(out, named, i, found, ordered)
            if at is not None and _substitute_once(out[at], found[0], found[1], ordered):
                named[at] = None
                del out[i], named[i]
        i -= 1
    return out


def _has_effects(value: ast.expr) -> bool:
    """Whether an expression of the reverse sweep changes something: it stays a statement of its own."""
    for node in build.walk(value):
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called.startswith(("moved", "next", "pop")):
                return True
    return False


def _single(stmt: ast.stmt, temps: set[str], counts: Counter[str]) -> tuple[str, ast.expr] | None:
    if not (isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and isinstance(stmt.targets[0], ast.Name)):
        return None
    name = stmt.targets[0].id
    if name not in temps or counts[name] != 1:
        return None
    return name, stmt.value


def _reader(code: Code, named: list[set[str] | None], i: int, found: tuple[str, ast.expr], ordered: bool) -> int | None:
    """The statement after `i` that reads the name, if the value may be moved there."""
    name, value = found
    read = build.names_in(value)
    simple = isinstance(value, ast.Name | ast.Constant)
    for j in range(i + 1, len(code)):
        stmt = code[j]
        if comment_line(stmt) is not None:
            continue
        names = named[j]
        if names is None:
            names = named[j] = set().union(*(build.names_in(h) for h in blocks.headers(stmt)))
        if name in names:
            return j
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


def _substitute_once(stmt: ast.stmt, name: str, value: ast.expr, ordered: bool) -> bool:
    if isinstance(stmt, ast.FunctionDef | While):
        return False
    header = blocks.headers(stmt)[0]
    if isinstance(stmt, ast.AugAssign) and name not in build.names_in(stmt.value):
        return False
    position = _Once(name, value)
    if sum(isinstance(n, ast.Name) and n.id == name for h in blocks.headers(stmt) for n in build.walk(h)) != 1:
        return False
    if ordered and not _comes_first(header, name):
        return False
    if _inside_scope(header, name):
        return False
    replaced = position.visit(header)
    match stmt:
        case ast.If():
            stmt.test = replaced
        case ast.For():
            stmt.iter = replaced
    return position.done


def _inside_scope(header: ast.AST, name: str) -> bool:
    scopes = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)
    return any(isinstance(n, scopes) and name in build.names_in(n) for n in build.walk(header))


class _Once(ast.NodeTransformer):
    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value, self.done = name, value, False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == self.name and isinstance(node.ctx, ast.Load):
            self.done = True
            return self.value
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        node.slice = build.as_key(node.slice)
        return node


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes in order of evaluation, operands before what is done with them."""
    match node:
        case ast.Assign():
            yield from _evaluated(node.value)
            for target in node.targets:
                yield from _evaluated(target)
            return
        case ast.AugAssign():
            yield from _evaluated(node.target)
            yield from _evaluated(node.value)
            return
        case ast.IfExp():
            yield from _evaluated(node.test)
            yield node
            return
        case ast.BoolOp():
            yield from _evaluated(node.values[0])
            yield node
            return
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None:
                    yield from _evaluated(key)
                yield from _evaluated(value)
            yield node
            return
    for child in ast.iter_child_nodes(node):
        yield from _evaluated(child)
    yield node


def _comes_first(header: ast.AST, name: str) -> bool:
    """Whether nothing but names, literals and attributes is evaluated before the name is read."""
    for node in _evaluated(header):
        if isinstance(node, ast.Name) and node.id == name:
            return True
        if not isinstance(node, (*TRIVIAL, ast.Attribute, ast.keyword, ast.Slice, ast.Starred, ast.withitem)):
            return False
    return False


def inline_everywhere(code: Code, temps: set[str], ordered: bool, counts: Counter[str]) -> Code:
    """`inline` in every block, inner ones first."""
    for stmt in code:
        for block in blocks.children(stmt):
            block[:] = inline_everywhere(block, temps, ordered, counts)
        if isinstance(stmt, While):
            tests = inline([*stmt.tests, ast.Expr(stmt.test)], temps, ordered, counts)
            last = tests.pop()
            assert isinstance(last, ast.Expr)
            stmt.tests[:], stmt.test = tests, last.value
    return inline(code, temps, ordered, counts)
