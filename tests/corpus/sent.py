"""Generators that are sent values, or return one."""

import functools

import numpy as np

from tests.corpus.base import num, program, vec


def average():
    total, count = 0.0, 0
    while True:
        value = yield (total / count if count else 0.0)
        total += value
        count += 1


TABLE = {"average": average}


@program(args=(vec(4),), tags="generator send loop branch")
def running_averages(x):
    g = average()
    next(g)
    total = 0.0
    for i, v in enumerate(x):
        if i != 1:
            total += g.send(v * v) * v
    return total


@program(args=(vec(4),), tags="generator send table")
def a_generator_of_a_table(x):
    g = TABLE["average"]()
    next(g)
    return sum(g.send(v * v) * v for v in x)


@program(args=(vec(4),), tags="generator send nested")
def a_pipeline(x):
    def summing(scale):
        total = 0.0
        while True:
            v = yield total
            if v is None:
                continue
            total += scale * v * v

    def smoothing(target, k):
        before = 0.0
        while True:
            v = yield
            before = k * v + (1 - k) * before
            target.send(before)

    last = summing(x[0])
    next(last)
    first = smoothing(last, 0.3)
    next(first)
    for i, v in enumerate(x):
        if i != 2:
            first.send(v * x[1])
    return next(last)


@program(args=(num(0.7), num(1.3)), tags="generator send augmented")
def sent_within_an_expression(a, b):
    def growing():
        total = 1.0
        while True:
            total = total * (yield total) + b

    g = growing()
    next(g)
    out = 0.0
    for i in range(3):
        out += g.send(a * (i + 1))
    return out


class Channel:
    def __init__(self, k):
        self.k = k
        self.seen = []

    def run(self):
        s = self.k
        while len(self.seen) < 4:
            message = yield s
            self.seen.append(message)
            s = s * self.k + message
        return s * 2


@program(args=(num(0.7), num(1.3)), tags="generator send method return")
def a_method_that_returns(a, b):
    channel = Channel(a)
    g = channel.run()
    v = next(g)
    out = v
    try:
        while True:
            v = g.send(v * b)
            out += v
    except StopIteration as e:
        out *= e.value
    return out + sum(channel.seen)


def items_with_commands(x):
    for v in x:
        command = yield v
        if command == "double":
            yield v * 2
        elif command == "skip":
            yield 0.0


@program(args=(vec(4),), tags="generator send text")
def commands(x):
    g = items_with_commands(x)
    out, i = 0.0, 0
    v = next(g)
    while True:
        out += v * (i + 1)
        try:
            out += g.send("double" if i % 2 else "skip")
            v = next(g)
        except StopIteration:
            break
        i += 1
    return out


def inner(n, x):
    total = 0.0
    for i in range(n):
        k = yield x * i
        total += (k or 0.0) * x
    return total


def outer(x):
    a = yield from inner(2, x)
    b = yield from inner(3, x * x)
    return a * b


@program(args=(num(0.7), num(1.3)), tags="generator send yield-from return")
def handed_on(x, y):
    g = outer(x)
    out = next(g)
    try:
        for i in range(10):
            out += g.send(y * i)
    except StopIteration as stop:
        return out + stop.value
    return out


@program(args=(vec(4),), tags="generator send tasks")
def tasks_in_turn(x):
    def task(n, k):
        s = k
        for i in range(n):
            s += yield i, s
        return s

    tasks = [task(2, x[0]), task(3, x[1] * x[2])]
    state = [next(t) for t in tasks]
    done = []
    while tasks:
        for j in range(len(tasks) - 1, -1, -1):
            i, s = state[j]
            try:
                state[j] = tasks[j].send(s * x[3] * 0.1 + i)
            except StopIteration as e:
                done.append(e.value)
                del tasks[j]
                del state[j]
    return done[0] * done[1]


@program(args=(vec(4),), tags="generator send in-place arrays")
def arrays_that_are_sent(x):
    def summing():
        held = np.zeros(4)
        while True:
            v = yield held.sum()
            held += v
            v[0] = 0.0

    g = summing()
    next(g)
    out = 0.0
    y = x * 2
    for i in range(3):
        out += g.send(y) * (i + 1)
        y = y * x
    return out + y.sum()


@program(args=(num(0.7), num(1.3)), tags="generator return")
def a_generator_whose_result_nobody_asks_for(x, y):
    def g():
        for i in range(3):
            yield x * i
        return y

    return sum(g()) * y


def begun(fn):
    @functools.wraps(fn)
    def start(*args, **kwargs):
        g = fn(*args, **kwargs)
        next(g)
        return g

    return start


@begun
def smoothed(k):
    s = None
    while True:
        v = yield s
        s = v if s is None else k * v + (1 - k) * s


@program(args=(vec(4), num(0.3)), tags="generator send decorator")
def begun_by_a_decorator(x, k):
    g = smoothed(k)
    return sum(g.send(v) ** 2 for v in x)


@program(args=(vec(3),), tags="generator yield-from unused loop branch")
def what_a_generator_gives_on_and_nobody_keeps(x):
    def parts(scale):
        ended = yield from [x[0] * scale, x[1]]
        last = yield from (v * v for v in x)
        got = yield x[2] * scale

    total = 1.0
    for i in range(3):
        if i != 1:
            for part in parts(1.0 + i):
                total = total * 0.5 + part * part
    return total


class Log:
    def __init__(self, total):
        self.total = total

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.total = self.total * 3.0
        return False


@program(args=(vec(3),), tags="generator send close finally with loop branch")
def what_a_generator_does_in_the_end_is_done_when_it_is_closed(x):
    def gather(out, log):
        with log as kept:
            try:
                while True:
                    value = yield out[-1]
                    out.append(value * value)
                    kept.total += out[-1]
            except GeneratorExit:
                out.append(out[-1] * x[0])
                raise
            finally:
                out.append(out[-1] * 3.0)

    total = 0.0
    for i in range(3):
        if i != 1:
            out, log = [x[2]], Log(x[1])
            items = gather(out, log)
            next(items)
            total += items.send(x[i]) * items.send(x[1] + i)
            items.close()
            items.close()
            total += sum(out) * log.total
    return total


@program(args=(vec(3),), tags="generator send close finally yield-from")
def what_a_generator_is_given_on_from_is_closed_with_it(x):
    def inner(out):
        try:
            while True:
                value = yield
                out.append(value * value)
        finally:
            out.append(out[-1] * x[0])

    def outer(out):
        try:
            got = yield from inner(out)
        finally:
            out.append(out[-1] + x[1])

    out = []
    items = outer(out)
    next(items)
    for value in x:
        items.send(value)
    items.close()
    return sum(out)
