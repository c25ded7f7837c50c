"""Attributes that may be missing, where a class computes them: that runs once, and must change nothing if it fails."""

from __future__ import annotations

from typing import Any

from dualad.records import replace
from dualad.reverse.cells import Memory
from dualad.reverse.half_way import checked
from dualad.reverse.operands import Operation, Positions

__dualad_lift__ = True  # dual numbers run through all of this


def if_there(read: Any, site: Operation, fn: Any, args: tuple[Any, ...], positions: Positions) -> Any:
    """`getattr` with a default value, or `hasattr`; `read` gives an attribute and its pullback."""
    site = replace(site, op="attr", name=args[1], active=(0,), shared=checked(site.shared))
    try:
        value, pull = read(site, args[0])
    except AttributeError:
        if fn is hasattr:
            return False, lambda ct, memory: (0.0,) * len(positions)
        return args[2], lambda ct, memory: tuple([ct if p == 2 else 0.0 for p in positions])
    if fn is hasattr:
        value = True

    def pulled(ct: Any, memory: Memory) -> tuple[Any, ...]:
        residue = pull(0.0 if fn is hasattr else ct, memory)[0]
        return tuple([residue if p == 0 else 0.0 for p in positions])

    return value, pulled
