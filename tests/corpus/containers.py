"""Lists, tuples, dicts, NamedTuples, dataclasses and objects: as arguments, results and in between."""

import bisect
import dataclasses
from typing import NamedTuple

import numpy as np

from tests.corpus.base import built, mat, num, pos, program, vec


class Line(NamedTuple):
    slope: float
    offset: np.ndarray


@dataclasses.dataclass
class Layer:
    weight: np.ndarray
    bias: np.ndarray
    name: str = "layer"

    def apply(self, x):
        return np.tanh(self.weight @ x + self.bias)


@dataclasses.dataclass(frozen=True)
class Pair:
    left: float
    right: float


class Particle:
    def __init__(self, position, velocity):
        self.position = position
        self.velocity = velocity

    def step(self, dt):
        self.position = self.position + dt * self.velocity
        return self

    @property
    def energy(self):
        return np.sum(self.velocity**2)

    @staticmethod
    def twice(x):
        return x * 2.0

    @classmethod
    def at_rest(cls, position):
        return cls(position, position * 0.0)

    def __call__(self, x):
        return self.position * x


@program(args=(num(), vec(2)), tags="tuple unpacking", complex_ok=True)
def tuple_built_and_unpacked(x, v):
    t = (x * x, v, 3.0)
    a, b, c = t
    d, (e, f) = a * c, (x, b[0])
    return a * b + d * e + f


@program(args=((num(), (num(), vec(3))),), tags="tuple nested-unpacking", complex_ok=True)
def nested_tuple_argument(p):
    a, (b, c) = p
    d, e, f = c
    return a * b * d + e * f


@program(args=(vec(5),), tags="unpacking array starred", complex_ok=True)
def starred_unpacking(x):
    a, *mid, b = x
    first, *_ = mid
    s = a * b
    for m in mid:
        s = s + m * a
    return s * first


@program(args=([num(), num(), num()],), tags="unpacking list starred", complex_ok=True)
def starred_unpacking_of_list(xs):
    head, *tail = xs
    (a, b) = tail
    [c, d] = b, a
    return head * a + b * c * d


@program(args=(num(), num(), num()), tags="swap rotation", complex_ok=True)
def swaps_and_rotations(a, b, c):
    a, b = b, a
    a, b, c = c * a, a, b
    (a, b), c = (b, c), a
    x = y = a * b
    return a * 2.0 + b * b * c + x * y


@program(args=({"w": vec(3), "b": num()}, vec(3)), tags="dict argument", complex_ok=True)
def dict_argument(p, x):
    z = np.sum(p["w"] * x) + p["b"]
    return z * p["w"]


@program(
    args=([{"w": mat(3, 2), "b": vec(3)}, {"w": mat(1, 3), "b": vec(1)}], vec(2)),
    tags="list dict argument for",
    complex_ok=True,
)
def list_of_dicts(layers, x):
    for layer in layers[:-1]:
        x = np.tanh(layer["w"] @ x + layer["b"])
    last = layers[-1]
    return np.sum(last["w"] @ x + last["b"])


@program(args=(built(Line, num(), vec(2)), num()), tags="namedtuple argument", complex_ok=True)
def namedtuple_argument(line, x):
    slope, offset = line
    return line.slope * x + offset * slope + line[0]


@program(args=(num(), vec(2)), tags="namedtuple result", complex_ok=True)
def namedtuple_result(x, v):
    line = Line(x * x, offset=v * x)
    return Line(line.slope + 1.0, line.offset * line.slope)


@program(args=(built(Layer, mat(2, 3), vec(2)), vec(3)), tags="dataclass argument", complex_ok=True)
def dataclass_argument(layer, x):
    return np.tanh(layer.weight @ x + layer.bias) * layer.bias


@program(
    args=([built(Layer, mat(2, 3), vec(2)), built(Layer, mat(2, 2), vec(2))], vec(3)),
    tags="dataclass method for",
    complex_ok=True,
)
def dataclass_methods(layers, x):
    for layer in layers:
        x = layer.apply(x)
    return np.sum(x)


@program(args=(num(), num()), tags="dataclass result", complex_ok=True)
def dataclass_result(x, y):
    p = Pair(x * y, right=x)
    q = dataclasses.replace(p, left=p.right * p.left)
    return Pair(q.left, p.left + q.right)


@program(args=(num(), vec(2)), tags="dict result", complex_ok=True)
def dict_result(x, v):
    out = {"x": x * x, "v": v * x}
    return {"a": out["x"], "b": [out["v"], (x, v + 1.0)], "out": out}


@program(args=(vec(4),), tags="list result", complex_ok=True)
def list_result(x):
    return [x[0] * x[1], x * 2.0, [x[2]]]


@program(args=(vec(4),), tags="list append for", complex_ok=True)
def append_in_loop(x):
    out = []
    for v in x:
        out.append(v * v)
    s = 0.0
    for i in range(len(out)):
        s = s + out[i] * out[-1 - i]
    return s


@program(args=(num(), 5), tags="list append for result", complex_ok=True)
def history_returned(x, n):
    states = [x]
    for i in range(n):
        states.append(states[-1] * x + i)
    return states


@program(args=(vec(4),), tags="list append branch loop stack")
def append_in_branch_in_loop(x):
    big, small = [], []
    for v in x:
        if v > 0:
            big.append(v * v)
        else:
            small.append(v)
        if len(small) > 1:
            big.append(small[0] * small[1])
    return np.sum(np.array(big)) + len(small) * np.prod(np.stack(small + [x[0]]))


@program(args=(num(), num()), tags="list store", complex_ok=True)
def list_stores(x, y):
    xs = [x, y, x * y]
    xs[0] = xs[1] * xs[2]
    xs[1] += xs[0]
    xs[-1] *= 2.0
    a = xs
    a[0] = a[0] * x
    return xs[0] * xs[1] + xs[2]


@program(args=(num(), num()), tags="list pop insert extend", complex_ok=True)
def list_methods(x, y):
    xs = [x, y]
    xs.extend([x * y, 2.0])
    xs.insert(1, y * y)
    a = xs.pop()
    b = xs.pop(0)
    xs += [a * b]
    xs.reverse()
    del xs[0]
    s = 0.0
    for v in xs:
        s = s * 0.5 + v
    return s * len(xs)


@program(args=(num(), num()), tags="list concatenation multiplication slices", complex_ok=True)
def list_operators(x, y):
    xs = [x] * 3 + [y, x * y]
    ys = xs[1:4] + xs[::-2]
    xs[1:3] = [y * y]
    s = 1.0
    for a, b in zip(xs, ys):
        s = s + a * b
    return s


@program(args=(vec(4), num()), tags="comprehension list", complex_ok=True)
def list_comprehension(x, k):
    ys = [v * k for v in x]
    zs = [a * b for a, b in zip(ys, x) if k.real > 0]
    return np.sum(np.array([y * z for y, z in zip(ys, zs)]))


@program(args=(mat(2, 3),), tags="comprehension nested", complex_ok=True)
def nested_comprehension(a):
    rows = [[v * v for v in row] for row in a]
    flat = [v * (i + 1) for i, row in enumerate(rows) for v in row]
    return sum(flat) * rows[0][1]


@program(args=({"a": num(), "b": num()},), tags="comprehension dict", complex_ok=True)
def dict_comprehension(p):
    squares = {k: v * v for k, v in p.items()}
    merged = {**squares, "c": p["a"]} | {"b": p["b"]}
    return squares["b"] * merged["c"] + merged["b"] + merged["a"]


@program(args=(num(), num()), tags="dict store", complex_ok=True)
def dict_stores(x, y):
    d = {}
    d["a"] = x * y
    d["b"] = d["a"] * x
    d["a"] += y
    d.update(c=d["a"] * 2.0)
    s = d.get("a", 0.0) + d.get("zzz", x) * d.pop("b") + d.setdefault("e", y * y)
    return s * d["c"] * len(d)


@program(args=({"m": vec(2), "v": vec(2)}, vec(2)), tags="dict update for result", complex_ok=True)
def optimiser_state(state, g):
    new = {}
    for name, old in state.items():
        new[name] = 0.9 * old + 0.1 * g**2
    state["m"] = new["m"] * 2.0
    return new, state["m"]


@program(args=([num(), num()],), tags="list argument store pitfall_06", complex_ok=True)
def list_argument_stored(xs):
    xs[0] = xs[0] * xs[1]
    xs.append(xs[0])
    return xs[2] * xs[1]


@program(args=(vec(3), vec(3), num()), tags="object attributes", complex_ok=True)
def object_with_attributes(x, v, dt):
    p = Particle(x, v)
    p.step(dt).step(dt * 0.5)
    p.velocity = p.velocity * 0.9
    p.velocity += p.position
    return np.sum(p.position * p.velocity) + p.energy


@program(args=(vec(3), num()), tags="object methods", complex_ok=True)
def object_with_methods(x, k):
    p = Particle.at_rest(x)
    q = Particle(Particle.twice(x), x * k)
    return np.sum(p(k) * q(k)) + q.energy + p.twice(k)


@program(args=(vec(4),), tags="list iterate-growing pitfall_38", complex_ok=True)
def list_that_grows_while_iterated(x):
    xs = [x[0]]
    s = 0.0
    for v in xs:
        s = s + v * v
        if len(xs) < 4:
            xs.append(v * x[len(xs)])
    return s


@program(args=(vec(4),), tags="iterator pitfall_38", complex_ok=True)
def one_iterator_zipped_with_itself(x):
    it = iter(x)
    s = 0.0
    for a, b in zip(it, it):
        s = s + a * b * b
    return s


@program(args=(vec(4),), tags="list of-lists matrix", complex_ok=True)
def matrix_of_lists(x):
    m = [[x[0], x[1]], [x[2], x[3]]]
    m[0][1] = m[1][0] * x[0]
    row = m[1]
    row[0] = m[0][1] * 2.0
    a = np.array(m)
    return a @ a + m[1][0]


@program(args=(vec(3), "name"), tags="strings f-string inactive", complex_ok=True)
def strings_pass_through(x, name):
    label = "value of " + name
    key = f"{name}-{len(x)}"
    table = {key: 2.0, "other": 3.0}
    return x * table[key] * len(label)


@program(args=(vec(4), [0, 2, 3]), tags="list inactive index", complex_ok=True)
def list_of_indices(x, idx):
    s = 0.0
    for i in idx:
        s = s + x[i] * x[idx[0]]
    return s + np.sum(x[idx] ** 2)


@program(args=(vec(4), {1, 3}), tags="set inactive", complex_ok=True)
def set_of_indices(x, chosen):
    s = 0.0
    for i in range(4):
        if i in chosen:
            s = s + x[i] ** 2
    return s * x[0]


@program(args=((), [], {}, num()), tags="tree empty", complex_ok=True)
def empty_containers(a, b, c, x):
    return x * x + len(a) + len(b) + len(c)


@program(args=([None, num(), "text", (3, True, vec(2))],), tags="tree mixed inactive", complex_ok=True)
def mixed_tree(t):
    none, x, text, (n, flag, v) = t
    y = x * v * n
    return y if flag and none is None and text == "text" else v


@program(args=(num(),), tags="tuple loop carried", complex_ok=True)
def tuple_state_in_loop(x):
    state = (x, 1.0, 0)
    for _ in range(4):
        a, b, n = state
        state = (a * b + n, b * x, n + 1)
    return state[0] + state[1] * state[2]


@program(args=(num(), num()), tags="tuple index concat", complex_ok=True)
def tuple_operators(x, y):
    t = (x, y) + (x * y,)
    u = t[1:] + t[:1]
    return u[0] * u[-1] + t[2] * len(u)


@program(args=(mat(4, 2), vec(3)), tags="set inactive add index loop branch")
def set_of_fixed_places_that_grows(x, k):
    fixed = {0}
    v = np.zeros_like(x)
    for step in range(4):
        force = np.zeros(x.shape)
        force[1:] += np.outer(k, x[0])
        force[list(fixed)] = 0
        v = v * 0.9 + force * x
        if step == 2:
            fixed.add(3)
    return np.sum(v)


class Sorted:
    def __init__(self):
        self.items = []

    def add(self, v):
        bisect.insort(self.items, v)
        return self.items[len(self.items) // 2]


@program(args=(pos(5), 0.9), tags="bisect list insort object loop branch")
def values_put_in_order(x, t):
    found = Sorted()
    s = 0.0
    for k, v in enumerate(x):
        if k != 2:
            s += found.add(v * v) * (k + 1)
        else:
            bisect.insort_left(found.items, v, key=lambda u: u)
    places = np.cumsum(x)
    i = bisect.bisect(list(places), t + 0.7) - 1
    return s + places[i] * t + sum((k + 1) * v for k, v in enumerate(found.items))
