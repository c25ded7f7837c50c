"""Functions that objects and containers hold, called where they are held, whose captured variables are active."""

import functools
import itertools
import types

import numpy as np

from tests.corpus.base import num, program, vec


class Stepper:
    def __init__(self, rate, width=0.1):
        self.rate = rate
        self.width = width
        self.after = []

    def step(self, x):
        return x + self.width * self.rate(x)

    def run(self, x, n):
        for i in range(n):
            if i % 2 == 0:
                x = self.step(x)
                for change in self.after:
                    x = change(x)
        return x


@program(args=(vec(3), num()), tags="object held closure method loop branch")
def object_holds_a_closure(x, k):
    stepper = Stepper(lambda t: np.sin(t) * k)
    stepper.after.append(lambda t: t + k)
    return np.sum(stepper.run(x, 4))


@program(args=(num(), num()), tags="object held partial bound-method namespace")
def objects_hold_callables(x, k):
    inner = Stepper(functools.partial(lambda c, t: t * c, k))
    outer = Stepper(inner.step, k)
    space = types.SimpleNamespace(f=lambda t: t * k * k)
    table = {"f": lambda t: t + k}
    total = 0.0
    for i in range(2):
        if i:
            total = total + outer.step(x) * space.f(x)
        else:
            total = total + table["f"](inner.rate(x))
    return total


class Sequence(dict):
    """A memo of what a rule says of it."""

    def __init__(self, rule):
        self.rule = rule

    def __missing__(self, n):
        found = self[n] = self.rule(self, n)
        return found


@program(args=(num(), num()), tags="dict subclass missing memo closure recursion")
def memo_that_asks_a_rule(a, b):
    terms = Sequence(lambda t, n: a if n == 0 else b if n == 1 else t[n - 1] * 0.5 + t[n - 2])
    return terms[6] * terms[2]


class Gain:
    def __init__(self, k):
        self.k = k
        self.calls = 0

    def __call__(self, v):
        self.calls += 1
        return v * self.k * self.calls


@program(args=(vec(3), num()), tags="map filter accumulate closure object generator loop branch")
def iterators_over_closures(x, k):
    total = sum(itertools.accumulate(x, lambda a, b: a * k + b))
    for i in range(2):
        if i:
            small = filter(lambda v: v < 5, x)
            total = total + sum(v * w for v, w in zip(map(lambda v: v * k, x), small, strict=False))
        else:
            total = total * sum(map(Gain(k), x))
    return total


@program(args=(vec(3), vec(4)), tags="itertools product zip_longest cycle groupby compress ndenumerate loop branch")
def more_of_itertools(x, y):
    total = 0.0
    for a, b in itertools.product(x, y):
        if a < 5.0:
            total += a * np.sin(b)
    for a, b in itertools.zip_longest(x, y, fillvalue=1.0):
        total += a * b
    for v in itertools.chain.from_iterable([x, y[:2]]):
        total = total * 0.9 + v
    for i, v in zip(range(5), itertools.cycle(x), strict=False):
        total += i * v
    for key, group in itertools.groupby(enumerate(y), key=lambda pair: pair[0] // 2):
        total += (key + 1) * sum(v * v for _, v in group)
    for (i, j), v in np.ndenumerate(np.outer(x, y)):
        total += (i - j) * v
    picked = itertools.compress(y, [True, False, True, True])
    return total + sum(picked) * sum(itertools.filterfalse(lambda v: v > 5.0, x)) * sum(itertools.repeat(x[0], 3))


def traverse(tree):
    if tree is not None:
        left, value, right = tree
        yield from traverse(left)
        yield value
        yield from traverse(right)


class Leafy:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def walk(self):
        if self.left:
            yield from self.left.walk()
        yield self.value
        if self.right:
            yield from self.right.walk()


@program(args=(vec(3),), tags="generator recursion yield-from method tree loop branch")
def walks_through_trees(x):
    tree = ((None, x[0], None), x[1], (None, x[2] * x[0], None))
    leafy = Leafy(x[0], Leafy(x[1] * x[0]), Leafy(x[2]))
    total = 0.0
    for i, v in enumerate(traverse(tree)):
        total += v * (i + 1)
    for i, v in enumerate(leafy.walk()):
        if i != 1:
            total += v**2 * (i + 1)
    return total


@program(args=(num(), num()), tags="closure captured later dict list array object loop branch")
def captures_what_comes_later(x, k):
    def note(v):
        seen.append(v * k)
        kept["n"] += v
        if v > 0:
            room[0] += v * k
        return total() * v

    def total():
        return sum(seen) + kept["n"]

    seen = []
    kept = {"n": 0.0}
    room = np.zeros(2)
    found = 0.0
    for i in range(3):
        if i != 1:
            found = found + note(x * (i + 1))
    return found * kept["n"] + seen[0] * room[0]


@program(args=(num(), num()), tags="try finally empty closure")
def stores_in_a_bare_try(x, k):
    def note(v):
        try:
            kept["n"] += v * k
        finally:
            pass
        return v

    kept = {"n": x}
    return note(x) * note(k) * kept["n"]


class Buffers:
    def __init__(self, n):
        self.both = [np.zeros(n), np.zeros(n)]
        self.current = 0
        self.seen = set()

    @property
    def front(self):
        return self.both[self.current]

    @property
    def back(self):
        return self.both[1 - self.current]


@program(args=(vec(5), num()), tags="object property subscript of an attribute set loop branch")
def double_buffered(x, k):
    buffers = Buffers(5)
    buffers.front[:] = x
    for i in range(4):
        now, then = buffers.front, buffers.back
        then[1:-1] = now[1:-1] + k * (now[2:] - 2 * now[1:-1] + now[:-2])
        if i % 2:
            then[0], then[-1] = now[0], now[-1]
        if buffers.current not in buffers.seen:
            buffers.seen.add(buffers.current)
            buffers.current = 1 - buffers.current
    return np.sum(buffers.front**2) + buffers.back[2] * len(buffers.seen)


@np.vectorize
def _clipped(v, low):
    return v * v if v > low else low


def _scaled(v, w):
    return v * w * 1.5


def _square_and_above(v):
    return v * v, v + 1


@program(args=(vec(3),), tags="vectorize branch tuple")
def over_every_element(x):
    scaled = np.vectorize(_scaled, otypes=[float])
    squares, above = np.vectorize(_square_and_above)(x)
    return np.sum(_clipped(x, 1.0) * x) + np.sum(scaled(x[:, None], x)) + np.sum(squares * above)


@program(args=(vec(3),), tags="vectorize integers", forward="refused", reverse="refused")
def integers_of_all(x):
    return np.vectorize(lambda v: 0 if v == x[0] else v)(x).sum()


@program(args=(vec(3),), tags="fromiter generator map")
def arrays_of_items(x):
    squares = np.fromiter((v * v for v in x), float)
    return np.sum(squares * x) + np.fromiter(map(lambda v: v * x[0], x), dtype=np.float64, count=2)[1]


@program(args=(vec(3),), tags="zip starred closure loop comprehension")
def columns_of_rows(x):
    f = lambda a, b: a * b * x[0]  # noqa: E731
    y = np.outer(x, x)
    y[0] *= 2.0
    total = sum([f(*row) for row in zip(*[x, x], strict=True)])
    for i, (a, b, c) in enumerate(list(zip(*y, strict=True)), 1):
        total += f(a, b) * c * i
        y[0] *= 2.0
    return total


@program(args=(vec(3),), tags="zip starred aug-array loop")
def columns_that_change_on_the_way(x):
    y = np.outer(x, x)
    total = x[0]
    for a, b, c in zip(*y, strict=True):
        total += a * b * c
        y[0] *= 2.0
    return total


def _weighted(pairs, y):
    total = 0.0
    for a, b in pairs:
        total += a * b
        y[2] *= 2.0
    return total


@program(args=(vec(3),), tags="zip callee stores")
def pairs_handed_on(x):
    y = x * 1.0
    return _weighted(zip(y, x, strict=True), y) * y.sum()


@program(args=(vec(3),), tags="vectorize callee stores")
def over_every_element_and_once_more(x):
    y = x * 2
    return np.sum(np.vectorize(lambda k: halved_sum(y) * k)(np.array([1.0, 2.0]))) * np.sum(y)


def halved_sum(a):
    a *= 0.5
    return a.sum()
