"""Context managers of generators that handle what the block raises, and go on changing things."""

import contextlib

from tests.corpus.base import num, program, vec


class Ledger:
    def __init__(self, held):
        self.held = dict(held)
        self.log = []

    @contextlib.contextmanager
    def transaction(self):
        saved = dict(self.held)
        try:
            yield self
        except ValueError:
            self.held = saved
            self.log.append(saved["p"] * 2.0)

    @contextlib.contextmanager
    def charged(self, fee):
        try:
            yield
        except ValueError:
            self.held["q"] = self.held["q"] * fee + self.held["p"]
        finally:
            self.held["p"] += fee
        self.held["p"] *= fee

    def move(self, a, b, amount):
        self.held[a] -= amount
        if self.held[a] < 0:
            raise ValueError("not enough")
        self.held[b] += amount


@program(args=(num(), num(), 0.9), tags="with contextmanager raise dict loop")
def moves_that_are_rolled_back(p, q, amount):
    ledger = Ledger({"p": p + 1.0, "q": q})
    for k in (1, 2, 3):
        with ledger.transaction():
            ledger.move("p", "q", amount * k * p)
    with ledger.transaction() as same:
        same.move("q", "p", q * q / 8)
    return ledger.held["p"] ** 2 + 3.0 * ledger.held["q"] * amount + sum(ledger.log)


@program(args=(num(), num(), 0.7), tags="with contextmanager raise finally nested")
def moves_that_are_charged(p, q, amount):
    ledger = Ledger({"p": p, "q": q})
    with ledger.charged(amount):
        ledger.move("p", "q", amount * 9.0)
    ledger.held["q"] *= p
    with ledger.charged(q), ledger.transaction():
        ledger.move("q", "p", amount * 40.0)
    with ledger.transaction(), ledger.charged(p):
        ledger.move("q", "p", 90.0)
    ledger.held["p"] = ledger.held["p"] * ledger.held["q"]
    return ledger.held["p"] + ledger.held["q"] * amount + sum(ledger.log)


@contextlib.contextmanager
def restored(x, at):
    before = x[at]
    try:
        yield before
    except ZeroDivisionError:
        x[at] = before * 2.0
    x[at] += 1.0


@program(args=(vec(3), num()), tags="with contextmanager raise array loop store")
def places_that_are_restored(a, k):
    x = a * 1.0
    for i in range(3):
        with restored(x, i) as before:
            x[i] = x[i - 1] * before
            if i != 1:
                raise ZeroDivisionError
            x[i] *= k
        x[0] = x[0] * k
    return x[0] * x[1] + x[2]


def steps(x):
    while True:
        try:
            x = x * 1.5
            yield x
        except KeyError:
            x = x * x
        except IndexError:
            return


@program(args=(num(), num()), tags="generator throw")
def thrown_into_a_generator(x, k):
    made = steps(x)
    total = next(made)
    total += made.throw(KeyError()) * k
    total *= next(made)
    try:
        made.throw(IndexError())
    except StopIteration:
        total += x * k
    return total * x
