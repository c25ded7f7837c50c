"""Functions that give their argument itself in a corner: stores into what they give are stores into the argument."""

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(4),), tags="view trim_zeros store inplace")
def trimmed(x):
    y = np.zeros(6)
    y[1:5] = x
    w = np.trim_zeros(y, "f")
    w[1] = x[0] * x[1]
    w *= x[2]
    return np.sum(y * y) + np.sum(w[:2])


@program(args=(vec(4), num()), tags="view real_if_close loop branch store")
def real_already(x, k):
    s = 0.0
    for i in range(2):
        if k > -9.0:
            y = x * (k + i)
            w = np.real_if_close(y)
            e = np.exp(w)
            w[i] *= x[i + 1]
            s += np.sum(y * x) + np.sum(e * w)
    return s


@program(args=(vec(4), (0, 1)), tags="view polyder polyint loop branch store")
def order_nothing(x, orders):
    s = 0.0
    for i in orders:
        y = x * x[i]
        d = np.polyder(y, i)
        a = np.polyint(y, i)
        if i == 0:
            d[1] = x[0] * x[2]
            a[2:] += x[:2]
        s += np.sum(y * x) + np.sum(d) * np.sum(a[:3])
    return s


@program(args=(vec(4),), tags="view fft axes store complex")
def along_no_axis(x):
    z = x * (1.0 + 2.0j)
    w = np.fft.fftn(z, axes=())
    v = np.fft.fftn(z)
    w[0] *= x[1]
    v[1] = x[2] * z[0]
    return np.sum(np.abs(z) ** 2) + np.sum(np.abs(v) ** 2)


@program(args=(vec(4),), tags="view fft axes keywords store complex")
def along_no_axis_with_a_norm(x):
    z = x * (1.0 + 2.0j)
    w = np.fft.fftn(z, axes=(), norm="ortho")
    w[0] *= x[1]
    return np.sum(np.abs(z) ** 2)


@program(args=(vec(3),), tags="view histogram edges store")
def edges_that_are_given(x):
    edges = np.zeros(4)
    edges[1:] = [1.0, 2.0, 3.0]
    counts, same = np.histogram([0.5, 1.5, 1.7], edges)
    same[1:] *= x
    return np.sum(edges * counts[0]) + np.sum(edges[1:] * x)


@program(args=(vec(3),), tags="view integral series store")
def integral_of_no_order(x):
    y = x * x[0]
    w = np.polynomial.polynomial.polyint(y, 0)
    w[0] = x[1] * x[2]
    return np.sum(y * w)
