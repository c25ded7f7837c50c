"""Derivatives in derivatives: each level keeps to itself."""

import threading

import numpy as np
import pytest

import dualad
from dualad import forward
from tests.forward.helpers import check


def D(f):
    return lambda x: forward.jvp(f, (x,), (1.0,))[1]


def test_18_perturbation_confusion():
    assert D(lambda x: x * D(lambda y: x + y)(1.0))(1.0) == 1.0
    assert D(lambda x: x * D(lambda y: x * y)(2.0))(3.0) == 6.0
    assert D(lambda x: D(lambda y: x * y * y)(x))(3.0) == 12.0


def test_18_one_function_at_two_levels():
    def f(x):
        return x * x * x

    assert D(D(f))(2.0) == 12.0
    assert D(D(D(f)))(2.0) == 6.0
    assert D(lambda x: x * D(f)(x))(2.0) == 36.0


def test_18_recursive_callable():
    def power(n):
        def f(x):
            return x * 1.0 if n == 0 else D(power(n - 1))(x) * x

        return f

    assert D(power(2))(3.0) == 1.0


def test_18_curried():
    # Manzyuk et al.: the derivative of a function that returns a function
    def shift(offset):
        return lambda g: lambda a: g(a + offset)

    moved = lambda g: lambda a: forward.jvp(lambda h: shift(h)(g)(a), (0.0,), (1.0,))[1]
    assert moved(lambda x: x * x)(3.0) == 6.0
    assert moved(moved(lambda x: x**3))(2.0) == 12.0


def test_18_mutated_capture():
    def f(x):
        box = [0.0]

        def g(y):
            box[0] = x * y
            return box[0] * y

        return D(g)(x) + box[0]

    assert D(f)(2.0) == pytest.approx(8.0 + 4.0)


def test_buffers_at_two_levels():
    def f(x):
        b = np.zeros(3)
        b[0] = x

        def g(y):
            b[1] = b[0] * y * y
            c = np.ones(2)
            c[:] = b[:2]
            c *= y
            b[2] = c[1] * x
            return b[2] + c[0]

        return D(g)(x) + b[1] + b[2]

    check(f, 1.3)


def test_inner_store_into_outer_dual():
    def f(x):
        u = np.array([x, x * x, 1.0])

        def g(y):
            u[1] = y * u[0]
            v = u[::-1]
            v[0] += y * y * x
            return np.sum(u * u)

        return D(g)(x * 2) + u[2]

    check(f, 0.8)


def test_inner_result_is_kept_outside():
    def f(x):
        kept = []

        def g(y):
            kept.append(y * x)
            return y * y

        d = D(g)(x)
        return d * kept[0]

    assert D(f)(3.0) == pytest.approx(6 * 9.0)


def test_hessian_by_columns():
    def f(v):
        return np.sum(np.sin(v) * np.cumsum(v * v))

    x = np.array([0.3, -0.7, 1.1])
    eye = np.eye(3)

    def column(i):
        return forward.jvp(lambda v: forward.jvp(f, (v,), (eye[i],))[1], (x,), (np.ones(3),))[1]

    check(lambda v: forward.jvp(f, (v,), (eye[0],))[1], x)
    hessian_times_one = [column(i) for i in range(3)]
    h = 1e-5
    g = lambda v: np.array([forward.jvp(f, (v,), (e,))[1] for e in eye])
    np.testing.assert_allclose(hessian_times_one, (g(x + h) - g(x - h)) / (2 * h), rtol=1e-6)


def test_tangent_that_moves():
    assert D(lambda x: forward.jvp(lambda y: y * y, (3.0,), (x,))[1])(5.0) == 6.0


def test_strong_zero_at_second_order():
    def f(x):
        return np.sum(np.where(x > 0, np.sqrt(x), 0.0))

    x = np.array([0.0, 4.0])
    first = lambda v: forward.jvp(f, (v,), (np.array([0.0, 1.0]),))[1]
    np.testing.assert_allclose(forward.jvp(first, (x,), (np.array([0.0, 1.0]),))[1], -0.25 * 4.0**-1.5)


def test_threads_inside_and_outside():
    results = {}

    def f(x):
        b = np.zeros(200)
        for i in range(200):
            b[i] = x * i
        return b.sum()

    def run(k):
        results[k] = [D(f)(float(k)) for _ in range(3)]

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(r == [19900.0] * 3 for r in results.values())


def test_errors_leave_no_level_behind():
    from dualad.forward import levels

    with pytest.raises(ZeroDivisionError):
        D(lambda x: x / 0)(1.0)
    assert not levels.live
    assert not levels.storing


def test_protocol_of_derivative_functions():
    class Gradient:
        def __init__(self, f):
            self.f = f

        def __call__(self, x):
            raise AssertionError("called without its tangent")

        def __dualad_lifted__(self, x):
            return D(self.f)(x)

    g = Gradient(lambda x: x**3)
    assert forward.jvp(g, (2.0,), (1.0,)) == (12.0, 12.0)
    assert D(lambda x: g(x) * 2)(2.0) == 24.0


def test_rules_get_cotangents_that_were_stored_into():
    """The cotangent of `slope` is a buffer that parts are added to, and then goes to the rule of `np.diff`."""
    import dualad

    def products(y):
        slope = np.diff(y)
        return np.sum(np.sin(slope[:-1] * slope[1:]))

    y, t = np.array([0.3, 0.4, 0.8, 0.2]), np.array([1.0, 0.5, -0.3, 0.2])
    slopes = dualad.grad(products)
    want = (slopes(y + 1e-6 * t) - slopes(y - 1e-6 * t)) / 2e-6
    np.testing.assert_allclose(dualad.jvp(slopes, (y,), (t,))[1], want, rtol=1e-8, atol=1e-8)


def test_sums_at_places_of_nested_directions():
    def f(x):
        y = np.zeros(3)
        np.add.at(y, [0, 1, 1], x * x)
        np.subtract.at(y, ([2, 0],), x[:2])
        return y @ y * x[0]

    x = np.array([0.3, 1.2, -0.7])
    wanted = dualad.jacrev(dualad.grad(f))(x)
    np.testing.assert_allclose(dualad.jacfwd(dualad.jacfwd(f))(x), wanted, rtol=1e-12)
