"""Lists that are read, and are longer or shorter by the time that the reverse sweep comes to that."""

import numpy as np

from tests.corpus.base import num, pos, program, vec


@program(args=(vec(3), num()), tags="list append negative index branch loop")
def read_before_it_grows(x, k):
    items = [x[0] * k]
    last = items[-1]
    for i in range(3):
        if x[i] < 5.0:
            items.append(x[i] * 2)
            last = last + items[-1] * items[-2]
        else:
            last = last * 2
        items.append(k)
    return last * 3


@program(args=(vec(3),), tags="list append index")
def read_in_the_middle(x):
    items = []
    items.append(x[0])
    items.append(x[1] * 2)
    t = items[1]
    items.append(x[2])
    return t * 3


def newest(items):
    return items[-1]


@program(args=(vec(4),), tags="list append callee protected")
def callee_reads_the_newest(x):
    items = [x[0]]
    a = newest(items)
    items.append(x[1])
    b = [newest][0](items)
    items.append(x[2])
    items.append(x[3])
    return a * b * 2


class Pile:
    def __init__(self):
        self.items = []

    @property
    def top(self):
        return self.items[-1]

    def push(self, value):
        self.items.append(value)
        return self

    def pop(self):
        return self.items.pop()


@program(args=(vec(4), num()), tags="object property list pop loop branch")
def pile_of_numbers(x, k):
    pile = Pile()
    for i, v in enumerate(x):
        pile.push(v * k)
        if i % 2:
            pile.push(pile.top * pile.top)
    total = 0.0
    for _ in range(4):
        total = total * k + pile.top * pile.pop()
    return total + pile.top


@program(args=(pos(3),), tags="list append sum mean max sorted reversed zip starred slice")
def taken_apart_before_it_grows(x):
    items = []
    for v in x:
        items.append(v * 2)
    total = np.mean(items) + np.sum(items) * np.std(items)
    items.append(x[0])
    total += max(items) * list(reversed(items))[0]
    items.append(x[1])
    if total > 0:
        for _ in range(2):
            first, *rest = items
            joined = items + rest
            total += first * joined[-1] * sorted(items)[1] + items[-2:][0] * items[:-1][1]
            items.append(total)
    total += sum(a * b for a, b in zip(items, items[::-1], strict=True))
    items.append(total)
    return total * np.prod(items[:3])


@program(args=(vec(3),), tags="list append map generator")
def mapped_before_it_grows(x):
    items = [x[0], x[1]]
    waves = list(map(np.sin, items))
    items.append(waves[0] * x[2])
    return sum(v * v for v in items) * waves[1]


@program(args=(vec(3),), tags="list star pop repeat")
def repeated_before_it_loses_an_item(a):
    first, *rest = a
    twice = rest * 2
    rest.pop()
    return [twice[0] * first, twice[1], twice[2], twice[3] * rest[0]]


@program(args=(vec(3), num()), tags="list clear append loop branch")
def joined_before_they_change(a, y):
    kept = []
    for i in range(3):
        part = [a[i], y * i]
        if i != 1:
            kept = kept + part
            part.clear()
            kept.append(a[i] * y)
        else:
            both = part + kept
            kept.pop()
            kept = both * 2
    return kept


@program(args=(vec(3), num()), tags="list extend alias")
def joined_before_one_grows(a, y):
    rest = [a[0], y]
    both = rest + [a[1]] + rest
    rest.extend([y * a[2], y])
    del rest[0]
    return [both[0] * both[3], both[4], both[2], rest[1]]
