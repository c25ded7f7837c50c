"""Items, lengths and members of Python's own containers, where what they are is seen only as it runs.

Of what may be anything its class is asked first, and what it holds is noted. Lists and dicts by whole numbers and words
are most of what programs of objects look things up in, and have nothing to say themselves; all else goes the long way
(`operations`).
"""

from __future__ import annotations

import builtins
import collections
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry
from dualad.reverse.cells import Memory, add_items
from dualad.reverse.container_methods import container_mutator
from dualad.reverse.operands import Operation
from dualad.reverse.places import Pull
from dualad.reverse.runtime import REAL

__dualad_lift__ = True  # dual numbers run through all of this

General = Callable[..., Any]

WORDS = frozenset({str, int, bool, bytes, type(None)})
"""What hashes and compares as Python has it, and is nothing that a derivative goes through as a key."""

SIZED = frozenset({
    list, dict, tuple, set, frozenset, str, bytes, range, collections.deque, collections.defaultdict,
})  # fmt: skip
"""Classes whose length is how much they hold, and whose truth is that."""

HASHING = frozenset({dict, set, frozenset, collections.defaultdict, collections.Counter, collections.OrderedDict})
ONE_BY_ONE = frozenset({list, tuple})
CHANGING = frozenset({"append", "appendleft", "pop", "popleft", "clear"})
NUMBERS = REAL | {int, bool}


def with_plain_containers(site: Operation, general: General) -> General:
    """What runs an operation: at once where it looks something up in what is plain, of anything else by `general`."""
    if site.stars or site.keywords:
        return general
    if site.op == "call" and not site.callee_active and site.count == 1:
        return _asking(site, general)
    if site.op == "prim" and site.name is operator.getitem and (0 not in site.active or 0 in site.inside):
        return _item(site, general)
    if site.op == "method" and site.name in CHANGING and 0 in site.active and 0 in site.inside:
        return _changing(site, general)
    if site.op == "prim" and site.name is operator.contains:
        return _member(site, general)
    if site.op == "prim" and site.name in (operator.eq, operator.ne):
        return _of_words(site, general)
    return general


def _nothing_of(site: Operation) -> Pull:
    nothing = (0.0,) * len(site.active)
    return lambda ct, memory: nothing


def _asking(site: Operation, general: General) -> General:
    """Calls of `len` and `bool`."""
    nothing = _nothing_of(site)

    def called(fn: Any, *args: Any) -> tuple[Any, Pull]:
        if (fn is builtins.len or fn is builtins.bool) and len(args) == 1 and not registry.scopes:
            kind = type(args[0])
            if kind in SIZED or (fn is builtins.bool and kind in WORDS):
                return fn(args[0]), nothing
        return general(fn, *args)  # type: ignore[no-any-return]

    return called


def _changing(site: Operation, general: General) -> General:
    """Methods that put a number into a list or deque, or take one out."""
    name, active, held = str(site.name), site.active, site.result_inside
    taken = {"pop": -1, "popleft": 0}.get(name)

    def called(owner: Any, *args: Any) -> tuple[Any, Pull]:
        kind = type(owner)
        if (kind is not list and kind is not collections.deque) or not all([type(a) in NUMBERS for a in args]):
            return general(owner, *args)  # type: ignore[no-any-return]
        if taken is not None and not (held or (not args and owner and type(owner[taken]) in NUMBERS)):
            return general(owner, *args)  # type: ignore[no-any-return]
        mutator = container_mutator(kind, name)
        if mutator is None:
            return general(owner, *args)  # type: ignore[no-any-return]
        result, pull = mutator(owner, *args)

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            parts = pull(ct, memory)
            return tuple([parts[i] if i < len(parts) else 0.0 for i in active])

        return result, pullback

    return called


def _member(site: Operation, general: General) -> General:
    nothing = _nothing_of(site)

    def called(container: Any, value: Any) -> tuple[Any, Pull]:
        if type(value) in WORDS and not registry.scopes:
            kind = type(container)
            if kind in HASHING or (kind in ONE_BY_ONE and all([type(item) in WORDS for item in container])):
                return value in container, nothing
        return general(container, value)  # type: ignore[no-any-return]

    return called


def _of_words(site: Operation, general: General) -> General:
    """Equality of words, of None and of what is equal to itself alone, such as the members of an enumeration."""
    fn, nothing = site.name, _nothing_of(site)
    itself = object.__eq__ if fn is operator.eq else object.__ne__
    name = itself.__name__

    def called(left: Any, right: Any) -> tuple[Any, Pull]:
        one, other = type(left), type(right)
        if one in WORDS and other in WORDS and not registry.scopes:
            return fn(left, right), nothing
        if one is other and getattr(one, name) is itself:
            return fn(left, right), nothing
        return general(left, right)  # type: ignore[no-any-return]

    return called


def _item(site: Operation, general: General) -> General:
    """`base[key]`: of a list by a whole number, a dict by a word, a line of floats by a whole number."""
    held, active = site.result_inside, site.active
    parts = (0.0,) * len(active)

    def called(base: Any, key: Any) -> tuple[Any, Pull]:
        kind, of = type(base), type(key)
        if registry.scopes:
            return general(base, key)  # type: ignore[no-any-return]
        if kind is list and of is int and -len(base) <= key < len(base):
            place = key + len(base) if key < 0 else key
        elif kind is dict and of in WORDS and key in base:
            place = key
        elif kind is np.ndarray and of is int and base.ndim == 1 and base.dtype == np.float64:
            return base[key], _of_line(base, key, parts)
        else:
            return general(base, key)  # type: ignore[no-any-return]
        value = base[key]
        if not held and type(value) not in NUMBERS:
            return general(base, key)  # type: ignore[no-any-return]

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            memory.add_item(base, place, ct)
            return parts

        return value, pullback

    return called


def _of_line(base: Any, place: int, parts: tuple[Any, ...]) -> Pull:
    def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
        add_items(memory, base, place, ct)
        return parts

    return pullback
