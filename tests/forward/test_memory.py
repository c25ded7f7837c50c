"""Plain arrays that dual numbers are stored into, and every way of storing."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from dualad import forward
from dualad.errors import Unsupported
from tests.forward.helpers import D, check

BUFFER = np.zeros(3)
X = np.array([0.7, -1.2, 2.0])
A = np.arange(6.0).reshape(2, 3) + 0.5


def sum_of_buffer():
    return np.sum(BUFFER)


def test_19_a_new_buffer():
    def f(x):
        buf = np.zeros(3)
        for i in range(3):
            buf[i] = x[i] * x[i]
        return buf

    check(f, X)


def test_30_a_global_buffer_read_by_a_callee():
    def f(x):
        BUFFER[:] = x * x
        return sum_of_buffer()

    check(f, X)
    assert D(lambda x: sum_of_buffer() + 0 * x, 1.0) == 0.0


def test_31_overlapping_store():
    def f(u):
        u[1:] = u[:-1]
        return u * np.array([1.0, 2.0, 3.0])

    check(f, X)

    def g(x):
        u = np.zeros(3)
        u[:] = x
        u[1:] = u[:-1] * 2
        return u

    check(g, X)


def test_31_the_last_write_wins():
    def f(x):
        a = np.zeros(2)
        a[[0, 0, 1]] = x
        return a

    np.testing.assert_array_equal(D(f, X), [1, 1])
    assert check(f, X).shape == (2,)


def test_33_views_made_before_the_store():
    def f(x):
        a = np.zeros(3)
        views = [np.broadcast_to(a, (2, 3)), sliding_window_view(a, 2), as_strided(a, (2,), (16,))]
        views += [a[::-1], a.reshape(3, 1)]
        a[:] = x * x
        return sum([np.sum(v * (i + 1)) for i, v in enumerate(views)])

    check(f, X)


def test_33_two_frombuffer():
    def f(x):
        raw = bytearray(24)
        a, b = np.frombuffer(raw), np.frombuffer(raw, offset=8)
        a[:] = x
        return b * b

    check(f, X)


def test_36_scalars_rebind_and_arrays_store():
    def f(x):
        s = x[0]
        s += 1
        z = x[0, ...]
        z += x[1]
        return x * s

    check(f, X)

    def g(m):
        s = 0.0
        for r in m:
            s = s + r
        s += m[0]
        return s

    check(g, A)

    def h(m):
        s = 0.0
        for r in m:
            s += r
        return s * m[0]

    check(h, A)


def test_39_fresh_results_leave_their_arguments():
    def f(x):
        z = x + 1
        z[0] = 0
        return x * z

    check(f, X)


class Holder:
    pass


def fill(s, x):
    s.buf[:] = x


def total(s):
    return s.buf.sum()


def test_39_a_buffer_in_an_object():
    def f(x):
        s = Holder()
        s.buf = np.zeros(3)
        fill(s, x * x)
        return total(s)

    check(f, X)


def test_34_one_array_twice():
    def f(a, b):
        a *= 2
        return a * b

    with pytest.raises(Unsupported, match="shares memory with another"):
        forward.jvp(f, (X, X), (np.ones(3), np.zeros(3)))
    y, dy = forward.jvp(lambda a, b: a * b, (X, X), (np.ones(3), np.zeros(3)))
    np.testing.assert_array_equal(y, X * X)
    np.testing.assert_array_equal(dy, X)


def test_03_04_aliases_and_views():
    def f(x):
        z = x
        z[0] = x[1] * 3
        r = x[1:]
        r *= x[0]
        t = x.reshape(3, 1).T
        t[0, 2] += 1.0
        return x

    check(f, X)

    def g(m):
        for row in m:
            row *= row[0]
        d = np.diagonal(m)
        m.T[1] += d[0]
        kept = m[0]
        m = m * 2
        kept[0] = 0
        return m, kept

    check(g, A)


def test_08_stored_into_a_constant_and_cleared():
    def f(x):
        c = np.ones(3)
        c[0] = x[0]
        c[1] = x[1]
        c[1] = 5.0
        return c * c

    check(f, X)


STORES = {
    "int": lambda b, x: b.__setitem__(1, x[0]),
    "slice": lambda b, x: b.__setitem__(slice(None, None, 2), x[:2]),
    "ellipsis": lambda b, x: b.__setitem__(..., x),
    "mask": lambda b, x: b.__setitem__(np.array([True, False, True]), x[1:]),
    "integers": lambda b, x: b.__setitem__([2, 0], x[1:]),
    "list": lambda b, x: b.__setitem__(slice(None), [x[0], 2.0, x[2]]),
    "fill": lambda b, x: b.fill(x[1]),
    "copyto": lambda b, x: np.copyto(b, x),
    "copyto where": lambda b, x: np.copyto(b, x * 2, where=[True, False, True]),
    "add.at": lambda b, x: np.add.at(b, [0, 0, 2], x),
    "subtract.at": lambda b, x: np.subtract.at(b, [0, 0, 2], x),
    "out": lambda b, x: np.multiply(x, 2.0, out=b),
    "out tuple": lambda b, x: np.sin(x, out=(b,)),
    "out of a sum": lambda b, x: np.sum(x[:, None] * x, axis=0, out=b),
    "out where": lambda b, x: np.divide(x, 2.0, out=b, where=x > 0),
    "put": lambda b, x: np.put(b, [2, 0], x[:2]),
    "method put": lambda b, x: b.put([2, 0], x[:2]),
    "putmask": lambda b, x: np.putmask(b, x > 0, x * 2),
    "fill_diagonal": lambda b, x: np.fill_diagonal(b[:1, None], x[0]),
    "put_along_axis": lambda b, x: np.put_along_axis(b, np.array([2, 0]), x[:2], 0),
    "flat": lambda b, x: b.flat.__setitem__(1, x[0]),
}


def store_flat(b, x):
    b.flat[1] = x[0]
    b.flat[2] += x[1]


STORES["flat"] = store_flat


@pytest.mark.parametrize("store", STORES.values(), ids=STORES.keys())
@pytest.mark.parametrize("first", [False, True])
def test_stores(store, first):
    def f(x):
        b = np.ones(3)
        if first:
            b[:] = x * x
        keep = b[1:]
        store(b, x)
        return b * b, keep

    check(f, X)

    def g(x):
        b = x * 1.5
        store(b, x)
        return b * b

    check(g, X)


def in_place(b, x):
    b += x
    b -= 1.5
    b *= x
    b /= 2
    b **= 2
    return b


def test_in_place_operators():
    def f(x):
        b = np.ones(3)
        v = b[::-1]
        c = in_place(b, x)
        assert c is b
        return v

    check(f, X)

    def g(x):
        b = np.ones((3, 3))
        b @= x[:, None] * x
        b[1] += x
        b[:, 2] *= x
        b[[0, 2]] -= 1
        b[b > 0] *= x[0]
        return b

    check(g, X)


def test_sort():
    def f(x):
        b = np.zeros(3)
        b[:] = x * 2
        v = b[:2]
        b.sort()
        return v * np.array([1.0, 10.0])

    check(f, X)

    def g(m):
        m.sort(axis=0)
        return m * np.arange(6.0).reshape(2, 3)

    check(g, A[::-1].copy())


def test_parts_of_complex():
    def f(x):
        z = np.zeros(3, complex)
        z.real = x
        z.imag[1:] = x[1:] * 2
        z *= 1j
        return z.real + z.imag

    check(f, X)


@pytest.mark.parametrize("store", [
    lambda b, x: b.__setitem__(0, x[0]), lambda b, x: b.fill(x[0]), lambda b, x: np.add.at(b, [0], x[0]),
    lambda b, x: np.copyto(b, x, casting="unsafe"),
])  # fmt: skip
def test_active_float_into_integers_is_refused(store):
    def f(x):
        b = np.zeros(3, int)
        store(b, x)
        return b

    with pytest.raises(Unsupported, match="int64"):
        D(f, X)


def test_refused_even_if_swallowed():
    def f(x):
        b = np.zeros(3, int)
        try:
            b[0] = x[0]
        except Exception:
            return x * 0
        return b

    with pytest.raises(Unsupported, match="int64"):
        D(f, X)


@pytest.mark.parametrize("use", [
    lambda b, rng: rng.shuffle(b), lambda b, rng: b.resize(2, refcheck=False),
    lambda b, rng: rng.random(out=b), lambda b, rng: b.view(np.int64), lambda b, rng: np.asmatrix(b),
    lambda b, rng: np.frombuffer(b, int), lambda b, rng: b.byteswap(True),
])  # fmt: skip
def test_what_would_miss_the_tangent_is_refused(use):
    def f(x):
        b = np.zeros(3)
        b[:] = x
        use(b, np.random.default_rng(0))
        return b

    with pytest.raises(Unsupported):
        D(f, X)


def test_reading_in_every_way():
    def f(x):
        b = np.zeros((2, 2))
        b[0] = x[:2]
        b[1, 1] = x[2]
        (p, q), r = b
        total = p + 2 * q + r @ r
        for (i, j), v in np.ndenumerate(b):
            total += v * (i + 2 * j)
        for v in b.flat:
            total += v * v
        for row in b:
            for v in row:
                total += 3 * v
        total += sum(b[0]) + max(b[0]) + min(b[1]) + np.add.reduce(b[1])
        total += sum([v * w for v, w in zip(b[0], reversed(b[1]))])
        first, *rest = b[0]
        total += first * rest[0] + b.T[0] @ b[:, 1] + float(b[0, 0]) * b[1].tolist()[1] + b[0].item(1)
        total += np.concatenate([b[0], b[1]]).sum() + np.array([b[0, 0], 1.0])[0] + np.array(b)[0, 1]
        total += list(b[0])[1] + [*b[1]][1] + dict(enumerate(b[0]))[1] + np.asarray(b[0]).sum()
        return total + (lambda a, b: a - b)(*b[0])

    check(f, X)


def test_stored_while_iterated():
    def f(x):
        b = np.zeros((3, 2))
        s = 0.0
        for i, (p, q) in enumerate(b):
            s = s + p * q
            b[1:] = x[i]
        for v in b[:, 0]:
            s += v
            b[2] = s
        return s

    check(f, X)


def test_nothing_leaks_when_the_derivative_is_over():
    kept = {}

    def f(x):
        kept["x"] = x
        kept["b"] = np.zeros(3)
        kept["b"][:] = x
        kept["s"] = x[0] * 2
        return x

    D(f, X)
    assert type(kept["x"] + 0) is np.ndarray
    assert kept["s"] == X[0] * 2
    np.testing.assert_array_equal(kept["b"], X)
    assert D(lambda x: x * kept["s"] + np.sum(kept["b"]) + np.sum(kept["x"]), 2.0) == X[0] * 2


def test_arrays_from_outside_are_stored_into_as_the_function_does():
    outer = np.zeros(3)

    def f(x):
        outer[:] = x
        return outer * 2

    np.testing.assert_array_equal(D(f, X), [2, 2, 2])
    np.testing.assert_array_equal(outer, X)


def test_results_own_their_memory():
    captured = np.ones(3)

    def f(x):
        return x, x[1:], captured, x.T, np.broadcast_to(x[0], (2,))

    y, dy = forward.jvp(f, (X,), (np.ones(3),))
    for a in (*y, *dy):
        assert a.base is None
        assert a.flags.writeable
        assert not np.shares_memory(a, captured)
        assert not np.shares_memory(a, X)
    assert not np.shares_memory(y[0], y[1])


def test_integers_differentiated_in_may_be_stored():
    def f(n):
        b = np.zeros(2, int)
        b[0] = n
        b[1] = n * n
        return b * 1.0

    np.testing.assert_array_equal(forward.jvp(f, (3,), (1.0,))[1], [1, 6])
