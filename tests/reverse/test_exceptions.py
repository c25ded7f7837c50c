"""Exceptions in functions that are differentiated: handled as they would be, passed on unchanged, or refused."""

import contextlib
import math
import traceback
import warnings

import numpy as np
import pytest

import dualad
from dualad import registry


class Failed(Exception):
    pass


def test_an_exception_of_the_users_own_passes_through_unchanged():
    error = Failed("mine")

    def fails(x, when=5.0):
        y = x * x
        if y > when:
            raise error
        return y * x

    df = dualad.grad(fails)
    assert df(1.0, 5.0) == 3.0
    for call in (lambda: df(3.0, 5.0), lambda: dualad.vjp(fails, 3.0, 5.0), lambda: dualad.jvp(fails, (3.0,), (1.0,))):
        with pytest.raises(Failed) as caught:
            call()
        assert caught.value is error


def test_a_pullback_of_a_try_may_run_any_number_of_times():
    def f(x):
        s = 0.0
        try:
            for v in x:
                s = s + v * math.sqrt(v)
        except ValueError:
            s = s * x[0]
        return s

    _, pull = dualad.vjp(f, np.array([4.0, 9.0, -1.0, 3.0]))
    first, again, double = pull(1.0)[0], pull(1.0)[0], pull(2.0)[0]
    np.testing.assert_allclose(first, [35.0 + 4 * 3.0, 4 * 4.5, 0.0, 0.0])
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(double, 2 * first)


def test_work_that_only_an_exception_needs_is_done():
    def is_definite(a):
        try:
            np.linalg.cholesky(a)
            return 1.0
        except np.linalg.LinAlgError:
            return 2.0

    def f(x):
        scale = is_definite(np.array([[x, 0.0], [0.0, 1.0]]))
        try:
            half = math.sqrt(x)  # noqa: F841
        except ValueError:
            scale = scale * 10.0
        return scale * x * x

    assert dualad.grad(f)(2.0) == 4.0
    assert dualad.grad(f)(-2.0) == -80.0


def test_the_way_that_a_function_takes_is_not_changed_by_hiding_its_warnings():
    def f(x):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                y = np.sum(1.0 / x)
            except RuntimeWarning:
                y = np.sum(x * x)
        return y

    np.testing.assert_array_equal(dualad.grad(f)(np.array([0.0, 3.0])), [0.0, 6.0])

    def g(x):
        try:
            y = np.sum(np.log(x))
        except FloatingPointError:
            y = np.sum(x * x)
        return y

    with np.errstate(all="raise"):
        np.testing.assert_array_equal(dualad.grad(g)(np.array([0.0, 3.0])), [0.0, 6.0])


@pytest.mark.parametrize("jump", ["return x", "break", "continue"])
def test_a_jump_out_of_finally_is_refused(jump, tmp_path):
    path = tmp_path / "jumps.py"
    path.write_text(
        "def f(x):\n    for i in range(3):\n        try:\n            x = x * x\n"
        f"        finally:\n            {jump}\n    return x\n"
    )
    space = {}
    exec(compile(path.read_text(), str(path), "exec"), space)
    with pytest.raises(dualad.DualadError, match=f"a `{jump.split()[0]}` in `finally`"):
        dualad.grad(space["f"])(1.0)


def test_a_value_that_an_exception_carries():
    def text_and_numbers(x):
        try:
            raise Failed("text", 3)
        except Failed as e:
            return x * len(e.args[0]) * e.args[1]

    assert dualad.grad(text_and_numbers)(2.0) == 12.0

    def active(x):
        try:
            raise Failed(x * x)
        except Failed as e:
            return e.args[0] * x

    assert dualad.grad(active)(2.0) == 12.0

    def whole(x):
        try:
            raise Failed(x * x)
        except Failed as e:
            kept = e
        return kept.args[0] * x

    assert dualad.grad(whole)(2.0) == 12.0

    def made_before(x):
        error = Failed(x * x)
        try:
            raise error
        except Failed as e:
            return e.args[0] * x

    with pytest.raises(dualad.DualadError, match="exception"):
        dualad.grad(made_before)(2.0)


def test_an_exception_that_is_kept_as_a_value_is_no_constant():
    class Carrier(Exception):
        def __init__(self, value):
            self.value = value

    def f(x):
        error = Carrier(x * x)
        return error.value

    with pytest.raises(dualad.DualadError):
        dualad.grad(f)(2.0)


def test_a_rebound_context_manager_is_seen(monkeypatch):
    monkeypatch.setitem(globals(), "manager", np.errstate)
    df = dualad.grad(_with_manager)
    assert df(3.0) == 6.0
    monkeypatch.setitem(globals(), "manager", lambda **kw: contextlib.suppress(Failed))
    with pytest.raises(dualad.DualadError, match="bound to another"):
        df(3.0)
    dualad.clear_cache()
    assert df(3.0) == 1.0


manager = np.errstate


def _with_manager(x):
    y = x
    with manager(divide="ignore"):
        if manager is not np.errstate:
            raise Failed
        y = y * x
    return y


def test_a_traceback_ends_in_the_users_line():
    def inner(x):
        return math.sqrt(x)

    def f(x):
        return inner(x - 5.0) * x

    def loop(x):
        s = x
        while s < 100.0:
            for k in range(3):
                if s > 10.0:
                    raise Failed("now")
                s = s * 2.0 + k
        return s

    def fails_in_reverse(x):
        return pulled(x) * x

    @dualad.custom_vjp
    def pulled(x):
        return x

    def backward(res, ct):
        raise Failed("in the pullback")

    pulled.defvjp(lambda x: (x, None), backward)

    for fn, error, wanted in (
        (f, ValueError, ["return math.sqrt(x)"]),
        (loop, Failed, ['raise Failed("now")']),
        (fails_in_reverse, Failed, ["return pulled(x) * x"]),
    ):
        for call in (dualad.grad(fn), lambda x, fn=fn: dualad.vjp(fn, x)[1](1.0)):
            with pytest.raises(error) as caught:
                call(1.0)
            (note,) = caught.value.__notes__
            shown = "".join(traceback.format_exception(caught.value))
            for line in wanted:
                assert line in note and "^^^" in note and __file__ in note and note in shown


@pytest.mark.parametrize("handled", [Exception, NotImplementedError, (TypeError, NotImplementedError), BaseException])
def test_what_dualad_refuses_is_not_taken_for_the_users_exception(handled):
    def by_try(x, functions):
        try:
            y = functions[0](x)
        except handled:
            y = x * 100.0
        return y

    def by_manager(x, functions):
        y = x * 100.0
        with contextlib.suppress(*(handled if isinstance(handled, tuple) else (handled,))):
            y = functions[0](x)
        return y

    for f in (by_try, by_manager):
        with pytest.raises(dualad.DualadError):
            dualad.grad(f)(2.0, [np.frompyfunc(lambda t: t * t, 1, 1)])
        with pytest.raises(dualad.DualadError):
            dualad.jvp(f, (2.0, [np.frompyfunc(lambda t: t * t, 1, 1)]), (1.0, [None]))


def test_a_callee_that_fails_after_it_has_stored():
    def fills(u, x):
        u[0] = x * x
        if x > 1.0:
            raise Failed
        u[1] = x

    def f(x):
        u = np.ones(2)
        try:
            fills(u, x)
        except Failed:
            u[1] = x * 3.0
        return u[0] * u[1]

    assert dualad.grad(f)(0.5) == pytest.approx(3 * 0.25)
    assert dualad.grad(f)(2.0) == pytest.approx(9 * 4.0)

    class Filling:
        def __init__(self, u, x):
            fills(u, x)

    def by_a_class(x):
        u = np.ones(2)
        try:
            Filling(u, x)
        except Failed:
            u[1] = x * 3.0
        return u[0] * u[1]

    with pytest.raises(dualad.DualadError, match="failed after it had changed"):
        dualad.grad(by_a_class)(2.0)

    def checks(u, x):
        if x > 1.0:
            raise Failed
        u[1] = x

    def g(x):
        u = np.ones(2)
        u[0] = x
        try:
            checks(u, x)
        except Failed:
            u[1] = x * 3.0
        return u[0] * u[1]

    assert dualad.grad(g)(2.0) == 12.0
    assert dualad.grad(g)(0.5) == 1.0


@pytest.fixture
def stated():
    """States a function without a derivative, and forgets it again."""
    found = []

    def state(fn):
        registry.constant(fn)
        found.append(fn)

    yield state
    for fn in found:
        registry.remove(fn)


def test_what_is_called_for_its_exception_is_called(stated):
    """A function of a user's own without a derivative whose result nobody reads: gradients call it too."""

    def require_positive(k: float) -> None:
        if k <= 0:
            raise ValueError("not positive")

    stated(require_positive)

    def checked(x, k):
        require_positive(k)
        return x * x * k

    def outer(x, k):
        return checked(x, k) + x

    for f in (checked, outer):
        for derivative in (dualad.grad(f), dualad.value_and_grad(f), dualad.derivative(f), dualad.grad(dualad.grad(f))):
            derivative(2.0, 3.0)
            with pytest.raises(ValueError, match="not positive"):
                derivative(2.0, -3.0)
