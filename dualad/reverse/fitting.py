"""How a contribution gets the shape and the kind of number of what it is added to."""

from __future__ import annotations

from typing import Any

from dualad.analysis.kinds import Kind, maybe_one, same_dim


def same_shape(a: Kind, b: Kind) -> bool:
    """Whether arrays of these kinds have one shape for sure."""
    return len(a.dims) == len(b.dims) and all(
        (x == y and x != "?") or same_dim(x, y) for x, y in zip(a.dims, b.dims, strict=True)
    )


def fitting(kind: Kind, result: Kind) -> Any:
    """How a contribution of the result's shape is brought to an argument's: "same", (axes, keepdims), None: unknown."""
    if kind.is_number and result.is_number:
        return "same"
    if result.tag != "array" or not (kind.is_number or kind.tag == "array"):
        return None
    lead = len(result.dims) - len(kind.dims)
    if lead < 0:  # leading axes of one were dropped where it was stored
        return None
    dims = (1,) * lead + kind.dims
    axes, keep = [], []
    for i, (own, whole) in enumerate(zip(dims, result.dims, strict=True)):
        if i < lead:
            axes.append(i)
        elif own == 1:
            if whole == 1:
                continue
            keep.append(i)
        elif own == whole and own != "?":
            continue
        elif maybe_one(own):
            return None
    if not axes and not keep:
        return "same"
    if axes and keep:
        return None
    return (tuple(axes), False) if axes else (tuple(keep), True)


def may_drop_imaginary(kind: Kind, result: Kind, others: list[Kind], makes_complex: bool = False) -> bool:
    """Whether a contribution may be complex where the argument is real."""
    if not result.maybe_complex:
        return False
    if kind.is_complex:
        return False
    if kind.maybe_complex or result.is_complex:
        return True
    return makes_complex or any(k.maybe_complex for k in others) or not others
