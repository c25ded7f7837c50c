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

    __slots__ = ("_counts", "taken")

    def __init__(self, tree: ast.AST | None, *others: Iterable[str]) -> None:
        """Avoid the identifiers of `tree` and, of each of `others`, all names (a namespace gives its keys)."""
        self.taken: set[str] = set(() if tree is None else identifiers(tree)).union(*others)
        self._counts: dict[str, int] = {}  # by base: up to which number its names are taken

    def fresh(self, base: str) -> str:
        """`base`, or `base_1`, `base_2`..., whichever is free first; it is taken from then on."""
        if not base.isascii():
            base = unicodedata.normalize("NFKC", base)  # as Python reads identifiers
        if not base.isidentifier():
            base = _NOT_IN_NAMES.sub("_", base).strip("_") or "value"
        if base[0].isdigit():
            base = f"_{base}"
        count = self._counts.get(base, 0)
        name = f"{base}_{count}" if count else base
        while name in self.taken or name in _RESERVED:
            count += 1
            name = f"{base}_{count}"
        self._counts[base] = count
        self.taken.add(name)
        return name

    def reserve(self, *names: str) -> None:
        """Never give out these."""
        self.taken.update(names)

    def is_free(self, name: str) -> bool:
        """Whether it is a name and nobody has it."""
        return name not in self.taken and name not in _RESERVED and name.isidentifier()


def walk(tree: ast.AST) -> list[ast.AST]:
    """All nodes of a tree but the contexts of names, outer ones first (several times faster than `ast.walk`)."""
    found = [tree]
    for node in found:  # grows as it goes
        found += children(node)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes that a node holds, but for the context of a name."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        cls = type(value)
        if cls is list:
            found += [v for v in value if isinstance(v, ast.AST)]
        elif cls not in _NO_NODES and isinstance(value, ast.AST):
            found.append(value)
    return found


_NO_NODES = {gast.Load, gast.Store, gast.Del, gast.Param, int, str, float, type(None)}


def identifiers(tree: ast.AST) -> Iterator[str]:
    """Every identifier of a tree that names a variable in some scope: bound, read, or declared."""
    return identifiers_of(walk(tree))


def identifiers_of(nodes: list[ast.AST]) -> Iterator[str]:
    """The identifiers among all nodes of a tree."""
    for node in nodes:
        cls = type(node)
        if cls is gast.Name:
            yield node.id  # type: ignore[attr-defined]
        elif cls in _NAMING:
            yield from _named(node)


_NAMING = frozenset(
    getattr(gast, name)
    for name in (
        "FunctionDef", "AsyncFunctionDef", "ClassDef", "Global", "Nonlocal", "alias", "MatchMapping", "MatchAs",
        "MatchStar", "TypeVar", "ParamSpec", "TypeVarTuple",
    )
)  # fmt: skip


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case gast.FunctionDef() | gast.AsyncFunctionDef() | gast.ClassDef():
            yield node.name
        case gast.Global() | gast.Nonlocal():
            yield from node.names
        case gast.alias():
            yield node.asname or node.name.partition(".")[0]
        case gast.MatchMapping() if node.rest:
            yield node.rest
        case gast.MatchAs() | gast.MatchStar() | gast.TypeVar() | gast.ParamSpec() | gast.TypeVarTuple() if node.name:
            yield node.name if isinstance(node.name, str) else node.name.id


def may_tell(target: gast.AST, name: str) -> bool:
    """Whether a store into a target may come out otherwise if a name is bound before it: it reads it, or calls."""
    return any(type(n) is gast.Call or (type(n) is gast.Name and n.id == name) for n in gast.walk(target))
