"""Straight-line code: names used twice, every operator, broadcasting, NumPy functions in a row."""

import math

import numpy as np

from tests.corpus.base import arr, mat, num, pos, program, vec


@program(args=(num(), num()), tags="straight scalar", complex_ok=True)
def product_plus_quotient(a, b):
    return a * b + a / b


@program(args=(num(),), tags="straight scalar twice", complex_ok=True)
def name_used_four_times(x):
    y = x * x
    z = y * x + y
    return z * y - z / x


@program(args=(num(), num()), tags="straight scalar operators", complex_ok=True)
def scalar_operators(a, b):
    c = -a + +b
    d = c - a * b
    e = d / (b + 2.0)
    f = e**2 + 2.0**a + a**b
    return f - (a - b) ** 3


@program(args=(num(1.2, 1.4), num(0.5, 0.6)), tags="straight scalar operators")
def modulo_and_floor_division(a, b):
    q = a // b
    r = a % b
    return r * a + q * b + abs(-a * r)


@program(args=(num(),), tags="straight scalar math")
def math_functions(x):
    y = math.sin(x) * math.cos(x) + math.tan(x / 3)
    y = y + math.exp(-x) * math.log(x) + math.sqrt(x) + math.atan(x) + math.sinh(x) * math.tanh(x)
    y = y + math.hypot(x, 2.0) + math.atan2(x, 1.5) + math.pow(x, 2.5) + math.erf(x) + math.log1p(x) + math.expm1(x)
    return y + math.asin(x / 2) + math.acos(x / 2) + math.cosh(x) + math.log2(x) + math.log10(x)


@program(args=(num(),), tags="straight scalar", more=[(vec(3),), (mat(2, 2),)], complex_ok=True)
def ufuncs_of_anything(x):
    y = np.sin(x) * np.cos(x)
    z = np.exp(y) + np.tanh(x) * x
    return np.sqrt(z + 4.0) / (1.0 + x**2)


@program(args=(vec(4), vec(4)), tags="straight twice", complex_ok=True)
def vector_reuse(x, y):
    z = x * y
    w = z + x
    v = z * w + z
    return np.sum(v * x + w)


@program(args=(vec(3),), tags="straight", complex_ok=True)
def rebinding_one_name(x):
    x = x * 2.0
    x = np.sin(x) + x
    x = x * x
    x = np.sum(x)
    return x * x


@program(args=(vec(3), num()), tags="straight unused pitfall_12")
def second_argument_unused(x, k):
    k = 2.0
    return np.sum(x) * k


@program(args=(vec(3), num()), tags="straight constant pitfall_12", smooth=True)
def constant_result(x, k):
    y = x * k
    y = 3.5
    return y


@program(args=(mat(2, 3),), tags="straight constant pitfall_12")
def constant_array_result(x):
    return np.ones((2, 2))


@program(args=(vec(3),), tags="straight result-is-argument")
def identity(x):
    return x


@program(args=(vec(3), num()), tags="straight result-is-argument tuple")
def arguments_swapped(x, k):
    return k, x


@program(args=(vec(3),), tags="straight result-is-argument tuple pitfall_37")
def one_array_returned_twice(x):
    y = x * 2.0
    return y, y


@program(args=(vec(3), vec(3)), tags="straight pitfall_37", complex_ok=True)
def one_cotangent_two_names(x, y):
    z = x + y
    w = z + x
    v = w - y
    v = v + x
    return v * z


@program(
    args=(num(), vec(3)),
    more=[(vec(3), mat(2, 3)), (arr(2, 1), arr(1, 3)), (arr(), arr(2, 2)), (arr(3, 1, 2), arr(2))],
    tags="straight broadcast pitfall_17",
    complex_ok=True,
)
def broadcast_pairs(a, b):
    c = a + b
    d = a * b - b
    e = (a - c) / (b**2 + 2.0)
    return c * d + e * a


@program(
    args=(vec(1), vec(3)),
    more=[(arr(1, 1), arr(2, 3)), (arr(2, 1), arr(2, 1))],
    tags="straight broadcast pitfall_17",
    complex_ok=True,
)
def broadcast_ones(a, b):
    return np.sum(a * b + a, axis=0) * np.sum(b)


@program(args=(pos(3), pos(3)), more=[(pos(2, 1), pos(3)), (num(), pos(2))], tags="straight broadcast")
def binary_ufuncs(a, b):
    c = np.power(a, b) + np.arctan2(a, b) + np.hypot(a, b)
    d = np.logaddexp(a, b) + np.divide(a, b) - np.subtract(b, a)
    return np.multiply(c, d) + np.true_divide(1.0, np.add(a, b))


@program(args=(vec(4), vec(4)), tags="straight maximum")
def maximum_and_friends(a, b):
    c = np.maximum(a, b) * a + np.minimum(a, 0.1) * b
    d = np.clip(a, -0.4, 0.6) + np.abs(b) * np.sign(a) + np.fmax(a, b) * np.fmin(b, 0.0)
    return c + d


@program(args=(vec(5), vec(5)), tags="straight where")
def where_of_everything(x, y):
    z = np.where(x > 0, x * y, y - x)
    z = np.where(y > x, z, 2.0)
    return np.where(np.array([True, False, True, False, True]), z, x * z)


@program(args=(np.array([0.0, 1.0, 4.0]),), tags="straight where pitfall_13", smooth=False)
def where_sqrt_at_zero(x):
    return np.where(x > 0, np.sqrt(x), 0.0)


@program(args=(np.zeros(3), vec(3)), tags="straight pitfall_13", smooth=False)
def kinks_at_zero(x, y):
    return np.abs(x) * y + np.maximum(x, 0.0) + np.linalg.norm(x) * np.sum(y)


@program(
    args=(np.array([0.0, 2.0, 3.0]),), tags="straight prod pitfall_14", more=[(np.array([0.0, 0.0, 3.0]),), (pos(4),)]
)
def product_with_zeros(x):
    return np.prod(x) + np.sum(np.cumprod(x))


@program(args=(mat(2, 2), vec(2)), tags="straight pitfall_14", smooth=True)
def power_of_nought(x, y):
    return x**0 + y**1 + y**2.0


@program(args=(mat(3, 2), vec(2), 0.5), tags="straight comparison inactive")
def mask_by_comparison(x, w, limit):
    z = x @ w
    mask = (z > limit) | (z < -limit)
    return np.sum(z * mask) + np.sum(z * (~mask) * 0.5)


@program(args=(vec(4),), tags="straight attributes methods", complex_ok=True)
def methods_of_arrays(x):
    y = x.copy().reshape(2, 2)
    z = y.T @ y
    return z.sum(axis=0) * y.mean() + z.ravel()[1] + y.dot(z).sum() + x.size * z.prod() + x.ndim


@program(args=(mat(2, 3), vec(3)), tags="straight shape", complex_ok=True)
def shape_arithmetic(x, w):
    n, m = x.shape
    total = np.sum(x * w) / (n * m)
    return total * x.shape[0] + len(w) * np.sum(w) / x.size


@program(args=(vec(3),), tags="straight chain", complex_ok=True)
def long_chain(x):
    a = x + 1.0
    b = a * x
    c = b - a
    d = c * b + a
    e = d / (a * a + 1.0)
    f = np.sin(e) + d
    g = f * e
    h = g + f + e
    return np.sum(h * g - x)


@program(args=(num(), num(), num()), tags="straight scalar expression", complex_ok=True)
def one_deep_expression(a, b, c):
    return ((a + b) * (b + c) - (c - a) * a / (1.0 + b * b)) ** 2 / (a * b * c + 3.0) - (a - (b - (c - a)))


@program(args=(vec(3), vec(3)), tags="straight starred-call", complex_ok=True)
def starred_call_of_numpy(x, y):
    pair = (x, y)
    return np.dot(*pair) + np.add(*pair)


@program(args=(vec(3), vec(2)), tags="straight tuple-result tree", complex_ok=True)
def three_results(x, y):
    s = np.sum(x) * y
    return s, (x * 2.0, y[0]), {"sum": np.sum(s), "x": x + 0.0}


@program(args=(num(),), tags="straight scalar numpy-scalar", complex_ok=True)
def numpy_scalar_between(x):
    y = np.exp(x)
    z = y * 2.0 + x
    return z / y


@program(args=(mat(3, 4), vec(2)), more=[(mat(2, 2), vec(2))], tags="straight array slice broadcast")
def slices_up_to_lengths(a, b):
    n, d = a.shape
    k = len(b)
    head, tail = a[:, :k], a[:, k:]
    scaled = head * b + np.sum(head, axis=0)
    return np.sum(scaled[:k] * np.exp(b)) + np.sum(tail * tail) * np.max(a, axis=1)[0] + np.sum(np.min(a, axis=0)) * d


@program(args=(vec(3), num()), tags="straight array in-place trigonometric")
def sine_of_what_has_changed(x, k):
    u = x * k
    c = np.cos(u)
    u[1:] *= x[:-1]
    return np.sum(np.sin(u) * c) + np.sum(np.cos(u[::-1]) * np.sinh(u) / np.cosh(u))


@program(args=(mat(4, 3), mat(4, 3)), more=[(mat(1, 3), mat(4, 3)), (vec(3), mat(2, 3))], tags="straight broadcast")
def turned_by_one_another(a, b):
    c = np.cross(a, b)
    return np.sum(np.cross(c, a * 2.0) * b) / np.sum(c * c + 1.0)
