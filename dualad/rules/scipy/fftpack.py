"""`scipy.fftpack`: the transforms of `scipy.fft` under their older names, which never divide by a length twice.

Inverse cosine and sine transforms are those of the inverse type, without a factor; real Fourier transforms are packed
into a real array: the real part of the first coefficient, then real and imaginary part of each.
"""

from __future__ import annotations

import numpy as np
import scipy.fft as sf
import scipy.fftpack as sp

from dualad.registry import defined

__dualad_lift__ = True

INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}


def required(x, shape, axes):
    """The lengths of a transform of several axes, which have to be as many as there are axes."""
    if shape is not None and axes is None and np.size(shape) != np.ndim(x):
        raise ValueError("when given, axes and shape arguments have to be of the same length")
    return shape


def fft(x, n=None, axis=-1):
    return sf.fft(x, n, axis)


def ifft(x, n=None, axis=-1):
    return sf.ifft(x, n, axis)


def fft2(x, shape=None, axes=(-2, -1)):
    return sf.fft2(x, shape, axes)


def ifft2(x, shape=None, axes=(-2, -1)):
    return sf.ifft2(x, shape, axes)


def fftn(x, shape=None, axes=None):
    return sf.fftn(x, required(x, shape, axes), axes)


def ifftn(x, shape=None, axes=None):
    return sf.ifftn(x, required(x, shape, axes), axes)


def rfft(x, n=None, axis=-1):
    found = np.moveaxis(sf.rfft(x, n, axis), axis, -1)
    n = np.shape(x)[axis] if n is None else n
    pairs = np.reshape(np.stack([np.real(found), np.imag(found)], -1), (*np.shape(found)[:-1], -1))
    return np.moveaxis(np.concatenate([pairs[..., :1], pairs[..., 2 : n + 1]], -1), -1, axis)


def dct(x, type=2, n=None, axis=-1, norm=None):
    return sf.dct(x, type, n, axis, norm)


def idct(x, type=2, n=None, axis=-1, norm=None):
    return sf.dct(x, INVERSE[type], n, axis, norm)


def dst(x, type=2, n=None, axis=-1, norm=None):
    return sf.dst(x, type, n, axis, norm)


def idst(x, type=2, n=None, axis=-1, norm=None):
    return sf.dst(x, INVERSE[type], n, axis, norm)


def dctn(x, type=2, shape=None, axes=None, norm=None):
    return sf.dctn(x, type, required(x, shape, axes), axes, norm)


def idctn(x, type=2, shape=None, axes=None, norm=None):
    return sf.dctn(x, INVERSE[type], required(x, shape, axes), axes, norm)


def dstn(x, type=2, shape=None, axes=None, norm=None):
    return sf.dstn(x, type, required(x, shape, axes), axes, norm)


def idstn(x, type=2, shape=None, axes=None, norm=None):
    return sf.dstn(x, INVERSE[type], required(x, shape, axes), axes, norm)


for _definition in (
    *(fft, ifft, fft2, ifft2, fftn, ifftn, rfft),
    *(dct, idct, dst, idst, dctn, idctn, dstn, idstn),
):
    defined(getattr(sp, _definition.__name__), _definition)
