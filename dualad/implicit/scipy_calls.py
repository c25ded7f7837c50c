"""How calls of SciPy's solvers and integrators are taken apart.

In forward mode each runs on values alone, and its result then gets the derivatives that the equation gives it; in
reverse mode each has rules for `args` and for what the function has captured, which pull through the equation (see
`holding`). A derivative is as exact as the solution: ask for small tolerances where it matters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

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


def as_args(given: Any) -> tuple[Any, ...]:
    """`args` as SciPy takes them: a tuple, or one value."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, tuple) else (given,)


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
