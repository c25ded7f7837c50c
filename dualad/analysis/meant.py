"""Which classes of the user's a function may meet, and which of their methods a statement may mean."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from dualad.analysis.inferred import Kinds
from dualad.analysis.inplace import changing_methods, is_of_user
from dualad.analysis.kinds import Kind
from dualad.classes import changing, has_operators
from dualad.syntax.core import Bind


def may_hold_objects(kind: Kind) -> bool:
    """Whether a value of a kind may be, or hold, an object that a class of the user's is written for."""
    return kind.tag in ("any", "own", "fields") or any(map(may_hold_objects, kind.items))


@dataclass(frozen=True, slots=True)
class Met:
    """What the classes of the objects that a function may meet do.

    Attributes:
        written: some are somebody's, and not of a library.
        changing: the operators, items or properties of some change something in place.
        operators: some of somebody's have operators, which may give what holds their operands.
        ordered: some of somebody's say what is less, so that `max` and `min` may be given objects.
        held: names under which some hold something themselves that can change, which their objects have too.
    """

    written: bool
    changing: bool
    operators: bool
    ordered: bool
    held: frozenset[str]


def met(kinds: Kinds, source: Any) -> Met:
    """What is known of the classes that a function may meet."""
    classes = {id(cls): cls for cls in _classes_met(kinds, source)}.values()
    written = [cls for cls in classes if is_of_user(cls)]
    orders = [getattr(cls, name, None) for cls in written for name in ("__lt__", "__gt__")]
    ordered = any(isinstance(order, types.FunctionType) for order in orders)
    changes, operators = any(map(changing_methods, classes)), any(map(has_operators, written))
    return Met(bool(written), changes, operators, ordered, frozenset().union(*map(changing, written)))


def _classes_met(kinds: Kinds, source: Any) -> Iterator[type]:
    """The classes of the objects that a function may meet.

    What an object or a container holds is of a class that the function's module knows, or that of a class it meets;
    so is what a function gives that it calls.
    """
    found: set[Any] = {c.value for c in kinds.callee.values() if isinstance(c.value, type)}
    found.add(source.globals.get(source.class_name))
    for kind in kinds.version.values():
        found |= classes_of(kind)
    called = {c.function for c in kinds.callee.values() if c.function is not None}
    modules = {cls.__module__ for cls in found if isinstance(cls, type) and is_of_user(cls)}
    modules |= {fn.__module__ for fn in called if is_of_user(fn)} - {source.globals.get("__name__")}
    scopes = [source.globals, *(vars(sys.modules[m]) for m in modules if m in sys.modules)]
    known = (held for scope in scopes for held in [*scope.values()] if isinstance(held, type) and is_of_user(held))
    return (cls for cls in chain(found, known) if isinstance(cls, type))


def classes_of(kind: Kind) -> set[Any]:
    """The classes of the objects that a value of a kind is or holds."""
    own = {kind.value} if kind.tag in ("own", "tuple") else {kind.value[0]} if kind.tag == "fields" else set()
    return own.union(*map(classes_of, kind.items)) if kind.items else own


def methods_meant(stmt: Bind, kinds: Kinds, source: Any) -> list[tuple[type, str]]:
    """The methods that a call of a method or an object may mean: of its class, or of any that the module knows."""
    if stmt.op == "method":
        owner, name = kinds.of(stmt.args[0]), stmt.fn
    else:
        owner, name = kinds.of(stmt.fn), "__call__"
    known = {owner.value} if owner.tag == "object" else classes_of(owner)
    if owner.tag == "any":
        known = {c for c in source.globals.values() if isinstance(c, type) and is_of_user(c)}
    return [(cls, name) for cls in known if isinstance(cls, type)]
