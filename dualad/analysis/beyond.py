"""Which functions store into globals, captured variables or classes, as far as texts tell.

Asked of calls whose callee is not known by its identity: a method of an object, of a class. Where the text says so, the
caller follows what lies outside of all functions, too. What the text does not tell is refused as it runs.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Iterator
from typing import Any

import gast

from dualad.analysis.giving import are_beyond, changing_defaults, text, value_of
from dualad.analysis.inplace import MUTATORS, is_of_user
from dualad.classes import kept_by
from dualad.syntax.jumps import local_names

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


def _stores(fn: types.FunctionType, cls: type | None, asked: frozenset[Any], of_class: bool = False) -> bool:
    read = None if fn.__code__ in asked else text(fn)
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
    return _calls_held(read, nodes)


def _calls_held(read: Any, nodes: list[Any]) -> bool:
    """Whether a function calls what a global or captured container holds: its own state lies beyond, whatever it is."""
    called = [node.func for node in nodes if isinstance(node, gast.Call)]
    # A method of what lies beyond counts as a store where it is called (`_stored`); here what is called lies there.
    return are_beyond(read, [fn for fn in called if not isinstance(fn, gast.Attribute)])


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
    if isinstance(base, gast.Name) and not isinstance(value_of(base.id, read), types.ModuleType):
        yield base.id


def _called(node: Any, read: Any, cls: type | None, first: str | None, own: set[str]) -> list[types.FunctionType]:
    """The functions of the user's that a call is known to call."""
    match node.func:
        case gast.Name(id=name) if name not in own:
            found = value_of(name, read)
        case gast.Attribute(value=gast.Name(id=name), attr=attr) if name == first and cls is not None:
            found = getattr(kept_by(cls, attr), "__func__", kept_by(cls, attr))
        case _:
            return []
    return [found] if isinstance(found, types.FunctionType) else []
