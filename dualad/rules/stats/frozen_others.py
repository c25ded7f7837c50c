"""Frozen distributions of counts, vectors and matrices, `multivariate_normal(m, c).logpdf(x)`, by what they do."""

from __future__ import annotations

from typing import Any

from scipy import stats

from dualad.registry import constant, defined
from dualad.rules.stats.discrete import STATED
from dualad.rules.stats.families import named
from dualad.rules.stats.frozen import Frozen

__dualad_lift__ = True

# Distributions of counts: parameters however they are passed, by the number of shapes


def one(args, kwds, first):
    a = args[0] if len(args) > 0 else kwds[first]
    loc = args[1] if len(args) > 1 else kwds.get("loc", 0)
    return a, loc


def two(args, kwds, first, second):
    a = args[0] if len(args) > 0 else kwds[first]
    b = args[1] if len(args) > 1 else kwds[second]
    loc = args[2] if len(args) > 2 else kwds.get("loc", 0)
    return a, b, loc


def three(args, kwds, first, second, third):
    a = args[0] if len(args) > 0 else kwds[first]
    b = args[1] if len(args) > 1 else kwds[second]
    c = args[2] if len(args) > 2 else kwds[third]
    loc = args[3] if len(args) > 3 else kwds.get("loc", 0)
    return a, b, c, loc


def freezing(dist, *shapes):
    """What calling a distribution of counts does."""
    if len(shapes) == 1:
        first = shapes[0]
        return lambda *args, **kwds: Frozen(dist, one(args, kwds, first))
    if len(shapes) == 2:
        first, second = shapes
        return lambda *args, **kwds: Frozen(dist, two(args, kwds, first, second))
    first, second, third = shapes
    return lambda *args, **kwds: Frozen(dist, three(args, kwds, first, second, third))


# Distributions of vectors and matrices: how each is frozen, and what SciPy's frozen object holds


def normal(mean=None, cov=1, allow_singular=False, seed=None):
    return Frozen(stats.multivariate_normal, (mean, cov))


def student(loc=None, shape=1, df=1, allow_singular=False, seed=None):
    return Frozen(stats.multivariate_t, (loc, shape, df))


def dirichlet(alpha, seed=None):
    return Frozen(stats.dirichlet, (alpha,))


def wishart(df=None, scale=None, seed=None):
    return Frozen(stats.wishart, (df, scale))


def invwishart(df=None, scale=None, seed=None):
    return Frozen(stats.invwishart, (df, scale))


def matrix_normal(mean=None, rowcov=1, colcov=1, seed=None):
    return Frozen(stats.matrix_normal, (mean, rowcov, colcov))


def multinomial(n, p, seed=None):
    return Frozen(stats.multinomial, (n, p))


def dirichlet_multinomial(alpha, n, seed=None):
    return Frozen(stats.dirichlet_multinomial, (alpha, n))


def covariance(frozen):
    """The matrix, which SciPy keeps decomposed."""
    return frozen.cov


constant(covariance)


def normal_logpdf(self, x):
    return stats.multivariate_normal.logpdf(x, self.mean, covariance(self))


def normal_pdf(self, x):
    return stats.multivariate_normal.pdf(x, self.mean, covariance(self))


def student_logpdf(self, x):
    return stats.multivariate_t.logpdf(x, self.loc, self.shape, self.df)


def student_pdf(self, x):
    return stats.multivariate_t.pdf(x, self.loc, self.shape, self.df)


def dirichlet_logpdf(self, x):
    return stats.dirichlet.logpdf(x, self.alpha)


def dirichlet_pdf(self, x):
    return stats.dirichlet.pdf(x, self.alpha)


def wishart_logpdf(self, x):
    return stats.wishart.logpdf(x, self.df, self.scale)


def wishart_pdf(self, x):
    return stats.wishart.pdf(x, self.df, self.scale)


def invwishart_logpdf(self, x):
    return stats.invwishart.logpdf(x, self.df, self.scale)


def invwishart_pdf(self, x):
    return stats.invwishart.pdf(x, self.df, self.scale)


def matrix_normal_logpdf(self, X):
    return stats.matrix_normal.logpdf(X, self.mean, self.rowcov, self.colcov)


def matrix_normal_pdf(self, X):
    return stats.matrix_normal.pdf(X, self.mean, self.rowcov, self.colcov)


def define(name: str, freeze: Any, example: Any, *methods: Any) -> None:
    """Define a distribution's call, and the methods (logarithm first) of what SciPy's call gives."""
    defined(getattr(stats, name), freeze, name=f"scipy.stats.{name}", aliases="maybe")
    for method, definition in zip(("logpdf", "pdf"), methods, strict=False):
        defined(getattr(type(example), method), definition, name=f"scipy.stats frozen {name}.{method}")


for _name, _shapes in STATED.items():
    _dist = getattr(stats, _name)
    defined(_dist, freezing(_dist, *_shapes), name=named(_dist), aliases="maybe")

EYE = [[1.0, 0.0], [0.0, 1.0]]
define("multivariate_normal", normal, stats.multivariate_normal(), normal_logpdf, normal_pdf)
define("multivariate_t", student, stats.multivariate_t(), student_logpdf, student_pdf)
define("dirichlet", dirichlet, stats.dirichlet([1.0, 1.0]), dirichlet_logpdf, dirichlet_pdf)
define("wishart", wishart, stats.wishart(2, EYE), wishart_logpdf, wishart_pdf)
define("invwishart", invwishart, stats.invwishart(2, EYE), invwishart_logpdf, invwishart_pdf)
define("matrix_normal", matrix_normal, stats.matrix_normal(), matrix_normal_logpdf, matrix_normal_pdf)
define("multinomial", multinomial, None)
define("dirichlet_multinomial", dirichlet_multinomial, None)
