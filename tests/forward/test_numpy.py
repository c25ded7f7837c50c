"""Functions of NumPy that take functions, and others that are done by hand."""

import numpy as np

from tests.forward.helpers import check

X = np.array([0.7, -1.2, 2.0])
A = np.arange(6.0).reshape(2, 3) + 0.5


def test_vectorize():
    check(lambda x: np.vectorize(lambda a, b: a * b if a > 0 else b)(x, x[::-1]), X)
    check(lambda x: np.vectorize(lambda a: a * a)(x), 1.3)
    check(lambda x: np.vectorize(lambda v: v * x)(X), 1.3)


def test_piecewise():
    check(lambda x: np.piecewise(x, [x < 0, x > 1], [lambda v: -v, lambda v: v * v * x[0], 2.0]), X)
    check(lambda x: np.piecewise(x, x < 0, [lambda v: -v, 2.0]), X)


def test_apply_along_axis():
    def cumulated(r):
        b = np.zeros(len(r))
        b[0] = r[0]
        for i in range(1, len(r)):
            b[i] = b[i - 1] * r[i]
        return b

    for axis in (0, 1, -1):
        check(lambda a: np.apply_along_axis(cumulated, axis, a), A)
        check(lambda a: np.apply_along_axis(np.sum, axis, a) * 2, A)


def test_nditer():
    def f(x):
        b = np.zeros(3)
        with np.nditer(b, op_flags=["readwrite"]) as it:
            for i, v in enumerate(it):
                v[...] = x[i] * x[0]
        return b

    check(f, X)


def test_stride_tricks():
    check(lambda x: np.lib.stride_tricks.sliding_window_view(x * 1, 2).sum(axis=0), X)

    def f(x):
        y = x * 2
        w = np.lib.stride_tricks.as_strided(y, (2, 2), (8, 8))
        w[1, 1] = x[0]
        return w, y

    check(f, X)


def test_positional_out():
    def f(x):
        b = np.zeros(3)
        np.multiply(x, 2.0, b)
        np.add(b, x, b[...])
        return b

    check(f, X)


def test_where_of_ufuncs():
    def f(x):
        a = np.divide(1.0, x, out=np.zeros(3), where=x > 0)
        b = x * 1
        np.sqrt(x, out=b, where=x > 0)
        return a, b

    check(f, X)


def test_ufunc_methods():
    check(lambda x: np.add.reduce(x) * np.multiply.reduce(x) + np.maximum.reduce(x), X)
    check(lambda a: (np.add.reduce(a), np.add.reduce(a, 1), np.multiply.reduce(a, axis=(0, 1))), A)
    check(lambda a: np.add.accumulate(a), A)
    check(lambda x: (np.multiply.outer(x, x), np.subtract.outer(x, A)), X)
