"""Iterators that take items when their turn comes, of arrays that are stored into in between."""

import itertools
import sys

import numpy as np

from tests.corpus.base import program, vec


def squares(a):
    for i in range(len(a)):
        yield a[i] * a[i]


@program(args=(vec(4),), tags="iterator zip_longest generator store loop")
def longest_of_two_in_turn(x):
    a, total = x.copy(), 0.0
    for v, w in itertools.zip_longest(squares(a), x[:3], fillvalue=1.5):
        total += v * w
        a[2:] *= total
    return total


@program(args=(vec(4),), tags="iterator zip_longest generator store break rest loop branch")
def longest_of_three_left_early(x):
    a, total = x.copy(), 0.0
    first, second = squares(a), squares(a)
    for k in range(2):
        if k == 1:
            for v, w, u in itertools.zip_longest(first, second, x[::-1], fillvalue=0.5):
                total += v * w + u
                a[1] += 0.3
                a[2:] *= np.sin(total)
                if w > 0.4:
                    break
    return total + sum(first) * a[1]


@program(args=(vec(4),), tags="iterator tee generator store loop")
def split_and_taken_one_after_the_other(x):
    a, total = x.copy(), 0.0
    p, q = itertools.tee(squares(a))
    next(q)
    for v in p:
        total += v
        a[2:] *= total
    return total * sum(q)


@program(args=(vec(4),), tags="iterator tee zip store loop branch")
def split_and_taken_together(x):
    a, total = x.copy(), 0.0
    for k in range(3):
        if k > 0:
            p, q = itertools.tee(a)
            for v, w in zip(p, q):
                total += v * w
                a[2:] *= np.cos(total)
    return total


@program(args=(vec(4),), tags="iterator groupby generator store loop branch")
def groups_while_items_change(x):
    a, total = x.copy(), 0.0
    for k in range(2):
        if k < 1:
            for positive, group in itertools.groupby(squares(a), key=lambda v: v > 0.3):
                for v in group:
                    total += v * (2.0 if positive else 1.0)
                    a[2:] *= np.sin(total)
        else:
            total += a[3]
    return total


@program(args=(vec(4),), tags="iterator groupby next store")
def one_group_taken_late(x):
    a = x.copy()
    groups = itertools.groupby(squares(a), key=lambda v: v > 5.0)
    _, group = next(groups)
    a[:] *= x[0]
    return sum(group) + a[1]


@program(args=(vec(5),), tags="iterator groupby pass-over")
def groups_that_are_passed_over(x):
    kept = [group for _, group in itertools.groupby(enumerate(x), key=lambda pair: pair[0] % 4 // 2)]
    total = x[0] * x[1]
    for group in kept:
        for _, v in group:
            total += v
    for i, (_, group) in enumerate(itertools.groupby(enumerate(x * x), key=lambda pair: pair[0] // 2)):
        if i != 1:
            total += sum([v * (j + 1) for j, v in group])
    return total


if sys.version_info >= (3, 12):

    @program(args=(vec(5),), tags="iterator batched generator store loop branch")
    def batches_of_two(x):
        a, total = x.copy(), 0.0
        for k in range(2):
            if k == 1:
                for batch in itertools.batched(squares(a), 2):
                    total += sum(batch) * len(batch)
                    a[3:] *= np.sin(total)
        return total


@program(args=(vec(4),), tags="iterator combinations product permutations store loop branch")
def pools_are_filled_when_they_are_asked_for(x):
    a, total = x.copy(), 0.0
    for k in range(2):
        if k == 1:
            pairs, both = itertools.combinations(a, 2), itertools.product(squares(a), x)
            turned, again = itertools.permutations(a, 2), itertools.combinations_with_replacement(list(a), 2)
            a[1:] *= 3.0
            for made in (pairs, both, turned, again):
                total += sum([p * q * q for p, q in made])
    return total + np.sum(a)


@program(args=(vec(5),), tags="iterator islice rest loop branch")
def slices_that_only_pass_over_items(x):
    total = x[0]
    for k in range(3):
        if k > 0:
            items = iter(x * total)
            next(itertools.islice(items, k, k), None)
            total += sum(itertools.islice(items, 3, 1)) + sum(items)
    return total
