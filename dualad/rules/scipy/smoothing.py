"""`scipy.ndimage`: correlation with weights, and filters that are such correlations along one axis after the other.

Along an axis, an image is extended by so much before and after that each place has all of its neighbours; the transpose
of the valid correlation that follows is a whole convolution. `scipy.signal.savgol_filter` is such a filter too.
"""

from __future__ import annotations

import numpy as np
import scipy.ndimage as nd
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import along, axes_of
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.extension import embedded, extended, extended_back

convolve = on_duals(ss.convolve)


def reach(size, origin):
    """How far weights reach before and after a place."""
    return size // 2 + origin, size - size // 2 - 1 - origin


def reaches(sizes, origin, axes):
    """How far weights reach along each axis, for an origin that is one number or one an axis."""
    origins = origin if isinstance(origin, (tuple, list)) else (origin,) * len(axes)
    return {axis: reach(n, o) for axis, n, o in zip(axes, sizes, origins, strict=True)}


def correlate_input_back(ct, shape, weights, widths, mode):
    """The cotangent of the image; `weights` has as many axes as the image."""
    return extended_back(convolve(ct, weights, "full", "direct"), shape, widths, mode)


def is_rounded(x):
    """Whether an image is of integers: so is then what is made of it, which moves in steps."""
    return np.result_type(x).kind in "biu"


def correlate_weights_back(ct, x, widths, mode, cval):
    """The cotangent of the weights, with as many axes as the image."""
    ct = 0.0 * ct if is_rounded(x) else ct
    return convolve(extended(x, widths, mode, cval), np.flip(ct), "valid", "direct")


def spread(weights, ndim, axes):
    """Weights with axes of length 1 where they have none."""
    return np.reshape(weights, tuple(weights.shape[axes.index(i)] if i in axes else 1 for i in range(ndim)))


def as_meant(weights, turn):
    """The weights that images are multiplied with: a convolution's turned round, a correlation's conjugated."""
    return np.flip(weights) if turn else np.conj(weights)


def state_correlation(fn, turn):
    """State correlation along some axes; `turn` makes the weights of a convolution those of a correlation."""
    called = on_duals(fn)

    def place(input, weights, origin, axes):
        """The axes, and how far the weights reach along each."""
        chosen = axes_of(axes, input.ndim)
        if list(chosen) != sorted(set(chosen)):
            raise Unsupported(f"scipy.ndimage.{fn.__name__} has a derivative rule for axes in increasing order")
        return chosen, reaches(weights.shape, moved_origin(origin, weights.shape) if turn else origin, chosen)

    def input_back(ct, ans, input, weights, *, mode="reflect", cval=0.0, origin=0, axes=None):
        chosen, widths = place(input, weights, origin, axes)
        seen = spread(as_meant(weights, turn), input.ndim, chosen)
        return correlate_input_back(ct, input.shape, seen, widths, mode)

    def weights_back(ct, ans, input, weights, *, mode="reflect", cval=0.0, origin=0, axes=None):
        _, widths = place(input, weights, origin, axes)
        return as_meant(np.reshape(correlate_weights_back(ct, input, widths, mode, cval), weights.shape), turn)

    def input_tangent(t, ans, input, weights, *, mode="reflect", cval=0.0, origin=0, axes=None):
        return 0.0 * t if is_rounded(input) else called(t, weights, mode=mode, origin=origin, axes=axes)

    def weights_tangent(t, ans, input, weights, *, mode="reflect", cval=0.0, origin=0, axes=None):
        found = called(input, t, mode=mode, cval=cval, origin=origin, axes=axes)
        return 0.0 * found if is_rounded(input) else found

    general(fn, jvps=[input_tangent, weights_tangent], vjps=[input_back, weights_back])


def moved_origin(origin, sizes):
    """The origin of the correlation that a convolution is."""
    origins = origin if isinstance(origin, (tuple, list)) else (origin,) * len(sizes)
    return [-o - (1 - n % 2) for o, n in zip(origins, sizes, strict=True)]


def state_correlation1d(fn, turn):
    """State correlation along one axis."""
    called = on_duals(fn)

    def input_back(ct, ans, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        seen = as_meant(weights, turn)
        return along_axis_back(ct, input.shape, seen, axis, mode, shifted(origin, weights.shape[0]))

    def weights_back(ct, ans, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        widths = {axes_of(axis, input.ndim)[0]: reach(weights.shape[0], shifted(origin, weights.shape[0]))}
        return as_meant(np.ravel(correlate_weights_back(ct, input, widths, mode, cval)), turn)

    def shifted(origin, n):
        return moved_origin(origin, (n,))[0] if turn else origin

    def input_tangent(t, ans, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        return 0.0 * t if is_rounded(input) else called(t, weights, axis, mode=mode, origin=origin)

    def weights_tangent(t, ans, input, weights, axis=-1, *, mode="reflect", cval=0.0, origin=0):
        found = called(input, t, axis, mode=mode, cval=cval, origin=origin)
        return 0.0 * found if is_rounded(input) else found

    general(fn, jvps=[input_tangent, weights_tangent], vjps=[input_back, weights_back])


def along_axis_back(ct, shape, weights, axis, mode, origin=0):
    """The transpose of correlation with weights along one axis."""
    at = axes_of(axis, len(shape))[0]
    widths = {at: reach(weights.shape[0], origin)}
    return correlate_input_back(ct, shape, spread(weights, len(shape), [at]), widths, mode)


state_correlation(nd.correlate, False)
state_correlation(nd.convolve, True)
state_correlation1d(nd.correlate1d, False)
state_correlation1d(nd.convolve1d, True)

# Filters whose weights are known: linear in the image where `cval` is 0, and the tangent is that filter's


def each(value, count):
    """A parameter for each axis."""
    return list(value) if np.ndim(value) or isinstance(value, (tuple, list)) else [value] * count


def gaussian_weights(sigma, order, truncate, radius):
    """The weights of a Gaussian filter: what it makes of one among zeros."""
    r = int(truncate * float(sigma) + 0.5) if radius is None else radius
    single = np.zeros(2 * r + 1)
    single[r] = 1
    return np.flip(nd.gaussian_filter1d(single, sigma, order=order, mode="constant", truncate=truncate, radius=radius))


def gaussian_back(ct, sigma, order, mode, truncate, radius, axes):
    """The transpose of `gaussian_filter`, axis by axis."""
    axes = axes_of(axes, ct.ndim)
    given = [each(v, len(axes)) for v in (sigma, order, mode, radius)]
    for axis, s, o, m, r in zip(axes, *given, strict=True):
        if s > 1e-15:
            ct = along_axis_back(ct, ct.shape, gaussian_weights(s, o, truncate, r), axis, m)
    return ct


def laplace_of_gaussian_back(ct, sigma, mode, axes):
    """The transpose of `gaussian_laplace`: the sum over the axes of a second derivative along one of them."""
    chosen = axes_of(axes, ct.ndim)
    orders = [[2 if i == k else 0 for i in range(len(chosen))] for k in range(len(chosen))]
    if not chosen:
        return ct
    return sum(gaussian_back(ct, sigma, order, mode, 4.0, None, chosen) for order in orders)


def uniform_back(ct, size, mode, origin, axes):
    """The transpose of `uniform_filter`, axis by axis."""
    axes = axes_of(axes, ct.ndim)
    for axis, n, m, o in zip(axes, *(each(v, len(axes)) for v in (size, mode, origin)), strict=True):
        if n > 1:
            ct = along_axis_back(ct, ct.shape, np.full(n, 1 / n), axis, m, o)
    return ct


def gradient_back(ct, axis, mode, across):
    """The transpose of a difference along one axis and a mean with weights `across` along the others."""
    at = axes_of(axis, ct.ndim)[0]
    for i, m in enumerate(each(mode, ct.ndim)):
        ct = along_axis_back(ct, ct.shape, np.array([-1.0, 0.0, 1.0] if i == at else across), i, m)
    return ct


def laplace_back(ct, mode, axes):
    """The transpose of `laplace`."""
    chosen = axes_of(axes, ct.ndim)
    weights = np.array([1.0, -2.0, 1.0])
    modes = each(mode, len(chosen))
    if not chosen:  # SciPy gives the image itself
        return ct
    return sum(along_axis_back(ct, ct.shape, weights, i, m) for i, m in zip(chosen, modes, strict=True))


gaussian_filter, gaussian_filter1d = on_duals(nd.gaussian_filter), on_duals(nd.gaussian_filter1d)
gaussian_laplace, laplace = on_duals(nd.gaussian_laplace), on_duals(nd.laplace)
uniform_filter, uniform_filter1d = on_duals(nd.uniform_filter), on_duals(nd.uniform_filter1d)

general(
    nd.gaussian_filter,
    jvps=[
        lambda t, ans, input, sigma, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None, axes=None: (
            gaussian_filter(t, sigma, order, mode=mode, truncate=truncate, radius=radius, axes=axes)
        )
    ],
    vjps=[
        lambda ct, ans, input, sigma, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None, axes=None: (
            gaussian_back(ct, sigma, order, mode, truncate, radius, axes)
        )
    ],
)
general(
    nd.gaussian_filter1d,
    jvps=[
        lambda t, ans, input, sigma, axis=-1, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None: (
            gaussian_filter1d(t, sigma, axis, order, mode=mode, truncate=truncate, radius=radius)
        )
    ],
    vjps=[
        lambda ct, ans, input, sigma, axis=-1, order=0, *, mode="reflect", cval=0.0, truncate=4.0, radius=None: (
            along_axis_back(ct, ct.shape, gaussian_weights(sigma, order, truncate, radius), axis, mode)
        )
    ],
)
general(
    nd.gaussian_laplace,
    jvps=[
        lambda t, ans, input, sigma, *, mode="reflect", cval=0.0, axes=None: gaussian_laplace(
            t, sigma, mode=mode, axes=axes
        )
    ],
    vjps=[
        lambda ct, ans, input, sigma, *, mode="reflect", cval=0.0, axes=None: laplace_of_gaussian_back(
            ct, sigma, mode, axes
        )
    ],
)
general(
    nd.uniform_filter,
    jvps=[
        lambda t, ans, input, size=3, *, mode="reflect", cval=0.0, origin=0, axes=None: uniform_filter(
            t, size, mode=mode, origin=origin, axes=axes
        )
    ],
    vjps=[
        lambda ct, ans, input, size=3, *, mode="reflect", cval=0.0, origin=0, axes=None: uniform_back(
            ct, size, mode, origin, axes
        )
    ],
)
general(
    nd.uniform_filter1d,
    jvps=[
        lambda t, ans, input, size, axis=-1, *, mode="reflect", cval=0.0, origin=0: uniform_filter1d(
            t, size, axis, mode=mode, origin=origin
        )
    ],
    vjps=[
        lambda ct, ans, input, size, axis=-1, *, mode="reflect", cval=0.0, origin=0: along_axis_back(
            ct, ct.shape, np.full(size, 1 / size), axis, mode, origin
        )
    ],
)
general(
    nd.laplace,
    jvps=[lambda t, ans, input, *, mode="reflect", cval=0.0, axes=None: laplace(t, mode=mode, axes=axes)],
    vjps=[lambda ct, ans, input, *, mode="reflect", cval=0.0, axes=None: laplace_back(ct, mode, axes)],
)


def state_gradient(fn, across):
    """State a difference along an axis, with its weights along the others."""
    called = on_duals(fn)
    general(
        fn,
        jvps=[lambda t, ans, input, axis=-1, *, mode="reflect", cval=0.0: called(t, axis, mode=mode)],
        vjps=[lambda ct, ans, input, axis=-1, *, mode="reflect", cval=0.0: gradient_back(ct, axis, mode, across)],
    )


state_gradient(nd.sobel, (1.0, 2.0, 1.0))
state_gradient(nd.prewitt, (1.0, 1.0, 1.0))

# Polynomials through a moving window; with mode="interp" one more polynomial for each end

savgol_filter = on_duals(ss.savgol_filter)


def savgol_back(ct, shape, length, polyorder, deriv, delta, axis, mode):
    """The transpose of `savgol_filter`."""
    at, half = axes_of(axis, len(shape))[0], length // 2
    weights = np.flip(ss.savgol_coeffs(length, polyorder, deriv, delta))
    if mode != "interp":
        return along_axis_back(ct, shape, weights, at, mode, 0 if length % 2 else -1)
    if length % 2 == 0:
        raise Unsupported("scipy.signal.savgol_filter with an even window has a derivative rule for other modes")
    n = shape[at]
    inside = embedded(ct[along(at, slice(half, n - half))], ct.shape, [half if i == at else 0 for i in range(ct.ndim)])
    found = along_axis_back(inside, shape, weights, at, "constant")
    window = ss.savgol_filter(np.eye(length), length, polyorder, deriv, delta, 0)
    for rows, place, start in (
        (slice(0, half), slice(0, half), 0),
        (slice(length - half, None), slice(n - half, None), n - length),
    ):
        part = np.moveaxis(np.tensordot(ct[along(at, place)], window[rows], axes=((at,), (0,))), -1, at)
        found = found + embedded(part, shape, [start if i == at else 0 for i in range(ct.ndim)])
    return found


general(
    ss.savgol_filter,
    jvps=[
        lambda t, ans, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0: savgol_filter(
            t, window_length, polyorder, deriv, delta, axis, mode
        )
    ],
    vjps=[
        lambda ct, ans, x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0: savgol_back(
            ct, x.shape, window_length, polyorder, deriv, delta, axis, mode
        )
    ],
)
