"""What people look at: the generated source of a derivative, and how gradients flow through a model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dualad import checks, tree
from dualad.checks import Argnums
from dualad.errors import DualadTypeError, DualadValueError
from dualad.reverse import engine, programs
from dualad.transforms import Derivative, Transformed


def source(df: Callable[..., Any], /, *args: Any, **kwargs: Any) -> str:
    """The Python source that dualad generated for a derivative.

    Args:
        df: a function made by `grad` or `value_and_grad`; of any other function the source of its `vjp` is shown.
        args: arguments of a call, whose kinds the source is specialised to; without any the unspecialised source is
            shown.
        kwargs: keyword arguments of the call.

    Returns:
        The text of a Python function.

    Example:
        >>> import dualad
        >>> def area(r):
        ...     return 3.0 * r * r
        >>> text = dualad.source(dualad.grad(area), 2.0)
        >>> text.startswith("def ")
        True
    """
    checks.require_callable(df, "source")
    if isinstance(df, Transformed) and not isinstance(df, Derivative):
        raise DualadTypeError(
            f"source: {df!r} is made of several passes of other functions; show those: source(grad(f))"
        )
    fun, form, has_aux = df, "vjp", False
    called = bool(args or kwargs)
    if isinstance(df, Derivative):
        fun, has_aux = df.fun, df.has_aux
        form = "value_and_grad" if df.with_value or has_aux else "grad"
        stand_in = args if called else tuple(checks.positional_names(fun))
        argnums = checks.resolve_argnums(fun, df._argnums, stand_in, kwargs, "source")
    elif called:
        inputs = checks.require_some_number(fun, args, "source")
        argnums = tuple([i for i, x in enumerate(inputs) if x.moves])
    else:
        argnums = (0,)
    return engine.source(fun, args if called else None, kwargs if called else None, argnums, form, has_aux)


def clear_cache() -> None:
    """Forget all generated functions: the next call of each derivative generates its function anew."""
    programs.clear_cache()


@dataclass(frozen=True)
class Flow:
    """The norm of one leaf's gradient, and whether it is "vanishing", "exploding" or "" (neither)."""

    path: str
    norm: float
    verdict: str


class GradientFlow:
    """Norms of the gradients of all parameters, in order; `print` shows a table.

    Attributes:
        rows: a `Flow` for each array or number.
        vanishing: norms below it are flagged.
        exploding: norms above it, infinite ones and NaN are flagged.
    """

    def __init__(self, rows: list[Flow], vanishing: float, exploding: float) -> None:
        self.rows = rows
        self.vanishing = vanishing
        self.exploding = exploding

    @property
    def flagged(self) -> list[Flow]:
        """The rows whose gradients vanish or explode."""
        return [row for row in self.rows if row.verdict]

    @property
    def total(self) -> float:
        """The norm of the whole gradient."""
        return math.hypot(*(row.norm for row in self.rows))

    def __str__(self) -> str:
        lines = [(row.path, f"{row.norm:.3e}", row.verdict) for row in self.rows]
        lines.append(("all", f"{self.total:.3e}", ""))
        wide = max(9, *(len(path) for path, _, _ in lines))
        table = [f"{'parameter':<{wide}}  {'norm':>9}", *(f"{p:<{wide}}  {n:>9}  {v}".rstrip() for p, n, v in lines)]
        return "\n".join(table)

    __repr__ = __str__


def gradient_flow(
    f: Callable[..., Any], argnums: Argnums = 0, *, vanishing: float = 1e-6, exploding: float = 10.0
) -> Callable[..., GradientFlow]:
    """Norms of the gradients of a model's parameters, with vanishing and exploding ones flagged.

    Args:
        f: a function that returns one real number (a loss), or what `grad` or `value_and_grad` made of it.
        argnums: where the parameters are among its arguments; ignored for what `grad` made.
        vanishing: norms below it are flagged.
        exploding: norms above it are flagged, and those that are no finite number.

    Returns:
        A function of f's arguments that returns a `GradientFlow`.

    Example:
        >>> import dualad
        >>> def loss(layers, x):
        ...     for layer in layers:
        ...         x = layer["w"] * x
        ...     return x
        >>> print(dualad.gradient_flow(loss)([{"w": 1e-4}, {"w": 1e-9}, {"w": 2.0}], 1.0))
        parameter           norm
        args[0][0]['w']  2.000e-09  vanishing
        args[0][1]['w']  2.000e-04
        args[0][2]['w']  1.000e-13  vanishing
        all              2.000e-04
    """
    if not vanishing < exploding:
        raise DualadValueError(f"gradient_flow: vanishing={vanishing} should be less than exploding={exploding}")
    df = f if isinstance(f, Derivative) else Derivative(f, argnums)

    def measure(*args: Any, **kwargs: Any) -> GradientFlow:
        result = df(*args, **kwargs)
        gradient = result[1] if df.with_value else result[0] if df.has_aux else result
        positions = checks.resolve_argnums(df.fun, df._argnums, args, kwargs, "gradient_flow")
        parts = gradient if isinstance(df.argnums, (tuple, list)) else (gradient,)
        rows = []
        for position, part in zip(positions, parts):
            where = f"args[{position}]" if isinstance(position, int) else position
            leaves, treedef = tree.flatten(part)
            rows += [_flow(path, x, vanishing, exploding) for path, x in zip(tree.paths(treedef, where), leaves)]
        return GradientFlow(rows, vanishing, exploding)

    return measure


def _flow(path: str, x: Any, vanishing: float, exploding: float) -> Flow:
    norm = float(np.linalg.norm(np.ravel(x).astype(np.float64)))
    if norm < vanishing:
        return Flow(path, norm, "vanishing")
    return Flow(path, norm, "" if norm <= exploding else "exploding")
