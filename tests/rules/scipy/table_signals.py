"""Rows for `scipy.signal` and the filters of `scipy.ndimage`."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import scipy.ndimage as nd
import scipy.signal as ss

from tests.rules.scipy.cases import case, cplx, reals

MODES = ("reflect", "mirror", "nearest", "wrap", "constant")


def rows():
    yield from convolutions()
    yield from recursive()
    yield from linear()
    yield from images()
    yield from resampled()
    yield from moved()
    yield from sampled_anew()
    yield from labelled()


LABELS = np.array([[0, 1, 1, 3], [2, 2, 0, 3], [1, 0, 0, 3]])


MEASURES = (
    nd.sum, nd.sum_labels, nd.mean, nd.variance, nd.standard_deviation, nd.minimum, nd.maximum, nd.median, nd.extrema,
)  # fmt: skip


def labelled():
    for at in ({}, {"labels": LABELS}, {"labels": LABELS, "index": 2}, {"labels": LABELS, "index": np.array([3, 1])}):
        yield case(nd.center_of_mass, np.abs(reals(3, 4)) + 0.1, **at)
    for fn in MEASURES:
        yield case(fn, reals(3, 4), index=[1, 2])
        yield from (case(fn, reals(3, 4)), case(fn, reals(3, 4), labels=LABELS))
        yield case(fn, reals(3, 4), labels=LABELS, index=2)
        yield case(fn, reals(3, 4), labels=LABELS, index=np.array([3, 1]))
        if fn not in (nd.variance, nd.standard_deviation):  # which warn of labels that are broadcast
            yield case(fn, reals(3, 4), labels=LABELS[0], index=[[1], [3]])


def convolutions():
    for fn in (ss.convolve, ss.correlate, ss.fftconvolve, ss.oaconvolve):
        for mode in ("full", "same", "valid"):
            yield from (case(fn, reals(n), reals(m), mode) for n, m in ((5, 3), (3, 5), (4, 4), (6, 2)))
            yield case(fn, reals(4, 3), reals(3, 2), mode)
        yield from (case(fn, cplx(4), cplx(2)), case(fn, cplx(4), cplx(2), "same"))
    for fn in (ss.fftconvolve, ss.oaconvolve):
        yield from (case(fn, reals(2, 4), reals(2, 3), mode, axes=1) for mode in ("full", "same", "valid"))
        yield case(fn, reals(1, 4), reals(3, 2), axes=[-1])
    yield case(ss.convolve, reals(5), reals(3), method="fft")
    for fn in (ss.convolve2d, ss.correlate2d):
        for mode, boundary in itertools.product(("full", "same", "valid"), ("fill", "wrap", "symm")):
            yield case(fn, reals(4, 3), reals(2, 3), mode, boundary)
        yield case(fn, reals(3, 4), reals(3, 2), "same", "fill", 1.5)
        yield case(fn, cplx(3, 3), cplx(2, 2), "full", "wrap")


def stable(n):
    a = reals(n) / 4
    a[0] = 1.3
    return a


def by_sections(sos, x):
    return ss.sosfilt(np.concatenate([sos[:, :3], np.ones((2, 1)), sos[:, 4:]], axis=1), x)


def going_on(axis, b, a, x, start):
    return ss.lfilter(b, a, x, axis, start)


def sections_going_on(axis, x, start):
    return ss.sosfilt(ss.butter(4, 0.3, output="sos"), x, axis, start)


def states_of_sections(sos):
    return ss.sosfilt_zi(np.concatenate([sos[:, :3], np.ones((2, 1)), sos[:, 4:]], axis=1))


def recursive():
    for n, m in ((3, 3), (2, 4), (4, 1)):
        yield case(ss.lfilter, reals(n), stable(m), reals(6))
        yield case(ss.lfilter, reals(n), stable(m), reals(6, 2), axis=0)
    for n, m, shape, axis, state in ((3, 1, (6,), -1, (2,)), (2, 4, (2, 5), 1, (1, 3)), (3, 3, (1, 2), 0, (2, 2))):
        yield case(ss.lfilter, reals(n), stable(m), reals(*shape), reals(*state), via=functools.partial(going_on, axis))
    yield case(ss.lfilter, cplx(3), stable(2) + 0.1j, cplx(5), cplx(2), via=functools.partial(going_on, 0))
    yield case(ss.lfilter_zi, reals(3), stable(3))
    yield case(ss.lfilter_zi, reals(2), stable(4))
    yield from (case(ss.lfilter, cplx(2), stable(2) + 0.1j, cplx(5)), case(ss.lfilter, reals(7), stable(7), reals(3)))
    sos = ss.butter(3, 0.3, output="sos")
    for x in (reals(8), reals(2, 8)):
        yield case(ss.sosfilt_zi, sos + 0.1 * np.abs(reals(2, 6)), via=states_of_sections)
        yield case(ss.sosfilt, sos + 0.1 * np.abs(reals(2, 6)), x, via=by_sections)
    yield case(ss.sosfilt, reals(5, 3), reals(2, 2, 3), via=functools.partial(sections_going_on, 0))
    b, a = ss.butter(2, 0.4)
    for padtype in ("odd", "even", "constant", None):
        yield case(ss.filtfilt, reals(14), via=functools.partial(ss.filtfilt, b, a, padtype=padtype))
        yield case(ss.sosfiltfilt, reals(2, 14), via=functools.partial(ss.sosfiltfilt, sos, padtype=padtype))
    yield case(ss.filtfilt, reals(12, 2), via=functools.partial(ss.filtfilt, b, a, axis=0, padlen=3))


def linear():
    for kind in ("linear", "constant"):
        yield from (case(ss.detrend, reals(5), type=kind), case(ss.detrend, reals(6, 2), 0, type=kind, bp=[3]))
    yield from (case(ss.hilbert, reals(n), N=m) for n, m in ((5, None), (4, None), (5, 8), (5, 3)))
    yield case(ss.hilbert, reals(4, 2), axis=0)
    for mode in ("interp", "mirror", "constant", "nearest", "wrap"):
        yield case(ss.savgol_filter, reals(9), 5, 2, mode=mode, cval=0.5)
    yield case(ss.savgol_filter, reals(8, 2), 3, 1, deriv=1, delta=0.5, axis=0)
    yield case(ss.savgol_filter, reals(8), 4, 2, mode="mirror")
    yield case(ss.savgol_coeffs, 0.7, via=smoothing_slopes)


def smoothing_slopes(delta):
    return ss.savgol_coeffs(5, 2, deriv=1, delta=delta) + ss.savgol_coeffs(5, 3, 2, delta)


def images():
    for mode in MODES:
        for fn in (nd.correlate1d, nd.convolve1d):
            yield case(fn, reals(5), reals(3), mode=mode, cval=0.7)
            yield case(fn, reals(5, 2), reals(4), axis=0, mode=mode)
        for fn in (nd.correlate, nd.convolve):
            yield case(fn, reals(4, 5), reals(3, 2), mode=mode, cval=0.7, origin=(1, 0))
        yield case(nd.gaussian_filter, reals(5, 4), sigma=0.8, mode=mode, cval=0.7)
        yield case(nd.uniform_filter, reals(5, 4), 3, mode=mode, cval=0.7)
        for fn in (nd.sobel, nd.prewitt, nd.laplace):
            yield case(fn, reals(4, 3), mode=mode, cval=0.7)
    for origin in (-1, 1):
        for fn in (nd.correlate1d, nd.convolve1d):
            yield from (case(fn, reals(6), reals(n), origin=origin) for n in (3, 4))
    yield from (case(nd.correlate, reals(2, 4, 3), reals(3, 2), axes=(1, 2)), case(nd.convolve, reals(6), reals(4)))
    yield from (case(fn, f(3, 3), cplx(2, 2)) for fn in (nd.convolve, nd.correlate) for f in (reals, cplx))
    yield from (case(nd.laplace, reals()), case(nd.gaussian_laplace, reals(), sigma=0.7))
    yield from (case(nd.correlate1d, f(5), cplx(3), mode="constant", cval=0.7) for f in (reals, cplx))
    yield case(nd.gaussian_filter, reals(5, 4), sigma=(1.0, 0.0), order=(1, 0), mode=("wrap", "mirror"))
    yield case(nd.gaussian_filter, reals(2, 6), sigma=1.1, radius=2, axes=(1,))
    yield from (case(nd.gaussian_filter1d, reals(6, 2), sigma=0.7, axis=0, order=order) for order in (0, 1, 2))
    yield from (case(nd.gaussian_laplace, reals(5, 4), sigma=0.6), case(nd.sobel, reals(4, 3), axis=0))
    yield case(nd.uniform_filter, reals(5, 4), (2, 1), origin=(-1, 0))
    yield case(nd.uniform_filter1d, reals(6), 4, origin=1)


def resampled():
    points = np.array([[0.3, 1.7, 2.6, -0.8, 3.9], [1.2, 3.4, 0.3, 2.1, 5.7]])
    for order, mode in itertools.product((0, 1, 2, 3), ("constant", "mirror", "reflect", "grid-wrap", "nearest")):
        if mode != "nearest" or order < 2:
            yield case(nd.map_coordinates, reals(4, 5), points, order=order, mode=mode, cval=0.7)
            yield case(nd.shift, reals(4, 5), np.array([0.3, -1.4]), order=order, mode=mode, cval=0.7)
            yield case(nd.zoom, reals(4, 5), zoom=1.6, order=order, mode=mode)
    yield case(nd.map_coordinates, cplx(4, 5), points, prefilter=False)
    yield case(nd.map_coordinates, reals(6), np.array([[0.4, 3.3]]))
    yield from (case(nd.shift, reals(5), np.float64(0.4)), case(nd.shift, reals(5, 3), 0.4, mode="mirror"))
    for mode in ("mirror", "reflect", "grid-wrap"):
        for order in (2, 3):
            yield case(nd.spline_filter1d, reals(5, 3), order, axis=0, mode=mode)
            yield case(nd.spline_filter, reals(4, 3), order, mode=mode)
            yield case(nd.spline_filter1d, reals(23), order, mode=mode)


MATRIX = np.array([[0.9, 0.2, 0.33], [-0.15, 1.1, 0.21]])


def by_matrix_and_offset(matrix, image, offset):
    return nd.affine_transform(image, matrix, offset, order=3, mode="mirror")


def moved():
    for order, mode in itertools.product((1, 3), ("constant", "mirror", "grid-wrap")):
        yield case(nd.affine_transform, reals(5, 6), MATRIX, order=order, mode=mode)
    yield case(nd.affine_transform, MATRIX[:, :2].copy(), reals(5, 6), MATRIX[:, 2].copy(), via=by_matrix_and_offset)
    yield case(nd.affine_transform, reals(5, 6), np.array([0.83, 0.91]), 0.3, via=along_axes)
    for reshape in (True, False):
        yield case(nd.rotate, reals(5, 6), 17.3, via=functools.partial(nd.rotate, reshape=reshape, mode="mirror"))
    yield case(nd.gaussian_gradient_magnitude, reals(5, 6), via=functools.partial(smoothed, 0.8))


def along_axes(image, matrix, offset):
    return nd.affine_transform(image, matrix, offset, (4, 5), order=1, mode="mirror")


def smoothed(sigma, image):
    return nd.gaussian_gradient_magnitude(image, sigma)


def sampled_anew():
    for n, num in itertools.product((7, 8), (4, 5, 8, 12, 13)):
        yield from (case(ss.resample, f(n), num) for f in (reals, cplx))
    yield case(ss.resample, reals(3, 8), 5, axis=1)
    for up, down in ((1, 1), (3, 2), (2, 3), (1, 4)):
        yield case(ss.upfirdn, reals(5), reals(2, 9), up, down)
        yield case(ss.resample_poly, reals(15, 2), up, down)
        yield case(ss.resample_poly, reals(2, 15), up, down, axis=1, window=[0.2, 0.5, 0.2])
