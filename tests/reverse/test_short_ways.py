"""What is told by a few looks as it runs goes a short way, which does to memory what the long way does."""

from __future__ import annotations

import collections
import copy
import enum
import itertools
import operator
from typing import Any

import numpy as np
import pytest

from dualad.reverse import operations
from dualad.reverse.cells import Memory, noted, withdraw
from dualad.reverse.engine import _site
from dualad.reverse.operands import Operation

WAYS = ("with_plain_arrays", "with_plain_numbers", "with_plain_calls", "with_plain_containers")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Thing:
    pass


THING = Thing()
ARRAYS = (
    np.array([1.5, -2.0]), np.array([[0.5, 2.0], [3.0, -1.0]]), np.array([[2.0], [0.25]]), np.array([0.0, np.inf]),
    np.array([2.0, 3.0], np.float32), np.array([1, 2]), 0.75, 2, np.float64(1.5), np.ones((0,)),
)  # fmt: skip
HELD = (
    [1.5, 2.5, -1.0], {"a": 0.5, 1: 2.0}, (1.0, "b"), collections.deque([1.0, 2.0]), np.array([1.0, 2.0, 4.0]),
    {"a", "b"}, "abc", [], collections.defaultdict(float, a=1.0), [np.array([1.0, 2.0]), [3.0]], [THING, 1.0],
)  # fmt: skip
KEYS = (0, -1, 2, 7, "a", "z", None, True, slice(0, 2), 1.5, Colour.RED, THING)


def long_way(monkeypatch: pytest.MonkeyPatch, site: Operation) -> Any:
    with monkeypatch.context() as without:
        for name in WAYS:
            without.setattr(operations, name, lambda site, general: general)
        return operations.caller(site)


def outcome(run: Any, operands: tuple[Any, ...], ct: Any) -> Any:
    """The result, the cotangents, and what memory holds of the operands after that; or the type of the exception."""
    try:
        with np.errstate(all="ignore"):
            result, pull = run(*operands)
            memory = Memory()
            parts = pull(ct(result), memory)
    except Exception as error:
        return type(error)
    return result, parts, [withdraw(memory, noted(value), 0.0) for value in operands]


def is_same(found: Any, wanted: Any) -> None:
    if isinstance(wanted, type) or isinstance(found, type):
        assert found is wanted
        return
    assert type(found[0]) is type(wanted[0])
    np.testing.assert_equal(found, wanted)


def each_active(count: int) -> list[tuple[int, ...]]:
    return [a for n in range(1, count + 1) for a in itertools.combinations(range(count), n)]


def each_site(op: str, name: Any, count: int, first: int = 0, held: bool = True) -> list[Operation]:
    known = _site((0, 1), True)
    none: frozenset[int] = frozenset()
    sites = []
    for places in each_active(count):
        active = tuple([p + first for p in places])
        for inside in (frozenset(active), none) if held else (frozenset(active),):
            for result_inside in (True, False):
                sites.append(
                    Operation(
                        op,
                        name,
                        active,
                        count + first,
                        none,
                        (),
                        inside,
                        result_inside,
                        True,
                        False,
                        known.split,
                        known.shared,
                    )
                )
    return sites


def whole(result: Any) -> Any:
    """A cotangent of all of a result."""
    if isinstance(result, np.ndarray):
        return np.linspace(0.5, 2.0, result.size).reshape(result.shape)
    return 0.75 if isinstance(result, float | np.floating) and not isinstance(result, bool) else 0.0


@pytest.mark.parametrize(
    "fn",
    [operator.add, operator.sub, operator.mul, operator.truediv, operator.matmul, operator.pow],
    ids=lambda fn: fn.__name__,
)
def test_operators_of_arrays(fn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for site in each_site("prim", fn, 2):
        short, long = operations.caller(site), long_way(monkeypatch, site)
        for operands in itertools.product(ARRAYS, repeat=2):
            if not any(isinstance(v, np.ndarray) for v in operands):
                continue
            ct = (lambda result: 0.0) if site.result_inside else whole
            is_same(outcome(short, operands, ct), outcome(long, operands, ct))


@pytest.mark.parametrize("name", ["exp", "negative", "sum", "mean", "maximum", "dot", "arctan2", "sort", "modf"])
def test_functions_of_arrays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 2 if name in ("maximum", "dot", "arctan2") else 1
    for site in each_site("method", name, count, first=1):
        short, long = operations.caller(site), long_way(monkeypatch, site)
        for operands in itertools.product(ARRAYS, repeat=count):
            ct = (lambda result: 0.0) if site.result_inside else whole
            is_same(outcome(short, (np, *operands), ct), outcome(long, (np, *operands), ct))


@pytest.mark.parametrize(
    "name", [operator.getitem, operator.contains, operator.eq, operator.ne], ids=lambda fn: fn.__name__
)
def test_what_is_looked_up(name: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given = list(itertools.product(HELD, KEYS))
    if name in (operator.eq, operator.ne):
        given = list(itertools.product((*KEYS, Colour.BLUE, Thing()), repeat=2))
    for site in each_site("prim", name, 2):
        short, long = operations.caller(site), long_way(monkeypatch, site)
        for operands in given:
            results = []
            for run in (short, long):
                mine = copy.deepcopy(operands) if operands[0] is not HELD[-1] else operands
                results.append(outcome(run, mine, whole))
            if isinstance(results[1], type) or isinstance(results[0], type):
                assert results[0] is results[1], (site, operands)
                continue
            np.testing.assert_equal(results[0][1], results[1][1])
            if not any(
                operand is THING or Thing in map(type, operand if isinstance(operand, list) else ())
                for operand in operands
            ):
                np.testing.assert_equal(results[0][2], results[1][2])
                np.testing.assert_equal(results[0][0], results[1][0])


@pytest.mark.parametrize("fn", [len, bool], ids=lambda fn: fn.__name__)
def test_what_is_asked(fn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for site in each_site("call", None, 1):
        short, long = operations.caller(site), long_way(monkeypatch, site)
        for value in (*HELD, *KEYS):
            is_same(outcome(short, (fn, value), whole), outcome(long, (fn, value), whole))


@pytest.mark.parametrize("name", ["append", "pop", "appendleft", "popleft", "clear"])
def test_what_is_put_in_and_taken_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    takes_one = name.startswith("append")
    for site in each_site("method", name, 2 if takes_one else 1):
        if 0 not in site.active:
            continue
        short, long = operations.caller(site), long_way(monkeypatch, site)
        for owner, value in itertools.product(HELD, (1.5, 2, np.float64(0.5), "a", [2.0], np.ones(2))):
            results = []
            for run in (short, long):
                mine = copy.copy(owner)
                results.append((outcome(run, (mine, *([value] if takes_one else [])), whole), mine))
            is_same(results[0][0], results[1][0])
            np.testing.assert_equal(results[0][1], results[1][1])
