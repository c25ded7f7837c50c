"""Objects that are called, whose classes say themselves what is equal: nobody compares them but the program."""

import functools

import numpy as np

from tests.corpus.base import num, program, vec


class Scaled:
    def __init__(self, k):
        self.k = k

    def __call__(self, v):
        return v * v * self.k

    def __eq__(self, other):
        return self.k == other.k

    def cubed(self, v):
        return v**3 * self.k


class Secret:
    weights = np.arange(3.0)

    def __call__(self, v):
        return v * 2.0 + self.weights[1]

    def __eq__(self, other):
        raise RuntimeError("not to be compared")

    def __hash__(self):
        raise RuntimeError("not to be hashed")

    def weighted(self, v):
        return (v * self.weights).sum()


DOUBLED = Scaled(2.0)
SECRET = Secret()
NAMED = {"a": Scaled(1.5), "b": SECRET}


@program(args=(num(), num()), tags="class callable eq loop branch")
def objects_that_compare_are_called(x, y):
    total = 0.0
    for f in (DOUBLED, SECRET, NAMED["a"], Scaled(x)):
        if total < 100.0:
            total += f(x) * y
    return total + (DOUBLED == Scaled(2.0)) * x


@program(args=(vec(3),), tags="class callable eq map reduce")
def objects_that_compare_are_handed_on(x):
    total = sum(map(DOUBLED, x)) + functools.reduce(lambda a, b: a + SECRET(b), x)
    return total * functools.partial(NAMED["a"], x[1])() + SECRET.weighted(x) * sum(map(DOUBLED.cubed, x))


@program(args=(num(), num()), tags="class callable eq local")
def local_objects_that_compare_are_called(x, y):
    small, large = Scaled(x), Scaled(y)
    f = small if x < y else large
    return f(y) * (f is small) + [small, large][1](x) + small.cubed(y)


@program(args=(vec(4),), tags="global array length slice store")
def slices_up_to_the_length_of_a_global_array(x):
    y = x * 2.0
    z = y[: SECRET.weights.shape[0]]
    z *= x[1]
    return np.sum(y**3) * np.sum(x[: SECRET.weights.size])
