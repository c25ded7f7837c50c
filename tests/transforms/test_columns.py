"""Hessians by source, many columns at once: on the corpus against dual numbers, what stacks know, what they do not."""

import gc
import types
import warnings

import numpy as np
import pytest

import dualad
from dualad import forms, second, stacked, tree
from dualad.errors import DualadError
from dualad.reverse import stack_helpers
from dualad.reverse.stacks import Group, NotStacked, Stack
from tests.corpus.base import PROGRAMS

RNG = np.random.default_rng(0)


def positions(args):
    return tuple(
        i for i, x in enumerate(args) if type(x) is float or (isinstance(x, np.ndarray) and x.dtype.kind == "f")
    )


def elsewhere(args):
    """Arguments near others, at which the same branches are likely to be taken."""
    moved = positions(args)
    near = [x * (1 + 1e-3) if i in moved else x for i, x in enumerate(args)]
    return tuple(np.asarray(y) if isinstance(x, np.ndarray) else y for x, y in zip(args, near, strict=True))


def served_by_source(monkeypatch, owner, attribute, derivative, calls, by_dual_numbers):
    """How many programs of a third of the corpus go by source, each held against dual numbers.

    `owner.attribute` is what finds the derivative by source (None where it does not), after so many calls.
    """
    usual, taken, served = getattr(owner, attribute), [], 0

    def counted(*args):
        found = usual(*args)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(owner, attribute, counted)
    for number, name in enumerate(sorted(PROGRAMS)):
        if number % 100 == 0:
            gc.collect()
        found = PROGRAMS[name]
        wanted = found.reverse == "right" and isinstance(found.fn, types.FunctionType) and positions(found.make())
        if number % 3 or not wanted:
            continue
        made = derivative(found.fn, wanted)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                for _ in range(calls):
                    made(*found.make())
                del taken[:]
                got = made(*elsewhere(found.make()))
                expected = by_dual_numbers(made, elsewhere(found.make()), wanted) if any(taken) else got
            except (DualadError, ArithmeticError, ValueError):  # some are refused by forward mode
                continue
        served += any(taken)
        for a, b in zip(tree.leaves(got), tree.leaves(expected), strict=True):
            assert getattr(a, "dtype", None) == getattr(b, "dtype", None), name
            rtol = 1e-6 if name == "of_two_precisions" else 1e-9  # with values of float32
            np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-10, err_msg=name)
    return served


def hessian_by_dual_numbers(hessian, args, argnums):
    return hessian._by_dual_numbers(args, {}, argnums, [forms.Form(args[i]) for i in argnums])[0]


def test_hessians_of_the_corpus_by_columns_and_by_dual_numbers(monkeypatch):
    assert served_by_source(monkeypatch, second, "_stacked", dualad.hessian, 1, hessian_by_dual_numbers) > 40


def mixture(x, w):
    weights, means, scales = x[:2], x[2:8].reshape(2, 3), x[8:14].reshape(2, 3)
    z = (w[:, None, :] - means) * np.exp(-scales)
    e = -0.5 * np.sum(z * z, axis=2) - np.sum(scales, axis=1) + weights
    top = np.max(e, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(e - top), axis=1)) + top[:, 0])


def bilinear(x, w):
    return np.sum(np.tanh(w * x) * w)


def stored(x, k):
    y = np.zeros(x.shape)
    y[0] = x[1] * x[2] * k
    for i in range(1, len(x)):
        y[i] = y[i - 1] * x[i] + np.sin(x[i])
    return np.sum(y * y) * k


def of_numbers(a, b):
    s = a
    while s < 10.0:
        s = s * a + b * b
    return np.log(s) * a


KNOWN = [
    (mixture, (RNG.normal(size=14), RNG.normal(size=(4, 3))), (0,)),
    (bilinear, (RNG.normal(size=3), RNG.normal(size=(4, 3))), (0, 1)),
    (stored, (RNG.normal(size=5), 1.5), (0, 1)),
    (of_numbers, (1.7, 0.3), (0, 1)),
]


@pytest.mark.parametrize(("f", "args", "argnums"), KNOWN)
@pytest.mark.parametrize("numbers", [1, 1 << 17])
def test_columns_are_found_by_source_however_many_a_run_takes(f, args, argnums, numbers, monkeypatch):
    monkeypatch.setattr(stacked, "NUMBERS", numbers)
    hessian = dualad.hessian(f, argnums)
    first = hessian(*args)
    monkeypatch.setattr(dualad.jacobians.Hessian, "_by_dual_numbers", None)
    for a, b in zip(tree.leaves(hessian(*args)), tree.leaves(first), strict=True):
        assert np.shape(a) == np.shape(b) and isinstance(a, np.ndarray) == isinstance(b, np.ndarray)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def stack(*shape, count=3):
    return Stack(RNG.normal(size=(count, *shape)), Group(count))


A, B, V = RNG.normal(size=(4, 4)), RNG.normal(size=(2, 4, 4)), RNG.normal(size=4)
IDS = np.array([2, 0, 2])
LINEAR = {
    "sums": (lambda t: -t + np.sum(t, axis=0) - t[1] * 2 + V, (4, 4)),
    "products": (lambda t: A * t + t * V / 3.0 - V[:, None] * t[0], (4, 4)),
    "matrix left": (lambda t: A @ t + t @ A + B[0] @ t.T, (4, 4)),
    "matrices": (lambda t: B @ t + t @ B, (4, 4)),
    "vectors": (lambda t: A @ t + t @ A + V * (V @ t) + (t @ V) * V, (4,)),
    "a matrix and a vector": (lambda t: t @ V + V @ t, (4, 4)),
    "dot": (lambda t: np.dot(A, t) + np.dot(t, A) + np.dot(t, 2.0), (4, 4)),
    "reductions": (lambda t: t.sum() + np.sum(t, axis=(0, -1)) + np.mean(t, axis=1)[0]
                   + np.sum(t, axis=1, keepdims=True), (4, 4)),
    "a short sum": (lambda t: np.sum(t, axis=2) + np.sum(t, axis=-1), (2, 5, 3)),
    "shapes": (lambda t: t.reshape(2, 8)[:, :4] + np.reshape(t, (-1,))[:4] + t.T[:2] + t.ravel()[4:8], (4, 4)),
    "axes": (lambda t: np.swapaxes(t, 0, 1) + np.moveaxis(t, 0, 1) + np.transpose(t, (1, 0))
             + np.squeeze(np.expand_dims(t, 1), 1), (4, 4)),
    "keys": (lambda t: t[IDS] + t[[0, 1, 3]] + t[1:, ...] + t[:, None, :3][0] @ np.ones((3, 4))
             + t[A[:, 0] < 9][:3], (4, 4)),
    "points": (lambda t: t[IDS, [0, 1, 2]] + t[1, IDS] + t[IDS, 1], (4, 4)),
    "rows": (lambda t: np.stack([row * 2 for row in t]) + np.concatenate([t[:1], np.zeros((3, 4))]), (4, 4)),
    "choices": (lambda t: np.where(A > 0, t, 0.0) + np.where(V > 0, t[0], t), (4, 4)),
    "running sums": (lambda t: np.cumsum(t, axis=1) + np.flip(t, 0) + np.copy(t) + np.zeros_like(t), (4, 4)),
    "spread": (lambda t: np.broadcast_to(t, (3, 4)) * A[:3], (4,)),
}  # fmt: skip


@pytest.mark.parametrize("name", LINEAR)
def test_a_stack_is_what_each_of_its_directions_would_be(name):
    f, shape = LINEAR[name]
    t = stack(*shape)
    found = f(t)
    assert type(found) is Stack
    for rows, direction in zip(found.rows, t.rows, strict=True):
        np.testing.assert_allclose(rows, f(direction.copy()), rtol=1e-13, atol=1e-13)


def into(t, u):
    t[1] = u[0]
    t[IDS] += 1.0
    t[:, 0] = 0.0
    t -= u
    part = t[2:]
    part *= 2.0
    np.add.at(t, IDS, u[:3])
    t[...] = t * V
    return t


def test_stores_are_made_in_all_directions():
    t, u = stack(4, 4), stack(4, 4)
    u.group = t.group
    before = t.rows.copy()
    found = into(t, u)
    for rows, own, other in zip(found.rows, before, u.rows, strict=True):
        np.testing.assert_allclose(rows, into(own, other))


def test_a_number_is_no_view():
    t = stack(4)
    number = t[0]
    again = number
    again += 1.0
    t[0] = 0.0
    assert np.all(number.rows != 0) and np.all(again.rows == number.rows + 1.0)


REFUSED = {
    "not linear": np.exp,
    "a square": lambda t: t * t,
    "a quotient": lambda t: 1.0 / t,
    "matrices of tangents": lambda t: t @ t,
    "truth": bool,
    "comparison": lambda t: t > 0,
    "an array": np.asarray,
    "sorting": np.sort,
    "a view of one number": lambda t: t[0, 0, ...],
    "separate arrays": lambda t: t[IDS, :, IDS] if t.ndim > 2 else t[None][IDS * 0, :, IDS],
    "a flag": lambda t: t[True],
    "a reshape that copies": lambda t: t.T.reshape(-1),
    "a store into what is none": lambda t: np.zeros(4).__iadd__(t[0]),
    "out": lambda t: np.add(t, 1.0, out=np.zeros((4, 4))),
    "where": lambda t: np.add(t, 1.0, where=A > 0),
    "another object": lambda t: t * "a",
    "the length of a number": lambda t: len(t[0, 0]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_stacks_do_not_know_is_refused(name):
    with pytest.raises(NotStacked):
        REFUSED[name](stack(4, 4))


def test_helpers_of_emitted_code_copy_and_move_stacks():
    t = stack(4)
    for fn in (stack_helpers._owned, stack_helpers._kept):
        made = fn(t)
        assert type(made) is Stack and not np.shares_memory(made.rows, t.rows)
        assert fn(2.0) == 2.0
    before = t.rows.copy()
    np.testing.assert_array_equal(stack_helpers._moved(t, slice(0, 2)).rows, before[:, :2])
    assert not t.rows[:, :2].any()
    group = Group(3)
    spread = stack_helpers.stacked([np.ones(2), 1.0, {"a": np.zeros((1, 2))}], group)
    assert spread[0].rows.shape == (3, 2) and spread[1] == 1.0 and spread[2]["a"].rows.shape == (3, 1, 2)
    for wrong in (np.array(1.0), object()):
        with pytest.raises(NotStacked):
            stack_helpers.stacked(wrong, group)


def overflowing(x):
    return np.sum(np.exp(x) * x)


def test_strong_zeros_and_what_is_not_finite_go_the_usual_way():
    hessian = dualad.hessian(overflowing)
    hessian(np.ones(3))
    with np.errstate(over="ignore"):
        found = hessian(np.array([1.0, 800.0, 2.0]))
    assert np.isinf(found[1, 1]) and found[0, 1] == 0.0 and np.isfinite(found[2]).all()
