"""Dual numbers as vectors of plain floats, for solvers that know nothing else: value and tangents beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dualad.errors import Unsupported
from dualad.forward.arrays import still
from dualad.forward.dual import Dual, root
from dualad.forward.levels import Level


def levels_of(x: Any, found: set[Level] | None = None) -> set[Level]:
    """All levels of a number."""
    found = set() if found is None else found
    if type(x) is Dual:
        found.add(x.level)
        levels_of(x.value, found)
        levels_of(x.tangent, found)
    return found


class Components:
    """The layout of vectors that are dual at given levels, as vectors of floats.

    Args:
        like: a plain vector of floats.
        levels: the levels.
    """

    def __init__(self, like: Any, levels: set[Level]) -> None:
        self.levels = sorted(levels, key=lambda level: level.number)
        leaves = self._leaves(like, len(self.levels))
        self.dtypes = [leaf.dtype for leaf in leaves]
        self.ends = np.cumsum([leaf.size * leaf.itemsize // 8 for leaf in leaves])

    def _leaves(self, x: Any, count: int) -> list[Any]:
        if not count:
            return [np.ascontiguousarray(x)]
        level = self.levels[count - 1]
        value, tangent = (x.value, x.tangent) if type(x) is Dual and x.level is level else (x, still(x, level))
        return self._leaves(value, count - 1) + self._leaves(tangent, count - 1)

    def flat(self, x: Any) -> Any:
        """The floats of a vector."""
        if not self.levels:
            return np.asarray(x, np.float64)
        parts = []
        for leaf in self._leaves(x, len(self.levels)):
            if leaf.dtype.kind == "V" and leaf.dtype[0].base == np.int64:
                raise Unsupported("sparsity patterns are not found through integrals; pass pattern=...")
            parts.append(leaf.view(np.float64) if leaf.dtype.kind == "V" else leaf.astype(np.float64, copy=False))
        return np.concatenate([np.ravel(p) for p in parts])

    def number(self, floats: Any) -> Any:
        """The vector of these floats."""
        if not self.levels:
            return floats
        parts = [np.ascontiguousarray(p).view(d) for p, d in zip(np.split(floats, self.ends[:-1]), self.dtypes)]
        return self._made(iter(parts), len(self.levels))

    def _made(self, parts: Iterator[Any], count: int) -> Any:
        if not count:
            return next(parts)
        value, tangent = self._made(parts, count - 1), self._made(parts, count - 1)
        return Dual(value, tangent, self.levels[count - 1])


def is_plain(x: Any) -> bool:
    """Whether a value is no dual number."""
    return root(x) is x
