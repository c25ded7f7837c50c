"""Functions of Python's own library that compute with numbers, or put them in order."""

import heapq
import operator
import random
import statistics
from collections import deque
from typing import NewType, TypedDict

from tests.corpus.base import num, pos, program, vec


@program(args=(vec(4),), tags="statistics list")
def means_and_medians(x):
    xs = list(x)
    return statistics.mean(xs) * statistics.median(xs) + statistics.fmean(v * v for v in xs) + statistics.median(xs[:3])


@program(args=(vec(4),), tags="statistics list")
def spreads(x):
    xs = list(x)
    apart = statistics.stdev(xs) + statistics.pstdev(x) * statistics.variance(xs, xs[0])
    return apart + statistics.pvariance(tuple(xs)) * statistics.covariance(x, x**2) + statistics.correlation(x, x**3)


@program(args=(pos(4),), tags="statistics list quantiles")
def other_means(x):
    weighted = statistics.fmean(x, weights=x * x) + statistics.harmonic_mean(x, weights=list(x))
    cuts = [*statistics.quantiles(x, n=3), *statistics.quantiles(list(x), n=4, method="inclusive")]
    weighted *= statistics.geometric_mean(x)
    return weighted + sum(v * i for i, v in enumerate(cuts)) + statistics.harmonic_mean(x)


@program(args=(vec(6), num()), tags="statistics deque loop branch")
def over_a_window(x, a):
    window, out, smooth = deque(maxlen=3), 0.0, None
    for v in x:
        window.append(v)
        smooth = v if smooth is None else a * v + (1 - a) * smooth
        if len(window) == window.maxlen:
            out += statistics.fmean(window) * smooth + statistics.pvariance(window)
    return out


@program(args=(pos(4),), tags="heap loop branch")
def pushed_and_popped_at_once(x):
    heap, total = list(x), 0.0
    heapq.heapify(heap)
    for k in range(3):
        if k != 1:
            total += heapq.heappushpop(heap, x[k] * 1.7) * (k + 1)
        else:
            total += heapq.heappushpop(heap, 0.01 * x[0]) * 5.0
    return total + heap[0] * heap[-1]


@program(args=(vec(4), num()), tags="heap generator")
def merged(x, a):
    total = 0.0
    for i, v in enumerate(heapq.merge(sorted(x[:2]), sorted(x[2:]), [a])):
        total += v * i
    falling = heapq.merge([a, a - 1.0], sorted(x[1:3], reverse=True), key=lambda v: 2 * v, reverse=True)
    return total + sum(v * v * i for i, v in enumerate(falling))


class Account:
    def __init__(self, balance):
        self.balance = balance

    def add(self, amount, rate=1.0):
        self.balance += amount * rate
        return self.balance


@program(args=(num(), num()), tags="operator class stores")
def a_method_called_with_what_is_active(x, y):
    accounts = [Account(x), Account(y)]
    pay, pay_more = operator.methodcaller("add", x * y), operator.methodcaller("add", y, rate=x)
    return sum(pay(a) * pay_more(a) for a in accounts) + accounts[0].balance


@program(args=(num(), num()), tags="random list loop branch")
def put_in_random_order(x, y):
    chance, total = random.Random(5), 0.0
    items = [x, 2.0, x * y, 3 * y]
    for k in range(2):
        if len(items) == 4:
            chance.shuffle(items)
            some, again = chance.sample(items, 3), chance.choices(items, weights=[1, 2, 3, 4], k=2)
            total += some[0] * 2 + some[1] * again[0] + again[1] + chance.choice(items) * (k + 1)
    return total * items[0]


@program(args=(num(), num()), tags="random numbers")
def random_numbers_that_are_moved(x, y):
    chance = random.Random(7)
    return chance.uniform(x, 2 * y) * chance.gauss(x, y) + chance.triangular(0.0, x + 1, y) + chance.expovariate(y)


@program(args=(vec(4), num()), tags="statistics namedtuple class")
def lines_and_distributions(x, y):
    slope, rest = statistics.linear_regression([0.0, 1.0, 2.5, 3.0], x)
    through = statistics.linear_regression(x, x**2, proportional=True)
    return slope * rest + through.slope + through.intercept + statistics.NormalDist(y, 2.0).cdf(1.0)


class Settings(TypedDict, total=False):
    rate: float
    steps: int


Metres = NewType("Metres", float)
Row = NewType("Row", list)


def built(cls, **given):
    return cls(**given)


@program(args=(num(), num()), tags="typing dict class loop branch store")
def dicts_whose_keys_are_typed(x, y):
    total = 0.0
    if x**2 > 0:
        for k in range(3):
            s = Settings(rate=x * y, steps=k)
            s["rate"] *= 2
            total += s["rate"] * s["steps"]
    again = Settings(built(Settings, rate=y), steps=2)
    again["rate"] = again["rate"] * x
    return total + again["rate"] ** 2 * len(again)


@program(args=(num(), num()), tags="typing function map loop branch store")
def types_that_are_new_by_name(x, y):
    far = Metres(0.0)
    if x**2 > 0:
        for k in range(3):
            far = Metres(far + x * Metres(k))
    items = [Metres(y), far]
    row = Row(items)
    row[0] = x * 3
    return sum(map(Metres, items)) * far + Row(row)[0] * y
