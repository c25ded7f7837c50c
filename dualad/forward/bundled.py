"""Arithmetic of plain arrays that have many tangents each, the short way: no primitive, no rule is looked at.

As in `scalars`, None is given where it does not apply (other dtypes, shapes that broadcast, nested levels, arrays with
shadows, divisors that are zero): then the usual way is taken, by the same derivatives.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.dtypes import FIELD, bundle_dtype
from dualad.forward.dual import Dual
from dualad.forward.levels import storing

Array = np.ndarray[Any, Any]
Found = Dual | None

_FLOAT64 = np.dtype(np.float64)
_NUMBERS = (float, int, np.float64)
_FEW, _MANY = 16, 256


def scaled(partial: Array, tangents: Array, out: Array | None = None) -> Array:
    """`partial * tangents`; of a few directions one after the other, for NumPy's inner loop is the last axis."""
    if tangents.shape[-1] > _FEW or partial.size < _MANY:
        return np.multiply(partial[..., None], tangents, out=out)
    shape = np.broadcast_shapes(partial.shape, tangents.shape[:-1])
    found = np.empty((*shape, tangents.shape[-1]), np.result_type(partial, tangents)) if out is None else out
    for k in range(tangents.shape[-1]):
        np.multiply(partial, tangents[..., k], out=found[..., k])
    return found


def _tangents_beside(x: Dual, y: Dual) -> Array | None:
    """The tangents of an operand of the same level and shape as `x`; None of any other."""
    found = _tangents(y) if y.level is x.level else None
    return None if found is None or y.value.shape != x.value.shape else found


def _tangents(x: Dual) -> Array | None:
    """The tangents of a plain array of float64."""
    value, bundles = x.value, x.tangent
    if type(value) is not np.ndarray or type(bundles) is not np.ndarray:
        return None
    return bundles[FIELD] if value.dtype is _FLOAT64 and value.ndim else None


class Arithmetic:
    """Binary operators of a dual number and something."""

    kinds = frozenset((np.ndarray,))

    def __init__(self, count: int) -> None:
        self._dtype = bundle_dtype(_FLOAT64, count)
        self.add = self._sum(operator.add, np.add)
        self.sub = self._sum(operator.sub, np.subtract)

    def _made(self, value: Array, x: Dual) -> tuple[Dual, Array]:
        """The dual number of a result, and its tangents, which are to be filled."""
        bundles = np.empty_like(value, self._dtype)
        return Dual(value, bundles, x.level), bundles[FIELD]

    def _sum(self, op: Callable[[Any, Any], Any], ufunc: Any) -> Callable[[Dual, Any], Found]:
        def run(x: Dual, y: Any) -> Found:
            t = _tangents(x)
            if storing or t is None:
                return None
            if type(y) is Dual:
                other = _tangents_beside(x, y)
                if other is None:
                    return None
                found, out = self._made(op(x.value, y.value), x)
                ufunc(t, other, out=out)
                return found
            if not _fits(y, x.value):
                return None
            found, out = self._made(op(x.value, y), x)
            out[...] = t
            return found

        return run

    def rsub(self, x: Dual, c: Any) -> Found:
        """`c - x`."""
        t = _tangents(x)
        if storing or t is None or not _fits(c, x.value):
            return None
        found, out = self._made(c - x.value, x)
        np.negative(t, out=out)
        return found

    def mul(self, x: Dual, y: Any) -> Found:
        """`x * y`."""
        t = _tangents(x)
        if storing or t is None:
            return None
        if type(y) is Dual:
            other = _tangents_beside(x, y)
            if other is None:
                return None
            found, out = self._made(x.value * y.value, x)
            with np.errstate(all="ignore"):
                scaled(y.value, t, out)
                out += scaled(x.value, other)
            return found
        if not _fits(y, x.value):
            return None
        found, out = self._made(x.value * y, x)
        with np.errstate(all="ignore"):
            if type(y) is np.ndarray:
                scaled(y, t, out)
            else:
                np.multiply(t, y, out=out)
        return found

    def truediv(self, x: Dual, y: Any) -> Found:
        """`x / y`, of numbers y."""
        t = _tangents(x)
        if storing or t is None or type(y) not in _NUMBERS or y == 0 or not math.isfinite(y):
            return None
        found, out = self._made(x.value / y, x)
        with np.errstate(all="ignore"):
            np.divide(t, y, out=out)
        return found

    def pow(self, x: Dual, y: Any) -> Found:
        """`x ** y`, of whole numbers y from 1."""
        t = _tangents(x)
        if storing or t is None or type(y) is not int or y < 1:
            return None
        value = x.value**y
        with np.errstate(all="ignore"):
            partial = y * x.value ** (y - 1)
            if not np.isfinite(partial).all():
                return None
            found, out = self._made(value, x)
            scaled(partial, t, out)
        return found

    def rtruediv(self, x: Dual, c: Any) -> Found:
        """No short way."""
        return None

    rpow = rtruediv


def _fits(c: Any, value: Array) -> bool:
    """Whether a constant is a number, or an array like a value."""
    if type(c) is np.ndarray:
        return c.shape == value.shape and c.dtype is _FLOAT64
    return type(c) in _NUMBERS
