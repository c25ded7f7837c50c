"""Arrays that are put in order in place once numbers were stored into them: their derivatives are taken along."""

import numpy as np

from tests.corpus.base import apart, num, program


def stored(x):
    found = np.zeros(5)
    found[:] = x * x
    return found


@program(args=(apart(5),), tags="sort store")
def sorted_once_stored(x):
    y = np.zeros(5)
    y[:] = x * x * x
    y.sort()
    return y @ x


@program(args=(apart(5),), tags="sort view store callee")
def reversed_and_sorted_views(x):
    y = stored(x + 3.0)
    y[::-1].sort()
    y[1:4].sort()
    return np.sin(y) @ x


@program(args=(apart(5),), tags="partition store")
def parted_once_stored(x):
    y = stored(x + 3.0)
    y.partition(2)
    return y[:3].sum() * y[2] * y[3:].prod()


@program(args=(apart(5), num()), tags="sort partition store loop branch")
def sorted_in_every_other_pass(x, k):
    total = 0.0
    for i in range(4):
        y = stored(x + 3.0 + i)
        if i % 2:
            y.sort()
            y *= k
        else:
            y.partition(1)
        total += y[0] * y[-1] * x[i]
    return total
