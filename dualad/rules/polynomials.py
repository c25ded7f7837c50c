"""Polynomials by their coefficients, the highest power first."""

from __future__ import annotations

import numpy as np

from dualad.errors import Unsupported
from dualad.registry import constant, defined, general
from dualad.rules.helpers import define, unbroadcast

__dualad_lift__ = True


def derived(p):
    """The coefficients of a polynomial's derivative; of several polynomials, whose coefficients are rows, of each."""
    p = np.asarray(p) if isinstance(p, np.poly1d) else p  # constant, and read by its coefficients
    n, dtype = np.shape(p)[0], np.result_type(np.result_type(p), 0.0)  # small integers would overflow
    powers = np.reshape(np.arange(n - 1, 0, -1).astype(dtype), (-1,) + (1,) * (np.ndim(p) - 1))
    return p[:-1] * powers if n > 1 else p * 0


OBJECTS = "a polynomial that is an object has no derivative rule beside arrays; give its coefficients, p.coeffs"


def require_arrays(*polynomials):
    """Refuse polynomials that are objects: what comes of them is an object, too, and holds no derivative."""
    if any([isinstance(p, np.poly1d) for p in polynomials]):
        raise Unsupported(OBJECTS)


constant(require_arrays)


def points(x):
    """What a polynomial is evaluated at, which may be no other polynomial."""
    if isinstance(x, np.poly1d):
        raise Unsupported(OBJECTS)
    return x


def powers_of(x, n):
    """The powers of `x` from n - 1 down to 0, along a new first axis."""
    found = [np.ones_like(x)]
    for _ in range(n - 1):
        found.append(found[-1] * x)
    return np.stack(found[::-1])[:n]


def coefficients_back(ct, shape, x):
    """The cotangent of coefficients of that shape, given that of the values at `x`."""
    powers = powers_of(x, shape[0])
    if len(shape) == 1:
        return np.sum(ct * powers, axis=tuple(range(1, np.ndim(x) + 1)))
    rank = np.ndim(ct)
    powers = np.reshape(powers, (shape[0],) + (1,) * (rank - np.ndim(x)) + np.shape(x))
    rows = (shape[0],) + (1,) * (rank - len(shape) + 1) + shape[1:]
    return np.reshape(unbroadcast(ct * powers, rows), shape)


general(
    np.polyval,
    jvps=[lambda t, ans, p, x: np.polyval(t, points(x)), lambda t, ans, p, x: t * np.polyval(derived(p), x)],
    vjps=[
        lambda ct, ans, p, x: coefficients_back(ct, p.shape, points(x)),
        lambda ct, ans, p, x: unbroadcast(ct * np.polyval(derived(p), x), np.shape(x)),
    ],
    kind="polynomial",
)

# Roots move by the implicit function theorem; where they are simple


def root_rate(p, ans):
    """What the value of the polynomial at a root has to change by to move the root by one."""
    return -np.polyval(derived(p), ans)


general(
    np.roots,
    jvps=[lambda t, ans, p: np.polyval(t, ans) / root_rate(p, ans)],
    vjps=[lambda ct, ans, p: np.sum(ct / root_rate(p, ans) * powers_of(ans, p.shape[0]), axis=1)],
    makes_complex=True,
)


def conjugate_pairs(roots):
    """Whether numbers are the roots of a real polynomial."""
    return bool(np.all(np.sort(roots) == np.sort(np.conj(roots))))


def least_type(zeros):
    """The type of the coefficients of `np.poly`."""
    return np.mintypecode(zeros.dtype.char)


def poly(seq_of_zeros):
    """`np.poly`: the product of the linear factors, or of those of a matrix's eigenvalues."""
    zeros = np.atleast_1d(seq_of_zeros)
    if np.ndim(zeros) == 2:
        zeros = np.linalg.eigvals(zeros)
    zeros = zeros.astype(least_type(zeros))
    if not zeros.size:
        return 1.0
    found = np.ones(1, zeros.dtype)
    for i in range(np.shape(zeros)[0]):
        found = np.convolve(found, np.stack([np.ones_like(zeros[i]), -zeros[i]]))
    return np.real(found) if np.iscomplexobj(found) and conjugate_pairs(zeros) else found


# Sums, products and quotients


def filled(a, n):
    """Coefficients with zeros in front, `n` in all."""
    a = np.atleast_1d(a)
    return np.concatenate([np.zeros(n - np.shape(a)[0], np.result_type(a)), a])


def length(a1, a2):
    """How many coefficients the longer one has."""
    return max(np.size(a1), np.size(a2))


def polyadd(a1, a2):
    """`np.polyadd`."""
    require_arrays(a1, a2)
    n = length(a1, a2)
    return filled(a1, n) + filled(a2, n)


def polysub(a1, a2):
    """`np.polysub`."""
    require_arrays(a1, a2)
    n = length(a1, a2)
    return filled(a1, n) - filled(a2, n)


def trimmed(a):
    """Coefficients without zeros in front; one zero for the zero polynomial."""
    a = np.trim_zeros(np.atleast_1d(a), "f")
    return a if np.size(a) else np.zeros(1)


def polymul(a1, a2):
    """`np.polymul`."""
    require_arrays(a1, a2)
    return np.convolve(trimmed(a1), trimmed(a2))


def vanishing(r):
    """How many of the first coefficients of a remainder are rounding."""
    kept = 0
    while kept < np.size(r) - 1 and np.allclose(r[kept], 0, rtol=1e-14):
        kept += 1
    return kept


def polydiv(u, v):
    """`np.polydiv`: quotient and remainder."""
    require_arrays(u, v)
    u, v = np.atleast_1d(u) + 0.0, np.atleast_1d(v) + 0.0
    m, n = np.shape(u)[0], np.shape(v)[0]
    dtype = np.result_type(u, v)
    if m < n:
        return np.zeros(1, dtype), u + 0.0
    rest, quotient = u + 0.0, np.zeros(0, dtype)
    for k in range(m - n + 1):
        d = rest[k] / v[0]
        quotient = np.append(quotient, d)
        rest = rest - np.concatenate([np.zeros(k, dtype), d * v, np.zeros(m - n - k, dtype)])
    return quotient, rest[vanishing(rest) :]


def polyder(p, m=1):
    """`np.polyder`."""
    p = np.asarray(p)
    for _ in range(m):
        p = p[:-1] * np.arange(np.shape(p)[0] - 1, 0, -1)
    return p


def polyint(p, m=1, k=None):
    """`np.polyint`: the constants of integration are zero, the same, or each its own."""
    p, k = np.asarray(p), np.atleast_1d(0.0 if k is None else k)
    for i in range(m):
        constant_term = k[0:1] if np.shape(k)[0] == 1 else k[i : i + 1]
        p = np.concatenate([p / np.arange(np.shape(p)[0], 0, -1), constant_term])
    return p


def polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False):
    """`np.polyfit`: the least-squares solution for powers scaled to unit length."""
    x, y = np.asarray(x) + 0.0, np.asarray(y) + 0.0
    known = np.vander(x, int(deg) + 1)
    if w is not None:
        weights = np.asarray(w) + 0.0
        known = known * np.expand_dims(weights, -1)
        y = y * np.reshape(weights, np.shape(weights) + (1,) * (np.ndim(y) - 1))
    scale = np.sqrt(np.sum(known * known, axis=0))
    small = np.shape(x)[0] * np.finfo(x.dtype).eps if rcond is None else rcond
    found, residuals, rank, s = np.linalg.lstsq(known / scale, y, small)
    found = (found.T / scale).T
    if full:
        return found, residuals, rank, s, small
    if not cov:
        return found
    known = known / scale
    spread = np.linalg.inv(np.matmul(known.T, known)) / np.outer(scale, scale)
    if cov != "unscaled":
        factor = residuals / (np.shape(x)[0] - int(deg) - 1)
        return found, spread * factor if np.ndim(y) == 1 else np.expand_dims(spread, -1) * factor
    return found, spread if np.ndim(y) == 1 else np.expand_dims(spread, -1)


constant(length)
constant(vanishing)
constant(conjugate_pairs)
constant(least_type)
define(np, poly, polyadd, polysub, polymul, polydiv, polyfit)
defined(np.polyder, polyder, aliases="maybe")  # which a derivative or integral of order 0 is itself
defined(np.polyint, polyint, aliases="maybe")
