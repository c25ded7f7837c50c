"""Programs that systems in use get wrong, beyond those that stand with their constructs (see the tags pitfall_NN)."""

import numpy as np

from tests.corpus.base import mat, num, pos, program, spd, vec


class Store:
    def __init__(self, n):
        self.buf = np.zeros(n)


def fill(s, x):
    s.buf[:] = x
    s.buf[0] *= 2.0


def total(s):
    return np.sum(s.buf * s.buf)


def sum_and_double(y, out):
    s = np.sum(y)
    out.append(s * 2.0)
    return s


def keeps(y):
    """A pullback of this must keep a copy of y."""
    return y * y * y


@program(args=(vec(3),), tags="pitfall_10 random")
def random_numbers_inside(x):
    rng = np.random.default_rng(7)
    s = 0.0
    for _ in range(3):
        e = rng.normal(size=3)
        s = s + np.sum(x * e) * rng.random()
    return s * x


@program(args=(vec(3),), tags="pitfall_10 effects")
def effects_are_not_repeated(x):
    log = []
    s = 0.0
    for v in x:
        log.append(len(log))
        s = s + v * v * log[-1]
    return s * len(log)


@program(args=(vec(4), vec(4)), tags="pitfall_30 shuffle")
def permutation_shuffled_after_use(x, c):
    rng = np.random.default_rng(3)
    perm = np.arange(4)
    y = x * c[perm]
    rng.shuffle(perm)
    z = y + x[perm]
    perm[:] = 0
    return y * z


@program(args=(vec(4),), tags="pitfall_30 index-array-changed")
def index_array_changed_after_use(x):
    idx = np.array([2, 0])
    y = x[idx] * x[:2]
    idx[0] = 3
    z = x[idx]
    z[idx - 2] = y if idx[1] < 0 else y[0]
    idx[:] = 1
    return y * z


@program(args=(vec(4),), tags="pitfall_30 mask-changed")
def mask_changed_after_use(x):
    mask = np.array([True, False, True, True])
    y = x * 2.0
    y[mask] = y[mask] * x[0]
    mask[:] = False
    mask[1] = True
    y[mask] += 1.0
    return y * x


@program(args=(vec(4), [0, 1]), tags="pitfall_30 index-list-changed")
def index_list_changed_after_use(x, idx):
    s = x[idx[0]] * x[idx[1]]
    idx[0] = 3
    idx.append(2)
    t = x[idx]
    idx.clear()
    return s * np.sum(t * t)


@program(args=(vec(3),), tags="pitfall_39 object")
def buffer_in_an_object(x):
    s = Store(3)
    fill(s, x)
    a = total(s)
    fill(s, x * x)
    return a * total(s)


@program(args=(vec(3),), tags="pitfall_39 fresh-not-alias")
def sum_is_no_alias(x):
    z = x + 1
    z[0] = 0
    w = x * 1
    w[:] = z
    return z * x + w


@program(args=(vec(3), num()), tags="pitfall_29 callee-keeps")
def callee_result_and_argument_stored(x, k):
    a = x * k
    y = keeps(a)
    a[0] = 0.0
    y[1] = k
    z = keeps(y)
    y *= 2.0
    return a + y * z


@program(args=(vec(3),), tags="pitfall_29 list-argument")
def callee_appends_to_list(x):
    out = []
    a = sum_and_double(x * x, out)
    b = sum_and_double(x, out)
    return a * out[1] + b * out[0]


def pairs(n):
    for i in range(n):
        late = i * 2
        yield i, late


@program(args=(vec(4),), tags="pitfall_38 generator late")
def generator_of_pairs(x):
    s = 0.0
    for i, j in pairs(2):
        s = s + x[i] * x[j]
    return s


@program(args=(spd(2), vec(2)), tags="pitfall_11 solve repeated", complex_ok=True)
def solves_in_a_loop(a, b):
    x = b
    for _ in range(3):
        x = np.linalg.solve(a, x) + np.linalg.inv(a) @ b
    return x


@program(args=(np.array([0.0, 1.5]), np.array([2.0, 3.0])), tags="pitfall_14 power", smooth=False)
def zero_to_a_power(x, y):
    return x**y + x**2 + x**3.0


@program(args=(np.array([0.0, 0.0]), 3), tags="pitfall_14 power integer")
def zero_to_an_integer(x, n):
    return x**n + x**1 + x**0 + x * n


@program(args=(vec(3),), tags="pitfall_15 integer-buffer", smooth=False, reverse="refused", forward="refused")
def float_into_integer_array(x):
    buf = np.zeros(3, dtype=int)
    buf[0] = x[0] * 10.0
    return buf * x


@program(args=(vec(3),), tags="pitfall_15 integer-augmented")
def integer_buffers_stay_integers(x):
    count = np.zeros(3, dtype=int)
    for i in range(3):
        if x[i] > 0:
            count[i] += 1
        count[0] += i
    return x * count + count[1] * x[0] ** 2


@program(args=(mat(2, 3), vec(3)), tags="pitfall_01 pitfall_17 broadcast loop branch")
def broadcast_in_loop_in_branch(a, v):
    s = 0.0
    if a.shape[0] > 1:
        for row in a:
            for k in range(3):
                if row[k] > v[k]:
                    s = s + row * v[k]
                else:
                    v = v * 0.9 + row[k]
    return s * v


@program(args=(vec(3), num()), tags="pitfall_16 rebinding types")
def name_of_many_types(x, k):
    y = None
    if k > 0:
        y = [x, k]
    z = y
    y = z[0] * z[1]
    z = "text"
    if z:
        z = y * y
    y = (z, y)
    y, z = y
    return y * z


@program(args=(num(), 3), more=[(num(), 0)], tags="pitfall_16 no-rounds carried")
def loop_that_may_not_run(x, n):
    y = x
    z = x * x
    for i in range(n):
        z = y * z
        y = z + i
    while n > 1:
        y = y * 0.5
        n = n - 1
    return y * z


@program(args=(num(), num()), tags="pitfall_20 equality", smooth=False)
def branch_on_equality(x, c):
    if x == c:
        return c * 3.0
    return x * x


@program(args=(vec(4),), tags="pitfall_12 unused elements")
def only_some_elements(x):
    y = x[1:3]
    a, b = y
    return a * 2.0


@program(args=({"used": num(), "unused": vec(2), "n": 3}, [vec(2), num()]), tags="pitfall_12 unused tree")
def only_some_leaves(p, q):
    return p["used"] * q[1]


@program(args=(pos(3), pos(3)), tags="pitfall_13 strong-zero branch-values")
def guarded_division(x, y):
    safe = np.where(y > 0.1, y, 1.0)
    return np.where(y > 0.1, x / safe, 0.0) * np.where(x > 0, np.sqrt(np.maximum(x, 1e-9)), 0.0)


@program(args=(vec(3), vec(3)), tags="pitfall_37 augmented sum-of-two")
def contributions_then_augmented(x, y):
    z = x + y
    w = z - x
    z += w
    w += z
    v = z + w
    v *= 2.0
    return v + w * z
