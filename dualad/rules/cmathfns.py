"""Module `cmath`: functions of complex numbers, holomorphic but for the parts of polar coordinates."""

from __future__ import annotations

import cmath
import math

import numpy as np

from dualad.registry import constant, defined, elementwise

__dualad_lift__ = True

# Powers, exponentials and logarithms

elementwise(cmath.sqrt, lambda z, ans: 0.5 / ans, singular=(0,), kind="complex")
elementwise(cmath.exp, lambda z, ans: ans, kind="complex")
elementwise(
    cmath.log,
    lambda z, base=None: 1 / z if base is None else 1 / (z * np.log(base + 0j)),
    lambda z, base=None, ans=None: -ans / (base * np.log(base + 0j)),
    singular=(0, 1),
    kind="complex",
)
elementwise(cmath.log10, lambda z: 1 / math.log(10) / z, singular=(0,), kind="complex")

# Trigonometric and hyperbolic functions

elementwise(cmath.sin, lambda z: np.cos(z), kind="complex")
elementwise(cmath.cos, lambda z: -np.sin(z), kind="complex")
elementwise(cmath.tan, lambda z, ans: 1 + ans * ans, kind="complex")
elementwise(cmath.asin, lambda z, ans: 1 / np.cos(ans), singular=(0,), kind="complex")
elementwise(cmath.acos, lambda z, ans: -1 / np.sin(ans), singular=(0,), kind="complex")
elementwise(cmath.atan, lambda z: 1 / (1 + z * z), singular=(0,), kind="complex")
elementwise(cmath.sinh, lambda z: np.cosh(z), kind="complex")
elementwise(cmath.cosh, lambda z: np.sinh(z), kind="complex")
elementwise(cmath.tanh, lambda z, ans: 1 - ans * ans, kind="complex")
elementwise(cmath.asinh, lambda z, ans: 1 / np.cosh(ans), singular=(0,), kind="complex")
elementwise(cmath.acosh, lambda z, ans: 1 / np.sinh(ans), singular=(0,), kind="complex")
elementwise(cmath.atanh, lambda z: 1 / ((1 - z) * (1 + z)), singular=(0,), kind="complex")

# Polar coordinates

elementwise(cmath.phase, lambda z: np.divide(-1j, z), singular=(0,), kind="float")


def polar(z):
    """`cmath.polar`."""
    return abs(complex(z)), cmath.phase(z)


def rect(r, phi):
    """`cmath.rect`."""
    return complex(r * math.cos(phi), r * math.sin(phi))


defined(cmath.polar, polar)
defined(cmath.rect, rect)

for _test in (cmath.isnan, cmath.isinf, cmath.isfinite, cmath.isclose):
    constant(_test, kind="bool")
