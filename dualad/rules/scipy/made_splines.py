"""`scipy.interpolate`: calls of splines that are SciPy's own, differentiated in the points alone."""

from __future__ import annotations

import numpy as np
import scipy.interpolate as si

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import require_real, unbroadcast
from dualad.rules.scipy.calls import on_duals


def spread(t, spline, ndim):
    """What belongs to points, made to multiply values there: the axes of points stand where the spline's axis was."""
    axis = spline.axis
    return np.reshape(t, (1,) * axis + np.shape(t) + (1,) * (ndim - axis - np.ndim(t)))


def gathered(x, spline, points):
    """The sum over all axes but those of the points."""
    axis, count = spline.axis, np.ndim(points)
    return np.sum(x, axis=tuple(i for i in range(np.ndim(x)) if not axis <= i < axis + count))


def state_call(method):
    """State the derivative of calling a spline in its points: its next derivative."""
    call = on_duals(method)

    def following(spline, x, nu, extrapolate):
        require_real("a spline", x)
        return call(spline, x, nu + 1, extrapolate)

    general(
        method,
        jvps=[
            None,
            lambda t, ans, self, x, nu=0, extrapolate=None: (
                spread(t, self, np.ndim(ans)) * following(self, x, nu, extrapolate)
            ),
        ],
        vjps=[
            None,
            lambda ct, ans, self, x, nu=0, extrapolate=None: gathered(
                ct * following(self, x, nu, extrapolate), self, x
            ),
        ],
    )


def state_integral(method, call):
    """State the derivative of a spline's integral in its bounds: the spline there."""
    general(
        method,
        jvps=[
            None,
            lambda t, ans, self, a, b, extrapolate=None: -t * call(self, a, 0, extrapolate),
            lambda t, ans, self, a, b, extrapolate=None: t * call(self, b, 0, extrapolate),
        ],
        vjps=[
            None,
            lambda ct, ans, self, a, b, extrapolate=None: -np.sum(ct * call(self, a, 0, extrapolate)),
            lambda ct, ans, self, a, b, extrapolate=None: np.sum(ct * call(self, b, 0, extrapolate)),
        ],
    )


# FITPACK's splines move points beyond the ends there, if they are told so (`ext=3`), and those of two variables always


univariate = on_duals(si.UnivariateSpline.__call__)
bivariate = on_duals(si.BivariateSpline.__call__)


def next_derivative(spline, x, nu, ext):
    """The derivative of a spline of one variable in its points."""
    require_real("a spline", x)
    if (spline.ext if ext is None else ext) in (3, "const"):
        raise Unsupported("a UnivariateSpline with ext=3 has no derivative rule; clip the points, or use ext=0")
    return univariate(spline, x, nu + 1, ext)


def within(knots, k, x):
    """1 where points are not moved, 0 beyond the ends."""
    return np.logical_and(np.greater_equal(x, knots[k]), np.less_equal(x, knots[len(knots) - k - 1])).astype(float)


def partial(spline, x, y, dx, dy, grid, axis):
    """The partial of a surface in x or y."""
    require_real("a spline", x, y)
    knots, k = spline.tck[axis], spline.degrees[axis]
    moves = np.atleast_1d(within(knots, k, (x, y)[axis]))
    found = bivariate(spline, x, y, dx + (axis == 0), dy + (axis == 1), grid)
    return found * (np.expand_dims(moves, 1 - axis) if grid else np.reshape(moves, np.shape((x, y)[axis])))


def surface_tangent(t, spline, x, y, dx, dy, grid, axis):
    """The tangent of a surface in x or y."""
    t = np.expand_dims(np.atleast_1d(t), 1 - axis) if grid else t
    return t * partial(spline, x, y, dx, dy, grid, axis)


def surface_back(ct, spline, x, y, dx, dy, grid, axis):
    """The cotangent of x or y."""
    found, shape = ct * partial(spline, x, y, dx, dy, grid, axis), np.shape((x, y)[axis])
    return np.reshape(np.sum(found, axis=1 - axis), shape) if grid else unbroadcast(found, shape)


general(
    si.UnivariateSpline.__call__,
    jvps=[None, lambda t, ans, self, x, nu=0, ext=None: t * next_derivative(self, x, nu, ext)],
    vjps=[None, lambda ct, ans, self, x, nu=0, ext=None: ct * next_derivative(self, x, nu, ext)],
)
general(
    si.BivariateSpline.__call__,
    jvps=[
        None,
        lambda t, ans, self, x, y, dx=0, dy=0, grid=True: surface_tangent(t, self, x, y, dx, dy, grid, 0),
        lambda t, ans, self, x, y, dx=0, dy=0, grid=True: surface_tangent(t, self, x, y, dx, dy, grid, 1),
    ],
    vjps=[
        None,
        lambda ct, ans, self, x, y, dx=0, dy=0, grid=True: surface_back(ct, self, x, y, dx, dy, grid, 0),
        lambda ct, ans, self, x, y, dx=0, dy=0, grid=True: surface_back(ct, self, x, y, dx, dy, grid, 1),
    ],
)
general(
    si.BivariateSpline.ev,
    jvps=[
        None,
        lambda t, ans, self, xi, yi, dx=0, dy=0: surface_tangent(t, self, xi, yi, dx, dy, False, 0),
        lambda t, ans, self, xi, yi, dx=0, dy=0: surface_tangent(t, self, xi, yi, dx, dy, False, 1),
    ],
    vjps=[
        None,
        lambda ct, ans, self, xi, yi, dx=0, dy=0: surface_back(ct, self, xi, yi, dx, dy, False, 0),
        lambda ct, ans, self, xi, yi, dx=0, dy=0: surface_back(ct, self, xi, yi, dx, dy, False, 1),
    ],
)
for _cls in (si.PPoly, si.BSpline):
    state_call(_cls.__call__)
    state_integral(_cls.integrate, on_duals(_cls.__call__))
