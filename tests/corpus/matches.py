"""`match` statements: every kind of pattern, captures, guards, jumps; and names that only some branches bind."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from tests.corpus.base import built, num, program, vec


@dataclasses.dataclass
class Circle:
    radius: Any
    gain: Any


class Box(NamedTuple):
    width: Any
    height: Any


class Modes:
    FAST = 1
    SLOW = "slow"


def area(shape):
    match shape:
        case Circle(radius=0.0):
            return 0.0
        case Circle(r, gain=g):
            return 3.14 * r * r * g
        case Box(w, h) if w is not h:
            return w * h
        case Box(w, _):
            return w * w * w
        case float() | int() as side:
            return side * side
        case _:
            return -1.0


@program(args=(built(Circle, num(), num()),), tags="match class dataclass")
def match_dataclass(shape):
    return area(shape) * shape.gain


@program(args=(built(Box, num(), num()),), tags="match class namedtuple")
def match_namedtuple(box):
    return area(box) + area(box.width) * area((box.height,))


@program(
    args=(num(), "slow"), more=[(num(), 1), (num(), None), (num(), True), (num(), 3)], tags="match value singleton"
)
def match_dotted_values(x, mode):
    match mode:
        case True:
            return x
        case None:
            x = x * 2.0
        case Modes.FAST:
            return x * x
        case Modes.SLOW:
            x = x * 3.0
    return x**3


@program(args=((num(), (num(), num())), 2.0), more=[((num(), num()), 2.0), (num(), 2.0)], tags="match sequence nested")
def match_nested_sequences(t, k):
    match t:
        case (a, (b, c)):
            return a * b + c * k
        case [a, b]:
            return a * b * k
        case a:
            return a * a


@program(args=([num(), num(), num(), num()],), more=[([num()],)], tags="match sequence star")
def match_starred(xs):
    match xs:
        case []:
            return 0.0
        case [only]:
            return only * only
        case [first, *middle, last]:
            s = first * last
            for m in middle:
                s = s + m * m
            return s


@program(
    args=({"kind": "scale", "by": num()}, num()), more=[({"kind": "shift", "by": num()}, num())], tags="match mapping"
)
def match_mapping(d, x):
    match d:
        case {"kind": "scale", "by": k}:
            return x * k
        case {"kind": "shift" | "move" as kind, "by": k}:
            return x + k * k * len(kind)
    return x


@program(args=(vec(6), num()), tags="match loop branch break continue guard")
def match_in_loop_in_branch(x, k):
    s = 0.0
    if k > 0:
        for i, v in enumerate(x):
            match i % 4, v:
                case 0, y:
                    s = s + y * k
                case (1, y) | (2, y) if y > 0:
                    s = s * y + k
                    continue
                case 3, _:
                    if i > 4:
                        break
                    s = s - v * v
                case _:
                    match i:
                        case 1:
                            s = s + 0.5 * v
                        case other:
                            s = s + other * v
            s = s + k * v
    return s


@program(args=(vec(4), num()), tags="match return loop walrus")
def match_returns_from_loop(x, k):
    for i in range(4):
        match (y := x[i] * k):
            case _ if i == 2:
                return y * y
            case z:
                k = k + z * y
    return k


@program(args=(num(), 2.0), tags="match rebinds subject")
def match_rebinds_its_subject(x, k):
    x = (x, k)
    match x:
        case (x, k) if k > 5.0:
            return x
        case (k, x):
            return x * k * k


@program(args=(vec(4),), tags="match array value")
def match_over_kinds(x):
    total = 0.0
    for item in (x, 2.0, (x, 1.5), "x"):
        match item:
            case np.ndarray():
                total = total + np.sum(item * item)
            case float(v):
                total = total * v
            case (np.ndarray() as a, b):
                total = total + np.sum(a) * b
            case str(text):
                total = total + len(text)
    return total


@program(args=(vec(4),), more=[(np.array([-0.5, 0.3, 0.7, -0.2]),)], tags="branch undefined loop", smooth=False)
def bound_in_one_branch_of_a_loop(x):
    s = 0.0
    for i, v in enumerate(x):
        if i > 0:
            s = s + late * v  # noqa: F821  bound by the pass before
        if v > 0:
            a = v * 2.0
        if v > 0:
            s = s + a * a
        late = v * v
    return s


@program(args=(num(), True), more=[(num(), False)], tags="branch undefined")
def bound_in_one_branch_and_rebound(x, c):
    if c:
        a = x * 2.0
    if c:
        y = a * a
    else:
        a = x
        y = a * a * a
    a = y * y
    return a * y


@program(args=(vec(3), 4), tags="branch undefined loop array")
def bound_in_one_pass(x, n):
    for i in range(n):
        w = x * i
        if i == 1:
            b = w * w
        if i > 1:
            for _ in range(2):
                w = b * w + np.sum(b)
    return np.sum(w)


class Asked:
    """Its property changes what it holds when it is read."""

    __match_args__ = ("value", "rest")

    def __init__(self, value):
        self.held = value
        self.rest = 1.0

    @property
    def value(self):
        self.held = self.held * 2.0
        return self.held


@program(args=(vec(3), num()), tags="match class property store loop branch")
def patterns_read_a_property_once(x, t):
    total = 0.0
    for k in range(3):
        asked = Asked(x[k] * t)
        match asked:
            case Asked(value=0.0) if k > 0:
                total += 1.0
            case Asked(_, rest=2.0):
                total += 2.0
            case Asked(v, r):
                total += v * r * (k + 1)
        total += asked.held
    return total
