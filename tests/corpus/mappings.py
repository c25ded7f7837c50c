"""Classes with methods that are called as those of dicts and arrays are, abstract classes of containers among them."""

import collections
import collections.abc

import numpy as np

from tests.corpus.base import built, num, program, vec


class Scaled(collections.abc.MutableMapping):
    """Keeps one and a half times what it is given."""

    def __init__(self):
        self.held = {}

    def __getitem__(self, key):
        return self.held[key]

    def __setitem__(self, key, value):
        self.held[key] = value * 1.5

    def __delitem__(self, key):
        del self.held[key]

    def __iter__(self):
        return iter(self.held)

    def __len__(self):
        return len(self.held)


class Doubling(collections.UserDict):
    def __getitem__(self, key):
        return super().__getitem__(key) * 2.0


class Computed:
    """Its items are computed, as its values are."""

    def __init__(self, held):
        self.held = held

    def items(self):
        return [(k, v * 2.0) for k, v in self.held.items()]

    def values(self):
        return [v * 3.0 for v in self.held.values()]


class Pairs:
    def __init__(self, held):
        self.held = held

    def items(self):
        return Listing(self.held)


class Listing:
    def __init__(self, held):
        self.held = held

    def __iter__(self):
        for key in self.held:
            yield key, self.held[key]


class Store:
    """Has methods of the names that arrays have, which store."""

    def __init__(self, buf):
        self.buf = buf

    def sum(self):
        self.buf[0] *= 2.0
        return np.sum(self.buf)

    def get(self, i):
        self.buf[i] += 1.0
        return self.buf[i] * self.buf[0]

    def copy(self):
        self.buf *= 3.0
        return self


@program(args=(vec(3),), tags="class mapping abstract get items pop")
def mapping_of_ones_own(x):
    m = Scaled()
    m["a"] = x[0]
    m["b"] = x[1] * m["a"]
    m["a"] += x[2]
    s = m.get("a", 0.0) * m["b"] + m.get("z", x[0])
    for k, v in m.items():
        s += v * v * len(k)
    for v in m.values():
        s = s * v
    return s + m.pop("b") * len(m)


@program(args=(vec(3),), tags="class userdict userlist")
def dicts_and_lists_of_users(x):
    d = Doubling()
    d["a"] = x[0]
    d.update(b=x[1])
    items = collections.UserList([x[0], x[1]])
    items.append(x[2] ** 2)
    items[0] *= 2.0
    return d["a"] * d["b"] + len(d) + sum(d.values()) + items[0] * items[2] + sum(items)


@program(args=(vec(3),), tags="class items values loop list", complex_ok=True)
def items_that_are_computed(x):
    m = Computed({"a": x[0], "b": x[1] * x[2]})
    s = 0.0
    for k, v in m.items():
        s += v * v * len(k)
    for v in m.values():
        s += v * s
    for each in [m, Computed({"c": x[2]})]:
        for _, v in each.items():
            s = s * 0.5 + v
    return s


@program(args=(vec(3),), tags="class items yield loop", complex_ok=True)
def items_that_are_yielded(x):
    s = 0.0
    for k, v in Pairs({"a": x[0], "b": x[1] * x[2]}).items():
        s += v * v * len(k)
    return s


@program(args=(vec(3), {"m": [built(Computed, {"a": 1.0})]}), tags="class items parameter dict")
def items_of_what_is_given(x, given):
    m = given["m"][0]
    m.held["a"] = x[0]
    s = 0.0
    for _, v in m.items():
        s += v * v
    for v in m.values():
        s += v * x[1]
    return s


@program(args=(vec(3),), tags="class method name store alias")
def methods_with_names_of_arrays(x):
    buf = x * 1.0
    objects = [Store(buf)]
    y = buf * buf
    t = objects[0].sum()
    z = buf * buf
    u = objects[0].copy().get(1)
    own = Store(x * 2.0)
    w = own.buf * own.buf
    return np.sum(y * z) * t * u * np.sum(buf) + np.sum(w) * own.sum() + own.get(1)


@program(args=(num(), {"a": num(), "b": num()}), tags="dict method read default parameter")
def defaults_of_what_a_dict_has_not(x, d):
    own = {"a": 0.5, "b": x * x}
    s = own.get("c", x) * d.get("a", x)
    for key in ("a", "c", "b", "e"):
        if key != "b":
            s = s + own.get(key, d.get(key, s * x))
        else:
            s = s * d.get(key, 1.0) + (own.get(key) if own.get("e") is None else 2.0)
    return s
