"""Powers of negative numbers, which Python takes to be complex where NumPy has NaN."""

import numpy as np

from tests.corpus.base import arr, num, program


@program(args=(num(),), tags="scalar complex power")
def fractional_powers_of_negative_numbers(x):
    y = (-x) ** 0.3
    return abs(y) + y.imag * x + pow(-2.0 * x, 1.5).real


@program(args=(num(),), tags="scalar complex power")
def powers_of_negative_numbers_that_move(x):
    return ((-2.0) ** x).real + abs((-x) ** x) * x + ((-x) ** (-x)).imag


@program(args=(num(), num()), tags="scalar complex power loop branch store")
def powers_of_negative_numbers_in_a_loop(x, y):
    total = 0.0
    for k in range(3):
        if k:
            z = (total - 5.0) ** (y / k)
            total += z.real * x + z.imag
        else:
            total -= x * y
    return total


@program(args=(num(),), tags="scalar complex power")
def power_of_what_became_real(x):
    z = complex(x, 2.0 * x)
    r = abs(z) - 5.0
    return abs(r**0.5 + 1.0) + (r**0.5).imag


@program(args=(arr(3, lo=-2.0, hi=-0.5),), tags="array complex power")
def complex_powers_of_negative_numbers(x):
    z = x ** (0.3 + 1j * x)
    return np.abs(z).sum() + np.power(-2.0, 1j * x).real.sum() + (np.float_power(x, 2j) * x).imag.sum()
