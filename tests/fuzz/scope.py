"""Names of a program that is being generated, with their types."""

from __future__ import annotations

import dataclasses
import itertools


@dataclasses.dataclass(frozen=True)
class Type:
    """The type of a name.

    Attributes:
        kind: "F" number, "V" vector, "M" matrix, "Z" array without axes, "I" integer, "B" flag, "L" list of numbers,
            "A" list of vectors, "D" dict of numbers, "O" object, "T" tuple of a number and a vector, "C" closure of one
            number, "S" closure that stores, "G" closure that changes a captured number, "J" vector of integers, "K" of
            truth values, "H" of single precision, "W" of complex numbers, "U" complex number, "N" `Pair`, "P" `State`.
        shape: of arrays and of those that objects hold; of lists the least length.
        bound: of integers: they are from 0 to bound - 1.
    """

    kind: str
    shape: tuple[int, ...] = ()
    bound: int = 0


FLOAT = Type("F")


def vector(n: int) -> Type:
    return Type("V", (n,))


def matrix(m: int, n: int) -> Type:
    return Type("M", (m, n))


class Scope:
    """The names that are bound for certain at a place, and which arrays may share storage."""

    def __init__(self) -> None:
        self.types: dict[str, Type] = {}
        self.groups: dict[str, int] = {}
        self.pinned: set[str] = set()
        self.fresh = itertools.count()
        self.group = itertools.count()

    def copy(self) -> Scope:
        new = Scope.__new__(Scope)
        new.types, new.groups = dict(self.types), dict(self.groups)
        new.pinned, new.fresh, new.group = self.pinned, self.fresh, self.group
        return new

    def names(self, kind: str, shape: tuple[int, ...] | None = None) -> list[str]:
        """Names of a kind, the latest first."""
        return [n for n, t in reversed(self.types.items()) if t.kind == kind and (shape is None or t.shape == shape)]

    def new(self, prefix: str) -> str:
        return f"{prefix}{next(self.fresh)}"

    def bind(self, name: str, type_: Type, alias_of: str | None = None) -> None:
        """A name is bound: to storage of its own, or to that of another name."""
        self.types.pop(name, None)
        self.types[name] = type_
        if alias_of is not None and alias_of in self.groups:
            self.groups[name] = self.groups[alias_of]
        elif type_.kind in "VMZATOJKHWNP":
            self.groups[name] = next(self.group)

    def shares(self, name: str) -> bool:
        """Whether another name may share this one's storage."""
        mine = self.groups.get(name)
        return mine is not None and sum(g == mine for g in self.groups.values()) > 1
