"""Bessel functions of every kind, in their argument and some in their order. (DLMF 10.)"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise
from dualad.rules.helpers import require_real
from dualad.rules.special.bessel_order import ive_order, jv_order, kve_order, yv_order
from dualad.rules.special.helpers import python


def down(fn, v, x):
    """(f_(v - 1) - f_(v + 1)) / 2, the derivative in the argument of J, Y and H (DLMF 10.6.1)."""
    return (fn(v - 1, x) - fn(v + 1, x)) / 2


def both(fn, v, x):
    """(f_(v - 1) + f_(v + 1)) / 2, the derivative in the argument of I and, with a sign, of K (DLMF 10.29.1)."""
    return (fn(v - 1, x) + fn(v + 1, x)) / 2


def first_hankel(v, x):
    """The derivative of the first Hankel function in its order."""
    return jv_order(v, x) + 1j * yv_order(v, x)


def second_hankel(v, x):
    """The derivative of the second Hankel function in its order."""
    return jv_order(v, x) - 1j * yv_order(v, x)


# In the order, and in the argument

elementwise(sp.jv, lambda x1, x2: jv_order(x1, x2), lambda x1, x2: down(sp.jv, x1, x2), singular=(1,))
elementwise(sp.yv, lambda x1, x2: yv_order(x1, x2), lambda x1, x2: down(sp.yv, x1, x2), singular=(1,))
elementwise(sp.iv, lambda x1, x2: iv_order(x1, x2), lambda x1, x2: both(sp.iv, x1, x2), singular=(1,))
elementwise(sp.kv, lambda x1, x2: kv_order(x1, x2), lambda x1, x2: -both(sp.kv, x1, x2), singular=(1,))
elementwise(sp.hankel1, lambda x1, x2: first_hankel(x1, x2), lambda x1, x2: down(sp.hankel1, x1, x2), singular=(1,))
elementwise(sp.hankel2, lambda x1, x2: second_hankel(x1, x2), lambda x1, x2: down(sp.hankel2, x1, x2), singular=(1,))
elementwise(sp.yn, None, lambda x1, x2: down(sp.yv, x1, x2), singular=(1,))
elementwise(sp.kn, None, lambda x1, x2: -both(sp.kv, x1, x2), singular=(1,))

# Of orders 0 and 1

elementwise(sp.j0, lambda x: -sp.j1(x))
elementwise(sp.j1, lambda x: (sp.j0(x) - sp.jv(2, x)) / 2)
elementwise(sp.y0, lambda x: -sp.y1(x), singular=(0,))
elementwise(sp.y1, lambda x: (sp.y0(x) - sp.yv(2, x)) / 2, singular=(0,))
elementwise(sp.i0, lambda x: sp.i1(x))
elementwise(sp.i1, lambda x: (sp.i0(x) + sp.iv(2, x)) / 2)
elementwise(sp.k0, lambda x: -sp.k1(x), singular=(0,))
elementwise(sp.k1, lambda x: -(sp.k0(x) + sp.kv(2, x)) / 2, singular=(0,))

# Scaled by exponentials. Of real arguments the oscillating ones are not scaled.


def real_slope(name, fn, v, x):
    """The derivative of a scaled function that is not scaled for real arguments."""
    require_real(name, x)
    return down(fn, v, x)


FAR = 40


def hankel_coefficients(v):
    """The coefficients of Hankel's expansions (DLMF 10.17.1)."""
    found, a = [], 1.0
    for k in range(1, 15):
        a = a * (4 * v * v - (2 * k - 1) ** 2) / (8 * k)
        found.append(a)
    return found


def far_slope(v, x, sign):
    """The derivative of (1 + sign a1 / x + a2 / x^2 + ...) / sqrt(x), a scaled function far away (DLMF 10.40.1)."""
    total, power = -0.5 + 0.0 * v * x, 1.0
    for k, a in enumerate(hankel_coefficients(v), start=1):
        power = power * sign / x
        total = total - (k + 0.5) * a * power
    return total / (x * np.sqrt(x))


def ive_slope(v, x):
    """The derivative of exp(-|x|) I_v(x), without cancellation far away, where |x| is much larger than v^2."""
    require_real("ive", x)
    far = np.abs(x) > FAR + v * v
    r = np.where(far, np.abs(x), FAR)
    near = (sp.ive(v - 1, x) + sp.ive(v + 1, x)) / 2 - np.sign(x) * sp.ive(v, x)
    side = np.where(x > 0, 1, np.where(np.equal(v % 2, 0), -1, 1))
    return np.where(
        far & ((x > 0) | np.equal(v % 1, 0)),
        side * far_slope(np.where(far, v, 0), r, -1) / math.sqrt(2 * math.pi),
        near,
    )


def kve_slope(v, x):
    """The derivative of exp(x) K_v(x), without cancellation far away."""
    far = np.real(x) > FAR + v * v
    r = np.where(far, x, FAR)
    near = sp.kve(v, x) - (sp.kve(v - 1, x) + sp.kve(v + 1, x)) / 2
    return np.where(far, far_slope(np.where(far, v, 0), r, 1) * math.sqrt(math.pi / 2), near)


elementwise(sp.jve, lambda x1, x2: jv_order(x1, x2), lambda x1, x2: real_slope("jve", sp.jv, x1, x2), singular=(1,))
elementwise(sp.yve, lambda x1, x2: yv_order(x1, x2), lambda x1, x2: real_slope("yve", sp.yv, x1, x2), singular=(1,))
elementwise(sp.ive, lambda x1, x2: ive_order(x1, x2), lambda x1, x2: ive_slope(x1, x2), singular=(1,))
elementwise(sp.kve, lambda x1, x2: kve_order(x1, x2), lambda x1, x2: kve_slope(x1, x2), singular=(1,))
elementwise(sp.i0e, lambda x: ive_slope(0, x))
elementwise(sp.i1e, lambda x: ive_slope(1, x))
elementwise(sp.k0e, lambda x: kve_slope(0, x), singular=(0,))
elementwise(sp.k1e, lambda x: kve_slope(1, x), singular=(0,))
elementwise(
    sp.hankel1e,
    lambda x1, x2: np.exp(-1j * x2) * first_hankel(x1, x2),
    lambda x1, x2, ans: down(sp.hankel1e, x1, x2) - 1j * ans,
    singular=(1,),
)
elementwise(
    sp.hankel2e,
    lambda x1, x2: np.exp(1j * x2) * second_hankel(x1, x2),
    lambda x1, x2, ans: down(sp.hankel2e, x1, x2) + 1j * ans,
    singular=(1,),
)

# Spherical (DLMF 10.51): n f_(n-1) and (n + 1) f_(n+1), regular at 0


def spherical(fn, n, z, derivative, below, above):
    """The next derivative of a spherical Bessel function."""
    lower, upper = n * fn(np.maximum(n - 1, 0), z, derivative), (n + 1) * fn(n + 1, z, derivative)
    return (below * lower + above * upper) / (2 * n + 1)


spherical_jn: Any = python(
    sp.spherical_jn, None, lambda n, z, derivative=False: spherical(spherical_jn, n, z, derivative, 1, -1)
)
spherical_yn: Any = python(
    sp.spherical_yn,
    None,
    lambda n, z, derivative=False: spherical(spherical_yn, n, z, derivative, 1, -1),
    singular=(1,),
)
spherical_in: Any = python(
    sp.spherical_in, None, lambda n, z, derivative=False: spherical(spherical_in, n, z, derivative, 1, 1)
)
spherical_kn: Any = python(
    sp.spherical_kn,
    None,
    lambda n, z, derivative=False: spherical(spherical_kn, n, z, derivative, -1, -1),
    singular=(1,),
)

# SciPy's own derivatives of order n


def in_order(slope, v, z, n, sign):
    """The derivative of order n in the argument of the derivative in the order (DLMF 10.6.7 and 10.29.5)."""
    if n == 0:
        return slope(v, z)
    return (in_order(slope, v - 1, z, n - 1, sign) + sign * in_order(slope, v + 1, z, n - 1, sign)) / 2


def iv_order(v, z):
    """The derivative of I in its order."""
    return np.exp(z) * ive_order(v, z)


def kv_order(v, z):
    """The derivative of K in its order."""
    return np.exp(-z) * kve_order(v, z)


jvp: Any = python(sp.jvp, lambda v, z, n=1: in_order(jv_order, v, z, n, -1), lambda v, z, n=1: jvp(v, z, n + 1))
yvp: Any = python(sp.yvp, lambda v, z, n=1: in_order(yv_order, v, z, n, -1), lambda v, z, n=1: yvp(v, z, n + 1))
ivp: Any = python(sp.ivp, lambda v, z, n=1: in_order(iv_order, v, z, n, 1), lambda v, z, n=1: ivp(v, z, n + 1))
kvp: Any = python(
    sp.kvp, lambda v, z, n=1: (-1) ** n * in_order(kv_order, v, z, n, 1), lambda v, z, n=1: kvp(v, z, n + 1)
)
h1vp: Any = python(sp.h1vp, lambda v, z, n=1: in_order(first_hankel, v, z, n, -1), lambda v, z, n=1: h1vp(v, z, n + 1))
h2vp: Any = python(sp.h2vp, lambda v, z, n=1: in_order(second_hankel, v, z, n, -1), lambda v, z, n=1: h2vp(v, z, n + 1))

# The integral of x^l J_v(2 a x) over (0, 1), in a

elementwise(
    sp.besselpoly, lambda x1, x2, x3: sp.besselpoly(x1, x2 + 1, x3 - 1) - sp.besselpoly(x1, x2 + 1, x3 + 1), None, None
)
