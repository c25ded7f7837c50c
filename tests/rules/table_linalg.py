"""Rows for eigenvalues, orthogonal factors and least squares of matrices without structure, and for `np.fft`."""

from __future__ import annotations

import numpy as np

from tests.rules.rows import cplx, fn, reals
from tests.rules.table_products import well

APART = np.diag([0.0, 4.0, 9.0])


def rows():
    yield from eigenvalues()
    yield from orthogonal()
    yield from least_squares()
    yield from singular()
    yield from fourier()


def eigenvalues():
    matrices = (reals(1, 1), reals(3, 3), reals(3, 3) + APART, cplx(3, 3) + APART, np.stack([cplx(2, 2), cplx(2, 2)]))
    for a in matrices:
        for f in (np.linalg.eig, np.linalg.eigvals):
            yield fn(f, a, rtol=1e-5)
    yield fn(np.linalg.eig, np.array([[0.3, 1.5], [-0.7, 0.4]]))  # a pair of conjugates


def orthogonal():
    for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2)):
        for a in (reals(*shape), cplx(*shape)):
            yield fn(np.linalg.qr, a, rtol=1e-5)
            yield fn(np.linalg.qr, a, "r", rtol=1e-5)
    yield fn(np.linalg.qr, reals(2, 3), "complete", rtol=1e-5)


def least_squares():
    for shape in ((4, 2), (2, 4), (3, 3)):
        yield fn(np.linalg.lstsq, well(*shape), reals(shape[0]), rtol=1e-5)
        yield fn(np.linalg.lstsq, well(*shape, complex=True), cplx(shape[0], 2), rtol=1e-5)
    for p in (None, 2, -2, 1, -1, np.inf, "fro"):
        yield fn(np.linalg.cond, well(3, 3), p, wrt=(0,), rtol=1e-5)
    yield fn(np.linalg.cond, well(2, 3, 2), rtol=1e-5)
    yield fn(np.linalg.tensorsolve, reals(2, 3, 6) + np.eye(6).reshape(2, 3, 6) * 4, reals(2, 3), rtol=1e-5)
    yield fn(np.linalg.tensorsolve, reals(2, 4, 2) + 4 * np.eye(4).reshape(2, 4, 2), reals(4), axes=(0,), rtol=1e-5)
    yield fn(np.linalg.tensorinv, reals(2, 3, 6) + np.eye(6).reshape(2, 3, 6) * 4, rtol=1e-5)
    yield fn(np.linalg.tensorinv, reals(6, 2, 3) + np.eye(6).reshape(6, 2, 3) * 4, 1, rtol=1e-5)


def singular():
    """Determinants have a derivative where the matrix has no inverse."""
    yield fn(np.linalg.det, np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.5, -1.0, 2.0]]))
    yield fn(np.linalg.det, np.array([[1.0, 2.0j], [0.0, 0.0]]), twice=False)
    yield fn(np.linalg.det, np.stack([APART, APART + 1]))


def fourier():
    for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
        f = getattr(np.fft, name)
        for n, axis, norm in ((None, -1, None), (3, 0, "ortho"), (8, -1, "forward"), (5, -2, "backward")):
            yield fn(f, reals(4, 5), n, axis, norm)
            if name not in ("rfft", "ihfft"):
                yield fn(f, cplx(4, 5), n, axis, norm)
        yield fn(f, reals(6), 6)
        yield fn(f, reals(3), norm="ortho")
    for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"):
        f = getattr(np.fft, name)
        yield fn(f, reals(2, 4, 5))
        yield fn(f, reals(2, 4, 5), (3, 6), (0, 2), "ortho")
        yield fn(f, reals(2, 4, 5), axes=(1, 0), norm="forward")
        if name[0] != "r":
            yield fn(f, cplx(3, 4), (4, 3), (0, 1))
    for f in (np.fft.fftshift, np.fft.ifftshift):
        yield from (fn(f, reals(4, 5), axes) for axes in (None, 0, (0, 1)))
    yield fn(np.fft.fftfreq, 5, 0.3, float32=False)
    yield fn(np.fft.rfftfreq, 6, 0.3, float32=False)
