"""Many directions in one pass of forward mode, or one after the other where a rule of the user's knows no other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad import tree
from dualad.checks import Position
from dualad.errors import Unsupported
from dualad.forward.levels import OneAtATime
from dualad.forward.spaces import Directions, Space, bundle, nth
from dualad.held import Held
from dualad.swept import push

ADVICE = "use jvp, jacfwd or hessian, nested for higher orders"


def push_many(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    tangents: dict[Position, Any],
    count: int,
    held: Held | None = None,
    *,
    one_at_a_time: bool = True,
) -> tuple[Any, Any]:
    """Result and bundles of tangents of a call, of bundles of `count` tangents of some of its arguments.

    `held` is what f has captured, which further passes over it find as the first did.

    Raises:
        OneAtATime: a rule of the user's does not take many, and `one_at_a_time` is not wanted.
    """
    try:
        return push(f, args, kwargs, tangents, Directions(count))
    except OneAtATime:
        if not one_at_a_time:
            raise
        held, found = held or Held(f, args, kwargs), []
        for k in range(count):
            with held.replayed(True):
                found.append(push(f, args, kwargs, {a: _nth_of(t, k) for a, t in tangents.items()}))
    value = found[0][0]
    leaves, treedef = tree.flatten(value)
    moved = zip(*[tree.flatten_like(treedef, dy) for _, dy in found])
    joined = [None if parts[0] is None else bundle(list(parts), leaf) for leaf, parts in zip(leaves, moved)]
    return value, tree.unflatten(treedef, joined)


def _nth_of(bundles: Any, k: int) -> Any:
    return tree.map(lambda x: None if x is None else nth(x, k), bundles)


def push_space(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    tangents: dict[Position, Any],
    space: Space,
    verb: str,
    advice: str = ADVICE,
) -> tuple[Any, Any]:
    """Result and bundles in a space that has no other way round rules of the user's."""
    try:
        return push(f, args, kwargs, tangents, space)
    except OneAtATime as error:
        if error.level is not None and error.level.space is not space:
            raise
        raise one_direction_only(error, verb, advice) from None


def one_direction_only(cause: OneAtATime, verb: str, advice: str = ADVICE) -> Unsupported:
    """The refusal of a transform that pushes more than tangents, through a rule of the user's or a view of parts."""
    if cause.level is None:  # what has no such view is no rule, which knows its level
        return Unsupported(
            f"{verb} through a store into a view of the real or imaginary parts of complex numbers; store "
            f"z.real + 1j * y into the array itself, or {advice}"
        )
    return Unsupported(
        f"{verb} through a function with a rule of its own (custom_jvp, custom_vjp, on_cotangent), which says "
        f"nothing of what is asked there: of index sets, or of what the function has captured; {advice}"
    )
