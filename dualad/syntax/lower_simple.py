"""From a function's tree to core: statements that hold no blocks of others."""

from __future__ import annotations

import builtins
import copy
import types
from typing import Any

import gast
import numpy as np

from dualad.syntax import core, lower_flat, lower_inner
from dualad.syntax.core import Atom, Bind, Const, Var
from dualad.syntax.lower_match import Patterns

QUIET = frozenset({"builtins", "cmath", "math", "numpy", "scipy"})
"""Modules whose functions change nothing that they are given, unless they are told to by `out`."""


def _may_change_something(value: Any) -> bool:
    """Whether calling a function or class by its name may change something."""
    if isinstance(value, types.BuiltinFunctionType | np.ufunc):
        return False
    return (getattr(value, "__module__", None) or "").partition(".")[0] not in QUIET


class Simple(Patterns):
    """Lowers statements that neither hold blocks nor jump, `raise` apart."""

    def raising(self, stmt: gast.Raise) -> None:
        value = self.expr(stmt.exc) if stmt.exc else None
        cause = self.expr(stmt.cause) if stmt.cause else None
        self.emit(core.Raise(value, cause))

    def stmt_Pass(self, stmt: gast.Pass) -> None:
        pass

    def stmt_Expr(self, stmt: gast.Expr) -> None:
        if isinstance(stmt.value, gast.Yield):
            self.expr_Yield(stmt.value)
        elif isinstance(stmt.value, gast.YieldFrom):
            iterable, item = self.expr(stmt.value.value), self.temp("item")
            self.emit(core.For(item, iterable, [core.Yield(Var(item), node=stmt, line=self.line)], node=stmt))
        elif not isinstance(stmt.value, gast.Constant):
            self.expr(stmt.value)

    def expr_Yield(self, node: gast.Yield, target: str | None = None) -> Atom:
        """An item is given; what is sent is read from elsewhere (`receiving`)."""
        value = self.expr(node.value) if node.value is not None else Const(None)
        self.emit(core.Yield(value, node=node))
        return Const(None)

    def stmt_Assign(self, stmt: gast.Assign) -> None:
        with self.careful_inside(*stmt.targets):
            if len(stmt.targets) == 1:
                self.assign_expr(stmt.targets[0], stmt.value)
                return
            value = self.expr(stmt.value)
            earlier = {n.id for target in stmt.targets[:-1] for n in gast.walk(target) if isinstance(n, gast.Name)}
            if isinstance(value, Var) and value.name in earlier:  # one of them may bind it anew
                value = self.bind("copy", [value], node=stmt)
            for target in stmt.targets:
                self.assign(target, self.again(value))

    def stmt_AnnAssign(self, stmt: gast.AnnAssign) -> None:
        if stmt.value is not None:
            with self.careful_inside(stmt.target):
                self.assign_expr(stmt.target, stmt.value)

    def stmt_AugAssign(self, stmt: gast.AugAssign) -> None:
        with self.careful_inside(stmt):
            self._augmented(stmt, stmt.target)

    def _augmented(self, stmt: gast.AugAssign, target: gast.expr) -> None:
        """The target is read first, as it is before the value is computed."""
        match target:
            case gast.Name():
                before = self.expr(gast.Name(target.id, gast.Load(), None, None))
                value, fn = self.expr(stmt.value), self.operator_of(stmt.op, inplace=True)
                if target.id in self.outer:
                    after = self.bind("inplace", [before, value], fn=fn, node=stmt)
                    self.emit(core.StoreOuter(target.id, after, node=stmt))
                else:
                    self.emit(Bind(self.renamed(target.id), "inplace", [before, value], fn=fn, node=stmt))
            case gast.Subscript():
                if lower_flat.is_flat(target.value):
                    _, base, key = lower_flat.place(self, target)
                else:
                    base = self.variable(self.expr(target.value))
                    key = self.key(target.slice)
                if self.matters_before(stmt.value):
                    before = self.bind("prim", [base, key], fn=self.operator("getitem"), node=target)
                    value = self.expr(stmt.value)
                    after = self.bind("inplace", [before, value], fn=self.operator_of(stmt.op, inplace=True), node=stmt)
                    self.emit(core.Store(Var(base.name), self.again(key), after, node=stmt))
                    return
                value = self.expr(stmt.value)
                self.emit(core.Store(base, key, value, aug=self.operator_of(stmt.op), node=stmt))
            case gast.Attribute():
                base = self.variable(self.expr(target.value))
                name = target.attr
                before = self.bind("attr", [base], fn=name, node=target)
                value = self.expr(stmt.value)
                after = self.bind("inplace", [before, value], fn=self.operator_of(stmt.op, inplace=True), node=stmt)
                self.emit(core.StoreAttr(Var(base.name), name, after, node=stmt))

    def matters_before(self, value: gast.AST) -> bool:
        """Whether an item must be read before the value that is added to it is computed, which may change it."""
        if self.careful:
            return not isinstance(value, gast.Name | gast.Constant)
        return any(isinstance(n, gast.NamedExpr) or self.may_change(n) for n in gast.walk(value))

    def may_change(self, node: gast.AST) -> bool:
        """Whether an expression calls what may change something: all but functions of NumPy, builtins and the like."""
        if not isinstance(node, gast.Call):
            return False
        if any(keyword.arg == "out" for keyword in node.keywords):
            return True
        match node.func:
            case gast.Name(id=name) if name not in self.local and name not in self.source.cells:
                return _may_change_something(self.source.globals.get(name, getattr(builtins, name, None)))
            case gast.Attribute(attr=attr):
                owner = self.module_of(node.func.value)
                if owner is not None:
                    return _may_change_something(getattr(owner, attr, None))
                return attr in ("fill", "sort", "partition", "put", "resize") or not hasattr(np.ndarray, attr)
        return True

    def module_of(self, node: gast.AST) -> types.ModuleType | None:
        """The module that an expression such as `np.linalg` names; None where it names something else."""
        found: Any = None
        match node:
            case gast.Name(id=name) if name not in self.local and name not in self.source.cells:
                found = self.source.globals.get(name)
            case gast.Attribute(value=value, attr=attr):
                found = getattr(self.module_of(value), attr, None)
        return found if isinstance(found, types.ModuleType) else None

    def stmt_Delete(self, stmt: gast.Delete) -> None:
        for target in stmt.targets:
            match target:
                case gast.Name(id=name) if name in self.outer:
                    self.refuse(target, f"`del` of `{name}`, which other functions share", "bind it to None instead")
                case gast.Name():
                    self.emit(core.Delete(self.renamed(target.id), node=target))
                case gast.Subscript():
                    base = self.variable(self.expr(target.value))
                    self.emit(core.DeletePlace(base, self.key(target.slice), node=target))
                case gast.Attribute():
                    base = self.variable(self.expr(target.value))
                    name = Const(target.attr)
                    self.emit(core.DeletePlace(base, name, attribute=True, node=target))
                case _:
                    self.refuse(target, "this form of `del`", "write a `del` for each name, item or attribute")

    def stmt_Import(self, stmt: gast.Import) -> None:
        for alias in stmt.names:
            name = alias.asname or alias.name.partition(".")[0]
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            self.emit(Bind(name, "import", [], fn=(alias.name, module, None), node=stmt))

    def stmt_ImportFrom(self, stmt: gast.ImportFrom) -> None:
        for alias in stmt.names:
            self.emit(
                Bind(alias.asname or alias.name, "import", [], fn=(stmt.module, stmt.module, alias.name), node=stmt)
            )

    def stmt_Global(self, stmt: gast.Global) -> None:
        pass

    stmt_Nonlocal = stmt_Global  # noqa: N815

    def stmt_FunctionDef(self, stmt: gast.FunctionDef) -> None:
        if not stmt.decorator_list:
            lower_inner.made(self, stmt, stmt.name, stmt.name)
            return
        # Decorators are calls like any other: a derivative may go through what they are given and what they make.
        decorators = [self.expr(d) for d in stmt.decorator_list]
        bare = copy.copy(stmt)
        bare.decorator_list = []
        made = lower_inner.made(self, bare, None, stmt.name)
        for i, decorator in enumerate(reversed(decorators)):
            last = i == len(decorators) - 1
            made = self.bind("call", [made], stmt.name if last else None, hint=stmt.name, fn=decorator, node=stmt)
