"""Hooks on cotangents in the middle of a function, and clipping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checks, forms, sweeps, tree
from dualad.checks import Position
from dualad.control import leaves
from dualad.errors import DualadValueError, Unsupported
from dualad.held import Variables
from dualad.swept import reverse

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def on_cotangent(x: Any, fn: Callable[[Any], Any]) -> Any:
    """The value itself; in reverse mode its cotangent goes through a function, which may look at it or replace it.

    Args:
        x: a number, an array or a tree of these.
        fn: takes the cotangent of the result, of x's structure, shapes and dtypes, and returns that of `x`; None leaves
            it as it is. It must not change what it is given. Variables that it has captured are what they were when
            `on_cotangent` was called.

    Returns:
        `x` itself; where arrays are stored into a copy, and a store into either is refused. Forward mode passes by;
        second derivatives differentiate `fn` too.

    Raises:
        DualadTypeError, DualadValueError: from the derivative, where `fn` returns another structure or shape.

    Example:
        >>> from dualad import grad, on_cotangent
        >>> grad(lambda x: on_cotangent(x, lambda ct: min(ct, 1.0)) ** 2)(3.0)
        1.0
    """
    checks.require_callable(fn, "on_cotangent")
    level = leaves.transposed()
    if level is not None and leaves.moves(x, level):
        if sweeps.current().record is None:
            raise sweeps.CotangentsWanted
        raise Unsupported("on_cotangent of a value that the reverse sweep around does not differentiate in")
    return x


def _hooked(args: Args, kwargs: Kwargs, positions: tuple[Position, ...]) -> Any:
    given = dict(zip(("x", "fn"), args)) | kwargs
    x, fn = given["x"], given["fn"]
    checks.require_callable(fn, "on_cotangent")
    level = leaves.transposed()
    y, pull = _plain(x, fn) if level is None else _transposed(x, fn, level)
    # What the function holds has a part in the cotangent, and none in the value.
    return y, lambda ct: tuple([pull(ct) if p in (0, "x") else 0.0 for p in positions])


def _checked(found: Any, form: forms.Form) -> Any:
    return form.cotangent(found, "what the function of on_cotangent returned")


def _plain(x: Any, fn: Callable[[Any], Any]) -> Any:
    form = forms.Form(x)
    record = sweeps.current().record
    place = None if record is None else record.reserve()
    variables = Variables(fn)

    def pulled(ct: Any) -> Any:
        whole = form.finish(ct)
        with variables.rebound():
            found = leaves.run(fn, whole)
        if record is not None and place is not None:
            record.cotangents[place] = (whole, found is None)
        return forms.raw(whole) if found is None else _checked(found, form)

    return x, pulled


def _transposed(x: Any, fn: Callable[[Any], Any], level: Any) -> Any:
    form = forms.Form(x)
    ct, kept = sweeps.current().cotangent() or (form.zeros(), True)
    at, along = leaves.value(x, level), forms.raw(leaves.tangent(x, level))
    value: Any = forms.raw(ct)
    if not kept:
        with sweeps.begun():
            found, pull = reverse(fn, (ct,), {}, (0,))
        value = _checked(found, form)
        (along,) = pull(along)
    leaves.refuse_captured(level, value, along, name="the function of on_cotangent")

    def pulled(b_bar: Any) -> Any:
        adjoint = forms.raw(leaves.tangent(form.finish(b_bar), level))
        return leaves.raws(value, adjoint, form, level)

    return leaves.joined(at, form.finish(along), level, "on_cotangent"), pulled


on_cotangent.__dualad_vjp__ = _hooked  # type: ignore[attr-defined]
on_cotangent.__dualad_stated__ = True  # type: ignore[attr-defined]


# Clipping


def clip_by_value(x: Any, low: float, high: float) -> Any:
    """A tree whose numbers lie between two bounds.

    Args:
        x: a tree of real numbers and arrays, such as a gradient.
        low: the least number.
        high: the greatest.

    Returns:
        A tree of x's structure, shapes and dtypes.

    Raises:
        DualadValueError: `low` is greater than `high`.

    Example:
        >>> import numpy as np
        >>> from dualad import clip_by_value
        >>> clip_by_value({"w": np.array([-3.0, 0.5]), "b": 2.0}, -1.0, 1.0)
        {'w': array([-1. ,  0.5]), 'b': 1.0}
    """
    if not low <= high:
        raise DualadValueError(f"clip_by_value: low={low!r} is greater than high={high!r}")
    return _of_numbers(_clipped, x, low, high)


def clip_by_global_norm(x: Any, max_norm: float) -> Any:
    """A tree scaled so that the Euclidean norm of all its numbers together is at most `max_norm`.

    Args:
        x: a tree of numbers and arrays, such as a gradient.
        max_norm: the greatest norm, positive.

    Returns:
        A tree of x's structure, shapes and dtypes; with x's own numbers where the norm is at most `max_norm`, or not a
        number.

    Raises:
        DualadValueError: `max_norm` is not positive.

    Example:
        >>> import numpy as np
        >>> from dualad import clip_by_global_norm
        >>> clip_by_global_norm([np.array([3.0, 0.0]), 4.0], 1.0)
        [array([0.6, 0. ]), 0.8]
    """
    if not max_norm > 0:
        raise DualadValueError(f"clip_by_global_norm: max_norm should be positive, but it is {max_norm!r}")
    return _of_numbers(_scaled, x, max_norm)


def _clipped(numbers: list[Any], low: float, high: float) -> list[Any]:
    return [np.clip(x, low, high) for x in numbers]


def _scaled(numbers: list[Any], max_norm: float) -> list[Any]:
    total = 0.0
    for x in numbers:
        total = total + np.sum(np.real(x * np.conj(x)))
    norm = total**0.5
    scale = max_norm / norm if norm > max_norm else 1.0
    return [x * scale for x in numbers]


for _helper in (_clipped, _scaled):
    _helper.__dict__["__dualad_lift__"] = True


def _of_numbers(fn: Callable[..., list[Any]], x: Any, *bounds: Any) -> Any:
    """A tree with its numbers replaced by what a function of their list gives."""
    found, treedef = tree.flatten(forms.loaded(x))
    kinds = [forms.leaf_of(leaf) for leaf in found]
    places = [i for i, leaf in enumerate(kinds) if leaf.cls is not forms.NoneType]
    for i, new in zip(places, leaves.run(fn, [found[i] for i in places], *bounds)):
        found[i] = _like(new, kinds[i])
    return tree.unflatten(treedef, found)


def _like(x: Any, leaf: forms.Leaf) -> Any:
    return x if forms.is_dual(x) or leaf.exact else forms.finish_leaf(x, leaf, False)


def _numbers_rule(fn: Callable[..., list[Any]]) -> Callable[..., Any]:
    def rule(args: Args, kwargs: Kwargs, positions: tuple[Position, ...]) -> Any:
        if any(p not in (0, "x") for p in positions):
            raise Unsupported("clipping: the bounds are active; use dualad.stop_gradient of them")
        named = ("x", "low", "high") if fn is _clipped else ("x", "max_norm")
        given = dict(zip(named, args)) | kwargs
        x = given.pop("x")
        found, treedef = tree.flatten(forms.loaded(x))
        form = forms.Form(x)
        places = [i for i, leaf in enumerate(form.leaves) if leaf.cls is not forms.NoneType]
        results, pull = reverse(fn, ([found[i] for i in places], *given.values()), {}, (0,))
        for i, new in zip(places, results):
            found[i] = _like(new, form.leaves[i])

        def pulled(ct: Any) -> tuple[Any]:
            whole = form.full(ct)
            (raws,) = leaves.run(pull, [whole[i] for i in places])
            out: list[Any] = [0.0] * len(found)
            for i, raw in zip(places, raws if not forms.is_zero(raws) else [0.0] * len(places)):
                out[i] = raw
            return (form.raw(out),)

        return tree.unflatten(treedef, found), pulled

    return rule


clip_by_value.__dualad_vjp__ = _numbers_rule(_clipped)  # type: ignore[attr-defined]
clip_by_global_norm.__dualad_vjp__ = _numbers_rule(_scaled)  # type: ignore[attr-defined]
