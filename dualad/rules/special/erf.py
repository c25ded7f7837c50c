"""The error function and its kin, the normal distribution's among them. (DLMF 7.)"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise, general
from dualad.rules.special.helpers import cotangent, smooth, tangents

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
ROOT_2 = math.sqrt(2)
ROOT_2PI = math.sqrt(2 * math.pi)

# The Faddeeva function, w' = -2 z w + 2i / sqrt(pi); far away by its asymptotic series (DLMF 7.12.1), which does not
# cancel

FAR = 20
ODD_PRODUCTS = [math.prod(range(1, 2 * n + 2, 2)) for n in range(9)]


def tail_slope(z):
    """The derivative of the asymptotic series of w."""
    s = 0.5 / (z * z)
    return -2j / math.sqrt(math.pi) * s * np.polyval(ODD_PRODUCTS[::-1], s)


def tail_curvature(z):
    """The second derivative of the asymptotic series of w."""
    s = 0.5 / (z * z)
    return 4j / math.sqrt(math.pi) * s / z * np.polyval([(n + 1) * p for n, p in enumerate(ODD_PRODUCTS)][::-1], s)


def upper(z):
    """`z` mirrored to the upper half plane, and whether it was below."""
    below = np.imag(z) < 0
    return np.where(below, -z, z), below


@smooth(lambda z, ans: -4 * wofz_slope(z) - 2 * z * ans)
def wofz_curvature(z):
    """The second derivative of the Faddeeva function; below the real axis by w(z) = 2 exp(-z^2) - w(-z)."""
    up, below = upper(np.asarray(z) + 0j)
    far = np.abs(up) > FAR
    inner = np.where(far, 0, up)
    near = (4 * inner * inner - 2) * sp.wofz(inner) - 2j * TWO_OVER_ROOT_PI * inner
    found = np.where(far, tail_curvature(np.where(far, up, FAR)), near)
    v = np.where(below, up, 0)
    return np.where(below, (8 * v * v - 4) * np.exp(-v * v) - found, found)[()]


@smooth(lambda z: wofz_curvature(z))
def wofz_slope(z):
    """The derivative of the Faddeeva function."""
    up, below = upper(np.asarray(z) + 0j)
    far = np.abs(up) > FAR
    inner = np.where(far, 0, up)
    near = -2 * inner * sp.wofz(inner) + TWO_OVER_ROOT_PI * 1j
    found = np.where(far, tail_slope(np.where(far, up, FAR)), near)
    v = np.where(below, up, 0)
    return np.where(below, found + 4 * v * np.exp(-v * v), found)[()]


def erfcx_slope(x):
    """The derivative of erfcx, which is w(ix)."""
    if np.iscomplexobj(x):
        return 1j * wofz_slope(1j * x)
    far = np.greater(x, FAR)
    return np.where(far, -np.imag(wofz_slope(1j * np.where(far, x, FAR))), 2 * x * sp.erfcx(x) - TWO_OVER_ROOT_PI)


def dawsn_slope(x):
    """The derivative of Dawson's integral, which is Im w by sqrt(pi) / 2 on the real axis."""
    return 1 - 2 * x * sp.dawsn(x) if np.iscomplexobj(x) else np.imag(wofz_slope(x)) / TWO_OVER_ROOT_PI


elementwise(sp.erf, lambda x: TWO_OVER_ROOT_PI * np.exp(-x * x))
elementwise(sp.erfc, lambda x: -TWO_OVER_ROOT_PI * np.exp(-x * x))
elementwise(sp.erfi, lambda x: TWO_OVER_ROOT_PI * np.exp(x * x))
elementwise(sp.erfinv, lambda x, ans: np.exp(ans * ans) / TWO_OVER_ROOT_PI, singular=(0,))
elementwise(sp.erfcinv, lambda x, ans: -np.exp(ans * ans) / TWO_OVER_ROOT_PI, singular=(0,))
elementwise(sp.erfcx, lambda x: erfcx_slope(x))
elementwise(sp.dawsn, lambda x: dawsn_slope(x))
elementwise(sp.wofz, lambda x: wofz_slope(x))

# The normal distribution


def excess(x, ans):
    """How far `log_ndtr_slope` is from -x, without cancellation left of 0."""
    left = np.less(x, 0)
    y = np.where(left, x, 0) / -ROOT_2
    return np.where(left, -erfcx_slope(y) / (ROOT_2 * sp.erfcx(y)), x + ans)


@smooth(lambda x, ans: -ans * excess(x, ans))
def log_ndtr_slope(x):
    """The derivative of log_ndtr: density by distribution, of which both may underflow."""
    return math.sqrt(2 / math.pi) / sp.erfcx(-x / ROOT_2)


elementwise(sp.ndtr, lambda x: np.exp(-x * x / 2) / ROOT_2PI)
elementwise(sp.log_ndtr, lambda x: log_ndtr_slope(x))
elementwise(sp.ndtri, lambda x, ans: ROOT_2PI * np.exp(ans * ans / 2), singular=(0,))
elementwise(sp.ndtri_exp, lambda x, ans: 1 / log_ndtr_slope(ans), singular=(0,))
elementwise(
    sp.nrdtrimn,
    lambda x1, x2, x3, ans: -x2 * ROOT_2PI * np.exp(((x3 - ans) / x2) ** 2 / 2),
    lambda x1, x2, x3, ans: (ans - x3) / x2,
    lambda x1, x2, x3: 1,
    singular=(0, 1),
)
elementwise(
    sp.nrdtrisd,
    lambda x1, x2, x3, ans: ans / (x1 - x3),
    lambda x1, x2, x3, ans: ans * ans / (x1 - x3) * ROOT_2PI * np.exp(((x3 - x1) / ans) ** 2 / 2),
    lambda x1, x2, x3, ans: ans / (x3 - x1),
    singular=(0, 1, 2),
)
elementwise(
    sp.owens_t,
    lambda x1, x2: -np.exp(-x1 * x1 / 2) / (2 * ROOT_2PI) * sp.erf(x1 * x2 / ROOT_2),
    lambda x1, x2: np.exp(-x1 * x1 * (1 + x2 * x2) / 2) / (2 * math.pi * (1 + x2 * x2)),
)

# Voigt's profile, Re w(z) / (sigma sqrt(2 pi)) at z = (x + i gamma) / (sigma sqrt 2)


def voigt_slope(x, sigma, gamma):
    """The complex derivative along x + i gamma, sqrt(2 pi) sigma^2 sqrt 2 times."""
    return wofz_slope((x + 1j * gamma) / (sigma * ROOT_2)) / (sigma * sigma * 2 * math.sqrt(math.pi))


def voigt_spread(x, sigma, gamma):
    """The derivative in sigma: sigma times the second one in x, as of any distribution spread by a normal one."""
    return np.real(wofz_curvature((x + 1j * gamma) / (sigma * ROOT_2))) / (sigma * sigma * 2 * ROOT_2PI)


elementwise(
    sp.voigt_profile,
    lambda x1, x2, x3: np.real(voigt_slope(x1, x2, x3)),
    lambda x1, x2, x3: voigt_spread(x1, x2, x3),
    lambda x1, x2, x3: -np.imag(voigt_slope(x1, x2, x3)),
    singular=(0, 1, 2),
)

# Fresnel's integrals


def fresnel_partials(x):
    """Of (S, C)."""
    return np.sin(math.pi / 2 * x * x), np.cos(math.pi / 2 * x * x)


def modfresnel_partials(x, ans, sign):
    """Of the modified integrals (F, K), with exp(i sign t^2)."""
    turn = -np.exp(-0.25j * sign * math.pi) / math.sqrt(math.pi)
    return -np.exp(1j * sign * x * x), -2j * sign * x * ans[1] + turn


general(
    sp.fresnel,
    jvps=[lambda t, ans, x: tangents(t, fresnel_partials(x))],
    vjps=[lambda ct, ans, x: cotangent(ct, fresnel_partials(x), x)],
)
general(
    sp.modfresnelp,
    jvps=[lambda t, ans, x: tangents(t, modfresnel_partials(x, ans, 1))],
    vjps=[lambda ct, ans, x: cotangent(ct, modfresnel_partials(x, ans, 1), x)],
)
general(
    sp.modfresnelm,
    jvps=[lambda t, ans, x: tangents(t, modfresnel_partials(x, ans, -1))],
    vjps=[lambda ct, ans, x: cotangent(ct, modfresnel_partials(x, ans, -1), x)],
)
