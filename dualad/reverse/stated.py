"""What rules that users state return, checked as the reverse sweep runs; and the cotangents that they are given."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from dualad import tree
from dualad.analysis import helpers
from dualad.errors import RegistryError
from dualad.registry import Primitive
from dualad.reverse import conforming, runtime

_WAYS = {"elementwise": "partials", "linear": "transposes", "multilinear": "transposes", "general": "vjps"}


def rule_name(primitive: Primitive, position: int) -> str:
    """How the rule of an argument is called in messages."""
    return f"{_WAYS[primitive.form]}[{position}] of {primitive.name}"


def fits(x: Any, shape: tuple[int, ...]) -> bool:
    """Whether something is a number or an array of numbers, of this shape."""
    if x is None or isinstance(x, str | bytes | list | tuple | dict):
        return False
    dtype = getattr(x, "dtype", None)
    return (dtype is None or dtype.kind in "biufc") and np.shape(x) == shape


def _described(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a number"


def partial_of(partial: Any, ans: Any, rule: str) -> Any:
    """A partial derivative of a result, which it may broadcast to."""
    if not isinstance(ans, np.ndarray | np.generic | int | float | complex) and not hasattr(ans, "dtype"):
        raise RegistryError(
            f"{rule} is a partial derivative, of a function that works by element, but the function returned "
            f"{tree.describe(ans)}; state jvps and vjps"
        )
    shape = np.shape(ans)
    own = np.shape(partial) if fits(partial, np.shape(partial)) else None
    if own == shape or own == ():
        return conforming.floating(partial)
    lead = len(shape) - len(own) if own is not None else -1
    if own is None or lead < 0 or any([n not in (1, shape[lead + i]) for i, n in enumerate(own)]):
        raise RegistryError(
            f"{rule} should return {_described(shape)} or one that broadcasts to it, as the function's result does, "
            f"but it returned {tree.describe(partial)}"
        )
    return conforming.floating(partial)


def cotangent_of(ct: Any, value: Any, rule: str) -> Any:
    """The cotangent of an argument: of its structure and shapes, without an imaginary part that it cannot have."""
    if runtime.is_zero(ct):
        return ct
    if isinstance(value, list | tuple):
        whole = isinstance(ct, list | tuple) or len(np.shape(ct)) > 0
        if not whole or len(ct) != len(value):
            raise _unlike(rule, tree.describe(value), ct)
        return [cotangent_of(c, v, rule) for c, v in zip(ct, value)]
    if isinstance(value, dict):
        if not isinstance(ct, dict) or set(ct) != set(value):
            raise _unlike(rule, tree.describe(value), ct)
        return {key: cotangent_of(ct[key], v, rule) for key, v in value.items()}
    if not isinstance(value, int | float | complex) and not hasattr(value, "shape"):
        return ct  # an object, or what holds no number
    shape = np.shape(value)
    if not fits(ct, shape):
        raise _unlike(rule, _described(shape), ct)
    return conforming.floating(runtime.like(ct, value))


def _unlike(rule: str, wanted: str, found: Any) -> RegistryError:
    return RegistryError(f"{rule} should return {wanted}, as its argument is, but it returned {tree.describe(found)}")


def unless_whole(ct: Any, ans: Any, value: Any) -> Any:
    """A contribution to an argument, which a result of integers depends on by steps alone."""
    dtype = np.result_type(ans) if isinstance(ans, int) else getattr(ans, "dtype", None)
    return conforming.unless_rounded(ct, dtype, value)


def by_element(ct: Any, ans: Any, value: Any, rule: str) -> Any:
    """The same of a function that works by element, whose result has the shape that its arguments give."""
    own, shape = np.shape(value), np.shape(ans)
    if len(own) > len(shape) or any(n not in (1, m) for n, m in zip(own[::-1], shape[::-1])):
        raise RegistryError(
            f"{rule} is a partial derivative, of a function that works by element, but the function returned "
            f"{_described(shape)} of an argument of shape {own}; state jvps and vjps"
        )
    return unless_whole(ct, ans, value)


def spread(ct: Any, ans: Any, *given: Any) -> Any:
    """The cotangent of a result as a rule is given it: of the result's structure, zeros written out.

    `given`: the active arguments. Integers among the results have none, unless an argument is of integers itself.
    """
    nothing = runtime.is_zero(ct)
    if isinstance(ans, list | tuple):
        parts = [spread(0.0 if nothing else ct[i], v, *given) for i, v in enumerate(ans)]
        if hasattr(ans, "_fields"):
            return type(ans)(*parts)
        return parts if isinstance(ans, list) else tuple(parts)
    if isinstance(ans, dict):
        return {key: spread(0.0 if nothing else ct.get(key, 0.0), v, *given) for key, v in ans.items()}
    if dataclasses.is_dataclass(ans):
        names = [f.name for f in dataclasses.fields(ans)]
        parts = [spread(0.0 if nothing else ct.get(name, 0.0), getattr(ans, name), *given) for name in names]
        return dataclasses.replace(ans, **dict(zip(names, parts)))  # type: ignore[type-var]
    whole = conforming.is_exact(np.result_type(ans) if isinstance(ans, int) else getattr(ans, "dtype", None))
    return runtime.expand(0.0 if whole and all([conforming.is_inexact(x) for x in given]) else ct, ans)


helpers.state(partial_of, like=0, gives=(0,))
helpers.state(cotangent_of, like=1, gives=(0,))
helpers.state(spread, like=1, gives=(0,))
helpers.state(unless_whole, like=0, gives=(0,))
helpers.state(by_element, like=0, gives=(0,))
