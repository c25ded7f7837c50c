"""Airy, Kelvin and parabolic cylinder functions, and integrals of Bessel functions. (DLMF 9, 10.61, 12.)"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise, general
from dualad.rules.helpers import require_real
from dualad.rules.special.helpers import cotangent, tangents


def airy_partials(z, ans):
    """Of (Ai, Ai', Bi, Bi'), by Airy's equation."""
    return ans[1], z * ans[0], ans[3], z * ans[2]


def airye_partials(z, ans):
    """Of the same by exp(2/3 z^(3/2)) and its inverse, which real z <= 0 do not have."""
    require_real("airye", z)
    r = np.where(np.greater(z, 0), np.sqrt(np.where(np.greater(z, 0), z, 1)), 0)
    return ans[1] + r * ans[0], z * ans[0] + r * ans[1], ans[3] - r * ans[2], z * ans[2] - r * ans[3]


def itairy_partials(x):
    """Of the integrals of Ai(t), Bi(t), Ai(-t), Bi(-t)."""
    (right, _, right_b, _), (left, _, left_b, _) = sp.airy(x), sp.airy(-x)
    return right, right_b, left, left_b


general(
    sp.airy,
    jvps=[lambda t, ans, z: tangents(t, airy_partials(z, ans))],
    vjps=[lambda ct, ans, z: cotangent(ct, airy_partials(z, ans), z)],
)
general(
    sp.airye,
    jvps=[lambda t, ans, z: tangents(t, airye_partials(z, ans))],
    vjps=[lambda ct, ans, z: cotangent(ct, airye_partials(z, ans), z)],
)
general(
    sp.itairy,
    jvps=[lambda t, ans, x: tangents(t, itairy_partials(x))],
    vjps=[lambda ct, ans, x: cotangent(ct, itairy_partials(x), x)],
)

# Integrals of Bessel functions


def less_one(x, fn, sign):
    """(fn(x) - 1) / x for fn = I0 (sign 1) or J0 (-1); near 0 by the series of fn."""
    near = np.abs(x) < 1
    here, away = np.where(near, x, 0), np.where(near, 1, x)
    series = 0.0
    for k in range(10, 0, -1):
        series = series * (here * here / 4) + sign**k / math.factorial(k) ** 2
    return np.where(near, here / 4 * series, (fn(away) - 1) / away)


general(
    sp.itj0y0,
    jvps=[lambda t, ans, x: tangents(t, (sp.j0(x), sp.y0(x)))],
    vjps=[lambda ct, ans, x: cotangent(ct, (sp.j0(x), sp.y0(x)), x)],
)
general(
    sp.iti0k0,
    jvps=[lambda t, ans, x: tangents(t, (sp.i0(x), sp.k0(x)))],
    vjps=[lambda ct, ans, x: cotangent(ct, (sp.i0(x), sp.k0(x)), x)],
)
general(
    sp.it2j0y0,
    jvps=[lambda t, ans, x: tangents(t, (-less_one(x, sp.j0, -1), -sp.y0(x) / x))],
    vjps=[lambda ct, ans, x: cotangent(ct, (-less_one(x, sp.j0, -1), -sp.y0(x) / x), x)],
)
general(
    sp.it2i0k0,
    jvps=[lambda t, ans, x: tangents(t, (less_one(x, sp.i0, 1), -sp.k0(x) / x))],
    vjps=[lambda ct, ans, x: cotangent(ct, (less_one(x, sp.i0, 1), -sp.k0(x) / x), x)],
)

# Kelvin functions: w = ber + i bei, or ker + i kei, has w'' = -w' / x + i w


def over(slope, x, limit):
    """`slope / x` of a first derivative; at 0 its limit."""
    return np.where(x == 0, limit, slope / np.where(x == 0, 1, x))


elementwise(sp.ber, lambda x: sp.berp(x))
elementwise(sp.bei, lambda x: sp.beip(x))
elementwise(sp.ker, lambda x: sp.kerp(x))
elementwise(sp.kei, lambda x: sp.keip(x))
elementwise(sp.berp, lambda x, ans: -over(ans, x, 0.0) - sp.bei(x))
elementwise(sp.beip, lambda x, ans: -over(ans, x, 0.5) + sp.ber(x))
elementwise(sp.kerp, lambda x, ans: -ans / x - sp.kei(x), singular=(0,))
elementwise(sp.keip, lambda x, ans: -ans / x + sp.ker(x), singular=(0,))


def kelvin_partials(x, ans):
    """Of (Be, Ke, Be', Ke')."""
    return ans[2], ans[3], -over(ans[2], x, 0.5j) + 1j * ans[0], -ans[3] / x + 1j * ans[1]


general(
    sp.kelvin,
    jvps=[lambda t, ans, x: tangents(t, kelvin_partials(x, ans))],
    vjps=[lambda ct, ans, x: cotangent(ct, kelvin_partials(x, ans), x)],
)

# Parabolic cylinder functions with their derivatives, by Weber's equations (DLMF 12.2.1, 12.14.1)

for _weber in (sp.pbdv, sp.pbvv):
    general(
        _weber,
        jvps=[None, lambda t, ans, x1, x2: tangents(t, (ans[1], (x2 * x2 / 4 - x1 - 0.5) * ans[0]))],
        vjps=[None, lambda ct, ans, x1, x2: cotangent(ct, (ans[1], (x2 * x2 / 4 - x1 - 0.5) * ans[0]), x2)],
    )
general(
    sp.pbwa,
    jvps=[None, lambda t, ans, x1, x2: tangents(t, (ans[1], (x1 - x2 * x2 / 4) * ans[0]))],
    vjps=[None, lambda ct, ans, x1, x2: cotangent(ct, (ans[1], (x1 - x2 * x2 / 4) * ans[0]), x2)],
)
