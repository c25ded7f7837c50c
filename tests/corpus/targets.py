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
