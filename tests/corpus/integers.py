"""Products of active values with integers and truth values, whose cotangents are floats: more is added to each later.

Times a cotangent of 1.0 a factor is left out of emitted code: what is left must not be an array of integers.
"""

from __future__ import annotations

import numpy as np

from tests.corpus.base import mat, program, vec

WEIGHTS = np.arange(6)
EVEN = WEIGHTS % 2 == 0
SETTINGS = {"weights": np.arange(6), "floats": np.ones(6)}


@program(args=(vec(6),), tags="integers product augmented")
def vector_times_integers(x):
    u = x.copy()
    u *= 0.3
    return u @ np.arange(6)


@program(args=(vec(6),), tags="integers product item")
def item_and_product_with_integers(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    t = 0.3 * u[1:3]
    return u @ WEIGHTS + s + t.sum()


@program(args=(vec(6),), tags="integers product store for if")
def items_stored_before_product_with_integers(x):
    u = x * 2
    for k in range(3):
        if k != 1:
            u[k] = u[k + 1] * 0.3
    return np.arange(6) @ u


@program(args=(vec(6),), tags="booleans product item")
def sum_over_a_mask_and_an_item(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    return np.sum(u * EVEN) + s


@program(args=(vec(6),), tags="booleans product item subtraction")
def mask_whose_sum_is_subtracted(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    t = 0.5 * u[1]
    return s - u @ EVEN - np.sum(x * EVEN) + t


@program(args=(vec(6),), tags="booleans product comparison store")
def mask_that_is_a_comparison(x):
    u = np.sin(x)
    y = u * (u > 0.1)
    s = 0.5 * u[0]
    y[1] = 0.4 * y[0]
    return np.sum(y) + s


@program(args=(vec(6),), tags="integers booleans numbers product")
def numbers_that_are_integers(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    return s - np.sum(u * WEIGHTS[2]) - np.sum(u * EVEN[0]) - np.sum(u * EVEN[1:].any()) - np.sum(u * True)


@program(args=(vec(6),), tags="integers product unknown item")
def integers_in_a_dict(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    t = 0.25 * u[1]
    return np.sum(u * SETTINGS["weights"]) + s + np.sum(x * SETTINGS["floats"]) + t


@program(args=(vec(6),), tags="integers vdot")
def vdot_with_integers(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    return np.vdot(u, WEIGHTS) + s


@program(args=(vec(6),), tags="booleans vdot")
def vdot_with_a_mask(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    return s - np.vdot(EVEN, u)


@program(args=(vec(6),), tags="booleans nan_to_num item")
def partials_that_are_truth_values(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    return np.sum(np.nan_to_num(u)) + s


@program(args=(mat(3, 2),), tags="integers broadcasting product item")
def matrix_times_a_column_of_integers(x):
    u = np.sin(x)
    s = 0.5 * u[0, 1]
    return s - np.sum(np.array([[1], [0], [2]]) * u) + (u.T * EVEN[:3]).mean()


@program(args=(np.arange(1, 5),), tags="integers product item", ints_active=True)
def integers_that_are_moved(n):
    s = 0.5 * n[0]
    return np.sum(n * n) + s


NARROW = np.linspace(0, 1, 6).astype(np.float32)


@program(args=(vec(6),), tags="float32 product item for")
def factors_of_narrow_floats(x):
    u = np.sin(x)
    s = 0.5 * u[0]
    for k in range(2):
        if k:
            s += 0.1 * u[1] - u @ NARROW
    return np.sum(u * NARROW) + s


@program(args=(vec(6),), tags="integers power loop if")
def powers_by_truth_values(x):
    u = x * x + 0.5
    s = 0.0
    for k in range(3):
        if k != 1:
            s = s + np.sum(u**EVEN * x) + np.sum(np.float_power(u, EVEN)) + u[k] ** (k > 1)
    return s
