"""What stands in the brackets of `np.r_` and `np.c_`: the two modes call functions for these subscripts."""

from __future__ import annotations

import numpy as np

from dualad.errors import Unsupported
from dualad.joined import COLUMNS, ROWS, in_columns, in_rows, joiner, lifted, ways
from dualad.registry import constant, linear
from dualad.rules.joining import array_back, concatenate_back


def shape_of(nested):
    """The shape of what NumPy makes of nested sequences."""
    if isinstance(nested, (list, tuple)):
        return (len(nested), *(shape_of(nested[0]) if nested else ()))
    return np.shape(nested)


def joined_back(ct, items, places):
    """The cotangents of what is joined, as `joined` takes it."""
    if any(isinstance(item, (slice, str)) for item in items):
        raise Unsupported(
            "active values in np.r_ or np.c_ beside a slice or a text that is made elsewhere; write these in the "
            "brackets, or call np.concatenate"
        )
    axis, ndim, first = places
    shapes = [shape_of(item) for item in items]
    cts = concatenate_back(ct, [lifted(shape, ndim, first) for shape in shapes], axis)
    return [array_back(np.reshape(c, s), item) for c, s, item in zip(cts, shapes, items, strict=True)]


linear(
    in_rows,
    None,
    lambda ct, base, items, places="": joined_back(ct, items, ways(places, ROWS)),
    kind="in_rows",
    sequences=(1,),
)
linear(
    in_columns,
    None,
    lambda ct, base, items, places="": joined_back(ct, items, ways(places, COLUMNS)),
    kind="in_columns",
    sequences=(1,),
)
constant(joiner)
