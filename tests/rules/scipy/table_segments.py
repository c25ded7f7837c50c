"""Rows for spectra of segments, decimated signals and measurements of labelled elements."""

from __future__ import annotations

import functools

import numpy as np
import scipy.signal as ss

from tests.rules.scipy.cases import case, cplx, reals


def rows():
    yield from spectra()
    yield from by_time()


OPTIONS = (
    {"nperseg": 4}, {"nperseg": 5, "noverlap": 3, "detrend": False, "scaling": "spectrum"},
    {"nperseg": 4, "nfft": 7, "detrend": "linear", "fs": 3.0}, {"nperseg": 4, "nfft": 6, "return_onesided": False},
)  # fmt: skip


def spectra():
    for options in (*OPTIONS, {"nperseg": 4, "average": "median"}):
        yield case(ss.welch, reals(11), **options)
        yield case(ss.csd, reals(11), reals(11), **options)
    yield case(ss.welch, reals(8), window=("kaiser", 2.0), nperseg=4)
    yield from (case(ss.welch, cplx(2, 9), nperseg=4), case(ss.welch, reals(9, 2), nperseg=4, axis=0))
    yield case(ss.csd, cplx(9), cplx(2, 9), nperseg=4, average="median")
    yield case(ss.csd, reals(2, 9), reals(2, 7), nperseg=4)
    yield case(ss.csd, reals(9), via=with_itself)
    yield case(ss.welch, reals(9), reals(4), 1.7, via=by_window)
    for options in ({}, {"nfft": 5}, {"nfft": 8, "scaling": "spectrum"}, {"nfft": 12, "window": "hann"}):
        yield from (case(ss.periodogram, reals(8), **options), case(ss.periodogram, reals(8, 2), axis=0, **options))
    yield case(ss.coherence, reals(12), reals(12), nperseg=4)
    yield case(ss.coherence, reals(12, 2), reals(12, 2), nperseg=4, axis=0, detrend=False)


def with_itself(x):
    return ss.csd(x, x, nperseg=4)


def by_window(x, window, fs):
    return ss.welch(x, fs, window, noverlap=1)


def by_time():
    for mode in ("psd", "complex", "magnitude", "angle", "phase"):
        yield case(ss.spectrogram, reals(11), nperseg=4, mode=mode, detrend=False)
    for options in OPTIONS:
        yield from (case(ss.spectrogram, reals(11), **options), case(ss.spectrogram, reals(11, 2), axis=0, **options))
    for boundary in ("even", "odd", "constant", "zeros", None):
        yield case(ss.stft, reals(10), nperseg=4, boundary=boundary)
        yield case(ss.stft, reals(10, 2), nperseg=5, noverlap=3, boundary=boundary, padded=False, axis=0)
    yield from (case(ss.stft, cplx(2, 9), nperseg=4, nfft=6, return_onesided=False), case(ss.stft, reals(9), nperseg=4, scaling="psd", fs=2.0))
    yield case(ss.istft, cplx(3, 4))
    yield case(ss.istft, cplx(2, 5, 4), nperseg=6, nfft=8, window="hamming", noverlap=4, boundary=False, scaling="psd", fs=2.0)
    yield case(ss.istft, cplx(4, 2, 3), input_onesided=False, time_axis=0, freq_axis=-1, nperseg=3, window="boxcar")
    yield case(ss.istft, cplx(3, 4), reals(4) + 2.0, via=back_by_window)
    yield case(ss.istft, reals(12), via=functools.partial(there_and_back, nperseg=4))


def back_by_window(z, window):
    return ss.istft(z, window=window)


def there_and_back(x, **options):
    f, t, z = ss.stft(x, **options)
    return ss.istft(z * np.exp(-f[:, None]), **options)
