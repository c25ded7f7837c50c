"""Generators that have something to do where they are left: reverse mode sees it, or refuses them."""

import numpy as np
import pytest

import dualad


def plain(x, out):
    try:
        while True:
            yield x * x
    finally:
        out[0] = out[0] + x**3


def sent(x, out):
    try:
        while True:
            _ = yield x * x
    finally:
        out[0] = out[0] + x**3


def first(items):
    return next(items)


def deleted(make, x, out):
    items = make(x, out)
    t = next(items)
    del items
    return t


def bound_anew(make, x, out):
    items = make(x, out)
    t = next(items)
    items = None
    return t if items is None else 0.0


def never_named(make, x, out):
    total = 0.0
    for i in range(3):
        if i:
            total += first(make(x, out)) * i
    return total


def closed(make, x, out):
    items = make(x, out)
    t = next(items)
    items.close()
    return t


def left_by_a_loop(make, x, out):
    t = 0.0
    for item in make(x, out):
        t += item
        break
    return t


def closed_at_once(make, x, out):
    items = make(x, out)
    items.close()
    return x


@pytest.mark.parametrize("make", [plain, sent])
@pytest.mark.parametrize("take", [deleted, bound_anew, never_named])
def test_generators_that_nobody_has_any_more_are_refused(take, make):
    def f(x):
        out = [0.0]
        t = take(make, x, out)
        return t + out[0]

    with pytest.raises(dualad.Unsupported, match="that cleans up .* is left before its last item"):
        dualad.grad(f)(1.5)
    h = 1e-5
    assert dualad.derivative(f)(1.5) == pytest.approx((f(1.5 + h) - f(1.5 - h)) / (2 * h), rel=1e-8)


ENDED = [(closed, plain), (closed, sent), (left_by_a_loop, plain), (closed_at_once, plain)]


@pytest.mark.parametrize("take, make", ENDED)
def test_generators_that_a_loop_or_close_ends(take, make):
    def f(x):
        out = [0.0]
        t = take(make, x, out)
        return t + out[0]

    h = 1e-5
    assert dualad.grad(f)(1.5) == pytest.approx((f(1.5 + h) - f(1.5 - h)) / (2 * h), rel=1e-8)


def caught(x, out):
    while True:
        try:
            yield x * x
        except (ValueError, ZeroDivisionError):
            out[0] = x
        except np.linalg.LinAlgError:
            return


def forgetting(x, out):
    square = x * x
    try:
        while True:
            yield square
    finally:
        square, out = 0.0, None


@pytest.mark.parametrize("make", [caught, forgetting])
@pytest.mark.parametrize("take", [deleted, bound_anew, never_named, closed, left_by_a_loop])
def test_generators_that_change_nothing_where_they_are_left(take, make):
    def f(x):
        out, total = [1.0], 0.0
        if x > 0:
            for k in range(3):
                if k != 1:
                    total += take(make, x * k, out)
        return total * out[0] + sum(a * b for a, b in zip(make(x, out), [x, 2.0]))

    h = 1e-5
    expected = pytest.approx((f(1.5 + h) - f(1.5 - h)) / (2 * h), rel=1e-8)
    assert dualad.grad(f)(1.5) == expected
    assert dualad.derivative(f)(1.5) == expected


LEAVING = BaseException


def told_by_another_name(x, out):
    while True:
        try:
            yield x * x
        except LEAVING:
            out[0] = out[0] + x**3
            return


@pytest.mark.parametrize("take", [deleted, bound_anew, never_named])
def test_generators_that_are_left_by_another_name_are_refused(take):
    def f(x):
        out = [0.0]
        t = take(told_by_another_name, x, out)
        return t + out[0]

    with pytest.raises(dualad.Unsupported, match="that cleans up .* is left before its last item"):
        dualad.grad(f)(1.5)
