"""The two modes as functions of primals and (co)tangents, which can be differentiated in both modes again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from dualad import forms, forward, sweeps, tree
from dualad.checks import Position
from dualad.forward.levels import live
from dualad.forward.lift import lift
from dualad.held import Held
from dualad.reverse import engine
from dualad.reverse.sites import CALLEE
from dualad.reverse.variants import set_lifting

# Generated code is lifted like any other before dual numbers run through it.
set_lifting(live, lift, forward.call, forward.unlifted)

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def argument(args: tuple[Any, ...], kwargs: dict[str, Any], position: Position) -> Any:
    """The argument that a position or a name means."""
    return kwargs[position] if isinstance(position, str) else args[position]


def reverse(
    f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]
) -> tuple[Any, Callable[[Any], Any]]:
    """Result and raw pullback of a function, or of a transform."""
    return engine.vjp(f, args, kwargs, argnums)  # type: ignore[no-any-return]


def push(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    tangents: dict[Position, Any],
    space: Any = None,
) -> tuple[Any, Any]:
    """`forward.jvp` of a call with the given tangents (bundles, in a space) of some of its arguments."""
    moved = tuple([tangents[i] if i in tangents else _still(x) for i, x in enumerate(args)])
    names = tuple([a for a in tangents if isinstance(a, str)])
    if kwargs:
        f = functools.partial(f, **{name: x for name, x in kwargs.items() if name not in names})
    if names:
        f = _ByName(f, names)
        args = (*args, *(kwargs[name] for name in names))
        moved = (*moved, *(tangents[name] for name in names))
    return forward.jvp(f, args, moved, space)


def _still(x: Any) -> Any:
    """The tangent of an argument that does not move."""
    return tree.map(lambda leaf: None, x)


class _ByName:
    """A function whose last arguments by position are keyword arguments of another function."""

    def __init__(self, f: Callable[..., Any], names: tuple[str, ...]) -> None:
        self.f = f
        self.names = names

    def __call__(self, *args: Any) -> Any:
        count = len(args) - len(self.names)
        return self.f(*args[:count], **dict(zip(self.names, args[count:])))


class Outside:
    """A function's own result where a transform of it gives that besides derivatives, and the pullback of the result.

    Derivatives are taken by sweeps of their own; the result belongs to the sweep around. Where that is a plain one,
    nothing runs before a cotangent is there.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        args: Args,
        kwargs: Kwargs,
        positions: tuple[Position, ...],
        held: Held,
        plain: Any = None,
    ) -> None:
        self._call = f, args, kwargs, positions
        self._held = held
        # `plain` is what `reverse` gives in a plain sweep, if that is known.
        self._answer = plain
        if sweeps.current() is not sweeps.PLAIN:
            with held.rebound():
                self._answer = reverse(*self._call)

    def result(self, known: Any) -> Any:
        """The result, which is `known` where a plain sweep runs."""
        return known if self._answer is None else self._answer[0]

    def pull(self, ct: Any) -> tuple[Any, ...]:
        """The raw cotangents at the positions for a raw one of the result."""
        if forms.is_zero(ct) or (isinstance(ct, list) and all(map(forms.is_zero, ct))):
            return (0.0,) * len(self._call[3])
        if self._answer is None:
            with self._held.rebound(), sweeps.begun():
                self._answer = reverse(*self._call)
        pull = self._answer[1]
        # Made before the levels that are live here, it may be plain code: it is lifted.
        return forward.call(pull, ct) if live else pull(ct)  # type: ignore[no-any-return]


class Aux:
    """The aux of a transform that is differentiated in reverse: it belongs to the sweep around (see `Outside`).

    Where the transform (`made`) has none, aux and its cotangents are nothing.
    """

    def __init__(
        self,
        made: Any,
        args: Args,
        kwargs: Kwargs,
        positions: tuple[Position, ...],
        held: Held,
    ) -> None:
        self._none = (0.0,) * len(positions)
        self._outside = Outside(made.fun, args, kwargs, positions, held) if made.has_aux else None

    def answer(self, found: Any) -> Any:
        """What the transform gave, with the aux of the sweep around."""
        return found if self._outside is None else (found[0], self._outside.result((None, found[1]))[1])

    def unpacked(self, ct: Any) -> tuple[Any, Any]:
        """Raw cotangents of the derivative and of aux, from that of the transform's result."""
        return (ct, 0.0) if self._outside is None or forms.is_zero(ct) else (ct[0], ct[1])

    def packed(self, ct: Any) -> Any:
        """The raw cotangent of what the function returns, from that of what is differentiated of it."""
        return ct if self._outside is None else [ct, 0.0]

    def pull(self, ct: Any) -> tuple[Any, ...]:
        """The raw cotangents at the positions for a raw one of aux."""
        return self._none if self._outside is None else self._outside.pull([0.0, ct])


class Swept:
    """The reverse sweep of a function at a cotangent of its result, as a function of `args` and `kwargs`.

    Attributes:
        fun: the function.
        positions: whose cotangents are asked for: positions and names of arguments, or CALLEE.
        ct: the raw cotangent.
        held: what the function has captured, as it is to be when it runs.
        sweep: how the sweep is run.
    """

    def __init__(self, fun: Callable[..., Any], positions: tuple[Position, ...], ct: Any, held: Held) -> None:
        self.fun = fun
        self.positions = positions
        self.ct = ct
        self.held = held
        self.sweep = sweeps.PLAIN

    def swept(self, sweep: sweeps.Sweep) -> Swept:
        """The same, run in another way."""
        made = Swept(self.fun, self.positions, self.ct, self.held)
        made.sweep = sweep
        return made

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
        with self.held.rebound(), sweeps.begun(self.sweep):
            y, pull = reverse(self.fun, args, kwargs, self.positions)
            form = forms.Form(y)
            raws = pull(form.raw(form.full(self.ct)))
        found = [
            raw if p == CALLEE else forms.Form(argument(args, kwargs, p)).finish(raw)
            for p, raw in zip(self.positions, raws)
        ]
        return found, y

    __dualad_lifted__ = __call__

    def adjoint(self, args: tuple[Any, ...], kwargs: dict[str, Any], moved: dict[Position, Any]) -> tuple[Any, Any]:
        """What the sweep gives at dual numbers of the arguments: the transpose of its derivative.

        With `pull(x, ct)` the sweep, and `v` what x moves along: the value is `pull(x, ct)`; its tangent is the
        cotangent of x in `<v, pull(x, ct)>`, which is `<ct, J(x) v>`, and that of the result is the cotangent of `ct`
        there.

        Returns:
            Value and tangent of `(cotangents, result)`.
        """
        try:
            (values, y), (tangents, dy) = self._transposed(args, kwargs, moved, None)
        except sweeps.CotangentsWanted:
            positions = (*self.positions, *(p for p in moved if p not in self.positions))
            wider = Swept(self.fun, positions, self.ct, self.held)
            record = sweeps.Record()
            wider.swept(sweeps.Sweep(record=record))(args, kwargs)
            (values, y), (tangents, dy) = wider._transposed(args, kwargs, moved, record)
        self.held.ran(y)
        count = len(self.positions)
        return (values[:count], y), (tangents[:count], dy)

    def _transposed(self, args: Args, kwargs: Kwargs, moved: dict[Position, Any], record: sweeps.Record | None) -> Any:
        moving = tuple([moved[i] if i in moved else _still(x) for i, x in enumerate(args)])
        names = {name: moved[name] if name in moved else _still(x) for name, x in kwargs.items()}
        swept = self.swept(sweeps.Sweep(transposed=True, record=record))
        return push(swept, (args, kwargs), {}, {0: moving, 1: names})

    def cotangents(self, args: tuple[Any, ...], kwargs: dict[str, Any], moved: dict[Position, Any]) -> tuple[Any, ...]:
        """The tangents of the cotangents alone, raw."""
        return self.raws(self.adjoint(args, kwargs, moved)[1][0])

    def raws(self, found: list[Any]) -> tuple[Any, ...]:
        """The cotangents as raw ones."""
        return tuple([x if p == CALLEE else forms.raw(x) for p, x in zip(self.positions, found)])
