"""Statistics of samples and tests: what SciPy gives, with derivatives that meet differences, in both modes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import dualad
from dualad import registry
from dualad.errors import Unsupported
from dualad.testing import check_grads

rng = np.random.default_rng(3)
X, Y, W, V = (rng.uniform(0.2, 2.0, 8) for _ in range(4))
Z = rng.normal(size=8)
A = rng.uniform(0.2, 2.0, (5, 3))
KNOWN = stats.gaussian_kde(X)

REDUCTIONS = (
    "gmean", "hmean", "entropy", "skew", "kurtosis", "sem", "variation", "gstd", "tmean", "tvar", "tstd", "iqr",
    "moment", "median_abs_deviation",
)  # fmt: skip


def said(found):
    return found.statistic, found.pvalue


def line(x, y):
    found = stats.linregress(x, y)
    slope, intercept, rvalue, pvalue, stderr = found
    return slope, intercept, rvalue, pvalue, stderr, found.slope * found[1]


CALLS = {
    **{name: (lambda a, fn=getattr(stats, name): (fn(a[:, 0]), fn(a, axis=1), fn(a, axis=0, keepdims=True)), (A,))
       for name in REDUCTIONS},
    "scores": (lambda a: (stats.zscore(a), stats.gzscore(a, axis=1), stats.zmap(a[0], a[1], ddof=1)), (A,)),
    "unbiased": (lambda x: (stats.skew(x, bias=False), stats.kurtosis(x, fisher=False, bias=False)), (X,)),
    "moments": (lambda x, c: (stats.moment(x, 3), stats.moment(x, 2, center=c)), (X, 0.4)),
    "divergence": (lambda x, y: stats.entropy(x, y, base=2), (X, Y)),
    "trimmed": (lambda a: (stats.trim_mean(a, 0.25, axis=1), stats.trim_mean(a, 0.2, axis=None)), (A,)),
    "within limits": (
        lambda x: (stats.tmean(x, (0.3, 1.5)), stats.tvar(x, (0.3, None)), stats.tstd(x, (None, 1.5), (True, False))),
        (X,),
    ),
    "power means": (lambda x, p, w: (stats.pmean(x, p), stats.pmean(x, -1.5, weights=w, keepdims=True)), (X, 2.5, W)),
    "weighted means": (lambda x, w: (stats.gmean(x, weights=w), stats.hmean(x, weights=w)), (X, W)),
    "boxcox": (lambda x, p: (stats.boxcox(x, p), stats.boxcox_llf(p, x)), (X, 0.3)),
    "yeojohnson": (lambda x, p: (stats.yeojohnson(x, p), stats.yeojohnson_llf(p, x)), (Z, 0.3)),
    "pearsonr": (lambda x, y: (stats.pearsonr(x, y)[0], stats.pearsonr(x, y).pvalue), (X, Y)),
    "linregress": (line, (X, Y)),
    "ttest_1samp": (lambda x, m: said(stats.ttest_1samp(x, m)), (X, 0.9)),
    "ttest_rel": (lambda x, y: said(stats.ttest_rel(x, y)), (X, Y)),
    "ttest_ind": (lambda x, y: said(stats.ttest_ind(x, y)), (X, Y[:6])),
    "welch": (lambda x, y: said(stats.ttest_ind(x, y, equal_var=False)), (X, Y[:6])),
    "f_oneway": (lambda x, y, z: said(stats.f_oneway(x, y, z)), (X, Y, Z)),
    "chisquare": (lambda x: said(stats.chisquare(x)), (X,)),
    "expected": (lambda x, y: stats.chisquare(x, y / np.sum(y) * np.sum(x)).statistic, (X, Y)),
    "distances": (lambda x, y: (stats.wasserstein_distance(x, y), stats.energy_distance(x, y)), (X, Y[:5])),
    "weighted distances": (lambda x, y, v, w: stats.wasserstein_distance(x, y, v, w), (X, Y, V, W)),
    "kde": (lambda x, q: stats.gaussian_kde(x)(q), (X, Y[:3])),
    "kde in space": (lambda x, q, w: stats.gaussian_kde(x, "silverman", w).logpdf(q), (A.T + 0, A[:2].T + 0.1, W[:5])),
    "kde of a width": (lambda x, q, b: stats.gaussian_kde(x, b).pdf(q), (X, Y[:3], 0.4)),
    "kde of SciPy's": (lambda q: (KNOWN(q), KNOWN.logpdf(q), KNOWN.pdf(q)), (Y[:3],)),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_derivatives_and_values(name: str) -> None:
    fn, args = CALLS[name]
    expected = fn(*args)
    for found in (dualad.jvp(fn, args, args)[0], dualad.vjp(fn, *args)[0]):
        for a, b in zip(*((x if isinstance(x, tuple) else (x,)) for x in (found, expected)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    check_grads(fn, args, order=2)


def test_statistics_of_complex_samples_are_refused() -> None:
    """SciPy takes them, and conjugates here and there."""
    z = X + 1j * Y
    for fn in (lambda z: stats.linregress(z, Y).slope.real, lambda z: stats.tvar(z).real, lambda z: stats.gstd(z).real):
        for run in (lambda: dualad.grad(fn)(z), lambda: dualad.jvp(fn, (z,), (z,))):
            with pytest.raises(Unsupported, match="complex number"):
                run()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_statistics_have_the_dtype_that_scipy_gives(dtype) -> None:
    x, y = np.abs(X).astype(dtype), Y.astype(dtype)
    for name in ("iqr", "sem", "variation", "gmean", "hmean", "skew", "kurtosis", "gstd", "median_abs_deviation"):
        fn = getattr(stats, name)
        found, t = dualad.jvp(lambda x, fn=fn: fn(x), (x,), (x,))
        assert found.dtype == t.dtype == fn(x).dtype, name
    if dtype is np.longdouble:
        return  # which SciPy's lines do not take
    line, t = dualad.jvp(lambda x: stats.linregress(x, y).slope, (x,), (x,))
    assert line.dtype == t.dtype == stats.linregress(x, y).slope.dtype
    assert dualad.grad(lambda x: stats.linregress(x, y).slope)(x).dtype == dtype


def test_what_no_definition_names_is_refused() -> None:
    for fn in (
        lambda x: np.sum(stats.zscore(x, nan_policy="omit")),
        lambda x: stats.boxcox(x)[1],
        lambda x: stats.moment(x, [1, 2])[1],
        lambda x: stats.gaussian_kde(x, lambda kde: 0.3)(0.2)[0],
        lambda x: stats.spearmanr(x, Y).statistic,
    ):
        for run in (lambda: dualad.grad(fn)(X), lambda: dualad.jvp(fn, (X,), (X,))):
            with pytest.raises(Unsupported):
                run()


def test_every_definition_is_called_here() -> None:
    registry.lookup(stats.zscore)
    made = [p for p in registry.primitives() if p.definition is not None]
    names = {p.fn.__name__ for p in made if p.definition.__module__.endswith("stats.samples")}
    assert len(names) > 30
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in names if name not in text]


def test_what_a_line_has_beside_its_five_numbers_is_refused() -> None:
    def f(x):
        return stats.linregress(x, Y).intercept_stderr

    for run in (lambda: dualad.jvp(f, (X,), (X,)), lambda: dualad.grad(f)(X)):
        with pytest.raises(dualad.DualadError, match="intercept_stderr"):
            run()


def test_degrees_of_freedom_and_limits_may_be_lists_and_arrays() -> None:
    counts, limits = np.array([16.0, 18.0, 16.0, 14.0, 12.0, 12.0]), np.array([0.3, 1.5])
    check_grads(lambda f: stats.chisquare(f, ddof=[0, 1, 2]).pvalue, (counts,), order=1)
    check_grads(lambda x, limits: stats.tmean(x, limits), (X, limits), order=1)
