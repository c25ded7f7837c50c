"""Stacks with rows for some directions alone: the same tangents, and no store is lost where there is no room for it."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import stacked
from dualad.reverse import stack_helpers, stacks
from dualad.reverse.stacks import Group, Stack, Windowed

COUNT = 10
X = np.linspace(0.2, 1.6, COUNT)


def turn(a):
    c, s = np.cos(a), np.sin(a)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def chain(x, base):
    """Each pass moves what it makes in one more direction."""
    along = np.eye(3)
    total = np.zeros((3, base.shape[1]))
    for i in range(COUNT):
        along = along @ turn(x[i])
        total = total + along @ base
    return total + x[:3][:, None]


def differences(x, base):
    total = 1.0 * base
    for i in range(COUNT - 1):
        total = total - base * (x[i + 1] - x[i])
        total = np.sin(x[i]) * base - total
    return total


def kept_apart(x, base):
    """What a sum grows from is read under another name: it may not grow in its place."""
    total = base * x[0]
    first = total
    row = total[0]
    for i in range(1, COUNT):
        total = total + base * x[i]
    return total * first + row


def read_after(x, base):
    total = base * x[0]
    seen = base * 0.0
    for i in range(1, COUNT):
        seen = seen + total * x[i]
        total = total + base * x[i]
    return total * seen


def stored(x, base):
    """A store into an array that moved in one direction before."""
    made = base * x[0]
    made[0, 1] = x[7]
    made[1, :2] = made[1, :2] + x[5:7]
    return made * x[3]


def at_rest(x, base):
    still = np.zeros(base.shape)
    moved = still + base * x[4]
    still[0] = x[9]
    return moved * still + np.where(base > 0.0, x[2] * base, base)


def stored_within(x, base):
    made = base * x[3]
    made[0] = base[1] * x[3]
    made[1] = 0.0
    return made * x[1]


FUNCTIONS = [chain, differences, kept_apart, read_after, stored, at_rest, stored_within]
BASE = np.arange(12.0).reshape(3, 4) / 7.0 - 0.5


@pytest.fixture(params=[1, 8], ids=["always", "usually"])
def _windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "FEWEST", request.param)
    monkeypatch.setattr(stacks, "LARGE", 0)
    dualad.clear_cache()


@pytest.mark.usefixtures("_windows")
@pytest.mark.parametrize("f", FUNCTIONS)
def test_jacobians_are_those_of_dual_numbers(f) -> None:
    jacobian = dualad.jacfwd(f)
    for scale in (1.0, 1.1, 0.7):  # the third goes the quick way
        x = X * scale
        found = jacobian(x, BASE)
        for i in range(COUNT):
            expected = dualad.jvp(lambda v: f(v, BASE), (x,), (np.eye(COUNT)[i],))[1]
            np.testing.assert_allclose(found[..., i], expected, rtol=1e-12, atol=1e-13)


def number(first: int, count: int, group: Group) -> Stack:
    return Stack(np.random.default_rng(first).normal(size=count), group, first)


def test_a_number_has_rows_from_its_first_direction_to_its_last() -> None:
    group = Group(COUNT)
    rows = np.zeros((COUNT, 2))
    rows[3, 0] = rows[5, 0] = 2.0
    whole = Stack(rows, group)
    moving, still = whole[0], whole[1]
    assert (moving.first, moving.rows.tolist()) == (3, [2.0, 0.0, 2.0])
    np.testing.assert_array_equal(moving.whole(), rows[:, 0])
    assert still.first == -1
    np.testing.assert_array_equal(still.whole(), np.zeros(COUNT))


@pytest.mark.parametrize("ufunc", [np.add, np.subtract])
@pytest.mark.parametrize("spans", [((0, 2), (5, 3)), ((2, 4), (3, 1)), ((3, 1), (2, 6)), ((4, 2), (4, 2))])
def test_sums_have_the_rows_of_both(ufunc, spans) -> None:
    group = Group(COUNT)
    a, b = (number(*span, group) for span in spans)
    found = ufunc(a, b)
    np.testing.assert_array_equal(found.whole(), ufunc(a.whole(), b.whole()))
    assert len(found.rows) == max(f + n for f, n in spans) - min(f for f, _ in spans)
    np.testing.assert_array_equal((ufunc(a, np.ones(2)) if ufunc is np.add else a - 1.0).whole().shape[0], COUNT)


def test_a_store_without_room_is_refused() -> None:
    group = Group(COUNT)
    part = stack_helpers.array_of([[number(2, 3, group), 0.0]])
    assert (part.first, len(part.rows)) == (2, 3)
    part[0, 1] = number(3, 2, group)
    part[0, 1] = 0.0
    for value in (number(0, 1, group), number(4, 3, group), 1.0, np.ones(1)):
        with pytest.raises(Windowed):
            part[0, 1] = value
    with pytest.raises(Windowed):
        np.add.at(part, (0, [1, 1]), 1.0)
    with pytest.raises(Windowed):
        part += Stack(np.ones((COUNT, 1, 2)), group)


def test_what_stores_without_room_runs_again_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    usual = stacked.Group

    def group(count: int, windows: bool) -> Group:
        seen.append(windows)
        return usual(count, windows)

    monkeypatch.setattr(stacked, "Group", group)
    jacobian = dualad.jacfwd(stored)
    for _ in range(4):
        jacobian(X, BASE)
    assert seen[:2] == [True, False]
    assert not any(seen[1:])
