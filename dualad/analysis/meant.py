"""Which classes of the user's a function may meet, and which of their methods a statement may mean."""

from __future__ import annotations

import collections
import operator
import sys
import types
from collections.abc import Iterator
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from dualad import equivalents
from dualad.analysis.giving import NOTHING, Given, given, given_by_any, given_by_method, given_by_new
from dualad.analysis.inferred import Kinds
from dualad.analysis.inplace import MADE_NEW, is_of_user, may_change_unasked, unasked
from dualad.analysis.kept_names import may_be_kept
from dualad.analysis.kinds import Kind, is_plain_tuple
from dualad.classes import MISSING, changing, has_operators, kept_by
from dualad.records import record
from dualad.syntax import core
from dualad.syntax.core import Bind
from dualad.syntax.local_classes import class_around, classes_known


def may_hold_objects(kind: Kind) -> bool:
    """Whether a value of a kind may be, or hold, an object that a class of the user's is written for."""
    return kind.tag in ("any", "own", "fields") or any(map(may_hold_objects, kind.items))


QUIET = ("copy", "tuple", "list", "set", "dict", "function", "import", "caught", "cell", "global")
"""Statements that ask objects for nothing."""
IDENTITY = (operator.is_, operator.is_not)
"""Operators which no class has a say in."""


def asks_nothing(stmt: Bind) -> bool:
    """Whether a statement asks no object for a method."""
    if stmt.op in QUIET:
        return stmt.op != "dict" or not stmt.stars  # `{**g}` asks g for its keys and items
    return any(stmt.fn is fn for fn in IDENTITY)


HAVING = (np.ndarray, list, dict, set, str, collections.deque)
"""Classes of Python's and NumPy's whose methods are meant, where nothing is kept under such a name."""


@record(frozen=True, slots=True)
class Met:
    """What the classes of the objects that a function may meet do.

    Attributes:
        written: some are somebody's, and not of a library.
        changing: the operators, items or properties of some change something in place.
        operators: some of somebody's have operators, which may give what holds their operands.
        ordered: some of somebody's say what is less, so that `max` and `min` may be given objects.
        held: names under which some hold something themselves that can change, which their objects have too.
        giving: the operators, items or properties of some give what lies outside of all functions.
        classes: those that somebody has written.
    """

    written: bool
    changing: bool
    operators: bool
    ordered: bool
    held: frozenset[str]
    giving: bool = False
    classes: tuple[type, ...] = ()


def met(kinds: Kinds, source: Any, care: bool = False) -> Met:
    """What is known of the classes that a function may meet; `care`: objects of others may change something unasked."""
    classes = {id(cls): cls for cls in _classes_met(kinds, source)}.values()
    written = [cls for cls in classes if is_of_user(cls)]
    orders = [getattr(cls, name, None) for cls in written for name in ("__lt__", "__gt__")]
    ordered = any(isinstance(order, types.FunctionType) for order in orders)
    changes, operators = any(map(may_change_unasked, classes)), any(map(has_operators, written))
    changes = changes or (care and is_of_user(source.fn))  # our definitions of what libraries do change nothing
    held, gives = frozenset().union(*map(changing, written)), any(map(_gives_unasked, written))
    return Met(bool(written), changes, operators, ordered, held, gives, tuple(written))


def _gives_unasked(cls: type) -> bool:
    """Whether a method that runs without being called by name gives what lies outside, or leaves it in an object."""
    return any(given_by_method(cls, name) for base in cls.__mro__ if is_of_user(base) for name in unasked(base))


def given_by_attribute(owner: Kind, name: str, met: Met) -> Given:
    """What lies outside that an attribute of an object may be: what its class holds, or a property gives."""
    found = NOTHING
    for cls in met.classes if owner.tag == "any" else classes_of(owner):
        if isinstance(cls, type) and is_of_user(cls):
            found |= Given(name in changing(cls)) | given_by_method(cls, name)
            found |= given_by_method(cls, "__getattr__") | given_by_method(cls, "__getattribute__")
    return found


def given_by_call(stmt: Bind, kinds: Kinds, source: Any, met: Met, of_library: bool) -> Given:
    """What lies outside that a call of what is not looked into may give, or leave in its arguments.

    `of_library`: it is a method of what NumPy or SciPy has made, and so no function that somebody keeps.
    """
    callee = kinds.callee[stmt]
    if isinstance(callee.value, type):
        return given_by_new(callee.value)
    if isinstance(callee.value, types.FunctionType):
        return given(equivalents.managed(callee.value) or callee.value) | _given_by_handed(stmt, kinds)
    meant = methods_meant(stmt, kinds, source)
    if stmt.op == "method" and kinds.of(stmt.args[0]).tag == "any":
        meant = [(cls, stmt.fn) for cls in met.classes]
    found = reduce(Given.__or__, [given_by_method(cls, name) for cls, name in meant], NOTHING)
    found |= _given_by_handed(stmt, kinds)
    if callee.value is None and not of_library and _may_be_kept(stmt, meant, kinds, source, met):
        found |= given_by_any(source.globals)
    return found


def _may_be_kept(stmt: Bind, meant: list[tuple[type, str]], kinds: Kinds, source: Any, met: Met) -> bool:
    """Whether a call may be of a function that somebody keeps in an object, and of no method."""
    known = any(kept_by(cls, name) is not MISSING for cls, name in meant)
    if stmt.op != "method" or not (known or any(hasattr(cls, stmt.fn) for cls in HAVING)):
        return not known
    if is_plain_data(kinds.of(stmt.args[0])) or _is_made_container(stmt.args[0], kinds):
        return False
    modules = {cls.__module__ for cls in met.classes} - {source.globals.get("__name__")}
    return may_be_kept(stmt.fn, source.fn, [source.globals, *_scopes(modules)])


def is_plain_data(kind: Kind) -> bool:
    """Whether it is an array, a number, a text or a container of Python's own, which keep nothing under names."""
    return kind.is_number or kind.tag in ("array", "list", "dict", "str") or is_plain_tuple(kind)


def _is_made_container(atom: core.Atom, kinds: Kinds) -> bool:
    """Whether it is a container of `collections` that the function has just made, which keeps nothing under names."""
    made = kinds.versions.read[atom].stmt if isinstance(atom, core.Var) else None
    callee = kinds.callee.get(made) if isinstance(made, Bind) else None
    return callee is not None and any(callee.value is known for known in MADE_NEW)


def _scopes(modules: set[str]) -> list[dict[str, Any]]:
    """What these modules name."""
    return [vars(sys.modules[name]) for name in modules if name in sys.modules]


def scopes_met(kinds: Kinds, source: Any) -> list[dict[str, Any]]:
    """What the modules name that a function's objects and callees come from."""
    return _met(kinds, source)[1]


def _met(kinds: Kinds, source: Any) -> tuple[set[Any], list[dict[str, Any]]]:
    """The classes that are known to be met, and what those modules name."""
    found: set[Any] = {c.value for c in kinds.callee.values() if isinstance(c.value, type)}
    found.add(class_around(source))
    for kind in chain(kinds.version.values(), kinds.given):
        found |= classes_of(kind)
    called = {c.function for c in kinds.callee.values() if c.function is not None}
    modules = {cls.__module__ for cls in found if isinstance(cls, type) and is_of_user(cls)}
    modules |= {fn.__module__ for fn in called if is_of_user(fn)} - {source.globals.get("__name__")}
    return found, [source.globals, *_scopes(modules)]


def _classes_met(kinds: Kinds, source: Any) -> Iterator[type]:
    """The classes of the objects that a function may meet.

    What an object or a container holds is of a class that the function's module knows, or that of a class it meets;
    so is what a function gives that it calls.
    """
    found, scopes = _met(kinds, source)
    known = (cls for scope in scopes for cls in classes_known(scope) if is_of_user(cls))
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
        known = {c for c in classes_known(source.globals) if is_of_user(c)}
    return [(cls, name) for cls in known if isinstance(cls, type)]


def _given_by_handed(stmt: Bind, kinds: Kinds) -> Given:
    """The same of the functions that a call is given."""
    handed = [kinds.of(atom).value for atom in core.operands(stmt)]
    return reduce(Given.__or__, [given(fn) for fn in handed if isinstance(fn, types.FunctionType)], NOTHING)
