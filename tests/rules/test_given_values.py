"""Values beyond the edges that a derivative is taken in: of `np.pad` and `np.interp`."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad.errors import Unsupported
from dualad.testing import check_grads

X = np.array([0.3, -1.1, 2.2, 0.7])
A = np.array([[0.3, -1.1, 2.2], [0.9, 0.1, -0.4]])
PAIRS = np.array([[1.0, 2.0], [3.0, 4.0]])

CALLS = {
    "a number": (lambda x, k: np.pad(x, 2, constant_values=k), X, 1.5),
    "both sides": (lambda x, k: np.pad(x, ((1, 2), (0, 1)), "constant", constant_values=(k, 2.0 * k)), A, 1.5),
    "each side": (lambda x, k: np.pad(x, ((1, 2), (0, 1)), constant_values=k), A, PAIRS),
    "nested": (lambda x, k: np.pad(x, 1, constant_values=((k, 2.0 * k), (0.0, k * k))), A, 1.5),
    "by axis": (lambda x, k: np.pad(x, {-1: (2, 1)}, constant_values=k), A, 1.5),
    "of a list": (lambda x, k: np.pad([x, 2.0 * x, k], 1, constant_values=x), 1.2, 0.7),
    "a ramp": (lambda x, k: np.pad(x, 3, "linear_ramp", end_values=(k, 3.0)), X, 1.5),
    "ramps": (lambda x, k: np.pad(x, ((1, 2), (2, 0)), mode="linear_ramp", end_values=k), A, PAIRS),
    "no ramp": (lambda x, k: np.pad(x, 0, "linear_ramp", end_values=k), X, 1.5),
    "left of knots": (lambda x, k: np.interp(x, [0.0, 0.5, 1.0], [1.0, 3.0, 2.0], left=k), X, 1.5),
    "right of knots": (lambda x, k: np.interp(x, [0.0, 0.5, 1.0], [1.0, 3.0, k], 2.0 * k, k * k), X, 1.5),
    "of a number": (lambda x, k: np.interp(x, [0.0, 0.5, 1.0], [1.0, 3.0, 2.0], left=k, right=x), -0.5, 1.5),
}


@pytest.mark.parametrize("name", CALLS)
def test_derivatives(name) -> None:
    fn, *args = CALLS[name]
    check_grads(fn, tuple(args))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
@pytest.mark.parametrize(
    "pad",
    [
        lambda x: np.pad(x, ((1, 2), (3, 1)), constant_values=((1.5, 2.0), (3.0, 4.0))),
        lambda x: np.pad(x, ((1, 2), (3, 1)), "linear_ramp", end_values=((1.5, 2.0), (3.0, 4.0))),
    ],
    ids=["constants", "ramps"],
)
def test_values_are_as_without_a_derivative(pad, dtype) -> None:
    x = A.astype(dtype)
    found, t = dualad.jvp(pad, (x,), (x,))
    assert found.dtype == t.dtype == pad(x).dtype
    np.testing.assert_allclose(found, pad(x), rtol=2e-3 if dtype is np.float16 else 1e-6)
    assert dualad.vjp(pad, x)[1](found)[0].dtype == dtype


def test_ramps_of_integers_are_not_rounded_in_silence() -> None:
    def f(x):
        return np.sum(np.pad(x, 2, "linear_ramp", end_values=9))

    for derivative in (dualad.grad, dualad.jacfwd):
        with pytest.raises(Unsupported, match="rounds ramps of integers"):
            derivative(f)(np.arange(3))
