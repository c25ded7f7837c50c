"""Builtins that know the names of the function that calls them."""

from tests.corpus.base import num, program


@program(args=(num(),), tags="eval", forward="refused", reverse="refused")
def evaluated(x):
    return eval("x * x")


@program(args=(num(),), tags="exec", forward="refused", reverse="refused")
def executed(x):
    found = {}
    exec("found['y'] = 2.0 * x")
    return found["y"]


@program(args=(num(),), tags="locals", reverse="refused")
def read_from_the_frame(x):
    y = x * x
    return locals()["y"] * y


@program(args=(num(),), tags="vars", reverse="refused")
def variables_of_the_frame(x):
    return vars()["x"] ** 2


class Held:
    def __init__(self, a):
        self.a = a


@program(args=(num(),), tags="vars object")
def attributes_of_an_object_by_vars(x):
    held = Held(x * x)
    return held.a * vars(held)["a"]
