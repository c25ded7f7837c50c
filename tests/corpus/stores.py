"""Stores into arrays with keys of every kind, augmented assignment of every kind, in-place recurrences and stencils."""

import numpy as np

from tests.corpus.base import arr, mat, num, pos, program, vec


@program(args=(num(), num()), tags="augmented scalar", complex_ok=True)
def augmented_scalars(x, k):
    y = x
    y += k
    y *= x
    y -= k * k
    y /= x + 1.0
    y **= 2
    return y


@program(args=(num(2.2, 2.4), num(0.5, 0.6)), tags="augmented scalar floor modulo")
def augmented_floor_and_modulo(x, k):
    y = x
    y %= 1.0
    z = x
    z //= k
    return y * z * x


@program(args=(vec(3), vec(3)), tags="augmented array pitfall_05", complex_ok=True)
def augmented_local_array(x, y):
    z = x * y
    z += x
    z *= y
    z -= 0.5
    z /= 2.0
    return z * z


@program(args=(pos(3), num()), tags="augmented array power")
def augmented_power(x, k):
    z = x + 0.0
    z **= 2
    w = x * k
    w **= 1.5
    w **= x
    return z * w


@program(args=(mat(2, 2), mat(2, 2)), tags="augmented matmul")
def augmented_matmul(a, b):
    c = a + 0.0
    c @= b
    c @= a
    return c


@program(args=(vec(4), num()), tags="store int")
def store_one(x, k):
    y = x * 2.0
    y[1] = k * x[2]
    return y * x


@program(args=(vec(4), num()), tags="store overwrite")
def store_over_store(x, k):
    y = x * x
    y[0] = k
    y[0] = y[1] * k
    y[1] = 3.0
    return y * y


@program(args=(vec(4),), tags="store zeros pitfall_08 pitfall_19")
def store_into_zeros(x):
    buf = np.zeros(4)
    for i in range(4):
        buf[i] = x[i] * x[3 - i]
    return np.sum(buf * buf)


@program(args=(vec(4),), tags="store empty pitfall_08 pitfall_19")
def store_into_empty(x):
    buf = np.empty((4, 2))
    for i in range(4):
        buf[i, 0] = x[i]
        buf[i, 1] = x[i] ** 2
    return buf


@program(args=(vec(4), num()), tags="store slice pitfall_17")
def store_slices(x, k):
    y = np.ones(6)
    y[1:5] = x
    y[:2] = k
    y[4:] = x[:2] * k
    return y * y


@program(args=(vec(5),), tags="store slice step negative")
def store_strided_slices(x):
    y = x * 1.0
    y[::2] = x[1:4] * x[0]
    y[3:0:-2] = x[:2]
    y[-1] = y[-2] * 2.0
    return y * x


@program(args=(mat(2, 3), vec(3), num()), tags="store broadcast rows pitfall_17")
def store_broadcasts(a, v, k):
    z = a * 2.0
    z[0] = v
    z[:, 1] = k
    z[1, :2] += v[:2]
    return z * a


@program(args=(vec(3), num()), tags="store whole pitfall_17")
def store_whole(x, k):
    y = np.zeros((2, 3))
    y[:] = x
    y[...] *= k
    y[:] += k
    return y


@program(args=(mat(3, 3), vec(3)), tags="store tuple-key ellipsis newaxis")
def store_by_wide_keys(a, v):
    z = a + 0.0
    z[..., 0] = v
    z[1, ...] = v * z[1]
    z[np.newaxis, :, 2] = v * 2.0
    z[1:, None, 1] += v[:2, None]
    return z * z


@program(args=(np.array([-0.5, 0.4, -0.2, 0.9]), num()), tags="store mask")
def store_by_mask(x, k):
    y = x * x
    y[x < 0] = k
    y[y > 0.5] *= x[1]
    mask = np.array([True, False, True, False])
    y[mask] = x[:2]
    return y


@program(args=(vec(5), vec(3)), tags="store integer-array")
def store_by_integers(x, v):
    y = x * 2.0
    y[[0, 2, 4]] = v
    idx = np.array([1, 3])
    y[idx] = v[:2] * y[idx]
    return y * y


@program(args=(vec(5), vec(4)), tags="store integer-array repeats pitfall_31")
def store_by_repeated_integers(x, v):
    y = x * 2.0
    y[[0, 0, 1, 0]] = v
    return y * x


@program(args=(mat(3, 3), vec(2)), tags="store integer-array pairs")
def store_by_pairs_of_integers(a, v):
    z = a * a
    z[[0, 2], [1, 0]] = v
    z[np.arange(3), np.arange(3)] += 1.5
    z[1:, [0, 2]] = a[:2, :2]
    return z


@program(args=(vec(5),), tags="getitem integer-array repeats pitfall_02", complex_ok=True)
def gather_with_repeats(x):
    y = x[[0, 0, 1, -1]]
    z = x[np.array([[0, 1], [1, 0]])]
    return np.sum(y * y) * np.sum(z * z) + x[[2, 2]] @ x[[3, 2]]


@program(args=(vec(5), vec(3)), tags="augmented integer-array repeats pitfall_02")
def augmented_gather_with_repeats(x, v):
    y = x * 2.0
    y[[0, 0, 1]] += v
    y[[3, 3]] *= 2.0
    return y * y


@program(args=(np.array([0.5, -0.4, 0.3, -0.2]),), tags="getitem mask")
def read_by_mask(x):
    y = x[x > 0]
    z = x[~(x > 0)] * y
    return np.sum(y * z) + np.prod(x[np.array([True, True, False, False])])


@program(args=(arr(2, 3, 2),), tags="getitem wide keys", complex_ok=True)
def read_by_wide_keys(x):
    a = x[..., 0] * x[:, :, 1]
    b = x[0, 1:, ::-1] * x[1][1:, :]
    c = x[:, None, 1] * x[-1, 2, 0]
    d = x[np.newaxis, 1, ..., 0]
    e = x[[0, 1], :, [1, 0]]
    return np.sum(a) + np.sum(b * b) * np.sum(c) + np.sum(d * e)


@program(args=(vec(5),), tags="store recurrence for")
def cumulative_recurrence(x):
    u = x + 0.0
    for i in range(1, len(u)):
        u[i] = u[i - 1] * u[i] + x[0]
    return u


@program(args=(num(), 6), tags="store recurrence for zeros pitfall_19")
def logistic_map_history(r, n):
    u = np.zeros(n)
    u[0] = 0.3 * r
    for i in range(n - 1):
        u[i + 1] = r * u[i] * (1.0 - u[i])
    return np.sum(u**2)


@program(args=(vec(6), 0.2, 3), tags="store stencil slice for")
def heat_steps(u0, k, n):
    u = u0.copy()
    for _ in range(n):
        u[1:-1] += k * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


@program(args=(vec(5),), tags="store shift overlap pitfall_31")
def shifted_in_place(x):
    u = x * x
    u[1:] = u[:-1]
    u[:-1] = u[1:] * u[:-1]
    u[1:] += u[:-1]
    return u * x


@program(args=(mat(4, 4), vec(4)), tags="store gauss-seidel nested for")
def gauss_seidel(a, b):
    x = np.zeros(4)
    for _ in range(3):
        for i in range(4):
            s = b[i]
            for j in range(4):
                if j != i:
                    s = s - a[i, j] * x[j]
            x[i] = s / (4.0 + a[i, i])
    return x


@program(args=(mat(4, 4),), tags="store stencil 2d nested for")
def relax_by_loops(a):
    u = a.copy()
    for _ in range(2):
        for i in range(1, 3):
            for j in range(1, 3):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]) * u[i, j]
    return np.sum(u * u)


@program(args=(vec(4), num()), tags="store if for nested")
def store_in_branch_in_loop(x, k):
    y = x * 1.0
    for i in range(4):
        if y[i] > 0:
            y[i] = y[i] * k
        elif i > 0:
            y[i] = y[i - 1] * y[i]
        else:
            y[i] += k
    return y * y


@program(args=(vec(4), 0.5), more=[(vec(4), -0.5)], tags="store if branch")
def store_in_branch(x, k):
    y = x * x
    if k > 0:
        y[0] = k * x[1]
    else:
        y[1:3] = k
    y[2] = y[0] * y[1]
    return y


@program(args=(vec(4),), tags="store while break")
def store_in_while(x):
    y = x * 2.0
    i = 0
    while True:
        y[i] = y[i] * y[i - 1]
        i += 1
        if i >= len(y):
            break
        if y[i] > 0:
            continue
        y[i] -= x[0]
    return y


@program(args=(vec(3),), tags="store augmented subscript")
def augmented_subscripts(x):
    y = x + 1.5
    y[0] += x[1]
    y[1] *= y[0]
    y[2] -= y[1] * x[0]
    y[0] /= y[2] + 9.0
    y[1] **= 2
    return y


@program(args=(mat(2, 3),), tags="store augmented subscript nested-subscript")
def augmented_nested_subscripts(a):
    z = a + 0.0
    z[0][1] += a[1][2]
    z[1][:2] *= a[0][1:]
    z[0, 1] *= z[1, 0]
    return z * a


@program(args=(vec(3),), tags="store swap tuple", reverse="right")
def swap_of_elements(x):
    y = x * x
    y[0], y[2] = y[2], y[0]
    y[1], k = y[0] * 2.0, y[1]
    return y * k


@program(args=(vec(5),), tags="store sort nested while")
def insertion_sort(x):
    y = x + 0.0
    for i in range(1, len(y)):
        j = i
        while j > 0 and y[j - 1] > y[j]:
            y[j - 1], y[j] = y[j], y[j - 1]
            j -= 1
    return y * np.arange(1.0, 6.0)


@program(args=(vec(5),), tags="store insertion key")
def insertion_sort_with_key(x):
    y = x.copy()
    for i in range(1, len(y)):
        key = y[i]
        j = i - 1
        while j >= 0 and y[j] > key:
            y[j + 1] = y[j]
            j -= 1
        y[j + 1] = key
    return np.dot(y, np.arange(5.0)) * y[0]


@program(args=(vec(4),), tags="store argument pitfall_06")
def store_into_argument(x):
    x[0] = x[1] * x[2]
    x[1:] *= 2.0
    x[x > 100.0] = 0.0
    return np.sum(x * x)


@program(args=(vec(4),), tags="augmented argument pitfall_06")
def augmented_argument(x):
    y = x * 2.0
    x += y
    x *= x
    return x


@program(args=(num(), vec(3)), tags="augmented pitfall_36", more=[(vec(3), vec(3))])
def sum_that_rebinds_or_stores(k, x):
    s = k
    s += x[0]
    s *= x[1]
    t = x * k
    t += s
    return t


@program(args=(mat(3, 2),), tags="augmented for rows pitfall_36")
def first_rebinds_then_stores(a):
    s = 0.0
    for r in a:
        s += r
    return s * s


@program(args=(vec(3),), tags="augmented numpy-scalar zero-d pitfall_36")
def scalar_read_and_zero_d_view(x):
    y = x * 1.0
    s = y[0]
    s += 1.0
    z = y[0, ...]
    z += 2.0
    return y * s


@program(args=(vec(3), vec(3)), tags="store float-into-copy dead")
def stored_and_never_read(x, y):
    z = x * y
    z[0] = y[1]
    w = z * 2.0
    z[1] = 7.0
    z[2] = x[0]
    return w


@program(args=(vec(4),), tags="store inactive active pitfall_08")
def constant_becomes_active(x):
    buf = np.arange(4.0)
    s = np.sum(buf)
    buf[1] = x[1]
    t = np.sum(buf * x)
    buf[1] = 0.0
    return s * t + np.sum(buf * x)


@program(args=(vec(4),), tags="store key-active-index")
def index_computed_from_data(x):
    i = int(np.argmax(x))
    y = x * 2.0
    y[i] = y[i - 1] * y[i]
    j = int(x[0] * 0.0) + 1
    return y[j] * y[i] + y


@program(args=(vec(3), vec(3)), tags="store full-like")
def stores_into_fresh_arrays(x, y):
    a = np.zeros_like(x)
    a[1:] = x[:-1]
    b = np.full(3, x[0])
    b[2] = y[2] * a[1]
    c = np.ones((3, 1)) * y
    c[:, 0] = b
    return a * b + c


def second_of(u, p):
    return p


@program(args=(num(), mat(2, 2)), tags="store augmented view call order")
def augmented_view_by_a_call(x, m):
    turned = m.T
    turned[1] += second_of(m, x)
    turned[0] *= second_of(m, x * x)
    return x * m


@program(args=(vec(3),), tags="store zero")
def stores_that_count_for_nothing(x):
    y, z, w = x * 1.0, x * 2.0, x * 3.0
    y[0] = x[1]
    z **= 2
    for i in range(3):
        if i != 1:
            w //= 0.3
            w[i] = x[0]
    return (y * x).sum() * 0 + (z * x).sum() * 0.0 + (w * x).sum() * 0 + x[0] ** 2
