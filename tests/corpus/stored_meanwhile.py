"""Stores into what is still needed: results of several arrays, and what an iterator is on its way through."""

import collections
import itertools
import typing

import numpy as np

from tests.corpus.base import mat, num, program, spd, vec


@program(args=(mat(3, 2), num()), tags="unpack linalg store augmented")
def singular_values_that_are_changed(a, x):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    s[0] *= x
    u[0] = x
    b = u * s @ vt
    return np.sum(b * b * a)


@program(args=(spd(3), num()), tags="attribute linalg store augmented")
def eigenvalues_that_are_changed(a, x):
    found = np.linalg.eigh(a)
    w = found.eigenvalues
    w *= x
    q, r = np.linalg.qr(a)
    r[0, 1] = x
    found[1][1] = 2.0
    return np.sum(w * found.eigenvectors**2) + np.sum(q @ r)


class Held(typing.NamedTuple):
    a: np.ndarray
    b: float


def held(v, x):
    return Held(np.exp(v), x * x)


@program(args=(vec(3), num()), tags="namedtuple callee store replace alias")
def fields_that_are_changed(v, x):
    s = held(v, x)
    s.a[0] = s.b
    t = s._replace(b=s.a[1])
    t.a[1] *= x
    a, b = t
    a += b
    return np.sum(s.a**2) * t.b


@program(args=(vec(5), num()), tags="iterator next loop store default")
def array_changed_on_the_way(v, x):
    it = iter(v)
    total = next(it)
    v[1] = x * total
    for t in it:
        total += t * next(it, x)
        v[-1] = total
    return total


@program(args=(vec(4), num()), tags="iterator next while store")
def array_changed_while_items_are_asked_for(v, x):
    it = iter(v)
    total = 0.0
    while True:
        t = next(it, None)
        if t is None:
            break
        v[-1] = t * x
        total += t * t
    return total


@program(args=(vec(4), num()), tags="iterator list append insert loop")
def list_that_grows_on_the_way(v, x):
    held = list(v)
    it = iter(held)
    total = next(it) * x
    held.append(total)
    held.insert(1, x * x)
    held[2] = total
    for t in it:
        total += t * t
        if len(held) < 9:
            held.append(t * x)
    return total


class Bag:
    def __init__(self, a):
        self.a = a

    def __iter__(self):
        return iter(self.a)


def take(it, n):
    return [next(it) for _ in range(n)]


@program(args=(vec(5), num()), tags="iterator callee object deque store comprehension")
def items_taken_by_callees(v, x):
    bag = Bag(v)
    it = iter(bag)
    a = take(it, 2)
    bag.a[3] = a[0] * x
    b = take(it, 2)
    v[:] = 1.0
    queue = collections.deque([x, v[0], a[0]])
    on = iter(queue)
    total = next(on)
    queue[1] = total * x
    return a[0] * a[1] + b[0] * b[1] + next(it) * x + sum(on) * total


@program(args=(vec(4), num()), tags="iterator unpack star store")
def rest_of_a_changed_array(v, x):
    it = iter(v)
    first = next(it)
    v[1:] *= x
    b, *c = it
    return first * b + sum(c) + max(v) + sum(itertools.islice(v, 2))


@program(args=(vec(3), num()), tags="iterator dict values store")
def dict_changed_on_the_way(v, x):
    d = {"a": v[0] * x, "b": v[1], "c": v[2] * v[0]}
    it = iter(d.values())
    total = next(it)
    d["b"] = x * total
    total += next(it) ** 2
    d["c"] = total
    return total * next(it)


@program(args=(vec(4), num()), tags="namedtuple linalg store attribute")
def factors_that_are_changed(v, x):
    sign, size = np.linalg.slogdet(np.outer(v, v) + np.eye(4) * 3)
    found = np.linalg.qr(v[:, None])
    found.R[0, 0] *= x
    q = found[0]
    q += 1
    e = np.linalg.eigvalsh(np.diag(v) + 0.1)
    e[1:] *= e[:-1]
    return sign * size * np.sum(found.Q * found.R) + e.sum()


@program(args=(vec(6), num()), tags="split view list store transpose")
def parts_that_are_changed(v, x):
    parts = np.split(v, 3)
    parts[0] += parts[1]
    a, b = np.array_split(v, 2)
    a[0] = x
    b *= a
    h = np.hsplit(v.reshape(2, 3), [1])
    h[1][0] *= 2
    s = list(v.reshape(3, 2).T)
    s[1][0] = h[0][1, 0]
    t = np.dstack([a, b])[0]
    t[0, 0] = 9
    return np.sum(v * v) + sum([p.prod() for p in parts]) + t[1].sum()


@program(args=(vec(5), num()), tags="zip next list store")
def pairs_taken_in_several_places(v, x):
    it = zip(v, v[1:])
    a, b = next(it)
    v[2] = a * x
    c, d = next(it)
    rest = list(it)
    v[:] = 0.5 * x
    return a * b + c * d + sum([p * q for p, q in rest]) + v[0]


@program(args=(vec(5), num()), tags="enumerate next loop break twice")
def numbers_taken_in_several_loops(v, x):
    e = enumerate(v)
    total = next(e)[1]
    for i, t in e:
        total += t * i
        if i == 2:
            break
    for i, t in e:
        total += t * x * i
    backwards = reversed(v)
    return total + next(backwards) * x + sum(backwards)


@program(args=(vec(5), num()), more=[(vec(5), 0.1)], tags="zip enumerate branch next")
def iterator_of_either_branch(v, x):
    it = zip(v, v * x)
    if x > 0.3:
        it = enumerate(v)
        next(it)
    total = 0.0
    for a, b in it:
        total += a * b
    return total


def windows(it, n):
    held = collections.deque(itertools.islice(it, n - 1), maxlen=n)
    for t in it:
        held.append(t)
        yield tuple(held)


@program(args=(vec(5), num()), tags="islice generator deque store")
def windows_of_a_changed_array(v, x):
    total = 0.0
    for a, b, c in windows(iter(v), 3):
        total += a * b - c
        v[-1] += total * x
    head = itertools.islice(enumerate(v), 2)
    return total + sum([t * (i + 1) for i, t in head]) * v[-1]


@program(args=(vec(5), num()), tags="zip iterator twice store pitfall_38")
def pairs_of_one_iterator(v, x):
    it = iter(v)
    total = 0.0
    for a, b in zip(it, it):
        v[-1] += a * x
        total += a * b * x
    return total


@program(args=(vec(6), num()), tags="zip generator twice star expression next pitfall_38")
def groups_of_one_iterator(v, x):
    it = (t * x for t in v)
    total = next(it)
    for a, b, c in zip(it, it, v):
        total += a * b * x - c
    total += sum(it)
    return total + sum([a * b * c for a, b, c in zip(*[iter(v)] * 3)])


@program(args=(vec(6), num()), tags="zip generator twice store comprehension pitfall_38")
def pairs_of_a_generator_that_stores(v, x):
    def scaled():
        for i in range(len(v)):
            v[i] *= x
            yield v[i]

    g = scaled()
    out = [a - b for a, b in zip(g, g)]
    return sum([t * t for t in out]) + v.sum()


@program(args=(vec(4),), tags="store slice negative-step overlap loop branch")
def rows_turned_round_in_place(x):
    a, w = x.copy(), np.zeros(8)
    even, odd = w[::2], w[1::2]
    for k in range(3):
        if k > 0:
            a[:] = a[::-1]
            a[1] *= a[k]
            even[:] = a
            odd[...] = even[::-1]
            w[2:] = w[5::-1] * x[k]
    return a @ x + w @ np.arange(8.0)


@program(args=(vec(4), num(), 0), more=[(vec(4), num(), 1)], tags="aliasing store numpy")
def differences_of_which_there_may_be_none(x, s, n):
    a = np.sin(x)
    y = np.diff(a, n)
    b = np.exp(y) * s
    a[0] = s
    y[1:] *= s
    return np.sum(b * y) + np.sum(a * a[0])


@program(args=(vec(4), num()), tags="aliasing store numpy loop branch")
def what_may_be_given_back_as_it_is(x, s):
    total = 0.0
    for k in range(5):
        a = np.sin(x * (k + 1))
        if k == 0:
            y = np.diff(a, k)
        elif k == 1:
            y = np.polyder(a, 0)
        elif k == 2:
            y = np.polyint(a, 0)
        elif k == 3:
            y = np.real_if_close(a)
        else:
            y = np.trim_zeros(a)
        b = np.exp(y) * s
        y[0] = s * b[0]
        a[1] += y[0] * s
        total = total + np.sum(b * a) + np.sum(y * y)
    return total


@program(args=(vec(4), num()), tags="aliasing store numpy")
def the_real_part_that_is_the_array(x, s):
    a = np.sin(x)
    y = np.real_if_close(a)
    b = y * a
    y[0] = s
    y *= 2.0
    return np.sum(b * a) + np.sum(y * a)


@program(args=(vec(4), num()), tags="aliasing store numpy")
def what_is_left_of_an_array_without_its_zeros(x, s):
    a = np.sin(x)
    y = np.trim_zeros(a)
    b = y * y
    a[2] = s
    return np.sum(b * y) + np.sum(y * a)
