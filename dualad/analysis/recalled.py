"""What the inference of kinds has found of callees, kept while one function is analysed.

A callee is met again in each pass over its caller, and functions that call each other meet the same callees: without
this the time grows with the power of the depth. What was found holds as long as what it rests on does: what was taken
for the functions that were being inferred around it, and how often each that calls itself was among them.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator
from typing import Any

from dualad.analysis.inferred import Active, Kinds, Pending, times_active
from dualad.analysis.kinds import Kind
from dualad.records import field, record


@record(eq=False, repr=False)
class Basis:
    """What an inference rests on.

    asked: functions that were being inferred around it, with what was taken for them. repeated: code that was met while
    it was being inferred. cut: whether calls were left alone since they were too deep.
    """

    asked: dict[Any, tuple[Kind, bool, bool]] = field(default_factory=dict)
    repeated: set[types.CodeType] = field(default_factory=set)
    cut: bool = False


@record(eq=False, repr=False)
class _Entry:
    found: Kinds
    basis: Basis
    counts: dict[types.CodeType, int]
    depth: int

    def holds(self, active: Active) -> bool:
        """Whether the inference would come to the same here."""
        if self.basis.cut and len(active) < self.depth:
            return False
        for key, taken in self.basis.asked.items():
            pending = active.get(key)
            if pending is None or pending.taken != taken:
                return False
        return all(times_active(code, active) == count for code, count in self.counts.items())


class Recalled:
    """What was found of callees for kinds of their parameters.

    `care`: objects that change something unasked may be met, of classes that no function here knows.
    """

    def __init__(self, care: bool = False) -> None:
        self.care = care
        self._entries: dict[Any, list[_Entry]] = {}
        self._bases: list[Basis] = [Basis()]

    def recall(self, key: Any, active: Active) -> Kinds | None:
        """What was found of a callee, if it holds among the functions that are being inferred now."""
        for entry in self._entries.get(key, ()):
            if entry.holds(active):
                for asked in entry.basis.asked:
                    active[asked].asked = True
                self._take(entry.basis)
                return entry.found
        return None

    @contextlib.contextmanager
    def recording(self) -> Iterator[Basis]:
        """What is noted inside is what one inference rests on; its caller's rests on that too."""
        basis = Basis()
        self._bases.append(basis)
        try:
            yield basis
        finally:
            self._bases.pop()
            self._take(basis)

    def keep(self, key: Any, found: Kinds, basis: Basis, active: Active) -> None:
        """Keep what was found, among the functions that were being inferred around it."""
        asked = {k: taken for k, taken in basis.asked.items() if k in active}
        counts = {code: times_active(code, active) for code in basis.repeated}
        entry = _Entry(found, Basis(asked, basis.repeated, basis.cut), counts, len(active))
        self._entries.setdefault(key, []).append(entry)

    def _take(self, basis: Basis) -> None:
        mine = self._bases[-1]
        mine.asked.update(basis.asked)
        mine.repeated |= basis.repeated
        mine.cut = mine.cut or basis.cut

    def note_asked(self, key: Any, pending: Pending) -> None:
        """A function was met that is being inferred for the same kinds."""
        pending.asked = True
        self._bases[-1].asked[key] = pending.taken

    def note_repeated(self, code: types.CodeType) -> None:
        """Code was met that is being inferred."""
        self._bases[-1].repeated.add(code)

    def note_cut(self) -> None:
        """A call was too deep to be looked into."""
        self._bases[-1].cut = True
