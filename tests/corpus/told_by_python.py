"""What Python itself asks objects for, where no statement shows it: numbers of items, hashes, texts, equality."""

import numpy as np

from tests.corpus.base import num, program


class Growing:
    """Asked for anything, it grows by its rate."""

    def __init__(self, value, rate):
        self.value = value
        self.rate = rate

    def grown(self, given):
        self.value = self.value * self.rate
        return given


class Number(Growing):
    def __index__(self):
        return self.grown(1)


class Hashed(Growing):
    def __hash__(self):
        return self.grown(7)


class Shown(Growing):
    def __str__(self):
        return self.grown("shown")

    def __format__(self, spec):
        return self.grown("formatted")


class Equal(Growing):
    def __eq__(self, other):
        return self.grown(True)


class Long(Growing):
    def __len__(self):
        return self.grown(2)

    def __getitem__(self, i):
        if i > 1:
            raise IndexError(i)
        return self.value * i


class Measured(Growing):
    def __float__(self):
        return self.grown(2.0)

    def __array__(self, *args, **kwargs):
        return self.grown(np.ones(2))


@program(args=(num(), num()), tags="object index list", reverse="refused")
def items_by_objects_that_grow(x, y):
    at = Number(x, y)
    return [x, y][at] * at.value


@program(args=(num(), num()), tags="object index attribute array", reverse="refused")
def items_by_objects_filled_later(x, y):
    at = Number(1.0, 2.0)
    at.value, at.rate = x, y
    return np.array([x, y])[at] * at.value


@program(args=(num(), num()), tags="object hash dict attribute", reverse="refused")
def keys_filled_later(x, y):
    key = Hashed(1.0, 2.0)
    key.value, key.rate = x, y
    found = {key: y}
    return found.get(1, x) * key.value


@program(args=(num(), num()), tags="object text attribute", reverse="refused")
def texts_of_what_is_filled_later(x, y):
    shown = Shown(1.0, 2.0)
    shown.value, shown.rate = x, y
    return len(f"{shown}") * shown.value * len(format(shown))


@program(args=(num(), num()), tags="object equality dict", reverse="refused")
def dicts_of_what_grows_when_compared(x, y):
    held = Equal(x, y)
    return held.value * x if {"a": held} == {"a": 1} else x


@program(args=(num(), num()), tags="object equality tuple", reverse="refused")
def tuples_of_what_grows_when_compared(x, y):
    held = Equal(x, y)
    same = (held,) == (1,)
    return held.value * (x if same else y)


@program(args=(num(), num()), tags="object reversed len", reverse="refused", forward="refused")
def lengths_asked_before_the_last_item(x, y):
    held = Long(x, y)
    return sum(list(reversed(held))) * held.value


@program(args=(num(), num()), tags="object array len", reverse="refused", forward="refused")
def lengths_asked_beside_an_array(x, y):
    held = Long(x, y)
    return np.sum(np.zeros(2) + held) * held.value


@program(args=(num(), num()), tags="object array store", reverse="refused")
def objects_kept_as_they_are_in_an_array(x, y):
    held = np.empty(1, dtype=object)
    held[0] = Measured(x, y)
    return held[0].value * x
