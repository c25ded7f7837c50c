"""The reverse of `np.einsum` by literal letters of arrays whose axes are known: another `einsum` for each operand."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from dualad.analysis import kinds
from dualad.analysis.kinds import Kind
from dualad.analysis.versions import Block
from dualad.reverse import build
from dualad.reverse.bars import Slot
from dualad.reverse.fitting import fitting
from dualad.reverse.work import Work
from dualad.syntax.core import Atom, Bind, Const, Var

Terms = list[str]


def parted(
    work: Work, stmt: Bind, block: Block, named: dict[str, Any], ct: ast.expr, slot: Slot
) -> list[tuple[Var, ast.expr]]:
    """Each active operand and its contribution; nothing where it is not known how they look."""
    operands = named.get("operands")
    if named.keys() != {"subscripts", "operands"} or not isinstance(operands, tuple):
        return []
    found = _letters(named["subscripts"], [work.kind(a) for a in operands])
    if found is None or work.target_kind(stmt, stmt.target).tag != "array":
        return []
    terms, output = found
    active = [i for i, a in enumerate(operands) if work.active(a)]
    if any([not _is_plain(work, operands, terms, output, i) for i in active]):
        return []
    if not slot.full:
        ct = work.help("expand", ct, work.residuals.target(stmt, stmt.target, block))
    parts: list[tuple[Var, ast.expr]] = []
    for i in active:
        others = [j for j in range(len(operands)) if j != i]
        text = ",".join([output, *(terms[j] for j in others)]) + "->" + terms[i]
        values = [work.residuals.operand(operands[j], stmt, block) for j in others]
        fn = build.attribute(build.name(work.helper("np", np)), "einsum")
        parts.append((operands[i], build.call(fn, [build.const(text), build.copied(ct), *values])))
    return parts


def _letters(subscripts: Atom, given: list[Kind]) -> tuple[Terms, str] | None:
    """The letters of each operand and of the result; None where they are not literal, or there is more than letters."""
    if not isinstance(subscripts, Const) or type(subscripts.value) is not str:
        return None
    inputs, _, output = subscripts.value.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "->" not in subscripts.value or not inputs.replace(",", "").isalpha() or len(terms) != len(given):
        return None
    plain = all([k.tag == "array" and k.dtype is not None and k.dtype.kind == "f" for k in given])
    fit = plain and all([len(t) == len(k.dims) == len(set(t)) for t, k in zip(terms, given, strict=True)])
    return (terms, output) if fit else None


def _is_plain(work: Work, operands: tuple[Any, ...], terms: Terms, output: str, i: int) -> bool:
    """Whether an operand's cotangent is an `einsum` of its own shape: no axis is summed alone, or repeated."""
    kind = work.kind(operands[i])
    dims: dict[str, Any] = {}
    for j, term in enumerate(terms):
        if j != i:
            for letter, dim in zip(term, work.kind(operands[j]).dims, strict=True):
                dims[letter] = kinds.broadcast([(dims[letter],), (dim,)])[0] if letter in dims else dim
    for letter, dim in zip(terms[i], kind.dims, strict=True):
        if letter in output and letter not in dims:
            dims[letter] = dim
    if any([letter not in dims for letter in terms[i]]):
        return False
    return fitting(kind, kinds.array(kind.dtype, tuple([dims[letter] for letter in terms[i]]))) == "same"
