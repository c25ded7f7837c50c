"""Functions of Python's own library that compute with numbers, or put them in order."""

import heapq
import operator
import statistics
from collections import deque

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
