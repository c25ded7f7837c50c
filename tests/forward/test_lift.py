"""What lifting reaches: calls, classes, closures, generators, builtins, statements; and what it leaves alone."""

import collections
import contextlib
import copy
import dataclasses
import functools
import heapq
import itertools
import math
import operator
import traceback
import types
from typing import NamedTuple

import numpy as np
import pytest

from dualad import forward
from dualad.errors import Unsupported
from dualad.forward.lift import lift, unlifted
from tests.forward.helpers import D, check

X = np.array([0.7, -1.2, 2.0])
GAIN = 2.0
COUNTER = 0


def scaled(x):
    return x * GAIN


def test_25_globals_and_cells_are_live(monkeypatch):
    k = 3.0

    def f(x):
        return scaled(x) * k

    assert D(f, 1.0) == 6.0
    monkeypatch.setitem(globals(), "GAIN", 5.0)
    assert D(f, 1.0) == 15.0
    k = 10.0
    assert D(f, 1.0) == 50.0


def test_globals_of_the_user_s_module_get_nothing_new():
    before = set(globals())

    def f(x):
        global COUNTER
        COUNTER = COUNTER + 1
        return x * COUNTER

    assert D(f, 1.0) == 1.0
    assert COUNTER == 1
    assert set(globals()) == before
    assert f.__closure__ is None


def test_35_captures():
    def f(x):
        y = x
        g = lambda t: t * y
        y = x * x
        return g(2.0)

    check(f, 3.0)

    def f2(w):
        h = lambda t, w=w: t * w
        w = 0.0
        return h(3.0) + functools.partial(lambda a, b: a * b, w + 1)(h(1.0))

    check(f2, 3.0)

    def f3(x):
        total = 0.0

        def add(v):
            nonlocal total
            total += v * x
            return total

        add(1.0)
        add(x)
        return total

    check(f3, 3.0)


class Base:
    """A class with everything."""

    scale = 2.0

    def __init__(self, x):
        self.__hidden = x
        self.buf = np.zeros(2)
        self.buf[0] = x

    @property
    def total(self):
        return self.buf.sum() + self.__hidden

    @total.setter
    def total(self, v):
        self.buf[1] = v
        self.__hidden = v * v

    @functools.cached_property
    def cached(self):
        return self.buf[0] * 3

    @classmethod
    def make(cls, x):
        return cls(x * cls.scale)

    @staticmethod
    def twice(x):
        b = np.zeros(1)
        b[0] = x
        return 2 * b[0]

    def method(self, k):
        return self.buf[0] * k

    def __add__(self, other):
        return self.buf[0] + other

    def __radd__(self, other):
        return self.buf[0] * 2 + other

    def __iadd__(self, other):
        self.buf += other
        return self

    def __neg__(self):
        return -self.buf[0]

    def __getitem__(self, i):
        return self.buf[i]

    def __setitem__(self, i, v):
        self.buf[i] = v

    def __len__(self):
        return 2

    def __iter__(self):
        return iter(self.buf)

    def __call__(self, k):
        return self.buf[0] ** k

    def __enter__(self):
        return self.buf[0]

    def __exit__(self, *exc):
        self.buf[0] *= 2

    def __getattr__(self, name):
        if name == "missing":
            return self.buf[0] * 7
        raise AttributeError(name)


class Derived(Base):
    def __init__(self, x):
        super().__init__(x * 3)
        self.__hidden = 1.0

    def method(self, k):
        return super().method(k) + self.__hidden * k


@pytest.mark.parametrize("use", [
    lambda o, x: o.total,
    lambda o, x: setattr(o, "total", x) or o.total,
    lambda o, x: o.cached + o.cached,
    lambda o, x: o.make(x).buf[0],
    lambda o, x: type(o).make(x).total,
    lambda o, x: o.twice(x),
    lambda o, x: o.method(x),
    lambda o, x: (o + x) * (x + o),
    lambda o, x: -o * x,
    lambda o, x: o[0] * x,
    lambda o, x: sum([v * v for v in o]),
    lambda o, x: max(o) * sum(o),
    lambda o, x: o(2) + o(1.0),
    lambda o, x: o.missing,
    lambda o, x: getattr(o, "total") + getattr(o, "absent", x),
    lambda o, x: sum(map(o.method, [x, 2.0])),
    lambda o, x: [*o][0] * dict(a=o.total)["a"],
    lambda o, x: functools.reduce(operator.add, [o.buf[0], x, 1.0]),
    lambda o, x: len(o) * o.buf[0] if hasattr(o, "total") and not hasattr(o, "nothing") else 0.0,
    lambda o, x: copy.copy(x) * o.method(1.0),
], ids=range(20))  # fmt: skip
@pytest.mark.parametrize("cls", [Base, Derived])
def test_classes(cls, use):
    check(lambda x: use(cls(x), x), 1.3)


def test_statements_on_objects():
    def f(x):
        o = Derived(x)
        o[1] = x
        o += x
        o.extra = x
        o.extra *= o[0]
        o.buf[1] += o.extra
        o.list = [x, 1.0]
        o.list[1] += x
        a, b = o
        with o as c:
            o.buf[1] *= c
        return a * b + o.buf @ np.array([1.0, x]) + o.list[1]

    check(f, 1.3)


@dataclasses.dataclass
class Point:
    x: float
    y: float = 1.0
    b: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(2))
    scale: dataclasses.InitVar[float] = 1.0

    def __post_init__(self, scale):
        self.b[0] = self.x * scale
        self.y = self.b[0] * 2


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    x: float
    y: float


class Pair(NamedTuple):
    a: float
    b: float = 2.0

    def product(self):
        return self.a * self.b


def test_data_classes():
    check(lambda x: Point(x).y + Point(x, scale=x).b[0], 1.3)
    check(lambda x: Frozen(x, x * x).y + dataclasses.replace(Frozen(x, 1.0), y=x).y, 1.3)
    check(lambda x: Pair(x).product() + Pair(x, b=x)._replace(a=x).b, 1.3)
    check(lambda p: p.product() * p.a, Pair(1.5, 2.5))
    check(lambda p: Pair(p.a * p.b, p.b), Pair(1.5, 2.5))

    def local(x):
        @dataclasses.dataclass
        class Inside:
            w: float
            __private: float = 2.0

            def get(self):
                b = np.zeros(1)
                b[0] = self.w * self.__private
                return b[0]

        return Inside(x).get()

    check(local, 1.3)


def numbers(x, n):
    b = np.zeros(1)
    for i in range(n):
        b[0] += x * i
        yield b[0]


class Counting:
    def __init__(self, x):
        self.b = np.zeros(1)
        self.x = x

    def __iter__(self):
        return self

    def __next__(self):
        self.b[0] += self.x
        if self.b[0] > 5:
            raise StopIteration
        return self.b[0]


def test_generators_and_iterators():
    check(lambda x: sum(numbers(x, 4)), 1.3)
    check(lambda x: sum([a * b for a, b in zip(numbers(x, 4), Counting(x))]), 1.3)
    check(lambda x: next(Counting(x)) + next(iter([]), x), 1.3)
    check(lambda x: sum(v for v in Counting(x)), 1.3)
    check(lambda x: list(itertools.accumulate(numbers(x, 4), lambda a, b: a * 0.5 + b))[-1], 1.3)
    check(lambda x: sum(itertools.chain(X, [x], numbers(x, 2))), 1.3)

    def sending(x):
        def g():
            got = yield x
            yield got * x

        it = g()
        return next(it) + it.send(x * 2)

    check(sending, 1.3)

    def delegating(x):
        def inner():
            yield from [x, x * x]

        def outer():
            yield 1.0
            yield from inner()

        return sum(outer())

    check(delegating, 1.3)


def decorator(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        b = np.zeros(1)
        b[0] = fn(*args, **kwargs)
        return 3 * b[0]

    return wrapper


@decorator
def decorated(x, *, k=2.0):
    return x * k


@contextlib.contextmanager
def doubled(x):
    b = np.zeros(1)
    b[0] = 2 * x
    yield b
    b[0] *= 10


def test_23_decorators():
    check(lambda x: decorated(x) + decorated(x, k=x), 1.3)

    def f(x):
        @decorator
        def inner(t):
            return t * x

        return inner(x)

    check(f, 1.3)


def test_context_managers():
    def f(x):
        with doubled(x) as b, np.errstate(all="ignore"):
            y = b[0] * x
        return y + b[0]

    check(f, 1.3)

    def g(x):
        with contextlib.suppress(ZeroDivisionError):
            x = x * 2
            x = x / 0
        return x

    check(g, 1.3)


def test_control_flow():
    def f(x):
        total = 0.0
        try:
            for i in range(5):
                if i == 1:
                    continue
                total += x[i] * i
            else:
                total = 0.0
        except IndexError as error:
            total = total * 2 + len(str(error)) * 0
        finally:
            total = total + x[0]
        while (step := total * 0.5) > 0.1:
            total = step
            if total < 0.5:
                break
        assert total > 0, f"{total}"
        return total if total and total < 100 or x[0] else -total

    check(f, np.array([1.0, 2.0, 3.0]))


def test_match():
    def f(x, kind):
        match kind:
            case {"w": w}:
                return w * x
            case Point(x=px) if px > 1:
                return px * x
            case [a, b, *_]:
                return a * b * x
            case float(v):
                return v * v * x
            case _:
                return x

    for kind in ({"w": 2.0}, Point(1.5), [1.0, 2.0, 3.0], 2.5, "other"):
        check(f, 1.3, kind)


def test_recursion():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    check(lambda x: power(x, 5), 1.3)
    check(even, 1.3, 4)


def even(x, n):
    return x if n == 0 else odd(x, n - 1) * x


def odd(x, n):
    return even(x, n - 1) + x


def test_containers():
    def f(x):
        xs = [x, 1.0]
        xs.append(x * x)
        xs.extend([2 * x])
        xs.insert(0, 3.0)
        xs[1] *= 2
        xs += [x]
        xs.sort(key=lambda v: -v)
        d = {"a": xs[0], **{"b": x}}
        d.setdefault("c", x * 5)
        d["a"] += xs.pop()
        d |= {"e": x}
        dq = collections.deque(xs, maxlen=3)
        dq.appendleft(x)
        heap = [(2.0, x)]
        heapq.heappush(heap, (x, 1.0))
        counts = collections.defaultdict(float)
        counts["k"] += x
        ns = types.SimpleNamespace(v=x)
        ns.v *= 3
        s = sum(d.values()) + sum(dq) + heapq.heappop(heap)[0] + counts["k"] + ns.v
        return s + operator.itemgetter(0)(xs) + operator.attrgetter("v")(ns) + min(xs, key=abs) + sorted(xs)[0]

    check(f, 1.3)


def test_numbers():
    def f(x):
        y = math.sin(float(x)) + np.float64(x) + complex(x, x).real + math.hypot(x, 2.0) + math.prod([x, x])
        y += math.fsum([x, x * x]) + sum([x, x], 1.0) + max(x, 0.5) + min(x, x * 3)
        y += abs(-x) + pow(x, 3) + divmod(x, 1.0)[1]
        y += int(x) * x + bool(x) * x + round(x) * x + math.floor(x) + (x if isinstance(x, float) else 0.0)
        y += x if type(x) is float else 0.0
        return y + (x if x.__class__ is float else 0.0) + len(f"{x:.2f} %.1f {x!r}" % 2.0) + x.real

    check(f, 1.3)


def test_arrays_made_of_numbers():
    def f(x):
        m = np.array([[x, 1.0], [x * x, 2 * x]])
        parts = [
            m, np.asarray([x, x]), np.full((2, 2), x), np.full_like(m, x * 2), np.array(x), np.array([m[0], [x, x]]),
            np.array([1, x]), np.fromiter((v * x for v in range(3)), float), np.stack([x, x]), np.zeros_like(m) + x,
            np.array([x, 2.0], dtype=np.float32) * np.float32(1), np.array(m, copy=True), np.asarray(m),
            np.array(tuple(m)),
        ]  # fmt: skip
        return sum([np.sum(p * (i + 1)) for i, p in enumerate(parts)])

    check(f, 1.3, rtol=1e-4, step=1e-3)


def test_22_strings_of_numbers():
    def f(x):
        text = "%.1f %.2f" % (x, x) + "{:.1f}".format(x) + str(x)[:3] + repr(x)[:3]
        print(x, end="")
        return x * len(text), text

    check(f, 1.55)
    assert forward.jvp(f, (1.5,), (1.0,))[0] == f(1.5)


def test_42_keyword_and_star_arguments():
    def g(a, /, b, *args, c=1.0, **kwargs):
        return a * b + sum(args) * c + kwargs.get("d", 0.0)

    check(lambda x: g(x, 2.0) + g(x, x, *[x, 1.0], c=x, **{"d": x * x}) + g(*X, c=x), 1.3)


def test_names_that_look_like_ours():
    def f(x):
        call, store, load, getitem, HELPERS = 1.0, 2.0, x, 3.0, [x]  # noqa: N806
        return call * store * load * getitem * HELPERS[0]

    check(f, 1.3)


def test_callable_that_is_no_function():
    check(np.sin, 1.3)
    check(math.sin, 1.3)
    check(functools.partial(lambda a, b: a * b, 2.0), 1.3)
    check(Base(2.0).method, 1.3)
    check(Base.twice, 1.3)
    check(operator.neg, 1.3)
    check(Pair, 1.3)
    check(lambda *xs: xs[0] * xs[1], 1.3, 2.0)


def test_cached_functions():
    calls = []

    @functools.lru_cache
    def g(n):
        calls.append(n)
        return n * 2.0

    assert D(lambda x: x * g(3) + g(3), 1.0) == 6.0
    assert calls == [3]
    with pytest.raises(Unsupported, match="lru_cache"):
        D(lambda x: g(x), 1.0)


@pytest.mark.parametrize("f", [
    lambda x: eval("x"),
    lambda x: np.asmatrix(np.eye(1) * x),
    lambda x: np.vectorize(lambda v: v * x)(X),
    lambda x: __import__("statistics").mean([x, x]),
    lambda x: __import__("fractions").Fraction(x),
    lambda x: __import__("json").dumps(x),
    lambda x: {x: 1},
    lambda x: np.random.default_rng(0).normal(x),
    lambda x: np.zeros(2)[x],
])  # fmt: skip
def test_refused_or_the_user_s_error(f):
    with pytest.raises((Unsupported, TypeError, IndexError)):
        D(f, 1.0)


def test_21_without_source():
    space = {}
    exec("def g(x):\n    return x * x", space)
    with pytest.raises(Unsupported, match="source"):
        D(lambda x: space["g"](x), 1.0)
    assert D(lambda x: space["g"](3.0) * x, 1.0) == 9.0


def test_user_s_errors_pass_with_their_lines():
    def f(x):
        y = x * 2
        raise KeyError("mine")  # the line

    with pytest.raises(KeyError, match="mine") as caught:
        D(f, 1.0)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.filename == __file__
    assert "# the line" in last.line
    assert last.name == "f"


def test_functions_keep_their_names():
    def f(x):
        def inner():
            pass

        return x, inner.__name__, inner.__qualname__, (lambda: 0).__name__

    y = lift(f)(1.0)
    assert y == f(1.0)
    assert lift(f).__name__ == "f"


def test_the_function_itself_is_never_changed():
    def f(x, k=2.0):
        return x * k

    code, defaults = f.__code__, f.__defaults__
    D(f, 1.0)
    assert f.__code__ is code
    assert f.__defaults__ is defaults
    f.__defaults__ = (5.0,)
    assert D(f, 1.0) == 5.0
    f.__code__ = (lambda x, k: x * k * 10).__code__
    assert D(f, 1.0) == 50.0


def test_unlifted_gives_the_user_s_function_back():
    seen = []

    def f(x):
        k = 3.0
        g = lambda t: t * k + x
        seen.append(g)
        k = 4.0
        return g(x)

    assert D(f, 2.0) == 5.0
    g = unlifted(seen[0])
    assert g.__code__ in f.__code__.co_consts
    assert g(10.0) == 42.0
    assert unlifted(f) is f


def test_two_lambdas_on_a_line():
    f, g = (lambda x: x * 2), (lambda x: x * 3)
    assert (D(f, 1.0), D(g, 1.0)) == (2.0, 3.0)


def test_float32_and_complex():
    x = np.ones(3, np.float32)
    y, dy = forward.jvp(lambda x: np.mean(np.sin(x) * 2.5 + x.std()), (x,), (x,))
    assert y.dtype == dy.dtype == np.float32
    b = forward.jvp(lambda x: np.asarray([x[0], x[1]]) * 2, (x,), (x,))[1]
    assert b.dtype == np.float32
    z, dz = forward.jvp(lambda z: z * z, (1 + 2j,), (1j,))
    assert dz == 2 * (1 + 2j) * 1j
    r, dr = forward.jvp(lambda z: abs(z) ** 2, (3 + 4j,), (1.0 + 0j,))
    assert type(dr) is float
    assert dr == pytest.approx(6.0)


def test_12_constants_and_what_is_no_number():
    y, dy = forward.jvp(lambda x: (1.0, np.ones(2, np.float32), "s", None, 3, x, True), (2.0,), (1.0,))
    assert dy[0] == 0.0
    assert dy[1].dtype == np.float32
    assert dy[2] is None
    assert dy[3] is None
    assert dy[4] == 0.0
    assert dy[5] == 1.0
    assert y[4] == 3


def test_09_captured_variables_of_callees():
    def integrate(g, n):
        return sum([g(i / n) for i in range(n)]) / n

    check(lambda w: integrate(lambda t: t * w * w, 10), 1.3)


def test_36_zero_dimensional_arrays():
    def f(x):
        z = np.array(x)
        z += x
        w = z[...]
        w *= 2
        return z * 3 + z.item() + float(z)

    check(f, 1.3)
    check(lambda x: x.sum() * x, np.array(1.3))


def test_07_statements_passed_over():
    def f(x):
        with np.errstate(all="ignore"):
            y = x / 3
        del x
        pass
        assert y is not None
        import math as m

        return m.exp(y)

    check(f, 1.3)
