"""The reverse of a division in both operands: what the numerator is given serves the denominator, too."""

from __future__ import annotations

import operator
from typing import Any

from dualad import registry
from dualad.reverse import build
from dualad.reverse.applied import Application
from dualad.reverse.bars import Code
from dualad.syntax.core import Var


def quotient_rules() -> Any:
    """The rules of division."""
    primitive = registry.lookup(operator.truediv)
    return primitive.rules if primitive is not None else None


def shared(applied: Application, out: Code) -> list[tuple[Var, Any, bool, bool, bool]]:
    """What `a / b` gives to both: `q = ct / b` to a and `-q * (a / b)` to b, which spares a division.

    Nothing where that does not serve. Else `q` is bound, and for each operand there is what it is given, whether nobody
    else holds that, whether it has the operand's shape, and whether it is a number. The first is b, since a takes `q`.
    """
    work, primitive = applied.work, applied.primitive
    operands = [(name, atom) for name, atom in applied.named.items() if isinstance(atom, Var) and work.active(atom)]
    if primitive.rules is not quotient_rules() or work.strong or primitive.checked:
        return []
    if len(operands) != 2 or len(applied.named) != 2 or operands[0][1].name == operands[1][1].name:
        return []
    if not all(kind.is_number or kind.tag == "array" for kind in (work.kind(atom) for _, atom in operands)):
        return []
    (top, numerator), (bottom, denominator) = operands
    applied.note_singular(denominator)  # whose contribution shows what is not finite in that of the numerator
    rule = primitive.rules[0]
    share = build.name(work.bars.names.fresh("share"))
    if applied.result.is_number:
        work.numbers.add(share.id)
    partial = applied.in_floats(applied.inline(rule), applied.read_by(rule))
    full = applied.full or applied.reads_whole(rule, partial)
    out.append(build.assign(share.id, build.mul(applied.ct, partial)))
    given = applied.fitted(build.neg(build.mul(share, applied.result_operand())), bottom, denominator, True)
    found: list[tuple[Var, Any, bool, bool, bool]] = [(denominator, *given, False)]
    applied.gives_number = applied.number and not full and applied.reads_numbers(rule)
    mine = build.name(share.id)
    value, owned, whole = applied.fitted(mine, top, numerator, full)
    found.append((numerator, value, owned or (value is mine and whole), whole, applied.gives_number))
    return found
