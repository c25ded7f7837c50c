"""Forward mode: dual numbers, and `jvp` on trees of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad import ownership, rules, tree
from dualad.forward import asked, matching, views
from dualad.forward.arrays import like, still, zeros_like
from dualad.forward.dual import Dual, is_number, root
from dualad.forward.levels import Level, new_level
from dualad.forward.lift import lift_source, unlifted
from dualad.forward.lifted import call
from dualad.forward.memory import load, own, through
from dualad.forward.results import scalar_like

__all__ = [
    "Dual",
    "Level",
    "asked",
    "attach",
    "call",
    "detach",
    "detached",
    "jvp",
    "lift_source",
    "load",
    "matching",
    "new_level",
    "root",
    "rules",
    "unlifted",
    "views",
]


def jvp(f: Any, primals: tuple[Any, ...], tangents: tuple[Any, ...], space: Any = None) -> tuple[Any, Any]:
    """Value and tangent of `f(*primals)`, primals moving along `tangents`.

    Args:
        f: the function.
        primals: its arguments, trees.
        tangents: trees of the same structure, with None (or 0.0) for a leaf that does not move.
        space: what the tangents are, if they are not plain ones (`spaces.Space`): bundles then.

    Returns:
        The result without dual numbers of this call, and its tangent: zeros where nothing flows, None for a leaf that
        is no number. Their arrays are their own.
    """
    leaves, structure = tree.flatten(tuple(primals))
    moves = tree.flatten_like(structure, tuple(tangents))
    with new_level(space) as level:
        copies: ownership.Memo = {}
        given = [_still(x, copies) if t is None else attach(x, t, level) for x, t in zip(leaves, moves)]
        args = tree.unflatten(structure, given, lambda x: ownership.copy_of(x, copies))
        shared = ownership.shared_by_leaves(f, leaves, given)
        shared.note_containers(primals, args)
        y = call(f, *args)
        if level.refusal is not None:
            raise level.refusal
        shared.check()
        return detached(y, level)


def _still(x: Any, copies: ownership.Memo) -> Any:
    """A leaf of the primals that does not move: one array is one array in the function too, wherever it is met."""
    found = copies.get(id(x))
    if found is None:
        plain = is_number(root(x)) or isinstance(x, np.ndarray)
        found = copies[id(x)] = own(x) if plain else ownership.copy_of(x, copies)
    return found


def detached(y: Any, level: Level) -> tuple[Any, Any]:
    """A result without the dual numbers of a level, and its tangent."""
    results, shape = tree.flatten(y)
    pairs = [detach(r, level) for r in results]
    return tree.unflatten(shape, [v for v, _ in pairs]), tree.unflatten(shape, [t for _, t in pairs])


def attach(x: Any, tangent: Any, level: Level) -> Any:
    """A leaf of the primals as a dual number; arrays are copied, for the function may store into them."""
    x = own(x)
    value = root(x)
    if tangent is None or not is_number(value):
        return x
    if isinstance(value, np.ndarray):
        tangent = load(tangent)
        if level.space is not None:
            tangent = through(np.asarray, tangent)
        elif not isinstance(root(tangent), np.ndarray):
            tangent = through(np.asarray, tangent + zeros_like(value))  # sums of arrays without axes are numbers
        return Dual(x, own(like(tangent, value)), level)
    return Dual(x, scalar_like(tangent, value), level)


def detach(x: Any, level: Level) -> tuple[Any, Any]:
    """Value and tangent, at a level, of a leaf of the result."""
    x = load(x)
    if type(x) is Dual and x.level is level:
        value, tangent = own(x.value, level.number), own(x.tangent, level.number)
        return value, tangent if isinstance(root(value), np.ndarray) else scalar_like(tangent, root(value))
    value = root(x)
    if not is_number(value) and not isinstance(value, (bool, np.bool_)):
        return own(x), None
    return own(x), still(value, level)
