"""Objects and dicts taken apart into lists: what Python raises is raised, and cotangents are followed by name."""

import numpy as np
import pytest

import dualad
from dualad import grad
from dualad.testing import check_grads
from tests.corpus import PROGRAMS

BY_NAME = [
    "layers_in_a_list", "layers_of_several_classes", "network_of_layers", "bodies_that_attract",
    "one_object_twice_in_a_list", "springs_between_neighbours", "objects_held_by_objects", "groups_of_objects",
    "bodies_by_position",
    "cache_by_text", "activations_by_text", "sums_by_remainder", "sums_by_get", "dict_of_losses",
    "values_stored_while_gone_through", "first_of_each",
]  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
def test_cotangents_are_followed_by_name(name):
    program = PROGRAMS[name]
    args = program.make(0)
    wanted = tuple(i for i, a in enumerate(args) if not isinstance(a, int))
    text = dualad.source(grad(program.fn, wanted), *args)
    assert "memory" not in text
    assert "Memory" not in text


@pytest.mark.parametrize("name", BY_NAME)
def test_second_derivatives(name):
    program = PROGRAMS[name]
    args = program.make(0)
    wanted = [i for i, a in enumerate(args) if not isinstance(a, int)]

    counts = [a if isinstance(a, int) else None for a in args]

    def of_active(*given):
        whole = list(counts)
        for i, value in zip(wanted, given, strict=True):
            whole[i] = value
        return program.fn(*whole)

    check_grads(of_active, tuple(args[i] for i in wanted), order=2)


def missing(x, key):
    held = {f"{i}": x * i for i in range(3)}
    return held[key] + held["1"]


def test_a_missing_key_is_named():
    assert grad(missing)(2.0, "2") == 3.0
    with pytest.raises(KeyError, match="nothing"):
        grad(missing)(2.0, "nothing")


def growing(x, n):
    held = {i: x * i for i in range(3)}
    total = 0.0
    for k, v in held.items():
        total += v
        held[(k + 1) % n] = total
    return total


def growing_by_key(x, n):
    held = {i: x * i for i in range(3)}
    for k in held:
        held[(k + 1) % n] = held[k] * x
    return held[0]


@pytest.mark.parametrize("f", [growing, growing_by_key])
def test_a_dict_that_grows_while_it_is_gone_through(f):
    assert grad(f)(2.0, 3) == pytest.approx((f(2.0 + 1e-6, 3) - f(2.0 - 1e-6, 3)) / 2e-6)
    with pytest.raises(RuntimeError):
        f(2.0, 4)
    with pytest.raises(RuntimeError):
        grad(f)(2.0, 4)


class Spring:
    def __init__(self, k):
        self.k = k
        if k > 5.0:
            self.broken = True

    def pull(self, x):
        return self.k * x


def by_position(x, i):
    springs = [Spring(x), Spring(2.0 * x)]
    return springs[i].pull(x)


def lacking(x):
    total = 0.0
    for spring in [Spring(x), Spring(2.0 * x)]:
        if spring.broken:
            total += spring.pull(x)
    return total


def test_what_is_missing_of_objects_and_lists():
    assert grad(by_position)(3.0, 1) == 12.0
    with pytest.raises(IndexError):
        grad(by_position)(3.0, 2)
    assert grad(lacking)(6.0) == 36.0
    with pytest.raises(AttributeError, match="broken"):
        grad(lacking)(3.0)


def test_a_method_that_changes_is_seen(monkeypatch):
    derivative = grad(by_position)
    assert derivative(3.0, 0) == 6.0
    monkeypatch.setattr(Spring, "pull", lambda self, x: self.k * x * x)
    assert derivative(3.0, 0) == pytest.approx(27.0)
    monkeypatch.setattr(Spring, "k", property(lambda self: 4.0, lambda self, v: None), raising=False)
    assert derivative(3.0, 0) == pytest.approx(24.0)


def test_arrays_given_are_left_alone():
    program = PROGRAMS["given_arrays_moved_in_place"]
    rows, x = program.make(0)
    before = [row.copy() for row in rows]
    grad(program.fn, (0, 1))(rows, x)
    for row, old in zip(rows, before, strict=True):
        np.testing.assert_array_equal(row, old)
