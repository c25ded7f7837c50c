"""Lists of dataclasses that a function is given: read again and again, or more than read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.corpus.base import built, mat, num, program, vec


@dataclass
class Layer:
    w: Any
    b: Any
    name: str = "layer"

    def __call__(self, x):
        return np.tanh(self.w @ x + self.b)


@dataclass(frozen=True)
class Mass:
    m: float
    x: float

    @property
    def moment(self):
        return self.m * self.x * self.x


@dataclass
class Ball:
    x: float
    v: float

    def move(self, dt):
        self.x += dt * self.v


LAYERS = [built(Layer, mat(3, 3), vec(3)), built(Layer, mat(3, 3), vec(3))]
MASSES = [built(Mass, num(), num()) for _ in range(3)]
BALLS = [built(Ball, num(), num()) for _ in range(3)]


@program(args=(LAYERS, vec(3)), tags="dataclass given list call loop")
def given_layers(layers, x):
    for layer in layers:
        x = layer(x)
    return np.sum(x**2)


@program(args=(MASSES, num()), tags="dataclass given list frozen property nested loop")
def given_masses(masses, k):
    total = 0.0
    for i, a in enumerate(masses):
        for b in masses[i + 1 :]:
            total += a.m * b.m * (a.x - b.x) ** 2
        total += k * a.moment
    return total + masses[-1].x * len(masses)


@program(args=(BALLS, num(), 3), tags="dataclass given list store method loop")
def given_balls_that_move(balls, k, n):
    for _ in range(n):
        for ball in balls:
            ball.v = ball.v - k * ball.x
            ball.move(0.1)
    return sum([ball.x * ball.v for ball in balls])


@program(args=(BALLS, num()), tags="dataclass given list asked which loop")
def given_balls_told_apart(balls, k):
    total = 0.0
    for a in balls:
        for b in balls:
            if a is not b:
                total += k * (a.x - b.x) ** 2 * a.v
    return total


@program(args=(BALLS, num()), tags="dataclass given list appended popped loop")
def given_list_that_grows(balls, k):
    balls.append(Ball(k, k * k))
    total = 0.0
    while balls:
        ball = balls.pop()
        total = total * 0.5 + ball.x * ball.v
    return total


@program(args=(BALLS, num()), tags="dataclass given list part stored into loop")
def one_given_ball_moves(balls, k):
    first = balls[0]
    total = 0.0
    for ball in balls:
        total += ball.x * k
        first.x = first.x + ball.v
    return total * first.x


@program(args=(LAYERS, vec(3)), tags="dataclass given list arrays stored into in place loop")
def given_layers_changed_in_place(layers, x):
    for layer in layers:
        layer.b[1] = x[0] * layer.b[2]
        layer.w[0] *= 2.0
    for layer in layers:
        x = layer.w @ x + layer.b
    return np.sum(x * layers[0].b)


@program(args=(BALLS, num()), tags="dataclass given list handed to a callee loop")
def given_balls_handed_on(balls, k):
    _shake(balls, k)
    total = 0.0
    for ball in balls:
        total += ball.x * ball.v
    return total


def _shake(balls, k):
    for i, ball in enumerate(balls):
        if i % 2:
            ball.v = ball.v * k


@program(args=(BALLS, built(Ball, num(), num()), num()), tags="dataclass given list beside another object loop")
def given_ball_that_joins(balls, other, k):
    total = 0.0
    for ball in [*balls, other]:
        total += ball.x * ball.v * k
    for ball in balls:
        other.x = other.x * ball.v + ball.x
    return total + other.x


@program(args=(LAYERS, LAYERS, vec(3)), tags="dataclass two given lists zip loop")
def two_given_lists(first, second, x):
    for a, b in zip(first, second, strict=True):
        x = a(x) + b(x) * x
        x = x + a.w[0] * b.b
    return np.sum(x)


@program(args=(MASSES, mat(3, 3)), tags="dataclass given list comprehension dict by text loop")
def masses_by_text(masses, a):
    held = {f"m{i}": mass.m * mass.x for i, mass in enumerate(masses)}
    total = 0.0
    for i in range(3):
        total += held[f"m{i}"] * a[i, i] + masses[i].m
    return total
