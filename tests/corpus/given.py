"""Functions that give what globals, captured variables and classes hold, which is stored into; state of all kinds."""

import contextlib
import itertools

import numpy as np

from tests.corpus.base import num, program, vec


class Plain:
    pass


STATE = Plain()
STATE.v = 0.0
BUFFER = np.zeros(3)
NUMBERS = [0.0, 1.0]
REGISTRY = {"object": Plain(), "array": np.zeros(2), "list": [0.0]}
SCALE = 1.0
MEMO = {}
HOOKS = []


def state():
    return STATE


def relayed():
    found = state()
    return found


def buffer():
    return BUFFER


def rest_of_buffer():
    return BUFFER[1:]


def numbers():
    return NUMBERS


def both():
    return STATE, BUFFER


def registered(key):
    return REGISTRY[key]


def closures():
    held, array = Plain(), np.zeros(2)
    held.v = 1.0
    return (lambda: held), (lambda: array)


held_object, held_array = closures()


class Manager:
    one = None
    items = {}

    @classmethod
    def get(cls):
        if cls.one is None:
            cls.one = Plain()
        return cls.one

    @staticmethod
    def buffer():
        return BUFFER

    def item(self, key):
        return Manager.items.setdefault(key, Plain())

    def __call__(self):
        return STATE


class Single:
    one = None

    def __new__(cls):
        if cls.one is None:
            cls.one = super().__new__(cls)
        return cls.one


manager = Manager()


class Filter:
    def __init__(self):
        self.state = np.zeros(2)
        self.n = 0

    def __call__(self, v):
        self.state = self.state * 0.9
        self.state[self.n % 2] += v
        self.n += 1
        return self.state.sum() * v


class Grid:
    cells = np.zeros(3)

    def step(self, v):
        self.cells[:] = self.cells * 0.5 + v

    def own(self):
        self.cells = self.cells.copy()


@contextlib.contextmanager
def scaled(v):
    global SCALE
    before, SCALE = SCALE, v
    try:
        yield v
    finally:
        SCALE = before


def by_scale(v):
    return v * SCALE


def remembered(n):
    if n not in MEMO:
        MEMO[n] = SCALE if n == 0 else remembered(n - 1) * SCALE + n
    return MEMO[n]


def running(xs):
    global SCALE
    for v in xs:
        SCALE = SCALE * v
        yield SCALE + v


def hook(fn):
    HOOKS.append(fn)
    return fn


@program(args=(vec(3),), tags="given global object attribute", complex_ok=True)
def object_that_a_function_gives(x):
    state().v = x[0] * x[1]
    relayed().v *= x[2]
    return state().v * STATE.v


@program(args=(vec(3),), tags="given global array view store")
def arrays_that_functions_give(x):
    buffer()[:] = 0.0
    buffer()[1] = x[0] * x[1]
    rest_of_buffer()[1:] += x[2] * x[0]
    return np.sum(buffer() * x) + BUFFER.sum()


@program(args=(vec(3),), tags="given list tuple dict", complex_ok=True)
def containers_that_functions_give(x):
    numbers()[0] = x[0] * x[1]
    first, second = both()
    first.v = numbers()[0] * x[2]
    registered("object").v = STATE.v
    registered("list")[0] = x[2]
    return NUMBERS[0] * registered("object").v * registered("list")[0] + len(second)


@program(args=(vec(3),), tags="given classmethod staticmethod method call new", complex_ok=True)
def objects_that_methods_give(x):
    Manager.get().v = x[0] * x[1]
    manager.item("a").v = x[2]
    manager().v = x[0]
    Single().v = x[1]
    return Manager.get().v * manager.item("a").v * STATE.v * Single().v


@program(args=(vec(3),), tags="given method array closure conditional")
def arrays_that_methods_give(x):
    Manager.buffer()[0] = x[0] * x[1]
    held_object().v = x[0]
    held_array()[0] = x[2]

    def pick(i):
        return BUFFER if i else np.zeros(3)

    pick(1)[1:] = x[1:] * x[0]
    pick(0)[:] = x
    return np.sum(BUFFER * x) + held_object().v * held_array()[0]


@program(args=(vec(3),), tags="given function parameter list")
def objects_that_given_functions_give(x):
    return by_parameter(x, state, buffer) * BUFFER[0]


def by_parameter(x, first, second):
    first().v = x[0]
    second()[0] = x[1]
    for fn in [state, held_object]:
        fn().v *= x[2]
    return first().v * second()[0]


@program(args=(vec(4),), tags="object array attribute method state second-order")
def filter_with_a_state(x):
    f = Filter()
    return sum(f(v) for v in x) * f.state[0] + sum(map(f, x[:2])) + f.n


@program(args=(vec(3),), tags="object array attribute methods second-order")
def methods_of_arrays_in_objects(x):
    o = Plain()
    o.a = np.zeros((2, 3))
    o.a[0] = x * x[1]
    o.a[1] += x
    o.r = o.a.reshape(3, 2)
    o.r[0] *= 2.0
    s = o.a.sum() * o.a.mean() + o.a.ravel().dot(o.r.flatten()) + o.a.T.copy()[0, 1] * o.a.max()
    return s + o.a.cumsum()[2] * o.a.take([1, 3]).prod() + o.a.real.std()


def cleared():
    Grid.cells[:] = 0.0
    return Grid()


@program(args=(vec(3),), tags="class array alias store")
def array_of_a_class_read_through_its_object(x):
    cleared()
    u = Grid().cells
    Grid.cells[:] = x
    y = u * x
    Grid.cells[:] = 2.0 * x
    return np.sum(y * u)


@program(args=(vec(3),), tags="class array alias store loop branch")
def array_of_a_class_read_through_objects_in_a_loop(x):
    cleared()
    total = 0.0
    for k in range(3):
        a, b = Grid(), Grid()
        if k != 1:
            u = a.cells
            b.step(x * (k + 1.0))
            y = np.sin(u) * x
            type(b).cells[k] = y[0]
            total = total + np.sum(y * u * a.cells)
    return total


@program(args=(vec(3),), tags="class array bound method alias store")
def array_of_a_class_changed_by_a_method_that_is_kept(x):
    o = cleared()
    step = o.step
    step(x)
    u = type(o).cells
    y = u * u
    step(y)
    return np.sum(y * u * o.__class__.cells)


@program(args=(vec(3),), tags="class array method alias")
def array_of_a_class(x):
    Grid.cells[:] = 0.0
    a, b = Grid(), Grid()
    a.step(x)
    b.step(x * x)
    c = np.sum(a.cells * x)
    a.own()
    a.step(x)
    return c + np.sum(Grid.cells * b.cells) + np.sum(a.cells)


@program(args=(vec(3),), tags="global contextmanager with", complex_ok=True)
def global_for_a_while(x):
    s = by_scale(x[0])
    with scaled(x[1]):
        s += by_scale(x[0])
        with scaled(x[2]) as k:
            s += by_scale(x[1]) * k
        s += by_scale(x[2])
    return s + by_scale(x[1]) * SCALE


@program(args=(num(),), tags="global memo dict recursion", complex_ok=True)
def memo_of_a_global(x):
    global SCALE
    MEMO.clear()
    before, SCALE = SCALE, x
    result = remembered(4) * remembered(2)
    SCALE = before
    return result


@program(args=(vec(3),), tags="global generator loop list", complex_ok=True)
def generator_that_binds_a_global(x):
    global SCALE
    SCALE = 1.0
    s = 0.0
    for v in running(x):
        s += v * SCALE
    result = sum(list(running(x))) * by_scale(s)
    SCALE = 1.0
    return result


@program(args=(vec(3),), tags="global list hook nonlocal decorator", complex_ok=True)
def hooks_in_a_global_list(x):
    HOOKS.clear()
    total = 0.0

    @hook
    def adding(v):
        nonlocal total
        total += v * x[0]

    @hook
    def multiplying(v):
        nonlocal total
        total *= v

    for v in x:
        for h in HOOKS:
            h(v)
    HOOKS.clear()
    return total


@program(args=(vec(3), vec(4)), tags="zip kept lists product", complex_ok=True)
def lists_in_iterators_that_are_kept(x, y):
    pools = [list(x), list(y)]
    s = 1.0
    pairs = enumerate(reversed(pools))
    for i, p in pairs:
        p[i] = p[i] * s
        s = s + p[0] * p[1]
    return s * sum(a * b * b for a, b in itertools.product(*pools))
