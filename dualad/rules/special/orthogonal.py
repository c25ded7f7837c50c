"""Orthogonal polynomials, in x: each derivative is a polynomial of the next family, regular at the ends (DLMF 18.9)."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.errors import Unsupported
from dualad.registry import defined, elementwise, refused
from dualad.rules.special.helpers import python

elementwise(sp.eval_legendre, None, lambda x1, x2: (x1 + 1) / 2 * sp.eval_jacobi(x1 - 1, 1, 1, x2))
elementwise(sp.eval_chebyt, None, lambda x1, x2: x1 * sp.eval_chebyu(x1 - 1, x2))
elementwise(sp.eval_chebyu, None, lambda x1, x2: 2 * sp.eval_gegenbauer(x1 - 1, 2, x2))
elementwise(sp.eval_chebyc, None, lambda x1, x2: x1 * sp.eval_chebyu(x1 - 1, x2 / 2))
elementwise(sp.eval_chebys, None, lambda x1, x2: sp.eval_gegenbauer(x1 - 1, 2, x2 / 2))
elementwise(sp.eval_gegenbauer, None, None, lambda x1, x2, x3: 2 * x2 * sp.eval_gegenbauer(x1 - 1, x2 + 1, x3))
elementwise(
    sp.eval_jacobi,
    None,
    None,
    None,
    lambda x1, x2, x3, x4: (x1 + x2 + x3 + 1) / 2 * sp.eval_jacobi(x1 - 1, x2 + 1, x3 + 1, x4),
)
elementwise(sp.eval_laguerre, None, lambda x1, x2: -sp.eval_genlaguerre(x1 - 1, 1, x2))
elementwise(sp.eval_genlaguerre, None, None, lambda x1, x2, x3: -sp.eval_genlaguerre(x1 - 1, x2 + 1, x3))
elementwise(sp.eval_hermite, None, lambda x1, x2: 2 * x1 * sp.eval_hermite(x1 - (x1 != 0), x2))
elementwise(sp.eval_hermitenorm, None, lambda x1, x2: x1 * sp.eval_hermitenorm(x1 - (x1 != 0), x2))

# Shifted to (0, 1)

elementwise(sp.eval_sh_legendre, None, lambda x1, x2: (x1 + 1) * sp.eval_jacobi(x1 - 1, 1, 1, 2 * x2 - 1))
elementwise(sp.eval_sh_chebyt, None, lambda x1, x2: 2 * x1 * sp.eval_chebyu(x1 - 1, 2 * x2 - 1))
elementwise(sp.eval_sh_chebyu, None, lambda x1, x2: 4 * sp.eval_gegenbauer(x1 - 1, 2, 2 * x2 - 1))
elementwise(
    sp.eval_sh_jacobi,
    None,
    None,
    None,
    lambda x1, x2, x3, x4: x1 * sp.eval_sh_jacobi(x1 - (x1 != 0), x2 + 2, x3 + 1, x4),
)

# Associated Legendre functions (DLMF 14.10.5)

elementwise(
    sp.lpmv,
    None,
    None,
    lambda x1, x2, x3, ans: (x2 * x3 * ans - (x1 + x2) * sp.lpmv(x1, x2 - 1, x3)) / (x3 * x3 - 1),
    singular=(2,),
)


# Under other names


def assoc_laguerre(x, n, k=0.0):
    """`assoc_laguerre`."""
    return sp.eval_genlaguerre(n, k, x)


def diric(x, n):
    """`diric`, as the mean of n cosines, which is smooth everywhere."""
    if np.ndim(n) or n < 1 or n != math.floor(n):
        raise Unsupported("scipy.special.diric has a derivative rule where n is one whole number of 1 or more")
    return np.mean(np.cos(np.expand_dims(x, -1) * (np.arange(n) - (n - 1) / 2)), axis=-1)


for _definition in (assoc_laguerre, diric):
    _definition.__dict__["__dualad_lift__"] = True
    defined(getattr(sp, _definition.__name__), _definition)

# Spherical harmonics, regular at the poles (Varshalovich et al., Quantum Theory of Angular Momentum, 5.8.2)


def latitude_slope(n, m, theta, phi):
    """The derivative of a spherical harmonic in its polar angle."""
    turn, up, down = np.exp(-1j * phi), np.minimum(m + 1, n), np.maximum(m - 1, -n)
    raised = np.sqrt((n - m) * (n + m + 1.0)) * turn * harmonic(n, up, theta, phi)
    return (raised - np.sqrt((n + m) * (n - m + 1.0)) / turn * harmonic(n, down, theta, phi)) / 2


if hasattr(sp, "sph_harm_y"):  # since SciPy 1.15
    harmonic = python(
        sp.sph_harm_y,
        None,
        None,
        lambda n, m, theta, phi: latitude_slope(n, m, theta, phi),
        lambda n, m, theta, phi, ans: 1j * m * ans,
    )
    for _names, _why in (
        ("legendre_p legendre_p_all", "use eval_legendre"),
        ("assoc_legendre_p assoc_legendre_p_all", "use lpmv"),
        ("sph_legendre_p sph_legendre_p_all sph_harm_y_all", "use sph_harm_y"),
    ):
        for _name in _names.split():
            refused(getattr(sp, _name), _why)
