"""Trees with dual numbers among their leaves, as arguments of rules that users state."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad import tree
from dualad.forward.arrays import highest, loaded, split
from dualad.forward.dual import is_number, plain, root
from dualad.forward.levels import Level, require_plain
from dualad.forward.parameters import rule_at
from dualad.registry import Primitive


class Branches:
    """A tree that is taken apart.

    Attributes:
        leaves: its leaves, loaded.
        level: the highest level of the dual numbers among them.
    """

    __slots__ = ("_treedef", "leaves", "level")

    def __init__(self, a: Any) -> None:
        leaves, self._treedef = tree.flatten(a)
        self.leaves = loaded(leaves)
        self.level = highest(self.leaves)

    def split(self, level: Level) -> tuple[Any, Any]:
        """The tree without this level, and its tangent there, where what is no number has None; no tangent, None."""
        if self.level is not level:
            return tree.unflatten(self._treedef, self.leaves), None
        require_plain(level)
        pairs = [split(x, level) for x in self.leaves]
        moves = [t if is_number(root(x)) else None for x, t in pairs]
        return tree.unflatten(self._treedef, [x for x, _ in pairs]), tree.unflatten(self._treedef, moves)


def branches(primitive: Primitive, i: int, a: Any) -> Branches | None:
    """The branches of an argument that is no number or array, if it holds dual numbers and a rule takes it."""
    if primitive.form != "general" or rule_at(primitive.rules, i) is None or a is None or tree.is_leaf(a):
        return None
    found = Branches(a)
    return None if found.level is None or _makes_array(a) else found


def _makes_array(a: Any) -> bool:
    """Whether a list is one of numbers, or of lists of as many: rules see an array."""
    if type(a) is not list and type(a) is not tuple:
        return False
    try:
        return np.asarray(plain(a)).dtype.kind != "O"
    except ValueError:
        return False
