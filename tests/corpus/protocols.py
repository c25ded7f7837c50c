"""Objects that are iterated: `__iter__` of all kinds, `__next__`, stars; and slices by what objects hold."""

import itertools

import numpy as np

from tests.corpus.base import num, program, vec


class Listed:
    def __init__(self, *items):
        self.items = list(items)

    def __iter__(self):
        return iter(self.items)


class Yielding(Listed):
    def __iter__(self):
        for v in self.items:
            yield v


class Doubled:
    """Its own iterator, which can be used once."""

    def __init__(self, items):
        self.items = items
        self.i = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= len(self.items):
            raise StopIteration
        self.i += 1
        return self.items[self.i - 1] * 2.0


class Changing(Doubled):
    def __next__(self):
        v = super().__next__()
        self.items[self.i - 1] *= 1.5
        return self.items[self.i - 1] + v


class Endless:
    def __init__(self, x):
        self.x = x

    def __iter__(self):
        return self

    def __next__(self):
        self.x = self.x * 0.5 + 1.0
        return self.x


class Batches:
    """Begins anew in each loop."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def __iter__(self):
        self.at = 0
        return self

    def __next__(self):
        if self.at >= len(self.data):
            raise StopIteration
        batch = self.data[self.at : self.at + self.size]
        self.at += self.size
        return batch


class Reader:
    def __init__(self, data):
        self.data = data
        self.i = 0

    def take(self, n):
        out = self.data[self.i : self.i + n]
        self.i += n
        return out

    def windows(self, n):
        for j in range(0, len(self.data), n):
            yield self.data[j : j + n]


class Table:
    def __init__(self, ys):
        self.ys = ys

    def __getitem__(self, t):
        return (t.stop - t.start) * self.ys[0]


def product(a, b, c):
    return a * b - c


@program(args=(vec(3),), tags="iter object enumerate zip loop", complex_ok=True)
def numbered_items_of_objects(x):
    v, w = Listed(*x), Yielding(*(x * 2.0))
    s = 0.0
    for i, a in enumerate(v):
        s += a * a * i
    for a, b in zip(w, x):
        s += a * b * s
    return s + sum(a * b for a, b in zip(v, w)) + sum(a * i for i, a in enumerate(w))


@program(args=(vec(3),), tags="iter object star unpack sum")
def starred_objects(x):
    v = Listed(*x)
    a, b, c = v
    d, *e = Yielding(a, b * c, c)
    return product(*v) + d * e[0] + sum(v) * max(v) + [*v, a][0] * sum([q * 2 for q in v])


@program(args=(vec(3),), tags="next iter object loop", complex_ok=True)
def object_that_is_its_iterator(x):
    s = 0.0
    for v in Doubled(x):
        s = s * v + v
    return s


@program(args=(vec(4),), tags="next default object", complex_ok=True)
def items_taken_by_next(x):
    it = Doubled(list(x))
    a = next(it)
    b = next(it, None)
    s = sum(v * a for v in it)
    c = next(it, b * b)
    return s * b + c


@program(args=(vec(4),), tags="next zip enumerate accumulate object", complex_ok=True)
def one_iterator_in_several_hands(x):
    it = Doubled(x)
    s = 0.0
    for u, v in zip(it, it):
        s += u * v
    for i, v in enumerate(Doubled(x)):
        s += v * i
    return s + sum(list(Doubled(x))) + sum(itertools.accumulate(Doubled(x)))


@program(args=(vec(4),), tags="next object store super")
def iterator_that_stores(x):
    y = x * 1.0
    s = 0.0
    for v in Changing(y):
        s += v * v
    return s + np.sum(y)


@program(args=(num(),), tags="next endless zip break", complex_ok=True)
def endless_iterators(x):
    s = 0.0
    for i, v in zip(range(4), Endless(x)):
        s += v * i
    for i, v in enumerate(Endless(x * x)):
        if i > 2:
            break
        s = s * v
    return s


@program(args=(vec(6), vec(2)), tags="next slice view nested loop")
def epochs_of_batches(x, w):
    s = 0.0
    data = Batches(x.reshape(-1, 2), 2)
    for _ in range(2):
        for batch in data:
            s = s + np.sum((batch @ w) ** 2)
            w = w - 0.1 * batch[0]
    return s


@program(args=(vec(6),), tags="slice attribute object generator store")
def slices_by_attributes(x):
    r = Reader(x * 1.0)
    a, b = r.take(2), r.take(1)
    t = np.sum(a) * np.sum(b * b)
    for w in r.windows(2):
        w[0] *= 2.0
        t += w[0] * w[1]
    r.data[r.i : r.i + 3] *= x[0]
    r.data[r.i + 1 :] = r.data[r.i : -1] * 2.0
    return t + np.sum(r.data)


@program(args=(vec(3),), tags="slice own getitem", reverse="refused")
def slices_that_are_computed_with(x):
    return Table(x * 2.0)[x[0] : x[1]] * x[1]


@program(args=(vec(3),), tags="tuple augmented try", reverse="refused")
def item_of_a_tuple_changed(x):
    t = (x * 2.0, 1.0)
    try:
        t[0] += x * x
    except TypeError:
        pass
    return np.sum(t[0] * x)


class Ranked:
    """Compares by what it holds."""

    def __init__(self, value):
        self.value = value
        self.log = []

    def __iadd__(self, other):
        self.value += other
        self.log.append(other)
        return self

    def __lt__(self, other):
        return self.value < other.value


@program(args=(vec(3), num()), tags="object max min compare augmented")
def largest_of_two_objects(x, k):
    a, b = Ranked(x[0]), Ranked(x[1] * k)
    a += x[2]
    best, worst = max(a, b), min(a, b)
    best += k
    return best.value * worst.value + sum(a.log) * b.value + min(max(a, b), worst).value


@program(args=(vec(3), num()), tags="max min default empty generator recursion")
def default_of_no_items(x, k):
    after = {0: [1, 2], 1: [2], 2: []}

    def longest(n):
        return max((x[n] ** 2 + longest(m) for m in after[n]), default=k)

    none = min((v for v in x if v > 100.0), default=k * x[0])
    return longest(0) + none * none + max([], default=x)[1] + max([x[2], 9.0], default=k) * k


class Wrapped:
    """An array that takes over what NumPy's functions are called with it."""

    def __init__(self, data):
        self.data = data

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        inputs = [x.data if isinstance(x, Wrapped) else x for x in inputs]
        if out:
            kwargs["out"] = tuple(x.data if isinstance(x, Wrapped) else x for x in out)
        result = getattr(ufunc, method)(*inputs, **kwargs)
        return out[0] if out else Wrapped(result)

    def __array_function__(self, function, types, args, kwargs):
        return Wrapped(function(*_unwrapped(args), **kwargs))

    def __iadd__(self, other):
        return np.add(self, other, out=(self,))


def _unwrapped(x):
    if isinstance(x, Wrapped):
        return x.data
    return type(x)([_unwrapped(v) for v in x]) if isinstance(x, list | tuple) else x


class Taking:
    """An array that takes over what NumPy's functions are called with it, but for ufuncs."""

    def __init__(self, data):
        self.data = data

    def __array_function__(self, function, types, args, kwargs):
        return 2.0 * function(*[x.data if isinstance(x, Taking) else x for x in args], **kwargs)


@program(args=(vec(4),), tags="class array_function defined", reverse="refused")
def functions_that_objects_without_ufuncs_take_over(x):
    ways = {"gradient": np.gradient, "derivative": np.polyder}
    total = 0.0
    for name in ways:
        total = total + np.sum(ways[name](Taking(x * x)))
    return total


class Shown:
    def __init__(self, data):
        self.data = data

    def __array__(self, dtype=None, copy=None):
        return self.data if dtype is None else self.data.astype(dtype)


def _stored(x):
    y = np.zeros(3)
    y[:] = x * x
    return y


@program(args=(vec(3),), tags="class array_ufunc reduce outer stores", reverse="refused")
def methods_of_ufuncs_that_objects_take_over(x):
    t = Wrapped(_stored(x))
    return np.add.reduce(t).data + np.multiply.outer(t, x).data.sum() + np.multiply.accumulate(t).data @ x


@program(args=(vec(3),), tags="class array_function stores", reverse="refused")
def joins_that_objects_in_lists_take_over(x):
    t = Wrapped(_stored(x))
    joined = np.concatenate([x, t]).data @ np.arange(6.0) + np.stack([x, t]).data.prod(0).sum()
    return joined + np.sum(t).data * np.linalg.norm(t).data


@program(args=(vec(3),), tags="class array_ufunc out stores loop branch", reverse="refused")
def outputs_that_objects_take_over(x):
    t, y = Wrapped(x.copy()), _stored(x)
    for k in range(2):
        if k < 2:
            t += x
            np.multiply(x, t, out=Wrapped(y))
            np.exp(Wrapped(x), y[1:]) if k > 1 else np.add(Wrapped(y), 1.0, y)
    return t.data @ y


@program(args=(vec(3),), tags="class array iadd compare stores", reverse="refused")
def objects_that_become_arrays_beside_an_array_that_changes(x):
    z, w = x.copy(), np.ones(3)
    z += Shown(_stored(x))
    z[1:] *= Shown(x[1:])
    w -= Shown(_stored(x))
    return z @ w + (x < Shown(_stored(x))).sum() * x[0] + x @ Shown(x)


@program(args=(vec(3),), tags="function ufunc call", reverse="refused")
def calls_by_their_name(x):
    add, square = np.add.__call__, (lambda v: v * v).__call__
    return add(x, x) @ x + len.__call__(x) * square(x[0]) + getattr(np.multiply, "__call__")(_stored(x), x).sum()


class Growing:
    def __init__(self, data):
        self.data = data

    def __array__(self, dtype=None, copy=None):
        self.data = self.data * 1.1
        return np.array(self.data, dtype)


@program(args=(vec(3),), tags="class array changes outer", reverse="refused")
def objects_that_change_as_they_become_arrays(x):
    b = Growing(x)
    total = np.sum(b) + np.multiply.outer(b, x).sum() + (x + b) @ x + np.add.reduce(b)
    return total + np.stack([b, b]).sum() + b.data @ x


@program(args=(vec(3),), tags="class array changes dot", reverse="refused", forward="refused")
def objects_that_become_arrays_twice(x):
    b = Growing(x)
    return np.dot(b, x) + b.data @ x
