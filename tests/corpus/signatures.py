"""Functions that look at signatures and annotations of others, as decorators do."""

from __future__ import annotations

import functools
import inspect

import numpy as np

from tests.corpus.base import num, program, vec


def as_arrays(fn):
    """Makes arrays of what is annotated as one."""

    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        named = inspect.get_annotations(fn)
        names = list(inspect.signature(fn).parameters.keys())
        given = [np.asarray(a) if named.get(n) == "np.ndarray" else a for n, a in zip(names, args)]
        return fn(*given, **kwargs)

    return wrapper


@as_arrays
def weighted(v: np.ndarray, by: float, power=2.0):
    return (v**power).sum() * by


@program(args=(vec(3), num()), tags="decorator signature annotations loop branch")
def functions_whose_signature_is_looked_at(x, s):
    total = 0.0
    for k in range(2):
        if s > -1e9:
            total = total + weighted(x * s, s, power=2.0 + k) + weighted([s, s * x[0]], x[1])
    return total
