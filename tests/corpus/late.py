"""Functions and generators that read variables when they run, which have been bound anew by then."""

import itertools
import math

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(3), num()), tags="generator expression zip rebound")
def zipped_generator_expressions(x, s):
    pairs = zip((v * s for v in x), x)
    s = s * x[1] + 1.0
    return sum(a * b for a, b in pairs) + s


@program(args=(vec(3), num()), tags="generator expression enumerate rebound loop branch")
def scale_that_changes_while_items_are_taken(x, s):
    total = 0.0
    for k in range(2):
        if k == 1:
            for i, a in enumerate(v * s for v in x):
                total += a * (i + 1)
                s = s * np.cos(a)
            for a in itertools.chain((v * s for v in x), (v - s for v in x)):
                total += a
                s = s + 0.1 * a
    return total * s


class Holder:
    def __init__(self, items):
        self.items = items

    def total(self):
        return sum(self.items)


@program(args=(vec(3), num()), tags="generator expression object list rebound")
def generators_that_objects_and_lists_hold(x, s):
    holder, kept = Holder(v * s for v in x), [(v + s for v in x)]
    s = 3.0 * x[2] * s
    return holder.total() * s + sum(kept[0])


@program(args=(vec(3),), tags="generator expression comprehension")
def generators_of_one_comprehension_share_its_variable(x):
    made = [(v * w for v in x) for w in x]
    return sum([sum(items) * (i + 1) for i, items in enumerate(made)])


@program(args=(vec(3), num()), tags="generator expression nonlocal fsum")
def what_an_item_binds_anew(x, s):
    def scaled(v):
        nonlocal s
        s = s * v
        return s

    return math.fsum(s * scaled(v) for v in x)


@program(args=(vec(3), num()), tags="closure returned lambda rebound")
def function_made_by_a_function(x, s):
    def make():
        return lambda v: v * s

    first = make()
    s = s * x[0]
    second = make()
    s = s + x[1]
    return first(x[2]) * second(s)


@program(args=(vec(3), num()), tags="closure returned map generator rebound loop branch")
def iterators_made_by_functions(x, s):
    def mapped():
        return map(lambda v: v * s, x)

    def generated(items):
        return (v + s for v in items)

    total = 0.0
    for k in range(3):
        if k > 0:
            one, two = mapped(), generated(x * total)
            s = s * x[k] + 0.5
            total += sum(one) * sum(two)
    return total


@program(args=(vec(3), num()), tags="closure object held rebound")
def objects_that_functions_make(x, s):
    def make(n):
        def inner():
            return s * n

        return inner

    made = []
    for i in range(3):
        made.append(make(i + 1))
        s = s * x[i]
    return sum([f() for f in made])
