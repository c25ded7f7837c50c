"""B-splines of `scipy.interpolate` in their coefficients and points, and coefficients in the values, as primitives.

Knots are constant: they follow from the points of the data, in which these functions have no derivative.
"""

from __future__ import annotations

import numpy as np
import scipy.interpolate as si
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from dualad.errors import Unsupported
from dualad.registry import constant, general
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.piecewise import over_values, wide

factor_solve = on_duals(sla.SuperLU.solve)


def bspline(knots, c, k, points, nu, extrapolate):
    """The `nu`-th derivative at some points; coefficients go along the first axis."""
    return si.BSpline.construct_fast(knots, np.ascontiguousarray(c), k, extrapolate)(points, nu)


def bspline_back(g, knots, n, k, points, nu, extrapolate):
    """The cotangent of the coefficients: by the basis at the points, and by differences for derivatives."""
    flat, rest = np.ravel(points), np.shape(g)[np.ndim(points) :]
    if nu > k:
        return np.zeros((n, *rest), np.result_type(g))
    start, end = knots[k], knots[n]
    if extrapolate == "periodic":
        flat = start + np.remainder(flat - start, end - start)
    inside = np.logical_or(bool(extrapolate), np.logical_and(flat >= start, flat <= end))
    g = np.where(wide(inside, 2), np.reshape(g, (flat.size, -1)), 0)
    low = k - nu
    basis = si.BSpline.design_matrix(np.where(inside, flat, start), knots[nu : len(knots) - nu], low, bool(extrapolate))
    found = basis.T @ g
    for order in range(low + 1, k + 1):
        cut = knots[k - order : len(knots) - (k - order)]
        width = cut[order + 1 : -1] - cut[1 : len(cut) - order - 1]
        part = wide(order / np.where(width > 0, width, np.inf), 2) * found
        zero = np.zeros_like(part[:1])
        found = np.concatenate([zero, part]) - np.concatenate([part, zero])
    return np.reshape(found, (n, *rest))


bspline_at, coefficients_back = on_duals(bspline), on_duals(bspline_back)
general(
    bspline,
    jvps=[
        None,
        lambda t, ans, knots, c, k, points, nu, extrapolate: bspline_at(knots, t, k, points, nu, extrapolate),
        None,
        lambda t, ans, knots, c, k, points, nu, extrapolate: (
            wide(t, np.ndim(ans)) * bspline_at(knots, c, k, points, nu + 1, extrapolate)
        ),
    ],
    vjps=[
        None,
        lambda ct, ans, knots, c, k, points, nu, extrapolate: coefficients_back(
            ct, knots, c.shape[0], k, points, nu, extrapolate
        ),
        None,
        lambda ct, ans, knots, c, k, points, nu, extrapolate: over_values(
            ct * bspline_at(knots, c, k, points, nu + 1, extrapolate), points
        ),
    ],
)


general(
    bspline_back,
    jvps=[
        lambda t, ans, g, knots, n, k, points, nu, extrapolate: coefficients_back(
            t, knots, n, k, points, nu, extrapolate
        ),
        None,
        None,
        None,
        lambda t, ans, g, knots, n, k, points, nu, extrapolate: coefficients_back(
            wide(t, np.ndim(g)) * g, knots, n, k, points, nu + 1, extrapolate
        ),
    ],
    vjps=[
        lambda ct, ans, g, knots, n, k, points, nu, extrapolate: bspline_at(knots, ct, k, points, nu, extrapolate),
        None,
        None,
        None,
        lambda ct, ans, g, knots, n, k, points, nu, extrapolate: over_values(
            g * bspline_at(knots, ct, k, points, nu + 1, extrapolate), points
        ),
    ],
)


def spline_knots(t_):
    """Knots as an array of their own; no derivative is taken in them."""
    return np.array(t_, dtype=float)


general(spline_knots, jvps=[None], vjps=[None])

# Interpolation: coefficients that solve a banded system


def collocated(x, y, k, t_, bc_type):
    """The coefficients of `make_interp_spline`, for values along the first axis."""
    return si.make_interp_spline(x, y, k, t_, bc_type).c


def knots_of(x, k, t, bc_type):
    """The knots of `make_interp_spline`."""
    return si.make_interp_spline(x, np.zeros(len(x)), k, t, at_rest(bc_type)).t


def end_conditions(bc_type):
    """For each end the orders of the derivatives that are given, and their values."""
    names = {"clamped": [(1, 0.0)], "natural": [(2, 0.0)], "not-a-knot": [], None: []}
    both = (bc_type, bc_type) if bc_type is None or isinstance(bc_type, str) else tuple(bc_type)
    if "periodic" in [bc for bc in both if isinstance(bc, str)]:
        raise Unsupported("scipy.interpolate.make_interp_spline(..., bc_type='periodic') has no derivative rule")
    return [names[bc] if bc is None or isinstance(bc, str) else list(bc) for bc in both]


def at_rest(bc_type):
    """The same conditions with 0 for every value: those of a tangent."""
    if bc_type is None or isinstance(bc_type, str):
        return bc_type
    return tuple(
        [(order, np.zeros(np.shape(value))) for order, value in end] or None for end in end_conditions(bc_type)
    )


def factors(x, k, t_, bc_type):
    """The factors of the system's matrix, and how many of its rows say what holds at the start and at the end."""
    knots, (start, end) = knots_of(np.asarray(x), k, t_, bc_type), end_conditions(bc_type)
    n = len(knots) - k - 1
    last = si.BSpline(knots, np.eye(n, k + 1, -(n - k - 1)), k)
    first = si.BSpline(knots, np.eye(n, k + 1), k)
    zeros = np.zeros(n - k - 1)
    top = [np.concatenate([first(x[0], order), zeros]) for order, _ in start]
    bottom = [np.concatenate([zeros, last(x[-1], order)]) for order, _ in end]
    rows = [*(sp.csr_array(np.atleast_2d(r)) for r in top), si.BSpline.design_matrix(x, knots, k)]
    matrix = sp.vstack([*rows, *(sp.csr_array(np.atleast_2d(r)) for r in bottom)])
    return sla.splu(matrix.tocsc()), len(top), len(bottom)


def collocated_back(ct, x, y, k, t_, bc_type):
    """The transpose of `collocated` in the values."""
    lu, top, _ = factors(x, k, t_, bc_type)
    flat = np.reshape(ct, (ct.shape[0], -1))
    if np.iscomplexobj(ct):
        u = factor_solve(lu, np.real(flat), "T") + 1j * factor_solve(lu, np.imag(flat), "T")
    else:
        u = factor_solve(lu, flat, "T")
    return np.reshape(u[top : top + len(x)], y.shape)


constant(knots_of)
coefficients = on_duals(collocated)
general(
    collocated,
    jvps=[None, lambda t, ans, x, y, k, t_, bc_type: coefficients(x, t, k, t_, at_rest(bc_type)), None, None, None],
    vjps=[None, lambda ct, ans, x, y, k, t_, bc_type: collocated_back(ct, x, y, k, t_, bc_type), None, None, None],
)
