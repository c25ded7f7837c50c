"""Arrays that are read for the last time, whose memory may take what is computed next; and some that only seem so."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import mat, pos, program, vec


@program(args=(pos(4),), tags="numpy")
def used_up(x):
    t = x * 2.0
    u = np.exp(-t)
    v = 1.0 / (1.0 + u)
    return np.sum(v * x - v / 3.0)


@program(args=(pos(4),), tags="numpy list")
def kept_in_a_list(x):
    t = x * 2.0
    held = [t, t + 1.0]
    u = np.exp(t)
    return np.sum(u * held[0]) + np.sum(held[1])


@program(args=(pos(3), pos(3)), tags="numpy list")
def items_of_a_list(x, y):
    held = [x, y * 2.0]
    a, b = held[0], held[1]
    c = np.sqrt(b) * a
    return np.sum(c * x * np.exp(c))


@program(args=(vec(4),), tags="numpy view")
def seen_through_a_view(x):
    t = x * x
    back = t[::-1]
    u = np.exp(t)
    return np.sum(u * back)


@program(args=(mat(3, 3),), tags="numpy view")
def seen_through_views_of_functions(a):
    t = a * 2.0
    flat, turned = t.ravel(), np.transpose(t)
    u = np.sin(t)
    return np.sum(np.cos(u) @ turned) + np.sum(flat**3)


@program(args=(vec(4),), tags="numpy closure")
def seen_by_a_function(x):
    t = x * 2.0

    def later():
        return np.sum(t * x)

    u = np.exp(t)
    return np.sum(u) * later()


@program(args=(vec(3),), more=[(vec(1),)], tags="numpy for")
def read_by_the_next_pass(x):
    t = x * 0.5
    total = 0.0
    for k in range(3):
        u = np.exp(t)
        total += np.sum(u * x)
        if k == 1:
            t = u * x
    return total


@program(args=(vec(3), True), more=[(vec(3), False)], tags="numpy if")
def dead_on_one_way(x, flag):
    t = np.exp(x) * 2.0
    if flag:
        u = np.sqrt(t)
    else:
        u = t * x
        u = u + np.sqrt(t) * t
    return np.sum(u * x)


@program(args=(vec(3), mat(2, 3)), more=[(vec(3), mat(1, 3)), (vec(1), mat(2, 3))], tags="numpy broadcast")
def smaller_than_the_result(x, a):
    row = x * 2.0
    grown = row + a
    row = np.cos(grown[0])
    column = np.sum(grown, axis=1, keepdims=True)
    return np.sum(np.exp(column * a)) + np.sum(np.arctan2(row, a) * np.hypot(column, row))


@program(args=(mat(4, 3), mat(4, 3)), more=[(mat(4, 3), mat(1, 3))], tags="numpy broadcast slice")
def cuts_of_unknown_length(a, b, n=2):
    left, right = a[:n] * 2.0, b[:n] * 3.0
    both = left * right
    again = np.exp(both) - left
    return np.sum(again / (1.0 + right * right))


@program(args=(vec(3),), tags="numpy complex")
def turned_complex(x):
    t = x * 2.0
    z = t * (1.0 + 2.0j)
    w = z * z
    u = np.real(w) + np.imag(z)
    return np.sum(u * np.exp(t))


@program(args=(vec(3, np.float32), vec(3)), tags="numpy float32", rtol=1e-5)
def of_two_precisions(x, y):
    t = x * 2
    u = t * y
    v = np.exp(t) * t
    return np.sum(v * u + np.sqrt(np.abs(v)))


@program(args=(np.array(0.7), vec(3)), tags="numpy zero_d")
def without_dimensions(s, x):
    t = s * 2.0
    u = np.exp(t) * x
    return np.sum(np.tanh(u) * t)


@program(args=(vec(4),), tags="numpy store")
def stored_into_on_the_way(x):
    t = x * 2.0
    t[1] = x[0]
    u = np.sin(t)
    t[2:] += u[:2]
    v = t * u
    return np.sum(np.exp(v) * x)


@program(args=(mat(3, 2), vec(2)), tags="numpy helper")
def handed_to_a_helper(a, b):
    def same(t):
        return t

    t = a @ b
    u = same(t)
    v = np.exp(t)
    return np.sum(u * v - v / 2.0)


def _first(a, n):
    for _ in range(1):
        a = a * 1.0
    return a[:n] * 2.0


@program(args=(vec(4), vec(4), 3, 1), more=[(vec(4), vec(4), 1, 1), (vec(4), vec(4), 1, 3)], tags="numpy helper slice")
def cuts_made_by_a_helper(x, y, m, n):
    left, right = _first(x, m), _first(y, n)
    both = left * right
    return np.sum(both * both) + np.sum(left) * np.sum(right)


@program(args=(vec(4), vec(4)), tags="numpy for slice")
def cuts_that_change_in_a_loop(x, y):
    total = 0.0
    before = x[:1]
    for k in range(1, 4):
        now = y[:k]
        both = now * before
        total = total + np.sum(both * both)
        before = x[: k + 1] if k == 2 else x[:1] * now[0]
    return total


def _down(a):
    if len(a) == 1:
        return a * 2.0
    return _down(a[1:]) * 1.5


@program(args=(vec(4),), more=[(vec(1),), (vec(2),)], tags="numpy recursion broadcast")
def shorter_than_its_argument(a):
    r = _down(a)
    s = r + a
    return np.sum(s * s * a)


def _ends(a, b):
    if len(a) < 3:
        return a * 2.0, b
    x, y = _ends(a[1:], b[2:])
    return y * np.exp(b[:1]), x * 0.5


@program(args=(vec(4), vec(6)), tags="numpy recursion broadcast")
def parts_of_two_lengths(a, b):
    x, y = _ends(a, b)
    z = np.sum(x) * y
    return np.sum(z * z) + np.sum(x * x * a[:1])


@program(args=(vec(3), vec(3)), tags="buffers parameter rebound")
def parameters_under_their_own_names(a, b):
    b = np.cos(b)
    a = a * b
    a = np.exp(a)
    return np.sum(a * b)


@program(args=(vec(5), None), more=[(vec(5), 2), (vec(5), -2), (vec(5), 9)], tags="buffers slices none")
def before_and_after_a_bound_that_may_be_none(x, k):
    return np.sum(x[:k] ** 2) + np.sum(x[k:] ** 3)


@program(args=(mat(4, 3), None), more=[(mat(4, 3), 1)], tags="buffers slices none loop branch")
def columns_before_and_after_a_bound_that_may_be_none(m, k):
    total = 0.0
    for i in range(3):
        if i != 1:
            total = total + np.sum(m[:, :k] ** 2) * np.sum(m[:, k:] ** 3) + i
    return total


@program(args=(vec(5), [None, 2, None]), tags="buffers slices none list")
def bounds_of_which_some_are_none(x, bounds):
    total = 0.0
    for k in bounds:
        total += np.sum(x[:k] ** 2) + np.sum(x[k:] ** 3)
    return total
