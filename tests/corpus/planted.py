"""Programs that faults planted in dualad have asked for: each tells one that no other program told."""

import numpy as np

from tests.corpus.base import mat, num, program, vec

# What is known of shapes


@program(args=(vec(3), 1.0), more=[(vec(3), -1.0)], tags="branch broadcast keepdims")
def all_or_the_sum_of_all(a, k):
    y = a if k > 0 else np.sum(a, keepdims=True)
    z = y * a
    return np.sum(z * z)


@program(args=(vec(3), 1.0), more=[(vec(3), -1.0)], tags="branch broadcast keepdims")
def the_sum_of_all_or_squares(a, k):
    if k > 0:
        y = np.sum(a, keepdims=True)
    else:
        y = a * a
    z = y * a
    return np.sum(z * z)


@program(args=(vec(2), num()), tags="stack list broadcast")
def list_and_array_stacked(v, a):
    s = np.stack([[a, 2.0 * a], v])
    w = np.array([a, a * a])
    return np.sum(s * w)


@program(args=(vec(3), mat(1, 3)), more=[(vec(3), mat(2, 3))], tags="stack broadcast")
def stack_of_one(v, m):
    s = np.stack([v])
    t = s * m
    return np.sum(t * t * s)


# What is read before it is changed


class Thrice:
    """Its methods are called as those of arrays are, and change what they are given."""

    def __init__(self, a):
        a[0] = a[0] * 3.0
        self.v = a[1] * a[0]

    def sum(self, a):
        a[0] = a[0] * 3.0
        return a[1]


class ThriceInRows:
    def __init__(self, a):
        a[0, 1] = a[0, 1] * 3.0
        a[0, 0] = a[0, 1] * 2.0
        self.v = a[1, 0]

    def sum(self, a):
        a[0, 1] = a[0, 1] * 3.0
        a[0, 0] = a[0, 1] * 2.0
        return a[1, 1]


@program(args=(vec(3),), tags="augmented item method object")
def method_changes_what_is_added_to(x):
    a = x * 1.0
    thrice = Thrice(a)
    a[0] += thrice.sum(a)
    a[0] += Thrice(a).v
    return np.sum(a * a)


@program(args=(mat(2, 2),), tags="augmented item slice mask method object")
def method_changes_what_keys_of_all_kinds_are_added_to(x):
    a = x * 1.0
    rows = ThriceInRows(a)
    a[0, 1] += rows.sum(a)
    a[0, 0] *= rows.sum(a)
    a[0, :] += rows.sum(a)
    a[0, :] *= ThriceInRows(a).v
    a[[0, 1], 1] += rows.sum(a)
    a[a[0] > -1.0, 1:] += rows.sum(a)
    i = np.array([0])
    a[i, 1:] += rows.sum(a)
    return np.sum(a * a)


@program(args=(vec(2),), tags="augmented item list dict object")
def constructor_changes_items_that_are_added_to(x):
    xs = [x[0], x[1], x[0] * x[1]]
    xs[0] += Thrice(xs).v
    d = {0: x[0], 1: x[1], "a": xs[0]}
    d["a"] += Thrice(d).v
    d[0] *= Thrice(d).v
    return xs[0] * xs[1] * d[0] + d["a"]


@program(args=(mat(2, 2),), tags="augmented list array alias method object")
def array_in_a_list_changed_by_what_is_added(x):
    a = [x * 1.0]
    rows = ThriceInRows(a[0])
    a[0][0, 1] += rows.sum(a[0])
    a[0][0] += rows.sum(a[0])
    r = a[0][0]
    r[0] += rows.sum(a[0])
    r += rows.sum(a[0])
    r *= x[0, 0] if rows.sum(a[0]) < 0 else x[0, 1]
    return np.sum(a[0] * a[0])
