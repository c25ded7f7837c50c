"""What a stated rule is run on: values and tangents at a level, or at a level of power series those of one order less.

Of `y = f(x)` along a series the derivative is `y' = rule(x, x')`, so that the coefficient k + 1 of y is that of h^k in
what the rule gives on series, divided by k + 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dualad import forms, forward, tree
from dualad.control import leaves
from dualad.forward.levels import Level, new_level, require_plain
from dualad.forward.series import Series, cut, from_jet, jets_of, rate


class Moving:
    """Trees of dual numbers of a level taken apart: values, tangents, and both put together again."""

    def __init__(self, level: Level) -> None:
        self.level = level

    def value(self, x: Any) -> Any:
        """The values."""
        return leaves.value(x, self.level)

    def tangent(self, x: Any) -> Any:
        """The tangent of these."""
        return leaves.tangent(x, self.level)

    def joined(self, y: Any, dy: Any, where: str) -> Any:
        """A result from its value and its tangent."""
        return leaves.joined(y, dy, self.level, where)


class Developed(Moving):
    """The same of power series; the values and tangents are series themselves, at a level within."""

    def __init__(self, level: Level, inner: Level) -> None:
        super().__init__(level)
        self.inner = inner
        self.order = level.space.count  # type: ignore[union-attr]

    def value(self, x: Any) -> Any:
        return tree.map(lambda leaf: self._cut(forward.load(leaf)), x)

    def tangent(self, x: Any) -> Any:
        def one(leaf: Any) -> Any:
            leaf = forward.load(leaf)
            if not leaves.is_of(leaf, self.level):
                return forms.finish_leaf(0.0, forms.leaf_of(leaf), False)
            return rate((leaf.value, leaf.tangent), self.order, self.inner)

        return tree.map(one, x)

    def joined(self, y: Any, dy: Any, where: str) -> Any:
        if leaves.moves((y, dy), self.level):  # by what the function has captured
            require_plain(self.level)
        first = leaves.value(y, self.inner)
        checked = forms.Form(first).tangent(leaves.value(dy, self.inner), where)
        values, treedef = tree.flatten(first)
        moving = zip(values, tree.flatten_like(treedef, dy, where), tree.flatten_like(treedef, checked, where))
        return tree.unflatten(treedef, [x if c is None else self._summed(x, t) for x, t, c in moving])

    def _cut(self, leaf: Any) -> Any:
        return cut(leaf.value, leaf.tangent, self.order, self.inner) if leaves.is_of(leaf, self.level) else leaf

    def _summed(self, value: Any, rates: Any) -> Any:
        """The number whose derivative has the coefficients of `rates`."""
        found = jets_of(forward.load(rates), self.inner)
        coefficients = [value, *[found[k] / (k + 1) for k in range(len(found))]]
        return forward.attach(value, from_jet(coefficients, value, self.order), self.level)


@contextmanager
def at(level: Level) -> Iterator[Moving]:
    """Within it a rule of the user's is run on what moves at a level."""
    if not isinstance(level.space, Series):
        require_plain(level)
        yield Moving(level)
        return
    with new_level(Series(level.space.count - 1) if level.space.count > 1 else None) as inner:
        yield Developed(level, inner)
