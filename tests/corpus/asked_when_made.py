"""Iterators that ask an object for its items when they are made, and take them later."""

import itertools

from tests.corpus.base import program, vec


class Copied:
    """Gives the items that it has when it is asked, and keeps how often that was, as a power."""

    def __init__(self, items):
        self.items, self.k = items, 1.0

    def __iter__(self):
        self.k *= 2.0
        return iter([v * self.k for v in self.items])


def _made(x, make):
    owner = Copied([x[0], x[1]])
    items = make(owner)
    owner.items = [x[2], x[3], x[2]]
    total = 0.0
    for i, v in enumerate(items):
        total += v * (i + 1)
    return total + owner.k * x[3]


@program(args=(vec(4),), tags="map object iter attr")
def mapped_when_made(x):
    return _made(x, lambda owner: map(lambda v: v * x[2], owner))


@program(args=(vec(4),), tags="map object iter attr")
def mapped_twice_when_made(x):
    return _made(x, lambda owner: map(lambda v, w: v * w, owner, owner))


@program(args=(vec(4),), tags="filter object iter attr")
def filtered_when_made(x):
    return _made(x, lambda owner: filter(lambda v: v > -9.0, owner))


@program(args=(vec(4),), tags="itertools object iter attr")
def accumulated_when_made(x):
    return _made(x, itertools.accumulate)


@program(args=(vec(4),), tags="itertools object iter attr")
def cut_when_made(x):
    return _made(x, lambda owner: itertools.islice(owner, 2))


@program(args=(vec(4),), tags="itertools object iter attr")
def repeated_when_made(x):
    return _made(x, lambda owner: itertools.islice(itertools.cycle(owner), 5))


@program(args=(vec(4),), tags="itertools object iter attr")
def compressed_when_made(x):
    return _made(x, lambda owner: itertools.compress(owner, [1, 1]))


@program(args=(vec(4),), tags="itertools object iter attr")
def chained_when_taken(x):
    return _made(x, lambda owner: itertools.chain(owner, owner))


@program(args=(vec(4),), tags="itertools object iter attr")
def held_several_times(x):
    owner = Copied([x[0], x[1]])
    held = itertools.repeat(owner, 2)
    owner.items = [x[2], x[3]]
    total = 0.0
    for part in held:
        total += sum(part) * owner.k
    return total


@program(args=(vec(4),), tags="generator object iter attr")
def expressed_when_made(x):
    owner = Copied([x[0], x[1]])
    items = (v * x[2] for v in owner)
    owner.items = [x[3]]
    return sum(items) * owner.k


@program(args=(vec(4),), tags="generator object iter attr for if")
def expressed_when_made_in_a_loop(x):
    total = 0.0
    for i in range(3):
        owner = Copied([x[0], x[1] * i])
        if i != 1:
            items = (v * x[2] for v in owner)
            owner.items = [x[3]]
            total += sum(items) * owner.k
    return total


@program(args=(vec(4),), tags="map object iter attr for if")
def made_and_never_taken(x):
    owner = Copied([x[0], x[1]])
    for i in range(3):
        if i != 1:
            map(abs, owner)
            (v for v in owner)
    return owner.k * x[0] * x[1]


@program(args=(vec(4),), tags="map object iter constants")
def of_constants_when_made(x):
    owner = Copied([1.0, 2.0])
    items = map(lambda v: v * x[0], owner)
    owner.items = [5.0, 6.0, 7.0]
    return sum(items) * x[1] * owner.k
