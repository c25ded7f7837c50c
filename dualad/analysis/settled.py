"""Branches that kinds settle: `if isinstance(x, Frame)` or `if x is None`, where x is known to be a number or an array.

Much numeric code makes a table of its result where it was given one. What stands in a branch that is never taken need
not be looked into, and libraries of tables are long. Only tests for classes that no number, array or container of
Python's own is of are settled: what kinds tell those apart by need not be exact then.
"""

from __future__ import annotations

import abc
import builtins
import inspect
import operator
from typing import Any

import numpy as np

from dualad.analysis import versions
from dualad.analysis.inferred import Kinds
from dualad.analysis.inplace import is_of_user
from dualad.analysis.kinds import NUMBER_TAGS, Kind
from dualad.analysis.versions import Version
from dualad.records import replace
from dualad.syntax import core
from dualad.syntax.core import Bind, Function, If, Stmt, Var

NUMBERS = tuple(
    map(type, (np.bool_(), *(np.dtype(code).type() for code in np.typecodes["AllInteger"] + np.typecodes["AllFloat"])))
)
PLAIN = (bool, int, float, complex, str, list, tuple, dict, range, slice, type(None), np.generic, np.ndarray, *NUMBERS)
PLAIN_TAGS = NUMBER_TAGS | {"array", "str", "list", "dict", "ntuple", "range", "slice", "none"}


class Tests:
    """What is known of the tests of a function while its kinds are being found."""

    def __init__(self, found: Kinds, constants: bool) -> None:
        self.found = found
        self.constants = constants  # flags that branches would have set, which were left out before

    def settle(self, stmt: If) -> bool | None:
        """Which way a branch goes, None where that is not known; it is noted."""
        taken = self._truth(stmt.test)
        if taken is None:
            self.found.settled.pop(stmt, None)
        else:
            self.found.settled[stmt] = taken
        return taken

    def _truth(self, atom: Any) -> bool | None:
        if isinstance(atom, Var):
            return self._value(self.found.versions.read[atom])
        return bool(atom.value) if self.constants and isinstance(atom.value, bool) else None

    def _value(self, version: Version) -> bool | None:
        """The truth value that a version has, if it is known."""
        if version.origin == "join" and isinstance(version.stmt, If):
            values = [self._value(v) for v in version.inputs if not self._is_left_out(v)]
            return values[0] if values and all(v is values[0] for v in values) else None
        if version.origin != "definition" or not isinstance(version.stmt, Bind):
            return None
        made = version.stmt
        if made.op == "copy":
            return self._truth(made.args[0])
        if made.op == "prim":
            return self._operator(made)
        return self._call(made) if made.op in ("call", "method") else None

    def _operator(self, made: Bind) -> bool | None:
        """What `not a`, `a is None` and `a is not None` give."""
        if made.fn is operator.not_:
            value = self._truth(made.args[0])
            return None if value is None else not value
        if made.fn not in (operator.is_, operator.is_not):
            return None
        left, right = map(self.found.of, made.args)
        tags = {left.tag, right.tag}
        if "none" not in tags or not (_is_plain(left) and _is_plain(right)):
            return None
        return (tags == {"none"}) == (made.fn is operator.is_)

    def _call(self, made: Bind) -> bool | None:
        """What `isinstance(a, cls)` gives, whether `np.ndim(a)` is not zero, and `bool` of what is known."""
        callee = self.found.callee.get(made)
        if callee is None or made.stars or made.kwargs:
            return None
        if callee.value is bool and len(callee.args) == 1:
            return self._truth(callee.args[0])
        given = [*map(self.found.of, callee.args)]
        if callee.value is np.ndim and len(given) == 1:
            return None if given[0].rank is None else given[0].rank > 0
        if callee.value is not builtins.isinstance or len(given) != 2:
            return None
        return False if _is_plain(given[0]) and _is_apart(given[1]) else None

    def _is_left_out(self, version: Version) -> bool:
        """Whether a version is made in a branch that is never taken."""
        block = version.block
        while True:
            stmt, parent = self.found.versions.owner[id(block)]
            if stmt is None or parent is None:
                return False
            taken = self.found.settled.get(stmt) if isinstance(stmt, If) else None
            if taken is not None and block is (stmt.orelse if taken else stmt.body):  # type: ignore[attr-defined]
                return True
            block = parent


def _is_plain(kind: Kind) -> bool:
    """Whether a value is known to be of one of the plain classes."""
    return kind.tag in PLAIN_TAGS or (kind.tag == "tuple" and kind.value is None)


def _is_apart(kind: Kind) -> bool:
    """Whether it is a class that no value of a plain class is of, or a tuple of such."""
    if kind.tag == "tuple" and kind.value is None:
        return all(map(_is_apart, kind.items))
    cls = kind.value
    if kind.tag != "object" or not isinstance(cls, type) or not is_of_user(cls):
        return False
    if type(cls).__instancecheck__ not in (type.__instancecheck__, abc.ABCMeta.__instancecheck__):
        return False
    if inspect.isabstract(cls):  # somebody may register what has no part of it
        return False
    return not any(issubclass(cls, plain) or issubclass(plain, cls) for plain in PLAIN)


def live(block: list[Stmt], settled: dict[Any, bool]) -> list[Stmt]:
    """All statements of a block and of the blocks inside, but for those that are never reached."""
    found = []
    for stmt in block:
        found.append(stmt)
        for inner in core.blocks(stmt):
            taken = settled.get(stmt)
            if taken is None or inner is (stmt.body if taken else stmt.orelse):  # type: ignore[attr-defined]
                found += live(inner, settled)
    return found


def without(function: Function, found: Kinds) -> Function | None:
    """The function without the branches that are never taken; None where names would be left that nothing binds."""
    made = replace(function, body=_block(function.body, found.settled))
    unbound = _unbound(versions.analyse(made))
    return made if unbound <= _unbound(found.versions) else None


def _unbound(numbered: versions.Versions) -> set[str]:
    """The names that are read where nothing has bound them, whatever way was taken."""
    return {version.name for version in numbered.read.values() if version.origin == "undefined"}


def _block(block: list[Stmt], settled: dict[Any, bool]) -> list[Stmt]:
    made: list[Stmt] = []
    for stmt in block:
        if isinstance(stmt, If) and stmt in settled:
            made += _block(stmt.body if settled[stmt] else stmt.orelse, settled)
        else:
            made.append(_inside(stmt, settled))
    return made


def _inside(stmt: Stmt, settled: dict[Any, bool]) -> Stmt:
    """The statement with the blocks inside it rewritten; itself where it has none."""
    if not core.blocks(stmt):
        return stmt
    changes: dict[str, Any] = {
        name: _block(getattr(stmt, name), settled)
        for name in ("test_body", "body", "orelse", "final")
        if hasattr(stmt, name)
    }
    if isinstance(stmt, core.Try):
        changes["handlers"] = [replace(h, body=_block(h.body, settled)) for h in stmt.handlers]
    return replace(stmt, **changes)
