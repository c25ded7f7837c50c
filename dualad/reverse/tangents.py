"""Tangents by source: an emitted function written again with a tangent beside each value (forward over reverse).

Emitted gradients are plain: NumPy, operators, containers, a few helpers. So is their derivative: each statement is
followed by the one that its rule gives for tangents, and all that only the gradient itself needs is left out. A tangent
has its value's shape, and shares memory as its value does; where that is not certain the function is refused, and who
asked runs dual numbers through it instead.
"""

from __future__ import annotations

import ast
import builtins
import operator
import types
from collections.abc import Callable
from typing import Any

from dualad.analysis import calls, memory, splice
from dualad.analysis.activity import OF_OBJECTS, Activity
from dualad.analysis.kinds import Kind
from dualad.errors import Unsupported
from dualad.records import record
from dualad.reverse import blocks, build, guards, passing, printing, programs, stack_helpers
from dualad.reverse.bars import Code
from dualad.reverse.blocks import Table
from dualad.reverse.emitted import compile_text
from dualad.reverse.inline import text_of
from dualad.reverse.linearity import BILINEAR, LINEAR, STORING, mirrors
from dualad.reverse.moving import Moving
from dualad.reverse.primal import BINARY, While
from dualad.reverse.programs import Program
from dualad.reverse.stack_temporaries import Growing, Temporaries
from dualad.reverse.tangent_values import SAME_ORDER, Values
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Bind, Const, Stmt, Var


@record(eq=False, repr=False)
class Pushed:
    """A function of arguments and tangents of some that gives the tangent of the result, and what it assumes."""

    call: Callable[..., Any]
    guard: Callable[..., bool]
    text: str
    largest: int = 0  # how many numbers an array of one direction has at most, as seen while stacks ran through it
    windows: bool = True  # whether stacks may have rows for some directions alone
    doubtful: int = 0  # by how many further calls at most it is to be held against dual numbers


def pushed(
    found: Program,
    given: dict[str, Kind],
    moving: tuple[str, ...],
    *,
    many: bool = False,
    value: bool = False,
    require: Callable[[Facts], None] | None = None,
) -> Pushed:
    """The derivative of a function along tangents of the parameters `moving`.

    Args:
        found: the function: an emitted one, or with `require` anybody's.
        given: kinds of its parameters.
        moving: parameters.
        many: whether tangents are stacks (see `stacks`); the function takes their group before its arguments then.
        value: whether it gives the result, too, before its tangent.
        require: what refuses a function that may not run again. Small callees are written out.

    Raises:
        Unsupported: it cannot be written by source.
    """
    wanted = {*moving} if require else None
    with programs.kept():
        function, numbered, inferred = splice.spliced(found.function, found.versions, given, programs.prepare, wanted)
    reach = memory.analyse(function, inferred)
    facts = Facts(function, inferred, numbered, reach, Activity(inferred, numbered))
    if require is not None:
        require(facts)
        if passing.reads_in_passing(function):
            raise Unsupported("what objects change may be read in passing")
    writer = _Writer(facts, Moving(facts, moving), many, require is not None)
    code = writer.function(moving, value)
    name = f"{function.name}_tangent"
    params = [*(p.name for p in function.params), *(writer.dot(n) for n in moving)]
    if many:
        params.insert(0, writer.stacked(code))
    text, _ = printing.function_text(name, params, code, function.source.lines)
    call = compile_text(text, name, function.source, writer.helpers.values)
    guarded = tuple(given[n] for n in found.params)
    taken = guards.condition(
        guarded, list(inferred.assumptions.values()), found.fn.__globals__, found.function.source.cells
    )
    return Pushed(call, guards.compiled(len(guarded), taken), text)


def _held(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing yet
        return None


class _Writer(Values):
    def function(self, moving: tuple[str, ...], value: bool) -> Code:
        """The whole function's statements."""
        function = self.facts.function
        if function.is_generator or function.outer:
            raise Unsupported("a generator, or shared variables")
        for name in moving:
            self.dot(name)
        start: Code = []
        for param in function.params:
            if param.name in self.moving.names and param.name not in moving:
                start.append(build.assign(self.dot(param.name), self.still(build.name(param.name))))
        code = start + self.block(function.body)
        last = self.full(function.result)
        code.append(ast.Return(ast.Tuple([self.atom(function.result), last], ast.Load()) if value else last))
        for stmt in blocks.walk(code):
            build.apply(stmt, lambda node: build.replaced(node, self.known))
        code = self.lines.wanted(code)
        ours = self.facts.function.temps | {*self.dots.values()} | self.old
        return self.lines.inlined(code, ours, Table(code))

    def stacked(self, code: Code) -> str:
        """Make tangents that are the same in all directions stacks; the name of the group."""
        group = self.names.fresh("directions")
        dots = {*self.dots.values()}
        statements = blocks.walk(code)
        stack, rest = self.helpers("stacked", stack_helpers.stacked), self.helpers("at_rest", stack_helpers.at_rest)
        alone: list[ast.Assign] = []  # what binds a tangent that no other takes part in
        for stmt in statements:
            if isinstance(stmt, ast.Assign) and any(build.names_in(t) & dots for t in stmt.targets):
                before = stmt.value
                stmt.value = _stacked(before, dots, lambda x: build.call(build.name(stack), [x, build.name(group)]))
                if stmt.value is not before:
                    alone.append(stmt)
        growing = Growing(statements, dots, {stack}).names
        changed = growing | _changed(statements)
        for stmt in alone:
            if not build.names_in(stmt.targets[0]) & changed and isinstance(stmt.value, ast.Call):
                stmt.value.func = build.name(rest)
        temporaries = Temporaries(dots, self.helpers)
        for stmt in statements:
            if isinstance(stmt, ast.Assign | ast.AugAssign | ast.Return) and stmt.value is not None:
                temporaries.statement(stmt, growing)
        for name, fn in self.helpers.values.items():
            if isinstance(fn, types.FunctionType):
                self.helpers.values[name] = stack_helpers.HELPERS.get(fn, fn)
        self.rename_helpers(statements)
        return group

    def rename_helpers(self, statements: list[ast.stmt]) -> None:
        """Put what stands for a helper of stacks where an emitted function has the helper as a variable of its own."""
        names: dict[str, ast.expr] = {}
        for name, cell in self.facts.function.source.cells.items():
            fn = _held(cell)
            if isinstance(fn, types.FunctionType) and fn in stack_helpers.HELPERS:
                names[name] = build.name(self.helpers(f"{name}_stack", stack_helpers.HELPERS[fn]))
        for stmt in statements:
            build.apply(stmt, lambda node: build.replaced(node, names))

    # Statements

    def block(self, block: list[Stmt]) -> Code:
        out: Code = []
        for stmt in block:
            out += self.stmt(stmt, block)
        return out

    def stmt(self, stmt: Stmt, block: list[Stmt]) -> Code:
        match stmt:
            case Bind():
                return self.bind(stmt, block)
            case core.Unpack():
                return self.unpack(stmt, block)
            case core.Store():
                return self.store(stmt, block)
            case core.Append():
                return self.append(stmt, block)
            case core.If():
                body, orelse = self.block(stmt.body), self.block(stmt.orelse)
                return [ast.If(self.primal.atom(stmt.test), body or [ast.Pass()], orelse)]
            case core.For():
                return [self.loop(stmt)]
            case core.While():
                tests, body = self.block(stmt.test_body), self.block(stmt.body) or [ast.Pass()]
                return [While(tests, self.primal.atom(stmt.test), [*body, *_leaving(stmt.stop)])]
            case core.Delete():
                return []
            case core.Raise():
                return self.primal.stmt(stmt, block)
        raise Unsupported(f"{type(stmt).__name__} in emitted code")

    def unpack(self, stmt: core.Unpack, block: list[Stmt]) -> Code:
        made = self.primal.stmt(stmt, block)
        if not any(n in self.moving.names for n in stmt.targets):
            return made
        value = self.tangent(stmt.value)
        if value is None:
            names = [n for n in stmt.targets if n in self.moving.names]
            return [*made, *(build.assign(self.dot(n), self.still(build.name(n))) for n in names)]
        if isinstance(stmt.value, Var) and stmt.value.name in stmt.targets:
            raise Unsupported("a name that is bound to a part of it")
        targets: list[ast.expr] = [ast.Name(self.dot(n), ast.Store()) for n in stmt.targets]
        if stmt.star is not None:
            targets[stmt.star] = ast.Starred(targets[stmt.star], ast.Store())
        return [*made, ast.Assign([ast.Tuple(targets, ast.Store())], value, lineno=0)]

    def store(self, stmt: core.Store, block: list[Stmt]) -> Code:
        """A store, and the same one of tangents."""
        made = self.primal.stmt(stmt, block)
        self.lines.stores[made[0]] = stmt.base.name
        if not self.moves(stmt.base):
            if self.moves(stmt.value):
                raise Unsupported("a store of what moves into what does not")
            return made
        key = build.key_expr(stmt.key.value) if isinstance(stmt.key, Const) else self.primal.atom(stmt.key)
        place = build.subscript(build.name(self.dot(stmt.base.name)), key)
        name = stmt.aug.__name__ if stmt.aug is not None else ""
        value = self.tangent(stmt.value)
        if name in ("mul", "truediv"):
            scaled = build.assign_to(place, self.scaled_item(stmt, key, place, value))
            self.lines.stores[scaled] = self.dot(stmt.base.name)
            return [scaled, *made]
        if name not in ("", "add", "sub"):
            raise Unsupported(f"an augmented store by {name}")
        if value is None:
            if name:
                return made
            value = build.const(0.0) if self.work.kind(stmt.base).tag == "array" else self.full(stmt.value)
        twin = build.augmented(place, BINARY[name](), value) if name else build.assign_to(place, value)
        self.lines.stores[twin] = self.dot(stmt.base.name)
        return [twin, *made]

    def append(self, stmt: core.Append, block: list[Stmt]) -> Code:
        """An item of a list that a comprehension builds, and its tangent."""
        made = self.primal.stmt(stmt, block)
        self.lines.stores[made[0]] = stmt.base.name
        if not self.moves(stmt.base):
            return made
        dot = self.dot(stmt.base.name)
        method = ast.Attribute(build.name(dot), "append", ast.Load())
        twin = ast.Expr(ast.Call(method, [self.full(stmt.value)], []))
        self.lines.stores[twin] = dot
        return [twin, *made]

    def scaled_item(self, stmt: core.Store, key: ast.expr, moved: ast.expr, value: ast.expr | None) -> ast.expr:
        """The tangent of an item that is multiplied or divided in place, of what the item was."""
        kind = self.work.kind(stmt.value)
        if self.work.kind(stmt.base).tag != "array" or (kind.tag != "array" and not kind.is_number):
            raise Unsupported(f"an augmented store by {stmt.aug.__name__}")
        item, by = build.subscript(build.name(stmt.base.name), key), self.primal.atom(stmt.value)
        if stmt.aug is operator.mul:
            return build.mul(moved, by) if value is None else build.add(build.mul(moved, by), build.mul(value, item))
        if value is not None:
            moved = ast.BinOp(moved, ast.Sub(), build.mul(value, ast.BinOp(item, ast.Div(), by)))
        return ast.BinOp(moved, ast.Div(), by)

    def loop(self, stmt: core.For) -> ast.stmt:
        over = self.primal.atom(stmt.iter)
        target: ast.expr = ast.Name(stmt.target, ast.Store())
        body: Code = []
        if stmt.target in self.moving.names:
            moved = self.tangent(stmt.iter)
            if moved is None:
                body.append(build.assign(self.dot(stmt.target), self.still(build.name(stmt.target))))
            else:
                over = build.call(self.helper(builtins.zip), [over, moved])
                target = ast.Tuple([target, ast.Name(self.dot(stmt.target), ast.Store())], ast.Store())
        body += [*self.block(stmt.body), *_leaving(stmt.stop)]
        return ast.For(target, over, body or [ast.Pass()], [], lineno=0)

    # Bindings

    def bind(self, stmt: Bind, block: list[Stmt]) -> Code:
        if stmt.op in ("function", "import", "caught", "format", "set"):
            if stmt.op != "format" and any(self.moves(a) for a in stmt.args):
                raise Unsupported(f"`{stmt.op}` of what moves")
            return self.kept(self.primal.stmt(stmt, block))
        if stmt.op == "inplace":
            return self.inplace(stmt, block)
        self.require_known(stmt)
        made = self.primal.stmt(stmt, block)
        if stmt.op in ("global", "cell") and self.work.target_kind(stmt, stmt.target).tag == "object":
            if stmt.target in self.facts.function.temps:
                self.known[stmt.target] = self.primal.expr(stmt)
            return made
        if stmt.op in ("call", "method"):
            special = self.changes(stmt, made)
            if special is not None:
                return special
        if stmt.target not in self.moving.names or self.work.target_kind(stmt, stmt.target).inactive:
            return self.passed(stmt, made)
        before = self.kept_before(stmt)
        value = self.value(stmt)
        if value is None:
            value = self.zero(stmt)
        elif self.may_share(stmt) and not self.is_fresh(stmt, value):
            value = self.work.help("owned", value)
        self.renamed.clear()
        return [*before, *self.passed(stmt, made), build.assign(self.dot(stmt.target), value)]

    def require_known(self, stmt: Bind) -> None:
        """Refuse calls that do more than their rules say here: they store into an argument, moving or not, or merge."""
        callee = self.facts.kinds.callee.get(stmt)
        if callee is None or callee.primitive is None:
            return
        known = any(callee.value is fn for fn in STORING)
        if callee.primitive.writes and not known:
            raise Unsupported(f"a call of {callee.primitive.name}, which stores")
        named: Any = calls.bind_arguments(callee, stmt.stars) or dict(stmt.kwargs)
        if "out" in named:
            raise Unsupported(f"a call of {callee.primitive.name} with a result in place")
        if callee.primitive.form == "constant" and any(self.moves(a) for a in core.operands(stmt)):
            of_objects = any(callee.value is fn for fn in OF_OBJECTS)
            given = [self.facts.kinds.of(a) for a in callee.args] if of_objects else []
            if any(not (k.is_number or k.tag == "array") for k in given):
                raise Unsupported(f"`{callee.primitive.name}` of what may be a dict")
            if self.facts.kinds.may_ask_objects(callee.value, core.operands(stmt)):
                raise Unsupported(f"`{callee.primitive.name}` of objects")

    def kept_before(self, stmt: Bind) -> Code:
        """What the target was, under another name, where the statement reads it."""
        if not any(isinstance(a, Var) and a.name == stmt.target for a in core.operands(stmt)):
            return []
        old = self.renamed[stmt.target] = self.names.fresh(f"{stmt.target}_old")
        self.old.add(old)
        self.lines.same[old] = stmt.target
        return [build.assign(old, build.name(stmt.target))]

    def may_share(self, stmt: Bind) -> bool:
        """Whether a tangent would do harm that shares memory with an operand's."""
        if mirrors(stmt, self.facts, self.work) and not self.makes_number(stmt):
            return False
        names = [stmt.target, *(a.name for a in core.operands(stmt) if isinstance(a, Var) and self.moves(a))]
        return any(self.moving.is_stored(n) for n in names)

    def makes_number(self, stmt: Bind) -> bool:
        """Whether it makes a number of an array, whose tangent may be a view without axes: `a_dot[..., 0] * 1.0`."""
        if stmt.op == "copy" or stmt.fn is operator.getitem or not self.work.target_kind(stmt, stmt.target).is_number:
            return False
        return any(self.moves(a) and not self.work.kind(a).is_number for a in core.operands(stmt))

    def is_fresh(self, stmt: Bind, value: ast.expr) -> bool:
        """Whether the expression of a tangent gives an object that nobody else holds."""
        if isinstance(value, ast.BinOp | ast.UnaryOp | ast.Constant):
            return True
        callee = self.callee(stmt)
        primitive = None if callee is None else callee.primitive
        if callee is None or primitive is None or primitive.form not in ("linear", "multilinear"):
            return False
        return calls.gives_new(callee, stmt.stars)

    def kept(self, made: Code) -> Code:
        self.lines.kept.update(made)
        return made

    def passed(self, stmt: Bind, made: Code) -> Code:
        """The statement itself, which stays if it may do more than give a value."""
        callee = self.facts.kinds.callee.get(stmt)
        if stmt.op in ("call", "method") and (callee is None or callee.primitive is None) and self.is_foreign(stmt):
            self.lines.kept.update(made)
        return made

    def is_foreign(self, stmt: Bind) -> bool:
        callee = self.callee(stmt)
        if callee is not None and callee.primitive is not None:
            return False
        value = self.value_of(stmt)
        return not any(value is known for known in (*LINEAR, *BILINEAR, *SAME_ORDER, builtins.range))

    def changes(self, stmt: Bind, made: Code) -> Code | None:
        """A call that changes its first argument, and the same one of tangents; None for any other."""
        base = stmt.args[0] if stmt.args else None
        value = self.value_of(stmt)
        if stmt.op == "method" and stmt.fn in ("append", "pop") and self.work.kind(stmt.args[0]).tag in ("list", "any"):
            if not isinstance(base, Var) or (stmt.fn == "pop" and len(stmt.args) > 1):
                raise Unsupported("`pop` of a place")
        elif not any(value is known for known in STORING):
            return None
        assert isinstance(base, Var)
        self.lines.stores[made[0]] = base.name
        if not self.moves(base):
            return made
        args = [self.full(a) if i in STORING.get(value, (0, 1)) else a for i, a in enumerate(stmt.args)]
        twin = build.assign(self.dot(stmt.target), self.cloned(stmt, args))
        self.lines.stores[twin] = self.dot(base.name)
        return [twin, *made]

    def inplace(self, stmt: Bind, block: list[Stmt]) -> Code:
        made = self.primal.stmt(stmt, block)
        for line in made:
            self.lines.stores[line] = stmt.target
        if stmt.target not in self.moving.names:
            return made
        name = stmt.fn.__name__
        before, value = stmt.args
        same = isinstance(before, Var) and before.name == stmt.target
        kind = self.work.target_kind(stmt, stmt.target)
        if name in ("imul", "itruediv") and kind.tag == "array" and same:
            return self.scaled(stmt, made)
        if name not in ("iadd", "isub") or (kind.immutable and not same):
            return self.rebound(stmt, made, kind)
        start = [] if same else [build.assign(self.dot(stmt.target), self.full(before))]
        moved = self.tangent(value)
        if moved is None:
            if kind.tag == "array" or (kind.is_number and self.work.kind(value).is_number):
                return [*start, *made]
            moved = self.full(value)
        twin = build.augmented(build.name(self.dot(stmt.target)), BINARY[name[1:]](), moved)
        self.lines.stores[twin] = self.dot(stmt.target)
        return [*start, twin, *made]

    def scaled(self, stmt: Bind, made: Code) -> Code:
        """A product or quotient in place: the tangent is changed first."""
        primitive = self.facts.kinds.plain(stmt)
        if primitive is None or any("ans" in text_of(r).facets for r in primitive.rules if r is not None):
            raise Unsupported(f"`{stmt.fn.__name__}` of an array")
        named = dict(zip(primitive.signature.parameters, stmt.args, strict=False))  # type: ignore[union-attr]
        value = self.elementwise(stmt, primitive, named)
        if value is None:
            return made
        twin = build.assign_to(build.subscript(build.name(self.dot(stmt.target)), build.const(...)), value)
        self.lines.stores[twin] = self.dot(stmt.target)
        return [twin, *made]

    def rebound(self, stmt: Bind, made: Code, kind: Kind) -> Code:
        """An augmented assignment to a number: the plain operation."""
        primitive = self.facts.kinds.plain(stmt)
        if not kind.is_number or primitive is None or primitive.form != "elementwise":
            raise Unsupported(f"`{stmt.fn.__name__}` of an array")
        old = self.names.fresh(f"{stmt.target}_old")
        before = [build.assign(old, self.atom(stmt.args[0]))]
        self.old.add(old)
        self.lines.same[old] = stmt.target
        self.renamed[stmt.target] = old
        named = dict(zip(primitive.signature.parameters, stmt.args, strict=False))  # type: ignore[union-attr]
        value = self.elementwise(stmt, primitive, named)
        self.renamed.clear()
        return [*before, *made, build.assign(self.dot(stmt.target), build.const(0.0) if value is None else value)]


def _stacked(value: ast.expr, dots: set[str], stack: Callable[[ast.expr], ast.expr]) -> ast.expr:
    """A tangent's expression, whose parts that no other tangent takes part in are stacks."""
    if not build.names_in(value) & dots:
        return value if isinstance(value, ast.Constant) else stack(value)
    if isinstance(value, ast.Tuple | ast.List):
        value.elts = [_stacked(x, dots, stack) for x in value.elts]
    elif isinstance(value, ast.Dict):
        value.values = [_stacked(x, dots, stack) for x in value.values]
    return value


def _changed(statements: Code) -> set[str]:
    """The names of what some statements change in place."""
    found: set[str] = set()
    for stmt in statements:
        if isinstance(stmt, ast.AugAssign):
            found |= build.names_in(stmt.target)
        elif isinstance(stmt, ast.Assign):
            found |= {n for t in stmt.targets if isinstance(t, ast.Subscript) for n in build.names_in(t)}
    return found


def _leaving(stop: str | None) -> Code:
    """The end of a loop's body."""
    return [] if stop is None else [ast.If(build.name(stop), [ast.Break()], [])]


__all__ = ["Pushed", "pushed"]
