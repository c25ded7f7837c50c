"""Methods that Python calls by itself within `try`: they store, come to their end or fail half way."""

import numpy as np

from tests.corpus.base import pos, program


class _Asked:
    def __init__(self, v):
        self.v = v
        self.n = v * v
        self.buf = np.array([1.0, 2.0]) * v

    @property
    def quiet(self):
        self.n = self.n * self.v * 2
        return 1.0

    @property
    def failing(self):
        self.n = self.n * self.v * 2
        raise ValueError

    def __getitem__(self, i):
        self.n = self.n * 1.5 * self.v
        if i > 1:
            raise IndexError(i, self.v)
        return self.v * i

    def __add__(self, other):
        self.buf *= other
        raise TypeError("no sum", self.n)

    def __sub__(self, other):
        self.n = self.n * other
        return 1


class _Setting:
    def __init__(self, v):
        object.__setattr__(self, "buf", np.array([1.0, 2.0]) * v)

    def __setattr__(self, name, value):
        self.buf[:] = self.buf * value
        raise ValueError


@program(args=(pos(2),), tags="try property operator unused store", complex_ok=False)
def what_nobody_uses_is_done(x):
    p = _Asked(x[0])
    try:
        p.quiet
        p - x[1]
    except ValueError:
        pass
    return p.n + p.buf.sum()


@program(args=(pos(2),), tags="try property item operator loop branch exception args")
def asked_methods_that_fail_half_way(x):
    p = _Asked(x[0])
    total = 0.0
    for k in range(3):
        try:
            if k == 0:
                total += p.failing
            else:
                total += p[k]
        except ValueError:
            total += p.n
        except IndexError as e:
            total += e.args[1] * e.args[0]
    try:
        total += p + x[1]
    except TypeError as e:
        total *= e.args[1]
    return total + p.n + p.buf.sum()


@program(args=(pos(2),), tags="try __setattr__", reverse="refused")
def attributes_that_fail_to_be_set(x):
    p = _Setting(x[0])
    try:
        p.other = x[1]
    except ValueError:
        pass
    return p.buf.sum()
