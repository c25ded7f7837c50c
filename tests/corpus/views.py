"""Aliases and views of arrays that are stored into."""

import numpy as np

from tests.corpus.base import arr, mat, num, program, vec


@program(args=(vec(3), num()), tags="alias store pitfall_03")
def alias_store(x, k):
    y = x * 2.0
    z = y
    z[0] = k * y[1]
    return y * x


@program(args=(vec(3), num()), tags="alias store pitfall_03")
def alias_store_read_both(x, k):
    y = x * 2.0
    z = y
    y[1] = k
    z[2] = y[1] * z[0]
    return y * z


@program(args=(mat(2, 3),), tags="view store row pitfall_04")
def row_view_store(a):
    y = a * a
    r = y[0]
    r[:] = a[1] * 2.0
    return y * a


@program(args=(mat(2, 3),), tags="view read-after-store pitfall_04")
def view_read_after_base_store(a):
    y = a * a
    r = y[0]
    y[0, 1] = a[1, 1] * 3.0
    return r * a[1] + y[1]


@program(args=(mat(2, 3),), tags="view transpose pitfall_04")
def transpose_view_store(a):
    y = a * 2.0
    t = y.T
    t[0] = a[:, 1] * a[:, 2]
    t[1, 1] += a[0, 0]
    return y


@program(args=(mat(2, 3),), tags="view reshape ravel pitfall_04")
def reshape_view_store(a):
    y = a * a
    f = y.reshape(3, 2)
    f[0, 1] = a[1, 1]
    g = y.ravel()
    g[5] = g[0] * a[0, 1]
    return y * f.reshape(2, 3)


@program(args=(mat(2, 3),), tags="view reshape copy pitfall_04")
def reshape_copy_store(a):
    y = a * a
    f = y.T.reshape(6)
    f[0] = a[1, 1]
    c = y.flatten()
    c[1] = a[0, 0]
    return y * 2.0 + np.sum(f * c)


@program(args=(mat(3, 2), num()), tags="view rows iterate pitfall_04")
def rows_scaled_in_place(a, s):
    z = a * 1.0
    for row in z:
        row *= s
        row[0] += 1.0
    return z * a


@program(args=(vec(4),), tags="view kept-from-rebound pitfall_04")
def view_of_rebound_base(x):
    y = x * 2.0
    v = y[1:3]
    y = x * x
    v[0] = y[0]
    y[1] = 5.0
    return v * y[:2] + np.sum(y)


@program(args=(vec(5),), tags="view slice store augmented")
def slice_view_augmented(x):
    y = x * 1.0
    v = y[1:4]
    v += x[0]
    v *= v
    v[::2] -= y[4]
    return y


@program(args=(vec(4), vec(4)), tags="alias augmented pitfall_05")
def augmented_after_alias(x, y):
    z = x * 1.0
    w = z
    w += y
    z *= w
    return w + z * x


@program(args=(vec(4), vec(4)), tags="alias parameter pitfall_05 pitfall_06")
def augmented_alias_of_argument(x, y):
    y = x
    y += x * 2.0
    return x * y


@program(args=(vec(4),), tags="view of view")
def view_of_view(x):
    y = x * x
    v = y[1:]
    w = v[1:]
    w[0] = x[0]
    v[0] = w[1] * 2.0
    y[3] = v[1]
    return y * w[0]


@program(args=(mat(3, 3),), tags="view column row-crossing")
def crossing_views(a):
    y = a * 2.0
    row = y[1]
    col = y[:, 1]
    row[1] = a[0, 0]
    col[0] = row[1] * 2.0
    col += row
    return y * y


@program(args=(mat(3, 3),), tags="view diagonal")
def diagonal_read_after_store(a):
    y = a * a
    d = np.diagonal(y)
    y[1, 1] = a[0, 2]
    return d * a[0]


@program(args=(vec(3),), tags="view broadcast pitfall_33")
def broadcast_view_of_stored(x):
    a = x * 1.0
    b = np.broadcast_to(a, (2, 3))
    a[:] = a * a
    return b.sum()


@program(args=(vec(5),), tags="view sliding-window pitfall_33")
def sliding_windows_of_stored(x):
    a = x * 1.0
    w = np.lib.stride_tricks.sliding_window_view(a, 3)
    a[2] = x[0] * x[1]
    return np.sum(w * w)


@program(args=(vec(4),), tags="alias ifexp branch", more=[(np.array([-0.5, 0.3, 0.2, 0.1]),)])
def alias_chosen_by_branch(x):
    y = x * 2.0
    z = x * 3.0
    w = y if x[0] > 0 else z
    w[1] = x[0] * x[2]
    return y * z


@program(args=(vec(4),), tags="alias loop rotate nested")
def rotated_buffers(x):
    old = x * 1.0
    new = np.zeros(4)
    for _ in range(3):
        new[0] = old[0]
        for i in range(1, 4):
            new[i] = old[i] * old[i - 1] + x[i]
        old, new = new, old
    return old + 0.5 * new


@program(args=(vec(4),), tags="alias loop previous")
def previous_is_an_alias(x):
    u = x * 1.0
    previous = u
    s = 0.0
    for i in range(3):
        u[i + 1] += u[i] * x[i]
        s = s + previous[i + 1]
        previous = u
        u = u * 1.5
    return s * previous[3] + u[0]


@program(args=(vec(4),), tags="copy not-alias")
def copy_is_no_alias(x):
    y = x * 2.0
    z = y.copy()
    w = np.array(y)
    z[0] = 1.0
    w[1] = x[0]
    y[2] = x[3]
    return y * z * w


@program(args=(vec(4),), tags="asarray alias")
def asarray_is_an_alias(x):
    y = x * 2.0
    z = np.asarray(y)
    z[0] = x[1] * x[2]
    return y * x


@program(args=(vec(4), num()), tags="saved-then-stored pitfall_29")
def operand_stored_after_use(x, k):
    y = x * 2.0
    z = y * k
    w = np.exp(y)
    y[0] = k
    y *= 0.0
    return z * w


@program(args=(vec(4), num()), tags="saved-then-stored loop pitfall_29")
def operand_stored_in_every_round(x, k):
    u = x * 1.0
    s = 0.0
    for i in range(4):
        p = u * u
        s = s + np.sum(p) * k
        u *= 0.5
        u[i] = s
        p[0] = 0.0
    return s + u


@program(args=(vec(3),), tags="result-stored sin")
def result_stored_after_use(x):
    e = np.exp(x)
    t = np.tanh(x)
    s = e * t
    e[:] = 0.0
    t[1] = x[0]
    return s * t + e


@program(args=(vec(4),), tags="view tuple unpacking")
def unpacked_rows_stored(x):
    y = np.outer(x, x)
    a, b, *rest = y
    a[:] = b * 2.0
    rest[0][1] = x[0]
    return y


@program(args=(vec(6),), tags="view reshape loop store nested")
def loop_over_reshaped_view(x):
    flat = x * 1.0
    m = flat.reshape(2, 3)
    for i in range(2):
        for j in range(3):
            if i + j > 0:
                m[i, j] = m[i, j] * flat[i + j - 1]
    return flat


@program(args=(arr(2, 2, 2),), tags="view three-d chain")
def views_of_three_axes(x):
    y = x * 2.0
    s = np.swapaxes(y, 0, 2)
    s[0, 1] += x[1, 1]
    r = np.moveaxis(y, 0, -1)
    r[..., 0] *= x[0]
    e = np.expand_dims(y, 0)
    e[0, 1, 1, 1] = x[0, 0, 0]
    q = np.squeeze(e)
    q[0, 0, 0] = 2.0
    return y


@program(args=(vec(4),), tags="out")
def results_written_by_out(x):
    buf = np.zeros(4)
    np.multiply(x, x, out=buf)
    np.add(buf, x, out=buf)
    np.exp(buf, out=buf)
    return buf * x


@program(args=(vec(4), vec(3)), tags="add.at fill copyto sort")
def array_functions_that_store(x, v):
    y = x * 2.0
    np.add.at(y, [0, 0, 2], v)
    z = x * 3.0
    z.fill(v[0])
    z[1] = x[1]
    w = np.zeros(4)
    np.copyto(w, y)
    w.sort()
    return y * z + w * np.arange(4.0)


@program(args=(vec(4),), tags="alias list-of-arrays")
def array_in_a_list_stored(x):
    y = x * 2.0
    box = [y, x * 3.0]
    box[0][1] = x[0] * x[2]
    box[1] *= 2.0
    y[2] = 1.0
    return y + box[0] * box[1]


@program(args=(vec(4),), tags="alias loop branch", more=[(np.array([-0.5, 0.3, -0.2, 0.1]),)])
def view_stored_in_loop_in_branch(x):
    y = x * 2.0
    v = y[::2]
    if x[0] > 0:
        for i in range(2):
            v[i] = v[i] * y[2 * i + 1]
            y[1] += v[0]
    else:
        v[:] = x[:2]
    return y * y


@program(args=(vec(3), vec(3)), tags="alias arguments", smooth=True)
def result_aliases_local(x, y):
    a = x * y
    b = a
    b[0] = y[1]
    return a, b, x


@program(args=(vec(3), vec(3)), tags="view broadcast_arrays store")
def broadcast_arrays_store(x, y):
    a, b = np.broadcast_arrays(x * 2.0, y * y)
    a[1] = b[2] * x[0]
    b[0] += a[1]
    return a * b


@program(args=(mat(2, 3), num()), tags="view broadcast_arrays store loop branch")
def broadcast_arrays_store_in_a_loop(a, k):
    base = a * a
    for i in range(2):
        if a[i, 0] > -1e3:
            rows, other = np.broadcast_arrays(base, a)
            rows[i] = other[1 - i] * k
            rows[1 - i, 0] += rows[i, 2]
    return base * a


@program(args=(vec(4),), tags="meshgrid view store alias")
def grids_that_are_views(x):
    a, b = x[:2].copy(), x[2:].copy()
    g, h = np.meshgrid(a, b, copy=False, sparse=True)
    g[0, 1] = x[3] * 2.0
    h[0] *= 3.0
    b[1] += x[0]
    return (g * h).sum() + a @ b
