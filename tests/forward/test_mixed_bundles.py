"""Bundles of several dtypes in one call: NumPy before 2.5 writes past its buffers where it promotes them itself."""

from __future__ import annotations

import numpy as np
import pytest

import dualad

MASK = np.array([True, False, True])
WIDE = np.array([1.0, 2.0, 3.0])
WHOLE = np.array([1, 2, 3])

MIXED = {
    "where, a constant": lambda x: np.where(MASK, x, WIDE),
    "where, before": lambda x: np.where(MASK, WIDE * x, x),
    "where, integers": lambda x: np.where(MASK, x, WHOLE),
    "where, a number": lambda x: np.where(MASK, x, 1),
    "concatenate": lambda x: np.concatenate([x, WIDE, x * WIDE]),
    "concatenate, a list": lambda x: np.concatenate([x, [1, 2, 3]]),
    "stack": lambda x: np.stack([WIDE, x]),
    "hstack": lambda x: np.hstack([x[:2], WIDE * x]),
    "vstack": lambda x: np.vstack([x, WIDE * x]),
    "column_stack": lambda x: np.column_stack([x, WHOLE]),
    "append": lambda x: np.append(x, WIDE * x),
    "block": lambda x: np.block([x, WIDE]),
    "choose": lambda x: np.choose([0, 1, 0], [x, WIDE * x]),
    "select": lambda x: np.select([MASK], [x], WIDE),
    "insert": lambda x: np.insert(x, 1, WIDE[1] * x[0]),
    "broadcast_arrays": lambda x: np.broadcast_arrays(x, WIDE * x[:, None])[0],
    "array": lambda x: np.array([x, WIDE * x]),
    "take_along_axis": lambda x: np.take_along_axis(np.stack([WIDE, x]), np.array([[0, 1, 1]]), 0),
}


@pytest.mark.parametrize("name", MIXED)
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_many_directions_of_two_dtypes(name, dtype):
    x = np.array([1.25, 0.75, 1.5], dtype)
    outer = lambda x: np.sum(MIXED[name](x) * x[0] ** 2)  # noqa: E731
    tolerance = 40 * np.finfo(dtype).eps
    for transform in (
        dualad.jacfwd(MIXED[name]),
        dualad.jacfwd(dualad.grad(outer)),
        dualad.jacfwd(dualad.jacfwd(outer)),
    ):
        np.testing.assert_allclose(transform(x), transform(x.astype(float)), rtol=tolerance, atol=tolerance)


def test_a_hessian_whose_branches_have_other_dtypes():
    """The function that ended the interpreter: float32 where branches of `np.where` are powers and products."""

    def f(x, n):
        t = np.where(x > 0.9, x**3, x * x)
        for i in range(n):
            t = t * x / np.sqrt(1 + t[i] ** 2) if i != 1 else t[[2, 0, 1]]
        return np.sum(t)

    x = np.array([1.1, 0.7, 1.3], np.float32)
    expected = dualad.hessian(f)(x.astype(float), 3)
    for _ in range(20):
        np.testing.assert_allclose(dualad.hessian(f)(x, 3), expected, rtol=1e-4, atol=1e-5)
