"""What rules do where derivatives end: ties, zeros, infinities, empty arrays; without a warning of their own."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest
import scipy.special

from dualad import grad, jacfwd, jvp, registry, vjp
from dualad.errors import Unsupported
from tests.rules import apply

INF = np.inf


def partial(fn, *args, i=0, **kwargs):
    """The partial of an elementwise primitive."""
    found = registry.lookup(fn)
    return apply.call_rule(found.rules[i], found.fn(*args, **kwargs), args, kwargs)


def back(fn, ct, *args, i=0, **kwargs):
    """The cotangent of an argument."""
    return apply.vjp(registry.lookup(fn), fn, args, kwargs, ct, i)


def same(found, expected):
    np.testing.assert_array_equal(np.broadcast_to(found, np.shape(expected)), expected)


def test_ties_are_split_evenly():
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])
    for fn in (np.maximum, np.fmax):
        same(partial(fn, x, y), [0, 0.5, 1])
        same(partial(fn, x, y, i=1), [1, 0.5, 0])
    for fn in (np.minimum, np.fmin):
        same(partial(fn, x, y), [1, 0.5, 0])
        same(partial(fn, x, y, i=1), [0, 0.5, 1])
    for fn in (max, min):
        assert partial(fn, 2.0, 2.0) == partial(fn, 2.0, 2.0, i=1) == 0.5
    same(back(np.max, 1.0, np.array([3.0, 1.0, 3.0])), [0.5, 0, 0.5])
    same(back(np.min, np.ones(2), np.array([[1.0, 1.0, 2.0], [1.0, 2.0, 3.0]]), axis=1), [[0.5, 0.5, 0], [1, 0, 0]])
    same(back(np.ptp, 1.0, np.array([1.0, 3.0, 3.0])), [-1, 0.5, 0.5])
    same(partial(np.clip, np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), 0.0, 1.0), [0, 0.5, 1, 0.5, 0])


def test_the_first_of_many_is_chosen():
    for fn in (max, min):
        for f in (lambda a, b, c: fn(a, b, c), lambda a, b, c: fn([a, b, c]), lambda a, b, c: fn(a, b, c, a)):
            gradient = grad(f, argnums=(0, 1, 2))
            for _ in range(3):  # specialised from the second call on
                assert gradient(2.0, 2.0, 2.0) == (1.0, 0.0, 0.0)
            assert jacfwd(f, argnums=(0, 1, 2))(2.0, 2.0, 2.0) == (1.0, 0.0, 0.0)


def test_infinite_ties():
    x = np.array([-INF, INF])
    same(partial(np.maximum, x, x), [0.5, 0.5])
    same(back(np.max, 1.0, np.array([-INF, -INF])), [0.5, 0.5])


def test_numbers_win_over_nan():
    x, y = np.array([np.nan, 1.0]), np.array([1.0, np.nan])
    for fn in (np.fmax, np.fmin):
        same(partial(fn, x, y), [0, 1])
        same(partial(fn, x, y, i=1), [1, 0])


def test_subgradients_at_kinks():
    same(partial(np.absolute, np.array([-1.0, 0.0, 2.0])), [-1, 0, 1])
    same(partial(np.hypot, np.zeros(2), np.zeros(2)), [0, 0])
    assert partial(math.hypot, 0.0, 0.0) == 0
    for ord in (None, 1, 2, 3, np.inf):
        same(back(np.linalg.norm, 1.0, np.zeros(3), ord), np.zeros(3))
    for ord in (None, "fro", 1, np.inf):
        same(back(np.linalg.norm, 1.0, np.zeros((2, 2)), ord), np.zeros((2, 2)))
    same(back(np.std, 1.0, np.ones(3)), np.zeros(3))
    same(back(math.dist, 1.0, [1.0, 2.0], [1.0, 2.0]), [0, 0])


def test_powers_at_zero():
    for fn in (np.power, np.float_power, operator.pow):
        x = np.array([0.0, 0.0, 0.0, 2.0])
        same(partial(fn, x, np.array([0.0, 1.0, 2.0, 3.0])), [0, 1, 0, 12])
        same(partial(fn, x, np.array([0.5, 1.0, 2.0, 0.0]), i=1), [0, 0, 0, np.log(2.0)])
        same(partial(fn, np.array([-2.0, -1.0]), 2.0), [-4, -2])
    for fn in (operator.pow, pow, math.pow):
        assert partial(fn, 0.0, 2.0) == 0.0
        assert partial(fn, 0.0, 1.0) == 1.0
        assert partial(fn, 0.0, 0.0) == 0.0
        assert partial(fn, 0.0, 2.0, i=1) == 0.0
        assert type(partial(fn, 3.0, 2.0)) is float


def test_products_with_zeros():
    same(back(np.prod, 1.0, np.array([0.0, 2.0, 3.0])), [6, 0, 0])
    same(back(np.prod, 1.0, np.array([0.0, 2.0, 0.0])), [0, 0, 0])
    same(back(np.cumprod, np.ones(3), np.array([2.0, 0.0, 3.0])), [1, 2 + 6, 0])
    same(back(math.prod, 1.0, [0.0, 2.0, 3.0]), [6, 0, 0])


def test_the_unchosen_gets_nothing():
    ct = np.array([INF, np.nan, 1.0])
    same(back(np.where, ct, np.array([False, False, True]), np.ones(3), 0.0, i=1), [0, 0, 1])


def test_repeated_indices_accumulate():
    x = np.zeros(3)
    same(back(operator.getitem, np.array([1.0, 2.0, 4.0]), x, [0, 0, 1]), [3, 4, 0])
    same(back(np.take, np.array([1.0, 2.0, 4.0]), x, [2, 0, 2]), [2, 0, 5])
    same(back(np.repeat, np.arange(6.0), x, 2), [1, 5, 9])
    same(back(np.broadcast_to, np.ones((4, 3)), x, (4, 3)), [4, 4, 4])


def test_singular_partials_say_so():
    for fn in (np.sqrt, np.log, np.log2, np.log10, np.log1p, np.cbrt, np.arccos, np.arcsin, np.arctanh, np.arccosh):
        assert 0 in registry.lookup(fn).singular
    for fn in (np.power, np.divide, operator.truediv, operator.pow, math.sqrt, math.log, np.arctan2):
        assert 0 in registry.lookup(fn).singular


def test_empty_arrays():
    empty = np.zeros((0, 3))
    same(back(np.sum, 1.0, empty), empty)
    same(back(np.prod, np.ones(3), empty, 0), empty)
    same(back(np.cumsum, empty, empty, 0), empty)
    same(back(np.cumprod, empty, empty, 0), empty)
    same(back(np.matmul, np.zeros((2, 3)), np.zeros((2, 0)), empty), np.zeros((2, 0)))
    same(back(np.concatenate, np.ones((2, 3)), [empty, np.ones((2, 3))])[0], empty)
    same(back(operator.getitem, np.zeros((0,)), np.ones(3), slice(3, None)), np.zeros(3))


def test_what_depends_on_memory_order_is_refused():
    with pytest.raises(Unsupported, match="order"):
        back(np.ravel, np.ones(4), np.ones((2, 2)), "K")
    with pytest.raises(Unsupported, match="full_matrices"):
        back(np.linalg.svd, [np.ones((3, 3)), 0.0, 0.0], np.ones((3, 2)))
    with pytest.raises(Unsupported, match="mode"):
        back(np.pad, np.ones(5), np.ones(3), 1, lambda row, width, axis, options: None)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.longdouble])
def test_partitions_leave_elements_where_the_function_does(dtype):
    """`np.argpartition` may leave those that are not asked for in another order than `np.partition`."""
    x, weights = np.random.default_rng(0).permutation(600).astype(dtype), np.arange(600.0)

    def by_function(x):
        return np.sum(np.partition(x, 40) * weights)

    def in_place(x):
        y = x.copy()
        y.partition(40)
        return np.sum(y * weights)

    result = np.partition(x, 40)
    place = {value: i for i, value in enumerate(result.tolist())}
    for f in (by_function, in_place):
        same(grad(f)(x), weights[[place[value] for value in x.tolist()]])
        same(jvp(f, (x,), (x,))[1], np.sum(result * weights))


def test_sign_is_constant_only_where_it_is_real():
    assert registry.lookup(np.sign).constant_if_real
    z = np.array([3 + 4j])
    t = np.array([1j])
    found = apply.jvp(registry.lookup(np.sign), np.sign, (z,), {}, {0: t})
    np.testing.assert_allclose(found, (np.sign(z + 1e-6 * t) - np.sign(z - 1e-6 * t)) / 2e-6, rtol=1e-8)


def test_nothing_that_aliases_is_said_not_to():
    a = np.arange(6.0).reshape(2, 3)
    calls = {
        np.reshape: ((3, 2),), np.ravel: (), np.transpose: (), np.swapaxes: (0, 1), np.squeeze: (),
        np.expand_dims: (0,),
        np.broadcast_to: ((2, 2, 3),), np.flip: (), np.rot90: (), np.diagonal: (), np.moveaxis: (0, 1), np.asarray: (),
        np.atleast_1d: (), np.rollaxis: (1,), np.diag: (), np.real: (), operator.getitem: (slice(1),),
        np.sum: (), np.copy: (), np.roll: (1,), np.tile: (2,), np.repeat: (2,), np.sort: (), np.triu: (),
        np.take: ([0],),
        np.array: (), np.positive: (), np.conjugate: (), np.cumsum: (), np.nan_to_num: (), np.clip: (0, 1),
        np.float64: (),
        np.ascontiguousarray: (), np.pad: (1,), np.astype: (float,), np.delete: (0,), np.trace: (),
        np.full_like: (1.0,),
    }  # fmt: skip
    for fn, rest in calls.items():
        found = registry.lookup(fn)
        shares = np.shares_memory(fn(a, *rest), a)
        assert not (shares and found.aliases == "no"), found
        assert shares or found.aliases != "yes", found


POWERS = {
    "**": lambda x, y: x**y, "np.power": np.power, "np.float_power": np.float_power, "math.pow": math.pow,
    "pow": lambda x, y: pow(x, y), "powm1": lambda x, y: scipy.special.powm1(x, y),
}  # fmt: skip


@pytest.mark.parametrize("y", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("name", POWERS)
def test_second_derivatives_of_powers_whose_exponent_moves_through_whole_numbers(name, y):
    """In base and exponent: `x^(y-1) (1 + y log x)`, by whichever rule and mode is applied first."""
    f, x = POWERS[name], 2.0
    want = x ** (y - 1) * (1 + y * math.log(x))
    forward = lambda g, i: lambda *p: jvp(g, p, tuple([float(k == i) for k in range(2)]))[1]
    for first in (grad, forward):
        for second in (grad, forward):
            assert second(first(f, 0), 1)(x, y) == pytest.approx(want, rel=1e-12)
            assert second(first(f, 1), 0)(x, y) == pytest.approx(want, rel=1e-12)
    both = grad(lambda x, y: np.sum(x**y), (0, 1))
    mixed = jvp(lambda y: both(np.array([x, 0.0]), y)[0], (np.array([y, y]),), (np.ones(2),))[1]
    assert mixed[0] == pytest.approx(want, rel=1e-12)


def test_powers_of_integers_to_whole_exponents():
    x, n = np.array([2, 3, 0]), np.array([0, 3, 0])
    same(grad(lambda x: np.sum(x**n))(x), [0.0, 27.0, 0.0])
    same(grad(lambda x, k: np.sum(x**k))(x, 0), [0.0, 0.0, 0.0])


CUTS = {
    np.arcsin: 1.3, np.arccos: 1.3, np.arccosh: 1.3, np.arctanh: 1.3, np.arcsinh: 1.3j, np.arctan: 1.3j, np.sqrt: 0.7,
}  # fmt: skip


@pytest.mark.parametrize("function", [*CUTS, np.log, np.log1p], ids=lambda f: f.__name__)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_derivatives_on_branch_cuts(function, sign, zero) -> None:
    """Along a cut the function is smooth on either side, which the sign of a zero says."""
    def along(t):
        z = np.empty(1, complex)
        upright = np.iscomplexobj(CUTS.get(function, 1.7))
        z.real, z.imag = (zero, t) if upright else (t, zero)
        return z

    at, h = sign * abs(CUTS.get(function, 1.7)), 1e-6
    expected = (function(along(at + h)) - function(along(at - h))) / (2 * h)
    t = np.array([1j if np.iscomplexobj(CUTS.get(function, 1.7)) else 1.0 + 0j])
    _, tangent = jvp(function, (along(at),), (t,))
    np.testing.assert_allclose(tangent, expected, rtol=1e-7)
    (back,) = vjp(lambda z: function(z), along(at))[1](np.array([1.0 + 0j]))
    np.testing.assert_allclose(back * t, expected, rtol=1e-7)


OBJECT = np.poly1d([5.0, 1.0])


@pytest.mark.parametrize("use", [
    lambda p: np.sum(np.polyval(p, OBJECT).coeffs), lambda p: np.sum(np.polyadd(p, OBJECT)),
    lambda p: np.sum(np.polymul(OBJECT, p)), lambda p: np.sum(np.polydiv(p, OBJECT)[0]),
])  # fmt: skip
def test_polynomials_that_are_objects_are_refused_beside_arrays(use):
    """What NumPy gives is such an object, too, whose coefficients had no tangents."""
    for run in (lambda: grad(use)(np.ones(3)), lambda: jvp(use, (np.ones(3),), (np.ones(3),))):
        with pytest.raises(Unsupported):
            run()


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
def test_cross_products_in_the_plane_are_refused_in_reverse():
    a, b = np.array([1.0, 2.0]), np.array([[4.0, 5.0]])
    for fn, x in ((lambda x: np.cross(x, a), a), (lambda x: np.cross(b, x), a), (lambda x: np.cross(x, a), b)):
        with pytest.raises(Unsupported, match="in the plane"):
            vjp(fn, x)[1](np.ones_like(fn(x))[()])


def test_common_elements_are_taken_from_the_first_array():
    x, y = np.array([3.0, 1.0, 2.0]), np.array([2.0, 5.0, 3.0, 3.0])
    value, tangent = jvp(lambda x: np.intersect1d(x, y, return_indices=True), (x,), (np.array([0.1, 0.2, 0.3]),))
    for found, expected in zip(value, np.intersect1d(x, y, return_indices=True), strict=True):
        same(found, expected)
    same(tangent[0], [0.3, 0.1])
    same(vjp(lambda x: np.intersect1d(x, y, return_indices=True)[0], x)[1](np.array([1.0, 2.0]))[0], [2.0, 0.0, 1.0])


def test_nan_quantiles_move_with_the_fraction_at_an_element():
    a = np.array([[10.0, np.nan, 4.0], [3.0, 2.0, 1.0]])
    for q, slope in ((0.25, 4.0), (0.5, 4.0)):
        assert grad(lambda q: np.nanquantile(a, q))(q) == jvp(lambda q: np.nanquantile(a, q), (q,), (1.0,))[1] == slope
