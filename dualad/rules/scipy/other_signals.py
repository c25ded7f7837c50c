"""`scipy.signal`: what is made of filters and transforms that have rules."""

from __future__ import annotations

import math

import numpy as np
import scipy.fft as sf
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant
from dualad.rules.helpers import define
from dualad.rules.scipy.filter_states import lengthened
from dualad.rules.scipy.made_signals import as_precise_as

__dualad_lift__ = True

# Fewer samples


def low_pass(ftype, n, q, dtype):
    """The filter that lets the frequencies pass which fewer samples have: sections, or taps."""
    if ftype == "iir":
        return np.asarray(ss.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos"), dtype)
    return np.asarray(ss.firwin((20 * q if n is None else n) + 1, 1.0 / q, window="hamming"), dtype)


constant(low_pass)


def decimate(x, q, n=None, ftype="iir", axis=-1, zero_phase=True):
    """`decimate`: every `q`-th sample of a signal without the frequencies that it then cannot have."""
    if ftype not in ("iir", "fir"):
        raise Unsupported("scipy.signal.decimate has a derivative rule for the types 'iir' and 'fir'")
    x = np.asarray(x)
    taps = low_pass(ftype, n, q, np.result_type(x, np.float32 if x.dtype.kind in "fc" else np.float64))
    if ftype == "iir":
        found = ss.sosfiltfilt(taps, x, axis) if zero_phase else ss.sosfilt(taps, x, axis)
        return np.moveaxis(np.moveaxis(found, axis, -1)[..., ::q], -1, axis)
    if zero_phase:
        return ss.resample_poly(x, 1, q, axis, window=taps)
    found = np.moveaxis(ss.upfirdn(taps, x, 1, q, axis), axis, -1)
    return np.moveaxis(found[..., : -(-np.shape(x)[axis] // q)], -1, axis)


# Quotients of series, states


def impulse(n):
    """A one and zeros behind it."""
    return np.eye(1, n)[0]


constant(impulse)


def deconvolve(signal, divisor):
    """`deconvolve`: the quotient of two polynomials, and what is left."""
    signal, divisor = np.atleast_1d(signal), np.atleast_1d(divisor)
    n = np.size(signal) - np.size(divisor) + 1
    if n < 1:
        return [], signal
    quotient = ss.lfilter(signal, divisor, impulse(n))
    return quotient, signal - ss.convolve(divisor, quotient, mode="full")


def lfiltic(b, a, y, x=None):
    """`lfiltic`: the state of a filter that has given `y` and was given `x`, both with the latest first."""
    b, a, y = np.atleast_1d(b), np.atleast_1d(a), np.atleast_1d(y)
    x = np.zeros(1) if x is None else np.atleast_1d(x)
    m, n = np.size(b) - 1, np.size(a) - 1
    x, y = lengthened(x, max(m, np.size(x))), lengthened(y, max(n, np.size(y)))
    found = [
        np.sum(b[k + 1 :] * x[: max(m - k, 0)]) - np.sum(a[k + 1 :] * y[: max(n - k, 0)]) for k in range(max(m, n))
    ]
    return np.stack(found) / a[0] if found else np.zeros(0)


# Analytic images, noise, unequal distances


def one_sided(n):
    """What frequencies are multiplied with: the positive ones stand for the negative ones, too."""
    k = np.arange(n)
    return np.where(k == 0, 1.0, np.where(k < (n + 1) // 2, 2.0, 0.0))


constant(one_sided)


def hilbert2(x, N=None, axes=(-2, -1)):
    """`hilbert2`: the analytic image of a real one."""
    x = np.moveaxis(np.atleast_2d(x), axes, (-2, -1))
    if np.iscomplexobj(x):
        raise ValueError("x must be real.")
    shape = np.shape(x)[-2:] if N is None else (N, N) if isinstance(N, int) else tuple(N)
    found = sf.fft2(x, shape)
    kept = as_precise_as(found, np.outer(one_sided(shape[0]), one_sided(shape[1])))
    return np.moveaxis(sf.ifft2(found * kept), (-2, -1), axes)


def wiener(im, mysize=None, noise=None):
    """`wiener`: each element drawn to the mean of those around it, where these vary no more than noise does."""
    im = np.asarray(im)
    size = [3] * np.ndim(im) if mysize is None else [int(n) for n in np.broadcast_to(mysize, np.ndim(im))]
    window = np.ones(size)
    mean = ss.correlate(im, window, "same") / math.prod(size)
    variance = ss.correlate(im**2, window, "same") / math.prod(size) - mean**2
    noise = np.mean(variance) if noise is None else noise
    kept = variance >= noise
    return np.where(kept, (im - mean) * (1 - noise / np.where(kept, variance, 1)) + mean, mean)


def lombscargle(x, y, freqs, *, normalize=False, weights=None, floating_mean=False):
    """`lombscargle`: the squares of the waves that are fitted to samples at any distances."""
    x, y, freqs = np.asarray(x, np.float64), np.asarray(y, np.float64), np.asarray(freqs, np.float64)
    weights = np.ones(np.shape(y)) if weights is None else np.asarray(weights, np.float64)
    normalize = {False: "power", True: "normalize"}.get(normalize, normalize)
    if normalize not in ("power", "normalize", "amplitude"):
        raise ValueError("Normalize must be: False (or 'power'), True (or 'normalize'), or 'amplitude'.")
    weights = weights / np.sum(weights)
    y_mean = np.sum(weights * y) if floating_mean else 0.0
    phase = np.expand_dims(freqs, -1) * x
    c, s = np.cos(phase), np.sin(phase)
    shift = 0.5 * np.arctan2(2.0 * covered(weights, c, s, floating_mean), spread(weights, c, s, floating_mean))
    c, s = np.cos(phase - np.expand_dims(shift, -1)), np.sin(phase - np.expand_dims(shift, -1))
    a = np.sum(weights * (y - y_mean) * c, axis=-1)
    b = np.sum(weights * (y - y_mean) * s, axis=-1)
    least = np.finfo(np.float64).epsneg
    cosines = np.sum(weights * c**2, axis=-1)
    sines = 1.0 - cosines
    if floating_mean:
        cosines = cosines - np.sum(weights * c, axis=-1) ** 2
        sines = sines - np.sum(weights * s, axis=-1) ** 2
    cosines, sines = np.where(cosines < least, least, cosines), np.where(sines < least, least, sines)
    if normalize == "amplitude":
        return np.squeeze((a / cosines + 1j * b / sines) * np.exp(1j * shift))
    power = 2.0 * (a**2 / cosines + b**2 / sines)
    if normalize == "power":
        return np.squeeze(power * (np.size(x) / 4.0))
    return np.squeeze(power * (0.5 / (np.sum(weights * y * y) - y_mean**2)))


def covered(weights, c, s, floating_mean):
    """The covariance of cosine and sine."""
    found = np.sum(weights * c * s, axis=-1)
    return found - np.sum(weights * c, axis=-1) * np.sum(weights * s, axis=-1) if floating_mean else found


def spread(weights, c, s, floating_mean):
    """How much more the cosine varies than the sine."""
    found = 2.0 * np.sum(weights * c**2, axis=-1) - 1.0
    if not floating_mean:
        return found
    return found - np.sum(weights * c, axis=-1) ** 2 + np.sum(weights * s, axis=-1) ** 2


define(ss, decimate, deconvolve, lfiltic, hilbert2, wiener, lombscargle)
