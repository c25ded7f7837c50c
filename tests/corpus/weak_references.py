"""Objects that know others by weak references: trees whose nodes know their parents, lists linked backwards."""

import weakref

from tests.corpus.base import program, vec


class Node:
    def __init__(self, value, parent=None):
        self.value, self.children = value, []
        self.parent = weakref.ref(parent) if parent is not None else None
        if parent is not None:
            parent.children.append(self)

    def path(self):
        node, total = self, 0.0
        while node is not None:
            total += node.value
            node = node.parent() if node.parent is not None else None
        return total

    def __iter__(self):
        yield self
        for child in self.children:
            yield from child


@program(args=(vec(5),), tags="weakref tree generator")
def a_program_of_weak_tree(x):
    root = Node(x[0])
    a, b = Node(x[1], root), Node(x[2], root)
    Node(x[3], a)
    Node(x[4], b)
    return sum(n.path() ** 2 for n in root)


class Linked:
    def __init__(self, value, before=None):
        self.value = value
        self.before = None if before is None else weakref.ref(before)


@program(args=(vec(4),), tags="weakref object loop branch store")
def stores_through_weak_references(x):
    linked, total = [], 0.0
    for i, v in enumerate(x):
        linked.append(Linked(v * v, linked[-1] if linked else None))
        if i > 1:
            before = linked[-1].before()
            before.value = before.value * linked[-1].value
            total += before.before().value
    return total * sum(item.value for item in linked)
