"""Numbers that are read back from texts or bytes of active values, through which no derivative passes: refused.

`float(f"{x}")` would be a constant. Texts that are shown, stored or looked up are as they are.
"""

from __future__ import annotations

import ast
import json
import operator
import struct
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from dualad.analysis.versions import Version
from dualad.equivalents import mapped
from dualad.reverse.work import Facts
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Stmt, Var
from dualad.syntax.refusal import Place

WRITING = (str, repr, format, ascii, bin, hex, oct, np.array2string, np.array_str, np.array_repr, json.dumps)
WRITING_METHODS = frozenset({"tobytes", "hex", "__str__", "__repr__", "__format__"})
READING = (
    float, int, complex, np.float64, np.float32, np.complex128, np.array, np.asarray,
    np.fromstring, np.frombuffer, Decimal, Fraction, ast.literal_eval, json.loads, struct.unpack, float.fromhex,
)  # fmt: skip
LOOKING_UP = frozenset({"get", "pop", "setdefault", "index", "count", "startswith", "endswith", "find"})
"""Methods that give something else than a part of their object, or of what they are given."""
RATIO = "`.as_integer_ratio` of an active number, through which no derivative passes"
NUMBERS = frozenset({"int", "float", "complex", "bool", "array", "npscalar", "none"})


def refusals(facts: Facts) -> list[Place]:
    """Every place where numbers are read from what active values were written to."""
    statements = list(core.walk(facts.function.body))
    work = _Texts(facts)
    ratios = [s for s in statements if isinstance(s, Bind) and s.op == "method" and s.fn == "as_integer_ratio"]
    found = [Place(_where(s), RATIO, "use the value itself") for s in ratios if work.is_varied(s.args[0])]
    for stmt in statements:
        if isinstance(stmt, Bind) and work.writes(stmt):
            work.told.add(facts.versions.defined[stmt, stmt.target])
    if not work.told:
        return found
    work.fixed_point(statements)
    read = [s for s in statements if isinstance(s, Bind) and work.reads_back(s)]
    what = "a number that is read from a text of active values, through which no derivative passes"
    return found + [Place(_where(s), what, "use the values themselves, or `np.round`") for s in read]


def _where(stmt: Stmt) -> Any:
    node = getattr(stmt, "node", None)
    return node if hasattr(node, "lineno") else stmt.line


class _Texts:
    """Which versions hold texts of active values, or parts of such, or containers of them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.told: set[Version] = set()
        self.classes: set[str] = set()  # of memory: lists and dicts that such were put into

    def writes(self, stmt: Bind) -> bool:
        """Whether it makes a text of what is active."""
        callee = self.facts.kinds.callee.get(stmt)
        if stmt.op == "format":
            return any(map(self.is_varied, stmt.args))
        if stmt.op == "method" and stmt.fn in WRITING_METHODS:
            return self.is_varied(stmt.args[0])
        if (stmt.op == "method" and stmt.fn == "format") or (stmt.op == "prim" and stmt.fn is operator.mod):
            text = self.facts.kinds.of(stmt.args[0]).tag == "str"
            return text and any(map(self.is_varied, core.operands(stmt)))
        if stmt.op not in ("call", "prim", "method") or callee is None or not _is_one_of(callee, WRITING):
            return False
        return any(map(self.is_varied, callee.args))

    def is_varied(self, atom: Atom) -> bool:
        facts = self.facts
        return (
            isinstance(atom, Var)
            and facts.versions.read[atom] in facts.activity.varied
            and not facts.kinds.of(atom).inactive
        )

    def is_told(self, atom: Any) -> bool:
        if not isinstance(atom, Var):
            return False
        version = self.facts.versions.read[atom]
        return version in self.told or (bool(self.classes) and self.facts.memory.find(version.name) in self.classes)

    def fixed_point(self, statements: list[Stmt]) -> None:
        size = -1
        while size != len(self.told) + len(self.classes):
            size = len(self.told) + len(self.classes)
            for version in self.facts.versions.all:
                if not self.told.isdisjoint(version.inputs):
                    self.told.add(version)
            for stmt in statements:
                self.flow(stmt)

    def flow(self, stmt: Stmt) -> None:
        defined = self.facts.versions.defined
        match stmt:
            case Bind() if self.passes_on(stmt):
                self.told.add(defined[stmt, stmt.target])
            case Bind(op="method", fn="append" | "extend" | "insert" | "add", args=[Var() as base, *given]):
                if any(map(self.is_told, given)):
                    self.classes.add(self.facts.memory.find(base.name))
            case core.Store() | core.StoreAttr() | core.Append():
                if self.is_told(stmt.value):
                    self.classes.add(self.facts.memory.find(stmt.base.name))
            case core.Unpack(value=read) | core.For(iter=read):
                if self.is_told(read):
                    self.told |= {defined[stmt, name] for name in core.targets(stmt)}

    def passes_on(self, stmt: Bind) -> bool:
        """Whether what it gives may be a part of what it reads, or hold that."""
        if stmt.op == "function" or self.facts.kinds.target(stmt, stmt.target).tag in NUMBERS:
            return False
        callee = self.facts.kinds.callee.get(stmt)
        if stmt.op == "call" and (
            callee is None or (callee.primitive is None and not _is_one_of(callee, (map, filter)))
        ):
            return False  # what functions of the user's give is theirs
        if stmt.op == "method":
            rest = stmt.args[1:] if stmt.fn in ("join", "replace", "format") else []
            return stmt.fn not in LOOKING_UP and any(map(self.is_told, [stmt.args[0], *rest]))
        if stmt.op == "prim" and stmt.fn is operator.getitem:
            return self.is_told(stmt.args[0])
        return any(map(self.is_told, core.operands(stmt)))

    def reads_back(self, stmt: Bind) -> bool:
        """Whether it makes numbers of such texts, or has them made."""
        callee = self.facts.kinds.callee.get(stmt)
        if callee is None or stmt.op not in ("call", "prim", "method"):
            return False
        operands = core.operands(stmt)
        if _is_one_of(callee, (map, mapped)):
            functions = [self.facts.kinds.of(a).value for a in operands]
            if not any(fn is known for fn in functions for known in READING):
                return False
        elif not _is_one_of(callee, READING):
            return False
        return any(map(self.is_told, operands))


def _is_one_of(callee: Any, known: tuple[Any, ...]) -> bool:
    fn = callee.value if callee.primitive is None else callee.primitive.fn
    return any(fn is other for other in known)
