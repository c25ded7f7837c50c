"""Functions developed into power series: from a call to the coefficients of its result."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checks, forms, forward, tree
from dualad.forward.bundles import pack
from dualad.forward.levels import Level, OneAtATime, live, new_level
from dualad.forward.scalars import FLOATS, made
from dualad.forward.series import Series
from dualad.forward.spaces import nth
from dualad.passes import one_direction_only, push_space
from dualad.registry import scopes
from dualad.transforms import Transformed

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def coefficients(
    f: Callable[..., Any], args: Args, kwargs: Kwargs, along: dict[Any, Any], order: int, has_aux: bool, verb: str
) -> tuple[list[Any], Any]:
    """The coefficients c0, ..., cn of `f(x + h v)` in h, and aux.

    Args:
        f: the function.
        args: its arguments.
        kwargs: those by name.
        along: by position or name, the direction v of an argument: a tree of it, None where nothing moves.
        order: n.
        has_aux: whether f returns a pair.
        verb: the transform, for messages.
    """
    moved = {a: tree.map(lambda leaf: series(leaf, order), t) for a, t in along.items()}
    y, dy = push_space(f, args, kwargs, moved, Series(order), verb)
    value, aux = y, None
    if has_aux:
        checks.require_pair(y, verb)
        (value, aux), dy = y, dy[0]
    return _taken_apart(value, dy, order), aux


def _taken_apart(value: Any, bundles: Any, order: int) -> list[Any]:
    result = forms.Form(value)
    leaves = tree.flatten_like(result.treedef, bundles)
    rest = [[None if x is None else nth(x, k) for x in leaves] for k in range(order)]
    return [forms.own(value), *[result.finish(tree.unflatten(result.treedef, c)) for c in rest]]


def series(t: Any, order: int) -> Any:
    """The bundle of a number that moves along t; None where it does not."""
    return None if t is None else pack(np.stack([t, *[0.0 * t] * (order - 1)], axis=-1))


def ones(form: forms.Form) -> Any:
    """The direction in which every number of a tree grows by one."""
    return tree.unflatten(form.treedef, [_one(leaf) for leaf in form.leaves])


def _one(leaf: forms.Leaf) -> Any:
    if leaf.cls is forms.NoneType:
        return None
    return leaf.cls(1.0) if leaf.cls in (float, complex) else np.ones(leaf.shape, leaf.dtype)[()]


# Functions of plain numbers: the short way, without trees and bundles

_PLAIN = FLOATS | {int, bool, str, type(None)}

_space = functools.cache(Series)


def coefficients_of_numbers(transform: Transformed, args: Args, order: int) -> list[Any] | None:
    """The coefficients of a transform's function, whose arguments `argnums` grow by h each.

    None, before anything runs, where arguments are no plain numbers or what moves is named otherwise than by
    positions.
    """
    if order == 0 or live or scopes:
        return None
    space = _space(order)
    if space.kernels is None:
        return None
    for x in args:
        if type(x) not in _PLAIN:
            return None
    given = list(args)
    positions: list[Any] = list(transform._argnums)
    for i in positions:
        if type(i) is not int or not 0 <= i < len(given) or type(given[i]) not in FLOATS:
            return None
    checks.refuse_calling_itself(transform, transform.fun)
    try:
        with new_level(space) as level:
            for i in positions:
                given[i] = made(given[i], (float(given[i]), 1.0), level)
            y = forward.call(transform.fun, *given)
            if level.refusal is not None:
                raise level.refusal
            return _of_number(y, level, order) or _taken_apart(*forward.detached(y, level), order)
    except OneAtATime as error:
        if error.level is not None and error.level is not level:
            raise
        raise one_direction_only(error, transform.verb) from None


def _of_number(y: Any, level: Level, order: int) -> list[Any] | None:
    """The coefficients of a result that is a number with a row."""
    if type(y) is not forward.Dual or y.level is not level:
        return None
    row = y.row
    if row is None:
        return None
    rest = [*row[1:], *[0.0] * (order + 1 - len(row))]
    return [y.value, *(rest if type(y.value) is float else map(np.float64, rest))]
