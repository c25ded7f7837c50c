"""B-splines in plain Python: in coefficients, knots and points alike, to every order (de Boor, A Practical Guide to
Splines, 1978, chapters 9 and 10).

Of a spline of degree `k` with knots `t` the functions `j - k` to `j` are not zero from `t[j]` to `t[j + 1]`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg as sl

from dualad.registry import constant
from dualad.rules.helpers import require_real
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import for_lapack

__dualad_lift__ = True


def interval(t, k, x):
    """The number of the interval that each point lies in; beyond the ends, of the first or last."""
    return np.clip(np.searchsorted(t, x, side="right") - 1, k, np.size(t) - k - 2)


constant(interval)


def numbers(count, j):
    """Numbers from 0 on, along an axis that stands before those of the points."""
    return np.reshape(np.arange(count), (count,) + (1,) * np.ndim(j))


constant(numbers)


def neighbours(one, other):
    """Sums of what each function gives to the one before it, and to itself, along the first axis."""
    nothing = np.zeros_like(one[:1])
    return np.concatenate([one, nothing]) + np.concatenate([nothing, other])


def basis(t, k, j, x):
    """The values of the functions that are not zero, along a first axis."""
    found = np.expand_dims(0.0 * x + 1.0, 0)
    for d in range(1, k + 1):
        i = j + 1 + numbers(d, j)
        right, left = t[i] - x, x - t[i - d]
        term = found / (right + left)
        found = neighbours(right * term, left * term)
    return found


def basis_derivative(t, k, j, x, nu):
    """Their `nu`-th derivatives, from those of the functions of one degree less."""
    if nu > k:
        return np.zeros((k + 1, *np.shape(x)))
    if nu == 0:
        return basis(t, k, j, x)
    i = j + 1 + numbers(k, j)
    parts = k * basis_derivative(t, k - 1, j, x, nu - 1) / (t[i] - t[i - k])
    return neighbours(-parts, parts)


def doubled(x: Any) -> Any:
    """An array in double precision, in which SciPy computes splines whatever it is given."""
    x = np.asarray(x)
    return x if x.dtype.char in "dD" else x.astype(np.complex128 if np.iscomplexobj(x) else np.float64)


def spline_values(t, c, k, x, nu, extrapolate):
    """The `nu`-th derivative of a spline at points; coefficients go along the first axis."""
    require_real("a spline", x)
    x = doubled(x) if t.dtype.char == "d" else np.asarray(x)
    start, end = t[k], t[np.size(t) - k - 1]
    if isinstance(extrapolate, str):
        x = start + np.remainder(x - start, end - start)
    j = interval(t, k, x)
    trailing = (1,) * (np.ndim(c) - 1)
    weights = np.reshape(basis_derivative(t, k, j, x, nu), (k + 1, *np.shape(x), *trailing))
    total = np.sum(weights * c[j - k + numbers(k + 1, j)], axis=0)
    if extrapolate:
        return total
    inside = (x >= start) & (x <= end)
    return np.where(np.reshape(inside, np.shape(x) + trailing), total, np.nan)


def differences(t, c, k):
    """The coefficients of the derivative, which has the knots `t[1:-1]`."""
    n = np.size(t) - k - 1
    widths = t[k + 1 : n + k] - t[1:n]
    usable = widths > 0
    factors = np.where(usable, k / np.where(usable, widths, 1.0), 0.0)
    return np.reshape(factors, (n - 1,) + (1,) * (np.ndim(c) - 1)) * (c[1:n] - c[: n - 1])


def sums(t, c, k):
    """The coefficients of the integral from the first knot on, which has each end's knots once more."""
    n = np.size(t) - k - 1
    widths = (t[k + 1 : n + k + 1] - t[:n]) / (k + 1)
    parts = np.cumsum(np.reshape(widths, (n,) + (1,) * (np.ndim(c) - 1)) * c[:n], axis=0)
    return np.concatenate([np.zeros_like(parts[:1]), parts])


# Interpolation


def natural_knots(x, k):
    """The knots that leave out the conditions at the ends ("not-a-knot")."""
    if k == 0:
        return np.concatenate([x, x[-1:]])
    if k % 2:
        inner = x[(k + 1) // 2 : np.size(x) - (k + 1) // 2]
    else:
        inner = ((x[1:] + x[:-1]) / 2)[k // 2 : np.size(x) - 1 - k // 2]
    return with_ends(x, inner, k)


def copies(i, count):
    """An index several times."""
    return np.full(count, i)


constant(copies)


def with_ends(x, inner, k):
    """Knots with each end as often as the degree asks."""
    return np.concatenate([x[copies(0, k + 1)], inner, x[copies(-1, k + 1)]])


def periodic_knots(x, k):
    """Knots that go on round both ends."""
    middle = x if k % 2 else np.concatenate([x[:1], (x[1:-1] + x[:-2]) / 2, x[-1:]])
    steps = np.diff(middle)
    n = np.size(steps)
    before = middle[0] - np.cumsum(steps[-1 - np.arange(k) % n])[::-1]
    after = middle[-1] + np.cumsum(steps[np.arange(k) % n])
    return np.concatenate([before, middle, after])


def end_conditions(bc_type):
    """For each end the orders of the derivatives that are given, and their values."""
    names = {"clamped": [(1, 0.0)], "natural": [(2, 0.0)], "not-a-knot": []}
    both = (bc_type, bc_type) if bc_type is None or isinstance(bc_type, str) else bc_type
    return [[] if bc is None else names[bc] if isinstance(bc, str) else bc for bc in both]


def knots_for(x, k, t, conditions):
    """The knots of an interpolating spline, where they are not given."""
    if t is not None:
        return np.asarray(t)
    if not conditions[0] and not conditions[1]:
        return natural_knots(x, k)
    return with_ends(x, x[1:-1], k)


def is_periodic(bc_type, k):
    """Whether the spline goes on round; straight lines need not be told, and SciPy does not."""
    return isinstance(bc_type, str) and bc_type == "periodic" and k > 1


def interpolated(x, y, k, t, bc_type):
    """Knots and coefficients of the spline through values along the first axis."""
    if is_periodic(bc_type, k):
        return interpolated_round(x, y, k, t)
    if k < 2 and t is None:
        bc_type = None
    conditions = end_conditions(bc_type)
    t = knots_for(x, k, t, conditions)
    if k == 0:
        return t, y
    said = [(x[:1], order) for order, _ in conditions[0]]
    said += [(x, 0)] + [(x[-1:], order) for order, _ in conditions[1]]
    n, row, band = np.size(t) - k - 1, 0, 0.0
    for points, order in said:
        places = row + np.arange(np.size(points))
        row += np.size(points)
        j = interval(t, k, points)
        i = j - k + numbers(k + 1, j)
        band = band + scatter(basis_derivative(t, k, j, points, order), (2 * k + 1, n), (k + places - i, i))
    first = [end_value(value, y) for _, value in conditions[0]]
    last = [end_value(value, y) for _, value in conditions[1]]
    return t, solved(band, np.concatenate(first + [y] + last), k)


def end_value(value, y):
    """A condition's value as a row of the right-hand side."""
    return np.expand_dims(value + np.zeros(np.shape(y)[1:]), 0)


def sides(k):
    """How many diagonals there are below and above the main one."""
    return (k, k)


constant(sides)


def solved(band, right, k):
    """The solution of the banded system."""
    columns = for_lapack(np.reshape(right, (np.shape(right)[0], -1)))
    found = sl.solve_banded(sides(k), for_lapack(band), columns)
    return np.reshape(found, np.shape(right))


def interpolated_round(x, y, k, t):
    """The same of a periodic spline, whose last coefficients are its first ones."""
    t = periodic_knots(x, k) if t is None else np.asarray(t)
    n = np.size(x) - 1
    j = interval(t, k, x[:-1])
    at = (np.arange(n), (j - k + numbers(k + 1, j)) % n)
    matrix = scatter(basis(t, k, j, x[:-1]), (n, n), at)
    c = np.reshape(np.linalg.solve(matrix, np.reshape(y[:-1], (n, -1))), (n, *np.shape(y)[1:]))
    return t, c[np.arange(np.size(t) - k - 1) % n]


def fitted(x, y, t, k, w):
    """The coefficients of the spline that is closest to values along the first axis, in the least-squares sense."""
    j = interval(t, k, x)
    at = (np.arange(np.size(x)), j - k + numbers(k + 1, j))
    matrix = scatter(basis(t, k, j, x), (np.size(x), np.size(t) - k - 1), at)
    right = np.reshape(y, (np.size(x), -1))
    if w is not None:
        w = np.expand_dims(doubled(w), 1)
        matrix, right = matrix * w, right * w
    found = np.linalg.lstsq(matrix, right, rcond=None)[0]
    return np.reshape(found, (np.size(t) - k - 1, *np.shape(y)[1:]))
