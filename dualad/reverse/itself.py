"""Calls of a function by itself that go straight to the function that is being emitted."""

from __future__ import annotations

from dualad.analysis import kinds
from dualad.analysis.kinds import Kind, is_settled
from dualad.records import record, replace
from dualad.reverse.emitted import Form
from dualad.reverse.programs import Program, wanted_of
from dualad.reverse.work import Work
from dualad.syntax import core
from dualad.syntax.core import Bind

COUNTING = (range, enumerate, zip, reversed)
"""Builtins without a rule that call nothing of the user's."""


def opened(kind: Kind, differentiated: bool) -> Kind:
    """Integers that are differentiated in are of an unknown kind: they keep their values, and have cotangents."""
    if not differentiated:
        return kind
    if kind.tag == "object" and kinds.holds_values(kind.value):
        return kinds.ANY  # what it has captured, or has as defaults, may be active
    if kind.tag == "int" or (kind.tag == "npscalar" and kind.dtype.kind in "iu"):
        return kinds.SCALAR
    if kind.tag == "array" and kind.dtype.kind in "iu":
        return kinds.array(None, kind.dims)
    if kind.items:
        return Kind(kind.tag, items=tuple(opened(k, True) for k in kind.items), value=kind.value)
    return kind


def parameter_kinds(params: tuple[str, ...], given: tuple[Kind, ...], names: tuple[str, ...]) -> tuple[Kind, ...]:
    """The kinds of a callee's parameters for arguments whose kinds its caller knows."""
    return tuple([opened(kinds.renamed(k, n), n in names) for n, k in zip(params, given, strict=True)])


@record(frozen=True, slots=True)
class Itself:
    """What is being emitted: of which function, for parameters of which kinds, in which of them, in what form."""

    program: Program
    kinds: tuple[Kind, ...]
    names: tuple[str, ...]
    form: Form

    def is_called(self, stmt: Bind, work: Work, active: tuple[int, ...], form: Form) -> bool:
        """Whether a call by positions, in some active arguments, runs what is being emitted.

        Only where nothing else is called that has no rule: such a function could bind the name anew, or bring in dual
        numbers or rules of its own.
        """
        program, facts = self.program, work.facts
        if facts.kinds.callee[stmt].value is not program.fn or program.simple != len(stmt.args):
            return False
        given = tuple([work.kind(a) for a in stmt.args])
        names = tuple([w.param for w in wanted_of(program, active)])
        if names != self.names or form != replace(self.form, copies=False) or not all(is_settled(k) for k in given):
            return False
        return parameter_kinds(program.params, given, names) == self.kinds and self._calls_nothing_else(work)

    def _calls_nothing_else(self, work: Work) -> bool:
        facts = work.facts
        callees = facts.kinds.callee.values()
        known = all(c.primitive is not None or any(c.value is v for v in (self.program.fn, *COUNTING)) for c in callees)
        managers = any(isinstance(s, core.With) and not s.plain for s in core.walk(facts.function.body))
        return known and not managers and not facts.memory.unknown
