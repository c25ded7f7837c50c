"""Functions that global tables hold, called by methods: interpreters, registries; and objects that say what is less."""

import dataclasses
import math
import operator

from tests.corpus.base import num, program

OPERATORS = {"+": (1, operator.add), "*": (2, operator.mul), "-": (1, operator.sub)}
FUNCTIONS = {"sin": math.sin, "square": lambda v: v * v}
STEPS = [math.sin, math.exp]


class Gain:
    """A callable object that a global table holds, and that counts what it is given."""

    def __init__(self):
        self.total = 0.0

    def __call__(self, v):
        self.total = self.total + v
        return v * self.total


GAINS = {"gain": Gain()}


class Parser:
    def __init__(self, words, values):
        self.words, self.at, self.values = words.split(), 0, values

    def take(self):
        word = self.words[self.at]
        self.at += 1
        return word

    def atom(self):
        word = self.take()
        if word == "(":
            value = self.expression(0)
            self.take()
            return value
        if word == "neg":
            return -self.atom()
        if word in FUNCTIONS:
            return FUNCTIONS[word](self.atom())
        return self.values[word]

    def expression(self, level):
        left = self.atom()
        while self.at < len(self.words):
            word = self.words[self.at]
            if word not in OPERATORS or OPERATORS[word][0] <= level:
                break
            self.take()
            left = OPERATORS[word][1](left, self.expression(OPERATORS[word][0]))
        return left


class Stack:
    def __init__(self):
        self.held = []

    def push(self, v):
        self.held.append(v)

    def run(self, words, x):
        for word in words.split():
            if word == "x":
                self.push(x)
            else:
                f = next(f for name, f in FUNCTIONS.items() if name == word)
                self.push(f(self.held.pop()))
        for f in STEPS:
            self.push(f(self.held.pop()))
        return self.held.pop()


class Amplifier:
    def __init__(self):
        self.seen = []

    def note(self, v):
        self.seen.append(v)
        return v

    def run(self, x):
        y = self.note(x) * 2
        for _ in range(3):
            y = GAINS["gain"](self.note(y) * 0.5)
        return y + sum(self.seen)


@dataclasses.dataclass(order=True)
class Ordered:
    x: float
    y: float


@dataclasses.dataclass(order=True)
class Keyed:
    key: int
    value: float = dataclasses.field(compare=False)


class Pair:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __len__(self):
        return 2

    def __lt__(self, other):
        return self.x < other.x


@program(args=(num(), num()), tags="class method global dict of functions recursion")
def parsed(x, y):
    return Parser("x * ( y + sin x ) - square neg y * x", {"x": x, "y": y}).expression(0)


@program(args=(num(),), tags="class method global list of functions generator")
def stack_machine(x):
    return Stack().run("x sin square", x)


@program(args=(num(),), tags="class method global dict of callable objects that change")
def amplified(x):
    GAINS["gain"].total = 0.5
    return Amplifier().run(x)


@program(args=(num(), num()), tags="dataclass order max min sorted")
def ordered_dataclasses(a, b):
    def larger(u, v):
        return max(u, v)

    best = larger(Ordered(a, b), Ordered(b, a))
    keyed = max(Keyed(3, a), Keyed(1, b)).value * sorted([Keyed(3, a), Keyed(1, b)])[0].value
    return best.x * 2 + min(Ordered(a, b), Ordered(b, a)).y + keyed


@program(args=(num(), num()), tags="object __lt__ __getitem__ max")
def ordered_sequences(a, b):
    best = max(Pair(a, b), Pair(b, a))
    return best[1] + sum(min(Pair(a, b), Pair(b, a))) * best.x
