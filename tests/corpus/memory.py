"""What is changed in place, by several ways: shared variables, objects, lists, dicts, arrays."""

from __future__ import annotations

import copy
import dataclasses
import functools

import numpy as np

from tests.corpus.base import num, program, vec

# Variables that functions share


@program(args=(vec(3),), tags="nonlocal closure call")
def running_average(x):
    total, count = x[0], 1

    def add(v):
        nonlocal total, count
        total = total * 0.5 + v
        count += 1
        return total / count

    s = add(x[1]) * add(x[2])
    total += x[0]
    return s * total * count


@program(args=(vec(3), num()), tags="nonlocal parameter loop branch closure")
def parameter_bound_inside(x, k):
    def scale(v):
        nonlocal k
        if v > 0:
            k = k * v
        else:
            k -= v

    for v in x:
        scale(v)
    return k * x[0]


@program(args=(vec(3),), tags="nonlocal array store closure loop")
def array_rebound_and_stored_inside(x):
    y = np.zeros(3)

    def put(i):
        nonlocal y
        y = y + x[i]
        y[i] = x[0] * x[1]

    for i in range(3):
        put(i)
    return np.sum(y * y)


TOTAL = 0.0
HISTORY: list = []
TABLE = np.zeros((2, 3))


def bump(v):
    global TOTAL
    TOTAL = TOTAL * v + v


@program(args=(vec(3),), tags="global call store")
def global_number_bound(x):
    global TOTAL
    TOTAL = x[0]
    bump(x[1])
    bump(x[2])
    return TOTAL * x[0]


def note(v):
    HISTORY.append(v * v)


@program(args=(vec(3),), tags="global list append call loop")
def global_list_appended_to(x):
    HISTORY.clear()
    for v in x:
        note(v)
    HISTORY[0] *= x[1]
    return sum(HISTORY) * HISTORY[-1]


def row_sum(i):
    return np.sum(TABLE[i] ** 2)


@program(args=(vec(3),), tags="global array store call pitfall_30")
def global_table_filled(x):
    TABLE[0] = x
    TABLE[1] = TABLE[0] * x[::-1]
    first = row_sum(0)
    TABLE[0, 1] = 5.0
    return first * row_sum(1) + row_sum(0)


# Evaluation order


@program(args=(vec(3),), tags="augmented order call store closure")
def place_read_before_its_operand(x):
    a = np.array([x[0], x[1]])

    def change():
        a[0] = x[2]
        return x[1]

    a[0] *= change()
    return a[0] * a[1]


@program(args=(vec(3),), tags="while call store order")
def test_that_stores(x):
    a = x.copy()

    def halved():
        a[0] *= 0.5
        return a[0]

    n = 0
    while abs(halved()) > 0.2 and n < 4:
        n += 1
    else:
        a[1] += a[0]
    return a[0] * a[1] * x[2]


# Objects


class Layer:
    def __init__(self, w, b):
        self.w = w
        self.b = b
        self.seen = []

    def __call__(self, x):
        self.seen.append(x)
        return np.tanh(x * self.w + self.b)

    @property
    def norm(self):
        return self.w**2 + self.b**2

    @classmethod
    def doubled(cls, w):
        return cls(w * 2.0, w)

    @staticmethod
    def loss(y):
        return np.sum(y * y)


@program(args=(vec(3), num()), tags="object call property classmethod staticmethod method")
def small_network_of_objects(x, k):
    layers = [Layer(k, x[0]), Layer.doubled(x[1]), Layer(x[2], k * k)]
    y = x
    for layer in layers:
        y = layer(y)
        layer.w = layer.w * 0.5
    return Layer.loss(y) + sum(layer.norm for layer in layers) + np.sum(layers[1].seen[0])


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.log = {}

    def pay(self, amount, to):
        if amount > self.balance:
            raise ValueError("too much")
        self.balance -= amount
        to.balance += amount
        self.log[len(self.log)] = amount
        return self


@program(args=(vec(4),), tags="object method store dict loop branch")
def two_accounts(x):
    a, b = Account(x[0] * x[0] + 5.0), Account(x[1])
    for v in x[2:]:
        if v > 0:
            a.pay(v * v, b).pay(0.1, b)
        else:
            b.balance = b.balance * v
    return a.balance * b.balance + sum(a.log.values())


@program(args=(vec(3),), tags="object alias attribute augmented")
def two_names_of_an_object(x):
    class_free = Layer(x[0], x[1])
    other = class_free
    other.w *= x[2]
    other.b = class_free.w * 2.0
    del other.seen
    setattr(other, "extra", class_free.b + x[0])
    return class_free.w * getattr(class_free, "b") * other.extra  # noqa: B009


@dataclasses.dataclass
class Pair:
    left: float
    right: float

    def swap(self):
        self.left, self.right = self.right, self.left
        return self


@program(args=(vec(3),), tags="dataclass replace method swap")
def dataclass_changed(x):
    p = Pair(x[0], x[1] * x[2])
    q = dataclasses.replace(p, left=x[2])
    p.swap()
    q.right = q.right * p.left
    return p.left * q.left + q.right * p.right


@program(args=(vec(3), num()), tags="partial callable keyword")
def partial_of_active_values(x, k):
    def line(a, t, b=0.0):
        return a * t + b

    f = functools.partial(line, x[0], b=k)
    g = functools.partial(f, b=x[1])
    return f(x[2]) * g(k) + f(1.0, b=x[0])


# Lists


@program(args=(vec(5),), tags="list insert pop remove reverse sort extend clear del slice")
def every_list_method(x):
    items = [x[0], x[1] * x[1], x[2]]
    same = items
    same.insert(1, x[3] * 2.0)
    first = items.pop(0)
    items.extend([x[4], first * x[1]])
    items.reverse()
    items.sort(key=lambda v: -v)
    same[1:3] = [items[1] * items[2]]
    items += [x[0], x[1]]
    del items[0]
    last = items.pop()
    items.append(last * items[0])
    head, *rest = items
    return head * sum(rest) + len(items)


@program(args=(vec(4),), tags="list array alias nested")
def arrays_in_nested_lists(x):
    grid = [[x * 1.0, x * 2.0], [x * x]]
    row = grid[0]
    row[0][1] = x[0] * x[1]
    row.append(grid[1][0])
    grid[1][0][2] *= x[3]
    flat = [a for r in grid for a in r]
    flat[3][0] += x[2]
    return sum(np.sum(a * a) for a in flat)


@program(args=(vec(3),), tags="list repeat concatenation")
def lists_multiplied(x):
    items = [x[0], x[1]] * 2 + [x[2]]
    items[0] = items[1] * items[4]
    items *= 2
    items[7] += x[0]
    return items[0] * items[5] * items[7] * items[2]


def starred(*values, **named):
    s = 0.0
    for v in values:
        s = s + v * v
    return s * named["a"] + named.get("b", 1.0)


@program(args=(vec(4),), tags="star list mapping call")
def stars_of_what_is_changed(x):
    values = [x[0]]
    values.append(x[1])
    named = {"a": x[2]}
    named["b"] = x[3]
    first = starred(*values, **named)
    values[0] = first * x[1]
    named["a"] *= values[0]
    return starred(x[0], *values, **named) + first


# Dicts


@program(args=(vec(5),), tags="dict update pop setdefault popitem merge del items values")
def every_dict_method(x):
    d = {"a": x[0], "b": x[1]}
    same = d
    same.update({"c": x[2] * x[0]}, e=x[3])
    d |= {"a": d["a"] * d["c"]}
    got = d.pop("b") + d.pop("zzz", x[4])
    d.setdefault("a", 0.0)
    d.setdefault("f", got * x[1])
    key, value = d.popitem()
    d[key] = value * value
    del d["e"]
    for name, v in d.items():
        d[name] = v * x[4]
    return sum(d.values()) * d.get("c", 0.0) + d.get("q", got)


@program(args=(vec(3),), tags="dict array augmented loop branch")
def gradients_gathered_by_name(x):
    grads = {}
    for i, name in enumerate(["w", "b", "w"]):
        if name in grads:
            grads[name] += x * x[i]
        else:
            grads[name] = x * x
    grads["b"][0] = grads["w"][1]
    return np.sum(grads["w"] * grads["b"])


# Arrays


@program(args=(vec(4), num()), tags="fill sort put method")
def array_methods_that_change(x, k):
    y = x * x
    y.sort()
    z = y[1:]
    z[0] = k
    w = np.zeros(4)
    w.fill(k * k)
    w.put([1, 3], x[:2])
    return np.sum(y * w) + np.sum(z**2)


@program(args=(vec(4), num()), tags="copyto putmask fill_diagonal put_along_axis out add.at")
def functions_that_change_arrays(x, k):
    y = np.zeros(4)
    np.multiply(x, k, out=y)
    np.copyto(y, x * x, where=x > 0)
    np.add.at(y, [0, 0, 2], x[:3])
    np.subtract.at(y, 1, k)
    np.putmask(y, np.array([False, False, False, True]), y * 2.0)
    a = np.outer(x, y)
    np.fill_diagonal(a, k)
    np.put_along_axis(a, np.array([[1], [0], [2], [3]]), x[:, None] * k, 1)
    np.add(y, a[0], out=y)
    return np.sum(a * a) + np.sum(y * y)


@program(args=(vec(6),), tags="view diagonal reshape ravel transpose flip loop store")
def views_of_many_kinds(x):
    a = np.reshape(x * 1.0, (2, 3))
    a.T[0] = a[:, 1] * x[:2]
    a.reshape(-1)[4] = x[0]
    a[:, ::-1][0, 0] *= x[1]
    np.ravel(a)[3] += x[5]
    for row in a.T[1:]:
        row *= row[0]
    first, second = a
    second[:] = first * second
    return np.sum(a**2)


@program(args=(vec(4),), tags="swap store order view")
def rows_exchanged(x):
    a = np.outer(x, x[:2])
    a[0], a[1] = a[1].copy(), a[0].copy()
    a[[2, 3]] = a[[3, 2]]
    held = a[1:3]
    a[1:] = a[:-1]
    return np.sum(held * a[:2])


def smooth_in_place(u, n):
    for _ in range(n):
        u[1:-1] = 0.5 * (u[2:] + u[:-2])
    return u


@program(args=(vec(6),), tags="call store view return alias loop branch")
def callee_returns_what_it_changed(x):
    u = x * x
    v = smooth_in_place(u[1:], 2)
    if v[0] > 0:
        for i in range(2):
            v[i] *= u[i]
    w = smooth_in_place(v, 1)
    return np.sum(u * u) + w[0] * v[1]


@program(args=(vec(3), num()), tags="call recursion store parameter")
def recursion_that_stores(x, k):
    def fill(y, n):
        if n < 0:
            return k
        y[n] = y[n] * k + x[n]
        return fill(y, n - 1) * y[n]

    y = x * 2.0
    return fill(y, 2) + np.sum(y * y)


@program(args=(vec(3),), tags="copy deepcopy list")
def copies_are_apart(x):
    items = [x[0], [x[1], x[2]]]
    shallow = copy.copy(items)
    shallow[0] = x[2] * x[0]
    shallow[1][0] = x[0]
    return items[0] * items[1][0] + shallow[0] * x[1]
