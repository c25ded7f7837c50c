"""`np.linalg`: solving, inverting, determinants, powers; of stacks of matrices throughout."""

from __future__ import annotations

import numpy as np

from dualad.registry import general, linear, multilinear, same
from dualad.rules.cumulative import others_product
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
    kind="solve",
)
general(
    np.linalg.inv,
    jvps=[lambda t, ans, a: -np.matmul(np.matmul(ans, t), ans)],
    vjps=[lambda ct, ans, a: -np.matmul(np.matmul(swap_last(ans), ct), swap_last(ans))],
    kind="solved",
)


def less_projected(x, a, ans):
    """`x` less its part in the column space of `a`, from the right; by the smaller of two products."""
    return x - (np.matmul(x, np.matmul(a, ans)) if a.shape[-2] <= a.shape[-1] else np.matmul(np.matmul(x, a), ans))


def projected_less(x, a, ans):
    """`x` less its part in the row space of `a`, from the left."""
    return x - (np.matmul(np.matmul(ans, a), x) if a.shape[-1] <= a.shape[-2] else np.matmul(ans, np.matmul(a, x)))


def pinv_tangent(t, ans, a):
    """The tangent of `np.linalg.pinv` where the rank stays as it is.

    Golub and Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems, SIAM J. Numer.
    Anal. 10 (1973), equation 4.12.
    """
    adjoint, back = np.conj(swap_last(t)), np.conj(swap_last(ans))
    first = -np.matmul(np.matmul(ans, t), ans)
    second = np.matmul(ans, np.matmul(back, less_projected(adjoint, a, ans)))
    third = np.matmul(np.matmul(projected_less(adjoint, a, ans), back), ans)
    return first + second + third


def pinv_back(ct, ans, a):
    """The transpose of `pinv_tangent`, term by term: of Re(sum(ct * (L conj(t).T R))) it is conj(R ct.T L)."""
    turned, back = swap_last(ct), np.conj(swap_last(ans))
    first = -np.matmul(np.matmul(swap_last(ans), ct), swap_last(ans))
    second = np.conj(np.matmul(np.matmul(projected_columns(turned, a, ans), ans), back))
    third = np.conj(np.matmul(back, np.matmul(ans, projected_rows(turned, a, ans))))
    return first + second + third


def projected_columns(x, a, ans):
    """`less_projected`, from the left."""
    return x - (np.matmul(np.matmul(a, ans), x) if a.shape[-2] <= a.shape[-1] else np.matmul(a, np.matmul(ans, x)))


def projected_rows(x, a, ans):
    """`projected_less`, from the right."""
    return x - (np.matmul(x, np.matmul(ans, a)) if a.shape[-1] <= a.shape[-2] else np.matmul(np.matmul(x, ans), a))


general(
    np.linalg.pinv,
    jvps=[lambda t, ans, a, rcond=None, hermitian=False, *, rtol=None: pinv_tangent(t, ans, a)],
    vjps=[lambda ct, ans, a, rcond=None, hermitian=False, *, rtol=None: pinv_back(ct, ans, a)],
    kind="inverse_of_any",
)

# Determinants


def traced(x, y):
    """The trace of a product of matrices."""
    return np.sum(x * swap_last(y), axis=(-2, -1))


def spread(ct):
    """A number for each matrix, made to multiply the matrices."""
    return np.expand_dims(ct, (-2, -1))


def cofactors(ans, a):
    """The transposed cofactors of a matrix, by its singular values where it is singular."""
    if np.all(np.not_equal(ans, 0)):
        return spread(ans) * np.linalg.inv(a)
    u, s, vh = np.linalg.svd(a)
    sign = spread(np.linalg.det(u) * np.linalg.det(vh))
    return np.conj(np.matmul(u * np.expand_dims(others_product(s, -1), -2), vh).swapaxes(-1, -2)) * sign


general(
    np.linalg.det,
    jvps=[lambda t, ans, a: traced(cofactors(ans, a), t)],
    vjps=[lambda ct, ans, a: spread(ct) * swap_last(cofactors(ans, a))],
    kind="determinant",
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
    kind="log_determinant",
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
    if n == 1:  # the array itself
        return t
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
    kind="solved",
    aliases="maybe",
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
    kind="chained",
)

# Functions of `np` under another name

for _name in ("matmul", "outer", "vecdot"):
    for _fn in present(np.linalg, _name):
        same(_fn, getattr(np, _name), definition=None)  # which is for keywords that these do not take
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
        kind="cross",
    )
for _fn in present(np.linalg, "matrix_transpose"):
    same(_fn, np.matrix_transpose)
for _fn in present(np.linalg, "diagonal"):
    linear(_fn, lambda ct, x, /, *, offset=0: diagonal_back(ct, x.shape, offset, -2, -1), aliases="yes")
for _fn in present(np.linalg, "trace"):
    linear(_fn, lambda ct, x, /, *, offset=0: trace_back(ct, x.shape, offset, -2, -1))
