"""Rules of `scipy.special`, a file a family; loaded when one of its functions is first met.

References to formulas are to the Digital Library of Mathematical Functions (DLMF), https://dlmf.nist.gov, unless
another source is named. Where a derivative in some argument is not stated (`None`), none is known in functions that
SciPy has; `docs/scipy_special.md` says which and why.
"""

from __future__ import annotations

from importlib import import_module

FILES = (
    "elementary",
    "gamma",
    "erf",
    "integrals",
    "bessel",
    "airy",
    "elliptic",
    "hypergeometric",
    "orthogonal",
    "statistics",
    "incomplete_gamma",
    "incomplete_beta",
    "beta_distributions",
    "noncentral",
    "spheroidal",
    "sums",
)

for _name in FILES:
    import_module(f"{__name__}.{_name}")
