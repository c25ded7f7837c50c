"""Functions that are given one memory in several ways: by two arguments, in an object, captured, or as a global."""

from __future__ import annotations

import functools

import numpy as np

from tests.corpus.base import num, program, vec

SHARED = np.zeros(3)
FIRST = 0.25


def stores_and_reads(u, w, x):
    u[0] = x * w[1]
    return (w * w).sum()


def reads_around_a_store(u, w, x):
    before = (w * w).sum()
    u[1] = x * before
    return before + 3.0 * (w * w).sum()


def stores_in_a_loop(u, w, x):
    total = 0.0
    for i in range(3):
        u[i] *= x
        total += w[-1 - i] * w[0]
    return total


def scales_whole(u, w, x):
    u *= x
    return w[0] * w[1]


def takes_the_second_by_keyword(u, x, *, w, **rest):
    u[0] = x * x
    return w @ rest["again"]


def takes_many(x, *arrays):
    arrays[0][0] = x * x
    return (arrays[1] ** 3).sum()


def hands_on(u, w, x):
    w[1] = x
    try:
        return stores_and_reads(w, u, x * x)
    except ValueError:
        return x


def recurses(u, w, x, n):
    if n == 0:
        return w @ w
    u[n] = x * n * w[0]
    return recurses(w, u, x, n - 1) + w[0] * u[1]


def reads_the_global(u, x):
    u[0] = x * u[1]
    return (SHARED * SHARED).sum()


def stores_into_the_global(u, x):
    SHARED[0] = x * u[1]
    return (u * u).sum()


def fills_lists(a, b, x):
    a.append(x * b[0])
    a[0] = b[0] * x
    return sum([(item * item).sum() for item in b])


def numbers_beside(u, w, x):
    before = x * w[0]
    u[0] = 5.0
    return before + x * w[0]


class Holder:
    def __init__(self, values, scratch=None):
        if scratch is not None:
            scratch[0] = values[1] * values[2]
        self.values = values
        self.size = values @ values

    def stored(self, w, x):
        self.values[0] = x * w[1]
        return (w * w).sum()

    def read(self, w, x):
        w[0] = x * x
        return (self.values * self.values).sum()

    def other(self, holder, x):
        holder.values[1] = x
        return self.values @ holder.values

    @staticmethod
    def apart(u, w, x):
        u[1] = x
        return w @ w

    def __call__(self, u, w, x):
        u[1] = x * w[2]
        return w @ self.values

    def __setitem__(self, i, value):
        self.values[i] = 2.0
        self.values[2] = value[i] * 5.0

    def __matmul__(self, other):
        self.values[0] *= 3.0
        return other.values[0]


@program(args=(vec(3), num()), tags="aliasing callee store")
def by_two_arguments(v, x):
    u = v * x
    total = stores_and_reads(u, u, x) + u[0]
    total += reads_around_a_store(u, u[::-1], x)
    return total + scales_whole(u[:2], u, x) + u.sum()


@program(args=(vec(3), num()), tags="aliasing callee store try")
def where_exceptions_are_handled(v, x):
    u = v * x
    part = u[:]
    try:
        part[2] = stores_and_reads(part, u, x)
        part[0] = stores_in_a_loop(u, part, x)
    except ValueError:
        pass
    return part


@program(args=(vec(3), num()), tags="aliasing callee store loop branch table")
def by_functions_in_a_table(v, x):
    u = v * x
    total = 0.0
    for i, name in enumerate(["a", "b", "c", "d"]):
        chosen = {"a": stores_and_reads, "b": scales_whole, "c": hands_on, "d": stores_in_a_loop}[name]
        if i % 2 == 0:
            total = total + chosen(u, u, x)
        else:
            total = total * chosen(u, v, x) + chosen(v * 1.0, u, x)
    return total + u.sum()


@program(args=(vec(3), num()), tags="aliasing callee store keyword star partial map")
def in_other_forms_of_calls(v, x):
    u = v * x
    total = takes_the_second_by_keyword(u, x, w=u, again=u[::-1]) + takes_many(x, u, u)
    total += stores_and_reads(*[u, u, x]) + stores_and_reads(**{"u": u, "w": u, "x": x})
    total += functools.partial(stores_and_reads, u)(u, x * x)
    return total + sum(map(reads_around_a_store, [u, u], [u, v], [x, x * x])) + u @ v


@program(args=(vec(3), num()), tags="aliasing callee store method object")
def in_objects(v, x):
    u = v * x
    holder = Holder(u)
    total = holder.stored(u, x) + holder.read(u, x * x) + holder.other(Holder(u), x) + holder.other(holder, x * x)
    total += Holder.apart(u, u, x) + holder(u, u[::-1], x) + holder @ Holder(u)
    holder[1] = u
    return total + Holder(u, u).size + u.sum()


@program(args=(vec(3), num()), tags="aliasing callee store recursion loop branch")
def in_recursion(v, x):
    u = v * x
    total = 0.0
    for i in range(2):
        if i == 0:
            total += recurses(u, u[::-1], x, 2)
        else:
            total += recurses(u, u, x, 2)
    return total + u.sum()


@program(args=(vec(3), num()), tags="aliasing callee store global")
def with_a_global(v, x):
    SHARED[:] = v * x
    total = stores_into_the_global(SHARED, x)
    try:
        total = total + reads_the_global(SHARED, x * x) + stores_into_the_global(SHARED, total)
    except ValueError:
        total = x
    result = total + SHARED[0] * SHARED[1]
    SHARED[:] = 0.0
    return result


@program(args=(vec(3), num()), tags="aliasing callee store closure captured")
def with_what_is_captured(v, x):
    u = v * x
    part = u[::-1]

    def reads(given, y):
        given[0] = y * given[1]
        return (u * u).sum()

    def stores(given, y):
        part[1] = y * u[0]
        return given @ part

    total = 0.0
    for fn in [reads, stores, reads]:
        try:
            total = total * x + fn(u, x + total)
        except ZeroDivisionError:
            total = x
    return total + u.sum()


@program(args=(vec(3), num()), tags="aliasing callee store list")
def with_lists(v, x):
    items = [v * x]
    try:
        total = fills_lists(items, items, x)
    except IndexError:
        total = x
    return total + items[1].sum() + fills_lists(items, items, x)


@program(args=(vec(3), num()), tags="aliasing callee store inactive")
def of_constants(v, x):
    table = np.array([0.5, 1.5, 2.5])
    try:
        total = numbers_beside(table, table, x) * v
    except ValueError:
        total = v
    return total * numbers_beside(table, table[::-1], x)


def first_of_both(u, p):
    kept = [[u], [p]]
    return p if kept else u


def second_of_both(u, p):
    kept = [[u], [p]]  # noqa: F841
    return p


@program(args=(vec(3), num()), tags="store callee chained global")
def bound_and_stored_at_once(v, x):
    u = v * x
    s = u[0] = second_of_both(u, FIRST)
    t = u[1] = second_of_both(u, x * FIRST)
    return s * u + t * second_of_both(u, u[2])


@program(args=(vec(4), num()), tags="branch several results")
def several_results_of_which_none_is_read(v, x):
    whole, rest = divmod(x, 0.2)
    parts = np.split(v * x, 2)
    pair = np.modf(v)
    if x > 10.0:
        return rest * parts[0].sum() * pair[0][0] + whole

    def later(y):
        return rest * y + parts[1].sum() * pair[0][1]

    try:
        return x * v
    finally:
        x = divmod(x, 0.3)
        v = np.split(v, 2)
    return map(lambda y: later(y) + x[1] + v[0], [1.0])


@program(args=(vec(3), num()), tags="store augmented map iterator loop branch")
def items_that_change_while_something_is_added(v, x):
    u = v * x

    def noted(y):
        u[0] = y * x
        return y * u[1]

    def stepped(y):
        for factor in (1.0, 2.0):
            u[1] = y * factor
            yield u[0] * y

    def folded(total, y):
        u[2] = total * y
        return total + y

    numbers = [x, x * x]
    made, steps = map(noted, numbers), stepped(x)
    for i in range(3):
        if x < 10.0:
            u[0] += sum(map(noted, numbers)) + sum(made)
            u[i] += next(stepped(x))
            u[1] += functools.reduce(folded, numbers)
            u[2] *= list(map(noted, u))[0]
    u[1] += max(steps)
    while sum(map(noted, numbers)) > 100.0:
        u = u * 0.5
    return u


class Pair:
    def __init__(self, number, values):
        self.number = number
        self.values = values


@program(args=(vec(3), num()), tags="empty list object store loop branch")
def what_comes_of_empty_lists(v, x):
    numbers = [x]
    nothing = numbers[1:]
    total = x
    for number in (
        sum(nothing), sum([y * x for y in nothing]), sum(sorted(nothing)), sum(p * q for p, q in zip(nothing, nothing)),
        np.sum(np.array([y * y for y in nothing])), sum(nothing[::-1]) * x, max(nothing, default=x),
    ):  # fmt: skip
        pair = Pair(number, v * x)
        held = pair.values
        if x < 10.0:
            held[0] = x * x
            held[2] *= sum([])
        total = total * 0.5 + pair.values @ v + pair.number
    single = Pair(sum(nothing), v)
    v[1] = x
    return total + single.values.sum()
