"""Densities of Pearson's third kind, by what they do: gamma densities, turned round where the skew is negative."""

from __future__ import annotations

import numpy as np
from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import add_owner, constant, defined

__dualad_lift__ = True


def is_skew(skew):
    """Whether rules hold: where SciPy gives the normal density, its derivative in the skew is not the family's."""
    if np.any(np.abs(skew) < 0.000016):
        raise Unsupported("pearson3 has derivatives where the skew is at least 0.000016 in size; use norm for less")
    return True


constant(is_skew)


def pearson3_logpdf(x, skew, loc=0, scale=1):
    """`pearson3.logpdf`."""
    beta = 2 / skew if is_skew(skew) else np.inf
    return np.log(np.abs(beta) / scale) + stats.gamma.logpdf(beta * ((x - loc) / scale + beta), beta * beta)


def pearson3_pdf(x, skew, loc=0, scale=1):
    """`pearson3.pdf`."""
    return np.exp(pearson3_logpdf(x, skew, loc, scale))


add_owner(stats.pearson3)
defined(stats.pearson3.logpdf, pearson3_logpdf, name="scipy.stats.pearson3.logpdf")
defined(stats.pearson3.pdf, pearson3_pdf, name="scipy.stats.pearson3.pdf")
