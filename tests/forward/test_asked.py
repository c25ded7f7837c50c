"""What C code asks an object of the user's for: the object keeps its numbers in an array that they were stored into.

Run as they are written, its methods would find values without tangents there.
"""

import collections
import copy
import functools
import itertools
import math
import operator
from collections.abc import MutableMapping, Sequence

import numpy as np
import pytest

import dualad
from tests.forward.helpers import check


class Held:
    """Numbers in an array."""

    def __init__(self, x):
        self.d = np.zeros(3)
        self.d[0] = x
        self.d[1] = x * x
        self.d[2] = 1.0


class Everything(Held):
    """Every method that Python calls by itself."""

    def __iter__(self):
        for i in range(3):
            yield self.d[i]

    def __reversed__(self):
        return iter([self.d[2], self.d[1], self.d[0]])

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return self.d[i]

    def __setitem__(self, i, v):
        self.d[i] = v + self.d[0]

    def __delitem__(self, i):
        self.d[i] = 0.5 * self.d[i]

    def __abs__(self):
        return abs(self.d[0]) + self.d[1]

    def __divmod__(self, o):
        return self.d[0], self.d[1] * o

    def __rdivmod__(self, o):
        return self.d[0] * 2, self.d[1] * o

    def __pow__(self, o, m=None):
        return self.d[0] ** o

    def __neg__(self):
        return -self.d[0]

    def __invert__(self):
        return self.d[0] * 1.5

    def __add__(self, o):
        return self.d[0] + self.d[1] * 2

    def __iadd__(self, o):
        self.d[0] += o
        return self

    def __call__(self, o):
        return self.d[0] * o

    def __copy__(self):
        return Everything(self.d[0] * 2)

    def __deepcopy__(self, memo):
        return Everything(self.d[0] * 3)

    def __float__(self):
        return float(self.d[0])

    def __array__(self, dtype=None, copy=None):
        return self.d * 2.0

    def __getattr__(self, name):
        if name == "far":
            return self.__dict__["d"][0] * 3
        raise AttributeError(name)

    def keys(self):
        return [0, 1]


class Indexed(Held):
    """Items by their numbers alone."""

    def __getitem__(self, i):
        if i > 1:
            raise IndexError(i)
        return self.d[i]

    def __len__(self):
        return 2


class Soft(Held):
    """Comparisons that are numbers, and answers that are remembered."""

    def __lt__(self, o):
        return self.d[0] - o

    def __gt__(self, o):
        return o - self.d[0] * 3

    def __eq__(self, o):
        return self.d[0] * o

    def __bool__(self):
        self.last = self.d[0] * 2
        return True

    def __contains__(self, v):
        self.last = self.d[0] * v
        return True


class Cell:
    def __get__(self, o, cls=None):
        return o.d[0] * 2

    def __set__(self, o, v):
        o.d[1] = v * 3

    def __delete__(self, o):
        o.d[0] = o.d[0] * 4


class Described(Held):
    """Attributes that are computed and stored elsewhere."""

    cell = Cell()

    @property
    def size(self):
        return self.d[0] * 5

    @size.deleter
    def size(self):
        self.d[0] = self.d[0] * 3

    def __delattr__(self, name):
        self.d[0] = self.d[0] * 7
        super().__delattr__(name)

    def __setattr__(self, name, value):
        super().__setattr__(name, value)


class Watched(Held):
    def __getattribute__(self, name):
        if name == "wide":
            return self.d[0] * 2
        return object.__getattribute__(self, name)


class Missing(dict):
    def __init__(self, x):
        self.d = np.zeros(2)
        self.d[0] = x

    def __missing__(self, key):
        return self.d[0] * key


class Table(Held, MutableMapping):
    def __getitem__(self, key):
        if key not in ("a", "b", "c"):
            raise KeyError(key)
        return self.d["abc".index(key)]

    def __setitem__(self, key, v):
        self.d["abc".index(key)] = v * 2

    def __delitem__(self, key):
        self.d["abc".index(key)] = 0

    def __iter__(self):
        return iter("abc")

    def __len__(self):
        return 3


class Row(Held, Sequence):
    def __getitem__(self, i):
        if i > 2:
            raise IndexError(i)
        return self.d[i]

    def __len__(self):
        return 3


class Taking(Held):
    def __array_ufunc__(self, ufunc, method, *inputs, **kw):
        return ufunc(*[i.d if isinstance(i, Taking) else i for i in inputs], **kw)

    def __array_function__(self, func, types, args, kwargs):
        return func(*[i.d if isinstance(i, Taking) else i for i in args], **kwargs)


class Twice(type):
    def __call__(cls, x):
        made = super().__call__(x)
        made.d[0] *= 2
        return made


class Made(Held, metaclass=Twice):
    pass


def after(make, change, read):
    def f(x):
        o = make(x)
        change(o, x)
        return read(o)

    return f


def first(o):
    return o.d[0]


def deleted_item(x):
    o = Everything(x)
    del o[0]
    return o.d[0]


def deleted_attributes(x):
    o = Described(x)
    del o.size
    del o.cell
    return o.d[0]


def stored_attribute(x):
    o = Described(x)
    o.cell = x
    return o.d[1] * o.cell


def truth_asked(x):
    o = Soft(x)
    total = 0.0
    if o:
        total += o.last
    total += 5.0 * o.last if 5 in o else 0.0
    assert o
    total += o.last
    kept = o and total
    return kept * o.last + sum([o.last for _ in range(2) if o])


def slices(x):
    items, row = [0.0, 1.0], np.zeros(3)
    items[1:] = Everything(x)
    row[:] = Everything(x)
    items.extend(Everything(x))
    row[0] += x
    return sum(items) + row @ np.array([1.0, 2.0, 3.0])


RIGHT = [
    lambda x: list(reversed(Everything(x)))[2],
    lambda x: sum(reversed(Indexed(x))) + sum(v * i for i, v in enumerate(reversed(Row(x)))),
    lambda x: divmod(Everything(x), 2)[1] + divmod(2, Everything(x))[0],
    lambda x: pow(Everything(x), 2) + pow(Everything(x), 2, 3),
    lambda x: operator.getitem(Everything(x), 0) * operator.itemgetter(0, 1)(Everything(x))[1],
    lambda x: operator.neg(Everything(x)) * operator.inv(Everything(x)) + operator.abs(Everything(x)),
    lambda x: operator.call(Everything(x), 2) + operator.attrgetter("far")(Everything(x)),
    lambda x: functools.partial(operator.getitem, Everything(x))(0) + list(map(operator.neg, [Everything(x)]))[0],
    lambda x: copy.copy(Everything(x)).d[0] * copy.deepcopy(Everything(x)).d[0],
    lambda x: np.asarray(Everything(x)).sum() + np.sum(Everything(x)) * np.dot(Everything(x), Everything(x)),
    lambda x: np.sin(Everything(x)).sum() + np.array(Indexed(x)).sum(),
    lambda x: (np.ones(3) * Indexed(x)[1]).sum() + (np.ones(2) * Indexed(x)).sum(),
    lambda x: list(itertools.chain.from_iterable([Everything(x)]))[0],
    lambda x: collections.deque(Everything(x))[0] + dict(Everything(x))[0] + {**Everything(x)}[1],
    lambda x: dict(**Table(x))["a"] * sum(Table(x).values()) + sum(v for _, v in Table(x).items()),
    lambda x: math.sqrt(Everything(x)) + np.float64(Everything(x)) + float(Everything(x)),
    lambda x: sum(Indexed(x)) + list(Indexed(x))[1] + max(Indexed(x)) + np.asarray(list(Indexed(x))).sum(),
    lambda x: (lambda a, b: a * b)(*Indexed(x)) + sum(v * v for v in Indexed(x)),
    lambda x: (Soft(x) < 2) + (2 < Soft(x)) + (Soft(x) == 3) + (Soft(x) != 3) + operator.lt(Soft(x), 1),
    lambda x: Described(x).cell * getattr(Described(x), "cell") + operator.attrgetter("size")(Described(x)),  # noqa: B009
    lambda x: Watched(x).wide,
    lambda x: Missing(x)[3],
    lambda x: np.sin(Taking(x)).sum() + (np.ones(3) * Taking(x)).sum() + np.sum(Taking(x)),
    lambda x: Made(x).d[0],
    lambda x: Row(x).index(x) + Row(x)[0] * Row(x).count(x) + Table(x).get("b", 3.0) + Table(x).get("z", x),
    after(Everything, lambda o, x: operator.setitem(o, 0, x), first),
    after(Everything, lambda o, x: operator.delitem(o, 0), first),
    after(Everything, lambda o, x: operator.iadd(o, x), first),
    after(Table, lambda o, x: o.update(a=x), first),
    after(Soft, lambda o, x: any([o]), lambda o: o.last),
    after(Soft, lambda o, x: list(filter(None, [o])), lambda o: o.last),
    after(Described, lambda o, x: delattr(o, "cell"), first),
    deleted_item,
    deleted_attributes,
    stored_attribute,
    truth_asked,
    slices,
]


@pytest.mark.parametrize("f", RIGHT, ids=range(len(RIGHT)))
def test_methods_that_python_calls_by_itself_run_lifted(f):
    check(f, 0.7)


def property_in_a_pattern(x):
    match Described(x):
        case Described(size=found):
            return found


def items_in_a_pattern(x):
    match Row(x):
        case [found, *_]:
            return found


REFUSED = [
    property_in_a_pattern,
    items_in_a_pattern,
    lambda x: np.array([Soft(x), Soft(x)])[0].d[0],
    lambda x: (np.ones(2) * Soft(x))[0],
]


@pytest.mark.parametrize("f", REFUSED, ids=range(len(REFUSED)))
def test_what_python_and_numpy_ask_without_being_seen_is_refused(f):
    with pytest.raises(dualad.DualadError, match=r"Described|Row|Soft"):
        dualad.jvp(f, (0.7,), (1.0,))
