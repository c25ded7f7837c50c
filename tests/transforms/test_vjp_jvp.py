"""vjp, jvp and hvp: values, trees, what is handed out, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import dualad
from dualad import DualadTypeError, DualadValueError, hvp, jvp, vjp
from tests.transforms.helpers import near

X = np.array([1.0, 2.0])


def model(p, x):
    z = np.tanh(p["w"] @ x) * p["scale"]
    return {"z": z, "norm": np.sum(z * z), "name": "model"}


def params():
    return {"w": np.array([[0.1, 0.2], [0.3, -0.4]]), "scale": 1.5, "act": "tanh", "n": None}


# vjp


def test_the_pullback_gives_a_cotangent_for_each_argument():
    y, pull = vjp(lambda x, k: k * x, X, 3.0)
    near(y, 3.0 * X)
    result = pull(np.array([1.0, 10.0]))
    assert type(result) is tuple
    near(result[0], [3.0, 30.0])
    assert type(result[1]) is float
    near(result[1], 21.0)


def test_trees():
    y, pull = vjp(model, params(), X)
    assert list(y) == ["z", "norm", "name"]
    gp, gx = pull({"z": np.ones(2), "norm": 1.0, "name": None})
    assert list(gp) == ["w", "scale", "act", "n"]
    assert gp["act"] is None
    assert gp["n"] is None
    assert gp["w"].shape == (2, 2)
    assert type(gp["scale"]) is float
    t = {"w": np.ones((2, 2)), "scale": 2.0, "act": None, "n": None}
    _, dy = jvp(model, (params(), X), (t, np.array([3.0, 4.0])))
    near(np.sum(dy["z"]) + dy["norm"], np.sum(gp["w"]) + 2.0 * gp["scale"] + gx @ [3.0, 4.0])
    assert dy["name"] is None


def test_arguments_that_are_no_numbers_have_none():
    def heat(u, k, n, mode, table):
        for _ in range(n):
            u = u + k * u
        return u

    y, pull = vjp(heat, X, 0.5, 2, "mode", [None, len])
    gu, gk, gn, gmode, gtable = pull(np.ones(2))
    near(gu, [2.25, 2.25])
    near(gk, 2 * 1.5 * 3.0)
    assert gn == 0.0
    assert gmode is None
    assert gtable == [None, None]


def test_a_pullback_may_be_called_often_and_after_changes():
    x = X.copy()
    y, pull = vjp(lambda x: np.exp(x) * x, x)
    first = pull(np.ones(2))[0]
    kept = first.copy()
    first[:] = 0.0
    y[:] = 0.0
    x[:] = 0.0
    near(pull(np.ones(2))[0], kept)
    near(pull(2 * np.ones(2))[0], 2 * kept)


def test_nothing_that_comes_back_is_shared():
    ct = np.ones(2)
    x = X.copy()
    y, pull = vjp(lambda x: x, x)
    assert not np.shares_memory(y, x)
    (g,) = pull(ct)
    assert not np.shares_memory(g, ct)
    y, pull = vjp(lambda x, z: (x + z, x), x, x)
    a, b = pull((ct, ct))
    assert not np.shares_memory(a, b)
    near(a, [2.0, 2.0])
    near(b, [1.0, 1.0])
    near(ct, [1.0, 1.0])
    near(x, X)
    assert a.flags.owndata and b.flags.owndata


def test_cotangents_are_cast():
    _, pull = vjp(lambda x: x * x, X.astype(np.float32))
    (g,) = pull(np.array([1, 1]))
    assert g.dtype == np.float32
    near(g, [2.0, 4.0])
    _, pull = vjp(lambda x: (x, [x * x]), 2.0)
    near(pull((1, [np.float32(1.0)]))[0], 5.0)


def test_aux():
    y, pull, aux = vjp(lambda x: (x * x, {"info": x}), X, has_aux=True)
    near(y, X * X)
    near(aux["info"], X)
    near(pull(np.ones(2))[0], 2 * X)


def test_complex_numbers_pair_without_conjugate():
    z = np.array([1.0 + 2.0j])
    _, pull = vjp(lambda z: z * z, z)
    near(pull(np.array([1.0j]))[0], 1.0j * 2 * z)
    _, pull = vjp(lambda x: x * 1j, 2.0)
    near(pull(1.0)[0], 0.0)
    near(pull(1j)[0], -1.0)


def test_pullbacks_are_shown():
    _, pull = vjp(model, params(), X)
    assert repr(pull) == "<pullback of a result of structure {'z': *, 'norm': *, 'name': *}>"


def refused(error, message, call, *args, **kwargs):
    with pytest.raises(error, match=message) as info:
        call(*args, **kwargs)
    assert isinstance(info.value, dualad.DualadError)


@pytest.mark.parametrize(
    ("ct", "message"),
    [
        (1.0, "cotangent should be a dict of 2, but it is the float 1.0; a cotangent has the structure of the result"),
        ({"a": np.ones(2)}, "cotangent lacks the key 'b'"),
        ({"a": np.ones(2), "b": (1.0,)}, r"cotangent\['b'\] should be a list of 1, but it is a tuple of 1"),
        ({"a": np.ones(3), "b": [1.0]}, r"cotangent\['a'\]: .* the result's shape \(2,\), but .* shape \(3,\)"),
        ({"a": 1.0, "b": [1.0]}, r"cotangent\['a'\]: .* shape \(2,\), but it is the float 1.0"),
        ({"a": np.ones(2), "b": [np.ones(1)]}, r"cotangent\['b'\]\[0\]: .* shape \(\), but it is an array"),
    ],
)
def test_cotangents_of_another_structure_or_shape(ct, message):
    _, pull = vjp(lambda x: {"a": x * x, "b": [x[0]]}, X)
    refused(DualadValueError, message, pull, ct)
    near(pull({"a": np.ones(2), "b": [1.0]})[0], 2 * X + [1.0, 0.0])


@pytest.mark.parametrize(
    ("ct", "message"),
    [
        (["a", 1.0], r"cotangent\[0\]: the cotangent should be an array of shape \(2,\) .* but it is the string 'a'"),
        ([None, 1.0], r"cotangent\[0\]: .* but it is None"),
        ([X, None], r"cotangent\[1\]: the cotangent should be a float, like the result, but it is None"),
        ([X + 1j, 1.0], r"cotangent\[0\]: the result is real, so its cotangent is too, but .* complex128"),
        ([np.array([1.0, None]), 1.0], r"cotangent\[0\]: .* dtype object"),
        ([[1.0, 2.0], 1.0], r"cotangent\[0\]: the cotangent should be an array .* but it is a list of 2"),
    ],
)
def test_cotangents_of_another_kind(ct, message):
    _, pull = vjp(lambda x: [x * x, float(len(x))], X)
    refused(DualadTypeError, message, pull, ct)


def test_the_number_of_cotangents():
    _, pull = vjp(lambda x: (x, x), 1.0)
    message = r"takes one cotangent, of the structure of the result \(\(\*, \*\)\), but .* given 2"
    refused(DualadTypeError, message, pull, 1.0, 1.0)
    refused(DualadTypeError, "given 0", pull)
    refused(DualadTypeError, r"cotangent\[1\]: the cotangent should be a float", pull, (1.0, "a"))


@pytest.mark.parametrize("call", [lambda f, *x: vjp(f, *x), lambda f, *x: jvp(f, x, x)])
def test_nothing_to_differentiate_in(call):
    f = lambda *x: 1.0
    message = "was given the string 'a', None: no number to differentiate in; pass a float"
    refused(DualadTypeError, message, call, f, "a", None)
    refused(DualadTypeError, "was given no argument at all", call, f)
    refused(DualadTypeError, "was given a list of 0", call, f, [])
    refused(DualadTypeError, r"argument 1 is .* dtype object", call, f, 1.0, np.array([1.0, None]))
    refused(DualadTypeError, "takes a function, but it was given the int 3", call, 3, 1.0)


def test_vjp_with_aux_that_is_no_pair():
    refused(DualadTypeError, r"vjp with has_aux=True takes .* a pair", lambda: vjp(lambda x: x, 1.0, has_aux=True))
    refused(DualadTypeError, r"jvp with has_aux=True", lambda: jvp(lambda x: x, (1.0,), (1.0,), has_aux=True))


# jvp


def test_jvp():
    y, dy = jvp(lambda x, k: k * x, (X, 3.0), (np.array([1.0, 10.0]), 2.0))
    near(y, 3.0 * X)
    near(dy, [5.0, 34.0])
    y, dy = jvp(lambda x: x * x, [3.0], [1.0])
    assert (type(y), type(dy)) == (float, float)
    assert (y, dy) == (9.0, 6.0)


def test_jvp_of_what_does_not_depend():
    y, dy = jvp(lambda x: (1.0, np.ones(2, np.float32), "s", 3), (2.0,), (1.0,))
    assert dy[0] == 0.0
    assert dy[1].dtype == np.float32
    near(dy[1], [0.0, 0.0])
    assert dy[2] is None
    assert dy[3] == 0.0


def test_tangents_are_cast_and_may_be_left_out():
    y, dy = jvp(lambda x, n: x**n, (X.astype(np.float32), 2), (np.array([1, 1]), None))
    assert dy.dtype == np.float32
    near(dy, [2.0, 4.0])
    near(jvp(lambda n: n * 2.0, (3,), (1.0,))[1], 2.0)


def test_jvp_aux():
    y, dy, aux = jvp(lambda x: (x * x, ["aux", x]), (3.0,), (1.0,), has_aux=True)
    assert (y, dy) == (9.0, 6.0)
    assert aux[0] == "aux"
    assert aux[1] == 3.0


def test_jvp_hands_out_nothing_that_is_held():
    x, v = X.copy(), np.ones(2)
    y, dy = jvp(lambda x: (x, x), (x,), (v,))
    for a in (*y, *dy):
        assert not np.shares_memory(a, x)
        assert not np.shares_memory(a, v)
    assert not np.shares_memory(dy[0], dy[1])
    dy[0][:] = 5.0
    near(v, [1.0, 1.0])


@pytest.mark.parametrize(
    ("error", "tangents", "message"),
    [
        (DualadTypeError, (X,), "jvp takes one tangent for each primal, but there are 2 primals and 1 tangents"),
        (DualadTypeError, X, "jvp: tangents is a tuple with one item .* but it is an array .* write .tangent,."),
        (DualadTypeError, (X, 1.0), r"tangents\[1\] should be a dict of 1, but .* 1.0; a tangent has"),
        (DualadTypeError, (X, {"b": 1.0}), r"tangents\[1\] lacks the key 'a' and has .* 'b'"),
        (DualadValueError, (np.ones(3), {"a": 1.0}), r"tangents\[0\]: .* should have the primal's shape \(2,\)"),
        (DualadValueError, (1.0, {"a": 1.0}), r"tangents\[0\]: .* but it is the float 1.0"),
        (DualadTypeError, (X, {"a": "s"}), r"tangents\[1\]\['a'\]: the tangent should be a float, .* the string 's'"),
        (DualadTypeError, (None, {"a": 1.0}), r"tangents\[0\]: .* but it is None"),
        (DualadTypeError, (X * 1j, {"a": 1.0}), r"tangents\[0\]: the primal is real, so its tangent is too"),
        (DualadTypeError, ([1.0, 1.0], {"a": 1.0}), r"tangents\[0\]: .* but it is a list of 2"),
    ],
)
def test_tangents_that_do_not_fit(error, tangents, message):
    refused(error, message, jvp, lambda x, p: x * p["a"], (X, {"a": 2.0}), tangents)
    refused(error, message, hvp, lambda x, p: np.sum(x * p["a"]), (X, {"a": 2.0}), tangents)


def test_a_tangent_for_what_is_no_number():
    refused(
        DualadTypeError,
        r"tangents\[1\]: the primal is no number, so its tangent is None, but it is the float 1.0",
        jvp,
        lambda x, s: x,
        (1.0, "s"),
        (1.0, 1.0),
    )


def test_primals_that_are_no_tuple():
    refused(DualadTypeError, r"primals is a tuple .* write \(primal,\)", jvp, lambda x: x, X, (X,))


# hvp


def test_hvp():
    near(hvp(lambda x: np.sum(x**3), (X,), (np.array([1.0, 10.0]),)), [6.0, 120.0])


def test_hvp_over_trees_and_argnums():
    def f(p, y):
        return p["a"] ** 2 * p["b"] * y

    primals = ({"a": 2.0, "b": 3.0}, 5.0)
    h = hvp(f, primals, ({"a": 1.0, "b": 0.0}, 0.0))
    near(h["a"], 2 * 3.0 * 5.0)
    near(h["b"], 2 * 2.0 * 5.0)
    h = hvp(f, primals, ({"a": 1.0, "b": 0.0}, 1.0), argnums=(0, 1))
    near(h[0]["a"], 30.0 + 2 * 2.0 * 3.0)
    near(h[1], 2 * 2.0 * 3.0)


def test_hvp_of_what_is_no_number():
    refused(DualadTypeError, "returned an array of shape", hvp, lambda x: x, (X,), (X,))
