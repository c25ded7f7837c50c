"""Functions with effects that are called by what is no function of the user's: `np.vectorize`, `key=` of sorting."""

import numpy as np

from tests.corpus.base import num, program, vec


class Scaled:
    """Called, it scales the first of its values by what it is given."""

    def __init__(self, values):
        self.values = values

    def __call__(self, factor):
        self.values[0] = self.values[0] * factor
        return self.values[0]


@program(args=(vec(3),), tags="vectorize nonlocal")
def vectorized_sums_so_far(x):
    total = 0.0

    def so_far(v):
        nonlocal total
        total = total + v
        return v * total

    return np.vectorize(so_far)(x) @ x


@program(args=(vec(3),), tags="vectorize object method")
def vectorized_objects_and_methods(x):
    first, second, third = Scaled(x * x), Scaled(x * 2.0), Scaled(x + 1.0)
    found = np.vectorize(first)(x) + np.vectorize(second.__call__)(x) + np.vectorize(lambda v: third(v))(x)
    return found @ x + first.values[0] * second.values[0] * third.values[0]


@program(args=(vec(3),), tags="vectorize object options")
def vectorized_objects_with_options(x):
    typed, remembered = Scaled(x * x), Scaled(x * 2.0)
    found = np.vectorize(typed, otypes=[float])(x) * np.vectorize(remembered, cache=True)(x)
    products, sums = np.vectorize(lambda v, w: (v * w, v + w))(x, x[0])
    return np.sum(found) + products @ sums + typed.values[0] + remembered.values[0]


@program(args=(vec(4), num()), tags="vectorize store loop branch")
def vectorized_over_what_was_stored(x, k):
    total = 0.0
    for i in range(3):
        kept = np.zeros(4)
        kept[:] = x * (k + i)
        scaled = Scaled(kept)
        if i != 1:
            total += np.vectorize(scaled)(np.array([1.0, 0.5])).sum() * kept[0] + kept @ x
    return total


@program(args=(vec(3),), tags="vectorize exception number", forward="right")
def vectorized_numbers_are_of_python(x):
    try:
        return np.vectorize(lambda v: 1.0 / v)(np.array([x[0], 0.0])).sum()
    except ZeroDivisionError:
        return np.vectorize(lambda v: v * v if type(v) is float else 2.0 * v)(x).sum()


@program(args=(vec(4),), tags="sorted key object stores", reverse="refused")
def keys_of_objects_with_effects(x):
    scaled = Scaled(x * x)
    found = sorted(x, key=scaled)
    return found[0] * scaled.values[0]


@program(args=(vec(4),), tags="max key object stores", reverse="refused")
def largest_by_an_object_with_effects(x):
    scaled = Scaled(x * x)
    return max([1.0, 2.0], key=scaled) * scaled.values[0]


@program(args=(vec(4),), tags="sort key lambda stores", reverse="refused")
def lists_sorted_by_functions_with_effects(x):
    scaled, places = Scaled(x * x), [1, 2]
    places.sort(key=lambda i: scaled(x[i]))
    return x[places[0]] * scaled.values[0]


@program(args=(vec(4),), tags="sort key object loop branch")
def lists_sorted_by_functions_without_effects(x):
    total, places = 0.0, [0, 1, 2]
    for i in range(3):
        if i:
            places.sort(key=lambda j: (x * x)[j] * (1 - 2 * (i % 2)))  # noqa: B023 - called at once
        total += x[places[0]] * x[places[1]] * i
    return total
