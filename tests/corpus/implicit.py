"""Methods of the user's that no statement shows: C code asks objects for items, copies, numbers and comparisons."""

import copy
import itertools
import operator

import numpy as np

from tests.corpus.base import num, program, vec


class Polynomial:
    """Coefficients in an array; items by their numbers alone, as before there was `__iter__`."""

    def __init__(self, c):
        self.c = np.zeros(len(c))
        for i in range(len(c)):
            self.c[i] = c[i]

    def __len__(self):
        return len(self.c)

    def __getitem__(self, i):
        if i >= len(self.c):
            raise IndexError(i)
        return self.c[i] * (i + 1)

    def __invert__(self):
        return self.c.sum()

    def __rpow__(self, base):
        return base ** self.c[0]

    def __rdivmod__(self, other):
        return other / self.c[0], other * self.c[1]

    def __copy__(self):
        return Polynomial([2.0 * v for v in self.c])

    def __deepcopy__(self, memo):
        return Polynomial([3.0 * v for v in self.c])


class Ring:
    """Items from either end, from a head on."""

    def __init__(self, n):
        self.data = np.zeros(n)
        self.head = 0

    def push(self, v):
        self.data[self.head] = v
        self.head = (self.head + 1) % self.data.size

    def __iter__(self):
        for k in range(self.data.size):
            yield self.data[(self.head + k) % self.data.size]

    def __reversed__(self):
        return iter(list(self)[::-1])


class Named:
    """Keys that are text; items by key."""

    def __init__(self, x):
        self.d = np.zeros(3)
        self.d[:] = x

    def __iter__(self):
        return iter("abc")

    def __getitem__(self, key):
        return self.d["abc".index(key)]

    def keys(self):
        return list("abc")


class Soft:
    """A comparison that is a number."""

    def __init__(self, x):
        self.d = np.zeros(1)
        self.d[0] = x

    def __lt__(self, other):
        return 1.0 / (1.0 + np.exp(self.d[0] - other))

    def __gt__(self, other):
        return 1.0 / (1.0 + np.exp(other - self.d[0]))


@program(args=(vec(3), num()), more=[(vec(5), 0.3)], tags="object items for branch loop")
def items_by_number_in_loops(x, k):
    p = Polynomial(x)
    total = 0.0
    for j in range(2):
        for i, v in enumerate(p):
            if i != 1:
                total = total * k + v * v
        for v in p:
            total += v
            if v > 2.0:
                break
        p.c[0] = p.c[0] * k
    return total


@program(args=(vec(3), num()), tags="object items builtin unpacking")
def items_by_number_taken(x, k):
    p = Polynomial(x)
    a, b, c = p
    first, *rest = p
    pairs = sum(v * w for v, w in zip(p, list(p)))
    return a * b + c * first * rest[1] + sum(p) * k + max(p) + pairs + [v * k for v in p][2]


@program(args=(vec(3), num()), tags="object items reversed")
def items_by_number_backwards(x, k):
    total = 0.0
    for v in reversed(Polynomial(x)):
        total = total * k + v
    return total * list(reversed(Polynomial(x)))[0]


@program(args=(vec(5), num()), more=[(vec(2), 0.7)], tags="object items reversed generator")
def ring_from_both_ends(x, k):
    ring = Ring(4)
    for v in x:
        ring.push(v * k)
    total = sum(a * b for a, b in zip(ring, reversed(ring)))
    for v in reversed(ring):
        total = total * k + v
    return total


@program(args=(vec(3),), tags="object items str")
def keys_of_an_object(x):
    n = Named(x)
    total = 0.0
    for i, key in enumerate(n):
        total = total + n[key] * n[key] * (i + 1)
    return total + sum([n[key] for key in n])


@program(args=(vec(3),), tags="object dict", reverse="refused")
def mapping_of_an_object(x):
    n = Named(x)
    found = dict(n)
    found.update(n)
    return found["a"] * found["b"] + {**n}["c"] ** 2


@program(args=(vec(3), num()), tags="object operator copy")
def operators_found_by_c(x, k):
    p = Polynomial(np.exp(x))
    twice, thrice = copy.copy(p), copy.deepcopy(p)
    quotient, product = divmod(k, p)
    return operator.inv(p) + pow(k, p) + quotient * product + twice.c[0] * thrice.c[1]


@program(args=(num(), num()), tags="object comparison")
def comparisons_that_are_numbers(x, y):
    return (Soft(x) < y) * 2.0 + (y < Soft(x * x))


class Box:
    """What it holds is of a kind that nobody knows before it runs."""

    def __init__(self, held):
        self.held = held


@program(args=(num(), num()), tags="object comparison attribute")
def comparison_of_what_a_box_holds(x, y):
    held = Box(Soft(x)).held
    return (held < y) * 2.0


@program(args=(num(), num()), tags="object comparison list", reverse="refused")
def comparison_of_one_of_many(x, y):
    total = 0.0
    for held in [Soft(x), 2.0 * x, Soft(y)]:
        total = total + (y < held) * 1.0
    return total


@program(args=(num(), num()), tags="object comparison list branch")
def objects_in_order(x, y):
    found = sorted([Ordered(x), Ordered(y), Ordered(x * y)])
    total = 0.0
    for i, item in enumerate(found):
        total += item.d[0] * (i + 1) if item < found[-1] else item.d[0] ** 2
    return total


class Ordered:
    """Comparisons that are truth values."""

    def __init__(self, x):
        self.d = np.zeros(1)
        self.d[0] = x

    def __lt__(self, other):
        return self.d[0] < other.d[0]

    def __eq__(self, other):
        return self.d[0] == other.d[0]


class Numbered:
    """Objects with numbers of their own, by a counter of the class or by one that is given."""

    ids = itertools.count()

    def __init__(self, v, ids=None):
        self.id = next(Numbered.ids) if ids is None else next(ids)
        self.v = v


@program(args=(num(), vec(3)), tags="object iterator class-attribute")
def numbered_by_counters(x, y):
    ids = itertools.count(1)
    made = [Numbered(x, ids), Numbered(x * x, ids), Numbered(2.0 * x, ids)]
    others = [Numbered(x), Numbered(x**3)]
    total = sum(n.v * n.id for n in made) + sum(n.v for n in others) * (others[1].id - others[0].id)
    for i, v in zip(itertools.count(1), y):
        total += v * i * x
    return total


class Patient:
    def __init__(self, patience):
        self.history, self.patience = [], patience

    def __call__(self, epoch, loss):
        self.history.append(loss)
        return epoch < self.patience


@program(args=(vec(3), num()), tags="object iterator while-true callback")
def trained_until_told(y, rate):
    w = np.zeros(3)
    told = Patient(3)
    for epoch in itertools.count():
        r = w - y
        if not told(epoch, r @ r):
            break
        w -= rate / (1 + epoch) * r
    total = w.sum() + sum(told.history)
    for level in itertools.count(rate, rate * 0.5):
        if level > 4.0:
            break
        total = total * 0.5 + level
    return total
