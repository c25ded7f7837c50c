"""Checkpoints: parts of a function that are run again in reverse, instead of keeping what they need for it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from dualad import checks, forms, forward, sweeps, tree
from dualad.checks import Position
from dualad.control import leaves
from dualad.errors import DualadTypeError, DualadValueError, Unsupported
from dualad.forward.levels import live
from dualad.held import Held, digest, require_same
from dualad.reverse import engine
from dualad.reverse.sites import CALLEE

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
Positions = tuple[Position, ...]
Answer = tuple[Any, Callable[[Any], tuple[Any, ...]]]


class Checkpointed:
    """What `checkpoint` makes."""

    def __init__(self, fun: Callable[..., Any]) -> None:
        checks.require_callable(fun, "checkpoint")
        functools.update_wrapper(self, fun, updated=())
        self.fun = fun

    compares_results = True  # when it runs again, with those of the first time

    def __repr__(self) -> str:
        return f"<checkpoint of {checks.name_of(self.fun)}>"

    def __get__(self, obj: Any, cls: type | None = None) -> Any:
        return self if obj is None else functools.partial(self, obj)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.fun(*args, **kwargs)

    def __dualad_lifted__(self, /, *args: Any, **kwargs: Any) -> Any:
        return forward.call(self.fun, *args, **kwargs)

    def __dualad_vjp__(self, args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
        return self.__dualad_split__(args, kwargs, positions, True)

    def __dualad_split__(self, args: Args, kwargs: Kwargs, positions: Positions, protect: bool) -> Answer:
        """Result and raw pullback; `protect`: arguments and result may be written before it runs."""
        if sweeps.current() is not sweeps.PLAIN:  # it must meet what is inside now
            return engine.split(self.fun, args, kwargs, positions, protect)
        engine.prepare(self.fun, args, kwargs, tuple([p for p in positions if p != CALLEE]))
        y = engine.split(self.fun, args, kwargs, positions, protect)[0]
        if protect:
            args, kwargs = forms.snapshot((args, kwargs))
        held = Held(self.fun)
        first = digest(y)

        def pulled(ct: Any) -> tuple[Any, ...]:
            with sweeps.begun(), held.rebound():
                again, pull = engine.split(self.fun, args, kwargs, positions, protect)
                require_same(first, again, _different(checks.name_of(self.fun)))
                return pull(ct)

        return y, pulled


def checkpoint(fun: Callable[..., Any]) -> Any:
    """A function that is run again in reverse mode, instead of keeping what its derivative needs until then.

    Also a decorator. It costs one more run of the function for each pullback, and saves all memory that the function
    needs for its derivative but its arguments.

    Args:
        fun: a function that gives the same result when it is run again.

    Returns:
        The function, as it is called, bound and shown; it may be differentiated in any mode, to any order.

    Raises:
        DualadError: from the pullback, where the function gives another result when it is run again.

    Example:
        >>> import numpy as np
        >>> from dualad import checkpoint, grad
        >>> @checkpoint
        ... def layer(w, x):
        ...     return np.tanh(w * x)
        >>> grad(lambda w: layer(w, layer(w, 2.0)))(0.0)
        0.0
    """
    return Checkpointed(fun)


def _made(args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
    """A checkpoint made of a function that holds active values: these have their cotangents at their places."""
    return checkpoint(*args, **kwargs), lambda ct: (ct,) * len(positions)


checkpoint.__dualad_vjp__ = _made  # type: ignore[attr-defined]


def _different(name: str) -> str:
    return (
        f"{name} was run again for its derivative, as its checkpoint asks, and gave another result: it draws random "
        "numbers, or depends on something that has changed. Pass what changes as arguments"
    )


# Loops


def checkpoint_loop(
    body: Callable[..., Any], steps: int, state: Any, /, *args: Any, snapshots: int | None = None
) -> Any:
    """A loop, `for i in range(steps): state = body(i, state, *args)`, whose reverse needs little memory.

    Reverse mode keeps the state before a few passes, the snapshots, and runs the passes in between again, by the
    schedule that is optimal for their number (Griewank and Walther, Algorithm 799: Revolve, ACM TOMS 26, 2000).

    Args:
        body: a pass. It returns the new state, and must not store into its arguments.
        steps: how many passes.
        state: the first state, a tree.
        args: what every pass needs besides; derivatives are taken in these too, and in what body has captured.
        snapshots: how many states reverse mode may keep, the first included; by default about the square root of
            `steps`, with which each pass is run less than four times more. `checkpoint_cost` tells for any number.

    Returns:
        The last state.

    Raises:
        DualadValueError: `steps` is negative, or there are no snapshots.
        DualadError: from the pullback, where a pass gives another result when it is run again.

    Example:
        >>> import math
        >>> from dualad import checkpoint_loop, grad
        >>> def body(i, x, k):
        ...     return x + k * math.sin(x)
        >>> def last(x, k):
        ...     return checkpoint_loop(body, 100, x, k, snapshots=5)
        >>> round(grad(last)(1.0, 0.01), 6)
        1.106433
    """
    _slots(steps, snapshots)
    for i in range(steps):
        state = leaves.run(body, i, state, *args)
    return state


def checkpoint_cost(steps: int, snapshots: int) -> int:
    """How many passes `checkpoint_loop` runs without keeping what their derivatives need, for one gradient.

    (Each pass is run once more to be differentiated.) With r such that `comb(s + r - 1, s) < steps <= comb(s + r, s)`
    it is `r * steps - comb(s + r, r - 1)`: Griewank and Walther's Proposition 1.

    Example:
        >>> from dualad import checkpoint_cost
        >>> checkpoint_cost(10_000, 20)
        37976
    """
    if steps <= 1:
        return 0
    r = _repetitions(steps, snapshots)
    return r * steps - math.comb(snapshots + r, r - 1)


def _slots(steps: int, snapshots: int | None) -> int:
    if isinstance(steps, bool) or not hasattr(steps, "__index__"):
        raise DualadTypeError(f"checkpoint_loop: steps is an int, but it is {tree.describe(steps)}")
    if steps < 0:
        raise DualadValueError(f"checkpoint_loop: steps should not be negative, but it is {steps}")
    if snapshots is None:
        return max(1, round(math.sqrt(steps)))
    if snapshots < 1:
        raise DualadValueError(
            f"checkpoint_loop: snapshots counts the first state, so it is at least 1, not {snapshots}"
        )
    return int(snapshots)


def _repetitions(steps: int, snapshots: int) -> int:
    """How often the pass that is repeated most is repeated, for a number of snapshots."""
    r = 0
    while math.comb(snapshots + r, snapshots) < steps:
        r += 1
    return r


def _next(steps: int, snapshots: int) -> int:
    """After how many passes the next snapshot is due, `snapshots` being free with the one at the start."""
    r = _repetitions(steps, snapshots)
    least = math.comb(snapshots + r - 2, snapshots) if r > 1 else 1
    return max(least, steps - math.comb(snapshots - 1 + r, snapshots - 1))


class _Loop:
    """A loop in reverse mode: runs passes, and keeps the snapshots of the first sweep.

    A snapshot is a pair of the number of passes before it and the state; the last one is the state that the sweep goes
    on from.
    """

    def __init__(self, body: Callable[..., Any], args: Args, slots: int, positions: Positions) -> None:
        self.body = body
        self.args = args
        self.slots = slots
        self.positions = positions
        self.digests: dict[int, list[float]] = {}

    def linearised(self, i: int, state: Any, check: bool = True) -> Answer:
        """The state after pass `i`, and the pullback of the pass."""
        y, pull = engine.split(self.body, (i, state, *self.args), {}, self.positions, protect=False)
        if check:
            require_same(self.digests[i + 1], y, _different(checks.name_of(self.body)))
        return y, pull

    def passed(self, i: int, state: Any) -> Any:
        """The state after pass `i`, whose dual numbers move as they do in reverse: not all of users' rules are true."""
        if live:
            return engine.split(self.body, (i, state, *self.args), {}, self.positions, protect=False)[0]
        return self.body(i, state, *self.args)

    def advanced(self, kept: list[tuple[int, Any]], end: int, first: bool) -> Any:
        """The state before pass `end - 1`, from the last snapshot on; snapshots are added on the way."""
        at, state = kept[-1]
        while end - at > 1:
            free = self.slots - len(kept)
            stop = at + _next(end - at, free + 1) if free else end - 1
            for i in range(at, stop):
                state = self.passed(i, state)
                if first:
                    self.digests[i + 1] = digest(state)
            at = stop
            if not first and self.digests[at] != digest(state):
                require_same(self.digests[at], state, _different(checks.name_of(self.body)))
            if free:
                kept.append((at, state))
        return state


def _looped(args: Args, kwargs: Kwargs, positions: Positions) -> Answer:
    body, steps, state, *rest = args
    slots = _slots(steps, kwargs.get("snapshots"))
    numbered = [p for p in positions if isinstance(p, int)]
    if len(numbered) != len(positions) or 1 in numbered:
        raise Unsupported(
            "checkpoint_loop: the number of passes or of snapshots depends on active values; use dualad.stop_gradient "
            "of it"
        )
    moving: Positions = (1, *(CALLEE if p == 0 else p - 1 for p in numbered if p != 2))
    if not steps:
        return state, lambda ct: tuple([ct if p == 2 else 0.0 for p in positions])
    state, rest = forms.snapshot((state, rest))
    loop = _Loop(body, tuple(rest), slots, moving)
    held = Held(body)
    y, pull = _kept(loop, steps, state) if sweeps.current() is not sweeps.PLAIN else _checkpointed(loop, steps, state)
    if CALLEE in moving:
        held.require_unchanged()

    def pulled(ct: Any) -> tuple[Any, ...]:
        # Of what the derivative is not taken in, the comparison of results says whether it has changed.
        with held.restored() if CALLEE in moving else held.rebound():
            found: dict[Any, Any] = dict(zip((2, *(p for p in numbered if p != 2)), pull(ct)))
        return tuple([found[p] for p in positions])

    return forms.snapshot(y), pulled


def _kept(loop: _Loop, steps: int, state: Any) -> Answer:
    """Without checkpoints: a sweep that is transposed or recorded must meet all passes in the forward half."""
    pulls = []
    for i in range(steps):
        state, pull = loop.linearised(i, state, check=False)
        pulls.append(pull)

    def pulled(ct: Any) -> tuple[Any, ...]:
        total: tuple[Any, ...] = (0.0,) * (len(loop.positions) - 1)
        for pull in reversed(pulls):
            ct, *more = leaves.run(pull, ct)
            total = tuple(map(forms.plus, total, more))
        return ct, *total

    return state, pulled


def _checkpointed(loop: _Loop, steps: int, state: Any) -> Answer:
    # A pass that stores into its arguments is refused here, before any is run.
    engine.prepare(loop.body, (0, state, *loop.args), {}, tuple([p for p in loop.positions if p != CALLEE]))
    first = [(0, state)]
    before = loop.advanced(first, steps, first=True)
    y, last_pull = loop.linearised(steps - 1, before, check=False)
    loop.digests[steps] = digest(y)

    def pulled(ct: Any) -> tuple[Any, ...]:
        total: tuple[Any, ...] = (0.0,) * (len(loop.positions) - 1)
        kept = list(first)
        pull: Any = last_pull
        with sweeps.begun():
            for end in range(steps, 0, -1):
                if pull is None:
                    while kept[-1][0] >= end:
                        kept.pop()
                    at = loop.advanced(kept, end, first=False)
                    pull = loop.linearised(end - 1, at)[1]
                ct, *more = leaves.run(pull, ct)  # the last pass may have been run as plain code
                total = tuple(map(forms.plus, total, more))
                pull = None
        return ct, *total

    return y, pulled


checkpoint_loop.__dualad_vjp__ = _looped  # type: ignore[attr-defined]
