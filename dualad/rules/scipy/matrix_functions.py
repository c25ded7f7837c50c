"""`scipy.linalg`: functions of matrices, all of one formula.

`f([[A, E], [0, A]])` is `[[f(A), L(A, E)], [0, f(A)]]` with the derivative `L(A, E)` of `f` along `E` (Mathias, "A
chain rule for matrix functions and applications", 1996). The transpose of `E -> L(A, E)` is `E -> L(A^T, E)`.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg as sl

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import swap_last
from dualad.rules.scipy.calls import on_duals

solve_sylvester = on_duals(sl.solve_sylvester)


def derivative(fn, a, e, *args):
    """The derivative of a matrix function at `a` along `e`."""
    n = a.shape[-1]
    above = np.concatenate([a + np.zeros_like(e), e], axis=-1)
    below = np.concatenate([np.zeros_like(e), a + np.zeros_like(e)], axis=-1)
    return fn(np.concatenate([above, below], axis=-2), *args)[..., :n, n:]


def state(fn):
    """State the derivative of a function of one matrix."""
    called = on_duals(fn)

    def tangent(t, ans, A):
        """The derivative along `t`."""
        return derivative(called, A, t)

    def back(ct, ans, A):
        """The transpose of `tangent`."""
        return derivative(called, swap_last(A), ct)

    general(fn, jvps=[tangent], vjps=[back])


for _fn in (sl.expm, sl.logm, sl.cosm, sl.sinm, sl.tanm, sl.coshm, sl.sinhm, sl.tanhm):
    state(_fn)

general(  # X @ X = A, so that dX @ X + X @ dX = dA
    sl.sqrtm,
    jvps=[lambda t, ans, A: solve_sylvester(ans, ans, t)],
    vjps=[lambda ct, ans, A: solve_sylvester(swap_last(ans), swap_last(ans), ct)],
)


def growth(s, a):
    """`s @ a`, of which the sign `s` of `a` has made all eigenvalues positive; refused where one is 0."""
    if np.max(np.abs(np.matmul(s, s) - np.eye(s.shape[-1])), initial=0) > 1e3 * np.finfo(s.dtype).eps ** 0.75:
        raise Unsupported("scipy.linalg.signm has no derivative where an eigenvalue has a real part of 0, or nearly so")
    return np.matmul(s, a)


def sign_tangent(t, s, a):
    """The tangent of the sign: `s @ s` stays the identity, and `s @ a` is `a @ s`."""
    n = growth(s, a)
    return solve_sylvester(n, n, t - np.matmul(np.matmul(s, t), s))


def sign_back(ct, s, a):
    """The transpose of `sign_tangent`."""
    n, s = swap_last(growth(s, a)), swap_last(s)
    x = solve_sylvester(n, n, ct)
    return x - np.matmul(np.matmul(s, x), s)


general(
    sl.signm,
    jvps=[lambda t, ans, A: sign_tangent(t, ans, A)],
    vjps=[lambda ct, ans, A: sign_back(ct, ans, A)],
)
