"""for loops of every kind, while loops, nested loops; with branches inside, and inside branches."""

import math

import numpy as np

from tests.corpus.base import mat, num, pos, program, vec


@program(args=(num(), 4), more=[(num(), 0), (num(), 1)], tags="for range pitfall_16")
def power_by_loop(x, n):
    y = 1.0
    for _ in range(n):
        y = y * x
    return y


@program(args=(num(), 5), tags="for range", complex_ok=True)
def loop_variable_used(x, n):
    s = 0.0
    for i in range(n):
        s = s + x**i / (i + 1)
    return s * s


@program(args=(num(), 7), tags="for range step")
def range_with_steps(x, n):
    s = x
    for i in range(1, n, 2):
        s = s + i * x * x
    for i in range(n, 0, -3):
        s = s * x + i
    return s


@program(args=(vec(4),), more=[(vec(1),), (vec(7),)], tags="for range getitem twice pitfall_01", complex_ok=True)
def reads_in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        s = s + np.sin(x[i]) * x[i]
    return s


@program(args=(vec(4),), tags="for array", complex_ok=True)
def over_numbers_of_vector(x):
    s = 0.0
    for v in x:
        s = s + v * v
    return s


@program(args=(mat(3, 2), vec(2)), tags="for array rows", complex_ok=True)
def over_rows(a, w):
    s = 0.0
    for row in a:
        s = s + np.dot(row, w) * row[0]
    return s


@program(args=([0.3, 0.4, 0.5], 2.0), more=[((0.3, 0.4), 2.0)], tags="for list", complex_ok=True)
def over_list_argument(xs, k):
    s = 0.0
    for x in xs:
        s += x * x * k
        k = k * x
    return s


@program(args=([vec(2), vec(2)], vec(2)), tags="for list arrays", complex_ok=True)
def over_list_of_arrays(ws, x):
    for w in ws:
        x = np.tanh(w * x + w)
    return x


@program(args=(vec(3), num()), tags="for enumerate", complex_ok=True)
def over_enumerate(x, k):
    s = 0.0
    for i, v in enumerate(x):
        s = s + (i + 1) * v * k
    for j, v in enumerate(x, start=2):
        s = s + v * v * j
    return s


@program(args=(vec(3), vec(3)), more=[(vec(3), vec(2))], tags="for zip", complex_ok=True)
def over_zip(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s = s + a * b * b
    return s


@program(args=(vec(3), vec(3)), tags="for enumerate zip nested-unpacking", complex_ok=True)
def over_enumerate_zip(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s = s + a * b**i
    return s


@program(args=(vec(4),), tags="for reversed", complex_ok=True)
def over_reversed(x):
    s = 0.0
    for v in reversed(x):
        s = s * 0.5 + v * v
    for i in reversed(range(3)):
        s = s * x[i]
    return s


@program(args=({"a": 0.5, "b": 2.0, "c": 1.5},), tags="for dict items", complex_ok=True)
def over_dict_items(p):
    s = 1.0
    for name, value in p.items():
        if name == "b":
            s = s * value
        s = s + value * value
    return s


@program(args=({"a": vec(2), "b": vec(3)},), tags="for dict keys values", complex_ok=True)
def over_dict_keys_and_values(p):
    s = 0.0
    for name in p:
        s = s + np.sum(p[name] ** 2)
    for value in p.values():
        s = s * np.sum(value)
    return s


@program(args=(num(),), tags="for tuple constants", complex_ok=True)
def over_constants(x):
    y = x
    for c in (1.0, 2.0, 3.0):
        y = y * x + c
    return y


@program(args=(num(),), tags="for list strings inactive")
def over_words(x):
    y = x
    for word in ["square", "sine", "square"]:
        if word == "square":
            y = y * y
        else:
            y = math.sin(y)
    return y


@program(args=(mat(3, 3),), tags="for nested getitem pitfall_01", complex_ok=True)
def nested_loops_over_matrix(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            s = s + a[i, j] * a[j, i] + a[i][j]
    return s


@program(args=(vec(4),), tags="for nested triangular", complex_ok=True)
def triangular_loops(x):
    s = 0.0
    for i in range(len(x)):
        t = x[i]
        for j in range(i):
            t = t * x[j] + x[i]
        s = s + t
    return s


@program(args=(num(), 3), tags="for nested three-deep", complex_ok=True)
def three_loops(x, n):
    s = 0.0
    for i in range(n):
        for j in range(i + 1):
            for k in range(j, n):
                s = s * 0.5 + x ** (k - j + 1) + s * x * i
    return s


@program(args=(vec(5),), tags="for if nested")
def branch_in_loop(x):
    s = 0.0
    p = 1.0
    for i in range(len(x)):
        if x[i] > 0:
            s = s + x[i] * x[i]
        elif i % 2 == 0:
            p = p * x[i]
        else:
            s = s - x[i] * p
    return s * p


@program(args=(num(), 3), more=[(num(-1.0, -0.5), 3)], tags="if for nested")
def loop_in_branch(x, n):
    y = x
    if x > 0:
        for i in range(n):
            y = y * x + i
    else:
        for i in range(n + 1):
            y = y - x * y
    return y * x


@program(args=(vec(4), True), more=[(vec(4), False)], tags="if for if nested branch-loop-branch")
def branch_in_loop_in_branch(x, flag):
    s = 1.0
    if flag:
        for v in x:
            if v > 0:
                s = s * (v + 1.0)
            else:
                s = s - v * v
    else:
        for i in range(len(x)):
            s = s + (x[i] if i > 1 else x[i] * x[0])
    return s


@program(args=(vec(4),), tags="for if for nested")
def loop_in_branch_in_loop(x):
    s = 0.0
    for i in range(4):
        if i != 2:
            t = x[i]
            for j in range(i):
                t = t * 0.5 + x[j] * s
            s = s + t * x[i]
        else:
            s = s * x[i]
    return s


@program(args=(num(),), tags="while")
def while_by_counter(x):
    y = x
    i = 0
    while i < 4:
        y = y * x + i
        i = i + 1
    return y


@program(args=(3.3,), more=[(0.5,), (20.5,)], tags="while data")
def while_on_data(x):
    n = 0
    while x > 1.0:
        x = x * 0.5
        n += 1
    return x * x + n * x


@program(args=(num(), 5), tags="while if nested")
def branch_in_while(x, n):
    y = x
    while n > 0:
        if n % 2 == 1:
            y = y * x
        else:
            y = y + x * y
        n = n - 1
    return y


@program(args=(num(), 10), more=[(num(), 0), (num(), 7)], tags="while integers")
def power_by_squaring(x, n):
    result = 1.0
    base = x
    while n > 0:
        if n & 1:
            result = result * base
        base = base * base
        n >>= 1
    return result


@program(args=(num(),), tags="while for nested")
def loop_in_while(x):
    y = x
    k = 0
    while k < 3:
        for j in range(k):
            y = y * 0.9 + x * j
        k = k + 1
    return y * x


@program(args=(vec(3),), tags="for while nested")
def while_in_loop(x):
    s = 0.0
    for v in x:
        t = v * v + 2.0
        while t > 1.0:
            t = t * 0.6
            s = s + t * v
    return s


@program(args=(num(),), tags="while while nested")
def while_in_while(x):
    y = x
    i = 0
    while i < 3:
        j = 0
        while j < i:
            y = y * x + j
            j += 1
        y = y + x * i
        i += 1
    return y


@program(args=(num(),), tags="for none-times pitfall_16", more=[(-1.2,)])
def loops_that_run_no_times(x):
    y = x * x
    for i in range(0):
        y = y * i
    for v in []:
        y = y * v
    while y < -5.0:
        y = y + 1.0
    return y


@program(args=(vec(3),), tags="for rebinding-shape pitfall_16", complex_ok=True)
def shape_changes_in_loop(x):
    y = x
    for _ in range(3):
        y = y.reshape(1, -1)
        y = np.concatenate([y, y * 2.0]).ravel()
    return np.sum(y * y)


@program(args=(vec(3),), tags="for rebinding-type pitfall_16 pitfall_36", complex_ok=True)
def type_changes_in_loop(x):
    s = 0.0
    for i in range(3):
        s = s + x[i] * x
    return s


@program(args=(num(), 4), tags="for loop-variable-after", complex_ok=True)
def loop_variable_after_the_loop(x, n):
    y = 1.0
    for i in range(n):
        last = y
        y = y * x
    return y * i + last * x


@program(args=(num(),), tags="for variable-rebound", complex_ok=True)
def loop_variable_rebound(x):
    s = 0.0
    for i in range(4):
        i = i * x
        s = s + i * i
    return s


@program(args=(num(), num()), tags="for swap fibonacci", complex_ok=True)
def fibonacci(a, b):
    for _ in range(6):
        a, b = b, a + b * a
    return b - a


@program(args=(vec(3),), tags="for carried-swap nested", complex_ok=True)
def three_carried_names(x):
    a, b, c = x
    for i in range(3):
        for j in range(2):
            a, b, c = b * 0.5 + i, c * a, a - j * b
    return a * b * c


@program(args=(vec(4), 2), tags="for inactive mixed", complex_ok=True)
def counts_among_numbers(x, k):
    s = 0.0
    n = 0
    for i in range(len(x)):
        n = n + i
        idx = (n * k) % len(x)
        s = s + x[idx] * x[i] / (n + 1)
    return s


@program(args=(vec(5),), tags="for running-maximum")
def running_maximum(x):
    best = x[0]
    total = best
    for i in range(1, len(x)):
        if x[i] > best:
            best = x[i]
        total = total + best * x[i]
    return total


@program(args=(vec(5), 0.5), tags="for ifexp", more=[(vec(5), -0.5)])
def conditional_expression_in_loop(x, k):
    s = k
    for v in x:
        s = s * v if v > 0.2 else s + (v * k if k > 0 else -v)
    return s


@program(args=(mat(3, 2),), tags="for zip rows columns", complex_ok=True)
def over_columns(a):
    s = 0.0
    for col in a.T:
        s = s + np.prod(col)
    for row, other in zip(a, a[1:]):
        s = s + row @ other
    return s


@program(args=(num(), num()), tags="for dead nested", complex_ok=True)
def dead_code_in_loop(x, y):
    s = x
    for i in range(3):
        waste = s * y
        waste = waste * i
        s = s * x
        for _ in range(2):
            waste = waste + s
    return s


@program(args=(pos(3),), tags="for singular")
def singular_before_a_loop(x):
    y = np.sqrt(x)
    for _ in range(2):
        total = 2.0 * y
    return total


@program(args=(vec(3), vec(3)), more=[(vec(1), vec(3))], tags="for list array broadcast")
def rows_of_other_lengths(x, y):
    rows = [x]
    rows.append(x * y)
    total = 0.0
    for i in range(2):
        total = total + np.sum(rows[i] * y)
        rows[i] = np.sum(rows[i] * y, keepdims=True)
        total = total + np.sum(rows[i] * x)
    return total


@program(args=(vec(4), num()), more=[(vec(4), 0.0)], tags="for while nested break slice")
def slices_in_inner_loops(x, k):
    u = x.copy()
    total = k
    for i in range(3):
        half = 0.5 * k
        steps = 0
        while steps < i:
            u[1:] += half * u[:-1] / (1.0 + k * k)
            if steps == 1:
                break
            steps += 1
        u = u * 1.0
        total = total * half - np.sum(u[:2] * u[2:])
    return total
