"""Rows for filters that pick elements of windows by rank, frequency responses, and factors of banded matrices."""

from __future__ import annotations

import functools

import numpy as np
import scipy.linalg as sl
import scipy.ndimage as nd
import scipy.signal as ss

from tests.rules.scipy.cases import case, cplx, reals, rng

MODES = ("reflect", "constant", "nearest", "mirror", "wrap")
CROSS = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]


def rows():
    yield from picked()
    yield from responses()
    yield from factors()


def apart(*shape):
    """Numbers none two of which are close, nor any of them to 0, so that no step changes their order."""
    return rng.permutation(np.linspace(-1, 1.03, int(np.prod(shape)))).reshape(shape)


def picked():
    a = apart(4, 5)
    for fn in (nd.maximum_filter, nd.minimum_filter, nd.median_filter, nd.grey_dilation, nd.grey_erosion):
        yield from (case(fn, a, 3, mode=mode, cval=0.012) for mode in MODES)
        yield case(fn, a, size=(2, 3), mode="constant", cval=-5.0, origin=(0, 1))
        yield case(fn, a, footprint=CROSS)
    for fn in (nd.grey_opening, nd.grey_closing, nd.white_tophat, nd.black_tophat):
        yield from (case(fn, a, 3), case(fn, a, size=(2, 3), mode="constant", cval=0.012))
    for fn in (nd.morphological_gradient, nd.morphological_laplace):
        yield from (case(fn, a, 3), case(fn, a, footprint=CROSS, mode="nearest"))
    for fn in (nd.maximum_filter1d, nd.minimum_filter1d):
        yield from (case(fn, a, 3, axis=0, mode=mode, cval=0.012) for mode in MODES)
    yield from (case(nd.percentile_filter, a, 30, 3), case(nd.percentile_filter, a, percentile=80.0, size=(1, 3)))
    yield from (case(nd.rank_filter, a, -2, footprint=CROSS), case(nd.rank_filter, a, 1, size=3, mode="wrap"))
    yield from (case(ss.medfilt, a, 3), case(ss.medfilt, apart(9)), case(ss.medfilt, apart(9), 5))
    yield from (case(ss.medfilt2d, a, 3), case(ss.medfilt2d, a, kernel_size=[1, 3]))
    yield case(ss.order_filter, a, np.ones((3, 3), int), 2)
    yield case(ss.order_filter, a, np.eye(3, dtype=int), rank=0)


def responses():
    b, a = reals(3), np.array([1.0, 0.3, -0.2])
    yield from (case(ss.freqz, b, a, 8), case(ss.freqz, b, worN=5, whole=True, fs=100.0), case(ss.freqz, cplx(3), a, 4))
    yield from (case(ss.freqz, b, a, np.array([0.1, 0.5])), case(ss.freqz, b, worN=9, include_nyquist=True))
    yield from (case(ss.freqs, b, a, np.array([0.1, 2.0])), case(ss.freqs, b, a, worN=[0.5, 1.0]))
    sections = ss.butter(4, 0.3, output="sos")
    for fn in (ss.freqz_sos, ss.sosfreqz):
        yield case(fn, sections[:, :3], sections[:, 4:], via=functools.partial(of_sections, fn))


def of_sections(fn, above, below):
    sections = np.concatenate([above, np.ones((2, 1)), below], axis=1)
    return fn(sections, 4)[1], fn(sections, worN=np.array([0.1, 0.2]))


def bands(k, n, complex=False):
    """The bands below and above the diagonal of a positive definite matrix."""
    m = cplx(n, n) if complex else reals(n, n)
    m = m @ np.conj(m.T) + n * np.eye(n)
    low, up = np.zeros((k + 1, n), m.dtype), np.zeros((k + 1, n), m.dtype)
    for d in range(k + 1):
        low[d, : n - d], up[k - d, d:] = np.diag(m, -d), np.diag(m, d)
    return low, up


def factors():
    for k, n in ((2, 5), (1, 4), (0, 3), (3, 3)):
        low, up = bands(k, n)
        yield from (case(sl.cholesky_banded, low, lower=True), case(sl.cholesky_banded, up))
        for band, lower in ((low, True), (up, False)):
            factor = sl.cholesky_banded(band, lower=lower)
            yield case(sl.cho_solve_banded, factor, reals(n), via=functools.partial(solved, lower))
            yield case(sl.cho_solve_banded, factor, reals(n, 2), via=functools.partial(solved, lower))
    low, up = bands(1, 3, complex=True)
    for band, lower in ((low, True), (up, False)):
        yield case(sl.cho_solve_banded, cplx(2, 3), reals(3), via=functools.partial(solved_again, band, lower))


def solved(lower, factor, b):
    return sl.cho_solve_banded((factor, lower), b)


def solved_again(band, lower, off, b):
    """The main diagonal of a Hermitian band stays as it is: nobody reads its imaginary part."""
    main = np.array([[1.0], [0.0]]) if lower else np.array([[0.0], [1.0]])
    return sl.cho_solve_banded((sl.cholesky_banded(band + 0.1 * off * (1 - main), lower=lower), lower), b)
