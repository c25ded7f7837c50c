"""Lists, tuples and dicts that are globals or captured: what they hold is known as the call begins, and may change."""

import dataclasses

import numpy as np

from tests.corpus import stepping
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


@dataclasses.dataclass
class Shared:
    scale: float
    buf: np.ndarray
    ways: tuple = ()


def doubled(v):
    return v * 2.0


def cubed(v):
    return v**3


SHARED = Shared(1.0, np.ones(3), (doubled, cubed))
WORK = [1.0, np.ones(3), {"rows": [np.ones(3), np.zeros(3)]}]
WAYS = {"doubled": doubled, "cubed": cubed, "mode": "cubed"}


def begin_again():
    SHARED.scale, SHARED.buf[:], SHARED.ways = 1.0, 1.0, (doubled, cubed)
    WORK[0], WORK[1][:] = 1.0, 1.0
    WORK[2]["rows"][0][:] = 1.0
    WAYS["mode"] = "cubed"


def reads_shared(x):
    return np.sum(SHARED.ways[1](x * SHARED.scale) * SHARED.buf)


def reads_work(x):
    return np.sum(x * WORK[0] * WORK[1] * WORK[2]["rows"][0])


@program(args=(vec(3),), tags="global dataclass attribute store loop branch")
def active_values_in_a_global_dataclass(x):
    begin_again()
    total = reads_shared(x)
    for k in range(2):
        if k:
            SHARED.scale, SHARED.buf = x[0], x * 2.0
        total = total + reads_shared(x) * SHARED.scale
    SHARED.buf = np.ones(3)
    begin_again()
    return total


@program(args=(vec(3),), tags="global dataclass list array store loop branch")
def active_values_in_arrays_that_global_containers_hold(x):
    begin_again()
    total = reads_shared(x) * reads_work(x)
    for k in range(2):
        if k:
            SHARED.buf[:2] = x[1:]
            WORK[1][k] *= x[0]
            row = WORK[2]["rows"][0]
            row[2] = x[1] * row[0]
        total = total + reads_shared(x) * reads_work(x) * SHARED.buf[0] * WORK[2]["rows"][0][2]
    begin_again()
    return total


@program(args=(vec(3),), tags="global list number store loop branch")
def active_numbers_in_a_global_list(x):
    begin_again()
    total = reads_work(x)
    for k in range(2):
        if k:
            WORK[0] = x[k] * WORK[0]
        total = total + reads_work(x) * WORK[0]
    begin_again()
    return total


@program(args=(vec(3),), tags="global dict function loop branch")
def functions_of_a_global_table(x):
    begin_again()
    total = 0.0
    for k in range(3):
        if k == 2:
            WAYS["mode"] = "doubled"
        total = total + np.sum(WAYS[WAYS["mode"]](x) * WAYS["doubled"](x))
    begin_again()
    return total


@program(args=(vec(3),), tags="global dict function loop branch store")
def functions_of_a_global_table_that_change(x):
    total = 0.0
    for k in range(3):
        if k == 1:
            WAYS["doubled"] = lambda v: v * 4.0
            SHARED.ways = (cubed, doubled)
        total = total + np.sum(WAYS["doubled"](x) * SHARED.ways[0](x))
    WAYS["doubled"], SHARED.ways = doubled, (doubled, cubed)
    return total


@program(args=(vec(3),), tags="module attribute list dict store loop branch")
def containers_of_another_module(x):
    total = 0.0
    for k in range(4):
        if k == 1:
            stepping.change_parts()
        if k == 2:
            stepping.PARTS[0] = x[0]
        if k == 3:
            stepping.PARTS[1] = x * 0.5
        total = total + np.sum(stepping.PARTS[0] * x * stepping.PARTS[1]) ** stepping.PARTS[2]["power"]
    stepping.restore_parts()
    return total
