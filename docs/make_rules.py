"""Writes `docs/rules.md`, the classification of NumPy's public names: run `python docs/make_rules.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre, polynomial  # noqa: E402

import dualad.rules  # noqa: E402, F401
from dualad import registry  # noqa: E402
from dualad.rules import outside  # noqa: E402

HEAD = """\
# What of NumPy has a derivative

Every public name of NumPy {version} and its class, made by `docs/make_rules.py` from the registry and
`dualad/rules/outside.py`. A name is *differentiable*, when it has a rule or a definition by functions that have rules;
*constant*, when its result never depends smoothly on its arguments; a *store*, when it writes into an array, which the
two modes follow or refuse; *refused*, when it has no rule, for the reason given; or derivatives do not apply to it
(files, settings, dtypes). A function without a rule is refused where a derivative would go through it, and is called
like any other where none does.
"""

COUNTS = """\
## Counts

Beside the names that other libraries have: of HIPS autograd 1.9.1 those with a reverse rule (and with a forward one),
of JAX 0.10.2 those of our differentiable ones that `jax.numpy` has too, whatever modes it differentiates them in.

| | public names | differentiable | constant | stores | refused | does not apply | HIPS autograd | JAX |
|---|---|---|---|---|---|---|---|---|
"""

HIPS = {"numpy": "115 (113)", "numpy.linalg": "9 (0)", "numpy.fft": "14 (0)"}
JAX = {"numpy": "229", "numpy.linalg": "30", "numpy.fft": "18"}

PLATFORM = {"float96", "float128", "complex192", "complex256"}  # other names of longdouble, where there are any
CLASSES = ("differentiable", "constant", "store", "refused", "does not apply")


def modules() -> dict[str, tuple[Any, list[str]]]:
    """What is classified: each with its public names."""
    found = {
        name: (module, sorted(set(module.__all__) - PLATFORM))
        for name, module in (
            ("numpy", np),
            ("numpy.linalg", np.linalg),
            ("numpy.fft", np.fft),
            ("numpy.emath", np.emath),
        )
    }
    for family in (polynomial, chebyshev, legendre, hermite, hermite_e, laguerre):
        found[family.__name__] = (family, sorted(family.__all__))
    found["ndarray"] = (np.ndarray, [n for n in dir(np.ndarray) if not n.startswith("_")])
    return found


def ufuncs() -> list[np.ufunc]:
    """NumPy's own universal functions."""
    return sorted({f for f in vars(np).values() if isinstance(f, np.ufunc)}, key=lambda f: f.__name__)


def classified(owner: Any, name: str, label: str) -> tuple[str, str] | None:
    """The class of a name, with the reason or group where there is one; None if it has none."""
    if owner is np.ndarray:
        known = registry.lookup_method(name) or registry.lookup_attribute(name)
    else:
        known = registry.lookup(getattr(owner, name))
    if known is not None:
        return _class_of(known)
    group = outside.of(label).get(name)
    return None if group is None else ("does not apply", group)


def _class_of(known: registry.Primitive) -> tuple[str, str]:
    if known.form == "refused":
        return "refused", known.why
    if known.writes:
        return "store", ""
    return "constant" if known.form == "constant" else "differentiable", ""


def methods(ufunc: np.ufunc) -> Iterator[tuple[str, str]]:
    """The class of each method of a universal function."""
    for name in ("reduce", "accumulate", "reduceat", "outer"):
        known = registry.lookup(getattr(ufunc, name))
        yield name, "refused" if known is None else _class_of(known)[0]


def page() -> str:
    """The whole page."""
    rows, sections = [], []
    for label, (owner, names) in modules().items():
        found = {name: classified(owner, name, label) or ("", "") for name in names}
        sizes = [sum(kind == wanted for kind, _ in found.values()) for wanted in CLASSES]
        others = f"{HIPS.get(label, '')} | {JAX.get(label, '')}"
        rows.append(f"| `{label}` | {len(names)} | {' | '.join(map(str, sizes))} | {others} |")
        sections.append(_section(label, found))
    counts = COUNTS + "\n".join(rows) + "\n"
    version = ".".join(np.__version__.split(".")[:2])
    return "\n".join([HEAD.format(version=version), counts, *sections, _ufunc_section()])


def _section(label: str, found: dict[str, tuple[str, str]]) -> str:
    lines = [f"## `{label}`\n"]
    for wanted in CLASSES:
        groups: dict[str, list[str]] = {}
        for name, (kind, why) in found.items():
            if kind == wanted:
                groups.setdefault(why, []).append(name)
        for why, names in sorted(groups.items()):
            lines.append(f"*{wanted.capitalize()}{f' ({why})' if why else ''}*: {_listed(names)}.\n")
    return "\n".join(lines)


def _ufunc_section() -> str:
    lines = ["## Methods of universal functions\n", "`at` is a store.\n"]
    groups: dict[str, list[str]] = {}
    for ufunc in ufuncs():
        if ufunc.nin == 2 and ufunc.nout == 1 and ufunc.signature is None:
            kinds = dict(methods(ufunc))
            said = "; ".join(
                f"{kind}: {', '.join(n for n, k in kinds.items() if k == kind)}"
                for kind in CLASSES
                if kind in kinds.values()
            )
            groups.setdefault(said, []).append(ufunc.__name__)
    lines += [f"*{said[0].upper() + said[1:]}*: {_listed(names)}.\n" for said, names in sorted(groups.items())]
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    (ROOT / "docs" / "rules.md").write_text(page(), encoding="utf-8")
