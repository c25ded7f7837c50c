"""Multivariate normal, t and Dirichlet densities, by what they do: in all arguments, of vectors in the last axis."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import add_owner, constant, defined

__dualad_lift__ = True


def dimension(x, center, matrix, name):
    """How long the vectors are. What SciPy makes vectors and matrices of (numbers, diagonals) is refused."""
    distribution, center_name, matrix_name = name
    if not isinstance(matrix, np.ndarray) or matrix.ndim != 2 or np.ndim(x) == 0 or np.shape(x)[-1] != matrix.shape[0]:
        raise Unsupported(
            f"{distribution} has derivatives where {matrix_name} is a matrix and x has vectors in its last axis; write "
            "np.diag(...) or c * np.eye(n) for others"
        )
    if center is not None and np.shape(center) != (matrix.shape[0],):
        raise Unsupported(
            f"{distribution} has derivatives where {center_name} is a vector of the length of {matrix_name}, or None"
        )
    return matrix.shape[0]


def whole(x, alpha):
    """Whether x is one point. Refused are points whose last component is left out, and columns of points."""
    if np.ndim(x) != 1 or np.shape(x) != np.shape(alpha):
        raise Unsupported("dirichlet has derivatives where x is one vector of all components, of the shape of alpha")
    return True


constant(dimension)
constant(whole)


NORMAL, STUDENT = ("multivariate_normal", "mean", "cov"), ("multivariate_t", "loc", "shape")


def distances(x, center, matrix, n):
    """The squares of Mahalanobis distances, and half of the logarithm of the determinant."""
    d = np.asarray(x) if center is None else np.asarray(x) - center
    factor = np.linalg.cholesky(matrix)
    white = np.linalg.solve(factor, np.reshape(d, (-1, n)).T)
    return np.reshape(np.sum(white * white, axis=0), np.shape(d)[:-1]), np.sum(np.log(np.diagonal(factor)))


def normal_logpdf(x, mean=None, cov=1, allow_singular=False):
    """`multivariate_normal.logpdf`, of a covariance that is not singular."""
    n = dimension(x, mean, cov, NORMAL)
    distance, half_log_det = distances(x, mean, cov, n)
    return -(distance + n * math.log(2 * math.pi)) / 2 - half_log_det


def normal_pdf(x, mean=None, cov=1, allow_singular=False):
    """`multivariate_normal.pdf`."""
    return np.exp(normal_logpdf(x, mean, cov))


def student_logpdf(x, loc=None, shape=1, df=1):
    """`multivariate_t.logpdf`, of a finite number of degrees of freedom."""
    n = dimension(x, loc, shape, STUDENT)
    if not np.all(np.isfinite(df)):
        raise Unsupported("multivariate_t of infinite degrees of freedom: call multivariate_normal")
    distance, half_log_det = distances(x, loc, shape, n)
    whole = sp.gammaln((df + n) / 2) - sp.gammaln(df / 2) - n / 2 * np.log(df * math.pi) - half_log_det
    return whole - (df + n) / 2 * np.log1p(distance / df)


def student_pdf(x, loc=None, shape=1, df=1):
    """`multivariate_t.pdf`."""
    return np.exp(student_logpdf(x, loc, shape, df))


def dirichlet_logpdf(x, alpha):
    """`dirichlet.logpdf`."""
    alpha = np.asarray(alpha)
    terms = sp.xlogy(alpha - 1, x) if whole(x, alpha) else 0.0
    return np.sum(terms) + sp.gammaln(np.sum(alpha)) - np.sum(sp.gammaln(alpha))


def dirichlet_pdf(x, alpha):
    """`dirichlet.pdf`."""
    return np.exp(dirichlet_logpdf(x, alpha))


def wishart_logpdf(x, df, scale):
    """`wishart.logpdf`, of one matrix or of several, which SciPy has along the last axis."""
    if not isinstance(scale, np.ndarray) or scale.ndim != 2 or np.ndim(x) < 2 or np.shape(x)[:2] != scale.shape:
        raise Unsupported("wishart has derivatives where scale is a matrix and x one, or several along the last axis")
    n, points = scale.shape[0], np.moveaxis(x, -1, 0) if np.ndim(x) == 3 else x
    half_log_det = np.sum(np.log(np.diagonal(np.linalg.cholesky(points), 0, -2, -1)), -1)
    root = np.linalg.cholesky(scale)  # of the lower triangle, as SciPy's
    traces = np.trace(np.linalg.solve(root.T, np.linalg.solve(root, points)), 0, -2, -1)
    whole = df * n / 2 * math.log(2) + df * np.sum(np.log(np.diagonal(root))) + sp.multigammaln(df / 2, n)
    return (df - n - 1) * half_log_det - traces / 2 - whole


def wishart_pdf(x, df, scale):
    """`wishart.pdf`."""
    return np.exp(wishart_logpdf(x, df, scale))


add_owner(stats.wishart)
defined(stats.wishart.logpdf, wishart_logpdf, name="scipy.stats.wishart.logpdf")
defined(stats.wishart.pdf, wishart_pdf, name="scipy.stats.wishart.pdf")
add_owner(stats.multivariate_normal)
add_owner(stats.multivariate_t)
add_owner(stats.dirichlet)
defined(stats.multivariate_normal.logpdf, normal_logpdf, name="scipy.stats.multivariate_normal.logpdf")
defined(stats.multivariate_normal.pdf, normal_pdf, name="scipy.stats.multivariate_normal.pdf")
defined(stats.multivariate_t.logpdf, student_logpdf, name="scipy.stats.multivariate_t.logpdf")
defined(stats.multivariate_t.pdf, student_pdf, name="scipy.stats.multivariate_t.pdf")
defined(stats.dirichlet.logpdf, dirichlet_logpdf, name="scipy.stats.dirichlet.logpdf")
defined(stats.dirichlet.pdf, dirichlet_pdf, name="scipy.stats.dirichlet.pdf")
