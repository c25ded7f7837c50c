"""How calls of SciPy's solvers and integrators are taken apart.

In forward mode each runs on values alone, and its result then gets the derivatives that the equation gives it; in
reverse mode each has rules for `args` and for what the function has captured, which pull through the equation (see
`holding`). A derivative is as exact as the solution: ask for small tolerances where it matters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate as si
import scipy.optimize as so

from dualad import forward, tree
from dualad.errors import Unsupported
from dualad.forward.dual import plain
from dualad.forward.levels import live
from dualad.implicit.points import since

Bound = dict[str, Any]
BY_ARGS = (
    "the solution is differentiated in `args` and in what the function has captured: let active values reach it by "
    "these, or use dualad.implicit"
)


def bound(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    """The arguments of a call by name; options that are collected among them."""
    found = inspect.signature(fn).bind(*args, **kwargs).arguments
    return {**{k: v for k, v in found.items() if k != "options"}, **_options(fn, found)}


def _options(fn: Callable[..., Any], found: Bound) -> Bound:
    kind = inspect.signature(fn).parameters.get("options")
    if kind is None or "options" not in found:
        return {}
    return found["options"] if kind.kind is kind.VAR_KEYWORD else {"options": found["options"]}


STARRED = (so.newton, so.fixed_point, si.solve_ivp)
"""Functions that take any sequence for `args`; the others take what is no tuple for the one argument that there is."""


def as_args(given: Any, fn: Any) -> tuple[Any, ...]:
    """`args` as a function of SciPy's takes them: a tuple, or one value."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, tuple) or fn in STARRED else (given,)


def of_args(raws: list[Any], args: Any, fn: Any) -> Any:
    """The cotangent of `args` from those of its items."""
    if isinstance(args, tuple):
        return raws
    if fn not in STARRED:
        return raws[0] if raws else 0.0
    return raws if isinstance(args, list) else np.stack([r + np.zeros(np.shape(args)[1:]) for r in raws])


def on_values(f: Any, args: tuple[Any, ...]) -> Callable[..., Any]:
    """A function of the user's with its arguments, for a solver that knows no dual numbers."""
    newest = max([level.number for level in live], default=0)
    still = tuple([tree.map(plain, a) for a in args])

    def run(*x: Any) -> Any:
        return tree.map(lambda leaf: since(leaf, newest), forward.call(f, *x, *still))

    return run


def nothing(ct: Any, ans: Any) -> Any:
    """The cotangent of an argument that the result does not depend on."""
    return 0.0


def by_handler(t: Any, ans: Any) -> Any:
    """In the place of a rule for tangents: forward mode does not come here."""
    raise Unsupported("SciPy's solvers are differentiated as a whole in forward mode")
