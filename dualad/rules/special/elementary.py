"""Elementary functions of `scipy.special`: exponentials, logarithms, angles, entropies, losses, Box-Cox."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import constant, elementwise
from dualad.rules.helpers import power_slope
from dualad.rules.special.helpers import python, smooth

DEGREE = math.pi / 180


def exprel_slope(x):
    """The derivative of `exprel`, which is 1F1(1; 2; x)."""
    return sp.hyp1f1(2.0, 3.0, x) / 2


# Exponentials, logarithms, powers

elementwise(sp.exp2, lambda x, ans: ans * math.log(2))
elementwise(sp.exp10, lambda x, ans: ans * math.log(10))
elementwise(sp.expm1, lambda x: np.exp(x))
elementwise(sp.log1p, lambda x: 1 / (1 + x), singular=(0,))
elementwise(sp.cbrt, lambda x, ans: 1 / (3 * ans * ans), singular=(0,))
elementwise(sp.cosm1, lambda x: -np.sin(x))
elementwise(sp.exprel, lambda x: exprel_slope(x))
elementwise(
    sp.powm1,
    lambda x1, x2: power_slope(x1 * 1.0, x2),  # integers as floats, which have negative powers
    lambda x1, x2, ans: sp.xlogy(ans + 1, x1),
    singular=(0, 1),
)
constant(sp.round, kind="broadcast")

# Angles in degrees

elementwise(sp.sindg, lambda x: DEGREE * sp.cosdg(x))
elementwise(sp.cosdg, lambda x: -DEGREE * sp.sindg(x))
elementwise(sp.tandg, lambda x, ans: DEGREE * (1 + ans * ans))
elementwise(sp.cotdg, lambda x, ans: -DEGREE * (1 + ans * ans), singular=(0,))

elementwise(
    sp.radian,
    lambda x1, x2, x3: DEGREE,
    lambda x1, x2, x3: DEGREE / 60,
    lambda x1, x2, x3: DEGREE / 3600,
)

# Logistic functions

elementwise(sp.expit, lambda x, ans: ans * sp.expit(-x))
elementwise(sp.logit, lambda x: 1 / (x * (1 - x)), singular=(0,))
elementwise(sp.log_expit, lambda x: sp.expit(-x))
if hasattr(sp, "softplus"):
    python(sp.softplus, lambda x: sp.expit(x))

# Entropies: infinite partials at 0


@smooth(lambda x1, x2: 1 / x2, lambda x1, x2, ans: -quotient(ans, x2), singular=(0, 1))
def quotient(x1, x2):
    """`x1 / x2`, 0 where x1 is 0."""
    return x1 / np.where((x1 == 0) & (x2 == 0), 1, x2)


elementwise(sp.xlogy, lambda x1, x2: np.log(x2), lambda x1, x2: quotient(x1, x2), singular=(0, 1))
elementwise(sp.xlog1py, lambda x1, x2: np.log1p(x2), lambda x1, x2: quotient(x1, 1 + x2), singular=(0, 1))
elementwise(sp.entr, lambda x: -1 - np.log(x), singular=(0,))
elementwise(sp.rel_entr, lambda x1, x2: 1 + np.log(x1 / x2), lambda x1, x2: -quotient(x1, x2), singular=(0, 1))
elementwise(sp.kl_div, lambda x1, x2: np.log(x1 / x2), lambda x1, x2: 1 - quotient(x1, x2), singular=(0, 1))

# Losses: (delta, r)

elementwise(
    sp.huber,
    lambda x1, x2: np.maximum(np.abs(x2) - x1, 0),
    lambda x1, x2: np.clip(x2, -x1, x1),
)
elementwise(
    sp.pseudo_huber,
    lambda x1, x2: x1 * (x2 / x1) ** 4 / (np.hypot(1, x2 / x1) * (1 + np.hypot(1, x2 / x1)) ** 2),
    lambda x1, x2: x2 / np.hypot(1, x2 / x1),
    singular=(0, 1),
)

# Box-Cox: (x ** p - 1) / p and its inverse, by functions that are smooth at p = 0


def log1p_ratio(x):
    """log(1 + x) / x."""
    near = np.abs(x) < 0.5
    away = np.where(near, 1, x)
    return np.where(near, sp.hyp2f1(1.0, 1.0, 2.0, -np.where(near, x, 0)), np.log1p(away) / away)


def log1p_ratio_slope(x):
    """The derivative of log(1 + x) / x, which is 2F1(1, 1; 2; -x)."""
    near = np.abs(x) < 0.5
    away = np.where(near, 1, x)
    far = (1 / (1 + away) - np.log1p(away) / away) / away
    return np.where(near, -sp.hyp2f1(2.0, 2.0, 3.0, -np.where(near, x, 0)) / 2, far)


def boxcox_slope(x, p):
    """The derivative of `boxcox` in the power."""
    return np.log(x) ** 2 * exprel_slope(p * np.log(x))


elementwise(
    sp.boxcox,
    lambda x1, x2: x1 ** (x2 - 1.0),  # of integers, too
    lambda x1, x2: boxcox_slope(x1, x2),
    singular=(0, 1),
)
elementwise(
    sp.boxcox1p,
    lambda x1, x2: np.exp((x2 - 1) * np.log1p(x1)),
    lambda x1, x2: np.log1p(x1) ** 2 * exprel_slope(x2 * np.log1p(x1)),
    singular=(0, 1),
)
elementwise(
    sp.inv_boxcox,
    lambda x1, x2, ans: ans / (1 + x1 * x2),
    lambda x1, x2, ans: ans * x1 * x1 * log1p_ratio_slope(x1 * x2),
    singular=(0, 1),
)
elementwise(
    sp.inv_boxcox1p,
    lambda x1, x2, ans: (ans + 1) / (1 + x1 * x2),
    lambda x1, x2, ans: (ans + 1) * x1 * x1 * log1p_ratio_slope(x1 * x2),
    singular=(0, 1),
)
