"""Rows for spectra of segments, decimated signals and measurements of labelled elements."""

from __future__ import annotations

import functools

import numpy as np
import scipy.signal as ss

from tests.rules.scipy.cases import case, cplx, reals


def rows():
    yield from spectra()
    yield from by_time()
    yield from responses()
    yield from others()


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
    yield case(ss.stft, cplx(2, 9), nperseg=4, nfft=6, return_onesided=False)
    yield case(ss.stft, reals(9), nperseg=4, scaling="psd", fs=2.0)
    yield case(ss.istft, cplx(3, 4))
    options = {"nperseg": 6, "nfft": 8, "window": "hamming", "noverlap": 4, "boundary": False}
    yield case(ss.istft, cplx(2, 5, 4), scaling="psd", fs=2.0, **options)
    yield case(ss.istft, cplx(4, 2, 3), input_onesided=False, time_axis=0, freq_axis=-1, nperseg=3, window="boxcar")
    yield case(ss.istft, cplx(3, 4), reals(4) + 2.0, via=back_by_window)
    yield case(ss.istft, reals(12), via=functools.partial(there_and_back, nperseg=4))


def responses():
    for fn, args in ((ss.freqz, (reals(3), reals(2) + 2.0)), (ss.freqz_zpk, (cplx(2), cplx(3), 1.3))):
        yield from (case(fn, *args, worN=4), case(fn, *args, worN=np.array([0.3, 1.1]), fs=3.0))
        yield from (case(fn, *args, 2.3, via=functools.partial(by_rate, fn, worN)) for worN in (4, [0.3, 1.1]))
    yield case(ss.freqz_sos, reals(5), 2.3, via=section_by_rate)
    yield case(ss.freqs_zpk, cplx(2), cplx(3), 1.3, worN=np.array([0.3, 1.1]))
    yield case(ss.group_delay, (reals(3), reals(2) + 2.0), w=5)
    yield case(ss.group_delay, reals(3), reals(2) + 2.0, 2.3, via=delay_by_rate)


def by_rate(fn, worN, *args):
    *filter, fs = args
    return fn(*filter, worN=worN, fs=fs)


def section_by_rate(section, fs):
    return ss.freqz_sos([np.concatenate([section[:3], np.ones(1), section[3:]])], 4, fs=fs)


def delay_by_rate(b, a, fs):
    return ss.group_delay((b, a), 5, fs=fs)


def others():
    for ftype, zero_phase in (("iir", True), ("iir", False), ("fir", True), ("fir", False)):
        yield case(ss.decimate, reals(40), q=3, n=4, ftype=ftype, zero_phase=zero_phase)
        yield case(ss.decimate, reals(33, 2), q=2, n=3, ftype=ftype, axis=0, zero_phase=zero_phase)
    yield from (case(ss.deconvolve, reals(6), reals(3) + 2.0), case(ss.deconvolve, cplx(4), cplx(2) + 2.0))
    yield case(ss.lfiltic, reals(3), reals(4) + 2.0, reals(3), reals(2))
    yield case(ss.lfiltic, reals(4), reals(2), reals(3))
    yield from (case(ss.hilbert2, reals(4, 5)), case(ss.hilbert2, reals(3, 2, 4), N=(4, 3), axes=(0, 2)))
    yield from (case(ss.wiener, reals(6, 5)), case(ss.wiener, reals(9), mysize=5, noise=0.1))
    for normalize in (False, True, "amplitude"):
        for mean in (False, True):
            t, w = np.cumsum(np.abs(reals(7)) + 0.2), np.array([0.7, 1.3])
            yield case(ss.lombscargle, t, reals(7), w, normalize=normalize, floating_mean=mean)
            yield case(ss.lombscargle, t, reals(7), w, np.abs(reals(7)), via=by_weights(normalize, mean))


def by_weights(normalize, mean):
    return lambda x, y, w, weights: ss.lombscargle(x, y, w, normalize=normalize, weights=weights, floating_mean=mean)


def back_by_window(z, window):
    return ss.istft(z, window=window)


def there_and_back(x, **options):
    f, t, z = ss.stft(x, **options)
    return ss.istft(z * np.exp(-f[:, None]), **options)
