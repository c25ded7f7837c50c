"""Frozen distributions, `norm(0, 1).logpdf(x)`: in x. In parameters they are refused: methods take these too."""

from __future__ import annotations

from typing import Any

from scipy import stats

from dualad.errors import Unsupported
from dualad.registry import elementwise
from dualad.rules.stats.families import FAMILIES, METHODS, Family, Partials

Frozen: Any = type(stats.norm())


def family_of(frozen: Any) -> Family:
    """The distribution that was frozen."""
    found = FAMILIES.get(type(frozen.dist))
    same_support = found is not None and (frozen.dist.a, frozen.dist.b) == (found.dist.a, found.dist.b)
    if found is None or not same_support:
        raise Unsupported(f"the distribution {frozen.dist.name} of scipy.stats has no derivative rules")
    return found


def partial_of(method: str, frozen: Any, x: Any, ans: Any) -> Any:
    """The partial of a frozen distribution's method in x."""
    family = family_of(frozen)
    params = family.dist._parse_args(*frozen.args, **frozen.kwds)
    shapes, loc, scale = params
    return Partials(family, method, x, (*shapes, loc, scale), ans).in_("x")


def state_frozen(method: str) -> None:
    """State a method of frozen distributions."""
    fn = getattr(Frozen, method)
    elementwise(
        fn,
        None,
        (lambda self, q, ans: partial_of(method, self, q, ans))
        if method in ("ppf", "isf")
        else (lambda self, x, ans: partial_of(method, self, x, ans)),
        kind="any",
        name=f"scipy.stats frozen distribution.{method}",
        singular=(1,) if method in ("ppf", "isf") else (),
    )


for _method in METHODS:
    state_frozen(_method)
