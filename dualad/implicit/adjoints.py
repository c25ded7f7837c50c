"""The way back of integrals: cotangents of what a function has captured, and the adjoint equation.

The adjoint equation is integrated from each time to the one before, together with the state itself. Where an equation
forgets its past, the state is lost on the way back; it then begins again from halfway, where the state is found by
going forth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import forms, forward, tree
from dualad.directions import ravel
from dualad.errors import Unsupported
from dualad.forward.dual import plain, root
from dualad.forward.lift import unlifted
from dualad.implicit.points import NotConverged, checked_args
from dualad.reverse.sites import CALLEE
from dualad.swept import reverse

Function = Callable[..., Any]


def moving(args: tuple[Any, ...]) -> list[int]:
    """Positions of the arguments that hold numbers."""
    return [i for i, a in enumerate(args) if forms.Form(a).moves]


def gradients(
    f: Function, args: tuple[Any, ...], ct: Any, positions: list[int], captured: Captured | None = None
) -> tuple[Any, list[Any], Any]:
    """The value of f and its pulled back cotangent `ct`: in arguments at `positions`, trees of their forms, and in what
    f has captured, a vector.
    """

    def pulled() -> tuple[Any, list[Any]]:
        y, pull = reverse(unlifted(f), args, {}, (*positions, *[CALLEE] * (captured is not None)))
        return y, list(pull(forms.raw(ct)))

    y, raws = pulled()
    if captured is not None and captured.has_new(raws[-1]):
        raws[-1] = captured.lasting(raws[-1], pulled()[1][-1])
    found = [forms.Form(args[i]).finish(raw) for i, raw in zip(positions, raws)]
    return y, found, np.zeros(0) if captured is None else captured.vector(raws[-1])


class NewPlace(Exception):
    """A captured variable has a cotangent that had none before."""


class Captured:
    """The cotangents of what a function has captured, by place, as a vector whose layout grows as places are met."""

    def __init__(self) -> None:
        self.shapes: dict[Any, tuple[int, ...]] = {}

    def has_new(self, raw: Any) -> bool:
        """Whether a callable's raw cotangent has places that are not known."""
        return not forms.is_zero(raw) and not self.shapes.keys() >= raw.keys()

    def lasting(self, raw: Any, again: Any) -> Any:
        """The cotangent without the places of what the function makes: when it runs `again`, those are others."""
        there = () if forms.is_zero(again) else again
        return {place: part for place, part in raw.items() if place in self.shapes or place in there} or 0.0

    def vector(self, raw: Any) -> Any:
        """The vector of a callable's raw cotangent."""
        given = {} if forms.is_zero(raw) else raw
        for place, part in given.items():
            if place not in self.shapes and not forms.is_zero(part):
                if isinstance(part, (list, tuple, dict)):
                    raise Unsupported(
                        "an integrand that captures containers which a derivative is taken in; pass them by args=(...)"
                    )
                if np.any(plain(part)):
                    self.shapes[place] = np.shape(root(part))
                    raise NewPlace
        parts = [self._flat(given.get(place, 0.0), shape) for place, shape in self.shapes.items()]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _flat(self, part: Any, shape: tuple[int, ...]) -> Any:
        return np.zeros(shape).reshape(-1) if forms.is_zero(part) else np.reshape(part, -1)

    def raw(self, vector: Any) -> Any:
        """The callable's raw cotangent of a vector."""
        found, start = {}, 0
        for place, shape in self.shapes.items():
            size = int(np.prod(shape))
            found[place] = np.reshape(vector[start : start + size], shape)
            start += size
        return found or 0.0

    def settled(self, run: Callable[[], Any]) -> Any:
        """What `run` gives when all places are known."""
        while True:
            try:
                return run()
            except NewPlace:
                continue


DEPTH = 8
"""How often a time between two results is halved on the way back."""
STIFF = (
    "odeint: the equation cannot be followed back from its solution: it is stiff, or no solution was found. Ask for "
    "more times or smaller tolerances, or use forward mode (jvp, jacfwd)"
)


def ordered(tfirst: bool, y: Any, time: Any) -> tuple[Any, Any]:
    """The state and the time as the user's function takes them."""
    return (time, y) if tfirst else (y, time)


class Sweep:
    """The adjoint equation of a solution, from the last time to the first.

    Args:
        integrate: `odeint`.
        given: its arguments by name.
        result: the solution.
        ct: the cotangent of the solution.
        wanted: of which arguments cotangents are wanted.
        captured: the layout of those of what the function has captured, if they are.
    """

    def __init__(
        self,
        integrate: Function,
        given: dict[str, Any],
        result: Any,
        ct: Any,
        wanted: set[str],
        captured: Captured | None,
    ) -> None:
        self.f, self.y0, self.args = given["f"], given["y0"], checked_args(given.get("args", ()))
        self.tfirst = given.get("tfirst", False)
        self.how = {k: v for k, v in given.items() if k not in ("f", "y0", "t", "args", "tfirst")}
        self.t = given["t"] if forms.is_dual(given["t"]) else np.asarray(given["t"], np.float64)
        self.integrate, self.result, self.ct = integrate, result, forms.Form(result).finish(ct)
        self.wanted, self.captured = wanted, captured
        self.places = moving(self.args) if "args" in wanted else []
        self.theta, self.unravel_theta = ravel([self.args[i] for i in self.places])
        self.unravel = ravel(self.y0)[1]
        self.nothing = self._pulled(_at(result, 0), self.t[0], _at(self.ct, 0), self.theta)[3] * 0.0

    def run(self) -> dict[str, Any]:
        """The raw cotangents of all arguments by name."""
        t, count = self.t, len(self.t)
        back, total, of_captured = _at(self.ct, count - 1), 0.0 * self.theta, self.nothing
        of_t: list[Any] = [0.0] * count
        for k in range(count - 1, 0, -1):
            late = _at(self.result, k)
            if "t" in self.wanted:
                of_t[k] = np.sum(_at(self.ct, k) * self._rate(late, t[k]))
            found = self._between(_at(self.result, k - 1), late, back, t[k - 1 : k + 1], 0)
            back = found[0] + _at(self.ct, k - 1)
            total, of_captured = total + found[1], of_captured + found[2]
        if "t" in self.wanted and count > 1:
            of_t[0] = -np.sum((back - _at(self.ct, 0)) * self._rate(ravel(self.y0)[0], t[0]))
        raws: list[Any] = [0.0] * len(self.args)
        for i, a in zip(self.places, self.unravel_theta(total)):
            raws[i] = forms.raw(a)
        of_f = 0.0 if self.captured is None else self.captured.raw(of_captured)
        return {"y0": forms.raw(self.unravel(back)), "args": raws, "t": np.stack(of_t), "f": of_f}

    def _between(self, early: Any, late: Any, of_late: Any, span: Any, depth: int) -> list[Any]:
        """The cotangents of the earlier state, of theta and of what is captured, from the later time to the earlier."""
        try:
            state = (late, of_late, 0.0 * self.theta, self.nothing)
            ends = self.integrate(self._adjoint, state, np.flip(span), (self.theta,), **self.how)
            if self._same(plain(ends[0][1]), plain(early)):
                return [x[1] for x in ends[1:]]
        except NotConverged:
            pass
        if depth == DEPTH:
            raise NotConverged(STIFF)
        middle = 0.5 * (span[0] + span[1])
        halfway = self.integrate(self._rate, early, np.stack([span[0], middle]), **self.how)[1]
        later = self._between(halfway, late, of_late, np.stack([middle, span[1]]), depth + 1)
        sooner = self._between(early, halfway, later[0], np.stack([span[0], middle]), depth + 1)
        return [sooner[0], *[a + b for a, b in zip(later[1:], sooner[1:])]]

    def _same(self, found: Any, state: Any) -> bool:
        """Whether the way back led to the state that the way forth began at."""
        rtol, atol = plain(self.how.get("rtol", 1e-8)), plain(self.how.get("atol", 1e-10))
        allowed = 100.0 * np.max(atol + rtol * (1 + np.max(np.abs(state))))
        return bool(np.max(np.abs(found - state)) <= allowed)

    def _rate(self, y: Any, time: Any) -> Any:
        return ravel(forward.call(self.f, *ordered(self.tfirst, self.unravel(y), time), *self.args))[0]

    def _adjoint(self, state: Any, time: Any, theta: Any) -> Any:
        y, back, *_ = state
        rate, *of_args = self._pulled(y, time, back, theta)
        return (rate, *[-x for x in of_args])

    def _pulled(self, y: Any, time: Any, back: Any, theta: Any) -> tuple[Any, Any, Any, Any]:
        """The rate, and the cotangent `back` of it pulled back."""
        full = list(self.args)
        for i, a in zip(self.places, self.unravel_theta(theta)):
            full[i] = a
        positions = [int(self.tfirst), *[i + 2 for i in self.places]]
        args = (*ordered(self.tfirst, self.unravel(y), time), *full)
        rate, of_args, of_captured = gradients(self.f, args, self.unravel(back), positions, self.captured)
        of_theta = ravel(of_args[1:])[0] if self.places else np.zeros(0)
        return ravel(rate)[0], ravel(of_args[0])[0], of_theta, of_captured


def _at(x: Any, k: int) -> Any:
    """The state at a time, as a vector."""
    return ravel(tree.map(lambda a: a[k], x))[0]
