"""Default values that globals, captured variables, classes and other default values name as well."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import num, program, vec

GRID = np.zeros(4)
ROWS = [np.zeros(4)]


class Table:
    numbers = np.zeros(4)

    def first(self, y, kept=numbers):
        Table.numbers[1] = y
        return kept[1] * kept[2]

    def second(self, y, *, kept=numbers):
        kept[1] = y * kept[0]
        return self.numbers[1]


def stored_by_global(y, kept=GRID):
    GRID[2] = y
    return kept[2] * kept[1]


def stored_by_default(y, *, kept=GRID[::-1]):
    kept[3] = y
    return GRID[0] * kept[2]


def stored_in_a_list(y, kept=ROWS):
    ROWS[0][1] = y * kept[0][0]
    return kept[0][1]


def appended(y, kept=ROWS):
    kept.append(y)
    return ROWS[-1] * y


def twice_the_same(y, kept=GRID, also=GRID):
    kept[0] = y
    return also[0] * also[3]


def through_another(y, kept=GRID):
    stored_by_global(y)
    return kept[2]


def stepped(y, kept=GRID):
    for i in range(3):
        GRID[i] = y * kept[i]
        yield kept[i]


@program(args=(vec(4), num()), tags="default global store callee")
def global_stored_default_read(v, x):
    GRID[:] = v
    return stored_by_global(x) * x + stored_by_global(0.5) * GRID[2]


@program(args=(vec(4), num()), tags="default global store callee")
def only_the_callee_stores(v, x):
    GRID[:] = 0.5
    return stored_by_global(x * v[0]) * x


@program(args=(vec(4), num()), tags="default global store view loop branch list of functions")
def defaults_in_a_loop(v, x):
    GRID[:] = v
    total = x
    for i in range(3):
        if total < 20.0:
            for fn in [stored_by_global, stored_by_default, twice_the_same, through_another]:
                total = total * 0.5 + fn(total * v[i])
            GRID[i] = total
    return total + GRID * x


@program(args=(vec(4), num()), tags="default global list store append loop branch")
def default_lists_in_a_loop(v, x):
    ROWS[0][:] = v
    del ROWS[1:]
    total = x
    for y in v:
        if total < 20.0:
            total = total + stored_in_a_list(y * x) * appended(total)
    return total * ROWS[-1] + ROWS[0]


@program(args=(vec(4), num()), tags="default class attribute method store")
def default_of_a_class(v, x):
    Table.numbers[:] = v
    table, total = Table(), x
    for i in range(2):
        if x > 0.0:
            total = total * 0.5 + table.first(x * v[i]) * table.second(total)
    return total * Table.numbers[1]


@program(args=(vec(4), num()), tags="default generator global store")
def default_of_a_generator(v, x):
    GRID[:] = v
    return sum(stepped(x)) + GRID[0] * x


@program(args=(vec(4), num()), tags="default inner function captured view store loop branch")
def default_beside_a_view_of_it(v, x):
    w = v * x
    turned = w[::-1]

    def inner(y, kept=w):
        turned[3] = y
        return kept[0] * kept[1]

    total = x
    for i in range(3):
        if total < 20.0:
            total = total + inner(v[i]) * [inner][0](0.5)
    return total + w


@program(args=(vec(4), num()), tags="default array list of its own store")
def memory_that_a_default_keeps(v, x):
    def kept(y, buffer=np.zeros(2), seen=[]):
        buffer[0] += y
        seen.append(buffer[0])
        return seen[0] * seen[-1]

    return sum(kept(y * x) for y in v) + kept_outside(x * v[0]) * kept_outside(v[1])


def kept_outside(y, buffer=np.zeros(2), seen=[]):
    buffer[0] += y
    seen.append(buffer[0])
    found = seen[0]
    seen.clear()
    buffer[:] = 0.0
    return found


@program(args=(vec(4), num()), tags="globals store", reverse="refused")
def array_that_globals_give(v, x):
    GRID[:] = 0.5
    globals()["GRID"][1] = x * v[0]
    return GRID[1] * GRID[2]
