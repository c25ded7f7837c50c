"""Generators whose items nobody needs are run for what they do besides."""

import numpy as np

from tests.corpus.base import num, program, vec


def logged(log, v):
    log.append(v)
    yield 1


@program(args=(num(),), tags="generator sum list captured", complex_ok=True)
def sum_for_what_it_does(x):
    log = [1.0, 2.0]

    def noting():
        log.append(3.0)
        yield 1

    sum(noting())
    return x * log[-1] * len(log)


@program(args=(vec(3),), tags="generator max min list loop branch")
def extremes_for_what_they_do(x):
    log = [1.0]
    s = 0.0

    def noting(k):
        log.append(k + 2.0)
        yield k

    for k in range(3):
        before = log[-1]
        if x[0] > -9.0:
            max(noting(k))
            min(noting(k + 1), default=0)
        s += x[k] * log[-1] * log[-2] + before * x[0]
    return s


@program(args=(num(),), tags="generator sum array captured kept", complex_ok=True)
def sum_of_a_kept_generator(x):
    a = np.array([1.0, 2.0])

    def filling():
        a[0] = 5.0
        yield 1
        a[1] = a[0] * 2.0

    items = filling()
    before = a[0] * x
    total = sum(items)
    return before * x + a[1] * x + total


@program(args=(num(), num()), tags="generator sum list argument")
def sum_of_logged_items(x, y):
    log = [1.0]
    sum(logged(log, 3.0))
    any(logged(log, 4.0))
    sum(logged(log, y * y))
    return x * log[-1] * log[-2] * len(log)


class Counting:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        self.n = self.n + 1.0
        return iter((1.0, 2.0))


@program(args=(num(), num()), tags="list iadd iter object iterator")
def lists_extended_for_what_iterating_does(x, y):
    counting, unread, numbers = Counting(1.0), [], iter((1.0, 2.0, 3.0))
    unread += counting
    also = [next(numbers)]
    also += numbers
    return x * counting.n + y * (1.0 + sum(numbers))


@program(args=(num(), num()), tags="list iadd iter object loop branch")
def lists_extended_for_what_iterating_does_in_a_loop(x, y):
    counting = Counting(0.0)
    for k in range(3):
        if k:
            unread = []
            unread += counting
    return x * counting.n * y
