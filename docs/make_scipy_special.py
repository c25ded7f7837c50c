"""Writes `docs/scipy_special.md`: what of `scipy.special` has derivatives, in which arguments; run it to write anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import scipy.special as sp  # noqa: E402

import dualad.rules  # noqa: E402, F401
from dualad import registry  # noqa: E402

HEAD = """\
# scipy.special

Every function of `scipy.special`, made from the registry by `docs/make_scipy_special.py`. A function is
*differentiable* in the arguments that are named; in others it is refused, for the reason given: an error says so
before anything runs. *Constant* functions have the derivative zero wherever they have any. Derivatives of the second
order are right or refused: in shape parameters and orders they are there, the second derivatives in parameters of the
zeta function, of Carlson's R_D and R_J and of characteristic values are refused.

Incomplete gamma and beta functions, all distributions that are made of them and all their inverses are differentiable
in their shape parameters, to 4e-9 and better (`python -m tests.rules.special.accuracy`); Bessel functions in their
order (J, Y and Hankel functions up to 250, beyond which derivatives in the order are NaN).
"""

REASONS = {
    "whole": "a whole number: SciPy takes integers, or rounds down",
    "degree": "sums for whole degrees and Kampé de Fériet functions else, none of them in SciPy (Fröhlich, Integral "
    "Transforms and Special Functions 2, 1994; Koepf, ibid. 5, 1997; Szmytkowski, J. Phys. A 39, 2006)",
    "hypergeometric": "Kampé de Fériet functions of two variables, which SciPy does not have (Ancarani and Gasaneo, "
    "J. Math. Phys. 49, 2008, and J. Phys. A 42, 2009)",
    "struve": "closed forms for special orders only (Brychkov and Geddes, Integral Transforms and Special Functions "
    "16, 2005)",
    "cylinder": "no formula in functions that SciPy has (none in DLMF 12)",
    "parameter": "solves an inhomogeneous equation; no formula (none in DLMF 28.2, 30.2)",
    "value": "the characteristic value is determined by the other arguments (DLMF 30.2.1)",
    "wright": "series with digamma functions that SciPy does not have (Apelblat and Mainardi, Mathematics 9, 2021)",
    "moment": "an integral with log(x) or in the order that SciPy does not have",
}

# Reasons for the arguments without rules: functions by name, reasons in the order of their first arguments.
NOT_IN = {
    "bdtr bdtrc bdtri nbdtr nbdtrc nbdtri pro_cv obl_cv": "whole whole",
    "pdtr pdtrc pdtri expn yn kn eval_hermite eval_hermitenorm smirnov smirnovi mathieu_a mathieu_b": "whole",
    "eval_chebyc eval_chebys eval_chebyt eval_chebyu eval_laguerre eval_legendre": "degree",
    "eval_sh_chebyt eval_sh_chebyu eval_sh_legendre": "degree",
    "eval_gegenbauer eval_genlaguerre lpmv": "degree degree",
    "eval_jacobi eval_sh_jacobi": "degree degree degree",
    "mathieu_cem mathieu_sem mathieu_modcem1 mathieu_modcem2 mathieu_modsem1 mathieu_modsem2": "whole parameter",
    "pro_ang1 pro_rad1 pro_rad2 obl_ang1 obl_rad1 obl_rad2": "whole whole parameter",
    "pro_ang1_cv pro_rad1_cv pro_rad2_cv obl_ang1_cv obl_rad1_cv obl_rad2_cv": "whole whole parameter value",
    "pbdv pbvv pbwa": "cylinder",
    "hyp0f1": "hypergeometric",
    "hyp1f1 hyperu": "hypergeometric hypergeometric",
    "hyp2f1": "hypergeometric hypergeometric hypergeometric",
    "struve modstruve": "struve",
    "wright_bessel log_wright_bessel": "wright wright",
}
WHY = {name: dict(enumerate(reasons.split())) for names, reasons in NOT_IN.items() for name in names.split()}
WHY["besselpoly"] = {1: "moment", 2: "moment"}

DOES_NOT_APPLY = re.compile(
    r"_zeros$|^roots_|_roots$|_seq$|_coef$|^(bernoulli|euler|stirling2|errstate|geterr|seterr|ellip_normal)$|"
    r"Warning$|Error$|^(legendre|chebyt|chebyu|chebyc|chebys|jacobi|laguerre|genlaguerre|hermite|hermitenorm|gegenbauer|"
    r"sh_legendre|sh_chebyt|sh_chebyu|sh_jacobi)$"
)


def ufuncs() -> dict[str, Any]:
    """The universal functions, by their public names."""
    return {name: fn for name in sorted(sp.__all__) if isinstance(fn := getattr(sp, name), np.ufunc)}


def functions() -> dict[str, Any]:
    """The other functions."""
    return {
        name: fn for name in sorted(sp.__all__) if callable(fn := getattr(sp, name)) and not isinstance(fn, np.ufunc)
    }


def arguments(name: str, fn: np.ufunc) -> list[str]:
    """What the documentation calls a ufunc's arguments."""
    for found in re.finditer(rf"^\s*{name}\(([^)]*)\)", fn.__doc__ or "", re.MULTILINE):
        names = [part.strip(" []") for part in found[1].split(",")]
        if "/" not in names and len(names) >= fn.nin:
            return names[: fn.nin]
    return [f"x{i + 1}" for i in range(fn.nin)]


def page() -> str:
    """The whole page."""
    found = {name: registry.lookup(fn) for name, fn in ufuncs().items()}
    ruled = [name for name, p in found.items() if p is not None and p.form != "constant"]
    constant = [name for name, p in found.items() if p is not None and p.form == "constant"]
    sections = [
        HEAD,
        f"Of {len(found)} universal functions {len(ruled)} have rules, {len(constant)} are constant and "
        f"{len(found) - len(ruled) - len(constant)} are refused.\n",
        "## Universal functions\n",
        "| function | differentiable in | refused in |\n|---|---|---|",
    ]
    sections[-1] = "\n".join([sections[-1], *(_row(name, found[name]) for name in found), ""])
    sections.append("## Other functions\n")
    others = functions()
    known = {name: p for name, fn in others.items() if (p := registry.lookup(fn)) is not None}
    told = {name: p.why for name, p in known.items() if p.form == "refused"}
    rest = [name for name in others if name not in known]
    nothing = [name for name in rest if DOES_NOT_APPLY.search(name)]
    sections.append("\n".join(["| function | differentiable in |\n|---|---|", *_others(known), ""]))
    instead = ", ".join(f"`{name}` ({why})" for name, why in told.items())
    sections.append(f"Refused: {instead}, {_names(n for n in rest if n not in nothing)}.\n")
    sections.append(f"Does not apply (tables of numbers, polynomials by degree, settings): {_names(nothing)}.\n")
    return "\n".join(sections)


def _row(name: str, primitive: Any) -> str:
    names = arguments(name, ufuncs()[name])
    if primitive is None:
        return f"| `{name}` | | all |"
    if primitive.form == "constant":
        return f"| `{name}` | constant | |"
    why: dict[str, list[str]] = {}
    for i, reason in WHY.get(name, {}).items():
        why.setdefault(REASONS[reason], []).append(f"`{names[i]}`")
    refused = "; ".join(f"{', '.join(which)}: {reason}" for reason, which in why.items())
    return f"| `{name}({', '.join(names)})` | {', '.join(names[i] for i in primitive.argnums)} | {refused} |"


def _others(known: dict[str, Any]) -> list[str]:
    rows = []
    for name, primitive in known.items():
        if primitive.form == "refused":
            continue
        names = list(primitive.signature.parameters)
        where = [names[i] for i in primitive.argnums] if primitive.form != "defined" else ["x"]
        rows.append(f"| `{name}({', '.join(names)})` | {', '.join(where)} |")
    return rows


def _names(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    (ROOT / "docs" / "scipy_special.md").write_text(page(), encoding="utf-8")
