"""`any` and `all`, which take no item after the one that decides."""

import numpy as np

from tests.corpus.base import num, program, vec


def growing(a):
    for i in range(len(a)):
        a[-1] += a[i]
        yield a[i] * a[i]


@program(args=(vec(4),), tags="any generator store branch")
def stores_end_where_any_does(x):
    a = np.sin(x)
    found = any(v > 0.1 for v in growing(a))
    return a[-1] ** 2 * (1.0 if found else 2.0)


@program(args=(vec(4),), tags="all generator store loop branch")
def stores_end_where_all_does(x):
    a, total = x.copy(), 0.0
    for k in range(3):
        if k > 0:
            if all(v < 0.3 for v in growing(a)):
                total += 1.0
            total += a[-1] * a[0]
    return total


@program(args=(vec(4),), tags="any function store closure")
def functions_are_called_until_one_decides(x):
    a = x.copy()

    def is_large(v):
        a[0] += v
        return v > 0.5

    decided = any(is_large(v) for v in x)
    return a[0] ** 2 * (3.0 if decided else 1.0)


@program(args=(vec(4),), tags="any iterator rest")
def the_rest_of_an_iterator(x):
    items = iter([v * v for v in x])
    if any(v > 0.2 for v in items):
        return sum(items) + x[0]
    return x[1]


@program(args=(vec(4), num()), tags="any walrus branch loop")
def the_item_that_was_found(x, t):
    total = 0.0
    for k in range(3):
        if any((hit := v * t) > 0.1 * k for v in x):
            total += hit * x[k]
    return total


@program(args=(vec(4),), tags="all walrus not branch")
def the_item_that_failed(x):
    if not all((last := v) < 0.5 for v in x * x):
        return last * x[0] * x[1]
    return last * x[2]


@program(args=(vec(4),), tags="any or short-circuit index exception loop")
def items_beyond_the_deciding_one_would_fail(x):
    total = 0.0
    for i in range(4):
        if any(k >= len(x) or x[k] > x[i] for k in range(9)):
            total += x[i] ** 2
    return total


@program(args=(vec(4),), tags="any all nested while comprehension")
def nested_and_as_a_test(x):
    total = 0.0
    while any(a * b > 0.05 for a in x for b in x[1:] if b < 2.0):
        x = x * 0.6
        total += np.sum(x)
    return total + sum([v * v for v in x if not any(abs(v) < abs(w) for w in x)])
