"""Augmented assignment by shadow memory: each runs, and gives a pullback (see `reverse.places`)."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from dualad import registry
from dualad.classes import plainly, whole
from dualad.errors import Unsupported
from dualad.reverse import cells, conforming
from dualad.reverse.cells import Memory, deposit, move, noted, withdraw
from dualad.reverse.places import ORDERED, Pull, is_number, mutate, update
from dualad.reverse.runtime import add, is_zero, kept
from dualad.reverse.sites import primitive_split
from dualad.updates import IN_PLACE

__dualad_lift__ = True  # dual numbers run through all of this


def augment(op: Any, before: Any, value: Any) -> tuple[Any, Pull]:
    """`before op= value`: the object that the name holds afterwards; the pullback gives both residues."""
    if isinstance(before, np.ndarray):
        return _augment_array(op, before, value)
    if isinstance(before, ORDERED) and op is operator.iadd:
        after, pull = mutate(before, lambda items, new: plainly(items, "extend", new), list(value))
        given = noted(value)

        def extended(ct: Any, memory: Memory) -> tuple[Any, ...]:
            shares = pull(0.0, memory)[0]
            return 0.0, deposit(memory, given, shares)

        return before, extended
    if isinstance(before, list) and op is operator.imul:
        times = whole(before, value)
        repeated = mutate(before, lambda items, new: plainly(items, "__imul__", times), [])[1]
        return before, lambda ct, memory: (repeated(0.0, memory) and 0.0, 0.0)
    if isinstance(before, dict) and op is operator.ior:
        return before, _with_base(update(before, value))
    if isinstance(before, set):  # whose items have no cotangents of their own (`reverse.sets`)
        return op(before, value), lambda ct, memory: (0.0, 0.0)
    if isinstance(before, str | bytes) and op in (operator.iadd, operator.imul):
        return op(before, value), lambda ct, memory: (0.0, 0.0)  # text, whatever else its variable holds elsewhere
    plain = getattr(operator, op.__name__[1:] + ("_" if op.__name__ in ("iand", "ior") else ""))
    primitive = registry.lookup(plain)
    if isinstance(before, tuple):
        return _repeat_tuple(before, value) if op is operator.imul else _join_tuples(before, value)
    if primitive is None or not is_number(before):
        raise Unsupported(f"`{op.__name__[1:]}` of a {type(before).__name__} that holds active values")
    given = noted(value)
    after, split = primitive_split(primitive, (before, value), {}, (0, 1))
    made = noted(after)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        ct = withdraw(memory, made, ct)
        if is_zero(ct):
            return 0.0, 0.0
        first, second = split(ct)
        return first, deposit(memory, given, second)

    return after, pulled


def _with_base(pull: Pull) -> Pull:
    return lambda ct, memory: (0.0, pull(ct, memory)[0])


def _join_tuples(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, Pull]:
    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if is_zero(ct):
            return 0.0, 0.0
        return list(ct[: len(left)]), list(ct[len(left) :])

    return left + right, pull


def _repeat_tuple(items: tuple[Any, ...], times: Any) -> tuple[Any, Pull]:
    result, length = items * times, len(items)

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if is_zero(ct) or not items:
            return 0.0, 0.0
        rounds = [list(ct[start : start + length]) for start in range(0, len(result), length)]
        return functools.reduce(add, rounds, 0.0), 0.0

    return result, pull


def _augment_array(op: Any, array: Any, value: Any) -> tuple[Any, Pull]:
    """In place on an array: its places move out, and come back by the rule of the plain operator."""
    name = op.__name__[1:]
    given = noted(value)
    if array.dtype.kind in "biu" and conforming.is_inexact(value):
        raise Unsupported(f"an active value added in place to an array of {array.dtype}; make it one of floats")
    if name not in IN_PLACE:
        raise Unsupported(f"`{name}` in place on an active array has no derivative rule")
    before = kept(array) if name not in ("add", "sub") else np.broadcast_to(array.dtype.type(0), array.shape)
    operand = kept(value)
    after = IN_PLACE[name](array, value)
    primitive = registry.lookup(getattr(operator, name))
    assert primitive is not None
    split = primitive_split(primitive, (before, operand), {}, (0, 1))[1]

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if memory.peek(array) is None:
            return 0.0, 0.0
        first, second = split(move(memory, array, ...))
        cells.add_whole(memory, array, first)
        return 0.0, deposit(memory, given, second)

    return after, pull
