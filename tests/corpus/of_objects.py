"""Sets of objects, whose numbers are differentiated in, and of words and places."""

import dataclasses
import math

import numpy as np

from tests.corpus.base import num, program, vec


class Value:
    """A number that knows what it was computed from, as small engines for derivatives have it."""

    def __init__(self, data, children=()):
        self.data, self.grad, self.children = data, 0.0, set(children)
        self.backward = lambda: None

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def backward():
            self.grad += out.grad
            other.grad += out.grad

        out.backward = backward
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.backward = backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,))

        def backward():
            self.grad += (1 - out.data**2) * out.grad

        out.backward = backward
        return out

    def run(self):
        order, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v.children:
                    build(child)
                order.append(v)

        build(self)
        self.grad = 1.0
        for v in reversed(order):
            v.backward()


@program(args=(num(), num()), tags="set objects closure recursion method loop", more=[(-0.7, 0.2)])
def small_engine(a, b):
    x, y = Value(a), Value(b)
    z = (x * y + x).tanh() * x + y * y
    z = z * z
    z.run()
    return z.data + x.grad * 2.0 + y.grad**2


class Node:
    def __init__(self, weight):
        self.weight = weight
        self.sum = 0.0


@program(args=(vec(5),), tags="set objects add update store loop branch while", more=[(vec(3),)])
def sets_as_fronts(x):
    nodes = [Node(v) for v in x]
    edges = {(nodes[i - 1], nodes[i]) for i in range(1, len(nodes))}
    edges |= {(nodes[0], nodes[-1])}
    front, done = {nodes[0]}, set()
    rounds = 0
    while front:
        rounds += 1
        after = set()
        for start, end in edges:
            if start in front and end not in done | front:
                end.sum = end.sum + start.weight * end.weight + rounds * start.sum
                after.add(end)
        done.update(front)
        front = after - done
    nearest = min(done, key=lambda node: node.sum)
    done.discard(nearest)
    found = [node.sum * node.weight for node in sorted(done, key=lambda node: -node.weight)]
    return sum(found) + len(done) * nearest.sum


@program(args=(vec(3), "a b a"), tags="set comprehension words sorted loop", more=[(vec(3), "b c c a")])
def set_comprehension_of_words(x, text):
    counts = {}
    for word, weight in zip(text.split(), x):
        counts[word] = counts.get(word, 0.0) + weight * weight
    total = 0.0
    for i, word in enumerate(sorted({w for w in text.split() if w != "z"})):
        total += (i + 1) * counts.get(word, 1.0)
    return total * len({len(word) for word in counts})


@program(args=(vec(3),), tags="set tuple places sorted loop append")
def set_of_a_path_of_places(x):
    beams = [(x[k], (k,)) for k in range(len(x))]
    for step in range(2):
        longer = [(score + x[j] * x[path[-1]] / (step + 1), (*path, j)) for score, path in beams for j in range(len(x))]
        longer.sort(key=lambda beam: -beam[0])
        beams = longer[:2]
    (best, path), (second, other) = beams
    return best * len(set(path)) - second * len(set(other) | {7})


@program(args=(num(), num()), tags="set of numbers", reverse="refused", forward="refused")
def set_of_active_numbers(x, y):
    return sum({x, y})


@program(args=(num(), num()), tags="set add of numbers objects", reverse="refused", forward="refused")
def set_of_active_numbers_in_an_object(x, y):
    held = Node(x)
    held.seen = set()
    for value in (x, y, x):
        held.seen.add(value * 2.0)
    return np.sum(list(held.seen))


class Versioned:
    def __init__(self, data):
        self.data, self.asked = data, 1.0

    def __hash__(self):
        self.asked = self.asked * self.data
        return 7

    def __eq__(self, other):
        return self is other


@program(args=(num(), num()), tags="set objects hash store", reverse="refused")
def set_of_objects_that_change_when_asked(x, y):
    a, b = Versioned(x), Versioned(y)
    held = set([a, b])
    return sum([v.asked for v in held])


@dataclasses.dataclass
class Branch:
    """With a method of a name that the `__repr__` of dataclasses calls for its own ends."""

    value: float
    children: list = dataclasses.field(default_factory=list)
    parent: "Branch | None" = None

    def add(self, value):
        new = Branch(value, parent=self)
        self.children.append(new)
        return new


@program(args=(vec(4), num()), tags="dataclass object attribute loop recursion list")
def branches_that_know_their_parents(v, x):
    root = Branch(v[0])
    a = root.add(v[1])
    b = a.add(v[2] * x)
    root.add(x)

    def up(n):
        while n.parent:
            n.parent.value += n.value * x
            n = n.parent
        return n

    def total(n):
        return n.value + sum([total(k) * (i + 1) for i, k in enumerate(n.children)])

    top = up(b)
    b.parent, a.children = root, []
    root.children.append(b)
    return total(top) + up(b).value
