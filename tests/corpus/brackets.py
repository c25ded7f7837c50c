"""What stands in brackets: `np.r_` and `np.c_`, which join it, and slices whose parts objects read."""

import numpy as np
from numpy import c_, r_

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(3), num()), more=[(vec(1), num())], tags="r_ join")
def joined_in_a_row(x, k):
    y = np.r_[x, k, 2.0, x[::-1] * k, [1.0, k]]
    return np.sum(np.sin(y) * y)


@program(args=(vec(3), num()), tags="c_ join matmul")
def design_matrix(x, k):
    X = np.c_[np.ones(3), x, x**2 * k]
    return X.T @ X @ np.array([1.0, k, 2.0])


@program(args=(vec(3), mat(3, 2)), tags="r_ c_ join")
def beside_a_matrix(x, A):
    return np.sum(np.exp(np.c_[A, x]) * np.c_[x, A[:, ::-1]]) + np.sum(np.r_[A, A * 2.0] ** 3)


@program(args=(vec(3), num()), tags="r_ slice join")
def slices_beside_numbers(x, k):
    y = np.r_[0:2, x, 1:2:0.5, :1, 0:1:3j, k]
    z = np.c_[0:3, x]
    return np.sum(y**2 * k) + np.sum(np.sin(z)) + np.sum(x[np.r_[0, 2, 1:3]])


@program(args=(vec(3), num()), tags="r_ text join")
def places_in_front(x, k):
    y = np.r_["0,2", x, x * k]
    z = np.r_["1,2,0", x, x * x, 0:3]
    w = np.c_["-1,3,1", x, x * k]
    return np.sum(y @ z) + np.sum(w**3) + np.sum(np.r_["-1", y, y * k] ** 2)


@program(args=(vec(3), num()), tags="r_ loop branch join")
def row_that_grows(x, k):
    y = r_[k]
    for i in range(3):
        y = r_[y, x[i] * y[-1]] if x[i] > 0 or i == 2 else r_[x[i], y]
    z = x
    while len(z) < 6:
        z = c_[z, z[::-1] * k].ravel()
    return np.sum(np.sin(y)) + np.sum(z**2)


@program(args=(vec(3), num()), tags="r_ tuple list join star")
def items_that_were_made_before(x, k):
    rows = (x, x * k)
    columns = [x[i : i + 2] * k for i in range(2)]
    y = np.r_[rows] + np.r_[(*rows,)]
    return np.sum(y**3) + np.sum(np.c_[tuple(columns)] ** 2) + np.sum(np.r_[[k, x[0]], *rows] ** 2) + np.r_[[k, k]][1]


@program(args=(vec(3), num()), tags="r_ store join alias")
def joined_then_changed(x, k):
    y = x * k
    z = np.r_[y, y]
    y[0] = 5.0
    z[1] *= k
    w = np.c_[z[:3], y]
    w[:, 0] *= y
    return np.sum(z * z) + np.sum(w * w)


@program(args=(vec(3), num()), tags="r_ shared store join")
def joined_by_a_helper(x, k):
    buffer = np.zeros(3)

    def fill(a):
        buffer[:] = a
        return np.r_[buffer, a[0]]

    y = fill(x) * fill(x * k)
    buffer[1] = 2.0
    return np.sum(np.r_[y, buffer] ** 2)


def bordered(x, value):
    return np.r_[value, x, value]


@program(args=(vec(4),), tags="r_ helper loop join")
def smoothed_with_borders(x):
    for _ in range(3):
        y = bordered(x, x[0])
        x = 0.25 * y[:-2] + 0.5 * y[1:-1] + 0.25 * y[2:]
    return np.sum(x**2)


@program(args=(vec(3),), tags="r_ single", ints_active=False)
def joined_in_single_precision(x):
    y = x.astype(np.float32)
    z = np.r_[y, 2.0]
    return np.sum(x * x) + (z.dtype == np.float32)


@program(args=(num(), num()), tags="slice grid", reverse="refused")
def grid_up_to_a_number(x, k):
    return np.sum(np.mgrid[0 : x : 3j] ** 2) * k


@program(args=(num(), num()), tags="slice r_", reverse="right")
def row_up_to_a_number(x, k):
    return np.sum(np.r_[0 : x * k : 4j] ** 2)


class Between:
    def __getitem__(self, key):
        return (key.stop - key.start) * key.stop


BETWEEN = Between()


@program(args=(num(), num()), tags="slice object", reverse="refused")
def part_of_an_object(x, k):
    return BETWEEN[x:k] * x


@program(args=(num(), num()), tags="slice", reverse="refused")
def end_of_a_slice(x, k):
    part = slice(0.0, x, None)
    return part.stop * k


@program(args=(vec(4), num()), tags="slice call")
def slices_that_name_places(x, k):
    total = 0.0
    for i, n in enumerate(sizes(x)):
        part = slice(i, i + n)
        total = total + np.sum(x[part] * k) + x[i : n + 1].sum() ** 2
    return total


def sizes(x):
    return [int(v > 0) + 1 for v in x]
