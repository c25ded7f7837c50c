"""`scipy.signal`: how filters answer to frequencies."""

from __future__ import annotations

import numpy as np
import scipy.signal as ss

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.helpers import define, present

__dualad_lift__ = True


def angles(number, whole, include_nyquist):
    """The frequencies that SciPy takes where only their number is given, in radians a sample."""
    return ss.freqz([1.0], [1.0], 512 if number is None else number, whole, None, 2 * np.pi, include_nyquist)[0]


constant(angles)


def is_number(worN):
    """Whether frequencies are given by their number."""
    return worN is None or (np.ndim(worN) == 0 and not np.iscomplexobj(worN) and int(worN) == worN)


constant(is_number)


def frequencies(worN, whole, fs, include_nyquist=False):
    """Those frequencies, or the ones that are given, in units of `fs`."""
    if is_number(worN):
        return angles(worN, whole, include_nyquist) * (fs / (2 * np.pi))
    return np.copy(np.atleast_1d(worN))


def polynomial(coefficients, x):
    """The value of a polynomial, whose lowest coefficient comes first."""
    coefficients = np.atleast_1d(coefficients)
    if coefficients.ndim != 1:
        raise Unsupported("frequency responses have a derivative rule for the coefficients of one filter")
    return np.polyval(np.flip(coefficients), x)


def freqz(b, a=1, worN=512, whole=False, plot=None, fs=2 * np.pi, include_nyquist=False):
    """`freqz`: a quotient of polynomials on the unit circle."""
    if plot is not None:
        raise Unsupported("frequency responses have a derivative rule without `plot`")
    w = frequencies(worN, whole, fs, include_nyquist)
    z = np.exp(-2j * np.pi / fs * w)
    return w, polynomial(b, z) / polynomial(a, z)


def freqz_sos(sos, worN=512, whole=False, fs=2 * np.pi):
    """`freqz_sos`: the product of the sections' responses."""
    sos = np.asarray(sos)
    found = 1.0
    w = frequencies(worN, whole, fs)
    for i in range(sos.shape[0]):
        found = found * freqz(sos[i, :3], sos[i, 3:], w, whole, None, fs)[1]
    return w, found


def from_roots(roots, x):
    """The value of a polynomial of these roots, whose highest coefficient is 1."""
    return np.prod(np.expand_dims(x, -1) - np.atleast_1d(roots), axis=-1)


def freqz_zpk(z, p, k, worN=512, whole=False, fs=2 * np.pi):
    """`freqz_zpk`: by zeros and poles."""
    w = frequencies(worN, whole, fs)
    at = np.exp(2j * np.pi / fs * w)
    return w, k * from_roots(z, at) / from_roots(p, at)


def freqs_zpk(z, p, k, worN=200):
    """`freqs_zpk`: by zeros and poles."""
    if is_number(worN):
        raise Unsupported("scipy.signal.freqs_zpk has a derivative rule where frequencies are given")
    w = np.atleast_1d(worN)
    return w, k * from_roots(z, 1j * w) / from_roots(p, 1j * w)


def group_delay(system, w=512, whole=False, fs=2 * np.pi):
    """`group_delay`: how the phase of the response falls with the frequency."""
    b, a = np.atleast_1d(system[0]), np.atleast_1d(system[1])
    w = frequencies(w, whole, fs)
    z = np.exp(-2j * np.pi / fs * w)
    c = np.convolve(b, np.conj(a[::-1]))
    slope, value = polynomial(c * np.arange(np.size(c)), z), polynomial(c, z)
    if np.any(value == 0):
        raise Unsupported("scipy.signal.group_delay has no derivative where the response, or its inverse, is 0")
    return w, np.real(slope / value) - (np.size(a) - 1)


def freqs(b, a, worN=200, plot=None):
    """`freqs`: a quotient of polynomials on the imaginary axis."""
    if plot is not None or is_number(worN):
        raise Unsupported("scipy.signal.freqs has a derivative rule where frequencies are given, and no `plot`")
    w = np.atleast_1d(worN)
    s = 1j * w
    return w, np.polyval(np.atleast_1d(b), s) / np.polyval(np.atleast_1d(a), s)


define(ss, freqz, freqz_zpk, group_delay)
defined(ss.freqs, freqs, aliases="maybe")  # the frequencies are given back
defined(ss.freqs_zpk, freqs_zpk, aliases="maybe")
for _fn in present(ss, "freqz_sos", "sosfreqz"):
    defined(_fn, freqz_sos)
