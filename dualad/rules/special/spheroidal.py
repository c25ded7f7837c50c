"""Mathieu and spheroidal wave functions with their derivatives, in x, by their equations. (DLMF 28, 30.)"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise, general
from dualad.rules.special.helpers import cotangent, smooth, tangents

DEGREE = math.pi / 180

# Mathieu functions (m, q, x); the angular ones take degrees (DLMF 28.2.1, 28.20.1)


def angular(a, q, x, ans):
    """Of (y, y') of an angular function, with y' in radians."""
    return DEGREE * ans[1], DEGREE * (2 * q * np.cos(2 * DEGREE * x) - a) * ans[0]


def modified(a, q, x, ans):
    """Of (y, y') of a modified function."""
    return ans[1], (a - 2 * q * np.cosh(2 * x)) * ans[0]


general(
    sp.mathieu_cem,
    jvps=[None, None, lambda t, ans, x1, x2, x3: tangents(t, angular(sp.mathieu_a(x1, x2), x2, x3, ans))],
    vjps=[None, None, lambda ct, ans, x1, x2, x3: cotangent(ct, angular(sp.mathieu_a(x1, x2), x2, x3, ans), x3)],
)
general(
    sp.mathieu_sem,
    jvps=[None, None, lambda t, ans, x1, x2, x3: tangents(t, angular(sp.mathieu_b(x1, x2), x2, x3, ans))],
    vjps=[None, None, lambda ct, ans, x1, x2, x3: cotangent(ct, angular(sp.mathieu_b(x1, x2), x2, x3, ans), x3)],
)
for _even in (sp.mathieu_modcem1, sp.mathieu_modcem2):
    general(
        _even,
        jvps=[None, None, lambda t, ans, x1, x2, x3: tangents(t, modified(sp.mathieu_a(x1, x2), x2, x3, ans))],
        vjps=[None, None, lambda ct, ans, x1, x2, x3: cotangent(ct, modified(sp.mathieu_a(x1, x2), x2, x3, ans), x3)],
    )
for _odd in (sp.mathieu_modsem1, sp.mathieu_modsem2):
    general(
        _odd,
        jvps=[None, None, lambda t, ans, x1, x2, x3: tangents(t, modified(sp.mathieu_b(x1, x2), x2, x3, ans))],
        vjps=[None, None, lambda ct, ans, x1, x2, x3: cotangent(ct, modified(sp.mathieu_b(x1, x2), x2, x3, ans), x3)],
    )

# Characteristic values, by the weight of a periodic solution (Hellmann and Feynman); their second derivatives are not
# stated

CIRCLE = np.arange(256) * (360 / 256)


def characteristic_slope(fn, m, q):
    """The derivative of a characteristic value in q: the mean of 2 cos(2x), weighted with the solution squared."""
    y = fn(np.expand_dims(m, -1), np.expand_dims(q, -1), CIRCLE)[0]
    found = 2 * np.sum(y * y * np.cos(2 * DEGREE * CIRCLE), axis=-1) / np.sum(y * y, axis=-1)
    return np.where(np.less(m, 60), found, np.nan)[()]


@smooth(None, None)
def even_slope(m, q):
    """The derivative of mathieu_a in q."""
    return characteristic_slope(sp.mathieu_cem, m, q)


@smooth(None, None)
def odd_slope(m, q):
    """The derivative of mathieu_b in q."""
    return characteristic_slope(sp.mathieu_sem, m, q)


elementwise(sp.mathieu_a, None, lambda x1, x2: even_slope(x1, x2))
elementwise(sp.mathieu_b, None, lambda x1, x2: odd_slope(x1, x2))

# Spheroidal functions (m, n, c, x) and (m, n, c, cv, x) (DLMF 30.2.1, 30.11); oblate ones have c^2 negative and the
# radial ones x imaginary


def prolate(m, c, cv, x, ans):
    """Of (s, s') with (1 - x^2) s'' = 2 x s' - (cv - c^2 x^2 - m^2 / (1 - x^2)) s."""
    w = 1 - x * x
    return ans[1], (2 * x * ans[1] - (cv - c * c * x * x - m * m / w) * ans[0]) / w


def oblate(m, c, cv, x, ans):
    """Of (s, s') with (1 - x^2) s'' = 2 x s' - (cv + c^2 x^2 - m^2 / (1 - x^2)) s."""
    w = 1 - x * x
    return ans[1], (2 * x * ans[1] - (cv + c * c * x * x - m * m / w) * ans[0]) / w


def oblate_radial(m, c, cv, x, ans):
    """Of (r, r') with (1 + x^2) r'' = (cv - c^2 x^2 - m^2 / (1 + x^2)) r - 2 x r'."""
    w = 1 + x * x
    return ans[1], ((cv - c * c * x * x - m * m / w) * ans[0] - 2 * x * ans[1]) / w


SEGMENT, SHARES = np.polynomial.legendre.leggauss(64)


def spheroidal_slope(fn, m, n, c):
    """The mean of x^2, weighted with the square of an angular function."""
    y = fn(*(np.expand_dims(k, -1) for k in (m, n, c)), SEGMENT)[0]
    return np.sum(SHARES * (SEGMENT * y) ** 2, axis=-1) / np.sum(SHARES * y * y, axis=-1)


@smooth(None, None, None)
def prolate_slope(m, n, c):
    """The derivative of pro_cv in c."""
    return 2 * c * spheroidal_slope(sp.pro_ang1, m, n, c)


@smooth(None, None, None)
def oblate_slope(m, n, c):
    """The derivative of obl_cv in c."""
    return -2 * c * spheroidal_slope(sp.obl_ang1, m, n, c)


elementwise(sp.pro_cv, None, None, lambda x1, x2, x3: prolate_slope(x1, x2, x3))
elementwise(sp.obl_cv, None, None, lambda x1, x2, x3: oblate_slope(x1, x2, x3))


def state(fn, with_cv, cv_of, partials):
    """The rules of a spheroidal function in x and of the same with its characteristic value given."""
    general(
        fn,
        jvps=[
            None,
            None,
            None,
            lambda t, ans, x1, x2, x3, x4: tangents(t, partials(x1, x3, cv_of(x1, x2, x3), x4, ans)),
        ],
        vjps=[
            None,
            None,
            None,
            lambda ct, ans, x1, x2, x3, x4: cotangent(ct, partials(x1, x3, cv_of(x1, x2, x3), x4, ans), x4),
        ],
    )
    general(
        with_cv,
        jvps=[None] * 4 + [lambda t, ans, x1, x2, x3, x4, x5: tangents(t, partials(x1, x3, x4, x5, ans))],
        vjps=[None] * 4 + [lambda ct, ans, x1, x2, x3, x4, x5: cotangent(ct, partials(x1, x3, x4, x5, ans), x5)],
    )


state(sp.pro_ang1, sp.pro_ang1_cv, sp.pro_cv, prolate)
state(sp.pro_rad1, sp.pro_rad1_cv, sp.pro_cv, prolate)
state(sp.pro_rad2, sp.pro_rad2_cv, sp.pro_cv, prolate)
state(sp.obl_ang1, sp.obl_ang1_cv, sp.obl_cv, oblate)
state(sp.obl_rad1, sp.obl_rad1_cv, sp.obl_cv, oblate_radial)
state(sp.obl_rad2, sp.obl_rad2_cv, sp.obl_cv, oblate_radial)
