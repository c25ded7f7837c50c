"""Cotangents that no rule gives.

Of what a call takes by `*`, by `**` or from a partial it may not be known which items are constants. So a rule that is
missing is refused when its cotangent is asked for, not when the call is made: nobody asks for that of a constant.
"""

from __future__ import annotations

from typing import Any, NoReturn

from dualad.errors import Unsupported


class Missing:
    """The cotangent of an argument that has no rule: it may be moved and joined with others, and nothing else."""

    __slots__ = ("_why",)

    def __init__(self, why: str) -> None:
        self._why = why

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unsupported(self._why)

    def __add__(self, other: Any) -> Missing:
        return self

    __radd__ = __add__
    __array_ufunc__ = __array_function__ = __array__ = __float__ = __complex__ = __bool__ = __iter__ = __len__ = _refuse
    __getattr__ = __getitem__ = __eq__ = __neg__ = __mul__ = __rmul__ = __sub__ = __rsub__ = __truediv__ = _refuse
    __hash__ = None  # type: ignore[assignment]
