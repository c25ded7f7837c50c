"""Dicts that are made in a function and stored into: caches of layers, counters, memo tables, under several names."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=({"W": mat(3, 3), "b": vec(3), "V": mat(3, 3)}, vec(3)), tags="dict store parameter cache")
def cache_of_layers(params, x):
    cache = {}
    cache["in"] = x
    cache["hidden"] = np.tanh(params["W"] @ cache["in"] + params["b"])
    cache["out"] = params["V"] @ cache["hidden"]
    return np.sum(cache["out"] * cache["in"]) + cache["hidden"][0]


@program(args=(vec(6), [0, 1, 0, 2, 1, 0]), tags="dict store loop branch integers get augmented-store")
def counters_by_key(x, keys):
    totals = {}
    for k, v in zip(keys, x):
        if k in totals:
            totals[k] += v * v
        else:
            totals[k] = v
        if k == 1:
            totals[k] = totals[k] * totals.get(0, 2.0)
    return sum(math.sin(t) for t in totals.values()) + totals[2] * x[0]


@program(args=(vec(4), num()), tags="dict store loop alias branch")
def dict_under_two_names(x, s):
    first = {"a": 1, "b": 2}
    other = {}
    for i in range(4):
        chosen = first if i % 2 == 0 else other
        chosen["a"] = x[i] * s
    first["b"] = first["a"] * other["a"]
    return first["a"] + first["b"] * x[0] + other["a"]


@program(args=(vec(4),), tags="dict nested store list alias")
def dict_in_a_list(x):
    record = {"n": 1}
    rows = [record, {"n": 2}]
    rows[0]["n"] = x[0] * x[1]
    record["m"] = x[2]
    rows[1]["n"] += x[3]
    return record["n"] * rows[0]["m"] + rows[1]["n"]


@program(args=(vec(4), mat(2, 2)), tags="dict store dtype-change loop branch")
def values_of_other_kinds(x, m):
    held = {}
    for i in range(4):
        held[i] = x[i] if i < 2 else m * x[i] if i == 2 else [x[i], i]
    held[0] = m[0]
    total = 0.0
    for i in range(4):
        value = held[i]
        total = total + (value[0] * value[1] if i == 3 else np.sum(value) ** 2)
    return total


def _noted(table, key, value):
    table[key] = value
    return table


@program(args=(vec(4),), tags="dict store call alias")
def dict_that_a_callee_stores_into(x):
    table = {}
    table[0] = 2
    same = _noted(table, 0, x[0] * x[1])
    same[1] = x[2]
    return table[0] * table[1] + len(same) * x[3]


@program(args=(vec(5),), tags="dict closure store recursion memo")
def memo_of_an_inner_function(x):
    memo = {}
    memo[0] = 1

    def rec(n):
        if n not in memo:
            memo[n] = rec(n - 1) * x[n] + n
        return memo[n]

    top = rec(4)
    return top * memo[2] + memo[0]


@program(args=(vec(4),), tags="dict update pop setdefault delete store")
def dict_changed_by_methods(x):
    d = {}
    d["a"] = 1
    d.update(a=x[0], b=x[1] * 2)
    c = d.setdefault("c", x[2])
    d["a"] = d["a"] * c
    gone = d.pop("b")
    d["e"] = gone * d["a"]
    del d["a"]
    return sum(d.values()) * x[3] + len(d)


@program(args=({"k": num(), "w": vec(3)}, vec(3)), tags="dict parameter store alias loop branch")
def given_dict_beside_one_that_grows(params, x):
    seen = {}
    for i in range(3):
        if i == 1:
            params["k"] = params["k"] * x[i]
        seen[i] = params["k"] * params["w"][i]
    seen["w"] = params["w"]
    seen["w"][0] = x[2]
    return seen[0] + seen[1] * seen[2] + np.sum(params["w"] * x)
