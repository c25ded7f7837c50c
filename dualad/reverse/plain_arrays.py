"""Operators and functions of arrays of floats, where that they are is seen only as it runs.

What operands may be anything is asked of objects first, and noted with all that it holds. An array of floats is itself,
and the rules of its operators make new arrays: they are applied at once; all else goes the long way (`operations`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry
from dualad.registry import Primitive
from dualad.reverse.cells import Memory, deposit, withdraw
from dualad.reverse.operands import Operation
from dualad.reverse.places import Pull
from dualad.reverse.runtime import REAL, is_zero
from dualad.reverse.sites import primitive_split

__dualad_lift__ = True  # dual numbers run through all of this

General = Callable[..., Any]

ARITHMETIC = (
    operator.add, operator.sub, operator.mul, operator.truediv, operator.matmul, operator.pow, operator.neg
)  # fmt: skip
REDUCING: dict[Any, int] = {np.sum: 1, np.mean: 1, np.dot: 2}
"""Functions of so many whole arrays that make new ones, which programs of objects call most."""

NUMBERS = REAL | {int}


def with_plain_arrays(site: Operation, general: General) -> General:
    """What runs an operation: of arrays of floats at once, of anything else by `general`."""
    if site.stars or site.keywords or not site.result_active:
        return general
    if site.op == "prim" and any([site.name is fn for fn in ARITHMETIC]):
        return _operator(site, general)
    if site.op == "method" and 0 not in site.active:
        return _of_module(site, general)
    return general


def _are_arrays(operands: tuple[Any, ...]) -> bool:
    """Whether they are arrays of floats, one at least, and plain numbers."""
    found = False
    for value in operands:
        kind = type(value)
        if kind is np.ndarray:
            if value.dtype.kind != "f":
                return False
            found = True
        elif kind not in NUMBERS:
            return False
    return found


def _operator(site: Operation, general: General) -> General:
    primitive: list[Primitive | None] = []

    def called(*operands: Any) -> tuple[Any, Pull]:
        if registry.scopes or not _are_arrays(operands):
            return general(*operands)  # type: ignore[no-any-return]
        if not primitive:
            primitive.append(registry.lookup(site.name))
        assert primitive[0] is not None
        return _by_rule(site, primitive[0], operands, site.active)

    return called


def _of_module(site: Operation, general: General) -> General:
    """A function that is read from a module where it is called, as `np.exp` is."""
    name, places = str(site.name), tuple([i - 1 for i in site.active])
    known: dict[Any, Primitive | None] = {}  # by function: of what a site calls there are few

    def called(owner: Any, *args: Any) -> tuple[Any, Pull]:
        if owner is not np or registry.scopes or not _are_arrays(args):
            return general(owner, *args)  # type: ignore[no-any-return]
        fn = getattr(owner, name)
        if fn not in known:
            known[fn] = _plain_rule(fn, len(args))
        primitive = known[fn]
        if primitive is None or primitive.definition_for(args, {}) is not None:
            return general(owner, *args)  # type: ignore[no-any-return]
        return _by_rule(site, primitive, args, places)

    return called


def _plain_rule(fn: Any, count: int) -> Primitive | None:
    """The rules of a function of so many arrays that makes a new one, if they are dualad's own."""
    is_ufunc = isinstance(fn, np.ufunc)
    if not is_ufunc and not any([fn is known and count == takes for known, takes in REDUCING.items()]):
        return None
    primitive = registry.lookup(fn)
    if primitive is None or primitive.checked or primitive.calls is not None or primitive.writes:
        return None
    if not is_ufunc:
        return primitive
    rules = primitive.rules
    plain = primitive.form == "elementwise" and len(rules) == count == fn.nin and fn.nout == 1
    return primitive if plain and all([rule is not None for rule in rules]) else None


def _by_rule(
    site: Operation, primitive: Primitive, operands: tuple[Any, ...], places: tuple[int, ...]
) -> tuple[Any, Pull]:
    result, pull = primitive_split(primitive, operands, {}, places)
    active, inside, result_inside = site.active, site.inside, site.result_inside
    nothing = (0.0,) * len(places)

    def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, result, ct if result_inside else deposit(memory, result, ct))
        parts = nothing if is_zero(whole) else pull(whole)
        residues = [deposit(memory, operands[place], part) for place, part in zip(places, parts, strict=True)]
        found = []
        for i, place, residue in zip(active, places, residues, strict=True):
            found.append(residue if i in inside else withdraw(memory, operands[place], residue))
        return tuple(found)

    return result, pullback
