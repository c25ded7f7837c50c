"""Writes `docs/scipy.md`, which of SciPy's functions have derivative rules: run `python docs/make_scipy.py`."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import dualad.rules  # noqa: E402, F401
from dualad import registry  # noqa: E402

HEAD = """\
# SciPy

Which functions of SciPy have derivatives, made by `docs/make_scipy.py` from the registry. (`scipy.special` and
`scipy.stats` have a page of their own; solvers, minimisers and integrators of functions are differentiated by the
equations that they solve.) SciPy is imported by your program alone; rules are loaded when one of its functions is met.

*Differentiable* functions are followed by the arguments that they have a derivative in. Options that overwrite an
argument (`overwrite_a`) are refused, and so is every function that is not named here, before it runs, with how to
declare a rule.
"""

MODULES = (
    "scipy.linalg",
    "scipy.fft",
    "scipy.fftpack",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.ndimage",
    "scipy.signal",
    "scipy.sparse",
    "scipy.sparse.linalg",
    "scipy.spatial.distance",
)
METHODS = {
    "scipy.interpolate": ("PPoly.__call__", "PPoly.integrate", "BSpline.__call__", "BSpline.integrate")
    + ("RegularGridInterpolator.__call__",),
    "scipy.sparse.linalg": ("SuperLU.solve", "LinearOperator.dot", "LinearOperator.matvec", "LinearOperator.matmat")
    + ("LinearOperator.rmatvec", "LinearOperator.rmatmat"),
}


def public(name: str) -> dict[str, Any]:
    """The public functions and classes of a module, by name; and methods that have rules."""
    module = import_module(name)
    names = getattr(module, "__all__", None) or [n for n in dir(module) if not n.startswith("_")]
    found = {n: getattr(module, n) for n in names if callable(getattr(module, n))}
    for method in METHODS.get(name, ()):
        owner, _, last = method.partition(".")
        found[method] = getattr(getattr(module, owner), last)
    return {n: f for n, f in found.items() if not (inspect.isclass(f) and issubclass(f, BaseException))}


def classified(name: str) -> dict[str, dict[str, Any]]:
    """The public names of a module by class: differentiable, constant, refused, or "" where nothing is stated.

    What is stated elsewhere in dualad, solvers that is, is left out.
    """
    classes: dict[str, dict[str, Any]] = {"differentiable": {}, "constant": {}, "refused": {}, "": {}}
    for key, fn in sorted(public(name).items(), key=lambda item: item[0].lower()):
        primitive = registry.lookup(fn)
        if primitive is None:
            classes[""][key] = fn
        elif primitive.form in ("constant", "refused"):
            classes[primitive.form][key] = primitive
        elif stated_here(primitive):
            classes["differentiable"][key] = primitive
    return classes


def stated_here(primitive: Any) -> bool:
    """Whether a primitive is stated by the rules of SciPy's functions of arrays."""
    stated = next(rule for rule in (*primitive.rules, primitive.definition) if rule is not None)
    return stated.__module__.startswith("dualad.rules.scipy.")


def arguments(primitive: Any) -> str:
    """The names of the arguments that a primitive has a derivative in."""
    if primitive.form == "defined":
        return "what it is made of"
    names = list(primitive.signature.parameters)
    variadic = [p.name for p in primitive.signature.parameters.values() if p.kind is p.VAR_POSITIONAL]
    return ", ".join(variadic or [names[i] for i in primitive.argnums])


def section(name: str) -> str:
    """The part of the page about a module."""
    found = classified(name)
    parts = [f"## `{name}`\n"]
    rows = [f"`{key}` ({arguments(primitive)})" for key, primitive in found["differentiable"].items()]
    parts.append(f"Differentiable ({len(rows)}): {', '.join(rows)}.\n")
    if found["constant"]:
        parts.append(f"Without a derivative: {', '.join(f'`{key}`' for key in found['constant'])}.\n")
    reasons: dict[str, list[str]] = {}
    for key, primitive in found["refused"].items():
        reasons.setdefault(primitive.why, []).append(f"`{key}`")
    if reasons:
        parts.append("| refused | instead |\n|---|---|")
        parts += [f"| {', '.join(names)} | {why} |" for why, names in reasons.items()]
        parts.append("")
    return "\n".join(parts)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(name) for name in MODULES)])


if __name__ == "__main__":
    (ROOT / "docs" / "scipy.md").write_text(page(), encoding="utf-8")
