"""`numpy.emath`: NumPy's functions of numbers that are made complex where the result is not real."""

from __future__ import annotations

import numpy as np

from dualad.registry import constant
from dualad.rules.helpers import define

__dualad_lift__ = True

SINGLE = (np.single, np.byte, np.short, np.ubyte, np.ushort, np.csingle)


def has_negative(x):
    """Whether there is a negative number, complex ones of no imaginary part included."""
    return bool(np.any(np.isreal(x) & np.less(np.real(x), 0)))


def has_outside(x):
    """Whether there is a real number beyond -1 and 1."""
    return bool(np.any(np.isreal(x) & np.greater(np.abs(x), 1)))


def complex_type(dtype):
    """The complex dtype that NumPy widens one to."""
    return np.csingle if dtype.type in SINGLE else np.cdouble


constant(has_negative)
constant(has_outside)
constant(complex_type)


def widened(x, is_beyond):
    """An array of complex numbers where a number is beyond those that have a real result."""
    x = np.asarray(x)
    return x.astype(complex_type(x.dtype)) if is_beyond(x) else x


def sqrt(x):
    """`np.emath.sqrt`."""
    return np.sqrt(widened(x, has_negative))


def log(x):
    """`np.emath.log`."""
    return np.log(widened(x, has_negative))


def log2(x):
    """`np.emath.log2`."""
    return np.log2(widened(x, has_negative))


def log10(x):
    """`np.emath.log10`."""
    return np.log10(widened(x, has_negative))


def logn(n, x):
    """`np.emath.logn`."""
    return np.log(widened(x, has_negative)) / np.log(widened(n, has_negative))


def power(x, p):
    """`np.emath.power`, of which integers may be negative."""
    p = np.asarray(p)
    return np.power(widened(x, has_negative), p * 1.0 if has_negative(p) else p)


def arccos(x):
    """`np.emath.arccos`."""
    return np.arccos(widened(x, has_outside))


def arcsin(x):
    """`np.emath.arcsin`."""
    return np.arcsin(widened(x, has_outside))


def arctanh(x):
    """`np.emath.arctanh`."""
    return np.arctanh(widened(x, has_outside))


define(np.emath, sqrt, log, log2, log10, logn, power, arccos, arcsin, arctanh)
