"""Objects, lists and arrays that builtins select and hand on, changed in place afterwards."""

import types

import numpy as np

from tests.corpus.base import num, pos, program, vec


@program(args=(num(), num()), tags="max key objects attribute alias loop branch")
def best_object_changed(x, k):
    found = [types.SimpleNamespace(value=x * i) for i in range(3)]
    best = max(found, key=lambda o: o.value)
    best.value += k
    again = found[2]
    for i in range(2):
        if i:
            again.value *= 2
    return sum(o.value * i for i, o in enumerate(found))


@program(args=(pos(2), num()), tags="min max key lists arrays dicts in-place")
def selected_containers_changed(x, k):
    lists = [[x[0]], [k, x[1]]]
    longest = max(lists, key=len)
    longest.append(k * k)
    longest[0] = longest[0] * x[0]
    rows = [x * 5.0, x * k]
    lowest = min(rows, key=lambda a: a[0])
    lowest *= k
    first, second = {"v": x[0]}, {"v": x[0] + 1.0}
    larger = max(first, second, key=lambda d: d["v"])
    larger["v"] *= x[1]
    return sum(lists[1]) * lists[0][0] + rows[0].sum() * rows[1].sum() + first["v"] * second["v"]


@program(args=(vec(2), num()), tags="iter next starred unpacking arrays in-place loop branch")
def items_taken_and_changed(x, k):
    rows = [x * 1.0, x * k, x + k]
    taken = iter(rows)
    a = next(taken)
    a += k
    b = next(taken)
    b *= a
    (first, i), *rest = [(row, j) for j, row in enumerate(rows)]
    first *= k
    for row, j in rest:
        if j > 1:
            row -= first * i + x
    return sum(np.sum(row) * (i + 1) for i, row in enumerate(rows)) + rest[0][0][1]


@program(args=(num(), num()), tags="sum of lists starred arguments append update pop")
def joined_and_starred(x, k):
    rows = [[np.array([x])], [np.array([k])]]
    flat = sum(rows, [])
    flat[0][0] *= k
    flat[1] += x
    items = []
    given = [x]
    items.append(*given)
    items.extend(*[[k, x]])
    items.insert(*(0, k * k))
    named = {}
    named.update(*[{"a": x}], **{"b": k})
    return rows[0][0][0] * rows[1][0][0] + items[0] * items[1] + sum(items) + named["a"] * named["b"] + items.pop(*[0])


@program(args=(vec(3), num()), tags="call starred *args pullback")
def products_by_args(x, k):
    def together(*values):
        kept = [v * k for v in values]
        kept.append(sum(kept))
        return kept[-1] * kept[0]

    return together(*x) * together(k, *x[:2])


@program(args=(vec(3),), tags="sum list scalar broadcast")
def sums_of_lists_beside_arrays(x):
    xs = [x[0], x[1]]
    y = np.array([x[2], x[2]]) - sum(xs)
    xs[0] = xs[0] * 2
    return np.sum(y) * xs[1] + xs[0] + np.mean(np.array([x[0], x[2]]) / sum(xs))


@program(args=(vec(3), num()), tags="sum list scalar result")
def sums_of_a_list_and_an_item(x, k):
    xs = [k, k * x[0]]
    return xs[1] + k, [np.array([x[1], x[2]]) - sum(xs), k * xs[1]]


@program(args=(num(), vec(4)), tags="list array aug-store alias")
def item_of_a_list_scaled_in_place(x, a):
    box = [a, np.hstack([np.array([x, x]), np.array([x, x])])]
    box[0] *= x
    return np.sum(a * a) + box[0][3] * box[1][0]


@program(args=(vec(9), vec(4), np.array([True, False, True, True])), tags="where reduction")
def chosen_elements_are_added_in_numpys_order(a, b, keep):
    """What is chosen is added run by run, which rounds otherwise than a sum with zeros in place of the rest."""
    some = a > -0.5
    parts = [np.sum(b, where=keep), np.mean(b, where=keep), np.var(b, where=keep), np.sum(a, initial=b[0])]
    return [*parts, np.sum(a, where=some), np.sum(np.outer(a, b), axis=0, where=keep, initial=0.3)]


@program(args=(vec(5), vec(4)), tags="min max of three numbers in-place loop branch dynamic programming")
def warped_in_time(a, b):
    cost = np.full((len(a) + 1, len(b) + 1), np.inf)
    cost[0, 0] = 0.0
    highest = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            step = min(cost[i - 1, j], cost[i, j - 1], cost[i - 1, j - 1])
            if i + j > 3:
                step = max(step, 0.1 * step, highest, a[i - 1])
            cost[i, j] = (a[i - 1] - b[j - 1]) ** 2 + step
            highest = max(highest, b[j - 1], min(step, 2.0, a[i - 1], i))
    return cost[-1, -1] + highest


@program(args=(num(), vec(3)), tags="min max of three values of other kinds loop branch alias")
def greatest_of_lists(x, a):
    kept = max([x, 1.0], [a[0], x], [x, a[1]])
    kept[0] *= a[2]
    total = kept[0] * kept[1]
    for i in range(3):
        if i:
            total += max(x * i, a[i], total) * min(*a) + max(a[0], x, 0, key=abs)
    return total
