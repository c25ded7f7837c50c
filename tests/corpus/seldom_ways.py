"""Ways that hardly any program goes: each tells a fault from none that no other program told."""

import numpy as np

from tests.corpus.base import mat, num, program, vec

TABLE = {"scale": 1.5}
TABLE["itself"] = TABLE


@program(args=(vec(4),), tags="select comprehension list")
def selected_by_lists_that_are_computed(x):
    low = np.select([x > t for t in (0.2, -0.4)], [x * k for k in (3.0, 2.0)], 0.5)
    return np.sum(low * x)


@program(args=(num(), num()), tags="dict view pop sum", complex_ok=True)
def sum_of_values_from_one_that_is_taken_out(x, y):
    d = {"a": x * y, "b": x, "c": y}
    return sum(d.values(), d.pop("a")) * x


@program(args=(num(), num()), tags="recursion default", complex_ok=True)
def recursion_that_leaves_a_default_out(x, y):
    def power(v, n, factor=0.7):
        if n == 0:
            return v
        if n % 2:
            return power(v * y, n - 1, factor * 1.1)
        return factor * power(v * v, n - 1)

    return power(x, 4) + power(y, 3, 2.0)


@program(args=(vec(3), num(), mat(2, 2)), tags="meshgrid", complex_ok=True)
def grids_of_a_number_and_of_a_matrix(x, k, m):
    across, down = np.meshgrid(x, k)
    flat, rows = np.meshgrid(m, x)
    return np.sum(across * down) + np.sum(flat * rows**2)


@program(args=(num(), num()), tags="dict pop setdefault default", complex_ok=True)
def defaults_of_constant_dicts(x, y):
    d = {"a": 2.0}
    got = d.pop("b", x) * d.get("c", y)
    other = {"a": 3.0}
    put = other.setdefault("z", x * y)
    return got * put + other["z"] ** 2 + d.pop("a", y) * x


@program(args=(vec(4), vec(1)), tags="reshape broadcast", complex_ok=True)
def lengths_that_are_found_of_two_arrays(x, y):
    return np.sum(x.reshape(-1) * y.reshape(-1)) + np.sum(np.reshape(y, -1) * np.reshape(x * x, -1))


@program(args=(vec(3), num()), tags="branch dtype shape")
def arrays_of_two_kinds_by_branch(x, k):
    total = 0.0
    for flag in (True, False):
        if flag:
            a = np.arange(3) * 2
        else:
            a = x * 2.0
        b = a * 0.5
        c = b * x
        if flag:
            d = x[:1] * 2.0
        else:
            d = x * k
        e = d * 3.0
        g = e * x
        total = total + np.sum(c * c) + np.sum(g * g)
    return total


@program(args=(num(),), tags="dict global cycle", complex_ok=True)
def factor_in_a_dict_that_holds_itself(x):
    return x * TABLE["scale"] + x * x * TABLE["itself"]["scale"]


@program(args=(vec(3), mat(2, 3)), tags="trapezoid broadcast", complex_ok=True)
def areas_over_several_grids(y, x):
    areas = np.trapezoid(y, x, 1.0)
    more = np.trapezoid(y, x=x, dx=2.0, axis=-1)
    return np.sum(areas * areas) + areas[0] * more[1]


@program(args=(mat(2, 2), ((1, 0), (0, 2))), tags="pad computed callable axes")
def padded_by_one_of_several(a, widths):
    fns = {"pad": np.pad, "roll": np.roll}
    total = 0.0
    for name in fns:
        if name == "pad":
            total = total + np.sum(fns[name](a, widths) ** 2)
        else:
            total = total + np.sum(fns[name](a, (1, 1), (0, 1)) * a)
    return total


class Scaled:
    """Stores what it is given times what its object says."""

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, owner=None):
        return getattr(obj, self.name)

    def __set__(self, obj, value):
        setattr(obj, self.name, value * obj.factor)


class Tank:
    level = Scaled()

    def __init__(self, factor):
        self.factor = factor


def _filled(tank, by):
    tank.level = by
    return tank.level


@program(args=(num(), num()), tags="descriptor store active object", complex_ok=True)
def stored_times_what_the_object_holds(x, y):
    first = Tank(y)
    first.level = x
    second = Tank(x * y)
    fns = {"fill": _filled}
    third = Tank(x)
    third.level = 2.0
    return first.level * fns["fill"](second, y) + second.level + third.level


@program(args=(num(), num()), tags="dict items starred", complex_ok=True)
def items_of_a_dict_with_a_star(x, y):
    d = {"a": x, "b": y * x}
    total = 0.0
    for _, *rest in d.items():
        total = total + rest[0] ** 2 * len(rest)
    for *keys, value in d.items():
        total = total + value * len(keys)
    return total


@program(args=(num(), num()), tags="dict items pair same", complex_ok=True)
def items_of_a_dict_under_one_name(x, y):
    d = {1.0: x, 2.0: y * x}
    total = 0.0
    for v, v in d.items():
        total = total + v * v
    return total


def _by(name, buffer):
    def doubling(i):
        buffer[i] = buffer[i] * 2.0
        return i

    def halving(i):
        buffer[i] = buffer[i] * 0.5
        return -i

    return {"d": doubling, "h": halving}[name]


@program(args=(vec(3),), tags="callback key store factory", reverse="refused")
def keys_that_store_by_a_factory(x):
    buffer = x * 1.0
    total = 0.0
    for name in ["d", "h", "d"]:
        key = _by(name, buffer)
        order = sorted([0, 1, 2], key=key)
        total = total + np.sum(buffer**2) * (1.0 + order[0])
    return total


SHARED = np.ones(3)


class Borrower:
    """Takes what everybody shares when it is added to something."""

    def __init__(self):
        self.part = np.zeros(3)

    def __add__(self, other):
        self.part = SHARED
        return other * 2.0


def _add(a, b):
    return a + b


@program(args=(vec(3), num()), tags="operator object global store alias")
def operator_that_takes_what_is_shared(x, k):
    a = Borrower()
    adders = {"add": _add}
    got = adders["add"](a, k)
    a.part[0] = x[0] * got
    out = np.sum(SHARED * x)
    a.part[0] = 1.0
    return out


@program(args=(num(), num()), tags="closure class inside captured")
def one_way_with_two_kinds_of_objects(x, y):
    class Inner:
        def __init__(self, v):
            self.v = v

        def of(self, t):
            return t * t * self.v

    def made(o):
        return lambda t: o.of(t) + o.v

    total = 0.0
    for o in (Plain(y), Inner(x), Plain(x), Inner(y)):
        total = total + made(o)(x)
    return total


class Plain:
    def __init__(self, v):
        self.v = v

    def of(self, t):
        return t * self.v


@program(args=(vec(3), num()), tags="select tuple computed list")
def selected_by_what_is_found_as_it_runs(x, k):
    total = 0.0
    table = {"two": [x * k, x + k], "others": [x * x, k * x]}
    tests = {"two": [x > 0.3, x > -0.3], "others": [x > 0.1, x > -5.0]}
    for name in table:
        total = total + np.sum(np.select(tests[name], table[name], k) * x)
    return total + np.sum(np.select((x > 0.3, x > -0.5), (x * k, x), k) * x)


@program(args=(num(), num()), tags="dict pop default length", complex_ok=True)
def defaults_of_constant_dicts_that_shrink(x, y):
    d = {"a": 2.0, "b": 3.0, "c": 4.0}
    first = d.pop("a", x)
    second = d.pop("z", y)
    return first * x + second * y * len(d) + d.get("a", x * y)


@program(args=(vec(3),), tags="asarray alias reuse", complex_ok=True)
def names_kept_by_functions_that_give_the_same(x):
    a = x * 2.0
    kept = np.asarray(a)
    b = a + 1.0
    c = x * 3.0
    view = np.squeeze(c)
    d = c * x
    e = np.exp(x)
    held = [e]
    f = e * 5.0
    g = x * x
    rows = np.expand_dims(g, 0)
    h = g - 2.0
    u = x + x
    seen = u.view()
    w = u * 7.0
    return np.sum(b * kept) + np.sum(d * view) + np.sum(f * held[0]) + np.sum(h * rows) + np.sum(w * seen)


@program(args=(vec(3),), tags="asarray alias view reuse")
def views_kept_by_functions_that_give_the_same(x):
    a = x * 2.0
    b = np.asarray(a).T
    c = b + 1.0
    d = np.atleast_1d(x).real
    e = d * 3.0
    f = np.ravel(x * x)
    g = np.squeeze(f).T
    h = g * 5.0
    return np.sum(c * a) + np.sum(e * d) + np.sum(h * f)


@program(args=(num(), num()), tags="isinstance tuple classes branch")
def asked_for_several_classes(x, y):
    total = 0.0
    for v in (x, Plain(y), [x, y]):
        if isinstance(v, (Plain, float)):
            total = total + (v.v if isinstance(v, Plain) else v * v)
        if isinstance(v, (Plain, list)):
            total = total + (v.v * x if isinstance(v, (Plain, Borrower)) else v[1])
    if isinstance(x, (Plain, float)):
        total = total * x
    if isinstance(y, (float, Plain)):
        total = total * y
    return total


class Several:
    """Gives its items by an `__iter__` of its own."""

    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        yield from self.items


@program(args=(num(), num()), tags="extend iter own active list", complex_ok=True)
def filled_by_what_gives_its_items(x, y):
    out = [x * y]
    out.extend(Several(x, y * y))
    other = []
    other.extend(Several(y, x * x))
    out[0:1] = Several(y, x)
    return out[0] * out[1] + out[2] * x + out[3] * y + other[0] * other[1]


@program(args=(num(), num()), tags="dict merge constant", complex_ok=True)
def merged_with_what_is_constant(x, y):
    left = {"a": x, "b": y}
    merged = left | {"b": 2.0, "c": 3.0}
    other = {"a": 4.0, "d": 1.0} | left
    ways = {"m": lambda p, q: p | q}
    third = ways["m"](left, {"a": x * y})
    return merged["a"] * merged["b"] * merged["c"] + other["a"] * other["b"] + third["a"] * third["b"]


@program(args=(num(), num()), tags="iter dict view", complex_ok=True)
def iterators_of_views(x, y):
    d = {"a": x, "b": y * x}
    it = iter(d.values())
    first = next(it)
    pairs = iter(d.items())
    key, value = next(pairs)
    keys = iter(d.keys())
    name = next(keys)
    rest = [v * x for v in it]
    return first * value * d[name] + rest[0] + len(key)


@program(args=(num(), num()), tags="object item store class getitem")
def items_by_a_class_that_stores_elsewhere(x, y):
    class Slots:
        def __init__(self):
            self.inner = {}

        def __getitem__(self, key):
            return self.inner[key] * 2.0

        def __setitem__(self, key, value):
            self.inner[key] = value

    s = Slots()
    s["a"] = x
    s["a"] += y
    s["b"] = s["a"] * y
    return s["b"] * x


@program(args=(num(),), tags="bound method number complex", reverse="refused")
def bound_methods_of_numbers(x):
    z = complex(x, 2.0)
    turned = z.conjugate
    made = {"t": turned}
    return (made["t"]() * z * 1j).imag + turned().real * x


@program(args=(num(),), tags="bound method numpy number", reverse="refused")
def bound_methods_of_numpys_numbers(x):
    z = np.float64(x) * 2.0
    ways = {"c": z.conj, "s": z.sum, "i": z.item}
    return ways["c"]() * x + ways["s"]() * 3.0 + ways["i"]() * x


@program(args=([[3.0, 1.0], [4.0]], num()), tags="list nested given helper store alias", complex_ok=True)
def given_rows_that_a_function_joins(rows, x):
    grown = [[x]]

    def joined(a, b):
        return [a, b]

    both = joined(rows[0], grown[0])
    both[1].append(x * x)
    both[0] = both[1]
    both[0][0] = x * 5.0
    return grown[0][0] * grown[0][1] + rows[0][0] * x + rows[1][0]


@program(args=(mat(3, 3), num()), tags="store matrix of one row leading axes", complex_ok=True)
def matrices_of_one_row_stored_as_rows(m, k):
    a = m * k
    a[:, 2] = a[1:2].copy()
    a[0] = m[2:]
    column = a[:, 0]
    column[...] = m[1][None, None]
    a[1:2, :2] = a[2:, 1:]
    flat = a.reshape(-1)
    flat[:3] = a[2:]
    return np.sum(a * m)


@program(args=(vec(5), num()), tags="sliding_window_view gather overlap", complex_ok=True)
def gathered_from_windows(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x * k, 3)
    some = windows[[0, 1, 1]]
    marked = windows[np.array([True, False, True])]
    total = 0.0
    for places in ([0, 2], [1, 1]):
        total = total + np.sum(windows[places] ** 2)
    return np.sum(some * marked[0]) + np.sum(marked**2) + total + windows[[2], [1]][0]


class Telling:
    """Says itself what it has, whoever asks."""

    def __init__(self, v):
        self.v = v

    def __getattribute__(self, name):
        found = object.__getattribute__(self, name)
        return found * 2.0 if name == "v" else found

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 3.0)


@program(args=(num(), num()), tags="object getattribute setattr by name", reverse="refused")
def attributes_by_methods_of_their_class(x, y):
    o = Telling(x)
    ways = {"get": lambda t: t.__getattribute__("v"), "plain": lambda t: t.v}
    o.__setattr__("v", x * y)
    return o.__getattribute__("v") * y + ways["get"](o) * x + ways["plain"](o)


@program(args=(mat(2, 3), vec(3)), tags="cumulative_sum cumulative_prod axis", complex_ok=True)
def sums_so_far_by_their_new_names(m, x):
    if not hasattr(np, "cumulative_sum"):
        return np.sum(m) * x[0]
    rows = np.cumulative_sum(m, axis=1)
    more = np.cumulative_prod(x)
    whole = np.cumulative_sum(x, include_initial=True)
    return np.sum(rows * more) + np.sum(whole**2) + np.sum(np.cumulative_sum(m * x, axis=0) ** 2)


@program(args=(vec(3), num()), tags="resize inner function shape constant", reverse="refused")
def resized_inside_a_function(x, k):
    b = np.ones(3)

    def grow():
        b.resize(6, refcheck=False)

    first = np.sum(b * x)
    grow()
    second = b * np.concatenate([x, x * k])
    return first + np.sum(second * second) + np.sum(b * k)


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *found):
        return False


def _by_manager(v):
    with Quiet():
        return v * v


def _by_a_manager_of_python(v):
    with memoryview(b"abc") as m:
        return -v * len(m)


@program(args=(vec(4),), tags="key manager callback", smooth=False)
def ranked_by_functions_with_managers(x):
    low = min(x, key=_by_manager)
    high = max(x, key=_by_a_manager_of_python)
    return low * high + sorted(x, key=_by_manager)[1] ** 2


@program(args=(vec(3),), tags="store leading axes outer gather known")
def known_matrices_of_one_row_stored_as_rows(a):
    m = np.outer(0.5, a)
    v = np.zeros((3, 3))
    v[0, [0, 1, 2]] = m
    v[1] = m * a
    v[2, 1:] = m[:, :2]
    w = np.zeros(3)
    w[[0, 1, 2]] = m
    w[1:] = w[1:] * m[0, :2]
    m[0, [2, 1, 0]] = m
    return np.sum(v * v) + np.sum(w * m * a)


@program(args=(mat(2, 3),), tags="store leading axes broadcast loop branch")
def matrices_of_one_number_stored_as_rows(m):
    v = np.zeros((4, 3))
    v[0] = m[:1, :1]
    v[1, 1:] = m[None, :1, 1:]
    v[2, [0, 2]] = m[None, :1, 1:]
    for i in range(2):
        if i < 5:
            v[3, i:] = m[i : i + 1, :1] * m[0, 1]
    np.copyto(v[1], m[:1, :1], where=np.array([True, False, True]))
    return np.sum(v * v) + np.sum(v[:2] * m)


@program(args=(num(), num()), tags="tuple assignment one name twice", complex_ok=True)
def one_name_twice_in_an_assignment(x, y):
    a, a = x * 2.0, y * 3.0
    b, c, b = a * x, a + y, a * a
    for d, d in ((x * y, y), (y, x * 2.0)):
        c = c * d
    return a * b + c


class Heavy:
    def __init__(self, v):
        self.v = v

    def weight(self):
        return self.v * 3.0


def _heavy(v):
    return Heavy(v * v)


def _plain(v):
    return Plain(v)


@program(args=(num(), num()), tags="object two classes computed callable branch")
def of_a_known_class_or_of_what_a_table_gives(x, y):
    makers = {"heavy": _heavy, "plain": _plain}
    total = 0.0
    for name in ("heavy", "plain", "heavy"):
        o = Plain(x) if name == "plain" else makers[name](y)
        total = total + (o.weight() if isinstance(o, Heavy) else o.of(y))
        p = Plain(y)
        if total > 0.0:
            p = makers[name](x)
        total = total + p.v * x
    return total
