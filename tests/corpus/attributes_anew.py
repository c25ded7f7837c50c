"""Attributes of modules, classes and functions that get another kind of value while a function runs."""

import sys

import numpy as np

from tests.corpus.base import num, program, vec

here = sys.modules[__name__]
FACTOR = 2
SHIFT = 1.0


class Gauge:
    unit = 2.0
    step = 1

    def widen(self, n):
        type(self).unit = np.ones(n) * 3.0

    @classmethod
    def narrow(cls):
        cls.unit = 2.0


def counted(v):
    return v * counted.scale


counted.scale = 2.0


def widen():
    here.FACTOR = np.array([1.0, 2.0, 3.0])


@program(args=(vec(3),), tags="global module attribute broadcast")
def number_of_a_module_becomes_an_array(x):
    here.FACTOR = 2
    s = np.sum(x)
    t = s * FACTOR
    widen()
    return np.sum(s * FACTOR) * t + np.sum(here.FACTOR * s)


@program(args=(vec(3), num()), tags="class attribute broadcast loop branch")
def number_of_a_class_becomes_an_array(x, k):
    Gauge.unit = 2.0
    s = np.sum(x * x)
    t = 0.0
    for n in range(1, 4):
        t += np.sum(s * Gauge.unit) * x[n - 1]
        if k > -9.0:
            Gauge.unit = np.ones(n) * n
    total = t + np.sum(s * Gauge.unit)
    Gauge.narrow()
    return total


@program(args=(vec(3),), tags="class attribute method broadcast")
def number_of_a_class_widened_by_a_method(x):
    Gauge.narrow()
    s = np.sum(x) * Gauge.unit
    Gauge().widen(3)
    total = np.sum(s * Gauge.unit)
    Gauge.narrow()
    return total * s


@program(args=(vec(3),), tags="function attribute broadcast")
def number_of_a_function_becomes_an_array(x):
    counted.scale = 2.0
    s = np.sum(x)
    t = counted(s)
    counted.scale = np.array([1.0, 2.0, 3.0])
    total = np.sum(counted(s)) * t
    counted.scale = 2.0
    return total
