"""Jacobians by source, many columns at once: on the corpus against dual numbers, what serves and what does not."""

import copy
import warnings

import numpy as np
import pytest

import dualad
from dualad import first, forms, stacked, tree
from dualad.reverse import programs, stack_helpers
from dualad.reverse.programs import program
from dualad.reverse.stacks import Group, NotStacked, Stack
from tests.transforms.test_columns import served_by_source

RNG = np.random.default_rng(0)


def by_dual_numbers(jacobian, args, argnums):
    inputs = [forms.Form(args[i]) for i in argnums]
    return jacobian._forward(jacobian.fun, args, {}, argnums, inputs)[0]


def test_jacobians_of_the_corpus_by_source_and_by_dual_numbers(monkeypatch):
    assert served_by_source(monkeypatch, first, "_by", dualad.jacfwd, 2, by_dual_numbers) > 80


def turned(x, points):
    c, s = np.cos(x[0]), np.sin(x[0])
    turn = np.array([[c, -s], [s, c]])
    return ((turn @ points) * x[1] + x[2:4][:, None]).ravel()


def two_results(x, w):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] * w + np.sum(x)
    return {"y": y, "total": np.sum(y * y), "fixed": 1.0}


def of_numbers(a, b):
    s = a
    while s < 10.0:
        s = s * a + b * b
    return s, [a * b, s / a]


def stores(x, y, parts):
    x[1:] *= y[0]
    y[0] = y[0] + x[0]
    y[[1, 1]] *= np.sin(x[:2])
    y[1:] /= x[0]
    parts["a"][0] *= 2.0
    return x * y * parts["a"]


KNOWN = [
    (stores, (RNG.normal(size=3), RNG.normal(size=3), {"a": np.ones(3)}), (0, 1)),
    (stores, (RNG.normal(size=3), RNG.normal(size=3), {"a": np.ones(3)}), 2),
    (turned, (RNG.normal(size=4), RNG.normal(size=(2, 5))), 0),
    (two_results, (RNG.normal(size=3), 1.5), (0, 1)),
    (of_numbers, (1.7, 0.3), (1, 0)),
]


@pytest.mark.parametrize(("f", "args", "argnums"), KNOWN)
@pytest.mark.parametrize("numbers", [1, 1 << 17])
@pytest.mark.parametrize("transform", ["jacfwd", "jacobian"])
def test_known_functions_go_by_source(f, args, argnums, numbers, transform, monkeypatch):
    monkeypatch.setattr(stacked, "NUMBERS", numbers)
    jacobian = getattr(dualad, transform)(f, argnums)
    before = copy.deepcopy(args)
    wanted = jacobian(*args)
    jacobian(*args)
    monkeypatch.setattr(dualad.jacobians.Jacobian, "_forward", None)
    found = jacobian(*args)
    assert tree.structure(found) == tree.structure(wanted)
    for a, b in zip(tree.leaves(found), tree.leaves(wanted), strict=True):
        assert type(a) is type(b) and np.shape(a) == np.shape(b)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
    for a, b in zip(tree.leaves(args), tree.leaves(before), strict=True):
        np.testing.assert_array_equal(a, b)


def test_arguments_that_are_one_array():
    def f(x, y):
        y[0] = 3.0
        return x * y

    jacobian = dualad.jacfwd(f)
    for _ in range(3):
        np.testing.assert_allclose(jacobian(np.ones(2), np.ones(2)), np.diag([3.0, 1.0]))
    x = np.ones(2)
    with pytest.raises(dualad.Unsupported, match="shares memory"):
        jacobian(x, x)
    np.testing.assert_array_equal(x, 1.0)


CALLS = []
TABLE = np.zeros(3)


def prints(x):
    print(x[0] > 0)
    return x * x


def counts(x):
    CALLS.append(1)
    return x * x


def draws(x):
    return x * np.random.default_rng(0).normal(size=3)


def stores_into_a_global(x):
    TABLE[0] += 1.0
    return x * TABLE[0]


class Box:
    def __init__(self, size):
        self.size = size


def changes_an_object(x, box):
    box.size = box.size * 2.0
    return x * box.size


def captures_in_a_lambda(x):
    scales = [lambda t: t * x]  # a function that was only called would be given what it captures
    return scales[0](2.0)


def catches(x):
    try:
        return x / x[0]
    except ZeroDivisionError:
        return x


def takes_items(x, items):
    return x * next(items)


REFUSED = [
    (prints, lambda: ()), (counts, lambda: ()), (changes_an_object, lambda: (Box(2.0),)),
    (stores_into_a_global, lambda: ()), (captures_in_a_lambda, lambda: ()), (catches, lambda: ()),
    (takes_items, lambda: (iter([2.0, 3.0]),)),
]  # fmt: skip


@pytest.mark.parametrize(("f", "rest"), REFUSED)
def test_what_may_not_run_twice_goes_by_dual_numbers(f, rest, capsys):
    x = np.array([1.0, 2.0, 3.0])
    jacobian = dualad.jacfwd(f)
    for _ in range(3):
        del CALLS[:]
        TABLE[:] = 1.0
        given = rest()
        found = jacobian(x, *given)
        TABLE[:] = 1.0
        calls = len(CALLS)
        np.testing.assert_allclose(found, np.diag(np.diagonal(found)) if f is not catches else found)
        assert calls <= 1
    if f is not takes_items:
        assert not any(any(known) for known in program(f).pushed.values())


twice = dualad.primitive(lambda x: 2.0 * x, lambda x: 3.0)


def test_rules_of_users_go_by_dual_numbers():
    def f(x):
        return twice(x) * x

    x = np.array([1.0, 2.0])
    jacobian = dualad.jacfwd(f)
    for _ in range(3):
        np.testing.assert_allclose(jacobian(x), np.diag(3.0 * x + 2.0 * x))


def test_globals_and_kinds_are_looked_at_each_time(monkeypatch):
    jacobian = dualad.jacfwd(scaled)
    x = np.array([1.0, 2.0])
    for _ in range(3):
        np.testing.assert_allclose(jacobian(x), 2.0 * np.eye(2))
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    np.testing.assert_allclose(jacobian(x), 3.0 * np.eye(2))
    monkeypatch.setitem(globals(), "helper", lambda v: v * v)
    np.testing.assert_allclose(jacobian(x), 3.0 * np.diag(2 * x))
    assert jacobian(2.0) == 12.0
    assert jacobian(x.astype(np.float32)).dtype == np.float32
    np.testing.assert_allclose(jacobian(x[None])[0, :, 0], 3.0 * np.diag(2 * x))


SCALE = 2.0


def helper(v):
    return v


def scaled(x):
    return helper(x) * SCALE


def test_what_is_infinite_goes_by_dual_numbers():
    def f(x):
        return np.sqrt(x) * x

    jacobian = dualad.jacfwd(f)
    for _ in range(3):
        np.testing.assert_allclose(jacobian(np.array([1.0, 4.0])), np.diag([1.5, 3.0]))
    with np.errstate(all="ignore"):
        found = jacobian(np.array([0.0, 4.0]))
        wanted = by_dual_numbers(jacobian, (np.array([0.0, 4.0]),), (0,))
    np.testing.assert_array_equal(found, wanted)


def test_nothing_warns_that_does_not_in_the_function():
    def f(x):
        return np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)

    jacobian = dualad.jacfwd(f)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for _ in range(3):
            np.testing.assert_allclose(jacobian(np.array([-1.0, 0.0, 4.0])), np.diag([0.0, 0.0, 0.25]))


def stack(*shape):
    return Stack(RNG.normal(size=(2, *shape)), GROUP)


GROUP = Group(2)


@pytest.mark.parametrize(
    "items",
    [
        lambda: [stack(), 0.0, 2.0],
        lambda: [[stack(), 1.0], [np.float64(2.0), stack()]],
        lambda: [stack(3), np.ones(3)],
        lambda: [(stack(2, 2),), (stack(2, 2),)],
        lambda: stack(3),
    ],
)
def test_arrays_of_stacks(items):
    given = items()

    def one(x, k):
        if isinstance(x, (list, tuple)):
            return [one(v, k) for v in x]
        return x.rows[k] if isinstance(x, Stack) else x

    found = stack_helpers.array_of(given)
    np.testing.assert_array_equal(found.rows, [np.array(one(given, k)) for k in range(2)])


@pytest.mark.parametrize("items", [lambda: [[stack()], [1.0, 2.0]], lambda: [stack(2), 1.0], lambda: [[], [stack()]]])
def test_arrays_of_what_is_unequal(items):
    with pytest.raises(NotStacked):
        stack_helpers.array_of(items())


def test_arithmetic_of_stacks_is_that_of_each_direction():
    a, b, w, m = stack(3), stack(), RNG.normal(size=(4, 3)), RNG.normal(size=(3, 3))
    for made in (
        lambda a, b: a + a, lambda a, b: a - a * 2.0, lambda a, b: -a, lambda a, b: w * a, lambda a, b: b * w,
        lambda a, b: a / m, lambda a, b: a @ m, lambda a, b: m @ a, lambda a, b: a + b, lambda a, b: b - a,
        lambda a, b: np.float64(2.0) * a, lambda a, b: a / 2.0, lambda a, b: b / m, lambda a, b: 0.0 + a,
    ):  # fmt: skip
        rows = [made(a.rows[k], b.rows[k]) for k in range(2)]
        np.testing.assert_allclose(made(a, b).rows, rows, rtol=1e-14)


def test_functions_that_are_made_for_one_call_are_not_transformed():
    """Each is called once: to write tangents by source, and to hold them against dual numbers, would be for nothing."""

    def step(k, x):
        return dualad.jacfwd(lambda x: np.sin(x) * k)(x)

    x = np.array([1.0, 2.0])
    for k in range(1, 5):
        np.testing.assert_allclose(step(float(k), x), np.diag(np.cos(x) * k))
    code = next(c for c in step.__code__.co_consts if hasattr(c, "co_code"))
    assert not any(found.fn.__code__ is code for found in programs._programs.values())
