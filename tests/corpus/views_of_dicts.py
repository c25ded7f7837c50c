"""Views of dicts that are kept, held or handed on, and asked when the dict holds something else."""

import functools
import itertools
import math
import statistics
from collections import defaultdict

from tests.corpus.base import num, program


def summed_late(values, table, factor):
    table["a"] = table["a"] * factor
    return sum(values)


@program(args=(num(), num()), tags="dict values view function store")
def a_view_that_a_function_is_given(a, b):
    table = {"a": a, "b": b}
    return summed_late(table.values(), table, b)


@program(args=(num(), num()), tags="dict items view closure store")
def a_view_that_a_closure_is_given(a, b):
    table = {"a": a, "b": b}

    def late(pairs):
        table["long"] = table["a"] * b
        return sum(v * len(k) for k, v in pairs)

    return late(table.items())


@program(args=(num(), num()), tags="dict values keys view list store loop branch")
def views_in_a_list(a, b):
    table, total = {"a": a}, 0.0
    if a**2 > 0:
        for k in range(3):
            held = [table.values(), table.keys()]
            table[f"new {k}"] = b * (k + 1)
            table["a"] *= b
            total += sum(held[0]) * len(held[1])
    return total


class Store:
    def __init__(self, first):
        self.table = {"first": first}
        self.all = self.table.values()

    def put(self, key, value):
        self.table[key] = value

    def total(self):
        return sum(self.all)


@program(args=(num(), num()), tags="dict values view class attribute store")
def a_view_that_an_object_has(a, b):
    store = Store(a)
    store.put("second", b * a)
    store.put("first", a * 3)
    return store.total() ** 2


@program(args=(num(), num()), tags="dict values view closure return store")
def a_view_that_a_function_gives(a, b):
    table = {"a": a, "b": b}

    def view():
        return table.values()

    found = view()
    table["a"] = a * b
    return sum(found)


@program(args=(num(), num()), tags="dict items values view name loop store")
def views_under_names(a, b):
    table = {"a": a, "b": b}
    pairs, values = table.items(), table.values()
    again = table.items()
    table["c"] = a * b
    total = 0.0
    for key, value in pairs:
        total += value**2 * len(key)
    for key, value in again:
        total += value * (key == "c")
    table["a"] = 3.0 * b
    return total * sum(values) - max(values) * min(values)


@program(args=({"a": num(), "b": num()},), tags="dict values view name argument")
def mean_and_spread_of_values(prices):
    values = prices.values()
    mean = sum(values) / len(values)
    return sum((v - mean) ** 2 for v in values) + functools.reduce(lambda p, q: p * q, values)


@program(args=(num(), num()), tags="dict keys view set operators loop")
def keys_as_sets(a, b):
    p, q = {"a": a}, {"b": b}
    for k in "cd":
        p[k], q[k] = a * b, a + b
    total = 0.0
    for k in sorted(p.keys() & q.keys()):
        total += p[k] * q[k]
    for k in sorted(p.keys() | set(q)):
        total += p.get(k, 0.0)
    if "c" in p.keys() and p.keys() >= {"a"} and p.keys() != q.keys():  # noqa: SIM118
        total *= 2
    return total * len(p.keys() ^ q.keys()) * len(q.keys() - p.keys())


@program(
    args=({"a": num(), "b": num()}, {"b": num(), "c": num()}),
    tags="dict keys set operators argument",
)
def keys_of_arguments_as_sets(p, q):
    return sum(p[k] * q[k] for k in sorted(p.keys() & q.keys())) + sum(p[k] for k in sorted(p.keys() - q.keys()))


def compared(keys, others):
    """What keys say beside a list (nothing), a set and other keys."""
    said = 1.0 if keys == ["a"] else 2.0
    if keys == {"a"} and keys <= others and others > keys:
        said *= 3.0
    try:
        return said + (keys <= ["a"])
    except TypeError:
        return said * 5.0


@program(args=(num(), num()), tags="dict keys view compare loop branch")
def keys_beside_lists_and_sets(a, b):
    total, table, other = 0.0, {"a": a}, {"a": b, "b": a}
    for k in range(3):
        if k != 1:
            held = [table.keys(), other.keys()]
            total = total + compared(*held) * a * b * (k + 1)
    return total


@program(args=(num(), num()), tags="dict keys view name membership")
def keys_that_grow(a, b):
    table = {"a": a, "b": b}
    keys = table.keys()
    if "c" not in keys:
        table["c"] = b * a
    return sum(table[k] * (i + 1) for i, k in enumerate(keys)) * ("c" in keys)


@program(args=(num(), num()), tags="dict views unpacking starred reversed iter zip map")
def views_that_are_taken_apart(a, b):
    table = {}
    table["a"], table["b"] = a, b
    values = table.values()
    x, y = values
    (_, first), *rest = table.items()
    table["a"] *= 2.0
    doubled = dict(zip(table.keys(), map(lambda v: v * 2, table.values()), strict=True))
    back = list(reversed(table.values()))
    first_again = next(iter(values))
    return x * y * first * rest[0][1] + doubled["a"] * back[1] * first_again + scaled(*values) * scaled(**table)


def scaled(a, b):
    return a * b**2


def values_of(table):
    return table.values()


@program(args=(num(), num()), tags="dict values view function lambda table store")
def views_that_functions_in_a_table_give(a, b):
    table = {"a": a, "b": b}
    views = {"f": lambda d: d.values(), "g": values_of, "h": lambda d: (d.items(), d)}
    first, second = views["f"](table), [views[k](table) for k in "g"]
    pairs, same = views["h"](table)
    same["a"] = a * b
    table["c"] = b * 2.0
    return sum(first) * sum(second[0]) + sum(v * len(k) for k, v in pairs)


class Registry:
    def __init__(self):
        self.held = {}

    def views(self):
        return self.held.values()

    def pairs(self):
        return {"pairs": self.held.items()}


@program(args=(num(), num()), tags="dict views class method comprehension loop branch store")
def views_that_methods_give_of_empty_dicts(a, b):
    total = 0.0
    if a**2 > 0:
        for k in range(2):
            made = [Registry(), Registry()]
            views = [r.views() for r in made]
            pairs = [r.pairs() for r in made]
            for r, v in zip(made, (a, b), strict=True):
                r.held["x"] = v * (k + 1)
                r.held["y"] = v * a
            total += sum(views[0]) * sum(views[1]) + sum(v * v for _, v in pairs[1]["pairs"])
    return total


@program(args=({"a": num(), "b": num()}, num()), tags="dict values items view starred list tuple call argument")
def starred_views_under_names(given, b):
    table = dict(given)
    before, values, pairs = [*table.values()], table.values(), table.items()
    table["c"] = b * table["a"]
    now, third = [b, *values], (*pairs,)[2]
    return sum(before) * sum(now) * third[1] + max(*values) - min(*values)


def product(values):
    return math.prod(values) + max(values, default=0.0)


def held(table):
    return [table.values(), table.items()]


@program(args=(num(), num()), tags="dict values view math statistics name")
def views_that_primitives_are_given(a, b):
    table = {"a": a}
    table["b"] = b * a
    values = table.values()
    table["c"] = a + b
    return math.prod(values) * math.fsum(values) + math.hypot(*values) + statistics.mean(values) + product(values)


@program(args=({"a": num(), "b": num()}, num()), tags="dict values items view list function argument")
def views_in_what_a_function_gives(given, b):
    values, pairs = held(dict(given, c=b))
    again, _ = held(given)
    ordered = sorted(pairs, key=lambda p: p[1])
    total = sum(values) + sum(v for _, v in pairs) + ordered[0][1] + math.prod(again) * max(again)
    return total * next(iter(values)) + dict(pairs)["c"] + list(values)[1] ** 2


@program(args=(num(), num()), tags="dict defaultdict values items view extend update zip chain")
def views_that_fill_other_containers(a, b):
    table = defaultdict(float)
    for key, v in (("x", a), ("y", b), ("x", a * b)):
        table[key] += v
    ordered, copied, items = dict(table.items()), {}, []
    copied.update(ordered.items())
    items.extend(table.values())
    items += table.values()
    pairs, numbered = list(zip(table.keys(), table.values(), strict=True)), list(enumerate(table.values()))
    chained = list(itertools.chain(table.values(), copied.values()))
    return math.prod(ordered.values()) * pairs[1][1] + copied["x"] * numbered[0][1] + sum(items) * chained[2]
