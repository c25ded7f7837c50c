"""Objects of plain classes in lists: numbers, and lists of attributes, where all that is done with them is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tests.corpus.base import mat, num, program, vec


class Dense:
    def __init__(self, w, b):
        self.w = w
        self.b = b

    def __call__(self, x):
        return np.tanh(self.w @ x + self.b)


class Linear:
    scale = 0.5

    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w @ x * self.scale


class Squash:
    def __call__(self, x):
        return x / (1.0 + x * x)


class Steep(Dense):
    def __call__(self, x):
        return super().__call__(2.0 * x) + self.b


class Network:
    def __init__(self, ws, bs):
        self.layers = [Dense(w, b) for w, b in zip(ws, bs, strict=True)]
        self.last = Linear(ws[-1])

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.last(x)


@dataclass
class Body:
    mass: float
    x: float
    v: float

    @property
    def energy(self):
        return 0.5 * self.mass * self.v * self.v

    @property
    def momentum(self):
        return self.mass * self.v

    @momentum.setter
    def momentum(self, value):
        self.v = value / self.mass

    def step(self, dt):
        self.x += dt * self.v
        return self


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


class Cloud:
    def __init__(self, where):
        self.where = where
        self.seen = 0

    def move(self, by):
        self.where += by
        self.seen += 1


class Chained:
    def __init__(self, value, behind):
        self.value = value
        self.behind = behind


class Weighted:
    def __init__(self, w, act):
        self.w, self.act = w, act

    def __call__(self, x):
        return self.act(self.w * x)


WS = [mat(3, 3), mat(3, 3)]
BS = [vec(3), vec(3)]
NUMBERS = [num(), num(), num()]


def bodies_of(xs, v):
    return [Body(1.0 + i, x, v * x) for i, x in enumerate(xs)]


@program(args=(WS, BS, vec(3)), tags="object list call loop")
def layers_in_a_list(ws, bs, x):
    net = [Dense(w, b) for w, b in zip(ws, bs, strict=True)]
    for layer in net:
        x = layer(x)
    return np.sum(x**2)


@program(args=(WS, BS, vec(3)), tags="object list several classes call loop")
def layers_of_several_classes(ws, bs, x):
    net = [Dense(ws[0], bs[0]), Squash(), Linear(ws[1]), Steep(ws[0], bs[1])]
    for layer in net:
        x = layer(x)
    return np.sum(x**2)


@program(args=(WS, BS, vec(3)), tags="object list attribute call loop")
def network_of_layers(ws, bs, x):
    net = Network(ws, bs)
    return np.sum(net(net(x)) ** 2)


@program(args=(WS, BS, vec(3)), tags="object list isinstance several classes loop")
def layers_asked_for_their_classes(ws, bs, x):
    net = [Dense(ws[0], bs[0]), Linear(ws[1]), Steep(ws[1], bs[1])]
    penalty = 0.0
    for layer in net:
        if isinstance(layer, Dense):
            penalty = penalty + np.sum(layer.b**2)
        x = layer(x)
    return np.sum(x) + penalty * sum(1.0 for layer in net if isinstance(layer, Linear))


@program(args=(NUMBERS, num(), 3), tags="object list nested loop store")
def bodies_that_attract(xs, v, n):
    bodies = bodies_of(xs, v)
    for _ in range(n):
        for a in bodies:
            force = 0.0
            for b in bodies:
                if a is not b:
                    d = b.x - a.x
                    force += b.mass * d / math.sqrt(d * d + 0.5)
            a.v += 0.1 * force
        for b in bodies:
            b.step(0.1)
    return sum(b.energy for b in bodies) + bodies[0].x * bodies[-1].x


@program(args=(NUMBERS, num()), tags="object list alias store")
def one_object_twice_in_a_list(xs, v):
    a, b = Body(1.0, xs[0], v), Body(2.0, xs[1], v)
    bodies = [a, b, a]
    for body in bodies:
        body.x = body.x * body.v + xs[2]
    a.v = a.x * b.x
    return bodies[2].v * bodies[0].x + bodies[1].x


@program(args=(NUMBERS, num()), tags="object list swap pop insert slices reversed")
def list_that_is_rearranged(xs, v):
    bodies = bodies_of(xs, v)
    bodies[0], bodies[2] = bodies[2], bodies[0]
    last = bodies.pop()
    bodies.insert(0, last)
    bodies.append(Body(0.5, v, last.x))
    for i, b in enumerate(reversed(bodies[1:])):
        b.x = b.x * (i + 1) + last.v
    last.x = 2.0 * last.x
    return bodies[0].x * bodies[1].x + bodies[2].x * bodies[3].v


@program(args=(NUMBERS, num()), tags="object list zip neighbours store")
def springs_between_neighbours(xs, v):
    bodies = bodies_of(xs, v)
    for a, b in zip(bodies, bodies[1:], strict=False):
        pull = (b.x - a.x) * v
        a.v += pull
        b.v -= pull * pull
    return sum([b.momentum * b.x for b in bodies])


@program(args=(NUMBERS, num(), 4), tags="object list break continue branch")
def bodies_left_early(xs, v, n):
    bodies = bodies_of(xs, v)
    for k in range(n):
        for i, b in enumerate(bodies):
            if i == k:
                continue
            if i + k > 3:
                break
            b.momentum = b.momentum * b.x + v
    return bodies[0].v + bodies[1].v * bodies[2].v


@program(args=(NUMBERS, num()), tags="object list held by another object")
def objects_held_by_objects(xs, v):
    bodies = bodies_of(xs, v)
    links = [Slotted(bodies[i], bodies[(i + 1) % 3]) for i in range(3)]
    for link in links:
        link.a.x = link.a.x * link.b.v
        link.b.v += link.a.x
    links[0].a = links[1].b
    links[0].a.x = links[0].a.x * v
    return bodies[0].x + bodies[1].x * bodies[2].x


@program(args=(NUMBERS, num()), tags="object linked list loop")
def objects_in_a_chain(xs, v):
    first = Chained(xs[0], 0)
    chain = [first]
    for x in xs[1:]:
        chain.append(Chained(x * v, chain[-1]))
    total = chain[-1].value * chain[-1].behind.value
    for each in chain[1:]:
        each.behind.value = each.behind.value * each.value
    return total + first.value


@program(args=(NUMBERS, num()), tags="object list captured by a closure")
def objects_that_a_closure_changes(xs, v):
    bodies = bodies_of(xs, v)

    def push(by):
        for b in bodies:
            b.v = b.v * by

    push(v)
    bodies[1].x = bodies[0].v
    push(xs[0])
    return bodies[0].v * bodies[1].x + bodies[2].v


@program(args=(NUMBERS, num()), tags="object list compared dataclass eq")
def bodies_that_are_compared(xs, v):
    bodies = bodies_of(xs, v)
    bodies.append(Body(1.0, xs[0], v * xs[0]))
    total = 0.0
    for a in bodies:
        for b in bodies:
            if a == b:
                total = total + a.x * b.v
            if a is b:
                total = total * v
    return total + float(bodies[0] in bodies[1:]) * v


@program(args=(NUMBERS, num()), tags="object list sorted max key")
def bodies_that_are_sorted(xs, v):
    bodies = bodies_of(xs, v)
    bodies.sort(key=lambda b: -b.mass)
    heaviest = max(bodies, key=lambda b: b.mass)
    heaviest.x = heaviest.x * v
    return bodies[0].x * bodies[1].v + heaviest.v


@program(args=(NUMBERS, num()), tags="object list set dict hash")
def objects_in_sets_and_dicts(xs, v):
    links = [Slotted(x, v) for x in xs]
    seen = {link: i + 1.0 for i, link in enumerate(links)}
    for link in links:
        link.a = link.a * seen[link] * link.b
    return sum(link.a for link in links)


@program(args=(NUMBERS, num()), tags="object list names computed getattr setattr vars")
def attributes_by_computed_names(xs, v):
    bodies = bodies_of(xs, v)
    for b in bodies:
        setattr(b, "x", b.x * v)
        b.v = getattr(b, "x") * 2.0
    return vars(bodies[0])["x"] * bodies[1].v


@program(args=(NUMBERS, num()), tags="object list attribute later conditional class default")
def attributes_that_come_later(xs, v):
    links = [Linear(x) for x in xs]
    links[1].scale = v
    for link in links:
        link.w = link.w * link.scale
    return links[0].w + links[1].w * links[2].w


@program(args=(NUMBERS, num()), tags="object list truth")
def objects_that_are_asked_for_truth(xs, v):
    held = [Slotted(x, v) for x in xs]
    stack = held[:]
    total = 0.0
    while stack:
        top = stack.pop()
        if top and not total > 100.0:
            total = total * 0.5 + top.a * top.b
            top.b = total
    return total + held[0].b


@program(args=([vec(3), vec(3)], vec(3)), tags="object list arrays stored into in place alias")
def clouds_moved_in_place(rows, x):
    clouds = [Cloud(row * 1.0) for row in rows]
    clouds.append(Cloud(clouds[0].where))
    for cloud in clouds:
        cloud.move(x * clouds[0].where)
    clouds[1].where[1] = x[0] * clouds[2].where[2]
    return np.sum(clouds[0].where * clouds[1].where) * clouds[1].seen


@program(args=([vec(3), vec(3)], vec(3)), tags="object list arrays given in place alias")
def given_arrays_moved_in_place(rows, x):
    clouds = [Cloud(row) for row in rows]
    for cloud in clouds:
        cloud.move(x)
        cloud.move(cloud.where)
    return np.sum(rows[0] * clouds[1].where)


@program(args=(NUMBERS, num()), tags="object list made in a branch loop")
def objects_made_now_and_then(xs, v):
    held = []
    for i, x in enumerate(xs):
        if i != 1:
            new = Body(1.0, x, v)
            new.x = new.x * v
            if i == 2:
                new.v = held[0].x
            held.append(new)
            new.v = new.v * 2.0
    return held[0].v * held[1].v + held[1].x


@program(args=(NUMBERS, num()), tags="object list chained methods")
def methods_that_give_their_object_in_lists(xs, v):
    bodies = bodies_of(xs, v)
    total = 0.0
    for b in bodies:
        total += b.step(0.1).step(v).x * b.x
    return total + bodies[0].step(0.5).x


@program(args=(NUMBERS, num(), 1), more=[(NUMBERS, num(), 7)], tags="object list exception try half way")
def bodies_left_half_way(xs, v, stop):
    bodies = bodies_of(xs, v)
    try:
        for i, b in enumerate(bodies):
            b.x = b.x * v
            if i == stop:
                raise ValueError(b)
            b.v = b.x
    except ValueError as error:
        error.args[0].v = v * v
    return bodies[0].v * bodies[1].v + bodies[2].v


@program(args=(NUMBERS, num()), tags="object list raised")
def bodies_in_an_exception(xs, v):
    bodies = bodies_of(xs, v)
    if bodies[0].mass > 5.0:
        raise ValueError(bodies[1])
    bodies[1].x = bodies[0].x * v
    return bodies[1].x * bodies[2].v


def _fallen(bodies, depth):
    if depth == 0:
        return bodies[0].x
    bodies[0].x = bodies[0].x * bodies[1].v
    return _fallen(bodies[1:] + bodies[:1], depth - 1)


@program(args=(NUMBERS, num()), tags="object list recursion handed on")
def bodies_handed_on_in_recursion(xs, v):
    bodies = bodies_of(xs, v)
    return _fallen(bodies, 4) + bodies[0].x


def _grown(bodies, x):
    bodies.append(Body(1.0, x, x))
    bodies[0].v = x
    return bodies[-1]


@program(args=(NUMBERS, num()), tags="object list callee that appends")
def list_that_a_callee_extends(xs, v):
    bodies = bodies_of(xs, v)
    new = _grown(bodies, v)
    new.x = new.x * xs[0]
    return bodies[3].x * bodies[0].v


@program(args=(NUMBERS, num()), tags="object nested lists")
def groups_of_objects(xs, v):
    groups = [[Body(1.0, x, v), Body(2.0, v, x)] for x in xs]
    groups.append(groups[0])
    total = 0.0
    for group in groups:
        for b in group:
            b.x = b.x * b.v
            total += b.x
    return total + groups[0][1].x * groups[3][0].x


@program(args=(NUMBERS, num()), tags="object list functions as attributes")
def objects_that_hold_functions(xs, v):
    units = [Weighted(xs[0], math.sin), Weighted(xs[1], math.tanh), Weighted(xs[2], lambda t: t * t)]
    for unit in units:
        v = unit(v)
    return v


@program(args=(NUMBERS, num()), tags="object list one name other values")
def name_that_holds_objects_and_numbers(xs, v):
    bodies = bodies_of(xs, v)
    b = 1.0
    for b in bodies:
        b.x = b.x * v
    b = b.x + b.v
    return b * bodies[0].x


@program(args=(NUMBERS, num()), tags="object list none least by hand")
def nearest_body(xs, v):
    bodies = bodies_of(xs, v)
    best = None
    for b in bodies:
        if best is None or b.x < best.x:
            best = b
    best.v = best.x * v
    return sum([b.v * b.x for b in bodies])


@program(args=(NUMBERS, num()), tags="object list positions")
def bodies_by_position(xs, v):
    bodies = bodies_of(xs, v)
    n = len(bodies)
    for i in range(n):
        bodies[i].x = bodies[i].x + v * bodies[(i + 1) % n].v
        bodies[i - 1].v *= bodies[i].x
    return bodies[0].x * bodies[1].v + bodies[-1].v


@program(args=(NUMBERS, num(), 3), tags="object list made anew in a loop")
def objects_made_anew_in_each_pass(xs, v, n):
    bodies = bodies_of(xs, v)
    for _ in range(n):
        bodies = [Body(b.mass, b.x + 0.1 * b.v, b.v * v) for b in bodies]
    return sum(b.x * b.mass for b in bodies)


@program(args=(NUMBERS, num()), tags="object list counts beside attributes integers")
def objects_that_count(xs, v):
    held = [Chained(x, i) for i, x in enumerate(xs)]
    for each in held:
        other = held[(each.behind + 1) % 3]
        other.value = other.value * each.value + v
        each.behind += 1
    return held[0].value * held[1].value * held[2].behind
