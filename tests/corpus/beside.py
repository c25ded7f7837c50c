"""What runs beside the numbers: elements enumerated, calls counted, words sorted out."""

import dataclasses
from collections import Counter

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(mat(2, 3), num()), tags="ndenumerate loop store", rtol=1e-6)
def elements_changed_while_they_are_enumerated(a, k):
    for (i, j), v in np.ndenumerate(a):
        a[i, j] *= k
        if j + 1 < a.shape[1]:
            a[i, j + 1] += v * k
    return np.sum(a * a)


@program(args=(num(), num()), tags="ndenumerate loop list")
def elements_of_lists_enumerated(x, k):
    s = 0.0
    for (i, j), v in np.ndenumerate([[x, k], [k, x * k]]):
        s += v * v * (i + 2 * j + 1)
    return s


def counted(fn):
    def wrapper(*args):
        wrapper.calls += 1
        return fn(*args)

    wrapper.calls = 0
    return wrapper


@counted
def squared(x):
    return x * x


@program(args=(vec(3), num()), tags="decorator function-attribute loop")
def calls_counted_by_a_decorator(x, k):
    squared.calls = 0
    s = 0.0
    for v in x:
        s += squared(v * k)
    return s * squared.calls


class Tokens:
    def __init__(self, weights, words):
        self.weights = weights
        self.words = words


@program(args=(vec(3), num()), tags="set class strings")
def words_of_an_object_that_holds_weights(w, k):
    t = Tokens(w * k, "the cat the hat".split())
    t.rare = [word for word, n in Counter(t.words).items() if n == 1]
    order = {word: i for i, word in enumerate(sorted(set(t.words)))}
    s = sum(t.weights[order[word]] for word in t.words)
    return s * len(frozenset(t.rare)) + t.weights[order[t.rare[0]]] ** 2


@dataclasses.dataclass
class Mesh:
    nodes: np.ndarray
    elements: list

    def __iter__(self):
        for ends in self.elements:
            yield ends, self.nodes[list(ends)]


@program(args=(vec(3), num()), tags="dataclass iter generator loop store")
def mesh_that_gives_its_elements(x, k):
    mesh = Mesh(x, [(0, 1), (1, 2)])
    load = np.zeros(3)
    for _, position in mesh:
        load[0] += k * position[0]
    load[1] = load[0] * k
    load[0] = 0.0
    return np.sum(load**2)
