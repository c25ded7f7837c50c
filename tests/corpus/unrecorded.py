"""What no sweep records: what callees that fail have stored, what key functions store; exceptions on the way."""

import functools
import operator

import numpy as np

from tests.corpus.base import program, vec


class Total:
    """Adds up, through methods."""

    kept = []

    def __init__(self, start=0.0):
        self.value = start
        self.items = []

    def add(self, v):
        self.value += v
        self.items.append(v)
        return v

    @classmethod
    def keep(cls, v):
        cls.kept.append(v)
        positive(-v)


TOTAL = Total()
TOTALS = {"first": Total()}


def positive(v):
    if v < 0:
        raise ValueError("negative")
    return v


def added_and_failed(v):
    TOTAL.add(v * v)
    return positive(-v)


def added_further_in(v):
    found = TOTALS["first"]
    found.add(v * v)
    return positive(-v)


@program(args=(1.5,), tags="try method global object")
def callee_fails_after_a_method_of_a_global_stored(x):
    TOTAL.value = 0.0
    try:
        added_and_failed(x)
    except ValueError:
        pass
    return TOTAL.value * x


@program(args=(1.5,), tags="try method global object dict")
def callee_fails_after_an_item_of_a_global_stored(x):
    TOTALS["first"].value = 0.0
    try:
        added_further_in(x)
    except ValueError:
        pass
    return TOTALS["first"].value * x


@program(args=(1.5,), tags="try classmethod class attribute")
def class_method_fails_after_it_stored(x):
    Total.kept.clear()
    Total.kept.append(x)
    try:
        Total.keep(x * x)
    except ValueError:
        pass
    return sum(Total.kept) * x


@program(args=(1.5,), reverse="refused", tags="key function method global object")
def key_changes_a_global_object(x):
    TOTAL.items.clear()
    y = max([x, 2 * x], key=lambda v: TOTAL.add(v * v))
    return sum(TOTAL.items) * y


@program(args=(1.5,), reverse="refused", tags="key method object")
def key_is_a_method_that_changes_its_object(x):
    total = Total(x)
    y = max([x, 2 * x], key=total.add)
    return total.value * y


@program(args=(1.5,), reverse="refused", tags="key closure object")
def key_changes_a_captured_object(x):
    totals = [Total(x)]
    y = sorted([x, 2 * x], key=lambda v: totals[0].add(-v))[0]
    return totals[0].value * y


@program(args=(1.5,), tags="key method object")
def key_is_a_method_that_reads_its_object(x):
    total = Scorer(x)
    y = max([x, 2 * x], key=total.of)
    return total.factor * y


class Scorer:
    def __init__(self, factor):
        self.factor = factor

    def of(self, v):
        return v * self.factor


class Short(Exception):
    """Carries a number, and words."""

    def __init__(self, wanted, there):
        super().__init__(f"{wanted} of {there}")
        self.missing = wanted - there


class Account:
    failure = Short

    def __init__(self, balance):
        self.balance = balance
        self.words = [("amount", "taken")]

    def take(self, amount):
        if amount > self.balance:
            raise self.failure(amount, self.balance)
        self.balance -= amount

    def named(self, k):
        word = self.words[0]
        if k:
            raise SyntaxError(word[k])
        return self.balance


@program(args=(2.0,), more=[(0.5,)], tags="try raise class attribute object method")
def exceptions_made_of_active_numbers_by_methods(x):
    account, failed = Account(x * x), 0
    for amount in [1.0, x, 5 * x]:
        try:
            account.take(amount)
        except Short as short:
            failed += len(short.args)
    return account.balance**2 * (1 + failed)


@program(args=(2.0,), tags="try raise class attribute object method")
def exceptions_made_by_methods_carry_numbers(x):
    account = Account(x * x)
    try:
        account.take(5 * x)
    except Short as short:
        account.balance += short.missing
    return account.balance**2


@program(args=(2.0,), tags="try raise object method tuple words")
def exceptions_of_words_made_by_methods(x):
    account, found = Account(x * x), 0.0
    for k in (0, 1):
        try:
            found += account.named(k)
        except (SyntaxError, KeyError) as error:
            found *= len(str(error))
    return found


@program(args=(2.0,), tags="exception object attribute")
def exception_that_is_not_raised(x):
    account = Account(x * x)
    return account.failure(5 * x, account.balance).missing * x


def retried(fn):
    @functools.wraps(fn)
    def tried(v, **options):
        tried.calls += 1
        for _ in range(9):
            try:
                return fn(v, **options)
            except ValueError:
                v *= 0.5
        raise RuntimeError("given up")

    tried.calls = 0
    return tried


@retried
def small(v, scale=1.0):
    if v * scale > 1:
        raise ValueError("large")
    return np.log1p(-0.9 * v * scale)


@program(args=(1.5, 0.3), more=[(7.0, 0.2)], tags="decorator attribute try kwargs")
def retrying_decorator_that_counts(x, y):
    return small(x, scale=y) * small(x) + small(y)


class Checked:
    def __init__(self, size):
        self.size = size
        positive(size)


@program(args=(1.5,), tags="class list try constructor")
def constructors_out_of_a_list_fail_half_way(x):
    kinds, found = [Checked, Account], []
    for k in (1.0, -1.0, 2.0):
        try:
            found.append(kinds[0](k * x))
        except ValueError:
            found.append(Checked(x * x))
    return sum(c.size**2 for c in found)


class Affine:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __mul__(self, other):
        return Affine(self.a * other.a, self.a * other.b + self.b)

    def __add__(self, other):
        return Affine(self.a + other.a, self.b * other.b)


@program(args=(vec(3),), tags="reduce operator object dunder")
def operators_by_name_reduce_objects(x):
    parts = [Affine(v, v * v) for v in x]
    found = functools.reduce(operator.mul, parts)
    other = functools.reduce(operator.add, parts, Affine(x[0], 1.0))
    return found.a * other.b + found.b * other.a


class Purse:
    """Its methods are called as arrays' are, and store."""

    def __init__(self, held):
        self.held = held

    def take(self, amount):
        self.held = self.held - amount

    def clip(self, low, high):
        self.held = self.held * low + high


@program(args=(2.0, 0.5), tags="method object loop list names")
def methods_of_objects_are_called_as_those_of_arrays(x, y):
    purse = Purse(x * x)
    for amount in [1.0, x]:
        purse.take(amount)
    for low in [1.0, y]:
        purse.clip(low, high=y)
    return purse.held**2
