"""Frozen distributions, `norm(mu, 2).logpdf(x)`, by what they do: they call the distribution with their parameters."""

from __future__ import annotations

from typing import Any

from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import constant, defined
from dualad.rules.stats.families import BY_CLASS, FAMILIES, named

__dualad_lift__ = True

SciPyFrozen: Any = type(stats.norm())


def public(frozen):
    """The distribution that was frozen, as rules know it."""
    found = BY_CLASS.get(type(frozen.dist))
    if found is None or (frozen.dist.a, frozen.dist.b) != (found.dist.a, found.dist.b):
        raise Unsupported(f"the distribution {frozen.dist.name} of scipy.stats has no derivative rules")
    return found.dist


def shapes_of(frozen):
    """The names of the shape parameters of the distribution that was frozen."""
    return BY_CLASS[type(public(frozen))].shapes


constant(public)
constant(shapes_of)


class Frozen:
    """A distribution frozen with numbers that derivatives are taken in: shapes, loc and scale."""

    def __init__(self, dist, params):
        self.dist = dist
        self.params = params

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise Unsupported(f"`{name}` of a frozen distribution whose parameters a derivative is taken in has no rule")

    def logpdf(self, x):
        return self.dist.logpdf(x, *self.params)

    def pdf(self, x):
        return self.dist.pdf(x, *self.params)

    def logcdf(self, x):
        return self.dist.logcdf(x, *self.params)

    def cdf(self, x):
        return self.dist.cdf(x, *self.params)

    def logsf(self, x):
        return self.dist.logsf(x, *self.params)

    def sf(self, x):
        return self.dist.sf(x, *self.params)

    def ppf(self, q):
        return self.dist.ppf(q, *self.params)

    def isf(self, q):
        return self.dist.isf(q, *self.params)

    def logpmf(self, k):
        return self.dist.logpmf(k, *self.params)

    def pmf(self, k):
        return self.dist.pmf(k, *self.params)


# Parameters however they are passed, by the number of shapes


def none(args, kwds):
    loc = args[0] if len(args) > 0 else kwds.get("loc", 0)
    scale = args[1] if len(args) > 1 else kwds.get("scale", 1)
    return loc, scale


def one(args, kwds, first):
    a = args[0] if len(args) > 0 else kwds[first]
    loc = args[1] if len(args) > 1 else kwds.get("loc", 0)
    scale = args[2] if len(args) > 2 else kwds.get("scale", 1)
    return a, loc, scale


def two(args, kwds, first, second):
    a = args[0] if len(args) > 0 else kwds[first]
    b = args[1] if len(args) > 1 else kwds[second]
    loc = args[2] if len(args) > 2 else kwds.get("loc", 0)
    scale = args[3] if len(args) > 3 else kwds.get("scale", 1)
    return a, b, loc, scale


def freezing(dist, *shapes):
    """What calling a distribution does."""
    if not shapes:
        return lambda *args, **kwds: Frozen(dist, none(args, kwds))
    if len(shapes) == 1:
        first = shapes[0]
        return lambda *args, **kwds: Frozen(dist, one(args, kwds, first))
    first, second = shapes
    return lambda *args, **kwds: Frozen(dist, two(args, kwds, first, second))


def params_of(frozen):
    """What SciPy's object holds."""
    shapes = shapes_of(frozen)
    if len(shapes) == 0:
        return none(frozen.args, frozen.kwds)
    if len(shapes) == 1:
        return one(frozen.args, frozen.kwds, shapes[0])
    return two(frozen.args, frozen.kwds, shapes[0], shapes[1])


# What methods of SciPy's frozen distributions do


def logpdf(self, x):
    return public(self).logpdf(x, *params_of(self))


def pdf(self, x):
    return public(self).pdf(x, *params_of(self))


def logcdf(self, x):
    return public(self).logcdf(x, *params_of(self))


def cdf(self, x):
    return public(self).cdf(x, *params_of(self))


def logsf(self, x):
    return public(self).logsf(x, *params_of(self))


def sf(self, x):
    return public(self).sf(x, *params_of(self))


def ppf(self, q):
    return public(self).ppf(q, *params_of(self))


def isf(self, q):
    return public(self).isf(q, *params_of(self))


for _method in (logpdf, pdf, logcdf, cdf, logsf, sf, ppf, isf):
    _name = _method.__name__
    defined(getattr(SciPyFrozen, _name), _method, name=f"scipy.stats frozen distribution.{_name}")
for _family in FAMILIES:
    defined(_family.dist, freezing(_family.dist, *_family.shapes), name=named(_family.dist), aliases="maybe")
