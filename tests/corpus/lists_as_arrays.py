"""Lists and tuples where NumPy takes arrays: beside arrays in operators, and as arguments of functions."""

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(2),), tags="list broadcast")
def array_times_a_constant_list(x):
    return np.sum(x * x * [1.0, 2.0])


@program(args=(vec(2),), tags="list broadcast")
def constant_list_beside_an_array(x):
    return np.sum(np.exp([[1.0], [2.0]] + x * x)) + np.sum([1.0, 2.0] * x) + np.sum(np.sin(x + [[0.5], [1.0], [2.0]]))


@program(args=(vec(2), num()), tags="list broadcast")
def number_of_numpys_and_a_list(x, a):
    return np.sum(np.exp(np.sum(x) * a + np.array(0.1) - [1.0, 2.0])) + np.sum(np.sin(np.sum(x) + [1.0, a]))


@program(args=(vec(2),), tags="list tuple power")
def powers_of_a_list_and_a_tuple(x):
    return np.sum(x ** [2, 3]) + np.sum(np.power(x, (1, 2))) + np.sum(x * (1, 2))


@program(args=(vec(2),), tags="list broadcast")
def numbers_in_a_list_beside_an_array(x):
    return np.sum(np.exp(x / [1.0, 2.0] - [x[0], 2.0])) + np.sum((x[1], 2.0) * x)


@program(args=(vec(2),), tags="list elementwise")
def functions_of_lists(x):
    y = np.sum(np.arctan([x[0], x[1] * x[0]])) + np.sum(np.power([3.0, 2.0], [x[1], x[0]]))
    return y + np.sum(np.multiply([x[0], x[1]], [x[1], 2.0])) + np.sum(np.logaddexp((x[0], x[1]), [1.0, x[0]]))


@program(args=(vec(2),), tags="list tuple elementwise")
def functions_of_lists_in_lists(x):
    y = np.hypot([[x[0], 1.0], [x[1], x[0]]], [x[1], 2.0])
    return np.sum(y * y) + np.sum(np.maximum([x[0], x[1]], 0.1) * [2.0, 3.0])


@program(args=(vec(2),), tags="list tuple")
def reductions_of_tuples(x):
    return np.sum(np.cumsum((x[0], x[1])) * [1.0, x[0]]) + np.prod((x[0], x[1])) + np.mean((x[0], x[1] * x[1]))


@program(args=(vec(2),), tags="list elementwise")
def branches_of_where_in_lists(x):
    y = np.where([True, False], [x[0], x[1]], [x[1], x[0]])
    return np.sum(y * np.clip([x[0], 5.0], 0.0, 1.0))


@program(args=(vec(2), mat(2, 3)), tags="list augmented broadcast")
def list_added_into_an_array(x, m):
    y = x * x
    y += [1.0, 2.0]
    y *= [3.0, x[0]]
    z = [1.0, 2.0, 3.0]
    z = z + m
    return np.sum(y * y) + np.sum(z * z)


@program(args=(vec(2), 3), tags="list repeat join")
def lists_that_are_repeated_and_joined(x, n):
    a = [x[0]] * n
    b = [x[0], x[1]] * np.int64(2) + [x[0]]
    c = [x[0], x[1]]
    return a[0] * a[2] + b[3] * b[4] + (2 * c)[3]


@program(args=(num(), num()), tags="list tuple broadcast")
def constant_array_beside_numbers_in_a_list(x, k):
    c = np.array([1.0, 2.0])
    y = c * [x, k] + (k, x) / (c + 1.0) + c @ [x * k, 3.0] - [[x], [k * x]] ** c
    return np.sum(y * y) + np.sum(np.float64(2.0) + [x, k]) + sum(np.int64(2) * [x, k * k]) + sum([x] + [k, 2.0] * 2)


@program(args=(num(), num()), tags="list tuple in-place")
def constant_array_that_a_list_is_added_to(x, k):
    y = np.ones(2)
    y *= [x, k * x]
    y += (k, 1.0)
    z = y
    z -= [y[0] * k, y[1]]
    return np.sum(y * z + y)


@program(args=(vec(2), num()), tags="list store broadcast shadow")
def list_of_arrays_that_were_stored_into(x, k):
    rows = [np.zeros(2), np.zeros(2)]
    rows[0][:] = x
    rows[1][0] = k
    y = np.ones((2, 2)) * rows + np.array([1.0, k])
    return np.sum(y * y)
