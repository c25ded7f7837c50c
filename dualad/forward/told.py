"""Texts of dual numbers, which are texts like others until somebody reads a number back from them."""

from __future__ import annotations

from typing import Any

from dualad.forward.levels import live, refuse


class Told(str):
    """A text of a number that a derivative is taken in, or a part of one: as a number it would be a constant."""

    __slots__ = ()

    def __str__(self) -> str:
        return self

    def __format__(self, spec: str) -> str:
        return Told(super().__format__(spec))

    def __float__(self) -> float:
        return float(self._unless_live())

    def __int__(self) -> int:
        return int(self._unless_live())

    def __complex__(self) -> complex:
        return complex(self._unless_live())

    def _unless_live(self) -> str:
        if live:
            raise refuse(
                "a number is read from a text of active values, through which no derivative passes; use the values "
                "themselves, or `np.round`"
            )
        return str.__str__(self)  # no `Told`, which would be asked again

    def __add__(self, other: Any) -> Any:
        return _told(super().__add__(other))

    def __radd__(self, other: Any) -> Any:
        return _told(other + str.__str__(self)) if isinstance(other, str) else NotImplemented

    def __getitem__(self, key: Any) -> Told:
        return Told(super().__getitem__(key))

    def strip(self, *args: Any) -> Told:
        return Told(super().strip(*args))

    def replace(self, *args: Any) -> Told:  # type: ignore[override]
        return Told(super().replace(*args))

    def split(self, *args: Any, **kwargs: Any) -> list[Any]:
        return [Told(part) for part in super().split(*args, **kwargs)]


def _told(text: Any) -> Any:
    return Told(text) if isinstance(text, str) else text
