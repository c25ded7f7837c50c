"""Dual numbers on their own, without lifting."""

import copy
import math
import pickle

import numpy as np
import pytest

from dualad.errors import DualadTypeError, Unsupported
from dualad.forward import Dual, new_level


@pytest.fixture
def level():
    with new_level() as found:
        yield found


@pytest.fixture
def x(level):
    return Dual(2.0, 1.0, level)


@pytest.fixture
def a(level):
    return Dual(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 100.0]), level)


def parts(d):
    return d.value, d.tangent


@pytest.mark.parametrize(("f", "value", "tangent"), [
    (lambda x: x + 1, 3.0, 1.0),
    (lambda x: 1 + x, 3.0, 1.0),
    (lambda x: x - 1.5, 0.5, 1.0),
    (lambda x: 1 - x, -1.0, -1.0),
    (lambda x: x * x, 4.0, 4.0),
    (lambda x: 3 * x, 6.0, 3.0),
    (lambda x: x / 4, 0.5, 0.25),
    (lambda x: 1 / x, 0.5, -0.25),
    (lambda x: x / x, 1.0, 0.0),
    (lambda x: x**3, 8.0, 12.0),
    (lambda x: 2.0**x, 4.0, 4 * math.log(2)),
    (lambda x: x**x, 4.0, 4 * (math.log(2) + 1)),
    (lambda x: -x, -2.0, -1.0),
    (lambda x: +x, 2.0, 1.0),
    (lambda x: abs(-x), 2.0, 1.0),
    (lambda x: x % 1.5, 0.5, 1.0),
    (lambda x: 5.0 % x, 1.0, -2.0),
    (lambda x: x - np.float64(1.0), 1.0, 1.0),
    (lambda x: np.float64(1.0) - x, -1.0, -1.0),
    (lambda x: x * True, 2.0, 1.0),
])
def test_arithmetic(x, f, value, tangent):
    assert parts(f(x)) == pytest.approx((value, tangent))


def test_python_floats_stay_python_floats(x):
    for y in (x + 1, x * x, x / 3, x**2, -x, 2 - x):
        assert type(y.value) is float
        assert type(y.tangent) is float


def test_scalars_of_numpy_stay_so(level):
    x = Dual(np.float32(2), np.float32(1), level)
    for y in (x + 1, x * x, x / 3, x**2, np.sin(x)):
        assert type(y.value) is np.float32
        assert type(y.tangent) is np.float32


def test_comparisons_are_plain(x, a):
    assert (x > 1) is True
    assert (x == 2.0) is True
    assert (1 < x < 3) is True
    assert bool(x)
    np.testing.assert_array_equal(a > 1.5, [False, True, True])
    assert type(a == a) is np.ndarray


def test_whole_numbers(x):
    assert x // 1.5 == 1.0
    assert type(x // 1.5) is float
    assert round(x) == 2
    assert math.floor(x) == 2
    assert math.ceil(x) == 2
    q, r = divmod(x, 1.5)
    assert q == 1.0
    assert r.tangent == 1.0


def test_shape_and_friends(a):
    assert a.shape == (3,)
    assert a.ndim == 1
    assert a.size == 3
    assert len(a) == 3
    assert a.dtype == np.float64
    assert [v.value for v in a] == [1.0, 2.0, 3.0]
    assert 2.0 in a


def test_scalars_have_no_shape(x):
    with pytest.raises(AttributeError):
        _ = x.shape
    with pytest.raises(TypeError):
        iter(x)


def test_class_is_the_value_s(x, a):
    assert isinstance(x, float)
    assert isinstance(a, np.ndarray)
    assert not isinstance(x, int)


def test_shown_as_the_value(x, a):
    assert repr(x) == "2.0"
    assert f"{x:.3f} {x}" == "2.000 2.0"
    assert str(a) == "[1. 2. 3.]"


@pytest.mark.parametrize("lose", [
    float, int, complex, np.float64, np.asarray, math.sin, lambda x: np.array([x, x]), lambda x: "%f" % x,
    lambda x: np.zeros(2).__setitem__(0, x), lambda x: [0][x], range, pickle.dumps, hash, lambda x: {x: 1},
], ids=lambda f: f.__name__.replace("<lambda>", "lambda"))  # fmt: skip
def test_nothing_is_dropped_in_silence(x, lose):
    with pytest.raises((TypeError, ValueError)):
        lose(x)


def test_the_error_says_what_to_do(x):
    with pytest.raises(DualadTypeError, match="stop_gradient"):
        float(x)


def test_reads_as_its_value_when_the_level_is_over():
    with new_level() as level:
        x = Dual(2.0, 1.0, level)
        a = Dual(np.ones(2), np.ones(2), level)
    assert x + 1 == 3.0
    assert type(x + 1) is float
    assert float(x) == 2.0
    assert math.sin(x) == math.sin(2.0)
    assert type(np.sin(x)) is np.float64
    assert type(a * 2) is np.ndarray
    assert type(a[0]) is np.float64
    assert a.sum() == 2.0
    np.testing.assert_array_equal(np.asarray(a), [1, 1])
    assert hash(x) == hash(2.0)


def test_views_share_tangents_as_they_share_values(a):
    v = a[1:]
    v[0] = 7.0
    assert parts(a)[0][1] == 7.0
    assert parts(a)[1][1] == 0.0
    w = a.reshape(3, 1)
    w[2, 0] = a[0] * 2
    assert a.tangent[2] == 2.0
    assert np.shares_memory(a.T.tangent, a.tangent)
    assert np.shares_memory(np.broadcast_to(a, (2, 3)).tangent, a.tangent)


@pytest.mark.parametrize("f", [
    lambda a: a + 0.0, lambda a: a * 1, lambda a: a - 0, lambda a: +a, lambda a: a.copy(), lambda a: np.copy(a),
    lambda a: a[[0, 1, 2]], lambda a: a[np.array([True, True, True])], lambda a: a.flatten(),
    lambda a: np.concatenate([a]), lambda a: np.where([True] * 3, a, 0.0),
    lambda a: np.maximum(a, 0.0), lambda a: a.astype(float),
    lambda a: copy.copy(a), lambda a: copy.deepcopy(a), lambda a: np.stack([a])[0], lambda a: np.positive(a),
    lambda a: np.clip(a, 0, 9), lambda a: np.tile(a, 1), lambda a: np.full_like(a, 0.0) + a,
])  # fmt: skip
def test_anything_else_is_fresh(a, f):
    y = f(a)
    y[0] = 0.0
    assert a.value[0] == 1.0
    assert a.tangent[0] == 1.0
    assert y.tangent[0] == 0.0
    a[1] = 0.0
    assert y.tangent[1] == 10.0


def test_layout_of_tangents_is_that_of_values(level):
    value = np.arange(6.0).reshape(2, 3)
    x = Dual(value, value.copy(), level)
    y = Dual(np.asfortranarray(value), np.asfortranarray(value), level)
    for z in (x * y, y * x, x.T * y.T, x + y, np.sin(y), y.copy(), np.transpose(x) * 2.0, x @ y.T, y.sum(axis=0)):
        assert z.tangent.strides == z.value.strides
        assert z.tangent.flags.owndata


def test_in_place_operators_keep_the_storage(a):
    value, tangent = a.value, a.tangent
    b = a
    a += 1
    a *= a
    a -= np.ones(3)
    a /= 2
    a **= 2
    assert a is b
    assert a.value is value
    assert a.tangent is tangent


def test_in_place_operators_do_not_cast(level):
    n = Dual(np.array([1, 2]), np.ones(2), level)
    with pytest.raises(TypeError):
        n += 1.5


def test_scalars_are_rebound(x):
    y = x
    y += 1
    assert x.value == 2.0


def test_no_attribute_that_the_value_lacks(x, a):
    assert not hasattr(x, "sum")
    assert not hasattr(a, "nonsense")
    with pytest.raises(AttributeError):
        a.nonsense  # noqa: B018


def test_functions_without_a_rule_are_named(a):
    with pytest.raises(Unsupported, match=r"np.*busday_count.*no derivative rule(.|\n)*dualad.primitive\("):
        np.busday_count(a, a)


@pytest.mark.parametrize("call", [
    lambda a: np.power.reduce(a),
    lambda a: np.power.accumulate(a),
    lambda a: np.arctan2.reduceat(a, [0, 1]),
    lambda a: a.view(np.int64),
    lambda a: a.resize(2),
])  # fmt: skip
def test_refused(a, call):
    with pytest.raises(Unsupported):
        call(a)


def test_strong_zero():
    with new_level() as level:
        a = Dual(np.array([0.0, 4.0]), np.array([0.0, 1.0]), level)
        np.testing.assert_array_equal(np.sqrt(a).tangent, [0.0, 0.25])
        assert np.sqrt(Dual(0.0, 0.0, level)).tangent == 0.0
        assert np.sqrt(Dual(0.0, 1.0, level)).tangent == np.inf
