"""Dicts that are run over, which gives their keys: numbers among them are constants, active ones are refused."""

import collections
import contextlib
import itertools
import json
import math
import re
import time

import numpy as np

from tests.corpus.base import num, program, vec


def table(x):
    """Keys are numbers that positions of a list could be, and values depend on x."""
    made = {}
    for i in range(3):
        made[i] = x[i] * (i + 1)
    return made


@program(args=(vec(3), num()), tags="dict key loop", complex_ok=True)
def dict_keys_in_arithmetic(x, k):
    d = table(x)
    s = d[1]
    for i in d:
        s += i * k
    for j, i in enumerate(d):
        s += i * j * x[0] * d[i]
    for i, v in zip(d, x):
        s += i * v
    return s + sum(k**i for i in d) + sum(map(lambda i: i * k, d))


@program(args=(vec(3), num()), tags="dict key list tuple sum sorted", complex_ok=True)
def dict_keys_as_a_sequence(x, k):
    d = table(x)
    whole = sum(d) * k + sum(list(d)) * x[0] + tuple(d)[2] * x[1] + [*d][1] * x[2]
    largest = max(d) * k + sorted(d)[1] * x[0] * k + next(iter(d)) * k + next(reversed(d)) * x[2]
    return whole + largest + d[2]


@program(args=(vec(3), num()), tags="dict key star unpack array")
def dict_keys_as_arguments(x, k):
    def weigh(a, *rest):
        return a * k + rest[0] * k * k + rest[1] * x[0]

    d = table(x)
    a, *more = d
    grid = np.fromiter(d, float) * k
    return weigh(*d) + a * x[1] + more[0] * x[2] + np.sum(grid * grid) + math.fsum(list(d)) * k + d[1]


@program(args=(vec(3), num()), tags="dict display key sum list", complex_ok=True)
def dict_keys_of_a_display(x, k):
    d = {0: x[0], 1: x[1] * 2, 2: x[2] * x[0]}
    s = sum(d) * k + list(d)[1] * x[1]
    for i in d:
        s += d[i] * k**i
    return s


@program(args=(vec(3), num()), tags="dict key float items curve")
def dict_of_a_curve(x, k):
    curve = {0.5: x[0], 1.0: x[1], 2.0: x[2]}
    discounts = {}
    for t, r in curve.items():
        discounts[t] = np.exp(-r * t)
    price = sum(k * d for d in discounts.values())
    for t in curve:
        price += 0.1 * t * curve[t]
    made = dict(zip(np.array([0.5, 1.5, 2.5]), x))
    return price + sum(t * v * k for t, v in made.items())


@program(args=(num(),), tags="dict key active loop", reverse="refused", forward="refused")
def active_key_of_a_display(x):
    d = {x: 2.0}
    s = 0.0
    for key in d:
        s += key
    return s


@program(args=(num(),), tags="dict key active items", reverse="refused", forward="refused")
def active_key_stored(x):
    d = {}
    for i in range(3):
        d[x + i] = x
    s = 0.0
    for key, value in d.items():
        s += key * value
    return s


@program(args=(num(),), tags="dict key active constant", reverse="refused", forward="refused")
def active_key_of_a_constant(x):
    d = {}
    d[x * 2.0] = 1.0
    return max(d)


@program(args=(num(),), tags="dict key active copy", reverse="refused", forward="refused")
def active_key_of_a_copy(x):
    d = {}
    d[x * 2.0] = x
    e = dict(d)
    return sum(e) + d[x * 2.0]


@program(args=(num(),), tags="dict key active popitem", reverse="refused", forward="refused")
def active_key_taken(x):
    d = {}
    d.setdefault(x, x * 2.0)
    key, value = d.popitem()
    return key * value


@program(args=(num(),), tags="dict key active pairs", reverse="refused", forward="refused")
def active_key_of_pairs(x):
    d = dict([(x, 1.0), (x * 2.0, x)])
    return sum(d.keys())


@program(args=(num(),), tags="dict key active memo", forward="refused")
def active_key_looked_up(x):
    memo = {}

    def power(v, n):
        if (v, n) not in memo:
            memo[v, n] = v if n == 1 else v * power(v, n - 1)
        return memo[v, n]

    return power(x, 4) + power(x, 3)


SEEN = {}
SETTINGS = '{"gain": 2, "names": ["a", "bb"]}'


@program(args=(vec(3),), tags="global dict library text random")
def libraries_beside_active_globals(x):
    SEEN["x"] = x * 2.0
    rng = np.random.default_rng(3)
    noise = rng.normal(size=3)
    gain = json.loads(SETTINGS)["gain"] * len(re.findall(r"b+", SETTINGS))
    started = time.perf_counter()
    out = np.sum(SEEN["x"] * noise) * gain
    assert time.perf_counter() >= started
    SEEN.clear()
    return out


@program(args=(vec(2), num()), tags="aug-array tuple store", complex_ok=True)
def tuples_of_what_was_unpacked(y, k):
    q, v = y
    path = np.zeros((4, 2), dtype=y.dtype)
    path[0] = q, v
    for n in range(1, 4):
        v = v - 0.1 * k * q
        q = q + 0.1 * v
        path[n, :] = (q, v)
    path[1:3] = [q, v]
    return np.sum(path[0] * path[3]) + path[2, 1]


@contextlib.contextmanager
def scaled(values, k):
    values *= k
    try:
        yield values
    finally:
        values /= k


@program(args=(vec(3), num()), tags="global with nullcontext itertools namedtuple")
def made_beside_active_globals(x, k):
    SEEN["x"] = x * 2.0
    order = collections.namedtuple("order", "price count")
    orders = [order(v, i + 1) for i, v in enumerate(x)]
    with scaled(x, k) as y, contextlib.nullcontext(2.0) as two, np.errstate(all="ignore"):
        s = np.sum(y * y) * two
    for (i, a), (j, b) in itertools.combinations(enumerate(orders), 2):
        s += a.price * b.price * a.count * (i + j)
    out = s + orders[0].price * orders[1].count + np.sum(SEEN["x"] * x)
    SEEN.clear()
    return out


@program(args=(num(), num()), tags="dict key fsum prod")
def keys_of_a_known_dict_in_functions_of_math(x, k):
    d = {1.0: x, 2.0: k * x}
    e = {1.5: k, 2: x}
    return math.fsum(d) * d[1.0] + math.prod(e) * e[2] + math.fsum(e.values()) * sum(d)


@program(args=(vec(3), num()), tags="dict fromkeys key", reverse="refused", forward="refused")
def numbers_that_are_told_apart_by_a_dict(x, k):
    return sum(dict.fromkeys([x[0] * k, x[1], x[0] * k])) * x[2]


@program(args=(vec(3), num()), tags="dict key store", reverse="refused", forward="refused")
def numbers_that_are_keys_of_counts(x, k):
    counts = {}
    for v in x:
        counts[v * k] = 1
    return sum(counts) * k


@program(args=(vec(3), num()), tags="dict key comprehension text", reverse="refused", forward="refused")
def numbers_that_are_keys_of_texts(x, k):
    names = {"a": x[0] * k, "b": x[1]}
    turned = {v: name for name, v in names.items()}
    return max(turned) * x[2]


@program(args=(vec(3), num()), tags="defaultdict key items", reverse="refused", forward="refused")
def numbers_that_a_defaultdict_gathers_by(x, k):
    lines = collections.defaultdict(list)
    for v in x:
        lines[v * k].append(v)
    return sum(key * len(held) for key, held in lines.items())


@program(args=(vec(3), num()), tags="dict fromkeys key count", forward="refused")
def how_many_numbers_a_dict_tells_apart(x, k):
    return len(dict.fromkeys([x[0], x[1], x[0]])) * x[2] * k
