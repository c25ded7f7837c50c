"""Iterators that somebody leaves half way: what they would have done for further items is not done."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import num, program, vec


def scaling(w, factors):
    for factor in factors:
        w[1] *= factor
        yield factor > 0.0


@program(args=(vec(3), num()), tags="any all generator expression store closure loop branch")
def tests_that_store(v, x):
    w = v * x

    def stored(t):
        w[1] *= t
        return t > 0.0

    for i in range(2):
        if x < 10.0:
            if any(stored(t) for t in [x, v[1], 2.0]):
                w[0] += w[1]
            if not all(stored(t) for t in (-x, v[2])):
                w[2] *= w[1]
            if any(stored(t * s) for t in (-1.0, x) for s in (x, 0.5) if t * s < 5.0):
                w[i] -= x
    return w


@program(args=(vec(4), num()), tags="any all generator expression iterator")
def the_rest_is_for_others(v, x):
    items = (t * x for t in v)
    total = 0.0 if any(t < 100.0 for t in items) else x
    total = total + next(items)
    pairs = zip(v * x, v)
    if not all(p > 100.0 for p, q in pairs):
        total = total * sum(p * q for p, q in pairs)
    return total


@program(args=(vec(4), num()), tags="any all generator expression exception index")
def what_would_fail_is_not_asked(v, x):
    row, total = [v[0] * x, x, v[1]], x
    for k in range(2):
        if any(row[i] * row[i] < 100.0 for i in range(k, 9)):
            total = total * row[k]
        if not all(1.0 / (2 - i) > 1.0 for i in range(3)):
            total = total + row[k + 1]
    return total


@program(args=(vec(4), num()), tags="any all in generator store loop branch")
def generators_left_half_way(v, x):
    w, total = v * x, x
    for i in range(2):
        if total < 50.0:
            factors = [x, v[0] * v[0], 2.0]
            if any(scaling(w, factors)):
                total = total * 0.5 + w[1]
            rest = scaling(w, factors)
            if True in rest:
                w[0] = w[1] * x
            total = total + sum(rest) * w[i]
            if not all(t for t in scaling(w, [-x, 3.0])):
                total = total + w[1]
    return total * w


@program(args=(vec(3), num()), tags="unpack generator store loop branch")
def generators_taken_apart(v, x):
    w, total = v * x, x
    for i in range(2):
        if total < 50.0:
            a, b, c = scaling(w, v)
            w[2] += w[1]
            _, *rest = scaling(w, [x, v[i]])
            total = total * w[1] + len(rest)
            a, b = scaling(w, [x, 0.5]) if a else scaling(w, [v[0], x])
    return total * w


@program(args=(vec(3), num()), tags="any all shadowed name")
def tests_by_names_of_their_own(v, x):
    def any(items):  # noqa: A001
        return sum(items)

    return any(t * x for t in v) * (x if np.all([t < 100.0 for t in v]) else 1.0)
