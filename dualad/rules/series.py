"""`numpy.polynomial`: series of powers and of orthogonal polynomials, by their recurrences. (DLMF 18.9.)

The six modules have the same functions, named after the family (`chebval`, `legval`). Polynomials as objects are
constants: one that is made of what a derivative is taken in is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import Polynomial, chebyshev, hermite, hermite_e, laguerre, legendre, polynomial

from dualad.errors import Unsupported
from dualad.registry import constant, defined, lookup, refused
from dualad.rules.helpers import present

__dualad_lift__ = True

# Per family: its module and class, the polynomial of degree 1, and that of degree k + 1 by those of k and k - 1.
FAMILIES: dict[str, Any] = {
    "poly": (polynomial, Polynomial, lambda x: x, lambda k, x, p, q: x * p),
    "cheb": (chebyshev, chebyshev.Chebyshev, lambda x: x, lambda k, x, p, q: 2 * x * p - q),
    "leg": (legendre, legendre.Legendre, lambda x: x, lambda k, x, p, q: ((2 * k + 1) * x * p - k * q) / (k + 1)),
    "herm": (hermite, hermite.Hermite, lambda x: 2 * x, lambda k, x, p, q: 2 * x * p - 2 * k * q),
    "herme": (hermite_e, hermite_e.HermiteE, lambda x: x, lambda k, x, p, q: x * p - k * q),
    "lag": (laguerre, laguerre.Laguerre, lambda x: 1 - x, lambda k, x, p, q: ((2 * k + 1 - x) * p - k * q) / (k + 1)),
}

REASONS = {
    "add sub": "add arrays of coefficients that are equally long, or the values",
    "mul mulx div pow": "multiply or divide the values; np.convolve multiplies coefficients of powers",
    "fromroots valfromroots": "multiply the differences x - root by np.prod, or use np.poly",
    "roots companion": "use np.roots, or dualad.implicit.root",
    "fit interpolate": "solve for the coefficients by np.linalg.lstsq, with the matrix that the module's vander gives",
    "vander2d vander3d": "multiply the matrices that the module's vander gives",
    "line": "write its two coefficients as an array",
    "trim": "cut the array by a slice",
    "weight": "write it out with NumPy's functions",
    "2poly": "multiply by a matrix, of which each column is what it gives for a unit vector",
}
"""Functions that have no rule, by what follows the family's name."""

CONVERSIONS = {"2poly": [f"poly2{name}" for name in FAMILIES]}
POINTS = ("gauss", "pts1", "pts2")
METHODS = (
    "convert copy cutdeg degree deriv has_samecoef has_samedomain has_sametype has_samewindow integ linspace mapparms "
    "roots trim truncate"
)


def as_inexact(x):
    """An array of floats or complex numbers."""
    x = np.asarray(x)
    return x if x.dtype.kind in "fc" else x * 1.0


def basis(x, n, first, following):
    """The first polynomials of a family at `x`, along a new last axis."""
    found = [x * 0 + 1, first(x)][:n]
    for k in range(1, n - 1):
        found.append(following(k, x, found[-1], found[-2]))
    return np.stack(found, axis=-1)


def matrix(fn, n, dtype, m):
    """The matrix of what a function does to `n` coefficients."""
    return fn(np.eye(n), m).astype(dtype)


constant(matrix)


def state(prefix, module, cls, first, following):
    """State the functions of a family."""
    derivative, integral = getattr(module, f"{prefix}der"), getattr(module, f"{prefix}int")

    def val(x, c, tensor=True):
        c = as_inexact(np.atleast_1d(c))
        x = np.asarray(x, np.result_type(np.asarray(x) if isinstance(x, (list, tuple)) else x, c))
        values = basis(x, np.shape(c)[0], first, following)
        if tensor:
            return np.tensordot(c, values, axes=(0, -1))[()]
        return np.sum(np.moveaxis(c, 0, -1) * values, axis=-1)

    def vander(x, deg):
        return basis(np.atleast_1d(x) + 0.0, deg + 1, first, following)

    def der(c, m=1, scl=1, axis=0):
        c = as_inexact(np.atleast_1d(c))
        change = matrix(derivative, np.shape(c)[axis], c.dtype, m)
        return np.moveaxis(np.tensordot(change, c, axes=(1, axis)), 0, axis) * scl**m

    def int_(c, m=1, k=(), lbnd=0, scl=1, axis=0):
        c, k = np.moveaxis(as_inexact(np.atleast_1d(c)), axis, 0), np.atleast_1d(k)
        if np.shape(c)[0] == 1 and not np.any(c):
            raise Unsupported(f"{module.__name__}.{prefix}int of zero alone, which NumPy leaves as short as it is")
        if np.size(k) > m:
            raise ValueError("Too many integration constants")
        for i in range(m):  # each constant is the value of its integral at `lbnd`
            c = np.tensordot(matrix(integral, np.shape(c)[0], c.dtype, 1), c, axes=(1, 0)) * scl
            wanted = k[i] if i < np.size(k) else 0
            c = np.concatenate([c[:1] + (wanted - val(lbnd, c)), c[1:]])
        return np.moveaxis(c if m else np.copy(c), 0, axis)

    def val2d(x, y, c):
        return val(y, val(x, c), False)

    def val3d(x, y, z, c):
        return val(z, val(y, val(x, c), False), False)

    def valnd(pts, c):
        found = val(pts[0], c)
        for x in pts[1:]:
            found = val(x, found, False)
        return found

    def grid2d(x, y, c):
        return val(y, val(x, c))

    def grid3d(x, y, z, c):
        return val(z, val(y, val(x, c)))

    for definition in (val, vander, der, int_, val2d, val3d, grid2d, grid3d):
        defined(getattr(module, prefix + definition.__name__.rstrip("_")), definition)
    for fn in present(module, f"{prefix}valnd"):  # NumPy 2.5
        defined(fn, valnd, sequences=(0,))
    for endings, why in REASONS.items():
        for fn in present(module, *(prefix + ending for ending in endings.split()), *CONVERSIONS.get(endings, ())):
            if lookup(fn) is None:  # some are the same function for all families
                refused(fn, why)
    for fn in present(module, *(prefix + ending for ending in POINTS)):
        constant(fn)
    refused(cls, f"keep its coefficients in an array, and evaluate them by {prefix}val")


def called(self, arg):
    """A polynomial at a point, which its domain is mapped from."""
    offset, scale = self.mapparms()
    return type(self)._val(offset + scale * np.asarray(arg), self.coef)


for _prefix, _family in FAMILIES.items():
    state(_prefix, *_family)
_base = Polynomial.__mro__[1]
defined(_base.__call__, called)
for _method in METHODS.split():
    constant(getattr(_base, _method))
