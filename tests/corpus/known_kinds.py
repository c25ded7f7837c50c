"""What is known of results whose functions have no rule: of views of dicts, keys that are lists, drawn numbers."""

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(4), mat(3, 3)), tags="index list store loop branch")
def keys_that_are_lists(x, a):
    total, places = 0.0, [0, 2]
    for k in range(2):
        if k < 5:
            b = x * 2.0
            b[[0, 0]] = x[[1, 2]] * x[k]
            b[places] *= x[[3, 3]]
            total = total + np.sum(b * b) + a[[0, 2], [1, 1]] @ a[:, [0, 1]][k, places[:1] * 2]
            total = total + np.sum(a[[k, k]] ** 2) + np.sum(a[[True, False, True]]) * x[k]
    return total


@program(args=(vec(3), mat(2, 3)), tags="builtins sum max min array")
def sums_and_extremes_of_arrays(x, a):
    rows = sum(a)
    parts = sum(x) * max(x) - min(x[1:]) + sum(x[:0]) + sum(x > 0.0) + sum(np.arange(3)) * max(np.arange(4))
    return parts + rows @ x + sum(np.float32([0.5, 1.5])) * x[0] + max(a[0]) * sum(r[0] for r in a)


@program(args=(vec(3),), tags="dict values items keys get views loop branch")
def views_of_a_dict_of_arrays(x):
    named = {"a": x * 2.0, "b": x[0], "c": np.ones((2, 3))}
    total = 0.0
    for k in range(2):
        if k < 5:
            for name, part in named.items():
                total = total + np.sum(part * x) * len(name)
            for part in named.values():
                total = total + np.sum(part) * x[k]
            named["b"] = x * named["b"]
            total = total + np.sum(named.get("b", 1.0)) + named.get("z", x[1]) * named.get("y", 2.0)
    return total + np.sum([*named.values()][0]) * len(list(named))


@program(args=(num(), num()), tags="dict values items get numbers comprehension")
def views_of_a_dict_of_numbers(x, y):
    named = {"x": x * y, "y": y, "z": 2.0}
    total = sum(named.values()) * max(named.values()) + min(named.values())
    pairs, values = list(named.items()), list(named.values())
    values[1] = values[1] * x
    total = total + sum(v * i for i, (_, v) in enumerate(pairs)) + sum(values)
    for key in named.keys():  # noqa: SIM118
        total = total + named[key] ** 2 * named.get(key)
    backwards = list(reversed(values))
    backwards.append(x)
    return total + backwards[0] * backwards[-1] + list(zip(values, backwards))[1][0]


@program(args=(vec(3), num()), tags="random generator method loop branch")
def drawn_numbers(x, s):
    rng = np.random.default_rng(7)
    total = 0.0
    for k in range(2):
        if k < 5:
            noise = rng.normal(size=3)
            noise *= x
            total = total + np.sum(noise**2) + rng.random() * s + np.sum(rng.uniform(0.5, 1.5, (2, 3)) * x)
        rng = np.random.default_rng(k)
    return total * rng.exponential(2.0) + np.sum(rng.standard_normal((len(x), 1)) * x) + round(1.26, 1) * s * round(1.6)


@program(args=(vec(3), num()), tags="random generator method array loop branch")
def numbers_drawn_about_arrays(x, s):
    rng = np.random.default_rng(seed=7)
    total = 0.0
    for k in range(2):
        if k < 5:
            total = total + np.sum(rng.normal(np.zeros(2), 1.0, (3, 2)).T * x)
    return total + np.sum(rng.normal(0.0, np.ones(3)) * x) * s
