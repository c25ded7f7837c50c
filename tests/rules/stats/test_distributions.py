"""Every continuous distribution: distribution functions and quantiles, in all arguments, both modes, two orders."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import dualad
from dualad import registry, testing

SHAPES = {
    "alpha": (1.3,), "argus": (1.4,), "crystalball": (0.9, 2.6),
    "beta": (2.3, 0.7), "betaprime": (2.3, 3.1), "bradford": (1.7,), "burr": (2.1, 1.3),
    "burr12": (2.1, 1.3), "chi": (2.6,), "chi2": (2.6,), "dgamma": (1.4,), "dweibull": (1.6,), "erlang": (2.0,),
    "exponnorm": (1.5,), "exponpow": (1.7,), "exponweib": (1.7, 1.3), "f": (3.1, 5.2), "fatiguelife": (0.7,),
    "fisk": (2.2,), "foldcauchy": (1.1,), "foldnorm": (0.8,), "gamma": (2.3,), "gengamma": (1.8, -1.3),
    "genextreme": (0.2,), "genhalflogistic": (0.4,), "genlogistic": (1.6,), "gennorm": (1.7,), "genpareto": (0.0,),
    "gompertz": (0.9,), "halfgennorm": (1.7,), "invgamma": (3.1,), "invgauss": (0.8,), "invweibull": (2.2,),
    "johnsonsb": (0.4, 1.3), "johnsonsu": (0.4, 1.3), "kappa3": (1.6,), "laplace_asymmetric": (1.4,),
    "loggamma": (1.4,), "loglaplace": (2.2,), "lognorm": (0.8,), "loguniform": (0.7, 3.0), "lomax": (2.4,),
    "mielke": (2.4, 3.1), "nakagami": (1.6,), "ncx2": (3.0, 1.4), "norminvgauss": (1.6, 0.5), "pareto": (2.4,),
    "powerlaw": (1.7,), "powerlognorm": (1.6, 0.8), "powernorm": (1.6,), "rdist": (3.2,), "reciprocal": (0.7, 3.0),
    "rice": (0.9,), "skewcauchy": (0.3,), "skewnorm": (1.3,), "t": (4.2,), "triang": (0.4,), "truncexpon": (1.8,),
    "truncnorm": (-0.8, 1.5), "vonmises": (1.3,), "weibull_max": (1.7,), "weibull_min": (1.7,),
}  # fmt: skip

# Shapes in which only the densities have rules, and shapes without any.
DENSITY_ONLY = {"norminvgauss", "vonmises"}
NO_RULE = {"erlang"}


def families():
    registry.lookup(stats.norm.logpdf)
    from dualad.rules.stats.families import FAMILIES

    return FAMILIES


def densities(d, count):
    """logpdf and pdf as one function of x, shapes, loc, scale."""
    if count == 0:
        return lambda x, loc, scale: (d.logpdf(x, loc, scale), d.pdf(x, loc=loc, scale=scale))
    if count == 1:
        return lambda x, a, loc, scale: (d.logpdf(x, a, loc, scale), d.pdf(x, a, scale=scale, loc=loc))
    return lambda x, a, b, loc, scale: (d.logpdf(x, a, b, loc, scale), d.pdf(x, a, b, loc, scale=scale))


def distributions(d, count):
    if count == 0:
        return lambda x, l, s: (d.cdf(x, l, s), d.sf(x, l, s), d.logcdf(x, l, s), d.logsf(x, l, s))
    if count == 1:
        return lambda x, a, l, s: (d.cdf(x, a, l, s), d.sf(x, a, l, s), d.logcdf(x, a, l, s), d.logsf(x, a, l, s))
    return lambda x, a, b, l, s: (
        d.cdf(x, a, b, l, s), d.sf(x, a, b, l, s), d.logcdf(x, a, b, l, s), d.logsf(x, a, b, l, s)
    )  # fmt: skip


def quantiles(d, count):
    if count == 0:
        return lambda q, l, s: (d.ppf(q, l, s), d.isf(q, l, s))
    if count == 1:
        return lambda q, a, l, s: (d.ppf(q, a, l, s), d.isf(q, a, l, s))
    return lambda q, a, b, l, s: (d.ppf(q, a, b, l, s), d.isf(q, a, b, l, s))


def fixed(f, shapes, loc, scale):
    """A function of x alone, in the shapes' stead."""
    if len(shapes) == 1:
        a = shapes[0]
        return lambda x, l, s: f(x, a, l, s)
    a, b = shapes
    return lambda x, l, s: f(x, a, b, l, s)


def held(f, shapes):
    """A function without its first shape."""
    first = shapes[0]
    return (lambda x, b, l, s: f(x, first, b, l, s)) if len(shapes) > 1 else (lambda x, l, s: f(x, first, l, s))


def calls(family):
    """Functions and arguments to check."""
    d, count = family.dist, len(family.shapes)
    shapes = SHAPES.get(d.name, ())
    assert len(shapes) == count, d.name
    loc, scale = 0.3, 1.7
    q = np.array([0.08, 0.45, 0.86])
    x = loc + scale * d.ppf(q, *shapes)
    for make, at in ((densities, x), (distributions, x), (quantiles, q)):
        f, args = make(d, count), (at, *shapes, loc, scale)
        if d.name in NO_RULE:
            f, args = held(f, shapes), (at, *shapes[1:], loc, scale)
        elif d.name in DENSITY_ONLY and make is not densities:
            f, args = fixed(f, shapes, loc, scale), (at, loc, scale)
        yield make.__name__, f, args


@pytest.mark.parametrize("family", families(), ids=lambda f: f.dist.name)
def test_derivatives(family) -> None:
    rng = np.random.default_rng(11)
    for name, f, args in calls(family):
        rtol = 2e-5 if family.dist.name in COARSE or name == "quantiles" else 1e-6
        t = testing.random_like(args, rng)
        value, tangent = dualad.jvp(f, args, t)
        checker = testing._Checker(("fwd",), rtol, rtol, 1e-2, rng)
        want, error = checker.differences(f, args, t, value)
        checker.compare(f"{family.dist.name} {name}", (tangent, want, error), value, (args, value))
        ct = testing.random_like(value, rng)
        _, pull = dualad.vjp(f, *args)
        np.testing.assert_allclose(testing.inner(pull(ct), t), testing.inner(ct, tangent), rtol=1e-9)
        check_second(f, args, t, ct, name)


# SciPy's values have few digits (its own quadrature, or roots by iteration).
COARSE = {"norminvgauss", "vonmises", "skewnorm", "rice", "ncx2", "powernorm", "powerlognorm"}


def check_second(f, args, t, ct, name) -> None:
    """Forward over reverse against a difference of reverse."""
    def pulled(*args):
        return dualad.vjp(f, *args)[1](ct)

    _, second = dualad.jvp(pulled, args, t)
    h = 1e-5
    high, low = (pulled(*testing.moved(args, t, s * h)) for s in (1, -1))
    for got, a, b in zip(second, high, low):
        expected = (np.asarray(a) - np.asarray(b)) / (2 * h)
        scale = 1 + np.max(np.abs(expected))
        np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-5 * scale, err_msg=name)


@pytest.mark.parametrize("method", ["logpdf", "cdf", "logsf"])
def test_complex_numbers_are_refused(method) -> None:
    """SciPy takes them and gives what is no continuation of the function."""
    f = getattr(stats.laplace, method)
    with pytest.raises(dualad.errors.Unsupported, match="complex"):
        dualad.grad(lambda z: np.sum(f(z).real))(np.array([0.3 + 0.2j]))
    with pytest.raises(dualad.errors.Unsupported, match="complex"):
        dualad.jvp(f, (np.array([0.3 + 0.2j]),), (np.array([1.0 + 0.0j]),))


@pytest.mark.parametrize("dtype", [np.longdouble, np.float16])
@pytest.mark.parametrize("method", ["logpdf", "pdf", "logcdf", "cdf", "logsf", "sf", "ppf", "isf"])
def test_numbers_of_every_precision(method, dtype) -> None:
    """Where SciPy takes them (in double precision for the most part) there is a derivative, in their own dtype."""
    tried = 0
    for family in families():
        fn, shapes = getattr(family.dist, method), SHAPES.get(family.dist.name, ())
        q = np.array([0.3, 0.6]) if method in ("ppf", "isf") else family.dist.ppf(np.array([0.3, 0.6]), *shapes)
        x = q.astype(dtype)
        try:
            y = fn(x, *shapes)
        except TypeError:
            continue
        tried += 1
        want = dualad.jvp(lambda x, fn=fn, shapes=shapes: fn(x, *shapes), (x.astype(np.float64),), (np.ones(2),))[1]
        found, t = dualad.jvp(lambda x, fn=fn, shapes=shapes: fn(x, *shapes), (x,), (np.ones(2, dtype),))
        assert t.dtype == found.dtype == y.dtype, family.dist.name
        np.testing.assert_allclose(t, want, rtol=0.05 if dtype is np.float16 else 1e-3, err_msg=family.dist.name)
    assert tried > 3


@pytest.mark.parametrize("name", ["logistic", "dweibull", "halfcauchy", "genhalflogistic", "norminvgauss", "skewnorm"])
def test_gradients_of_extended_precision(name) -> None:
    dist, shapes, x = getattr(stats, name), SHAPES.get(name, ()), np.array([0.3, 0.6], np.longdouble)
    for method in (dist.logpdf, dist.pdf, *(() if name in DENSITY_ONLY else (dist.cdf, dist.logsf))):
        try:
            method(x, *shapes)
        except TypeError:
            continue
        found = dualad.grad(lambda x, loc, f=method: np.sum(f(x, *shapes, loc)), (0, 1))(x, np.longdouble(-0.2))
        want = dualad.grad(lambda x, loc, f=method: np.sum(f(x, *shapes, loc)), (0, 1))(x.astype(float), -0.2)
        assert found[0].dtype == found[1].dtype == np.longdouble
        for a, b in zip(found, want):
            np.testing.assert_allclose(np.asarray(a, float), b, rtol=1e-10)
