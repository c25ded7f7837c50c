"""Results with their tangents, in the shape, class and storage that go with the value; products with strong zeros."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad import tree
from dualad.dtypes import is_bundle_dtype
from dualad.forward.application import Application
from dualad.forward.arrays import like, number_of, tangent_dtype, zeros_like
from dualad.forward.dual import Dual, is_exact, is_number, root
from dualad.forward.memory import load, own

Args = list[Any]


def join(ans: Any, tangent: Any, call: Application) -> Any:
    """The result with its tangent; a tuple of results with a tuple of tangents."""
    if isinstance(ans, (tuple, list)):
        parts = [join(a, t, call) for a, t in zip(ans, _parts(tangent, len(ans)), strict=True)]
        return type(ans)(*parts) if hasattr(ans, "_fields") or _is_result_tuple(ans) else type(ans)(parts)
    if call.primitive.checked and type(ans) is not Dual and not tree.is_leaf(ans):
        known = tree.structure(ans)
        moved = zip(tree.flatten(ans)[0], tree.flatten_like(known, tangent))
        return tree.unflatten(known, [join(a, t, call) for a, t in moved])
    value = root(ans)
    if tangent is None or not is_number(value) or (is_exact(value) and not call.moves_integers):
        return ans
    if isinstance(value, np.ndarray):
        tangent = array_like(tangent, value)
        if call.level.space is None or call.primitive.form == "linear":  # what spaces compute is always fresh
            tangent = _own(tangent, ans, call)
    else:
        tangent = scalar_like(tangent, value)
    return Dual(ans, tangent, call.level)


def _parts(tangent: Any, count: int) -> Any:
    return tangent if isinstance(tangent, (tuple, list)) else [tangent] * count


def _is_result_tuple(ans: Any) -> bool:
    return type(ans) is not tuple and isinstance(ans, tuple)


def array_like(tangent: Any, value: np.ndarray[Any, Any]) -> Any:
    """A tangent in the shape, dtype and layout of a plain array."""
    tangent = load(tangent)
    if type(tangent) is not Dual or _is_bundle(tangent):
        return like(tangent, value)
    if tangent.shape != value.shape if isinstance(root(tangent), np.ndarray) else True:
        tangent = tangent + zeros_like(value)
    return like(tangent, value)


def _is_bundle(tangent: Any) -> bool:
    plain_tangent = root(tangent)
    return isinstance(plain_tangent, (np.ndarray, np.void)) and is_bundle_dtype(plain_tangent.dtype)


def scalar_like(tangent: Any, value: Any, below: int | None = None) -> Any:
    """A tangent of the class that goes with a plain number."""
    tangent = load(tangent, below)
    if _is_bundle(tangent):
        return number_of(tangent)
    if type(tangent) is Dual:
        level = tangent.level
        primal, moved = (scalar_like(t, value, level.number) for t in (tangent.value, tangent.tangent))
        return Dual(primal, moved, level)
    if isinstance(value, np.generic):
        cls: Any = tangent_dtype(value.dtype).type
        if type(tangent) is cls:
            return tangent
    else:
        cls = complex if isinstance(value, complex) else float
        if type(tangent) is cls:
            return tangent
    if isinstance(tangent, np.ndarray):
        tangent = tangent[()] if tangent.ndim == 0 else tangent.item()
    if isinstance(tangent, (complex, np.complexfloating)) and not isinstance(value, (complex, np.complexfloating)):
        tangent = tangent.real
    return cls(tangent)


def _own(tangent: Any, ans: Any, call: Application) -> Any:
    """`tangent` in storage of its own, unless the result shares storage with an argument."""
    aliases = call.primitive.aliases
    if aliases == "yes" and not call.moves_integers:
        return tangent
    mine = root(tangent)
    given = [root(t) for t in _flat(call.tangents)]
    if aliases != "no" or call.moves_integers:
        value = root(ans)
        if aliases != "no" and any([_shared(value, root(v)) for v in _flat(call.values)]):
            return tangent
        return own(tangent) if any([_shared(mine, t) for t in given]) else tangent
    if mine.base is not None or mine is root(ans) or any([mine is t for t in given]):
        return own(tangent)
    return tangent


def _shared(a: Any, b: Any) -> bool:
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b)


def _flat(values: Any) -> Args:
    found: Args = []
    for v in values:
        if type(v) in (list, tuple):
            found.extend(_flat(v))
        elif v is not None:
            found.append(v)
    return found


def strong_product(partial: Any, tangent: Any) -> Any:
    """`partial * tangent` that is 0 where the tangent is 0, whatever the partial is there (infinite, undefined)."""
    a, b = type(partial) is Dual, type(tangent) is Dual
    if not a and not b:
        if isinstance(tangent, np.ndarray) or isinstance(partial, np.ndarray):
            product = np.multiply(partial, tangent)
            return np.where(np.equal(tangent, 0), np.zeros((), product.dtype), product)
        return 0.0 * tangent if tangent == 0 else partial * tangent
    number = max(partial.level.number if a else 0, tangent.level.number if b else 0)
    level = tangent.level if b and tangent.level.number == number else partial.level
    p, p_moves = (partial.value, True) if a and partial.level is level else (partial, False)
    t, t_moves = (tangent.value, True) if b and tangent.level is level else (tangent, False)
    total: Any = None
    value = strong_product(p, t)
    if level.space is not None:
        moves = (partial.tangent if p_moves else None, tangent.tangent if t_moves else None)
        total = level.space.strong(p, t, moves, value)
    else:
        if p_moves:
            total = strong_product(partial.tangent, t)
        if t_moves:
            term = strong_product(p, tangent.tangent)
            total = term if total is None else total + term
    if isinstance(root(value), np.ndarray):
        return Dual(value, own(array_like(total, root(value))), level)
    return Dual(value, scalar_like(total, root(value)), level)
