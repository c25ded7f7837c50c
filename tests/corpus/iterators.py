"""Iterators, generator expressions, heaps, and functions of NumPy given lists."""

import functools
import heapq
import itertools
import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(4), num()), tags="heap heapq tuples while")
def events_in_a_heap(delays, k):
    events = [(abs(d), i, 1.0) for i, d in enumerate(delays)]
    heapq.heapify(events)
    total = 0.0
    while events:
        t, i, w = heapq.heappop(events)
        total += w * math.exp(-k * t)
        if t < 1.0:
            heapq.heappush(events, (t + 0.7 * k, i, 0.5 * w))
    return total


@program(args=(vec(5),), tags="heap heapq loop")
def numbers_in_a_heap(x):
    h = []
    for v in x:
        heapq.heappush(h, v * v)
    a = heapq.heapreplace(h, x[0])
    b = heapq.heappop(h)
    return a * 3 + b * h[0] + sum(heapq.nlargest(2, x)) * heapq.nsmallest(2, x)[1]


@program(args=(vec(4),), tags="itertools combinations permutations")
def choices_of_items(x):
    pairs = sum(a * b for a, b in itertools.combinations(x, 2))
    return pairs + sum(a * b * b for a, b in itertools.permutations(x, 2))


@program(args=(vec(4),), tags="itertools islice takewhile dropwhile")
def parts_of_iterators(x):
    first = sum(itertools.takewhile(lambda v: v < 5.0, x))
    some = sum(itertools.islice(x, 1, 3)) * x[0]
    return first + some * sum(itertools.dropwhile(lambda v: v < -5.0, x))


def compensated(values):
    s = c = 0.0
    for v in values:
        y = v - c
        t = s + y
        c = (t - s) - y
        s = t
    return s


@program(args=(vec(4), num()), tags="generator-expression kept argument starred extend")
def generator_expressions(x, k):
    squares = (v * v for v in x)
    shifted = (a + k for a in squares if a != 100.0)
    found = []
    found.extend(v * k for v in x)
    a, b, *_ = [*(v * 2.0 for v in found)]
    return compensated(v * k for v in x) * sum(shifted) + max(*(v * v for v in x)) + a * b


@program(args=(vec(3), num()), tags="generator-expression loop branch")
def generator_expressions_in_a_loop(x, k):
    s = 0.0
    for i in range(2):
        if k > 0.0:
            for v in (w * k for w in x):
                s += v * v * (i + 1)
    return s


@program(args=(vec(4),), tags="iter next list")
def iterator_taken_by_hand(x):
    values = [v * v for v in x]
    values.append(x[0])
    it = iter(values)
    first = next(it)
    second = next(it)
    return first * second + next(it) * next(it)


@program(args=(vec(4), num()), tags="dict pairs zip enumerate")
def dicts_of_pairs(x, k):
    d = dict((i, v * k) for i, v in enumerate(x))
    d.update({0: x[0] * x[1]})
    e = dict(zip("abca", x), z=k)
    return sum(d.values()) * e["a"] + e["b"] * d[2] * e["z"]


@program(args=(vec(3),), tags="numpy list append reductions")
def functions_of_appended_lists(x):
    out = []
    for v in x:
        out.append(v * v + 1.0)
    spread = np.std(out) + np.var(out) + np.linalg.norm(out)
    return np.mean(out) + np.max(out) * np.prod(out) + spread + np.median(out)


@program(args=(vec(3), mat(2, 3)), tags="numpy list rows dict")
def functions_of_lists_in_a_dict(x, a):
    held = {"rows": []}
    for r in a:
        held["rows"].append(r * x)
    top = max(held["rows"][0][0], x[0], 3.0 * x[1])
    return np.mean(held["rows"]) + np.mean(held["rows"], axis=0)[1] + np.linalg.norm(held["rows"]) + top


@program(args=(vec(4), num()), tags="bound-method list dict key")
def methods_bound_before_they_are_called(x, k):
    out = []
    push = out.append
    for v in x:
        push(v * k)
    d = {"a": out[0], "b": out[1] * k}
    get = d.get
    best = max(d, key=d.get)
    return sum(out) * d[best] + get("a") * get("c", k)


@program(args=(num(), num()), tags="expression-parser recursion strings dict lists")
def lists_as_expressions(x, y):
    def parse(tokens):
        token = tokens.pop(0)
        if token != "(":
            return token
        inner = []
        while tokens[0] != ")":
            inner.append(parse(tokens))
        tokens.pop(0)
        return inner

    def value(e, names):
        if not isinstance(e, list):
            return names[e] if e in names else float(e)
        head, *rest = e
        parts = [value(part, names) for part in rest]
        return sum(parts) if head == "+" else parts[0] * parts[1]

    text = "(+ (* x y) (* x 2.5) y)"
    tokens = text.replace("(", " ( ").replace(")", " ) ").split()
    return value(parse(tokens), {"x": x, "y": y})


class Series:
    def __init__(self, *c):
        self.c = list(c)

    def __call__(self, t):
        return sum(a * t**k for k, a in enumerate(self.c))

    def __iter__(self):
        return iter(self.c)

    def __add__(self, other):
        return Series(*[a + b for a, b in itertools.chain(zip(self, other), zip(self, self))])

    def at(self, points):
        return sum(itertools.takewhile(lambda v: v < 10, map(self, points)))


@program(args=(vec(3),), tags="iterator callable object chain itertools")
def object_that_is_called_and_iterated(x):
    s = Series(*x) + Series(x[0], x[1])
    chained = sum(a * a for a in itertools.chain(Series(*x), s))
    return s(0.3) * chained + s.at([0.1, 0.2])


def leaves_of(tree):
    if isinstance(tree, tuple):
        for part in tree:
            yield from leaves_of(part)
    else:
        yield tree


@program(args=(vec(3),), tags="generator unpacking starred", reverse="refused")
def rest_of_a_generator_that_is_only_counted(x):
    a, b, *c = leaves_of((x[0], (x[1], x[2])))
    return a * b * len(c)


@program(args=(vec(3), vec(3)), tags="iterator zip starmap name")
def zipped_under_a_name_and_handed_on(x, y):
    pairs = zip(x, y, strict=True)
    return sum(itertools.starmap(lambda a, b: a * b**2, pairs))


@program(args=(vec(3), vec(2)), tags="iterator enumerate map name loop branch")
def numbered_under_a_name_in_a_loop(x, y):
    total = 0.0
    if x.size > 1:
        for k in range(2):
            pairs = enumerate(y, 1)
            total += x[k] * sum(map(lambda p: p[0] * p[1] ** 2, pairs))
    return total


@program(args=(vec(3), num()), tags="iterator reversed zip starmap name")
def backwards_under_a_name_and_zipped(x, a):
    backwards = reversed(x)
    pairs = zip(backwards, x, strict=True)
    return sum(itertools.starmap(lambda u, v: u * v**2, pairs)) * a


@program(args=(vec(3), num()), tags="iterator enumerate reduce list append name")
def a_list_that_grows_before_its_items_are_taken(x, a):
    items = list(x)
    pairs = enumerate(items)
    items.append(a)
    items[0] *= 3.0
    return functools.reduce(lambda s, p: s * 0.5 + p[0] * p[1], pairs, 1.0) * items[0]


@program(args=(vec(3), vec(3)), tags="iterator zip closure name")
def zipped_outside_and_taken_inside(x, y):
    pairs = zip(x, y, strict=True)

    def total():
        return sum(map(lambda p: p[0] * p[1] ** 2, pairs))

    return total() + x[0] * total()
