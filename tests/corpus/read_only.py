"""Mappings that are read through views which nobody can store into; sets and dicts by tuples beside what is active."""

import copy
import types

from tests.corpus.base import num, program, vec

SETTINGS = {"x": 1.0, "n": 2, "names": ("a", "b")}
SHOWN = types.MappingProxyType(SETTINGS)
GAINS = types.MappingProxyType({"gain": 2.0, "steps": ("a", "b"), "more": types.MappingProxyType({"k": 3.0})})


@program(args=(num(), num()), tags="global mapping-proxy branch loop")
def settings_shown(x, y):
    total = 0.0
    if GAINS["gain"] > 1:
        for step in GAINS["steps"]:
            x = x * GAINS["gain"] + y * GAINS.get(step, 0.5)
            total += x * GAINS["more"]["k"]
    return total + len(GAINS) * y


@program(args=(num(),), tags="global mapping-proxy dict")
def copied_from_what_shows_it(x):
    SETTINGS["x"] = x * x
    return dict(SHOWN)["x"] + {**SHOWN}["x"] * 2 + SHOWN.copy()["x"] + copy.copy(SETTINGS)["x"] * SHOWN["x"]


@program(args=(num(),), tags="global mapping-proxy dict operator loop branch")
def joined_with_what_shows_it(x):
    total = 0.0
    for k in range(3):
        if k != 1:
            SETTINGS["x"] = x * (k + 1)
            total += (SHOWN | {"y": x})["x"] * ({"x": 1.0} | SHOWN)["x"]
    kept = {}
    kept.update(SHOWN)
    return total + kept["x"]


@program(args=({(0, 1): num(), (1, 2): num(), (0, 2): num()},), tags="dict set loop tuple")
def stiffness_between_nodes(springs):
    nodes, total = set(), 0.0
    for (i, j), k in springs.items():
        nodes.add(i)
        nodes |= {j}
        total += k * k * len(nodes) + springs[i, j] * i
    free = sorted(set(range(4)) - {0, 3})
    return total * springs[0, 1] + free[0] * springs[0, free[1]]


@program(args=({("a", 1): num(), ("b", 2): num()},), tags="dict tuple stores")
def changed_by_tuples(p):
    q = {**p}
    q["a", 1] = p["b", 2] * 2
    found = sum(v for (name, _), v in q.items() if name == "a")
    return found * q[("b", 2)] + p.get(("a", 1), 1.0) + q.pop(("b", 2))


class Node:
    """A number with those that it was made of."""

    def __init__(self, value, parents=()):
        self.value, self.parents, self.slope = value, parents, 0.0

    def __add__(self, other):
        return Node(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other):
        return Node(self.value * other.value, ((self, other.value), (other, self.value)))

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) in seen:
                return
            seen.add(id(node))
            for parent, _ in node.parents:
                visit(parent)
            order.append(node)

        visit(self)
        self.slope = 1.0
        for node in reversed(order):
            for parent, weight in node.parents:
                parent.slope += weight * node.slope


@program(args=(num(), num()), tags="class operator set recursion closure")
def a_tape_of_the_users_own(x, y):
    a, b = Node(x), Node(y)
    c = a * b + a * a
    total = c * c + b
    total.backward()
    return a.slope * b.slope + total.value


@program(args=(vec(3),), tags="set constants loop branch")
def sets_of_constant_numbers(x):
    chosen = {0.5, 1.5}
    chosen |= {0.25}
    chosen.update([1, 2], (7.5,))
    total = 0.0
    for k, w in enumerate(sorted(chosen)):
        if k % 2:
            total += w * x[k % 3] ** 2
    return total * len(chosen)
