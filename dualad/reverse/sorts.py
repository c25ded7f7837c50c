"""What sort of thing names only ever hold: lists that are made here, lists that are given, arrays, dataclasses.

A list that was made here is none that was given, so that stores into the one leave the other as it is.
"""

from __future__ import annotations

from dualad.analysis import calls
from dualad.analysis.kinds import ANY, Kind
from dualad.reverse.momentary import always_immutable
from dualad.reverse.work import Facts
from dualad.syntax.core import Bind, Var


def is_own_list(facts: Facts, name: str) -> bool:
    """Whether a name only ever holds lists of arrays that displays and comprehensions make here."""
    if any(p.name == name for p in facts.function.params) or name in facts.function.outer:
        return False
    made = facts.memory.defined_by.get(name, [])
    return all(isinstance(s, Bind) and s.op == "list" for s in made) and holds_arrays(facts, name, "list")


def is_given(facts: Facts, name: str) -> bool:
    """Whether a name only ever holds a list that the function was given, of arrays or of dataclasses of such, or an
    iterator over such lists.

    That is no list which is made here, and gives none.
    """
    if name in facts.function.outer:
        return False
    made = facts.memory.defined_by.get(name, [])
    if any(p.name == name for p in facts.function.params):
        return not made and all(_is_flat(k, ("list",)) for k in _kinds_of(facts, name))
    if name not in facts.function.temps or len(made) != 1 or not isinstance(made[0], Bind):
        return False
    callee = facts.kinds.callee.get(made[0])
    if callee is None or not any(callee.value is fn for fn in calls.ITERATION) or made[0].stars:
        return False
    if any(name not in ("strict", "start") or isinstance(atom, Var) for name, atom in made[0].kwargs):
        return False
    over = [a.name for a in made[0].args if isinstance(a, Var)]
    return all(is_array(facts, n) or always_immutable(facts, n) or is_given(facts, n) for n in over)


def is_record(facts: Facts, name: str) -> bool:
    """Whether a name only ever holds dataclasses of arrays and of what cannot change."""
    found = _kinds_of(facts, name)
    return bool(found) and all(k.tag == "fields" and _is_flat(k, ("fields",)) for k in found)


def holds_arrays(facts: Facts, name: str, tag: str) -> bool:
    """Whether a name holds containers of that sort, of arrays and of what cannot change."""
    found = [facts.kinds.version.get(v) for v in facts.versions.all if v.name == name and v.origin != "undefined"]
    return all(
        k is None or k.tag == "bottom" or (k.tag == tag and all(i.tag == "array" or i.immutable for i in k.items))
        for k in found
    )


def is_array(facts: Facts, name: str) -> bool:
    """Whether a name only ever holds arrays and numbers."""
    found = [facts.kinds.version.get(v) for v in facts.versions.all if v.name == name and v.origin != "undefined"]
    return all(k is None or k.tag in ("array", "bottom") or k.is_number for k in found)


def _kinds_of(facts: Facts, name: str) -> list[Kind]:
    found = [facts.kinds.version.get(v, ANY) for v in facts.versions.all if v.name == name and v.origin != "undefined"]
    return [k for k in found if k.tag != "bottom"]


def _is_flat(kind: Kind, tags: tuple[str, ...]) -> bool:
    """Whether it is a container of one of the sorts, of arrays, of what cannot change, and of dataclasses of such."""
    if kind.tag not in tags:
        return False
    return all(k.tag == "array" or k.immutable or _is_flat(k, ("fields",)) for k in kind.items)
