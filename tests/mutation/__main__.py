"""`python -m tests.mutation --count 200 --seed 1`: plants faults and lists those that nothing finds."""

from __future__ import annotations

import argparse
import collections
import os
import sys
import time
from pathlib import Path

import gast  # noqa: F401 - what every process needs is loaded once
import hypothesis  # noqa: F401
import scipy.special  # noqa: F401

from tests.mutation import coverage, report, shards
from tests.mutation.faults import Site, drawn
from tests.mutation.planted import Fate, fate
from tests.mutation.units import units

SURVIVORS = Path(__file__).resolve().parent / "survivors.md"
FIXED = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main(argv: list[str]) -> int:
    """Draw sites, plant their faults, list the survivors."""
    options = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    options.add_argument("--count", type=int, default=200, help="how many faults")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--generated", type=int, default=2000, help="generated programs")
    options.add_argument("--programs", type=int, help="programs of the corpus (all)")
    options.add_argument("--only", default="", help="files whose path holds this")
    options.add_argument("--jobs", type=int, default=2, help="processes at a time")
    options.add_argument("--timeout", type=float, default=240.0, help="seconds for a fault")
    options.add_argument("--write", action="store_true", help=f"write the survivors to {SURVIVORS.name}")
    options.add_argument("--verbose", action="store_true", help="print the fate of every fault")
    given = options.parse_args(argv)
    every = units(given.generated, given.programs)
    known = coverage.found(every, given.jobs)
    chosen, everything = drawn(given.count, given.seed, given.only)
    print(f"{everything} sites, {len(chosen)} drawn by seed {given.seed}; {len(known.outcomes)} units", flush=True)
    started = time.monotonic()
    fates = planted(given, chosen, known, {u.name: u for u in every})
    took = time.monotonic() - started
    text = report.text(fates, reasons=report.reasons(SURVIVORS), given=given, everything=everything)
    print(text)
    print(f"{took:.0f} s, {took * given.jobs / max(len(chosen), 1):.1f} s a fault on one core")
    if given.write:
        SURVIVORS.write_text(text, encoding="utf-8")
    return 0


def planted(
    given: argparse.Namespace, chosen: list[Site], known: coverage.Coverage, by_name: dict[str, object]
) -> dict[Site, Fate]:
    """What becomes of each fault."""
    killers: collections.Counter[str] = collections.Counter()

    def work(site: Site) -> Fate:
        first = [name for name, _ in killers.most_common()]
        return fate(site, known, by_name, first)  # type: ignore[arg-type]

    fates: dict[Site, Fate] = {}
    works = [lambda site=site: work(site) for site in chosen if known.of(site)]  # type: ignore[misc]
    covered = [site for site in chosen if known.of(site)]
    for number, came in shards.several(works, given.jobs, given.timeout):
        site = covered[number]
        fates[site] = came or Fate("time", "", len(known.of(site)))
        if fates[site].how in ("wrong", "crash"):
            killers[fates[site].by] += 1
        if given.verbose or not fates[site].how:
            print(f"{fates[site].how or 'SURVIVED':8} {site.file}:{site.line} {site.key} {fates[site]}", flush=True)
    return {site: fates.get(site) or Fate("", "", 0, reached=len(known.reaching(site))) for site in chosen}


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in FIXED.items()):
        os.execve(sys.executable, [sys.executable, "-m", "tests.mutation", *sys.argv[1:]], {**os.environ, **FIXED})
    sys.exit(main(sys.argv[1:]))
