"""Objects that change in place what they hold where an operator, an item, a property or a builtin asks them."""

import types

import numpy as np

from tests.corpus.base import num, program, vec


class Decaying:
    """Halves its array whenever it is looked at."""

    def __init__(self, a):
        self.a = a

    @property
    def half(self):
        self.a *= 0.5
        return self.a

    def __getitem__(self, i):
        self.a[i] *= 2.0
        return self.a[i]

    def __add__(self, other):
        self.a += other
        return self

    def __radd__(self, other):
        self.a += other
        return other

    def __neg__(self):
        self.a *= -1.0
        return self

    def __matmul__(self, other):
        other *= 2.0
        return other.sum()

    def __getattr__(self, name):
        if name == "twice":
            self.a *= 2.0
            return self.a
        raise AttributeError(name)

    def __len__(self):
        self.a *= 2.0
        return 3

    def __contains__(self, value):
        self.a *= 2.0
        return value > 2

    def __float__(self):
        self.a *= 2.0
        return 3.0


class Truth:
    """Changes its array where it is asked whether it is true, equal or less."""

    def __init__(self, a):
        self.a = a

    def __bool__(self):
        self.a *= 2.0
        return True


@program(args=(vec(3),), tags="object property aug-array alias")
def property_that_halves(x):
    y = x * 2
    z = y * y
    p = Decaying(y)
    h = p.half
    return np.sum(z * h * p.a * y)


@program(args=(vec(3),), tags="object item aug-array alias loop")
def item_that_doubles(x):
    y = x * 2
    z = y * y
    p = Decaying(y)
    total = 0.0
    for i in range(3):
        total = total + p[i] * np.sum(z * y)
    return total


@program(args=(vec(3),), tags="object operator aug-array alias")
def sums_that_add_in_place(x):
    y = x * 2
    z = y * y
    p = Decaying(y)
    p = p + x
    t = 3.0 + p
    return np.sum(z * p.a * y) * t


@program(args=(vec(3),), tags="object operator aug-array alias")
def sign_in_place(x):
    y = x * 2
    z = y * y
    p = -Decaying(y)
    return np.sum(z * p.a * y)


@program(args=(vec(3),), tags="object operator aug-array alias")
def product_that_changes_the_other(x):
    y = x * 2
    z = y * y
    s = Decaying(x * 1.0) @ y
    return np.sum(z * y) * s


@program(args=(vec(3),), tags="object getattr aug-array alias branch")
def missing_attribute_that_doubles(x):
    y = x * 2
    z = y * y
    p = Decaying(y)
    if x[0] < 100.0:
        z = z * p.twice
    return np.sum(z * p.a * y)


@program(args=(vec(3),), tags="object builtin aug-array alias branch loop")
def lengths_that_double(x):
    y = x * 2
    z = y * y
    p = Decaying(y)
    n = len(p) + float(p)
    for k in range(2):
        if 3 in p:
            z = z * y * (k + 1)
    return np.sum(z * p.a * y) * n


@program(args=(vec(3),), tags="object truth aug-array alias branch while")
def truth_that_doubles(x):
    y = x * 2
    z = y * y
    p = Truth(y)
    k = 0
    while p and k < 2:
        if p:
            z = z + y * y
        k += 1
    return np.sum(z * p.a * y)


def _met(objects, z):
    total = 0.0
    while objects:
        p = objects.pop()
        w = z * z
        total = total + np.sum(p.half * w * z)
    return total


@program(args=(vec(3),), tags="object property list callee pop")
def met_in_a_callee(x):
    y = x * 2
    return _met([Decaying(y), Decaying(y)], y)


def _kept(holder, y):
    z = y * y
    h = holder.p.half
    return np.sum(z * h * y) + holder.p[1]


@program(args=(vec(3), num()), tags="object property namespace callee")
def met_in_a_namespace(x, k):
    y = x * k
    holder = types.SimpleNamespace(p=Decaying(y))
    holder.q = 1
    chosen = [_kept][0]
    return chosen(holder, y)


class Shown:
    """Changes its array where Python shows it."""

    def __init__(self, a):
        self.a = a

    def __str__(self):
        self.a *= 2.0
        return "shown"


@program(args=(vec(3),), tags="object string aug-array", reverse="refused")
def shown_in_a_string(x):
    y = x * 2
    z = y * y
    text = f"{Shown(y)}"
    return np.sum(y * z) * len(text)


def _halved(a):
    a *= 0.5
    return a.sum()


@program(args=(vec(3),), tags="key callee aug-array lambda", reverse="refused")
def key_that_changes(x):
    y = x * 2
    z = y * y
    first = sorted([2, 1], key=lambda k: _halved(y) * k)
    return np.sum(z * y) * first[0]


@program(args=(vec(3),), tags="apply callee aug-array", reverse="refused")
def applied_along(x):
    y = x * 2
    z = y * y
    s = np.apply_along_axis(_halved, 0, y)
    return np.sum(z * y) * s


class Grid:
    """Makes new arrays by stores into what it made: nothing of anybody's is changed."""

    def __init__(self, a):
        self.a = a

    def __add__(self, other):
        out = np.empty_like(self.a)
        for i in range(len(out)):
            out[i] = self.a[i] + other.a[i] ** 2
        return Grid(out)

    def __lt__(self, other):
        n = 0
        for v in self.a:
            n += v > 1.0
        return n < len(other.a)

    def __eq__(self, other):
        return bool(np.allclose(self.a, other.a))

    def __hash__(self):
        return 7


@program(args=(vec(3),), tags="object operator new-array")
def grids(x):
    g = Grid(x) + Grid(x * 2)
    if g < Grid(x) or g == Grid(x):
        g = g + g
    return np.sum(g.a * x)


# Objects that hold nothing active, and change what active values meet


class Constant(Decaying):
    """Changes its array, which has no derivative, whatever it is asked for."""

    def __iter__(self):
        for i in range(len(self.a)):
            self.a[i] += 1.0
            yield 1.0

    def __array_ufunc__(self, ufunc, method, *args, **kwargs):
        self.a *= 0.5
        return 2.0


class Holder:
    def __init__(self, a):
        self.box = Constant(a)

    def made(self):
        return self.box


@program(args=(num(0.9),), tags="object property attribute inactive")
def constant_property(x):
    a = np.array([0.2, 0.3, -1.0])
    box = [a, x * a]
    o = Constant(a)
    y = np.sum(a * x)
    o.half
    return box[0][1] * box[1][0] + y


@program(args=(num(0.9),), tags="object operator attribute inactive loop branch")
def constant_operators(x):
    a = np.array([0.2, 0.3, -1.0])
    o = Constant(a)
    y = np.sum(a * x)
    for i in range(3):
        if i != 1:
            o + 1.0
            np.sin(o)
            o[i]
        y = y * a[i] + x
    return y + np.sum(a) * x


@program(args=(num(0.9),), tags="object operator inactive")
def constant_items_of_either_branch(x):
    a = np.array([0.2, 0.3, -1.0])
    o = Constant(a)
    y = np.sum(a * x)
    t = o[0] if a[1] > 5 else o[1]
    return y + x * a[1] * x


@program(args=(num(0.9),), tags="object iter unpacking inactive")
def constant_unpacked(x):
    a = np.array([0.2, 0.3, -1.0])
    o = Constant(a)
    y = np.sum(a * x)
    p, q, r = o
    for _ in o:
        pass
    return y + x * a[1] * x


@program(args=(num(0.9),), tags="object attribute inactive")
def constant_inside_another(x):
    a = np.array([0.2, 0.3, -1.0])
    h = Holder(a)
    y = np.sum(a * x)
    h.box[1]
    h.made()[0]
    return y + x * a[1] * x + a[0] * x


class ByName:
    """Whose methods of all objects are called by their names."""

    def __init__(self, v):
        self.v = v
        self.w = [v, 2.0]

    def scaled(self):
        for name in ("v", "w"):
            if self.__getattribute__(name) is not None:
                self.__setattr__(name, np.copy(self.__getattribute__(name)[0]) * 2.0)
        return self.v * self.__getattribute__("w").sum()


@program(args=(vec(2), num()), tags="object getattribute setattr loop branch")
def attributes_by_methods_of_all_objects(x, s):
    total = 0.0
    for _ in range(2):
        if s > -1e9:
            held = ByName(x * s)
            total = total + held.__getattribute__("v").sum() * held.scaled()
    object.__setattr__(held, "w", x.copy())
    held.w[0] = x[1] * object.__getattribute__(held, "v")
    return total + held.w.sum() * held.v
