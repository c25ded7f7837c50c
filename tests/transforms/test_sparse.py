"""Sparse Jacobians and Hessians: patterns, colours, entries, checks, sizes; on the corpus and on two big examples."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import dualad
from dualad import DualadTypeError, DualadValueError, Unsupported, forms, tree
from tests.corpus import PROGRAMS
from tests.transforms.test_orders import NAMES, argnums_of, tolerance

pytest.importorskip("scipy")
from dualad.sparse import sparse_hessian, sparse_jacobian  # noqa: E402
from dualad.sparse.coloring import color_columns, color_symmetric  # noqa: E402
from dualad.sparse.sets import Sets  # noqa: E402
from tests.transforms.helpers import near

N = 10_000


def heat(u, k=1.0):
    """Residuals of k u'' + exp(u) u' = 0 with fixed ends."""
    h = 1.0 / (u.size + 1)
    r = np.empty_like(u)
    r[1:-1] = k * (u[2:] - 2 * u[1:-1] + u[:-2]) / h**2 + np.exp(u[1:-1]) * (u[2:] - u[:-2]) / (2 * h)
    r[0], r[-1] = u[0] - 1.0, u[-1]
    return r


def test_a_pde_with_ten_thousand_unknowns_takes_three_directions():
    u = np.random.default_rng(0).uniform(size=N)
    jacobian = sparse_jacobian(heat, check=False)
    found = jacobian(u)
    assert (jacobian.colors(u).max() + 1, jacobian.passes) == (3, 3)
    i = np.arange(N)
    inside = i[1:-1]
    pairs = [*zip(inside, inside - 1), *zip(inside, inside), *zip(inside, inside + 1), (0, 0), (N - 1, N - 1)]
    want = {(int(r), int(c)) for r, c in pairs}
    rows, columns = jacobian.pattern(u).nonzero()
    assert set(zip(rows.tolist(), columns.tolist())) == want
    assert found.nnz == len(want)
    v = np.random.default_rng(1).normal(size=N)
    near(found @ v, dualad.jvp(heat, (u,), (v,))[1], 1e-9)
    assert jacobian(u + 0.1).nnz == len(want)


def test_memory_is_proportional_to_the_entries():
    peaks = []
    for n in (N, 4 * N):
        u = np.linspace(0.0, 1.0, n)
        jacobian = sparse_jacobian(heat)
        tracemalloc.start()
        jacobian(u)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 5 * peaks[0]
    assert peaks[0] < 100 * 8 * 3 * N  # a dense matrix takes 8 * N * N = 800 MB


CAMERAS, POINTS, OBSERVATIONS = 12, 150, 600


def bundle_adjustment():
    """Cameras of nine numbers (rotation, translation, focal length, two of distortion) that look at points."""
    rng = np.random.default_rng(0)
    cameras = np.tile(np.arange(CAMERAS), OBSERVATIONS // CAMERAS)
    points = rng.permutation(np.arange(OBSERVATIONS) % POINTS)
    x = np.concatenate([rng.normal(scale=0.1, size=9 * CAMERAS), rng.normal(size=3 * POINTS)])
    x[5 : 9 * CAMERAS : 9] -= 5.0
    x[6 : 9 * CAMERAS : 9] += 500.0
    seen = rng.normal(size=(OBSERVATIONS, 2))

    def residuals(x):
        c = x[: 9 * CAMERAS].reshape(CAMERAS, 9)[cameras]
        p = x[9 * CAMERAS :].reshape(POINTS, 3)[points]
        r = c[:, :3]
        angle = np.sqrt(r[:, 0] ** 2 + r[:, 1] ** 2 + r[:, 2] ** 2)[:, None]
        axis = r / angle
        along = axis[:, :1] * p[:, :1] + axis[:, 1:2] * p[:, 1:2] + axis[:, 2:] * p[:, 2:]
        turned = np.cos(angle) * p + np.sin(angle) * np.cross(axis, p) + (1 - np.cos(angle)) * along * axis + c[:, 3:6]
        flat = -turned[:, :2] / turned[:, 2:]
        square = flat[:, :1] ** 2 + flat[:, 1:] ** 2
        return (c[:, 6:7] * (1 + c[:, 7:8] * square + c[:, 8:9] * square**2) * flat - seen).ravel()

    return residuals, x, cameras, points


def test_bundle_adjustment_takes_as_many_directions_as_its_longest_row():
    residuals, x, cameras, points = bundle_adjustment()
    jacobian = sparse_jacobian(residuals)
    found = jacobian(x)
    dense = dualad.jacfwd(residuals)(x)
    near(found.toarray(), dense, 1e-8)
    longest = int(np.diff(found.indptr).max())
    assert longest == 12
    assert np.count_nonzero(dense) == found.nnz == 24 * OBSERVATIONS
    assert jacobian.colors(x).max() + 1 <= longest + 2
    for row in (0, 777):
        c, p = cameras[row // 2], points[row // 2]
        mine = [*range(9 * c, 9 * c + 9), *range(9 * CAMERAS + 3 * p, 9 * CAMERAS + 3 * p + 3)]
        assert found.indices[found.indptr[row] : found.indptr[row + 1]].tolist() == mine


@pytest.mark.parametrize("name", NAMES)
def test_entries_are_those_of_the_dense_jacobian(name):
    p = PROGRAMS[name]
    args = p.make(0)
    argnums = argnums_of(p, args)
    form = forms.Form(p.fn(*p.make(0)))
    if form.complex:
        return
    if p.tags & {"custom_jvp", "custom_vjp"}:  # a rule says nothing of index sets
        with pytest.raises(dualad.Unsupported, match="pass pattern="):
            sparse_jacobian(p.fn, argnums)(*p.make(0))
        return
    found = sparse_jacobian(p.fn, argnums)(*p.make(0))
    blocks = iter([np.asarray(x) for x in tree.leaves(dualad.jacfwd(p.fn, argnums)(*p.make(0))) if x is not None])
    ins = [leaf.size for i in argnums for leaf in forms.Form(args[i]).leaves if leaf.cls is not type(None)]
    outs = [leaf.size for leaf in form.leaves if leaf.cls is not type(None)]
    dense = np.concatenate([np.concatenate([next(blocks).reshape(r, c) for c in ins], axis=1) for r in outs])
    rtol = tolerance(name, 1e-9)
    scale = max(1.0, np.abs(dense).max(initial=0))
    np.testing.assert_allclose(found.toarray(), dense, rtol=rtol, atol=0.01 * rtol * scale)


PAIRS = np.repeat(np.eye(2, dtype=bool), 3, axis=1)
A = np.diag(np.arange(1.0, 6.0)) + np.diag(np.ones(4), 1)
I6 = np.eye(6, dtype=bool)
PATTERNS = {
    "elementwise": (lambda x: np.sin(x) * x[::-1], I6 | I6[::-1]),
    "banded matrix": (lambda x: A @ x[:5], np.pad(A != 0, ((0, 0), (0, 1)))),
    "from the right": (lambda x: x[:5] @ A, np.pad(A.T != 0, ((0, 0), (0, 1)))),
    "matrices": (lambda x: (x.reshape(3, 2) @ np.eye(2)).ravel(), I6),
    "both": (lambda x: (x[:4].reshape(2, 2) @ x[:4].reshape(2, 2)).ravel(),
             np.array([[1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0], [1, 0, 1, 1, 0, 0], [0, 1, 1, 1, 0, 0]], bool)),
    "sum along an axis": (lambda x: np.sum(x.reshape(2, 3), axis=0), np.tile(np.eye(3, dtype=bool), (1, 2))),
    "mean, kept": (lambda x: x.reshape(2, 3).mean(axis=-1, keepdims=True)[:, 0], PAIRS),
    "cumsum": (lambda x: np.cumsum(x), np.tri(6, dtype=bool)),
    "diff": (lambda x: np.diff(x, n=2), np.stack([(np.arange(6) >= i) & (np.arange(6) <= i + 2) for i in range(4)])),
    "maximum": (lambda x: np.maximum(x[:3], x[3:]), np.tile(np.eye(3, dtype=bool), (1, 2))),
    "where": (lambda x: np.where(x[:3] > 0, x[:3], x[3:]), np.tile(np.eye(3, dtype=bool), (1, 2))),
    "keys": (lambda x: x[[0, 0, 5]] * 2.0, I6[[0, 0, 5]]),
    "lists": (lambda x: np.array([x[0] * x[1], x[2], 3.0]), np.stack([I6[0] | I6[1], I6[2], np.zeros(6, bool)])),
    "loop": (lambda x: np.array([sum(x[i : i + 2]) for i in range(5)]), I6[:5] | I6[1:]),
    "outer": (lambda x: np.outer(x[:2], x[4:]).ravel(), np.stack([I6[i] | I6[j] for i in (0, 1) for j in (4, 5)])),
    "einsum": (lambda x: np.einsum("ij,jk->i", x.reshape(2, 3), np.ones((3, 2))), PAIRS),
    "diagonal by einsum": (lambda x: np.einsum("ii->i", x[:4].reshape(2, 2)), I6[[0, 3]]),
    "cross": (lambda x: np.cross(x[:3], np.arange(3.0)), np.pad(~np.eye(3, dtype=bool), ((0, 0), (0, 3)))),
    "kron": (lambda x: np.kron(x[:2], np.ones(2)), I6[[0, 0, 1, 1]]),
    "add.at": (lambda x: added(x), np.stack([I6[0] | I6[1], I6[2] | I6[5], np.zeros(6, bool)])),
    "sorted": (lambda x: np.sort(x.reshape(2, 3), axis=1)[0], np.repeat(I6[None, :3].any(axis=1), 3, axis=0)),
    "solve": (lambda x: np.linalg.solve(np.eye(2) * 2.0, x[1:3]), np.tile(I6[1] | I6[2], (2, 1))),
    "converted": (lambda x: np.array([float(x[0]) * 2, np.float64(x[1]), x[2].item()]), I6[:3]),
}


def added(x):
    y = np.zeros(3)
    np.add.at(y, [0, 0, 1, 1], x[[0, 1, 2, 5]])
    return y


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns(name):
    f, want = PATTERNS[name]
    x = np.linspace(0.5, 2.0, 6)
    found = sparse_jacobian(f)
    np.testing.assert_array_equal(found.pattern(x).toarray(), want)
    near(found(x).toarray(), dualad.jacfwd(f)(x))


def test_other_branches_have_other_patterns():
    def f(x, k=0):
        if x[0] > 0:
            return x[1:] * x[:-1] + k
        return x[1:] * x[1]

    x = np.array([1.0, 2.0, 3.0, 4.0])
    jacobian = sparse_jacobian(f)
    for sign in (1.0, -1.0, 1.0):
        near(jacobian(x * sign).toarray(), dualad.jacfwd(f)(x * sign))
    captured = np.array([[1.0, 0.0], [0.0, 1.0]])
    jacobian = sparse_jacobian(lambda x: captured @ x)
    near(jacobian(x[:2]).toarray(), captured)
    captured[0, 1] = 5.0
    near(jacobian(x[:2]).toarray(), captured)
    # sizes of the result may change as well
    jacobian = sparse_jacobian(lambda x, n: np.concatenate([x] * n))
    assert [jacobian(x, n).shape for n in (1, 3, 2)] == [(4, 4), (12, 4), (8, 4)]
    assert sparse_jacobian(lambda x: 3.0)(x).toarray().tolist() == [[0.0] * 4]


def test_patterns_that_are_given():
    x = np.array([1.0, 2.0, 3.0])
    near(sparse_jacobian(lambda x: x**2, pattern=np.eye(3))(x).toarray(), np.diag(2 * x))
    given = sparse_jacobian(lambda x: x * x[::-1], pattern=np.eye(3))
    given(x)
    with pytest.raises(DualadValueError, match="outside of the pattern"):
        given(x)
    with pytest.raises(DualadValueError, match="columns"):
        sparse_jacobian(lambda x: x, pattern=np.eye(2))(x)


def test_long_rows_are_taken_by_reverse_mode():
    f = lambda x: np.stack([np.sum(x**2), np.sum(np.sin(x))])
    x = np.linspace(0.0, 1.0, 50)
    jacobian = sparse_jacobian(f)
    for _ in range(2):
        near(jacobian(x).toarray(), [2 * x, np.cos(x)])
    assert jacobian.passes <= 2


def test_trees_and_options():
    f = lambda p, k: ({"a": p["x"][1:] * p["k"], "b": np.float64(3.0), "s": "text"}, k)
    found, aux = sparse_jacobian(f, has_aux=True)({"x": np.array([1.0, 2.0, 3.0]), "k": 4.0}, k=7)
    assert aux == 7
    near(found.toarray(), [[0, 4.0, 0, 2.0], [0, 0, 4.0, 3.0], [0, 0, 0, 0]])
    found = sparse_jacobian(lambda x, y: x * y, argnums=(0, "y"))(np.array([1.0, 2.0]), y=np.array([3.0, 4.0]))
    near(found.toarray(), [[3.0, 0, 1.0, 0], [0, 4.0, 0, 2.0]])
    assert sparse_jacobian(lambda x: x * 2)(np.ones(3, np.float32)).dtype == np.float32
    with pytest.raises(DualadTypeError, match="complex"):
        sparse_jacobian(lambda x: 1j * x)(np.ones(2))
    with pytest.raises(Unsupported, match="plain numbers"):
        dualad.jvp(lambda x: sparse_jacobian(np.sin)(x).data, (np.ones(2),), (np.ones(2),))


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


HESSIANS = {
    "tridiagonal": (rosenbrock, 3),
    "arrow": (lambda x: np.sum(x[1:] ** 3) * x[0] + np.sum(np.cos(x)), 2),
    "diagonal": (lambda x: np.sum(np.exp(x)), 1),
    "linear": (lambda x: np.sum(x) * 3.0, 0),
    "two blocks": (lambda x: np.prod(x[:3]) + np.sum(x[3:]) ** 2, 37),
    "gathered": (lambda x: np.sum(x[[0, 1, 1, 5]] * x[[2, 3, 4, 0]]), 3),
    "stored": (lambda x: np.sum(heat(x) ** 2), 5),
}


@pytest.mark.parametrize("name", HESSIANS)
def test_hessians(name):
    f, most = HESSIANS[name]
    x = np.linspace(0.2, 1.3, 40)
    hessian = sparse_hessian(f)
    for shift in (0.0, 0.3):
        near(hessian(x + shift).toarray(), dualad.hessian(f)(x + shift), 1e-9)
    assert hessian.colors(x).max(initial=-1) + 1 <= max(most, 1)


def test_solvers_take_the_matrices():
    from scipy.integrate import solve_ivp
    from scipy.optimize import least_squares, minimize
    from scipy.sparse.linalg import spsolve

    residuals, x, *_ = bundle_adjustment()
    found = least_squares(residuals, x, jac=sparse_jacobian(residuals), max_nfev=3)
    assert found.cost < 0.5 * np.sum(residuals(x) ** 2)
    f = lambda t, u: np.concatenate([[0.0], u[2:] - 2 * u[1:-1] + u[:-2], [0.0]]) * 50
    u = np.sin(np.linspace(0, np.pi, 60))
    ends = [solve_ivp(f, (0, 1), u, method="BDF", jac=j, rtol=1e-6, atol=1e-9).y for j in (sparse_jacobian(f, 1), None)]
    near(ends[0][:, -1], ends[1][:, -1], 1e-4)
    u = np.linspace(1.0, 0.0, 200)
    for _ in range(8):
        u = u - spsolve(sparse_jacobian(heat)(u).tocsc(), heat(u))
    np.testing.assert_allclose(heat(u), 0.0, atol=1e-9)
    how = {"jac": dualad.grad(rosenbrock), "hess": sparse_hessian(rosenbrock), "method": "trust-constr"}
    best = minimize(rosenbrock, np.zeros(10), **how)
    np.testing.assert_allclose(best.x, np.ones(10), atol=1e-3)


def test_colors_are_valid_on_random_patterns():
    rng = np.random.default_rng(0)
    for density in (0.02, 0.1, 0.5):
        pattern = rng.uniform(size=(60, 90)) < density
        indptr = np.concatenate([[0], np.cumsum(pattern.sum(axis=1))])
        colors = color_columns(indptr, np.nonzero(pattern)[1], 90)
        assert all(len(set(colors[row])) == row.sum() for row in pattern)
        square = pattern[:, :60] | pattern[:, :60].T
        indptr = np.concatenate([[0], np.cumsum(square.sum(axis=1))])
        colors = color_symmetric(indptr, np.nonzero(square)[1])
        for i, j in zip(*np.nonzero(square)):
            alone = lambda r, c: np.sum(square[r] & (colors == colors[c])) == 1
            assert alone(i, j) or alone(j, i)


def test_sets():
    rng = np.random.default_rng(0)
    table, sets = Sets(5), [set(), *[{i} for i in range(5)]]
    for _ in range(200):
        a, b = rng.integers(len(sets), size=2)
        got = int(table.union(np.array([a]), np.array([b]))[0])
        want = sets[a] | sets[b]
        if got == len(sets):
            sets.append(want)
        assert sets[got] == want
    rows, columns = table.members(np.arange(len(sets)))
    found = [set() for _ in sets]
    for r, c in zip(rows.tolist(), columns.tolist()):
        found[r].add(c)
    assert found == sets


def test_unions_of_two_and_of_more():
    rng = np.random.default_rng(0)
    for _ in range(100):
        table, pool = Sets(6), np.arange(7)
        held = [set(), *[{i} for i in range(6)]]
        for _ in range(rng.integers(0, 8)):
            if rng.random() < 0.15:
                given = rng.choice(pool, (4, 3))
                made = table.joined(given)
            else:
                given = rng.choice(pool, (8, 2))
                made = table.union(given[:, 0], given[:, 1])
            for number, parts in zip(made.tolist(), given.tolist()):
                wanted = set().union(*[held[part] for part in parts])
                held += [wanted] * (number == len(held))
                assert held[number] == wanted
            pool = np.concatenate([pool, made])
        ids = rng.choice(pool, 12)
        rows, columns = table.members(ids)
        assert [columns[rows == k].tolist() for k in range(12)] == [sorted(held[i]) for i in ids.tolist()]
