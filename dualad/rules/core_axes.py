"""Products of vectors and matrices that lie along other axes: `axes=`, `axis=`, `keepdims=` and `dtype=`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.registry import constant, otherwise
from dualad.rules.helpers import present
from dualad.rules.loops import cast

__dualad_lift__ = True


def listed(axes: Any, count: int) -> list[tuple[int, ...]]:
    """What `axes=` has for each argument and for the result, whose entry may be left out where it has no such axis."""
    found = [tuple(entry) if isinstance(entry, (tuple, list)) else (int(entry),) for entry in axes]
    return [*found, ()] if len(found) < count else found


def along_last(x: Any, axes: tuple[int, ...]) -> Any:
    """An array with the axes that are multiplied behind the others."""
    return np.moveaxis(x, axes, tuple(range(-len(axes), 0)))


def from_last(x: Any, axes: tuple[int, ...]) -> Any:
    """The result with its last axes put where they are asked for."""
    return np.moveaxis(x, tuple(range(-len(axes), 0)), axes)


constant(listed)


def product(fn: Callable[..., Any]) -> Callable[..., Any]:
    """A product with these keywords (of which `order` and `subok` do not change numbers)."""

    def definition(
        x1: Any, x2: Any, *, axes: Any = None, dtype: Any = None, casting: str = "same_kind", order: str = "K",
        subok: bool = True,
    ) -> Any:  # fmt: skip
        x1, x2 = cast(np.asarray(x1), dtype, casting), cast(np.asarray(x2), dtype, casting)
        if axes is None:
            return fn(x1, x2)
        first, second, result = listed(axes, 3)
        return from_last(fn(along_last(x1, first), along_last(x2, second)), result)

    return definition


def vecdot(
    x1: Any, x2: Any, *, axes: Any = None, axis: Any = None, keepdims: bool = False, dtype: Any = None,
    casting: str = "same_kind", order: str = "K", subok: bool = True,
) -> Any:  # fmt: skip
    """`np.vecdot`, whose result has an axis of length 1 where dimensions are kept."""
    x1, x2 = cast(np.asarray(x1), dtype, casting), cast(np.asarray(x2), dtype, casting)
    if axes is None:
        axes = [-1, -1, -1] if axis is None else [axis, axis, axis]
    first, second, result = listed(axes, 3)
    found = np.vecdot(along_last(x1, first), along_last(x2, second))  # type: ignore[call-overload]
    return from_last(np.expand_dims(found, -1), result or (-1,)) if keepdims else found


otherwise(np.matmul, product(np.matmul))
for _name in ("matvec", "vecmat"):
    for _fn in present(np, _name):
        otherwise(_fn, product(_fn))
for _fn in present(np, "vecdot"):
    otherwise(_fn, vecdot)
