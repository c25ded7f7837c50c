"""Values and tangents along one direction by source: what `jvp` gives, without dual numbers.

As for Jacobians (see `first`), this is done where a function goes by rules of dualad's own alone and may run again; its
second call for some kinds of arguments is held against dual numbers. Further calls go a short way.
"""

from __future__ import annotations

import math
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import first, forms, ownership, stacked
from dualad.forward.levels import live, storing
from dualad.registry import scopes
from dualad.reverse.joint import is_finite
from dualad.reverse.programs import Program, caches
from dualad.sweeps import special

Args = tuple[Any, ...]
LIMIT = 8  # functions of tangents for one function and choice of arguments


class _Ready:
    """What further calls of a function go by: functions of tangents, by which of the arguments given move."""

    __slots__ = ("code", "generation", "known")

    def __init__(self, f: types.FunctionType) -> None:
        self.code = f.__code__
        self.generation = caches.generation
        self.known: dict[tuple[bool, ...], list[first.Function | None]] = {}


_ready: weakref.WeakKeyDictionary[types.FunctionType, _Ready] = weakref.WeakKeyDictionary()


def product(f: Any, primals: Args, tangents: Args, usual: Callable[[], Any]) -> Any:
    """Value and tangent of a function along tangents of its arguments; by `usual` where this way does not serve."""
    if type(f) is not types.FunctionType or live or storing or special or scopes or len(primals) != len(tangents):
        return usual()
    if not all([stacked.is_like(x, t) for x, t in zip(primals, tangents)]):
        return usual()
    moving = tuple([t is not None for t in tangents])
    ready = _ready.get(f)
    if ready is not None and ready.code is f.__code__ and ready.generation is caches.generation:
        known = ready.known.get(moving, ())
        for candidate in known:
            if candidate is None:
                return usual()
            if candidate.pushed.guard(*primals):
                made = _along(candidate, primals, tangents, moving)
                return usual() if made is None else made
    found = first.program_of(f, primals, _positions(moving))
    return usual() if found is None else _learnt(f, found, primals, tangents, moving, usual())


def _positions(moving: tuple[bool, ...]) -> tuple[int, ...]:
    return tuple([i for i, moves in enumerate(moving) if moves])


def _learnt(f: Any, found: Program, primals: Args, tangents: Args, moving: tuple[bool, ...], wanted: Any) -> Any:
    """The usual answer, which a function of tangents is held against."""
    ready = _ready.get(f)
    if ready is None or ready.code is not f.__code__ or ready.generation is not caches.generation:
        ready = _ready[f] = _Ready(f)
    known = ready.known.setdefault(moving, [])
    if len(known) < LIMIT:
        candidate = first.function_of(found, primals, _positions(moving), many=False)
        made = None if candidate is None else _along(candidate, primals, tangents, moving)
        known.insert(0, candidate if made is not None and _is_same(made, wanted) else None)
    return wanted


def _along(found: first.Function, primals: Args, tangents: Args, moving: tuple[bool, ...]) -> Any:
    """Value and tangent by a function of tangents; None where it does not serve, or strong zeros may be needed."""
    if found.stored:
        if first.share(found, primals):
            return None
        tangents = tuple([ownership.owned(t) if i in found.stored else t for i, t in enumerate(tangents)])
        primals = found.given(primals)
    moved = tangents if all(moving) else [t for t in tangents if t is not None]
    try:
        answer = found.pushed.call(*primals, *moved)
    except Exception:  # the function's own, which it raises again; or what NumPy may warn of, or Python's numbers raise
        return None
    if type(answer[0]) in _NUMBERS and type(answer[1]) in _NUMBERS:
        y, dy = answer
        return (y, type(y)(dy)) if math.isfinite(dy) else None
    (y, lone), (dy, lone_dy) = forms.take(answer, 0), forms.take(answer, 1)
    form = forms.Form(y)
    if not form.leaves or not all(map(first.is_real, form.leaves)) or not is_finite(dy):
        return None
    if not all([_fits(raw, leaf) for raw, leaf in zip(form.parts(dy), form.leaves)]):
        return None
    return forms.own(y, lone), form.finish(dy, lone_dy)


_NUMBERS = (float, np.float64)


def _fits(raw: Any, leaf: forms.Leaf) -> bool:
    """Whether a tangent has its value's shape and dtype."""
    if leaf.cls is np.ndarray:
        return type(raw) is np.ndarray and raw.dtype == leaf.dtype and raw.shape == leaf.shape
    return isinstance(raw, (float, np.floating))


def _is_same(made: Any, wanted: Any) -> bool:
    """Whether two values and tangents are of one form, and the same to rounding."""
    mine, theirs = forms.Form(made), forms.Form(wanted)
    if mine.treedef != theirs.treedef or not stacked.is_close(made, wanted):
        return False
    return all([(a.cls, a.dtype) == (b.cls, b.dtype) for a, b in zip(mine.leaves, theirs.leaves)])
