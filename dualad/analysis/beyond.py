"""Which functions store into globals, captured variables or classes, or give what those hold, as far as texts tell.

Asked of calls whose callee is not known by its identity: a method of an object, of a class. Where the text says so, the
caller follows what lies outside of all functions, too. What the text does not tell is refused as it runs.
"""

from __future__ import annotations

import builtins
import sys
import types
import weakref
from collections.abc import Iterator
from itertools import chain
from typing import Any

import gast

from dualad.analysis.inplace import LIBRARIES, MUTATORS, is_of_user
from dualad.analysis.kinds import of as kinds_of
from dualad.classes import kept_by
from dualad.errors import Unsupported
from dualad.syntax import source
from dualad.syntax.jumps import local_names

NOT_OF_USERS = frozenset((*LIBRARIES, *sys.stdlib_module_names))

_KNOWN: weakref.WeakKeyDictionary[types.CodeType, dict[frozenset[str], bool]] = weakref.WeakKeyDictionary()


def stores_beyond(owner: type, name: str) -> bool:
    """Whether a method of a class stores into something beyond its arguments."""
    kept = kept_by(owner, name)
    fn = getattr(kept, "__func__", kept)
    if not isinstance(fn, types.FunctionType) or not is_of_user(fn):
        return False
    if isinstance(kept, classmethod):
        return _stores(fn, owner, frozenset(), of_class=True)
    return function_stores_beyond(fn, owner)


def function_stores_beyond(fn: types.FunctionType, owner: type | None = None) -> bool:
    """The same of a function; of a method by its class."""
    known = _KNOWN.setdefault(fn.__code__, {})
    key = frozenset(changing_defaults(fn))
    if key not in known:
        known[key] = _stores(fn, owner, frozenset())
    return known[key]


def changing_defaults(fn: types.FunctionType) -> set[str]:
    """The parameters whose default values can change: the function holds those, and globals may name them, too."""
    if not fn.__defaults__ and not fn.__kwdefaults__:
        return set()
    positional = fn.__code__.co_varnames[: fn.__code__.co_argcount]
    found = dict(zip(positional[::-1], (fn.__defaults__ or ())[::-1], strict=False)) | (fn.__kwdefaults__ or {})
    return {name for name, value in found.items() if not kinds_of(value).immutable}


def _text(fn: types.FunctionType, asked: frozenset[Any]) -> Any:
    """What was read of a function of the user's; None of one that has no text, or is being asked."""
    if fn.__code__ in asked or not is_of_user(fn):
        return None
    try:
        return source.read(fn)
    except Unsupported:
        return None


def _stores(fn: types.FunctionType, cls: type | None, asked: frozenset[Any], of_class: bool = False) -> bool:
    read = _text(fn, asked)
    if read is None:
        return False
    nodes = list(gast.walk(read.tree))
    own = set().union(*(local_names(n) for n in nodes if isinstance(n, gast.FunctionDef | gast.Lambda)))
    first = next(iter(read.signature.parameters), None)
    beyond = (own - {first} if of_class else own) - changing_defaults(fn)
    asked |= {fn.__code__}
    for node in nodes:
        if isinstance(node, gast.Global | gast.Nonlocal):
            return True
        if any(root not in beyond for root in _stored(node, read)):
            return True
        if isinstance(node, gast.Call) and any(_stores(f, cls, asked) for f in _called(node, read, cls, first, own)):
            return True
    return _calls_held(read, nodes, own, asked)


def _calls_held(read: Any, nodes: list[Any], own: set[str], asked: frozenset[Any]) -> bool:
    """Whether a function calls what a global or captured container holds: its own state lies beyond, whatever it is."""
    held = _Given(read, own, None, asked)
    called = [node.func for node in nodes if isinstance(node, gast.Call)]
    # A method of what lies beyond counts as a store where it is called (`_stored`); here what is called lies there.
    return any(held.is_beyond(fn) for fn in called if not isinstance(fn, gast.Attribute))


def _stored(node: Any, read: Any) -> Iterator[str]:
    """The name by which a statement or call reaches what it stores into."""
    match node:
        case gast.Subscript(ctx=gast.Store() | gast.Del()) | gast.Attribute(ctx=gast.Store() | gast.Del()):
            base = node.value
        case gast.Call(func=gast.Attribute(attr=attr)) if attr in MUTATORS:
            base = node.func.value
        case _:
            return
    while isinstance(base, gast.Attribute | gast.Subscript):
        base = base.value
    if isinstance(base, gast.Name) and not isinstance(_value(base.id, read), types.ModuleType):
        yield base.id


def _called(node: Any, read: Any, cls: type | None, first: str | None, own: set[str]) -> list[types.FunctionType]:
    """The functions of the user's that a call is known to call."""
    match node.func:
        case gast.Name(id=name) if name not in own:
            found = _value(name, read)
        case gast.Attribute(value=gast.Name(id=name), attr=attr) if name == first and cls is not None:
            found = getattr(kept_by(cls, attr), "__func__", kept_by(cls, attr))
        case _:
            return []
    return [found] if isinstance(found, types.FunctionType) else []


def _value(name: str, read: Any) -> Any:
    """What a name that is not a local one stands for now."""
    if name in read.cells:
        try:
            return read.cells[name].cell_contents
        except ValueError:
            return None
    return read.globals.get(name, getattr(builtins, name, None))


def gives_beyond(fn: types.FunctionType, of_class: bool = False) -> bool:
    """Whether a function may give what a global, a captured variable or a class holds.

    `of_class`: its first argument is a class.
    """
    return _gives(fn, of_class, frozenset())


def method_gives_beyond(owner: type, name: str) -> bool:
    """The same of a method of a class."""
    kept = kept_by(owner, name)
    fn = getattr(kept, "__func__", kept)
    of_class = isinstance(kept, classmethod) or name == "__new__"
    return isinstance(fn, types.FunctionType) and gives_beyond(fn, of_class)


def _gives(fn: types.FunctionType, of_class: bool, asked: frozenset[Any]) -> bool:
    read = _text(fn, asked)
    if read is None:
        return False
    tree = read.tree
    given = [n.value for n in gast.walk(tree) if isinstance(n, gast.Return | gast.Yield | gast.YieldFrom) and n.value]
    given += [tree.body] if isinstance(tree, gast.Lambda) else []
    first = next(iter(read.signature.parameters), None) if of_class else None
    found = _Given(read, local_names(tree), first, asked | {fn.__code__})
    return any(found.is_beyond(value) for value in given)


def _bindings(node: Any) -> Iterator[tuple[Any, Any]]:
    """What a node binds, and the value that it, or an item of it, is bound to."""
    match node:
        case gast.Assign():
            yield from ((target, node.value) for target in node.targets)
        case gast.NamedExpr() | gast.AnnAssign() if node.value is not None:
            yield node.target, node.value
        case gast.For() | gast.comprehension():
            yield node.target, node.iter


class _Given:
    """What the expressions of a function may be."""

    def __init__(self, read: Any, own: set[str], cls: str | None, asked: frozenset[Any]) -> None:
        self.read, self.own, self.cls, self.asked = read, own, cls, asked
        self.bound: dict[str, list[Any]] = {}
        for target, value in chain.from_iterable(map(_bindings, gast.walk(read.tree))):
            for name in gast.walk(target):
                if isinstance(name, gast.Name) and isinstance(name.ctx, gast.Store):
                    self.bound.setdefault(name.id, []).append(value)

    def is_beyond(self, node: Any) -> bool:
        """Whether it may be, or hold, what lies beyond the function."""
        match node:
            case gast.Name(id=name):
                return self._name(name)
            case gast.Attribute() | gast.Subscript() | gast.Starred():
                return self._owner(node.value)
            case gast.IfExp():
                return self.is_beyond(node.body) or self.is_beyond(node.orelse)
            case gast.BoolOp() | gast.Dict():
                return any(map(self.is_beyond, node.values))
            case gast.Tuple() | gast.List():
                return any(map(self.is_beyond, node.elts))
            case gast.NamedExpr():
                return self.is_beyond(node.value)
            case gast.Call(func=gast.Attribute(value=owner)):
                return self._owner(owner) or any(map(self.is_beyond, node.args))
            case gast.Call(func=gast.Name(id=name)) if name not in self.own:
                called = _value(name, self.read)
                return isinstance(called, types.FunctionType) and _gives(called, False, self.asked)
        return False

    def _name(self, name: str) -> bool:
        if name in self.own:
            values = self.bound.pop(name, [])
            return any(map(self.is_beyond, values))
        return not kinds_of(_value(name, self.read)).immutable

    def _owner(self, node: Any) -> bool:
        """Whether an attribute, item or method of something may give what lies beyond the function."""
        if isinstance(node, gast.Name) and node.id not in self.own:
            value = _value(node.id, self.read)
            if isinstance(value, types.ModuleType | type):
                return is_of_user(value) and getattr(value, "__name__", "").partition(".")[0] not in NOT_OF_USERS
        return (isinstance(node, gast.Name) and node.id == self.cls) or self.is_beyond(node)
