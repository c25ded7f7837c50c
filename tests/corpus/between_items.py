"""Generators whose lists and dicts are changed by those who take their items."""

import numpy as np

from tests.corpus.base import num, program, vec


def until_told(box, scale):
    acc = scale
    while True:
        yield acc * scale
        if box[0] is None:
            return
        acc = acc * 0.5 + box[0]


@program(args=(num(0.7), num(0.6)), tags="generator list changed between items")
def a_list_that_is_changed_between_items(x, p):
    box = [None]
    out = 0.0
    for i, v in enumerate(until_told(box, p)):
        out += v * (i + 1)
        box[0] = x * v if i < 3 else None
    return out


def with_settings(settings, scale):
    for i in range(3):
        yield scale
        if settings.get("more") is not None and i != 1:
            scale = scale * settings["more"]


@program(args=(num(0.7), num(0.6)), tags="generator dict changed between items loop branch")
def a_dict_that_is_changed_between_items(x, p):
    settings = {"more": None}
    out = 0.0
    for v in with_settings(settings, p):
        out += v
        settings["more"] = x + v
    return out


class Held:
    def __init__(self):
        self.k = 0


def of_an_attribute(held, x):
    for i in range(3):
        if i != 1:
            yield held.k * x if held.k else 3 * x


@program(args=(num(0.7),), tags="generator attribute changed between items loop branch")
def an_attribute_that_is_changed_between_items(x):
    held = Held()
    total = 0.0
    for v in of_an_attribute(held, x):
        total += v
        held.k = x * 2
    return total


def of_its_own():
    held = [0]
    for i in range(4):
        if i != 1:
            yield held
            held[0] = held[0] * 2


@program(args=(num(0.7),), tags="generator gives a list that is stored into loop branch")
def a_list_of_a_generator_that_is_changed(x):
    total = 0.0
    for held in of_its_own():
        total += held[0]
        held[0] = held[0] + x
    return total * x


def of_its_array(n):
    held = np.zeros(n)
    for i in range(n):
        yield i, held
        held *= 2.0


@program(args=(vec(3),), tags="generator gives an array that is stored into")
def an_array_of_a_generator_that_is_changed(x):
    total = 0.0
    for i, held in of_its_array(3):
        held[i] += x[i]
        held[0] += held[i] ** 2
        total += held.sum() * x[0]
    return total


def filled(box, x):
    box[0] = x * x
    yield 1.0
    box[0] = None
    yield 2.0
    box.append(x)


@program(args=(num(0.7),), tags="generator stores into a list of its caller next")
def what_a_generator_fills(x):
    box = [None]
    total = 0.0
    for v in filled(box, x):
        total += v * (box[0] if box[0] is not None else x)
    return total + box[1] * x
