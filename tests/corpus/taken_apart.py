"""What is passed by `*` and `**`: arrays that are written, options that make a view of what would be a copy."""

import operator

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(3), num()), tags="star out alias store")
def outputs_among_starred_arguments(v, x):
    a = v * x
    given = (v, x * x, a)
    b = np.multiply(*given)
    b[0] = x
    np.add(*(a[:-1], a[1:], a[1:]))
    np.subtract(*[a, x, a])
    total = np.zeros(3)
    a.cumsum(*(0, None, total))
    return np.sum(a**3) + np.sum(total * total)


@program(args=(vec(3), num()), tags="star copyto put store")
def written_places_by_name_and_star(v, x):
    a = v * x
    options = {"dst": a, "src": v * v}
    np.copyto(**options)
    np.copyto(*(a[1:], x))
    np.put(*(a, [2], x * x))
    np.add.at(*(a, [0, 0], x))
    return np.sum(a**3)


@program(args=(vec(4), num()), tags="star method store")
def methods_of_arrays_given_what_is_taken_apart(v, x):
    a = v * x
    order = {"axis": 0}
    a[1:].sort(**order)
    chosen = {"indices": [0, 1], "values": x * v[2:]}
    a.put(**chosen)
    a.put(*([3], v[0]))
    return a[0] * a[1] ** 2 + np.sum(a**3)


@program(args=(vec(3), num()), tags="star method dict list")
def methods_of_containers_given_what_is_taken_apart(v, x):
    held = {"a": x}
    more = {"b": v[0], "c": x * x}
    held.update(**more)
    dict.update(held, a=v[1] * x)
    numbers = [v[0] * x, v[1], x]
    order = {"reverse": True, "key": lambda y: y * y}
    numbers.sort(**order)
    return held["a"] * held["b"] + held["c"] + numbers[0] * numbers[1] ** 2


@program(args=(vec(3), num()), tags="star array view store")
def arrays_made_with_options(v, x):
    a = v * x
    for options in ({}, {"copy": False}):
        b = np.array(a, **options)
        b[0] += x
        b[1] *= a[0]
    return np.sum(a**3) * b[1]


@program(args=(vec(3), mat(3, 3), num()), tags="meshgrid einsum view store")
def views_by_functions_that_mostly_copy(v, m, x):
    a, b = v * x, m * x
    across, down = np.meshgrid(a, v, copy=False)
    flat, _ = np.meshgrid(a, v, copy=False, sparse=True)
    a[0] = x * x
    flat[0, 1] *= x
    np.linalg.matrix_power(b, 1)[1] *= x
    turned = np.einsum("ij->ji", b, order="C")
    turned[0] *= v
    diagonal = np.einsum("ii->i", b, dtype=float)
    operator.imul(diagonal, x)
    return np.sum(across**2 * down) + np.sum(b**3)


@program(args=(vec(3), num()), tags="closure store kinds")
def stored_into_where_it_is_an_array(v, x):
    def changed(u):
        u = u * x
        if isinstance(u, np.ndarray):
            u[0] = x
        return u

    return np.sum(changed(v)) + changed(x) ** 2 + np.sum(changed(np.outer(v, v)) ** 2)


@program(args=(vec(3), num()), tags="sum reduce alias store")
def starts_that_are_given_back(v, x):
    a = v * 1.0
    total = sum([], a)
    total[0] = x
    again = sum((y for y in []), start=a)
    again[1] *= x
    return np.sum(a**3) + total[1] * again[0]
