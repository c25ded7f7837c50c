"""Calls and attributes in shadow memory, where what they meet is a number or keeps its attributes as Python does.

What is called and what an attribute is read of is looked at as it runs, for it may be anything. Most of it is plain:
`math.sqrt` of a float, an attribute that an object holds and its class says nothing of. That is told by a few looks,
and done at once; all else goes the long way (`operations`).
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry
from dualad.classes import MISSING, kept_by_class
from dualad.registry import Primitive
from dualad.reverse.cells import Memory
from dualad.reverse.operands import Operation
from dualad.reverse.places import Pull
from dualad.reverse.runtime import REAL, is_zero
from dualad.reverse.sites import rule_parameters

__dualad_lift__ = True  # dual numbers run through all of this

GET: Any = object.__getattribute__
SET: Any = object.__setattr__
_meta: Any = type
General = Callable[..., Any]


def with_plain_calls(site: Operation, general: General) -> General:
    """What runs an operation: at once where what it meets is plain, of anything else by `general`."""
    if site.op == "attr" and site.active == (0,) and 0 in site.inside:
        return _reading(site, general)
    if site.op == "call" and not site.stars and not site.keywords and not site.callee_active:
        return _calling(site, general)
    return general


# Attributes


def holder_of(owner: Any, name: str) -> Any:
    """The dict that an object keeps an attribute in, or the object if it has a slot for it; None if that is not known.

    Its class says nothing of the name, and does nothing of its own where attributes are read and stored.
    """
    cls: Any = type(owner)
    if _meta(cls) is not type or cls.__getattribute__ is not GET:
        return None
    kept = kept_by_class(cls, name)
    if kept is not MISSING and (type(kept) is not types.MemberDescriptorType or issubclass(cls, BaseException)):
        return None  # those of exceptions may be their `args`
    held = getattr(owner, "__dict__", owner)
    if kept is MISSING and (type(held) is not dict or name not in held):
        return None
    return held if type(held) is dict or held is owner else None


def _reading(site: Operation, general: General) -> General:
    name, inside = site.name, site.result_inside

    def called(owner: Any) -> tuple[Any, Pull]:
        held = holder_of(owner, name)
        if held is None:
            return general(owner)  # type: ignore[no-any-return]
        value = getattr(owner, name)
        if type(value) not in REAL and (not inside or callable(value)):
            return general(owner)  # type: ignore[no-any-return]

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            memory.add_item(held, name, ct)
            return (0.0,)

        return value, pullback

    return called


def stored(base: Any, name: str, value: Any) -> Pull | None:
    """`base.name = value`, where that is all that it does; None, and nothing done, where it may be more."""
    cls: Any = type(base)
    if _meta(cls) is not type or cls.__setattr__ is not SET:
        return None
    kept = kept_by_class(cls, name)
    held = getattr(base, "__dict__", base)
    if type(held) is not dict and (held is not base or type(kept) is not types.MemberDescriptorType):
        return None
    if kept is not MISSING and type(kept) is not types.MemberDescriptorType:
        return None
    setattr(base, name, value)
    return lambda ct, memory: (memory.pop_item(held, name),)


# Functions of numbers


class Partials:
    """The rules of a function of numbers, by argument: each with the names of its parameters, in order."""

    __slots__ = ("names", "rules")

    def __init__(self, primitive: Primitive) -> None:
        assert primitive.signature is not None
        self.names = tuple(primitive.signature.parameters)
        self.rules = [(rule, tuple(rule_parameters(rule))) for rule in primitive.rules if rule is not None]

    def parts(self, ct: float, ans: Any, args: tuple[Any, ...], active: tuple[int, ...]) -> tuple[Any, ...] | None:
        """The cotangents of the arguments at the places; None where some is not finite, or cannot be had so."""
        values = dict(zip(self.names, args, strict=True))
        values["ans"] = ans
        found = []
        with np.errstate(all="ignore"):
            for i in active:
                rule, names = self.rules[i]
                try:
                    part = ct * rule(**{name: values[name] for name in names})
                except (ZeroDivisionError, OverflowError):
                    return None
                if type(part) not in REAL or not math.isfinite(part):
                    return None
                found.append(part)
        return tuple(found)


def _partials(primitive: Primitive | None, count: int) -> Partials | None:
    """The partials of a function of so many numbers, if its rules are dualad's own and there is one for each."""
    if primitive is None or primitive.form != "elementwise" or primitive.checked or primitive.calls is not None:
        return None
    rules, signature = primitive.rules, primitive.signature
    if signature is None or len(rules) != count or any([rule is None for rule in rules]):
        return None
    if len(signature.parameters) != count or type(primitive.fn) is not types.BuiltinFunctionType:
        return None
    by_place = all([p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in signature.parameters.values()])
    found = Partials(primitive) if by_place else None
    plain = found is not None and all(set(names) <= {*found.names, "ans"} for _, names in found.rules)
    return found if plain else None


def _calling(site: Operation, general: General) -> General:
    known: dict[Any, Partials | None] = {}  # by function: of what a site calls there are few
    active, nothing = site.active, (0.0,) * len(site.active)

    def called(fn: Any, *args: Any) -> tuple[Any, Pull]:
        if type(fn) is not types.BuiltinFunctionType or registry.scopes:
            return general(fn, *args)  # type: ignore[no-any-return]
        for value in args:
            if type(value) not in REAL:
                return general(fn, *args)  # type: ignore[no-any-return]
        partials = known.get(fn, MISSING)
        if partials is MISSING:
            partials = known[fn] = _partials(registry.lookup(fn), len(args))
        if partials is None:
            return general(fn, *args)  # type: ignore[no-any-return]
        result = fn(*args)
        if type(result) not in REAL:
            return general(fn, *args)  # type: ignore[no-any-return]

        def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
            if type(ct) in REAL:
                if is_zero(ct):
                    return nothing
                parts = partials.parts(ct, result, args, active)
                if parts is not None:
                    return parts
            return general(fn, *args)[1](ct, memory)  # type: ignore[no-any-return]

        return result, pullback

    return called
