"""Which statements of the package each unit runs, and what it gives without a fault; found once and kept."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import pickle
import pkgutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.mutation import faults, loader, shards
from tests.mutation.faults import Site, files, operand_at, tree
from tests.mutation.units import Outcome, Unit

TESTS = Path(__file__).resolve().parent.parent
KEPT = loader.ROOT / "build"  # not in the repository
BATCH = 400  # units after which what is known is kept
Place = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Known:
    """What is known of a unit without a fault: its outcome, the statements that it runs, the code that it has made."""

    outcome: Outcome
    runs: np.ndarray
    made: frozenset[int]
    failed: str = ""


@dataclass
class Coverage:
    """What is known of all units without a fault.

    Attributes:
        places: the numbers of the statements in functions.
        always: of each statement, whether it runs when the package is loaded.
        units: by what the unit is (`Unit.key`).
        outcomes: by name, of those units that say something.
        made: the code that any unit has made.
    """

    places: dict[Place, int]
    always: np.ndarray
    units: dict[str, Known]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    made: frozenset[int] = frozenset()
    runs: dict[str, np.ndarray] = field(default_factory=dict)

    def choose(self, units: list[Unit]) -> None:
        """Only these units count."""
        chosen = {u.name: self.units[u.key] for u in units}
        failing = [f"{name} ({known.failed})" for name, known in chosen.items() if known.failed]
        if failing:
            print(f"{len(failing)} units fail without a fault, and are left out: {'; '.join(failing[:9])}", flush=True)
        said = {n: k for n, k in chosen.items() if not known_useless(k)}
        self.outcomes = {name: known.outcome for name, known in said.items()}
        self.runs = {name: known.runs for name, known in said.items()}
        self.made = frozenset().union(*(known.made for known in chosen.values()))

    def of(self, site: Site) -> list[str]:
        """The units that a fault can matter to, in order: those that run its statement (all, where that runs as the
        package is loaded), and in which one of the conditions that it changes decides.
        """
        running = self.reaching(site)
        if not site.operands:
            return running
        deciding = {name for at in site.operands for name in self._at((site.file, at))}
        return [name for name in running if name in deciding]

    def reaching(self, site: Site) -> list[str]:
        """The units that run a site's statement."""
        return self._at((site.file, site.statement))

    def _at(self, place: Place) -> list[str]:
        number = self.places.get(place)
        if number is None or self.always[number]:
            return list(self.outcomes)
        byte, bit = number >> 3, 128 >> (number & 7)
        return [name for name in self.outcomes if self.runs[name][byte] & bit]


def known_useless(known: Known) -> bool:
    """Whether a unit says nothing of faults."""
    return bool(known.failed) or known.outcome.status == "skipped"


# Statements that note that they run


class _Noting(ast.NodeTransformer):
    def __init__(self, file: str, places: dict[Place, int]) -> None:
        self.file = file
        self.places = places
        self.within = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.within += 1
        self.generic_visit(node)
        self.within -= 1
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Each operand notes where it decides: false in `and`, true in `or`. Dropping it changes nothing elsewhere."""
        values = list(node.values)
        self.generic_visit(node)
        if self.within:
            deciding = ast.Constant(isinstance(node.op, ast.Or))
            numbers = [self.places.setdefault((self.file, operand_at(v)), len(self.places)) for v in values]
            named = ast.Name("__decides__", ast.Load())
            node.values = [
                ast.Call(named, [ast.Constant(n), deciding, v], []) for n, v in zip(numbers, node.values, strict=True)
            ]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            stmts = getattr(node, name, None)
            if self.within and isinstance(stmts, list) and not isinstance(node, ast.ClassDef):
                setattr(node, name, [made for s in stmts for made in self.noted(s)])
        return node

    def noted(self, stmt: ast.stmt) -> list[ast.stmt]:
        number = self.places.setdefault((self.file, (stmt.lineno, stmt.col_offset)), len(self.places))
        return [*ast.parse(f"__ran__[{number}] = 1").body, stmt]


def noting(file: str, places: dict[Place, int]) -> str:
    """The text of a file whose statements note in `__ran__` that they run."""
    return ast.unparse(ast.fix_missing_locations(_Noting(file, places).visit(tree(file))))


# Finding out


def found(units: list[Unit], jobs: int) -> Coverage:
    """What is known of units; what is not kept in `build` is found."""
    kept = KEPT / f"mutation-{_digest()}.pickle"
    places: dict[Place, int] = {}
    texts = {file: noting(file, places) for file in files()}
    size = len(places) + -len(places) % 8
    made = Coverage(places, np.zeros(size, bool), {})
    if kept.exists():
        made = pickle.loads(kept.read_bytes())
    missing = [u for u in units if u.key not in made.units]
    started = time.monotonic()
    for at in range(0, len(missing), BATCH):
        parts = [missing[at : at + BATCH][k::jobs] for k in range(jobs)]
        came = shards.together([lambda part=part: _noted(part, texts, size) for part in parts], jobs)  # type: ignore[misc]
        made.always = came[0][0]
        made.units |= {key: known for _, noted in came for key, known in noted.items()}
        _keep(kept, made)
    if missing:
        print(f"coverage of {len(missing)} units found in {time.monotonic() - started:.0f} s", flush=True)
    made.choose(units)
    return made


def _keep(kept: Path, made: Coverage) -> None:
    """Keeps what is known of the package as it is, and of no other state of it."""
    KEPT.mkdir(exist_ok=True)
    for other in KEPT.glob("mutation-*.pickle"):
        if other != kept:
            other.unlink()
    whole = kept.with_suffix(f".{os.getpid()}")
    whole.write_bytes(pickle.dumps(made))
    whole.replace(kept)


def _digest() -> str:
    """Of the package, and of what all units are checked with."""
    read = hashlib.sha256()
    checks = [TESTS / "corpus" / "harness.py", TESTS / "corpus" / "trees.py", Path(__file__).with_name("units.py")]
    for path in [*sorted(loader.PACKAGE.rglob("*.py")), *checks, Path(__file__), Path(faults.__file__)]:
        read.update(path.read_bytes())
    return read.hexdigest()[:16]


def _noted(units: list[Unit], texts: dict[str, str], size: int) -> tuple[np.ndarray, dict[str, Known]]:
    """What becomes of units, each run in a process that has run nothing else; by key."""
    ran = bytearray(size)

    def decides(number: int, deciding: bool, value: Any) -> Any:
        if not ran[number]:
            try:
                ran[number] = bool(value) is deciding
            except Exception:  # what has no truth value is only handed on
                ran[number] = 1
        return value

    loader.replace(texts, {"__ran__": ran, "__decides__": decides})
    load_all()
    always = np.frombuffer(bytes(ran), np.uint8) != 0

    def run(unit: Unit) -> Known:
        ran[:] = bytes(size)
        outcome, made = unit.watched()
        failed = outcome.why or outcome.status if outcome.status in ("wrong", "crash") else ""
        return Known(outcome, np.packbits(np.frombuffer(ran, np.uint8)), made, failed)

    nothing = Known(Outcome("crash"), np.zeros(size // 8, np.uint8), frozenset(), "no answer")
    return always, {u.key: shards.forked(lambda u=u: run(u), 120.0) or nothing for u in units}  # type: ignore[misc]


def load_all() -> None:
    """Load every module of the package that programs of NumPy need."""
    import dualad

    for part in pkgutil.walk_packages(dualad.__path__, "dualad."):
        if ".rules." not in part.name and "scipy" not in part.name:
            importlib.import_module(part.name)
    from dualad import registry

    registry.lookup(np.sin)
