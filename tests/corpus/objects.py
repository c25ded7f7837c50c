"""Objects of classes as people write them: operators, items, attributes, iteration, inheritance, dataclasses."""

import abc
import dataclasses
import functools
import math
import operator
from dataclasses import InitVar, dataclass, field

import numpy as np

from tests.corpus.base import built, mat, num, program, vec


class Vec3:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, o):
        return Vec3(self.x + o.x, self.y + o.y, self.z + o.z)

    def __mul__(self, k):
        return Vec3(self.x * k, self.y * k, self.z * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vec3(-self.x, -self.y, -self.z)

    def __matmul__(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def __iter__(self):
        yield self.x
        yield self.y
        yield self.z

    def __getitem__(self, i):
        return (self.x, self.y, self.z)[i]


@program(args=(num(), num(), num(), 3), tags="object operators slots iter getitem loop")
def orbit_of_vectors(a, b, c, n):
    q, v = Vec3(a, b, c), Vec3(0.1, b * 0.3, -c)
    for _ in range(n):
        r = math.sqrt(q @ q)
        v = v + (-q) * (0.1 / r**3)
        q = q + 0.1 * v
    s = 0.0
    for w in q:
        s += w * w
    x, *rest = q
    return s + 3 * q[1] + v @ q + x * sum(rest) + max(q)


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def __setitem__(self, ij, v):
        i, j = ij
        self.rows[i][j] = v

    def __matmul__(self, o):
        out = Matrix([[0.0, 0.0], [0.0, 0.0]])
        for i in range(2):
            for j in range(2):
                for k in range(2):
                    out[i, j] += self[i, k] * o[k, j]
        return out


@program(args=(mat(2, 2),), tags="object operators getitem setitem augmented nested", complex_ok=True)
def matrix_with_items_of_its_own(a):
    m = Matrix(a)
    q = m @ m @ m
    if q[0, 0] != 100.0:
        for i in range(2):
            q[i, 0] = q[i, 0] * q[0, 1]
    return (q[0, 0] + q[1, 1]) * q[0, 1]


class Grid:
    def __init__(self, n):
        self.a = np.zeros((n, n))

    def __setitem__(self, k, v):
        self.a[k] = v

    def __getitem__(self, k):
        return self.a[k]


@program(args=(mat(3, 3),), tags="object setitem getitem view slice")
def grid_that_holds_an_array(x):
    g = Grid(3)
    g[:] = x * x
    g[0, 0] += x[1, 1]
    row = g[1]
    row *= 2.0
    return np.sum(g.a * x) + g[0][0] * g[1, 2]


class Particle:
    def __init__(self, x, v, mass=1.0):
        self.x, self.v, self.mass = np.array(x), np.array(v), mass

    @property
    def momentum(self):
        return self.mass * self.v

    @momentum.setter
    def momentum(self, p):
        self.v = p / self.mass

    @functools.cached_property
    def energy(self):
        return 0.5 * self.mass * np.dot(self.v, self.v)


@program(args=(vec(2), vec(2), num()), tags="object property setter cached_property loop branch")
def properties_and_setters(x, v, k):
    p = Particle(x, v, 2.0)
    for i in range(2):
        if k > 0.0:
            p.momentum = p.momentum * k
            p.momentum -= 0.1 * p.x
    return p.energy * p.energy + np.sum(p.momentum * p.x)


class Doubled:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, 2.0 * value)

    def __getattr__(self, name):
        if name.startswith("half_"):
            return 0.5 * getattr(self, name[5:])
        raise AttributeError(name)


@program(args=(num(),), tags="object setattr getattr", complex_ok=True)
def attributes_of_its_own_making(x):
    o = Doubled()
    o.w = x
    o.u = o.w * x
    return o.half_w * o.u + o.half_u


class Through:
    def __init__(self, d):
        self.d = d

    def __getattr__(self, name):
        return self.__dict__["d"][name]


@program(args=(num(), num()), tags="object getattr __dict__ vars store")
def attributes_by_their_dict(x, y):
    o = Through({"w": x})
    o.d["w"] = x * y
    vars(o)["k"] = y * y
    o.__dict__.update(r=o.w * o.k)
    return o.w * o.k + o.r * sum(vars(o)[name] for name in ("k", "r"))


class Clamped:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, cls=None):
        return getattr(obj, self.name) * 3.0

    def __set__(self, obj, value):
        setattr(obj, self.name, value * value)


class Model:
    gain = Clamped()

    def __init__(self, gain):
        self.gain = gain


@program(args=(num(),), tags="object descriptor", complex_ok=True)
def descriptors(x):
    m = Model(x)
    first = m.gain
    m.gain = first * x
    return m.gain + first


class Layer(abc.ABC):
    def __init__(self, w):
        super().__init__()
        self.w = w

    @abc.abstractmethod
    def act(self, z): ...

    @property
    def size(self):
        return np.sum(self.w**2)

    @classmethod
    def scaled(cls, w, k):
        return cls(w * k)

    def __call__(self, x):
        return self.act(self.w @ x)


class Leaky(Layer):
    def act(self, z):
        return np.where(z > 0, z, 0.01 * z)


class Tanh(Layer):
    def __init__(self, w, gain=2.0):
        super().__init__(w)
        self.gain = gain

    @classmethod
    def scaled(cls, w, k):
        return super().scaled(w, k * 2.0)

    @property
    def size(self):
        return super().size * self.gain

    def act(self, z):
        return self.gain * np.tanh(z)


class Shifted(Tanh):
    def act(self, z):
        inherited = super().act
        return inherited(z) + super(Tanh, self).size

    def __call__(self, *args, **kwargs):
        return super().__call__(*args, **kwargs)


@program(args=(mat(2, 2), mat(2, 2), vec(2), num()), tags="object inheritance super classmethod property abc loop")
def layers_by_inheritance(w1, w2, x, g):
    layers = [Leaky(w1), Tanh(w2, g), Shifted(w1 * 0.5, gain=g), Tanh.scaled(w1, g)]
    for layer in layers:
        x = layer(x)
    return np.sum(x**2) + 0.1 * sum(layer.size for layer in layers)


@dataclass
class Point:
    x: float
    y: float

    def __add__(self, o):
        return Point(self.x + o.x, self.y + o.y)

    def __radd__(self, o):
        return self

    def __mul__(self, k):
        return Point(self.x * k, self.y * k)

    def __iadd__(self, o):
        self.x += o.x
        self.y += o.y
        return self

    def __iter__(self):
        return iter((self.x, self.y))

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __call__(self, t):
        return self.x * t + self.y

    def __abs__(self):
        return np.hypot(self.x, self.y)

    @property
    def square(self):
        return self.x**2 + self.y**2


@program(args=(built(Point, num(), num()), num()), tags="object dataclass argument operators")
def dataclass_argument_with_operators(a, k):
    c = a + a * k
    c += a
    return c.x * c.y + k * a.x + a(k)


@program(args=(built(Point, num(), num()), num()), tags="object dataclass argument property getitem iter unpacking")
def dataclass_argument_taken_apart(a, k):
    x, y = a
    s = 0.0
    for v in a:
        s += v * v * k
    return a.square * a[0] + x * k + y * sum(a) + s


@program(args=(num(), num()), tags="object operators sum reduce abs")
def sums_of_objects(a, k):
    points = [Point(a, k), Point(k, k), Point(a, 1.0)]
    total, other = sum(points), sum(points, Point(0.0, a))
    joined = functools.reduce(lambda p, q: p + q * a, points)
    return total.x * total.y + other.y * joined.x + abs(joined)


class Measured:
    def __post_init__(self):
        self.area = self.a * self.a


@dataclass
class Square(Measured):
    a: float


@dataclass
class Scaled:
    a: float
    k: float = field(kw_only=True)
    b: float = 2.0
    by: InitVar[float] = 3.0
    found: list = field(default_factory=list)

    def __post_init__(self, by):
        self.c = self.a * by * self.b
        self.found.append(self.c * self.k)


@program(args=(num(), num()), tags="object dataclass post_init inherited initvar kw_only", complex_ok=True)
def dataclasses_that_finish_themselves(x, y):
    s = Scaled(x, y, x * y, k=y)
    return Square(x).area * y + s.c * s.found[0] + Scaled(y, k=1.0).c


@dataclass
class Plain:
    a: float


class Under(Plain):
    def __init__(self, a):
        super().__init__(a * a)
        self.b = a * 3.0


@dataclass(init=False)
class OwnInit:
    a: float

    def __init__(self, q):
        self.a = q * q


@program(args=(num(),), tags="object dataclass init subclass", complex_ok=True)
def dataclasses_made_by_their_own_init(x):
    u = Under(x)
    return u.a * u.b + OwnInit(x).a


@dataclass(frozen=True)
class State:
    x: float
    v: float
    past: tuple = ()

    def step(self, k, dt):
        now = dataclasses.replace(self, x=self.x + dt * self.v, past=(*self.past, self.x))
        return dataclasses.replace(now, v=self.v - dt * k * self.x)


@program(args=(num(), num(), num()), tags="object dataclass frozen replace loop", complex_ok=True)
def frozen_states(x, v, k):
    s = State(x, v)
    for _ in range(3):
        s = s.step(k, 0.1)
    return s.x * s.v + sum(s.past)


class Missing(dict):
    def __missing__(self, n):
        return self["x"] * n


@program(args=(num(),), tags="object dict subclass missing", complex_ok=True)
def dict_that_makes_what_it_misses(x):
    m = Missing()
    m["x"] = x
    return m[3] + m[2] * x


def scaled_by(k):
    def decorate(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            return k * f(*args, **kwargs)

        return inner

    return decorate


@program(args=(num(), 3), tags="decorator closure wraps loop recursion", complex_ok=True)
def inner_functions_decorated(x, n):
    table = {}

    def register(name):
        def decorate(f):
            table[name] = f
            return f

        return decorate

    @scaled_by(x)
    @scaled_by(2.0)
    def power(t, k):
        return t if k == 0 else x * power(t, k - 1)

    @register("square")
    def square(t):
        return t * t * x

    s = 0.0
    for i in range(n):

        @scaled_by(x + i)
        def term(t):
            return t * x * i  # noqa: B023

        s += term(2.0)
    return s + power(x, 2) + table["square"](x)


class Arrow:
    """Methods that builtins ask for, by way of functions of C that make floats."""

    def __init__(self, u, v):
        self.u, self.v = u, v

    def __abs__(self):
        return math.sqrt(self.u * self.u + self.v * self.v)

    def __round__(self, digits=0):
        return Arrow(self.u * 2.0, self.v)

    def __len__(self):
        return 2 + int(math.floor(math.sqrt(self.u * self.u)))

    def __str__(self):
        return f"{math.sqrt(self.u * self.u):.3f}"

    def __int__(self):
        return int(math.sqrt(self.v * self.v) + 1.0)


@program(args=(num(), num()), tags="class operators builtins math loop branch")
def what_builtins_ask_objects_for(x, y):
    s = 1.0
    for i in range(3):
        a = Arrow(x, y * (1.0 + i))
        if i > 0:
            s = s + abs(a) * len(a) + abs(round(a, 2)) * int(a)
            s = s * (1.0 if str(a) else x)
    return s


class Stage:
    """Operators that have no derivative of numbers, and functions that round."""

    def __init__(self, u):
        self.u = u

    def __lshift__(self, other):
        return Stage(self.u * other)

    def __rrshift__(self, other):
        return Stage(self.u + other * other)

    def __and__(self, other):
        return Stage(self.u * other.u)

    def __xor__(self, other):
        return Stage(self.u - other)

    def __invert__(self):
        return Stage(self.u * 3.0)

    def __floordiv__(self, other):
        return Stage(self.u / other)

    def __round__(self, digits=0):
        return Stage(self.u * digits)

    def __floor__(self):
        return Stage(self.u * 0.5)

    def __ior__(self, other):
        self.u = self.u + other.u
        return self

    def doubled(self):
        return Stage(self.u * 2.0)


@program(args=(num(), num()), tags="class operators bitwise floor round loop branch")
def operators_that_numbers_have_no_derivative_of(x, y):
    s = 0.0
    for i in range(3):
        a = Stage(x) << y
        if i > 0:
            a = x >> a
            a |= ~Stage(y)
        b = (a ^ x) & Stage(y)
        c = round(b, 2) // (2.0 + x * x)
        s = s + c.u * math.floor(a).u + (a.doubled() << x).u + operator.lshift(b, x).u
    return s


@program(args=(num(), num()), tags="class operators floor")
def operator_of_what_a_method_gave(x, y):
    return (Stage(x).doubled() // (2.0 + y * y)).u


class Described:
    """Its operators gather what they compare and say in lists, dicts and texts that they make."""

    def __init__(self, scale, shift=0.0):
        self.scale, self.shift = scale, shift

    def settings(self):
        names, counts = [], {}
        for name in vars(self):
            names.append(name)
            counts[name] = len(names)
        found = dict(total=len(counts))
        for name in names:
            found[name] = getattr(self, name)
        return found

    def __eq__(self, other):
        mine, others = self.settings(), other.settings()
        return all(np.all(mine[name] == others[name]) for name in others)

    def __repr__(self):
        out = "{kind}({names}".format(kind=type(self).__name__, names=len(self.settings()))
        shape = (1, 2)
        shape += (len(out),)
        out += ")"
        return out

    def __mul__(self, other):
        return Described(self.scale * other.scale, self.shift + other.scale)


@program(args=(vec(3), num()), tags="object operator loop branch")
def operators_that_gather_what_they_compare(x, k):
    s = 0.0
    for i in range(3):
        if k > -9.0:
            made = Described(x[i], k) * Described(k)
            if made == Described(1.0, 2.0):
                s += 1.0
            s += made.scale * made.shift + 0.0 * len(repr(made))
    return s
