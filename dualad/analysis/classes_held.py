"""Which names hold objects of plain classes that the function makes, as far as can be told by now."""

from __future__ import annotations

from typing import Any

from dualad.analysis import plain_classes
from dualad.analysis.inferred import Kinds
from dualad.analysis.whereabouts import Blank, Narrowed, Whereabouts
from dualad.classes import MISSING
from dualad.syntax import core
from dualad.syntax.core import Bind, Const, Function, Stmt, Var


def classes_of(function: Function, inferred: Kinds, barred: set[type], certain: bool = False) -> dict[str, type]:
    """The names that hold objects of one plain class each, which are made here, as far as can be told by now.

    What calls give that have not been written out yet is left out of account, unless it has to be `certain`.
    """
    made: dict[str, set[Any]] = {}
    copied: dict[str, set[str]] = {}
    where = whereabouts(function, inferred, barred)
    if where is None:
        return {}
    for stmt in core.walk(function.body):
        for name in core.targets(stmt):
            found = made.setdefault(name, set())
            if isinstance(stmt, Bind) and stmt.op == "copy" and isinstance(stmt.args[0], Var):
                if isinstance(stmt.fn, Narrowed):
                    found.add(stmt.fn.cls)
                else:
                    copied.setdefault(name, set()).add(stmt.args[0].name)
            else:
                value = _made(stmt, inferred, barred)
                if value is None or value is PENDING:
                    value = _taken(name, where, value)
                found.add(None if certain and value is PENDING else value)
    params = {p.name for p in function.params} | set(function.outer)
    known: dict[str, Any] = {n: (None if n in params else _one(found)) for n, found in made.items()}
    changed = True
    while changed:
        changed = False
        for name, sources in copied.items():
            before = known[name]
            given = {known.get(s) for s in sources if known.get(s) is not PENDING} | ({before} - {PENDING})
            after = before if before is None else _one(given)
            changed = changed or after is not before
            known[name] = after
    return {n: cls for n, cls in known.items() if isinstance(cls, type)}


def whereabouts(function: Function, inferred: Kinds, barred: set[type]) -> Whereabouts | None:
    """Where objects of plain classes that are made here may be; None where there are none."""
    made: dict[Stmt, type] = {}
    blank = False
    for stmt in core.walk(function.body):
        found = _made(stmt, inferred, barred)
        if isinstance(found, type):
            made[stmt] = found
            blank = blank or stmt.op == "copy"  # type: ignore[attr-defined]
    return Whereabouts(function, inferred, made, likely=True) if made or blank else None


def of_several(function: Function, inferred: Kinds, barred: set[type]) -> dict[str, frozenset[type]]:
    """The names that hold objects of more than one plain class, which are made here."""
    where = whereabouts(function, inferred, barred)
    found: dict[str, frozenset[type]] = {}
    narrowed = {s.target for s in core.walk(function.body) if isinstance(s, Bind) and isinstance(s.fn, Narrowed)}
    for name in where.places if where is not None else ():
        place = where.of(name)  # type: ignore[union-attr]
        if place is not None and place.is_of_objects and 1 < len(place.classes) <= SEVERAL and name not in narrowed:
            found[name] = frozenset(place.classes)
    return found


SEVERAL = 4
"""How many classes the objects of a list may have that are told apart."""


def _taken(name: str, where: Whereabouts, otherwise: Any) -> Any:
    """The class of what is taken from a list, an iterator or another object."""
    place = where.of(name)
    if place is None or not place.is_of_objects or len(place.classes) > 1:
        return otherwise
    return next(iter(place.classes))


PENDING: Any = object()
"""What a name holds is not known before a call has been written out."""


def _one(found: set[Any]) -> Any:
    found = found - {PENDING}
    if not found:
        return PENDING
    return next(iter(found)) if len(found) == 1 else None


def _made(stmt: Stmt, inferred: Kinds, barred: set[type]) -> Any:
    """The class of what a statement makes; None: it is no object of a plain class."""
    if not isinstance(stmt, Bind):
        return None
    if stmt.op == "copy":
        value = stmt.args[0].value if isinstance(stmt.args[0], Const) else None
        return value.cls if isinstance(value, Blank) else None
    if stmt.op == "call":
        callee = inferred.callee.get(stmt)
        cls = callee.value if callee is not None else None
        if isinstance(cls, type):
            return cls if cls not in barred and is_made_plainly(cls) else None
        return PENDING if stmt in inferred.inner else None
    return PENDING if stmt.op in ("method", "attr", "prim", "inplace") else None


def is_made_plainly(cls: type) -> bool:
    """Whether `C(...)` makes an object of a plain class, and runs nothing but an `__init__` that can be read."""
    return plain_classes.is_plain(cls) and plain_classes.initialiser(cls) is not MISSING
