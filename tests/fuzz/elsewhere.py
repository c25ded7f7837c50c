"""The same function once more at other arguments: what was made for the first ones must notice where they differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.corpus.harness import Api, Case, check_agreement, check_joint, inner, is_active, noise, single, vector
from tests.corpus.trees import leaves, tree_map
from tests.fuzz.program import Generated

Leaf = Callable[[Any], Any]


def _single(leaf: Any) -> Any:
    return leaf.astype(np.float32) if isinstance(leaf, np.ndarray) and leaf.dtype == np.float64 else leaf


def _numpy(leaf: Any) -> Any:
    return np.float64(leaf) if type(leaf) is float else leaf


def _integer(leaf: Any) -> Any:
    return round(leaf) if type(leaf) is float else leaf


def _strided(leaf: Any) -> Any:
    return np.repeat(leaf, 2, axis=-1)[..., ::2] if isinstance(leaf, np.ndarray) and leaf.ndim else leaf


def _fortran(leaf: Any) -> Any:
    return np.asfortranarray(leaf) if isinstance(leaf, np.ndarray) and leaf.ndim > 1 else leaf


def _zero_axes(leaf: Any) -> Any:
    return np.array(leaf) if type(leaf) is float else leaf


def _complex(leaf: Any) -> Any:
    return leaf + 0.25j if isinstance(leaf, np.ndarray) and leaf.dtype == np.float64 else leaf


def _negative(leaf: Any) -> Any:
    return -leaf if isinstance(leaf, float) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f") else leaf


def _small(leaf: Any) -> Any:
    return leaf * 0.1 if isinstance(leaf, float) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f") else leaf


FORMS: dict[str, Leaf] = {
    "single": _single,
    "NumPy's numbers": _numpy,
    "integers": _integer,
    "strided": _strided,
    "Fortran's order": _fortran,
    "arrays without axes": _zero_axes,
    "complex": _complex,
    "negative": _negative,
    "small": _small,
}


ROUNDED = ("strided", "Fortran's order", "complex")  # sums and products of these may round in their last place


def check_loosely(case: Case, api: Api) -> None:
    """Values and derivatives, but for the last places."""
    plain, args = case.fn(*case.make()), case.make()
    tangents, ct = noise(args, 1), noise(plain, 2)
    y, dy = api.jvp(case.fn, args, tangents)
    again, pull = api.vjp(case.fn, *args)
    for what, got in (("jvp", y), ("vjp", again)):
        left, right = vector(got), vector(plain)
        assert left.shape == right.shape, f"{what}'s value: {left} is not {right}"
        assert np.allclose(left, right, rtol=1e-6, atol=1e-9), f"{what}'s value: {left} is not {right}"
    left, size = inner(ct, tree_map(lambda p, t: t if is_active(p) else None, plain, dy))
    right, other = inner(pull(ct), tangents)
    close = abs(left - right) <= 1e-6 * max(size, other, 1e-6)
    both_nan = np.isnan(left) and np.isnan(right)
    assert close or both_nan, f"<w, J v> = {left} but <J^T w, v> = {right}"


def others(case: Case, program: Generated) -> list[tuple[str, Case]]:
    """The case at arguments of other values, and in other forms."""
    values = [dataclasses.replace(program, seed=program.seed + k) for k in (1, 2)]
    found = [("other values", dataclasses.replace(case, make=p.make)) for p in values]
    for name, form in FORMS.items():

        def make(form: Leaf = form) -> tuple[Any, ...]:
            return tuple(tree_map(form, a) for a in values[0].make())

        found.append((name, dataclasses.replace(case, make=make, narrow=case.narrow or name == "single")))
    return found


def check_elsewhere(
    case: Case, program: Generated, api: Api, refused: tuple[type[BaseException], ...], usable: Callable[[Case], bool]
) -> str:
    """The checks of the harness at other arguments, and at the first ones again; says how many could be used."""
    used = 0
    for name, other in [*others(case, program), ("the first arguments again", case)]:
        if not usable(other):
            continue
        used += 1
        ints = any(isinstance(v, int) and not isinstance(v, bool) for _, v in leaves(other.make()))
        try:
            if name in ROUNDED:
                check_loosely(other, api)
                continue
            check_agreement(dataclasses.replace(other, narrow=other.narrow or single(other.make())), api)
            if not ints:
                check_joint(other, api)
        except refused:
            continue
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
    return f"{used} other arguments"
