"""Jacobians by source: tangents written beside the statements of a function, no dual numbers.

Many columns are found in one run: tangents are stacks (see `reverse.stacks`). That is done where the function goes by
rules of dualad's own alone and may run again. The second call for some kinds of arguments is held against dual
numbers, and the way is left where the two differ; a first call, which may be the only one, goes by dual numbers alone.
"""

from __future__ import annotations

import types
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dualad import forms, ownership, stacked
from dualad.analysis import kinds
from dualad.errors import DualadError, Unsupported
from dualad.reverse.programs import Program, program
from dualad.reverse.quiet import quietly
from dualad.reverse.tangents import Pushed, pushed
from dualad.reverse.variants import may_hold_objects, require_repeatable, stored_parameters
from dualad.reverse.work import Facts

LIMIT = 8  # functions of tangents for one function and choice of arguments
_called: weakref.WeakSet[types.FunctionType] = weakref.WeakSet()
_refused: weakref.WeakSet[types.CodeType] = weakref.WeakSet()
STRICTLY = np.errstate(divide="raise", invalid="raise", over="raise")
Args = tuple[Any, ...]
Made = Callable[[forms.Form, list[Any]], Any]
"""Makes a Jacobian of the result's form and, for each leaf of it, the tangents in all directions along a first axis."""


class Function:
    """A function of tangents, and the positions of arguments that it stores into.

    One that gives the function's value, too, raises where NumPy would warn: the function itself may.
    """

    def __init__(self, made: Pushed, stored: tuple[int, ...], *, value: bool) -> None:
        made.call = STRICTLY(made.call) if value else quietly(made.call)
        self.pushed = made
        self.stored = stored

    def given(self, primals: Args) -> Args:
        """The arguments for one run: copies of those that are stored into."""
        if not self.stored:
            return primals
        return tuple([ownership.owned(x) if i in self.stored else x for i, x in enumerate(primals)])


def share(found: Function, primals: Args) -> bool:
    """Whether an argument that is stored into shares memory with another one."""
    try:
        for i in found.stored:
            ownership.require_whole(primals[i])
            ownership.require_distinct(primals[i])
            ownership.require_apart(primals[i], (*primals[:i], *primals[i + 1 :]))
    except DualadError:
        return True
    return False


def columns(
    f: Any, primals: Args, positions: tuple[Any, ...], inputs: list[forms.Form], made: Made, usual: Callable[[], Any]
) -> Any:
    """A Jacobian in arguments by position; by `usual` where this way does not serve."""
    found = program_of(f, primals, positions)
    if found is None or not all(stacked.is_plain(leaf) for form in inputs for leaf in form.leaves):
        return usual()
    known = found.pushed.setdefault(positions, [])
    for candidate in known:
        if candidate is None:
            return usual()
        if candidate.pushed.guard(*primals):
            jacobian = _by(candidate, f, primals, inputs, made)
            return usual() if jacobian is None else jacobian
    wanted = usual()
    if len(known) < LIMIT:
        candidate = function_of(found, primals, positions)
        jacobian = None if candidate is None else _by(candidate, f, primals, inputs, made)
        known.insert(0, candidate if jacobian is not None and stacked.is_close(jacobian, wanted) else None)
    return wanted


def program_of(f: Any, primals: Args, positions: tuple[Any, ...]) -> Program | None:
    """The function as it was read, if this is a plain call of it."""
    if not stacked.is_plain_call(f, primals, positions) or any(isinstance(x, Iterator) for x in primals):
        return None
    if f not in _called:  # functions that are made for one call, as lambdas in a loop, are not worth it
        _called.add(f)
        return None
    if f.__code__ in _refused:
        return None
    try:
        found = program(f)
    except DualadError:  # forward mode needs no source
        _refused.add(f.__code__)
        return None
    return found if found.simple == len(primals) else None


def function_of(found: Program, primals: Args, positions: tuple[int, ...], *, many: bool = True) -> Function | None:
    """The function of tangents; None where there is none."""
    given = {name: kinds.of(x, name) for name, x in zip(found.params, primals, strict=True)}
    moving = tuple([found.params[i] for i in positions])
    stored: list[str] = []

    def require(facts: Facts) -> None:
        require_repeatable(facts)
        stored.extend(stored_parameters(facts))
        if any(may_hold_objects(given[name]) for name in stored):
            raise Unsupported("objects that it changes")

    try:
        made = pushed(found, given, moving, many=many, value=not many, require=require)
    except DualadError:
        return None
    return Function(made, tuple([found.params.index(name) for name in stored]), value=not many)


def _by(found: Function, f: Any, primals: Args, inputs: list[forms.Form], made: Made) -> Any:
    """The Jacobian by a function of tangents; None where it does not serve."""
    if found.stored and share(found, primals):
        return None
    given = lambda: found.given(primals)  # noqa: E731
    result = forms.Form(f(*given()))
    if not result.leaves or not all(map(is_real, result.leaves)):
        return None
    rows = stacked.columns(found.pushed, given, inputs, result)
    if rows is None or any(x.dtype != leaf.dtype for x, leaf in zip(rows, result.leaves)):
        return None
    return made(result, rows)


def is_real(leaf: forms.Leaf) -> bool:
    """Whether a leaf of the result is of floats."""
    return leaf.cls in (float, np.generic, np.ndarray) and leaf.dtype.kind == "f" and not leaf.exact
