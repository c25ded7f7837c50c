"""Multivariate normal and Dirichlet densities, by what they do: in all arguments, of vectors in the last axis."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import add_owner, constant, defined

__dualad_lift__ = True


def dimension(x, mean, cov):
    """How long the vectors are. What SciPy makes vectors and matrices of (numbers, diagonals) is refused."""
    if not isinstance(cov, np.ndarray) or cov.ndim != 2 or np.ndim(x) == 0 or np.shape(x)[-1] != cov.shape[0]:
        raise Unsupported(
            "multivariate_normal has derivatives where cov is a matrix and x has vectors in its last axis; write "
            "np.diag(...) or c * np.eye(n) for other covariances"
        )
    if mean is not None and np.shape(mean) != (cov.shape[0],):
        raise Unsupported("multivariate_normal has derivatives where mean is a vector of the length of cov, or None")
    return cov.shape[0]


def whole(x, alpha):
    """Whether x is one point. Refused are points whose last component is left out, and columns of points."""
    if np.ndim(x) != 1 or np.shape(x) != np.shape(alpha):
        raise Unsupported("dirichlet has derivatives where x is one vector of all components, of the shape of alpha")
    return True


constant(dimension)
constant(whole)


def normal_logpdf(x, mean=None, cov=1, allow_singular=False):
    """`multivariate_normal.logpdf`, of a covariance that is not singular."""
    n = dimension(x, mean, cov)
    d = x if mean is None else x - mean
    factor = np.linalg.cholesky(cov)
    white = np.linalg.solve(factor, np.reshape(d, (-1, n)).T)
    distance = np.reshape(np.sum(white * white, axis=0), np.shape(d)[:-1])
    return -(distance + n * math.log(2 * math.pi)) / 2 - np.sum(np.log(np.diagonal(factor)))


def normal_pdf(x, mean=None, cov=1, allow_singular=False):
    """`multivariate_normal.pdf`."""
    return np.exp(normal_logpdf(x, mean, cov))


def dirichlet_logpdf(x, alpha):
    """`dirichlet.logpdf`."""
    terms = sp.xlogy(alpha - 1, x) if whole(x, alpha) else 0.0
    return np.sum(terms) + sp.gammaln(np.sum(alpha)) - np.sum(sp.gammaln(alpha))


def dirichlet_pdf(x, alpha):
    """`dirichlet.pdf`."""
    return np.exp(dirichlet_logpdf(x, alpha))


add_owner(stats.multivariate_normal)
add_owner(stats.dirichlet)
defined(stats.multivariate_normal.logpdf, normal_logpdf, name="scipy.stats.multivariate_normal.logpdf")
defined(stats.multivariate_normal.pdf, normal_pdf, name="scipy.stats.multivariate_normal.pdf")
defined(stats.dirichlet.logpdf, dirichlet_logpdf, name="scipy.stats.dirichlet.logpdf")
defined(stats.dirichlet.pdf, dirichlet_pdf, name="scipy.stats.dirichlet.pdf")
