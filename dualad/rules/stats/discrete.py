"""Discrete distributions in their continuous parameters: per parameter its score and how it moves the cdf."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import scipy.special as sp
from scipy import stats

from dualad.registry import Rule, add_owner, elementwise, same
from dualad.rules.special.gamma import psi_difference
from dualad.rules.special.helpers import dispatched
from dualad.rules.special.incomplete_beta import slope_a
from dualad.rules.special.statistics import binomial_slope, poisson_slope
from dualad.rules.stats.families import Slope, named

STATED: dict[str, dict[str, tuple[Slope, Slope] | None]] = {}
METHODS = ("logpmf", "pmf", "logcdf", "cdf", "logsf", "sf")


def of_parameter(method: str, shapes: tuple[str, ...], score: Slope, slope: Slope) -> Rule:
    """The rule of a method in one parameter."""

    def partial(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        k, *params, loc, ans = given.arguments.values()
        logarithm = method.startswith("log")
        none = np.isneginf(ans) if logarithm else ans == 0
        k = np.where(none, 0, k - loc)
        if method in ("logpmf", "pmf"):
            found = score(k, *params) * (1 if logarithm else ans)
        else:
            found = slope(k, *params) * (1 if method in ("cdf", "logcdf") else -1)
            found = found * np.exp(-np.where(none, 0, ans)) if logarithm else found
        return np.where(none, 0, found)

    ordinary = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(n, ordinary) for n in ("k", *shapes)]
    parameters += [inspect.Parameter(n, ordinary, default=d) for n, d in (("loc", 0), ("ans", None))]
    signature = inspect.Signature(parameters)
    partial.__signature__ = signature  # type: ignore[attr-defined]
    partial.__name__ = f"{method}_slope"
    return partial


def state(dist: Any, **shapes: tuple[Slope, Slope] | None) -> None:
    """State a discrete distribution: per parameter its score and the derivative of the distribution function in it."""
    names = tuple(shapes)
    STATED[dist.name] = shapes
    add_owner(dist)
    for method in METHODS:
        bound = getattr(dist, method)
        rules = [None, *(None if s is None else of_parameter(method, names, *s) for s in shapes.values())]
        elementwise(bound, *rules, kind="any", name=f"{named(dist)}.{method}")
        same(dispatched(bound), bound)


state(
    stats.poisson,
    mu=(lambda k, mu: k / mu - 1, lambda k, mu: poisson_slope(k, mu)),
)
state(
    stats.bernoulli,
    p=(lambda k, p: k / p - (1 - k) / (1 - p), lambda k, p: -1.0 * (np.floor(k) == 0)),
)
state(
    stats.binom,
    n=None,
    p=(lambda k, n, p: (k - n * p) / (p * (1 - p)), lambda k, n, p: binomial_slope(k, n, p)),
)
state(
    stats.geom,
    p=(
        lambda k, p: 1 / p - (k - 1) / (1 - p),
        lambda k, p: np.floor(k) * np.exp(sp.xlog1py(np.floor(k) - 1, -p)),
    ),
)


def betabinom_pmf(j, n, a, b):
    """The mass of beta-binomial, of functions that dual numbers run through."""
    return np.exp(sp.betaln(j + a, n - j + b) - sp.betaln(a, b) - np.log(n + 1) - sp.betaln(n - j + 1, j + 1))


def betabinom_score(k, n, a, b):
    """The score of beta-binomial in `a`; that in `b` is the same of `n - k` and both exchanged."""
    return psi_difference(a, k) - psi_difference(a + b, n)


def up_to(k, n, a, b, score):
    """The derivative of the distribution function: a sum over all that is not above k."""
    total = 0.0
    for j in range(int(np.max(n, initial=0)) + 1):
        mass = np.where(j <= np.minimum(np.floor(k), n), betabinom_pmf(np.minimum(j, n), n, a, b), 0)
        total = total + mass * score(np.minimum(j, n), n, a, b)
    return total


def betabinom_score_b(k, n, a, b):
    """The score of beta-binomial in `b`."""
    return betabinom_score(n - k, n, b, a)


state(
    stats.betabinom,
    n=None,
    a=(lambda k, n, a, b: betabinom_score(np.floor(k), n, a, b), lambda k, n, a, b: up_to(k, n, a, b, betabinom_score)),
    b=(
        lambda k, n, a, b: betabinom_score_b(np.floor(k), n, a, b),
        lambda k, n, a, b: up_to(k, n, a, b, betabinom_score_b),
    ),
)
state(
    stats.nbinom,
    n=(
        lambda k, n, p: psi_difference(n, k) + np.log(p),
        lambda k, n, p: slope_a(n, np.floor(k) + 1, sp.logit(p)),
    ),
    p=(
        lambda k, n, p: n / p - k / (1 - p),
        lambda k, n, p: np.exp(sp.xlogy(n - 1, p) + sp.xlog1py(np.floor(k), -p) - sp.betaln(n, np.floor(k) + 1)),
    ),
)
