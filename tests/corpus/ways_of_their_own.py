"""Containers derived from Python's own, whose classes count how often they are asked, or say something else."""

import collections
import copy

import numpy as np

from tests.corpus.base import program, vec

ASKED = [0.0]


class Counting(dict):
    """Counts the look-ups, keys and items that it is asked for."""

    def __iter__(self):
        ASKED[0] += 1.0
        return dict.__iter__(self)

    def __len__(self):
        ASKED[0] += 1.0
        return dict.__len__(self)

    def __contains__(self, key):
        ASKED[0] += 1.0
        return dict.__contains__(self, key)

    def __getitem__(self, key):
        ASKED[0] += 1.0
        return dict.__getitem__(self, key)

    def items(self):
        ASKED[0] += 1.0
        return dict.items(self)


class CountingList(list):
    """Counts how often it is asked for its length and its items."""

    def __iter__(self):
        ASKED[0] += 1.0
        return iter([self[0], self[1]])

    def __len__(self):
        ASKED[0] += 1.0
        return 2


class Doubling(dict):
    """Values and items are not what it holds."""

    def values(self):
        return [2.0 * v for v in super().values()]

    def items(self):
        return [(k, 3.0 * v) for k, v in dict.items(self)]

    def get(self, key, default=None):
        return 5.0 * super().get(key, default)

    def copy(self):
        return Doubling(super().copy())

    def __contains__(self, key):
        return not super().__contains__(key)


class Making(dict):
    """Makes what it does not have, and gives three times what it has."""

    def __missing__(self, key):
        made = self[key] = dict.__getitem__(self, "a") * 2.0
        return made

    def __getitem__(self, key):
        return super().__getitem__(key) * 3.0


class Ordered(collections.OrderedDict):
    """Gives twice what it holds, to whoever takes its items too."""

    def __getitem__(self, key):
        return 2.0 * super().__getitem__(key)


class Stated:
    """Says itself what a copy of it holds."""

    def __init__(self, v):
        self.v = v

    def __getstate__(self):
        return {"v": self.v * 3.0}


class StatedArrays(dict):
    """The same of a dict, where Python takes it apart."""

    def __iter__(self):
        return dict.__iter__(self)

    def __getitem__(self, key):
        return dict.__getitem__(self, key) * 2.0


class Index:
    """Stands for a number, and counts how often it is asked for that."""

    def __init__(self):
        self.n = 0

    def __index__(self):
        self.n += 1
        return 1


class Items:
    """Counts how often it is asked for its items."""

    def __init__(self):
        self.n = 0

    def __iter__(self):
        self.n += 1
        return iter([1.0, 2.0])


class Called:
    """Is called, and counts how often it is compared."""

    def __init__(self):
        self.n = 0

    def __eq__(self, other):
        self.n += 1
        return False

    def __call__(self, v):
        return v * 2.0


def _range(owner):
    for i in range(2):  # noqa: UP028
        yield i


def _given(owner):
    return 1.0


@program(args=(vec(3),), tags="dict derived generator global")
def counted_by_nobody(x):
    ASKED[0] = 0.0
    held = Counting(a=x[0], b=x[1])
    total = sum(v * x[1] for v in _range(held)) + _given(held)
    kept = [held, x[0]]
    kept.reverse()
    total += kept[0]
    for v in x:
        total += (lambda w, held=held: w * _given(held))(v)
    return total * (1.0 + ASKED[0]) + x[2]


@program(args=(vec(3),), tags="list derived generator global for if")
def counted_by_nobody_in_a_loop(x):
    ASKED[0] = 0.0
    total = 0.0
    for i in range(3):
        held = CountingList([x[0], x[1]])
        if i != 1:
            held.append(x[2])
            total += sum(v * x[1] for v in _range(held)) + _given(held) * held[-1] * x[i]
    return total * (1.0 + ASKED[0]) + x[2]


@program(args=(vec(3),), tags="dict derived global", reverse="refused")
def counted_once(x):
    ASKED[0] = 0.0
    held = Counting(a=x[0], b=x[1])
    total = held["a"] * held.get("b") + held.setdefault("c", x[2]) * held.pop("a")
    for k, v in held.items():
        total += v * held[k]
    held.clear()
    return total * (1.0 + ASKED[0])


@program(args=(vec(3),), tags="dict derived super", reverse="refused")
def said_by_super(x):
    held = Doubling(a=x[0], b=x[1])
    total = sum(held.values()) * x[2]
    for _, v in held.items():
        total += v * v
    other = held.copy()
    other["a"] = x[2]
    return total * held.get("a") * other["a"] * other["b"] + ("zz" in held) * x[0]


@program(args=(vec(3),), tags="dict derived super missing for if")
def made_by_super(x):
    held = Making(a=x[0])
    total = 0.0
    for i in range(3):
        if i:
            total += held["z"] * x[i]
    return total + held["a"]


@program(args=(vec(3),), tags="dict derived starred", reverse="refused")
def taken_apart_in_its_own_way(x):
    held = Ordered(a=x[0], b=x[1])
    made = {**held}
    return made["a"] * made["b"] + dict(held)["a"] * x[2]


def _doubled_state(x):
    v = np.zeros(2)
    v[0] = x[0]
    v[1] = x[1] * x[0]
    return v


@program(args=(vec(3),), tags="object copy", reverse="refused")
def copied_in_its_own_way(x):
    made = copy.copy(Stated(x[0]))
    return made.v * x[1]


@program(args=(vec(3),), tags="object copy list", reverse="refused")
def copied_deeply_in_its_own_way(x):
    made = copy.deepcopy([Stated(x[0]), x[1]])
    return made[0].v * x[1] * made[1]


@program(args=(vec(3),), tags="object copy store", reverse="refused", forward="refused")
def copied_with_stores_in_its_own_way(x):
    made = copy.copy(Stated(_doubled_state(x)))
    return made.v @ made.v


@program(args=(vec(3),), tags="dict derived store", reverse="refused")
def arrays_taken_apart(x):
    made = dict(StatedArrays(a=_doubled_state(x)))
    other = {**StatedArrays(a=_doubled_state(x))}
    return made["a"] @ other["a"] * x[2]


@program(args=(vec(3),), tags="dict derived store", reverse="refused", forward="refused")
def arrays_merged(x):
    made = {"c": x} | StatedArrays(a=_doubled_state(x))
    return made["a"] @ made["a"]


@program(args=(vec(3),), tags="index list slice for if")
def indices_asked_once(x):
    total = 0.0
    for i in range(2):
        at = Index()
        kept = [x[0], x[1], x[2]]
        if i < 5:
            kept.insert(at, x[0] * x[1])
            del kept[at]
            total += kept.pop(at) * sum(kept[at:])
            kept *= at
        total += at.n * x[0] * len(kept)
    return total


@program(args=(vec(3),), tags="object iter list for if")
def added_to_a_list_unread(x):
    given = Items()
    for i in range(3):
        kept = [3.0]
        if i != 1:
            kept += given
    return given.n * x[0] * x[1]


@program(args=(vec(3),), tags="object call equality")
def compared_by_nobody(x):
    fns = [Called(), x[1]]
    fn = fns[0]
    return fn(x[0]) + fn.n * x[1] + x[2] * x[0]


@program(args=(vec(4),), tags="deque")
def deques_joined(x):
    kept = collections.deque([x[0], x[1]], maxlen=3)
    joined = kept + collections.deque([x[2], x[3]])
    joined.append(x[0])
    repeated = kept * 2
    repeated.append(x[3] * x[0])
    total = 1.0 + isinstance(kept, list) * x[0]
    for i, (v, w) in enumerate(zip(joined, repeated)):  # noqa: B905
        total += v * w * (i + 1)
    return total * len(joined)


class Told:
    """Keeps something in another object wherever its text is asked for."""

    def __init__(self, other, v):
        self.other, self.v = other, v

    def __format__(self, spec):
        self.other.v = self.v * 3.0
        return ""


@program(args=(vec(3),), tags="object format", reverse="refused")
def kept_where_it_is_formatted(x):
    held = Called()
    held.v = x[0]
    for i in range(2):
        if i:
            f"{Told(held, x[1])}"
    return held.v * x[2]


class Vector(list):
    """Adds and multiplies number by number, but has no `+=` of its own: that is a list's, which takes more items."""

    def __add__(self, other):
        return Vector([a + b for a, b in zip(self, other, strict=False)])

    def __mul__(self, by):
        return Vector([a * by for a in self])


class Table(dict):
    """Has `|` of its own, but not `|=`."""

    def __or__(self, other):
        return Table({key: value * 5 for key, value in self.items()})


class Deque(collections.deque):
    """As `Vector`."""

    def __add__(self, other):
        return Deque([a * b for a, b in zip(self, other, strict=False)])


class Joined:
    """What a list is joined with by its own method, before it is asked for items; of classes derived the items."""

    def __init__(self, value):
        self.value = value

    def __radd__(self, other):
        return [v * self.value for v in other]

    def __iter__(self):
        return iter([self.value])


@program(args=(vec(3),), tags="derived list augmented loop branch")
def a_derived_list_that_adds_in_a_way_of_its_own_takes_more_items_by_augmented_assignment(x):
    v = Vector([x[0], x[1]])
    other = v
    for i in range(3):
        if i:
            v += [x[i] * v[0]]
    v *= 2
    return sum(v) * v[0] + len(other) * sum(other)


@program(args=(vec(3),), tags="derived dict augmented loop branch")
def a_derived_dict_that_joins_in_a_way_of_its_own_is_updated_by_augmented_assignment(x):
    table = Table(a=x[0], b=x[1])
    for i in range(3):
        if i:
            table |= {"a": x[i] * table["b"]}
    return sum(table.values()) * table["a"] + sum((table | {}).values())


@program(args=(vec(3),), tags="derived deque augmented")
def a_derived_deque_takes_more_items_by_augmented_assignment(x):
    queue = Deque([x[0], x[1]], 3)
    queue += [x[2], x[0] * x[1]]
    return sum(queue) * queue[0] + len(queue) * x[1]


@program(args=(vec(3),), tags="list augmented __radd__ loop branch")
def what_is_added_to_lists_has_its_say_first_unless_they_are_derived(x):
    plain, derived = [x[0], x[1]], Vector([x[0], x[1]])
    for i in range(3):
        if i != 1:
            plain += Joined(x[2] + i)
            derived += Joined(x[2])
    return sum(plain) * plain[0] + sum(derived) * len(derived)
