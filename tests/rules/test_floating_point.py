"""A derivative raises about floating point only where the function does, or where the derivative is not finite itself.

Every row of the tables at the edges of what numbers there are, in both modes; the value beside it is NumPy's own.
"""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest

from dualad.forward import detach
from dualad.forward.apply import apply as apply_primitive
from dualad.forward.levels import new_level
from dualad.reverse import engine
from tests.rules import apply
from tests.rules.rows import Row
from tests.rules.test_rules import ROWS, direction

RAISING = {"divide": "raise", "over": "raise", "invalid": "raise", "under": "ignore"}
HUGE, TINY = 0.7, 0.7  # powers of the largest and the smallest number
EDGES = (
    "as it is", "zeros", "a zero", "a tie", "huge", "tiny", "one huge", "one tiny", "inf", "-inf", "nan",
)  # fmt: skip
SMALL = {"as it is", "zeros", "a zero", "a tie"}
# What LAPACK may run for ever on, and where the derivative is refused by an error of linear algebra's.
FINITE_ONLY = ("linalg", "poly", "roots", "cov", "corrcoef")
# Steps and points come in one tuple, so that the cotangent of a tiny step, which is not finite, is found beside them.
TOGETHER = {("np.gradient", "one tiny")}


def moved_to(x: Any, edge: str) -> Any:
    """An argument with numbers at the edge."""
    if isinstance(x, (list, tuple)):
        return type(x)(moved_to(item, edge) for item in x)
    a = np.array(x)
    if a.dtype.kind not in "fc":
        return x
    limits, flat = np.finfo(a.dtype), a.reshape(-1)
    match edge:
        case "zeros":
            flat[:] = 0
        case "a zero":
            flat[:1] = 0
        case "a tie":
            flat[1:2] = flat[:1]
        case "huge" | "tiny":
            flat *= float(limits.max) ** HUGE if edge == "huge" else float(limits.tiny) ** TINY
        case "one huge" | "one tiny":
            flat[:1] *= float(limits.max) ** HUGE if edge == "one huge" else float(limits.tiny) ** TINY
        case "inf" | "nan":
            flat[:1] = float(edge)
        case "-inf":
            flat[-1:] = -np.inf
    return a if isinstance(x, np.ndarray) else a[()] if isinstance(x, np.generic) else type(x)(a[()])


def pushed(row: Row, args: Any, i: int, t: Any) -> tuple[list[Any], list[Any]]:
    """Leaves of the value, and of the tangent where there is one."""
    with new_level() as level:
        given = [apply.attached(a, t, level) if k == i else a for k, a in enumerate(args)]
        parts = [detach(leaf, level) for leaf in apply.leaves(apply_primitive(row.primitive, given, row.kwargs))]
    return [value for value, _ in parts], [tangent for _, tangent in parts if tangent is not None]


def pulled(row: Row, args: Any, i: int, ct: Any) -> tuple[list[Any], list[Any]]:
    """Leaves of the value and of the cotangent."""
    value, pull = engine.split(row.primitive, args, row.kwargs, (i,))
    return apply.leaves(value), apply.leaves(pull(ct)[0])


def outcome(row: Row, args: Any) -> Any:
    """The function's own result, None where it raises."""
    with contextlib.suppress(Exception), np.errstate(**RAISING):  # type: ignore[arg-type]
        return row.primitive.fn(*args, **row.kwargs)
    return None


def close(a: Any, b: Any) -> bool:
    """Whether a value is NumPy's where that is finite."""
    a, b = np.asarray(a), np.asarray(b)
    there = np.isfinite(b)
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(b), where=there, initial=0)
        return a.shape == b.shape and np.allclose(a[there], b[there], rtol=1e-9, atol=1e-9 * scale)


def attempt(run: Any, *how: Any) -> tuple[list[Any], list[Any], bool]:
    """Values, derivatives, and whether NumPy would have raised on the way to them."""
    try:
        with np.errstate(**RAISING):  # type: ignore[arg-type]
            return (*run(*how), False)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            return (*run(*how), True)


TRIED: dict[str, list[Row]] = {}
for _row in ROWS:
    if _row.positions and not _row.primitive.writes:
        TRIED.setdefault(_row.primitive.name, []).append(_row)


@pytest.mark.parametrize("name", TRIED)
def test_derivatives_raise_where_functions_do(name: str) -> None:
    """All edges between the rows of a function, of which each takes the fewer the more of them there are."""
    shared = min(1 + len(TRIED[name]) // 2, len(EDGES))
    for which, row in enumerate(TRIED[name]):
        check(row, EDGES[which % shared :: shared])


def check(row: Row, edges: tuple[str, ...]) -> None:
    rng = np.random.default_rng(9)
    for edge in edges:
        if edge not in SMALL and any(name in row.primitive.name for name in FINITE_ONLY):
            continue
        if (row.primitive.name, edge) in TOGETHER:
            continue
        args = tuple(moved_to(a, edge) if i in row.positions else a for i, a in enumerate(row.args))
        ans = outcome(row, args)
        if ans is None or not apply.is_inexact(ans):
            continue
        ct = direction(ans if isinstance(ans, (list, tuple)) else np.asarray(ans)[()], rng)
        for i in row.positions:
            for run, moving in ((pushed, direction(row.args[i], rng)), (pulled, ct)):
                with contextlib.suppress(np.linalg.LinAlgError):
                    values, found, raised = attempt(run, row, args, i, moving)
                    assert all(map(close, values, apply.leaves(ans))), (str(row), edge, i, run.__name__, values, ans)
                    assert not raised or not all(np.all(np.isfinite(leaf)) for leaf in found), (str(row), edge, i, run)
