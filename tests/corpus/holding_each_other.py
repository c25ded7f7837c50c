"""Objects that hold themselves or each other, and methods that give arrays another shape and are known as they run."""

import numpy as np

from tests.corpus.base import program, vec


class Node:
    """Knows the node that it belongs to, and those that belong to it."""

    def __init__(self, v, parent=None):
        self.v = v
        self.parent = self if parent is None else parent
        self.children = []

    def add(self, v):
        self.children.append(Node(v, self))

    @property
    def total(self):
        return self.v + sum(child.total * self.v for child in self.children)


class Shaping:
    """Gives its array another shape."""

    def __init__(self, a):
        self.a = a

    def fix(self):
        self.a.resize((2, 2), refcheck=False)

    @property
    def fixed(self):
        self.a.resize((4, 1), refcheck=False)
        return 1.0


@program(args=(vec(4),), tags="object cycle")
def parents_and_children(x):
    root = Node(x[0])
    root.add(x[1])
    root.add(x[2])
    root.children[0].add(x[3])
    return root.total * root.children[0].children[0].parent.v * root.parent.v


@program(args=(vec(4),), tags="object cycle for if")
def parents_and_children_in_a_loop(x):
    at = Node(x[0])
    for i in range(3):
        if i != 1:
            at.add(x[i])
            at = at.children[-1]
    return at.parent.total * at.parent.parent.v


@program(args=(vec(4),), tags="reshape object list", reverse="refused")
def reshaped_by_what_a_list_holds(x):
    y, b = x * 2.0, np.ones(4)
    held = [Shaping(b)]
    held[0].fix()
    return (y[:2] @ b).sum() * x[3] + (b * x[0]).sum(axis=0)[1]


@program(args=(vec(4),), tags="reshape object property for if")
def reshaped_by_a_property_unread(x):
    total = 0.0
    for i in range(3):
        b = np.ones(4)
        held = [Shaping(b)][0]
        if i != 1:
            held.fixed
        total += (b * np.arange(4.0)).sum() * x[i]
    return total
