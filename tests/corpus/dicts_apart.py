"""Dicts that a function makes and fills by computed keys: as lists where nobody else has them, and all else."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(num(), 6), tags="dict f-string store loop")
def cache_by_text(x, n):
    cache = {"h0": x}
    for i in range(1, n):
        cache[f"h{i}"] = math.sin(cache[f"h{i - 1}"]) * 1.1
    total = 0.0
    for i in range(n):
        total += cache[f"h{i}"] * (i + 1)
    return total


@program(args=([mat(3, 3), mat(3, 3)], vec(3)), tags="dict f-string arrays loop")
def activations_by_text(ws, x):
    kept = {}
    kept["a0"] = x
    for i, w in enumerate(ws):
        kept[f"a{i + 1}"] = np.tanh(w @ kept[f"a{i}"])
    return sum([np.sum(kept[f"a{i}"] ** 2) for i in range(len(ws) + 1)])


@program(args=(vec(8),), tags="dict integers in augmented store branch")
def sums_by_remainder(x):
    sums = {}
    for i in range(len(x)):
        k = i % 3
        if k not in sums:
            sums[k] = 1.0
        sums[k] *= x[i] + 2.0
        sums[k] -= x[i] ** 2
    return sums[0] * sums[1] + sums[2]


@program(args=(vec(8),), tags="dict get default keys loop")
def sums_by_get(x):
    sums = {}
    for i in range(len(x)):
        sums[i % 3] = sums.get(i % 3, 0.5) + x[i] ** 2
    total = 0.0
    for k in sums:
        total = total * 0.5 + sums[k] * (k + 1)
    return total * len(sums)


@program(args=(vec(5),), tags="dict comprehension items values sum sorted max")
def dict_of_losses(x):
    losses = {f"loss{i}": x[i] * x[(i + 1) % 5] for i in range(5)}
    total = sum(losses.values()) + max(losses.values())
    for name, value in losses.items():
        total = total + value * len(name)
    for k, name in enumerate(sorted(losses)):
        total = total + losses[name] * k
    return total


@program(args=(vec(5),), tags="dict items stored while gone through")
def values_stored_while_gone_through(x):
    held = {i: x[i] for i in range(5)}
    for k, v in held.items():
        held[(k + 1) % 5] = held[(k + 1) % 5] * v
        held[k] = v * 0.5
    total = 0.0
    for v in held.values():
        held[2] = held[2] + v * 0.1
        total = total * 0.7 + v
    for k in held:
        held[k] *= total
    return sum(held.values())


@program(args=(vec(4),), tags="dict keys equal numbers order overwritten")
def keys_that_are_equal(x):
    held = {1: x[0], True: x[1], 0: x[2]}  # noqa: F601
    for i in range(3):
        held[i % 2] = held[i % 2] * x[3] + i
    total = 0.0
    for i, k in enumerate(held.keys()):
        total += held[k] * (i + 1) + k
    return total + held[False] * len(held)


@program(args=(num(), 4), tags="dict tuple keys table")
def table_by_pairs(x, n):
    table = {}
    for i in range(n):
        for j in range(n):
            if i == 0 or j == 0:
                table[i, j] = x * (i + j + 1)
            else:
                table[i, j] = 0.3 * (table[i - 1, j] + table[i, j - 1]) + table[i - 1, j - 1] ** 2
    return table[n - 1, n - 1]


@program(args=(vec(4),), tags="dict rebound loop")
def dict_made_anew_in_each_pass(x):
    total = 0.0
    for t in range(3):
        held = {}
        for i in range(4):
            held[(i * t) % 4] = x[i] * (t + 1)
        for k, v in held.items():
            total = total + v * (k + 2)
    return total


@program(args=(vec(4),), tags="dict rebound while gone through")
def dict_rebound_while_gone_through(x):
    held = {i: x[i] for i in range(4)}
    total = 0.0
    for k, v in held.items():
        total = total + v * held[k]
        held = {j: x[j] * v for j in range(4)}
    return total + held[3]


@program(args=(vec(4),), tags="dict alias")
def dict_by_two_names(x):
    held = {i: x[i] for i in range(4)}
    other = held
    for i in range(4):
        other[i] = other[i] * held[(i + 1) % 4]
    return held[0] * held[3] + other[1]


@program(args=(vec(3), vec(3)), tags="dict arrays stored into in place alias")
def arrays_in_a_dict_changed_in_place(x, y):
    held = {f"a{i}": x * (i + 1) for i in range(2)}
    held["same"] = held[f"a{0}"]
    for name in ("a0", "same", "a1"):
        held[name] += y
    held["a1"][1] = y[0] * held["same"][2]
    return np.sum(held["a0"] * held["a1"])


@program(args=(vec(4),), tags="dict values of several kinds")
def dict_of_numbers_and_arrays(x):
    held = {}
    for i in range(4):
        held[f"v{i}"] = x * 2.0 if i % 2 else x[i]
    return np.sum(held["v0"] * held["v1"]) + np.sum(held["v3"] + held["v2"])


@program(args=(vec(4),), tags="dict setdefault del pop")
def dict_that_loses_items(x):
    held = {}
    for i in range(4):
        held.setdefault(i % 3, x[i])
    first = held.pop(0)
    held[0] = first * x[3]
    del held[1]
    total = 0.0
    for i, v in enumerate(held.values()):
        total += v * (i + 1)
    return total


@program(args=(vec(4),), tags="dict setdefault text")
def first_of_each(x):
    held = {}
    total = 0.0
    for i in range(4):
        total += held.setdefault("ab"[i % 2], x[i]) * x[i]
    return total + (held["a"] if held else 0.0) + held["b"]


@program(args=(vec(4),), tags="dict captured closure memo recursion")
def remembered_by_a_closure(x):
    known = {}

    def term(n):
        if n not in known:
            known[n] = x[n] if n < 2 else term(n - 1) * x[2] + term(n - 2) * x[3]
        return known[n]

    return term(6) + known[3]


@program(args=(vec(4),), tags="dict returned by a callee alias")
def dict_of_a_callee(x):
    held = _counted(x)
    for k in held:
        held[k] = held[k] * x[k]
    return sum(held.values())


def _counted(x):
    made = {}
    for i in range(len(x)):
        made[i] = made.get(i - 1, 1.0) * x[i]
    return made


@program(args=(vec(4),), tags="dict break continue loop else")
def dict_left_early(x):
    held = {f"{i}": x[i] for i in range(4)}
    total = 0.0
    for name, value in held.items():
        if name == "1":
            continue
        total = total * 0.5 + value
        if name == "2":
            break
    else:
        total = total * 100.0
    for key in list(held):
        held[key + "b"] = held[key] * total
    return held["0b"] * held["3b"]


@program(args=(vec(3),), tags="dict nested lists grown")
def dict_of_lists(x):
    groups = {}
    for i in range(3):
        groups.setdefault(i % 2, []).append(x[i])
    return sum(groups[0]) * sum(groups[1])


@program(args=(vec(4), vec(3)), tags="dict branch conditional key text numbers")
def dict_made_in_a_branch(x, y):
    if y[0] > -5.0:
        held = {"k": y[1]}
    else:
        held = {}
    for i in range(3):
        held["k" * (i + 1)] = held["k" * max(i, 1)] * x[i]
    return held["kk"] + held["kkk"] * held["k"]


PARAMETERS = {"W0": mat(3, 3), "b0": vec(3), "W1": mat(3, 3), "b1": vec(3), "Wout": vec(3), "b": num()}


@program(args=(PARAMETERS, vec(3)), tags="dict given f-string arrays loop")
def given_parameters_by_text(params, x):
    for i in range(2):
        x = np.tanh(params[f"W{i}"] @ x + params[f"b{i}"])
    return params["Wout"] @ x + params["b"]


@program(args=(PARAMETERS, vec(3)), tags="dict given f-string pieces conversions loop")
def given_parameters_by_texts_of_pieces(params, x):
    total = 0.0
    for name in ("W", "b"):
        for i in range(2):
            total = total + np.sum(params[f"{name}{i:d}"] * x)
    for end in ("0", "1", "out"):
        total = total + np.sum(params[f"W{end}"]) ** 2
    for n in (0, 1):
        total = total * params[f"{'b' * n}{'b' * (1 - n)}"] + np.sum(params[f"b{n!r}"])
    return total


@program(args=(vec(3),), tags="dict stored meanwhile f-string")
def other_values_by_text(x):
    held = {"a0": x[0], "a1": x[1], "b0": x}
    for i in range(2):
        held[f"a{i}"] = held["b0"] * (i + 1)
        held[f"{'b'}0"] = held[f"b{0}"] + held[f"a{i}"]
    return np.sum(held["a0"] * held[f"a{1}"])
