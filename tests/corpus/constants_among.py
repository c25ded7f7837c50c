"""Constants that are given along with what is active, in functions that have no derivative in them."""

import functools

import numpy as np
import scipy.special as sp
from scipy.stats import vonmises

from tests.corpus.base import num, program, vec


def _called(fn, *args, **named):
    return fn(*args, **named)


@program(args=(num(),), tags="partial primitive constants")
def constants_of_a_partial(x):
    return functools.partial(sp.hyp1f1, 0.7, 1.5)(x)


@program(args=(num(), num()), tags="partial primitive constants loop")
def constants_of_a_partial_in_a_loop(x, k):
    kummer = functools.partial(sp.hyp1f1, 0.7, 1.5)
    total = 0.0
    for i in range(3):
        total += kummer(x * i) * k
    return total


@program(args=(vec(3),), tags="callee starred keywords primitive constants")
def constants_handed_on(x):
    named = {"kappa": 1.3}
    by_name = np.sum(vonmises.cdf(x, **named))
    return by_name + np.sum(_called(sp.hyp1f1, 0.7, 1.5, x)) + np.sum(_called(vonmises.cdf, x, kappa=1.1))


@program(args=(num(),), tags="map primitive constants")
def constants_mapped_over(x):
    return sum(map(sp.hyp1f1, [0.7, 0.9], [1.5, 1.6], [x, x * x]))


@program(args=(num(),), tags="partial primitive", forward="refused", reverse="refused")
def no_constant_of_a_partial(x):
    return functools.partial(sp.hyp1f1, x, 1.5)(x)


@program(args=(vec(3),), tags="callee starred primitive", forward="refused", reverse="refused")
def no_constant_handed_on(x):
    return _called(sp.hyp1f1, *x)


@program(args=(num(),), tags="map primitive", forward="refused", reverse="refused")
def no_constant_mapped_over(x):
    return sum(map(sp.hyp1f1, [x * x], [1.5], [0.3]))


@program(args=(vec(2),), tags="callee starred primitive stores", forward="refused", reverse="refused")
def no_constant_of_an_array(x):
    shapes = np.zeros(2)
    shapes[:] = x
    return np.sum(_called(sp.hyp1f1, shapes, 1.5, 0.3))
