"""Objects that change when they are looked at: what asks them does it once, and what they did has its reverse."""

from tests.corpus.base import num, program


class Changing:
    def __init__(self, x):
        self.x, self.n, self.log = x, 0, [x]

    def changed(self, k):
        self.n += 1
        self.x = self.x * 1.05 + 0.01 * k
        self.log.append(self.x * self.n)
        return self.x

    @property
    def p(self):
        return self.changed(1)

    def __getattr__(self, name):
        if name.startswith("other"):
            return self.changed(2)
        raise AttributeError(name)

    def __bool__(self):
        return self.changed(3) > 0

    def __iter__(self):
        for i in range(3):
            yield self.changed(4) * i


class Place:
    def __index__(self):
        return 1


def _all_of(o, r):
    return r + sum(o.log) + o.n * o.x


@program(args=(num(), num()), tags="class property getattr hasattr loop branch")
def attributes_that_may_be_missing(x, y):
    o, total = Changing(x), 0.0
    for k in range(2):
        if k < 2:
            total += getattr(o, "p", 0.0) + getattr(o, "missing", y) * getattr(o, "other", 0.0)
            total += (x if hasattr(o, "p") else 0) + (y if hasattr(o, "others") else 1) + hasattr(o, "none") * x
    return _all_of(o, total)


@program(args=(num(), num()), tags="list tuple index class stores")
def items_by_objects_that_stand_for_numbers(x, y):
    items, at = [x, x * y, 3.0], Place()
    items[at] = items[at] * y
    items[at] += x
    return items[at] * (x, y)[at] + items[-1] * x
