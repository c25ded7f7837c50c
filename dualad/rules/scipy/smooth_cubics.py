"""`scipy.interpolate.CubicSpline`: slopes that make second derivatives continuous.

They solve `A s = B m + r`, tridiagonal, of the slopes `m` between breakpoints. Row `i` inside says

    w[i] s[i-1] + 2 (w[i-1] + w[i]) s[i] + w[i-1] s[i+1] = 3 (w[i] m[i-1] + w[i-1] m[i])

and the first and last row what holds at the ends; of a periodic spline all rows go round.
"""

from __future__ import annotations

import numpy as np
import scipy.interpolate as si
import scipy.linalg as sl

from dualad.registry import general
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.cubics import between, both_ends, hermite_back, hermite_of, state_kind
from dualad.rules.scipy.piecewise import wide

solve_banded = on_duals(sl.solve_banded)


def cubic(x, y, bc_type):
    """The coefficients of `CubicSpline`."""
    return si.CubicSpline(x, y, 0, bc_type).c


def ends_of(bc_type, n):
    """The conditions at both ends: a name, or an order and a value."""
    names = {"clamped": (1, 0.0), "natural": (2, 0.0)}
    both = (bc_type, bc_type) if isinstance(bc_type, str) else tuple(bc_type)
    start, end = (names.get(bc, bc) if isinstance(bc, str) else bc for bc in both)
    if n == 3 and start == end == "not-a-knot":
        return "parabola", "parabola"
    if n == 2:
        return tuple("line" if isinstance(bc, str) else bc for bc in (start, end))
    return start, end


def is_periodic(bc_type):
    return (bc_type if isinstance(bc_type, str) else bc_type[0]) == "periodic"


def end_row(condition, w, after):
    """Of the row of an end: its elements in A, there and beside it, and those in B."""
    if condition == "parabola":
        return (1.0, 1.0), (2.0, 0.0)
    if condition == "line":
        return (1.0, 0.0), (1.0, 0.0)
    if condition == "not-a-knot":
        both = w + after
        return (after, both), ((w + 2 * both) * after / both, w * w / both)
    return ((1.0, 0.0), (0.0, 0.0)) if condition[0] == 1 else ((2 * w, w), (3 * w, 0.0))


def end_moved(condition, w, after, s, s_after, m, m_after, sign):
    """The partials of `B m + r - A s` at an end in the widths of the two intervals next to it."""
    if condition == "not-a-knot":
        both = (w + after) ** 2
        first = after * after / both * m + (w * w + 2 * w * after) / both * m_after - s_after
        return first, (3 * w * w + 4 * w * after + 2 * after * after) / both * m - w * w / both * m_after - s - s_after
    if isinstance(condition, str) or condition[0] == 1:
        return 0 * m, 0 * m
    return 3 * m + sign * condition[1] * w - 2 * s - s_after, 0 * m


def row(*parts):
    """Numbers and vectors as one vector."""
    return np.concatenate([np.reshape(p, (-1,)) for p in parts])


def system(x, bc_type):
    """The diagonals of A (below, main, above), and of B (of `m[i]` in row i + 1, in row i, and further at the ends)."""
    w, n = np.diff(x), len(x)
    if is_periodic(bc_type):
        before, after = np.roll(w, 1), np.roll(w, -1)
        return (after, 2 * (before + w), before), (3 * after, 3 * before, None)
    (start, end), other = ends_of(bc_type, n), 1 if n > 2 else 0
    (first, above), top = end_row(start, w[0], w[other])
    (last, below), bottom = end_row(end, w[-1], w[-1 - other])
    a = row(w[1:], below), row(first, 2 * (w[:-1] + w[1:]), last), row(above, w[:-1])
    return a, (row(3 * w[1:], bottom[0]), row(top[0], 3 * w[:-1]), (top[1], bottom[1]) if n > 2 else None)


def solved(a, right, periodic):
    """The solution of a tridiagonal system, by columns; of a periodic one by Sherman and Morrison's formula."""
    below, main, above = a
    flat, n = np.reshape(right, (right.shape[0], -1)), right.shape[0]
    if not periodic:
        band = np.stack([row(0.0, above), main, row(below, 0.0)])
        return np.reshape(solve_banded((1, 1), band, flat), right.shape)
    if n == 1:
        return right / (main[0] + above[0] + below[0])
    if n == 2:
        whole = np.stack([row(main[0], above[0] + below[-1]), row(above[-1] + below[0], main[-1])])
        return np.reshape(np.linalg.solve(whole, flat), right.shape)
    # Row 0 has below[-1] in the last column, the last row above[-1] in the first.
    factor = -main[0]
    lifted = row(main[0] - factor, main[1:-1], main[-1] - below[-1] * above[-1] / factor)
    band = np.stack([row(0.0, above[:-1]), lifted, row(below[:-1], 0.0)])
    z = solve_banded((1, 1), band, row(factor, np.zeros(n - 2), above[-1]))
    y, share = solve_banded((1, 1), band, flat), below[-1] / factor
    y = y - wide(z, 2) * (y[0] + share * y[-1]) / (1 + z[0] + share * z[-1])
    return np.reshape(y, right.shape)


def times(b, m, periodic):
    """`B m`."""
    behind, ahead, further = (None if part is None else part for part in b)
    if periodic:
        return np.roll(wide(behind, m.ndim) * m, 1, axis=0) + wide(ahead, m.ndim) * m
    found = both_ends(wide(ahead, m.ndim) * m, wide(behind, m.ndim) * m)
    if further is not None:
        found = found + scatter(further[0] * m[1], found.shape, 0) + scatter(further[1] * m[-2], found.shape, -1)
    return found


def times_back(b, u, periodic):
    """The transpose of `times`."""
    behind, ahead, further = b
    if periodic:
        return wide(behind, u.ndim) * np.roll(u, -1, axis=0) + wide(ahead, u.ndim) * u
    found = wide(ahead, u.ndim) * u[:-1] + wide(behind, u.ndim) * u[1:]
    if further is not None:
        found = found + scatter(further[0] * u[0], found.shape, 1) + scatter(further[1] * u[-1], found.shape, -2)
    return found


def slopes_of(ans, x):
    """All slopes, from the coefficients."""
    w = x[-1] - x[-2]
    last = (3 * ans[0, -1] * w + 2 * ans[1, -1]) * w + ans[2, -1]
    return np.concatenate([ans[2], np.expand_dims(last, 0)])


def width_rows(x, y, ans, bc_type):
    """The partials of each row of `B m + r - A s` in the width before and in the width after its breakpoint."""
    w, s, m = wide(np.diff(x), y.ndim), slopes_of(ans, x), between(x, y)
    if is_periodic(bc_type):
        s = s[:-1]
        early, late = 3 * m - 2 * s - np.roll(s, -1, axis=0), 3 * np.roll(m, 1, axis=0) - np.roll(s, 1, axis=0) - 2 * s
        return early, late, None
    (start, end), other = ends_of(bc_type, len(x)), 1 if len(x) > 2 else 0
    top = end_moved(start, w[0], w[other], s[0], s[1], m[0], m[other], -1)
    bottom = end_moved(end, w[-1], w[-1 - other], s[-1], s[-2], m[-1], m[-1 - other], 1)
    early, late = 3 * m[1:] - 2 * s[1:-1] - s[2:], 3 * m[:-1] - s[:-2] - 2 * s[1:-1]
    early = np.concatenate([early, np.expand_dims(bottom[0], 0)])  # rows 1 to n - 1
    late = np.concatenate([np.expand_dims(top[0], 0), late])  # rows 0 to n - 2
    return early, late, (top[1], bottom[1])


def moved(dm, dw, x, y, ans, bc_type):
    """How the slopes move."""
    periodic = is_periodic(bc_type)
    a, b = system(x, bc_type)
    right = times(b, dm, periodic)
    if dw is not None:
        early, late, further = width_rows(x, y, ans, bc_type)
        if periodic:
            right = right + early * np.roll(dw, 1, axis=0) + late * dw
        else:
            right = right + both_ends(late * dw, early * dw)
            if len(x) > 2:
                right = right + scatter(further[0] * dw[1], right.shape, 0)
                right = right + scatter(further[1] * dw[-2], right.shape, -1)
    s = solved(a, right, periodic)
    return np.concatenate([s, s[:1]]) if periodic else s


def moved_back(gs, x, y, ans, bc_type):
    """The transpose of `moved`."""
    periodic = is_periodic(bc_type)
    (below, main, above), b = system(x, bc_type)
    if periodic:
        gs = gs[:-1] + scatter(gs[-1], gs[:-1].shape, 0)
    u = solved((above, main, below), gs, periodic)
    early, late, further = width_rows(x, y, ans, bc_type)
    if periodic:
        return times_back(b, u, True), np.roll(early * u, -1, axis=0) + late * u
    gw = late * u[:-1] + early * u[1:]
    if len(x) > 2:
        gw = gw + scatter(further[0] * u[0], gw.shape, 1) + scatter(further[1] * u[-1], gw.shape, -2)
    return times_back(b, u, False), gw


def given_values(x, bc_type):
    """For each end: where it is, and by what its condition's value is multiplied in `r`; None for a name."""
    both, w = (bc_type, bc_type) if isinstance(bc_type, str) else tuple(bc_type), np.diff(x)
    for k, (bc, width) in enumerate(zip(both, (w[0], w[-1]), strict=True)):
        if isinstance(bc, str):
            yield k, None
        else:
            yield k, 1.0 if bc[0] == 1 else (-0.5, 0.5)[k] * width * width


def at_ends_tangent(t, ans, x, y, bc_type):
    """The tangent in the values that conditions at the ends give."""
    right = np.zeros_like(y)
    for k, factor in given_values(x, bc_type):
        if factor is not None:
            right = right + scatter(factor * t[k][1] + np.zeros_like(y[0]), y.shape, -k)
    return hermite_of(x, np.zeros_like(y), solved(system(x, bc_type)[0], right, False))


def at_ends_back(ct, ans, x, y, bc_type):
    """The transpose of `at_ends_tangent`."""
    if isinstance(bc_type, str):
        return 0.0
    (below, main, above), _ = system(x, bc_type)
    u = solved((above, main, below), hermite_back(ct, x)[1], False)
    return [0.0 if factor is None else [0.0, factor * u[-k]] for k, factor in given_values(x, bc_type)]


_in_x, _in_y, _x_back, _y_back = state_kind(cubic, moved, moved_back)
general(
    cubic,
    jvps=[
        lambda t, ans, x, y, bc_type: _in_x(t, ans, x, y, bc_type),
        lambda t, ans, x, y, bc_type: _in_y(t, ans, x, y, bc_type),
        lambda t, ans, x, y, bc_type: at_ends_tangent(t, ans, x, y, bc_type),
    ],
    vjps=[
        lambda ct, ans, x, y, bc_type: _x_back(ct, ans, x, y, bc_type),
        lambda ct, ans, x, y, bc_type: _y_back(ct, ans, x, y, bc_type),
        lambda ct, ans, x, y, bc_type: at_ends_back(ct, ans, x, y, bc_type),
    ],
    sequences=(2,),
)
