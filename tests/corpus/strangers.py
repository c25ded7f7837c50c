"""Functions and a class that are given objects of classes which their module knows nothing of."""


def attribute_of(o):
    return o.part * 2.0


def product_of(o, v):
    return (o * v).v


def squares_of(o):
    total = 0.0
    for v in o:
        total = total + v * v
    return total


def bumped(objects, box):
    before = box[0]
    objects[-1].bump
    return before + box[0]


def fed(o, values):
    for v in values:
        o.add(v)
    return 0.0


def item_of(o, i):
    return o[i] * abs(o) + float(o)


class Holder:
    def __init__(self, held):
        self.held = held

    def bumped(self, box):
        before = box[0]
        self.held.bump
        return before * box[0]
