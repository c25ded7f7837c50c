"""Arguments that have another kind at each call: what they hold is then no longer asked.

A function that walks a tree, or that keeps what it found in a dict, meets a container of another kind at nearly every
call. A variant for each would be emitted for ever, since only so many are kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from dualad.analysis.kinds import ANY, Kind

ENOUGH = 5
"""So many kinds of what one parameter holds are told apart."""

HOLDING = frozenset({"tuple", "list", "dict", "fields"})


def widened(given: dict[str, Kind], known: Iterable[tuple[Kind, ...]]) -> dict[str, Kind]:
    """The kinds of the parameters, of which `known` have been met before, in the same order."""
    before = list(known)
    if len(before) < ENOUGH:
        return given
    met = {name: {kinds[i] for kinds in before} for i, name in enumerate(given)}
    return {
        name: ANY if _is_told(kind) and len(list(filter(_is_told, met[name] - {kind}))) >= ENOUGH else kind
        for name, kind in given.items()
    }


def _is_told(kind: Kind) -> bool:
    """Whether it says what a container or object holds."""
    return kind.tag in HOLDING or (kind.tag == "any" and kind.value is not None)
