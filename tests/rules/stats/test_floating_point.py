"""Derivatives of distributions warn about floating point only where their methods do, near the ends and beyond them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.stats._distr_params import distcont

import dualad
from dualad import registry

registry.lookup(stats.norm.logpdf)  # loads the rules
from dualad.rules.stats import families  # noqa: E402

SHAPES: dict[str, tuple[float, ...]] = {}
for _name, _shapes in distcont:
    SHAPES.setdefault(_name if isinstance(_name, str) else _name.name, _shapes)
METHODS = ("logpdf", "pdf", "logcdf", "cdf", "logsf", "sf")
KNOWN = [family.dist for family in families.FAMILIES if family.dist.name in SHAPES]


def quietly(fn: Any, *args: Any) -> tuple[Any, bool]:
    """What a function gives, and whether it did so without a warning or an error about floating point."""
    try:
        with warnings.catch_warnings(), np.errstate(all="raise"):
            warnings.simplefilter("error")
            return fn(*args), True
    except (FloatingPointError, Warning):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return fn(*args), False


@pytest.mark.parametrize("dist", KNOWN, ids=lambda d: d.name)
def test_tangents_warn_where_methods_do(dist) -> None:
    shapes = SHAPES[dist.name]
    with np.errstate(all="ignore"):
        middle, far = dist.ppf(0.37, *shapes), dist.ppf(1e-9, *shapes)
    for x in (middle, far, middle - 1e3, middle + 1e3):
        for method in METHODS:
            fn = getattr(dist, method)
            if not quietly(fn, x, *shapes)[1]:
                continue
            tangent, quiet = quietly(lambda x, fn=fn: dualad.jvp(lambda x: fn(x, *shapes), (x,), (1.0,))[1], float(x))
            assert quiet or not np.isfinite(tangent), (method, x)
