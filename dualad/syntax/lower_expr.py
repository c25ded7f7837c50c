"""From a function's tree to core: expressions and targets, each evaluated left to right into atoms."""

from __future__ import annotations

import builtins
import contextlib
import operator
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gast
import numpy as np

from dualad.anew import is_anew
from dualad.classes import read_quietly
from dualad.exit_stacks import Stacked
from dualad.syntax import (
    core,
    lower_comprehension,
    lower_deciding,
    lower_flat,
    lower_generator,
    lower_inner,
    lower_joined,
    lower_super,
)
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var
from dualad.syntax.fence import is_eager
from dualad.syntax.names import Names, may_tell
from dualad.syntax.refusal import Place, refuse

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "LShift": "lshift", "RShift": "rshift", "BitOr": "or_", "BitXor": "xor", "BitAnd": "and_",
}  # fmt: skip
INPLACE = {name: "i" + op.rstrip("_") for name, op in BINARY.items()}
COMPARE = {"Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Is": "is_", "IsNot": "is_not"}
RESULTS = {
    "add": "total", "sub": "difference", "mul": "product", "truediv": "quotient", "matmul": "product", "pow": "power",
    "neg": "negative", "mod": "remainder", "floordiv": "quotient", "not_": "test", "contains": "test",
    **dict.fromkeys(COMPARE.values(), "test"),
}  # fmt: skip
"""What the results of operators are called, where no name of the user's serves."""
RUNNING = ("enumerate", "zip", "list", "tuple", "sum", "sorted", "min", "max", "map", "filter", "any", "all")
"""Builtins that run over what they are given."""
UNARY = {"USub": "neg", "UAdd": "pos", "Invert": "invert", "Not": "not_"}


class Expressions:
    """The state of a lowering: the block being written, names, and refusals found on the way."""

    def __init__(self, source: Any, names: Names, local: set[str], outer: dict[str, str]) -> None:
        self.source = source
        self.names = names
        self.local = local
        self.outer = outer  # variables shared with other functions
        self.temps: set[str] = set()
        self.places: list[Place] = []
        self.renames: list[dict[str, str]] = []
        self.line = 0
        self.out: list[Stmt] = []
        self.rebinding = False  # inside an expression with a walrus: names are read into temporaries at once
        self.walruses = self.handles = True  # whether there may be any; whether exceptions may be handled
        self._read_outside: set[str] | None = None
        self.attempts = False  # whether they are for sure
        self.careful = False  # whether operators, attributes and the like may change something

    # Emission

    @contextmanager
    def into(self, block: list[Stmt]) -> Iterator[None]:
        """Write into another block for a while."""
        before, self.out = self.out, block
        try:
            yield
        finally:
            self.out = before

    def inside(self, lower: Callable[[], object]) -> list[Stmt]:
        """The block that `lower` writes."""
        block: list[Stmt] = []
        with self.into(block):
            lower()
        return block

    def emit(self, stmt: Stmt) -> None:
        if not stmt.line:
            stmt.line = self.line
        self.out.append(stmt)

    def temp(self, hint: str = "value") -> str:
        name = self.names.fresh(hint)
        self.temps.add(name)
        return name

    def bind(self, op: str, args: list[Atom], target: str | None = None, hint: str = "", **rest: Any) -> Var:
        name = target or self.temp(hint or _hint(op, args, rest.get("fn")))
        self.emit(Bind(name, op, args, **rest))
        return Var(name)

    def refuse(self, node: gast.AST, what: str, advice: str) -> Const:
        self.places.append(Place(node, what, advice))
        return Const(None)

    def raise_refusals(self) -> None:
        if self.places:
            raise refuse(self.source, self.places)

    # Names

    def renamed(self, name: str) -> str:
        for scope in reversed(self.renames):
            if name in scope:
                return scope[name]
        return name

    def is_outer(self, name: str) -> bool:
        """Whether other functions share the variable that a name means here: none share a comprehension's."""
        return name in self.outer and not any(name in scope for scope in self.renames)

    def again(self, atom: Atom) -> Atom:
        """Another read of the same."""
        return Var(atom.name) if isinstance(atom, Var) else atom

    def operator(self, name: str) -> Any:
        return getattr(operator, name)

    def operator_of(self, op: gast.AST, inplace: bool = False) -> Any:
        return getattr(operator, (INPLACE if inplace else BINARY)[type(op).__name__])

    def known_value(self, node: gast.AST) -> Any:
        """What a dotted name means now; None where that is not known before the function runs."""
        path: list[str] = []
        while isinstance(node, gast.Attribute):
            path.append(node.attr)
            node = node.value
        if not isinstance(node, gast.Name) or node.id in self.local:
            return None
        try:
            if node.id in self.source.cells:
                value = self.source.cells[node.id].cell_contents
                if is_anew(value):
                    return None
            else:
                value = self.source.globals.get(node.id, getattr(builtins, node.id, None))
            for name in reversed(path):
                value = read_quietly(value, name)
        except ValueError:
            return None
        return value

    # Expressions

    def expr(self, node: gast.AST, target: str | None = None) -> Atom:
        """Lower an expression; its value goes to the name `target` where that is given and serves."""
        method = getattr(self, f"expr_{type(node).__name__}", None)
        if method is None:
            return self.refuse(node, f"a {type(node).__name__} expression", "write it in other terms")
        return method(node, target)

    def variable(self, atom: Atom) -> Var:
        return atom if isinstance(atom, Var) else self.bind("copy", [atom])

    def expr_Constant(self, node: gast.Constant, target: str | None) -> Atom:
        return Const(node.value)

    def expr_Name(self, node: gast.Name, target: str | None) -> Atom:
        name = self.renamed(node.id)
        if name in self.local or name != node.id:
            if self.rebinding:
                return self.bind("copy", [Var(name)], node=node)
            return Var(name)
        op = "cell" if node.id in self.source.cells or self.outer.get(node.id) == "own" else "global"
        return self.bind(op, [], target, hint=f"{node.id}_", fn=node.id, node=node)

    def expr_NamedExpr(self, node: gast.NamedExpr, target: str | None) -> Atom:
        name = self.renamed(node.target.id)
        if self.is_outer(name):
            value = self.variable(self.expr(node.value))
            self.emit(core.StoreOuter(name, value, node=node))
            return Var(value.name)
        before, self.rebinding = self.rebinding, True
        self._assign_name(name, self.expr(node.value, name), node)
        self.rebinding = before
        return self.bind("copy", [Var(name)], node=node)

    def expr_BinOp(self, node: gast.BinOp, target: str | None) -> Atom:
        with self.careful_inside(node):
            left, right = self.expr(node.left), self.expr(node.right)
        return self.bind("prim", [left, right], target, fn=self.operator_of(node.op), node=node)

    def expr_UnaryOp(self, node: gast.UnaryOp, target: str | None) -> Atom:
        value = self.truth(node.operand) if isinstance(node.op, gast.Not) else self.expr(node.operand)
        if isinstance(node.op, gast.USub) and isinstance(value, Const) and type(value.value) in (int, float, complex):
            return Const(-value.value)
        return self.bind("prim", [value], target, fn=self.operator(UNARY[type(node.op).__name__]), node=node)

    def truth(self, node: gast.AST) -> Atom:
        """What an expression is as a test."""
        return self.asked(node, self.expr(node))

    def asked(self, node: gast.AST, value: Atom) -> Atom:
        """The truth of a value; an object is asked for it once, since it may answer otherwise later."""
        sure = isinstance(node, gast.Compare | gast.Constant)
        if not self.careful or sure or (isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not)):
            return value
        return self.bind("call", [value], fn=Const(bool), hint="test", node=node)

    def expr_BoolOp(self, node: gast.BoolOp, target: str | None) -> Atom:
        result = self.temp()
        self._boolop(node.values, isinstance(node.op, gast.And), result)
        return Var(result)

    def _boolop(self, values: list[gast.AST], conjunction: bool, result: str) -> None:
        self._into_temp(values[0], result)
        if len(values) > 1:
            test = self.asked(values[0], Var(result))
            rest = self.inside(lambda: self._boolop(values[1:], conjunction, result))
            self.emit(core.If(test, rest if conjunction else [], [] if conjunction else rest))

    def _into_temp(self, node: gast.AST, result: str) -> None:
        value = self.expr(node, result)
        if not (isinstance(value, Var) and value.name == result):
            self.emit(Bind(result, "copy", [value], node=node))

    def expr_Compare(self, node: gast.Compare, target: str | None) -> Atom:
        with self.careful_inside(node):
            left = self.expr(node.left)
            if len(node.ops) == 1:
                return self._compare(node.ops[0], left, self.expr(node.comparators[0]), target, node)
            result = self.temp()
            self._chain(left, node.ops, node.comparators, result, node)
        return Var(result)

    def _chain(self, left: Atom, ops: list, rights: list, result: str, node: gast.Compare) -> None:
        right = self.expr(rights[0])
        self._compare(ops[0], left, right, result, node)
        if len(ops) > 1:
            again = Var(right.name) if isinstance(right, Var) else right
            rest = self.inside(lambda: self._chain(again, ops[1:], rights[1:], result, node))
            self.emit(core.If(Var(result), rest, []))

    def _compare(self, op: gast.AST, left: Atom, right: Atom, target: str | None, node: gast.AST) -> Atom:
        kind = type(op).__name__
        if kind == "In":
            return self.bind("prim", [right, left], target, fn=operator.contains, node=node)
        if kind == "NotIn":
            found = self.bind("prim", [right, left], fn=operator.contains, node=node)
            return self.bind("prim", [found], target, fn=operator.not_, node=node)
        return self.bind("prim", [left, right], target, fn=self.operator(COMPARE[kind]), node=node)

    def expr_IfExp(self, node: gast.IfExp, target: str | None) -> Atom:
        test = self.truth(node.test)
        result = self.temp()
        then = self.inside(lambda: self._into_temp(node.body, result))
        other = self.inside(lambda: self._into_temp(node.orelse, result))
        self.emit(core.If(test, then, other))
        return Var(result)

    def expr_Attribute(self, node: gast.Attribute, target: str | None) -> Atom:
        found = lower_super.read(self, node, target)
        if found is not None:
            return found
        return self.bind("attr", [self.expr(node.value)], target, hint=node.attr, fn=node.attr, node=node)

    def expr_Subscript(self, node: gast.Subscript, target: str | None) -> Atom:
        if lower_flat.is_flat(node.value):
            _, held, places = lower_flat.place(self, node)
            return self.bind("prim", [held, places], target, fn=operator.getitem, node=node)
        with self.careful_inside(node):
            base = self.expr(node.value)
            joined = lower_joined.joined(self, base, node, target)
            if joined is not None:
                return joined
            key = self.key(node.slice)
        return self.bind("prim", [base, key], target, fn=operator.getitem, node=node)

    def key(self, node: gast.AST) -> Atom:
        """The key of a subscript; constant slices and tuples of constants stay literals."""
        if isinstance(node, gast.Tuple) and not any(isinstance(e, gast.Starred) for e in node.elts):
            items = [self.key(e) for e in node.elts]
            if all(isinstance(i, Const) for i in items):
                return Const(tuple(i.value for i in items))  # type: ignore[union-attr]
            return self.bind("tuple", items, hint="key", node=node)
        return self.expr(node)

    def expr_Slice(self, node: gast.Slice, target: str | None) -> Atom:
        parts = [Const(None) if p is None else self.expr(p) for p in (node.lower, node.upper, node.step)]
        if all(isinstance(p, Const) for p in parts):
            return Const(slice(*(p.value for p in parts)))  # type: ignore[union-attr]
        return self.bind("slice", parts, hint="key", node=node)

    def expr_Tuple(self, node: gast.Tuple, target: str | None) -> Atom:
        return self._sequence("tuple", node, target)

    def expr_List(self, node: gast.List, target: str | None) -> Atom:
        return self._sequence("list", node, target)

    def expr_Set(self, node: gast.Set, target: str | None) -> Atom:
        return self._sequence("set", node, target)

    def _sequence(self, op: str, node: Any, target: str | None) -> Atom:
        with self.careful_inside(node):
            items, stars = self._arguments(node.elts)
        return self.bind(op, items, target, hint=op, stars=stars, node=node)

    def _arguments(self, nodes: list[gast.AST]) -> tuple[list[Atom], frozenset[int]]:
        stars = frozenset(i for i, n in enumerate(nodes) if isinstance(n, gast.Starred))
        return [self._starred(n.value) if isinstance(n, gast.Starred) else self.expr(n) for n in nodes], stars

    def _starred(self, node: gast.AST) -> Atom:
        """What is starred: items of an object with an `__iter__` of its own are taken by a call."""
        value = lower_flat.taken(self, node)
        return self.bind("call", [value], fn=Const(list), hint="items", node=node) if self.careful else value

    def expr_Dict(self, node: gast.Dict, target: str | None) -> Atom:
        args: list[Atom] = []
        stars = set()
        with self.careful_inside(node):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    stars.add(len(args))
                args += [Const(None) if key is None else self.expr(key), self.expr(value)]
        return self.bind("dict", args, target, hint="dict", stars=frozenset(stars), node=node)

    def expr_Call(self, node: gast.Call, target: str | None) -> Atom:
        if target is not None and self.attempts and self._may_run_users(node.func):
            # A call that an exception leaves binds nothing: what the name held before is what its cotangent is of.
            self.emit(Bind(target, "copy", [self.expr_Call(node, None)], line=self.line))
            return Var(target)
        if self._is_decided(node):
            return lower_deciding.decided(self, node.args[0], node.func.id)
        if self.known_value(node.func) is contextlib.ExitStack and not (node.args or node.keywords):
            return self.bind("call", [], target, hint="stack", fn=Const(Stacked), node=node)
        if len(node.args) == 3 and self.known_value(node.func) is type:
            return self.refuse(node, "a class made inside the function", "define the class at module level")
        with self.careful_inside(node):
            inherited = lower_super.called(self, node)
            method = isinstance(node.func, gast.Attribute) and inherited is None
            first = inherited[0] if inherited else self.expr(node.func.value if method else node.func)
            arguments = [self._generator_argument(node, a) for a in node.args]
            arguments = [*inherited[1], *arguments] if inherited else arguments
            offset = len(inherited[1]) if inherited else int(method)
            stars = frozenset(i + offset for i, n in enumerate(node.args) if isinstance(n, gast.Starred))
            kwargs = [(k.arg, self.expr(k.value)) for k in node.keywords]
        if method:
            name = node.func.attr
            return self.bind(
                "method", [first, *arguments], target, hint=name, fn=name, kwargs=kwargs, stars=stars, node=node
            )
        hint = node.func.id if isinstance(node.func, gast.Name) else ""
        return self.bind("call", arguments, target, hint=hint, fn=first, kwargs=kwargs, stars=stars, node=node)

    def _may_run_users(self, func: gast.expr) -> bool:
        """Whether it may be a function of the user's, or `next`, which goes on with a generator."""
        known = self.known_value(func)
        return known is None or isinstance(known, types.FunctionType) or known is builtins.next

    def _is_decided(self, node: gast.Call) -> bool:
        """Whether it is `any` or `all` of a generator expression."""
        if not isinstance(node.func, gast.Name) or node.func.id not in lower_deciding.DECIDING or node.keywords:
            return False
        alone = len(node.args) == 1 and isinstance(node.args[0], gast.GeneratorExp)
        return alone and self.known_value(node.func) is getattr(builtins, node.func.id)

    def _generator_argument(self, call: gast.Call, node: gast.AST) -> Atom:
        value = node.value if isinstance(node, gast.Starred) else node
        if isinstance(value, gast.GeneratorExp):
            eager = is_eager(call) and self.known_value(call.func) is getattr(builtins, call.func.id)
            if value is not node or eager:
                return lower_comprehension.listed(self, value)
            return lower_generator.generator(self, value)
        if value is not node:
            return self._starred(value)
        if isinstance(call.func, gast.Name) and call.func.id in RUNNING:
            return lower_flat.iterated(self, value)
        of_numpy = lower_flat.is_flat(value) and is_of_numpy(self.known_value(call.func))
        return lower_flat.taken(self, value) if of_numpy else self.expr(value)

    def expr_JoinedStr(self, node: gast.JoinedStr, target: str | None) -> Atom:
        values: list[Atom] = []

        def pieces(parts: list[gast.AST]) -> list[Any]:
            found: list[Any] = []
            for part in parts:
                if isinstance(part, gast.FormattedValue):
                    values.append(self.expr(part.value))
                    spec = pieces(part.format_spec.values) if part.format_spec else None
                    found.append((len(values) - 1, part.conversion, spec))
                else:
                    found.append(part.value)
            return found

        return self.bind("format", values, target, hint="text", fn=pieces(node.values), node=node)

    def expr_Lambda(self, node: gast.Lambda, target: str | None) -> Atom:
        return lower_inner.made(self, node, target, "fn")

    def expr_ListComp(self, node: gast.ListComp, target: str | None) -> Atom:
        return lower_comprehension.listed(self, node)

    def expr_SetComp(self, node: gast.SetComp, target: str | None) -> Atom:
        items = lower_comprehension.listed(self, node)
        return self.bind("call", [items], target, fn=Const(set), hint="set", node=node)

    def expr_GeneratorExp(self, node: gast.GeneratorExp, target: str | None) -> Atom:
        return lower_generator.generator(self, node)

    def expr_DictComp(self, node: gast.DictComp, target: str | None) -> Atom:
        return lower_comprehension.mapped(self, node)

    def read_outside(self) -> set[str]:
        """The names that the function reads outside the comprehensions that bind them."""
        if self._read_outside is None:
            self._read_outside = lower_comprehension.read_outside(self.source.tree)
        return self._read_outside

    # Targets

    def assign_expr(self, target: gast.AST, value: gast.AST) -> None:
        """`target = value`, a name getting the value without a detour."""
        if isinstance(target, gast.Name) and not self.is_outer(target.id):
            name = self.renamed(target.id)
            self._assign_name(name, self.expr(value, name), value)
        elif isinstance(target, gast.Tuple | gast.List) and isinstance(value, gast.GeneratorExp):
            self.assign(target, lower_comprehension.listed(self, value))  # which is taken apart at once
        elif isinstance(target, gast.Tuple | gast.List):
            self.assign(target, lower_flat.taken(self, value))
        else:
            self.assign(target, self.expr(value))

    def _assign_name(self, name: str, value: Atom, node: gast.AST) -> None:
        if not (isinstance(value, Var) and value.name == name and self._just_bound(name)):
            self.emit(Bind(name, "copy", [value], node=node))

    def _just_bound(self, name: str) -> bool:
        return bool(self.out) and isinstance(self.out[-1], Bind) and self.out[-1].target == name

    def assign(self, target: gast.AST, value: Atom) -> None:
        """Assign an atom to a target of any form."""
        match target:
            case gast.Name() if self.is_outer(target.id):
                self.emit(core.StoreOuter(target.id, value, node=target))
            case gast.Name():
                self.emit(Bind(self.renamed(target.id), "copy", [value], node=target))
            case gast.Subscript() if lower_flat.is_flat(target.value):
                owner, base, places = lower_flat.place(self, target)
                self.emit(core.Store(base, places, lower_flat.stored(self, owner, places, value, target), node=target))
            case gast.Subscript():
                base = self.variable(self.expr(target.value))
                key = self.key(target.slice)
                self.emit(core.Store(base, key, value, node=target))
            case gast.Attribute() if lower_flat.is_flat(target):
                lower_flat.assigned(self, self.expr(target.value), value, target)
            case gast.Attribute():
                base = self.variable(self.expr(target.value))
                self.emit(core.StoreAttr(base, target.attr, value, node=target))
            case gast.Tuple() | gast.List():
                self._unpack(target, value)
            case _:
                self.refuse(target, f"an assignment to a {type(target).__name__}", "assign to a name first")

    def _unpack(self, target: Any, value: Atom) -> None:
        names: list[str] = []
        later: list[tuple[gast.AST, str]] = []
        star = None
        for i, item in enumerate(target.elts):
            if isinstance(item, gast.Starred):
                star, item = i, item.value
            at_once = isinstance(item, gast.Name) and not self.is_outer(item.id)
            if at_once and not any(self.handles or may_tell(stored, item.id) for stored, _ in later):
                names.append(self.renamed(item.id))
            else:
                names.append(self.temp("item"))
                later.append((item, names[-1]))
        self.emit(core.Unpack(names, star, value, node=target))
        for item, name in later:
            self.assign(item, Var(name))

    @contextmanager
    def careful_inside(self, *nodes: gast.AST) -> Iterator[None]:
        """Inside expressions that rebind names, operands are read at once, into temporaries."""
        before = self.rebinding
        if self.walruses and any(isinstance(n, gast.NamedExpr) for node in nodes for n in gast.walk(node)):
            self.rebinding = True
        try:
            yield
        finally:
            self.rebinding = before


def _hint(op: str, args: list[Atom], fn: Any) -> str:
    """What a temporary is called after: the operator, or what it is an item of."""
    if op != "prim":
        return "value"
    if fn is not operator.getitem:
        return RESULTS.get(fn.__name__, "value")
    base, key = args
    owner = base.name if isinstance(base, Var) else "value"
    if isinstance(key, Var):
        return f"{owner}_{key.name}" if len(key.name) <= 2 else f"{owner}_item"
    if isinstance(key.value, str) and key.value.isidentifier():
        return f"{owner}_{key.value}"
    return f"{owner}_part"


def is_of_numpy(value: Any) -> bool:
    """Whether it is a function of NumPy's."""
    return isinstance(value, np.ufunc) or (getattr(value, "__module__", None) or "").partition(".")[0] == "numpy"
