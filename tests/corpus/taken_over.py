"""Arrays and lists that one name takes over from another, and those that both hold for a while."""

from __future__ import annotations

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(vec(5), num()), tags="aliasing store loop branch rebinding")
def steps_into_a_new_array(v, x):
    u = v
    for k in range(4):
        new = u.copy()
        new[1:-1] = u[1:-1] + x * u[1:-1] * (u[2:] - u[:-2])
        if k % 2:
            new[0] = np.sin(new[1])
        u = new
    return (u**2).sum()


@program(args=(vec(5), num()), tags="aliasing store loop while")
def steps_until_something_is_small(v, x):
    u, count = v * x, 0
    while count < 6:
        new = np.empty_like(u)
        new[:-1] = np.tanh(u[1:]) * u[:-1]
        new[-1] = u[0] * x
        u = new
        if abs(u[0]) < 1e-3:
            break
        count += 1
    else:
        u = u * 2.0
    return u.sum() * count


@program(args=(vec(4), num()), tags="aliasing store loop kept")
def an_old_name_that_is_read_again(v, x):
    u = v.copy()
    total = 0.0
    for k in range(3):
        new = u * x
        new[k] = u[0] * u[k]
        u = new
        u[1] += x * k
        total = total + new[1] * new[0] + u[2]
    return total + u.sum()


@program(args=(vec(4), num()), tags="aliasing store loop carried")
def an_old_name_that_the_next_pass_reads(v, x):
    u = v.copy()
    new = v * 2.0
    for k in range(3):
        u[k] = new[k] * x
        new = u * new
        new[0] = u[1]
        u = new
        u[2] *= x
    return (u * new).sum()


@program(args=(vec(4), num()), tags="aliasing store loop swap")
def arrays_that_change_places(v, x):
    u, w = v.copy(), np.zeros(4)
    for _ in range(3):
        w[1:-1] = x * (u[2:] + u[:-2]) * u[1:-1]
        w[0], w[-1] = u[-1], u[0]
        u, w = w, u
    return (u**2).sum() + w[1]


@program(args=(vec(4), num()), tags="aliasing store branch join")
def taken_over_on_one_way(v, x):
    best = v * x
    for k in range(3):
        tried = best * best
        tried[k] = x
        if tried.sum() > 0.7:
            best = tried
        else:
            tried[0] = 5.0
    return (best * best).sum()


@program(args=(vec(4), num()), tags="aliasing store branch join")
def taken_over_and_read_where_ways_meet(v, x):
    best, tried = v * x, v * 1.0
    for k in range(3):
        if k != 1:
            tried = best * best
            best = tried
        best[k] = x * tried[3]
    return (best * tried).sum()


@program(args=(mat(3, 3), num()), tags="aliasing store loop nested rows")
def matrices_that_are_made_anew(m, x):
    a = m
    for k in range(2):
        b = a @ a * 0.5
        for i in range(3):
            if i != k:
                b[i] -= b[k] * a[i, k]
                b[i, i] = x
        a = b
    return np.sum(a * a)


@program(args=(vec(4), vec(3)), tags="aliasing list append loop branch")
def rows_of_a_table(v, w):
    before = [float(j) for j in range(4)]
    for a in v:
        now = [before[0] + a]
        for j in range(3):
            cost = (a - w[j]) ** 2
            if cost < before[j + 1]:
                now.append(before[j] + cost)
            else:
                now.append(now[j] * before[j + 1])
        now[0] += 0.5 * now[-1]
        before = now
    return before[3] * before[0]


@program(args=(vec(4), num()), tags="aliasing list store loop kept")
def lists_that_are_kept_as_well(v, x):
    before = [t * x for t in v]
    kept = []
    for k in range(3):
        now = [t * t for t in before]
        now[k] = x
        kept.append(now)
        before = now
        before[0] += 1.0
    return sum([t for one in kept for t in one]) * before[1]


@program(args=(vec(4), num()), tags="aliasing store loop views")
def a_view_of_what_is_taken_over(v, x):
    u = v * 1.0
    for _ in range(3):
        tail = u[1:]
        new = np.concatenate([tail * x, u[:1]])
        new[1] += tail[0]
        u = new
        tail[0] = 7.0
        u[0] += tail[1]
    return (u * u).sum()


def relaxed(u, x):
    for k in range(3):
        new = u.copy()
        new[1:] += x * u[:-1] * k
        u = new
    return u


@program(args=(vec(4), num()), tags="aliasing store callee returned loop branch")
def taken_over_in_a_helper(v, x):
    total = 0.0
    for k in range(2):
        if k == 1:
            v = v * 2.0
        found = relaxed(v, x)
        found[0] = x * v[1]
        total = total + (found * found).sum()
    return total


@program(args=(vec(4), num()), tags="aliasing store callee returned loop read again")
def what_a_helper_was_given_is_read_again(v, x):
    u = v * 1.0
    total = 0.0
    for k in range(3):
        found = relaxed(u, x)
        if k:
            found[1] = u[0] * x
        total = total + (found * u).sum()
        u = found * 0.5
    return total


@program(args=(vec(4), num()), tags="aliasing store loop best so far")
def the_best_so_far(v, x):
    best, least = v, 10.0
    now = v
    for k in range(4):
        new = now * x
        new[k] = now[0] - now[3 - k]
        size = (new * new).sum()
        if size < least:
            best, least = new, size
        now = new
    return (best * best).sum() * least + now.sum()


@program(args=(vec(4), num()), tags="aliasing store loop best changed")
def the_best_so_far_is_changed(v, x):
    best = v * 1.0
    now = v * 0.5
    for k in range(3):
        new = now * x
        new[k] = now[0] - best[3 - k]
        if k != 1:
            best = new
        new[0] += 0.1 * best[2]
        now = new
        best[3] = now[1] * x
    return (best * now).sum()


@program(args=(vec(4), num()), tags="aliasing store loop augmented whole")
def steps_that_scale_the_new_array(v, x):
    u, w = v * 1.0, v * 0.5
    for k in range(3):
        new = u.copy()
        new[1:] += x * w[:-1]
        new *= 0.9
        if k == 1:
            w += new * new[0]
            new -= w
        u = new
        u *= x
        w, u = u, w
    return (u * w).sum() + w[0] * u[3]
