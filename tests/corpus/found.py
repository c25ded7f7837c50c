"""Programs that the generator found somebody getting wrong, shrunk."""

import math

import numpy as np

from tests.corpus.base import mat, num, program, vec


def squared(u, p):
    return u * u


def first_of_both(u, v):
    return u[0] * v


@program(args=(num(), vec(3)), tags="found twice unused pitfall_37", complex_ok=True)
def sum_of_squares_of_an_argument(x, a):
    return np.sum(a * a)


@program(args=(vec(3),), tags="found twice matmul", complex_ok=True)
def argument_times_itself(a):
    return a @ a


@program(args=(vec(3),), tags="found call pitfall_29", complex_ok=True)
def helper_keeps_its_argument(a):
    return squared(a, 2.0)


@program(args=(vec(3),), tags="found call pitfall_29", complex_ok=True)
def helper_keeps_an_element(a):
    return first_of_both(a, a) + first_of_both(a * 1.0, a)


@program(args=(mat(2, 2),), tags="found einsum pitfall_29", complex_ok=True)
def einsum_of_one_array(a):
    return np.einsum("ij,ij->j", a, a)


@program(args=(vec(3),), tags="found store slice own-element")
def element_spread_over_its_array(a):
    b = a * 1.0
    b[:] = b[1]
    return b * a


@program(args=(vec(3),), tags="found store argument own-element")
def element_spread_over_its_argument(b):
    b[:] = b[1]
    b[1:] = b[:2]
    b[0] = b[2] * b[1]
    return b * np.arange(1.0, 4.0)


@program(args=(vec(3), num()), tags="found for array store")
def array_stored_while_iterated(a, x):
    for q in a:
        a[1] = x * q
    return a * a


@program(args=(vec(3), num()), tags="found for enumerate store")
def array_stored_while_enumerated(a, x):
    s = 0.0
    for i, q in enumerate(a):
        a[2] = x * q
        s = s + a[i] * q
    return s


@program(args=(vec(3), num()), tags="found for zip reversed store")
def array_stored_while_zipped(a, x):
    b = a * x
    for q, r in zip(b, reversed(a)):
        b[2] = q * r
    for q in reversed(b):
        b[0] = q * x
    return b


@program(args=(vec(2), vec(2)), tags="found for store tape augmented")
def stored_array_read_by_tanh(a, b):
    for q in b:
        b[1] = q * a[0]
        a += np.tanh(b)
    return a * b


@program(args=(num(), num()), tags="found unpacking name-twice", complex_ok=True)
def name_twice_in_one_unpacking(x, k):
    x, x = (k, x)
    return x * k


def second_parameter(u, p):
    s = p
    return s


def first_parameter(p, q):
    return p


@program(args=(num(), num()), tags="found tuple same-target-twice", complex_ok=True)
def one_name_bound_twice_at_once(x, y):
    x, x = (y, x)
    y, z, y = (x, y, x * y)
    return x * y + z


@program(args=(num(),), tags="found tuple same-target-twice constant", complex_ok=True)
def number_then_name_bound_at_once(x):
    s = x
    s, s = (2.0, s)
    return s


@program(args=(num(), num()), tags="found swap of-copies", complex_ok=True)
def copies_swapped(x, y):
    s = x
    s, x = (x, s)
    t = s
    t, y, s = (y, s, t * 1.0)
    return x * s + t * y * y


@program(args=(vec(3), num()), tags="found swap loop", complex_ok=True)
def loop_variable_swapped(a, x):
    for q, r in zip(a, a):
        q, x = (x, q)
        x, r = (r * q, x)
    return x


@program(args=(num(), vec(3)), tags="found call result-is-parameter", complex_ok=True)
def helper_gives_back_a_number(x, a):
    s = second_parameter(a, x)
    t = second_parameter(a, a[0])
    return s * t


@program(args=(vec(3), num()), tags="found call result-is-parameter loop augmented", complex_ok=True)
def helper_gives_back_what_is_rebound(a, x):
    s = x
    for i, q in enumerate(a):
        q = first_parameter(q, q)
        s += second_parameter(a, s)
        t = q
        t -= first_parameter(s, t)
        s, q = (s * 0.5, s)
    return s + q * t


@program(args=(num(), vec(2)), tags="found swap loop", complex_ok=True)
def loop_variable_swapped_once(x, a):
    for q, r in zip(a, a):
        q, x = (x, q)
    return x


def gives_nothing(p, q):
    pass


@program(args=(vec(2),), tags="found call loop none", complex_ok=True)
def loop_variable_becomes_nothing(a):
    for i, q in enumerate(a):
        q = gives_nothing(q, q)
    return a


@program(args=(vec(3),), tags="found list joined name-twice", complex_ok=True)
def list_joined_into_its_own_name(x):
    parts = [x[0]]
    parts = parts + [x[1], x[2] * x[0]]
    return parts[0] * parts[1] + parts[2]


@program(args=(vec(3),), tags="found comprehension named", complex_ok=True)
def comprehension_with_a_name(x):
    y = [v * 2.0 for v in x]
    return y[0] * y[1] + np.sum(np.stack(y) * x)


@program(args=(vec(4),), tags="found list append branch builtin-sum")
def appended_in_branches_and_summed(x):
    out = []
    for v in x:
        if v > 0.0:
            out.append(v * 2.0)
        else:
            out.append(v)
    return sum(out) * out[0]


@program(args=(vec(3), mat(2, 3)), tags="found names pitfall_26")
def names_of_parameters_of_rules(axis, keepdims):
    return np.sum(np.sum(keepdims * axis, axis=1) * np.cross(keepdims, axis)[:, 0]) + np.sum(axis, axis=0)


@program(args=(vec(2), vec(2), mat(2, 2)), tags="augmented gather store unknown-kind")
def array_augmented_by_what_is_unknown(a, b, m):
    places = []
    places.append(1)
    a[[0, 1]] *= b
    m += a[places[0]]
    return m


@program(args=(vec(3), num()), tags="try zip store live-iterator")
def zip_of_an_array_stored_in_a_handler(a, x):
    try:
        raise ValueError("stop")
    except ValueError:
        for p, q in zip(a, a):
            a[[0, 2]] = [q, p * x]
    return a


@program(args=(vec(2),), tags="enumerate zip store live-iterator")
def enumerated_zip_of_an_array_stored(a):
    last = 0.0
    for i, (p, q) in enumerate(zip(a, a)):
        a[[1, 1]] += a * p
        last = q * (i + 1)
    return last * a[1]


@program(args=(num(),), tags="return loops branches")
def loops_that_return_in_both_branches(x):
    if x > 100.0:
        while x > 0.5:
            return x * 2.0
    else:
        for _ in range(1, 2):
            if x > 0.1:
                return x * x
    return x * 3.0


@program(args=({"a": num(), "b": num()},), tags="dict result comprehension store")
def dict_made_and_read_and_returned(d):
    made = {k: v * 0.5 for k, v in d.items()}
    if made["a"] > 100.0:
        made["b"] = 0.0
    return made


@program(args=(vec(2), num()), tags="closure store loop-that-does-not-run")
def array_captured_in_a_loop_that_does_not_run(b, d):
    while d > 100.0:
        b *= 0.5

        def put(i):
            b[i] = d

        put(0)
    return d * b


def looked_at(*parts, **options):
    return 0.1


def only_looks(u, p):
    if looked_at(p, 0.5, p) > 0.2:
        u[0] = 0.0


@program(args=(num(), mat(2, 2)), tags="call unknown dict items return loop")
def items_of_a_dict_beside_an_unknown_call(x, m):
    v = np.full(3, x)
    only_looks(v, m)
    found = {"a": v[0] * x, "b": 0.5}
    for _, q in found.items():
        return q


@program(args=(num(), num()), tags="closure capture rebound-constant")
def captured_parameter_rebound_to_a_constant(x, y):
    def g(t):
        return x * t

    x = 0.5
    return y + g(y)


@program(args=(num(), num()), tags="closure capture rebound-constant loop branch")
def captured_variable_rebound_to_a_constant_in_a_loop(x, y):
    def g(t):
        return x * t

    s = 0.0
    for i in range(3):
        s = s + g(y)
        if i == 1:
            x = 0.5
            s = s + g(y)
        elif i == 2:
            x = y
    return s * g(y)


@program(args=(num(),), tags="try return loop-that-does-not-run rebound")
def parameter_rebound_by_a_try_in_a_loop_that_does_not_run(x):
    s = x
    while s < s:
        try:
            x = s
            return x
        except ValueError:
            pass
    return s


@program(args=(num(), vec(3)), tags="branch store inactive-there")
def store_into_what_is_active_on_another_path_only(x, a):
    if x < x:
        pass
    elif 0.5:
        a[0] *= 0.5
    else:
        a = [[x], [x]]
    return x * a[0] * a[1]


@program(args=(num(), vec(3)), tags="try store inactive-there")
def store_in_a_try_into_what_its_handler_makes_active(x, a):
    try:
        a[:2] -= 0.5
    except ValueError:
        a = x
    return x * np.sum(a)


def same_array(u, p):
    return u


def looks_at_rows(u, p):
    for q in u:
        _ = same_array(u, q)
    return p


@program(args=(num(), vec(2), vec(2)), tags="closure store callee result-not-used alias loop")
def unused_result_that_is_an_argument(x, a, b):
    def change(t):
        a[1] += looks_at_rows(b, t)
        return t

    s = change(x)
    return b * s + a


def put_first(items, v):
    items[0] = v


def put_named(items, v):
    items["first"] = v


def grow(items, v):
    items.append(v)


class Putting:
    def __init__(self, items, v):
        items[0] = v


@program(args=(num(),), tags="list store callee other-kind")
def item_of_another_kind_stored_by_a_callee(x):
    items = [1.0, x]
    put_first(items, np.array([1.0, 2.0]) * x)
    return np.sum(items[0]) * x * items[1]


@program(args=([1.5, 0.7],), tags="list store callee other-kind argument")
def item_of_an_argument_of_another_kind_stored_by_a_callee(items):
    kept = [items[0], items[1]]
    put_first(kept, np.array([1.0, 2.0]) * items[1])
    return np.sum(kept[0] * 3.0) * items[1]


@program(args=(num(),), tags="list append callee unpack other-kind loop branch")
def items_of_other_kinds_appended_by_a_callee(x):
    s = 0.0
    for i in range(3):
        items = [x]
        if i > 0:
            grow(items, x * 2.0)
            grow(items, np.ones(3) * x)
            a, b, c = items
            s = s + a * b * np.sum(c) * len(items)
    return s


@program(args=(num(),), tags="dict store callee other-kind")
def item_of_a_dict_of_another_kind_stored_by_a_callee(x):
    items = {"first": 1.0, "second": x}
    put_named(items, np.array([1.0, 2.0]) * x)
    return np.sum(items["first"]) * items["second"]


@program(args=(num(),), tags="list store callee nested other-kind")
def item_of_a_nested_list_stored_by_a_callee(x):
    items = [1.0, x]
    nested = [items, 3.0]
    put_first(nested[0], np.array([1.0, 2.0]) * x)
    return np.sum(items[0]) * x


@program(args=(num(),), tags="list store constructor other-kind")
def item_of_another_kind_stored_by_a_constructor(x):
    items = [1.0, x]
    Putting(items, np.array([1.0, 2.0]) * x)
    return np.sum(items[0]) * x


@program(args=(num(),), tags="list append callee from-a-tuple other-kind")
def items_appended_by_a_callee_out_of_a_tuple(x):
    items = [1.0, x]
    for change in (lambda part: part.append(np.ones(2) * x), lambda part: part.append(x)):
        change(items)
    return np.sum(items[-2]) * items[-1]


def fallen(items, n, v):
    if n == 0:
        items[0] = np.array([1.0, 2.0]) * v
        return v
    return fallen(items, n - 1, v * 2.0) * v


@program(args=(num(),), tags="list store recursion other-kind")
def item_of_another_kind_stored_by_a_recursive_callee(x):
    items = [1.0, x]
    s = fallen(items, 2, x)
    return np.sum(items[0]) * s


def odd_steps(items, n, v):
    return v if n == 0 else even_steps(items, n - 1, v)


def even_steps(items, n, v):
    if n == 0:
        return v
    s = odd_steps(items, n - 1, v * items[0])
    items[0] = np.array([0.5, 2.0]) * v
    return np.sum(s)


@program(args=(num(),), tags="list store mutual-recursion other-kind")
def item_of_another_kind_stored_by_mutual_recursion(x):
    items = [x, 2.0]
    s = odd_steps(items, 4, x)
    return np.sum(items[0]) * s


def harmonic(n, xs):
    if n == len(xs):
        return 1.0
    return xs[n] / (1.0 + harmonic(n + 1, xs))


@program(args=([0.5, 1.5, 2.0],), tags="recursion list kinds")
def continued_fraction_by_recursion(xs):
    return harmonic(0, xs)


def minor_of(rows, i, columns):
    if i == len(rows):
        return 1.0
    total, sign = 0.0, 1.0
    for p in range(len(columns)):
        total = total + sign * rows[i][columns[p]] * minor_of(rows, i + 1, columns[:p] + columns[p + 1 :])
        sign = -sign
    return total


@program(args=([[1.0, 0.5, 0.2], [0.3, 2.0, 0.1], [0.7, 0.4, 1.5]],), tags="recursion nested-list tuple-slices")
def determinant_by_minors(rows):
    return minor_of(rows, 0, tuple(range(len(rows))))


@program(args=(vec(3),), tags="list multiplication alias store")
def array_in_a_list_that_is_repeated(x):
    y = x * 2.0
    z = y * y
    items = [y] * 2
    items[0] *= 2.0
    return np.sum(y * z * items[1])


@program(args=(vec(3),), tags="list multiplication alias store loop branch")
def array_in_a_list_that_is_repeated_changed_in_a_loop(x):
    y = x * 2.0
    items = 3 * [y]
    for i in range(3):
        if i > 0:
            items[i][0] *= x[i]
    return np.sum(items[0] * y)


@program(args=(vec(3),), tags="list concatenation alias store tuple nested")
def arrays_in_lists_that_are_joined(x):
    y = x * 2.0
    z = y * y
    items = [y]
    both = items + items
    both[0] *= 2.0
    pair = (y,) * 2
    pair[0][:] *= x
    nested = [[y]] * 2
    nested[0][0] += x
    return np.sum(y * z * both[1] * pair[1] * nested[1][0])


@program(args=(vec(3),), tags="list concatenation alias store augmented")
def arrays_in_a_list_that_is_extended_in_place(x):
    y = x * 2.0
    z = y * y
    items = [z]
    items += [y]
    items[1] *= x
    items *= 2
    items[3] += 1.0
    return np.sum(y * z * items[0])


class Normed:
    def __init__(self, values):
        values /= np.sum(values)
        self.values = values


@program(args=(vec(3),), tags="constructor store argument in-place")
def array_changed_by_a_constructor(x):
    y = np.exp(x)
    z = y * y
    normed = Normed(y)
    return np.sum(normed.values * z * y)


class Scale:
    def __init__(self, values, by):
        self.values = values
        self.grow(by)

    def grow(self, by):
        self.values *= by


@program(args=(vec(3),), tags="constructor method store argument in-place loop branch")
def array_changed_by_a_method_of_a_constructor(x):
    s = 0.0
    for i in range(3):
        y = np.exp(x) * (1.0 + i)
        z = y * y
        if i > 0:
            Scale(y, x[i])
        s = s + np.sum(z * y)
    return s


@program(args=(2.0, 0.0), more=[(0.5, 1.0), (3.0, 0.0)], tags="power exponent-zero")
def powers_whose_exponent_passes_zero(x, y):
    return x**y + np.power(x, 2 * y) * math.pow(x, -y)
