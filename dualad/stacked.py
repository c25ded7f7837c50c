"""Derivatives in all numbers of some arguments by functions of stacks, as many directions in a run as fit the cache."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad import forms, registry, sweeps, tree
from dualad.forward.levels import live, storing
from dualad.reverse.joint import is_finite
from dualad.reverse.stacks import Group, Stack, Windowed
from dualad.reverse.tangents import Pushed

AT_FIRST, NUMBERS, MOST = 8, 1 << 17, 128
"""How many directions the first run takes, how many numbers an array then has at most, and how many directions."""


def is_plain_call(f: Any, primals: tuple[Any, ...], positions: tuple[Any, ...]) -> bool:
    """Whether nothing is differentiated around a call of a function without a rule, in arguments by position."""
    if type(f) is not types.FunctionType or live or storing or sweeps.special:
        return False
    if registry.scope() is not None or registry.lookup(f) is not None:
        return False
    known = all([type(p) is int and 0 <= p < len(primals) for p in positions])
    return known and 0 < len(positions) == len(set(positions))


def is_like(x: Any, t: Any) -> bool:
    """Whether a tangent has its argument's structure, shapes and dtypes, all of floats; None goes with what is none."""
    cls = type(x)
    if cls is np.ndarray:
        if x.dtype.kind != "f":
            return t is None and x.dtype.kind in "biu"
        return type(t) is np.ndarray and t.dtype is x.dtype and t.shape == x.shape
    if cls is float:
        return type(t) is float
    if cls is dict:
        return type(t) is dict and list(x) == list(t) and all([is_like(v, t[key]) for key, v in x.items()])
    if cls is list or cls is tuple:
        return type(t) is cls and len(x) == len(t) and all(map(is_like, x, t))
    return t is None and (x is None or cls in (int, bool, str))


def is_plain(leaf: forms.Leaf) -> bool:
    """Whether a leaf is a float, or an array of floats that has axes and is not empty."""
    if leaf.cls is float:
        return True
    return leaf.cls is np.ndarray and leaf.dtype.kind == "f" and not leaf.exact and leaf.shape != () and leaf.size > 0


def columns(
    found: Pushed,
    primals: Callable[[], tuple[Any, ...]],
    inputs: list[forms.Form],
    outputs: forms.Form | Sequence[forms.Form],
) -> Any:
    """Tangents of the result in all directions of the inputs, along a first axis, for each leaf of the outputs.

    None where they are not to be had in this way. The result has the form `outputs`, or is a tuple of such. Each run is
    given what `primals` gives.
    """
    several = not isinstance(outputs, forms.Form)
    results: Sequence[forms.Form] = outputs if several else [outputs]  # type: ignore[assignment,list-item]
    total = sum(form.size for form in inputs)
    parts: list[list[Any]] = []
    first = 0
    while first < total:
        count = AT_FIRST if not found.largest else max(1, min(MOST, NUMBERS // found.largest))
        group = Group(min(count, total - first), found.windows)
        try:
            raws = found.call(group, *primals(), *_directions(inputs, first, group))
            leaves = [x for form, raw in zip(results, raws if several else (raws,)) for x in form.parts(raw)]
        except Windowed:
            found.windows = False
            continue
        except Exception:  # the function's own, which it raises again; or something that stacks do not know
            return None
        rows = [_rows(x, leaf, group) for x, leaf in zip(leaves, [leaf for form in results for leaf in form.leaves])]
        if any(x is None for x in rows) or not is_finite(tuple(rows)):
            return None
        parts.append(rows)
        found.largest = max(found.largest, group.largest)
        first += group.count
    return [np.concatenate(blocks) if len(blocks) > 1 else blocks[0] for blocks in zip(*parts)]


def _directions(inputs: list[forms.Form], first: int, group: Group) -> list[Any]:
    """Unit tangents of all arguments, from one of their numbers on."""
    found, start = [], 0
    for form in inputs:
        leaves = []
        for leaf in form.leaves:
            rows = np.zeros((group.count, leaf.size), leaf.dtype)
            low, high = max(first, start), min(first + group.count, start + leaf.size)
            at = np.arange(low, high)
            rows[at - first, at - start] = 1.0
            leaves.append(Stack(rows.reshape(group.count, *leaf.shape), group))
            start += leaf.size
        found.append(tree.unflatten(form.treedef, leaves))
    return found


def _rows(x: Any, leaf: forms.Leaf, group: Group) -> Any:
    """The tangents of one leaf of the result in all directions; None if they do not fit."""
    if forms.is_zero(x):
        return np.zeros((group.count, *leaf.shape), leaf.dtype)
    if type(x) is not Stack or x.shape != leaf.shape:
        return None
    return x.whole()


def is_close(made: Any, wanted: Any) -> bool:
    """Whether two derivatives are the same to rounding, as found in two ways."""
    mine, theirs = tree.leaves(made), tree.leaves(wanted)
    return len(mine) == len(theirs) and all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-6, atol=1e-8 * np.max(np.abs(b), initial=0.0))
        for a, b in zip(mine, theirs)
        if a is not None or b is not None
    )
