"""The rest of the language: try, with, match, generators, del, assertions in odd places. Right, or refused by name."""

import contextlib
import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


class Scope:
    def __init__(self, gain):
        self.gain = gain
        self.closed = False

    def __enter__(self):
        return self.gain * 2.0

    def __exit__(self, *exc):
        self.closed = True
        return False


@contextlib.contextmanager
def shifted(x):
    yield x + 1.0


def powers(x, n):
    p = 1.0
    for _ in range(n):
        p = p * x
        yield p


def indices(n):
    i = 0
    while i < n:
        yield i
        i += 2


def risky(x, limit):
    y = x * 2.0
    if y > limit:
        raise ValueError("too large")
    return y * x


@program(args=(vec(3),), tags="with errstate pitfall_07")
def with_errstate(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = x * x
        z = np.where(y > 0, np.sqrt(np.abs(y)), 0.0)
    return z * x


@program(args=(num(), num()), tags="with manager pitfall_07")
def with_user_manager(x, k):
    with Scope(k) as gain, shifted(x) as moved:
        y = x * gain * moved
    return y * k


@program(args=(num(), num()), tags="with loop return")
def return_from_with_in_loop(x, k):
    for i in range(4):
        with Scope(x) as gain:
            x = x + gain * 0.1
            if i == 2:
                return x * k
    return x


@program(args=(0.7, 5.0), more=[(0.7, 0.5)], tags="try except")
def try_and_except(x, limit):
    y = x
    try:
        y = y * x
        y = y + risky(x, limit)
        y = y * 3.0
    except ValueError:
        y = y + x
    return y * x


@program(args=(0.7, 5.0), more=[(0.7, 0.5)], tags="try else finally")
def try_else_finally(x, limit):
    n = 1.0
    try:
        y = risky(x, limit)
    except ValueError as error:
        y = x * len(str(error))
    else:
        y = y * y
    finally:
        n = n + x
    return y * n


@program(args=(vec(4),), tags="try loop continue break")
def try_in_loop_in_branch(x):
    s = 1.0
    if s > 0:
        for v in x:
            try:
                s = s + v
                s = s * math.sqrt(v)
            except ValueError:
                s = s - v * v
                continue
            s = s + 0.1
    return s


@program(args=(num(), 1), more=[(num(), 2), (num(), 7)], tags="match")
def match_values(x, n):
    match n:
        case 1:
            y = x * x
        case 2 | 3:
            y = x * 3.0
        case k if k > 5:
            y = x * k
        case _:
            y = x
    return y * x


@program(
    args=((num(), num()),), more=[((num(), num(), num()),), ({"a": num()},)], tags="match sequence mapping"
)
def match_structures(t):
    match t:
        case (a, b):
            return a * b
        case [a, *rest]:
            return a * rest[0] + rest[-1] ** 2
        case {"a": a}:
            return a * a
    return 0.0


@program(args=(num(), 4), tags="generator")
def generator_consumed_by_loop(x, n):
    s = 0.0
    for p in powers(x, n):
        s = s + p * p
    return s


@program(args=(vec(5),), tags="generator inactive")
def generator_of_indices(x):
    s = 0.0
    for i in indices(5):
        s = s + x[i] ** 2
    return s + sum(x[i] for i in indices(3))


@program(args=(vec(3), num()), tags="del")
def deleted_names(x, k):
    y = x * k
    z = y * y
    del y
    y = z + 1.0
    d = {"a": z, "b": y}
    del d["a"]
    return d["b"] * z


@program(args=(vec(4),), tags="assert raise loop")
def assertions_in_loop(x):
    s = 1.0
    for i, v in enumerate(x):
        assert np.isfinite(s), f"broken at {i}: {s}"
        s = s * (v + 2.0)
        if not math.isfinite(s):
            raise FloatingPointError("overflow")
    return s


@program(args=(num(), num()), tags="lambda-immediate ifexp", complex_ok=True)
def lambda_called_at_once(x, y):
    return (lambda a, b=y: a * b + x)(x * 2.0) * (lambda: y * y)()


@program(args=(vec(3),), tags="print logging inactive")
def formats_its_values(x):
    s = np.sum(x * x)
    note = f"{s:.3f} of {x!r}"
    parts = []
    parts.append(str(s))
    return s * s if note and parts else s


@program(args=(vec(4), num()), tags="nested-all store try with closure loop branch")
def everything_nested(x, k):
    out = np.zeros(4)

    def put(i, v):
        out[i] += v * k

    for i, v in enumerate(x):
        if i % 2 == 0:
            with np.errstate(all="ignore"):
                for j in range(i + 1):
                    put(j, v * x[j])
                    if j == 1:
                        break
        else:
            put(i, out[i - 1])
    return out


@program(args=(num(),), tags="global-function-rebound isinstance")
def isinstance_tests(x):
    if isinstance(x, float):
        y = x * x
    else:
        y = x
    return y * 2.0 if type(x) is float and isinstance(y, (float, int)) else y


@program(args=(num(), [1, 2, 3]), tags="any all sorted inactive")
def builtins_of_inactive(x, ns):
    if any(n > 2 for n in ns) and all(isinstance(n, int) for n in ns):
        x = x * x
    for n in sorted(ns, reverse=True):
        x = x + n * x
    return x * len(list(filter(lambda n: n > 1, ns)))


@program(args=(vec(3), num()), tags="multiple-targets chained-assignment", complex_ok=True)
def chained_assignments(x, k):
    a = b = x * k
    c = d = a * b
    e, f = g = (c + d, d * k)
    a = a + 1.0
    return a * b + e * g[1] + f


@program(args=(mat(2, 2),), tags="ellipsis constants bytes", complex_ok=True)
def odd_constants(x):
    key = (..., 0)
    flags = (None, True, b"bytes", 1_000, 0x10, 1e-3)
    return x[key] * flags[3] + x[..., 1] * flags[4] if flags[1] else x[0]


@program(args=(vec(3), num()), tags="keyword-arguments-of-numpy", complex_ok=True)
def keywords_of_numpy(x, k):
    y = np.sum(a=x * k, axis=0)
    z = np.reshape(x, shape=(3, 1)) if np.ndim(x) else x
    opts = {"axis": 0, "keepdims": True}
    return y * np.sum(z, **opts)


# fmt: off
@program(args=(vec(3), num()), tags="semicolons-lines", complex_ok=True)
def odd_layout(x, k): y = x * k; z = y * y; return (z  # noqa: E701, E702
    + y)
# fmt: on


@program(args=(num(), num()), tags="non-ascii", complex_ok=True)
def non_ascii_names(α, β):
    γ = α * β  # Größe
    δ_β = γ + α
    return δ_β * γ
