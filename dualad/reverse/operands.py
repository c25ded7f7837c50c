"""What is known of an operation on shadow memory when it is emitted, and what its operands become as it runs."""

from __future__ import annotations

import inspect
from typing import Any

from dualad.records import record
from dualad.reverse.cells import Memory, require_dict
from dualad.reverse.places import Pull

__dualad_lift__ = True  # dual numbers run through all of this

Positions = tuple[Any, ...]


@record(slots=True)
class Operation:
    """A call with operands in memory.

    op: "call", "method", "attr", "tuple", "list", "dict" (displays), or "prim" (`name` is the operator).
    name: of the method or attribute.
    active: positions of active operands, keyword operands counted after the positional ones.
    count: number of positional operands; stars: those that are starred; keywords: names of the rest (None: `**`).
    inside: the active operands whose cotangents live in memory.
    result_inside: whether the result's does.
    result_active: whether it has one. What nothing depends on may be an argument: what lies there is that one's.
    callee_active: whether what is called holds active values itself.
    split: `(function, args, kwargs, positions) -> (result, pull(ct))` for anything, by value.
    shared: `(function, args, kwargs, positions, cells) -> (result, pull(ct, memory))` for Python functions.
    """

    op: str
    name: Any
    active: tuple[int, ...]
    count: int
    stars: frozenset[int]
    keywords: tuple[str | None, ...]
    inside: frozenset[int]
    result_inside: bool
    result_active: bool
    callee_active: bool
    split: Any
    shared: Any
    guarded: bool = False  # whether an exception of the call may be handled
    half_way: bool = False  # whether what it has done by then is recorded (see `half_way`)
    integers: bool = False  # whether a derivative is taken in integers
    reading: bool = False  # whether it was taken for a method of arrays, which stores into nothing
    momentary: bool = False  # whether it makes a view whose items are taken at once


def flattened(keywords: tuple[str | None, ...], values: list[Any]) -> dict[str, Any]:
    """Keyword arguments, mappings taken apart."""
    found: dict[str, Any] = {}
    for name, value in zip(keywords, values, strict=True):
        if name is None:
            require_dict(value)
        new: Any = value if name is None else {name: value}
        for key in new.keys():  # noqa: SIM118  (an object may say what its keys are, and be no iterable of them)
            if key in found:
                raise TypeError(f"got multiple values for keyword argument {key!r}")
        found.update(new)
    return found


def positions_of(site: Operation) -> Positions:
    """The positions and keywords of the active operands."""
    return tuple(i if i < site.count else site.keywords[i - site.count] for i in site.active)


def arguments(
    site: Operation, operands: tuple[Any, ...], named: Any, offset: int
) -> tuple[tuple[Any, ...], list[list[Any]]]:
    """Positional arguments, and for each active operand the positions and keywords that it became."""
    args: list[Any] = []
    spans: dict[int, list[Any]] = {}
    for i, value in enumerate(operands, start=offset):
        items = list(value) if i in site.stars else [value]
        spans[i] = list(range(len(args), len(args) + len(items)))
        args += items
    order: list[list[Any]] = []
    for i in site.active:
        if i < site.count:
            order.append(spans.get(i, []))
            continue
        name = site.keywords[i - site.count]
        order.append(list(named[i - site.count]) if name is None else [name])
    return tuple(args), order


def taken_apart(site: Operation, i: int, operands: tuple[Any, ...], named: Any, offset: int) -> Any:
    """What an operand that was taken apart into several arguments was; None for any other."""
    if i in site.stars:
        return operands[i - offset]
    if i >= site.count and site.keywords[i - site.count] is None:
        return named[i - site.count]
    return None


def shifted(positions: Positions, by: int) -> Positions:
    """Positions in a call with more arguments in front."""
    return tuple(p + by if isinstance(p, int) else p for p in positions)


def only_first(site: Operation, pull: Pull) -> Pull:
    """The pullback of an operation that has residues for its first operand alone."""

    def first(ct: Any, memory: Memory) -> tuple[Any, ...]:
        part = pull(ct, memory)[0]
        return tuple(part if i == 0 else 0.0 for i in site.active)

    return first


def only_at(position: Any, pull: Pull, positions: Positions) -> Pull:
    """The pullback of a call that has a residue for one argument alone: it is asked for whatever is active.

    A store of what is not active has an effect to be undone all the same.
    """

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        part = pull(ct, memory)[0]
        return tuple([part if p == position else 0.0 for p in positions])

    return pulled


def run_mutator(mutator: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: Positions) -> Any:
    """Result and pullback of what changes its first argument, which gives residues in the order of its parameters."""
    result, pull = mutator(*args, **kwargs)
    order = [_place(mutator, len(args), kwargs, p) for p in positions]

    def by_position(ct: Any, memory: Memory) -> tuple[Any, ...]:
        parts = pull(ct, memory)
        return tuple([parts[i] if i < len(parts) else 0.0 for i in order])

    return result, by_position


def _place(mutator: Any, count: int, kwargs: dict[str, Any], position: Any) -> int:
    """Where the residue of an argument stands."""
    if isinstance(position, int):
        return position
    names = [name for name, p in inspect.signature(mutator).parameters.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    return names.index(position) if position in names else count + list(kwargs).index(position)
