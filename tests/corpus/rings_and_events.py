"""Programs of many parts: a tape of its own, ring buffers, events, delegation."""

import collections
import math

from tests.corpus.base import num, program, vec


class Value:
    def __init__(self, data, parents=(), back=None):
        self.data, self.grad, self.parents, self.back = data, 0.0, parents, back

    def __add__(self, o):
        out = Value(self.data + o.data, (self, o))

        def back():
            self.grad += out.grad
            o.grad += out.grad

        out.back = back
        return out

    def __mul__(self, o):
        out = Value(self.data * o.data, (self, o))

        def back():
            self.grad += o.data * out.grad
            o.grad += self.data * out.grad

        out.back = back
        return out

    def backward(self):
        order, seen = [], set()

        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for p in v.parents:
                    visit(p)
                order.append(v)

        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            if v.back:
                v.back()


@program(args=(num(), num()), tags="closure recursion sets class")
def a_program_of_micrograd(a, b):
    x, y = Value(a), Value(b)
    z = x * y + x * x
    z.backward()
    return x.grad * y.grad + z.data


class Ring:
    def __init__(self, size):
        self.data, self.start, self.count = [0.0] * size, 0, 0

    def push(self, v):
        end = (self.start + self.count) % len(self.data)
        self.data[end] = v
        if self.count < len(self.data):
            self.count += 1
        else:
            self.start = (self.start + 1) % len(self.data)

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(self.count))]
        if not -self.count <= i < self.count:
            raise IndexError(i)
        return self.data[(self.start + i % self.count) % len(self.data)]


@program(args=(vec(7),), tags="class slice indices ring")
def a_program_of_ring(x):
    r, out = Ring(3), 0.0
    for v in x:
        r.push(v * v)
        if len(r) == 3:
            out += sum(r) * r[-1] + max(r) - r[1:][0]
    return out * (r[0] in r) + math.fsum(reversed(r))


@program(args=(num(), num(2.0, 3.0)), tags="namedtuple events")
def a_program_of_bounces(h, v):
    State = collections.namedtuple("State", "t y v")
    s, hits = State(0.0, h, v), []
    while len(hits) < 2:
        new = s._replace(t=s.t + 0.05, y=s.y + 0.05 * s.v - 0.5 * 9.8 * 0.0025, v=s.v - 9.8 * 0.05)
        if new.y < 0:
            dt = (s.v + (s.v * s.v + 2 * 9.8 * s.y) ** 0.5) / 9.8
            hits.append(s.t + dt)
            new = State(s.t + dt, 0.0, -0.7 * (s.v - 9.8 * dt))
        s = new
    return hits[1] * s.v + hits[0]


class Traced:
    def __init__(self, inner):
        self.__dict__["inner"] = inner
        self.__dict__["calls"] = collections.Counter()

    def __getattr__(self, name):
        self.calls[name] += 1
        return getattr(self.inner, name)

    def __setattr__(self, name, v):
        setattr(self.inner, name, v * 1.0)


class Motor:
    def __init__(self, k):
        self.k, self.speed = k, 0.0

    def drive(self, u):
        self.speed = 0.5 * self.speed + self.k * u
        return self.speed


@program(args=(num(), num()), tags="delegation getattr setattr")
def a_program_of_proxy(k, u):
    m = Traced(Motor(k))
    total = sum(m.drive(u * i) for i in range(3))
    m.k = m.k * 2
    return total + m.drive(u) * m.calls["drive"]
