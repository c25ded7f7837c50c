"""`np.einsum` by literal letters: its reverse is written out where no axis is repeated or summed alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dualad
from dualad import jvp, vjp

WRITTEN_OUT = {
    "ij,jk->ik": lambda a, b: np.einsum("ij,jk->ik", a, b),
    "bij,bkj->bik": lambda a, b: np.einsum("bij,bkj->bik", a, b),
    "i,j->ij": lambda a, b: np.einsum("i,j->ij", a, b),
    "ij,jk->ki": lambda a, b: np.einsum(" ij , jk -> ki ", a, b),
}
OTHERS = {
    "ii,ij->j": lambda a, b: np.einsum("ii,ij->j", a, b),
    "ij,k->k": lambda a, b: np.einsum("ij,k->k", a, b),
    "ij,ij->": lambda a, b: np.einsum("ij,ij->", a, b),
    "ij,jk": lambda a, b: np.einsum("ij,jk", a, b),
    "aij,ij->ai": lambda a, b: np.einsum("...j,j->...", a[0], b[0]),
    "ji,jk->ik": lambda a, b: np.einsum("ij,jk->ik", a.T, b, optimize=True),
}


def arrays(text: str, unit: str, dtype: Any) -> tuple[Any, ...]:
    """Operands for such letters, where one letter's axis has length 1 in the first of them."""
    rng = np.random.default_rng(3)
    sizes = dict(zip("abijk", (2, 2, 3, 3, 4), strict=True))
    terms = text.partition("->")[0].split(",")
    shapes = [[1 if letter == unit and k == 0 else sizes[letter] for letter in term] for k, term in enumerate(terms)]
    made = [rng.normal(size=shape) + (0.5j * rng.normal(size=shape) if dtype is complex else 0.0) for shape in shapes]
    return tuple([x.astype(dtype) for x in made])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, complex])
@pytest.mark.parametrize("text", [*WRITTEN_OUT, *OTHERS])
def test_pairs_with_forward_mode(text: str, dtype: Any) -> None:
    fn = {**WRITTEN_OUT, **OTHERS}[text]
    for unit in ["", *sorted({*text} & {*"ijk"})]:
        if text == "ii,ij->j" and unit == "i":
            continue  # a matrix of one element has both axes of length 1
        args = arrays(text, unit, dtype)
        tangents = arrays(text, unit, dtype)
        tangents = tuple([np.roll(t, 1) for t in tangents])
        try:
            fn(*args)
        except ValueError:
            continue  # NumPy does not broadcast along that axis
        for _ in range(2):
            result, pull = vjp(fn, *args)
            ct = np.roll(np.array(result), 1) + 1
            bars = pull(ct)
            assert [b.dtype for b in bars] == [a.dtype for a in args]
            assert [b.shape for b in bars] == [a.shape for a in args]
            moved = jvp(fn, args, tangents)[1]
            pairing = sum([np.sum(b * t) for b, t in zip(bars, tangents, strict=True)])
            np.testing.assert_allclose(pairing, np.sum(ct * moved), rtol=1e-4 if dtype is np.float32 else 1e-12)


@pytest.mark.parametrize("text", WRITTEN_OUT)
def test_is_written_out(text: str) -> None:
    args = arrays(text, "", np.float64)
    assert dualad.source(WRITTEN_OUT[text], *args).count("_bar = np.einsum(") == 2


def test_one_variable_in_both_places() -> None:
    x = np.arange(6.0).reshape(2, 3)
    hessian = dualad.hessian(lambda x: np.sum(np.einsum("ij,kj->ik", x, x)))(x)
    np.testing.assert_allclose(hessian, np.einsum("ik,jl->ijkl", np.full((2, 2), 2.0), np.eye(3)))
