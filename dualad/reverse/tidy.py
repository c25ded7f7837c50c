"""Tidying of the emitted code: expressions put back together, constants folded, what nobody reads removed.

The forward sweep is the user's code: there only what lowering took apart is put back, in the same order of evaluation,
and only calls of primitives are ever removed. The reverse sweep is ours and pure.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator

from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.primal import PureCall, While
from dualad.reverse.work import comment_line

Blocks = list[Code]


TRIVIAL = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def children(stmt: ast.stmt) -> Blocks:
    """The blocks inside a statement."""
    match stmt:
        case ast.If():
            return [stmt.body, stmt.orelse]
        case While():
            return [stmt.tests, stmt.body]
        case ast.For() | ast.With() | ast.FunctionDef():
            return [stmt.body]
    return []


def walk(code: Code) -> Iterator[ast.stmt]:
    """All statements, those inside others included."""
    for stmt in code:
        yield stmt
        for block in children(stmt):
            yield from walk(block)


def headers(stmt: ast.stmt) -> list[ast.AST]:
    """The expressions of a statement that stand outside its blocks."""
    match stmt:
        case ast.If() | While():
            return [stmt.test]
        case ast.For():
            return [stmt.iter, stmt.target]
        case ast.With():
            return list(stmt.items)
        case ast.FunctionDef():
            return [stmt.args, *stmt.decorator_list]
    return [stmt]


def loads(code: Code) -> Counter[str]:
    """How often each name is read."""
    found: Counter[str] = Counter()
    for stmt in walk(code):
        for header in headers(stmt):
            for node in build.walk(header):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found[node.id] += 1
        if isinstance(stmt, ast.AugAssign) and isinstance(stmt.target, ast.Name):
            found[stmt.target.id] += 1
    return found


def uses(code: Code) -> Counter[str]:
    """How often each name is read, or bound if that is more."""
    reads, bound = loads(code), stores(code)
    return Counter({n: max(reads[n], bound[n]) for n in reads})


def stores(code: Code) -> Counter[str]:
    """How often each name is bound."""
    found: Counter[str] = Counter()
    for stmt in walk(code):
        for header in headers(stmt):
            for node in build.walk(header):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    found[node.id] += 1
        if isinstance(stmt, ast.FunctionDef):
            found.update(a.arg for a in stmt.args.args)
            found[stmt.name] += 1
    return found


# Conditional and boolean expressions


def rebuild_expressions(code: Code, temps: set[str], counts: Counter[str]) -> Code:
    """Put conditional and boolean expressions back together (`counts`: as of `inline`)."""
    out: Code = []
    for stmt in code:
        for block in children(stmt):
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
            names = named[j] = set().union(*(build.names_in(h) for h in headers(stmt)))
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
    header = headers(stmt)[0]
    if isinstance(stmt, ast.AugAssign) and name not in build.names_in(stmt.value):
        return False
    position = _Once(name, value)
    if sum(isinstance(n, ast.Name) and n.id == name for h in headers(stmt) for n in build.walk(h)) != 1:
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
        for block in children(stmt):
            block[:] = inline_everywhere(block, temps, ordered, counts)
        if isinstance(stmt, While):
            tests = inline([*stmt.tests, ast.Expr(stmt.test)], temps, ordered, counts)
            last = tests.pop()
            assert isinstance(last, ast.Expr)
            stmt.tests[:], stmt.test = tests, last.value
    return inline(code, temps, ordered, counts)


# Folding in the reverse sweep


def propagate_constants(code: Code, names: set[str]) -> None:
    """Replace names of the reverse sweep that are bound once, to a number or another such name, by that."""
    bound = stores(code)
    values: dict[str, ast.expr] = {}

    def sweep(block: Code) -> None:
        kept = []
        for stmt in block:
            for inner in children(stmt):
                sweep(inner)
            if isinstance(stmt, ast.Assign) and isinstance(stmt.targets[0], ast.Name):
                name = stmt.targets[0].id
                literal = isinstance(stmt.value, ast.Constant) and block is code
                copied = isinstance(stmt.value, ast.Name) and bound[stmt.value.id] <= 1
                if name in names and bound[name] == 1 and (literal or copied):
                    values[name] = build.Substitution(values).visit(stmt.value)
                    continue
            kept.append(stmt)
        block[:] = kept

    sweep(code)
    if values:
        rewrite(code, build.Substitution(values))


def rewrite(code: Code, transformer: ast.NodeTransformer) -> None:
    """Apply a transformer of expressions to every statement."""
    for stmt in walk(code):
        match stmt:
            case ast.If() | While():
                stmt.test = transformer.visit(stmt.test)
            case ast.For():
                stmt.iter = transformer.visit(stmt.iter)
            case ast.With() | ast.FunctionDef():
                pass
            case ast.Assign() if isinstance(transformer, Simplify):
                stmt.value = transformer.assigned(stmt.value)
            case _:
                transformer.generic_visit(stmt)


class Simplify(ast.NodeTransformer):
    """Folds products and quotients of the reverse sweep, scalars first (`c * (2 * x)` is `(c * 2) * x`)."""

    def __init__(self, scalars: set[str], owned: Callable[[ast.expr], ast.expr]) -> None:
        self.scalars = scalars
        self.owned = owned  # a copy, where folding would hand out an object that was to be a fresh one

    def assigned(self, value: ast.expr) -> ast.expr:
        """The value of an assignment: `1.0 * x` was a fresh array, which may be added to in place; `x` is not."""
        found = self.visit(value)
        aliases = (ast.Name, ast.Attribute, ast.Subscript)
        if isinstance(found, aliases) and not isinstance(value, aliases) and not self.is_scalar(found):
            return self.owned(found)
        return found

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult):
            return self.product(node.left, node.right)
        if isinstance(node.op, ast.Div) and isinstance(node.left, ast.UnaryOp) and isinstance(node.left.op, ast.USub):
            return build.neg(ast.BinOp(node.left.operand, ast.Div(), node.right))
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        return build.neg(node.operand) if isinstance(node.op, ast.USub) else node

    def product(self, left: ast.expr, right: ast.expr) -> ast.expr:
        if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult):
            if self.is_scalar(left) and self.is_scalar(right.left):
                return build.mul(self.number(build.mul(left, right.left)), right.right)
            if isinstance(right.left, ast.Constant) and not isinstance(left, ast.Constant):
                return build.mul(build.mul(left, right.left), right.right)
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div) and self.is_scalar(left):
            if isinstance(left.left, ast.Constant) and isinstance(right, ast.Constant):
                return ast.BinOp(self.number(ast.BinOp(left.left, ast.Mult(), right)), ast.Div(), left.right)
        return self.number(build.mul(left, right))

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


# Dead code


def is_pure(node: ast.AST) -> bool:
    """Whether leaving an expression of the forward sweep out changes nothing but its value."""
    return not any(
        (isinstance(n, ast.Call) and not isinstance(n, PureCall)) or isinstance(n, ast.NamedExpr | ast.Await)
        for n in build.walk(node)
    )


def remove_dead(code: Code, ours: set[str], keep: set[str]) -> None:
    """Remove assignments that nobody reads (`ours`: names of the reverse sweep, whose expressions are all pure)."""
    facts: Facts = {id(s): (_assigned(s), _read(s), _is_removable(s, ours)) for s in walk(code)}
    while True:
        live = set(keep)
        waiting = [facts[id(s)] for s in walk(code)]
        before = -1
        while len(live) != before:
            before = len(live)
            left: list[tuple[set[str], set[str], bool]] = []
            for bound, read, removable in waiting:
                if removable and not bound & live:
                    left.append((bound, read, removable))
                else:
                    live |= read
            waiting = left
        if not _remove(code, live, facts):
            return


Facts = dict[int, tuple[set[str], set[str], bool]]


def _read(stmt: ast.stmt) -> set[str]:
    """The names that a statement itself reads."""
    found = {
        node.id
        for header in headers(stmt)
        for node in build.walk(header)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return found | _assigned(stmt) if isinstance(stmt, ast.AugAssign) else found


def _is_removable(stmt: ast.stmt, ours: set[str]) -> bool:
    """Whether a statement only binds names, so that it goes when nobody reads these."""
    names = _assigned(stmt)
    return bool(names) and (names <= ours or is_pure(stmt.value))  # type: ignore[attr-defined]


def _assigned(stmt: ast.stmt) -> set[str]:
    match stmt:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
            return {name}
        case ast.Assign(targets=[ast.Tuple(elts=elts)]) if all(isinstance(e, ast.Name) for e in elts):
            return {e.id for e in elts}  # type: ignore[attr-defined]
    return set()


def _remove(code: Code, live: set[str], facts: Facts) -> bool:
    removed = False
    kept: Code = []
    for stmt in code:
        for block in children(stmt):
            removed |= _remove(block, live, facts)
        bound, _, removable = facts[id(stmt)]
        if removable and not bound & live:
            removed = True
            continue
        if _is_empty(stmt):
            removed = True
            continue
        kept.append(stmt)
    code[:] = kept
    return removed


def _is_empty(stmt: ast.stmt) -> bool:
    match stmt:
        case ast.If():
            blocks = (*stmt.body, *stmt.orelse)
            return all(_is_nothing(s) for s in blocks) and is_pure(stmt.test)
        case ast.For():
            return all(_is_nothing(s) for s in stmt.body) and isinstance(stmt.iter, ast.Name | PureCall) and False
        case ast.Assign():
            target = stmt.targets[0]
            return isinstance(target, ast.Name) and isinstance(stmt.value, ast.Name) and target.id == stmt.value.id
    return False


def _is_nothing(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Pass) or comment_line(stmt) is not None


def drop_stray_comments(code: Code) -> None:
    """Remove comments that no statement follows, and repetitions."""
    for stmt in code:
        for block in children(stmt):
            drop_stray_comments(block)
    kept: Code = []
    last: int | None = None
    for i, stmt in enumerate(code):
        line = comment_line(stmt)
        if line is not None:
            following = code[i + 1] if i + 1 < len(code) else None
            if following is None or comment_line(following) is not None or line in (last, 0):
                continue
            last = line
        elif children(stmt):
            last = None
        kept.append(stmt)
    code[:] = kept
