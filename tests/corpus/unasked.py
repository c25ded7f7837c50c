"""Methods that run without being called by name, and change lists, objects and arrays that the function knows."""

import functools
import operator
from dataclasses import dataclass

import numpy as np

from tests.corpus.base import num, program, vec


class Into:
    """Stores what it is made with into the first place of a list whenever it is asked for anything."""

    def __init__(self, items, value):
        self.items = items
        self.value = value

    def store(self, v=1):
        self.items[0] = self.value
        return v

    def __add__(self, other):
        return self.store(other)

    def __radd__(self, other):
        return self.store(other)

    def __neg__(self):
        return self.store()

    def __iter__(self):
        self.store()
        return iter([1, 2])

    def __len__(self):
        return self.store(2)

    def __contains__(self, other):
        return bool(self.store())

    def __enter__(self):
        return self.store()

    def __exit__(self, *error):
        return None

    @property
    def asked(self):
        return self.store()

    @asked.setter
    def asked(self, value):
        self.store(value)


class AtTheEnd(Into):
    def __iter__(self):
        yield 1
        yield 2
        self.store()


@dataclass
class Place:
    value: float
    count: int = 0


class IntoPlace(Into):
    def store(self, v=1):
        self.items.count = self.value
        return v


@program(args=(num(), num()), tags="list class operator")
def operators_that_store_into_a_list_of_integers(x, k):
    first, second = [0, 0], [0, 0]
    o, p = Into(first, x * k), Into(second, x)
    2.0 + o
    -p
    return first[0] * k + second[0] * first[0]


@program(args=(num(), num()), tags="list class property")
def properties_that_store_into_lists_of_integers(x, k):
    first, second = [0, 0], [0]
    o, p = Into(first, x * k), Into(second, x)
    p.asked = 3
    return first[0] * k + o.asked * first[0] * second[0]


@program(args=(num(), num()), tags="list class iteration")
def iterations_that_store_into_lists_of_integers(x, k):
    first, second, third = [0, 0], [0], [0]
    listed = [v for v in Into(first, x * k)]
    sum(Into(second, x))
    total = 1.0
    for _ in Into(third, first[0] * k):
        total += len(listed)
    return first[0] * k + second[0] * total + third[0]


@program(args=(num(), num()), tags="list class generator")
def generators_that_store_when_they_end(x, k):
    first, second = [0, 0], [0]
    total = sum(AtTheEnd(first, x * k))
    a, b = AtTheEnd(second, first[0] * k)
    return first[0] * k + second[0] * total


@program(args=(num(), num()), tags="list array class unpack")
def items_that_nobody_reads_and_that_store(x, k):
    first, second, third = [0, 0], np.zeros(2), [x]
    a, b = Into(first, x * k)
    c, *d = Into(second, x * x)
    e, f = Into(third, k)
    return first[0] * k + second[0] * k + third[0]


@program(args=(vec(3), num()), tags="list class truth membership loop branch")
def truth_and_membership_that_store(x, k):
    items = [0, 1]
    total = 0.0
    for v in x:
        o = Into(items, v * k)
        if o and v < 0.9:
            total += items[0] * v
        o = Into(items, v * v)
        if 3 in o:
            total += items[0] * k
    return total


@program(args=(num(), num()), tags="list class with")
def managers_that_store_into_a_list_of_integers(x, k):
    items = [0, 0]
    with Into(items, x * k):
        s = items[0] * k
    return s * items[0]


def taken(o, x):
    a, b = o
    return x if o else -x


@program(args=(num(), num()), tags="dataclass class helper")
def helpers_whose_operands_store_into_an_object(x, k):
    place = Place(x)
    s = taken(IntoPlace(place, x * k), k)
    return place.count * s + place.value


@program(args=(num(), num()), tags="tuple nested class")
def objects_in_tuples_that_store(x, k):
    items = [0, 0]
    held = ((Into(items, x * k), 1), 2)
    for turn in range(2):
        if turn:
            held[0][0] + x
    return items[0] * k


def stored(items, value):
    items[0] = value


class Worker:
    def work(self, owner):
        owner.items[0] = owner.value

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


class ByOthers:
    """Stores by the methods of another object, by functions that it hands on, by functions of Python's own."""

    def __init__(self, items, value, worker):
        self.items = items
        self.value = value
        self.worker = worker

    @property
    def bound(self):
        work = self.worker.work
        work(self)
        return 1

    def __add__(self, other):
        operator.setitem(self.items, 0, self.value)
        return other

    def __neg__(self):
        list(map(stored, [self.items], [self.value]))
        return 1

    def __iter__(self):
        functools.partial(stored, self.items)(self.value)
        return iter([1, 2])

    def __bool__(self):
        getattr(self, "items")[0] = self.value  # noqa: B009
        return True

    def __contains__(self, other):
        np.add.at(self.items, 0, self.value)
        return True


@program(args=(num(), num()), tags="list class property operator method")
def what_others_store_for_an_object(x, k):
    first, second, third = [0, 0], [0], [0]
    worker = Worker()
    ByOthers(first, x * k, worker).bound
    ByOthers(second, first[0] * k, worker) + 1
    -ByOthers(third, x, worker)
    return first[0] * second[0] + third[0] * k


@program(args=(vec(3), num()), tags="list array class iteration truth loop branch")
def what_functions_store_that_an_object_calls(x, k):
    items, numbers = [0, 1], np.zeros(2)
    total = 0.0
    for v in x:
        if ByOthers(items, v * k, None) and v < 0.9:
            total += items[0] * v
        a, b = ByOthers(items, v * v, None)
        total += items[0] * 2
        if 2 in ByOthers(numbers, v * k, None):
            total += numbers[0] * v
    return total


class ByHeld:
    """Stores by a function that the object holds."""

    def __init__(self, items, value):
        self.items = items
        self.value = value
        self.keep = stored

    @property
    def held(self):
        self.keep(self.items, self.value)
        return 1

    def __bool__(self):
        self.keep(self.items, self.value)
        return True


@program(args=(num(), num()), tags="list class property held-function")
def what_functions_store_that_an_object_holds(x, k):
    items = [0, 0]
    o = ByHeld(items, x * k)
    o.held
    o = ByHeld(items, items[0] * k)
    return items[0] * (k if o else x) * items[0]
