"""Rules that users state: whatever functions return and are given, in both modes; what rules return is checked."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
import pytest

import dualad
from dualad import registry
from dualad.errors import RegistryError, Unsupported
from dualad.testing import check_grads, check_rule

X = np.array([0.5, -1.0, 2.0])


def squared(x):
    return x * x


def use(x):
    return np.sum(squared(x) * x)


@dataclasses.dataclass
class Waves:
    sine: Any
    others: Any


class Pair(NamedTuple):
    sine: Any
    others: Any


def as_dict(x):
    return {"sine": np.sin(x), "others": [np.cos(x), 3.0 * x]}


def as_fields(x):
    return Waves(np.sin(x), [np.cos(x), 3.0 * x])


def as_named(x):
    return Pair(np.sin(x), (np.cos(x), 3.0 * x))


def as_tuple(x):
    return np.sin(x), np.cos(x), 3.0 * x


def dict_vjp(ct, ans, x):
    return ct["sine"] * np.cos(x) - ct["others"][0] * ans["sine"] + 3.0 * ct["others"][1]


def fields_vjp(ct, ans, x):
    return ct.sine * np.cos(x) - ct.others[0] * np.sin(x) + 3.0 * ct.others[1]


SEVERAL = {
    "dict": (
        as_dict,
        lambda t, ans, x: {"sine": t * np.cos(x), "others": [-t * np.sin(x), 3.0 * t]},
        dict_vjp,
        (lambda y: y["sine"] * y["others"][1], lambda y: y["others"][0]),
    ),
    "dataclass": (
        as_fields,
        lambda t, ans, x: Waves(t * np.cos(x), [-t * np.sin(x), 3.0 * t]),
        fields_vjp,
        (lambda y: y.sine * y.others[1], lambda y: y.others[0]),
    ),
    "named tuple": (
        as_named,
        lambda t, ans, x: Pair(t * np.cos(x), (-t * np.sin(x), 3.0 * t)),
        fields_vjp,
        (lambda y: y.sine * y.others[1], lambda y: y[1][0]),
    ),
    "tuple": (
        as_tuple,
        lambda t, ans, x: (t * np.cos(x), -t * np.sin(x), 3.0 * t),
        lambda ct, ans, x: ct[0] * np.cos(x) - ct[1] * np.sin(x) + 3.0 * np.add(ct[2], 0.0),
        (lambda y: y[0] * y[2], lambda y: y[1]),
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_several_results(state, name) -> None:
    fn, push, pull, reads = SEVERAL[name]
    state(fn, jvps=(push,), vjps=(pull,))
    check_rule(fn, (X,))
    for read in reads:
        check_grads(lambda x, read=read: np.sum(read(fn(x)) * x), (X,))


WRONG_PARTIALS: dict[str, Any] = {
    "too few": lambda x: np.ones(2),
    "too many axes": lambda x: np.ones((2, 3)),
    "nothing": lambda x: None,
    "text": lambda x: "a",
    "a list": lambda x: [1.0, 2.0, 3.0],
    "a tuple": lambda x: (x, x),
    "objects": lambda x: x.astype(object),
}


@pytest.mark.parametrize("name", WRONG_PARTIALS)
def test_what_partials_return(state, name) -> None:
    state(squared, WRONG_PARTIALS[name])
    refused_in_both_modes(use, r"partials\[0\] of .*squared should return an array of shape \(3,\) or one that")


def refused_in_both_modes(f: Any, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        dualad.grad(f)(X)
    with pytest.raises(RegistryError, match=message):
        dualad.vjp(f, X)[1](1.0)
    with pytest.raises(RegistryError, match=message.replace("vjps", "jvps")):
        dualad.jvp(f, (X,), (X,))


WRONG = {
    "a number": lambda ct: np.sum(ct),
    "too few": lambda ct: ct[:2],
    "too many axes": lambda ct: np.ones((4, 3)),
    "nothing": lambda ct: None,
    "a tuple": lambda ct: (ct,),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_general_rules_return(state, name) -> None:
    wrong = WRONG[name]
    state(squared, jvps=(lambda t, ans, x: wrong(t),), vjps=(lambda ct, ans, x: wrong(ct),))
    refused_in_both_modes(use, r"vjps\[0\] of .*squared should return an array of shape \(3,\)")


@pytest.mark.parametrize("name", WRONG)
def test_what_transposes_return(state, name) -> None:
    wrong = WRONG[name]
    state(doubled, transposes=(lambda ct, x: wrong(ct),))
    with pytest.raises(RegistryError, match=r"transposes\[0\] of .*doubled should return an array of shape \(3,\)"):
        dualad.grad(lambda x: np.sum(doubled(x) * x))(X)


def doubled(x):
    return 2.0 * x


def test_a_tangent_for_each_result(state) -> None:
    state(as_tuple, jvps=(lambda t, ans, x: (t, t),), vjps=(lambda ct, ans, x: ct[0],))
    with pytest.raises(RegistryError, match=r"jvps\[0\] of .*as_tuple should return a tangent for each part"):
        dualad.jvp(lambda x: np.sum(as_tuple(x)[0]), (X,), (X,))


def test_partials_of_a_function_that_does_not_work_by_element(state) -> None:
    state(as_tuple, lambda x: 2.0)
    refused_in_both_modes(lambda x: np.sum(as_tuple(x)[0]), "works by element, but the function returned a tuple of 3")


def test_a_partial_that_is_one_number_for_all_elements(state) -> None:
    state(doubled, lambda x: 2.0 + 0.0 * np.sum(x))
    check_grads(lambda x: np.sum(doubled(x) * x) + np.sum(doubled(x)) + doubled(x[0]), (X,))


def affine(p, x):
    return {"y": np.sin(p["w"]) * x + p["b"], "of": len(p)}


AFFINE = {
    "jvps": (
        lambda t, ans, p, x: {"y": np.cos(p["w"]) * t["w"] * x + t["b"], "of": None},
        lambda t, ans, p, x: {"y": t * np.sin(p["w"]), "of": None},
    ),
    "vjps": (
        lambda ct, ans, p, x: {"w": np.sum(ct["y"] * x) * np.cos(p["w"]), "b": np.sum(ct["y"])},
        lambda ct, ans, p, x: ct["y"] * np.sin(p["w"]),
    ),
}


def test_arguments_that_are_dicts(state) -> None:
    state(affine, **AFFINE)
    check_rule(affine, ({"w": 2.0, "b": 1.0}, X), order=3)
    check_grads(lambda w, x: np.sum(affine({"w": x[0], "b": affine({"w": w, "b": 1}, x)["y"][1]}, x)["y"]), (0.4, X))
    np.testing.assert_allclose(dualad.jacfwd(lambda w: affine({"w": w, "b": w}, X)["y"])(0.4), np.cos(0.4) * X + 1.0)
    assert dualad.jvp(lambda w: affine({"w": 0.0, "b": w}, X)["y"][0], (2,), (3.0,))[1] == 3.0


def moved_by(waves, x):
    return waves.sine * x + waves.others


def test_arguments_that_are_dataclasses(state) -> None:
    state(
        moved_by,
        jvps=(lambda t, ans, waves, x: t.sine * x + t.others, lambda t, ans, waves, x: waves.sine * t),
        vjps=(lambda ct, ans, waves, x: Waves(np.sum(ct * x), ct), lambda ct, ans, waves, x: ct * waves.sine),
    )
    for mode in ("fwd", "rev"):
        check_rule(moved_by, (Waves(2.0, X + 1.0), X), order=1, modes=mode)


@pytest.mark.parametrize("p", [[2.0, X], (2.0, X), [2.0, 3.0]], ids=["list", "tuple", "numbers"])
def test_arguments_that_are_lists_of_what_makes_no_array(state, p) -> None:
    def product(p):
        return p[0] * p[1]

    state(
        product,
        jvps=(lambda t, ans, p: t[0] * p[1] + p[0] * t[1],),
        vjps=(lambda ct, ans, p: [np.sum(ct * p[1]), ct * p[0]],),
    )
    check_rule(product, (p,))


def test_a_tangent_of_a_dict_that_is_not_right_is_refused(state) -> None:
    wrong = {**AFFINE, "jvps": (lambda t, ans, p, x: {"y": t["b"], "of": None}, AFFINE["jvps"][1])}
    state(affine, **wrong)
    with pytest.raises(RegistryError, match=r"jvps\[0\] of .*affine should return an array of shape \(3,\)"):
        dualad.jvp(lambda b: affine({"w": 1.0, "b": b}, X)["y"], (1.0,), (1.0,))


def test_a_method_is_checked_by_its_function(state) -> None:
    state(Spring.force, None, lambda self, x: -2.0 * self.stiffness * x)
    check_rule(Spring(2.0).force, (X,))
    registry.remove(Spring.force)
    dualad.primitive(Spring.force, None, lambda self, x: -3.0 * self.stiffness * x)
    with pytest.raises(AssertionError, match=r"JVP of .*force in argument 1 .* differences give"):
        check_rule(Spring(2.0).force, (X,))


def test_a_rule_without_a_module(state) -> None:
    made: dict[str, Any] = {}
    exec("def back(ct, ans, x):\n    return 2.0 * ct * x\n\ndef push(t, ans, x):\n    return 2.0 * t * x", made)
    state(squared, jvps=(made["push"],), vjps=(made["back"],))
    assert made["back"].__module__ is None
    check_grads(use, (X,), order=1)


def whole(x):
    return np.round(x).astype(int)


def nearest(x):
    return round(x)


def test_a_result_of_integers_depends_on_floats_by_steps(state) -> None:
    state(whole, lambda x: 2.0 * x)
    state(nearest, lambda x: 2.0 * x)
    state(squared, lambda x: 2 * x)
    for derivative in (dualad.grad, dualad.jacfwd):
        np.testing.assert_array_equal(derivative(lambda x: np.sum(whole(x) * x))(X), whole(X))
        assert derivative(lambda x: nearest(x) * x)(1.3) == 1.0
        np.testing.assert_array_equal(derivative(lambda x: np.sum(squared(x)))(np.arange(3)), [0.0, 2.0, 4.0])


def phase(x):
    return np.exp(1j * x)


def narrow(x):
    return (x * x).astype(np.float32)


def test_results_of_another_dtype(state) -> None:
    state(phase, lambda x: 1j * np.exp(1j * x))
    check_rule(phase, (X,))
    check_grads(lambda x: np.sum(phase(x).real * x) + np.sum((phase(x) * x).imag) + np.sum(np.abs(phase(x) + x)), (X,))
    state(narrow, lambda x: 2.0 * x)
    for derivative in (dualad.grad, dualad.jacfwd):
        np.testing.assert_allclose(derivative(lambda x: np.sum(narrow(x) * x))(X), 3.0 * X**2, rtol=1e-6)


def mean(x):
    return np.mean(x)


def test_a_result_of_another_shape_than_the_arguments(state) -> None:
    state(mean, lambda x: 1.0 / 3.0)
    for derivative in (dualad.grad, dualad.jacfwd):
        with pytest.raises(RegistryError, match=r"the function returned a number of an argument of shape \(3,\)"):
            derivative(lambda x: np.sum(mean(x) * x))(X)


class Unhashable:
    __hash__ = None  # type: ignore[assignment]

    def __call__(self, x):
        return x


def test_what_cannot_be_stated() -> None:
    def rule(x):
        return 2.0 * x

    with pytest.raises(RegistryError, match=r"has no parameter 'alias'; besides the rules it may be told .*aliases"):
        dualad.primitive(squared, rule, alias="yes")
    with pytest.raises(RegistryError, match=r"aliases is one of 'no', 'yes', 'maybe', not 'view'"):
        dualad.primitive(squared, rule, aliases="view")
    for wrong in (None, 3, {"x": rule}):
        with pytest.raises(RegistryError, match=r"partials is a tuple with one rule for each argument"):
            dualad.primitive(squared, partials=wrong)
    with pytest.raises(dualad.DualadTypeError, match="is not hashable"):
        dualad.primitive(Unhashable(), rule)
    assert registry.lookup(squared) is None


class Spring:
    def __init__(self, stiffness: Any) -> None:
        self.stiffness = stiffness

    def force(self, x):
        return -self.stiffness * x * x


def test_a_method_whose_object_holds_active_values_in_forward_mode(state) -> None:
    state(Spring.force, None, lambda self, x: -2.0 * self.stiffness * x)
    check_grads(lambda x: np.sum(Spring(2.0).force(x) * x), (X,))

    def pulled(k, x):
        return np.sum(Spring(k).force(x))

    with pytest.raises(Unsupported, match="holds active values"):
        dualad.jvp(pulled, (2.0, X), (1.0, X))


def of_any(*xs):
    return xs[0] * xs[1]


def test_any_number_of_arguments(state) -> None:
    state(
        of_any,
        jvps=(lambda t, ans, *xs: t * xs[1], lambda t, ans, *xs: t * xs[0]),
        vjps=(lambda ct, ans, *xs: ct * xs[1], lambda ct, ans, *xs: ct * xs[0]),
    )
    check_rule(of_any, (X, X + 1.0))
    check_grads(lambda x: np.sum(of_any(x, x)), (X,))
    check_grads(lambda x: np.sum(of_any(*[x, np.sin(x)])), (X,))


def named(x, **rest):
    return x * rest["k"]


def test_any_arguments_by_name(state) -> None:
    state(named, lambda x, **rest: rest["k"])
    check_grads(lambda x: np.sum(named(x, k=3.0) * x), (X,))
    for derivative in (dualad.grad(lambda x: np.sum(named(x, k=x))), dualad.jacfwd(lambda x: named(x, k=x))):
        with pytest.raises(Unsupported, match=r"named\(..., k=...\) has no derivative in `k`"):
            derivative(X)


@pytest.mark.parametrize("name", ["<lambda>", "the rule of three", "class", "é"])
def test_functions_and_rules_whose_names_are_no_names_of_python(state, name) -> None:
    cubed, slope = (lambda x: x**3), (lambda x: 3.0 * x**2)
    cubed.__name__ = slope.__name__ = name
    state(cubed, slope)
    check_grads(lambda x: np.sum(cubed(x) * np.sin(cubed(x))), (X,))
