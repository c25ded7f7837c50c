"""Deques, ordered and default dicts, counters, and classes that are derived from containers of Python's own."""

import collections
from typing import NamedTuple

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(5), num()), tags="deque maxlen append rotate pop loop branch")
def moving_window(x, k):
    window = collections.deque(maxlen=3)
    total = 0.0
    for i, v in enumerate(x):
        window.append(v * k)
        if i % 2:
            window.appendleft(total)
            window.rotate(1)
        total = total + sum(window) / len(window) * window[-1]
    window.extend([k, total])
    window[0] *= 2.0
    return total + window.popleft() * window.pop() + window[0]


@program(args=(vec(5),), tags="deque queue while dict graph")
def distances_in_a_graph(x):
    near = {0: [1, 2], 1: [3], 2: [3, 4], 3: [], 4: []}
    found = {0: x[0]}
    queue = collections.deque([(0, x[0])])
    while queue:
        here, d = queue.popleft()
        for other in near[here]:
            if other not in found:
                found[other] = d * 0.5 + x[other] ** 2
                queue.append((other, found[other]))
    return sum(found.values())


@program(args=(vec(5), num()), tags="deque reverse insert delete copy unpack sorted")
def deque_operations(x, k):
    queue = collections.deque(x, maxlen=6)
    queue.reverse()
    queue.insert(1, k * k)
    first, *rest = queue
    other = queue.copy()
    del queue[0]
    queue.extendleft([k])
    total = 0.0
    for i, v in enumerate(queue):
        total += v * (i + 1)
    return total + first * rest[-1] + max(other) * list(other)[1] + sum(sorted(other)[:2]) * other[-2]


@program(args=(vec(5), num()), tags="defaultdict factory nested loop branch")
def groups_with_defaults(x, k):
    groups = collections.defaultdict(lambda: np.full(2, k))
    sums = collections.defaultdict(lambda: collections.defaultdict(float))
    for i, v in enumerate(x):
        groups[i % 3] += v
        if i % 2:
            groups[0] = groups[0] * v
        sums["odd" if i % 2 else "even"][i % 3] += v * k
    total = sum(np.sum(g) for g in groups.values())
    return total + sum(s**2 for row in sums.values() for s in row.values())


@program(args=(vec(5), num()), tags="Counter OrderedDict move_to_end popitem delete")
def counted_and_ordered(x, k):
    counts = collections.Counter()
    for i, v in enumerate(x):
        counts["ab"[i % 2]] += v * k
    counts["gone"] = x[0]
    del counts["gone"]
    order = collections.OrderedDict([("a", x[0]), ("b", x[1])])
    order["c"] = x[2] * order["a"]
    order.move_to_end("a")
    first = order.popitem(last=False)
    _, last = order.popitem()
    total = counts["a"] * counts["b"] + counts["missing"] + first[1] * last
    for value in order.values():
        total = total * value
    return total


class Record(list):
    def __init__(self, items=(), scale=2.0):
        super().__init__(items)
        self.scale = scale

    def append(self, value):
        super().append(value * self.scale)

    def __getitem__(self, i):
        return super().__getitem__(i) * 1.5

    def mean(self):
        return sum(self) / len(self)


@program(args=(vec(5), num()), tags="list subclass super init append getitem delete")
def derived_list(x, k):
    record = Record(x[:2], scale=k)
    for v in x[2:]:
        record.append(v)
    record[0] = record[1]
    del record[1]
    return record.mean() + record[0] * record[-1] + record.scale


class Logged(dict):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.log = []

    def __setitem__(self, key, value):
        self.log.append(value)
        super().__setitem__(key, value * 2)

    def __getitem__(self, key):
        return super().__getitem__(key) + 1.0


@program(args=(vec(4), num()), tags="dict subclass super init keywords update copy pop loop branch")
def derived_dict(x, k):
    kept = Logged({"a": x[0]}, b=x[1])
    for i, name in enumerate("cab"):
        if i != 1:
            kept[name] = k * x[i]
        else:
            kept[name] = kept["c"] * kept["b"]
    kept.update(z=x[3])
    again = kept.copy()
    total = kept.pop("b") + kept.get("missing", k)
    return sum(kept.values()) * kept["a"] + sum(kept.log) + total * again["z"]


class Weights(dict):
    def __add__(self, other):
        return Weights({name: self[name] + other[name] for name in self})

    def __mul__(self, k):
        return Weights((name, value * k) for name, value in self.items())

    __rmul__ = __mul__


@program(args=(vec(3), num()), tags="dict subclass operators generator pairs loop")
def algebra_of_dicts(w, b):
    weights = Weights(w=w, b=b)
    slope = Weights({name: 2 * value for name, value in weights.items()})
    for _ in range(2):
        weights = weights + (-0.1) * slope
    return np.sum(weights["w"] * slope["w"]) * weights["b"]


@program(args=(vec(3),), tags="copyto put putmask keywords fromkeys")
def stores_by_keywords(x):
    a, b, c = np.zeros(3), np.zeros(3), np.zeros(3)
    np.copyto(a, src=x * x)
    np.put(b, [0, 2], v=x[:2])
    np.putmask(c, values=x, mask=np.array([True, False, True]))
    d = dict.fromkeys("pq", x[1])
    return np.sum(a * c) * d["p"] + b[0] * d["q"]


class State(NamedTuple):
    pos: np.ndarray
    vel: np.ndarray
    t: float = 0.0

    def energy(self):
        return self.vel @ self.vel + self.t

    def stepped(self, k):
        return self._replace(pos=self.pos + 0.1 * self.vel, t=self.t + k)


@program(args=(vec(3), num()), tags="namedtuple replace asdict make method loop branch")
def records_made_anew(x, k):
    state = State(x, x * k)
    states = [state]
    for i in range(3):
        if i != 1:
            state = state._replace(vel=state.vel - k * state.pos, t=state.t + k)
        else:
            states.append(state.stepped(k))
    other = State._make([state.pos, states[1].vel, k])
    return other.energy() * states[1].t + np.sum(state._asdict()["vel"]) + state.energy()


@program(args=(vec(5), num()), tags="deque maxlen array dot loop branch")
def windows_as_arrays(x, k):
    window, total = collections.deque(maxlen=3), 0.0
    for v in x:
        window.append(v * k)
        if len(window) == 3:
            part = np.array(window)
            total = total + part.mean() * np.sum(window) + np.dot(window, window)
    return total


class ThreeTimes(list):
    def __getitem__(self, at):
        return list.__getitem__(self, at) * 3.0


class Once(list):
    def __len__(self):
        return 1


class Other(list):
    def __iter__(self):
        yield 5.0


class OthersItems(dict):
    def items(self):
        return [("a", 2.0)]


@program(args=(num(), num()), tags="class list getitem unpacking loop branch")
def lists_that_give_other_items(x, y):
    items, total = ThreeTimes([x, y]), 0.0
    for k in range(2):
        if k < 2:
            items.append(items[k] * y)
    a, b, *rest = items
    items.reverse()
    items.sort(key=lambda v: -v)
    return a * b + sum(rest) * items[1] + sum([*items]) + items.pop() + total


@program(args=(num(), num()), tags="class list len reverse")
def lists_that_say_another_length(x, y):
    items = Once([x, y, x * y])
    items.reverse()
    return sum(v * k for k, v in enumerate(items)) + items[-1] * len(items) + sum(items[::-1]) * y


@program(args=(num(), num()), tags="class list iter join", reverse="refused")
def lists_that_give_others_in_loops(x, y):
    items = Other([x, y])
    joined = [0.0] + items
    return sum(items) * x + sum(joined) * y + items[0] + max(items) * sum([*items, y])


@program(args=(num(), num()), tags="class dict items update", reverse="refused")
def dicts_that_give_other_items(x, y):
    table = OthersItems(a=x, b=y)
    copied = {**table}
    copied.update(dict(table))
    return sum(copied.values()) * x + sum(v for _, v in table.items()) * y + table["b"]
