"""`try` and `with`: bodies that fail half way, in loops and callees; what is undone is exactly what was done."""

import contextlib
import math

import numpy as np

from tests.corpus.base import mat, num, pos, program, spd, vec


class Failed(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Swallow:
    """Swallows exceptions, as `contextlib.suppress` does."""

    def __enter__(self):
        return 2.0

    def __exit__(self, kind, value, trace):
        return kind is not None and issubclass(kind, ArithmeticError | ValueError)


def checked(v, limit):
    if v > limit:
        raise Failed(3)
    return v * v


def tried(v, limit):
    try:
        return checked(v, limit) * v
    except Failed as failed:
        return v * failed.code
    finally:
        limit = 0.0


@program(args=(vec(5), 0.2), more=[(vec(5), -0.9), (vec(5), 9.0)], tags="try loop partial")
def loop_that_dies_half_way(x, limit):
    s, t = 1.0, 0.0
    try:
        for i, v in enumerate(x):
            t = t + v * s
            s = s * np.exp(v)
            if abs(v) > abs(limit):
                raise Failed(i)
            s = s + checked(v, 5.0) * t
    except Failed as failed:
        s = s * t + failed.code
    else:
        s = s - t
    return s * t


@program(args=(vec(3), 0.3), more=[(vec(3), 9.0)], tags="try nested loops partial while")
def nested_loops_die_half_way(x, limit):
    s, n = 1.0, 0
    try:
        while n < 2:
            n += 1
            for v in x:
                w = v * s
                s = s + math.sin(w)
                if n == 2 and v < limit:
                    raise ValueError
                s = s * 0.9 + w * w * 0.1
    except ValueError:
        s = s * w
    return s


@program(args=(vec(5), 0.1), tags="try in loop in branch continue break else finally")
def try_in_loop_with_jumps(x, limit):
    s, log = 1.0, 0
    if limit > 0:
        for i in range(5):
            try:
                s = s + x[i]
                if i == 1:
                    continue
                s = s * checked(x[i], limit)
                if i == 4:
                    break
            except Failed:
                s = s - x[i] ** 2
                if i == 3:
                    continue
                s = s + 0.5 * x[i]
            else:
                s = s * 1.5
            finally:
                log += 1
                s = s + 0.1 * x[i] * log
            s = s + x[i] * 0.3
    return s * log


@program(args=(num(0.5, 0.9), 0.1), more=[(num(0.5, 0.9), 5.0)], tags="try return finally callee")
def returns_from_try(x, limit):
    a = tried(x, limit)
    b = tried(a * x, limit)
    return a * b + x


@program(args=(num(), 1), more=[(num(), 2), (num(), 3), (num(), 0)], tags="try nested reraise")
def nested_tries(x, n):
    y = x
    try:
        y = y * x
        try:
            y = y + x
            if n == 1:
                raise ValueError("inner")
            y = y * 2.0
            if n == 2:
                raise KeyError("outer")
            y = y - x * x
        except ValueError:
            y = y * 3.0
            if y > 1e9:
                raise
        finally:
            y = y + 0.5 * x
        if n == 3:
            raise Failed(n)
        y = y * x
    except (KeyError, Failed) as e:
        y = y * y + len(str(e))
    return y * x


@program(args=(num(), 1), more=[(num(), 2), (num(), 3)], tags="try reraise from")
def handler_raises_again(x, n):
    y = x
    try:
        try:
            y = y * x
            if n < 3:
                raise ValueError(f"bad {x}")
            y = y * 2.0
        except ValueError as e:
            y = y + x * x
            if n == 1:
                raise Failed(n) from e
            y = y * 5.0
    except Failed:
        y = y * y
    return y


@program(args=(spd(3), 1.0), more=[(spd(3), -1.0)], tags="try linalg cholesky", smooth=False)
def cholesky_or_else(a, sign):
    try:
        np.linalg.cholesky(sign * a)
        y = np.sum(a * a)
    except np.linalg.LinAlgError:
        y = np.sum(a)
    return y


@program(args=(vec(4), num()), tags="try store array loop")
def stores_before_failing(x, k):
    u = np.zeros(4)
    try:
        for i in range(6):
            u[i] = x[i] * k
            k = k + u[i]
    except IndexError:
        k = k * 2.0
    u[0] = u[0] * k
    return u * k


@program(args=(vec(5),), tags="try list append comprehension")
def appends_before_failing(x):
    done = []
    try:
        for v in x:
            done.append(v * v)
            if len(done) == 3:
                raise Failed(len(done))
            done.append([w * v for w in x[:2]][0])
    except Failed:
        total = sum(done) * x[0]
    return total * done[0] + done[-1]


@program(args=({"a": num(), "b": num()}, ("a", "c", "b")), tags="try dict keyerror loop")
def missing_keys(d, keys):
    s = 1.0
    for key in keys:
        try:
            s = s * d[key]
        except KeyError:
            s = s + d["a"]
    return s


@program(args=(num(), num()), more=[(num(), -1.0)], tags="with suppress swallow")
def suppressed(x, k):
    y = x
    with contextlib.suppress(ValueError):
        y = y * x
        y = y + math.sqrt(k)
        y = y * 3.0
    return y * k


@program(args=(vec(4), 2), more=[(vec(4), 9)], tags="with swallow loop return")
def swallowing_manager(x, n):
    s = 1.0
    for i, v in enumerate(x):
        with Swallow() as gain:
            s = s + v * gain
            if i == n:
                1 / 0
            s = s * v
            if i > n:
                return s
    return s


@program(args=(pos(4), 0), more=[(pos(4), 2)], tags="try errstate floatingpoint")
def floating_point_errors(x, low):
    y = x * 2.0
    with np.errstate(divide="raise"):
        try:
            y = y * x
            z = y / (x * low)
            y = z * y
        except FloatingPointError:
            y = y - x
    return y * x


@program(args=(mat(3, 2), 1), tags="try shapes valueerror")
def shape_errors(a, n):
    y = a
    for _ in range(n + 1):
        try:
            y = y @ a
        except ValueError:
            y = (y.T * 2.0).T @ a.T
    return np.sum(y * y)


@program(args=(num(0.2, 0.6),), tags="try recursion")
def recursive_tries(x):
    def_ = x
    for depth in range(3):
        def_ = def_ + descend(x, depth)
    return def_


def descend(x, depth):
    try:
        if depth == 0:
            raise Failed(0)
        return descend(x * x, depth - 1) * x
    except Failed:
        return x * 3.0


@program(args=(num(), 3), tags="try retry while")
def retries(x, tries):
    step = x
    while True:
        try:
            y = step * x
            if tries > 0:
                raise Failed(tries)
            break
        except Failed:
            tries -= 1
            step = step * 0.5 + x
    return y * step


@program(args=(num(),), tags="try active exception")
def value_through_an_exception(x):
    try:
        raise Failed(x * x)
    except Failed as failed:
        return failed.code * x


@program(args=(num(), True), more=[(num(), False)], tags="try undefined")
def bound_before_failing(x, fail):
    try:
        a = x * x
        if fail:
            raise Failed(1)
        b = a * x
    except Failed:
        b = a * a
    return a * b


@program(args=(num(), vec(2)), tags="try undefined result containers")
def results_of_what_did_not_run(x, a):
    try:
        if a.size > 1:
            raise Failed(1)
        v = a * x
        return {"y": x * v, "v": v}
    except Failed:
        pass
    return {"y": x, "v": a * x}


@program(args=(num(), vec(3)), tags="with errstate while store alias")
def bound_in_with_in_loop(x, a):
    k = 0
    while k < 2:
        k += 1
        with np.errstate(all="ignore"):
            v = a * k
        v[0] = x
        x = x + v[0] * v[1]
    return x * v


@program(args=(vec(3),), tags="with del")
def deleted_in_with(x):
    with np.errstate(all="ignore"):
        y = x * x
        z = y * x
        del y
    y = z * 2.0
    return y * z


class Total:
    """Adds up what it is told, and swallows a ValueError."""

    def __init__(self, x):
        self.x = x
        self.total = 0.0

    def __enter__(self):
        return self

    def add(self, v):
        self.total = self.total + v * self.x

    def __exit__(self, kind, value, trace):
        self.total = self.total * self.x
        return kind is ValueError


@contextlib.contextmanager
def guarded(x):
    y = x * x
    try:
        yield y * 2.0
    except ValueError:
        pass
    finally:
        y = None


@program(args=(num(), 0.5), more=[(num(), 1.5)], tags="with manager active state swallow")
def manager_that_holds_active_values(x, k):
    with Total(x) as t, Total(t.x * k) as inner:
        t.add(k)
        inner.add(x)
        t.add(inner.total)
        if k > 1:
            raise ValueError
        t.add(k * k)
    return t.total * inner.total


@program(args=(num(), 0.5), more=[(num(), 1.5)], tags="with contextmanager loop branch swallow")
def contextmanager_in_loop_in_branch(x, k):
    y = x
    for i in range(4):
        if i != 2:
            with guarded(x * k) as v:
                y = y * v
                if k > 1 and i == 1:
                    raise ValueError
                y = y + v
                if i == 3:
                    return y * x
    return y


@program(args=(vec(3),), tags="try closure method loop branch")
def closures_that_fail(x):
    def risky(i):
        if i > 1:
            raise ValueError("no")
        return x[i] ** 2

    total = 0.0
    for i in range(3):
        try:
            total += risky(i)
        except ValueError:
            total += x[i]
    return total


@program(args=(vec(3),), tags="try closure nonlocal")
def closures_that_fail_half_way(x):
    n = x[0]

    def risky(i):
        nonlocal n
        n = n * x[i]
        if i > 1:
            raise ValueError("no")
        return x[i] ** 2

    total = 0.0
    for i in range(3):
        try:
            total += risky(i)
        except ValueError:
            total += x[i]
    return total * n


@program(args=(vec(5),), tags="exception list multiplication")
def list_that_no_number_repeats(x):
    s = 0.0
    for k in range(2):
        try:
            s += sum([x[2], x[k]] * x[3])
        except TypeError:
            s += x[4] * x[k]
    return s + np.sum([x[0], x[1]] + x[2])


NOTED = {}


def note(x):
    NOTED["x"] = x * 2.0
    return len(NOTED)


@program(args=(vec(3), num()), tags="try except as loop global list")
def caught_beside_active_globals(x, k):
    note(k)
    bad = []
    buf = np.zeros(3)
    for i in range(3):
        try:
            buf[i] = x[i] * k
            if i == 1:
                raise ValueError(i, "odd")
            buf[i] += 1.0
        except ValueError as e:
            bad.append(e.args[0])
            buf[i] *= -2.0 * len(e.args) * len(e.__class__.__name__)
        else:
            buf[i] **= 2
    out = np.sum(buf) * NOTED["x"] + len(bad) * k
    NOTED.clear()
    return out
