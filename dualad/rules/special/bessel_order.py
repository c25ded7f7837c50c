"""Derivatives of Bessel functions in their order, of real orders and positive arguments.

Each is one of Schlaefli's contour integrals (DLMF 10.9.6, 10.9.7, 10.32.4, 10.32.9), differentiated n times under the
integral, on a contour through the saddle point, where the integrand is as large as the function; by the trapezoidal
rule (K) or Gauss and Legendre's on panels. Known closed forms (DLMF 10.15, 10.38) are for special orders only. Where
a rule of this many nodes has not enough digits (J and Y of orders or arguments in the hundreds) the result is NaN.
"""

from __future__ import annotations

import math

import numpy as np

from dualad.rules.helpers import require_real
from dualad.rules.special.helpers import smooth

TAIL = 42.0
LARGEST = 250.0  # of arguments and orders of J and Y
NODES, WEIGHTS = (part / 2 for part in np.polynomial.legendre.leggauss(48))
NODES = NODES + 0.5


def panels(*edges):
    """Nodes and weights on panels between the edges, which are arrays; along a new last axis."""
    found = np.sort(np.stack(np.broadcast_arrays(*edges)), axis=0)
    low, width = found[:-1, ..., None], np.diff(found, axis=0)[..., None]
    nodes, weights = low + width * NODES, width * WEIGHTS
    return np.concatenate(list(nodes), axis=-1), np.concatenate(list(weights), axis=-1)


def prepared(name, v, x):
    """Order and argument as arrays, and where they are in the domain."""
    require_real(f"{name} in its order,", v, x)
    v, x = np.broadcast_arrays(np.asarray(v, np.float64), np.asarray(x, np.float64))
    good = (x > 0) & np.isfinite(x) & np.isfinite(v)
    return np.where(good, v, 0.0), np.where(good, x, 1.0), good


def ray(v, x, start, shape, inverse, factor):
    """The integral over (start, inf) of factor(t) exp(-v t - x shape(t)); shape is sinh or cosh."""
    fall = np.maximum(-v, 0)
    peak = np.arcsinh(fall / x)
    end = start + np.arcsinh(2 * TAIL / x) + 2 * peak + 5
    for _ in range(8):  # where it has fallen by exp(-TAIL), from above
        end = np.minimum(end, inverse(shape(start) + (TAIL + fall * (end - start)) / x) + 0.01)
    width = 7 / np.sqrt(np.hypot(v, x))
    inner = [np.clip(e, start, end) for e in (peak - width, peak + width, (peak + end) / 2)]
    t, w = panels(start, *inner, end)
    return np.sum(w * factor(t) * np.exp(-v[..., None] * t - x[..., None] * (shape(t))), axis=-1)


def turned(v, n):
    """(i pi - t)^n exp(i pi v), of the two sides of the contour."""
    return lambda t: (1j * math.pi - t) ** n * np.exp(1j * math.pi * v)[..., None]


@smooth(
    lambda v, x, n=1: ive_order(v, x, n + 1),
    lambda v, x, n=1: (ive_order(v - 1, x, n) + ive_order(v + 1, x, n)) / 2 - ive_order(v, x, n),
)
def ive_order(v, x, n=1):
    """The n-th derivative of I_v(x) in v, by exp(x)."""
    v, x, good = prepared("iv", v, x)
    saddle = np.arcsinh(np.maximum(v, 0) / x)
    c = np.where(v > 0, np.hypot(v, x), x)
    top = 2 * np.arcsin(np.minimum(np.sqrt(TAIL / (2 * c)), 1))
    theta, w = panels(0 * top, top / 2, top)
    turn = (saddle[..., None] + 1j * theta) ** n * (-1) ** n
    phase = x[..., None] * np.sinh(saddle)[..., None] * np.sin(theta) - v[..., None] * theta
    size = np.exp(-2 * c[..., None] * np.sin(theta / 2) ** 2 + (c - v * saddle - x)[..., None])
    body = np.sum(w * size * np.real(turn * np.exp(1j * phase)), axis=-1)
    tail = ray(v, x, saddle, np.cosh, np.arccosh, lambda t: np.imag(turned(v, n)(t)) * np.exp(-x)[..., None])
    return np.where(good, (body - tail) / math.pi, np.nan)[()]


@smooth(
    lambda v, x, n=1: kve_order(v, x, n + 1),
    lambda v, x, n=1: kve_order(v, x, n) - (kve_order(v - 1, x, n) + kve_order(v + 1, x, n)) / 2,
)
def kve_order(v, x, n=1):
    """The n-th derivative of K_v(x) in v, by exp(-x): the integral of t^n sinh(v t) (or cosh) exp(-x cosh(t))."""
    v, x, good = prepared("kv", v, x)
    p, c = np.abs(v), np.hypot(v, x)
    peak = np.arcsinh(p / x)
    low = np.maximum(peak - (TAIL + np.sqrt(TAIL * TAIL + 8 * TAIL * c)) / (2 * c), 0)
    high = peak + np.arccosh(1 + TAIL / c)
    count = 256
    h = ((high - low) / count)[..., None]
    t = low[..., None] + h * np.arange(count + 1)
    odd = -np.expm1(-2 * p[..., None] * t) if n % 2 else 1 + np.exp(-2 * p[..., None] * t)
    terms = t**n * odd * np.exp(p[..., None] * t - 2 * x[..., None] * np.sinh(t / 2) ** 2)
    total = (np.sum(terms, axis=-1) - (terms[..., 0] + terms[..., -1]) / 2) * h[..., 0] / 2
    good = good & (h[..., 0] < 0.4)
    return np.where(good, total * (np.sign(v) if n % 2 else 1), np.nan)[()]


@smooth(
    lambda v, x, n=1: jv_order(v, x, n + 1),
    lambda v, x, n=1: (jv_order(v - 1, x, n) - jv_order(v + 1, x, n)) / 2,
)
def jv_order(v, x, n=1):
    """The n-th derivative of J_v(x) in v."""
    v, x, good = prepared("jv", v, x)
    good = good & (x < LARGEST) & (np.abs(v) < LARGEST)
    v, x = np.where(good, v, 0), np.where(good, x, 1)
    saddle = np.arccosh(np.maximum(v / x, 1))
    theta, w = panels(*(math.pi * k / 8 + 0 * x for k in range(9)))
    a, t, y = v[..., None], saddle[..., None], x[..., None]
    size = np.exp(y * np.sinh(t) * np.cos(theta) - a * t)
    phase = y * np.cosh(t) * np.sin(theta) - a * theta
    body = np.sum(w * size * np.real((-t - 1j * theta) ** n * np.exp(1j * phase)), axis=-1)
    tail = ray(v, x, saddle, np.sinh, np.arcsinh, lambda t: np.imag(turned(v, n)(t)))
    return np.where(good, (body - tail) / math.pi, np.nan)[()]


@smooth(
    lambda v, x, n=1: yv_order(v, x, n + 1),
    lambda v, x, n=1: (yv_order(v - 1, x, n) - yv_order(v + 1, x, n)) / 2,
)
def yv_order(v, x, n=1):
    """The n-th derivative of Y_v(x) in v."""
    v, x, good = prepared("yv", v, x)
    good = good & (x < LARGEST) & (np.abs(v) < LARGEST)
    v, x = np.where(good, v, 0), np.where(good, x, 1)
    theta, w = panels(*(math.pi * k / 8 + 0 * x for k in range(9)))
    body = np.sum(
        w * np.imag((-1j * theta) ** n * np.exp(1j * (x[..., None] * np.sin(theta) - v[..., None] * theta))), axis=-1
    )
    falling = ray(v, x, 0 * x, np.sinh, np.arcsinh, lambda t: np.real(turned(v, n)(t)))
    rising = ray(-v, x, 0 * x, np.sinh, np.arcsinh, lambda t: t**n)
    return np.where(good, (body - falling - rising) / math.pi, np.nan)[()]
