"""Hypergeometric, Struve and Wright functions. (DLMF 13, 15, 16, 11.)"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise

elementwise(sp.hyp0f1, None, lambda x1, x2: sp.hyp0f1(x1 + 1, x2) / x1)
elementwise(sp.hyp1f1, None, None, lambda x1, x2, x3: x1 / x2 * sp.hyp1f1(x1 + 1, x2 + 1, x3))
elementwise(sp.hyp2f1, None, None, None, lambda x1, x2, x3, x4: x1 * x2 / x3 * sp.hyp2f1(x1 + 1, x2 + 1, x3 + 1, x4))
elementwise(sp.hyperu, None, None, lambda x1, x2, x3: -x1 * sp.hyperu(x1 + 1, x2 + 1, x3))
elementwise(sp.wright_bessel, None, None, lambda x1, x2, x3: sp.wright_bessel(x1, x1 + x2, x3))
elementwise(
    sp.log_wright_bessel, None, None, lambda x1, x2, x3, ans: np.exp(sp.log_wright_bessel(x1, x1 + x2, x3) - ans)
)

# Struve functions (DLMF 11.4.23 to 11.4.28)


def struve_rest(v, x):
    """(x / 2)^v / (sqrt(pi) gamma(v + 3/2))."""
    return (x / 2) ** v * sp.rgamma(v + 1.5) / math.sqrt(math.pi)


elementwise(
    sp.struve,
    None,
    lambda x1, x2: (sp.struve(x1 - 1, x2) - sp.struve(x1 + 1, x2) + struve_rest(x1, x2)) / 2,
    singular=(1,),
)
elementwise(
    sp.modstruve,
    None,
    lambda x1, x2: (sp.modstruve(x1 - 1, x2) + sp.modstruve(x1 + 1, x2) + struve_rest(x1, x2)) / 2,
    singular=(1,),
)
elementwise(sp.itstruve0, lambda x: sp.struve(0, x))
elementwise(sp.itmodstruve0, lambda x: sp.modstruve(0, x))
elementwise(sp.it2struve0, lambda x: -sp.struve(0, x) / x, singular=(0,))
