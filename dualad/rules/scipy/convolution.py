"""`scipy.signal`: convolution and correlation of signals and images.

A convolution is the whole one, of `n + m - 1` elements along each axis, or a part of it. The transpose is the valid
part of the convolution of the whole cotangent with the other signal, turned round.
"""

from __future__ import annotations

import numpy as np
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant, general, multilinear
from dualad.rules.helpers import axes_of, unbroadcast
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.extension import embedded, extended, extended_back

convolve, fftconvolve, oaconvolve = on_duals(ss.convolve), on_duals(ss.fftconvolve), on_duals(ss.oaconvolve)
convolve2d, correlate2d = on_duals(ss.convolve2d), on_duals(ss.correlate2d)


def starts_of(mode, shape1, shape2, axes):
    """Where the part that a mode gives starts in the whole, by axis; "same ahead" is the one of `correlate2d`."""
    if mode == "full":
        return dict.fromkeys(axes, 0)
    if mode in ("same", "same ahead"):
        return {i: (shape2[i] - (mode == "same")) // 2 for i in axes}
    if mode == "valid":
        return {i: min(shape1[i], shape2[i]) - 1 for i in axes}
    raise Unsupported(f"a convolution with mode={mode!r} has no derivative rule; pass 'full', 'same' or 'valid'")


def whole_cotangent(ct, shape1, shape2, mode, axes):
    """The cotangent of the whole convolution."""
    starts = starts_of(mode, shape1, shape2, axes)
    whole = [shape1[i] + shape2[i] - 1 if i in axes else n for i, n in enumerate(ct.shape)]
    return embedded(ct, whole, [starts.get(i, 0) for i in range(ct.ndim)])


def convolve_back(ct, x1, x2, mode, which, run, axes=None):
    """The cotangent of either signal; `run` convolves two signals as the call does."""
    axes = tuple(range(ct.ndim)) if axes is None else axes_of(axes, ct.ndim)
    whole = whole_cotangent(ct, np.shape(x1), np.shape(x2), mode, axes)
    mine, other = (x1, x2) if which == 0 else (x2, x1)
    return unbroadcast(run(whole, np.flip(other, axes)), np.shape(mine))


multilinear(
    ss.convolve,
    lambda ct, in1, in2, mode="full", method="auto": convolve_back(
        ct, in1, in2, mode, 0, lambda a, b: convolve(a, b, "valid", method)
    ),
    lambda ct, in1, in2, mode="full", method="auto": convolve_back(
        ct, in1, in2, mode, 1, lambda a, b: convolve(a, b, "valid", method)
    ),
)
multilinear(
    ss.fftconvolve,
    lambda ct, in1, in2, mode="full", axes=None: convolve_back(
        ct, in1, in2, mode, 0, lambda a, b: fftconvolve(a, b, "valid", axes), axes
    ),
    lambda ct, in1, in2, mode="full", axes=None: convolve_back(
        ct, in1, in2, mode, 1, lambda a, b: fftconvolve(a, b, "valid", axes), axes
    ),
)
multilinear(
    ss.oaconvolve,
    lambda ct, in1, in2, mode="full", axes=None: convolve_back(
        ct, in1, in2, mode, 0, lambda a, b: oaconvolve(a, b, "valid", axes), axes
    ),
    lambda ct, in1, in2, mode="full", axes=None: convolve_back(
        ct, in1, in2, mode, 1, lambda a, b: oaconvolve(a, b, "valid", axes), axes
    ),
)


def turned(x):
    """A signal as a correlation convolves with it."""
    return np.conj(np.flip(x))


multilinear(
    ss.correlate,
    lambda ct, in1, in2, mode="full", method="auto": convolve_back(
        ct, in1, turned(in2), mode, 0, lambda a, b: convolve(a, b, "valid", method)
    ),
    lambda ct, in1, in2, mode="full", method="auto": turned(
        convolve_back(ct, in1, turned(in2), mode, 1, lambda a, b: convolve(a, b, "valid", method))
    ),
)

# Images, which may be extended at their edges first

AHEAD = {"same": "same ahead"}
BOUNDARIES = {"fill": "constant", "wrap": "wrap", "symm": "reflect"}


def image_back(ct, x1, x2, mode, boundary, fillvalue, which):
    """The cotangent of image or kernel of `convolve2d`."""
    if mode == "valid" or (boundary == "fill" and fillvalue == 0):
        return convolve_back(ct, x1, x2, mode, which, lambda a, b: convolve(a, b, "valid"))
    whole = whole_cotangent(ct, x1.shape, x2.shape, mode, (0, 1))
    widths = {i: (n - 1, n - 1) for i, n in enumerate(x2.shape)}
    beyond = extended(x1, widths, BOUNDARIES[boundary], fillvalue)
    found = convolve_back(whole, beyond, x2, "valid", which, lambda a, b: convolve(a, b, "valid"))
    return found if which else extended_back(found, x1.shape, widths, BOUNDARIES[boundary])


general(
    ss.convolve2d,
    jvps=[
        lambda t, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: convolve2d(t, in2, mode, boundary),
        lambda t, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: convolve2d(
            in1, t, mode, boundary, fillvalue
        ),
    ],
    vjps=[
        lambda ct, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: image_back(
            ct, in1, in2, mode, boundary, fillvalue, 0
        ),
        lambda ct, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: image_back(
            ct, in1, in2, mode, boundary, fillvalue, 1
        ),
    ],
)
general(
    ss.correlate2d,
    jvps=[
        lambda t, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: correlate2d(t, in2, mode, boundary),
        lambda t, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: correlate2d(
            in1, t, mode, boundary, fillvalue
        ),
    ],
    vjps=[
        lambda ct, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: image_back(
            ct, in1, turned(in2), AHEAD.get(mode, mode), boundary, fillvalue, 0
        ),
        lambda ct, ans, in1, in2, mode="full", boundary="fill", fillvalue=0: turned(
            image_back(ct, in1, turned(in2), AHEAD.get(mode, mode), boundary, fillvalue, 1)
        ),
    ],
)
for _name in ("correlation_lags", "choose_conv_method", "argrelextrema", "argrelmax", "argrelmin"):
    constant(getattr(ss, _name))
