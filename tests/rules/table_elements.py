"""Rows for functions that work element by element: ufuncs, operators, `math` and builtins."""

from __future__ import annotations

import builtins
import cmath
import inspect
import itertools
import math
import operator

import numpy as np

from dualad.chosen import BY_COUNT, OF_ITEMS, items_again, items_of_row
from tests.rules.rows import attr, cplx, fn, meth, positive, reals

ANYWHERE = (
    np.negative, np.positive, np.square, np.exp, np.exp2, np.expm1, np.sin, np.cos, np.tanh, np.arctan,
    np.sinh, np.cosh, np.arcsinh, np.deg2rad, np.radians, np.rad2deg, np.degrees, np.absolute, np.fabs, np.sinc, np.i0,
    np.nan_to_num, np.sign, np.reciprocal, np.real, np.conjugate, np.cbrt,
)  # fmt: skip
POSITIVE = (np.sqrt, np.log, np.log2, np.log10, np.log1p, np.cbrt, np.reciprocal, np.arccosh, np.tan)
INSIDE = (np.arcsin, np.arccos, np.arctanh, np.tan, np.modf)
HOLOMORPHIC = (
    np.exp, np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.log, np.log2, np.log10, np.log1p, np.sqrt, np.square,
    np.reciprocal, np.arcsin, np.arccos, np.arctan, np.arcsinh, np.arccosh, np.arctanh, np.exp2, np.expm1, np.negative,
    np.absolute, np.sign, np.real, np.imag, np.conjugate, np.angle,
)  # fmt: skip
SHAPES = ((), (1,), (4,), (2, 3))
PAIRS = (((), ()), ((3,), ()), ((), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((1,), (4, 1)), ((2, 3), (2, 3)))
BINARY = (np.add, np.subtract, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2)
BINARY_POSITIVE = (np.divide, np.power, np.arctan2, np.hypot, np.remainder, np.fmod, np.copysign)
OPERATORS = (operator.add, operator.sub, operator.mul)
OPERATORS_POSITIVE = (operator.truediv, operator.pow, operator.mod)
MATH = (
    math.exp, math.exp2, math.expm1, math.sin, math.cos, math.tan, math.atan, math.sinh, math.cosh, math.tanh,
    math.asinh,
    math.radians, math.degrees, math.fabs, math.erf, math.erfc, math.modf,
)  # fmt: skip
MATH_POSITIVE = (
    math.sqrt, math.cbrt, math.log, math.log2, math.log10, math.log1p, math.acosh, math.gamma, math.lgamma,
)  # fmt: skip


def rows():
    yield from unary()
    yield from binary()
    yield from scalars()
    yield from others()


def unary():
    for f in ANYWHERE:
        yield from (fn(f, reals(*s), float32=f is not np.i0) for s in SHAPES)
    for f in POSITIVE:
        yield from (fn(f, positive(*s) + (1.0 if f is np.arccosh else 0.0)) for s in SHAPES)
    for f in INSIDE:
        yield from (fn(f, reals(*s, low=-0.9, high=0.9)) for s in SHAPES)
    for f in HOLOMORPHIC:
        yield fn(f, cplx(3))
        yield fn(f, cplx(2, 2))
    yield fn(np.sinc, np.array([0.0, 1e-9, 1e-3, 9e-3, 1.1e-2, 1.0, -2.0, 2.5]))
    yield fn(np.angle, cplx(4), True)
    yield fn(np.unwrap, 3 * reals(2, 6))
    yield fn(np.nan_to_num, np.array([1.0, np.nan, np.inf, -2.0]), nan=3.0)
    yield meth("conj", cplx(3))
    yield meth("conjugate", reals(3))
    yield attr("real", cplx(2, 2))
    yield attr("imag", cplx(3))
    yield attr("real", reals(3))
    yield attr("imag", reals(3))
    yield fn(np.imag, reals(3))
    yield fn(np.angle, reals(3))
    yield from (fn(f, reals(2, 3)) for f in (operator.neg, operator.pos, operator.abs, abs))
    yield fn(abs, -1.5)
    yield fn(abs, 1.5 - 2.0j)


def binary():
    for f in BINARY:
        yield from (fn(f, reals(*a), reals(*b)) for a, b in PAIRS)
    for f in BINARY_POSITIVE:
        yield from (fn(f, positive(*a), positive(*b)) for a, b in PAIRS)
    for f in (np.arctan2, np.hypot, np.copysign, np.fmod, np.remainder):
        yield fn(f, reals(5), positive(5) * np.array([1, -1, 1, -1, 1]))
    for f in (np.add, np.subtract, np.multiply, np.divide, np.power, np.float_power):
        yield fn(f, cplx(3), cplx(3))
        yield fn(f, cplx(2, 3), positive(3))
        yield fn(f, positive(3), cplx(2, 3))
    for f in (np.power, np.float_power, operator.pow):
        yield fn(f, positive(2, 3), positive(3), float32=f is not np.float_power)
        yield fn(f, reals(4), 3.0, wrt=(0,), float32=f is not np.float_power)
        yield fn(f, reals(4), -2, float32=f is not np.float_power)
        yield fn(f, np.array([0.0, 1.5, -2.0]), 1.0, wrt=(0,), float32=f is not np.float_power)
        yield fn(f, np.array([0.0, 1.5, -2.0]), 0.0, wrt=(0,), float32=f is not np.float_power)
        yield fn(f, np.array([0.0, 1.5, 2.0]), np.array([2.0, 0.0, 1.0]), wrt=(0,), float32=f is not np.float_power)
    for f in OPERATORS:
        yield from (fn(f, reals(*a), reals(*b)) for a, b in PAIRS)
        yield fn(f, 1.5, -0.7)
    for f in OPERATORS_POSITIVE:
        yield from (fn(f, positive(*a), positive(*b)) for a, b in PAIRS)
        yield fn(f, 1.5, 0.7)
    for f in (np.heaviside, np.nextafter):
        yield fn(f, reals(2, 3), reals(3), wrt=(1,) if f is np.heaviside else (0,))
    yield fn(np.ldexp, reals(3), np.array([1, -2, 0]))
    for bounds in ((-0.5, 0.7), (None, 0.3), (-0.2, None), (reals(3, low=-1, high=0), 0.5), (-0.4, reals(2, 1, low=0))):
        yield fn(np.clip, reals(2, 3), *bounds)
        yield meth("clip", reals(2, 3), *bounds)
    for c in (reals(3) > 0, reals(2, 1) > 0, True, np.array([1, 0, 2])):
        yield fn(np.where, c, reals(2, 3), reals(3))
        yield fn(np.where, c, reals(1), 1.5)
        yield fn(np.where, c, cplx(3), reals(2, 1))


def scalars():
    for f in MATH:
        yield from (fn(f, x) for x in (-1.3, 0.4, 0.9))
    for f in MATH_POSITIVE:
        yield from (fn(f, x) for x in (1.2, 2.7, 9.1))
    for f in (math.asin, math.acos, math.atanh):
        yield from (fn(f, x) for x in (-0.7, 0.2, 0.9))
    for x in (-2.3, -0.6, 0.3, 1.0, 30.5):
        yield fn(math.gamma, x, rtol=1e-5)
        yield fn(math.lgamma, x)
    for f in (math.pow, math.atan2, math.hypot, math.fmod, math.remainder, math.copysign):
        yield fn(f, 1.7, 0.6)
    yield fn(math.log, 3.0, 2.5)
    yield fn(math.ldexp, 1.5, 3)
    yield fn(math.nextafter, 1.5, 3.0, wrt=(0,))
    yield fn(math.fsum, [1.0, -2.5, 0.3])
    if hasattr(math, "sumprod"):
        yield fn(math.sumprod, [1.0, -2.5, 0.3], [0.5, 2.0, -1.5])
    yield fn(math.prod, [1.5, -2.0, 0.7])
    yield fn(math.prod, [1.5, 0.0, 0.7, 0.0], start=2)
    yield fn(math.prod, (3.5,))
    yield fn(math.dist, [1.0, 2.0], [0.5, -1.0])
    yield fn(math.frexp, 1.3)
    for name in ("sqrt", "exp", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "phase", "polar"):
        yield from (fn(getattr(cmath, name), z) for z in (0.3 + 0.7j, -1.2 - 0.4j))
    for name in ("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"):
        yield from (fn(getattr(cmath, name), z) for z in (0.3 + 0.7j, -1.2 - 0.4j))
    yield fn(cmath.log, 3.0 + 1j, 2.5 - 0.3j)
    yield fn(cmath.rect, 1.5, 0.4)
    if hasattr(math, "fma"):
        yield fn(math.fma, 1.5, -0.5, 2.0)


def others():
    for f in (max, min):
        yield fn(f, 1.5, 0.4)
        yield fn(f, -1.5, 0.4)
    for f in BY_COUNT.values():
        for numbers in itertools.permutations((1.5, 0.4, -0.3, 0.2), len(inspect.signature(f).parameters)):
            yield fn(f, *numbers)
    for f in OF_ITEMS.values():
        yield fn(f, [1.5, 0.4, -0.3])
        yield fn(f, [0.5])
        yield fn(f, (np.float64(-0.5), 2.0))
    yield fn(items_of_row, np.array([1.5, 0.4, -0.3]))
    yield fn(items_again, [1.5, np.float64(0.4)])
    yield fn(pow, 1.5, 2.5)
    yield fn(pow, -1.5, 2)
    yield fn(divmod, 7.3, 2.1)
    yield fn(float, 2.5)
    yield fn(float, np.float64(1.5))
    yield fn(complex, 1.5, -0.5)
    yield fn(builtins.sum, [1.0, 2.5, -1.0])
    yield fn(builtins.sum, [reals(3), reals(2, 1), 1.5], 0.5)
    yield fn(builtins.sum, reals(4))
    yield fn(builtins.sum, reals(3, 2), reals(2))
    for number in (np.float64, np.float32, np.float16, np.longdouble, np.complex128):
        yield fn(number, 1.5 if number is np.float16 else 0.3, rtol=1e-2, float32=False)
    for number in (np.complex64, np.clongdouble):
        yield fn(number, 0.3 - 0.5j, rtol=1e-2, float32=False)
