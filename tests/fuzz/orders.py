"""Second derivatives and Jacobians of generated programs, by dual numbers, by source and by differences."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from tests.corpus.harness import (
    AGREE,
    Case,
    NotSmoothError,
    active_argnums,
    check_against_differences,
    is_active,
    noise,
    scalar_result,
    vector,
)
from tests.corpus.trees import leaves, tree_map
from tests.fuzz.conditioning import crosses_a_branch, largest_on_the_way

CALLS = 3  # of one derivative: the first goes by dual numbers, later ones by source where that is possible
CANCELLING = 1e5  # what is larger on the way leaves few digits of second derivatives


def check_orders(case: Case) -> str:
    """Checks derivatives of second order, or the Jacobian; says which. Errors of dualad's own pass."""
    if case.narrow or largest_on_the_way(case) > CANCELLING:
        return ""
    check_jacobian(case)
    if not scalar_result(case):
        return "jacobian"
    check_products(case)
    return "jacobian and products"


def near(what: str, got: np.ndarray, want: np.ndarray, rtol: float = AGREE) -> None:
    assert got.shape == want.shape, f"{what}: {got.shape} numbers for {want.shape}"
    scale = np.max(np.abs(want), initial=1e-3)
    bad = (np.isnan(got) != np.isnan(want)) | (np.abs(got - want) > rtol * scale)
    assert not np.any(bad), f"{what}: {got} is not {want}"


def directions(case: Case) -> tuple[Any, ...]:
    return tuple(noise(case.make(), 7))


def check_jacobian(case: Case) -> None:
    """The Jacobian times a direction is what jvp gives; both are the same each time."""
    import dualad

    argnums = active_argnums(case)
    tangents = tuple(t if i in argnums else tree_map(lambda leaf: None, t) for i, t in enumerate(directions(case)))
    y, dy = dualad.jvp(case.fn, case.make(), tangents)
    want = vector(tree_map(lambda p, t: t if is_active(p) else None, y, dy))
    for k in range(1, CALLS):
        again = dualad.jvp(case.fn, case.make(), tangents)[1]
        near(f"call {k} of jvp", vector(tree_map(lambda p, t: t if is_active(p) else None, y, again)), want)
    moved = [np.asarray(v) for i in argnums for _, v in leaves(tangents[i]) if v is not None]
    results = [v for _, v in leaves(y)]
    if any(np.iscomplexobj(v) for v in (*moved, *results)):
        return
    jacobian = dualad.jacobian(case.fn, argnums=argnums)
    for k in range(CALLS):
        found = [np.asarray(v) for _, v in leaves(jacobian(*case.make())) if v is not None]
        numbers = [r for r in results if is_active(r) or np.asarray(r).dtype.kind in "iu"]  # zero blocks for integers
        assert len(found) == len(numbers) * len(moved), f"jacobian: {len(found)} parts"
        rows = [found[i * len(moved) : (i + 1) * len(moved)] for i in range(len(numbers))]
        parts = [
            np.ravel(sum(np.tensordot(block, t, t.ndim) for block, t in zip(row, moved, strict=True)))
            for row, r in zip(rows, numbers, strict=True)
            if is_active(r)
        ]
        near(f"call {k} of jacobian", np.concatenate(parts) if parts else np.zeros(0), want)


def check_products(case: Case) -> None:
    """The Hessian times a direction: by dual numbers, by hvp, and by differences of the gradient."""
    import dualad

    argnums = active_argnums(case)
    tangents = directions(case)
    gradient = dualad.grad(case.fn, argnums=argnums)
    g, dg = dualad.jvp(gradient, case.make(), tangents)
    want = vector(tree_map(lambda p, t: t if is_active(p) else None, g, dg))
    product = lambda: dualad.hvp(case.fn, case.make(), tangents, argnums=argnums)  # noqa: E731
    for k in range(CALLS):
        got = product()
        near(f"call {k} of hvp", vector(tree_map(lambda p, t: t if is_active(p) else None, g, got)), want)
    if any(np.iscomplexobj(v) for _, v in leaves(case.make())):
        return
    over = dataclasses.replace(case, fn=lambda *args: gradient(*args), smooth=True, rtol=1e-4)
    try:
        check_against_differences("jvp of grad", over, want, tangents, start=1e-4)
    except NotSmoothError:
        return
    except AssertionError:
        if not crosses_a_branch(dataclasses.replace(case, smooth=True), tangents, 1e-4):
            raise
