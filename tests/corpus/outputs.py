"""Results written into arrays: `out` by name and by position, of functions, methods and ufuncs, with `where`."""

import numpy as np

from tests.corpus.base import mat, program, vec


@program(args=(mat(3, 3),), tags="out method reduction alias")
def methods_with_out(y):
    z = y * y
    total, mean, spread = np.zeros(3), np.zeros(3), np.zeros(3)
    y.sum(axis=0, out=total)
    y.mean(axis=1, out=mean)
    y.var(axis=0, out=spread)
    product = np.zeros((3, 3))
    y.dot(z, out=product)
    return np.sum(z * total * spread) + np.sum(product * mean)


@program(args=(mat(3, 3),), tags="out method positional loop branch")
def methods_with_out_by_position(y):
    s = 0.0
    for i in range(3):
        z = y * (1.0 + i)
        into = np.zeros(3)
        if i > 0:
            z.sum(0, None, into)
            z.prod(i - 1, None, into[:])
            z.cumsum(0, None, z)
        s = s + np.sum(z * into)
    return s


@program(args=(mat(3, 3),), tags="out function positional")
def functions_with_out_by_position(y):
    z = y * y
    total, running, product = np.zeros(3), np.zeros((3, 3)), np.zeros((3, 3))
    np.sum(y, 0, None, total)
    np.cumsum(y, 0, None, running)
    np.dot(y, z, product)
    rows = np.zeros((2, 3))
    np.take(z, [0, 2], 0, rows)
    bounded = np.zeros((3, 3))
    np.clip(z, 0.1, 5.0, bounded)
    return np.sum(z * total) + np.sum(running * product) + np.sum(rows * bounded[:2])


@program(args=(mat(3, 3),), tags="out ufunc positional alias loop branch")
def ufuncs_with_out_by_position(y):
    z = y * y
    buffer = np.empty((3, 3))
    for i in range(3):
        if i == 1:
            np.multiply(y, z, buffer)
        else:
            np.exp(z, buffer)
        np.add(z, buffer, z)
        same = np.sin(z, z)
        same *= 2.0
    return np.sum(y * z * buffer)


@program(args=(mat(3, 3),), tags="out keywords joins")
def functions_with_out_and_other_arguments(y):
    z = np.exp(y)
    mean, median = np.zeros(3), np.zeros((3, 1))
    np.mean(y, axis=0, out=mean)
    np.median(z, axis=1, keepdims=True, out=median)
    both, joined, outer = np.zeros((2, 3, 3)), np.zeros((6, 3)), np.zeros((3, 3))
    np.stack([y, z], out=both)
    np.concatenate((z, y), out=joined)
    np.outer(y[0], z[1], out=outer)
    np.cumsum(z, axis=1, out=z)
    return np.sum(both * mean) + np.sum(joined[2:5] * outer) + np.sum(z * median)


@program(args=(mat(3, 3),), tags="out where ufunc")
def ufuncs_where(y):
    z = np.exp(y)
    chosen = z > 1.0
    share = np.divide(y, z - 1.0, out=np.ones_like(y), where=chosen)
    np.sqrt(z, out=z, where=chosen)
    np.multiply(z, y, out=z, where=np.array([True, False, True]))
    return np.sum(share * z * y)


@program(args=(mat(3, 3), vec(3)), tags="out where loop branch active")
def ufuncs_where_in_a_loop(y, x):
    s = 0.0
    z = y * 1.0
    for i in range(3):
        if i % 2 == 0:
            np.add(z, x, out=z, where=z > 0.0)
        np.multiply(z, y[i], out=z, where=np.arange(3) > i)
        s = s + np.sum(z * y)
    return s


@program(args=(mat(3, 3), vec(3)), tags="place store mask")
def placed(y, x):
    z = y * y
    np.place(y := y * 1.0, z > 0.3, x[:2])
    np.place(z, z < 10.0, y * x)
    return np.sum(y * z)


@program(args=(mat(3, 3), vec(3)), tags="einsum view store")
def stores_through_einsum(y, x):
    y = y * 1.0
    z = y * y
    diagonal = np.einsum("ii->i", y)
    diagonal *= x
    turned = np.einsum("ij->ji", y)
    turned[0] += x
    return np.sum(y * z * turned)
