"""What a `match` with patterns of sequences is about, in lifted code.

Python's own code goes by a flag of the subject's type, and takes the items by itself. A dual number has one type,
whatever its value is, and items of an array that is stored into are to be read with their tangents. So a `Matched`
holds the subject, and gives what patterns ask of it as attributes: `cases.py` has the patterns.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from dualad import patterns
from dualad.forward.attributes import attribute
from dualad.forward.dual import Dual, root
from dualad.forward.iteration import iterate
from dualad.forward.levels import refuse, storing
from dualad.forward.lift import HELPERS
from dualad.forward.lifted import getitem
from dualad.forward.memory import shadowed


class Matched:
    """A subject of patterns: `it`."""

    __slots__ = ("it",)

    def __init__(self, it: Any) -> None:
        self.it = it

    @property
    def whole(self) -> Matched:
        return self

    @property
    def apart(self) -> Any:
        """The subject of a pattern inside which Python takes sequences apart by itself."""
        if _holds_arrays(self.it):
            raise refuse(
                "a `match` that takes arrays apart by positional parts of a class, or by keys that have names; name "
                "the array in the pattern, and take it apart in the case"
            )
        return self.it

    def __getattr__(self, name: str) -> Any:
        """`parts_2_` (two items), `parts_2_1` (two, a list of those between, the last one), `key_'k'` or `of_x`.

        What a pattern asks for and is not there is no attribute: then it does not match.
        """
        kind, _, asked = name.partition("_")
        if kind == "parts":
            parts = _parts(self.it, *asked.split("_"))
            if parts is None:
                raise AttributeError(name)
            return parts
        return Matched(getitem(self.it, ast.literal_eval(asked)) if kind == "key" else attribute(self.it, asked))


def _parts(it: Any, before: str, after: str) -> list[Any] | None:
    """The items of a sequence, `before` and `after` those that a starred part takes (without one, after is "").

    None where it is no sequence, or has not so many.
    """
    if not patterns.is_sequence(root(it) if type(it) is Dual else it):
        return None
    first, last, size = int(before), int(after or 0), len(it)
    if size != first if after == "" else size < first + last:
        return None
    items = list(iterate(it))
    parts = [*map(Matched, items[:first])]
    return parts if after == "" else [*parts, items[first : size - last], *map(Matched, items[size - last :])]


def _holds_arrays(x: Any) -> bool:
    """Whether there is an array with a tangent in it, which is a sequence for patterns."""
    if type(x) is Dual:
        return patterns.is_sequence(root(x))
    if isinstance(x, np.ndarray):
        return patterns.is_sequence(x) and bool(storing) and shadowed(x)
    items = (
        x.values() if isinstance(x, dict) else x if isinstance(x, list | tuple) else getattr(x, "__dict__", {}).values()
    )
    return any(map(_holds_arrays, items))


HELPERS["Matched"] = Matched
