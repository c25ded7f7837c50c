"""Objects made of nothing that is differentiated, by methods that read what is: of a list that the module names."""

from tests.corpus.base import num, program

SETTINGS = [0.0]


class Kept:
    def __init__(self, scale=2.0):
        self.value = SETTINGS[0] * scale


class Listed(list):
    def __init__(self):
        self.append(SETTINGS[0])


class Made:
    def __new__(cls, scale):
        new = object.__new__(cls)
        new.value = SETTINGS[0] * scale
        return new

    def __init__(self, scale):
        self.twice = self.value * SETTINGS[0] * scale


@program(args=(num(),), tags="class global alias")
def an_object_of_a_class_known_as_it_runs(x):
    SETTINGS[0] = x * 1.0
    makers = [Kept]
    return makers[0]().value * x + makers[0](scale=3.0).value


@program(args=(num(),), tags="class list derived global")
def a_list_of_ones_own_that_fills_itself(x):
    SETTINGS[0] = x * x
    return Listed()[0] * x


@program(args=(num(),), tags="class new global loop branch")
def objects_that_new_makes_in_a_loop_inside_a_branch(x):
    total = 0.0
    for i in range(4):
        if i % 2:
            SETTINGS[0] = x * i
            made = Made(3.0)
            total += made.value * made.twice
    return total
