"""`scipy.fft`: discrete Fourier, cosine and sine transforms.

Each cuts or pads its argument to a length (`fitted`) and multiplies by a matrix along each axis. The matrix of the
Fourier transform is symmetric; that of the real one is its first half, which leaves the rest of a real signal's
transform to be known by symmetry.
"""

from __future__ import annotations

import numpy as np
import scipy.fft as sf

from dualad.registry import constant, linear
from dualad.rules.fourier import frequencies
from dualad.rules.helpers import axes_of, define
from dualad.rules.scipy.calls import on_duals

fftn, ifftn, rfft = on_duals(sf.fftn), on_duals(sf.ifftn), on_duals(sf.rfft)
fftshift, ifftshift = on_duals(sf.fftshift), on_duals(sf.ifftshift)

FLIPPED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def fitted(x, shape):
    """`x` cut off or padded with zeros at the end of each axis."""
    x = x[tuple(slice(0, n) for n in shape)]
    missing = [(0, n - m) for n, m in zip(shape, np.shape(x), strict=True)]
    return np.pad(x, missing) if any(m for _, m in missing) else x


def chosen_axes(ndim, s, axes):
    """The axes that a transform of several axes runs over."""
    if axes is not None:
        return axes_of(axes, ndim)
    return tuple(range(ndim)) if s is None else tuple(range(ndim - len(s), ndim))


def fft_back(ct, shape, axes, norm):
    """The transpose of a complex transform."""
    return fitted(fftn(ct, axes=axes, norm=norm), shape)


def ifft_back(ct, shape, axes, norm):
    """The transpose of an inverse complex transform."""
    return fitted(ifftn(ct, axes=axes, norm=norm), shape)


def length_of(shape, s, axes):
    """The length of a real signal along the last of the axes."""
    return shape[axes[-1]] if s is None or s[-1] in (None, -1) else s[-1]


def rfft_back(ct, shape, s, axes, norm):
    """The transpose of a real transform: zeros in place of what is not computed, then as a complex one."""
    whole = list(np.shape(ct))
    whole[axes[-1]] = length_of(shape, s, axes)
    return np.real(fft_back(fitted(ct, whole), shape, axes, norm))


def doubled(x, axis, n):
    """`x` with those elements doubled that stand for two of a transform of length `n`: not the first, nor a middle."""
    twice = np.full(x.shape[axis], 2)
    twice[0] = 1
    if n % 2 == 0:
        twice[-1] = 1
    return x * np.reshape(twice, (-1,) + (1,) * (x.ndim - 1 - axis)).astype(np.real(x).dtype)


def irfft_back(ct, shape, axes, norm):
    """The transpose of an inverse real transform."""
    last, n = axes[-1], ct.shape[axes[-1]]
    half = doubled(np.conj(rfft(ct, axis=last, norm=FLIPPED[norm])), last, n)
    return ifft_back(half, shape, axes[:-1], norm) if len(axes) > 1 else fitted(half, shape)


def hfft_back(ct, shape, axes, norm):
    """The transpose of the transform of a Hermitian signal, which is the inverse real one of its conjugate."""
    return np.conj(irfft_back(ct, shape, axes, FLIPPED[norm]))


def ihfft_back(ct, shape, s, axes, norm):
    """The transpose of the inverse of that: a conjugated real transform."""
    return rfft_back(np.conj(ct), shape, s, axes, FLIPPED[norm])


def one(ndim, axis):
    """An axis as the only one of some."""
    return axes_of(axis, ndim)


def state_single(name, back, real):
    """State a transform along one axis; `real`: the length of the signal is not that of the transform."""
    if real:

        def rule(ct, x, n=None, axis=-1, norm=None, *, workers=None):
            return back(ct, x.shape, (n,), one(x.ndim, axis), norm)
    else:

        def rule(ct, x, n=None, axis=-1, norm=None, *, workers=None):
            return back(ct, x.shape, one(x.ndim, axis), norm)

    linear(getattr(sf, name), rule)


def state_several(name, back, default, real):
    """State a transform along several axes."""
    if real:

        def rule(ct, x, s=None, axes=default, norm=None, *, workers=None):
            return back(ct, x.shape, s, chosen_axes(x.ndim, s, axes), norm)
    else:

        def rule(ct, x, s=None, axes=default, norm=None, *, workers=None):
            return back(ct, x.shape, chosen_axes(x.ndim, s, axes), norm)

    linear(getattr(sf, name), rule, aliases="seldom")  # along no axis it is the array itself


TRANSFORMS = {
    "fft": (fft_back, False),
    "ifft": (ifft_back, False),
    "rfft": (rfft_back, True),
    "irfft": (irfft_back, False),
    "hfft": (hfft_back, False),
    "ihfft": (ihfft_back, True),
}
for _name, (_back, _real) in TRANSFORMS.items():
    state_single(_name, _back, _real)
    state_several(_name + "2", _back, (-2, -1), _real)
    state_several(_name + "n", _back, None, _real)

# Cosine and sine transforms. Those of type 2 and 3 are one another's transposes but for one column, whose elements are
# half of what symmetry asks for: the first of a cosine transform, the last of a sine transform.

DCT, DST = (on_duals(sf.dct), on_duals(sf.idct)), (on_duals(sf.dst), on_duals(sf.idst))
INVERSE_TYPE = {1: 1, 2: 3, 3: 2, 4: 4}


def ends(n, axis, ndim, pair, twice):
    """Weights along an axis: `twice` inside and 1 at an end (`pair`: at both), or the other way round."""
    weights = np.full(n, 2.0 if twice else 1.0)
    weights[pair] = 1.0 if twice else 2.0
    return np.reshape(weights, (-1,) + (1,) * (ndim - 1 - axis))


# Some versions of SciPy take no notice of `orthogonalize` where a signal is complex.
_HEEDED = bool(sf.dct(np.array([1j, 0j]), orthogonalize=True)[0] != sf.dct(np.array([1j, 0j]))[0])


def real_back(ct, pair, type, axis, norm, orthogonalize):
    """The transpose along one axis; `pair` is the transform and its inverse."""
    ahead, inverse = pair
    if orthogonalize is None or (np.iscomplexobj(ct) and not _HEEDED):
        orthogonalize = norm == "ortho"
    if orthogonalize:
        return inverse(ct, type, axis=axis, norm=FLIPPED[norm], orthogonalize=True)
    n, end = ct.shape[axis], 0 if pair is DCT else -1
    if type == 1 and pair is DCT:
        weights = ends(n, axis, ct.ndim, [0, -1], True)
        return weights * ahead(ct / weights, 1, axis=axis, norm=norm, orthogonalize=False)
    if type == 2:
        weights = ends(n, axis, ct.ndim, end, False)
        return ahead(ct * weights, 3, axis=axis, norm=norm, orthogonalize=False)
    if type == 3:
        weights = ends(n, axis, ct.ndim, end, False)
        return ahead(ct, 2, axis=axis, norm=norm, orthogonalize=False) / weights
    return ahead(ct, type, axis=axis, norm=norm, orthogonalize=False)


def real_transform_back(ct, shape, pair, type, axes, norm, orthogonalize):
    """The transpose of a cosine or sine transform along some axes."""
    for axis in axes:
        ct = real_back(ct, pair, type, axis, norm, orthogonalize)
    return fitted(ct, shape)


def inverse_transform_back(ct, shape, pair, type, axes, norm, orthogonalize):
    """The transpose of an inverse one, which is that of another type with another norm."""
    return real_transform_back(ct, shape, pair, INVERSE_TYPE[type], axes, FLIPPED[norm], orthogonalize)


def state_real(single, several, back, pair):
    """State a cosine or sine transform along one axis and along several."""

    def rule(ct, x, type=2, n=None, axis=-1, norm=None, *, workers=None, orthogonalize=None):
        return back(ct, x.shape, pair, type, one(x.ndim, axis), norm, orthogonalize)

    def rule_of_several(ct, x, type=2, s=None, axes=None, norm=None, *, workers=None, orthogonalize=None):
        return back(ct, x.shape, pair, type, chosen_axes(x.ndim, s, axes), norm, orthogonalize)

    linear(single, rule)
    linear(several, rule_of_several, aliases="seldom")


state_real(sf.dct, sf.dctn, real_transform_back, DCT)
state_real(sf.dst, sf.dstn, real_transform_back, DST)
state_real(sf.idct, sf.idctn, inverse_transform_back, DCT)
state_real(sf.idst, sf.idstn, inverse_transform_back, DST)

# Shifts and what does not depend on the signal

linear(sf.fftshift, lambda ct, x, axes=None: ifftshift(ct, axes))
linear(sf.ifftshift, lambda ct, x, axes=None: fftshift(ct, axes))
for _name in ("next_fast_len", "prev_fast_len"):
    constant(getattr(sf, _name))


def fftfreq(n, d=1.0):
    """`fftfreq`, which is differentiable in the spacing."""
    return frequencies(n, False) / d


def rfftfreq(n, d=1.0):
    """`rfftfreq`."""
    return frequencies(n, True) / d


define(sf, fftfreq, rfftfreq)
