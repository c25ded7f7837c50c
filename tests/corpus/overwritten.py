"""Active values that constants are stored over by `setattr` and by methods of containers: nothing goes through them."""

import functools
import operator

from tests.corpus.base import num, program, vec


class Cell:
    def __init__(self, value):
        self.value = value


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


@program(args=(num(), num()), tags="class setattr")
def attribute_set_to_a_constant_by_setattr(x, k):
    o = Cell(x * k)
    held = [o]
    setattr(held[0], "value", 5.0)  # noqa: B010
    return o.value * k


@program(args=(num(), num()), tags="class setattr")
def attribute_set_to_a_constant_by_object_setattr(x, k):
    o = Cell(x * k)
    held = [o]
    object.__setattr__(held[0], "value", 5.0)
    return o.value * k + held[0].value * x


@program(args=(num(), num()), tags="class slots setattr")
def slot_set_to_a_constant_by_setattr(x, k):
    o = Slotted(x * k)
    held = {"o": o}
    held["o"].__setattr__("value", 2.0)
    return o.value * k


def reset(objects, name):
    for o in objects:
        setattr(o, name, 0.5)


@program(args=(vec(3), num()), tags="class setattr helper loop branch")
def attributes_reset_by_a_helper_within_a_loop(x, k):
    objects = [Cell(v * k) for v in x]
    total = 0.0
    for turn in range(3):
        if turn == 1:
            reset(objects[:2], "value")
        for o in objects:
            total += o.value * x[turn]
            o.value = o.value * k
    return total


@program(args=(vec(3), num()), tags="list method bound")
def items_set_to_constants_by_bound_methods(x, k):
    items = [x[0] * k, x[1], x[2]]
    same = items
    put = same.__setitem__
    for i in range(2):
        if i:
            put(0, 5.0)
    return items[0] * k + items[1]


@program(args=(vec(3), num()), tags="list dict method class")
def items_set_to_constants_by_methods_of_classes(x, k):
    items, table = [x[0] * k, x[1]], {"a": x[2] * k}
    held = [items, table]
    list.__setitem__(held[0], 0, 5.0)
    dict.__setitem__(held[1], "a", 3.0)
    return items[0] * k + items[1] * table["a"]


@program(args=(vec(3), num()), tags="list map partial")
def items_set_to_constants_by_functions_that_are_handed_on(x, k):
    items = [x[0] * k, x[1] * k, x[2]]
    held = (items,)
    list(map(held[0].__setitem__, [0], [5.0]))
    functools.partial(operator.setitem, held[0], 1)(2.0)
    return items[0] * k + items[1] * items[2]


@program(args=(num(), num()), tags="list method dunder")
def items_of_a_list_of_integers_set_by_its_own_method(x, k):
    items = [0, 0, 0]
    items.__setitem__(0, x * k)
    items.__setitem__(slice(1, 3), [x, 2.0])
    return items[0] * k + items[1] * items[2]


@program(args=(vec(3), num()), tags="list dict method dunder loop branch")
def items_set_and_read_by_methods_within_a_loop(x, k):
    items, table = [0, 0, 1], {"a": 0}
    held = [items]
    for i in range(3):
        if x[i] < 2.0:
            items.__setitem__(i, x[i] * k)
            table.__setitem__("a", items.__getitem__(i) + table.__getitem__("a"))
    held[0].__delitem__(0)
    return items[0] * table["a"] * len(items)
