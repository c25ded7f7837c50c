"""Generator functions that are sent values, or return one, as functions which give an object that receives them.

Of `def g(a): b = yield a; return b` two functions are made: a generator function that is given a list besides, and says
`b = ((yield a), shared[0])[1]` and `shared[1] = b; return`; and `g` itself, which gives the object around its items
(`dualad.received`). So what was sent has its cotangent in the list, as whatever is stored into one.
"""

from __future__ import annotations

import copy
import types
import weakref
from collections.abc import Callable
from typing import Any

import gast

from dualad.received import OVER, RETURNED, SENT, Receiving, box, delegated, until_ended
from dualad.records import replace
from dualad.syntax import source as sources
from dualad.syntax.hoisting import SCOPES, compiled
from dualad.syntax.names import children, identifiers
from dualad.syntax.source import Source

LIMIT = 2048
DIRECT = (gast.Assign, gast.AnnAssign, gast.Return, gast.Expr)
"""Statements that may be nothing but a `yield from`, and what becomes of its value."""
_made: weakref.WeakSet[types.FunctionType] = weakref.WeakSet()
_codes: dict[tuple[Any, ...], tuple[types.CodeType, Any]] = {}


def made(read: Source) -> Source:
    """The source of the function that gives the object; any other function's as it is."""
    if read.fn in _made or not receives(read.tree):
        return read
    names = _Names(read)
    params = names.params
    items = _items_of(read, names)
    given: dict[str, Callable[..., Any]] = {
        names.items: items,
        names.box: box,
        names.until_ended: until_ended,
        names.receiving: Receiving,
    }
    shared, made = _load(names.shared), _load(names.made)
    call = _call(names.until_ended, made, shared)
    body = [
        gast.Assign([_store(names.shared)], _call(names.box), None),
        gast.Assign([_store(names.made)], _call(names.items, *map(_load, params), shared), None),
        gast.Return(_call(names.receiving, call, shared, made)),
    ]
    tree = copy.copy(read.tree)
    tree.body = [_located(stmt, read.tree) for stmt in body]
    cells = {**read.cells, **{name: types.CellType(value) for name, value in given.items()}}
    return replace(read, tree=tree, cells=cells, receives=True)


def receives(tree: Any) -> bool:
    """Whether a function is a generator function that uses what it is sent, or returns something."""
    nodes = _own(tree)
    if not any(isinstance(n, gast.Yield | gast.YieldFrom) for n in nodes):
        return False
    plain = {id(n.value) for n in nodes if isinstance(n, gast.Expr)}
    used = any(isinstance(n, gast.Yield | gast.YieldFrom) and id(n) not in plain for n in nodes)
    return used or any(isinstance(n, gast.Return) and not _is_none(n.value) for n in nodes)


def _is_none(value: Any) -> bool:
    return value is None or (isinstance(value, gast.Constant) and value.value is None)


def _own(tree: Any) -> list[Any]:
    """The nodes of a function itself, and not of those inside."""
    found, todo = [], [*(tree.body if isinstance(tree.body, list) else [tree.body])]
    while todo:
        node = todo.pop()
        found.append(node)
        if not isinstance(node, SCOPES):
            todo += children(node)
    return found


class _Names:
    """Names that the function does not use, and those of its parameters."""

    def __init__(self, read: Source) -> None:
        self.taken = {*identifiers(read.tree), *read.cells}
        args = read.tree.args
        given = (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg)
        self.params = [arg.id for arg in given if arg is not None]
        self.items = self.fresh(f"{read.tree.name if isinstance(read.tree, gast.FunctionDef) else 'lambda'}_items")
        self.shared, self.box = self.fresh("shared"), self.fresh("box")
        self.until_ended, self.receiving = self.fresh("until_ended"), self.fresh("Receiving")
        self.delegated, self.made = self.fresh("delegated"), self.fresh("made")

    def fresh(self, wanted: str) -> str:
        """A name that nothing has yet, from now on taken."""
        name, count = wanted, 1
        while name in self.taken:
            count += 1
            name = f"{wanted}{count}"
        self.taken.add(name)
        return name


def _items_of(read: Source, names: _Names) -> types.FunctionType:
    """The generator function without values, which is given the list besides; made once for a code."""
    key = read.fn.__code__, id(read.globals)
    if key not in _codes:
        tree = _tree(read, names)
        cells = {**read.cells, names.delegated: types.CellType(delegated)}
        fn = compiled(read, tree, names.items, {**cells, names.items: types.CellType()})
        if len(_codes) >= LIMIT:
            _codes.clear()
        _codes[key] = fn.__code__, tree
    code, tree = _codes[key]
    cells = {**read.cells, names.delegated: types.CellType(delegated)}
    closure = tuple([cells[name] for name in code.co_freevars])
    fn = types.FunctionType(code, read.globals, names.items, None, closure)
    sources.remember(fn, read, tree)
    _made.add(fn)
    return fn


def _tree(read: Source, names: _Names) -> Any:
    args = gast.arguments([_param(n) for n in (*names.params, names.shared)], [], None, [], [], None, [])
    rewritten = _Rewritten(names)
    body = rewritten.block(copy.deepcopy(read.tree.body))
    tree = gast.FunctionDef(names.items, args, body, [], None, None, [])
    return _located(tree, read.tree)


class _Rewritten:
    """The statements of such a function, with the list in place of the values."""

    def __init__(self, names: _Names) -> None:
        self.names = names

    def block(self, stmts: list[Any]) -> list[Any]:
        return [made for stmt in stmts for made in self.stmt(stmt)]

    def stmt(self, stmt: Any) -> list[Any]:
        """What a statement becomes."""
        if isinstance(stmt, SCOPES):
            return [stmt]
        before: list[Any] = []
        value = getattr(stmt, "value", None)
        if isinstance(value, gast.YieldFrom) and isinstance(stmt, DIRECT):
            before, stmt.value = self.delegation(value)
        elif isinstance(stmt, gast.Expr) and isinstance(value, gast.Yield):
            if value.value is not None:
                value.value = self.expression(value.value)
            return [stmt]
        self.parts(stmt)
        if isinstance(stmt, gast.Return) and not _is_none(stmt.value):
            made = [*before, self.kept(RETURNED, stmt.value), gast.Return(None)]
        else:
            made = [*before, stmt]
        return [_located(m, stmt) for m in made]

    def parts(self, node: Any) -> None:
        """Write the parts of a node again, in their places."""
        for name, value in [*vars(node).items()]:
            if isinstance(value, list):
                if value and isinstance(value[0], gast.stmt):
                    setattr(node, name, self.block(value))
                else:
                    setattr(node, name, [self.expression(v) if isinstance(v, gast.AST) else v for v in value])
            elif isinstance(value, gast.AST):
                setattr(node, name, self.expression(value))

    def expression(self, node: Any) -> Any:
        """What an expression, or another part of a statement, becomes."""
        if isinstance(node, SCOPES):
            return node
        self.parts(node)
        if not isinstance(node, gast.Yield):
            return node
        pair = gast.Tuple([node, self.place(SENT, gast.Load())], gast.Load())
        return _located(gast.Subscript(pair, gast.Constant(1, None), gast.Load()), node)

    def place(self, index: int, ctx: Any) -> Any:
        """A place of the list."""
        return gast.Subscript(_load(self.names.shared), gast.Constant(index, None), ctx)

    def kept(self, index: int, value: Any) -> Any:
        """A store into a place of the list."""
        return gast.Assign([self.place(index, gast.Store())], value, None)

    def delegation(self, node: gast.YieldFrom) -> tuple[list[Any], Any]:
        """The statements that `yield from` stands for, and its value."""
        over, item, stop, found = (self.names.fresh(n) for n in ("over", "item", "stop", "found"))
        args = gast.Attribute(_load(stop), "args", gast.Load())
        first = gast.Subscript(copy.deepcopy(args), gast.Constant(0, None), gast.Load())
        value = gast.IfExp(args, first, gast.Constant(None, None))
        handled = [gast.Assign([_store(found)], value, None), self.kept(OVER, gast.Constant(None, None)), gast.Break()]
        ended = gast.ExceptHandler(_load("StopIteration"), _store(stop), handled)
        taken = gast.Assign([_store(item)], _call(self.names.delegated, _load(over), _load(self.names.shared)), None)
        loop = [gast.Try([taken], [ended], [], []), gast.Expr(gast.Yield(_load(item)))]
        stmts = [
            gast.Assign([_store(over)], _call("iter", self.expression(node.value)), None),
            self.kept(OVER, _load(over)),
            self.kept(SENT, gast.Constant(None, None)),
            gast.Assign([_store(found)], gast.Constant(None, None), None),
            gast.While(gast.Constant(True, None), loop, []),
        ]
        return [_located(s, node) for s in stmts], _located(_load(found), node)


def _located(node: Any, at: Any) -> Any:
    """A node of which all that has no place in the text has that of another one."""
    for part in gast.walk(node):
        if "lineno" in part._attributes and getattr(part, "lineno", None) is None:
            gast.copy_location(part, at)
    return node


def _load(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def _store(name: str) -> Any:
    return gast.Name(name, gast.Store(), None, None)


def _param(name: str) -> Any:
    return gast.Name(name, gast.Param(), None, None)


def _call(name: str, *args: Any) -> Any:
    return gast.Call(_load(name), list(args), [])
