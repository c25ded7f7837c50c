"""Python functions that were called on their caller's memory: their pullbacks, from residues to residues."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.records import record
from dualad.reverse.cells import Memory, Seen, defaults_of, deposit, withdraw
from dualad.reverse.places import Pull
from dualad.reverse.runtime import add, expand, zeros_of

__dualad_lift__ = True  # dual numbers run through all of this


@record(frozen=True, slots=True)
class Inner:
    """What is known of a Python function that was called on the caller's memory.

    fn: the function; names: of the parameters that its pullback has cotangents for.
    given: those whose cotangents it gives by value, as they were before the call.
    made: its result; inside: whether the pullback takes a residue of the result's cotangent.
    unused: whether nothing depends on the result, whose cotangent is then zero, and no residue.
    defaults: the parameters that the call left to their default values.
    named: the dict of its `**` parameter, and seen: its items as they were, by name.
    """

    fn: Any
    names: tuple[str, ...]
    given: dict[str, Any]
    made: Any
    inside: bool
    defaults: tuple[str, ...]
    named: Any
    seen: dict[str, Any]
    unused: bool = False


def pull_residues(inner: Inner, pull: Pull, wanted: Any, part: Any) -> Pull:
    """The pullback of a Python function from residues to residues, whatever it takes and gives itself."""

    def pullback(ct: Any, memory: Memory) -> tuple[Any, ...]:
        if inner.unused:
            ct = zeros_of(inner.made) if isinstance(inner.made, np.ndarray) else ct
        elif not inner.inside:
            ct = withdraw(memory, inner.made, ct)
            if isinstance(inner.made, np.ndarray | tuple):
                ct = expand(ct, inner.made)
            elif isinstance(inner.made, Seen) and isinstance(inner.made.container, list):
                ct = expand(ct, list(inner.made.items))
        raws = dict(zip(inner.names, pull(ct, memory), strict=True))
        for name, seen in inner.given.items():
            if not isinstance(seen, Seen) or seen.container is not inner.named:
                raws[name] = deposit(memory, seen, raws[name])
        for name in inner.defaults:
            memory.add_item(defaults_of(inner.fn, name), name, raws[name])
        found = []
        for w in wanted:
            residue = part(raws[w.param], w)
            if isinstance(w.part, str):  # an item of the dict of keywords, which is the callee's own
                residue = deposit(memory, inner.seen[w.part], residue)
                residue = add(residue, memory.pop_item(inner.named, w.part))
            found.append(residue)
        return tuple(found)

    return pullback


def pull_parts(pull: Any, names: tuple[str, ...], wanted: Any, part: Any) -> Any:
    """The pullback of a Python function by argument, from that by parameter (`*args` are one)."""

    def pulled(ct: Any) -> tuple[Any, ...]:
        raws = dict(zip(names, pull(ct), strict=True))
        return tuple([part(raws[w.param], w) for w in wanted])

    return pulled
