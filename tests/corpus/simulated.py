"""Programs of many parts: simulations, parsers, ledgers, filters, registries and trees."""

import abc
import collections
import contextlib
import dataclasses
import functools
import heapq
import math

import numpy as np

from tests.corpus.base import mat, num, pos, program, vec


@dataclasses.dataclass(order=True)
class Event:
    time: float
    kind: str = dataclasses.field(compare=False)
    who: int = dataclasses.field(compare=False, default=0)


class Bank:
    def __init__(self, rates, service):
        self.rates, self.service = rates, service
        self.queue, self.log = [], []
        self.waiting = collections.deque()
        self.busy = None

    def schedule(self, event):
        heapq.heappush(self.queue, event)

    def run(self):
        t = 0.0
        for i, r in enumerate(self.rates):
            t = t + r
            self.schedule(Event(t, "arrive", i))
        while self.queue:
            event = heapq.heappop(self.queue)
            getattr(self, "on_" + event.kind)(event)
        return self.log

    def on_arrive(self, event):
        if self.busy is None:
            self.busy = event.who
            self.schedule(Event(event.time + self.service[event.who], "leave", event.who))
        else:
            self.waiting.append((event.who, event.time))

    def on_leave(self, event):
        self.busy = None
        if self.waiting:
            who, since = self.waiting.popleft()
            self.log.append(event.time - since)
            self.busy = who
            self.schedule(Event(event.time + self.service[who], "leave", who))


@program(args=(pos(4), pos(4)), tags="simulation heap dataclass getattr")
def a_program_of_queue_simulation(rates, service):
    waits = Bank(0.2 * rates, service).run()
    return sum(w * w for w in waits)


class Parser:
    def __init__(self, text, env):
        self.tokens = [t for t in text.replace("(", " ( ").replace(")", " ) ").split()]
        self.pos = 0
        self.env = env

    def peek(self):
        return self.tokens[self.pos] if self.pos < len(self.tokens) else None

    def next(self):
        token = self.peek()
        self.pos += 1
        return token

    def expr(self):
        value = self.term()
        while self.peek() in ("+", "-"):
            value = value + self.term() if self.next() == "+" else value - self.term()
        return value

    def term(self):
        value = self.factor()
        while self.peek() in ("*", "/"):
            op = self.next()
            right = self.factor()
            value = value * right if op == "*" else value / right
        return value

    def factor(self):
        token = self.next()
        if token == "(":
            value = self.expr()
            if self.next() != ")":
                raise SyntaxError("unbalanced")
            return value
        if token == "-":
            return -self.factor()
        try:
            return float(token)
        except ValueError:
            return self.env[token]


@program(args=(num(), num()), tags="parser exception class")
def a_program_of_parser(x, y):
    env = {"x": x, "y": y}
    first = Parser("x * ( y + 2 ) - x / ( 1 + y * y )", env).expr()
    try:
        Parser("( x + y", env).expr()
    except SyntaxError as error:
        first = first * len(str(error))
    return first


class Insufficient(Exception):
    def __init__(self, missing):
        super().__init__(f"missing {missing:.2f}")
        self.missing = missing


class Account:
    def __init__(self, balance):
        self.balance = balance
        self.history = [balance]

    def withdraw(self, amount):
        if amount > self.balance:
            raise Insufficient(amount - self.balance)
        self.balance -= amount
        self.history.append(self.balance)

    def deposit(self, amount):
        self.balance += amount
        self.history.append(self.balance)


@contextlib.contextmanager
def transaction(*accounts):
    saved = [(a.balance, list(a.history)) for a in accounts]
    try:
        yield
    except Insufficient:
        for a, (balance, history) in zip(accounts, saved, strict=True):
            a.balance, a.history = balance, history
        raise


@program(args=(pos(3),), tags="context manager exception rollback", reverse="refused")
def a_program_of_ledger(x):
    a, b = Account(x[0] * 3), Account(x[1])
    fees = 0.0
    for amount in (x[2], x[2] * 10, x[1]):
        try:
            with transaction(a, b):
                b.deposit(amount * 0.99)
                a.withdraw(amount)
        except Insufficient as error:
            fees += error.missing * 0.01
    return a.balance * b.balance + fees + sum(b.history)


class Kalman:
    def __init__(self, A, H, Q, R):
        self.A, self.H, self.Q, self.R = A, H, Q, R
        self.x, self.P = np.zeros(A.shape[0]), np.eye(A.shape[0])

    def predict(self):
        self.x = self.A @ self.x
        self.P = self.A @ self.P @ self.A.T + self.Q
        return self

    def update(self, z):
        S = self.H @ self.P @ self.H.T + self.R
        K = np.linalg.solve(S, self.H @ self.P).T
        r = z - self.H @ self.x
        self.x = self.x + K @ r
        self.P = (np.eye(len(self.x)) - K @ self.H) @ self.P
        sign, logdet = np.linalg.slogdet(S)
        return -0.5 * (r @ np.linalg.solve(S, r) + logdet)


@program(args=(mat(4, 1), num(), num()), tags="class matrices")
def a_program_of_kalman(zs, q, r):
    k = Kalman(np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[1.0, 0.0]]), q * np.eye(2), r * np.eye(1))
    return sum(k.predict().update(z) for z in zs)


@program(args=(vec(3),), tags="deque closure reversed")
def a_program_of_lbfgs(x0):
    scale = np.array([1.0, 3.0, 2.0])

    def fun(x):
        return 0.5 * np.sum(scale * x**2) + 0.1 * np.sum(x**4), scale * x + 0.4 * x**3

    pairs = collections.deque(maxlen=2)
    x = x0
    f, g = fun(x)
    for _ in range(4):
        q, alphas = g.copy(), []
        for s, y in reversed(pairs):
            a = (s @ q) / (y @ s)
            alphas.append(a)
            q -= a * y
        if pairs:
            s, y = pairs[-1]
            q *= (s @ y) / (y @ y)
        for (s, y), a in zip(pairs, reversed(alphas), strict=True):
            b = (y @ q) / (y @ s)
            q += s * (a - b)
        step = 0.3
        new = x - step * q
        fn, gn = fun(new)
        pairs.append((new - x, gn - g))
        x, f, g = new, fn, gn
    return f + x @ g


class Shape(abc.ABC):
    @abc.abstractmethod
    def accept(self, visitor): ...


@dataclasses.dataclass
class Circle(Shape):
    r: float

    def accept(self, visitor):
        return visitor.visit_circle(self)


@dataclasses.dataclass
class Rect(Shape):
    w: float
    h: float

    def accept(self, visitor):
        return visitor.visit_rect(self)


@dataclasses.dataclass
class Group(Shape):
    parts: list

    def accept(self, visitor):
        return visitor.visit_group(self)


class Area:
    def __init__(self):
        self.count = 0

    def visit_circle(self, c):
        self.count += 1
        return math.pi * c.r**2

    def visit_rect(self, r):
        self.count += 1
        return r.w * r.h

    def visit_group(self, g):
        return sum((p.accept(self) for p in g.parts), start=0.0)


class Scaled(Area):
    def __init__(self, k):
        super().__init__()
        self.k = k

    def visit_rect(self, r):
        return self.k * super().visit_rect(r)


@program(args=(pos(4),), tags="visitor abstract dataclass super")
def a_program_of_visitors(x):
    tree = Group([Circle(x[0]), Group([Rect(x[1], x[2]), Circle(x[3])]), Rect(x[0], x[3])])
    plain, scaled = Area(), Scaled(x[1])
    return tree.accept(plain) * tree.accept(scaled) / plain.count + scaled.count


class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        self.n = len(self.rows)

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def __setitem__(self, ij, v):
        i, j = ij
        self.rows[i][j] = v

    def swap(self, i, j):
        self.rows[i], self.rows[j] = self.rows[j], self.rows[i]

    def det(self):
        a, sign = Matrix(self.rows), 1.0
        for k in range(a.n):
            p = max(range(k, a.n), key=lambda i: abs(a[i, k]))
            if p != k:
                a.swap(p, k)
                sign = -sign
            for i in range(k + 1, a.n):
                a[i, k] /= a[k, k]
                for j in range(k + 1, a.n):
                    a[i, j] -= a[i, k] * a[k, j]
        return sign * math.prod(a[i, i] for i in range(a.n))


@program(args=(mat(3, 3),), tags="class items augmented key")
def a_program_of_lu_class(m):
    return Matrix(m).det() ** 2 + Matrix(m.T).det()


class Biquad:
    def __init__(self, b, a):
        self.b, self.a = b, a
        self.z = [0.0, 0.0]

    def __call__(self, v):
        y = self.b[0] * v + self.z[0]
        self.z[0] = self.b[1] * v - self.a[1] * y + self.z[1]
        self.z[1] = self.b[2] * v - self.a[2] * y
        return y


@program(args=(vec(6), num(0.1, 0.4), num(0.6, 1.2)), tags="class reduce filter")
def a_program_of_biquads(signal, f0, q):
    w = 2 * math.pi * f0
    alpha = math.sin(w) / (2 * q)
    b = [(1 - math.cos(w)) / 2, 1 - math.cos(w), (1 - math.cos(w)) / 2]
    a = [1 + alpha, -2 * math.cos(w), 1 - alpha]
    b, a = [v / a[0] for v in b], [v / a[0] for v in a]
    chain = [Biquad(b, a), Biquad(b[::-1], a)]
    out = [functools.reduce(lambda v, f: f(v), chain, s) for s in signal]
    return np.sum(np.asarray(out) ** 2)


class LRU:
    def __init__(self, fn, size):
        self.fn, self.size, self.data, self.misses = fn, size, collections.OrderedDict(), 0

    def __call__(self, k):
        if k in self.data:
            self.data.move_to_end(k)
            return self.data[k]
        self.misses += 1
        value = self.data[k] = self.fn(k)
        if len(self.data) > self.size:
            self.data.popitem(last=False)
        return value


@program(args=(vec(4),), tags="OrderedDict cache class")
def a_program_of_lru(x):
    cached = LRU(lambda i: np.tanh(x[i]) * x[(i + 1) % 4], 2)
    total = 0.0
    for i in (0, 1, 0, 2, 3, 0, 3, 1):
        total += cached(i) * (i + 1)
    return total * cached.misses
