"""Objects whose classes capture variables of a call, or are of another module, given to what knows nothing of these."""

from tests.corpus import strangers
from tests.corpus.base import num, program


@program(args=(num(), num()), tags="class captured module attribute")
def attributes_that_a_stranger_reads(x, y):
    class Owner:
        @property
        def part(self):
            return x * y

    class Any:
        def __getattr__(self, name):
            return y * x * len(name)

    return strangers.attribute_of(Owner()) * strangers.attribute_of(Any())


@program(args=(num(), num()), tags="class captured module operators loop branch")
def operators_that_a_stranger_asks(x, y):
    class Number:
        def __init__(self, v):
            self.v = v

        def __mul__(self, other):
            return Number(self.v * other * y)

        def __iter__(self):
            return iter([x, self.v])

        def __getitem__(self, i):
            return x**i

        def __abs__(self):
            return x * 3.0

        def __float__(self):
            return self.v * y

    total = 0.0
    for i in range(3):
        if i:
            n = Number(x * i)
            total += strangers.product_of(n, 3.0) * strangers.squares_of(n) + strangers.item_of(n, 2)
    return total


@program(args=(num(), num()), tags="class captured module property stores", reverse="refused")
def properties_that_change_what_they_capture(x, y):
    box = [1.0]

    class Changing:
        @property
        def bump(self):
            box[0] = box[0] * x
            return 0

    first = strangers.bumped([1.0, Changing()], box) * box[0] * y
    return first + strangers.Holder(Changing()).bumped(box) * box[0]


@program(args=(num(), num()), tags="class captured module nonlocal")
def a_stranger_that_feeds_a_sum(x, y):
    total = 0.0

    class Sum:
        def add(self, v):
            nonlocal total
            total = total * y + v * x

    fed = strangers.fed(Sum(), [1.0, y, 2.0])
    return fed + total


class Booster:
    def __init__(self, factor, box):
        self.factor, self.box = factor, box

    @property
    def bump(self):
        self.box[0] = self.box[0] * self.factor
        return self.factor


@program(args=(num(), num()), tags="property module list alias store")
def property_of_a_known_class_that_a_stranger_reads(x, y):
    box = [y]
    return strangers.bumped([2.0, Booster(x, box)], box) * box[0] * y


@program(args=(num(), num()), tags="property module object attribute alias store")
def property_of_what_an_object_of_strangers_holds(x, y):
    box = [y]
    first = strangers.Holder(Booster(x, box)).bumped(box)
    return first * y + strangers.Holder(Booster(x * y, box)).bumped(box) * box[0]
