"""Products along other axes and quantiles by weight: what keywords of NumPy's functions change."""

import numpy as np

from tests.corpus.base import mat, program, vec

WEIGHTS = np.array([[1.0, 2.0, 1.5]] * 2)


@program(args=(mat(2, 3), mat(2, 3)), tags="matmul axes")
def matmul_along_axes(a, b):
    c = np.matmul(a, b, axes=[(1, 0), (0, 1), (1, 0)])
    return c * c[0, 1]


@program(args=(mat(3, 3), vec(3)), tags="matmul axes loop branch")
def matmul_along_axes_in_a_loop(a, v):
    total = a * 1.0
    for i in range(2):
        if v[i] > -1e3:
            total = np.matmul(total, a, axes=[(0, 1), (1, 0), (1, 0)]) * v[i]
            v = np.matmul(v, total, axes=[0, (1, 0), 0])
            total[i] = v
    return total


@program(args=(mat(2, 3), mat(2, 3)), tags="nanquantile weights branch loop")
def quantiles_by_weight(a, b):
    out = []
    for i in range(2):
        if a[i, 0] > -1e3:
            out.append(np.nanquantile(a * b, 0.4, axis=1, weights=WEIGHTS, method="inverted_cdf"))
            a = a * out[-1][i]
    return np.stack(out)
