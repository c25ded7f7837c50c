"""Names that meet none of the user's: always the same ones for the same function."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Iterator

import gast

_RESERVED = frozenset((*dir(builtins), *keyword.kwlist, *keyword.softkwlist))
_NOT_IN_NAMES = re.compile(r"\W+", re.ASCII)


class Names:
    """Gives out names that are free in a function.

    Attributes:
        taken: names that are never given out: the function's own, those it was told of, those given out before.
    """

    __slots__ = ("taken",)

    def __init__(self, tree: ast.AST, *others: Iterable[str]) -> None:
        """Avoid the identifiers of `tree` and, of each of `others`, all names (a namespace gives its keys)."""
        self.taken: set[str] = set(identifiers(tree)).union(*others)

    def fresh(self, base: str) -> str:
        """`base`, or `base_1`, `base_2`..., whichever is free first; it is taken from then on."""
        base = unicodedata.normalize("NFKC", base)  # as Python reads identifiers
        if not base.isidentifier():
            base = _NOT_IN_NAMES.sub("_", base).strip("_") or "value"
        if base[0].isdigit():
            base = f"_{base}"
        name, count = base, 0
        while name in self.taken or name in _RESERVED:
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name)
        return name

    def reserve(self, *names: str) -> None:
        """Never give out these."""
        self.taken.update(names)

    def is_free(self, name: str) -> bool:
        """Whether nobody has the name."""
        return name not in self.taken and name not in _RESERVED


def identifiers(tree: ast.AST) -> Iterator[str]:
    """Every identifier of a tree that names a variable in some scope: bound, read, or declared."""
    for node in ast.walk(tree):
        match node:
            case gast.Name():
                yield node.id
            case gast.FunctionDef() | gast.AsyncFunctionDef() | gast.ClassDef():
                yield node.name
            case gast.Global() | gast.Nonlocal():
                yield from node.names
            case gast.alias():
                yield node.asname or node.name.partition(".")[0]
            case gast.MatchMapping() if node.rest:
                yield node.rest
            case gast.MatchAs() | gast.MatchStar() | gast.TypeVar() | gast.ParamSpec() | gast.TypeVarTuple() if (
                node.name
            ):
                yield node.name if isinstance(node.name, str) else node.name.id
