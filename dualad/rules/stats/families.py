"""What a distribution's methods have for derivatives, from those of its standard form.

With z = (x - loc) / scale, f the standard density and F the standard distribution function, s a shape parameter:

    logpdf    x: score / scale    loc: -score / scale    scale: -(1 + z score) / scale    s: score in s
    cdf       x: pdf              loc: -pdf              scale: -z pdf                    s: dF/ds

`pdf` is logpdf's by the density, `sf` is minus `cdf`'s, the logarithms are these by exp(logpdf - logcdf) and its like,
the quantiles `ppf` and `isf` are given by the implicit function theorem. Beyond the ends of the support, where all
are constant, derivatives are 0. Rules call the methods themselves, which have rules, so that every order follows.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dualad.registry import Rule, add_owner, elementwise, same
from dualad.rules.helpers import require_real
from dualad.rules.special.helpers import dispatched

Slope = Callable[..., Any]
METHODS = ("logpdf", "pdf", "logcdf", "cdf", "logsf", "sf", "ppf", "isf")
FROM_BELOW = ("cdf", "logcdf", "ppf")


@dataclass(frozen=True)
class Of:
    """How a shape parameter moves the distribution function F: the derivative of F, log F or log(1 - F)."""

    what: str
    slope: Slope


def cdf(slope: Slope) -> Of:
    """The derivative of F in a shape parameter is `slope(x, *shapes)`."""
    return Of("cdf", slope)


def logcdf(slope: Slope) -> Of:
    """The derivative of log F is `slope(x, *shapes)`, which has digits where F has none."""
    return Of("logcdf", slope)


def logsf(slope: Slope) -> Of:
    """The derivative of log(1 - F) is `slope(x, *shapes)`."""
    return Of("logsf", slope)


class Family:
    """A distribution with rules.

    Attributes:
        dist: SciPy's object.
        shapes: names of its shape parameters.
        rules: per method, its rules in x, the shapes, loc and scale.
        call: its methods, as rules call them.
    """

    def __init__(self, dist: Any, at: Any, score: Slope, shapes: dict[str, tuple[Slope, Of | None] | None]) -> None:
        self.dist = dist
        self.shapes = tuple(shapes)
        self.at = at
        self.score = score
        self.of_shape = shapes
        self.call: dict[str, Callable[..., Any]] = {name: dispatched(getattr(dist, name)) for name in METHODS}
        names = ("x", *self.shapes, "loc", "scale")
        self.rules: dict[str, tuple[Rule | None, ...]] = {
            method: tuple([self.rule(method, name) for name in names]) for method in METHODS
        }

    def rule(self, method: str, name: str) -> Rule | None:
        """The rule of a method in one parameter; None where none is known."""
        if name in self.of_shape:
            stated = self.of_shape[name]
            if stated is None or (stated[1] is None and method not in ("logpdf", "pdf")):
                return None
        first = "q" if method in ("ppf", "isf") else "x"

        def partial(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            x, *rest, ans = given.arguments.values()
            with np.errstate(under="ignore", over="ignore"):  # of terms that count for nothing in the end
                return Partials(self, method, x, tuple(rest), ans).in_(name)

        ordinary = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [inspect.Parameter(n, ordinary) for n in (first, *self.shapes)]
        parameters += [inspect.Parameter(n, ordinary, default=d) for n, d in (("loc", 0), ("scale", 1), ("ans", None))]
        signature = inspect.Signature(parameters)
        partial.__signature__ = signature  # type: ignore[attr-defined]
        partial.__name__ = f"{self.dist.name}_{method}_{name}"
        return partial


def log_ratio(top: Any, bottom: Any) -> Any:
    """exp(top - bottom) of logarithms; 0 where the first is of 0."""
    none = np.isneginf(top)
    return np.where(none, 0, np.exp(np.where(none, 0, top) - np.where(none, 0, bottom)))


def in_double(x: Any) -> Any:
    """A number of extended precision in double, in which SciPy computes: its special functions know no other."""
    return x.astype(np.float64) if getattr(x, "dtype", None) == np.longdouble else x


class Partials:
    """The partials of one call."""

    def __init__(self, family: Family, method: str, x: Any, params: tuple[Any, ...], ans: Any) -> None:
        require_real(f"scipy.stats.{family.dist.name}.{method}", x, *params)
        x, self.ans = in_double(x), in_double(ans)
        self.family, self.method = family, method
        self.params = tuple(map(in_double, params))
        self.shapes, (self.loc, self.scale) = self.params[:-2], self.params[-2:]
        self.quantile = method in ("ppf", "isf")
        self.x = self.ans if self.quantile else x
        self.z = (self.x - self.loc) / self.scale

    def value(self, method: str) -> Any:
        """Another method at the same place, which may overflow on its way to 0 where this one does not."""
        if method == self.method:
            return self.ans
        with np.errstate(all="ignore"):
            return self.family.call[method](self.x, *self.params)

    def in_(self, name: str) -> Any:
        """The partial in the parameter of a name."""
        if self.method in ("logpdf", "pdf"):
            found = self.of_density(name)
            return found if self.method == "logpdf" else self.ans * found
        if self.quantile:
            return self.of_quantile(name)
        if name in self.family.of_shape:
            return self.of_distribution(name)
        slope = self.density() if self.method in FROM_BELOW else -self.density()
        return slope * self.direction(name)

    def direction(self, name: str) -> Any:
        """How z moves with x, loc or scale, times the scale."""
        return 1 if name == "x" else -1 if name == "loc" else -self.z

    def inner(self, inside: Any) -> Any:
        """z, and within the support where it is not: what is computed there is not used."""
        at = self.family.at
        return np.where(inside, self.z, at(*self.shapes) if callable(at) else at)

    def of_density(self, name: str) -> Any:
        """The partial of logpdf."""
        family = self.family
        inside = np.logical_not(self.ans == 0 if self.method == "pdf" else np.isneginf(self.ans))
        z = self.inner(inside)
        stated = family.of_shape.get(name)
        if stated is not None:
            return np.where(inside, stated[0](z, *self.shapes), 0)
        score = family.score(z, *self.shapes)
        found = -(1 + z * score) if name == "scale" else score * self.direction(name)
        return np.where(inside, found, 0) / self.scale

    def density(self) -> Any:
        """The derivative in x of a distribution function or of its logarithm, less the sign."""
        if not self.method.startswith("log"):
            return self.value("pdf")
        return log_ratio(self.value("logpdf"), self.ans)

    def of_distribution(self, name: str) -> Any:
        """The partial of a distribution function or its logarithm in a shape parameter."""
        below, logarithm = self.method in FROM_BELOW, self.method.startswith("log")
        whole = self.ans == 0 if logarithm else self.ans == 1
        none = np.isneginf(self.ans) if logarithm else self.ans == 0
        inside = np.logical_not(whole | none)
        of = self.family.of_shape[name][1]  # type: ignore[index]
        slope = of.slope(self.inner(inside), *self.shapes)  # type: ignore[union-attr]
        sign = 1 if below else -1
        if of.what == "cdf":  # type: ignore[union-attr]
            found = sign * slope * np.exp(-np.where(inside, self.ans, 0)) if logarithm else sign * slope
        elif (of.what == "logcdf") == below:  # type: ignore[union-attr]
            found = slope if logarithm else slope * self.ans
        else:
            other = self.value(self.other())
            found = -slope * (log_ratio(other, np.where(inside, self.ans, 0)) if logarithm else other)
        return np.where(inside, found, 0)

    def other(self) -> str:
        """The complementary method."""
        return {"cdf": "sf", "sf": "cdf", "logcdf": "logsf", "logsf": "logcdf"}[self.method]

    def of_quantile(self, name: str) -> Any:
        """The partial of a quantile."""
        if name in ("loc", "scale"):
            return 1 if name == "loc" else self.z
        density = self.value("pdf")
        if name == "x":
            return 1 / density if self.method in FROM_BELOW else -1 / density
        there = Partials(self.family, "cdf", self.x, self.params, self.value("cdf"))
        return -there.of_distribution(name) / density


FAMILIES: list[Family] = []
BY_CLASS: dict[type, Family] = {}


def state(dist: Any, score: Slope, *, at: Any = 0.0, **shapes: tuple[Slope, Of | None] | None) -> Family:
    """State a continuous distribution by its standard form.

    `score(x, *shapes)` is the derivative of the log density in x; per shape parameter by name, its score and how it
    moves the distribution function (None: not known); `at` lies within the support (a number, or a function of the
    shapes).
    """
    family = Family(dist, at, score, shapes)
    FAMILIES.append(family)
    BY_CLASS.setdefault(type(dist), family)
    add_owner(dist)
    for method in METHODS:
        bound = getattr(dist, method)
        singular = tuple(range(len(shapes) + 1)) if method in ("ppf", "isf") else ()
        elementwise(bound, *family.rules[method], kind="any", singular=singular, name=f"{named(dist)}.{method}")
        same(family.call[method], bound, name=f"{named(dist)}.{method}")
    return family


def named(dist: Any) -> str:
    """How a distribution is shown to people."""
    return f"scipy.stats.{dist.name}"
