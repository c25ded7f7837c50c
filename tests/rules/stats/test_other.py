"""Discrete and frozen distributions, ends of supports, far tails, and what is refused."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
import scipy.special as sp
from scipy import stats

import dualad
from dualad.errors import DualadError
from dualad.testing import check_grads

K = np.array([1, 2, 5])
ROOT = Path(__file__).resolve().parents[3]


def masses(d, count):
    if count == 1:
        return lambda p: (d.logpmf(K, p), d.pmf(K, p), d.cdf(K, p), d.sf(K, p), d.logcdf(K, p), d.logsf(K, p, loc=0))
    return lambda n, p: (
        d.logpmf(K, n, p), d.pmf(K, n, p), d.cdf(K, n, p), d.sf(K, n, p), d.logcdf(K, n, p), d.logsf(K, n, p)
    )  # fmt: skip


@pytest.mark.parametrize("d, args", [
    (stats.poisson, (2.3,)), (stats.geom, (0.4,)), (stats.nbinom, (3.4, 0.4)),
], ids=lambda d: getattr(d, "name", None))  # fmt: skip
def test_discrete(d, args) -> None:
    check_grads(masses(d, len(args)), args)


def test_binom() -> None:
    d = stats.binom
    check_grads(lambda p: (d.logpmf(K, 7, p), d.pmf(K, n=7, p=p), d.cdf(K, 7, p), d.sf(K, 7, p)), (0.3,))
    check_grads(lambda p: (d.logcdf(K, 7, p), d.logsf(K, 7, p)), (0.3,))


def test_betabinom() -> None:
    d = stats.betabinom
    check_grads(lambda a, b: (d.logpmf(K, 7, a, b), d.pmf(K, 7, a=a, b=b), d.cdf(K, 7, a, b)), (0.7, 2.3))
    check_grads(lambda a, b: (d.sf(K, 7, a, b), d.logcdf(K, 7, a, b), d.logsf(K, 7, a, b)), (0.7, 2.3))
    check_grads(lambda a, b: d.cdf(K, np.array([[3], [9]]), a, b), (np.array([[0.7], [1.3]]), 2.3))


@pytest.mark.parametrize("skew", [-1.3, -0.1, 0.4, 2.0])
def test_pearson3(skew) -> None:
    d, x = stats.pearson3, np.array([0.3, -0.4, 0.8])
    check_grads(lambda x, s, loc, scale: (d.logpdf(x, s, loc, scale), d.pdf(x, s)), (x, skew, 0.1, 1.3))
    np.testing.assert_allclose(dualad.vjp(d.logpdf, x, skew)[0], d.logpdf(x, skew), rtol=1e-12)
    assert dualad.grad(d.logpdf)(9.0 * -np.sign(skew), 1.9 * np.sign(skew)) == 0.0  # beyond the support
    with pytest.raises(DualadError, match="use norm for less"):
        dualad.grad(d.logpdf, 1)(0.3, 0.0)


def test_wishart() -> None:
    d = stats.wishart
    root, other = np.array([[1.0, 0.2], [0.4, 1.3]]), np.array([[0.9, -0.2], [0.1, 0.7]])

    def f(root, other, df):
        scale, x = root @ root.T, other @ other.T
        return d.logpdf(x, df, scale), d.pdf(x, df, scale), d.logpdf(np.stack([x, scale], axis=-1), df, scale)

    check_grads(f, (root, other, 3.7))
    check_grads(d.logpdf, (other @ other.T, 3.7, root @ root.T))  # moved to matrices that are not symmetric, too
    values, plain = dualad.vjp(f, root, other, 3.7)[0], f(root, other, 3.7)
    for found, expected in zip(values, plain, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_bernoulli() -> None:
    k = np.array([0, 1])
    check_grads(lambda p: (stats.bernoulli.logpmf(k, p), stats.bernoulli.pmf(k, p), stats.bernoulli.cdf(k, p)), (0.3,))


def test_parameters_broadcast_against_each_other() -> None:
    x, mu, s = np.linspace(0.2, 3.0, 4), np.array([[0.3], [1.2]]), 1.4
    check_grads(lambda x, mu, s: stats.norm.logpdf(x, mu, s), (x, mu, s))
    check_grads(lambda x, a, s: stats.gamma.cdf(x, a, scale=s), (x, np.array([[2.3], [1.2]]), s))


def test_frozen_in_x() -> None:
    rv, other = stats.norm(0.3, scale=2.0), stats.gamma(a=2.3, loc=-1)
    check_grads(lambda x: (rv.logpdf(x), rv.cdf(x), rv.logsf(x), other.pdf(x), other.sf(x)), (np.array([0.1, 2.0]),))
    check_grads(lambda q: stats.beta(2.0, 0.7).ppf(q), (np.array([0.1, 0.6]),))


def test_frozen_in_parameters() -> None:
    x = np.array([0.4, 2.0])

    def of_one(a, s):
        rv = stats.gamma(a, scale=s)
        return rv.logpdf(x), rv.cdf(x), rv.isf(0.3)

    check_grads(lambda mu, s: stats.norm(mu, s).logpdf(x), (0.3, 1.2))
    check_grads(lambda x, s: stats.norm(scale=s).logsf(x), (x, 1.2))
    check_grads(of_one, (2.3, 1.2))
    check_grads(lambda a, b: stats.beta(a, b=b, loc=-1, scale=4.0).pdf(x), (2.3, 1.2))


COVARIANCE = np.array([[2.0, 0.3], [0.3, 1.0]])


@pytest.mark.parametrize("f, args", [
    (lambda m, c, x: stats.multivariate_normal(m, cov=c).logpdf(x), (np.array([0.1, -0.4]), COVARIANCE, np.ones(2))),
    (lambda m, c: stats.multivariate_t(m, c, df=4).pdf([0.1, 0.2]), (np.array([0.1, -0.4]), COVARIANCE)),
    (lambda a: stats.dirichlet(a).logpdf([0.2, 0.8]), (np.array([1.2, 2.0]),)),
    (lambda s: stats.wishart(3, s).logpdf(COVARIANCE) + stats.invwishart(3, s).pdf(COVARIANCE), (COVARIANCE,)),
    (lambda r: stats.matrix_normal(rowcov=r, colcov=np.eye(2)).logpdf(np.ones((2, 2))), (COVARIANCE,)),
    (lambda mu: stats.poisson(mu).logpmf([0, 1, 4]) + stats.poisson(mu, loc=1).cdf(3), (1.3,)),
    (lambda p: stats.binom(5, p=p).pmf(2) + stats.geom(p).sf([1, 2]) + stats.nbinom(3, p).logpmf(2), (0.4,)),
    (lambda a, b: stats.betabinom(5, a, b).logpmf([1, 2]), (0.7, 1.4)),
])  # fmt: skip
def test_frozen_counts_vectors_and_matrices(f, args) -> None:
    check_grads(f, args)


def test_frozen_vectors_in_x() -> None:
    normal, student = stats.multivariate_normal([0.1, 0.2], COVARIANCE), stats.multivariate_t([0.1, 0.2], COVARIANCE, 4)
    check_grads(lambda x: normal.logpdf(x) + normal.pdf(x) + student.logpdf(x), (np.array([0.3, -1.0]),))


def test_lists_for_arrays() -> None:
    check_grads(lambda mu: stats.poisson.logpmf([0, 1, 4], mu=mu) + stats.poisson.cdf([0, 1, 4], mu), (1.3,))
    check_grads(lambda c: stats.multivariate_normal.logpdf([0.1, 0.3], [1, 2], c), (COVARIANCE,))
    check_grads(lambda a: stats.dirichlet.logpdf(a / np.sum(a), [1.0, 2.0]), (np.array([1.2, 2.0]),))
    check_grads(lambda y: stats.linregress([0, 1, 2], [y, 1.0, 2.5]).slope, (0.3,))


def test_beyond_the_support_of_tukey() -> None:
    for mode in (dualad.jacfwd, dualad.jacrev):
        found = mode(sp.tklmbda, argnums=(0, 1))(np.array([-3.0, 3.0]), np.array([0.5, 0.5]))
        assert not np.any(found[0]) and not np.any(found[1])


def late(x):
    """A store into what a distribution was frozen with."""
    loc = np.zeros(2)
    rv = stats.norm(loc, 1.0)
    loc[0] = x
    return rv.logpdf(0.3).sum()


class Model:
    def __init__(self, mu):
        self.rv = stats.norm(mu, 1.0)

    def likelihood(self, x):
        return self.rv.logpdf(x).sum()


def looped(x):
    rv, total = stats.norm(0.0, 1.0), 0.0
    for i in range(3):
        total = total + rv.logpdf(x * i)
    return total


@pytest.mark.parametrize("f, want", [
    (late, -0.2), (looped, -2.5), (lambda mu: Model(mu).likelihood(np.array([0.1, 0.2])), -0.7),
])  # fmt: skip
def test_frozen_and_memory(f, want) -> None:
    assert dualad.grad(f)(0.5) == pytest.approx(want)
    assert dualad.jvp(f, (0.5,), (1.0,))[1] == pytest.approx(want)


@pytest.mark.parametrize("name", ["logpdf", "pdf", "cdf", "sf"])
def test_nothing_moves_beyond_the_support(name) -> None:
    """Nor does a warning come up there."""
    x = np.array([-1.0, 0.3, 2.0])
    for d, args in ((stats.beta, (2.0, 3.0)), (stats.powerlaw, (1.7,)), (stats.triang, (0.4,)), (stats.uniform, ())):
        f = getattr(d, name)
        got = dualad.jacrev(lambda x: f(x, *args))(x)
        assert np.all(got[[0, 2]] == 0), (d.name, got)
        if args:
            moved = dualad.jacfwd(lambda a: f(x, a, *args[1:]))(args[0])
            assert np.all(moved[[0, 2]] == 0), (d.name, moved)


def test_far_tails() -> None:
    assert dualad.grad(lambda x: stats.norm.logcdf(x))(-40.0) == pytest.approx(40.02496886, rel=1e-9)
    assert dualad.grad(lambda c: stats.weibull_min.logsf(30.0, c))(2.0) == pytest.approx(-900 * np.log(30), rel=1e-12)
    assert dualad.grad(lambda s: stats.norm.logsf(90.0, 0, s))(2.0) == pytest.approx(45 * 45 / 2, rel=1e-3)


def test_kinds_of_arguments() -> None:
    assert type(dualad.grad(lambda mu: stats.norm.logpdf(0.3, mu, 1.0))(0.2)) is float
    x = np.array([0.1, 0.2], np.float32)
    assert dualad.grad(lambda x: np.sum(stats.norm.logpdf(x)))(x).dtype == np.float32
    assert dualad.grad(stats.norm.logpdf)(0.3) == pytest.approx(-0.3)
    assert dualad.grad(lambda x, d: d.logpdf(x))(0.3, stats.norm) == pytest.approx(-0.3)


REFUSED = [
    ("stats.norm(x, 2.0).mean()", lambda x: stats.norm(x, 2.0).mean()),
    ("stats.erlang(x).logpdf(2.0)", lambda x: stats.erlang(x).logpdf(2.0)),
    ("stats.poisson.logpmf(x, 2.0)", lambda x: stats.poisson.logpmf(x, 2.0)),
    ("stats.binom.logpmf(2, x, 0.5)", lambda x: stats.binom.logpmf(2, x, 0.5)),
    ("stats.vonmises.cdf(0.3, x)", lambda x: stats.vonmises.cdf(0.3, x)),
    ("stats.norminvgauss.cdf(0.3, x, 0.1)", lambda x: stats.norminvgauss.cdf(0.3, x, 0.1)),
    ("stats.multivariate_normal.logpdf(x, 0.0, 1.0)", lambda x: stats.multivariate_normal.logpdf(x, 0.0, 1.0)),
    ("stats.nct.pdf(0.3, x, 0.1)", lambda x: stats.nct.pdf(0.3, x, 0.1)),
    ("stats.nct(3.0, 0.1).pdf(x)", lambda x: stats.nct(3.0, 0.1).pdf(x)),
    ("stats.ncf.cdf(x, 3.0, 4.0, 0.5)", lambda x: stats.ncf.cdf(x, 3.0, 4.0, 0.5)),
    ("stats.levy_stable.pdf(x, 1.5, 0.2)", lambda x: stats.levy_stable.pdf(x, 1.5, 0.2)),
    ("stats.pearson3.cdf(x, 0.5)", lambda x: stats.pearson3.cdf(x, 0.5)),
    ("stats.norm.entropy(0.0, x)", lambda x: stats.norm.entropy(0.0, x)),
    ("stats.norm.expect(lambda t: t * x)", lambda x: stats.norm.expect(lambda t: t * x)),
]


@pytest.mark.parametrize("f", [f for _, f in REFUSED], ids=[name for name, _ in REFUSED])
def test_refused(f) -> None:
    with pytest.raises(DualadError):
        dualad.grad(f)(3.0)
    with pytest.raises(DualadError):
        dualad.jvp(f, (3.0,), (1.0,))


def test_multivariate_normal() -> None:
    x, mean = np.array([[0.3, -0.4, 1.0], [0.2, 0.1, 0.7]]), np.array([0.1, 0.2, 0.3])
    root = np.array([[1.0, 0.2, 0.0], [0.4, 1.3, 0.1], [-0.3, 0.5, 0.8]])
    d = stats.multivariate_normal

    def f(x, mean, root):
        cov = root @ root.T
        return d.logpdf(x, mean, cov), d.pdf(x[0], mean=mean, cov=cov)

    check_grads(f, (x, mean, root))
    ours = dualad.vjp(f, x, mean, root)[0]
    np.testing.assert_allclose(ours[0], d.logpdf(x, mean, root @ root.T), rtol=1e-12)
    check_grads(lambda x: d.logpdf(x, cov=np.eye(3)), (x,))


def test_multivariate_t() -> None:
    x, loc = np.array([[0.3, -0.4], [0.2, 0.7]]), np.array([0.1, 0.2])
    root = np.array([[1.0, 0.2], [0.4, 1.3]])
    d = stats.multivariate_t

    def f(x, loc, root, df):
        shape = root @ root.T
        return d.logpdf(x, loc, shape, df), d.pdf(x[0], loc=loc, shape=shape, df=df)

    check_grads(f, (x, loc, root, 3.7))
    ours = dualad.vjp(f, x, loc, root, 3.7)[0]
    np.testing.assert_allclose(ours[0], d.logpdf(x, loc, root @ root.T, 3.7), rtol=1e-12)
    with pytest.raises(DualadError, match="multivariate_normal"):
        dualad.grad(lambda x: d.logpdf(x, loc, root @ root.T, np.inf))(x[0])


@pytest.mark.parametrize("call", [
    lambda x: stats.nct.logpdf(x, 3.0, 0.5), lambda x: stats.zipf.logpmf(2, 1.0 + x),
    lambda x: stats.ncf.cdf(x, 3.0, 4.0, 0.5), lambda x: stats.pearson3.ppf(x, 0.4),
])  # fmt: skip
def test_distributions_without_rules_say_where_those_with_are_listed(call) -> None:
    for derive in (dualad.grad(call), lambda x: dualad.jvp(call, (x,), (1.0,))):
        with pytest.raises(DualadError, match=r"docs/scipy_stats.md"):
            derive(0.7)
    assert dualad.grad(lambda x: x * call(0.7))(2.0) == call(0.7)  # a constant is computed


def test_dirichlet() -> None:
    def f(w, alpha):
        x = w / np.sum(w)
        return stats.dirichlet.logpdf(x, alpha), stats.dirichlet.pdf(x, alpha)

    check_grads(f, (np.array([0.3, 1.2, 0.5]), np.array([1.3, 2.2, 0.7])))


def test_page_is_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_scipy_stats.py"))
    page = (ROOT / "docs" / "scipy_stats.md").read_text(encoding="utf-8")
    assert made["page"]() == page, "run `python docs/make_scipy_stats.py`"


def test_custom_distributions_are_not_taken_for_public_ones() -> None:
    cut = type(stats.norm)(a=-1.0, b=1.0, name="cut")
    for f in (lambda x: cut.logpdf(x), lambda x: cut(0.0).logpdf(x)):
        with pytest.raises(DualadError):
            dualad.grad(f)(0.3)


@pytest.mark.parametrize("f", [
    lambda x: stats.nct.pdf(x, 4.0, 0.3), lambda x: stats.ncf.cdf(x, 3.0, 5.0, 0.7),
    lambda x: stats.levy_stable.pdf(x, 1.5, 0.2),
])  # fmt: skip
def test_distributions_without_rules_are_refused(f) -> None:
    for run in (lambda: dualad.jvp(f, (0.8,), (1.0,)), lambda: dualad.grad(f)(0.8)):
        with pytest.raises(DualadError):
            run()
