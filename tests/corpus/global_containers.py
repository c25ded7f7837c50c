"""Lists, tuples and dicts that are globals or captured: what they hold is known as the call begins, and may change."""

import numpy as np

from tests.corpus.base import num, program, vec

WEIGHTS = [np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.6], [0.7, -0.3, 0.2]]), np.array([1.0, -2.0, 0.5])]
SETTINGS = {"rate": 0.5, "power": 2, "name": "cubes"}
NESTED = {"layers": [(np.ones((3, 1)), 0.5), (np.ones((1, 3)), 2.0)], "rows": [[1.0, 2.0], [3.0, 4.0]]}
CHANGING = [np.ones(3), np.ones(3) * 2.0]
NAMED = {"scale": np.ones(3)}


def restart():
    CHANGING[:] = [np.ones(3), np.ones(3) * 2.0]
    NAMED.clear()
    NAMED["scale"] = np.ones(3)


def grow():
    CHANGING.append(np.ones((1, 3)) * 0.5)
    CHANGING[0] = np.ones((3, 1)) * 3.0


class Changer:
    def change(self, held):
        held[0] = np.ones((2, 1)) * 2.0
        NAMED["scale"] = 1.5


@program(args=(vec(3),), tags="global list dict array loop branch")
def layers_of_global_weights(x):
    total = 0.0
    for k in range(2):
        if k < 5:
            x = np.tanh(WEIGHTS[0] @ x) * WEIGHTS[1] * SETTINGS["rate"]
            total = total + np.sum(x ** SETTINGS["power"]) * len(SETTINGS["name"])
    return total


@program(args=(vec(3),), tags="global dict list tuple nested loop branch")
def layers_that_are_nested(x):
    total = 0.0
    for weight, bias in NESTED["layers"]:
        if bias > 0:
            total = total + np.sum((weight * x + bias) ** 2) * NESTED["rows"][1][0]
    return total


@program(args=(vec(3),), tags="global list append store loop branch")
def global_list_that_a_helper_changes(x):
    restart()
    total = 0.0
    for k in range(3):
        if k == 1:
            grow()
        total = total + np.sum((x * CHANGING[0] + CHANGING[-1]) ** 2)
    restart()
    return total


@program(args=(vec(3),), tags="global list alias method store")
def global_list_that_a_method_changes_by_another_name(x):
    restart()
    before = np.sum(x * CHANGING[0] * NAMED["scale"]) ** 2
    changer = [Changer()]
    changer[0].change(CHANGING)
    after = np.sum(x * CHANGING[0] * NAMED["scale"]) ** 2
    restart()
    return before * after


@program(args=(vec(3),), tags="global dict alias store loop branch")
def global_dict_that_is_changed_by_another_name(x):
    restart()
    named, total = NAMED, 0.0
    for k in range(3):
        if k:
            named["scale"] = np.ones((k + 1, 1)) * 0.5
        total = total + np.sum(x * NAMED["scale"]) ** 2
    restart()
    return total


@program(args=(vec(3), num()), tags="closure captured list dict store loop branch")
def captured_containers(x, s):
    kept, named = [x * s, 2.0], {"a": s * s, "b": np.ones(3)}

    def inner(v):
        return np.sum(kept[0] * v * named["b"]) * kept[1] * named["a"]

    total = inner(x)
    for k in range(2):
        if k:
            kept[1], named["b"] = s, np.ones((2, 1)) * s
        total = total + inner(x * s)
    return total
