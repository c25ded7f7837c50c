"""Functions that have no derivative, or a zero one wherever they have any: declared, so that nobody asks for a rule.

Those that write into their arguments say so: a store of something active is then seen.
"""

from __future__ import annotations

import numpy as np

from dualad.registry import constant
from dualad.rules.helpers import present

# Comparisons and logic

for _fn in present(
    np, "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor", "logical_not",
    "isnan", "isinf", "isfinite", "isneginf", "isposinf", "signbit",
):  # fmt: skip
    constant(_fn, kind="broadcast_bool")
for _fn in present(np, "isreal", "iscomplex", "isclose", "isin"):
    constant(_fn)
for _fn in (np.any, np.all):
    constant(_fn, kind="reduce_bool")
for _fn in present(
    np, "allclose", "array_equal", "array_equiv", "isscalar", "iscomplexobj", "isrealobj", "isfortran", "iterable",
    "can_cast", "issubdtype", "isdtype", "may_share_memory", "shares_memory",
):  # fmt: skip
    constant(_fn, kind="bool")

# Steps

for _fn in present(
    np, "floor", "ceil", "rint", "trunc", "spacing",
    "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift", "gcd", "lcm",
):  # fmt: skip
    constant(_fn, kind="broadcast")
for _fn in present(np, "round", "around"):
    constant(_fn, kind="like")
for _fn in present(np, "fix", "bitwise_count", "digitize", "packbits", "unpackbits"):
    constant(_fn)

# Positions and counts

for _fn in present(np, "argmax", "argmin", "nanargmax", "nanargmin", "count_nonzero"):
    constant(_fn, kind="reduce_int")
for _fn in present(np, "argpartition", "argwhere", "lexsort", "unravel_index", "ravel_multi_index", "ndindex"):
    constant(_fn)
constant(np.argsort, kind="order")
constant(np.nonzero, kind="places")
constant(np.flatnonzero, kind="flat_places")
constant(np.searchsorted, kind="found_places")

# Shapes and dtypes

constant(np.shape, kind="shape")
for _fn in (np.ndim, np.size):
    constant(_fn, kind="int")
for _fn in present(
    np, "result_type", "promote_types", "common_type", "min_scalar_type", "finfo", "iinfo", "dtype", "broadcast_shapes",
    "einsum_path",
):  # fmt: skip
    constant(_fn)
for _fn in present(np.linalg, "matrix_rank"):
    constant(_fn)

# Numbers of NumPy that are not inexact

for _fn in present(
    np, "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intp", "uintp", "intc",
    "uintc", "byte", "ubyte", "short", "ushort", "long", "ulong", "longlong", "ulonglong",
):  # fmt: skip
    constant(_fn)

# Text, settings and files

for _fn in present(np, "array_repr", "array_str", "array2string", "format_float_positional", "format_float_scientific"):
    constant(_fn, kind="str")
for _fn in present(np, "errstate", "geterr", "seterr", "printoptions", "set_printoptions", "get_printoptions"):
    constant(_fn)
for _fn in present(np, "load", "loadtxt", "genfromtxt", "fromfile", "fromstring", "save", "savetxt", "savez"):
    constant(_fn, aliases="maybe")

# Functions that write

constant(np.copyto, writes=("dst",), kind="none")
constant(np.put, writes=("a",), kind="none")
constant(np.place, writes=("arr",), kind="none")
constant(np.putmask, writes=("a",), kind="none")
constant(np.put_along_axis, writes=("arr",), kind="none")
constant(np.fill_diagonal, writes=("a",), kind="none")
