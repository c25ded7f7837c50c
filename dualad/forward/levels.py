"""Levels: which derivative a dual number belongs to.

Each forward derivative that is being taken has a level of its own, made when it begins and finished when it ends; a
level that began later is higher. What a level knows is reached from the level itself and not from the thread, so that
functions may start threads of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from dualad.errors import Unsupported
from dualad.shadow import Shadows

_numbers = itertools.count(1)

_HIGHEST = 1 << 62
_ceiling: ContextVar[int] = ContextVar("ceiling", default=_HIGHEST)


def ceiling() -> int:
    """The number that levels lie under which may be looked at here (see `under`)."""
    return _ceiling.get()


class under:
    """In this `with` statement values below a level are computed: arrays have no tangents of it or of higher ones."""

    __slots__ = ("number", "token")

    def __init__(self, level: Level) -> None:
        self.number = level.number

    def __enter__(self) -> None:
        self.token = _ceiling.set(self.number)

    def __exit__(self, *exc: object) -> None:
        _ceiling.reset(self.token)


class Level:
    """One forward derivative that is being taken.

    Attributes:
        number: levels with higher numbers began later; they lie outside in a nested dual number.
        live: whether it still runs. A dual number of a finished level reads as its value.
        shadows: tangents of the plain arrays that dual numbers of this level were stored into.
        refusal: the first refusal while the level ran; raised at its end if somebody swallowed it.
        memo: results of cached functions (`functools.lru_cache`), which must not outlive the level.
        checks: what is to be asked at its end, if it ends well.
        space: what tangents of this level are (see `spaces`); None where they are plain tangents.
        quick: whether it is live and has plain tangents, so that arithmetic on floats may go the short way.
        kernels: the short way of arithmetic on floats that have power series (see `scalars`), while it is live.
    """

    __slots__ = ("checks", "kernels", "live", "memo", "number", "quick", "refusal", "shadows", "space")

    def __init__(self, space: Any = None) -> None:
        self.number = next(_numbers)
        self.live = True
        self.space = space
        self.quick = space is None
        self.kernels = None if space is None else space.kernels
        self.shadows = Shadows()
        self.checks: list[Callable[[], None]] = []
        self.refusal: Unsupported | None = None
        self.memo: dict[object, object] = {}

    def __repr__(self) -> str:
        return f"<level {self.number}{'' if self.live else ', finished'}>"


live: set[Level] = set()
"""All levels that run, of all threads."""

_running: ContextVar[tuple[Level, ...]] = ContextVar("running", default=())


def running() -> tuple[Level, ...]:
    """The levels that this thread or task runs in, the highest last."""
    return _running.get()


storing: set[Level] = set()
"""Those of them that have shadows. Empty most of the time: whoever reads a plain array asks this first."""


class OneAtATime(BaseException):
    """A rule of the user's met a level whose tangents are several: whoever began the level pushes one after the other.

    No `Exception`, so that no handler of the user's takes it.
    """

    def __init__(self, level: Level | None = None) -> None:
        super().__init__()
        self.level = level


def require_plain(level: Level) -> None:
    """Raise `OneAtATime` if the tangents of a level are not plain ones."""
    if level.space is not None:
        raise OneAtATime(level)


class new_level:
    """A fresh level, live within the `with` statement."""

    __slots__ = ("level", "token")

    def __init__(self, space: Any = None) -> None:
        self.level = Level(space)

    def __enter__(self) -> Level:
        level = self.level
        live.add(level)
        self.token = _running.set((*_running.get(), level))
        return level

    def __exit__(self, *exc: object) -> None:
        level = self.level
        _running.reset(self.token)
        level.live = level.quick = False
        level.kernels = None
        live.discard(level)
        storing.discard(level)
        if len(level.shadows):
            level.shadows = Shadows()
        level.memo.clear()
        if exc[0] is None:
            for check in level.checks:
                check()


def refuse(message: str) -> Unsupported:
    """An `Unsupported` error, remembered by the levels it is raised in so that a wide `except` cannot hide it.

    Code that catches it and goes on with something else would give the derivative of something else.
    """
    error = Unsupported(message)
    for level in running():
        if level.refusal is None:
            level.refusal = error
    return error
