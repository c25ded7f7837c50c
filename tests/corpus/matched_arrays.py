"""`match` about arrays, which are sequences for patterns from NumPy 2.5 on and fall to the other cases before it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.corpus.base import mat, pos, program, vec


@program(args=(vec(4),), more=[(vec(2),), (vec(3),)], tags="match array sequence")
def array_by_its_length(x):
    match x:
        case [a, b] | [a, b, _]:
            return a * b
        case [a, *_, z] as whole:
            return np.prod(whole) * a + z
        case other:
            return np.sum(other * other)


@program(args=(mat(3, 2),), tags="match array sequence loop branch guard", smooth=False)
def rows_by_pattern(m):
    total = 0.0
    for k, row in enumerate(m):
        if k < 5:
            match row:
                case [a, b] if a > b:
                    total = total + a * b
                case [a, *rest]:
                    total = total + a**2 + sum(rest)
                case _:
                    total = total + np.sum(row)
    return total


@program(args=(mat(2, 2),), tags="match array nested sequence")
def matrix_by_pattern(m):
    match m:
        case [[a, b], [c, d]]:
            return a * d - b * c
        case _:
            return np.sum(m * m)


@program(args=(vec(4),), tags="match array store sequence loop branch")
def buffer_by_pattern(x):
    total = 0.0
    for k in range(2):
        if k < 5:
            buffer = np.zeros(3)
            buffer[:] = x[1:] * (k + 2)
            match (k, buffer):
                case (0, [p, q, s]):
                    total = total + p * q + s
                case (_, [p, *rest]):
                    total = total + p * rest[0] * rest[1]
                case (_, other):
                    total = total + np.sum(other**3)
    return total


@dataclass
class Leaf:
    at: Any
    kind: str = "leaf"


@program(args=({"from": vec(2), "to": vec(2), "w": 0.5},), tags="match mapping array sequence")
def mapping_of_points(d):
    match d:
        case {"from": [a, b], "to": [c, *_], **rest}:
            return a * b * rest["w"] + c
        case {"from": p, "to": q, "w": w}:
            return np.sum(p * q) * w


@program(args=(pos(2), pos(3)), tags="match object array sequence loop branch")
def objects_of_points(x, y):
    total = 0.0
    for leaf in (Leaf(x), Leaf(y * x[0]), Leaf([x[1], y[0]], "pair")):
        if x[0] > 0.0:
            match leaf:
                case Leaf(kind="pair", at=[a, b]):
                    total = total + a * b
                case Leaf(at=[a, b]):
                    total = total - a * b * 2.0
                case Leaf(at=[a, *rest], kind=kind) if len(kind) > 2:
                    total = total + a * rest[-1]
                case Leaf(at):
                    total = total + np.sum(at * at)
    return total
