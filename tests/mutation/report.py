"""The list of survivors, with a reason for each that is written by hand and kept when the list is made anew."""

from __future__ import annotations

import argparse
import collections
import re
from pathlib import Path

from tests.mutation.faults import Site
from tests.mutation.planted import Fate

HOW = {
    "wrong": "a wrong result",
    "crash": "an exception",
    "refusal": "a refusal alone",
    "accepted": "what should be refused",
    "import": "an error while loading",
}


def text(fates: dict[Site, Fate], reasons: dict[str, str], given: argparse.Namespace, everything: int) -> str:
    """The report."""
    counts = collections.Counter(f.how for f in fates.values() if f.how in HOW)
    left = {site: f for site, f in fates.items() if not f.how}
    late = [site for site, f in fates.items() if f.how == "time"]
    sections = {
        "Survivors": [s for s, f in left.items() if f.units],
        "Conditions that decide in no program": [s for s, f in left.items() if not f.units and f.reached],
        "In statements that no program runs": [s for s, f in left.items() if not f.units and not f.reached],
        "Not run to the end": late,
    }
    command = f"python -m tests.mutation --count {given.count} --seed {given.seed} --write"
    lines = ["# Faults that nothing finds", ""]
    lines += [f"Made by `{command}`; the reasons are written by hand, and kept when the list is made anew.", ""]
    survived, undecided, missed, late_ones = map(len, sections.values())
    lines += [
        f"{len(fates)} faults of {everything}: {sum(counts.values())} killed, {survived} survived, {undecided} in "
        f"conditions that decide in no program, {missed} in statements that no program runs, {late_ones} not run to "
        "the end in the time that a fault has."
    ]
    lines += ["Killed by " + ", ".join(f"{HOW[how]} {n}" for how, n in counts.most_common()) + "."]
    for title, listed in sections.items():
        lines += ["", f"## {title}", ""]
        lines += [f"* {site.key}\n  {reasons.get(site.key, 'TO DO')}" for site in sorted(listed, key=lambda s: s.key)]
    lines += ["", "## Killed by a refusal alone", ""]
    lines += sorted(f"* {site.key}" for site, f in fates.items() if f.how == "refusal")
    return "\n".join(lines) + "\n"


def reasons(path: Path) -> dict[str, str]:
    """The reasons in a list that was made before, by the key of the fault."""
    if not path.exists():
        return {}
    listed = re.findall(r"^\* (.*)\n  (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {key: reason for key, reason in listed if reason != "TO DO"}
