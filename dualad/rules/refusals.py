"""Functions of NumPy that have no derivative rule: why, and what to write instead."""

from __future__ import annotations

import numpy as np

from dualad.registry import refused
from dualad.rules.helpers import present

REASONS = {
    "as_strided": "elements may lie in it many times; index the array, or use sliding_window_view",
    "asmatrix": "matrices multiply by other rules than arrays; use arrays and `@`",
    "bmat": "matrices multiply by other rules than arrays; use np.block",
    "frombuffer": "it reads memory whatever lies there; index or reshape the array",
    "from_dlpack": "it shares memory with what it was given; use np.asarray",
    "fromfunction": "write `function(*np.indices(shape))`",
    "frompyfunc": "it makes arrays of objects; call the function in a loop",
    "histogram2d": "counts are steps of what is counted; np.bincount takes weights that are differentiated",
    "histogramdd": "counts are steps of what is counted; np.bincount takes weights that are differentiated",
    "matrix": "matrices multiply by other rules than arrays; use arrays and `@`",
    "memmap": "it reads a file",
    "ndarray": "make arrays by np.empty and np.frombuffer",
    "nditer": "write a loop over indices, or a function of whole arrays",
    "nested_iters": "write a loop over indices, or a function of whole arrays",
    "poly1d": "use np.polyval, np.polyadd, np.polymul and so on with arrays of coefficients",
    "recarray": "use arrays, or dicts and dataclasses of arrays",
    "record": "use arrays, or dicts and dataclasses of arrays",
    "row_stack": "use np.vstack, of which it is the old name",
    "unique_all": "write np.unique with return_index and so on",
    "unique_counts": "write np.unique(x, return_counts=True)",
    "unique_inverse": "write np.unique(x, return_inverse=True)",
    "unique_values": "write np.unique",
}
"""By name in `numpy` (and `numpy.lib.stride_tricks`)."""

for _name, _why in REASONS.items():
    for _fn in present(np.lib.stride_tricks if _name == "as_strided" else np, _name):
        refused(_fn, _why)
