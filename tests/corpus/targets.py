"""Calls that put their result into an array that they are given, by name or by position, and stores of NumPy's."""

import numpy as np

from tests.corpus.base import arr, mat, num, pos, program, vec

CONSTANT = np.arange(3.0)


@program(args=(vec(3),), tags="out positional")
def constant_over_active_by_position(x):
    y = x * 3.0
    np.clip(CONSTANT, 0.5, 1.5, y)
    z = x * 2.0
    np.cumsum(CONSTANT, 0, None, z)
    w = x + 1.0
    np.floor(CONSTANT, w)
    return y * x + z * x + w * x


@program(args=(vec(3),), tags="out positional")
def active_by_position(x):
    y = np.zeros(3)
    np.cumsum(x, 0, None, y)
    z = np.zeros(3)
    np.dot(np.eye(3), x * x, z)
    w = x * 1.0
    w.clip(-0.5, 0.5, w)
    return y * z + w


@program(args=(vec(3),), tags="out positional")
def rounded_by_position(x):
    y = x * 3.0
    np.round(x, 0, y)
    z = x * 3.0
    z.round(0, z)
    return (y + z) * x


@program(args=(vec(3), vec(3)), tags="out self", complex_ok=True)
def result_into_an_operand(x, y):
    z = x * 1.0
    np.multiply(z, y, z)
    np.add(z, z, out=z)
    w = np.sin(z, out=z)
    return w * z + x


@program(args=(pos(3),), tags="out tuple")
def results_into_several_arrays(x):
    whole, part = np.zeros(3), np.zeros(3)
    np.modf(x * 3.0, out=(part, whole))
    quotient, rest = np.zeros(3), np.zeros(3)
    np.divmod(x, 0.7, quotient, rest)
    only = np.zeros(3)
    np.exp(x, out=(only,))
    return part * rest + whole + quotient + only


@program(args=(vec(4),), tags="out where")
def chosen_elements(x):
    y = np.zeros(4)
    np.log(x, out=y, where=x > 0.1)
    z = x * 2.0
    r = np.multiply(z, x, z, where=np.array([True, False, True, False]))
    return y + z * r


@program(args=(mat(2, 3),), tags="out where broadcast")
def chosen_elements_of_what_is_repeated(x):
    y = np.ones((2, 3))
    np.multiply(x[0], x, out=y, where=[True, False, True])
    return y * x


@program(args=(mat(2, 3),), tags="out reduction")
def reductions_into_arrays(x):
    total, largest, spread = np.zeros(3), np.zeros(3), np.zeros(2)
    np.sum(x, axis=0, out=total)
    x.max(axis=0, out=largest)
    np.std(x, axis=1, out=spread)
    np.sum(x, axis=0, out=largest[:], where=x > -5.0)
    middle = np.empty(3)
    np.median(x, axis=0, out=middle)
    return total * largest * middle * np.sum(spread)


@program(args=(mat(2, 3),), tags="out method of a ufunc")
def methods_of_ufuncs_into_arrays(x):
    steps, table, folded = np.zeros((2, 3)), np.zeros((3, 3)), np.zeros(3)
    np.add.accumulate(x, 0, None, steps)
    np.multiply.outer(x[0], x[1], out=table)
    np.hypot.reduce(x, axis=0, out=folded)
    return np.sum(steps) * np.sum(table) * folded


def doubled(x, out):
    out[:] = 2.0 * x
    return out


@program(args=(vec(3),), tags="out of the user's")
def functions_of_ones_own_with_out(x):
    y = np.zeros(3)
    doubled(x, out=y)
    return y * x


@program(args=(vec(4), vec(2)), tags="ufunc at")
def repeated_places_in_order(x, y):
    z = x * 1.0
    np.multiply.at(z, [0, 2, 0], y[0])
    np.multiply.at(z, [1, 1], y)
    np.negative.at(z, [3, 3, 3])
    np.maximum.at(z, np.array([2, 2]), y)
    np.divide.at(z, slice(0, 2), 2.0)
    return z


@program(args=(vec(6), vec(2)), tags="put place putmask")
def values_taken_again(x, y):
    z = x * 1.0
    np.put(z, [0, -1, 2], y)
    w = x * 1.0
    np.place(w, w > -9.0, y)
    v = x * 1.0
    np.putmask(v, np.array([True, False, True, True, False, True]), y)
    u = x * 1.0
    np.put(a=u, v=y, ind=[7, 1], mode="wrap")
    return z * w + v * u


@program(args=(mat(2, 3), vec(3)), tags="copyto named")
def stores_by_name(x, y):
    z = np.zeros((2, 3))
    np.copyto(src=y, dst=z, where=np.array([[True], [False]]))
    np.put_along_axis(values=x[:, :1], arr=z, indices=np.array([[2], [0]]), axis=1)
    return z * x


@program(args=(arr(4, 2), vec(2)), tags="fill_diagonal")
def diagonals(x, y):
    z = x * 1.0
    np.fill_diagonal(val=y, a=z, wrap=True)
    w = np.zeros((3, 3))
    np.fill_diagonal(w, y)
    v = np.zeros((2, 2, 2))
    np.fill_diagonal(v, y[0])
    return z * np.sum(w * w) + np.sum(v)


@program(args=(mat(2, 3), num()), tags="loop zero times")
def a_loop_that_may_not_run(x, k):
    rows = np.reshape(x * k, (-1, 6))
    found = rows[0]
    for i in range(1, rows.shape[0]):
        found = np.hypot(found, rows[i])
    return found


@program(args=(arr(2, 3, 4), arr(1, 1)), tags="method without arguments")
def methods_without_arguments(x, y):
    return x.transpose() * y.item()


@program(args=(vec(3), num()), tags="partial of zero")
def sign_of_a_number(x, k):
    return np.copysign(x, np.array(k)) * k


class Link:
    def __init__(self, value, after):
        self.value = value
        self.after = after


@program(args=(vec(3),), tags="tuple assignment attribute order while")
def linked_list_turned_round(x):
    head = None
    for v in x:
        head = Link(v, head)
    turned, node = None, head
    while node:
        node.after, turned, node = turned, node, node.after
    s, k = 0.0, 1
    while turned:
        s, k, turned = s + k * turned.value, k + 1, turned.after
    return s


@program(args=(vec(3),), tags="tuple assignment store order")
def store_before_its_index_is_bound(x):
    items = [x[0], x[1], x[2], 0.0]
    i = 0
    items[i], i, items[3] = items[1] * 2, 1, items[i]
    y = x * 1.0
    a, b = y[:2], y[1:]
    a[0], a, b[0] = b[1], b, a[1]
    return items[0] * 3 + items[1] * 5 + items[3] * 11 + i * (a @ b) + y[0]


@program(args=(vec(3),), tags="tuple assignment store order exception")
def store_that_fails_before_its_index_is_bound(x):
    items = [x[0], x[1], x[2]]
    i = 0
    try:
        items[5], i = x[0], 2
    except IndexError:
        items[i] = items[i] * 3
    return items[0] * 2 + items[2] * x[1] + i


@program(args=(vec(3),), tags="tuple assignment store order closure for")
def store_whose_index_is_asked_for(x):
    items = [x[0], x[1], x[2]]
    i = 0

    def at():
        return i

    items[at()], i = x[1], 2
    (items[i], i), [*rest, items[i]] = (x[0], 1), (x[2], x[1])
    for items[i], i in [(x[2], 0), (x[1] * 2, 2)]:
        items[1] += items[i] * rest[0]
    return items[0] * 3 + items[1] * 5 + items[2] * 7
