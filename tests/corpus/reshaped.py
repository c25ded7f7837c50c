"""Constant arrays that get another shape or dtype in place: what was known of them holds no longer."""

import numpy as np

from tests.corpus.base import num, program, vec


def stand_up(a):
    a.resize((a.size, 1), refcheck=False)


def through(a):
    stand_up(a)
    return a


class Grid:
    def __init__(self, points):
        self.points = points

    def stand_up(self):
        self.points.resize((self.points.size, 1), refcheck=False)


@program(args=(vec(4), num()), tags="resize loop branch")
def shape_that_changes_within_a_loop(x, k):
    b = np.arange(4.0)
    s = 0.0
    for i in range(3):
        s += np.sum(b * x * x[i])
        if i == 1:
            b.resize((4, 1), refcheck=False)
    return s * k


@program(args=(vec(4), num()), tags="resize helper class closure")
def shape_that_others_change(x, k):
    a, b, c = np.arange(4.0), np.arange(4.0), np.arange(4.0)

    def lay():
        c.resize((4, 1), refcheck=False)

    through(a)
    Grid(b).stand_up()
    lay()
    return np.sum(a * x * k) + np.sum(b * x * x) + np.sum(c * x)


@program(args=(vec(4), num()), tags="zeros_like shape store broadcast")
def zeros_like_of_another_shape(x, k):
    b = np.zeros_like(x, shape=(1,))
    b[0] = x[0] * k
    return np.sum(b * x) + np.sum(np.ones_like(x, shape=(4, 1)) * k * x)


if np.lib.NumpyVersion(np.__version__) < "2.5.0":  # which warns where these attributes are assigned to

    @program(args=(vec(4), num()), tags="shape attribute-store broadcast")
    def shape_that_is_assigned(x, k):
        b = np.arange(4.0)
        same = b
        same.shape = (4, 1)
        return np.sum(b * x * k) + np.sum(b[0] * x)

    @program(args=(vec(4), num()), tags="setattr resize")
    def shape_that_is_set_by_name_and_resized(x, k):
        b, c = np.arange(4.0), np.ones(2)
        setattr(b, "shape", (4, 1))  # noqa: B010
        c.resize((4, 1), refcheck=False)
        return np.sum(b * x * k) + np.sum((c + 1.0) * x * x)

    @program(args=(vec(4), num()), tags="dtype attribute-store")
    def dtype_that_is_assigned(x, k):
        c = np.array([1.0, 2.0, 0.5, 3.0, 1.5, 2.5, 1.0, 0.0])
        c.dtype = np.complex128
        return np.sum((c * x).imag) * k
