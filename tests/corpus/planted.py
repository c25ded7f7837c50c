"""Programs that faults planted in dualad have asked for: each tells one that no other program told."""

import numpy as np

from tests.corpus.base import mat, num, program, vec

# What is known of shapes


@program(args=(vec(3), 1.0), more=[(vec(3), -1.0)], tags="branch broadcast keepdims")
def all_or_the_sum_of_all(a, k):
    y = a if k > 0 else np.sum(a, keepdims=True)
    z = y * a
    return np.sum(z * z)


@program(args=(vec(3), 1.0), more=[(vec(3), -1.0)], tags="branch broadcast keepdims")
def the_sum_of_all_or_squares(a, k):
    if k > 0:
        y = np.sum(a, keepdims=True)
    else:
        y = a * a
    z = y * a
    return np.sum(z * z)


@program(args=(vec(2), num()), tags="stack list broadcast")
def list_and_array_stacked(v, a):
    s = np.stack([[a, 2.0 * a], v])
    w = np.array([a, a * a])
    return np.sum(s * w)


@program(args=(vec(3), mat(1, 3)), more=[(vec(3), mat(2, 3))], tags="stack broadcast")
def stack_of_one(v, m):
    s = np.stack([v])
    t = s * m
    return np.sum(t * t * s)


# What is read before it is changed


class Thrice:
    """Its methods are called as those of arrays are, and change what they are given."""

    def __init__(self, a):
        a[0] = a[0] * 3.0
        self.v = a[1] * a[0]

    def sum(self, a):
        a[0] = a[0] * 3.0
        return a[1]


class ThriceInRows:
    def __init__(self, a):
        a[0, 1] = a[0, 1] * 3.0
        a[0, 0] = a[0, 1] * 2.0
        self.v = a[1, 0]

    def sum(self, a):
        a[0, 1] = a[0, 1] * 3.0
        a[0, 0] = a[0, 1] * 2.0
        return a[1, 1]


@program(args=(vec(3),), tags="augmented item method object")
def method_changes_what_is_added_to(x):
    a = x * 1.0
    thrice = Thrice(a)
    a[0] += thrice.sum(a)
    a[0] += Thrice(a).v
    return np.sum(a * a)


@program(args=(mat(2, 2),), tags="augmented item slice mask method object")
def method_changes_what_keys_of_all_kinds_are_added_to(x):
    a = x * 1.0
    rows = ThriceInRows(a)
    a[0, 1] += rows.sum(a)
    a[0, 0] *= rows.sum(a)
    a[0, :] += rows.sum(a)
    a[0, :] *= ThriceInRows(a).v
    a[[0, 1], 1] += rows.sum(a)
    a[a[0] > -1.0, 1:] += rows.sum(a)
    i = np.array([0])
    a[i, 1:] += rows.sum(a)
    return np.sum(a * a)


@program(args=(vec(2),), tags="augmented item list dict object")
def constructor_changes_items_that_are_added_to(x):
    xs = [x[0], x[1], x[0] * x[1]]
    xs[0] += Thrice(xs).v
    d = {0: x[0], 1: x[1], "a": xs[0]}
    d["a"] += Thrice(d).v
    d[0] *= Thrice(d).v
    return xs[0] * xs[1] * d[0] + d["a"]


@program(args=(mat(2, 2),), tags="augmented list array alias method object")
def array_in_a_list_changed_by_what_is_added(x):
    a = [x * 1.0]
    rows = ThriceInRows(a[0])
    a[0][0, 1] += rows.sum(a[0])
    a[0][0] += rows.sum(a[0])
    r = a[0][0]
    r[0] += rows.sum(a[0])
    r += rows.sum(a[0])
    r *= x[0, 0] if rows.sum(a[0]) < 0 else x[0, 1]
    return np.sum(a[0] * a[0])


# Objects that are asked in passing


class Grows:
    """Everything that it is asked for changes it."""

    def __init__(self, x):
        self.n = 0.0
        self.x = x

    def step(self):
        self.n = self.n + self.x * self.x
        return self.n

    def sum(self):
        return self.step()

    @property
    def next(self):
        return self.step()

    def __lt__(self, other):
        return self.step() < other

    def __getitem__(self, i):
        return self.step()

    def __bool__(self):
        return bool(self.step() < 4.0)

    def __iter__(self):
        return iter([self.step()])

    def __contains__(self, v):
        return bool(self.step() > 4.0)


class Stepper:
    """Its methods change it; it takes no part in expressions."""

    def __init__(self, x):
        self.n = 0.0
        self.x = x

    def sum(self):
        self.n = self.n + self.x * self.x
        return self.n

    def step(self):
        self.n = self.n + self.x * self.x
        return self.n

    def eat(self, xs):
        xs[1] = xs[1] * 2.0
        return [xs[1]]


class Few:
    def __init__(self):
        self.n = 3

    def __bool__(self):
        return self.n > 1


class Many:
    def __init__(self):
        self.items = [1, 2]

    def __len__(self):
        return len(self.items)


@program(args=(num(),), more=[(0.7,)], tags="while object operator item attribute")
def tests_of_loops_change_objects(x):
    c = Grows(x)
    s = 0.0
    while c.next < 5.0:
        s = s + c.n * x
    c.n = x
    while c < 6.0:
        s = s + c.n * x
    c.n = x
    while c[0] < 4.0:
        s = s + c.n
    c.n = x
    while not 3 in c:
        s = s + c.n * x
    c.n = x
    while sum(c) < 4.0:
        s = s + c.n
    c.n = x
    while getattr(c, "next") < 4.0:
        s = s + c.n
    c.n = x
    while c:
        s = s + c.n * x
    return s * c.n


@program(args=(num(),), more=[(0.7,)], tags="while object method continue")
def methods_in_tests_of_loops_change_objects(x):
    c, ds = Stepper(x), [Stepper(x * x)]
    s, i = 0.0, 0
    while c.sum() < 5.0:
        s = s + c.n * x
    while ds[0].step() < 5.0:
        i = i + 1
        if i == 2:
            continue
        s = s + ds[0].n * x
    return s * c.n * ds[0].n


@program(args=(num(),), more=[(0.7,)], tags="if object operator loop branch")
def tests_of_branches_change_objects(x):
    c = Grows(x)
    s = 0.0
    for i in range(4):
        if c < 2.0:
            s = s + c.n * x
        s = s + (x if c.next > 1.0 else c.n)
        assert c[0] > 0
        s = s + (c.next > 1.0 and c.n * 2.0)
        if c:
            s = s * x
        if 3 in c:
            s = s * x
        b = not c
        s = s * (0.5 if b else 1.5)
        s = s + len([1 for q in c if q > 2]) * x
    return s * c.n


@program(args=(num(),), tags="if object truth loop")
def objects_that_are_true_for_a_while(x):
    few, many = Few(), Many()
    s = x
    for i in range(3):
        if few:
            s = s * x
        few.n -= 1
    few.n = 5
    if many:
        s = s * x
    many.items.clear()
    if not many:
        s = s * x
    many.items.append(3)
    s = s * x if many and few else s + x
    many.items.clear()
    few.n = 0
    return s * s


class Rows:
    def __init__(self, a):
        self.a = a

    def thrice(self):
        self.a[0] = self.a[0] * 3.0
        return self.a[1]

    @property
    def v(self):
        return self.thrice()

    def __neg__(self):
        return self.thrice()

    def __radd__(self, other):
        return self.thrice() + other

    def __getitem__(self, i):
        return self.thrice()


@program(args=(vec(3),), tags="augmented item object operator property")
def objects_change_what_they_are_added_to(x):
    a = x * 1.0
    rows = Rows(a)
    a[0] += rows.v
    a[0] += rows[0]
    a[0] += -rows
    a[0] += rows
    a[0] += 1.0 if rows[0] > 100 else x[0]
    a[0] += 0.5 * rows[1]
    return np.sum(a * a)


@program(args=(vec(3),), tags="augmented slice list method object")
def method_changes_the_list_that_it_is_added_to(x):
    steppers = [Stepper(x[0])]
    xs = [x[0], x[1], x[2]]
    xs[1:] += steppers[0].eat(xs)
    return xs[0] * xs[1] * xs[2] * xs[3]


# Lists


@program(args=(vec(4),), tags="list zip enumerate store append reversed")
def pairs_in_lists_that_change(x):
    xs, ys = [x[0], x[1]], [x[1] * x[0], x[2]]
    same = xs
    zs = list(zip(xs, ys))
    zs.append((x[3], x[0]))
    same[0] = x[3] * x[0]
    ps = list(enumerate(xs))
    ps.append((2, x[1]))
    s = 0.0
    for a, b in zs:
        s = s + a * b * b
    for i, a in ps:
        s = s + i * a * a
    zs[0] = ps[1]
    for a, b in reversed(zs):
        s = s + a * b
    return s


@program(args=(vec(3),), tags="list store loop broadcast")
def arrays_stored_over_numbers(v):
    xs = [v[0], v[1]]
    for i in range(2):
        xs[i] = v * v[i]
    s = 0.0
    for i in range(2):
        y = xs[i] * 2.0
        s = s + np.sum(y * v[0]) * v[1]
    return s


@program(args=(vec(3), 1), more=[(vec(3), 0)], tags="list store broadcast")
def array_stored_over_a_constant(v, k):
    xs = [1.0, 2.0]
    xs[k] = v * v
    t = v[0] * v[1]
    y = xs[k] * v[1]
    w = np.sin(xs[k]) + t
    return np.sum(y * v + v * xs[k] * w) * xs[1 - k]
