"""Functions whose arguments hold something else at each call do not get a variant for each, over and over."""

from __future__ import annotations

import dataclasses

import numpy as np

import dualad
from dualad.reverse import variants


@dataclasses.dataclass
class Node:
    value: object
    left: object = None
    right: object = None


def value_of(node, x, known):
    if node is None:
        return 1.0
    if id(node) in known:
        return known[id(node)]
    found = node.value * x + value_of(node.left, x, known) * value_of(node.right, x, known)
    known[id(node)] = found
    return found


def of_new_trees(x):
    shared = Node(2.0, Node(1), Node(0.5, Node(3.0)))
    tree = Node(1.0, Node(2, shared, Node(1.5, None, shared)), shared)
    return value_of(tree, x, {})


def walked(path, x):
    if len(path) == 12:
        return x
    return walked([*path, len(path) if len(path) % 2 else x], x) * 1.1 + path[-1] * x


def along_a_path(x):
    return walked([x], x)


def test_nothing_is_emitted_again(monkeypatch):
    made = []
    build = variants.build

    def counted(found, *args, **kwargs):
        made.append(found.fn.__name__)
        return build(found, *args, **kwargs)

    monkeypatch.setattr(variants, "build", counted)
    for fn in (of_new_trees, along_a_path):
        gradient = dualad.grad(fn)
        for _ in range(2):
            gradient(0.7)
        made.clear()
        found = gradient(0.7)
        assert not made
        np.testing.assert_allclose(found, dualad.jvp(fn, (0.7,), (1.0,))[1], rtol=1e-13)
