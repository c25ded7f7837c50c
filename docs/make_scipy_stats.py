"""Writes `docs/scipy_stats.md`: the distributions of `scipy.stats` that have derivatives; run it to write anew."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scipy import stats  # noqa: E402

import dualad.rules  # noqa: E402, F401
from dualad import registry  # noqa: E402

HEAD = """\
# scipy.stats

Distributions whose methods have derivatives, made from the registry by `docs/make_scipy_stats.py`. Of the continuous
ones `logpdf`, `pdf`, `logcdf`, `cdf`, `logsf`, `sf`, `ppf` and `isf` are differentiable in their argument, in `loc`,
in `scale` and in the shape parameters that are named; frozen distributions, `norm(mu, 2).logpdf(x)`, are so too, in
what they were frozen with, those of counts, vectors and matrices included.
Of the discrete ones `logpmf`, `pmf`, `logcdf`, `cdf`, `logsf` and `sf` are differentiable
in the parameters that are named; `logpdf` and `pdf` of `multivariate_normal` and `multivariate_t` (of a regular
matrix), `matrix_normal`, `wishart`, `invwishart`, `pearson3` and `dirichlet` are so in all arguments, `logpmf` and
`pmf` of `multinomial` and `dirichlet_multinomial` in all but the counts (of `multinomial` in directions that keep the
sum of `p`: SciPy sets the last of them so that it is one). Other methods, and other distributions, are refused.

Refused, among others: `vonmises.cdf` in `kappa` (SciPy sums a series up to some `kappa` and takes a normal
approximation beyond it), `levy_stable` (its density has no closed form), `nct` and `ncf` (series whose terms no rule
is stated for) and `pearson3.cdf` (the gamma distribution that it is one of degenerates where the skew is 0).

Statistics of samples, tests and `gaussian_kde` are differentiable in all that is a number; calls with `nan_policy` and
other options that the definitions do not name are refused.
"""


def page() -> str:
    """The whole page."""
    registry.lookup(stats.norm.logpdf)
    from dualad.rules.stats import discrete, families

    rows = ["| distribution | shapes | in the density only | refused |", "|---|---|---|---|"]
    for family in sorted(families.FAMILIES, key=lambda f: f.dist.name):
        known, partly, refused = [], [], []
        for name, stated in family.of_shape.items():
            (refused if stated is None else partly if stated[1] is None else known).append(name)
        rows.append(f"| `{family.dist.name}` | {_join(known)} | {_join(partly)} | {_join(refused)} |")
    lines = [f"## {len(families.FAMILIES)} continuous distributions\n", *rows, ""]
    lines += [
        f"## {len(discrete.STATED)} discrete distributions\n",
        "| distribution | parameters | refused |",
        "|---|---|---|",
    ]
    for name, shapes in sorted(discrete.STATED.items()):
        known = [n for n, stated in shapes.items() if stated is not None]
        lines.append(f"| `{name}` | {_join(known)} | {_join([n for n in shapes if n not in known])} |")
    known = [
        registry.display_name(p.fn).rpartition(".")[2]
        for p in registry.primitives()
        if p.form == "defined" and p.definition.__module__.endswith(("stats.samples", "stats.kde"))
    ]
    names = sorted({name for name in known if hasattr(stats, name)})
    lines += ["", f"## {len(names)} statistics of samples\n", _join(names) + "."]
    return "\n".join([HEAD, *lines, ""])


def _join(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    (ROOT / "docs" / "scipy_stats.md").write_text(page(), encoding="utf-8")
