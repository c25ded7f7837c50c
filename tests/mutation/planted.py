"""What becomes of one fault."""

from __future__ import annotations

import random
import resource
from dataclasses import dataclass

from tests.mutation import loader
from tests.mutation.coverage import Coverage
from tests.mutation.faults import Site, mutated
from tests.mutation.units import Unit, differs

MEMORY = 6 << 30
MORE = 60  # units that are asked for a wrong result after one is refused that should not be
AT_ONCE = 30  # units of the corpus and of the generated programs by turns


@dataclass(frozen=True)
class Fate:
    """Killed or not, by which unit, how, and of how many that run the statement.

    Attributes:
        how: "wrong", "crash", "refusal" (by nothing else), "accepted", "import"; "time" if the programs were not all
            run in the time given; "" of a survivor.
        by: the unit that found it.
        units: how many units it can matter to.
        other: a unit for which other code was made, "" if there is none; said of survivors.
        others: how many such units.
        reached: how many units run its statement, though it cannot matter to any.
    """

    how: str
    by: str
    units: int
    other: str = ""
    others: int = 0
    reached: int = 0


def fate(site: Site, coverage: Coverage, units: dict[str, Unit], killers: list[str]) -> Fate:
    """Plants the fault in this process, and runs the units that run its statement until one differs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    names = ordered(coverage.of(site), killers)
    loader.replace({site.file: mutated(site)}, {})
    try:
        import dualad  # noqa: F401
        from dualad import transforms  # noqa: F401
    except Exception:
        return Fate("import", "", len(names))
    refused, left = "", MORE
    others = []
    for name in names:
        outcome, made = units[name].watched()
        how = differs(outcome, coverage.outcomes[name])
        if not made <= coverage.made:
            others.append(name)
        if how and how != "refusal":
            return Fate(how, name, len(names))
        refused = refused or (name if how else "")
        left -= bool(refused)
        if not left:
            break
    other = others[0] if others and not refused else ""
    return Fate("refusal" if refused else "", refused, len(names), other, len(others))


def ordered(names: list[str], killers: list[str]) -> list[str]:
    """Those that killed before first; then the corpus and the generated programs by turns, the rest as it comes."""
    there = set(names)
    first = [name for name in killers if name in there][:AT_ONCE]
    rest = [name for name in names if name not in set(first)]
    corpus = [name for name in rest if " " not in name]
    generated = [name for name in rest if name.startswith("generated ")]
    random.Random(0).shuffle(corpus)
    more = [name for name in rest if " " in name and not name.startswith("generated ")]
    taken = [*corpus[:AT_ONCE], *generated[:AT_ONCE], *corpus[AT_ONCE:], *generated[AT_ONCE:]]
    return first + taken + more
