"""`np.linalg`: solving, inverting, determinants, powers; of stacks of matrices throughout."""

from __future__ import annotations

import numpy as np

from dualad.registry import general, linear, multilinear, same
from dualad.rules.helpers import present, swap_last, unbroadcast
from dualad.rules.products import cross_left, cross_right, tensordot_left, tensordot_right
from dualad.rules.shaping import diagonal_back, trace_back

# Solving and inverting


def solve_matrix_tangent(t, ans, a, b):
    """The tangent of `np.linalg.solve` in its matrix."""
    if b.ndim == 1:
        return -np.linalg.solve(a, np.expand_dims(np.matmul(t, np.expand_dims(ans, -1))[..., 0], -1))[..., 0]
    return -np.linalg.solve(a, np.matmul(t, ans))


def transposed_solve(ct, a, b_ndim):
    """The solution with the transposed matrix, whose right-hand side is a vector where that of the call was."""
    if b_ndim == 1:
        return np.linalg.solve(swap_last(a), np.expand_dims(ct, -1))[..., 0]
    return np.linalg.solve(swap_last(a), ct)


def solve_matrix_back(ct, ans, a, b):
    """The cotangent of the matrix."""
    rows = transposed_solve(ct, a, b.ndim)
    if b.ndim == 1:
        rows, ans = np.expand_dims(rows, -1), np.expand_dims(ans, -1)
    return unbroadcast(-np.matmul(rows, swap_last(ans)), a.shape)


general(
    np.linalg.solve,
    jvps=[
        lambda t, ans, a, b: solve_matrix_tangent(t, ans, a, b),
        lambda t, ans, a, b: np.linalg.solve(a, t),
    ],
    vjps=[
        lambda ct, ans, a, b: solve_matrix_back(ct, ans, a, b),
        lambda ct, ans, a, b: unbroadcast(transposed_solve(ct, a, b.ndim), b.shape),
    ],
)
general(
    np.linalg.inv,
    jvps=[lambda t, ans, a: -np.matmul(np.matmul(ans, t), ans)],
    vjps=[lambda ct, ans, a: -np.matmul(np.matmul(swap_last(ans), ct), swap_last(ans))],
    kind="like",
)


def pinv_tangent(t, ans, a):
    """The tangent of `np.linalg.pinv` where the rank stays as it is."""
    adjoint, back = np.conj(swap_last(t)), np.conj(swap_last(ans))
    eye_m, eye_n = np.eye(a.shape[-2], dtype=a.dtype), np.eye(a.shape[-1], dtype=a.dtype)
    first = -np.matmul(np.matmul(ans, t), ans)
    second = np.matmul(np.matmul(np.matmul(ans, back), adjoint), eye_m - np.matmul(a, ans))
    third = np.matmul(np.matmul(np.matmul(eye_n - np.matmul(ans, a), adjoint), back), ans)
    return first + second + third


def pinv_back(ct, ans, a):
    """The transpose of `pinv_tangent`, term by term."""
    back = np.conj(swap_last(ans))
    eye_m, eye_n = np.eye(a.shape[-2], dtype=a.dtype), np.eye(a.shape[-1], dtype=a.dtype)
    first = -np.matmul(np.matmul(swap_last(ans), ct), swap_last(ans))
    # Of Re(sum(ct * (L conj(t).T R))) the cotangent of t is conj(R ct.T L).
    turned = swap_last(ct)
    second = np.conj(np.matmul(np.matmul(eye_m - np.matmul(a, ans), turned), np.matmul(ans, back)))
    third = np.conj(np.matmul(np.matmul(np.matmul(back, ans), turned), eye_n - np.matmul(ans, a)))
    return first + second + third


general(
    np.linalg.pinv,
    jvps=[lambda t, ans, a, rcond=None, hermitian=False: pinv_tangent(t, ans, a)],
    vjps=[lambda ct, ans, a, rcond=None, hermitian=False: pinv_back(ct, ans, a)],
)

# Determinants


def traced(x, y):
    """The trace of a product of matrices."""
    return np.sum(x * swap_last(y), axis=(-2, -1))


def spread(ct):
    """A number for each matrix, made to multiply the matrices."""
    return np.expand_dims(ct, (-2, -1))


general(
    np.linalg.det,
    jvps=[lambda t, ans, a: ans * traced(np.linalg.inv(a), t)],
    vjps=[lambda ct, ans, a: spread(ct * ans) * swap_last(np.linalg.inv(a))],
)


def slogdet_tangent(t, ans, a):
    """The tangents of sign and logarithm; the sign turns only in the complex plane."""
    rate = traced(np.linalg.inv(a), t)
    return ans[0] * (1j * np.imag(rate)) if np.iscomplexobj(a) else np.zeros_like(ans[0]), np.real(rate)


def slogdet_back(ct, ans, a):
    """The cotangent of `np.linalg.slogdet`, whose sign or logarithm may have none."""
    rate = ct[1]
    if np.iscomplexobj(a):
        rate = rate - 1j * np.real(1j * ct[0] * ans[0])
    return spread(rate + np.zeros_like(ans[1])) * swap_last(np.linalg.inv(a))


general(
    np.linalg.slogdet,
    jvps=[lambda t, ans, a: slogdet_tangent(t, ans, a)],
    vjps=[lambda ct, ans, a: slogdet_back(ct, ans, a)],
)

# Powers and products of matrices


def powers(a, n):
    """The powers of a matrix from 0 to n - 1."""
    found = [np.broadcast_to(np.eye(a.shape[-1], dtype=a.dtype), a.shape)]
    for _ in range(n - 1):
        found.append(np.matmul(found[-1], a))
    return found


def matrix_power_tangent(t, ans, a, n):
    """The product rule, for as many factors as there are; of the inverse where `n` is negative."""
    if n < 0:
        return -np.matmul(np.matmul(ans, matrix_power_tangent(t, None, a, -n)), ans)
    if n == 0:
        return np.zeros_like(t)
    known = powers(a, n)
    return sum(np.matmul(np.matmul(known[k], t), known[n - 1 - k]) for k in range(n))


def matrix_power_back(ct, ans, a, n):
    """The transpose of `matrix_power_tangent`."""
    if n < 0:
        return matrix_power_back(-np.matmul(np.matmul(swap_last(ans), ct), swap_last(ans)), None, a, -n)
    if n == 0:
        return np.zeros_like(ct)
    known = [swap_last(p) for p in powers(a, n)]
    return sum(np.matmul(np.matmul(known[k], ct), known[n - 1 - k]) for k in range(n))


general(
    np.linalg.matrix_power,
    jvps=[lambda t, ans, a, n: matrix_power_tangent(t, ans, a, n)],
    vjps=[lambda ct, ans, a, n: matrix_power_back(ct, ans, a, n)],
    kind="like",
)


def chain(arrays):
    """The product of matrices in a row, of which the first may be a row vector and the last a column vector."""
    return arrays[0] if len(arrays) == 1 else np.linalg.multi_dot(arrays)


def multi_dot_tangent(t, arrays):
    """The sum over the factors, each with its tangent in its place."""
    return sum(np.linalg.multi_dot([*arrays[:i], t[i], *arrays[i + 1 :]]) for i in range(len(arrays)))


def multi_dot_back(ct, arrays):
    """The cotangents of the factors of `np.linalg.multi_dot`."""
    last = len(arrays) - 1
    row, column = arrays[0].ndim == 1, arrays[last].ndim == 1
    full = [np.reshape(a, (1, -1)) if i == 0 and row else a for i, a in enumerate(arrays)]
    full = [np.reshape(a, (-1, 1)) if i == last and column else a for i, a in enumerate(full)]
    ct = np.reshape(ct, (full[0].shape[0], full[last].shape[1]))
    found = []
    for i, a in enumerate(full):
        part = ct if i == 0 else np.matmul(swap_last(chain(full[:i])), ct)
        part = part if i == last else np.matmul(part, swap_last(chain(full[i + 1 :])))
        found.append(np.reshape(part, arrays[i].shape) if part.shape == a.shape else part)
    return found


general(
    np.linalg.multi_dot,
    jvps=[lambda t, ans, arrays: multi_dot_tangent(t, arrays)],
    vjps=[lambda ct, ans, arrays: multi_dot_back(ct, arrays)],
    sequences=(0,),
)

# Functions of `np` under another name

for _name in ("matmul", "outer", "vecdot"):
    for _fn in present(np.linalg, _name):
        same(_fn, getattr(np, _name))
for _fn in present(np.linalg, "tensordot"):
    multilinear(
        _fn,
        lambda ct, x1, x2, /, *, axes=2: tensordot_left(ct, x1.shape, x2, axes),
        lambda ct, x1, x2, /, *, axes=2: tensordot_right(ct, x1, x2.shape, axes),
    )
for _fn in present(np.linalg, "cross"):
    multilinear(
        _fn,
        lambda ct, x1, x2, /, *, axis=-1: cross_left(ct, x1.shape, x2, axis, axis, axis, None),
        lambda ct, x1, x2, /, *, axis=-1: cross_right(ct, x1, x2.shape, axis, axis, axis, None),
    )
for _fn in present(np.linalg, "matrix_transpose"):
    same(_fn, np.matrix_transpose)
for _fn in present(np.linalg, "diagonal"):
    linear(_fn, lambda ct, x, /, *, offset=0: diagonal_back(ct, x.shape, offset, -2, -1), aliases="yes")
for _fn in present(np.linalg, "trace"):
    linear(_fn, lambda ct, x, /, *, offset=0: trace_back(ct, x.shape, offset, -2, -1))
