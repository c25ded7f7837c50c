"""Classes and functions that count what they made, by their own names."""

import numpy as np

from tests.corpus.base import num, program, vec


class Token:
    made = 0
    known: dict = {}

    def __init__(self, v):
        self.number = Token.made
        Token.made += 1
        self.v = v
        Token.known[self.number] = self

    @classmethod
    def scaled(cls, v):
        cls.scalings = getattr(cls, "scalings", 0) + 1
        return cls(v * cls.scalings)

    def next(self):
        return Token.known.get(self.number + 1)


@program(args=(vec(3), num()), tags="class attribute counter registry while loop object")
def objects_that_find_the_next_one(v, x):
    Token.made = Token.scalings = 0
    Token.known.clear()
    tokens = [Token.scaled(item) for item in v]
    token, s = tokens[0], x
    while token:
        s = s * 0.5 + token.v**2
        token.v *= s
        token = token.next()
    total = s + sum([t.v * t.number for t in tokens])
    Token.known.clear()
    return total


class Body:
    count = 0

    def __init__(self, place, field):
        self.place, self.field = place, field
        Body.count += 1
        self.number = Body.count

    def kick(self, dt):
        cell = self.number % self.field.size
        self.place += dt * self.field[cell]
        self.field[cell] *= 0.9


@program(args=(vec(3), vec(2)), tags="class attribute counter field store loop branch")
def bodies_in_one_field(v, field):
    Body.count = 0
    bodies = [Body(item, field) for item in v]
    for turn in range(2):
        if turn or v[0] > 0:
            for body in bodies:
                body.kick(0.1 * body.number)
    return sum([b.place * b.number for b in bodies]) + np.sum(field)


def weighed(v):
    weighed.calls += 1
    return v * weighed.calls


weighed.calls = 0


@program(args=(vec(3), num()), tags="function attribute counter loop branch")
def a_function_that_counts_its_calls(v, x):
    weighed.calls = 0
    s = weighed(x) * weighed(v[0])
    if weighed.calls == 2:
        for item in v:
            s = s + weighed(item * x)
    return s * weighed.calls


class Sum:
    total = 0.0

    def __init__(self, v):
        Sum.total += v
        self.v = v


@program(args=(vec(3),), tags="class attribute store active", reverse="refused")
def a_class_that_adds_up_what_it_is_given(v):
    Sum.total = 0.0
    made = [Sum(item) for item in v]
    total, Sum.total = Sum.total, 0.0
    return total * made[0].v
