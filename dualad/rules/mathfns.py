"""Module `math`: functions of Python numbers, whose partials are written in NumPy so that dual numbers go through."""

from __future__ import annotations

import math

import numpy as np

from dualad.registry import constant, elementwise, general, linear, otherwise
from dualad.rules.helpers import log_or_zero, nonzero_or_one, present
from dualad.rules.indexing import list_or_array

# Powers, exponentials and logarithms

elementwise(math.sqrt, lambda x, ans: 0.5 / ans, singular=(0,), kind="float")
elementwise(math.cbrt, lambda x, ans: 1 / (3 * ans * ans), singular=(0,), kind="float")
elementwise(math.exp, lambda x, ans: ans, kind="float")
elementwise(math.exp2, lambda x, ans: ans * math.log(2), kind="float")
elementwise(math.expm1, lambda x, ans: ans + 1, kind="float")
elementwise(
    math.log,
    lambda x, base=None: 1 / x if base is None else 1 / (x * np.log(base)),
    lambda x, base=None, ans=None: -ans / (base * np.log(base)),
    singular=(0, 1),
    kind="float",
)
elementwise(math.log2, lambda x: 1 / math.log(2) / x, singular=(0,), kind="float")
elementwise(math.log10, lambda x: 1 / math.log(10) / x, singular=(0,), kind="float")
elementwise(math.log1p, lambda x: 1 / (1 + x), singular=(0,), kind="float")
elementwise(
    math.pow,
    lambda x, y: y * x ** (y - ((y != 0) | (x != 0))),
    lambda x, y, ans: ans * log_or_zero(x),
    singular=(0,),
    kind="float",
)

# Trigonometric and hyperbolic functions


def twice_divided(x, r):
    """The quotient x / r**2, whose square neither overflows nor vanishes."""
    return x / r / r


elementwise(math.sin, lambda x: np.cos(x), kind="float")
elementwise(math.cos, lambda x: -np.sin(x), kind="float")
elementwise(math.tan, lambda x, ans: 1 + ans * ans, kind="float")
elementwise(math.asin, lambda x: 1 / np.sqrt((1 - x) * (1 + x)), singular=(0,), kind="float")
elementwise(math.acos, lambda x: -1 / np.sqrt((1 - x) * (1 + x)), singular=(0,), kind="float")
elementwise(math.atan, lambda x: 1 / (1 + x * x), kind="float")
elementwise(
    math.atan2,
    lambda y, x: twice_divided(x, np.hypot(y, x)),
    lambda y, x: -twice_divided(y, np.hypot(y, x)),
    singular=(0, 1),
    kind="float",
)
elementwise(
    math.hypot,
    lambda x, y=0.0, ans=None: x / nonzero_or_one(ans),
    lambda x, y=0.0, ans=None: y / nonzero_or_one(ans),
    kind="float",
)
elementwise(math.sinh, lambda x: np.cosh(x), kind="float")
elementwise(math.cosh, lambda x: np.sinh(x), kind="float")
elementwise(math.tanh, lambda x, ans: 1 - ans * ans, kind="float")
elementwise(math.asinh, lambda x, ans: 1 / np.cosh(ans), kind="float")
elementwise(math.acosh, lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)), singular=(0,), kind="float")
elementwise(math.atanh, lambda x: 1 / ((1 - x) * (1 + x)), singular=(0,), kind="float")
elementwise(math.radians, lambda x: math.pi / 180, kind="float")
elementwise(math.degrees, lambda x: 180 / math.pi, kind="float")

# Signs and remainders

elementwise(math.fabs, lambda x: np.sign(x), kind="float")
elementwise(math.copysign, lambda x, y: np.copysign(1, x) * np.copysign(1, y), lambda x, y: 0, kind="float")
elementwise(math.fmod, lambda x, y: 1, lambda x, y, ans: np.rint((ans - x) / y), kind="float")
elementwise(math.remainder, lambda x, y: 1, lambda x, y, ans: np.rint((ans - x) / y), kind="float")
elementwise(math.ldexp, lambda x, i: np.ldexp(1.0, i), None, kind="float")
elementwise(math.nextafter, lambda x, y: 1, lambda x, y: 0, kind="float")
general(
    math.frexp,
    jvps=[lambda t, ans, x: (np.ldexp(t, -ans[1]), 0.0)],
    vjps=[lambda ct, ans, x: np.ldexp(ct[0], -ans[1])],
    kind="fraction_and_exponent",
)
general(math.modf, jvps=[lambda t, ans, x: (t, 0.0)], vjps=[lambda ct, ans, x: ct[0]], kind="whole_and_rest")
for _sumprod in present(math, "sumprod"):
    general(
        _sumprod,
        jvps=[
            lambda t, ans, p, q: sum(dt * b for dt, b in zip(t, q, strict=True)),
            lambda t, ans, p, q: sum(a * dt for a, dt in zip(p, t, strict=True)),
        ],
        vjps=[
            lambda ct, ans, p, q: list_or_array([ct * b for b in q], p),
            lambda ct, ans, p, q: list_or_array([a * ct for a in p], q),
        ],
        sequences=(0, 1),
        kind="float",
    )
for _fma in present(math, "fma"):
    elementwise(_fma, lambda x, y, z: y, lambda x, y, z: x, lambda x, y, z: 1, kind="float")

# Special functions


def digamma(x):
    """The derivative of the logarithm of the gamma function."""
    mirrored = np.less(x, 0.5)
    z = np.where(mirrored, 1 - x, x)
    shift = 0.0
    for k in range(10):
        shift = shift + 1 / (z + k)
    z = z + 10
    s = 1 / z
    s = s * s
    series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760))))))
    found = np.log(z) - 0.5 / z - series - shift
    return np.where(mirrored, found - math.pi / np.tan(math.pi * np.where(mirrored, x, 0.5)), found)


elementwise(math.gamma, lambda x, ans: ans * digamma(x), kind="float")
elementwise(math.lgamma, lambda x: digamma(x), kind="float")
# 2 / sqrt(pi), as a literal: it is multiplied with what else is constant when code is emitted.
elementwise(math.erf, lambda x: 1.1283791670955126 * np.exp(-x * x), kind="float")
elementwise(math.erfc, lambda x: -1.1283791670955126 * np.exp(-x * x), kind="float")

# Of sequences


def distance_tangent(t, ans, sign, p, q):
    """The tangent of `math.dist` in one of its points."""
    return sum(sign * dt * (a - b) for dt, a, b in zip(t, p, q, strict=True)) / nonzero_or_one(ans)


def distance_back(ct, ans, sign, p, q):
    """The cotangent of one of the points of `math.dist`."""
    cts = [sign * ct * (a - b) / nonzero_or_one(ans) for a, b in zip(p, q, strict=True)]
    return list_or_array(cts, p if sign == 1 else q)


def products_of_others(items, start):
    """For each item the product of all the others and `start`, without a division."""
    items = list(items)
    before, after = [start], [1]
    for item in items[:-1]:
        before.append(before[-1] * item)
    for item in items[:0:-1]:
        after.append(after[-1] * item)
    return [b * a for b, a in zip(before, reversed(after), strict=True)][: len(items)]


def product_tangent(t, items, start):
    """The tangent of `math.prod`."""
    return sum(dt * other for dt, other in zip(t, products_of_others(items, start), strict=True))


def product_back(ct, items, start):
    """The cotangents of the factors of `math.prod`."""
    return list_or_array([ct * other for other in products_of_others(items, start)], items)


linear(math.fsum, lambda ct, seq: list_or_array([ct for _ in seq], seq), kind="float", sequences=(0,))
general(
    math.prod,
    jvps=[lambda t, ans, iterable, *, start=1: product_tangent(t, iterable, start)],
    vjps=[lambda ct, ans, iterable, *, start=1: product_back(ct, iterable, start)],
    sequences=(0,),
)


def length(*coordinates):
    """`math.hypot` of any number of coordinates."""
    return math.dist(coordinates, (0.0,) * len(coordinates))


length.__dualad_lift__ = True  # type: ignore[attr-defined]
general(
    math.dist,
    jvps=[
        lambda t, ans, p, q: distance_tangent(t, ans, 1, p, q),
        lambda t, ans, p, q: distance_tangent(t, ans, -1, p, q),
    ],
    vjps=[
        lambda ct, ans, p, q: distance_back(ct, ans, 1, p, q),
        lambda ct, ans, p, q: distance_back(ct, ans, -1, p, q),
    ],
    kind="float",
    sequences=(0, 1),
)
otherwise(math.hypot, length)

# Whole numbers and tests

for _whole in (math.floor, math.ceil, math.trunc, math.comb, math.perm, math.factorial, math.gcd, math.lcm, math.isqrt):
    constant(_whole, kind="int")
for _test in (math.isnan, math.isinf, math.isfinite, math.isclose):
    constant(_test, kind="bool")
constant(math.ulp, kind="float")
