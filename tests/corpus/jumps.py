"""break, continue, return inside loops; while True; else of loops; jumps in nested loops."""

import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(num(), 6), tags="for break")
def break_at_count(x, n):
    y = x
    for i in range(n):
        if i == 3:
            break
        y = y * x + i
    return y


@program(args=(vec(5),), tags="for break data")
def break_on_data(x):
    s = 0.0
    for v in x:
        s = s + v * v + 0.1
        if s > 0.5:
            break
        s = s * 1.5
    return s


@program(args=(num(), 6), tags="for continue")
def continue_at_odd(x, n):
    y = x
    for i in range(n):
        y = y + x * i
        if i % 2 == 1:
            continue
        y = y * x
    return y


@program(args=(vec(6),), tags="for continue break nested-if")
def continue_and_break(x):
    s = 1.0
    for i, v in enumerate(x):
        if v < -0.5:
            continue
        if v > 0:
            s = s * (1.0 + v)
            if i > 3:
                break
        else:
            if s > 2.0:
                s = s - v
                continue
            s = s + v * v
        s = s * 0.9
    return s


@program(args=(vec(5), 0.2), more=[(vec(5), 50.0)], tags="for return")
def return_from_loop(x, limit):
    s = 0.0
    for v in x:
        s = s + v * v
        if s > limit:
            return s * v
    return s


@program(args=(mat(3, 3), 0.3), more=[(mat(3, 3), 50.0)], tags="for nested return")
def return_from_inner_loop(a, limit):
    s = 1.0
    for i in range(3):
        for j in range(3):
            s = s * 0.7 + a[i, j] ** 2
            if s * a[i, j] > limit:
                return s * a[j, i]
        s = s + i
    return s * s


@program(args=(1.7,), more=[(0.3,)], tags="while true break")
def while_true_break(x):
    y = x
    n = 0
    while True:
        y = y * 0.5 + 0.1 * x
        n += 1
        if y < 0.4 or n > 10:
            break
    return y * n


@program(args=(1.7,), more=[(0.3,)], tags="while true return")
def while_true_return(x):
    y = x
    while True:
        if y < 0.5:
            return y * x
        y = y * 0.6
        if y > 5.0:
            return -y


@program(args=(num(),), tags="while continue")
def while_continue(x):
    y = x
    i = 0
    while i < 6:
        i += 1
        if i % 3 == 0:
            continue
        y = y * x + i
        if y > 50.0:
            break
    return y


@program(args=(vec(4), 5.0), more=[(vec(4), 0.01)], tags="for else break")
def for_else(x, limit):
    s = 0.0
    for v in x:
        s = s + v * v
        if s > limit:
            s = s * 3.0
            break
    else:
        s = s * x[0]
    return s


@program(args=(2.3, 0.5), more=[(2.3, 2.0)], tags="while else break")
def while_else(x, stop):
    y = x
    while y > 1.0:
        y = y * 0.7
        if y < stop:
            break
    else:
        y = y * y
    return y * x


@program(args=(num(), 3), tags="for else no-break")
def for_else_without_break(x, n):
    for i in range(n):
        x = x * x + i
    else:
        x = x * 0.5
    return x


@program(args=(mat(3, 4),), tags="for nested break")
def break_of_inner_loop(a):
    s = 1.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if j > i:
                break
            s = s * (1.0 + a[i, j])
        s = s + a[i, i]
    return s


@program(args=(mat(3, 4),), tags="for nested continue")
def continue_of_both_loops(a):
    s = 0.0
    for i in range(3):
        if i == 1:
            continue
        for j in range(4):
            if a[i, j] < 0:
                continue
            s = s + a[i, j] * a[i, 0]
        s = s * 0.5 + a[i, 1]
    return s


@program(args=(mat(4, 4),), tags="for nested for-else break continue")
def outer_continue_by_else(a):
    s = 0.0
    for i in range(4):
        for j in range(4):
            if a[i, j] > 0.6:
                break
            s = s + a[i, j] * a[j, i]
        else:
            s = s * 2.0
            continue
        s = s - a[i, 0]
    return s


@program(args=(vec(4),), tags="for while nested break continue")
def jumps_in_while_in_for(x):
    s = 0.0
    for v in x:
        t = v
        n = 0
        while True:
            n += 1
            t = t * t + 0.1
            if n == 2 and v > 0:
                continue
            if n > 3:
                break
            s = s + t * n
        s = s * 0.5 + t
    return s


@program(args=(num(), 8), tags="while for nested flags")
def game_of_flags(x, n):
    done = False
    up = True
    y = x
    i = 0
    while not done:
        if up:
            y = y * 1.3 + 0.1 * x
            if y > 2.0:
                up = False
        else:
            y = y * 0.8
            if y < 1.0:
                up = True
        i += 1
        done = i >= n or y > 9.0
    return y * x if up else y + x


@program(args=(vec(4), 0.5), more=[(vec(4), -0.5)], tags="if for if break branch-loop-branch")
def break_in_branch_in_loop_in_branch(x, k):
    s = k
    if k > 0:
        for i in range(4):
            if x[i] < 0:
                s = s + x[i]
                if i >= 2:
                    break
            else:
                s = s * x[i]
        s = s * k
    else:
        for i in range(4):
            if x[i] > 0:
                continue
            s = s - x[i] * k
    return s


@program(args=(0.4, 0.3), more=[(1.5, 1.2), (-0.5, 0.1)], tags="while break iteration mandelbrot")
def escape_iteration(a, b):
    x, y = 0.0, 0.0
    for n in range(8):
        x, y = x * x - y * y + a, 2.0 * x * y + b
        if x * x + y * y > 4.0:
            break
    return x * x + y * y + 0.1 * n * a


@program(args=(num(),), tags="for break first-round")
def break_in_first_round(x):
    y = x
    for i in range(5):
        y = y * x
        break
    return y


@program(args=(num(),), tags="for continue all-rounds")
def continue_in_every_round(x):
    y = x
    for i in range(3):
        y = y * x + i
        continue
    return y


@program(args=(num(),), tags="for return first-round")
def return_in_first_round(x):
    for i in range(5):
        return x * x
    return x


@program(args=(vec(4),), tags="for return tuple nested")
def returns_of_pairs(x):
    for i in range(4):
        if x[i] > 0:
            for j in range(i, 4):
                if x[j] < 0:
                    return x[i] * x[j], x[0] + i
            return x[i] ** 2, x[i]
    return x[0] * x[1], x[2]


@program(args=(vec(4), num()), tags="for break carried-after")
def names_bound_before_a_break(x, k):
    found = k
    for i, v in enumerate(x):
        if v > 0:
            found = v * k
            where = i
            break
    else:
        where = 0
    return found * x[where] + k


@program(args=(1.2, 0.7), more=[(0.5, 3.0)], tags="while nested return for")
def return_from_while_in_for(x, y):
    for i in range(4):
        z = x * (i + 1)
        while z > y:
            z = z * 0.7
            if z * i > 1.3:
                return z * y
        x = x + z * 0.1
    return x * y


@program(args=(num(), "fast"), more=[(num(), "slow"), (num(), "no")], tags="for return string branch")
def returns_by_mode(x, mode):
    if mode == "no":
        return x
    for i in range(5):
        x = x + math.sin(x) * 0.1
        if mode == "fast" and i == 1:
            return x * x
    return x


@program(args=(vec(6),), tags="for continue array", complex_ok=True)
def skip_every_third(x):
    y = np.zeros_like(x[0])
    for i in range(6):
        if i % 3 == 2:
            continue
        y = y + x[i] * x[i - 1]
    return y


@program(args=(num(),), tags="for for for break nested three-deep")
def breaks_three_deep(x):
    s = x
    for i in range(3):
        for j in range(3):
            for k in range(3):
                if k > j:
                    break
                s = s * 0.8 + x * k
            if j == i:
                break
            s = s + j * x
        if s > 100.0:
            return s
        s = s - 0.1 * i * x * s
    return s


@program(args=(num(), vec(3), vec(3)), tags="for return try finally store lambda")
def loop_that_returns_before_a_try(x, a, b):
    # In x alone, the loop returns what holds no derivative: what `result` was before the loop is nobody's concern.
    s = sum(map(lambda p, q: p, a, a))
    for _ in range(2):
        return s
    try:
        return x
    finally:
        b[0] = x
