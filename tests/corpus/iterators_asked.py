"""Iterators that are asked for one item after the other, or give all of them away at once, while they change."""

from collections import deque
from itertools import islice

import numpy as np

from tests.corpus.base import num, program, vec


def _logged(x, log):
    for v in x:
        log.append(v * v)
        yield v
    log.append(3.0 * x[0])


def _doubled(items):
    return next(items) * 2


class Smooth:
    """Its own iterator, which changes as it goes."""

    def __init__(self, source, a):
        self.source, self.a, self.y = iter(source), a, None

    def __iter__(self):
        return self

    def __next__(self):
        v = next(self.source)
        self.y = v if self.y is None else self.a * v + (1 - self.a) * self.y
        return self.y


class Counted:
    """Gives items by a generator, and counts them."""

    def __init__(self, items):
        self.items, self.n = items, 0

    def __iter__(self):
        for v in self.items:
            self.n += 1
            yield v * self.n


@program(args=(vec(3),), tags="generator exceptions loop stores")
def asked_until_it_stops(x):
    log, total = [], 0.0
    items = _logged(x, log)
    while True:
        try:
            total += next(items) * len(log)
        except StopIteration:
            break
    return total * sum(log)


@program(args=(vec(3),), tags="generator exceptions loop call")
def asked_by_a_callee_until_it_stops(x):
    log, total = [], 0.0
    items = _logged(x, log)
    try:
        while True:
            v = _doubled(items)
            total += v * len(log)
    except StopIteration:
        total *= 2
    return total * sum(log) + v


def _worker(name, rate, count, board):
    for i in range(count):
        board[name] = board.get(name, 0.0) + rate * (i + 1)
        yield i
    board["done"] = board.get("done", 1.0) * board[name]


@program(args=(vec(3),), tags="generator exceptions deque dict branch loop")
def workers_in_turn(x):
    board, turns, ticks = {}, deque(), 0
    if len(x) == 3:
        for k in range(3):
            turns.append(_worker("abc"[k], x[k], k + 1, board))
        while turns:
            worker = turns.popleft()
            try:
                ticks += next(worker)
                turns.append(worker)
            except StopIteration:
                pass
    return board["done"] + ticks * board["c"]


@program(args=(vec(4), num()), tags="iterator class loop")
def smoothed_twice(x, a):
    total = 0.0
    for v in Smooth(Smooth(x, a), a * a):
        total += v * v
    return total


@program(args=(vec(4), num()), tags="iterator class list")
def listed_and_asked_for_its_state(x, a):
    first = Smooth(x, a)
    out = list(first)
    return sum(v * (i + 1) for i, v in enumerate(out)) * first.y


@program(args=(vec(5), num()), tags="iterator class loop break extend branch")
def taken_by_a_loop_and_then_by_extend(x, a):
    first, out = Smooth(x, a), []
    for i, v in enumerate(Smooth(first, a * a)):
        out.append(v)
        if i == 2:
            break
    out.extend(first)
    return sum(v * (k + 1) for k, v in enumerate(out)) * first.y


@program(args=(vec(3), num()), tags="iterator class list augmented slice deque")
def fills_lists_and_deques(x, a):
    out = [a]
    out += Counted(x)
    out[1:2] = Smooth(x, a)
    last = deque(Counted(x), maxlen=2)
    last.extendleft(Smooth(x, 0.5))
    last += Counted([x[0]])
    return sum(v * (i + 1) for i, v in enumerate(out)) * last[0] + last[1]


@program(args=(vec(3), num()), tags="iterator class iter attribute loop branch")
def iter_gives_the_object_itself(x, a):
    items, total = iter(Smooth(x, a)), 0.0
    if x.size > 1:
        for k in range(3):
            total += next(items) * items.y * (k + 1)
    return total + items.a


@program(args=(num(),), tags="iterator iter closure loop")
def a_function_asked_until_a_value(x):
    stack, total = [x], 0.0
    for v in iter(lambda: stack.pop() if stack else -1.0, -1.0):
        total += v * len(stack) + v
        if v > 0.2 * x:
            stack += [v * 0.5, v * 0.4]
    return total


class Rounded:
    """A position between whole numbers, which is read as one by `__index__` alone."""

    def __init__(self, at):
        self.at = at

    def __index__(self):
        return int(self.at)


@program(args=(vec(6), num()), tags="iterator islice index class loop branch")
def cut_by_positions_of_a_class(x, a):
    total = a
    for v in islice(x, Rounded(1.5), Rounded(5.2), np.int64(2)):
        if v > -2.0:
            for w in islice((v, a, v * a), Rounded(2.0)):
                total = total * 0.5 + v * w
    return total
