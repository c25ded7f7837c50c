"""Dicts with literal keys: those that stay in the function, which become variables, and those that somebody sees."""

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(num(), num()), tags="dict store augmented loop branch")
def state_of_a_simulation(p, v):
    state = {"p": p, "v": v}
    for i in range(6):
        state["p"] += state["v"] * 0.1
        state["v"] -= state["p"] * 0.1
        if i > 3:
            state = {"v": state["p"], "p": state["v"]}
    return state["p"] * state["v"]


@program(args=(vec(3),), tags="dict array store view loop branch")
def dict_of_arrays_that_a_loop_makes(x):
    total = 0.0
    for i in range(3):
        if i:
            part = {"a": x * i, "b b": x[i]}
            row = part["a"][1:]
            part["a"][0] = x[1] * part["b b"]
            row *= part["b b"]
            part["b b"] *= 2.0
            total = total + part["a"].sum() * part["b b"]
    return total


@program(args=(vec(3),), tags="dict array alias augmented store")
def items_that_are_one_array(x):
    held = {"a": x * 1.0, "b": 0.0, "c": x}
    same = held["a"]
    held["a"] *= 2.0
    held["b"] += same.sum()
    held["c"] = held["c"].copy()
    held["c"][1:] += held["a"][:2]
    held["a"], held["c"] = held["c"], held["a"] * held["b"]
    return (held["a"] * held["c"]).sum() * same[0]


@program(args=(vec(3),), tags="dict store while index")
def counter_in_a_dict(x):
    state = {"w": np.zeros(3), "n": 0}
    while state["n"] < 3:
        state["w"][state["n"]] = x[state["n"]] ** 2
        state["n"] += 1
    return state["w"].sum() * state["n"]


@program(args=(vec(3),), tags="dict alias closure store")
def dicts_that_others_see(x):
    state, other = {"a": x[0], "b": x[1]}, {"a": x[1]}
    alias, rows = other, []

    def read():
        return state["a"] * state["b"]

    state["a"] = x[2] * x[0]
    alias["a"] = x[2] * 2.0
    for i in range(3):
        row = {"a": x[i] * 2.0, "i": i}
        row["a"] *= x[0]
        rows.append(row)
    return read() * other["a"] + rows[1]["a"] * rows[2]["i"]


@program(args=(vec(3),), tags="dict keys added deleted views")
def dicts_whose_keys_change(x):
    added, gone, seen = {"a": x[0]}, {"a": x[0], "b": x[1]}, {"a": x[0], "b": x[2]}
    added["new"] = x[1] * added["a"]
    gone["a"] = gone["a"] * x[2]
    value = gone["a"]
    del gone["a"]
    seen["b"] *= 2.0
    return added["new"] * added["a"] + value * len(gone) + sum(seen.values()) * seen["b"]


@program(args=(vec(3),), tags="dict branch loop unbound")
def dicts_that_are_bound_here_or_there(x):
    total = 0.0
    if x[0] > -1e9:
        state = {"a": x[0]}
    else:
        state = {"a": x[1]}
    for i in range(3):
        if i:
            total = total + late["a"] * state["a"]  # noqa: F821
        late = {"a": x[i] * (i + 1)}  # noqa: F841
        state["a"] = state["a"] * late["a"]
    return total


@program(args=(vec(3),), tags="dict try exception partial loop")
def dict_that_is_left_half_way(x):
    state = {"a": x[0], "b": x[1]}
    for i in range(2):
        try:
            state["a"] = x[2] * state["a"]
            state["b"] = [x[1]][i] * state["a"]
        except IndexError:
            state["b"] += state["a"] * x[0]
    return state["a"] * state["b"]


@program(args=(vec(3),), tags="dict nested list store comprehension lambda")
def containers_in_a_dict(x):
    state = {"a": [x[0], x[1]], "b": {"c": x[2]}, "s": 1.0}
    state["a"].append(x[2])
    state["b"]["c"] *= x[0]
    twice = lambda s: s["a"] * 2.0  # noqa: E731
    given = {"a": x[1], "z": x[0]}
    given["z"] += 1.0
    parts = [state["s"] * k * x[1] for k in range(3)]
    return state["a"][2] * state["b"]["c"] * twice(given) * given["z"] + sum(parts) * state["s"]
