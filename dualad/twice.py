"""Gradients inside differentiated functions by source, no dual numbers.

The emitted gradient is a function like any other. Where its own reverse sweep is emitted without shadow memory, which
lists of residuals need, that is its pullback; else the products with second derivatives are, which `second` writes.
Either is done where the gradient goes by rules of dualad's own and calls nothing of the user's, and is taken in floats
and arrays of floats. The first cotangents are held against those of dual numbers running through the gradient, and the
way is left where the two differ.
"""

from __future__ import annotations

import math
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import checks, forms, second, stacked
from dualad.errors import DualadError, Unsupported
from dualad.forward.levels import live, storing
from dualad.held import RUN_AGAIN, Reads, read_by
from dualad.registry import scopes
from dualad.reverse import engine
from dualad.reverse.cells import Memory
from dualad.reverse.emitted import Form
from dualad.reverse.joint import NO_NUMBER, is_finite
from dualad.reverse.programs import Variant, caches, program
from dualad.reverse.quiet import quietly, quietly_back
from dualad.reverse.variants import variant
from dualad.sweeps import special

FORM = Form("vjp", strong=True, protect=True)
LIMIT = 8
PLAIN = frozenset({float, int, bool, str, type(None)})
Args = tuple[Any, ...]
Pull = Callable[[Any], tuple[Any, ...]]
Answer = tuple[Any, Pull]


class _Way:
    """How the gradient of a function is pulled back.

    Attributes:
        code: the function's code, and `generation`, that of the caches, when it was made.
        count: how many arguments it takes.
        chosen: the emitted gradient of the function in the arguments that are asked for.
        mine: the positions of the arguments that the gradient is in.
        argnums: the positions of those whose cotangents are wanted.
        again: the emitted gradient as a program, and `names`, the parameters there.
        is_swept: whether it is pulled back by its own reverse sweep; None as long as that is not known to be right.
        last: the variant of that sweep that served last, and `run`, how it is run.
    """

    __slots__ = (
        "again",
        "argnums",
        "chosen",
        "code",
        "count",
        "generation",
        "is_swept",
        "last",
        "mine",
        "moved",
        "names",
        "run",
    )

    def __init__(self, f: Any, chosen: Variant, moved: Variant, mine: Args, argnums: Args) -> None:
        self.count = len(chosen.kinds)
        self.code, self.generation = f.__code__, caches.generation
        self.chosen = chosen
        self.moved = moved
        self.mine = mine
        self.argnums = argnums
        self.again = program(chosen.emitted.without_reuse())
        self.names = tuple([self.again.params[i] for i in argnums])
        self.is_swept: bool | None = None
        self.last: Variant | None = None
        self.run: Callable[..., Any] = self.chosen.call

    def serves(self, f: Any, args: Args) -> bool:
        """Whether it is one for these arguments."""
        if len(args) != self.count or f.__code__ is not self.code or self.generation is not caches.generation:
            return False
        return self.chosen.guard(*args) and self.moved.guard(*args)

    def swept(self, args: Args) -> Answer | None:
        """The gradients and their pullback, by its own reverse sweep; None where that does not serve."""
        if self.is_swept is False:
            return None
        try:
            if (self.last is None or not self.last.guard(*args)) and not self._is_found(args):
                return None
            raws, pull = self.run(*args)
        except DualadError:
            self.is_swept = False
            return None
        except NO_NUMBER:  # strong zeros are needed, or the function raises it again
            return None
        owned = self.chosen.emitted.owned
        if len(self.mine) == 1:
            raw = _finished(raws, owned[0], args[self.mine[0]])
            return ((raw,), pull) if is_finite(raw) else None
        made = [_finished(raw, own, args[i]) for raw, own, i in zip(raws, owned, self.mine, strict=True)]
        return (tuple(made), pull) if is_finite(made) else None

    def _is_found(self, args: Args) -> bool:
        """Find the sweep for these arguments; False where there is none without shadow memory."""
        chosen = variant(self.again, args, self.names, FORM, False, engine.Sites)
        if self.is_swept is None and any(value is Memory for value in chosen.emitted.namespace.values()):
            self.is_swept = False
            return False
        # The gradient's own partials are plain statements here, of which NumPy would warn.
        self.run = quietly(quietly_back(chosen.call)) if self.chosen.emitted.noisy else chosen.quiet
        self.last = chosen
        return True


_ways: weakref.WeakKeyDictionary[types.FunctionType, dict[Any, list[_Way]]] = weakref.WeakKeyDictionary()


def split(gradient: Any, args: Args, argnums: Args, usual: Callable[[Args], Answer]) -> Answer:
    """What a gradient gives, and its raw pullback to the arguments `argnums`.

    Args:
        gradient: a `Derivative` in arguments by position, without value and aux.
        args: its arguments, which may be changed before the pullback runs.
        argnums: positions.
        usual: gives both where this way does not serve, of arguments that nobody changes.
    """
    f, (single, mine) = gradient.fun, gradient.gradient_in
    plain = type(f) is types.FunctionType and not (live or storing or special or scopes)
    reads = read_by(f) if plain else None
    way = None if reads is None else _way(f, args, mine, argnums)
    if way is None or reads is None:
        return usual(forms.snapshot(args))
    args = tuple([x.copy() if type(x) is np.ndarray else x for x in args])
    taken = _Taken(f, way, args, reads, usual)
    found = way.swept(args)
    if found is None:
        return gradient(*args), taken.by_tangents(single)
    made, pull = found
    if single:
        return made[0], taken.checked(pull)
    return made, taken.checked(pull if len(mine) > 1 else _of_tuple(pull))


def _way(f: Any, args: Args, mine: Args, argnums: Args) -> _Way | None:
    """The way for a function and arguments, made if it is not there; None where there is none."""
    by_positions = _ways.get(f)
    if by_positions is None:
        by_positions = _ways[f] = {}
    known = by_positions.get((mine, argnums))
    if known is None:
        known = by_positions[mine, argnums] = []
    for way in known:
        if way.serves(f, args):
            return way
    if not _is_plain(args, mine, argnums):
        return None
    chosen, moved = second.gradient(f, args, mine), second.gradient(f, args, argnums)
    if chosen is None or moved is None:
        return None
    known.insert(0, _Way(f, chosen, moved, mine, argnums))
    del known[LIMIT:]
    return known[0]


def _is_plain(args: Args, mine: Args, argnums: Args) -> bool:
    """Whether arguments are plain, and those that matter are floats and arrays of floats."""
    for x in args:
        if type(x) not in PLAIN and (type(x) is not np.ndarray or x.dtype.kind not in "biuf"):
            return False
    chosen = {*mine, *argnums}
    return all([type(i) is int and 0 <= i < len(args) and _is_float(args[i]) for i in chosen])


def _is_float(x: Any) -> bool:
    return type(x) is float or (type(x) is np.ndarray and x.dtype.kind == "f")


def _of_tuple(pull: Pull) -> Pull:
    """The pullback of a tuple of one gradient."""
    return lambda ct: pull(0.0 if forms.is_zero(ct) else ct[0])


def _finished(raw: Any, own: bool, x: Any) -> Any:
    """The gradient in a float or in an array of floats; NaN where that is more than this way knows of."""
    if type(raw) is np.ndarray and type(x) is np.ndarray and raw.dtype is x.dtype and raw.shape == x.shape:
        return raw if own else raw.copy()
    return float(raw) if type(x) is float and isinstance(raw, float) else math.nan


def _whole(x: Any, raw: Any) -> Any:
    """A raw cotangent, or the tangent that it stands for, in the form of a float or of an array of floats."""
    if type(x) is np.ndarray:
        if type(raw) is np.ndarray and raw.dtype is x.dtype and raw.shape == x.shape:
            return raw
        if type(raw) is float:
            return np.full(x.shape, raw, x.dtype)
    elif type(raw) is float:
        return raw
    return forms.Form(x).finish(raw)


class _Taken:
    """A gradient that was taken: its function, arguments that nobody changes, and the globals that it has read."""

    __slots__ = ("args", "code", "f", "reads", "usual", "way")

    def __init__(self, f: Any, way: _Way, args: Args, reads: Reads, usual: Callable[[Args], Answer]) -> None:
        self.f = f
        self.code = f.__code__
        self.way = way
        self.args = args
        self.reads = reads
        self.usual = usual

    def slowly(self, ct: Any) -> tuple[Any, ...]:
        """The raw cotangents in the usual way, by running the function again."""
        self.require_same()
        return self.usual(self.args)[1](ct)

    def require_same(self) -> None:
        if not self.reads.hold(self.f, self.code):
            raise Unsupported(RUN_AGAIN.format(name=checks.name_of(self.f)))

    def checked(self, pull: Pull) -> Pull:
        """The pullback by the gradient's own sweep, where it is finite; the first is held against the usual one."""
        way = self.way

        def pulled(ct: Any) -> tuple[Any, ...]:
            if live or storing or special:
                return self.slowly(ct)
            try:
                made = pull(ct)
            except NO_NUMBER:
                return self.slowly(ct)
            if way.is_swept and is_finite(made):
                return made
            wanted = self.slowly(ct)
            if way.is_swept is None and is_finite(wanted) and not all(map(forms.is_zero, wanted)):
                pairs = zip([self.args[i] for i in way.argnums], made, wanted, strict=True)
                way.is_swept = all([stacked.is_close(_whole(x, a), _whole(x, b)) for x, a, b in pairs])
            return wanted

        return pulled

    def by_tangents(self, single: bool) -> Pull:
        """The pullback by products: as second derivatives are symmetric, it is the tangent of the other gradient."""
        way, args = self.way, self.args

        def pulled(ct: Any) -> tuple[Any, ...]:
            if live or storing or special:
                return self.slowly(ct)
            self.require_same()
            parts = (ct,) if single else (0.0,) * len(way.mine) if forms.is_zero(ct) else ct
            tangents: list[Any] = [None] * len(args)  # what does not move has none
            for i, part in zip(way.mine, parts):
                tangents[i] = _whole(args[i], part)
            return second.product_by(way.moved, args, tuple(tangents), way.argnums, lambda: slowly(ct))  # type: ignore[no-any-return]

        def slowly(ct: Any) -> tuple[Any, ...]:
            return tuple([_whole(args[i], raw) for i, raw in zip(way.argnums, self.slowly(ct), strict=True)])

        return pulled


def ways_of(f: types.FunctionType) -> list[_Way]:
    """The ways that are known for a function."""
    return [way for ways in _ways.get(f, {}).values() for way in ways]


def forget() -> None:
    """Forget all ways."""
    _ways.clear()
