"""NumPy functions of arrays: reductions, shaping, products, joining, sorting, linear algebra, stable functions."""

import numpy as np

from tests.corpus.base import apart, arr, dominant, mat, num, pos, program, spd, vec


@program(args=(mat(3, 4),), tags="reductions axis keepdims pitfall_17", complex_ok=True)
def sums_and_means(x):
    a = np.sum(x, axis=0) * x
    b = np.mean(x, axis=1, keepdims=True) * x
    c = np.sum(x, axis=-1) @ np.mean(a, axis=(1,))
    return a + b * c + x.sum(axis=(0, 1)) + x.mean(0) * np.sum(x, keepdims=True)


@program(args=(arr(2, 3, 2),), tags="reductions tuple-axis pitfall_17", complex_ok=True)
def sums_over_axes(x):
    a = np.sum(x, axis=(0, 2)) ** 2
    b = np.sum(x, axis=(-1, 0), keepdims=True) * x
    return np.mean(b, axis=(1, 2)) * np.sum(a)


@program(args=(mat(3, 4),), tags="reductions var std")
def variances(x):
    v = np.var(x, axis=0) + np.var(x) * x
    return v * np.std(x + 2.0 * x**2, axis=1, keepdims=True, ddof=1)


@program(args=(mat(2, 3),), tags="reductions prod", complex_ok=True)
def products(x):
    return np.prod(x, axis=0) * np.prod(x, axis=1, keepdims=True) + x.prod()


@program(args=(apart(5),), tags="reductions max min")
def extrema(x):
    a = np.max(x) * x + np.min(x) ** 2
    m = x.reshape(1, 5) * np.array([[1.0], [2.0]])
    return a * np.max(m, axis=0) + np.amin(m, axis=1, keepdims=True) + x.max() * x[np.argmin(x)]


@program(args=(mat(2, 3),), tags="cumulative", complex_ok=True)
def cumulative_sums(x):
    return np.cumsum(x, axis=1) * x + np.cumsum(x * x).reshape(2, 3) + np.cumsum(x, axis=0)


@program(args=(pos(5),), tags="cumulative prod", complex_ok=True)
def cumulative_products(x):
    return np.cumprod(x) * x + np.diff(x, n=2).sum()


@program(args=(arr(2, 3, 4),), tags="shaping", complex_ok=True)
def shapes_and_axes(x):
    a = np.reshape(x, (4, 6)).T
    b = np.transpose(x, (2, 0, 1)).reshape(6, 4)
    c = np.swapaxes(x, 0, 2)[:, :, 0]
    d = np.squeeze(np.expand_dims(x[0], 1), axis=1)
    e = np.moveaxis(x, -1, 0)[1] * np.ravel(x)[:3]
    return a * b + np.sum(c @ np.ones(3)) + np.sum(d * d) + np.sum(e * e)


@program(args=(mat(2, 3),), tags="shaping flips", complex_ok=True)
def flips_rolls_and_repeats(x):
    a = np.flip(x, 1) * np.roll(x, 1, axis=1) + np.fliplr(x) * np.flipud(x)
    b = np.repeat(x, 2, axis=0) * np.tile(x, (2, 1))
    return np.sum(a * a) + b + np.roll(x, 2).ravel()[0]


@program(args=(vec(3),), tags="shaping broadcast", complex_ok=True)
def broadcasts(x):
    a = np.broadcast_to(x, (2, 3)) * np.atleast_2d(x).T[:2]
    b, c = np.broadcast_arrays(x[:, None], x)
    return np.sum(a, axis=0) + np.sum(b * c * c, axis=1)


@program(args=(mat(2, 3), vec(3)), tags="joining", complex_ok=True)
def joins(a, v):
    b = np.concatenate([a, v[None, :]], axis=0)
    c = np.stack([v, v * v, a[0]], axis=1)
    d = np.vstack([v, a]) * np.hstack((a.T, v[:, None])).T
    e = np.column_stack([v, v]) @ np.concatenate((a[0, :1], v[:1]))
    return b @ c + np.sum(d) * e


@program(args=(vec(6),), tags="splitting", complex_ok=True)
def splits(x):
    a, b, c = np.split(x, 3)
    d, e = np.array_split(x * x, [2])
    return a * b * c + np.sum(d) * np.sum(e)


@program(args=(num(), vec(2)), tags="constructors", complex_ok=True)
def arrays_built_of_numbers(x, v):
    a = np.array([x, 2.0, x * v[0]])
    b = np.array([[x, v[1]], [v[0], 1.0]])
    return a[1:] @ b + np.sum(a * a)


@program(args=(num(), vec(3)), tags="constructors diag tri", complex_ok=True)
def diagonals_and_triangles(x, v):
    a = np.diag(v) * x + np.eye(3)
    b = np.outer(v, v) + a
    return np.tril(b) @ np.triu(b, 1) + np.trace(b) * np.diag(b)


@program(
    args=(vec(3), vec(3)),
    more=[
        (mat(2, 3), vec(3)),
        (vec(3), mat(3, 2)),
        (mat(2, 3), mat(3, 2)),
        (arr(2, 2, 3), mat(3, 2)),
        (arr(2, 1, 2, 3), arr(3, 3, 2)),
        (vec(3), arr(2, 3, 2)),
    ],
    tags="matmul",
    complex_ok=True,
)
def matrix_products(a, b):
    c = a @ b
    return c * np.matmul(a, b) + np.sum(a)


@program(
    args=(vec(3), vec(3)),
    more=[(mat(2, 3), vec(3)), (mat(2, 3), mat(3, 2)), (num(), vec(2)), (arr(2, 2, 3), mat(3, 2))],
    tags="dot",
    complex_ok=True,
)
def dot_products(a, b):
    return np.dot(a, b) * 2.0 + np.sum(b)


@program(args=(mat(2, 3), mat(2, 3)), tags="inner outer tensordot")
def inner_and_outer_products(a, b):
    c = np.inner(a, b) @ a
    d = np.outer(a[0], b[1]) + np.tensordot(a, b, axes=([0], [0]))
    return c @ d + np.vdot(a[0], b[0]) + np.tensordot(a, b) + np.kron(a[0], b[0])[:3]


@program(args=(mat(2, 3), mat(3, 4), vec(4)), tags="einsum", complex_ok=True)
def einsums(a, b, v):
    c = np.einsum("ij,jk,k->i", a, b, v)
    d = np.einsum("ij,ij->j", a, a)
    e = np.einsum("ij->", b) * np.einsum("ii->i", a[:, :2])
    return c * e + np.einsum("i,j->ij", c, c) @ c * np.sum(d) + np.einsum("...j,...j", a, a)


@program(args=(apart(6),), tags="sort")
def sorted_numbers(x):
    y = np.sort(x)
    i = np.argsort(x)
    return y * np.arange(6.0) + x[i] * x + np.median(x[:5]) * np.sort(x.reshape(2, 3), axis=0).ravel()


@program(args=(dominant(3), vec(3)), tags="linalg solve inv", complex_ok=True)
def solves(a, b):
    x = np.linalg.solve(a, b)
    y = np.linalg.inv(a) @ x
    return x * y + np.linalg.solve(a.T, np.outer(b, x))[:, 0]


@program(args=(spd(3),), tags="linalg det slogdet", complex_ok=False)
def determinants(a):
    sign, logdet = np.linalg.slogdet(a)
    return np.linalg.det(a) * logdet + sign * logdet**2


@program(args=(vec(4), mat(2, 3)), tags="linalg norm")
def norms(x, a):
    b = np.linalg.norm(a, axis=1) * np.linalg.norm(x)
    return b + np.linalg.norm(a) + np.linalg.norm(a, axis=0, keepdims=True).sum() * np.sqrt(np.sum(x * x))


@program(args=(spd(3), vec(3)), tags="linalg cholesky")
def gaussian_by_cholesky(a, x):
    chol = np.linalg.cholesky(a)
    z = np.linalg.solve(chol, x)
    return -0.5 * np.sum(z * z) - np.sum(np.log(np.diag(chol)))


@program(args=(vec(4),), more=[(mat(2, 3),)], tags="softmax logsumexp")
def stable_logsumexp(x):
    m = np.max(x, axis=-1, keepdims=True)
    lse = np.log(np.sum(np.exp(x - m), axis=-1, keepdims=True)) + m
    p = np.exp(x - lse)
    return np.sum(p * x, axis=-1) * np.sum(lse)


@program(args=(mat(4, 3), np.array([0, 2, 1, 2])), tags="softmax cross-entropy integer-array")
def cross_entropy(logits, labels):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(4), labels])


@program(args=(vec(5),), tags="ufunc methods logaddexp")
def logaddexp_reduce(x):
    s = x[0]
    for v in x[1:]:
        s = np.logaddexp(s, v)
    return s * np.add.reduce(x)


@program(args=(pos(4),), tags="ufuncs", complex_ok=True)
def many_ufuncs(x):
    a = np.log(x) + np.log1p(x) + np.expm1(x) + np.log2(x) * np.log10(x) + np.exp2(x)
    b = np.sinh(x) * np.cosh(x) + np.tan(x / 3) + np.arcsin(x / 3) + np.arccos(x / 3) * np.arctan(x)
    c = np.arcsinh(x) + np.arccosh(x + 2.0) + np.arctanh(x / 4) + np.square(x) * np.reciprocal(x + 1.0)
    return a * b + c - np.negative(x) + np.positive(x) + np.sqrt(x)


@program(args=(pos(4),), tags="ufuncs piecewise")
def piecewise_ufuncs(x):
    return (
        np.floor(x) * x + np.mod(x, 0.7) + np.abs(-x) + np.cbrt(x) + np.sinc(x) + np.round(x) + np.heaviside(x, 0.5) * x
    )


@program(args=(vec(4), num()), tags="where select", complex_ok=False)
def nested_where(x, k):
    y = np.where(x > 0.5, x * k, np.where(x < -0.5, k, x**2))
    return np.where(True, y, 0.0) * np.where(y > 100.0, np.inf, 1.0)


@program(args=(vec(6),), tags="convolution interp polynomial", complex_ok=True)
def convolutions(x):
    y = np.convolve(x[:4], x[4:], mode="full")
    return y * np.convolve(x[:5], np.array([1.0]), mode="same") + np.dot(x[:3], x[3:])


@program(args=(vec(4), vec(4)), tags="meshgrid cross", complex_ok=True)
def grids_and_crosses(x, y):
    a, b = np.meshgrid(x, y)
    c = np.cross(x[:3], y[:3])
    p = np.polyval(x, y)
    return np.sum(a * b, axis=0) + np.sum(c * c) + p


@program(args=(arr(4, 6), arr(4, 3)), tags="cross broadcasting", complex_ok=True)
def crosses_of_rows(x, y):
    column = x[:, 2:3] * 2.0
    whole = column + np.cross(x[:, :3], x[:, 3:]) * np.sin(y[:, 0])[:, None]
    first = np.cross(x[0, :3], y)
    first[0] = 2.0 * first[1] * y[0]
    total = np.zeros(3)
    for i in range(4):
        total = total + np.cross(y[i], x[i, :3]) * whole[i]
    return np.sum(whole * first, axis=0) + total


@program(args=(arr(), vec(2)), tags="zero-d pitfall_17", complex_ok=True)
def zero_dimensional(s, v):
    t = s * s
    u = np.sum(v) * s
    w = np.array(2.0) * t
    return w + u * v + t[()]


@program(
    args=(vec(3, dtype=np.float32), vec(3, dtype=np.float32)),
    more=[(vec(3, dtype=np.float32), num())],
    tags="float32 pitfall_15",
)
def single_precision(x, y):
    z = x * y + 0.5
    w = np.mean(z) * np.tanh(x) + np.std(x) + np.max(x)
    return np.sum(w * z)


@program(args=(mat(2, 3, dtype=np.float32), vec(3, dtype=np.float64)), tags="float32 mixed pitfall_15")
def mixed_precision(a, v):
    b = a @ v.astype(np.float32)
    return b * np.sum(v) + np.sum(a.astype(np.float64))


@program(args=(vec(4, dtype=np.float32),), tags="float32 store pitfall_15")
def single_precision_store(x):
    y = x * 2
    y[1] = x[0] * 1.5
    y[2:] *= x[:2]
    out = np.zeros(4, dtype=np.float32)
    out[1:] = y[1:] * x[0]
    return out


@program(args=(np.array([1, 2, 3]), vec(3)), tags="integer pitfall_15", complex_ok=True)
def integers_as_constants(n, x):
    y = x * n
    return y**n + n // 2 * x + np.sum(n) / 2


@program(args=(3, 2), more=[(2, 5)], tags="integer active pitfall_15", ints_active=True)
def active_integers(a, b):
    c = a * b + a**2
    return c * 0.5 - b / a


@program(args=(np.array([1, 2, 4]), 3), tags="integer active pitfall_15", ints_active=True)
def active_integer_array(x, k):
    y = np.sqrt(x) * k
    return np.sum(y * x) / x[1]


@program(args=(np.float64(0.7), np.float32(0.5)), tags="numpy-scalar", rtol=1e-5)
def numpy_scalars(x, y):
    return x * x + np.sin(x) * 2 + y * y


@program(args=(apart(5), num()), tags="where one argument nonzero rows memory dict")
def where_numbers_are_not_zero(x, k):
    held = {"x": x * k}
    held["x"][1] = 0.0
    there = np.where(held["x"])[0]
    crossings = np.where(np.diff(np.sign(x)))[0]
    s = sum(x[i] / (x[i] - x[i + 1]) for i in crossings)
    rows = np.r_[held["x"], k, x[there]]
    return s + np.sum(rows * rows) + np.sum(np.c_[held["x"], x] ** 3)


@program(args=(mat(3, 2), num()), tags="polynomial broadcast")
def polynomials_whose_coefficients_are_rows(p, x):
    y = np.polyval(p, x)
    z = np.polyval(p, y * x) + np.polyval(p, y[:1])
    return np.sum(z * y)


@program(args=(mat(3, 1), vec(3)), more=[(mat(4, 3), vec(1))], tags="polynomial broadcast loop branch")
def polynomials_of_rows_in_a_loop(p, x):
    total = 0.0
    for k in range(3):
        if k != 1:
            y = np.polyval(p[k:], x)
            total = total + np.sum(y * x + y**2)
    return total


@program(args=(vec(3, np.float32), num(), vec(3)), tags="dtypes single")
def products_of_single_precision_and_a_number(h, s, v):
    y = np.dot(h, s) * v
    z = np.outer(h, s)[:, 0] * np.append(h, s)[1:]
    return np.sum(y * y * z) + np.sum(np.clip(s, h, 2.0) * v)
