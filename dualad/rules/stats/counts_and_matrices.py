"""Counts of several kinds and matrices that vary, by what their densities are: in all numbers that are no counts."""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import add_owner, constant, defined, general

__dualad_lift__ = True


def counts(x, n, kinds, name):
    """Counts of each kind, in the last axis, and whether they add up to how many there are. They go in steps."""
    if len(kinds) == 0 or np.shape(x)[-1:] != kinds[-1:]:
        raise Unsupported(f"{name} has derivatives where x has a count for each kind in its last axis")
    return np.asarray(x), np.asarray(n), np.sum(x, axis=-1) == n


def matrices_are(x, scale, several, name):
    """Whether there are several matrices, along an axis of their own; what SciPy makes matrices of is refused."""
    square = isinstance(scale, np.ndarray) and scale.ndim == 2 and scale.shape[0] == scale.shape[1]
    if not square or np.ndim(x) not in (2, 3):
        raise Unsupported(f"{name} has derivatives where each parameter is a matrix, and x one or several; use np.eye")
    shape = np.shape(x)[:2] if several == "last" else np.shape(x)[-2:]
    if shape[-2] != scale.shape[0]:
        raise Unsupported(f"{name} has derivatives where x has as many rows as its parameter, not {shape} numbers")
    return np.ndim(x) == 3


general(counts, jvps=[None] * 4, vjps=[None] * 4)
constant(matrices_are)


def multinomial_logpmf(x, n, p):
    """`multinomial.logpmf`, in what keeps the sum of `p`: SciPy sets the last of them so that it is one."""
    x, n, adds_up = counts(x, n, np.shape(p), "multinomial")
    found = sp.gammaln(n + 1) + np.sum(sp.xlogy(x, p) - sp.gammaln(x + 1), axis=-1)
    return np.where(adds_up, found, -np.inf)[()]


def multinomial_pmf(x, n, p):
    """`multinomial.pmf`."""
    return np.exp(multinomial_logpmf(x, n, p))


def dirichlet_multinomial_logpmf(x, alpha, n):
    """`dirichlet_multinomial.logpmf`."""
    alpha = np.asarray(alpha)
    x, n, adds_up = counts(x, n, np.shape(alpha), "dirichlet_multinomial")
    total = np.sum(alpha, axis=-1)
    found = sp.gammaln(total) + sp.gammaln(n + 1) - sp.gammaln(n + total)
    found = found + np.sum(sp.gammaln(x + alpha) - sp.gammaln(alpha) - sp.gammaln(x + 1), axis=-1)
    return np.where(adds_up, found, -np.inf)[()]


def dirichlet_multinomial_pmf(x, alpha, n):
    """`dirichlet_multinomial.pmf`."""
    return np.exp(dirichlet_multinomial_logpmf(x, alpha, n))


def half_log_det(root):
    """Half of the logarithms of the determinants of matrices, by their triangular roots."""
    return np.sum(np.log(np.diagonal(root, 0, -2, -1)), -1)


def invwishart_logpdf(x, df, scale):
    """`invwishart.logpdf`, of one matrix or of several along the last axis."""
    points = np.moveaxis(x, -1, 0) if matrices_are(x, scale, "last", "invwishart") else x
    n, root, roots = scale.shape[0], np.linalg.cholesky(scale), np.linalg.cholesky(points)
    white = np.linalg.solve(roots, root)
    traces = np.sum(white * white, (-2, -1))
    constants = df * n / 2 * math.log(2) + sp.multigammaln(df / 2, n)
    return df * half_log_det(root) - traces / 2 - (df + n + 1) * half_log_det(roots) - constants


def invwishart_pdf(x, df, scale):
    """`invwishart.pdf`."""
    return np.exp(invwishart_logpdf(x, df, scale))


def matrix_normal_logpdf(X, mean=None, rowcov=1, colcov=1):
    """`matrix_normal.logpdf`, of one matrix or of several along the first axis."""
    several = matrices_are(X, rowcov, "first", "matrix_normal")
    turned = np.transpose(X, (0, 2, 1)) if several else np.transpose(X)
    matrices_are(turned, colcov, "first", "matrix_normal")
    rows, columns = np.linalg.cholesky(rowcov), np.linalg.cholesky(colcov)
    white = np.linalg.solve(rows, X if mean is None else X - mean)
    white = np.linalg.solve(columns, np.swapaxes(white, -1, -2))
    n, m = rowcov.shape[0], colcov.shape[0]
    whole = n * m / 2 * math.log(2 * math.pi) + m * half_log_det(rows) + n * half_log_det(columns)
    return -np.sum(white * white, (-2, -1)) / 2 - whole


def matrix_normal_pdf(X, mean=None, rowcov=1, colcov=1):
    """`matrix_normal.pdf`."""
    return np.exp(matrix_normal_logpdf(X, mean, rowcov, colcov))


for _dist, _name, _definitions in (
    (stats.multinomial, "multinomial", {"logpmf": multinomial_logpmf, "pmf": multinomial_pmf}),
    (
        stats.dirichlet_multinomial,
        "dirichlet_multinomial",
        {"logpmf": dirichlet_multinomial_logpmf, "pmf": dirichlet_multinomial_pmf},
    ),
    (stats.invwishart, "invwishart", {"logpdf": invwishart_logpdf, "pdf": invwishart_pdf}),
    (stats.matrix_normal, "matrix_normal", {"logpdf": matrix_normal_logpdf, "pdf": matrix_normal_pdf}),
):
    add_owner(_dist)
    for _method, _definition in _definitions.items():
        defined(getattr(_dist, _method), _definition, name=f"scipy.stats.{_name}.{_method}")
