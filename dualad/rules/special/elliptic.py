"""Elliptic integrals and functions, by Carlson's symmetric integrals, which do not cancel. (DLMF 19, 22.)"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise, general
from dualad.rules.helpers import require_real
from dualad.rules.special.helpers import cotangent, smooth, tangents

# Carlson's integrals (DLMF 19.18.1 and 19.18.8). The second derivatives of R_D and R_J are not stated.

STEP = 1e-30


def by_step(fn, position, args):
    """A partial of R_D or R_J by a complex step, in which SciPy's algorithm keeps all digits."""
    require_real(f"the derivative of scipy.special.{fn.__name__}", *args)
    moved = list(args)
    moved[position] = moved[position] * (1 + STEP * 1j)
    return np.imag(fn(*moved)) / STEP / args[position]  # of half precision their product would be 0


@smooth(None, None, None)
def rd_partial(x, y, z):
    """The derivative of R_D in x."""
    return by_step(sp.elliprd, 0, (x, y, z))


@smooth(None, None, None)
def rd_partial_last(x, y, z):
    """The derivative of R_D in z."""
    return by_step(sp.elliprd, 2, (x, y, z))


@smooth(None, None, None, None)
def rj_partial(x, y, z, p):
    """The derivative of R_J in x."""
    return by_step(sp.elliprj, 0, (x, y, z, p))


@smooth(None, None, None, None)
def rj_partial_last(x, y, z, p):
    """The derivative of R_J in p."""
    return by_step(sp.elliprj, 3, (x, y, z, p))


def rc_partial(x, y, ans):
    """The derivative of R_C in x; elementary where y < 0 makes it a principal value."""
    principal = np.real(y) < 0
    p = np.where(principal, 1, y)
    negative = np.where(principal, y, -1)
    return np.where(principal, (ans - 1 / np.sqrt(x)) / (2 * (negative - x)), -sp.elliprd(p, p, x) / 6)


def rc_partial_last(x, y, ans):
    """The derivative of R_C in y, which is the degree's -1/2 less the other."""
    principal = np.real(y) < 0
    p = np.where(principal, 1, y)
    negative = np.where(principal, y, -1)
    return np.where(principal, (np.sqrt(x) / negative - ans) / (2 * (negative - x)), -sp.elliprd(x, p, p) / 3)


elementwise(sp.elliprc, lambda x1, x2, ans: rc_partial(x1, x2, ans), lambda x1, x2, ans: rc_partial_last(x1, x2, ans))
elementwise(
    sp.elliprf,
    lambda x1, x2, x3: -sp.elliprd(x2, x3, x1) / 6,
    lambda x1, x2, x3: -sp.elliprd(x1, x3, x2) / 6,
    lambda x1, x2, x3: -sp.elliprd(x1, x2, x3) / 6,
    singular=(0, 1, 2),
)
elementwise(
    sp.elliprg,
    lambda x1, x2, x3: sp.elliprf(x1, x2, x3) / 4 - x1 * sp.elliprd(x2, x3, x1) / 12,
    lambda x1, x2, x3: sp.elliprf(x1, x2, x3) / 4 - x2 * sp.elliprd(x1, x3, x2) / 12,
    lambda x1, x2, x3: sp.elliprf(x1, x2, x3) / 4 - x3 * sp.elliprd(x1, x2, x3) / 12,
    singular=(0, 1, 2),
)
elementwise(
    sp.elliprd,
    lambda x1, x2, x3: rd_partial(x1, x2, x3),
    lambda x1, x2, x3: rd_partial(x2, x1, x3),
    lambda x1, x2, x3: rd_partial_last(x1, x2, x3),
    singular=(0, 1, 2),
)
elementwise(
    sp.elliprj,
    lambda x1, x2, x3, x4: rj_partial(x1, x2, x3, x4),
    lambda x1, x2, x3, x4: rj_partial(x2, x1, x3, x4),
    lambda x1, x2, x3, x4: rj_partial(x3, x1, x2, x4),
    lambda x1, x2, x3, x4: rj_partial_last(x1, x2, x3, x4),
    singular=(0, 1, 2, 3),
)

# Legendre's integrals (DLMF 19.4, 19.25.1); those that are not complete are quasi-periodic in the angle

elementwise(sp.ellipk, lambda x: sp.elliprd(0.0, 1.0, 1 - x) / 6, singular=(0,))
elementwise(sp.ellipkm1, lambda x: -sp.elliprd(0.0, 1.0, x) / 6, singular=(0,))
elementwise(sp.ellipe, lambda x: -sp.elliprd(0.0, 1 - x, 1.0) / 6, singular=(0,))


def first_partial(phi, m):
    """The derivative of F(phi | m) in m."""
    turns = np.round(phi / math.pi)
    s, c = np.sin(phi - turns * math.pi), np.cos(phi - turns * math.pi)
    whole = np.where(turns == 0, 0.0, 2 * turns * sp.elliprd(0.0, 1.0, 1 - np.where(turns == 0, 0, m)) / 6)
    return s**3 / 6 * sp.elliprd(c * c, 1.0, 1 - m * s * s) + whole


def second_partial(phi, m):
    """The derivative of E(phi | m) in m."""
    turns = np.round(phi / math.pi)
    s, c = np.sin(phi - turns * math.pi), np.cos(phi - turns * math.pi)
    whole = np.where(turns == 0, 0.0, 2 * turns * sp.elliprd(0.0, 1 - np.where(turns == 0, 0, m), 1.0) / 6)
    return -(s**3) / 6 * sp.elliprd(c * c, 1 - m * s * s, 1.0) - whole


elementwise(
    sp.ellipkinc,
    lambda x1, x2: 1 / np.sqrt(1 - x2 * np.sin(x1) ** 2),
    lambda x1, x2: first_partial(x1, x2),
    singular=(0, 1),
)
elementwise(
    sp.ellipeinc, lambda x1, x2: np.sqrt(1 - x2 * np.sin(x1) ** 2), lambda x1, x2: second_partial(x1, x2), singular=(1,)
)

# Jacobi's functions (sn, cn, dn, am), from F(am | m) = u


def jacobi_partials(m, ans):
    """In u."""
    sn, cn, dn, _ = ans
    return cn * dn, -sn * dn, -m * sn * cn, dn


def jacobi_partials_last(m, ans):
    """In m."""
    sn, cn, dn, am = ans
    turn = -dn * first_partial(am, m)
    return cn * turn, -sn * turn, -(sn * sn + 2 * m * sn * cn * turn) / (2 * dn), turn


general(
    sp.ellipj,
    jvps=[
        lambda t, ans, x1, x2: tangents(t, jacobi_partials(x2, ans)),
        lambda t, ans, x1, x2: tangents(t, jacobi_partials_last(x2, ans)),
    ],
    vjps=[
        lambda ct, ans, x1, x2: cotangent(ct, jacobi_partials(x2, ans), x1),
        lambda ct, ans, x1, x2: cotangent(ct, jacobi_partials_last(x2, ans), x2),
    ],
)
