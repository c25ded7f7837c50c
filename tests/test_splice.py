"""Small callees are written out in the caller's derivative, and mean there what they meant as calls."""

import numpy as np
import pytest

import dualad

OFFSET = 2.0
A = np.array([0.5, -1.0, 2.0])


def shifted(x, y):
    y = y + OFFSET
    return np.sin(x) * y


def twice(x, times=2.0, *, power=1):
    return times * x**power


def either(x):
    if x > 0.0:
        return x * x
    return -x


def nested(x):
    return twice(shifted(x, 1.0), power=2)


def scaled_in_place(u, k):
    u[1:] *= k
    return u


def filled(x, n):
    out = np.zeros(n)
    for i in range(n):
        out[i] = x * i
    return out


def power(x, n):
    return 1.0 if n == 0 else x * power(x, n - 1)


def pick(x, flag):
    if flag:
        found = x * x
    return found  # noqa: F821


def calls_twice(x, y):
    return shifted(x, y) + shifted(y, x)


def in_a_loop(x, n):
    total = 0.0
    for _ in range(n):
        total = total + either(total - x) * x
    return total


def with_names_that_meet(x, y):
    a = nested(x)
    OFFSET = 10.0  # noqa: N806
    return a * shifted(x, y) * OFFSET


def two_levels(x, y):
    return nested(x * y) + twice(y, 3.0)


def store_in_an_argument(x):
    u = x * 1.0
    v = scaled_in_place(u, 3.0)
    return np.sum(u * v)


def store_in_what_a_callee_made(x):
    u = filled(x, 4)
    u[1] = x * x
    return np.sum(u * u)


def recursive(x, n):
    return power(x, n) * x


def unbound(x, n):
    total = 0.0
    for i in range(n):
        total = total + pick(x, i < 1)
    return total


RIGHT = [
    (calls_twice, (0.3, 0.7)),
    (in_a_loop, (0.3, 4)),
    (with_names_that_meet, (0.3, 0.7)),
    (two_levels, (0.3, 0.7)),
    (store_in_what_a_callee_made, (0.7,)),
    (recursive, (0.7, 3)),
]


@pytest.mark.parametrize("f, args", RIGHT, ids=lambda v: getattr(v, "__name__", ""))
def test_both_modes_agree(f, args):
    argnums = tuple(i for i, a in enumerate(args) if isinstance(a, float))
    for i, found in zip(argnums, dualad.grad(f, argnums)(*args)):
        tangents = tuple(float(i == j) for j in range(len(args)))
        np.testing.assert_allclose(found, dualad.jvp(f, args, tangents)[1], rtol=1e-12)
        y, pull = dualad.vjp(f, *args)
        assert y == f(*args)


@pytest.mark.parametrize("f, args", [(calls_twice, (0.3, 0.7)), (in_a_loop, (0.3, 4)), (two_levels, (0.3, 0.7))])
def test_no_call_is_left(f, args):
    text = dualad.source(dualad.grad(f), *args)
    assert "vjp_" not in text and "pull" not in text


@pytest.mark.parametrize("f, args", [(recursive, (0.7, 3)), (with_names_that_meet, (0.3, 0.7))])
def test_some_calls_stay(f, args):
    """A recursive function, and one that reads a global where the caller has a local of that name."""
    assert "vjp_" in dualad.source(dualad.grad(f), *args)


def test_a_helper_that_is_bound_anew_is_seen(monkeypatch):
    assert dualad.grad(calls_twice)(0.3, 0.7) == pytest.approx(np.cos(0.3) * 2.7 + np.sin(0.7))
    monkeypatch.setitem(globals(), "shifted", either)
    monkeypatch.setitem(globals(), "shifted", lambda x, y: x * y)
    assert dualad.grad(calls_twice)(0.3, 0.7) == pytest.approx(1.4)


def test_a_global_of_a_helper_is_read_live(monkeypatch):
    df = dualad.grad(shifted_sum)
    first = df(0.3)
    monkeypatch.setitem(globals(), "OFFSET", 5.0)
    assert df(0.3) == pytest.approx(first / 2.0 * 5.0)


def shifted_sum(x):
    return shifted(x, 0.0)


def test_a_store_into_an_argument_is_right_or_refused():
    try:
        found = dualad.grad(store_in_an_argument)(A)
    except dualad.DualadError:
        return
    np.testing.assert_allclose(found, [1.0, -18.0, 36.0])


def test_a_name_without_a_value_is_not_given_an_older_one():
    with pytest.raises(UnboundLocalError):
        dualad.grad(unbound)(0.5, 2)


def test_lines_of_helpers_are_shown():
    assert "# return np.sin(x) * y" in dualad.source(dualad.grad(calls_twice), 0.3, 0.7)


wave = np.sin


def of_a_wave(x):
    return wave(x) * x


def of_a_helper(x):
    return shifted(x, 0.0) * x


@pytest.mark.parametrize("f, name, other", [(of_a_wave, "wave", np.cos), (of_a_helper, "shifted", lambda x, y: x * x)])
def test_second_derivatives_see_what_is_bound_anew(monkeypatch, f, name, other):
    second = dualad.grad(dualad.grad(f))
    second(0.3)
    monkeypatch.setitem(globals(), name, other)
    dualad_now = second(0.3)
    dualad.clear_cache()
    assert dualad_now == dualad.grad(dualad.grad(f))(0.3)


def both_at_once(a):
    x, v = a.copy(), a * 2.0
    for i in range(len(a)):
        v[i] -= x[i] * x[i]
        x += 0.1 * v
    return np.sum(x * v)


def turned(x, n):
    a, b = x, x * x
    for _ in range(n):
        a, b = b, a + b * x
    c, d = b * 2.0, a
    c, d = d * d, np.sin(c)
    return c * d


def test_names_of_tuple_assignments_are_bound_at_once():
    text = dualad.source(dualad.grad(both_at_once), A)
    assert "x = a.copy()" in text and "Memory" not in text


@pytest.mark.parametrize("f, args", [(both_at_once, (A,)), (turned, (0.7, 3))])
def test_tuple_assignments_mean_what_they_meant(f, args):
    v = np.random.default_rng(0).normal(size=np.shape(args[0]))
    found = np.sum(dualad.grad(f)(*args) * v)
    h = 1e-5
    difference = (f(args[0] + h * v, *args[1:]) - f(args[0] - h * v, *args[1:])) / (2 * h)
    np.testing.assert_allclose(found, difference, rtol=1e-7)


def with_a_handler(x):
    a = b = 1.0
    try:
        a, b = x * x, fails(x)
    except ValueError:
        return a * x + b
    return a * b


def fails(x):
    if x > 0.5:
        raise ValueError
    return x


@pytest.mark.parametrize("x, expected", [(0.7, 1.0), (0.3, 3 * 0.3**2)])
def test_exceptions_leave_what_they_left(x, expected):
    assert dualad.grad(with_a_handler)(x) == pytest.approx(expected)


def joined_of(a, b):
    c = np.concatenate((a, b * b, a[1:], np.ones(2)))
    d = np.concatenate((c, c)) * np.concatenate([a, a, a, a, b, b, b])
    return np.sum(d * np.sin(d))


def joined_of_none(a, b):
    return np.sum(np.concatenate((a[:0], b, a[3:])) ** 3)


@pytest.mark.parametrize("f", [joined_of, joined_of_none])
def test_parts_of_what_was_joined(f):
    args = A, np.array([0.3, 0.9])
    for i, found in enumerate(dualad.grad(f, (0, 1))(*args)):
        for j in range(len(args[i])):
            tangents = tuple(np.eye(len(a))[j] if i == k else np.zeros(len(a)) for k, a in enumerate(args))
            np.testing.assert_allclose(found[j], dualad.jvp(f, args, tangents)[1], rtol=1e-10, atol=1e-12)


def steep(x):
    return np.sum(1e200 * x / x[0])


def test_large_gradients_do_not_warn():
    """The tests' settings make warnings errors: the squares of these gradients overflow."""
    df = dualad.grad(steep)
    for _ in range(2):
        assert np.all(np.isfinite(df(np.array([1.0, 2.0, 3.0]))))


def two_lists(state, w):
    """Items of both lists are views of one array; the lists are stored into."""
    first = [state[i] for i in range(2)]
    second = [state[i + 1] for i in range(2)]
    total = 0.0
    for t in range(3):
        for i in range(2):
            first[i], second[i] = np.tanh(first[i] * w), second[i] + first[i]
            total = total + np.sum(first[i] * second[1 - i])
    return total


def list_of_what_changes(x):
    a = x * 1.0
    h = [a, x * 2.0]
    a[0] = 5.0 * x[1]
    h[1] = h[0] * h[1]
    a += x
    return np.sum(h[0] * h[1])


def list_under_two_names(x):
    h = [x * 1.0, x * 2.0]
    g = h
    g[0] = h[1] * x
    return np.sum(h[0] * g[1])


def list_that_is_swapped(x):
    h = [x * 1.0, x * x, x + 2.0]
    for _ in range(2):
        h[0], h[2] = h[2], h[0] * h[1]
    return np.sum(h[0] * h[2])


def comprehension_of_itself(x):
    h = [x, x * x]
    for _ in range(2):
        h = [h[1 - i] * x for i in range(2)]
    h[0] = h[1] + h[0]
    return np.sum(h[0] * h[1])


LISTS = [two_lists, list_of_what_changes, list_under_two_names, list_that_is_swapped, comprehension_of_itself]


@pytest.mark.parametrize("f", LISTS)
def test_lists_of_arrays_that_are_stored_into(f):
    x = np.arange(1.0, 10.0).reshape(3, 3) / 10 if f is two_lists else A
    args = (x, 0.7) if f is two_lists else (x,)
    for i, found in enumerate(dualad.grad(f, tuple(range(len(args))))(*args)):
        v = np.random.default_rng(0).normal(size=np.shape(args[i]))
        tangents = tuple(v if i == k else np.zeros(np.shape(a)) for k, a in enumerate(args))
        np.testing.assert_allclose(np.sum(found * v), dualad.jvp(f, args, tangents)[1], rtol=1e-10)


def test_lists_of_arrays_are_followed_by_name():
    assert "Memory" not in dualad.source(dualad.grad(two_lists), np.ones((3, 3)), 0.7)
