"""Each construct of the language within a loop that stands within a branch, as `tests/test_constructs.py` asks."""

import functools

import numpy as np

from tests.corpus.base import mat, num, program, vec

scale = 1.0


@program(args=(mat(3, 4), num()), tags="store loop branch")
def stores_inside(a, k):
    w = a * 1.0
    mask = a > 0.0
    idx = [0, 2, 2]
    if k > 0.0:
        for i in range(2):
            w[i, 1] = k * w[i, 0]
            w[1:, i] = w[1:, 3] * k
            w[..., 0] = w[..., 1] + k
            w[:, None, 3][mask[:, 3][:, None]] = k * i
            w[mask] *= 1.0 + k
            w[i, idx] = w[2, idx] * k
            w[i] += w[2]
            w *= 0.9
    return np.sum(w * w)


@program(args=(mat(3, 3), vec(3)), tags="store loop branch out add.at fill sort copyto")
def functions_that_store_inside(a, v):
    w = a * 1.0
    if v[0] > -100.0:
        for i in range(2):
            np.multiply(w[0], v, out=w[1])
            np.add.at(w[:, i], [0, 0, 2], v[0])
            w[2, i:].fill(v[i])
            w[0].sort()
            np.copyto(w[:, 2], v * w[1, 1])
            w.T[0] *= v[1]
            w.reshape(9)[4] = v[2] * w[0, 0]
            w.ravel()[i] += v[1]
            np.diagonal(w)[1:].sum()
            w[2] += np.diagonal(w) * v
    return np.sum(w * w)


def _scaled(x, /, y, *rest, factor=1.0, **named):
    return x * y * factor + sum(rest) + sum(named.values())


@program(args=(vec(3), num()), tags="call closure lambda partial loop branch")
def functions_inside(x, k):
    global scale
    total = 0.0
    if k > 0.0:
        for i in range(3):
            state = x[i]

            def push(y):
                nonlocal state
                state = state * y + k
                return state

            square = lambda t: t * t * k  # noqa: E731
            bound = functools.partial(_scaled, k, factor=x[i])
            args, named = (x[0], k), {"factor": k, "more": x[1]}
            total += push(x[2]) + square(state) + bound(x[1])
            total += _scaled(*args, **named) + _scaled(x[i], k, x[2], factor=2.0)
            total += functools.reduce(lambda p, q: p * q + k, [x[0], x[i]]) + sum(map(square, x))
            scale = 2.0
            total *= scale
    return total


@program(args=(vec(4), num()), tags="list tuple loop branch")
def lists_inside(x, k):
    total = 0.0
    if k > 0.0:
        for i in range(2):
            items = [x[0], k]
            items.append(x[i] * k)
            items.extend([x[2], x[3]])
            items.insert(1, k * k)
            last = items.pop()
            joined = items[1:] + [last] * 2 + [v * k for v in items if v > 0.0]
            a, (b, c) = joined[0], (joined[1] * k, x[i])
            first, *others = joined
            total += a * b + c * first + sum(others) + sum(v * v for v in joined)
    return total


@program(args=(vec(3), num()), tags="dict set f-string loop branch")
def dicts_inside(x, k):
    total = 0.0
    if k > 0.0:
        for i in range(3):
            table = {"a": x[i], "b": k * x[0]}
            table[f"c{i}"] = table["a"] * k
            more = {name: v * k for name, v in table.items()}
            both = table | {"d": more["a"]}
            kinds = {i, i + 1, 1}
            for _, v in both.items():
                total += v * len(kinds)
            label = f"{x[i]:.2f}"
            total += more["b"] * len(label[:1])
    return total


class Body:
    """Something that moves."""

    def __init__(self, place, speed):
        self.place, self.speed = place, speed

    def step(self, dt):
        self.place = self.place + self.speed * dt
        return self.place


@program(args=(vec(3), num()), tags="object attribute method loop branch")
def objects_inside(x, k):
    total = 0.0
    if k > 0.0:
        for i in range(2):
            body = Body(x[i], k)
            body.speed = body.speed * x[2]
            total += body.step(k) * body.place + body.speed
    return total


@program(args=(vec(4), num()), tags="for while else loop branch")
def loops_inside(x, k):
    total, names = 0.0, {"p": x[0], "q": k}
    rows = [x[0] * k, x[1], x[2]]
    if k > 0.0:
        for i in range(2):
            for v in rows:
                total += v * k
            for j, v in enumerate(x):
                total += v * j
            for v, w in zip(x, rows):
                total += v * w
            for v in reversed(rows):
                total = total * 0.9 + v
            for name, v in names.items():
                total += v * len(name)
            for v in x:
                if v > 100.0:
                    break
                total += v * v
            else:
                total *= k
            n = 0
            while n < 2:
                n += 1
                total += x[n] * k
            else:
                total += x[3]
            while True:
                n -= 1
                if n < 0:
                    break
                if n == 1:
                    continue
                total *= 1.0 + k * 0.1
            if i == 1 and total > 1e9:
                return total * k
    return total


@program(args=(vec(4), num()), tags="match walrus assert boolop chained with del loop branch")
def control_inside(x, k):
    total = 0.0
    if k > 0.0:
        for i in range(3):
            match (i, x[i]):
                case (0, v):
                    total += v * k
                case (1, v) if v > -100.0:
                    total += v * v
                case _:
                    total -= k
            total += x[0] if -100.0 < x[i] < 100.0 else k
            total += (x[1] > 1e9 and x[1]) or x[2] * k
            if (half := total * 0.5) > -1e9:
                total += half * x[3]
            assert total < 1e9, "too far"
            with np.errstate(all="ignore"):
                total += np.exp(-x[i] * x[i])
            spare = total * k
            total += spare
            del spare
    return total


def _checked(v):
    if v > 0.0:
        for _ in range(1):
            if v > 1e-3:
                raise ValueError("positive")
    return v * v


@program(args=(vec(4), num()), tags="try raise finally generator yield loop branch")
def exceptions_and_generators_inside(x, k):
    def running(values):
        if k > 0.0:
            for v in values:
                yield v * k
                if v > 1e6:
                    raise ValueError("far")

    total = 0.0
    if k > 0.0:
        for i in range(4):
            try:
                total += _checked(x[i])
            except ValueError:
                total -= x[i] * k
            else:
                total += k
            finally:
                total *= 0.9
            for v in running([x[0], x[i]]):
                total += v * v
            if total > 1e9:
                raise ValueError("total")
    return total
