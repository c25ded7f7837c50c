"""Calls by value whose operands or result live in shadow memory.

A primitive gets its result's cotangent out of memory and its operands' put in; the items of a generator, which works on
a memory of its own, wait for the generator's reverse.
"""

from __future__ import annotations

import builtins
import collections
import operator
import types
from collections.abc import Callable
from typing import Any

from dualad.classes import method_of
from dualad.dict_views import KEYS, View
from dualad.errors import Unsupported
from dualad.foreign import require_numbers
from dualad.registry import Primitive
from dualad.reverse.cells import Memory, deposit, keys_read, noted, withdraw
from dualad.reverse.operands import Operation, Positions
from dualad.reverse.runtime import add, is_zero
from dualad.reverse.sequences import Items
from dualad.reverse.sites import OPERATORS, ContainerMethod, container_method
from dualad.reverse.snapshots import is_same, run_unseen, snapshot
from dualad.untouched import kept_apart, same_memory

__dualad_lift__ = True  # dual numbers run through all of this


def by_value(site: Operation, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """A primitive: the result's cotangent is taken out of memory, the operands' shares are put in."""
    views = {p: args[p] for p in positions if isinstance(p, int) and isinstance(args[p], View)}
    if views:
        return _of_views(site, fn, args, kwargs, positions, views)
    given = {p: noted(kwargs[p] if isinstance(p, str) else args[p]) for p in positions}
    if isinstance(fn, Primitive) and fn.form != "constant":  # which may ask what class it is of
        args = tuple([list(a) if isinstance(a, collections.deque) and not _says_itself(a) else a for a in args])
    known = fn.fn if isinstance(fn, Primitive) else fn
    values = (*args, *kwargs.values())
    result, pull = run_unseen(known, values, lambda: site.split(fn, args, kwargs, positions))
    if _is_arithmetic(fn) and any([_is_inexact(value) for value in given.values()]):
        require_numbers(result)
    if isinstance(result, KEYS):
        result = [*result]  # which has cotangents of its own
    result, require_kept = apart(fn, result, (*args, *kwargs.values()))
    if any(same_memory(result, value) for value in given.values()):
        return result, lambda ct, memory: (0.0,) * len(positions)  # a view: its cotangent is a view of the operand's
    if isinstance(result, Items):
        return _items(result, pull, given, (*args, *kwargs.values()))
    made = noted(result) if site.result_active else None
    operator_of_dicts = isinstance(fn, Primitive) and fn.fn in OPERATORS
    active = [] if operator_of_dicts else [args[p] for p in positions if isinstance(p, int)]
    keyed = [a for a in active if isinstance(a, dict)]  # it runs over their keys

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = withdraw(memory, made, ct)
        if is_zero(whole):
            return (0.0,) * len(positions)
        require_kept()
        if isinstance(fn, Primitive) and fn.form != "constant" and not _selects(fn, args):
            _require_no_objects(fn, active)
        for owner in keyed:
            if not isinstance(fn, ContainerMethod) or fn.reaches_keys(whole):
                keys_read(memory, owner)
        parts = pull(whole)
        return tuple(deposit(memory, given[p], part) for p, part in zip(positions, parts, strict=True))

    return result, pulled


def _of_views(
    site: Operation,
    fn: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: Positions,
    views: dict[int, View],
) -> Any:
    """A primitive that is given views of dicts, whose items it takes now."""
    read = {p: by_value(site, container_method(v.owner, v.name), (v.owner,), {}, (0,)) for p, v in views.items()}
    given = tuple([read[p][0] if p in read else a for p, a in enumerate(args)])
    result, pull = by_value(site, fn, given, kwargs, positions)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = dict(zip(positions, pull(ct, memory), strict=True))
        for p, (_, back) in read.items():
            back(parts[p], memory)
            parts[p] = 0.0
        return tuple(parts.values())

    return result, pulled


SUMS = (operator.add, operator.sub)


def _is_arithmetic(fn: Any) -> bool:
    """Whether the rules are those of numbers and arrays."""
    return isinstance(fn, Primitive) and (fn.form in ("elementwise", "multilinear") or fn.fn in SUMS)


def _is_inexact(value: Any) -> bool:
    """Whether a value is a number or an array of floats or complex numbers."""
    return isinstance(value, float | complex) or getattr(getattr(value, "dtype", None), "kind", "") in ("f", "c")


def _selects(fn: Primitive, args: tuple[Any, ...]) -> bool:
    """Whether a call gives one of its arguments, as it is: `max(a, b)`."""
    return fn.fn in (builtins.max, builtins.min) and len(args) > 1


CONVERTED = ("__array__", "__array_ufunc__", "__array_function__", "__float__")


def require_not_taken_over(primitive: Primitive, operands: tuple[Any, ...]) -> None:
    """Refuse objects that NumPy lets take its function's calls over, which a definition knows nothing of."""
    for value in operands if primitive.name.startswith("np.") else ():
        if any([method_of(value, name) is not None for name in ("__array_ufunc__", "__array_function__")]):
            raise Unsupported(
                f"{primitive.name} of a {type(value).__name__}, whose class takes the call over; give the array itself"
            )


def _says_itself(value: Any) -> bool:
    """Whether it is a deque whose class says itself what it holds."""
    asked = ("__iter__", "__getitem__", "__len__") if isinstance(value, collections.deque) else ()
    return any([method_of(value, name) is not None for name in asked])


def _require_no_objects(primitive: Primitive, active: list[Any]) -> None:
    """Refuse objects whose methods a function of C code has called by itself."""
    for value in active:
        items = "__iter__" if isinstance(value, list | tuple | dict) else "__getitem__"
        if any([method_of(value, name) is not None for name in (*CONVERTED, items)]) or _says_itself(value):
            raise Unsupported(
                f"{primitive.name} of a {type(value).__name__} that holds active values, which becomes a number or "
                "array by its class's own methods; give the number or array itself"
            )


def apart(fn: Any, result: Any, operands: tuple[Any, ...]) -> tuple[Any, Callable[[], None]]:
    """The result of a call apart from its operands, if the function's derivative is stated; and a check of that.

    What such a function gives may be an operand itself, and yet have cotangents of its own: those go through the rule,
    the operand's do not.
    """
    if isinstance(fn, Primitive):
        by_element = fn.form == "elementwise" and isinstance(fn.fn, types.FunctionType)
        is_stated, name = fn.aliases == "unsaid" or (by_element and not fn.gives_views), fn.name
    else:
        is_stated, name = getattr(fn, "__dualad_stated__", False), getattr(fn, "__name__", "a function")
    if not is_stated:
        return result, _nothing
    result, require_kept = kept_apart(name, result, operands)
    return result, require_kept or _nothing


def _nothing() -> None:
    """The check of what is not shared."""


def _items(result: Items, pull: Any, given: dict[Any, Any], operands: tuple[Any, ...]) -> Any:
    """The items of a generator, which works on a memory of its own: nobody may change what it reads meanwhile."""
    result.noting = noted
    unchanged = watched(result, operands)

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        whole = [] if is_zero(ct) else list(ct)
        whole += [0.0] * (len(result.seen) - len(whole))
        for i, seen in enumerate(result.seen):
            whole[i] = add(whole[i], withdraw(memory, seen, memory.pop_item(result, i)))
        unchanged()
        parts = pull(whole)
        return tuple(deposit(memory, given[p], part) for p, part in zip(given, parts, strict=True))

    return result, pulled


def watched(items: Items, operands: tuple[Any, ...]) -> Callable[[], None]:
    """What refuses a generator whose arguments are not as they were, now or when all its items had been taken."""
    before = [(v, snapshot(v)) for v in operands]
    found: list[bool] = []

    def is_unchanged() -> bool:
        return all(is_same(snapshot(value), copy) for value, copy in before)

    def check() -> None:
        if not (found[0] if found else is_unchanged()):
            raise Unsupported("the arguments of a generator are changed in place; give it copies, or return a list")

    items.at_end = lambda: found.append(is_unchanged())
    return check


def checked(pull: Any, check: Callable[[], None]) -> Any:
    """A pullback that refuses first what `check` does."""

    def pulled(ct: Any) -> Any:
        check()
        return pull(ct)

    return pulled


def taken(items: Items, take: Any, positions: Positions) -> Any:
    """One item of a generator; its cotangent waits for the generator's reverse."""
    count = len(items.seen)
    try:
        result = take()
    except StopIteration:
        items.ran_out = True
        raise
    index = count if len(items.seen) > count else None

    def pull(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if index is not None:
            memory.add_item(items, index, ct)
            return (0.0,) * len(positions)
        return tuple(ct if p == 1 else 0.0 for p in positions)  # the default

    return result, pull
