"""Exponential integrals, the dilogarithm, Lambert's W, the arithmetic-geometric mean. (DLMF 6, 25.12, 4.13, 19.8.)"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise, general
from dualad.rules.special.bessel import spherical_in
from dualad.rules.special.helpers import cotangent, python, tangents


def expn_partial(n, x, ans):
    """The derivative of an exponential integral: minus the one of order n - 1 (DLMF 8.19.13)."""
    lowest = np.less(n, 1)
    return np.where(lowest, -np.exp(-x) * (1 + 1 / x) / x, -sp.expn(np.maximum(n - 1, 0), x))


elementwise(sp.exp1, lambda x: -np.exp(-x) / x, singular=(0,))
elementwise(sp.expi, lambda x: np.exp(x) / x, singular=(0,))
elementwise(sp.expn, None, lambda x1, x2, ans: expn_partial(x1, x2, ans), singular=(1,))


def sinhc(x):
    """sinh(x) / x."""
    return np.sinc(1j * x / math.pi) if np.iscomplexobj(x) else spherical_in(0, x)


general(
    sp.sici,
    jvps=[lambda t, ans, x: tangents(t, (np.sinc(x / math.pi), np.cos(x) / x))],
    vjps=[lambda ct, ans, x: cotangent(ct, (np.sinc(x / math.pi), np.cos(x) / x), x)],
)
general(
    sp.shichi,
    jvps=[lambda t, ans, x: tangents(t, (sinhc(x), np.cosh(x) / x))],
    vjps=[lambda ct, ans, x: cotangent(ct, (sinhc(x), np.cosh(x) / x), x)],
)


def spence_partial(z):
    """log(z) / (1 - z), near 1 as the hypergeometric function that it is."""
    near = np.abs(1 - z) < 0.5
    away = np.where(near, 2, z)
    return np.where(near, -sp.hyp2f1(1.0, 1.0, 2.0, np.where(near, 1 - z, 0)), np.log(away) / (1 - away))


elementwise(sp.spence, lambda x: spence_partial(x), singular=(0,))
elementwise(sp.wrightomega, lambda x, ans: ans / (1 + ans), singular=(0,))
python(sp.lambertw, lambda z, k=0, tol=1e-8, ans=None: np.exp(-ans) / (1 + ans), singular=(0,))


def agm_partial(a, b, ans):
    """The derivative in b, from agm(a, b) = pi a / (2 K(1 - b^2 / a^2)) (DLMF 19.8.5)."""
    r = b / a
    return ans * ans / (a * a) * r * sp.elliprd(0.0, 1.0, r * r) * (2 / (3 * math.pi))


elementwise(
    sp.agm,
    lambda x1, x2, ans: agm_partial(x2, x1, ans),
    lambda x1, x2, ans: agm_partial(x1, x2, ans),
    singular=(0, 1),
)
