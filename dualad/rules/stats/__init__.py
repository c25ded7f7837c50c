"""Rules of `scipy.stats`: distributions, a file a family, and statistics of samples; loaded when one is first met.

Of each distribution its standard form is stated (`families.state`): the score in x and in each shape parameter, and how
the distribution function moves with each. What follows for location, scale and all methods is said once, in `families`.
"""

from __future__ import annotations

from importlib import import_module

FILES = (
    "normal",
    "positive",
    "powers",
    "bounded",
    "crystal_ball",
    "discrete",
    "frozen",
    "multivariate",
    "counts_and_matrices",
    "frozen_others",
    "pearson",
    "samples",
    "kde",
    "refusals",
)

for _name in FILES:
    import_module(f"{__name__}.{_name}")
