"""From a function's tree to core: blocks, jumps, and the statements that hold blocks.

Jumps become structure here. Where a branch never falls through, what follows the `if` moves into the other branch; only
where that does not do are there flags: `skip` of the innermost loop body (or of the function) says that the rest is to
be passed over, `stop` of a loop that it is to be left, `returned` that the function is.
"""

from __future__ import annotations

import contextlib
import inspect
import operator
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from dualad.records import record
from dualad.syntax import core, lower_flat
from dualad.syntax.core import Bind, Const, Stmt, Var
from dualad.syntax.dict_variables import dicts_as_variables
from dualad.syntax.jumps import LOOPS, jumps, jumps_of, local_names, never_falls_through, outer_names
from dualad.syntax.lower_simple import Simple
from dualad.syntax.names import Names, identifiers_of, walk

PLAIN_MANAGERS = (np.errstate, np.printoptions, warnings.catch_warnings, contextlib.nullcontext)
"""Context managers that let exceptions pass."""
LOCKS = (type(threading.Lock()), type(threading.RLock()))


@record(eq=False, repr=False)
class _Scope:
    """A loop body, or the function's own body (`stop` None there)."""

    stop: str | None = None
    skip: str | None = None


HALF_WAY = "dualad: left half way"
"""The first item of what a function gives that is left by an exception, which is the second."""


def lower(source: Any, written_out: bool = False, careful: bool = False, half_way: bool = False) -> core.Function:
    """The core of a function that has passed the fence; raises Unsupported where lowering finds what it refuses.

    `written_out`: `with` of managers that are not plain as the calls of their methods that it stands for. `careful`:
    operators, attributes and the like may change something, as methods of the user's do. `half_way`: an exception that
    leaves the function is given back (see `HALF_WAY`), so that what was done before has its reverse.
    """
    return _Lowering(source, written_out, careful, half_way).run()


def _giving_exceptions(tree: Any) -> Any:
    """A function's tree in which an exception that leaves the body is given back."""
    name = "left_by"
    while any(isinstance(n, gast.Name) and n.id == name for n in gast.walk(tree)):
        name += "_"
    is_lambda = isinstance(tree, gast.Lambda)
    body = [gast.copy_location(gast.Return(tree.body), tree.body)] if is_lambda else list(tree.body)
    items = [gast.Constant(HALF_WAY, None), gast.Name(name, gast.Load(), None, None)]
    given = gast.Return(gast.Tuple(items, gast.Load()))
    caught = gast.Name("BaseException", gast.Load(), None, None)
    handler = gast.ExceptHandler(caught, gast.Name(name, gast.Store(), None, None), [given])
    last = gast.copy_location(gast.Return(gast.Constant(None, None)), body[-1])
    attempt = gast.Try([*body, last], [handler], [], [])
    for node in gast.walk(attempt):
        if "lineno" in node._attributes and not hasattr(node, "lineno"):
            gast.copy_location(node, tree)
    fields = {f: getattr(tree, f) for f in tree._fields}
    if is_lambda:
        fields = {"name": "lambda_", "args": tree.args, "decorator_list": [], "returns": None, "type_comment": None,
                  "type_params": []}  # fmt: skip
    made = gast.FunctionDef(**{**fields, "body": [attempt]})
    return gast.copy_location(made, tree)


class _Lowering(Simple):
    def __init__(self, source: Any, written_out: bool, careful: bool, half_way: bool) -> None:
        self.written_out = written_out
        tree = _giving_exceptions(source.tree) if half_way else source.tree
        nodes = walk(tree)
        outer = outer_names(tree, nodes)
        names = Names(None, identifiers_of(nodes), source.globals)
        super().__init__(source, names, local_names(tree) - set(outer), outer)
        self.careful = careful
        self.walruses = any(type(n) is gast.NamedExpr for n in nodes)
        self.handles = any(type(n) in (gast.Try, gast.With) for n in nodes)
        self.attempts = any(
            (isinstance(n, gast.Try) and bool(n.handlers))
            or (isinstance(n, gast.With) and not all(self._is_plain(i.context_expr) for i in n.items))
            for n in nodes
        )
        self.is_generator = bool(source.fn.__code__.co_flags & inspect.CO_GENERATOR) and not source.receives
        self.tree = tree
        self.scopes = [_Scope()]
        self.returned: str | None = None
        self.result_name: str | None = None

    def run(self) -> core.Function:
        params = self._parameters()
        body: list[Stmt] = []
        result, line = self._body(body)
        if self.returned is not None:  # which loops of several branches may set
            body.insert(0, Bind(self.returned, "copy", [Const(False)]))
        for stmt in core.walk(body):
            for name in set(core.targets(stmt)) & set(self.outer):
                node = getattr(stmt, "node", None) or self.tree
                self.refuse(node, f"`{name}`, which other functions share, bound here", "bind another name")
        self.raise_refusals()
        lowered = core.Function(
            name=getattr(self.tree, "name", "lambda"),
            params=params,
            body=body,
            result=result,
            source=self.source,
            temps=self.temps,
            result_line=line,
            identifiers=self.names.taken,
            outer=self.outer,
            is_generator=self.is_generator,
        )
        return dicts_as_variables(lowered, self.names.fresh)

    def _body(self, out: list[Stmt]) -> tuple[core.Atom, int]:
        with self.into(out):
            if isinstance(self.tree, gast.Lambda):
                self.line = self.tree.body.lineno
                return self.expr(self.tree.body), self.line
            stmts = list(self.tree.body)
            if stmts and isinstance(stmts[-1], gast.Return) and not jumps_of(stmts[:-1]):
                self.block(stmts[:-1], tail=False)
                last = stmts[-1]
                self.line = last.lineno
                return self._returned(last), last.lineno
            self.result_name = self.names.fresh("result")
            self.block(stmts, tail=True)
            return Var(self.result_name), 0

    def _parameters(self) -> list[core.Parameter]:
        args = self.tree.args
        found = [core.Parameter(a.id, "positional", positional_only=True) for a in args.posonlyargs]
        found += [core.Parameter(a.id, "positional") for a in args.args]
        if args.vararg:
            found.append(core.Parameter(args.vararg.id, "vararg"))
        found += [core.Parameter(a.id, "keyword") for a in args.kwonlyargs]
        if args.kwarg:
            found.append(core.Parameter(args.kwarg.id, "varkw"))
        return found

    # Blocks and jumps

    def block(self, stmts: list[gast.stmt], tail: bool) -> None:
        """Lower statements into the current block; `tail`: falling off their end returns None."""
        for i, stmt in enumerate(stmts):
            rest = stmts[i + 1 :]
            self.line = stmt.lineno
            match stmt:
                case gast.Return() | gast.Break() | gast.Continue():
                    self._jump(stmt)
                    return
                case gast.Raise():
                    self.raising(stmt)
                    return
                case gast.Match():
                    self.block([*self.cases(stmt), *rest], tail)
                    return
            leaving = jumps(stmt)
            if not leaving:
                self.stmt(stmt)
                if isinstance(stmt, gast.While) and never_falls_through([stmt]):
                    return
            elif isinstance(stmt, gast.If) and never_falls_through(stmt.body):
                self._if(stmt, stmt.body, [*stmt.orelse, *rest], tail)
                return
            elif isinstance(stmt, gast.If) and never_falls_through(stmt.orelse):
                self._if(stmt, [*stmt.body, *rest], stmt.orelse, tail)
                return
            else:
                self._guarded(stmt, rest, leaving, tail)
                return
        if tail and self.result_name:
            self.emit(Bind(self.result_name, "copy", [Const(None)]))

    def _if(self, stmt: gast.If, body: list[gast.stmt], orelse: list[gast.stmt], tail: bool) -> None:
        test = self.truth(stmt.test)
        line = self.line
        then = self.inside(lambda: self.block(body, tail))
        other = self.inside(lambda: self.block(orelse, tail))
        self.emit(core.If(test, then, other, line=line))

    def _guarded(self, stmt: gast.stmt, rest: list[gast.stmt], leaving: set[str], tail: bool) -> None:
        """A statement that may or may not jump: what follows it runs under a flag."""
        scope = self.scopes[-1]
        is_loop = isinstance(stmt, LOOPS)
        if is_loop and "return" in leaving and self.returned is None:
            self.returned = self.names.fresh("returned")
        if scope.skip is None:
            scope.skip = self.names.fresh("skip" if scope.stop else "done")
            self.emit(Bind(scope.skip, "copy", [Const(False)]))
            owner = scope
        else:
            owner = None
        self.stmt(stmt)
        if is_loop and "return" in leaving:
            inner = self.inside(self._propagate_return)
            if inner:
                self.emit(core.If(Var(self.returned), inner, [], line=stmt.lineno))  # type: ignore[arg-type]
        skip = scope.skip
        if rest or tail:
            then = self.inside(lambda: self.block(rest, tail))
            if then:
                test = self.bind("prim", [Var(skip)], fn=self.operator("not_"))
                self.emit(core.If(test, then, []))
        if owner is not None:
            owner.skip = None

    def _propagate_return(self) -> None:
        scope = self.scopes[-1]
        if scope.stop:
            self._set(scope.stop)
        if scope.skip:
            self._set(scope.skip)

    def _set(self, flag: str) -> None:
        self.emit(Bind(flag, "copy", [Const(True)]))

    def _jump(self, stmt: gast.stmt) -> None:
        scope = self.scopes[-1]
        if isinstance(stmt, gast.Return):
            self.emit(Bind(self.result_name, "copy", [self._returned(stmt)], node=stmt))  # type: ignore[arg-type]
            if self.returned and scope.stop:
                self._set(self.returned)
        if scope.stop and not isinstance(stmt, gast.Continue):
            self._set(scope.stop)
        if scope.skip:
            self._set(scope.skip)

    def _returned(self, stmt: gast.Return) -> core.Atom:
        """What a function returns; a generator function nothing (`receiving` has made others anew)."""
        return Const(None) if stmt.value is None else self.expr(stmt.value)

    # Statements that do not leave their block

    def stmt(self, stmt: gast.stmt) -> None:
        """Lower one statement."""
        self.line = stmt.lineno
        method = getattr(self, f"stmt_{type(stmt).__name__}", None)
        if method is None:
            self.refuse(stmt, f"a {type(stmt).__name__} statement", "write it in other terms")
            return
        method(stmt)

    def stmt_If(self, stmt: gast.If) -> None:
        self._if(stmt, stmt.body, stmt.orelse, tail=False)

    def stmt_For(self, stmt: gast.For) -> None:
        iterable = lower_flat.iterated(self, stmt.iter)
        stop = self._stop_flag(stmt)
        simple = isinstance(stmt.target, gast.Name) and stmt.target.id not in self.outer
        target = self.renamed(stmt.target.id) if simple else self.temp("item")

        def body() -> None:
            if not simple:
                self.assign(stmt.target, Var(target))
            self.block(stmt.body, tail=False)

        line = self.line
        inner = self._loop_body(body, stop)
        self.emit(core.For(target, iterable, inner, stop, node=stmt, line=line))
        self._loop_else(stmt, stop)

    def stmt_While(self, stmt: gast.While) -> None:
        careful = self.careful and not isinstance(stmt.test, gast.Constant)
        if careful or any(isinstance(n, gast.NamedExpr) or self.may_change(n) for n in gast.walk(stmt.test)):
            self._while_binding(stmt)
            return
        stop = self._stop_flag(stmt)
        tests: list[core.Atom] = []
        line = self.line
        test_body = self.inside(lambda: tests.append(self.expr(stmt.test)))
        inner = self._loop_body(lambda: self.block(stmt.body, tail=False), stop)
        self.emit(core.While(test_body, tests[0], inner, stop, line=line))
        self._loop_else(stmt, stop)

    def _while_binding(self, stmt: gast.While) -> None:
        """A loop whose test binds names or may change something: the test becomes the first statement of the body."""
        stop, ended = self.names.fresh("stop"), self.names.fresh("ended")
        self.emit(Bind(stop, "copy", [Const(False)]))
        if stmt.orelse:
            self.emit(Bind(ended, "copy", [Const(False)]))

        def leave() -> None:
            self._set(stop)
            if stmt.orelse:
                self._set(ended)

        def body() -> None:
            test = self.truth(stmt.test)
            then = self.inside(lambda: self.block(stmt.body, tail=False))
            self.emit(core.If(test, then, self.inside(leave)))

        line = self.line
        inner = self._loop_body(body, stop)
        self.emit(core.While([], Const(True), inner, stop, line=line))
        if stmt.orelse:
            then = self.inside(lambda: self.block(stmt.orelse, tail=False))
            self.emit(core.If(Var(ended), then, [], line=stmt.lineno))

    def _stop_flag(self, stmt: gast.For | gast.While) -> str | None:
        if not jumps_of(stmt.body) & {"break", "return"}:
            return None
        stop = self.names.fresh("stop")
        self.emit(Bind(stop, "copy", [Const(False)]))
        return stop

    def _loop_body(self, lower_body: Callable[[], None], stop: str | None) -> list[Stmt]:
        self.scopes.append(_Scope(stop=stop or ""))
        try:
            return self.inside(lower_body)
        finally:
            self.scopes.pop()

    def _loop_else(self, stmt: gast.For | gast.While, stop: str | None) -> None:
        if not stmt.orelse:
            return
        if stop is None:
            self.block(stmt.orelse, tail=False)
            return
        test = self.bind("prim", [Var(stop)], fn=self.operator("not_"))
        then = self.inside(lambda: self.block(stmt.orelse, tail=False))
        self.emit(core.If(test, then, [], line=stmt.lineno))

    def stmt_With(self, stmt: gast.With) -> None:
        self._with(stmt, list(stmt.items))

    def _with(self, stmt: gast.With, items: list[gast.withitem]) -> None:
        manager = self.expr(items[0].context_expr)
        optional = items[0].optional_vars
        simple = isinstance(optional, gast.Name) and optional.id not in self.outer
        target = None if optional is None else (optional.id if simple else self.temp("item"))
        line = self.line

        def body() -> None:
            if target and not simple:
                self.assign(optional, Var(target))
            if len(items) > 1:
                self._with(stmt, items[1:])
            else:
                self.block(stmt.body, tail=False)

        plain = self._is_plain(items[0].context_expr)
        if self.written_out and not plain:
            self._calls_of_manager(stmt, manager, target, body)
            return
        self.emit(core.With(manager, target, self.inside(body), node=stmt, line=line, plain=plain))

    def _calls_of_manager(
        self, stmt: gast.With, manager: core.Atom, target: str | None, body: Callable[[], None]
    ) -> None:
        """`with` by the methods of its manager, as the language reference has it."""
        name = self.bind("copy", [manager], hint="manager").name
        self.bind("method", [Var(name)], target, hint="entered", fn="__enter__", node=stmt)

        def left_by_exception() -> None:
            info = self.bind("call", [], fn=Const(sys.exc_info))
            parts: list[core.Atom] = [
                self.bind("prim", [Var(info.name), Const(i)], fn=operator.getitem) for i in range(3)
            ]
            swallowed = self.bind("method", [Var(name), *parts], fn="__exit__", node=stmt)
            self.emit(core.If(swallowed, [], self.inside(lambda: self.emit(core.Raise(None)))))

        def left() -> None:
            self.bind("method", [Var(name), Const(None), Const(None), Const(None)], fn="__exit__", node=stmt)

        line = self.line
        inner = self.inside(body)
        handler = core.Handler(None, [], None, self.inside(left_by_exception))
        self.emit(core.Try(inner, [handler], self.inside(left), [], node=stmt, line=line))

    def _is_plain(self, node: gast.expr) -> bool:
        """Whether a context manager is known to let exceptions pass, as far as names now mean."""
        if isinstance(node, gast.Call):
            made = self.known_value(node.func)
            if made is contextlib.nullcontext and (node.args or node.keywords):
                return False  # what it is given is what the block gets
            return any(made is known for known in PLAIN_MANAGERS)
        return isinstance(self.known_value(node), LOCKS)

    # Exceptions

    def stmt_Try(self, stmt: gast.Try) -> None:
        for leaving in jumps_of(stmt.finalbody):
            self.refuse(stmt, f"a `{leaving}` in `finally`, which drops exceptions", "jump after the `try` statement")
        line = self.line
        body = self.inside(lambda: self.block(stmt.body, tail=False))
        skip = self.scopes[-1].skip
        handlers = [self._handler(handler) for handler in stmt.handlers]

        def otherwise() -> None:
            if stmt.orelse and jumps_of(stmt.body):  # where the body jumped, `else` is passed over
                test = self.bind("prim", [Var(str(skip))], fn=self.operator("not_"))
                self.emit(core.If(test, self.inside(lambda: self.block(stmt.orelse, tail=False)), []))
            else:
                self.block(stmt.orelse, tail=False)

        orelse = self.inside(otherwise)
        final = self.inside(lambda: self.block(stmt.finalbody, tail=False))
        self.emit(core.Try(body, handlers, orelse, final, node=stmt, line=line))

    def _handler(self, handler: gast.ExceptHandler) -> core.Handler:
        reads = self._exception_names(handler)
        name = handler.name.id if handler.name is not None else None

        def body() -> None:
            self.line = handler.lineno
            if name is not None:
                self.emit(Bind(name, "caught", [], fn=handler, node=handler))
            self.block(handler.body, tail=False)
            if name is not None:
                self.emit(core.Delete(name))

        return core.Handler(handler.type, reads, name, self.inside(body))

    def _exception_names(self, handler: gast.ExceptHandler) -> list[Var]:
        """The local names in what a handler catches, which is evaluated when an exception is there."""
        if handler.type is None:
            return []
        found = []
        for node in gast.walk(handler.type):
            if isinstance(node, gast.Name):
                found += [Var(node.id)] if node.id in self.local else []
            elif not isinstance(node, gast.Attribute | gast.Tuple | gast.Load):
                self.refuse(handler.type, "an `except` of classes that are computed there", "bind them to a name first")
                break
        return found

    def stmt_Assert(self, stmt: gast.Assert) -> None:
        test = self.truth(stmt.test)

        def failed() -> None:
            error = self.bind("global", [], fn="AssertionError")
            message = [self.expr(stmt.msg)] if stmt.msg else []
            self.emit(core.Raise(self.bind("call", message, fn=error, node=stmt)))

        line = self.line
        self.emit(core.If(test, [], self.inside(failed), line=line))
