"""Keys and grids that NumPy's objects make of what stands in their brackets; operators that gather in counters."""

import collections
import functools
import operator

import numpy as np

from tests.corpus.base import mat, num, program, vec


class Board:
    def __init__(self, data):
        self.data = data

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data[key] = value


@program(args=(mat(2, 3), num()), tags="slice key object getitem setitem loop branch")
def keys_for_a_class_of_the_users(a, x):
    board, s = Board(a * a), 0.0
    board[np.index_exp[0, 1]] = x**2
    for i in range(2):
        if s is not None:
            s = s + np.sum(board[np.s_[i, :]] * x) + np.sum(board[np.index_exp[i:, 0]])
    down, across = np.mgrid[0:2, 0:1:3j]
    open_down = np.ogrid[0:2:2j]
    return s * np.sum(board[...] * down * x + across) + open_down @ board[np.s_[:, 1]]


@program(args=(mat(2, 3), num()), tags="grid object getitem", reverse="refused")
def a_grid_up_to_an_active_number(a, x):
    board = Board(a)
    return board[0, 1] * np.sum(np.mgrid[0 : x * x : 3j])


@program(args=(vec(3),), tags="key object getitem", reverse="refused")
def a_key_that_holds_an_active_number(v):
    board = Board(v)
    return board[0] * np.index_exp[v[1]][0]


class Quantity:
    def __init__(self, value, units):
        self.value, self.units = value, collections.Counter(units)

    def __mul__(self, other):
        if not isinstance(other, Quantity):
            return Quantity(self.value * other, self.units)
        units = collections.Counter(self.units)
        units.update(other.units)
        return Quantity(self.value * other.value, units)

    __rmul__ = __mul__

    def __add__(self, other):
        if self.units != other.units:
            raise TypeError(f"{dict(self.units)} is not {dict(other.units)}")
        return Quantity(self.value + other.value, self.units)

    def __pow__(self, n):
        return functools.reduce(operator.mul, [self] * n)


@program(args=(num(), num()), tags="operator counter reduce object exception loop branch")
def quantities_with_units(m, v):
    mass, speed = Quantity(m, "g"), Quantity(v, {"m": 1, "s": -1})
    energy = 0.5 * mass * speed**2
    mixed = 0
    for other in (energy, mass * speed):
        try:
            if energy.value is not None:
                energy = energy + other
        except TypeError:
            mixed += 1
    return energy.value * (1 + mixed)
