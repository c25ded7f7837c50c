"""A call of a primitive, as the functions that find the kind of its result see it."""

from __future__ import annotations

from typing import Any

from dualad.analysis.kinds import Kind
from dualad.registry import Primitive
from dualad.syntax.core import Atom, Const


class Call:
    """A call of a primitive as the result functions see it: kinds in order, and atoms and kinds by parameter name."""

    def __init__(self, primitive: Primitive, args: list[Kind], named: dict[str, tuple[Atom, Kind]]) -> None:
        self.fn = primitive.fn
        self.args = args
        self.named = named

    def literal(self, name: str, default: Any = None) -> Any:
        """The literal passed for a parameter, `default` where none was passed, `...` where it is not a literal."""
        if name not in self.named:
            return default
        atom = self.named[name][0]
        return atom.value if isinstance(atom, Const) else ...
