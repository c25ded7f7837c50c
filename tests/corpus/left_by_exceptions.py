"""Functions that are left by exceptions which somebody handles: what they stored, and what the exceptions carry."""

import numpy as np

from tests.corpus.base import num, pos, program, vec


class TooBig(Exception):
    def __init__(self, message, state, n=0):
        super().__init__(message, state)
        self.state = state
        self.n = n


class MuchTooBig(TooBig):
    pass


def _advance(buf, i, limit):
    buf[i] *= 1.5
    buf[i + 1 :] += buf[i]
    if buf[i] > limit:
        raise MuchTooBig("big", buf[: i + 1] * 2, n=i + 1)
    buf[0] -= 0.1 * buf[i]
    return buf[i] ** 2


@program(args=(pos(4), num(1.2, 1.3)), more=[(pos(4), num(2.2, 2.3))], tags="try as else finally loop store args")
def stores_before_it_fails(x, limit):
    b = x.copy()
    total = 0.0
    for i in range(3):
        try:
            total += _advance(b, i, limit)
        except MuchTooBig as e:
            total += e.state.sum() * e.n + e.args[1][0]
            b[-1] *= 0.5
        except TooBig:
            total = 0.0
        finally:
            b[0] *= 1.1
    return total + b.sum()


def _wrapping(b, limit):
    try:
        return _advance(b, 0, limit) + _advance(b, 1, limit)
    except MuchTooBig as e:
        b[2] = e.state[0]
        raise TooBig("again", b * e.state[0], n=7) from e


@program(args=(pos(4), num(1.2, 1.3)), more=[(pos(4), 9.0)], tags="try raise from cause else branch loop")
def one_exception_leads_to_another(x, limit):
    b = x.copy()
    total = 0.0
    if limit > 0:
        for k in range(2):
            try:
                found = _wrapping(b, limit + k)
            except TooBig as e:
                found = e.state.sum() * e.n + e.__cause__.state.sum()
            else:
                found *= 2
            total += found * b[2]
    return total


@program(args=(pos(4), num(1.2, 1.3)), tags="try name old value while break")
def name_keeps_what_it_held(x, limit):
    b = x.copy()
    best = x[0]
    while True:
        try:
            best = _advance(b, 0, limit)
        except MuchTooBig as e:
            b[0] = limit * 0.3
            best = best * 2 + e.state[0]
            break
    return best * b.sum()


class _Collector:
    def __init__(self):
        self.total = 1.0
        self.items = []

    def push(self, v, limit):
        self.items.append(v)
        self.total += v * v
        if v > limit:
            raise TooBig("item", {"v": v, "all": [v * 2, self.total]})
        self.total *= 1.1

    def push_all(self, values, limit):
        for v in values:
            self.push(v, limit)


@program(args=(pos(4), num(1.1, 1.2)), tags="try method object dict list loop")
def methods_that_fail_below_others(x, limit):
    made = _Collector()
    total = 0.0
    for k in range(2):
        try:
            made.push_all(x * (k + 1), limit)
        except TooBig as e:
            total += e.state["v"] + e.state["all"][1] + e.args[1]["all"][0]
            made.items.pop()
    return total * made.total + sum(made.items)


@program(args=(vec(3), num()), tags="try closure nonlocal exception value loop")
def captured_variables_before_it_fails(x, k):
    def risky(v, n):
        nonlocal k
        k = k * v
        if n > 1:
            raise TooBig("k", k)
        return v + k

    total = 0.0
    for i, v in enumerate(x):
        try:
            total += risky(v, i)
        except TooBig as e:
            total -= e.state
    return total * k


@program(args=(vec(3),), tags="try kept exception list later")
def exceptions_that_are_kept(x):
    b = x.copy()
    log, errors = [], []

    def inner(i):
        log.append(b[0])
        b[i] *= 2
        if i == 1:
            raise TooBig("kept", b.copy())
        return b[i]

    for i in range(3):
        try:
            log.append(inner(i))
        except TooBig as e:
            errors.append(e)
    b *= 2
    return sum(e.state.sum() for e in errors) * b[0] + len(errors) + sum(log)


@program(args=(vec(3),), tags="try finally reraise recursion stored exception")
def on_the_way_out(x):
    b = x.copy()

    def attempt(n):
        b[0] += 0.3 * b[1]
        if n == 0:
            raise TooBig("bottom", b * 2)
        try:
            return attempt(n - 1)
        except TooBig as e:
            b[2] *= e.state[0]
            e.state[1] = 7.0 * b[0]
            e.extra = b[1] * b[2]
            raise
        finally:
            b[1] += 0.1

    try:
        attempt(2)
    except TooBig as e:
        return e.state.sum() + e.extra * b[2]
    return b[0]


@program(args=(vec(3),), tags="try exception made before", reverse="refused")
def made_before_it_is_raised(x):
    error = TooBig("before", x[0] * 2)
    try:
        if x.size:
            raise error
    except TooBig as e:
        return e.state * x[1]


class _Refusing:
    def __init__(self, v):
        raise TooBig("made", v * 3)


@program(args=(vec(3),), tags="try exception __init__ array", reverse="refused")
def carried_out_of_an_initialiser(x):
    try:
        _Refusing(x)
    except TooBig as e:
        return (e.state**2).sum()
    return np.sum(x)
