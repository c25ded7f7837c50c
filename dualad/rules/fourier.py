"""`np.fft`: every transform is linear, and the matrix of the complex one is symmetric."""

from __future__ import annotations

from typing import Any

import numpy as np

from dualad.registry import constant, linear
from dualad.rules.helpers import along, define

__dualad_lift__ = True

FLIPPED: dict[Any, Any] = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def fitted(ct, length, axis):
    """`ct` cropped, or filled up with zeros, to a length: the transpose of what a transform of other length did."""
    n = ct.shape[axis]
    if n == length:
        return ct
    if n > length:
        return ct[along(axis, slice(0, length))]
    rest = np.zeros_like(ct, shape=tuple(length - n if i == axis % ct.ndim else d for i, d in enumerate(ct.shape)))
    return np.concatenate([ct, rest], axis=axis)


def fitted_all(ct, shape):
    """`fitted` in every axis."""
    for axis, n in enumerate(shape):
        ct = fitted(ct, n, axis)
    return ct


def halved(ct, length, axis, norm):
    """The transpose of `np.fft.irfft`: each frequency but the first and the last stands for itself and its mirror."""
    n = ct.shape[axis]
    m = n // 2 + 1
    k = np.arange(m)
    shares = np.where((k == 0) | (2 * k == n), 1, 2).astype(ct.dtype)
    shape = tuple(m if i == axis % ct.ndim else 1 for i in range(ct.ndim))
    return fitted(
        np.fft.ifft(ct, axis=axis, norm=norm)[along(axis, slice(0, m))] * np.reshape(shares, shape), length, axis
    )


linear(
    np.fft.fft,
    lambda ct, a, n=None, axis=-1, norm=None: fitted(np.fft.fft(ct, axis=axis, norm=norm), a.shape[axis], axis),
    makes_complex=True,
    kind="spectrum",
)
linear(
    np.fft.ifft,
    lambda ct, a, n=None, axis=-1, norm=None: fitted(np.fft.ifft(ct, axis=axis, norm=norm), a.shape[axis], axis),
    makes_complex=True,
    kind="spectrum",
)
linear(
    np.fft.rfft,
    lambda ct, a, n=None, axis=-1, norm=None: fitted(
        np.fft.fft(ct, a.shape[axis] if n is None else n, axis, norm), a.shape[axis], axis
    ),
    makes_complex=True,
    kind="half_spectrum",
)
linear(
    np.fft.irfft, lambda ct, a, n=None, axis=-1, norm=None: halved(ct, a.shape[axis], axis, norm), kind="half_spectrum"
)
linear(
    np.fft.fftn,
    lambda ct, a, s=None, axes=None, norm=None: fitted_all(np.fft.fftn(ct, None, chosen(s, axes), norm), a.shape),
    makes_complex=True,
    aliases="seldom",  # along no axis it is the array itself
    kind="spectrum_of_all",
)
linear(
    np.fft.ifftn,
    lambda ct, a, s=None, axes=None, norm=None: fitted_all(np.fft.ifftn(ct, None, chosen(s, axes), norm), a.shape),
    makes_complex=True,
    aliases="seldom",  # along no axis it is the array itself
    kind="spectrum_of_all",
)
linear(
    np.fft.fft2,
    lambda ct, a, s=None, axes=(-2, -1), norm=None: fitted_all(np.fft.fftn(ct, None, axes, norm), a.shape),
    makes_complex=True,
    aliases="seldom",
    kind="spectrum_of_all",
)
linear(
    np.fft.ifft2,
    lambda ct, a, s=None, axes=(-2, -1), norm=None: fitted_all(np.fft.ifftn(ct, None, axes, norm), a.shape),
    makes_complex=True,
    aliases="seldom",
    kind="spectrum_of_all",
)
linear(np.fft.fftshift, lambda ct, x, axes=None: np.fft.ifftshift(ct, axes), kind="as_it_is")
linear(np.fft.ifftshift, lambda ct, x, axes=None: np.fft.fftshift(ct, axes), kind="as_it_is")


def chosen(s, axes):
    """The axes that a transform goes over: by default the last ones that it has lengths for, or all."""
    return tuple(range(-len(s), 0)) if axes is None and s is not None else axes


def several(ndim, s, axes):
    """The lengths and axes of a transform over several axes; a length that is not given is None."""
    axes = tuple(range(ndim)) if axes is None and s is None else tuple(chosen(s, axes))
    return [None if n == -1 else n for n in (s or [None] * len(axes))], axes


# Of several axes and of Hermitian input: by the transforms of one


def rfftn(a, s=None, axes=None, norm=None):
    """`np.fft.rfftn`: the real transform along the last axis, then complex ones."""
    a = np.asarray(a)
    lengths, axes = several(a.ndim, s, axes)
    a = np.fft.rfft(a, lengths[-1], axes[-1], norm)
    for n, axis in zip(lengths[:-1], axes[:-1]):
        a = np.fft.fft(a, n, axis, norm)
    return a


def irfftn(a, s=None, axes=None, norm=None):
    """`np.fft.irfftn`: complex transforms, then the real one along the last axis."""
    a = np.asarray(a)
    lengths, axes = several(a.ndim, s, axes)
    for n, axis in zip(lengths[:-1], axes[:-1]):
        a = np.fft.ifft(a, n, axis, norm)
    return np.fft.irfft(a, lengths[-1], axes[-1], norm)


def rfft2(a, s=None, axes=(-2, -1), norm=None):
    """`np.fft.rfft2`."""
    return np.fft.rfftn(a, s, axes, norm)


def irfft2(a, s=None, axes=(-2, -1), norm=None):
    """`np.fft.irfft2`."""
    return np.fft.irfftn(a, s, axes, norm)


def hfft(a, n=None, axis=-1, norm=None):
    """`np.fft.hfft`."""
    return np.fft.irfft(np.conj(a), n, axis, FLIPPED[norm])


def ihfft(a, n=None, axis=-1, norm=None):
    """`np.fft.ihfft`."""
    return np.conj(np.fft.rfft(a, n, axis, FLIPPED[norm]))


def frequencies(n, half):
    """The frequencies of `n` points a unit apart, or the half of them that a real signal has."""
    return np.fft.rfftfreq(n) if half else np.fft.fftfreq(n)


constant(frequencies)


def fftfreq(n, d=1.0):
    """`np.fft.fftfreq`, which is differentiable in the spacing."""
    return frequencies(n, False) / d


def rfftfreq(n, d=1.0):
    """`np.fft.rfftfreq`."""
    return frequencies(n, True) / d


define(np.fft, rfftn, irfftn, rfft2, irfft2, hfft, ihfft, fftfreq, rfftfreq)
