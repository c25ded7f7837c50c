"""What rules that users state return, checked as dual numbers run through them."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from dualad import tree
from dualad.errors import RegistryError
from dualad.forward.application import Application
from dualad.forward.dual import Dual, has_dual, is_exact, is_number, plain, root
from dualad.forward.levels import refuse
from dualad.reached import reached
from dualad.registry import Primitive


def require_partial(partial: Any, ans: Any, call: Application, position: int) -> None:
    """Refuse a partial derivative that does not broadcast to the result."""
    rule, value = f"partials[{position}] of {call.primitive.name}", root(ans)
    if not is_number(value):
        raise RegistryError(
            f"{rule} is a partial derivative, of a function that works by element, but the function returned "
            f"{tree.describe(plain(ans))}; state jvps and vjps"
        )
    shape, found = np.shape(value), root(partial)
    own = np.shape(found) if is_number(found) else None
    lead = len(shape) - len(own) if own is not None else -1
    if own is None or lead < 0 or any([n not in (1, shape[lead + i]) for i, n in enumerate(own)]):
        raise RegistryError(
            f"{rule} should return {_described(shape)} or one that broadcasts to it, as the function's result does, "
            f"but it returned {tree.describe(plain(partial))}"
        )


def require_by_element(call: Application, ans: Any) -> None:
    """Refuse a result that has not the shape which the arguments give a function that works by element."""
    shape = np.shape(root(ans)) if is_number(root(ans)) else None
    for i, tangent in enumerate(call.tangents):
        own = np.shape(root(call.values[i]))
        if shape is None or tangent is None:
            continue
        if len(own) > len(shape) or any([n not in (1, m) for n, m in zip(own[::-1], shape[::-1])]):
            raise RegistryError(
                f"partials[{i}] of {call.primitive.name} is a partial derivative, of a function that works by element, "
                f"but the function returned {_described(shape)} of an argument of shape {own}; state jvps and vjps"
            )


def require_tangent(tangent: Any, ans: Any, call: Application, position: int) -> None:
    """Refuse a tangent that has not the structure and shapes of the result."""
    _require(tangent, ans, f"jvps[{position}] of {call.primitive.name}")


def _require(tangent: Any, ans: Any, rule: str) -> None:
    if type(ans) is not Dual and not tree.is_leaf(ans):
        known = tree.structure(ans)
        try:
            parts = tree.flatten_like(known, tangent)
        except (TypeError, ValueError):
            raise RegistryError(
                f"{rule} should return a tangent for each part of {tree.describe(plain(ans))}, but it returned "
                f"{tree.describe(plain(tangent))}"
            ) from None
        for t, part in zip(parts, tree.flatten(ans)[0]):
            _require(t, part, rule)
        return
    value, found = root(ans), root(tangent)
    if not is_number(value) or is_exact(value) or (type(found) in (int, float) and found == 0):
        return
    if not is_number(found) or np.shape(found) != np.shape(value):
        raise RegistryError(
            f"{rule} should return {_described(np.shape(value))}, as the function's result is, but it returned "
            f"{tree.describe(plain(tangent))}"
        )


def _described(shape: tuple[int, ...]) -> str:
    return f"an array of shape {shape}" if shape else "a number"


def require_plain(primitive: Primitive, i: int, a: Any) -> None:
    """Refuse a container or object that holds active values: a rule would not see how these move."""
    if any(has_dual(v) for v in reached(a, _inside)):
        raise refuse(
            f"{primitive.name} was given {tree.describe(plain(a))} in its argument {i} that holds active values, where "
            "forward mode knows of numbers, arrays and lists of them, and of trees where jvps and vjps are stated; "
            "pass these as arguments of their own, or wrap them in dualad.stop_gradient"
        )


def _inside(x: Any) -> list[Any]:
    """What a container or an object holds."""
    if isinstance(x, list | tuple):
        return list(x)
    held = x if isinstance(x, dict) else getattr(x, "__dict__", None)
    return list(held.values()) if isinstance(held, dict) and not isinstance(x, type | types.ModuleType) else []
