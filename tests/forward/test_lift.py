"""What lifting reaches: calls, closures, decorators, statements, builtins; and what it leaves alone."""

import contextlib
import functools
import traceback

import numpy as np
import pytest

from dualad.errors import Unsupported
from dualad.forward.lift import lift, unlifted
from tests.forward.helpers import D, check

X = np.array([0.7, -1.2, 2.0])
GAIN = 2.0
COUNTER = 0


def scaled(x):
    return x * GAIN


def test_25_globals_and_cells_are_live(monkeypatch):
    k = 3.0

    def f(x):
        return scaled(x) * k

    assert D(f, 1.0) == 6.0
    monkeypatch.setitem(globals(), "GAIN", 5.0)
    assert D(f, 1.0) == 15.0
    k = 10.0
    assert D(f, 1.0) == 50.0


def test_globals_of_the_user_s_module_get_nothing_new():
    before = set(globals())

    def f(x):
        global COUNTER
        COUNTER = COUNTER + 1
        return x * COUNTER

    assert D(f, 1.0) == 1.0
    assert COUNTER == 1
    assert set(globals()) == before
    assert f.__closure__ is None


def test_35_captures():
    def f(x):
        y = x
        g = lambda t: t * y
        y = x * x
        return g(2.0)

    check(f, 3.0)

    def f2(w):
        h = lambda t, w=w: t * w
        w = 0.0
        return h(3.0) + functools.partial(lambda a, b: a * b, w + 1)(h(1.0))

    check(f2, 3.0)

    def f3(x):
        total = 0.0

        def add(v):
            nonlocal total
            total += v * x
            return total

        add(1.0)
        add(x)
        return total

    check(f3, 3.0)


def decorator(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        b = np.zeros(1)
        b[0] = fn(*args, **kwargs)
        return 3 * b[0]

    return wrapper


@decorator
def decorated(x, *, k=2.0):
    return x * k


@contextlib.contextmanager
def doubled(x):
    b = np.zeros(1)
    b[0] = 2 * x
    yield b
    b[0] *= 10


def test_23_decorators():
    check(lambda x: decorated(x) + decorated(x, k=x), 1.3)

    def f(x):
        @decorator
        def inner(t):
            return t * x

        return inner(x)

    check(f, 1.3)


def test_context_managers():
    def f(x):
        with doubled(x) as b, np.errstate(all="ignore"):
            y = b[0] * x
        return y + b[0]

    check(f, 1.3)

    def g(x):
        with contextlib.suppress(ZeroDivisionError):
            x = x * 2
            x = x / 0
        return x

    check(g, 1.3)


def test_control_flow():
    def f(x):
        total = 0.0
        try:
            for i in range(5):
                if i == 1:
                    continue
                total += x[i] * i
            else:
                total = 0.0
        except IndexError as error:
            total = total * 2 + len(str(error)) * 0
        finally:
            total = total + x[0]
        while (step := total * 0.5) > 0.1:
            total = step
            if total < 0.5:
                break
        assert total > 0, f"{total}"
        return total if total and total < 100 or x[0] else -total

    check(f, np.array([1.0, 2.0, 3.0]))


def test_recursion():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    check(lambda x: power(x, 5), 1.3)
    check(even, 1.3, 4)


def even(x, n):
    return x if n == 0 else odd(x, n - 1) * x


def odd(x, n):
    return even(x, n - 1) + x


def test_42_keyword_and_star_arguments():
    def g(a, /, b, *args, c=1.0, **kwargs):
        return a * b + sum(args) * c + kwargs.get("d", 0.0)

    check(lambda x: g(x, 2.0) + g(x, x, *[x, 1.0], c=x, **{"d": x * x}) + g(*X, c=x), 1.3)


def test_names_that_look_like_ours():
    def f(x):
        call, store, load, getitem, HELPERS = 1.0, 2.0, x, 3.0, [x]  # noqa: N806
        return call * store * load * getitem * HELPERS[0]

    check(f, 1.3)


def test_cached_functions():
    calls = []

    @functools.lru_cache
    def g(n):
        calls.append(n)
        return n * 2.0

    assert D(lambda x: x * g(3) + g(3), 1.0) == 6.0
    assert calls == [3]
    with pytest.raises(Unsupported, match="lru_cache"):
        D(lambda x: g(x), 1.0)


@pytest.mark.parametrize("f", [
    lambda x: eval("x"),
    lambda x: np.asmatrix(np.eye(1) * x),
    lambda x: __import__("decimal").Decimal(x),
    lambda x: __import__("fractions").Fraction(x),
    lambda x: __import__("json").dumps(x),
    lambda x: {x: 1},
    lambda x: np.random.default_rng(0).normal(x),
    lambda x: np.zeros(2)[x],
])  # fmt: skip
def test_refused_or_the_user_s_error(f):
    with pytest.raises((Unsupported, TypeError, IndexError)):
        D(f, 1.0)


def test_21_without_source():
    space = {}
    exec("def g(x):\n    return x * x", space)
    with pytest.raises(Unsupported, match="source"):
        D(lambda x: space["g"](x), 1.0)
    assert D(lambda x: space["g"](3.0) * x, 1.0) == 9.0


def test_user_s_errors_pass_with_their_lines():
    def f(x):
        y = x * 2
        raise KeyError("mine")  # the line

    with pytest.raises(KeyError, match="mine") as caught:
        D(f, 1.0)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.filename == __file__
    assert "# the line" in last.line
    assert last.name == "f"


def test_functions_keep_their_names():
    def f(x):
        def inner():
            pass

        return x, inner.__name__, inner.__qualname__, (lambda: 0).__name__

    y = lift(f)(1.0)
    assert y == f(1.0)
    assert lift(f).__name__ == "f"


def test_the_function_itself_is_never_changed():
    def f(x, k=2.0):
        return x * k

    code, defaults = f.__code__, f.__defaults__
    D(f, 1.0)
    assert f.__code__ is code
    assert f.__defaults__ is defaults
    f.__defaults__ = (5.0,)
    assert D(f, 1.0) == 5.0
    f.__code__ = (lambda x, k: x * k * 10).__code__
    assert D(f, 1.0) == 50.0


def test_unlifted_gives_the_user_s_function_back():
    seen = []

    def f(x):
        k = 3.0
        g = lambda t: t * k + x
        seen.append(g)
        k = 4.0
        return g(x)

    assert D(f, 2.0) == 5.0
    g = unlifted(seen[0])
    assert g.__code__ in f.__code__.co_consts
    assert g(10.0) == 42.0
    assert unlifted(f) is f


def test_two_lambdas_on_a_line():
    f, g = (lambda x: x * 2), (lambda x: x * 3)
    assert (D(f, 1.0), D(g, 1.0)) == (2.0, 3.0)


def test_09_captured_variables_of_callees():
    def integrate(g, n):
        return sum([g(i / n) for i in range(n)]) / n

    check(lambda w: integrate(lambda t: t * w * w, 10), 1.3)
