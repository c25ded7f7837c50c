"""Operators of plain numbers, where what they are given is seen only as it runs: their rules, written out.

An operator of what may be anything asks objects, arrays and lists for what they do. Numbers are most of what it meets
in a program of objects, and have none of that; what is not finite goes the long way, which knows of strong zeros.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from dualad import registry
from dualad.reverse.cells import Memory
from dualad.reverse.operands import Operation
from dualad.reverse.places import Pull
from dualad.reverse.runtime import REAL, is_zero

__dualad_lift__ = True  # dual numbers run through all of this


def _power_parts(ct: Any, ans: Any, base: Any, exponent: Any) -> tuple[Any, ...]:
    return ct * exponent * base ** (exponent - 1), 0.0


PARTS: dict[Any, Callable[..., tuple[Any, ...]]] = {
    operator.add: lambda ct, ans, x, y: (ct, ct),
    operator.sub: lambda ct, ans, x, y: (ct, -ct),
    operator.mul: lambda ct, ans, x, y: (ct * y, ct * x),
    operator.truediv: lambda ct, ans, x, y: (ct / y, ct * (-ans / y)),
    operator.pow: _power_parts,
    operator.neg: lambda ct, ans, x: (-ct,),
    operator.pos: lambda ct, ans, x: (ct,),
}
"""The cotangents of operands."""

COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


IDENTITIES = (operator.is_, operator.is_not)


def with_plain_numbers(site: Operation, general: Callable[..., Any]) -> Callable[..., Any]:
    """What runs an operator: of plain numbers at once, of anything else by `general`."""
    fn = site.name
    if site.op != "prim" or site.stars or site.keywords:
        return general
    if fn in IDENTITIES:
        nothing_of = (0.0,) * len(site.active)
        return lambda a, b: (fn(a, b), lambda ct, memory: nothing_of)
    parts_of = PARTS.get(fn)
    if parts_of is None and fn not in COMPARISONS:
        return general
    active, nothing = site.active, (0.0,) * len(site.active)
    exponents = fn is operator.pow and (site.integers or 1 in active)  # which may be differentiated in themselves

    def called(*operands: Any) -> tuple[Any, Pull]:
        if registry.scopes:
            return general(*operands)  # type: ignore[no-any-return]
        for value in operands:
            if type(value) not in REAL and type(value) is not int:
                return general(*operands)  # type: ignore[no-any-return]
        if fn is operator.pow and (exponents or type(operands[1]) is not int or operands[1] < 1):
            return general(*operands)  # type: ignore[no-any-return]
        result = fn(*operands)
        if parts_of is None:
            return result, lambda ct, memory: nothing

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            if type(ct) in REAL:
                if is_zero(ct):
                    return nothing
                parts = _finite_parts(parts_of, ct, result, operands)
                if parts is not None:
                    return tuple([parts[i] for i in active])
            return general(*operands)[1](ct, memory)  # type: ignore[no-any-return]

        return result, pullback

    return called


def _finite_parts(
    parts_of: Callable[..., tuple[Any, ...]], ct: Any, result: Any, operands: tuple[Any, ...]
) -> tuple[Any, ...] | None:
    """The cotangents of operands in Python's numbers, which warn of nothing; None where some is not finite."""
    try:
        parts = parts_of(float(ct), float(result), *[v if type(v) is int else float(v) for v in operands])
    except (OverflowError, ZeroDivisionError):
        return None
    return parts if all(map(math.isfinite, parts)) else None


AUGMENTED = {
    operator.iadd: operator.add, operator.isub: operator.sub, operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
}  # fmt: skip


def augmented(op: Any, before: Any, value: Any, general: Callable[..., tuple[Any, Pull]]) -> tuple[Any, Pull]:
    """`before op= value` and its pullback, which gives both residues; of anything but plain numbers by `general`."""
    fn = AUGMENTED.get(op)
    if fn is None or type(before) not in REAL or type(value) not in REAL or registry.scopes:
        return general(op, before, value)
    result = fn(before, value)

    def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if type(ct) in REAL:
            parts = _finite_parts(PARTS[fn], ct, result, (before, value)) if not is_zero(ct) else (0.0, 0.0)
            if parts is not None:
                return parts
        return general(op, before, value)[1](ct, memory)

    return result, pullback
