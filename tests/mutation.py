"""Mutation testing: `python -m tests.mutation --count 200 --seed 1 --fuzz 2000` plants faults, lists those not found.

A fault is one change of one place in the code that makes derivatives (lowering, analyses, the adjoint, shadow memory,
lifting): a statement dropped, a test negated, a flag turned, a set operation widened or narrowed... Every place where
one applies is a site; sites are drawn by seed. Each mutant runs in a process of its own on a copy of the package: the
corpus first (what killed other mutants before all else), golden files, then generated programs, until one fails that
passes without the fault. Survivors are listed with their change; each wants a new program, or an explanation.
"""

from __future__ import annotations

import argparse
import ast
import collections
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "syntax/lower*.py", "syntax/jumps.py", "syntax/core.py",
    "analysis/*.py", "shadow.py", "forward/lift.py", "forward/rewrite.py", "forward/lifted.py", "forward/memory.py",
    "reverse/*.py",
)  # fmt: skip
LEFT_OUT = ("__init__.py", "lines.py")  # texts of errors, not derivatives
PAIRS = {"before": "after", "after": "before", "body": "orelse", "orelse": "body", "any": "all", "all": "any"}
COMPARE = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A place and what is done there: `number` counts the sites of a file in order."""

    file: str
    number: int
    line: int
    fault: str
    text: str


# Faults: each takes a node and gives changed copies with a name, or nothing


def faults(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """All that can be done wrong at a node."""
    match node:
        case ast.Expr(value=ast.Call()):
            yield "drop a call", ast.Pass()
        case ast.AugAssign():
            yield "drop an accumulation", ast.Pass()
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "forget a record", ast.Pass()
        case ast.Delete():
            yield "forget a clear", ast.Pass()
        case ast.If() | ast.IfExp():
            yield "swap a branch", _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and for or", _with(node, op=other)
            if len(node.values) > 1:
                yield "drop a condition", _with(node, values=node.values[:-1])
        case ast.Compare() if type(node.ops[0]) in COMPARE:
            yield "turn a comparison", _with(node, ops=[COMPARE[type(node.ops[0])](), *node.ops[1:]])
        case ast.Constant() if type(node.value) is bool:
            yield "turn a flag", ast.Constant(not node.value)
        case ast.Constant() if type(node.value) is int and node.value in (0, 1):
            yield "0 for 1", ast.Constant(1 - node.value)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd()):
            other = ast.BitAnd() if isinstance(node.op, ast.BitOr) else ast.BitOr()
            yield "widen or narrow", _with(node, op=other)
        case ast.BinOp(op=ast.Sub() | ast.Add()):
            yield "drop a term", node.left
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            yield "keep the order", inner
        case ast.Name(id="any" | "all"):
            yield "any for all", ast.Name(PAIRS[node.id], node.ctx)
        case ast.Attribute(attr="before" | "after" | "body" | "orelse", ctx=ast.Load()):
            yield "another place", _with(node, attr=PAIRS[node.attr])
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            yield "skip a copy", inner


def _with(node: ast.AST, **changed: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in changed.items():
        setattr(made, name, value)
    return made


class _Walk(ast.NodeTransformer):
    """Visits all sites in order; puts the fault of number `chosen` in."""

    def __init__(self, chosen: int, found: Callable[[int, ast.AST, str, ast.AST], None]) -> None:
        self.number = -1
        self.chosen = chosen
        self.found = found

    def visit(self, node: ast.AST) -> ast.AST:
        replacement = None
        for name, made in faults(node):
            self.number += 1
            self.found(self.number, node, name, made)
            if self.number == self.chosen:
                replacement = made
        return self.generic_visit(node) if replacement is None else replacement

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(s) for s in node.body]  # not its annotations and defaults
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return node


def sites(file: str) -> list[Site]:
    """All sites of a file."""
    found: list[Site] = []
    tree = ast.parse((ROOT / "dualad" / file).read_text(encoding="utf-8"))

    def note(number: int, node: ast.AST, name: str, made: ast.AST) -> None:
        text = ast.unparse(node).splitlines()[0][:100]
        found.append(Site(file, number, getattr(node, "lineno", 0), name, text))

    _visited(tree, -1, note)
    return found


def _visited(tree: ast.Module, chosen: int, note: Callable[[int, ast.AST, str, ast.AST], None]) -> ast.Module:
    walk = _Walk(chosen, note)
    skipped = (ast.Import, ast.ImportFrom)
    tree.body = [s if isinstance(s, skipped) or _is_text(s) else walk.visit(s) for s in tree.body]  # type: ignore[misc]
    return tree


def _is_text(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant)


def mutated(site: Site) -> str:
    """The text of a file with a fault in it."""
    tree = ast.parse((ROOT / "dualad" / site.file).read_text(encoding="utf-8"))
    return ast.unparse(ast.fix_missing_locations(_visited(tree, site.number, lambda *_: None)))


# What mutants are run against


def checks(programs: int, known: frozenset[str], first: list[str]) -> None:
    """Run everything, stop at the first failure that is not known; prints `killed by ...` or `survived`."""
    for name in _failures(programs, first):
        if name not in known:
            print(f"killed by {name}", flush=True)
            os._exit(1)
    print("survived", flush=True)
    os._exit(0)


def _failures(programs: int, first: list[str]) -> Iterator[str]:
    """The names of all checks that fail, `first` the corpus's programs of these names."""
    import dualad
    from dualad.errors import DualadError
    from tests.corpus import PROGRAMS
    from tests.corpus.harness import Api, Case, check_agreement, check_joint

    api = Api(dualad.vjp, dualad.jvp, dualad.grad, dualad.value_and_grad)
    order = sorted(PROGRAMS)
    random.Random(0).shuffle(order)
    for name in dict.fromkeys([*(n for n in first if n in PROGRAMS), *order]):
        p = PROGRAMS[name]
        for which in range(len(p.sets)):
            case = Case(p.fn, lambda p=p, w=which: p.make(w), p.smooth, p.complex_ok, p.ints_active, p.rtol)  # type: ignore[misc]
            try:
                check_agreement(case, api)
                check_joint(case, api)
            except DualadError:
                if p.reverse == p.forward == "right":
                    yield f"{name}-{which}"
            except Exception:
                yield f"{name}-{which}"
            else:
                if "refused" in (p.reverse, p.forward):
                    yield f"{name}-{which}"
    yield from _golden()
    if programs:
        yield from _generated(programs, api)


def _golden() -> Iterator[str]:
    from tests import test_golden

    for name in sorted(vars(test_golden).get("PROGRAMS", {})):
        try:
            test_golden.test_generated_source_is_as_reviewed(name)
        except Exception:
            yield f"golden {name}"


def _generated(programs: int, api: object) -> Iterator[str]:
    from dualad.errors import DualadError
    from tests.fuzz.check import check
    from tests.fuzz.choices import Random
    from tests.fuzz.features import parse
    from tests.fuzz.program import forget, generate

    features = parse("all")
    for number in range(programs):
        program = generate(Random(f"mutation:{number}"), features, 16)
        outcome = check(program, api, differences=False, refused=(DualadError,))  # type: ignore[arg-type]
        if outcome.status in ("wrong", "refused"):
            yield f"generated program {number}"
        forget(f"<fuzz {program.digest}>")


# Running mutants


@dataclass
class Overlay:
    """A copy of the package in a folder of its own, in which one file at a time is changed."""

    folder: Path

    @classmethod
    def make(cls) -> Overlay:
        folder = Path(tempfile.mkdtemp(prefix="mutation-"))
        shutil.copytree(ROOT / "dualad", folder / "dualad", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "tests").symlink_to(ROOT / "tests")
        return cls(folder)

    def write(self, file: str, text: str) -> None:
        path = self.folder / "dualad" / file
        path.write_text(text, encoding="utf-8")
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            stale.unlink()

    def run(self, programs: int, known: frozenset[str], first: list[str], timeout: float) -> str:
        """What becomes of the package as it is now."""
        names = "\n".join(sorted(known))
        command = [sys.executable, "-m", "tests.mutation", "--checks", str(programs), "--known", names]
        command += ["--first", "\n".join(first)]
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONHASHSEED": "0"}
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return "killed by time"
        last = done.stdout.strip().splitlines()[-1:] or [f"killed at import: {done.stderr.strip()[-100:]}"]
        return last[0]


def drawn(count: int, seed: int, only: str) -> tuple[list[Site], int]:
    """Sites by seed, and how many there are in all."""
    files = sorted({str(p.relative_to(ROOT / "dualad")) for f in FILES for p in (ROOT / "dualad").glob(f)})
    found = [s for f in files if not f.endswith(LEFT_OUT) and only in f for s in sites(f)]
    chosen = random.Random(seed).sample(found, min(count, len(found)))
    return chosen, len(found)


def main(argv: list[str]) -> int:
    """Draw sites, run their mutants, list the survivors."""
    options = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument(
        "--fuzz", type=int, default=0, help="generated programs for each mutant that the corpus lets live"
    )
    options.add_argument("--only", default="", help="files whose path holds this")
    options.add_argument("--timeout", type=float, default=600.0, help="seconds for each mutant")
    options.add_argument("--budget", type=float, default=0.0, help="seconds for all (0: no limit)")
    options.add_argument("--checks", type=int, default=-1, help=argparse.SUPPRESS)
    options.add_argument("--known", default="", help=argparse.SUPPRESS)
    options.add_argument("--first", default="", help=argparse.SUPPRESS)
    given = options.parse_args(argv)
    if given.checks >= 0:
        checks(given.checks, frozenset(given.known.splitlines()), given.first.splitlines())
    chosen, everything = drawn(given.count, given.seed, given.only)
    overlay = Overlay.make()
    try:
        return _run(given, chosen, everything, overlay)
    finally:
        shutil.rmtree(overlay.folder)


def _run(given: argparse.Namespace, chosen: list[Site], everything: int, overlay: Overlay) -> int:
    known: set[str] = set()
    killers: list[str] = []  # programs of the corpus, the last that killed first
    while (came := overlay.run(given.fuzz, frozenset(known), killers, given.timeout)) != "survived":
        if not came.startswith("killed by ") or came == "killed by time":
            print(f"without a fault: {came}")
            return 2
        known.add(came.removeprefix("killed by "))
    print(f"{everything} sites, {len(chosen)} drawn by seed {given.seed}; failing without a fault: {sorted(known)}")
    counts: collections.Counter[str] = collections.Counter()
    survivors: list[Site] = []
    started = time.monotonic()
    for site in chosen:
        if given.budget and time.monotonic() - started > given.budget:
            break
        original = (ROOT / "dualad" / site.file).read_text(encoding="utf-8")
        overlay.write(site.file, mutated(site))
        came = overlay.run(given.fuzz, frozenset(known), killers, given.timeout)
        killer = came.removeprefix("killed by ").rpartition("-")[0]
        if killer:
            killers = [killer, *(k for k in killers if k != killer)][:60]
        overlay.write(site.file, original)
        counts[came.split(":")[0] if came.startswith("killed at") else came.split(" by ")[0]] += 1
        if came == "survived":
            survivors.append(site)
            print(f"SURVIVED {site.file}:{site.line} {site.fault}: {site.text}", flush=True)
    print(f"{sum(counts.values())} mutants in {time.monotonic() - started:.0f} s: {dict(counts)}")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
