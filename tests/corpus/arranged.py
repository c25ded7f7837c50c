"""Arrays rearranged, joined, contracted and chosen from: what is known of the results is true of them, in loops too."""

import numpy as np

from tests.corpus.base import mat, num, program, vec


@program(args=(mat(3, 4),), tags="reshape view store loop branch augmented")
def views_of_another_shape_that_are_stored_into(x):
    y = x.copy().reshape(2, 6)
    turned = y.T
    turned[0] *= 2.0
    row = y.reshape(-1)
    row[3] = 0.5
    total = 0.0
    for i in range(3):
        if i > 0:
            total += np.sum(y[:, i] * turned[i])
    return total + np.sum(row**2)


@program(args=(vec(4), num()), tags="where max min loop branch")
def values_that_were_chosen(x, a):
    y = np.where(x > 0, x, a)
    total = 0.0
    for k in range(4):
        if k % 2:
            total += max(y[k], a) * min(y[k], 1.0)
        else:
            total += np.where(a > 0, x[k], a)
    return total


@program(args=(mat(1, 4), mat(3, 4)), tags="where tile repeat vstack hstack column_stack")
def one_row_beside_three(x, b):
    y = np.where(b > 0, x, b * x)
    rows, others = np.tile(x, (3, 1)), np.repeat(x, 3, axis=0)
    below, beside = np.vstack([x, b]), np.hstack([b, b * 2])
    columns = np.column_stack([b[:, 0], b])
    return np.sum(y * rows) + np.sum(others * b) + np.sum(below**2) + 0.1 * np.sum(beside) + np.sum(columns**2)


@program(args=(mat(3, 3), vec(3)), tags="solve det norm diag trace outer store loop")
def of_a_matrix(m, b):
    m = m + 4.0 * np.eye(3)
    x, inverse = np.linalg.solve(m, b), np.linalg.solve(m, m.T)
    lengths, diagonal, scale = np.linalg.norm(m, axis=0), np.diag(m), np.diag(b)
    total = 0.01 * np.linalg.det(m) + np.linalg.norm(b) + np.trace(m @ scale)
    for i in range(3):
        if i != 1:
            total += x[i] * lengths[i] * diagonal[i]
    total += np.sum(inverse * scale) + np.sum(np.linalg.eigvalsh(m + m.T) ** 2)
    product = np.outer(x, b)
    product[0] = 1.0
    return total + np.sum(product * m)


@program(args=(mat(6, 4),), tags="getitem several arrays swapaxes moveaxis squeeze store")
def read_at_several_positions(x):
    c = x.reshape(2, 3, 4)
    i, j = np.array([0, 1, 1]), np.array([2, 0, 0])
    both, last, apart, one = c[i, j], c[:, j, i], c[i, :, j], c[0, j]
    turned, moved = c.swapaxes(0, 2), np.moveaxis(c, 0, -1)
    both[0] = 0.0
    total = np.sum(both**2) + 0.5 * np.sum(last) + np.sum(apart**2) + np.sum(one * one)
    total += np.sum(turned * c.transpose(2, 0, 1).transpose(0, 2, 1))
    return total + np.sum(moved**2) + np.sum(np.squeeze(c[:1], axis=0))


@program(args=(vec(4),), tags="cumsum diff sort argsort interp convolve take quantile var store loop")
def of_a_row_of_numbers(x):
    sums, steps, ordered = np.cumsum(x), np.diff(x), np.sort(x)
    placed = x[np.argsort(x)]
    points = np.linspace(0, 1, 4)
    between = np.interp(points, np.arange(4.0) / 3, x)
    ordered[0] = 0.0
    placed[1] *= 2.0
    total = 0.0
    for k in range(3):
        if k != 1:
            total += steps[k] * sums[k]
    total += np.sum(ordered * placed) + np.sum(between**2) + np.sum(np.convolve(x, steps)) + np.inner(x, sums)
    return total + np.sum(np.take(x, [0, 1])) + np.quantile(x, 0.3) + np.var(x) + np.std(x)


@program(args=(vec(4),), tags="fft complex loop")
def of_a_spectrum(x):
    spectrum, half = np.fft.fft(x), np.fft.rfft(x)
    back = np.fft.irfft(half)
    total = 0.0
    for k in range(3):
        total += np.abs(spectrum[k]) ** 2 + back[k] * x[k]
    return total


@program(args=(mat(3, 4), vec(4)), tags="einsum tril triu tril_indices store view")
def by_letters_and_triangles(a, v):
    y, z, w = np.einsum("ij,j->i", a, v), np.einsum("ij,kj->ik", a, a), np.einsum("ij->ji", a)
    lower, upper = np.tril(z), np.triu(z, 1)
    chosen = z[np.tril_indices(3)]
    chosen[1] = 0.0
    return np.sum(y) * np.sum(lower * upper.T) + np.sum(chosen**2) + np.sum(w @ z)


@program(args=(vec(4), mat(1, 4)), tags="dict loop keys store copy")
def items_of_dicts_by_what_a_loop_names(x, row):
    params, made = {"a": x, "b": row}, {}
    total = 0.0
    for key in ("a", "b"):
        item = params[key]
        total += np.sum(item * x) + np.sum(item)
        params = dict(params)
        params[key] = item * 2
    for key in ("b", "a"):
        if total != 0.0:
            made[key] = params[key] * x
    for key in params:
        total += np.sum(made[key] ** 2)
    return total


@program(args=(vec(4),), tags="dict store loop keys kinds")
def items_of_a_dict_that_change_their_shape(x):
    items = {"x": x[0], "y": x}
    total = 0.0
    for key in ("y", "x", "y"):
        total = total + np.sum(items[key] * items["y"])
        items["x"] = x * items["x"]
    return total


@program(args=(mat(1, 1), vec(1)), tags="solve outer diag concatenate where repeat tile")
def arrays_of_one_number(m, b):
    m = m + 3.0
    x, product, diagonal, matrix = np.linalg.solve(m, b), np.outer(b, b), np.diag(m), np.diag(b)
    joined, chosen = np.concatenate([b, x, diagonal]), np.where(m > 0, m, b)
    repeated, tiled = np.repeat(b, 3), np.tile(b, (2, 2))
    total = np.sum(x * repeated[0]) + np.sum(product * chosen) + np.sum(matrix * m) + np.sum(joined**2)
    return total + np.sum(tiled * b) + np.sum(repeated * m)


@program(args=(vec(3), num()), tags="list append array empty loop branch")
def arrays_of_lists_that_may_be_empty(x, a):
    kept, rows = [], []
    for v in x:
        if v > -100.0:
            kept.append(v * a)
            rows.append(x * v)
    numbers, none = np.array(kept), np.array([v for v in x if v > 100.0])
    numbers[0] = numbers[1] * 2
    return np.sum(numbers * x[0]) + np.sum(none) + none.size + np.sum(np.stack(rows) ** 2) + np.sum(np.vstack(rows))
