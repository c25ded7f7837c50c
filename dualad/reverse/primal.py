"""The forward sweep: core written back as Python, with what the reverse sweep wants kept put in."""

from __future__ import annotations

import ast
import builtins
import operator
import types
from collections.abc import Callable, Hashable
from typing import Any

import gast
import numpy as np

from dualad import outputs
from dualad.analysis.calls import outs
from dualad.analysis.kinds import Kind, is_double, maybe_one
from dualad.analysis.results import is_maybe_plane, is_of_rows
from dualad.analysis.versions import Block
from dualad.errors import DualadError
from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.lines import tag
from dualad.reverse.objects import DISCRETE
from dualad.reverse.residuals import Insertions
from dualad.reverse.work import Work
from dualad.rules.joining import array_of_rows
from dualad.rules.products import cross_in_space
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var

BINARY = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv, "mod": ast.Mod,
    "pow": ast.Pow, "matmul": ast.MatMult, "lshift": ast.LShift, "rshift": ast.RShift, "or_": ast.BitOr,
    "xor": ast.BitXor, "and_": ast.BitAnd,
}  # fmt: skip
COMPARE = {
    "eq": ast.Eq, "ne": ast.NotEq, "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE, "is_": ast.Is,
    "is_not": ast.IsNot,
}  # fmt: skip
UNARY = {"neg": ast.USub, "pos": ast.UAdd, "invert": ast.Invert, "not_": ast.Not}


METHODS: dict[Any, str] = {
    np.sum: "sum", np.max: "max", np.amax: "max", np.min: "min", np.amin: "min", np.prod: "prod", np.mean: "mean",
    np.dot: "dot", np.cumsum: "cumsum", np.swapaxes: "swapaxes", np.argmax: "argmax", np.argmin: "argmin",
}  # fmt: skip
"""Functions that call a method of an array with the arguments that they are given; on small arrays they take two or
three times as long as the method itself."""


OBSERVERS = (builtins.print, builtins.next, builtins.input)
ITERATING = ("builtins", "math", "statistics", "functools", "_functools", "itertools", "heapq", "_heapq", "collections")
TAKING = (operator.contains, operator.countOf, operator.indexOf, np.fromiter)
"""What takes items of any iterator, besides functions of these modules."""


class Live(ast.Name):
    """A variable that other functions may bind: what is read depends on when."""


class Kept(ast.Assign):
    """An assignment that stays: other functions read the variable, or finding the value may change something."""


class KeptInPlace(ast.AugAssign):
    """The same of an augmented assignment."""


class PureCall(ast.Call):
    """A call of a primitive, which may be left out when nobody reads its result."""


class Primal:
    """Writes the forward sweep of one function."""

    def __init__(self, work: Work, counts: dict[Stmt, str], cells: dict[str, str]) -> None:
        self.work = work
        self.insert: Insertions = work.residuals.insert
        self.counts = counts  # loops whose passes are counted, and in which name
        self.cells = cells  # captured variables and globals by the names that the emitted code knows them by

    def sweep(self) -> Code:
        """All statements, copies and aliases of parameters first."""
        function = self.work.facts.function
        declared: Code = []
        for scope, form in (("global", ast.Global), ("cell", ast.Nonlocal)):
            names = sorted(n for n, s in function.outer.items() if s == scope)
            if names:
                declared.append(form(names))
        return declared + self.block(function.body)

    def attempted(self, stmt: Stmt, made: Code) -> Code:
        """A statement, with what is done where an exception leaves it."""
        name, done = self.insert.where_left.get(stmt, ("", []))
        if not done:
            return made
        caught = self.work.builtin("BaseException")
        later = [t.id for s in self.insert.after.get(stmt, ()) for t in getattr(s, "targets", ()) if hasattr(t, "id")]
        read = set().union(*map(build.names_in, done))
        unmade: Code = [build.assign(n, build.const(None)) for n in (*core.targets(stmt), *later) if n in read]
        return [ast.Try(made, [ast.ExceptHandler(caught, name, [*unmade, *done, ast.Raise()])], [], [])]

    def block(self, block: Block) -> Code:
        out: Code = [build.copied(s) for s in self.insert.at_start.get(id(block), ())]
        for stmt in block:
            out += [build.copied(s) for s in self.insert.before.get(stmt, ())]
            made = self.stmt(stmt, block)
            tag(made, stmt.line)
            out += self.attempted(stmt, made)
            out += [build.copied(s) for s in self.insert.after.get(stmt, ())]
        tape = self.insert.tapes.get(id(block))
        if tape is not None:
            pushed: list[ast.expr] = [build.name(n) for n in tape.pushed]
            value = pushed[0] if len(pushed) == 1 else ast.Tuple(pushed, ast.Load())
            out.append(ast.Expr(build.call(build.attribute(build.name(tape.name), "append"), [value])))
        return out

    def stmt(self, stmt: Stmt, block: Block) -> Code:
        match stmt:
            case Bind():
                return self.bind(stmt)
            case core.Unpack():
                return [self._unpack(stmt)]
            case core.Store():
                return [self._store(stmt)]
            case core.StoreAttr() | core.Append() if stmt in self.work.pulls:
                what, name = (
                    ("set_attribute", [build.const(stmt.name)])
                    if isinstance(stmt, core.StoreAttr)
                    else ("append_item", [])
                )
                called = self.work.help(what, self.atom(stmt.base), *name, self.atom(stmt.value))
                return [build.assign(self.work.pulls[stmt], called)]
            case core.StoreOuter():
                return [Kept([ast.Name(stmt.name, ast.Store())], self.atom(stmt.value), lineno=0)]
            case core.StoreAttr():
                place = build.attribute(self.atom(stmt.base), stmt.name)
                return [build.assign_to(place, self.atom(stmt.value))]
            case core.Append():
                append = build.attribute(self.atom(stmt.base), "append")
                return [ast.Expr(build.call(append, [self.atom(stmt.value)]))]
            case core.If():
                body, orelse = self.block(stmt.body), self.block(stmt.orelse)
                return [ast.If(self.atom(stmt.test), body or [ast.Pass()], orelse)]
            case core.For() | core.While():
                return self._loop(stmt)
            case core.With():
                target = ast.Name(stmt.target, ast.Store()) if stmt.target else None
                body = self.block(stmt.body) or [ast.Pass()]
                manager = self.atom(stmt.manager)
                if stmt.plain:
                    return [ast.With([ast.withitem(manager, target)], body)]
                return [Leavable([ast.withitem(self.work.help("Refusing", manager), target)], body)]
            case core.Try():
                return [self._try(stmt)]
            case core.Yield():
                return [ast.Expr(ast.Yield(self.atom(stmt.value)))]
            case core.Raise():
                parts = [None if a is None else self.atom(a) for a in (stmt.value, stmt.cause)]
                return [ast.Raise(*parts)]
            case core.Delete():
                return []
            case core.DeletePlace():
                return [self._delete(stmt)]
        raise TypeError(f"no statement of core: {stmt!r}")

    def atom(self, atom: Atom) -> ast.expr:
        if isinstance(atom, Var):
            return build.name(atom.name)
        if callable(atom.value):
            return build.name(self.work.helper(atom.value.__name__, atom.value))
        return build.const(atom.value)

    def _unpack(self, stmt: core.Unpack) -> ast.stmt:
        targets: list[ast.expr] = [ast.Name(n, ast.Store()) for n in stmt.targets]
        pull = self.work.pulls.get(stmt)
        if pull is not None:
            both = ast.Tuple([ast.Tuple(targets, ast.Store()), ast.Name(pull, ast.Store())], ast.Store())
            count, star = build.const(len(targets)), build.const(stmt.star)
            return ast.Assign([both], self.work.help("unpack", self.atom(stmt.value), count, star), lineno=0)
        if stmt.star is not None:
            targets[stmt.star] = ast.Starred(targets[stmt.star], ast.Store())
        return self._assignment(stmt)([ast.Tuple(targets, ast.Store())], self.atom(stmt.value), lineno=0)

    def _store(self, stmt: core.Store) -> ast.stmt:
        key = build.key_expr(stmt.key.value) if isinstance(stmt.key, Const) else self.atom(stmt.key)
        pull = self.work.pulls.get(stmt)
        if pull is not None:
            base, index, value = (self.atom(a) for a in (stmt.base, stmt.key, stmt.value))
            if stmt.aug is None:
                active = [build.const(True)] if self.work.may_be_active_key(stmt.key) else []
                return build.assign(pull, self.work.help("set_item", base, index, value, *active))
            op = build.name(self.work.helper(inplace_name(stmt.aug), inplace(stmt.aug)))
            return build.assign(pull, self.work.help("augment_item", op, base, index, value))
        place = build.subscript(self.atom(stmt.base), key)
        if stmt.aug is None:
            value = self.atom(stmt.value)
            if self._may_be_part(stmt):
                value = self.work.help("in_order", self.atom(stmt.base), self.atom(stmt.key), value)
            return build.assign_to(place, value)
        return build.augmented(place, BINARY[stmt.aug.__name__](), self.atom(stmt.value))

    def _may_be_part(self, stmt: core.Store) -> bool:
        """Whether a value may be a row of the array that it is stored into, at places that are a row as well."""
        value, base = stmt.value, self.work.kind(stmt.base)
        if not isinstance(value, Var) or base.tag != "array":
            return False
        kind, memory = self.work.kind(value), self.work.facts.memory
        row = kind.tag == "any" or (kind.tag == "array" and len(kind.dims) == 1)
        if kind.tag == "array" and not row and self._may_be_row_of(base, stmt.key):  # leading axes of one are dropped
            row = all([d == 1 or maybe_one(d) for d in kind.dims[:-1]])
        return row and memory.find(value.name) == memory.find(stmt.base.name)

    def _may_be_row_of(self, base: Kind, key: Atom) -> bool:
        """Whether places of an array may be a row of numbers."""
        kind = self.work.kind(key)
        parts = kind.items if kind.tag == "tuple" and kind.value is None else (kind,)
        if not all([p.tag in ("int", "slice", "ellipsis") for p in parts]):
            return True
        return len(base.dims) - sum([p.tag == "int" for p in parts]) == 1

    def _delete(self, stmt: core.DeletePlace) -> ast.stmt:
        base, key = self.atom(stmt.base), self.atom(stmt.key)
        pull = self.work.pulls.get(stmt)
        if pull is not None:
            return build.assign(pull, self.work.help("delete_attr" if stmt.attribute else "delete_item", base, key))
        if stmt.attribute:
            assert isinstance(stmt.key, Const)
            return ast.Delete([ast.Attribute(base, stmt.key.value, ast.Del())])
        if isinstance(stmt.key, Const):
            key = build.key_expr(stmt.key.value)
        return ast.Delete([ast.Subscript(base, key, ast.Del())])

    def _loop(self, stmt: core.For | core.While) -> Code:
        before: Code = []
        body = self.block(stmt.body)
        count = self.counts.get(stmt)
        if count is not None:
            before.append(build.assign(count, build.const(0)))
            body.insert(0, build.augmented(build.name(count), ast.Add(), build.const(1)))
        if stmt.stop is not None:
            body.append(ast.If(build.name(stmt.stop), [ast.Break()], []))
        if isinstance(stmt, core.For):
            target = ast.Name(stmt.target, ast.Store())
            over = build.name(self.work.iterated[stmt]) if stmt in self.work.iterated else self.atom(stmt.iter)
            return [*before, ast.For(target, over, body or [ast.Pass()], [], lineno=0)]
        tests = self.block(stmt.test_body)
        test = self.atom(stmt.test)
        return [*before, While(tests, test, body)]

    def _try(self, stmt: core.Try) -> ast.stmt:
        handlers = []
        for handler in stmt.handlers:
            caught = None
            if handler.type is not None:
                caught = gast.gast_to_ast(gast.Expression(body=handler.type)).body
            handlers.append(ast.ExceptHandler(caught, handler.name, self.block(handler.body) or [ast.Pass()]))
        if handlers:  # what dualad refuses is no exception of the user's, who would take another way if it were caught
            refusal = build.name(self.work.helper("DualadError", DualadError))
            handlers.insert(0, ast.ExceptHandler(refusal, None, [ast.Raise()]))
        body = self.block(stmt.body) or [ast.Pass()]
        final = self.block(stmt.final) or ([] if handlers else [ast.Pass()])
        return ast.Try(body, handlers, self.block(stmt.orelse), final)

    # Bindings

    def bind(self, stmt: Bind) -> Code:
        pull = self.work.pulls.get(stmt)
        if pull is not None and stmt in self.work.appended:
            made = self.work.help("append_item", *(self.atom(a) for a in stmt.args))
            return [build.assign(pull, made), build.assign(stmt.target, build.const(None))]
        if pull is not None:
            return [self._pulled(stmt, pull)]
        if stmt.op == "inplace":
            return self._inplace(stmt)
        if stmt.op == "function" and isinstance(stmt.fn, gast.FunctionDef):
            return [gast.gast_to_ast(stmt.fn)]
        if stmt.op == "caught":
            return []  # `except E as name` binds it
        if stmt.op == "import":
            return [gast.gast_to_ast(stmt.node)]
        if stmt.op == "copy" and isinstance(stmt.args[0], Var) and stmt.args[0].name == stmt.target:
            return []
        value = self.expr(stmt)
        if isinstance(value, ast.Call) and not isinstance(value, PureCall):
            return [build.assign(stmt.target, value)]
        return [self._assignment(stmt)([ast.Name(stmt.target, ast.Store())], value, lineno=0)]

    def _assignment(self, stmt: core.Stmt) -> type[ast.Assign]:
        """What binds a value: it stays where finding the value may change something."""
        return Kept if stmt in self.work.facts.memory.unknown or self._takes_apart(stmt) else ast.Assign

    def _takes_apart(self, stmt: core.Stmt) -> bool:
        """Whether a display or `in` may take items of an iterator, which has less of them afterwards."""
        if not isinstance(stmt, Bind):
            return False
        if stmt.op in ("list", "tuple", "set") and stmt.stars:
            taken = [a for i, a in enumerate(stmt.args) if i in stmt.stars]
        elif stmt.op == "prim" and stmt.fn is operator.contains:
            taken = stmt.args[:1]
        else:
            return False
        known = self.work.facts.versions.read  # tangents that stand for operands are not among them
        return any(self.work.kind(a).tag in ("iter", "any") for a in taken if not isinstance(a, Var) or a in known)

    def _pulled(self, stmt: Bind, pull: str) -> ast.stmt:
        """A call that also gives a pullback."""
        target = ast.Tuple([ast.Name(stmt.target, ast.Store()), ast.Name(pull, ast.Store())], ast.Store())
        if stmt.op == "inplace":
            op = build.name(self.work.helper(stmt.fn.__name__, stmt.fn))
            value = self.work.help("augment", op, *(self.atom(a) for a in stmt.args))
            return ast.Assign([target], value, lineno=0)
        site = build.name(self.work.sites[stmt])
        first = [self.atom(stmt.fn)] if stmt.op == "call" and stmt not in self.work.itself else []
        args, keywords = [*first, *(self.atom(a) for a in stmt.args)], self._keywords(stmt)
        if stmt in self.work.operations:  # which is given the mappings themselves
            args += [k.value for k in keywords if k.arg is None]
            keywords = [k for k in keywords if k.arg is not None]
        return ast.Assign([target], ast.Call(site, args, keywords), lineno=0)

    def _inplace(self, stmt: Bind) -> Code:
        made = self._in_place(stmt)
        last = made[-1]
        before, operand = [self.work.kind(a).tag for a in stmt.args]
        takes = operand == "iter" or (before == "list" and operand == "any")
        if takes or stmt in self.work.facts.memory.unknown:  # who is asked for an operator, or for items, may change
            if isinstance(last, ast.AugAssign):
                made[-1] = KeptInPlace(last.target, last.op, last.value)
            elif isinstance(last, ast.Assign):
                made[-1] = Kept(last.targets, last.value, lineno=0)
        return made

    def _in_place(self, stmt: Bind) -> Code:
        name = stmt.fn.__name__[1:]
        op = BINARY[name + "_" if name in ("or", "and") else name]()
        value = self.atom(stmt.args[1])
        kind = self.work.target_kind(stmt, stmt.target)
        before = self.atom(stmt.args[0])
        same = isinstance(stmt.args[0], Var) and stmt.args[0].name == stmt.target
        if not same and not kind.immutable:  # what was there before may be changed in place
            return [build.assign(stmt.target, before), build.augmented(build.name(stmt.target), op, value)]
        if not same:
            return [build.assign(stmt.target, ast.BinOp(before, op, value))]
        if not kind.immutable and kind.tag != "array" and self.work.target_active(stmt, stmt.target):
            return [build.assign(stmt.target, ast.BinOp(self.work.help("rebound", before), op, value))]
        return [build.augmented(build.name(stmt.target), op, value)]

    def expr(self, stmt: Bind) -> ast.expr:
        """The right-hand side of a binding."""
        writer: Callable[[Bind], ast.expr] = getattr(self, f"_expr_{stmt.op}")
        value = writer(stmt)
        facts = self.work.facts
        if (facts.meets_objects or facts.memory.met.operators) and self._is_discrete(stmt):
            operands = [self.atom(a) for a in stmt.args if self._varies(a)]
            return self.work.help("discrete", value, *operands)
        return value

    def _is_discrete(self, stmt: Bind) -> bool:
        """Whether it has no derivative of numbers, but may of objects: a comparison, a rounding."""
        if stmt.op not in ("prim", "call", "method") or stmt.fn is operator.getitem:
            return False
        callee = self.work.facts.kinds.callee[stmt]
        is_constant = callee.primitive is not None and callee.primitive.form == "constant"
        if callee.value not in DISCRETE or not (is_constant or callee.value is divmod):
            return False
        return any(self._varies(a) and self.work.kind(a).tag == "any" for a in stmt.args)

    def _varies(self, atom: Atom) -> bool:
        facts = self.work.facts
        return isinstance(atom, Var) and facts.versions.read[atom] in facts.activity.varied

    def _arguments(self, stmt: Bind, atoms: list[Atom], offset: int = 0) -> list[ast.expr]:
        found: list[ast.expr] = []
        for i, atom in enumerate(atoms):
            value = self.atom(atom)
            found.append(ast.Starred(value, ast.Load()) if i + offset in stmt.stars else value)
        return found

    def _keywords(self, stmt: Bind) -> list[ast.keyword]:
        return [ast.keyword(k, self.atom(a)) for k, a in stmt.kwargs]

    def _expr_copy(self, stmt: Bind) -> ast.expr:
        return self.atom(stmt.args[0])

    def _expr_prim(self, stmt: Bind) -> ast.expr:
        name = stmt.fn.__name__
        args = [self.atom(a) for a in stmt.args]
        if name == "matmul" and self._is_dot(stmt):
            return PureCall(build.attribute(args[0], "dot"), [args[1]], [])
        if name in BINARY:
            return ast.BinOp(args[0], BINARY[name](), args[1])
        left, right = stmt.args[0], stmt.args[-1]
        if name in ("is_", "is_not") and isinstance(left, Const) and isinstance(right, Const) and right.value is None:
            return build.const((left.value is None) == (name == "is_"))  # Python would warn of the question
        if name in COMPARE:
            return ast.Compare(args[0], [COMPARE[name]()], [args[1]])
        if name in UNARY:
            return ast.UnaryOp(UNARY[name](), args[0])
        if name == "contains":
            return ast.Compare(args[1], [ast.In()], [args[0]])
        key = stmt.args[1]
        return build.subscript(args[0], build.key_expr(key.value) if isinstance(key, Const) else args[1])

    def _is_dot(self, stmt: Bind) -> bool:
        """Whether a product is that of two plain matrices or vectors, which `dot` takes half the time for if small.

        The last digit may be another, and so the derivative alone is found like that.
        """
        if self.work.values or self.work.higher or (stmt, stmt.target) not in self.work.facts.versions.defined:
            return False
        return all(k.tag == "array" and k.rank in (1, 2) and is_double(k) for k in map(self.work.kind, stmt.args))

    def _expr_call(self, stmt: Bind) -> ast.expr:
        return self._made(stmt, self.atom(stmt.fn), self._arguments(stmt, stmt.args))

    def _made(self, stmt: Bind, fn: ast.expr, args: list[ast.expr]) -> ast.expr:
        """A call; one of a primitive that writes nothing may be left out where nobody reads its result."""
        callee = self.work.facts.kinds.callee[stmt]
        primitive = callee.primitive
        pure = primitive is not None and not primitive.writes and primitive.fn not in OBSERVERS
        pure = pure and not outs(callee) and all(name is not None for name, _ in stmt.kwargs)
        pure = pure and not self._is_check(stmt, primitive) and not self._takes_items(stmt, primitive)
        pure = pure and not self.work.facts.memory.may_write(stmt)
        keywords = self._keywords(stmt)
        method = self._method_of(stmt, callee.value) if pure else None
        if method is not None:
            fn, args = build.attribute(args[0], method), args[1:]
        if primitive is not None and self._rests_on(is_maybe_plane, primitive.fn, stmt, callee.args):
            fn = build.name(self.work.helper("cross_in_space", cross_in_space))
        if primitive is not None and self._rests_on(is_of_rows, primitive.fn, stmt, callee.args):
            fn = build.name(self.work.helper("array_of_rows", array_of_rows))
        names = () if primitive is None or stmt.stars else outputs.named(primitive.fn, len(callee.args))
        if names:  # `out` is seen in emitted code where it has its name
            targets, args = args[-len(names) :], args[: -len(names)]
            if names.count("out") > 1:  # the results of one universal function
                targets, names = [ast.Tuple(targets, ast.Load())], ("out",)
            keywords += [ast.keyword(name, value) for name, value in zip(names, targets, strict=True)]
        return (PureCall if pure else ast.Call)(fn, args, keywords)

    def _is_check(self, stmt: Bind, primitive: Any) -> bool:
        """Whether a function of somebody's own without a derivative is called for what it may raise alone."""
        versions = self.work.facts.versions
        made = versions.defined.get((stmt, stmt.target))
        if made is None or primitive.form != "constant" or not isinstance(primitive.fn, types.FunctionType):
            return False
        return made is not versions.result and made not in versions.read.values()

    def _takes_items(self, stmt: Bind, primitive: Any) -> bool:
        """Whether it may take items of a generator, which runs what the generator does."""
        iterates = getattr(primitive.fn, "__module__", None) in ITERATING or primitive.fn in TAKING
        known = self.work.facts.versions.read  # tangents that stand for operands are not among them
        operands = [a for a in core.operands(stmt) if not isinstance(a, Var) or a in known]
        tags = [self.work.kind(atom).tag for atom in operands]
        return "iter" in tags or (iterates and "any" in tags)

    def _method_of(self, stmt: Bind, fn: Any) -> str | None:
        """The method that a function of NumPy comes down to if its first argument is a plain array."""
        atoms = stmt.args[1:] if stmt.op == "method" else stmt.args
        if stmt.stars or not atoms or not isinstance(atoms[0], Var) or not isinstance(fn, Hashable):
            return None
        if (stmt, stmt.target) not in self.work.facts.versions.defined:
            return None  # a statement of a tangent's, of whose operands no kind was told
        kinds = [self.work.kind(a) for a in (atoms if fn is np.dot else atoms[:1])]  # others may take `np.dot` over
        plain = all(kind.tag == "array" and kind.dims for kind in kinds)
        return METHODS.get(fn) if plain and not self.work.higher else None

    def _rests_on(self, seen: Callable[..., bool], fn: Any, stmt: Bind, args: list[Atom]) -> bool:
        """Whether the kind of a call rests on something that is seen as it runs."""
        if (stmt, stmt.target) not in self.work.facts.versions.defined:
            return False  # a statement of a tangent's, of which no kind was told
        return seen(fn, self.work.target_kind(stmt, stmt.target), [self.work.kind(a) for a in args])

    def _expr_method(self, stmt: Bind) -> ast.expr:
        method = build.attribute(self.atom(stmt.args[0]), stmt.fn)
        return self._made(stmt, method, self._arguments(stmt, stmt.args[1:], 1))

    def _expr_attr(self, stmt: Bind) -> ast.expr:
        return build.attribute(self.atom(stmt.args[0]), stmt.fn)

    def _expr_global(self, stmt: Bind) -> ast.expr:
        name = self.cells.get(stmt.fn, stmt.fn)
        if self.work.target_kind(stmt, stmt.target).tag == "object":
            return build.name(name)
        return Live(name, ast.Load())

    _expr_cell = _expr_global

    def _expr_tuple(self, stmt: Bind) -> ast.expr:
        return ast.Tuple(self._arguments(stmt, stmt.args), ast.Load())

    def _expr_list(self, stmt: Bind) -> ast.expr:
        return ast.List(self._arguments(stmt, stmt.args), ast.Load())

    def _expr_set(self, stmt: Bind) -> ast.expr:
        return ast.Set(self._arguments(stmt, stmt.args))

    def _expr_dict(self, stmt: Bind) -> ast.expr:
        keys = [None if i in stmt.stars else self._key(stmt, a) for i, a in enumerate(stmt.args) if i % 2 == 0]
        return ast.Dict(keys, [self.atom(a) for a in stmt.args[1::2]])

    def _key(self, stmt: Bind, atom: Atom) -> ast.expr:
        """A key of a dict: nobody would follow an active number from what reads it, but where the dict is in memory."""
        work, key = self.work, self.atom(atom)
        followed = work.target_in_memory(stmt, stmt.target) or not work.target_active(stmt, stmt.target)
        if followed or not work.may_be_active_key(atom):
            return key
        return work.help("word_key" if work.facts.integers else "exact_key", key)

    def _expr_slice(self, stmt: Bind) -> ast.expr:
        return build.call(self.work.builtin("slice"), [self.atom(a) for a in stmt.args])

    def _expr_function(self, stmt: Bind) -> ast.expr:
        return gast.gast_to_ast(gast.Expression(body=stmt.fn)).body

    def _expr_format(self, stmt: Bind) -> ast.expr:
        def pieces(parts: list[Any]) -> list[ast.expr]:
            found: list[ast.expr] = []
            for part in parts:
                if isinstance(part, tuple):
                    index, conversion, spec = part
                    inner = ast.JoinedStr(pieces(spec)) if spec is not None else None
                    found.append(ast.FormattedValue(self.atom(stmt.args[index]), conversion, inner))
                else:
                    found.append(ast.Constant(part))
            return found

        return ast.JoinedStr(pieces(stmt.fn))


def inplace(op: Any) -> Any:
    """The augmented form of an operator."""
    return getattr(operator, inplace_name(op))


def inplace_name(op: Any) -> str:
    """The name of the augmented form of an operator."""
    return "i" + op.__name__.rstrip("_")


class Leavable(ast.With):
    """A `with` whose manager may swallow exceptions."""


class While(ast.stmt):
    """A while loop whose test takes statements; tidied to `while test` where it is one expression."""

    _fields = ("tests", "test", "body")

    def __init__(self, tests: Code, test: ast.expr, body: Code) -> None:
        self.tests = tests
        self.test = test
        self.body = body
