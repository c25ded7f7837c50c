"""Arrays that nobody reads any more hold what is computed next: `a *= b` and `np.exp(a, out=a)` instead of new arrays.

That is done in the joint form alone, where all is seen: the array was made there, nothing else sees it (`owners`), it
is a plain array of float64 with room for the result (`shapes`), and what it held is not read again. No statement is
changed in place: those that stay are shared with the code that was given.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from dualad.analysis.kinds import Kind
from dualad.records import record
from dualad.reverse import blocks, build
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.owners import Owners
from dualad.reverse.primal import BINARY
from dualad.reverse.shapes import ARITHMETIC, Shapes, is_array, takes, ufunc
from dualad.reverse.tidy import has_effects
from dualad.reverse.work import comment_line

NAMES = {BINARY["add"]: "add", BINARY["sub"]: "subtract", BINARY["mul"]: "multiply", BINARY["truediv"]: "divide"}
BLOCKS = (ast.If, ast.For)
PLAIN = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)


def reused(
    code: Code, shapes: Shapes, table: Table, is_rule: Callable[[str], bool], is_ours: Callable[[str], bool]
) -> Code:
    """The code with dead arrays used again; the list itself where there is nothing to be done.

    `is_rule` as of `owners`; `is_ours`: whether a name means a function of ours.
    """
    arrays = {n for kinds in (shapes.user, shapes.values) for n, kind in kinds.items() if is_array(kind)}
    statements = blocks.walk(code)
    made = (type(s) is ast.Assign and not arrays.isdisjoint(table.facts[s].binds) for s in statements)
    if not arrays or not any(made) or any(type(s) not in (*PLAIN, *BLOCKS, ast.Pass) for s in statements):
        return code
    work = _Reuse(code, shapes, table, Owners(statements, shapes, is_rule), is_ours)
    short = work.block(code)
    return short if work.done else code


class _Reuse:
    def __init__(
        self, code: Code, shapes: Shapes, table: Table, owners: Owners, is_ours: Callable[[str], bool]
    ) -> None:
        self.shapes = shapes
        self.owners = owners
        self.is_ours = is_ours
        self.facts = table.facts
        self.after: dict[ast.stmt, frozenset[str]] = {}  # names that are read after a statement
        self.passes: dict[ast.stmt, frozenset[str]] = {}
        owners.disown(self.live(code, frozenset()))  # what is read before it is bound is the caller's
        self.done = False
        self.numpy = min(shapes.numpy, key=len)

    # What is read later

    def live(self, code: Code, names: frozenset[str]) -> frozenset[str]:
        """Note what is read after each statement of a block; the names that are read after the block's start."""
        for stmt in reversed(code):
            self.after[stmt] = names
            if type(stmt) is ast.If:
                self.live(stmt.body, names)
                self.live(stmt.orelse, names)
            elif type(stmt) is ast.For:  # what a pass reads, the pass before may have made
                self.live(stmt.body, names | self.exposed(stmt))
            names = self.before(stmt, names)
        return names

    def before(self, stmt: ast.stmt, names: frozenset[str]) -> frozenset[str]:
        """The names that are read after the start of a statement, given those that are read after its end."""
        if type(stmt) is ast.If:
            then, other = names, names
            for inner in reversed(stmt.body):
                then = self.before(inner, then)
            for inner in reversed(stmt.orelse):
                other = self.before(inner, other)
            names = then | other
        elif type(stmt) is ast.For:
            names = names | self.exposed(stmt)
        elif type(stmt) is ast.Assign and type(stmt.targets[0]) is ast.Name:
            names = names - {stmt.targets[0].id}
        return names.union(self.facts[stmt].reads)

    def exposed(self, stmt: ast.For) -> frozenset[str]:
        """The names that a pass of a loop reads before it binds them."""
        if stmt not in self.passes:
            names: frozenset[str] = frozenset()
            for inner in reversed(stmt.body):
                names = self.before(inner, names)
            self.passes[stmt] = names
        return self.passes[stmt]

    # Statements

    def ordered(self, code: Code) -> Code:
        """Of two sums next to each other that which only adds an array comes first, so that the other may use it up."""
        out = list(code)
        for i in range(len(out) - 1):
            first, second = out[i], out[i + 1]
            if self.may_follow(first, second):
                out[i : i + 2] = second, first
                self.after[first] = self.after[second]
                self.after[second] = self.before(first, self.after[first])
        return out

    def may_follow(self, first: ast.stmt, second: ast.stmt) -> bool:
        """Whether a sum may come after the next one, and gains by it."""
        if type(first) is not ast.AugAssign or type(second) is not ast.AugAssign:
            return False
        sums = isinstance(first.op, ast.Add | ast.Sub) and isinstance(second.op, ast.Add | ast.Sub)
        if not sums or type(second.value) is not ast.Name or type(first.value) is ast.Name:
            return False
        name, reads = second.value.id, build.names_in(first.value)
        if name not in reads or name in self.after[second] or not self.is_quiet(first.value):
            return False
        array, places = self.owners.own(name), [_place(stmt.target) for stmt in (first, second)]
        if not array or None in places or not array.isdisjoint(places):  # type: ignore[arg-type]
            return False
        changed = self.owners.own(places[1]) if places[1] is not None else set()
        return bool(changed) and changed.isdisjoint(reads)

    def last_use_first(self, code: Code, at: int) -> None:
        """Let a statement come after the next one, if that may write over another array that both would not need.

        Of `a_bar += ct * b` and `b_bar += ct * a`, where `a` is not read again, the second is computed in `a`, and then
        the first in `ct`.
        """
        first, second = code[at : at + 2]
        both = set(self.facts[first].reads) & set(self.facts[second].reads)
        shared = [n for n in both if n not in self.after[second] and self.owners.own(n)]
        if not shared or not self.is_apart(first, second) or not self.is_apart(second, first):
            return
        if not any(self.has_other(second, name, first) for name in shared):
            return
        code[at : at + 2] = second, first
        self.after[first] = self.after[second]
        self.after[second] = self.before(first, self.after[first])

    def is_apart(self, stmt: ast.stmt, other: ast.stmt) -> bool:
        """Whether what a statement changes or binds is nothing that another reads, changes or binds."""
        target = stmt.targets[0] if type(stmt) is ast.Assign else getattr(stmt, "target", None)
        if type(stmt) not in (ast.Assign, ast.AugAssign) or not self.is_quiet(stmt.value):  # type: ignore[attr-defined]
            return False
        if not isinstance(target, ast.Name):
            return False
        names = {target.id} if type(stmt) is ast.Assign else self.owners.own(target.id)
        return bool(names) and names.isdisjoint(self.facts[other].reads) and names.isdisjoint(self.facts[other].binds)

    def has_other(self, stmt: ast.stmt, name: str, before: ast.stmt) -> bool:
        """Whether a statement has a product of a name and an array that nothing reads after it, nor `before`."""
        for node in build.walk(stmt.value):  # type: ignore[attr-defined]
            match node:
                case ast.BinOp(left=ast.Name(id=a), op=ast.Mult(), right=ast.Name(id=b)) if name in (a, b) and a != b:
                    other = b if a == name else a
                    holders, kind = self.owners.own(other), self.shapes.name(other)
                    reads = [*self.facts[before].reads, *self.facts[before].binds, *self.after[stmt]]
                    alone = sum(n in holders for n in self.facts[stmt].reads) == 1 and holders.isdisjoint(reads)
                    fits = kind is not None and is_array(kind) and takes(kind, self.shapes.within(build.name(name)))
                    if holders and alone and fits:
                        return True
        return False

    def block(self, code: Code) -> Code:
        out: Code = []
        code = self.ordered(code)
        for at in range(len(code)):
            if at + 1 < len(code):
                self.last_use_first(code, at)
            stmt = code[at]
            if type(stmt) is ast.If:
                out.append(self.branch(stmt))
            elif type(stmt) is ast.For:
                out.append(self.loop(stmt))
            else:
                made = self.stmt(stmt)
                self.bind(stmt)
                out += made
                last = made[-1]
                if last is not stmt and type(last) is ast.Assign and self.found_nothing(last):
                    self.shapes.found[last.targets[0].id] = self.shapes.of(last.value)  # type: ignore[attr-defined]
        return out

    def found_nothing(self, stmt: ast.Assign) -> bool:
        """Whether nothing is known yet of a name that is given an array which was computed in place."""
        target = stmt.targets[0]
        return isinstance(target, ast.Name) and isinstance(stmt.value, ast.Name) and not self.shapes.found[target.id]

    def bind(self, stmt: ast.stmt) -> None:
        if type(stmt) is ast.Assign and type(stmt.targets[0]) is ast.Name:
            self.shapes.bind(stmt.targets[0].id, stmt.value)
        elif type(stmt) is not ast.AugAssign:
            self.shapes.found.update(dict.fromkeys(self.facts[stmt].binds))
        elif type(stmt.target) is ast.Name and not is_array(self.shapes.name(stmt.target.id)):
            self.shapes.found[stmt.target.id] = None

    def branch(self, stmt: ast.If) -> ast.stmt:
        before = dict(self.shapes.found)
        body = self.block(stmt.body)
        then, self.shapes.found = self.shapes.found, before
        orelse = self.block(stmt.orelse)
        other = self.shapes.found
        self.shapes.found = {n: k if then.get(n) == k and n in then else None for n, k in {**then, **other}.items()}
        return _like(stmt, ast.If(stmt.test, body, orelse))

    def loop(self, stmt: ast.For) -> ast.stmt:
        inside = [s for s in blocks.walk([stmt]) if type(s) is not ast.AugAssign]
        bound = dict.fromkeys([n for s in inside for n in self.facts[s].binds])
        self.shapes.found.update(bound)
        body = self.block(stmt.body)
        self.shapes.found.update(bound)
        return _like(stmt, ast.For(stmt.target, stmt.iter, body, stmt.orelse, lineno=0))

    def stmt(self, stmt: ast.stmt) -> Code:
        """A simple statement, and what is computed in place before it."""
        value = getattr(stmt, "value", None)
        if type(stmt) not in PLAIN or comment_line(stmt) is not None or value is None or not self.is_quiet(value):
            return [stmt]
        target = stmt.targets[0] if type(stmt) is ast.Assign else None
        name = target.id if isinstance(target, ast.Name) else None
        found = _Statement(self, stmt, name)
        value = found.value(value)
        if not found.before:
            return [stmt]
        self.done = True
        last = found.before[-1]
        if isinstance(last, ast.Expr) and isinstance(value, ast.Name):
            value = last.value  # a call gives what it writes
            del found.before[-1]
        if type(stmt) is ast.Assign:
            if name is not None and isinstance(value, ast.Name) and value.id == name:
                return found.before
            made: ast.stmt = ast.Assign(stmt.targets, value, lineno=0)
        elif isinstance(stmt, ast.AugAssign):
            made = ast.AugAssign(stmt.target, stmt.op, value)
        else:
            made = ast.Expr(value) if isinstance(stmt, ast.Expr) else ast.Return(value)
        return [*found.before, _like(stmt, made)]

    def is_quiet(self, value: ast.expr) -> bool:
        """Whether nothing in an expression changes anything, so that parts of it may be computed before the rest."""
        calls = [n for n in build.walk(value) if isinstance(n, ast.Call | ast.NamedExpr)]
        return not calls or not (has_effects(value) or any(not self.is_known(n) for n in calls))

    def is_known(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        return self.owners.is_pure(node) or (isinstance(node.func, ast.Name) and self.is_ours(node.func.id))


@record(eq=False, repr=False)
class _Buffer:
    """An array that takes the result of an expression: its name, and the names that hold it."""

    name: str
    holders: set[str]
    kind: Kind


class _Statement:
    """One statement whose parts are computed in place before it, innermost first."""

    def __init__(self, work: _Reuse, stmt: ast.stmt, target: str | None) -> None:
        self.work = work
        self.stmt = stmt
        self.target = target
        self.reads = work.facts[stmt].reads
        self.changed: set[str] = set()  # names whose arrays hold something else by now
        self.begun: Kind | None = None  # of what the target holds already
        self.before: Code = []

    def add(self, made: ast.stmt) -> None:
        self.before.append(_like(self.stmt, made))

    def value(self, node: ast.expr) -> ast.expr:
        """The expression with what was computed before by its name."""
        match node:
            case ast.BinOp():
                left, right = self.value(node.left), self.value(node.right)
                same = left is node.left and right is node.right
                made = node if same else ast.BinOp(left, node.op, right)
                if isinstance(node.op, ARITHMETIC):
                    return self.operation(node, made)
                return made
            case ast.UnaryOp(op=ast.USub()):
                operand = self.value(node.operand)
                made_unary = node if operand is node.operand else ast.UnaryOp(node.op, operand)
                buffer = self.buffer(node, operand)
                return made_unary if buffer is None else self.call("negative", [operand], buffer)
            case ast.Call():
                return self.called(node)
            case ast.Attribute() | ast.Subscript():
                inner = self.value(node.value)
                if inner is node.value:
                    return node
                if isinstance(node, ast.Attribute):
                    return build.attribute(inner, node.attr)
                return ast.Subscript(inner, node.slice, node.ctx)
            case ast.Tuple() if isinstance(self.stmt, ast.Return):
                return node
        return node

    def called(self, node: ast.Call) -> ast.expr:
        func, args = node.func, [self.value(a) for a in node.args]
        name = ""
        if isinstance(func, ast.Attribute):
            if isinstance(func.value, ast.Name) and func.value.id in self.work.shapes.numpy:
                name = func.attr
            else:
                inner = self.value(func.value)
                func = func if inner is func.value else build.attribute(inner, func.attr)
        changed = func is not node.func or any(a is not b for a, b in zip(args, node.args, strict=True))
        made = ast.Call(func, args, node.keywords) if changed else node
        if not name or node.keywords or not args or len(args) != ufunc(name):
            return made
        for operand, other in zip(args, reversed(args) if len(args) == 2 else [None], strict=True):
            buffer = self.buffer(node, operand, other)
            if buffer is not None:
                return self.call(name, args, buffer)
        begun = self.begin(node, args[0]) if len(args) == 1 else None
        return made if begun is None else self.call(name, [build.name(begun.name)], begun)

    def operation(self, node: ast.BinOp, made: ast.BinOp) -> ast.expr:
        """An arithmetic operation: in the array of its left operand, else of its right one."""
        whole = self.target if node is getattr(self.stmt, "value", None) else None
        buffer = self.buffer(node, made.left, made.right, whole)
        if buffer is not None:
            self.add(build.augmented(build.name(buffer.name), made.op, made.right))
            return self.computed(buffer)
        buffer = self.buffer(node, made.right, made.left, whole)
        if buffer is None:
            buffer = None if isinstance(made.op, ast.Add | ast.Mult) else self.begin(node, made.right, made.left)
            if buffer is None:
                return made
            return self.call(NAMES[type(made.op)], [made.left, build.name(buffer.name)], buffer)
        if isinstance(made.op, ast.Add | ast.Mult):
            self.add(build.augmented(build.name(buffer.name), made.op, made.left))
            return self.computed(buffer)
        return self.call(NAMES[type(made.op)], [made.left, made.right], buffer)

    def call(self, name: str, args: list[ast.expr], buffer: _Buffer) -> ast.expr:
        out = build.name(buffer.name)
        self.add(ast.Expr(build.call(build.attribute(build.name(self.work.numpy), name), args, out=out)))
        return self.computed(buffer)

    def computed(self, buffer: _Buffer) -> ast.expr:
        self.changed |= buffer.holders
        return build.name(buffer.name)

    def begin(self, node: ast.expr, operand: ast.expr, other: ast.expr | None = None) -> _Buffer | None:
        """Let the statement's target hold a new array that an operand is, so that what is made of it may go there."""
        name, kind = self.target, self.work.shapes.of(operand)
        if name is None or kind is None or not is_array(kind) or not isinstance(operand, ast.BinOp | ast.UnaryOp):
            return None
        inside: list[str] = []
        build.collect(node, inside, [])
        if self.begun is not None or inside.count(name) != self.reads.count(name):
            return None
        if other is not None and (name in build.names_in(other) or not takes(kind, self.work.shapes.within(other))):
            return None
        self.add(build.assign(name, operand))
        self.begun = kind
        return _Buffer(name, {name}, kind)

    def buffer(
        self, node: ast.expr, operand: ast.expr, other: ast.expr | None = None, target: str | None = None
    ) -> _Buffer | None:
        """The array of an operand, if it may take what `node` gives of it and perhaps of another operand."""
        if not isinstance(operand, ast.Name):
            return None
        shapes, name = self.work.shapes, operand.id
        begun = self.begun is not None and name == self.target
        kind = self.begun if begun else shapes.name(name)
        if kind is None or not is_array(kind):
            return None
        holders = {name} if begun else self.work.owners.own(name)
        if not begun:
            if not holders or not holders.isdisjoint(self.work.after[self.stmt]):
                return None
            inside: list[str] = []
            build.collect(node, inside, [])
            if sum(n in holders for n in inside) != sum(n in holders for n in self.reads):
                return None  # it is read elsewhere in the statement, perhaps later
        if other is not None:
            if not holders.isdisjoint(self.changed) and not holders.isdisjoint(build.names_in(other)):
                return None
            found = shapes.within(other)
            if not takes(kind, found) and not (found is None and target is not None and self.joins(node, target, kind)):
                return None
        return _Buffer(name, holders, kind)

    def joins(self, node: ast.expr, target: str, kind: Kind) -> bool:
        """Whether a sum is the cotangent `target`, of the array's shape: what else is added to that has room in it."""
        additive = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        return additive and self.work.shapes.is_whole(target, kind)


def _place(target: ast.expr) -> str | None:
    """The name of the array that a target is, or that it is a place of, with nothing but literals in its key."""
    match target:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=ast.Name(id=name), slice=key) if not build.names_in(key):
            return name
    return None


def _like(stmt: ast.stmt, made: ast.stmt) -> ast.stmt:
    """A statement made in the place of another one: it stands for the same line of the user's."""
    line = getattr(stmt, "user_line", 0)
    if line:
        made.user_line = line  # type: ignore[attr-defined]
    return made
