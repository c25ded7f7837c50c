"""Texts of dual numbers, which are texts like others until somebody reads a number back from them."""

from __future__ import annotations

from dualad.forward.levels import live, refuse


class Told(str):
    """A text of a number that a derivative is taken in; what is cut from it, or made of it, is a plain one."""

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
