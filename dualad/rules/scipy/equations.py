"""`scipy.linalg`: the polar factors, Riccati's equations, and what is defined by other functions."""

from __future__ import annotations

import numpy as np
import scipy.fft as sf
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import defined, general
from dualad.rules.decompositions import adjoint
from dualad.rules.scipy.calls import for_lapack, on_duals
from dualad.rules.scipy.sparse import held

__dualad_lift__ = True

# Polar factors `a = u h`: with k = u^H da - da^H u, u^H du solves h x + x h = k (Higham, Functions of Matrices, 8.2)

solve_sylvester, solve = on_duals(sl.solve_sylvester), on_duals(sl.solve)


def right_polar(a):
    """The unitary and the Hermitian factor of a matrix that has no more columns than rows."""
    return sl.polar(a)


def polar_tangent(t, ans):
    """The tangents of both factors."""
    u, h = ans
    k = np.matmul(adjoint(u), t)
    turn = solve_sylvester(h, h, k - adjoint(k))
    dh = k - np.matmul(turn, h)
    return adjoint(solve(h, adjoint(t - np.matmul(u, dh)))), dh


def polar_back(ct, ans):
    """The transpose of `polar_tangent`; either cotangent may be 0.0."""
    u, h = ans
    gu, gh = np.conj(ct[0] + np.zeros_like(u)), np.conj(ct[1] + np.zeros_like(h))
    x = solve_sylvester(h, h, np.matmul(adjoint(u), gu) - np.matmul(gh, h))
    outside = adjoint(solve(h, adjoint(gu)))
    outside = outside - np.matmul(u, np.matmul(adjoint(u), outside))
    return np.conj(outside + np.matmul(u, gh + x - adjoint(x)))


general(
    right_polar,
    jvps=[lambda t, ans, a: polar_tangent(t, ans)],
    vjps=[lambda ct, ans, a: polar_back(ct, ans)],
)


def polar(a, side="right"):
    """`scipy.linalg.polar`."""
    a = np.asarray(a)
    inner = a if side == "right" else np.conj(np.transpose(a))
    if np.shape(inner)[0] < np.shape(inner)[1]:
        raise Unsupported(
            "scipy.linalg.polar has a derivative rule where the Hermitian factor is regular: use the other side"
        )
    u, h = right_polar(inner)
    return (u, h) if side == "right" else (np.conj(np.transpose(u)), h)


defined(sl.polar, polar)

# Riccati's equations. With the gain k and the closed loop `c = a - b k` the tangent of the solution solves Lyapunov's
# equation `c^H dx + dx c = -e` or `dx = c^H dx c + e`, e being the equation's own tangent.

lyapunov, discrete = on_duals(sl.solve_continuous_lyapunov), on_duals(sl.solve_discrete_lyapunov)


def loop(x, a, b, r, steps):
    """The gain, the closed loop, and what the tangents of a and b are multiplied with."""
    held = np.matmul(adjoint(b), x)
    gain = solve(r + np.matmul(held, b), np.matmul(held, a)) if steps else solve(r, held)
    closed = a - np.matmul(b, gain)
    return gain, closed, np.matmul(adjoint(closed), x) if steps else x


def riccati_tangent(t, x, a, b, r, steps, which):
    """The tangent of the solution in one of the matrices."""
    gain, closed, left = loop(x, a, b, r, steps)
    if which == "q":
        e = t
    elif which == "r":
        e = np.matmul(adjoint(gain), np.matmul(t, gain))
    else:
        e = np.matmul(left, t) if which == "a" else -np.matmul(left, np.matmul(t, gain))
        e = e + adjoint(e)
    return discrete(adjoint(closed), e) if steps else lyapunov(adjoint(closed), -e)


def riccati_back(ct, x, a, b, r, steps, which):
    """The transpose of `riccati_tangent`."""
    gain, closed, left = loop(x, a, b, r, steps)
    y = discrete(closed, np.conj(ct)) if steps else lyapunov(closed, -np.conj(ct))
    if which == "q":
        return np.conj(y)
    if which == "r":
        return np.conj(np.matmul(gain, np.matmul(y, adjoint(gain))))
    found = np.matmul(adjoint(left), y + adjoint(y))
    return np.conj(found if which == "a" else -np.matmul(found, adjoint(gain)))


def state_riccati(fn, steps):
    """State the derivatives of a solver in a, b, q and r."""

    def tangent(which):
        return lambda t, ans, a, b, q, r: riccati_tangent(t, ans, a, b, r, steps, which)

    def back(which):
        return lambda ct, ans, a, b, q, r: riccati_back(ct, ans, a, b, r, steps, which)

    general(fn, jvps=[tangent(w) for w in "abqr"], vjps=[back(w) for w in "abqr"])


state_riccati(sl.solve_continuous_are, False)
state_riccati(sl.solve_discrete_are, True)

# Defined by others


def fractional_matrix_power(A, t):
    """`scipy.linalg.fractional_matrix_power`."""
    if isinstance(t, int):
        return np.linalg.matrix_power(A, held(t))
    if t == np.floor(t):  # what SciPy gives is another dtype's, and the first power is the matrix itself
        raise Unsupported(
            "scipy.linalg.fractional_matrix_power of a whole power has a derivative rule where it is an int"
        )
    return sl.expm(for_lapack(t * sl.logm(for_lapack(np.asarray(A)))))


def expm_frechet(A, E, method=None, compute_expm=True, check_finite=True):
    """`scipy.linalg.expm_frechet`: by the exponential of a matrix of blocks."""
    A, E = for_lapack(np.asarray(A)), for_lapack(np.asarray(E))
    n = np.shape(A)[0]
    whole = sl.expm(np.block([[A, E], [np.zeros((n, n)), A]]))
    return (whole[:n, :n], whole[:n, n:]) if compute_expm else whole[:n, n:]


def solve_circulant(c, b, singular="raise", tol=None):
    """`scipy.linalg.solve_circulant`: a division of spectra."""
    c, b = np.asarray(c), np.asarray(b)
    if np.ndim(c) != 1 or singular != "raise":
        raise Unsupported("scipy.linalg.solve_circulant has a derivative rule for a vector c and singular='raise'")
    spectrum = np.reshape(sf.fft(c), np.shape(c) + (1,) * (np.ndim(b) - 1))
    found = sf.ifft(sf.fft(b, axis=0) / spectrum, axis=0)
    return found if np.iscomplexobj(c) or np.iscomplexobj(b) else np.real(found)


def orthogonal_procrustes(A, B, check_finite=True):
    """`scipy.linalg.orthogonal_procrustes`: the unitary polar factor, and the trace of the other one."""
    u, h = sl.polar(np.matmul(np.conj(np.transpose(A)), B))
    return u, np.real(np.trace(h))


for _definition in (
    expm_frechet, solve_circulant, orthogonal_procrustes,
):  # fmt: skip
    defined(getattr(sl, _definition.__name__), _definition)
defined(sl.fractional_matrix_power, fractional_matrix_power, aliases="maybe")  # the first power is the matrix itself
