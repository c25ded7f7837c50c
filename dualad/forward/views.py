"""`np.einsum` of one array that is a view of it, and parts of lists.

The tangents get the same view, so that stores reach them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry
from dualad.forward.apply import apply
from dualad.forward.dual import root
from dualad.forward.memory import load, through
from dualad.forward.protocols import handles
from dualad.parted import SPLITS, require_array


@handles(np.einsum)
def _einsum(*args: Any, **kwargs: Any) -> Any:
    if len(args) == 2 and isinstance(args[0], str) and not kwargs:
        x = load(args[1])
        value = root(x)
        if isinstance(value, np.ndarray) and np.may_share_memory(np.einsum(args[0], value), value):
            return through(_viewing(args[0], value.shape), x)
    primitive = registry.lookup(np.einsum)
    assert primitive is not None
    return apply(primitive, args, kwargs)


def _splitting(fn: Any) -> Callable[..., Any]:
    def split(ary: Any, indices_or_sections: Any, axis: int = 2 if fn is np.dsplit else 0) -> Any:
        require_array(ary, axis)
        primitive = registry.lookup(fn)
        assert primitive is not None
        return apply(primitive, (ary, indices_or_sections) if fn is np.dsplit else (ary, indices_or_sections, axis), {})

    return split


for _fn in SPLITS:
    handles(_fn)(_splitting(_fn))


def _viewing(subscripts: str, shape: tuple[int, ...]) -> Callable[[Any], Any]:
    """The view as a function of arrays of a shape, whatever their elements are."""
    positions = np.einsum(subscripts, np.arange(np.prod(shape, dtype=int)).reshape(shape))
    if not positions.size:
        return lambda v: np.empty(positions.shape, v.dtype)
    origin = np.unravel_index(positions.flat[0], shape)
    steps = [
        np.subtract(np.unravel_index(np.moveaxis(positions, k, 0)[1].flat[0], shape), origin) if n > 1 else None
        for k, n in enumerate(positions.shape)
    ]

    def view(v: Any) -> Any:
        strides = [0 if step is None else int(np.dot(step, v.strides)) for step in steps]
        start = v[tuple(slice(i, None) for i in origin)]
        return np.lib.stride_tricks.as_strided(start, positions.shape, strides)

    return view
