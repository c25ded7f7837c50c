"""`logsumexp`, `softmax` and `log_softmax`: over axes, with weights, without overflow."""

from __future__ import annotations

import numpy as np
import scipy.special as sp

from dualad.errors import Unsupported
from dualad.registry import general
from dualad.rules.helpers import is_complex, kept, nonzero_or_one, unbroadcast


def shares(a, ans, axis, b, keepdims):
    """The derivatives of the logarithm of a weighted sum of exponentials in the weights; 0 of nothing but -inf."""
    log, sign = ans if isinstance(ans, tuple) else (ans, 1.0)
    if is_complex(sign):
        raise Unsupported(
            "scipy.special.logsumexp of complex numbers has a derivative rule without return_sign; its exponential is "
            "the sum itself"
        )
    ndim = max(np.ndim(a), np.ndim(b))
    found = np.exp(a - kept(np.where(np.isneginf(np.real(log)), 0, log), axis, keepdims, ndim))
    whole = np.sum(weighted(found, b), axis=axis, keepdims=True)  # the sign, as far as the logarithm is not rounded
    return found / np.where(np.isfinite(whole), nonzero_or_one(whole), 1)


def sum_tangent(t, ans, axis, keepdims):
    """The tangent of `logsumexp` from those of its terms."""
    total = np.sum(t, axis=axis, keepdims=keepdims)
    return (total, np.zeros_like(total)) if isinstance(ans, tuple) else total


def sum_back(ct, ans, weights, axis, keepdims, shape):
    """The cotangent of an argument of `logsumexp`, by its derivatives."""
    if isinstance(ans, tuple):
        ct = ct[0]
    if np.ndim(ct) != np.ndim(weights):
        ct = kept(ct, axis, keepdims, np.ndim(weights))
    return unbroadcast(ct * weights, shape)


def weighted(w, b):
    """The partials in the exponents."""
    return w if b is None else b * w


general(
    sp.logsumexp,
    jvps=[
        lambda t, ans, a, axis=None, b=None, keepdims=False, return_sign=False: sum_tangent(
            t * weighted(shares(a, ans, axis, b, keepdims), b), ans, axis, keepdims
        ),
        None,
        lambda t, ans, a, axis=None, b=None, keepdims=False, return_sign=False: sum_tangent(
            t * shares(a, ans, axis, b, keepdims), ans, axis, keepdims
        ),
    ],
    vjps=[
        lambda ct, ans, a, axis=None, b=None, keepdims=False, return_sign=False: sum_back(
            ct, ans, weighted(shares(a, ans, axis, b, keepdims), b), axis, keepdims, np.shape(a)
        ),
        None,
        lambda ct, ans, a, axis=None, b=None, keepdims=False, return_sign=False: sum_back(
            ct, ans, shares(a, ans, axis, b, keepdims), axis, keepdims, np.shape(b)
        ),
    ],
)
general(
    sp.softmax,
    jvps=[lambda t, ans, x, axis=None: ans * (t - np.sum(ans * t, axis=axis, keepdims=True))],
    vjps=[lambda ct, ans, x, axis=None: ans * (ct - np.sum(ans * ct, axis=axis, keepdims=True))],
)
general(
    sp.log_softmax,
    jvps=[lambda t, ans, x, axis=None: t - np.sum(np.exp(ans) * t, axis=axis, keepdims=True)],
    vjps=[lambda ct, ans, x, axis=None: ct - np.exp(ans) * np.sum(ct, axis=axis, keepdims=True)],
)
