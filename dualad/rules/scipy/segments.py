"""`scipy.signal`: spectra of the windowed segments of a signal, their means, and the signal made of them again."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft as sf
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant, general
from dualad.rules.helpers import define
from dualad.rules.indexing import scatter

__dualad_lift__ = True

# Windows and places, none of which depends on the signal


def by_name(window: Any, nperseg: Any, n: int) -> Any:
    """A window by its name, no longer than a signal of `n` samples."""
    return ss.get_window(window, min(256 if nperseg is None else int(nperseg), n))


def refuse(*args: Any) -> Any:
    """Refuse to differentiate in a parameter of a window; of windows that are arrays it is never asked."""
    raise Unsupported("windows by name have no derivative in their parameters; give the window itself as an array")


general(
    by_name,
    jvps=[lambda t, ans, window, nperseg, n: refuse(), None, None],
    vjps=[lambda ct, ans, window, nperseg, n: refuse(), None, None],
    sequences=(0,),
)


def windowed(window: Any, nperseg: Any, n: int) -> Any:
    """The window of the segments of a signal, by its name or given as it is."""
    found = by_name(window, nperseg, n) if isinstance(window, (str, tuple)) else np.asarray(window)
    if np.ndim(found) != 1 or np.shape(found)[0] > n or np.iscomplexobj(found):
        raise ValueError("the window must be a vector of real numbers, no longer than the signal")
    if not isinstance(window, (str, tuple)) and nperseg is not None and np.shape(found)[0] != nperseg:
        raise ValueError("value specified for nperseg is different from length of window")
    return found


def lengths(nperseg: int, noverlap: Any, nfft: Any) -> tuple[int, int]:
    """How far segments are apart, and how long their transforms are."""
    noverlap = nperseg // 2 if noverlap is None else int(noverlap)
    nfft = nperseg if nfft is None else int(nfft)
    if noverlap >= nperseg:
        raise ValueError("noverlap must be less than nperseg.")
    if nfft < nperseg:
        raise ValueError("nfft must be greater than or equal to nperseg.")
    return nperseg - noverlap, nfft


def places(n: int, nperseg: int, step: int) -> Any:
    """Which samples each segment has."""
    return np.arange(0, n - nperseg + 1, step)[:, None] + np.arange(nperseg)


def sides(nfft: int, twosided: bool) -> Any:
    """How many frequencies each one stands for, itself and its mirror."""
    if twosided:
        return np.ones(nfft)
    k = np.arange(nfft // 2 + 1)
    return np.where((k == 0) | (2 * k == nfft), 1.0, 2.0)


def median_bias(n: int) -> float:
    """The median of as many periodograms relative to their mean."""
    odd = np.arange(1, 2 * ((n - 1) // 2) + 2)
    return float(np.sum(np.where(odd % 2, 1.0, -1.0) / odd))


for _constant in (lengths, places, sides, median_bias):
    constant(_constant)

# Spectra


def along_last(x: Any, axis: int, n: int) -> Any:
    """A signal along its last axis, with zeros behind up to `n` samples."""
    x = np.moveaxis(x, axis, -1)
    rest = np.zeros((*np.shape(x)[:-1], n - np.shape(x)[-1]), x.dtype)
    return np.concatenate([x, rest], axis=-1) if np.size(rest) else x


def spectra(x: Any, win: Any, step: int, nfft: int, detrend: Any, twosided: bool) -> Any:
    """The spectrum of each segment of a signal: segments, then frequencies."""
    if not (detrend is False or isinstance(detrend, str)):
        raise Unsupported("spectra of scipy.signal have derivative rules where `detrend` is False or a name")
    parts = x[..., places(np.shape(x)[-1], np.shape(win)[0], step)]
    parts = (ss.detrend(parts, type=detrend) if detrend else parts) * win
    return sf.fft(parts, nfft) if twosided else sf.rfft(parts, nfft)


def scaled(win: Any, fs: Any, scaling: str) -> Any:
    """What squares of a spectrum are multiplied with."""
    if scaling not in ("density", "spectrum"):
        raise ValueError(f"Unknown scaling: {scaling!r}")
    return 1.0 / (fs * np.sum(win * win)) if scaling == "density" else 1.0 / np.sum(win) ** 2


def frequencies(nfft: int, fs: Any, twosided: bool) -> Any:
    """The frequencies of a transform."""
    return sf.fftfreq(nfft, 1 / fs) if twosided else sf.rfftfreq(nfft, 1 / fs)


def require_samples(*signals: Any) -> None:
    """Refuse signals without a sample."""
    if not all([np.size(x) for x in signals]):
        raise Unsupported("spectra of signals without a sample have no derivative rule")


def averaged(power: Any, average: str) -> Any:
    """The mean, or the median, over the segments."""
    if average not in ("mean", "median"):
        raise ValueError(f"Parameter {average=} must be 'median' or 'mean'!")
    if average == "mean" or np.shape(power)[-2] == 1:
        return np.mean(power, axis=-2)
    bias = median_bias(np.shape(power)[-2])
    if np.iscomplexobj(power):
        return (np.median(np.real(power), axis=-2) + 1j * np.median(np.imag(power), axis=-2)) / bias
    return np.median(power, axis=-2) / bias


def welch(
    x, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True,
    scaling="density", axis=-1, average="mean",
):  # fmt: skip
    """`welch`: the mean square of the spectra of segments."""
    x = np.asarray(x)
    require_samples(x)
    win = windowed(window, nperseg, np.shape(x)[axis])
    step, nfft = lengths(np.shape(win)[0], noverlap, nfft)
    twosided = np.iscomplexobj(x) or not return_onesided
    found = spectra(np.moveaxis(x, axis, -1), win, step, nfft, detrend, twosided)
    power = (np.real(found) ** 2 + np.imag(found) ** 2) * (scaled(win, fs, scaling) * sides(nfft, twosided))
    power = averaged(power, average).astype(np.result_type(x, np.complex64))
    return frequencies(nfft, fs, twosided), np.moveaxis(np.real(power), -1, axis)


def csd(
    x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True,
    scaling="density", axis=-1, average="mean",
):  # fmt: skip
    """`csd`: the mean of the products of two signals' spectra."""
    if y is x:
        return welch(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average)
    x, y = np.asarray(x), np.asarray(y)
    require_samples(x, y)
    n = max(np.shape(x)[axis], np.shape(y)[axis])
    win = windowed(window, nperseg, n)
    step, nfft = lengths(np.shape(win)[0], noverlap, nfft)
    twosided = np.iscomplexobj(x) or np.iscomplexobj(y) or not return_onesided
    first = spectra(along_last(x, axis, n), win, step, nfft, detrend, twosided)
    second = spectra(along_last(y, axis, n), win, step, nfft, detrend, twosided)
    power = np.conj(first) * second * (scaled(win, fs, scaling) * sides(nfft, twosided))
    power = averaged(power, average).astype(np.result_type(x, y, np.complex64))
    return frequencies(nfft, fs, twosided), np.moveaxis(power, -1, axis)


def periodogram(
    x, fs=1.0, window="boxcar", nfft=None, detrend="constant", return_onesided=True, scaling="density", axis=-1
):
    """`periodogram`: of one segment, the whole signal or its first `nfft` samples."""
    x = np.moveaxis(np.asarray(x), axis, -1)
    n = np.shape(x)[-1]
    nperseg = n if nfft is None else min(n, nfft)
    window = "boxcar" if window is None else window
    f, power = welch(x[..., :nperseg], fs, window, nperseg, 0, nfft, detrend, return_onesided, scaling)
    return f, np.moveaxis(power, -1, axis)


def coherence(
    x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", axis=-1
):  # fmt: skip
    """`coherence`: how much of two signals' power is in common."""
    options = {"fs": fs, "window": window, "nperseg": nperseg, "noverlap": noverlap, "nfft": nfft, "detrend": detrend}
    f, first = welch(x, axis=axis, **options)
    _, second = welch(y, axis=axis, **options)
    _, both = csd(x, y, axis=axis, **options)
    return f, (np.real(both) ** 2 + np.imag(both) ** 2) / first / second


# Spectra by time


def times(n: int, nperseg: int, step: int, extended: bool) -> Any:
    """The middles of segments, in samples."""
    return np.arange(nperseg / 2, n - nperseg / 2 + 1, step) - (nperseg / 2 if extended else 0.0)


constant(times)


def by_time(found: Any, axis: int) -> Any:
    """Spectra with the frequencies where the signal had its samples, and the segments behind."""
    return np.moveaxis(found, -1, axis - 1 if axis < 0 else axis)


def spectrogram(
    x, fs=1.0, window=("tukey", 0.25), nperseg=None, noverlap=None, nfft=None, detrend="constant",
    return_onesided=True, scaling="density", axis=-1, mode="psd",
):  # fmt: skip
    """`spectrogram`: the spectra of segments, one behind the other."""
    if mode not in ("psd", "complex", "magnitude", "angle", "phase"):
        raise ValueError(f"unknown value for mode {mode}")
    x = np.asarray(x)
    require_samples(x)
    n = np.shape(x)[axis]
    win = windowed(window, nperseg, n)
    nperseg = np.shape(win)[0]
    step, nfft = lengths(nperseg, nperseg // 8 if noverlap is None else noverlap, nfft)
    twosided = np.iscomplexobj(x) or not return_onesided
    found = spectra(np.moveaxis(x, axis, -1), win, step, nfft, detrend, twosided)
    scale, dtype = scaled(win, fs, scaling), np.result_type(x, np.complex64)
    if mode == "psd":
        found = (np.real(found) ** 2 + np.imag(found) ** 2) * (scale * sides(nfft, twosided))
        found = np.real(found.astype(dtype))
    else:
        found = (found * np.sqrt(scale)).astype(dtype)
        found = np.abs(found) if mode == "magnitude" else found if mode == "complex" else np.angle(found)
    found = by_time(found, axis)
    if mode == "phase":
        found = np.unwrap(found, axis=axis - 1 if axis < 0 else axis)
    return frequencies(nfft, fs, twosided), times(n, nperseg, step, False) / fs, found


BEYOND: dict[str, Any] = {"even": "reflect", "constant": "edge", "zeros": "constant"}
"""The ways in which `stft` goes on beyond the ends of a signal, by their names in `np.pad`."""


def extended(x: Any, width: int, boundary: Any) -> Any:
    """A signal with as many samples before and behind it."""
    if boundary is None or width < 1:
        return x
    if boundary in ("even", "odd") and width > np.shape(x)[-1] - 1:
        raise ValueError(f"The extension length n ({width}) is too big.")
    widths = [(0, 0)] * (np.ndim(x) - 1) + [(width, width)]
    if boundary == "odd":
        return 2 * np.pad(x, widths, "edge") - np.pad(x, widths, "reflect")
    if boundary not in BEYOND:
        raise ValueError(f"Unknown boundary option {boundary!r}")
    return np.pad(x, widths, BEYOND[boundary])


def stft(
    x, fs=1.0, window="hann", nperseg=256, noverlap=None, nfft=None, detrend=False, return_onesided=True,
    boundary="zeros", padded=True, axis=-1, scaling="spectrum",
):  # fmt: skip
    """`stft`: the spectra of segments of a signal that goes on beyond its ends."""
    x = np.asarray(x)
    require_samples(x)
    win = windowed(window, nperseg, np.shape(x)[axis])
    nperseg = np.shape(win)[0]
    step, nfft = lengths(nperseg, noverlap, nfft)
    twosided = np.iscomplexobj(x) or not return_onesided
    whole = extended(np.moveaxis(x, axis, -1), nperseg // 2, boundary)
    if padded:
        whole = along_last(whole, -1, np.shape(whole)[-1] + -(np.shape(whole)[-1] - nperseg) % step % nperseg)
    found = spectra(whole, win, step, nfft, detrend, twosided)
    found = found * np.sqrt(scaled(win, fs, "density" if scaling == "psd" else scaling))
    at = times(np.shape(whole)[-1], nperseg, step, boundary is not None) / fs
    return frequencies(nfft, fs, twosided), at, by_time(found.astype(np.result_type(x, np.complex64)), axis)


def istft(
    Zxx, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, input_onesided=True, boundary=True,
    time_axis=-1, freq_axis=-2, scaling="spectrum",
):  # fmt: skip
    """`istft`: the signal whose segments have these spectra, by the window's own squares where segments overlap."""
    if scaling not in ("spectrum", "psd"):
        raise ValueError(f"Parameter {scaling=} not in ['spectrum', 'psd']!")
    z = np.moveaxis(np.asarray(Zxx) + 0j, (time_axis, freq_axis), (-2, -1))
    count, own = np.shape(z)[-2:]
    own = 2 * (own - 1) if input_onesided else own
    nperseg = own if nperseg is None else int(nperseg)
    nfft = (nperseg if input_onesided and nperseg == own + 1 else own) if nfft is None else nfft
    step, nfft = lengths(nperseg, noverlap, nfft)
    win = windowed(window, nperseg, nperseg)
    parts = (sf.irfft(z, nfft) if input_onesided else sf.ifft(z, nfft))[..., :nperseg]
    parts = parts * (np.sum(win) if scaling == "spectrum" else np.sqrt(fs * np.sum(win**2)))
    n = nperseg + (count - 1) * step
    where = places(n, nperseg, step)
    x = scatter(np.moveaxis(parts * win, (-2, -1), (0, 1)), (n, *np.shape(z)[:-2]), where)
    x = np.moveaxis(x, 0, -1)
    norm = scatter(np.broadcast_to(win**2, np.shape(where)), (n,), where)
    if boundary:
        inside = slice(nperseg // 2, -(nperseg // 2))
        x, norm = x[..., inside], norm[inside]
    x = (x / np.where(norm > 1e-10, norm, 1.0)).astype(parts.dtype)
    at = time_axis % (np.ndim(z)) - (freq_axis % np.ndim(z) < time_axis % np.ndim(z))
    x = np.moveaxis(x, -1, at)
    return np.arange(np.shape(x)[0]) / fs, x


define(ss, welch, csd, periodogram, coherence, spectrogram, stft, istft)
