"""Programs of many parts: state machines, codes, particles, registries, scopes, trees that know their parents."""

import enum
import functools
import heapq
import itertools
import math

import numpy as np

from tests.corpus.base import mat, num, pos, program, vec


class State(enum.Enum):
    IDLE = 0
    HEAT = 1
    COOL = 2


@program(args=(num(), num()), tags="enum match table")
def a_program_of_thermostat(t0, power):
    state, t, energy = State.IDLE, 18.0 + t0, 0.0
    table = {
        State.IDLE: lambda t: -0.1 * (t - 10),
        State.HEAT: lambda t: power - 0.1 * (t - 10),
        State.COOL: lambda t: -power,
    }
    for _ in range(20):
        match state:
            case State.IDLE if t < 18:
                state = State.HEAT
            case State.HEAT if t > 20:
                state = State.COOL
            case State.COOL if t < 19:
                state = State.IDLE
        dt = table[state](t)
        if state is State.HEAT:
            energy += power * power
        t += 0.3 * dt
    return t * energy + len(state.name)


@program(args=(pos(5),), tags="heap dict text")
def a_program_of_huffman(w):
    counter = itertools.count()
    heap = [(float(wi) if False else wi, next(counter), ch) for wi, ch in zip(w, "abcde", strict=True)]
    heapq.heapify(heap)
    cost = 0.0
    codes = {ch: "" for ch in "abcde"}
    while len(heap) > 1:
        a, _, left = heapq.heappop(heap)
        b, _, right = heapq.heappop(heap)
        for ch in left:
            codes[ch] = "0" + codes[ch]
        for ch in right:
            codes[ch] = "1" + codes[ch]
        cost += (a + b) ** 2
        heapq.heappush(heap, (a + b, next(counter), left + right))
    return cost + sum(w["abcde".index(ch)] * len(code) for ch, code in codes.items())


class Particle:
    __slots__ = ("pos", "vel", "force", "neighbours")

    def __init__(self, pos, vel):
        self.pos, self.vel = pos, vel
        self.force = np.zeros_like(pos)
        self.neighbours = []


@program(args=(mat(3, 2), mat(3, 2)), tags="slots lists in-place")
def a_program_of_particles(pos, vel):
    ps = [Particle(p.copy(), v) for p, v in zip(pos * 2, vel, strict=True)]
    for a, b in itertools.combinations(ps, 2):
        a.neighbours.append(b)
        b.neighbours.append(a)
    for _ in range(3):
        for p in ps:
            p.force[:] = 0.0
            for q in p.neighbours:
                d = q.pos - p.pos
                p.force += d / (0.5 + d @ d) ** 1.5
        for p in ps:
            p.vel = p.vel + 0.1 * p.force
            p.pos += 0.1 * p.vel
    return sum(p.pos @ p.pos + p.vel @ p.vel for p in ps)


HANDLERS = {}


def handles(name):
    def register(fn):
        HANDLERS[name] = fn
        return fn

    return register


@handles("scale")
def _scale(state, k):
    return [v * k for v in state]


@handles("shift")
def _shift(state, k):
    return [v + k for v in state]


@handles("mix")
def _mix(state, k):
    head, *tail = state
    return [*tail, head * k + (tail[-1] if tail else 0.0)]


@program(args=(vec(3), num()), tags="registry decorator")
def a_program_of_registry(x, k):
    state = list(x)
    for line in ["scale", "mix", "shift", "mix"]:
        state = HANDLERS[line](state, k)
    return sum(v * v for v in state) * state[0]


class Scope:
    stack = []

    def __init__(self, name, weight):
        self.name, self.weight = name, weight

    def __enter__(self):
        Scope.stack.append(self)
        return self

    def __exit__(self, kind, value, tb):
        Scope.stack.pop()
        return kind is ZeroDivisionError

    @classmethod
    def factor(cls):
        return math.prod(s.weight for s in cls.stack)


@program(args=(num(), num()), tags="context manager class state")
def a_program_of_scopes(a, b):
    total = Scope.factor()
    with Scope("outer", a):
        total += Scope.factor()
        with Scope("inner", b) as s:
            total += Scope.factor() * len(s.name)
            total /= 0 * len(s.name)
        total += Scope.factor() ** 2
    return total


def integrate(f, y, t, end, h):
    while t < end:
        k1 = f(t, y)
        k2 = f(t + h / 2, y + h / 2 * k1)
        k3 = f(t + h / 2, y + h / 2 * k2)
        k4 = f(t + h, y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
        stop = yield t, y
        if stop:
            return


@program(args=(vec(2), num()), tags="generator close")
def a_program_of_solver_generator(y0, k):
    best = 0.0
    for t, y in (gen := integrate(lambda t, y: np.array([y[1], -k * y[0]]), y0, 0.0, 1.0, 0.25)):
        best = best + y @ y * t
        if t > 0.7:
            gen.close()
    return best


@functools.singledispatch
def weight(o):
    raise TypeError(o)


@weight.register
def _(o: float):
    return o * 2


@weight.register(list)
def _(o):
    return sum(map(weight, o))


@weight.register
def _(o: dict):
    return sum(len(k) * weight(v) for k, v in o.items())


@program(args=(num(), num()), tags="singledispatch dict")
def a_program_of_dispatch(a, b):
    return weight({"ab": [a, b * a], "c": {"ddd": b}}) * a


class Counted:
    def __init__(self, items):
        self.items, self.count = items, 0

    def of(self, part):
        self.count += 1
        return [self.items[i] for i in range(*part.indices(self.count + 1))]


@program(args=(vec(4),), tags="slice indices object loop branch")
def parts_by_the_indices_of_slices(x):
    counted, total = Counted(x * 2.0), 0.0
    for i in range(3):
        if i != 1:
            total += sum(counted.of(slice(i, None))) * x[i]
    return total * counted.count
