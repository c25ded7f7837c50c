"""Functions made inside, which are given what they capture where that means the same."""

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(3), num()), tags="inner closure store buffer")
def a_buffer_that_is_stored_into(x, k):
    out = np.zeros(3)

    def put(i, v):
        out[i] = v * k
        return out[i]

    t = 0.0
    for i in range(3):
        if x[i] > 0 or i:
            t += put(i, x[i] * t + 1)
        out = out.copy()
    return t + np.sum(out**2)


@program(args=(vec(3), num()), tags="inner closure rebound")
def captured_variables_bound_again(x, k):
    def f(y):
        return np.sum(y * k) + x[0]

    a = f(x)
    k = k * 2
    b = f(x)
    x = x * a
    return a * b + f(x)


@program(args=(vec(3), num()), tags="inner closure recursion mutual")
def functions_that_call_each_other(x, k):
    def even(n, y):
        return y if n == 0 else odd(n - 1, y * k)

    def odd(n, y):
        return x[0] if n == 0 else even(n - 1, np.sin(y))

    return np.sum(even(4, x)) + even(3, 2.0)


@program(args=(vec(3), num()), tags="inner closure nested lambda")
def functions_inside_functions_inside(x, k):
    def outer(y):
        def inner(z):
            return z * k + y

        return inner(y) * inner(x)

    g = lambda v: outer(v) + k
    return np.sum(g(x))


@program(args=(vec(3), num()), tags="inner closure comprehension")
def called_in_comprehensions(x, k):
    def f(v):
        return v * v * k + x[1]

    a = [f(v) for v in x]
    b = sum(f(k) for k in x)
    c = [f(i) for i in range(3) if f(i) > 0]
    return sum(a) + b + sum(c)


@program(args=(vec(3), num()), tags="inner closure comprehension")
def called_where_a_comprehension_binds_other_names(x, k):
    def f(v):
        return v * v * k

    return sum([f(v) * k for v in x]) + sum([f(x_) * x_ for x_ in x for k_ in (1, 2)])


@program(args=(vec(3), num()), tags="inner closure alias")
def a_function_with_two_names(x, k):
    def f(v):
        return v * k

    h = f
    return np.sum(h(x)) + f(k)


@program(args=(vec(3), num()), tags="inner closure late")
def captured_before_it_is_bound(x, k):
    def f(v):
        return v * w

    w = k * k
    return np.sum(f(x))


@program(args=(vec(3), num()), tags="inner closure branch defaults keyword")
def captured_after_a_branch_with_defaults(x, k):
    if k > 1:
        s = x * 2
    else:
        s = x

    def f(v, p=2, *, q=1.0):
        return np.sum(v**p * s) * q

    return f(x) + f(x, 3) + f(k, q=k)


@program(args=(vec(3), num()), tags="inner closure star keyword")
def called_with_stars(x, k):
    def f(*vs, scale=1.0):
        return sum(vs) * scale * k

    return f(*x) + f(x[0], x[1], scale=x[2])


@program(args=(vec(3), num()), tags="inner closure try raise loop")
def raising_in_a_loop(x, k):
    def f(v):
        if v < 0:
            raise ValueError("neg")
        return np.sqrt(v) * k

    t = 0.0
    for v in x:
        try:
            t += f(v)
        except ValueError:
            t += v * v
    return t


@program(args=(vec(3), num()), tags="inner closure view alias store")
def views_of_what_is_captured(x, k):
    y = x.copy()

    def view():
        return y[1:]

    def bump(a):
        y[:] = y * a

    v = view()
    bump(k)
    v[0] += k
    return np.sum(y**2) + np.sum(view())


@program(args=(vec(3), num()), tags="inner closure list append")
def a_list_that_is_appended_to(x, k):
    acc = []

    def push(v):
        acc.append(v * k)
        return len(acc)

    for v in x:
        if push(v) > 1:
            acc[0] = acc[0] * v
    return sum(acc)


@program(args=(vec(3), num()), tags="inner closure function argument lambda")
def handed_to_another_function(x, k):
    def f(v):
        return v * k

    def twice(g, v):
        return g(g(v))

    return np.sum(twice(f, x)) + twice(lambda z: z * x[0], k)


@program(args=(vec(3), num()), tags="inner closure loop")
def made_in_a_loop(x, k):
    t = 0.0
    for i in range(3):

        def f(v):
            return v * x[i] * k

        t += f(k)
    return t


@program(args=(vec(3), num()), tags="inner closure shadow")
def with_variables_of_the_same_names(x, k):
    def f(v):
        k = v * 2
        return k + x[0]

    def g(x):
        return f(x) * k

    return np.sum(g(x))


@program(args=(vec(3), num()), tags="inner closure loop return else")
def with_a_loop_and_early_returns(x, k):
    def f(v):
        for j in range(5):
            v = v * k
            if v > 3:
                return v
            if j == 3:
                break
        else:
            return x[2]
        return v + x[1]

    return f(x[0]) * f(k) + f(-1.0)
