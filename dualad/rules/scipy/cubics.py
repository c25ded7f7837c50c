"""The coefficients of the cubic splines of `scipy.interpolate`, in the breakpoints and in the values.

All are Hermite cubics, made of values and slopes at the breakpoints; kinds differ in the slopes. A kind is stated by
how its slopes move with the slopes `m` between breakpoints and with the widths `w` of intervals (`state_kind`).
"""

from __future__ import annotations

import numpy as np
import scipy.interpolate as si
import scipy.linalg as sl

from dualad.registry import general
from dualad.rules.cumulative import undifference
from dualad.rules.indexing import scatter
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.piecewise import over_rest, wide

solve_banded = on_duals(sl.solve_banded)


def hermite(x, y, slopes):
    """The coefficients of the cubics with given values and slopes at the breakpoints."""
    w = wide(np.diff(x), y.ndim)
    m = np.diff(y, axis=0) / w
    excess = (slopes[:-1] + slopes[1:] - 2 * m) / w
    return np.stack([excess / w, (m - slopes[:-1]) / w - excess, slopes[:-1], y[:-1]])


def both_ends(first, second):
    """What is at the start and at the end of each interval, put together by breakpoint."""
    zero = np.zeros_like(first[:1])
    return np.concatenate([first, zero]) + np.concatenate([zero, second])


def hermite_back(ct, x):
    """The cotangents of values and slopes."""
    w = wide(np.diff(x), ct.ndim - 1)
    third, second = ct[0] / (w * w), ct[1] / w
    m = (3 * second - 2 * third) / w
    return both_ends(ct[3] - m, m), both_ends(third - 2 * second + ct[2], third - second)


def width_partials(ans, x):
    """The partials of the coefficients of the third and second power in the width of the interval."""
    w = wide(np.diff(x), ans.ndim - 1)
    s0, rise = ans[2], ((ans[0] * w + ans[1]) * w + ans[2]) * w
    s1 = (3 * ans[0] * w + 2 * ans[1]) * w + ans[2]
    return (6 * rise / w - 2 * (s0 + s1)) / w**3, (2 * s0 + s1 - 6 * rise / w) / w**2


def in_width(t, ans, x):
    """The tangent of the coefficients in the breakpoints, values and slopes held."""
    third, second = width_partials(ans, x)
    dw = wide(np.diff(t), third.ndim)
    return np.stack([third * dw, second * dw, np.zeros_like(third), np.zeros_like(third)])


def in_width_back(ct, ans, x):
    """The cotangent of the widths, values and slopes held."""
    third, second = width_partials(ans, x)
    return over_rest(ct[0] * third + ct[1] * second)


hermite_of = on_duals(hermite)
general(
    hermite,
    jvps=[
        lambda t, ans, x, y, slopes: in_width(t, ans, x),
        lambda t, ans, x, y, slopes: hermite_of(x, t, np.zeros_like(slopes)),
        lambda t, ans, x, y, slopes: hermite_of(x, np.zeros_like(y), t),
    ],
    vjps=[
        lambda ct, ans, x, y, slopes: undifference(in_width_back(ct, ans, x), 0),
        lambda ct, ans, x, y, slopes: hermite_back(ct, x)[0],
        lambda ct, ans, x, y, slopes: hermite_back(ct, x)[1],
    ],
)


def between(x, y):
    """The slopes between breakpoints."""
    return np.diff(y, axis=0) / wide(np.diff(x), y.ndim)


def state_kind(fn, moved, moved_back):
    """State coefficients by their slopes: `moved(dm, dw, x, y, ans, *more)` and its transpose, which gives both parts.

    `dm` or `dw` is None where it is zero.
    """

    def in_x(t, ans, x, y, *more):
        dw = wide(np.diff(t), y.ndim)
        dm = -between(x, y) / wide(np.diff(x), y.ndim) * dw
        return in_width(t, ans, x) + hermite_of(x, np.zeros_like(y), moved(dm, dw, x, y, ans, *more))

    def in_y(t, ans, x, y, *more):
        return hermite_of(x, t, moved(between(x, t), None, x, y, ans, *more))

    def x_back(ct, ans, x, y, *more):
        gm, gw = moved_back(hermite_back(ct, x)[1], x, y, ans, *more)
        gw = gw - between(x, y) / wide(np.diff(x), y.ndim) * gm
        return undifference(in_width_back(ct, ans, x) + over_rest(gw), 0)

    def y_back(ct, ans, x, y, *more):
        gy, gs = hermite_back(ct, x)
        return gy + undifference(moved_back(gs, x, y, ans, *more)[0] / wide(np.diff(x), y.ndim), 0)

    return in_x, in_y, x_back, y_back


# Monotone splines: inside weighted harmonic means, 0 at extrema (Fritsch and Butland, 1984), at the ends parabolas'
# slopes, limited to keep the shape


def monotone(x, y):
    """The coefficients of `PchipInterpolator`."""
    return si.PchipInterpolator(x, y).c


def inner_partials(w, m):
    """The partials of the slopes inside in the slopes and widths before and after."""
    left, right = m[:-1], m[1:]
    flat = np.logical_or(np.sign(left) != np.sign(right), np.logical_or(left == 0, right == 0))
    one, two = 2 * w[1:] + w[:-1], w[1:] + 2 * w[:-1]
    left, right = np.where(flat, 1, left), np.where(flat, 1, right)
    total = one / left + two / right
    mean = (one + two) / total
    in_one, in_two = (1 - mean / left) / total, (1 - mean / right) / total
    slopes = (mean / total * one / (left * left), mean / total * two / (right * right))
    found = (*slopes, in_one + 2 * in_two, 2 * in_one + in_two)
    return tuple(np.where(flat, 0, p) for p in found)


def end_partials(w, after, m, m_after):
    """The partials of the slope at an end in the slopes and widths of the two intervals next to it."""
    both = w + after
    a, b, turn = (2 * w + after) / both, -w / both, (m - m_after) / (both * both)
    d = a * m + b * m_after
    far = np.logical_and(np.sign(m) != np.sign(m_after), np.absolute(d) > 3 * np.absolute(m))
    none = np.sign(d) != np.sign(m)
    free = np.logical_not(np.logical_or(none, far))
    first = np.where(none, 0, np.where(far, 3, a))
    return first, np.where(free, b, 0), np.where(free, after * turn, 0), np.where(free, -w * turn, 0)


def monotone_partials(x, y):
    """The partials of the slopes inside, at the start and at the end."""
    m, w = between(x, y), wide(np.diff(x), y.ndim)
    return inner_partials(w, m), end_partials(w[0], w[1], m[0], m[1]), end_partials(w[-1], w[-2], m[-1], m[-2])


def monotone_moved(dm, dw, x, y, ans):
    """How the slopes move."""
    if len(x) == 2:
        return np.concatenate([dm, dm])
    dw = np.zeros_like(dm) if dw is None else dw
    inner, start, end = monotone_partials(x, y)
    first = start[0] * dm[0] + start[1] * dm[1] + start[2] * dw[0] + start[3] * dw[1]
    last = end[0] * dm[-1] + end[1] * dm[-2] + end[2] * dw[-1] + end[3] * dw[-2]
    middle = inner[0] * dm[:-1] + inner[1] * dm[1:] + inner[2] * dw[:-1] + inner[3] * dw[1:]
    return np.concatenate([np.expand_dims(first, 0), middle, np.expand_dims(last, 0)])


def monotone_moved_back(gs, x, y, ans):
    """The transpose of `monotone_moved`."""
    if len(x) == 2:
        return gs[:1] + gs[1:], 0.0
    inner, start, end = monotone_partials(x, y)
    found = []
    for k in (0, 2):
        g = both_ends(inner[k] * gs[1:-1], inner[k + 1] * gs[1:-1])
        parts = (start[k] * gs[0], start[k + 1] * gs[0], end[k] * gs[-1], end[k + 1] * gs[-1])
        for i, part in zip((0, 1, -1, -2), parts, strict=True):
            g = g + scatter(part, g.shape, i)
        found.append(g)
    return found


_in_x, _in_y, _x_back, _y_back = state_kind(monotone, monotone_moved, monotone_moved_back)
general(
    monotone,
    jvps=[lambda t, ans, x, y: _in_x(t, ans, x, y), lambda t, ans, x, y: _in_y(t, ans, x, y)],
    vjps=[lambda ct, ans, x, y: _x_back(ct, ans, x, y), lambda ct, ans, x, y: _y_back(ct, ans, x, y)],
)

# Akima's splines: means of the slopes before and after, weighted by how much those on the other side change (1970)


def akima(x, y, method):
    """The coefficients of `Akima1DInterpolator`."""
    return si.Akima1DInterpolator(x, y, method=method).c


def lengthened(m):
    """The slopes between breakpoints with two more at either end, which go on in a straight line."""
    start = np.stack([3 * m[0] - 2 * m[1], 2 * m[0] - m[1]])
    return np.concatenate([start, m, np.stack([2 * m[-1] - m[-2], 3 * m[-1] - 2 * m[-2]])])


def lengthened_back(g):
    """The transpose of `lengthened`."""
    found = g[2:-2]
    before, after = (3 * g[0] + 2 * g[1], -2 * g[0] - g[1]), (3 * g[-1] + 2 * g[-2], -2 * g[-1] - g[-2])
    for i, part in zip((0, 1, -1, -2), (*before, *after), strict=True):
        found = found + scatter(part, found.shape, i)
    return found


def akima_partials(x, y, method):
    """The partials of the slope at each breakpoint in the two slopes before it and the two after."""
    m = lengthened(between(x, y))
    a, b, c, d = m[:-3], m[1:-2], m[2:-1], m[3:]
    half = 0.5 if method == "makima" else 0.0
    early, late = np.absolute(b - a) + half * np.absolute(a + b), np.absolute(d - c) + half * np.absolute(c + d)
    total = early + late
    known = total > 1e-9 * np.max(total)
    total = np.where(known, total, 1)
    slope = (late * b + early * c) / total
    in_early, in_late = (c - slope) / total, (b - slope) / total
    of_a = in_early * (half * np.sign(a + b) - np.sign(b - a))
    of_b = late / total + in_early * (half * np.sign(a + b) + np.sign(b - a))
    of_c = early / total + in_late * (half * np.sign(c + d) - np.sign(d - c))
    of_d = in_late * (half * np.sign(c + d) + np.sign(d - c))
    return tuple(np.where(known, p, rest) for p, rest in ((of_a, 0.5), (of_b, 0), (of_c, 0), (of_d, 0.5)))


def akima_moved(dm, dw, x, y, ans, method):
    """How the slopes move: not with the widths themselves."""
    if len(x) == 2:
        return np.concatenate([dm, dm])
    m = lengthened(dm)
    windows = (m[:-3], m[1:-2], m[2:-1], m[3:])
    return sum(p * part for p, part in zip(akima_partials(x, y, method), windows, strict=True))


def akima_moved_back(gs, x, y, ans, method):
    """The transpose of `akima_moved`."""
    if len(x) == 2:
        return gs[:1] + gs[1:], 0.0
    n = gs.shape[0]
    shares, shape = akima_partials(x, y, method), (n + 3, *gs.shape[1:])
    return lengthened_back(sum(scatter(p * gs, shape, slice(k, k + n)) for k, p in enumerate(shares))), 0.0


_ak_in_x, _ak_in_y, _ak_x_back, _ak_y_back = state_kind(akima, akima_moved, akima_moved_back)
general(
    akima,
    jvps=[
        lambda t, ans, x, y, method: _ak_in_x(t, ans, x, y, method),
        lambda t, ans, x, y, method: _ak_in_y(t, ans, x, y, method),
    ],
    vjps=[
        lambda ct, ans, x, y, method: _ak_x_back(ct, ans, x, y, method),
        lambda ct, ans, x, y, method: _ak_y_back(ct, ans, x, y, method),
    ],
)
