"""Distribution functions of statistics by their own names, and their inverses, in continuous arguments.

Numbers of trials and successes that SciPy rounds down have no derivative. The inverse of a distribution function has
the derivatives that the implicit function theorem gives.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.special as sp

from dualad.registry import elementwise
from dualad.rules.special.elementary import boxcox_slope

# Binomial, negative binomial, Poisson: in the probability or rate. (DLMF 8.17.4, 8.8.14)


def binomial_slope(k, n, p):
    """The derivative of bdtr in p: -(n - k) choose(n, k) p^k (1 - p)^(n - k - 1)."""
    k, n = np.floor(k), np.floor(n)
    inside = (k >= 0) & (k < n)
    j, rest = np.where(inside, k, 0), np.where(inside, n - k, 1)
    logs = sp.xlogy(j, p) + sp.xlog1py(rest - 1, -p) - sp.betaln(j + 1, rest)
    return np.where(inside, -np.exp(logs), 0)


def negative_binomial_slope(k, n, p):
    """The derivative of nbdtr in p: p^(n - 1) (1 - p)^k / B(n, k + 1)."""
    k, n = np.floor(k), np.floor(n)
    return np.exp(sp.xlogy(n - 1, p) + sp.xlog1py(k, -p) - sp.betaln(n, k + 1))


def poisson_slope(k, m):
    """The derivative of pdtr in m: minus the probability of k."""
    k = np.floor(k)
    return -np.exp(sp.xlogy(k, m) - m - sp.gammaln(k + 1))


elementwise(sp.bdtr, None, None, lambda x1, x2, x3: binomial_slope(x1, x2, x3))
elementwise(sp.bdtrc, None, None, lambda x1, x2, x3: -binomial_slope(x1, x2, x3))
elementwise(sp.bdtri, None, None, lambda x1, x2, x3, ans: 1 / binomial_slope(x1, x2, ans), singular=(2,))
elementwise(sp.nbdtr, None, None, lambda x1, x2, x3: negative_binomial_slope(x1, x2, x3))
elementwise(sp.nbdtrc, None, None, lambda x1, x2, x3: -negative_binomial_slope(x1, x2, x3))
elementwise(sp.nbdtri, None, None, lambda x1, x2, x3, ans: 1 / negative_binomial_slope(x1, x2, ans), singular=(2,))
elementwise(sp.pdtr, None, lambda x1, x2: poisson_slope(x1, x2))
elementwise(sp.pdtrc, None, lambda x1, x2: -poisson_slope(x1, x2))
elementwise(sp.pdtri, None, lambda x1, x2, ans: 1 / poisson_slope(x1, ans), singular=(1,))

# Noncentral chi-square (x, df, nc), by its density (Johnson, Kotz and Balakrishnan, Continuous Univariate
# Distributions 2, 1995, 29.4)


def noncentral_density(x, df, nc):
    """The density of noncentral chi-square; without noncentrality that of chi-square."""
    v = df / 2 - 1
    r = np.sqrt(x * nc)
    body = sp.ive(v, r) * np.exp(r - (x + nc) / 2) / 2
    return body * np.exp(v / 2 * np.log(x / nc))


# Kolmogorov (Feller, On the Kolmogorov-Smirnov limit theorems, 1948), both forms of a theta function


def kolmogorov_slope(y):
    """The derivative of the complementary distribution function."""
    small = y < 0.8
    above, below = np.where(small, 1, y), np.where(small & (y > 0.02), y, 0.5)
    right, left = 0.0, 0.0
    for k in range(1, 8):
        right = right + (-1) ** k * k * k * np.exp(-2 * k * k * above * above)
        c = (2 * k - 1) ** 2 * math.pi**2 / 8
        left = left + (2 * c / (below * below) - 1) * np.exp(-c / (below * below))
    left = np.where(y > 0.02, math.sqrt(2 * math.pi) / (below * below) * left, 0)
    return np.where(small, -left, 8 * above * right)


elementwise(sp.kolmogorov, lambda x: kolmogorov_slope(x))
elementwise(sp.kolmogi, lambda x, ans: 1 / kolmogorov_slope(ans), singular=(0,))


# Smirnov (Birnbaum and Tingey, One-sided confidence contours for probability distribution functions, 1951)


def smirnov_slope(n, d):
    """The derivative of the complementary distribution function in d, a sum of polynomials."""
    n = np.floor(n)
    total = 0.0
    for j in range(int(np.max(n))):
        inside = (j < n * (1 - d)) & (d > 0)
        m, x = np.where(inside, n, j + 2), np.where(inside, d, 0.5 / (j + 2))
        a = x + j / m
        logs = (j - 2) * np.log(a) + (m - j - 1) * np.log1p(-a) - sp.betaln(j + 1, m - j + 1) - np.log(m + 1)
        total = total + np.where(inside, np.exp(logs) * (a * (1 - a) + x * (j - 1 - (m - 1) * a)), 0)
    return total


elementwise(sp.smirnov, None, lambda x1, x2: smirnov_slope(x1, x2))
elementwise(sp.smirnovi, None, lambda x1, x2, ans: 1 / smirnov_slope(x1, ans), singular=(1,))

# Tukey's lambda distribution, whose quantile is (p^l - (1 - p)^l) / l


def tukey_slope(x, l, ans):  # noqa: E741
    """The density: 0 beyond the ends of the support."""
    inside = np.abs(x) * l < 1
    p = np.where(inside, ans, 0.5)
    return np.where(inside, 1 / (p ** (l - 1) + (1 - p) ** (l - 1)), 0)


def tukey_shift(x, l, ans):  # noqa: E741
    """How the quantile moves with l, at the probability `ans`; some finite number beyond the ends of the support."""
    p = np.where(np.abs(x) * l < 1, ans, 0.5)
    return boxcox_slope(p, l) - boxcox_slope(1 - p, l)


elementwise(
    sp.tklmbda,
    lambda x1, x2, ans: tukey_slope(x1, x2, ans),
    lambda x1, x2, ans: -tukey_slope(x1, x2, ans) * tukey_shift(x1, x2, ans),
    singular=(0, 1),
)
