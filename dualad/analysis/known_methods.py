"""Kinds of what methods give that have no rule and no text: views of dicts, and numbers that are drawn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from dualad import chance
from dualad.analysis import created, kinds, structural
from dualad.analysis.calls import literal
from dualad.analysis.kinds import ANY, BOTTOM, FLOAT, FLOAT64, NONE, Kind
from dualad.analysis.versions import Versions
from dualad.syntax.core import Atom, Bind, Var

KindOf = Callable[[Atom], Kind]


def of_method(stmt: Bind, kind_of: KindOf, versions: Versions) -> Kind | None:
    """The kind of what a method gives; None where nothing is known of it."""
    kind = _of_method(stmt, kind_of, versions)
    return None if kind.tag == "any" else kind


def _of_method(stmt: Bind, kind_of: KindOf, versions: Versions) -> Kind:
    owner = stmt.args[0]
    if stmt.stars or not isinstance(owner, Var):
        return ANY
    if kind_of(owner).tag == "dict" and not stmt.kwargs:
        return _of_dict(stmt, kind_of(owner), kind_of)
    if stmt.fn in DRAWING and (
        chance.is_numpys(kinds.class_of(kind_of(owner))) or _makes_generator(versions.read[owner].stmt, kind_of)
    ):
        return _drawn(DRAWING[stmt.fn], stmt, kind_of)
    return ANY


def _of_dict(stmt: Bind, owner: Kind, kind_of: KindOf) -> Kind:
    if not owner.items:
        return ANY
    item = kinds.anonymous(kinds.list_item(owner)) if owner.value is not None else owner.items[0]
    match stmt.fn, stmt.args[1:]:
        case "keys", []:
            return Kind("iter", items=(structural.item_kind(owner),), value="keys")
        case "values", [] if item.tag != "any":
            return structural.iterator(item)
        case "items", [] if item.tag != "any":
            return structural.iterator(Kind("tuple", items=(structural.item_kind(owner), item)))
        case "get", [key, *default]:
            other = kind_of(default[0]) if default else NONE
            name = literal(key)
            if owner.value is None or type(name) is not str:
                return kinds.join(item, other)
            return owner.items[owner.value.index(name)] if name in owner.value else other
    return ANY


DRAWING = {"normal": 2, "uniform": 2, "standard_normal": 0, "random": 0, "exponential": 1}
"""Methods of random generators, and how many numbers come before the size of the array that they give."""


def _makes_generator(maker: Any, kind_of: KindOf) -> bool:
    """Whether a statement makes a random generator."""
    if not isinstance(maker, Bind) or maker.op not in ("call", "method"):
        return False
    owner = kind_of(maker.fn if maker.op == "call" else maker.args[0])
    if owner.tag != "object":
        return False
    named = maker.op == "method" and maker.fn == "default_rng"
    numpys = sys.modules.get("numpy.random")  # which is in use already where an object of it is met
    if numpys is None:
        return False
    return owner.value is numpys if named else maker.op == "call" and owner.value is numpys.default_rng


def _drawn(before: int, stmt: Bind, kind_of: KindOf) -> Kind:
    """What is drawn: a number, or an array of as many as are asked for."""
    args, named = list(stmt.args[1:]), dict(stmt.kwargs)
    sizes = [*args[before : before + 1], *([named.pop("size")] if "size" in named else [])]
    given = [kind_of(a) for a in (*args[:before], *named.values())]
    if len(args) > before + 1 or len(sizes) > 1 or named.keys() - {"loc", "scale", "low", "high"}:
        return ANY
    if any(k.tag == "bottom" for k in given):
        return BOTTOM
    if not sizes:
        return FLOAT if all(k.is_number for k in given) else ANY
    if not all(k.is_number or k.tag == "array" for k in given):
        return ANY
    size = kind_of(sizes[0])
    if size.tag == "bottom":
        return BOTTOM
    known = literal(sizes[0])
    if size.tag == "int":
        return kinds.array(FLOAT64, (created.created(known if type(known) is int else None, size),))
    if size.tag == "tuple" and size.value is None and all(k.tag == "int" for k in size.items):
        return kinds.array(FLOAT64, tuple([created.created(None, k) for k in size.items])) if size.items else ANY
    return ANY
