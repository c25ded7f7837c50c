"""Python's own functions of numbers. `max` and `min` of two numbers split a tie evenly, as `np.maximum` does."""

from __future__ import annotations

import bisect
import sys

import numpy as np

from dualad import flat
from dualad.as_made import require_as_made
from dualad.chosen import (
    largest_item,
    largest_of_four,
    largest_of_three,
    smallest_item,
    smallest_of_four,
    smallest_of_three,
)
from dualad.equivalents import all_indices, named_after
from dualad.errors import Unsupported
from dualad.of_itertools import all_places
from dualad.patterns import is_instance, is_mapping, is_sequence
from dualad.registry import constant, elementwise, general, linear, same
from dualad.rules.helpers import log_or_zero, power_slope, unbroadcast
from dualad.rules.indexing import list_or_array
from dualad.supers import inherited

same(abs, np.absolute)
elementwise(
    pow,
    lambda base, exp: power_slope(base, exp),
    lambda base, exp, ans: ans * log_or_zero(base, ans),
    singular=(0,),
    makes_complex=True,
)
elementwise(
    max,
    lambda x1, x2: 1.0 if x1 > x2 else 0.5 if x1 == x2 else 0.0,
    lambda x1, x2: 1.0 if x2 > x1 else 0.5 if x1 == x2 else 0.0,
    kind="extreme",
)
elementwise(
    min,
    lambda x1, x2: 1.0 if x1 < x2 else 0.5 if x1 == x2 else 0.0,
    lambda x1, x2: 1.0 if x2 < x1 else 0.5 if x1 == x2 else 0.0,
    kind="extreme",
)
for _of_three in (largest_of_three, smallest_of_three):
    elementwise(
        _of_three,
        lambda x1, x2, x3, ans: 1.0 if x1 == ans else 0.0,
        lambda x1, x2, x3, ans: 1.0 if x2 == ans != x1 else 0.0,
        lambda x1, x2, x3, ans: 1.0 if x3 == ans != x1 and x2 != ans else 0.0,
        kind="extreme",
    )
for _of_four in (largest_of_four, smallest_of_four):
    elementwise(
        _of_four,
        lambda x1, x2, x3, x4, ans: 1.0 if x1 == ans else 0.0,
        lambda x1, x2, x3, x4, ans: 1.0 if x2 == ans != x1 else 0.0,
        lambda x1, x2, x3, x4, ans: 1.0 if x3 == ans != x1 and x2 != ans else 0.0,
        lambda x1, x2, x3, x4, ans: 1.0 if x4 == ans != x1 and x2 != ans != x3 else 0.0,
        kind="extreme",
    )


def item_back(ct, items, chosen):
    """The cotangents of the items of which the first that equals the chosen one was taken."""
    found = [0.0] * len(items)
    found[items.index(chosen)] = ct
    return found


for _chosen_item in (largest_item, smallest_item):
    general(
        _chosen_item,
        jvps=[lambda t, ans, items: t[items.index(ans)]],
        vjps=[lambda ct, ans, items: item_back(ct, items, ans)],
        kind="extreme",
        sequences=(0,),
    )


def sum_back(ct, iterable):
    """The cotangents of the items of `sum`."""
    if type(iterable) in (list, tuple) and type(ct) is float and set(map(type, iterable)) <= {float}:
        return [ct] * len(iterable)
    return list_or_array([unbroadcast(ct, np.shape(item)) for item in iterable], iterable)


linear(
    sum,
    lambda ct, iterable, start=0: sum_back(ct, iterable),
    lambda ct, iterable, start=0: unbroadcast(ct, np.shape(start)),
    sequences=(0,),
)
general(
    divmod,
    jvps=[lambda t, ans, x, y: (0.0, t), lambda t, ans, x, y: (0.0, -ans[0] * t)],
    vjps=[lambda ct, ans, x, y: ct[1], lambda ct, ans, x, y: -ans[0] * ct[1]],
    kind="whole_and_rest",
)

# Numbers made of numbers

linear(float, lambda ct, x=0.0: ct, kind="float")
linear(complex, lambda ct, real=0, imag=0: ct, lambda ct, real=0, imag=0: 1j * ct, kind="complex", makes_complex=True)


def parts_back(ct):
    """The cotangent of a part of a slice: the places that slices name are no derivative's, but objects take others."""
    raise Unsupported("active values in a slice whose parts are read; pass them as arguments of a function")


general(
    slice,
    vjps=[
        lambda ct, ans, start, stop=None, step=None: parts_back(ct),
        lambda ct, ans, start, stop=None, step=None: parts_back(ct),
        lambda ct, ans, start, stop=None, step=None: parts_back(ct),
    ],
    jvps=[
        lambda t, ans, start, stop=None, step=None: parts_back(t),
        lambda t, ans, start, stop=None, step=None: parts_back(t),
        lambda t, ans, start, stop=None, step=None: parts_back(t),
    ],
    kind="slice",
)

# Without a derivative

constant(len, kind="length")
for _whole in (int, ord, hash, id):
    constant(_whole, kind="int")
for _test in (bool, isinstance, issubclass, callable, hasattr, all, any, is_sequence, is_mapping, is_instance):
    constant(_test, kind="bool")
for _text in (str, repr, format, chr, ascii, bin, hex, oct):
    constant(_text, kind="str")
constant(print, kind="none")
constant(round, kind="rounded")
constant(bisect.bisect_left, kind="int")
constant(bisect.bisect_right, kind="int")
constant(range)
constant(type)
constant(dir)
constant(sys.exc_info)
constant(inherited)
constant(named_after, kind="none")
constant(require_as_made, kind="none")
constant(flat.places)
constant(all_places)
constant(all_indices)
