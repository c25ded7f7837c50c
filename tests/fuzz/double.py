"""Programs of single precision are held against the same text in double precision, of which there are differences."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.corpus.harness import Api, Case, check_forward, vector
from tests.corpus.trees import tree_map
from tests.fuzz.conditioning import ULP_SINGLE, nudged, way_of
from tests.fuzz.program import Generated, compiled

NEAR = 1e-3  # of the derivative: what single precision may make of it


def is_narrow(program: Generated) -> bool:
    return "float32" in program.text or any(t.kind == "H" for t in program.kinds)


def widened(leaf: Any) -> Any:
    narrow = isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype == np.float32
    return leaf.astype(np.float64) if narrow else leaf


def in_double(case: Case, program: Generated, name: str) -> Case:
    """The program with all numbers of double precision."""
    fn = compiled(program.text.replace("float32", "float64"), name)
    make = lambda: tuple(tree_map(widened, a) for a in program.make())  # noqa: E731
    return dataclasses.replace(case, fn=fn, make=make, narrow=False)


def nearby(case: Case, seed: int) -> Callable[[], tuple[Any, ...]]:
    """Arguments that differ from the case's by what single precision rounds."""

    def make() -> tuple[Any, ...]:
        rng = np.random.default_rng(seed)
        return tuple(tree_map(lambda leaf: nudged(leaf, rng, ULP_SINGLE), a) for a in case.make())

    return make


def check_near_double(case: Case, wide: Case, api: Api, dy: Any) -> tuple[Any, Any] | None:
    """Single precision gives nearly the derivative that double precision does. Returns double precision's.

    None where the two go different ways, or where what rounding does to the arguments moves the derivative as much.
    """
    if way_of(case) != way_of(wide):
        return None
    tangents, exact = check_forward(wide, api)
    got, want = vector(dy), vector(exact)
    if got.shape != want.shape:
        return None
    if not np.all(np.isfinite(want)):
        return tangents, exact
    moved = np.zeros_like(want, dtype=float)
    for k in range(1, 4):
        other = vector(check_forward(dataclasses.replace(wide, make=nearby(wide, k)), api)[1])
        if other.shape != want.shape:
            return None
        moved = np.maximum(moved, np.abs(other - want))
    scale = np.max(np.abs(want), initial=0.0)
    if np.any(moved > NEAR * scale):
        return None
    assert np.all(np.abs(got - want) <= 30 * moved + NEAR * scale + 1e-6), (
        f"single precision gives {got}, but double precision {want}"
    )
    return tangents, exact

