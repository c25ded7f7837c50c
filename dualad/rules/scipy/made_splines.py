"""`scipy.interpolate`: calls of splines that are SciPy's own, differentiated in the points alone."""

from __future__ import annotations

import numpy as np
import scipy.interpolate as si

from dualad.registry import general
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
    general(
        method,
        jvps=[
            None,
            lambda t, ans, self, x, nu=0, extrapolate=None: (
                spread(t, self, np.ndim(ans)) * call(self, x, nu + 1, extrapolate)
            ),
        ],
        vjps=[
            None,
            lambda ct, ans, self, x, nu=0, extrapolate=None: gathered(ct * call(self, x, nu + 1, extrapolate), self, x),
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


for _cls in (si.PPoly, si.BSpline):
    state_call(_cls.__call__)
    state_integral(_cls.integrate, on_duals(_cls.__call__))
