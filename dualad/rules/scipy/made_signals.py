"""`scipy.signal`: signals sampled anew, by spectra or by a filter between the samples."""

from __future__ import annotations

import numpy as np
import scipy.fft as sf
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant, general
from dualad.rules.helpers import define

__dualad_lift__ = True


def resample(x, num, t=None, axis=0, window=None, domain="time"):
    """`num` samples of the trigonometric polynomial through a signal."""
    if t is not None or window is not None or domain != "time":
        raise Unsupported("scipy.signal.resample has a derivative rule without `t`, `window` and `domain`")
    x = np.moveaxis(np.asarray(x), axis, -1)
    n = np.shape(x)[-1]
    spectrum = sf.rfft(x) if not np.iscomplexobj(x) else sf.fft(x)
    if np.iscomplexobj(x):
        found = sf.ifft(middle_out(spectrum, n, num), num)
    else:
        factors = as_precise_as(spectrum, real_factors(n, num))
        found = sf.irfft(spectrum[..., : min(n, num) // 2 + 1] * factors, num)
    return np.moveaxis(found * (num / n), -1, axis)


def real_factors(n, num):
    """What the highest frequency that is left is multiplied with: its two halves meet, or part."""
    m = min(n, num)
    found = np.ones(m // 2 + 1)
    if m % 2 == 0 and n != num:
        found[-1] = 2.0 if num < n else 0.5
    return found


def places(n, num):
    """Where each of `num` frequencies is among those of `n` samples, and what it is multiplied with."""
    m = min(n, num)
    frequency = np.fft.fftfreq(num, 1 / num).round().astype(int)
    found = np.where(np.abs(frequency) <= m // 2, 1.0, 0.0)
    if m % 2 == 0 and num > n:
        found[np.abs(frequency) == m // 2] = 0.5
    return frequency % n, found


def as_precise_as(x, factors):
    """Real factors in the precision of an array, which they leave as it is."""
    return factors.astype(np.finfo(x.dtype).dtype)


constant(real_factors)
constant(places)
constant(as_precise_as)


def middle_out(spectrum, n, num):
    """A two-sided spectrum with more or fewer frequencies."""
    where, factors = places(n, num)
    found = spectrum[..., where] * as_precise_as(spectrum, factors)
    if num < n and num % 2 == 0:  # both halves of the highest one add up
        other = spectrum[..., num // 2 : num // 2 + 1]
        found = np.concatenate(
            [found[..., : num // 2], found[..., num // 2 : num // 2 + 1] + other, found[..., num // 2 + 1 :]], -1
        )
    return found


def upfirdn(h, x, up=1, down=1, axis=-1, mode="constant", cval=0):
    """A signal with zeros in between, filtered, and of that each `down`-th sample."""
    if mode != "constant" or cval != 0:
        raise Unsupported("scipy.signal.upfirdn has a derivative rule where the signal is zero outside")
    h, x = np.asarray(h), np.moveaxis(np.asarray(x), axis, -1)
    n = np.shape(x)[-1]
    spread = np.expand_dims(x, -1) * np.eye(1, up, dtype=np.float16)
    spread = np.reshape(spread, (*np.shape(x)[:-1], n * up))[..., : (n - 1) * up + 1]
    dtype = np.result_type(h, x, np.float32)
    found = ss.convolve(spread, np.reshape(h, (1,) * (np.ndim(x) - 1) + np.shape(h)))
    return np.moveaxis(found[..., ::down], -1, axis).astype(dtype)


def between(up, down, window, n):
    """The filter of `resample_poly`, the samples to leave out at the start, and how many there are then."""
    common = np.gcd(up, down)
    up, down = up // common, down // common
    if up == down:
        return 1, 1, np.ones(1), 0, n
    if isinstance(window, (list, np.ndarray)):
        h = np.array(window, dtype=float)
        half = (h.size - 1) // 2
    else:
        half = 10 * max(up, down)
        h = ss.firwin(2 * half + 1, 1.0 / max(up, down), window=window)
    ahead = down - half % down
    return up, down, np.concatenate([np.zeros(ahead), h * up]), (half + ahead) // down, -(-n * up // down)


general(between, jvps=[None] * 4, vjps=[None] * 4)  # in a window that is differentiated in it is refused


def resample_poly(x, up, down, axis=0, window=("kaiser", 5.0), padtype="constant", cval=None):
    """A signal at `up / down` times its rate."""
    if padtype != "constant" or cval not in (None, 0):
        raise Unsupported("scipy.signal.resample_poly has a derivative rule where the signal is zero outside")
    x = np.asarray(x)
    n = np.shape(x)[axis]
    up, down, h, first, count = between(up, down, window, n)
    if up == down == 1:
        return np.array(x)
    found = np.moveaxis(ss.upfirdn(as_precise_as(x, h) if x.dtype.kind in "fc" else h, x, up, down, axis), axis, -1)
    missing = max(first + count - np.shape(found)[-1], 0)
    found = np.concatenate([found, np.zeros((*np.shape(found)[:-1], missing), found.dtype)], -1)
    return np.moveaxis(found[..., first : first + count], -1, axis)


define(ss, resample, upfirdn, resample_poly)
