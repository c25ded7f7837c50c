"""Pullbacks that add to cotangents which they are given, made from pullbacks that give theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dualad.reverse.runtime import accumulated

__dualad_lift__ = True  # dual numbers run through all of this


def accumulating(site: Any, into: tuple[int, ...]) -> Callable[..., Any]:
    """The call with a pullback that adds to some of its cotangents what is already there."""
    if not into:
        return site

    def called(*operands: Any) -> Any:
        result, pull = site(*operands)

        def pulled(ct: Any, *bars: Any) -> tuple[Any, ...]:
            parts = list(pull(ct))
            for i, bar in zip(into, bars, strict=True):
                parts[i] = accumulated(bar, parts[i])
            return tuple(parts)

        return result, pulled

    return called
