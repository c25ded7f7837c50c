"""What `scipy.stats` says of samples: means, moments, tests. Each is defined by functions that have rules.

SciPy's `nan_policy` is left out, so that a call which passes it is refused; ranks and counts have no derivative.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy
import scipy.special as sp
from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import constant
from dualad.rules.helpers import count, define, require_real

__dualad_lift__ = True


def size(shape, axis):
    """How many numbers a sample has, as a number that is divided by."""
    return float(count(shape, axis))


constant(size)

# Means


def gmean(a, axis=0, dtype=None, weights=None, *, keepdims=False):
    """The geometric mean."""
    return np.exp(np.average(np.log(np.asarray(a, dtype)), axis, weights, keepdims=keepdims))


def hmean(a, axis=0, dtype=None, *, weights=None, keepdims=False):
    """The harmonic mean."""
    return 1.0 / np.average(1.0 / np.asarray(a, dtype), axis, weights, keepdims=keepdims)


def pmean(a, p, *, axis=0, dtype=None, weights=None, keepdims=False):
    """The power mean."""
    if np.any(np.equal(p, 0)):
        raise Unsupported("scipy.stats.pmean with the power 0: call scipy.stats.gmean")
    a, p = np.asarray(a, dtype), p * 1.0
    positive = np.where(a < 0, np.nan, a) if np.any(a < 0) else a
    return np.average(positive**p, axis, weights, keepdims=keepdims) ** (1 / p)


def tmean(a, limits=None, inclusive=(True, True), axis=None, *, keepdims=False):
    """The mean of what lies within limits."""
    return np.mean(a, axis, where=within(a, limits, inclusive), keepdims=keepdims)


def tvar(a, limits=None, inclusive=(True, True), axis=0, ddof=1, *, keepdims=False):
    """The variance of what lies within limits."""
    require_real("scipy.stats.tvar", a)
    return np.var(a, axis, ddof=ddof, where=within(a, limits, inclusive), keepdims=keepdims)


def tstd(a, limits=None, inclusive=(True, True), axis=0, ddof=1, *, keepdims=False):
    """The standard deviation of what lies within limits."""
    return np.sqrt(stats.tvar(a, limits, inclusive, axis, ddof, keepdims=keepdims))


def within(a, limits, inclusive):
    """What lies within limits."""
    found = np.ones(np.shape(a), bool)
    for limit, closed, side in zip((None, None) if limits is None else limits, inclusive, (1, -1), strict=True):
        if limit is not None:
            off = (np.asarray(a) - limit) * side
            found &= off >= 0 if closed else off > 0
    return found


constant(within)


def trim_mean(a, proportiontocut, axis=0, *, keepdims=False):
    """The mean of what is in the middle of the order."""
    ordered = np.sort(np.ravel(a) if axis is None else a, 0 if axis is None else axis)
    chosen = middle(np.shape(ordered), proportiontocut, 0 if axis is None else axis)
    found = np.mean(ordered[chosen], 0 if axis is None else axis, keepdims=keepdims)
    return np.reshape(found, (1,) * np.ndim(a)) if axis is None and keepdims else found


def middle(shape, proportiontocut, axis):
    """The key of what is left when both ends are cut."""
    cut = int(proportiontocut * shape[axis])
    return tuple(slice(cut, n - cut) if i == axis % len(shape) else slice(None) for i, n in enumerate(shape))


constant(middle)

# Spread and scores


def sem(a, axis=0, ddof=1, *, keepdims=False):
    """The standard error of the mean."""
    return np.std(a, axis, ddof=ddof, keepdims=keepdims) / size(np.shape(a), axis) ** 0.5


def variation(a, axis=0, ddof=0, *, keepdims=False):
    """The deviation in units of the mean."""
    return np.std(a, axis, ddof=ddof, keepdims=keepdims) / np.mean(a, axis, keepdims=keepdims)


def gstd(a, axis=0, ddof=1, *, keepdims=False):
    """The geometric standard deviation."""
    require_real("scipy.stats.gstd", a)
    return np.exp(np.std(np.log(a), axis, ddof=ddof, keepdims=keepdims))


def zmap(scores, compare, axis=0, ddof=0):
    """Deviations from the mean of a sample in units of its deviation."""
    middle = np.mean(compare, axis, keepdims=True)
    return (np.asarray(scores) - middle) / np.std(compare, axis, ddof=ddof, keepdims=True)


def zscore(a, axis=0, ddof=0):
    """`zmap` of a sample with itself."""
    return stats.zmap(a, a, axis, ddof)


def gzscore(a, *, axis=0, ddof=0):
    """`zscore` of the logarithms."""
    return stats.zscore(np.log(a), axis, ddof)


def iqr(x, axis=None, rng=(25, 75), scale=1.0, *, interpolation="linear", keepdims=False):
    """The range between percentiles."""
    low, high = [np.percentile(x, float(q), axis=axis, method=interpolation, keepdims=keepdims) for q in rng]
    return (high - low) / (1.3489795003921634 if isinstance(scale, str) else scale)


def median_abs_deviation(x, axis=0, *, scale=1.0, keepdims=False):
    """The median distance from the median."""
    off = np.median(np.abs(x - np.median(x, axis=axis, keepdims=True)), axis=axis, keepdims=keepdims)
    return off / (0.6744897501960817 if isinstance(scale, str) else scale)


# Moments


def central(a, order, axis, center):
    """The mean power of what is off a centre, with its axes kept."""
    return np.mean((a - center) ** order, axis, keepdims=True)


def squeezed(found, axis, keepdims):
    """A statistic without the axes that it was taken over."""
    return found if keepdims else np.squeeze(found, axis)[()]


def moment(a, order=1, axis=0, *, center=None, keepdims=False):
    """The moment of an order about the mean, or about a centre."""
    if np.ndim(order):
        raise Unsupported("scipy.stats.moment of several orders has no derivative rule; call it for each")
    a = np.asarray(a)
    found = central(a, order, axis, np.mean(a, axis, keepdims=True) if center is None else center)
    return squeezed(found, axis, keepdims)


def skew(a, axis=0, bias=True, *, keepdims=False):
    """The third moment in units of the deviation."""
    a = np.asarray(a)
    off, n = a - np.mean(a, axis, keepdims=True), size(np.shape(a), axis)
    found = central(off, 3, axis, 0.0) / central(off, 2, axis, 0.0) ** 1.5
    return squeezed(found if bias else found * np.sqrt(n * (n - 1)) / (n - 2), axis, keepdims)


def kurtosis(a, axis=0, fisher=True, bias=True, *, keepdims=False):
    """The fourth moment in units of the deviation."""
    a = np.asarray(a)
    off, n = a - np.mean(a, axis, keepdims=True), size(np.shape(a), axis)
    found = central(off, 4, axis, 0.0) / central(off, 2, axis, 0.0) ** 2
    if not bias:
        found = ((n * n - 1) * found - 3 * (n - 1) ** 2) / ((n - 2) * (n - 3)) + 3
    return squeezed(found - 3 if fisher else found, axis, keepdims)


def entropy(pk, qk=None, base=None, axis=0, *, keepdims=False):
    """Shannon's entropy of what sums to one when divided by its sum; or the divergence from another such."""
    p = pk / np.sum(pk, axis=axis, keepdims=True)
    terms = sp.entr(p) if qk is None else sp.rel_entr(p, qk / np.sum(qk, axis=axis, keepdims=True))
    found = np.sum(terms, axis=axis, keepdims=keepdims)
    return found if base is None else found / np.log(base)


define(
    stats, gmean, hmean, pmean, tmean, tvar, tstd, trim_mean, sem, variation, gstd, zmap, zscore, gzscore, iqr,
    median_abs_deviation, moment, skew, kurtosis, entropy,
)  # fmt: skip

# Powers that make samples normal


def boxcox(x, lmbda=None):
    """Box and Cox's power."""
    if lmbda is None:
        raise Unsupported("scipy.stats.boxcox has a derivative rule where lmbda is given")
    return sp.boxcox(x, lmbda)


def yeojohnson(x, lmbda=None):
    """Yeo and Johnson's power."""
    if lmbda is None:
        raise Unsupported("scipy.stats.yeojohnson has a derivative rule where lmbda is given")
    x = np.asarray(x)
    low = x < 0
    above, below = sp.boxcox1p(np.where(low, 0.0, x), lmbda), sp.boxcox1p(np.where(low, -x, 0.0), 2 - lmbda)
    return np.where(low, -below, above)


def boxcox_llf(lmb, data):
    """The logarithm of the likelihood of Box and Cox's power."""
    logs = np.log(data)
    n = size(np.shape(data), 0)
    return (lmb - 1) * np.sum(logs, axis=0) - n / 2 * np.log(np.var(sp.boxcox(data, lmb), axis=0))


def yeojohnson_llf(lmb, data):
    """The logarithm of the likelihood of Yeo and Johnson's power."""
    data = np.asarray(data)
    spread = np.log(np.var(yeojohnson(data, lmb), axis=0))
    return (lmb - 1) * np.sum(np.sign(data) * np.log1p(np.abs(data)), axis=0) - size(np.shape(data), 0) / 2 * spread


define(stats, boxcox, yeojohnson, boxcox_llf, yeojohnson_llf)

# Tests: what is tested, and how probable it is


class Tested(NamedTuple):
    """A statistic and its probability, in place of SciPy's results."""

    statistic: Any
    pvalue: Any


class Line(NamedTuple):
    """A line through points, in place of SciPy's result, which is taken apart into these five."""

    slope: Any
    intercept: Any
    rvalue: Any
    pvalue: Any
    stderr: Any

    @property
    def intercept_stderr(self) -> Any:
        """Refused: a tuple of five has no room for it."""
        raise Unsupported(
            "intercept_stderr of scipy.stats.linregress has no derivative rule; write stderr * np.sqrt(np.mean(x**2))"
        )


def by_t(t, df):
    """Student's two-sided test."""
    return Tested(t, 2 * sp.stdtr(df, -np.abs(t)))


def correlated(x, y):
    """Pearson's coefficient."""
    x, y = x - np.mean(x), y - np.mean(y)
    return np.sum(x * y) / np.sqrt(np.sum(x * x) * np.sum(y * y))


def pearsonr(x, y):
    """Pearson's coefficient, of which Student's t is a function."""
    r, df = correlated(np.asarray(x), np.asarray(y)), size(np.shape(x), 0) - 2
    return Tested(r, by_t(r * np.sqrt(df / ((1 - r) * (1 + r))), df).pvalue)


NARROW_LINES = tuple(int(part) for part in scipy.__version__.split(".")[:2]) >= (1, 18)
"""Whether `linregress` gives numbers of the samples' own precision."""


def linregress(x, y):
    """The line through points that is best in the least-squares sense."""
    x, y = np.asarray(x), np.asarray(y)
    require_real("scipy.stats.linregress", x, y)
    given, wide = np.result_type(x, y), np.result_type(x, y, np.float64)
    own = given if NARROW_LINES and given.kind == "f" else wide
    x, y = [np.asarray(v).astype(wide) for v in (x, y)]
    df, r = size(np.shape(x), 0) - 2, correlated(x, y)
    slope = np.sum((x - np.mean(x)) * (y - np.mean(y))) / np.sum((x - np.mean(x)) ** 2)
    stderr = np.sqrt((1 - r * r) * np.var(y) / np.var(x) / df)
    pvalue = by_t(r * np.sqrt(df / ((1 - r) * (1 + r))), df).pvalue
    intercept = np.mean(y) - slope * np.mean(x)
    p = pvalue.astype(np.result_type(own, np.float32))
    return Line(slope.astype(own), intercept.astype(own), r.astype(own), p, stderr.astype(own))


def ttest_1samp(a, popmean, axis=0):
    """Whether a sample has a mean."""
    n = size(np.shape(a), axis)
    return by_t((np.mean(a, axis) - popmean) / np.sqrt(np.var(a, axis, ddof=1) / n), n - 1)


def ttest_rel(a, b, axis=0):
    """Whether pairs have the same mean."""
    return stats.ttest_1samp(np.asarray(a) - np.asarray(b), 0.0, axis)


def ttest_ind(a, b, *, axis=0, equal_var=True):
    """Whether two samples have the same mean."""
    n, m = size(np.shape(a), axis), size(np.shape(b), axis)
    v, w = np.var(a, axis, ddof=1), np.var(b, axis, ddof=1)
    if equal_var:
        df = n + m - 2
        error = np.sqrt(((n - 1) * v + (m - 1) * w) / df * (1 / n + 1 / m))
    else:
        df = (v / n + w / m) ** 2 / ((v / n) ** 2 / (n - 1) + (w / m) ** 2 / (m - 1))
        error = np.sqrt(v / n + w / m)
    return by_t((np.mean(a, axis) - np.mean(b, axis)) / error, df)


def f_oneway(*samples, axis=0):
    """Whether several samples have the same mean."""
    whole = np.concatenate(samples, axis)
    within = sum([np.sum((s - np.mean(s, axis, keepdims=True)) ** 2, axis) for s in samples])
    total = np.sum((whole - np.mean(whole, axis, keepdims=True)) ** 2, axis)
    between, rest = len(samples) - 1.0, size(np.shape(whole), axis) - len(samples)
    f = (total - within) / between / (within / rest)
    return Tested(f, sp.fdtrc(between, rest, f))


def chisquare(f_obs, f_exp=None, ddof=0, axis=0):
    """Whether counts are as expected."""
    expected = np.mean(f_obs, axis=axis, keepdims=True) if f_exp is None else f_exp
    terms = (f_obs - expected) ** 2 / expected
    found = np.sum(terms, axis=axis)
    return Tested(found, sp.chdtrc(size(np.shape(terms), axis) - 1 - np.asarray(ddof), found))


define(stats, pearsonr, linregress, ttest_1samp, ttest_rel, ttest_ind, f_oneway, chisquare)

# Distances between samples, by their distribution functions


def distances(u, v, p, u_weights, v_weights):
    """The widths between all numbers in order, and the power of how far both distribution functions are apart."""
    both = np.concatenate([u, v])
    order = np.argsort(both, kind="stable")
    shares = [
        np.full(np.shape(x), 1 / np.size(x)) if w is None else w / np.sum(w)
        for x, w in ((u, u_weights), (v, v_weights))
    ]
    apart = np.cumsum(np.concatenate([shares[0], -shares[1]])[order])[:-1]
    return np.diff(both[order]), np.abs(apart) ** p


def wasserstein_distance(u_values, v_values, u_weights=None, v_weights=None):
    """The work of moving one sample onto the other."""
    widths, apart = distances(np.asarray(u_values), np.asarray(v_values), 1, u_weights, v_weights)
    return np.sum(widths * apart)


def energy_distance(u_values, v_values, u_weights=None, v_weights=None):
    """The energy distance between two samples."""
    widths, apart = distances(np.asarray(u_values), np.asarray(v_values), 2, u_weights, v_weights)
    return np.sqrt(2 * np.sum(widths * apart))


define(stats, wasserstein_distance, energy_distance)
