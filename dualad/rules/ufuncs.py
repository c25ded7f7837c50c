"""Universal functions: partial derivatives, element by element.

Ties of `maximum` and its like are split evenly; `abs` at 0 and `hypot` at (0, 0) have the subgradient 0. Where a
derivative is zero wherever it exists the partial says 0. Partials that are infinite somewhere are listed as singular.
"""

from __future__ import annotations

import math

import numpy as np

from dualad.registry import constant, defined, elementwise, general, linear
from dualad.rules.helpers import (
    is_complex,
    larger_share,
    log_or_zero,
    nonzero_or_one,
    number_taken,
    power_slope,
    unbroadcast,
)

# Arithmetic

elementwise(np.add, lambda x1, x2: 1, lambda x1, x2: 1)
elementwise(np.subtract, lambda x1, x2: 1, lambda x1, x2: -1)
elementwise(np.multiply, lambda x1, x2: x2, lambda x1, x2: x1)
elementwise(
    np.divide,
    lambda x1, x2: 1 / x2,
    lambda x1, x2, ans: -ans / x2,
    singular=(0, 1),
    # What is infinite stays so, whatever it is divided by: a mask of infinite numbers beside a temperature.
    careful=(None, lambda x1, x2, ans: np.where(np.isinf(x1) & (x2 != 0), 0, -ans / x2)),
)
elementwise(np.negative, lambda x: -1)
elementwise(np.positive, lambda x: 1)
elementwise(
    np.power,
    lambda x1, x2: power_slope(x1, x2),
    lambda x1, x2, ans: ans * log_or_zero(x1, ans),
    singular=(0,),
)
elementwise(
    np.float_power,
    lambda x1, x2: x2 * np.float_power(x1, x2 + ((x2 == 0) & (x1 == 0)) - 1),
    lambda x1, x2, ans: ans * log_or_zero(x1, ans),
    singular=(0,),
)
elementwise(np.remainder, lambda x1, x2: 1, lambda x1, x2: -np.floor_divide(x1, x2), singular=(1,))
elementwise(np.fmod, lambda x1, x2: 1, lambda x1, x2, ans: np.rint((ans - x1) / x2), singular=(1,))
elementwise(np.reciprocal, lambda x, ans: -ans * ans, singular=(0,))
elementwise(np.square, lambda x: 2 * x)
constant(np.floor_divide, kind="broadcast")

# Powers, exponentials and logarithms


def arctan_partial(x):
    """The derivative of `np.arctan`, whose square may overflow where nothing else does."""
    with np.errstate(over="ignore"):
        return 1 / (1 + x * x)


def root_one_less_square(x):
    """The square root of 1 - x * x, of complex numbers on their side of its cuts: signs of zeros are kept."""
    if np.iscomplexobj(x):
        return np.sqrt(np.negative(x - 1)) * root_one_more(x)
    return np.sqrt((1 - x) * (1 + x))


def root_one_more(x):
    """The square root of 1 + x, of complex numbers on their side of its cut: 1 + 0j added to -0j is 0j."""
    return np.sqrt(np.subtract(x, -1) if np.iscomplexobj(x) else x + 1)


def over_squares(x1, x2):
    """The quotient x1 / (x1**2 + x2**2), whose squares neither overflow nor vanish."""
    scale = np.maximum(np.absolute(x1), np.absolute(x2))
    x1, x2 = x1 / scale, x2 / scale
    return x1 / (x1 * x1 + x2 * x2) / scale


def side_of(x1, x2):
    """The quotient x1 / hypot(x1, x2), at infinity its limit; 0 where both are infinite, which is every direction's."""
    far = np.isinf(x1) | np.isinf(x2)
    near1, near2 = np.where(far, 0, x1), np.where(far, 0, x2)
    limit = np.where(np.isinf(x1) & np.isfinite(x2), np.sign(x1), 0)
    return np.where(far, limit, near1 / nonzero_or_one(np.hypot(near1, near2)))


elementwise(np.sqrt, lambda x, ans: 0.5 / ans, singular=(0,))
elementwise(np.cbrt, lambda x, ans: 1 / (3 * ans * ans), singular=(0,))
elementwise(np.exp, lambda x, ans: ans)
elementwise(np.exp2, lambda x, ans: ans * math.log(2))
elementwise(np.expm1, lambda x, ans: ans + 1)
elementwise(np.log, lambda x: 1 / x, singular=(0,))
elementwise(np.log2, lambda x: 1 / math.log(2) / x, singular=(0,))
elementwise(np.log10, lambda x: 1 / math.log(10) / x, singular=(0,))
elementwise(np.log1p, lambda x: 1 / (1 + x), singular=(0,))


def falling(x):
    """The logistic function of -x; of dual numbers without the quotient, whose derivative overflows for large x."""
    if hasattr(type(x), "__dualad_dual__"):
        return np.exp(-np.logaddexp(0.0, x))
    return 1.0 / (1.0 + np.exp(x))


falling.written_out = lambda x: 1.0 / (1.0 + np.exp(x))  # type: ignore[attr-defined]
elementwise(
    np.logaddexp,
    lambda x1, x2: falling(x2 - x1),
    lambda x1, x2: falling(x1 - x2),
    singular=(0, 1),
    careful=(
        lambda x1, x2: np.where(x1 == x2, 0.5, falling(x2 - x1)),
        lambda x1, x2: np.where(x1 == x2, 0.5, falling(x1 - x2)),
    ),
)
elementwise(
    np.logaddexp2,
    lambda x1, x2: falling((x2 - x1) * math.log(2)),
    lambda x1, x2: falling((x1 - x2) * math.log(2)),
    singular=(0, 1),
    careful=(
        lambda x1, x2: np.where(x1 == x2, 0.5, falling((x2 - x1) * math.log(2))),
        lambda x1, x2: np.where(x1 == x2, 0.5, falling((x1 - x2) * math.log(2))),
    ),
)

# Trigonometric functions

elementwise(np.sin, lambda x: np.cos(x))
elementwise(np.cos, lambda x: -np.sin(x))
elementwise(np.tan, lambda x, ans: 1 + ans * ans)
elementwise(np.arcsin, lambda x: 1 / root_one_less_square(x), singular=(0,))
elementwise(np.arccos, lambda x: -1 / root_one_less_square(x), singular=(0,))
elementwise(np.arctan, lambda x: arctan_partial(x))
elementwise(
    np.arctan2,
    lambda x1, x2: over_squares(x2, x1),
    lambda x1, x2: -over_squares(x1, x2),
    singular=(0, 1),
    careful=(
        lambda x1, x2: np.where(np.isinf(x1) | np.isinf(x2), 0, over_squares(x2, x1)),
        lambda x1, x2: np.where(np.isinf(x1) | np.isinf(x2), 0, -over_squares(x1, x2)),
    ),
)
elementwise(
    np.hypot,
    lambda x1, x2, ans: x1 / nonzero_or_one(ans),
    lambda x1, x2, ans: x2 / nonzero_or_one(ans),
    singular=(0, 1),
    careful=(lambda x1, x2, ans: side_of(x1, x2), lambda x1, x2, ans: side_of(x2, x1)),
)
for _degrees in dict.fromkeys((np.deg2rad, np.radians)):  # in the same order each time
    elementwise(_degrees, lambda x: math.pi / 180)
for _radians in dict.fromkeys((np.rad2deg, np.degrees)):
    elementwise(_radians, lambda x: 180 / math.pi)

# Hyperbolic functions

elementwise(np.sinh, lambda x: np.cosh(x))
elementwise(np.cosh, lambda x: np.sinh(x))
elementwise(np.tanh, lambda x, ans: 1.0 - ans * ans)
elementwise(np.arcsinh, lambda x, ans: 1 / np.cosh(ans))
elementwise(np.arccosh, lambda x: 1 / (np.sqrt(x - 1) * root_one_more(x)), singular=(0,))
elementwise(np.arctanh, lambda x: 1 / ((1 - x) * (1 + x)), singular=(0,))

# Extrema

elementwise(
    np.maximum,
    lambda x1, x2, ans: larger_share(x1, x2, ans.dtype),
    lambda x1, x2, ans: larger_share(x2, x1, ans.dtype),
)
elementwise(
    np.minimum,
    lambda x1, x2, ans: larger_share(x2, x1, ans.dtype),
    lambda x1, x2, ans: larger_share(x1, x2, ans.dtype),
)
elementwise(
    np.fmax,
    lambda x1, x2, ans: number_taken(x1, x2, larger_share(x1, x2, ans.dtype)),
    lambda x1, x2, ans: number_taken(x2, x1, larger_share(x2, x1, ans.dtype)),
)
elementwise(
    np.fmin,
    lambda x1, x2, ans: number_taken(x1, x2, larger_share(x2, x1, ans.dtype)),
    lambda x1, x2, ans: number_taken(x2, x1, larger_share(x1, x2, ans.dtype)),
)


def clip_share(a, lower, upper, dtype):
    """The partial of `np.clip` in `a`: 1 between the bounds, a half at a bound, 0 beyond; either bound may be None."""
    above = 1 if lower is None else larger_share(a, lower, dtype)
    below = 1 if upper is None else larger_share(upper, a if lower is None else np.maximum(a, lower), dtype)
    return above * below


def lower_share(a, lower, upper, dtype):
    """The partial of `np.clip` in its lower bound."""
    below = 1 if upper is None else larger_share(upper, np.maximum(a, lower), dtype)
    return larger_share(lower, a, dtype) * below


def upper_share(a, lower, upper, dtype):
    """The partial of `np.clip` in its upper bound."""
    return larger_share(a if lower is None else np.maximum(a, lower), upper, dtype)


elementwise(
    np.clip,
    lambda a, a_min=None, a_max=None, ans=None: clip_share(a, a_min, a_max, ans.dtype),
    lambda a, a_min=None, a_max=None, ans=None: lower_share(a, a_min, a_max, ans.dtype),
    lambda a, a_min=None, a_max=None, ans=None: upper_share(a, a_min, a_max, ans.dtype),
    kind="clipped",
)

# Signs and parts

elementwise(np.absolute, lambda x: np.conj(np.sign(x)))
elementwise(np.fabs, lambda x: np.sign(x))
elementwise(np.copysign, lambda x1, x2: np.copysign(1, x1) * np.copysign(1, x2), lambda x1, x2: 0)
elementwise(np.heaviside, lambda x1, x2: 0, lambda x1, x2: np.equal(x1, 0) * np.ones_like(x2))
elementwise(np.nextafter, lambda x1, x2: 1, lambda x1, x2: 0)
elementwise(np.ldexp, lambda x1, x2: np.ldexp(np.ones_like(x1), x2), None)


def sign_tangent(t, x):
    """The tangent of `np.sign`: that of z / |z| for complex numbers, zero for real ones."""
    if not is_complex(x):
        return np.zeros_like(t)
    unit = np.sign(x)
    return 1j * unit * np.imag(np.conj(unit) * t) / nonzero_or_one(np.absolute(x))


def sign_cotangent(ct, x):
    """The transpose of `sign_tangent`."""
    if not is_complex(x):
        return np.zeros_like(ct)
    unit = np.sign(x)
    return -1j * np.conj(unit) * np.real(1j * ct * unit) / nonzero_or_one(np.absolute(x))


general(
    np.sign,
    jvps=[lambda t, ans, x: sign_tangent(t, x)],
    vjps=[lambda ct, ans, x: sign_cotangent(ct, x)],
    constant_if_real=True,
    kind="broadcast",
)
general(
    np.modf,
    jvps=[lambda t, ans, x: (t, np.zeros_like(t))],
    vjps=[lambda ct, ans, x: np.broadcast_to(ct[0], x.shape)],
    kind="whole_and_rest",
)
general(
    np.frexp,
    jvps=[lambda t, ans, x: (np.ldexp(t, -ans[1]), np.zeros_like(t))],
    vjps=[lambda ct, ans, x: np.ldexp(ct[0], -ans[1])],
)
defined(np.divmod, lambda x1, x2: (np.floor_divide(x1, x2), np.remainder(x1, x2)))
linear(np.conjugate, lambda ct, x: np.conj(ct), kind="broadcast")
linear(np.real, lambda ct, val: ct, aliases="maybe", kind="real_part")
linear(np.imag, lambda ct, val: -1j * ct, aliases="maybe", constant_if_real=True, kind="real_part")


def angle_partial(z, deg):
    """The partial of `np.angle`: d angle = Re(-1j * dz / z), which is 0 of real numbers."""
    if not is_complex(z):
        return np.zeros_like(z)
    return np.divide((180 / math.pi if deg else 1) * -1j, z)


elementwise(
    np.angle, lambda z, deg=False: angle_partial(z, deg), singular=(0,), constant_if_real=True, kind="real_part"
)


# Other functions of one argument


def sinc_partial(x):
    """The derivative of `np.sinc`, by its series near 0 where the closed form cancels."""
    near = np.abs(x) < 0.01
    away = np.where(near, 1, x)
    s = (math.pi * np.where(near, x, 0)) ** 2
    series = -(math.pi**2) * x / 3 * (1 - s / 10 * (1 - s / 28))
    return np.where(near, series, (np.cos(math.pi * away) - np.sinc(away)) / away)


def i1(x):
    """The modified Bessel function of order 1, by the trapezoidal rule on its integral over a circle."""
    nodes = np.cos((np.arange(256) + 0.5) * (math.pi / 256))
    half = np.absolute(x) / 2
    scaled = np.exp(np.expand_dims(x, -1) * nodes - np.expand_dims(2 * half, -1))
    return np.mean(scaled * nodes, axis=-1) * np.exp(half) * np.exp(half)


elementwise(np.sinc, lambda x: sinc_partial(x), kind="floats_of_floats")
elementwise(np.i0, lambda x: i1(x), kind="floats_of_floats")


def finite_parts(t, x):
    """What moves where numbers that are not finite are replaced, each part of a complex number by itself."""
    if is_complex(x):
        return np.isfinite(np.real(x)) * np.real(t) + 1j * (np.isfinite(np.imag(x)) * np.imag(t))
    return np.isfinite(x) * t


general(
    np.nan_to_num,
    jvps=[lambda t, ans, x, *, nan=0.0, posinf=None, neginf=None: finite_parts(t, x)],
    vjps=[lambda ct, ans, x, *, nan=0.0, posinf=None, neginf=None: finite_parts(ct, x)],
    kind="floats_of_floats",
)

general(
    np.unwrap,
    jvps=[lambda t, ans, p, discont=None, axis=-1, *, period=2 * math.pi: t],
    vjps=[lambda ct, ans, p, discont=None, axis=-1, *, period=2 * math.pi: ct],
    kind="floats_of_floats",
)

# Choice. The unchosen branch gets nothing, even of a cotangent that is infinite there.

linear(
    np.where,
    None,
    lambda ct, condition, x, y: unbroadcast(np.where(condition, ct, 0), np.shape(x)),
    lambda ct, condition, x, y: unbroadcast(np.where(condition, 0, ct), np.shape(y)),
    kind="where",
)
