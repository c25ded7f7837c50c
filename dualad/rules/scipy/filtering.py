"""`scipy.signal`: recursive filters and other linear maps along an axis.

A filter that starts at rest is a lower triangular Toeplitz matrix, so that its transpose is the same filter run
backwards in time.
"""

from __future__ import annotations

import numpy as np
import scipy.fft as sf
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant, general, linear
from dualad.rules.helpers import along, axes_of
from dualad.rules.scipy.calls import on_duals
from dualad.rules.scipy.extension import embedded
from dualad.rules.scipy.fft import fitted

lfilter, sosfilt, detrend = on_duals(ss.lfilter), on_duals(ss.sosfilt), on_duals(ss.detrend)
filtfilt, sosfiltfilt = on_duals(ss.filtfilt), on_duals(ss.sosfiltfilt)
fft, ifft = on_duals(sf.fft), on_duals(sf.ifft)


def backwards(run, ct, axis):
    """A filter run backwards in time."""
    return np.flip(run(np.flip(ct, axis)), axis)


def taps_back(u, x, count, axis):
    """For each delay up to `count` the sum of `u` times `x` delayed: the transpose of `lfilter` in coefficients."""
    n = x.shape[axis]
    found = []
    for k in range(count):
        later, earlier = u[along(axis, slice(min(k, n), None))], x[along(axis, slice(0, max(n - k, 0)))]
        found.append(np.sum(later * earlier))
    return np.stack(found)


def at_rest(a, ct, axis):
    """The cotangent of what goes into the recursive part of a filter."""
    return backwards(lambda v: lfilter(np.ones(1, v.dtype), a, v, axis), ct, axis)


# With `a * y = b * x` (convolutions): `a * dy = db * x - da * y + b * dx`.
general(
    ss.lfilter,
    jvps=[
        lambda t, ans, b, a, x, axis=-1: lfilter(t, a, x, axis),
        lambda t, ans, b, a, x, axis=-1: -lfilter(t, a, ans, axis),
        lambda t, ans, b, a, x, axis=-1: lfilter(b, a, t, axis),
    ],
    vjps=[
        lambda ct, ans, b, a, x, axis=-1: taps_back(at_rest(a, ct, axis), x, b.shape[0], axis),
        lambda ct, ans, b, a, x, axis=-1: -taps_back(at_rest(a, ct, axis), ans, a.shape[0], axis),
        lambda ct, ans, b, a, x, axis=-1: backwards(lambda v: lfilter(b, a, v, axis), ct, axis),
    ],
)


def stages(sos, x, axis):
    """The signals between the sections of a filter, from what goes in to what comes out."""
    found = [x]
    for k in range(sos.shape[0]):
        found.append(lfilter(sos[k, :3], sos[k, 3:], found[-1], axis))
    return found


def sections_tangent(t, sos, x, axis):
    """The tangent of `sosfilt` in its sections."""
    signals, total = stages(sos, x, axis), 0.0
    for k in range(sos.shape[0]):
        b, a = sos[k, :3], sos[k, 3:]
        here = lfilter(t[k, :3], a, signals[k], axis) - lfilter(t[k, 3:], a, signals[k + 1], axis)
        total = here if k == 0 else here + lfilter(b, a, total, axis)
    return total


def sections_back(ct, sos, x, axis):
    """The transpose of `sections_tangent`."""
    signals, found = stages(sos, x, axis), []
    for k in range(sos.shape[0] - 1, -1, -1):
        u = at_rest(sos[k, 3:], ct, axis)
        found.append(np.concatenate([taps_back(u, signals[k], 3, axis), -taps_back(u, signals[k + 1], 3, axis)]))
        ct = one_section_back(ct, sos[k], axis)
    return np.stack(found[::-1])


def one_section_back(ct, section, axis):
    """The cotangent of what goes into a section."""
    return backwards(lambda v: lfilter(section[:3], section[3:], v, axis), ct, axis)


general(
    ss.sosfilt,
    jvps=[
        lambda t, ans, sos, x, axis=-1: sections_tangent(t, sos, x, axis),
        lambda t, ans, sos, x, axis=-1: sosfilt(sos, t, axis),
    ],
    vjps=[
        lambda ct, ans, sos, x, axis=-1: sections_back(ct, sos, x, axis),
        lambda ct, ans, sos, x, axis=-1: backwards(lambda v: sosfilt(sos, v, axis), ct, axis),
    ],
)

# Forward and backward: extended at both ends, filtered from a start that fits the first sample, there and back


def settled(run, start, shape, axis):
    """What a filter gives for zeros from a state that fits a signal of ones: its part that the first sample scales."""
    state = np.reshape(start, (*start.shape[:-1], *(start.shape[-1] if i == axis else 1 for i in range(len(shape)))))
    grown = np.broadcast_to(
        state, (*start.shape[:-1], *(start.shape[-1] if i == axis else n for i, n in enumerate(shape)))
    )
    return run(np.zeros(shape), grown)[0]


def one_way_back(run, settling, ct, axis):
    """The transpose of a filter that starts in a state that fits the first sample."""
    first = np.sum(settling * ct, axis=axis, keepdims=True)
    found = backwards(run, ct, axis)
    first_part = found[along(axis, slice(0, 1))] + first
    return np.concatenate([first_part, found[along(axis, slice(1, None))]], axis=axis)


def padding_back(ct, n, edge, padtype, axis):
    """The transpose of extending a signal of `n` samples by `edge` at both ends."""
    if not edge:
        return ct
    before, after = ct[along(axis, slice(0, edge))], ct[along(axis, slice(edge + n, None))]
    found = ct[along(axis, slice(edge, edge + n))]
    start, end = (np.sum(part, axis=axis, keepdims=True) for part in (before, after))
    if padtype == "constant":
        first, last = start, end
    else:
        sign = -1 if padtype == "odd" else 1
        shape = np.shape(found)
        after_first = [1 if i == axis else 0 for i in range(found.ndim)]
        before_last = [n - 1 - edge if i == axis else 0 for i in range(found.ndim)]
        found = found + sign * embedded(np.flip(before, axis), shape, after_first)
        found = found + sign * embedded(np.flip(after, axis), shape, before_last)
        if padtype == "even":
            return found
        first, last = 2 * start, 2 * end
    inner = np.zeros_like(found[along(axis, slice(0, n - 2))])
    return found + np.concatenate([first, inner, last], axis=axis) if n > 1 else found + first + last


def there_and_back(ct, n, run, start, edge, padtype, axis):
    """The transpose of `filtfilt`; `run(x, zi)` filters."""
    axis = axes_of(axis, ct.ndim)[0]
    edge = 0 if padtype is None else edge
    shape = tuple(n + 2 * edge if i == axis else m for i, m in enumerate(ct.shape))
    ct = embedded(ct, shape, [edge if i == axis else 0 for i in range(ct.ndim)])
    settling = settled(run, start, shape, axis)
    for _ in range(2):
        ct = one_way_back(run, settling, np.flip(ct, axis), axis)
    return padding_back(ct, n, edge, padtype, axis)


def filtfilt_back(ct, b, a, x, axis, padtype, padlen, method):
    """The transpose of `filtfilt` in the signal."""
    if method != "pad":
        raise Unsupported(f"scipy.signal.filtfilt(..., method={method!r}) has no derivative rule; method='pad' has one")
    edge = 3 * max(len(a), len(b)) if padlen is None else padlen
    at = axes_of(axis, x.ndim)[0]
    run = filter_with_state(lambda v: lfilter(b, a, v, at), lambda v, zi: ss.lfilter(b, a, v, at, zi))
    return there_and_back(ct, x.shape[at], run, ss.lfilter_zi(b, a), edge, padtype, axis)


def filter_with_state(plainly, with_state):
    """A filter that may be given a state to start from."""
    return lambda v, zi=None: plainly(v) if zi is None else with_state(v, zi)


def sosfiltfilt_back(ct, sos, x, axis, padtype, padlen):
    """The transpose of `sosfiltfilt` in the signal."""
    taps = 2 * len(sos) + 1 - min((sos[:, 2] == 0).sum(), (sos[:, 5] == 0).sum())
    edge = 3 * taps if padlen is None else padlen
    at = axes_of(axis, x.ndim)[0]
    run = filter_with_state(lambda v: sosfilt(sos, v, at), lambda v, zi: ss.sosfilt(sos, v, at, zi))
    return there_and_back(ct, x.shape[at], run, ss.sosfilt_zi(sos), edge, padtype, axis)


general(
    ss.filtfilt,
    jvps=[
        None,
        None,
        lambda t, ans, b, a, x, axis=-1, padtype="odd", padlen=None, method="pad": filtfilt(
            b, a, t, axis, padtype, padlen, method
        ),
    ],
    vjps=[
        None,
        None,
        lambda ct, ans, b, a, x, axis=-1, padtype="odd", padlen=None, method="pad": filtfilt_back(
            ct, b, a, x, axis, padtype, padlen, method
        ),
    ],
)
general(
    ss.sosfiltfilt,
    jvps=[
        None,
        lambda t, ans, sos, x, axis=-1, padtype="odd", padlen=None: sosfiltfilt(sos, t, axis, padtype, padlen),
    ],
    vjps=[
        None,
        lambda ct, ans, sos, x, axis=-1, padtype="odd", padlen=None: sosfiltfilt_back(
            ct, sos, x, axis, padtype, padlen
        ),
    ],
)

# Taking a trend away is a projection, which is its own transpose

linear(ss.detrend, lambda ct, data, axis=-1, type="linear", bp=0: detrend(ct, axis, type, bp))


def one_sided(n):
    """What the analytic signal multiplies the spectrum with."""
    h = np.zeros(n)
    h[0], h[1 : (n + 1) // 2] = 1, 2
    if n % 2 == 0:
        h[n // 2] = 1
    return h


def hilbert_back(ct, x, axis):
    """The transpose of `hilbert`, whose spectra are taken in the other order."""
    at = axes_of(axis, ct.ndim)[0]
    n = ct.shape[at]
    h = np.reshape(one_sided(n), (n,) + (1,) * (ct.ndim - 1 - at))
    return fitted(np.real(fft(h * ifft(ct, axis=at), axis=at)), x.shape)


linear(ss.hilbert, lambda ct, x, N=None, axis=-1: hilbert_back(ct, x, axis))
general(
    ss.savgol_coeffs,
    jvps=[None, None, None, lambda t, ans, window_length, polyorder, deriv=0, delta=1.0: -deriv * t / delta * ans],
    vjps=[
        None, None, None,
        lambda ct, ans, window_length, polyorder, deriv=0, delta=1.0: -deriv * np.sum(ct * ans) / delta,
    ],
)  # fmt: skip
constant(ss.unit_impulse)
