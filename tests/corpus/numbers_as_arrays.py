"""Numbers of NumPy's, arrays without dimensions, and arrays whose dtype is known only as the program runs."""

import numpy as np

from tests.corpus.base import arr, built, num, program, vec

NUMBERS = {"args": (built(np.float64, num()),), "more": [(arr(lo=0.5),), (num(),)]}


@program(**NUMBERS, tags="copy augmented 0-d")
def copy_of_a_number_is_an_array(x):
    y = np.copy(x)
    same = y
    y *= y
    return same * 3.0


@program(**NUMBERS, tags="copy callee 0-d")
def copy_of_a_number_given_to_a_function(x):
    return apply_to_a_copy(np.sum, x) * x


def apply_to_a_copy(func, a):
    found = np.copy(a)
    return func(found)


@program(**NUMBERS, tags="copy closure nonlocal 0-d")
def copy_of_a_number_captured(x):
    y = np.copy(x)

    def squared():
        nonlocal y
        return y * y

    y += 1.0
    return squared()


@program(**NUMBERS, tags="roll flip augmented 0-d")
def number_rolled_and_flipped(x):
    y = np.roll(x, 1)
    same = y
    y += 1.0
    s = np.flip(x)
    t = s
    s *= s
    return same * y + s * t


@program(**NUMBERS, tags="keepdims augmented 0-d")
def sum_of_a_number_that_keeps_its_dimensions(x):
    s = np.sum(x, keepdims=True)
    t = s
    s += 1.0
    return s * t


@program(**NUMBERS, tags="axis 0-d")
def reductions_of_a_number_along_an_axis(x):
    y = np.sum(x, axis=0) * np.max(x, axis=-1) + np.prod(x, axis=0) ** 2
    return np.sum(np.cumsum(x, axis=0) * np.cumprod(x, axis=0)) + y + np.subtract.reduce(x) * np.median(x)


@program(**NUMBERS, tags="broadcast_arrays 0-d")
def numbers_broadcast(x):
    a, b = np.broadcast_arrays(x, x * x)
    return a * b


@program(args=(vec(3),), tags="conjugate alias augmented")
def conjugate_of_reals_is_the_array(v):
    a = v * 2.0
    b = a.conj()
    b += 1.0
    c = np.conj(a)
    c *= a
    return np.sum(a * b * c)


@program(args=(num(), "int"), tags="dtype store", forward="refused", reverse="refused")
def stored_into_an_array_of_a_named_dtype(x, dtype):
    b = np.zeros(3, dtype)
    b[0] = x
    return np.sum(b)


@program(args=(num(), 2), tags="dtype full store", forward="refused", reverse="refused")
def stored_into_an_array_full_of_an_integer(x, n):
    b = np.full(3, n)
    b[0] = x
    return np.sum(b)


@program(args=(num(), np.arange(3)), tags="dtype full store", forward="refused", reverse="refused")
def stored_into_an_array_full_of_the_largest(x, n):
    b = np.full(n.shape, np.max(n))
    b[0] += x
    return np.sum(b)


@program(args=(num(), "float"), more=[(num(), "float32")], tags="dtype store", rtol=1e-3)
def stored_into_floats_of_a_named_dtype(x, dtype):
    b = np.zeros(3, dtype)
    b[0] = x
    b[1] += x * x
    return np.sum(b * b)


@program(args=(vec(2), np.array([1 + 2j, 0.5j])), tags="complex array dtype")
def array_of_numbers_of_an_unknown_dtype(v, z):
    t = z * v
    a = np.array([np.sum(t), np.sum(v)])
    return np.sum(np.real(a * a))


@program(args=(vec(4),), tags="zero-dimensional store item asarray")
def array_without_dimensions_added_to_one_that_is_unknown(x):
    t = np.zeros(())
    t[...] = x[0] * x[1]
    t[()] += x[0]
    u = np.asarray(x[1])
    u = u + t
    return u.item() * x[2]


@program(args=(vec(4),), tags="zero-dimensional store loop sum")
def array_without_dimensions_read_twice(x):
    t = np.zeros(())
    for v in x:
        t[...] = v * v * x[0]
        t[()] += x[1]
    return x[2] * t + x[3] * t


@program(**NUMBERS, tags="square callee unknown")
def squares_of_what_is_known_as_it_runs(x):
    """Both factors' contributions are one, whatever is squared: its part of an array, a number, what broadcasts."""
    total = 0.0
    for found in (np.reshape(x, (1, -1)), np.sin(x), np.asarray(x)[..., None] + np.ones(2)):
        kept = chosen(found, x)
        total = total + np.sum(kept * kept) * np.sum(np.multiply(x, x))
    return total


def chosen(found, x):
    return found if np.size(found) > 1 else x


@program(args=(np.array(0.7), num()), tags="zero-dimensional store self")
def array_without_dimensions_stored_into_itself(o, x):
    o[()] = o
    o *= x
    o[...] = o
    return o * x


@program(args=(np.array(0.7), vec(3), 2), tags="zero-dimensional store self loop branch")
def array_without_dimensions_stored_through_its_own_views(o, v, n):
    total = 0.0
    for i in range(n):
        if v[i] < 9.0:
            t = np.asarray(v[i] * o)
            for e in v:
                t[()] = t.T
                t[()] = t * e
                t[()] = t
            total = total + t * o
    return total


@program(args=(vec(3),), tags="zero-dimensional view getitem")
def array_without_dimensions_viewed_and_used(v):
    first = v[1, ...][...]
    second = first[...]
    third = second[()]
    return first + second * third + third[None][0] * second


@program(args=(vec(3), 2), tags="zero-dimensional view getitem callee loop branch")
def perhaps_an_array_without_dimensions(v, n):
    total = 0.0
    for i in range(n + 1):
        if i < n:
            found = one_of(v, i)
            again = found[...]
            total = total + again * found[()] + found[None][0] * again[()]
    return total


def one_of(v, i):
    return v[i, ...] if i else np.sin(v[0])


@program(args=(vec(3),), tags="number getitem dict newaxis loop branch")
def numbers_of_a_table_taken_as_arrays(v):
    table = {}
    for i in range(3):
        if v[i] < 9.0:
            table[i] = v[i] * v[0]
            s = table[i]
            row, lone = s[None], s[...]
            row[0] *= table[0]
            lone += s[()] * row[0]
            table[i] = lone[()] + s[..., None][0]
    return table[1] * table[2]


@program(args=(vec(3),), tags="number reshape ravel atleast_1d store loop branch")
def numbers_made_arrays_and_stored_into(v):
    """An array that is made of a number is no view of it."""
    total = 0.0
    for k in range(2):
        if v[k] < 9.0:
            s, m = v[k] * v[0], np.sum(v * v)
            rows = [np.reshape(s, (1,)), np.atleast_1d(s), s.reshape(1, 1)[0], m.ravel(), np.ravel(m), v[2][...]]
            for row in rows:
                row *= v[2]
            total += sum([np.sum(row) for row in rows]) * s * m * v[2]
    return total
