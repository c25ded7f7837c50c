"""Which cotangents show that one of a singular partial was not finite, so that others need not be looked at.

What is not finite stays so where it is multiplied, added or summed. So the cotangent of a logarithm's operand, say,
shows in the cotangents of what that operand is computed from, as far as only such steps lie between. Of the gradients
those are looked at in which all singular partials show; or the cotangent of a number alone, where there is one.
"""

from __future__ import annotations

import ast
import operator
from functools import lru_cache
from typing import Any

import numpy as np

from dualad import registry
from dualad.analysis.kinds import Kind
from dualad.reverse import build
from dualad.reverse.bars import Code
from dualad.reverse.contributions import without_new_axes
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Stmt, Var

PRODUCTS = (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg)
"""Operators that give each operand the cotangent times a partial, for each element: never 0 where that is infinite."""

FUNCTIONS = (np.exp, np.log, np.log1p, np.expm1, np.sqrt, np.tanh, np.sin, np.cos, np.square)
SUMS = (np.sum, np.mean)
MOVES = (np.transpose, np.reshape, np.ravel, np.swapaxes, np.expand_dims, np.squeeze)
"""Functions whose results hold all that they are given, somewhere."""


@lru_cache(maxsize=1)
def _rules() -> tuple[list[Any], list[Any], list[Any]]:
    """Rules of what multiplies the cotangent by elements, of what sums, and of what moves: methods have them too."""

    def of(functions: tuple[Any, ...]) -> list[Any]:
        return [p.rules for p in map(registry.lookup, functions) if p is not None]

    return of(PRODUCTS + FUNCTIONS), of(SUMS), of(MOVES)


def is_real(kind: Kind) -> bool:
    """Whether it is known to be a float or an array of such."""
    return kind.tag == "float" or (kind.dtype is not None and kind.dtype.kind == "f")


class Witnesses:
    """What shows in cotangents, followed along the statements at the top of a function, from the last to the first.

    Attributes:
        shown: of variables, which of `Work.sources` show in their cotangents.
        seen: how many of these were met so far.
        numbers: cotangents of numbers once they are whole: the last statement before, whose they are, what shows.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.shown: dict[str, frozenset[int]] = {}
        self.seen = 0
        self.numbers: list[tuple[ast.stmt, str, frozenset[int]]] = []

    def meet(self, stmt: Stmt, out: Code) -> None:
        """Before the reverse of a statement, which takes its target's cotangent."""
        if isinstance(stmt, Bind) and self.shown.get(stmt.target) and stmt.target in self.work.bars.state:
            kind = self.work.target_kind(stmt, stmt.target)
            if kind.is_number and is_real(kind) and out:
                self.numbers.append((out[-1], stmt.target, self.shown[stmt.target]))

    def pass_by(self, stmt: Stmt) -> None:
        """After the reverse of a statement, which has added to its operands' cotangents."""
        work = self.work
        sources, self.seen = range(self.seen, len(work.sources)), len(work.sources)
        if not isinstance(stmt, Bind) or not self.is_pure(stmt):
            for inner in core.walk([stmt]):
                for name in (*core.targets(inner), *(a.name for a in core.operands(inner) if isinstance(a, Var))):
                    self.shown.pop(name, None)
            return
        shown = self.shown.pop(stmt.target, frozenset())
        if not self.keeps(stmt):
            shown = frozenset()
        reached = {a.name for a in stmt.args if isinstance(a, Var) and work.active(a) and is_real(work.kind(a))}
        for name in reached:
            found = shown | {i for i in sources if work.sources[i] == name}
            if found:
                self.shown[name] = self.shown.get(name, frozenset()) | found

    def is_pure(self, stmt: Bind) -> bool:
        """Whether a statement is known to change nothing."""
        if stmt.op in ("copy", "global", "cell", "tuple", "slice"):
            return True
        callee = self.work.facts.kinds.callee.get(stmt)
        known = stmt.op in ("prim", "call", "method", "attr") and callee is not None and callee.primitive is not None
        return known and not callee.primitive.writes and not any(n == "out" for n, _ in stmt.kwargs)  # type: ignore[union-attr]

    def keeps(self, stmt: Bind) -> bool:
        """Whether an operand's cotangent is not finite wherever that of the result is not."""
        work = self.work
        if stmt.op == "copy":
            return True
        callee = work.facts.kinds.callee.get(stmt)
        primitive = callee.primitive if callee is not None else None
        if primitive is None or primitive.checked or stmt.stars or not is_real(work.target_kind(stmt, stmt.target)):
            return False
        by_element, sums, moves = _rules()
        if stmt.fn is operator.getitem and stmt.op == "prim":
            return without_new_axes(stmt.args[1], work.kind(stmt.args[0])) is not None
        if any(primitive.rules is rules for rules in moves):
            return True
        if any(primitive.rules is rules for rules in sums):
            return {name for name, _ in stmt.kwargs} <= {"axis", "keepdims"} and len(stmt.args) <= 2
        zero = any(self.is_zero(a) for a in stmt.args)  # times which all is dropped
        return any(primitive.rules is rules for rules in by_element) and not stmt.kwargs and not zero

    def is_zero(self, atom: Atom) -> bool:
        """Whether an operand is a literal zero, or a variable that is bound to one."""
        if isinstance(atom, Var):
            made = self.work.facts.versions.read[atom].stmt
            value = made.args[0] if isinstance(made, Bind) and made.op == "copy" else atom
            return isinstance(value, Const) and self.is_zero(value)
        return isinstance(atom.value, int | float | complex) and atom.value == 0

    def settle(self, wanted: tuple[str, ...], code: Code) -> tuple[int, ...] | None:
        """Positions of gradients in which all is shown; None where something does not show for sure.

        Where all shows in a number's cotangent, the sweep looks at it by itself, unless a gradient is a number.
        """
        work = self.work
        if work.pulls or work.memory_name or work.facts.in_memory:
            return None
        found = self.gradients(wanted)
        if found is not None and len(found) == 1 and self.is_number(wanted[found[0]]):
            return found
        everything = frozenset(range(len(work.sources)))
        for before, name, shown in self.numbers:
            if shown == everything and before in code:
                look = ast.Expr(work.help("finite", build.name(work.bars.bar(name))))
                code.insert(code.index(before) + 1, look)
                return ()
        return found

    def is_number(self, name: str) -> bool:
        """Whether a parameter is one."""
        versions = self.work.facts.versions.all
        found = [self.work.facts.kinds.version.get(v) for v in versions if v.origin == "parameter" and v.name == name]
        return all(kind is not None and kind.is_number for kind in found)

    def gradients(self, wanted: tuple[str, ...]) -> tuple[int, ...] | None:
        """The fewest gradients that show all."""
        left = set(range(len(self.work.sources)))
        chosen = []
        while left:
            best = max(range(len(wanted)), key=lambda k: (len(left & self.shown.get(wanted[k], frozenset())), -k))
            found = left & self.shown.get(wanted[best], frozenset())
            if not found:
                return None
            left -= found
            chosen.append(best)
        return tuple(chosen)
