"""Trees of dual numbers at one level, taken apart and put together: what custom rules work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad import forms, forward, sweeps, tree
from dualad.errors import DualadTypeError, Unsupported
from dualad.forward.levels import Level, live, require_plain, storing
from dualad.forward.memory import own


def run(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A call of a user's function, or of a pullback made before, seen by dual numbers if some are about."""
    return forward.call(fn, *args, **kwargs) if live else fn(*args, **kwargs)


def highest(x: Any) -> Level | None:
    """The highest live level of the dual numbers in a tree."""
    found: Level | None = None
    for leaf in tree.flatten(x)[0]:
        leaf = forward.load(leaf)
        if forms.is_dual(leaf) and leaf.level.live and (found is None or leaf.level.number > found.number):
            found = leaf.level
    return found


def moves(x: Any, level: Level) -> bool:
    """Whether a tree holds dual numbers of a level, be it below others."""
    return any(_has(forward.load(leaf), level) for leaf in tree.flatten(x)[0])


def _has(x: Any, level: Level) -> bool:
    return forms.is_dual(x) and (x.level is level or _has(x.value, level) or _has(x.tangent, level))


def is_of(leaf: Any, level: Level) -> bool:
    """Whether a leaf is a dual number of a level."""
    return forms.is_dual(leaf) and leaf.level is level


def value(x: Any, level: Level) -> Any:
    """A tree with the values below a level."""
    return tree.map(lambda leaf: _own(leaf.value, level) if is_of(leaf, level) else leaf, tree.map(forward.load, x))


def _own(x: Any, level: Level) -> Any:
    """A value or tangent that has no tangent at the level: arrays that dual numbers are stored into have."""
    return own(x, level.number) if storing else x


def tangent(x: Any, level: Level) -> Any:
    """The tangent of a tree at a level: numbers of the leaves' shapes, zero where nothing moves."""

    def one(leaf: Any) -> Any:
        return _own(leaf.tangent, level) if is_of(leaf, level) else forms.finish_leaf(0.0, forms.leaf_of(leaf), False)

    return tree.map(one, tree.map(forward.load, x))


def joined(x: Any, t: Any, level: Level, where: str) -> Any:
    """A tree of dual numbers from values and a tangent, which is checked.

    The values may move at the level themselves, along what the function has captured.
    """
    if type(t) is not type(x) and tree.structure(t) != tree.structure(x):
        raise DualadTypeError(
            f"{where}: the tangent of the result should have the result's structure, {tree.structure(x)}, but it is "
            f"{tree.describe(t)}"
        )
    checked = forms.Form(x).tangent(tree.map(lambda leaf: _still(forward.load(leaf), level), t), where)
    leaves, treedef = tree.flatten(x)
    moving = tree.flatten_like(treedef, checked, where)
    return tree.unflatten(treedef, [_joined_leaf(a, b, level) for a, b in zip(leaves, moving)])


def _still(x: Any, level: Level) -> Any:
    """A number without its tangent at a level, which may lie below others: of what the function has captured."""
    if is_of(x, level):
        return _own(x.value, level)
    if forms.is_dual(x) and x.level.number > level.number:
        return forward.attach(_still(x.value, level), _still(x.tangent, level), x.level)
    return x


def _joined_leaf(x: Any, t: Any, level: Level) -> Any:
    x, t = forward.load(x), forward.load(t)
    if t is None:
        return x
    above = [y.level for y in (x, t) if forms.is_dual(y) and y.level.number > level.number]
    if above:  # what the function has captured moves at a higher level
        top = max(above, key=lambda found: found.number)
        (x0, x1), (t0, t1) = forward.detach(x, top), forward.detach(t, top)
        return forward.attach(_joined_leaf(x0, t0, level), _joined_leaf(x1, t1, level), top)
    if is_of(x, level):
        return forward.attach(x.value, x.tangent + t, level)
    return forward.attach(x, t, level)


def raws(x: Any, t: Any, form: forms.Form, level: Level) -> Any:
    """A raw cotangent of dual numbers, from raw values and tangents."""
    pairs = zip(form.full(x), form.full(t))
    return form.raw([0.0 if a is None else forward.attach(a, b, level) for a, b in pairs])


def transposed() -> Level | None:
    """The level along which the reverse sweep that runs is transposed, if it is."""
    sweep = sweeps.current()
    if not sweep.transposed:
        return None
    if sweep.along is not None:
        require_plain(sweep.along)
    return sweep.along


def refuse_captured(level: Level, *trees: Any, name: str) -> None:
    """Refuse results that move at a level although no argument did: the function has captured what moves."""
    if any(moves(x, level) for x in trees):
        raise Unsupported(
            f"{name} has captured a value that a derivative is taken in, of which its rule says nothing where reverse "
            "mode runs over it twice; pass it as an argument, or take forward over reverse mode (dualad.hvp)"
        )
