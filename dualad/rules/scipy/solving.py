"""`scipy.linalg`: linear systems by matrices, triangles and factors; inverses; matrix equations.

A solver that reads a part of its matrix only (a triangle, a diagonal) has no derivative in the rest: `seen` says which
matrix the solver means, and `seen_back` is its transpose.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.decompositions import adjoint, hermitian, on_diagonal, triangle_back
from dualad.rules.helpers import expand, swap_last, unbroadcast
from dualad.rules.linalg import cofactors, pinv_back, pinv_tangent, spread, traced
from dualad.rules.norms import norm_gradient, norm_tangent
from dualad.rules.scipy.calls import for_lapack, on_duals

solve, solve_triangular = on_duals(sl.solve), on_duals(sl.solve_triangular)
cho_solve, lu_solve = on_duals(sl.cho_solve), on_duals(sl.lu_solve)
solve_sylvester = on_duals(sl.solve_sylvester)
solve_continuous_lyapunov = on_duals(sl.solve_continuous_lyapunov)
solve_discrete_lyapunov = on_duals(sl.solve_discrete_lyapunov)

WHOLE = (None, "gen", "general", "banded")
HERMITIAN = ("her", "hermitian", "pos", "positive definite")
SYMMETRIC = ("sym", "symmetric")
FLIPPED = {"upper triangular": "lower triangular", "lower triangular": "upper triangular"}


def triangle(x, lower, k=0):
    """One triangle of matrices, from the `k`-th diagonal on."""
    return np.tril(x, -k) if lower else np.triu(x, k)


def seen(t, assume_a, lower):
    """The matrix that a solver means by what it is given."""
    if assume_a in WHOLE:
        return t
    if assume_a in HERMITIAN:
        return hermitian(t, lower)
    if assume_a in SYMMETRIC:
        return triangle(t, lower) + swap_last(triangle(t, lower, 1))
    if assume_a in FLIPPED:
        return triangle(t, assume_a == "lower triangular")
    if assume_a == "diagonal":
        return on_diagonal(np.diagonal(t, 0, -2, -1))
    if assume_a == "tridiagonal":
        return np.triu(np.tril(t, 1), -1)
    raise Unsupported(f"scipy.linalg.solve(..., assume_a={assume_a!r}) has no derivative rule")


def seen_back(g, assume_a, lower):
    """The transpose of `seen`."""
    if assume_a in HERMITIAN:
        return triangle_back(g, lower)
    if assume_a in SYMMETRIC:
        return triangle(g, lower) + triangle(swap_last(g), lower, 1)
    return seen(g, assume_a, lower)


def as_columns(x, vector):
    """A right-hand side or solution as a matrix."""
    return np.expand_dims(x, -1) if vector else x


def fitting(x, vector):
    """A matrix of one column as the vector that it stands for."""
    return x[..., 0] if vector else x


# By a matrix


def solve_tangent(t, ans, a, b, lower, assume_a, transposed):
    """The tangent of `solve` in its matrix."""
    moved = seen(t, assume_a, lower)
    moved = swap_last(moved) if transposed else moved
    right = -np.matmul(moved, as_columns(ans, b.ndim == 1))
    return fitting(solve(a, right, lower=lower, assume_a=assume_a, transposed=transposed), b.ndim == 1)


def transposed_solution(ct, a, b, lower, assume_a, transposed):
    """The solution with the transposed matrix."""
    right = as_columns(ct, b.ndim == 1)
    if transposed:
        return solve(a, right, lower=lower, assume_a=assume_a)
    if assume_a in HERMITIAN:
        return solve(np.conj(a), right, lower=lower, assume_a=assume_a)
    if assume_a in SYMMETRIC:
        return solve(a, right, lower=lower, assume_a=assume_a)
    return solve(swap_last(a), right, assume_a=FLIPPED.get(assume_a, assume_a))


def solve_matrix_back(ct, ans, a, b, lower, assume_a, transposed):
    """The cotangent of the matrix of `solve`."""
    rows = transposed_solution(ct, a, b, lower, assume_a, transposed)
    g = -np.matmul(rows, swap_last(as_columns(ans, b.ndim == 1)))
    return seen_back(unbroadcast(swap_last(g) if transposed else g, a.shape), assume_a, lower)


def solve_right_back(ct, a, b, lower, assume_a, transposed):
    """The cotangent of the right-hand side of `solve`."""
    return unbroadcast(fitting(transposed_solution(ct, a, b, lower, assume_a, transposed), b.ndim == 1), b.shape)


general(
    sl.solve,
    jvps=[
        lambda t, ans, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False: solve_tangent(
            t, ans, a, b, lower, assume_a, transposed
        ),
        lambda t, ans, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False: solve(
            a, t, lower=lower, assume_a=assume_a, transposed=transposed
        ),
    ],
    vjps=[
        lambda ct, ans, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False: solve_matrix_back(
            ct, ans, a, b, lower, assume_a, transposed
        ),
        lambda ct, ans, a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False: solve_right_back(
            ct, a, b, lower, assume_a, transposed
        ),
    ],
)


def check_inv(assume_a):
    """Refuse what `inv` does not say what it reads of."""
    if assume_a in ("diagonal", "tridiagonal", "banded"):
        raise Unsupported(f"scipy.linalg.inv(..., assume_a={assume_a!r}) has no derivative rule; leave assume_a out")


def inv_tangent(t, ans, assume_a, lower):
    """The tangent of `inv`."""
    check_inv(assume_a)
    return -np.matmul(np.matmul(ans, seen(t, assume_a, lower)), ans)


def inv_back(ct, ans, assume_a, lower):
    """The transpose of `inv_tangent`."""
    check_inv(assume_a)
    return seen_back(-np.matmul(np.matmul(swap_last(ans), ct), swap_last(ans)), assume_a, lower)


general(
    sl.inv,
    jvps=[lambda t, ans, a, *, check_finite=True, assume_a=None, lower=False: inv_tangent(t, ans, assume_a, lower)],
    vjps=[lambda ct, ans, a, *, check_finite=True, assume_a=None, lower=False: inv_back(ct, ans, assume_a, lower)],
)
general(
    sl.det,
    jvps=[lambda t, ans, a, *, check_finite=True: traced(cofactors(ans, for_lapack(a)), t)],
    vjps=[lambda ct, ans, a, *, check_finite=True: spread(ct) * swap_last(cofactors(ans, for_lapack(a)))],
)
general(
    sl.pinv,
    jvps=[lambda t, ans, a, *, atol=None, rtol=None, check_finite=True: pinv_tangent(t, ans, a)],
    vjps=[lambda ct, ans, a, *, atol=None, rtol=None, check_finite=True: pinv_back(ct, ans, a)],
)
general(
    sl.pinvh,
    jvps=[
        lambda t, ans, a, atol=None, rtol=None, lower=True, *, check_finite=True: pinv_tangent(
            hermitian(t, lower), ans, hermitian(a, lower)
        )
    ],
    vjps=[
        lambda ct, ans, a, atol=None, rtol=None, lower=True, *, check_finite=True: triangle_back(
            pinv_back(ct, ans, hermitian(a, lower)), lower
        )
    ],
)
general(
    sl.norm,
    jvps=[
        lambda t, ans, a, ord=None, axis=None, keepdims=False, check_finite=True: norm_tangent(
            t, a, ans, ord, axis, keepdims
        )
    ],
    vjps=[
        lambda ct, ans, a, ord=None, axis=None, keepdims=False, check_finite=True: (
            expand(ct, a.shape, axis, keepdims) * norm_gradient(a, ans, ord, axis, keepdims)
        )
    ],
)

# By a triangle. `trans` says which matrix is meant: the triangle, its transpose or its adjoint.

NAMES = {"N": 0, "T": 1, "C": 2}


def turned(x, trans):
    """The matrix that `trans` means."""
    trans = NAMES.get(trans, trans)
    return x if trans == 0 else swap_last(x) if trans == 1 else adjoint(x)


def triangular_tangent(t, ans, a, b, trans, lower, unit_diagonal):
    """The tangent of `solve_triangular` in its matrix."""
    moved = turned(triangle(t, lower, int(unit_diagonal)), trans)
    right = -np.matmul(moved, as_columns(ans, b.ndim == 1))
    return fitting(solve_triangular(a, right, trans, lower, unit_diagonal), b.ndim == 1)


def triangular_transposed(ct, a, b, trans, lower, unit_diagonal):
    """The solution with the transpose of what `trans` means."""
    right, trans = as_columns(ct, b.ndim == 1), NAMES.get(trans, trans)
    if trans == 2:
        return solve_triangular(np.conj(a), right, 0, lower, unit_diagonal)
    return solve_triangular(a, right, 1 - trans, lower, unit_diagonal)


def triangular_matrix_back(ct, ans, a, b, trans, lower, unit_diagonal):
    """The cotangent of the matrix of `solve_triangular`."""
    rows = triangular_transposed(ct, a, b, trans, lower, unit_diagonal)
    g = turned(-np.matmul(rows, swap_last(as_columns(ans, b.ndim == 1))), trans)
    return triangle(unbroadcast(g, a.shape), lower, int(unit_diagonal))


general(
    sl.solve_triangular,
    jvps=[
        lambda t, ans, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True: triangular_tangent(
            t, ans, a, b, trans, lower, unit_diagonal
        ),
        lambda t, ans, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True: solve_triangular(
            a, t, trans, lower, unit_diagonal
        ),
    ],
    vjps=[
        lambda ct, ans, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True: triangular_matrix_back(
            ct, ans, a, b, trans, lower, unit_diagonal
        ),
        lambda ct, ans, a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True: unbroadcast(
            fitting(triangular_transposed(ct, a, b, trans, lower, unit_diagonal), b.ndim == 1), b.shape
        ),
    ],
)

# By factors: a pair of an array and what says how to read it, whose cotangent is a pair


def lower_factor(c, lower):
    """The lower Cholesky factor."""
    return np.tril(c) if lower else adjoint(np.triu(c))


def factor_of(pair, name):
    """The array of a pair of factors."""
    if not hasattr(pair[0], "shape"):
        raise Unsupported(f"scipy.linalg.{name} of a factor that is a list; make an array of it: `np.array(factor)`")
    return pair[0]


def cho_tangent(t, ans, pair, b):
    """The tangent of `cho_solve` in the factor."""
    factor, moved = lower_factor(factor_of(pair, "cho_solve"), pair[1]), lower_factor(t[0], pair[1])
    x = as_columns(ans, b.ndim == 1)
    right = np.matmul(moved, np.matmul(adjoint(factor), x)) + np.matmul(factor, np.matmul(adjoint(moved), x))
    return fitting(-cho_solve(pair, right), b.ndim == 1)


def cho_back(ct, ans, pair, b):
    """The cotangent of the factor of `cho_solve`."""
    factor, x = lower_factor(factor_of(pair, "cho_solve"), pair[1]), as_columns(ans, b.ndim == 1)
    w = np.conj(cho_solve(pair, np.conj(as_columns(ct, b.ndim == 1))))
    g = -np.matmul(w, swap_last(np.matmul(adjoint(factor), x)))
    g = g - np.matmul(np.conj(x), adjoint(np.matmul(swap_last(factor), w)))
    g = unbroadcast(g, pair[0].shape)
    return [np.tril(g) if pair[1] else np.triu(adjoint(g)), 0.0]


general(
    sl.cho_solve,
    jvps=[
        lambda t, ans, c_and_lower, b, *, check_finite=True: cho_tangent(t, ans, c_and_lower, b),
        lambda t, ans, c_and_lower, b, *, check_finite=True: cho_solve(c_and_lower, t),
    ],
    vjps=[
        lambda ct, ans, c_and_lower, b, *, check_finite=True: cho_back(ct, ans, c_and_lower, b),
        lambda ct, ans, c_and_lower, b, *, check_finite=True: unbroadcast(
            np.conj(cho_solve(c_and_lower, np.conj(ct))), b.shape
        ),
    ],
    sequences=(0,),
)


def rows_of(piv):
    """Which row of a matrix each row of its factors' product is, by LAPACK's list of swaps."""
    order = np.arange(len(piv))
    for i, j in enumerate(piv):
        order[i], order[j] = order[j], order[i]
    return order


def check_single(lu):
    """Refuse stacks of factors."""
    if lu.ndim != 2:
        raise Unsupported("scipy.linalg.lu_solve of a stack of matrices has no derivative rule; solve them one by one")


def lu_tangent(t, ans, pair, b, trans):
    """The tangent of `lu_solve` in the factors."""
    lu, order = factor_of(pair, "lu_solve"), rows_of(pair[1])
    check_single(lu)
    unit = np.tril(lu, -1) + np.eye(len(order), dtype=lu.dtype)
    product = np.matmul(np.tril(t[0], -1), np.triu(lu)) + np.matmul(unit, np.triu(t[0]))
    right = np.matmul(turned(product[np.argsort(order)], trans), as_columns(ans, b.ndim == 1))
    return fitting(-lu_solve(pair, right, trans), b.ndim == 1)


def lu_transposed(ct, pair, trans):
    """The solution with the transpose of what `trans` means."""
    return np.conj(lu_solve(pair, np.conj(ct))) if trans == 2 else lu_solve(pair, ct, 1 - trans)


def lu_back(ct, ans, pair, b, trans):
    """The cotangent of the factors of `lu_solve`."""
    lu, order = factor_of(pair, "lu_solve"), rows_of(pair[1])
    check_single(lu)
    vector = b.ndim == 1
    rows = as_columns(lu_transposed(ct, pair, trans), vector)
    g = turned(-np.matmul(rows, swap_last(as_columns(ans, vector))), trans)[order]
    unit = np.tril(lu, -1) + np.eye(len(order), dtype=lu.dtype)
    return [np.tril(np.matmul(g, swap_last(np.triu(lu))), -1) + np.triu(np.matmul(swap_last(unit), g)), 0.0]


general(
    sl.lu_solve,
    jvps=[
        lambda t, ans, lu_and_piv, b, trans=0, *, check_finite=True: lu_tangent(t, ans, lu_and_piv, b, trans),
        lambda t, ans, lu_and_piv, b, trans=0, *, check_finite=True: lu_solve(lu_and_piv, t, trans),
    ],
    vjps=[
        lambda ct, ans, lu_and_piv, b, trans=0, *, check_finite=True: lu_back(ct, ans, lu_and_piv, b, trans),
        lambda ct, ans, lu_and_piv, b, trans=0, *, check_finite=True: unbroadcast(
            lu_transposed(ct, lu_and_piv, trans), b.shape
        ),
    ],
    sequences=(0,),
)

# Matrix equations

general(
    sl.solve_sylvester,
    jvps=[
        lambda t, ans, a, b, q: -solve_sylvester(a, b, np.matmul(t, ans)),
        lambda t, ans, a, b, q: -solve_sylvester(a, b, np.matmul(ans, t)),
        lambda t, ans, a, b, q: solve_sylvester(a, b, t),
    ],
    vjps=[
        lambda ct, ans, a, b, q: -np.matmul(solve_sylvester(swap_last(a), swap_last(b), ct), swap_last(ans)),
        lambda ct, ans, a, b, q: -np.matmul(swap_last(ans), solve_sylvester(swap_last(a), swap_last(b), ct)),
        lambda ct, ans, a, b, q: solve_sylvester(swap_last(a), swap_last(b), ct),
    ],
)


def lyapunov_matrix_back(w, x):
    """The cotangent of `a` in `a @ x + x @ a^H = q`, from that of `q`."""
    return -np.matmul(w, swap_last(x)) - np.conj(np.matmul(swap_last(w), x))


def stein_matrix_back(w, a, x):
    """The cotangent of `a` in `a @ x @ a^H - x + q = 0`, from that of `q`."""
    first = np.matmul(w, np.matmul(np.conj(a), swap_last(x)))
    return first + np.conj(np.matmul(swap_last(w), np.matmul(a, x)))


for _lyapunov in dict.fromkeys((sl.solve_continuous_lyapunov, sl.solve_lyapunov)):
    general(
        _lyapunov,
        jvps=[
            lambda t, ans, a, q: -solve_continuous_lyapunov(a, np.matmul(t, ans) + np.matmul(ans, adjoint(t))),
            lambda t, ans, a, q: solve_continuous_lyapunov(a, t),
        ],
        vjps=[
            lambda ct, ans, a, q: lyapunov_matrix_back(solve_continuous_lyapunov(swap_last(a), ct), ans),
            lambda ct, ans, a, q: solve_continuous_lyapunov(swap_last(a), ct),
        ],
    )
general(
    sl.solve_discrete_lyapunov,
    jvps=[
        lambda t, ans, a, q, method=None: solve_discrete_lyapunov(
            a, np.matmul(np.matmul(t, ans), adjoint(a)) + np.matmul(np.matmul(a, ans), adjoint(t)), method
        ),
        lambda t, ans, a, q, method=None: solve_discrete_lyapunov(a, t, method),
    ],
    vjps=[
        lambda ct, ans, a, q, method=None: stein_matrix_back(solve_discrete_lyapunov(swap_last(a), ct, method), a, ans),
        lambda ct, ans, a, q, method=None: solve_discrete_lyapunov(swap_last(a), ct, method),
    ],
)
