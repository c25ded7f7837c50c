"""What kind of reverse sweep runs: a plain one, one that is transposed along a level, or one that is recorded.

The derivative of a reverse sweep is symmetric where every cotangent comes from a true derivative, so that dual numbers
running through the sweep serve reverse mode over it as well. Rules that users state need not be true derivatives: the
backward function of a `custom_vjp` may be `A @ x` with an A that is not symmetric. There the sweep is *transposed*: a
node that maps `(a, b_bar)` to `(b, a_bar)`, with the derivative `[[C, 0], [P, Q]]`, hands on the tangents that
`[[Q^T, 0], [P^T, C^T]]` gives. All other nodes are their own transpose (`Q = C^T` and `P = P^T`), so that one run of
the sweep on dual numbers is the transpose of its derivative, whatever rules it meets.

Where `Q` depends on the cotangent (a hook that clips it), the cotangent must be known when the node is met in the
forward half. A node asks for it by `CotangentsWanted`; the sweep is then run once plainly, recording them in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from dualad.forward.levels import Level, running


class CotangentsWanted(BaseException):
    """Raised by a node of a transposed sweep that needs its cotangent before the sweep has got there."""


class Record:
    """The cotangents of nodes that asked for them, in the order in which the forward half meets these."""

    def __init__(self) -> None:
        self.cotangents: list[Any] = []

    def reserve(self) -> int:
        """A place for the cotangent of the next node; one that nothing flows to keeps a zero."""
        self.cotangents.append(0.0)
        return len(self.cotangents) - 1


class Sweep:
    """How one reverse sweep is run.

    Attributes:
        transposed: whether nodes hand on adjoint tangents, of the level in `along`.
        record: where cotangents are written to (a recorded sweep), or read from (a transposed one).
        along: the level; known when the sweep begins.
        met: how many nodes have read from the record.
        around: the sweep that it began in.
    """

    __slots__ = ("along", "around", "met", "record", "transposed")

    def __init__(self, transposed: bool = False, record: Record | None = None) -> None:
        self.transposed = transposed
        self.record = record
        self.along: Level | None = None
        self.around: Sweep | None = None
        self.met = 0

    def cotangent(self) -> Any:
        """The recorded cotangent of the node that a transposed sweep is at."""
        if self.record is None:
            raise CotangentsWanted
        self.met += 1
        return self.record.cotangents[self.met - 1]


PLAIN = Sweep()
_current: ContextVar[Sweep] = ContextVar("sweep", default=PLAIN)

special: set[Sweep] = set()
"""Sweeps that run and are not plain, of all threads. Empty most of the time: whoever begins a sweep asks this first."""


def current() -> Sweep:
    """The innermost reverse sweep that runs."""
    return _current.get()


@contextmanager
def begun(sweep: Sweep = PLAIN) -> Iterator[None]:
    """Within it the innermost reverse sweep is this one. (Forward mode begins a plain one.)"""
    if sweep is PLAIN and not special:
        yield
        return
    if sweep.transposed:
        sweep.along = running()[-1]
    sweep.met = 0
    if sweep is not PLAIN:
        sweep.around = _current.get()
    token = _current.set(sweep)
    if sweep is not PLAIN:
        special.add(sweep)
    try:
        yield
    finally:
        _current.reset(token)
        special.discard(sweep)


@contextmanager
def surrounding() -> Iterator[None]:
    """Within it, what the rule of a node in a transposed sweep calls is a part of the sweep around that one."""
    token = _current.set(current().around or PLAIN)
    try:
        yield
    finally:
        _current.reset(token)
