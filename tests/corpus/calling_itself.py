"""Functions that run themselves again, at once or by others, and store into what lies beyond them."""

import numpy as np

from tests.corpus.base import num, program, vec

NOTED = {"sum": 0.0}


@program(args=(vec(3), num()), tags="recursion nonlocal closure branch loop", complex_ok=True)
def visits_add_up(x, k):
    count = 0
    total = 0.0

    def visit(v, depth):
        nonlocal count, total
        count += 1
        total += v**2 / depth
        if depth < 3:
            visit(v * k, depth + 1)
            visit(v + k, depth + 1)

    if len(x) > 2:
        for v in x:
            visit(v, 1)
    return total / count


@program(args=(num(), num()), tags="recursion mutual nonlocal closure", complex_ok=True)
def turns_of_two_that_share_a_variable(x, k):
    acc = 0.0

    def adds(v, n):
        nonlocal acc
        acc = acc * k + v * v
        if n:
            passes(v * k, n - 1)

    def passes(v, n):
        if n:
            adds(v + k, n - 1)

    passes(x, 5)
    return acc


def _appends(v, n, out):
    out.append(v * v)
    if n:
        _hands_on(v * 1.5, n - 1, out)


def _hands_on(v, n, out):
    if n:
        _appends(v + 0.3, n - 1, out)


@program(args=(num(), num()), tags="recursion mutual list parameter", complex_ok=True)
def turns_of_two_that_append(x, k):
    out = []
    _appends(x * k, 4, out)
    return sum(out)


def _by_a_view(v, n, buf):
    _stores_at_the_end(v * 1.5, n - 1, buf) if n else None
    buf[n] += v * v


def _stores_at_the_end(v, n, buf):
    turned = buf[::-1]
    if n:
        _by_a_view(v + 0.3, n - 1, turned)


@program(args=(vec(2), num()), tags="recursion mutual array view parameter loop branch")
def turns_of_two_that_store_into_views(x, k):
    buf = np.zeros(8)
    for v in x:
        if buf.size > 7:
            _stores_at_the_end(v * k, 6, buf)
    return buf @ np.arange(8.0)


def _notes(v, n):
    NOTED["sum"] = NOTED["sum"] + v * v
    if n:
        _notes(v * 1.1, n - 1)


@program(args=(num(), num()), tags="recursion global dict", complex_ok=True)
def notes_in_a_global(x, k):
    NOTED["sum"] = 0.0
    _notes(x * k, 3)
    return NOTED["sum"]


@program(args=(num(), num()), tags="recursion closure three list", complex_ok=True)
def rounds_of_three(x, k):
    seen = []

    def first(v, n):
        second(v * k, n)
        return v

    def second(v, n):
        if n:
            third(v + k, n - 1)

    def third(v, n):
        first(v * 0.5, n)
        seen.append(v * v)

    first(x, 4)
    return sum(seen) * seen[0]
