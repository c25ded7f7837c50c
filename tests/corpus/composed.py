"""Programs of many parts: observers, descriptors, pipelines, schedulers, mixins, buffers and delegation."""

import collections
import itertools
import math
import operator
import types

import numpy as np

from tests.corpus.base import num, pos, program, vec


class Signal:
    def __init__(self):
        self._slots = []

    def connect(self, fn):
        self._slots.append(fn)
        return fn

    def emit(self, *a, **k):
        return [s(*a, **k) for s in self._slots]

    __iadd__ = lambda self, fn: (self.connect(fn), self)[1]  # noqa: E731


class Sensor:
    def __init__(self):
        self.changed = Signal()
        self._value = 0.0

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, v):
        old, self._value = self._value, v
        self.changed.emit(old, v)


@program(args=(vec(4), num()), tags="closure property setter list")
def a_program_of_observers(x, k):
    log, s = [], Sensor()

    @s.changed.connect
    def note(old, new):
        log.append((new - old) * k)

    s.changed += lambda old, new: log.append(old * new)
    for v in x:
        s.value = v * v
    s.value += k
    return sum(log) * s.value


class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, obj, cls=None):
        return self if obj is None else getattr(obj, self.name)

    def __set__(self, obj, v):
        if v <= 0:
            raise ValueError(self.name)
        setattr(obj, self.name, v)


class Tank:
    level = Positive()
    area = Positive()

    def __init__(self, level, area):
        self.level, self.area = level, area

    def drain(self, dt):
        try:
            self.level = self.level - dt * math.sqrt(2 * self.level) / self.area
        except ValueError:
            self.level = 1e-3
        return self


@program(args=(num(), num()), tags="descriptor exception")
def a_program_of_descriptors(level, area):
    t = Tank(level, area)
    for _ in range(4):
        t.drain(0.3)
    return t.level * t.area


class Base:
    kinds = {}

    def __init_subclass__(cls, /, code, **kw):
        super().__init_subclass__(**kw)
        Base.kinds[code] = cls

    def __init__(self, *params):
        self.params = params

    @classmethod
    def make(cls, code, *params):
        return cls.kinds[code](*params)


class Spring(Base, code="s"):
    def energy(self, x):
        (k,) = self.params
        return 0.5 * k * x * x


class Morse(Base, code="m"):
    def energy(self, x):
        d, a = self.params
        return d * (1 - math.exp(-a * x)) ** 2


@program(args=(vec(3), num()), tags="init_subclass registry")
def a_program_of_init_subclass(p, x):
    parts = [Base.make("s", p[0]), Base.make("m", *p[1:])]
    return sum(q.energy(x) for q in parts) * parts[0].energy(x + 1)


def source(x):
    for i, v in enumerate(x):
        if v < 0:
            continue
        yield i, v


def smooth(stream, alpha):
    state = None
    for i, v in stream:
        state = v if state is None else alpha * v + (1 - alpha) * state
        yield i, state


@program(args=(pos(6), num(0.2, 0.8)), tags="generator tee accumulate")
def a_program_of_pipeline(x, alpha):
    a, b = itertools.tee(smooth(source(x), alpha))
    first = sum(v * (i + 1) for i, v in itertools.islice(a, 1, None, 2))
    second = list(itertools.accumulate((v for _, v in b), operator.mul))
    return first * second[-1] + sum(itertools.chain.from_iterable([second, [alpha]]))


class Diverged(ArithmeticError):
    pass


def attempt(f, x, step):
    for n in itertools.count():
        x = x - step * f(x)
        if abs(x) > 10:
            raise Diverged(n)
        if n == 5:
            return x


@program(args=(num(), num()), tags="retry finally exception")
def a_program_of_retry(a, x0):
    step, tried, total = 4.0, 0, 0.0
    while True:
        try:
            x = attempt(lambda x: a * x**3 + x - 1, x0, step)
        except (Diverged, OverflowError):
            step /= 3
            tried += 1
        else:
            total += x * tried
            break
        finally:
            total += step * 0.01 * a
    return total


class Peekable:
    def __init__(self, it):
        self.it, self.buffer = iter(it), []

    def __iter__(self):
        return self

    def __next__(self):
        return self.buffer.pop() if self.buffer else next(self.it)

    def peek(self, default=None):
        try:
            v = next(self)
        except StopIteration:
            return default
        self.buffer.append(v)
        return v


@program(args=(vec(6),), tags="iterator class next")
def a_program_of_peekable(x):
    it, runs = Peekable(x), []
    for v in it:
        run = [v]
        while (nxt := it.peek()) is not None and nxt > run[-1]:
            run.append(next(it))
        runs.append(run)
    return sum(math.prod(r) * len(r) for r in runs)


def task(name, amount, shared):
    for i in range(2):
        shared[name] = shared.get(name, 0.0) + amount * (i + 1)
        got = yield shared[name]
        if got:
            shared[name] *= got
    return shared[name] ** 2


@program(args=(num(), num()), tags="generator send return scheduler")
def a_program_of_scheduler(a, b):
    shared, done = {}, {}
    ready = collections.deque([("x", task("x", a, shared)), ("y", task("y", b, shared))])
    sends = {}
    while ready:
        name, t = ready.popleft()
        try:
            sends[name] = t.send(sends.get(name))
        except StopIteration as stop:
            done[name] = stop.value
        else:
            ready.append((name, t))
    return done["x"] * b + done["y"] + sum(shared.values())


class Layered:
    def __init__(self, **kw):
        self.kw = kw

    def apply(self, x):
        return x


class Gain(Layered):
    def __init__(self, gain=1.0, **kw):
        super().__init__(**kw)
        self.gain = gain

    def apply(self, x):
        return self.gain * super().apply(x)


class Clip(Layered):
    def __init__(self, limit=1.0, **kw):
        super().__init__(**kw)
        self.limit = limit

    def apply(self, x):
        return np.clip(super().apply(x), -self.limit, self.limit)


class Amp(Gain, Clip):
    calls = 0

    def apply(self, x):
        type(self).calls += 1
        return super().apply(x) + self.kw.get("bias", 0.0)


@program(args=(vec(4), num(), num(0.2, 0.6), num()), tags="mixins super class attribute")
def a_program_of_mixins(x, gain, limit, bias):
    amp = Amp(gain=gain, limit=limit, bias=bias)
    y = amp.apply(amp.apply(x))
    return y @ y


@program(args=(num(), num()), tags="namespace setattr vars")
def a_program_of_namespace(a, b):
    cfg = types.SimpleNamespace(rate=a, decay=b, steps=3)
    for name, factor in (("rate", 2.0), ("decay", 0.5)):
        setattr(cfg, name, getattr(cfg, name) * factor)
    total = sum(v for k, v in vars(cfg).items() if k != "steps")
    for _ in range(cfg.steps):
        cfg.rate *= math.exp(-cfg.decay)
        total += cfg.rate
    return total
