"""if, elif, else, conditional and boolean expressions, early returns: alone and nested."""

import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(0.7,), more=[(-0.7,)], tags="if")
def if_only(x):
    y = x * x
    if x > 0:
        y = y * math.sin(x)
    return y + x


@program(args=(0.7, 0.4), more=[(0.4, 0.7)], tags="if else")
def if_else(a, b):
    if a > b:
        c = a * b
        d = c - b
    else:
        c = a + b
        d = c * c
    return c * d


@program(args=(-2.0,), more=[(-0.5,), (0.5,), (3.0,)], tags="if elif else")
def elif_ladder(x):
    if x < -1:
        y = x * x
    elif x < 0:
        y = math.exp(x)
    elif x < 1:
        y = math.sin(x) * x
    else:
        y = 1.0 / x
    return y * y


@program(args=(0.7, 0.4), more=[(-0.7, 0.4), (0.7, -0.4), (-0.7, -0.4)], tags="if nested if_in_if")
def if_in_if(a, b):
    c = a * b
    if a > 0:
        c = c + a
        if b > 0:
            c = c * b
        else:
            a = a * 3.0
    else:
        if b > 0:
            b = b * a
        c = c - b
    return c * a + b


@program(args=(0.7, 0.3), more=[(-0.7, 0.3)], tags="ifexp")
def conditional_expression(a, b):
    c = a * b if a > 0 else a - b
    d = (a if c > 0 else b) * (b if a < b else a)
    return c * d + (1.0 if a > 5 else c)


@program(args=(0.7, 0.3), more=[(-0.7, 0.3), (-0.7, -0.3)], tags="ifexp nested")
def conditional_expression_nested(a, b):
    return (a * b if b > 0.1 else a) if a > 0 else (b * b * a if b > 0 else a - b)


@program(args=(0.5, 0.3), more=[(-0.5, 0.3), (0.5, -0.3)], tags="if boolop")
def boolean_tests(a, b):
    y = a * b
    if a > 0 and b > 0:
        y = y * a
    if a > 1 or not b > 0:
        y = y - b * b
    if not (a < 0) and (b > 0 or a > 0.1):
        y = y * 2.0 + a
    return y


@program(args=(0.5,), more=[(-0.5,), (1.5,)], tags="if compare chained")
def chained_comparison(x):
    if 0 < x < 1:
        return x * x
    if -1 < x <= 0 != 5:
        return x * 3.0
    return math.sqrt(x)


@program(args=(0.5, 2.0), more=[(0.0, 2.0)], tags="boolop value", smooth=False)
def boolean_value(a, b):
    c = a or b
    d = a and b
    return c * b + d * d + c


@program(args=(0.5,), more=[(-0.5,)], tags="return early")
def early_return(x):
    if x < 0:
        return x * x
    y = math.sin(x)
    return y * x


@program(args=(0.5, 0.2), more=[(0.5, -0.2), (-0.5, 0.2), (-0.5, -0.2)], tags="return early nested")
def early_returns_everywhere(a, b):
    c = a * b
    if a > 0:
        if b > 0:
            return c * c
        c = c + 1.0
    else:
        d = c * a
        if b > 0:
            c = d
        else:
            return d - b
        c = c * d
    return c * a


@program(args=(0.5,), more=[(-0.5,)], tags="return early else")
def return_in_both(x):
    if x > 0:
        return math.exp(x)
    else:
        return x**3


@program(args=(vec(3), 0.5), more=[(vec(3), -0.5)], tags="if array")
def branch_on_reduction(x, k):
    if np.sum(x * x) > 0.01 and k > 0:
        y = x * k
    else:
        y = np.sin(x)
    return y * y


@program(args=(vec(3), True), more=[(vec(3), False)], tags="if flag inactive")
def branch_on_flag(x, flag):
    y = x * 2.0
    if flag:
        y = y * x
    return np.sum(y)


@program(args=(vec(3), "square"), more=[(vec(3), "cube"), (vec(3), "other")], tags="if string inactive")
def branch_on_string(x, how):
    if how == "square":
        y = x * x
    elif how in ("cube", "third"):
        y = x**3
    else:
        y = x
    return np.sum(y)


@program(args=(vec(3), None), more=[(vec(3), vec(3))], tags="if none inactive")
def branch_on_none(x, bias):
    y = x * x
    if bias is not None:
        y = y + bias * x
    return y


@program(args=(0.5,), more=[(-0.5,)], tags="if one-branch pitfall_16")
def defined_in_one_branch(x):
    y = x
    if x > 0:
        extra = x * x
    if x > 0:
        y = y + extra * x
    return y


@program(args=(vec(3), 0.5), more=[(vec(3), -0.5)], tags="if types pitfall_16")
def types_differ_by_branch(x, k):
    if k > 0:
        y = k
    else:
        y = x * k
    return np.sum(x * y) * k


@program(args=(vec(3), 0.5), more=[(vec(3), -0.5)], tags="if zero pitfall_16")
def zero_or_array(x, k):
    y = 0.0
    if k > 0:
        y = x * k
    z = y * 2.0
    return np.sum(z + x)


@program(args=(0.6, 0.3), more=[(-0.6, 0.3)], tags="if swap")
def swap_in_branch(a, b):
    if a > b:
        a, b = b, a
    return a * 2.0 + b * b * a


@program(args=(0.6, 1), more=[(0.6, 2), (0.6, 0)], tags="if integer inactive")
def branch_on_integer(x, n):
    if n == 0:
        return x
    if n % 2 == 1:
        return x * x
    return x * x * x


@program(args=(0.6, 0.3), more=[(-0.6, 0.3)], tags="if pass")
def empty_branches(a, b):
    if a > 0:
        pass
    else:
        a = a * b
    if b > 0:
        pass
    return a * b


@program(args=(mat(2, 2), 0.3), more=[(mat(2, 2), -0.3)], tags="if dead")
def dead_code_in_branch(x, k):
    unused = x * k
    if k > 0:
        unused = unused @ x
        y = x * k
    else:
        y = x + k
        unused = y * y
    return np.sum(y)


@program(args=(0.4, 0.2, 0.9), more=[(0.9, 0.2, 0.4), (0.2, 0.4, 0.9)], tags="if nested")
def middle_of_three(a, b, c):
    if a < b:
        if b < c:
            m = b
        elif a < c:
            m = c
        else:
            m = a
    elif a < c:
        m = a
    elif b < c:
        m = c
    else:
        m = b
    return m * m * a + b * c


@program(args=(0.4, 0.2), tags="if equality pitfall_20", more=[(0.0, 0.2)])
def branch_on_other_equality(a, b):
    n = 3
    if n == 3:
        a = a * b
    return a if n != 2 else b


@program(args=(num(),), tags="assert")
def assertion_passes(x):
    assert x > 0, "positive only"
    y = x * x
    assert y is not None
    return y * x


@program(args=(0.6,), more=[(-0.6,)], tags="raise if")
def raise_not_reached(x):
    if x > 100:
        raise ValueError(f"too large: {x}")
    if x < 0:
        y = x * x
    else:
        y = x
    return y * y
