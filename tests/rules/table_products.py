"""Rows for products and linear algebra."""

from __future__ import annotations

import inspect
import operator

import numpy as np

from dualad.rules.helpers import present
from tests.rules.rows import cplx, fn, meth, reals

MATMUL = (
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)), ((1, 2, 3), (5, 3, 1)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,)), ((2, 1, 2, 3), (4, 3, 2)),
)  # fmt: skip
DOT = (
    ((), ()), ((), (3,)), ((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)),
    ((3,), (2, 3, 4)), ((2, 2, 3), (3,)), ((2, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((2, 2, 3), (5, 3, 4)),
)  # fmt: skip
EINSUM = (
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ii->i", (3, 3)),
    ("ii", (3, 3)), ("ii->", (3, 3)), ("i,i", (3,), (3,)), ("i,j->ij", (2,), (3,)), ("i,i->i", (3,), (3,)),
    ("bij,bjk->bik", (2, 3, 2), (2, 2, 4)), ("...ij,...jk->...ik", (2, 3, 2), (2, 2, 4)),
    ("...ij,jk->...ik", (5, 3, 2), (2, 4)), ("...i,...i", (2, 3), (3,)), ("...ii->...i", (2, 3, 3)),
    ("...,...", (2, 3), (3,)),
    ("ij,kj,kl->il", (2, 3), (4, 3), (4, 2)), ("ij,j->", (2, 3), (3,)), ("ij,kl->", (2, 3), (2, 2)),
    ("iij->j", (2, 2, 3)),
    ("iij,jk->ik", (2, 2, 3), (3, 2)), ("i...->...", (3, 2, 2)), ("ij , jk -> ki", (2, 3), (3, 4)),
    ("ij,ij->j", (2, 3), (2, 1)),
    ("...i,...i->...", (2, 1, 3), (4, 3)), ("ijk->k", (2, 3, 4)), (",i->i", (), (3,)), ("i,->i", (3,), ()),
    ("aiaj->ij", (2, 3, 2, 2)), ("iii->", (2, 2, 2)), ("ij,ij", (1, 3), (2, 3)), ("ii,i->i", (3, 3), (3,)),
    ("ba,b->a", (2, 3), (2,)),
)  # fmt: skip


def rows():
    yield from products()
    yield from solving()
    yield from decompositions()
    yield from norms()


def products():
    for f in (np.matmul, operator.matmul):
        yield from (fn(f, reals(*a), reals(*b)) for a, b in MATMUL)
        yield fn(f, cplx(2, 3), cplx(3, 2))
    for a, b in DOT:
        yield fn(np.dot, reals(*a), reals(*b))
        if a:
            yield meth("dot", reals(*a), reals(*b))
    yield fn(np.dot, cplx(2, 3), reals(3))
    for a, b in (((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (4, 3)), ((), (3,)), ((2, 3), ())):
        yield fn(np.inner, reals(*a), reals(*b))
    for a, b in (((3,), (2,)), ((2, 3), (2, 2)), ((), (3,))):
        yield fn(np.outer, reals(*a), reals(*b))
    for a, b, axes in (
        ((2, 3), (2, 3), 2), ((2, 3), (3, 4), 1), ((2, 3), (4,), 0), ((2, 3, 4), (4, 3, 5), ((1, 2), (1, 0))),
        ((2, 3, 4), (3, 2), ([1, 0], [0, 1])), ((2, 3), (4, 3), (-1, 1)), ((3, 4, 2), (2, 5, 3), ((0, -1), (2, 0))),
    ):  # fmt: skip
        yield fn(np.tensordot, reals(*a), reals(*b), axes)
    yield fn(np.vdot, cplx(2, 3), cplx(2, 3))
    yield fn(np.vdot, reals(3), cplx(3))
    yield fn(np.vdot, reals(3), reals(3))
    for subscripts, *shapes in EINSUM:
        yield fn(np.einsum, subscripts, *(reals(*s) for s in shapes))
    yield fn(np.einsum, "ij,jk,kl->il", reals(2, 3), reals(3, 2), reals(2, 2), optimize=True)
    yield fn(np.einsum, "ij,jk->ik", cplx(2, 3), cplx(3, 2))
    for a, b in (((2, 3), (2, 2)), ((3,), (2, 2)), ((2, 3), (2,)), ((2,), (3,)), ((2, 1, 2), (2, 3))):
        yield fn(np.kron, reals(*a), reals(*b))
    yield from (fn(np.cross, reals(*a), reals(*b)) for a, b in (((3,), (3,)), ((2, 3), (3,)), ((3,), (4, 2, 3))))
    yield fn(np.cross, reals(3, 2), reals(3, 2), axis=0)
    yield fn(np.cross, reals(3, 2), reals(5, 2, 3), 0, -1, 1)
    yield fn(np.cross, reals(2, 3), reals(3, 1, 1), -1, 0)
    for a, b in (((3,), (3,)), ((2, 3), (3,)), ((4, 1, 3), (2, 3))):
        yield fn(np.vecdot, reals(*a), reals(*b))
        yield fn(np.vecdot, cplx(*a), cplx(*b))
    yield fn(np.vecdot, reals(3, 2), reals(3, 2), axis=0)
    if hasattr(np, "matvec"):
        yield fn(np.matvec, cplx(4, 2, 3), cplx(3))
        yield fn(np.vecmat, cplx(4, 2), cplx(2, 3))
    yield from along_other_axes()
    for f in (np.convolve, np.correlate):
        for n, m in ((5, 3), (3, 5), (4, 4), (4, 1), (6, 2), (2, 6), (5, 4), (4, 5), (2, 5), (3, 6)):
            yield from (fn(f, reals(n), reals(m), mode) for mode in ("full", "same", "valid"))
        yield fn(f, cplx(5), cplx(2), "same")
    for n in (1, 2, 4):
        yield from (fn(np.polyval, reals(n), reals(*s)) for s in ((), (3,), (2, 3)))
        yield from (fn(np.polyval, reals(n, 2), reals(*s)) for s in ((), (1,), (2,), (3, 1)))
    yield fn(np.polyval, cplx(3, 1, 2), reals(4, 1))


def along_other_axes():
    yield fn(np.matmul, reals(3, 2), reals(4, 3), axes=[(1, 0), (1, 0), (0, 1)])
    yield fn(np.matmul, cplx(3, 2, 5), reals(2, 4), axes=[(0, 1), (0, 1), (-1, 0)])
    yield fn(np.matmul, reals(3), reals(2, 3), axes=[0, (1, 0), (0,)])
    yield fn(np.matmul, reals(3), reals(3), axes=[0, 0, ()])
    yield fn(np.matmul, reals(2, 3), reals(3), dtype=np.float64, order="F", float32=False)
    yield fn(np.matmul, reals(2, 3), reals(3), axes=[(0, 1), 0, 0], dtype=complex, casting="safe", float32=False)
    for f in present(np, "vecdot"):
        yield from (fn(f, cplx(3, 2), reals(3, 2), axes=axes) for axes in ([0, 0], [1, 1, ()]))
        yield fn(f, cplx(3, 4), cplx(4, 3), axes=[0, 1])
        yield fn(f, reals(2, 3, 4), reals(2, 3, 4), axis=1, keepdims=True)
        yield fn(f, reals(2, 3, 4), reals(3, 4), axes=[1, 0], keepdims=True)
        yield fn(f, reals(2, 3, 4), cplx(3, 2, 4), axes=[1, 0, 1], keepdims=True)
        yield fn(f, cplx(3), reals(3), dtype=complex, float32=False)
    for f in present(np, "matvec"):
        yield fn(f, cplx(3, 2), cplx(3, 4), axes=[(1, 0), 0, 1])
    for f in present(np, "vecmat"):
        yield fn(f, cplx(3, 4), cplx(2, 3), axes=[0, (1, 0), 0])


def well(*shape, complex=False):
    """Matrices that are far from singular."""
    n = shape[-1]
    return (cplx if complex else reals)(*shape) / 2 + 2 * np.eye(shape[-2], n)


def solving():
    shapes = [
        ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 1)), ((2, 3, 3), (3,)), ((3, 3), (2, 3, 2)),
        ((1, 3, 3), (4, 3, 2)),
    ]  # fmt: skip
    for a, b in shapes:
        yield fn(np.linalg.solve, well(*a), reals(*b))
    yield fn(np.linalg.solve, well(3, 3, complex=True), cplx(3))
    for f in (np.linalg.inv, np.linalg.det, np.linalg.slogdet):
        yield from (fn(f, well(*s)) for s in ((1, 1), (3, 3), (2, 2, 2)))
        yield fn(f, well(3, 3, complex=True))
    for shape in ((2, 3), (3, 2), (3, 3), (2, 3, 2)):
        yield fn(np.linalg.pinv, well(*shape))
    yield fn(np.linalg.pinv, well(3, 2, complex=True))
    for n in (0, 1, 2, 3, 5, -1, -2):
        yield fn(np.linalg.matrix_power, well(3, 3), n, rtol=1e-5)
    yield fn(np.linalg.matrix_power, well(2, 2, 2), 3)
    yield fn(np.linalg.multi_dot, [reals(2, 3), reals(3, 2), reals(2, 4)])
    yield fn(np.linalg.multi_dot, [reals(3), reals(3, 2), reals(2)])
    yield fn(np.linalg.multi_dot, [reals(3), reals(3, 2), reals(2, 3), reals(3, 2)])
    yield fn(np.linalg.multi_dot, [reals(2, 3), reals(3)])


def spd(*shape, complex=False):
    """Hermitian, positive definite matrices with distinct eigenvalues."""
    a = (cplx if complex else reals)(*shape)
    return a @ np.conj(np.swapaxes(a, -1, -2)) + np.diag(np.arange(1.0, shape[-1] + 1))


def decompositions():
    for shape in ((1, 1), (3, 3), (2, 3, 3)):
        for c in (False, True):
            for uplo in "LU":
                if not c:
                    yield fn(np.linalg.eigh, spd(*shape), uplo, rtol=1e-5)
                yield fn(np.linalg.eigvalsh, spd(*shape, complex=c), uplo, rtol=1e-5)
            yield fn(np.linalg.cholesky, spd(*shape, complex=c))
            if "upper" in inspect.signature(np.linalg.cholesky).parameters:
                yield fn(np.linalg.cholesky, spd(*shape, complex=c), upper=True)
    for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2)):
        yield fn(np.linalg.svd, reals(*shape), full_matrices=False, rtol=1e-5)
        yield fn(np.linalg.svd, reals(*shape), compute_uv=False)
        yield fn(np.linalg.svd, cplx(*shape), compute_uv=False)
        if hasattr(np.linalg, "svdvals"):
            yield fn(np.linalg.svdvals, reals(*shape))
    yield fn(np.linalg.svd, reals(3, 3), rtol=1e-5)


def norms():
    for s in ((4,), (2, 3), (2, 2, 3), ()):
        yield fn(np.linalg.norm, reals(*s))
        yield fn(np.linalg.norm, reals(*s), keepdims=True)
    for o in (None, 1, 2, 3, 0.5, np.inf, -np.inf, -1, 0, 2.5):
        yield fn(np.linalg.norm, reals(5), o)
        yield fn(np.linalg.norm, reals(2, 3), o, 0)
        yield fn(np.linalg.norm, reals(2, 3, 2), o, -2, True)
        yield fn(np.linalg.norm, cplx(2, 3), o, axis=1)
        if hasattr(np.linalg, "vector_norm") and o is not None:
            yield fn(np.linalg.vector_norm, reals(2, 3), ord=o)
            yield fn(np.linalg.vector_norm, reals(2, 3), axis=1, ord=o, keepdims=True)
    for o in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        yield fn(np.linalg.norm, reals(3, 2), o)
        yield fn(np.linalg.norm, reals(3, 3), o, keepdims=True)
        yield fn(np.linalg.norm, cplx(2, 3), o)
        yield fn(np.linalg.norm, reals(3, 2, 4), o, (0, 2))
        yield fn(np.linalg.norm, reals(3, 2, 4), o, (-1, 0), True)
        if hasattr(np.linalg, "matrix_norm") and o is not None:
            yield fn(np.linalg.matrix_norm, reals(2, 3, 2), ord=o)
    for f in present(np.linalg, "matrix_transpose"):
        yield fn(f, reals(2, 3, 4))
    for f in present(np.linalg, "cross"):
        yield fn(f, reals(3, 2), reals(3, 2), axis=0)
    for name in ("matmul", "tensordot", "outer", "vecdot", "diagonal", "trace"):
        if hasattr(np.linalg, name):
            f = getattr(np.linalg, name)
            yield fn(f, reals(2, 3, 3), offset=1) if name in ("diagonal", "trace") else fn(f, *pair_for(name))


def pair_for(name):
    if name in ("outer", "vecdot"):
        return reals(3), reals(3)
    return (reals(2, 3, 3), reals(3, 3, 2)) if name == "tensordot" else (reals(2, 3, 3), reals(3, 2))
