"""A stand-in for `scipy.stats.gaussian_kde`, where the sample is differentiated in; calls of one that is constant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg as sl
import scipy.special as sp
from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.scipy.stand_in import StandIn

__dualad_lift__ = True


@dataclass
class Density(StandIn):
    """The sum of normal densities at the points of a sample.

    Attributes:
        dataset: the sample, of shape (dimensions, points).
        weights: of the points; they sum to one.
        factor: the bandwidth in units of the sample's deviation.
    """

    dataset: Any
    weights: Any
    factor: Any
    of = "a density"

    def logpdf(self, x: Any) -> Any:
        """The logarithm of the density at points."""
        x = np.atleast_2d(x)
        d = np.shape(self.dataset)[0]
        if np.shape(x)[0] != d:
            x = np.reshape(x, (d, -1))
        spread = np.atleast_2d(np.cov(self.dataset, rowvar=True, bias=False, aweights=self.weights)) * self.factor**2
        root = np.linalg.cholesky(spread)
        points, centres = sl.solve_triangular(root, x, lower=True), sl.solve_triangular(root, self.dataset, lower=True)
        apart = np.expand_dims(points, 2) - np.expand_dims(centres, 1)
        scale = np.sum(np.log(np.diag(root))) + d / 2 * np.log(2 * np.pi)
        return sp.logsumexp(-np.sum(apart * apart, axis=0) / 2, axis=1, b=self.weights) - scale

    def evaluate(self, points: Any) -> Any:
        """The density at points."""
        return np.exp(self.logpdf(points))

    def pdf(self, x: Any) -> Any:
        """The same."""
        return self.evaluate(x)

    def __call__(self, points: Any) -> Any:
        """The same."""
        return self.evaluate(points)


def density(dataset, bw_method=None, weights=None):
    """In place of `gaussian_kde`."""
    dataset = np.atleast_2d(dataset)
    d, n = np.shape(dataset)
    weights = np.full(n, 1.0 / n) if weights is None else weights / np.sum(weights)
    count = 1 / np.sum(weights**2)
    if bw_method is None or (isinstance(bw_method, str) and bw_method == "scott"):
        factor = count ** (-1 / (d + 4))
    elif isinstance(bw_method, str):
        factor = (count * (d + 2) / 4) ** (-1 / (d + 4))
    elif callable(bw_method):
        raise Unsupported("scipy.stats.gaussian_kde has a derivative rule where the bandwidth is a number or a name")
    else:
        factor = bw_method
    return Density(dataset, weights, factor)


def weights_of(known):
    """The weights of a density of SciPy's own, which it makes when they are asked for."""
    return known.weights


constant(weights_of)


def evaluated(self, points):
    """In place of a call of a density of SciPy's own."""
    return Density(self.dataset, weights_of(self), self.factor).evaluate(points)


def logarithm(self, x):
    """In place of its `logpdf`."""
    return Density(self.dataset, weights_of(self), self.factor).logpdf(x)


def named(self, x):
    """In place of its `pdf`."""
    return Density(self.dataset, weights_of(self), self.factor).evaluate(x)


defined(stats.gaussian_kde, density)
defined(stats.gaussian_kde.evaluate, evaluated)
defined(stats.gaussian_kde.logpdf, logarithm)
defined(stats.gaussian_kde.pdf, named)
