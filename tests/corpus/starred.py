"""Generators that are starred in calls and displays, or taken to their end by a call that does more."""

import itertools
import math

from tests.corpus.base import num, program, vec


def _joined(a, b, c=1.0, *rest):
    return a + 2 * b + 3 * c + sum(rest)


def _changing(buf, k):
    for i in range(3):
        buf[i] += k * i * buf[0]
        yield buf[i] * 2
    buf[1] *= k


def _rows(buf, k):
    for i in range(3):
        buf[i] = buf[i] * k * buf[0]
        yield buf[i : i + 2]
    buf[1] *= k


@program(args=(vec(3), num()), tags="generator star call store loop branch")
def two_generators_in_a_call(x, k):
    b = x.copy()
    total = 0.0
    for i in range(2):
        if k > 0:
            total += _joined(*_changing(b, k), *_changing(b, k * (i + 1)))
    return total * b.sum()


@program(args=(vec(3), num()), tags="generator star display store views")
def two_generators_in_a_display(x, k):
    b = x.copy()
    numbers = [*_changing(b, k), *_changing(b, k * 2)]
    rows = (*_rows(b, k), b[1:], *_rows(b, 2.0))
    return _joined(*numbers) * b.sum() + sum([r.sum() for r in rows])


@program(args=(vec(3), num()), tags="generator star call islice")
def what_is_left_of_a_generator(x, k):
    b = x.copy()
    g = _changing(b, k)
    first = next(g)
    s = _joined(*itertools.islice(g, 1), *g, b[0], first)
    return s * b.sum() + max(*(v * k for v in x)) + math.hypot(*map(lambda v: v * k, b))


def _stores_first(buf, p, q, r):
    buf[1] *= p * q
    return r


@program(args=(vec(3), num()), tags="generator star callee store")
def callee_stores_into_what_the_generator_did(x, k):
    b = x.copy()
    s = _stores_first(b, *_changing(b, k))
    return s * b.sum()


class _Eater:
    def __init__(self, buf):
        self.buf = buf
        self.out = []

    def eat(self, items):
        for v in items:
            self.out.append(v * self.buf[1])
            if len(self.out) > 1:
                self.buf[2] *= v
        self.buf[1] *= self.out[0]


def _total(items, buf):
    s = sum(items)
    buf[1] *= s
    return s


@program(args=(vec(3), num()), tags="generator method callee store end")
def more_is_done_after_the_end(x, k):
    eater = _Eater(x.copy())
    for i in range(2):
        if i < 2:
            eater.eat(_changing(eater.buf, k))
    rest = _total(_changing(eater.buf, k), eater.buf)
    return sum(eater.out) * eater.buf.sum() + rest


def _evaluated(node, names, visitors):
    if isinstance(node, str):
        return names[node]
    if isinstance(node, int | float):
        return node
    return visitors[node[0]](*map(lambda n: _evaluated(n, names, visitors), node[1:]))


@program(args=(vec(3), num()), tags="map star recursion dict functions")
def visitors_of_a_tree(x, k):
    names = dict(zip(("x", "y", "z"), x, strict=True))
    visitors = {"mul": lambda a, b: a * b, "add": lambda *terms: sum(terms) * k, "pow": pow}
    tree = ("mul", ("add", "x", "y", 2.0), ("pow", ("add", "z", 3), 2))
    return _evaluated(tree, names, visitors)
