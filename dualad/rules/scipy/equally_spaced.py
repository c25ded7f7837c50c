"""`scipy.integrate`: integrals of samples at equal distances, by the weights that SciPy gives them."""

from __future__ import annotations

import numpy as np
import scipy.integrate as si

from dualad.errors import Unsupported
from dualad.registry import constant
from dualad.rules.helpers import define

__dualad_lift__ = True


def romberg_weights(n):
    """The weight of each sample in `romb`."""
    return si.romb(np.eye(n))


def simpson_weights(n):
    """The weight of each sample in each integral of `cumulative_simpson`."""
    return si.cumulative_simpson(np.eye(n), initial=0.0)


constant(romberg_weights)
constant(simpson_weights)


def romb(y, dx=1.0, axis=-1, show=False):
    """`romb`, which prints nothing here."""
    y = np.moveaxis(np.asarray(y), axis, -1)
    return np.matmul(y, romberg_weights(y.shape[-1])) * dx


def cumulative_simpson(y, *, x=None, dx=1.0, axis=-1, initial=None):
    """`cumulative_simpson` of equal distances."""
    if x is not None:
        raise Unsupported(
            "scipy.integrate.cumulative_simpson has a derivative rule without `x`; use simpson for others"
        )
    y = np.moveaxis(np.asarray(y), axis, -1)
    found = np.matmul(y, simpson_weights(y.shape[-1])) * np.expand_dims(dx, -1)
    found = found[..., 1:] if initial is None else found + np.expand_dims(initial, -1)
    return np.moveaxis(found, -1, axis)


define(si, romb, cumulative_simpson)
