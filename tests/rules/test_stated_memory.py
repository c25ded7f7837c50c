"""What functions whose rules users state do to memory: results that are arguments, arguments that are changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import dualad
from dualad.errors import RegistryError, Unsupported
from dualad.testing import check_grads

X = np.array([1.0, 2.0, 3.0])
SHARED = "gives an array or container that it was given, and that is stored into afterwards"
CHANGED = "changes an argument in place"


def tail(x):
    return x[1:]


def itself(x):
    return x


def converted(x):
    return np.asarray(x)


GENERAL = {"jvps": (lambda t, ans, x: t[1:],), "vjps": (lambda ct, ans, x: np.concatenate([[0.0], ct]),)}
LINEAR = {"transposes": (lambda ct, x: ct,)}
BY_ELEMENT = {"partials": (lambda x: 1.0,)}
STATED: dict[str, tuple[Any, dict[str, Any]]] = {
    "general": (tail, GENERAL),
    "linear": (itself, LINEAR),
    "by element": (converted, BY_ELEMENT),
}


def by_tangent():
    @dualad.custom_jvp
    def made(x):
        return x[1:]

    made.defjvp(lambda primals, tangents: (made(*primals), tangents[0][1:]))
    return made


def by_cotangent():
    @dualad.custom_vjp
    def made(x):
        return x[1:]

    made.defvjp(lambda x: (x[1:], None), lambda kept, ct: (np.concatenate([[0.0], ct]),))
    return made


def stores_into_result(view):
    def f(x):
        x = x * 1.0
        v = view(x)
        v[0] = 5 * x[0] * x[2]
        return np.sum(x**2) + np.sum(v**3)

    return f


def stores_into_argument(view):
    def f(x):
        x = x * 1.0
        x[0] = x[1] * 3.0  # a store before the call is no harm
        v = view(x)
        x[1] = 5 * x[0] * x[2]
        return np.sum(x**2) + np.sum(v**3)

    return f


def stores_into_neither(view):
    def f(x):
        y = np.zeros(3)
        y[:] = x * 1.0
        z = np.zeros(2)
        v = view(y)
        z[:] = v[-2:] * 2.0
        return np.sum(y**2) + np.sum(v**3) + np.sum(z * z)

    return f


STORING = [stores_into_result, stores_into_argument]
MODES: dict[str, Callable[[Any], Any]] = {
    "grad": lambda f: dualad.grad(f)(X),
    "vjp": lambda f: dualad.vjp(f, X)[1](1.0),
    "jvp": lambda f: dualad.jvp(f, (X,), (np.ones(3),)),
    "jacfwd": lambda f: dualad.jacfwd(f)(X),
    "hessian": lambda f: dualad.hessian(f)(X),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("storing", STORING)
@pytest.mark.parametrize("name", STATED)
def test_stores_that_a_view_would_pass_on_are_refused(state, name, storing, mode) -> None:
    fn, ways = STATED[name]
    state(fn, **ways)
    with pytest.raises(Unsupported, match=SHARED):
        MODES[mode](storing(fn))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("storing", STORING)
@pytest.mark.parametrize("make", [by_tangent, by_cotangent])
def test_the_same_of_functions_with_rules_of_their_own(make, storing, mode) -> None:
    with pytest.raises(Unsupported, match=SHARED):
        MODES[mode](storing(make()))


@pytest.mark.parametrize("name", STATED)
def test_where_nothing_is_stored_a_view_is_as_good_as_a_copy(state, name) -> None:
    fn, ways = STATED[name]
    state(fn, **ways)
    check_grads(stores_into_neither(fn), (X,))


@pytest.mark.parametrize("make", [by_tangent, by_cotangent])
def test_the_same_of_these(make) -> None:
    check_grads(stores_into_neither(make()), (X,))


@pytest.mark.parametrize("name", STATED)
@pytest.mark.parametrize("storing", STORING)
def test_a_view_that_is_said_to_be_one_is_followed(state, storing, name) -> None:
    fn, ways = STATED[name]
    state(fn, **ways, aliases="yes")
    check_grads(storing(fn), (X,))


def test_a_rule_that_is_none_of_the_functions_own_holds_for_an_argument_given_back(state) -> None:
    state(itself, jvps=(lambda t, ans, x: -t,), vjps=(lambda ct, ans, x: -ct,))

    def f(x):
        y = np.zeros(3)
        y[:] = x
        return np.sum(itself(y) * X) + np.sum(y)

    np.testing.assert_allclose(dualad.grad(f)(X), 1.0 - X)
    np.testing.assert_allclose(dualad.jacfwd(f)(X), 1.0 - X)


class Doubles:
    """No text of it is read."""

    def __call__(self, x):
        x *= 2
        return x * 1.0


def doubles_by_position(x):
    np.multiply(x, 2, x)
    return np.sum(x)


def doubles_items(xs):
    xs[0] = xs[0] * 2.0
    return xs[0] * xs[1]


@pytest.mark.parametrize("mode", MODES)
def test_a_change_of_an_argument_is_refused(state, mode) -> None:
    fn = Doubles()
    state(fn, lambda x: 2.0)
    with pytest.raises(Unsupported, match=CHANGED):
        MODES[mode](lambda x: np.sum(fn(x * 1.0)))
    state(doubles_by_position, transposes=(lambda ct, x: np.full_like(x, 2 * ct),))
    with pytest.raises(Unsupported, match=CHANGED):
        MODES[mode](lambda x: doubles_by_position(x * 1.0))


@pytest.mark.parametrize("mode", MODES)
def test_a_change_of_a_list_is_refused(state, mode) -> None:
    def both(ct, ans, xs):
        return [2.0 * ct * xs[1], 2.0 * ct * xs[0]]

    state(doubles_items, jvps=(lambda t, ans, xs: 2.0 * (t[0] * xs[1] + t[1] * xs[0]),), vjps=(both,))
    with pytest.raises(Unsupported, match=f"{CHANGED}|changes something in place"):
        MODES[mode](lambda x: doubles_items([x[0], x[1]]))


@pytest.mark.parametrize("mode", MODES)
def test_a_change_by_a_rule_of_custom_functions_is_refused(mode) -> None:
    @dualad.custom_vjp
    def by_cotangents(x):
        return np.sum(x) * 2.0

    def fwd(x):
        x *= 2
        return np.sum(x), None

    by_cotangents.defvjp(fwd, lambda kept, ct: (2 * ct * np.ones(3),))

    @dualad.custom_jvp
    def by_tangents(x):
        return np.sum(x) * 2.0

    @by_tangents.defjvp
    def _(primals, tangents):
        primals[0][:] *= 2
        return np.sum(primals[0]), 2 * np.sum(tangents[0])

    for fn in (by_cotangents, by_tangents):
        with pytest.raises(Unsupported, match=CHANGED):
            MODES[mode](lambda x, fn=fn: fn(x * 1.0))


def test_a_change_that_is_not_made_at_first_is_seen_later(state) -> None:
    def clipped_in_place(x):
        x[x > 10.0] = 10.0
        return 2.0 * x

    made = [clipped_in_place]  # no name that the text could be asked by
    state(made[0], lambda x: 2.0)

    def f(x):
        total = 0.0
        for i in range(9):
            total = total + np.sum(clipped_in_place(x * float(i)))
        return total

    with pytest.raises(Unsupported, match=CHANGED):
        dualad.jvp(f, (X,), (X,))


def counted(x):
    return 2.0 * x, 3


def in_a_dict(x):
    return {"value": 2.0 * x, "counts": np.array([1, 2, 3])}


def test_integers_among_several_results_have_no_cotangent(state) -> None:
    state(counted, jvps=(lambda t, ans, x: (2.0 * t, 0),), vjps=(lambda ct, ans, x: 2.0 * ct[0] + 1e3 * ct[1],))
    state(
        in_a_dict,
        jvps=(lambda t, ans, x: {"value": 2.0 * t, "counts": 0},),
        vjps=(lambda ct, ans, x: 2.0 * ct["value"] + 1e3 * ct["counts"],),
    )

    def f(x):
        value, n = counted(x)
        kept = in_a_dict(x)
        return np.sum(value * n) + np.sum(kept["value"] * kept["counts"])

    check_grads(f, (X,))
    np.testing.assert_allclose(dualad.grad(f)(X), [8.0, 10.0, 12.0])
    np.testing.assert_allclose(dualad.jacfwd(f)(X), [8.0, 10.0, 12.0])


def test_wrong_tangents_are_seen_where_many_are_pushed_at_once(state) -> None:
    state(itself, jvps=(lambda t, ans, x: np.sum(t),), vjps=(lambda ct, ans, x: ct,))
    with pytest.raises(RegistryError, match=r"jvps\[0\] of .*itself should return an array of shape \(3,\)"):
        dualad.jacfwd(lambda x: itself(x) * x)(X)
