"""What lifting reaches: containers, numbers, strings, arrays made of numbers."""

import collections
import heapq
import math
import operator
import types

import numpy as np
import pytest

from dualad import forward
from tests.forward.helpers import check

X = np.array([0.7, -1.2, 2.0])


def test_containers():
    def f(x):
        xs = [x, 1.0]
        xs.append(x * x)
        xs.extend([2 * x])
        xs.insert(0, 3.0)
        xs[1] *= 2
        xs += [x]
        xs.sort(key=lambda v: -v)
        d = {"a": xs[0], **{"b": x}}
        d.setdefault("c", x * 5)
        d["a"] += xs.pop()
        d |= {"e": x}
        dq = collections.deque(xs, maxlen=3)
        dq.appendleft(x)
        heap = [(2.0, x)]
        heapq.heappush(heap, (x, 1.0))
        counts = collections.defaultdict(float)
        counts["k"] += x
        ns = types.SimpleNamespace(v=x)
        ns.v *= 3
        s = sum(d.values()) + sum(dq) + heapq.heappop(heap)[0] + counts["k"] + ns.v
        return s + operator.itemgetter(0)(xs) + operator.attrgetter("v")(ns) + min(xs, key=abs) + sorted(xs)[0]

    check(f, 1.3)


def test_numbers():
    def f(x):
        y = math.sin(float(x)) + np.float64(x) + complex(x, x).real + math.hypot(x, 2.0) + math.prod([x, x])
        y += math.fsum([x, x * x]) + sum([x, x], 1.0) + max(x, 0.5) + min(x, x * 3)
        y += abs(-x) + pow(x, 3) + divmod(x, 1.0)[1]
        y += int(x) * x + bool(x) * x + round(x) * x + math.floor(x) + (x if isinstance(x, float) else 0.0)
        y += x if type(x) is float else 0.0
        return y + (x if x.__class__ is float else 0.0) + len(f"{x:.2f} %.1f {x!r}" % 2.0) + x.real

    check(f, 1.3)


def test_arrays_made_of_numbers():
    def f(x):
        m = np.array([[x, 1.0], [x * x, 2 * x]])
        parts = [
            m, np.asarray([x, x]), np.full((2, 2), x), np.full_like(m, x * 2), np.array(x), np.array([m[0], [x, x]]),
            np.array([1, x]), np.fromiter((v * x for v in range(3)), float), np.stack([x, x]), np.zeros_like(m) + x,
            np.array([x, 2.0], dtype=np.float32) * np.float32(1), np.array(m, copy=True), np.asarray(m),
            np.array(tuple(m)),
        ]  # fmt: skip
        return sum([np.sum(p * (i + 1)) for i, p in enumerate(parts)])

    check(f, 1.3, rtol=1e-4, step=1e-3)


def test_22_strings_of_numbers():
    def f(x):
        text = "%.1f %.2f" % (x, x) + "{:.1f}".format(x) + str(x)[:3] + repr(x)[:3]
        print(x, end="")
        return x * len(text), text

    check(f, 1.55)
    assert forward.jvp(f, (1.5,), (1.0,))[0] == f(1.5)


def test_float32_and_complex():
    x = np.ones(3, np.float32)
    y, dy = forward.jvp(lambda x: np.mean(np.sin(x) * 2.5 + x.std()), (x,), (x,))
    assert y.dtype == dy.dtype == np.float32
    b = forward.jvp(lambda x: np.asarray([x[0], x[1]]) * 2, (x,), (x,))[1]
    assert b.dtype == np.float32
    z, dz = forward.jvp(lambda z: z * z, (1 + 2j,), (1j,))
    assert dz == 2 * (1 + 2j) * 1j
    r, dr = forward.jvp(lambda z: abs(z) ** 2, (3 + 4j,), (1.0 + 0j,))
    assert type(dr) is float
    assert dr == pytest.approx(6.0)


def test_12_constants_and_what_is_no_number():
    y, dy = forward.jvp(lambda x: (1.0, np.ones(2, np.float32), "s", None, 3, x, True), (2.0,), (1.0,))
    assert dy[0] == 0.0
    assert dy[1].dtype == np.float32
    assert dy[2] is None
    assert dy[3] is None
    assert dy[4] == 0.0
    assert dy[5] == 1.0
    assert y[4] == 3


def test_36_zero_dimensional_arrays():
    def f(x):
        z = np.array(x)
        z += x
        w = z[...]
        w *= 2
        return z * 3 + z.item() + float(z)

    check(f, 1.3)
    check(lambda x: x.sum() * x, np.array(1.3))


def test_07_statements_passed_over():
    def f(x):
        with np.errstate(all="ignore"):
            y = x / 3
        del x
        pass
        assert y is not None
        import math as m

        return m.exp(y)

    check(f, 1.3)
