"""Programs with SciPy's functions in them: rules written out in generated code, options, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate as si
import scipy.linalg as sl
import scipy.ndimage as ndimage
import scipy.signal as ss
import scipy.sparse as sp
import scipy.sparse.linalg as sla
import scipy.spatial.distance
import scipy.special
import scipy.stats
from scipy.fft import irfft, rfft
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist

import dualad
from dualad.errors import DualadError, Unsupported
from dualad.testing import check_grads

rng = np.random.default_rng(7)
A = rng.normal(size=(4, 4)) + 4 * np.eye(4)
b = rng.normal(size=4)


def gaussian_process(scale, noise, x, y):
    kernel = np.exp(-cdist(x, x, "sqeuclidean") / (2 * scale**2)) + noise**2 * np.eye(len(y))
    factor = sl.cho_factor(kernel, lower=True)
    weights = sl.cho_solve(factor, y)
    return 0.5 * y @ weights + np.sum(np.log(np.diagonal(factor[0])))


def linear_solves(a, b):
    lu = sl.lu_factor(a)
    q, r = sl.qr(a, mode="economic")
    direct = sl.solve(a, b, assume_a="gen")
    return sl.lu_solve(lu, b) @ direct + sl.solve_triangular(r, q.T @ b).sum() + sl.det(a) * sl.norm(sl.inv(a))


def propagated(a, b):
    x = b
    for _ in range(3):
        x = sl.expm(0.1 * a) @ x
    return np.sum(x**2) + np.real(np.sum(sl.eigvals(a) ** 2))


def filtered(taps, signal):
    smooth = ss.lfilter(taps, [1.0, -0.5], signal)
    spectrum = rfft(ss.fftconvolve(smooth, taps, mode="same"))
    return np.sum(irfft(spectrum * np.conj(spectrum), n=len(signal))[:3])


def blurred(image):
    return np.sum(gaussian_filter(image, 0.8, mode="nearest") ** 2)


def fitted(y, points):
    spline = si.CubicSpline(np.linspace(0.0, 1.0, 5), y, bc_type="natural")
    total = 0.0
    for point in points:
        total = total + spline(point) * spline(point, 1)
    return total + spline.integrate(0.2, points[0]) + np.sum(spline.derivative()(points))


STENCIL = sp.diags_array([1.0, -2.0, 1.0], offsets=[-1, 0, 1], shape=(4, 4)).tocsr()


def heat(u, rate):
    for _ in range(3):
        u = u + rate * (STENCIL @ u)
    return np.sum(u * (u @ STENCIL))


TURN = sla.aslinearoperator(STENCIL) @ sla.aslinearoperator(A)


def turned(u, rate):
    for i in range(2):
        if u[i] > -1e3:
            u = u + rate * (TURN @ u) - TURN.T.dot(u * u)
    return np.sum(u * (u @ TURN))


@pytest.mark.parametrize(
    ("program", "args"),
    [
        (turned, (b, 0.2)),
        (gaussian_process, (0.7, 0.3, rng.normal(size=(4, 2)), b)),
        (linear_solves, (A, b)),
        (propagated, (A, b)),
        (filtered, (rng.normal(size=3), rng.normal(size=8))),
        (blurred, (rng.normal(size=(4, 5)),)),
        (fitted, (rng.normal(size=5), np.array([0.3, 0.77]))),
        (heat, (b, 0.2)),
    ],
    ids=lambda p: getattr(p, "__name__", ""),
)
def test_programs(program, args) -> None:
    check_grads(program, args)
    every = tuple(range(len(args)))
    value, gradients = dualad.value_and_grad(program, every)(*args)
    np.testing.assert_allclose(value, program(*args))
    for i, gradient in enumerate(gradients):
        np.testing.assert_allclose(gradient, dualad.jacfwd(program, i)(*args), rtol=1e-8, atol=1e-10)


def test_overwritten_arguments_are_refused_or_kept() -> None:
    with pytest.raises(DualadError, match="overwrite_a"):
        dualad.grad(lambda a: np.sum(sl.inv(a, overwrite_a=True)))(A)
    with pytest.raises(DualadError, match="overwrite_a"):
        dualad.jvp(lambda a: np.sum(sl.inv(a, overwrite_a=True)), (A,), (A,))
    with pytest.raises(DualadError, match="overwrite_ab"):
        dualad.grad(lambda a: np.sum(sl.cholesky_banded(np.stack([a * 0.0, a]), overwrite_ab=True)))(A[0] ** 2 + 1.0)
    with pytest.raises(DualadError, match="overwrite_b"):
        dualad.grad(lambda b: np.sum(sl.cho_solve_banded((np.ones((1, b.size)), True), b, overwrite_b=True)))(A[0])

    def by_keyword(x):
        m = np.array([[2.0, 1.0], [0.5, 3.0]], order="F")
        y = m @ x
        z = sl.solve(m, np.ones(2), overwrite_a=True)
        return np.sum(y * y) + z[0]

    def by_position(x):
        m = np.array([[2.0, 1.0], [0.5, 3.0]], order="F")
        y = m @ x
        z = sl.solve(m, np.ones(2), False, True)
        return np.sum(y * y) + z[0]

    for program in (by_keyword, by_position):
        np.testing.assert_allclose(dualad.grad(program)(np.array([1.0, 2.0])), [22.5, 47.0])


def test_options_without_a_rule_are_refused() -> None:
    calls = (
        lambda a: sl.qr(a[:, :2])[0],
        lambda a: sl.svd(a[:, :2])[0],
        lambda a: sl.inv(a, assume_a="tridiagonal"),
        lambda a: cdist(a, a, "jaccard"),
        lambda a: cdist(a, a, "seuclidean"),
        lambda a: ss.resample(a, 7, window="hann"),
        lambda a: ss.resample_poly(a, 3, 2, window=a[0]),
        lambda a: gaussian_filter(a, sigma=a[0, 0]),
        lambda a: si.CubicSpline(np.arange(4.0), a).roots(),
        lambda a: si.UnivariateSpline(np.arange(4.0), a[0], s=1.0)(0.5),
        lambda a: STENCIL * a,
    )
    for call in calls:
        for run in (lambda f: dualad.jvp(f, (A,), (A,)), lambda f: dualad.vjp(f, A)[1](np.ones(np.shape(f(A))))):
            with pytest.raises((DualadError, ValueError, KeyError, TypeError)):
                run(call)


def test_numbers_stored_into_a_sparse_matrix_are_refused() -> None:
    def stored(d):
        B = sp.csr_array(np.eye(3))
        B.data[:] = d
        return np.sum(B @ np.ones(3))

    for run in (lambda: dualad.jvp(stored, (b[:3],), (b[:3],)), lambda: dualad.grad(stored)(b[:3])):
        with pytest.raises(DualadError):
            run()


def test_sparse_matrices_times_by_star_are_refused() -> None:
    """`*` of a `csr_matrix` is a matrix product, and of a `csr_array` one by element."""
    M = sp.csr_matrix(A)
    for program in (lambda x: np.sum(M * x), lambda x: np.sum(x * M), lambda x: np.sum((x[0] * M) @ x)):
        for run in (lambda f: dualad.jvp(f, (b,), (b,)), lambda f: dualad.grad(f)(b)):
            with pytest.raises(DualadError, match="@"):
                run(program)


def test_images_of_integers_move_in_steps() -> None:
    image = np.arange(12).reshape(3, 4)
    for program, at in (
        (lambda w: np.sum(ndimage.correlate1d(image, w)), np.array([0.3, 0.4, 0.5])),
        (lambda w: np.sum(ndimage.convolve(image, w)), np.full((2, 2), 0.3)),
        (lambda p: np.sum(ndimage.map_coordinates(image, p, order=1)), np.array([[0.5, 1.2], [1.3, 2.2]])),
        (lambda s: np.sum(ndimage.shift(image, s)), 0.4),
    ):
        np.testing.assert_array_equal(dualad.grad(program)(at), np.zeros(np.shape(at)))
        assert dualad.jvp(program, (at,), (at,))[1] == 0


def test_equal_eigenvalues() -> None:
    """Values and what does not depend on the choice of vectors have derivatives; vectors have none."""
    a = np.diag([2.0, 2.0, 1.0])
    np.testing.assert_allclose(dualad.grad(lambda m: np.sum(sl.eigvalsh(m) ** 2))(a), 2 * a)
    vectors = dualad.grad(lambda m: sl.eigh(m)[1][0, 1])(a + 0.0)
    assert not np.all(np.isfinite(vectors)) or np.all(vectors == 0)


def test_sparse_matrices_are_added_and_scaled() -> None:
    places, constant = ([0, 1, 2], [0, 1, 2]), sp.csr_array(np.eye(3) * 2.0)

    def f(d):
        made = sp.csr_array((d, places))
        return (made + constant) @ np.arange(3.0) + (constant - 2.0 * made / d[0]) @ d - (-made * 3.0).dot(d)

    check_grads(f, (np.array([0.3, 1.2, 2.2]),), order=2)


@pytest.mark.parametrize("use", [
    lambda A: A @ sp.eye_array(3), lambda A: A.dot(sp.eye_array(3)), lambda A: A[0, 0],
    lambda A: A * np.ones(3), lambda A: A + np.ones((3, 3)), lambda A: A.power(2),
])  # fmt: skip
def test_what_sparse_matrices_do_not_have_is_refused(use) -> None:
    def f(d):
        return use(sp.csr_array((d, ([0, 1, 2], [0, 1, 2]))))

    for differentiate in (lambda x: dualad.jvp(f, (x,), (x,)), lambda x: dualad.vjp(f, x)[1](x)):
        with pytest.raises(dualad.DualadError):
            differentiate(np.ones(3))


@pytest.mark.parametrize("solve", [sla.spsolve, lambda A, b: sla.splu(A).solve(b), lambda A, b: sla.factorized(A)(b)])
def test_sparse_solvers_refuse_arrays(solve) -> None:
    def f(A):
        return solve(A, np.ones(3))

    for differentiate in (lambda x: dualad.jvp(f, (x,), (x,)), lambda x: dualad.vjp(f, x)[1](np.ones(3))):
        with pytest.raises(dualad.DualadError):
            differentiate(np.eye(3))


@pytest.mark.parametrize("points", [[1.5, 0.2], [[1.5, 0.2], [0.1, 0.3]], (1.5, 0.2), (np.array([1.5, 0.3]), 0.2)])
def test_grids_take_points_as_scipy_does(points) -> None:
    def f(values):
        return si.RegularGridInterpolator((np.arange(4.0), np.arange(3.0)), values)(points)

    values = np.random.default_rng(3).normal(size=(4, 3))
    assert np.shape(dualad.jvp(f, (values,), (values,))[0]) == np.shape(f(values))
    check_grads(f, (values,), order=1)


GRID = np.linspace(0.0, 1.0, 6)
AT_COMPLEX_POINTS = {
    "CubicSpline": lambda z: si.CubicSpline(GRID, GRID**2)(z),
    "make_interp_spline": lambda z: si.make_interp_spline(GRID, GRID**2)(z),
    "interpn": lambda z: si.interpn((GRID, GRID), np.outer(GRID, GRID), np.stack([z, z], -1)),
    "simpson": lambda z: scipy.integrate.simpson(GRID[:2], x=z),
    "canberra": lambda z: scipy.spatial.distance.canberra(z, z + 1.0),
}


@pytest.mark.filterwarnings("ignore:Casting complex:numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("name", AT_COMPLEX_POINTS)
def test_complex_points_are_refused(name):
    """SciPy drops their imaginary parts, or takes what is not holomorphic of them."""
    f, z = AT_COMPLEX_POINTS[name], np.array([0.3 + 0.1j, 0.7 - 0.2j])
    with pytest.raises(DualadError, match="complex"):
        dualad.grad(lambda z: np.sum(np.real(f(z))))(z)
    with pytest.raises(DualadError, match="complex"):
        dualad.jvp(f, (z,), (z,))


@pytest.mark.parametrize("distances", [scipy.spatial.distance.pdist, lambda x: cdist(x, x[:2] + 1.0, "chebyshev")])
def test_greatest_differences_of_single_precision(distances):
    """Distances are of double precision: what is greatest is found among the differences themselves."""
    x = rng.normal(size=(5, 3)).astype(np.float32)
    metric = (lambda x: distances(x, "chebyshev")) if distances is scipy.spatial.distance.pdist else distances

    def loss(x):
        d = metric(x)
        return np.sum(d * np.arange(1.0, d.size + 1).reshape(d.shape))

    np.testing.assert_allclose(dualad.grad(loss)(x), dualad.grad(loss)(x.astype(float)), rtol=1e-6)


def test_what_has_no_rule_is_refused_without_reading_it():
    """Its own Python calls thousands of functions, which took minutes to look at."""
    for derive in (dualad.grad, lambda f: lambda x: dualad.jvp(f, (x,), (x,))):
        with pytest.raises(DualadError, match=r"scipy\.stats\.describe"):
            derive(lambda x: scipy.stats.describe(x).variance)(np.arange(5.0))


@pytest.mark.parametrize("fn", [ndimage.correlate, ndimage.convolve, ndimage.correlate1d, ndimage.convolve1d])
def test_integers_that_are_correlated_move_in_steps(fn) -> None:
    """What SciPy makes of them is of integers, too: no derivative, in either mode and in either argument."""
    x, w = np.array([1, 2, -3, 4, 2]), np.array([1.0, -2.0, 1.0])
    assert not np.any(dualad.jvp(fn, (x, w), (np.full(5, 0.3), w))[1])
    assert not any(np.any(back) for back in dualad.vjp(fn, x, w)[1](np.ones(5)))


SPLINES = {
    "CubicSpline": si.CubicSpline, "PchipInterpolator": si.PchipInterpolator, "Akima": si.Akima1DInterpolator,
    "make_interp_spline": si.make_interp_spline, "UnivariateSpline": si.InterpolatedUnivariateSpline,
    "Krogh": si.KroghInterpolator, "interp1d": si.interp1d,
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.float16, np.float32, np.longdouble], ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", SPLINES)
def test_splines_of_other_dtypes(name, dtype) -> None:
    """SciPy makes splines in double precision: so do their stand-ins, and the derivatives are those of floats."""
    made = SPLINES[name]
    x, y = np.array([0, 1, 2, 4, 5, 7]).astype(dtype), np.array([1, 3, -2, 0, 5, 2]).astype(dtype)
    points = np.array([0.5, 3.25, 4.5])

    def values(x, y):
        return made(x, y)(points)

    tangents = (np.linspace(0.1, 0.4, 6), np.linspace(-0.5, 1.0, 6))
    cast = tuple(t if np.dtype(dtype).kind == "i" else t.astype(dtype) for t in tangents)
    value, moved = dualad.jvp(values, (x, y), cast)
    plain, expected = dualad.jvp(values, (x * 1.0, y * 1.0), tuple(t.astype(float) for t in cast))
    assert value.dtype == moved.dtype == made(x, y)(points).dtype
    tolerance = 1e-5 if value.dtype == np.float32 or name == "interp1d" else 1e-12
    np.testing.assert_allclose(value, plain, rtol=tolerance)
    np.testing.assert_allclose(moved, expected, rtol=tolerance, atol=tolerance)
    backs = dualad.vjp(values, x, y)[1](np.ones_like(value))
    assert [b.dtype for b in backs] == [np.dtype(float) if np.dtype(dtype).kind == "i" else x.dtype] * 2
    paired = sum(float(np.sum(b * t)) for b, t in zip(backs, cast, strict=True))
    np.testing.assert_allclose(paired, float(np.sum(expected)), rtol=2e-2 if dtype == np.float16 else 1e-5)


FACTORED = {
    "det": sl.det, "cholesky": sl.cholesky, "svdvals": sl.svdvals, "eigvals": sl.eigvals,
    "cho_factor": lambda a: sl.cho_factor(a)[0], "lstsq": lambda a: sl.lstsq(a, a[0])[0],
    "banded": lambda a: sl.cholesky_banded(np.stack([a[2] / 2, np.diag(a)])),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Calling .* with arguments of dtype:DeprecationWarning")  # SciPy 1.18's own
@pytest.mark.parametrize("dtype", [np.float16, np.longdouble], ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", FACTORED)
def test_dtypes_that_lapack_does_not_know(name, dtype) -> None:
    """SciPy takes float16 for float32 and longdouble for float64 where it calls LAPACK; so do the rules."""
    fn = FACTORED[name]
    a = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]]).astype(dtype)
    t = np.linspace(-0.5, 0.75, 9).reshape(3, 3).astype(dtype)
    tolerance = 2e-3 if dtype == np.float16 else 1e-10
    if name == "det" and dtype == np.longdouble:
        with pytest.raises(TypeError):  # SciPy takes no such matrix
            fn(a)
        return
    value, moved = dualad.jvp(fn, (a,), (t,))
    assert value.dtype == np.asarray(moved).dtype == np.asarray(fn(a)).dtype
    expected = dualad.jvp(fn, (a.astype(float),), (t.astype(float),))[1]
    np.testing.assert_allclose(moved, expected, rtol=tolerance, atol=tolerance)
    ct = np.ones_like(value)[()]
    (back,) = dualad.vjp(fn, a)[1](ct)
    (wanted,) = dualad.vjp(fn, a.astype(float))[1](ct.astype(np.result_type(ct, float))[()])
    assert back.dtype == dtype
    np.testing.assert_allclose(back.astype(float), wanted, rtol=10 * tolerance, atol=tolerance)


def test_gradient_magnitude_is_refused_where_scipy_rounds() -> None:
    for image in (np.arange(12).reshape(3, 4), np.array(2.0)):
        for run in (dualad.vjp, lambda f, x: dualad.jvp(f, (x,), (x * 0.5,))):
            with pytest.raises(Unsupported, match="images of floats"):
                run(lambda x: ndimage.gaussian_gradient_magnitude(x, 0.8), image)


def test_gradient_magnitude_at_mirrored_corners_which_have_none() -> None:
    image = rng.normal(size=(6, 7))
    check_grads(lambda x: ndimage.gaussian_gradient_magnitude(x, 0.9, mode="mirror"), (image,), order=1)


def test_points_given_twice_are_refused_in_both_modes() -> None:
    def hermite(y):
        return np.sum(si.KroghInterpolator(np.array([0.0, 0.0, 1.0, 1.0]), y)(np.array([0.3, 0.4])))

    for derivative in (dualad.grad(hermite), dualad.jacfwd(hermite)):
        with pytest.raises(Unsupported, match="no two points are the same"):
            derivative(rng.normal(size=4))


def test_what_a_surface_does_not_have_is_refused_by_name() -> None:
    def volume(z):
        return si.RectBivariateSpline(np.arange(5.0), np.arange(6.0), z).integral(0.3, 2.2, 0.2, 1.0)

    for derivative in (dualad.grad(volume), dualad.jacfwd(volume)):
        with pytest.raises(Unsupported, match="`integral` of a spline of two variables"):
            derivative(rng.normal(size=(5, 6)))


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (2, 0)])
def test_products_by_columns_of_nothing(shape) -> None:
    a = np.zeros(shape)
    for pulled in dualad.vjp(sl.khatri_rao, a, a)[1](sl.khatri_rao(a, a)):
        assert pulled.shape == shape


def test_toeplitz_matrices_of_nothing() -> None:
    assert dualad.vjp(sl.toeplitz, np.zeros(0))[1](np.zeros((0, 0)))[0].shape == (0,)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
@pytest.mark.parametrize(
    "resample",
    [lambda x: ss.resample(x, 5), lambda x: ss.resample(x, 24), lambda x: ss.resample_poly(x, 3, 2)],
    ids=["fewer", "more", "poly"],
)
def test_signals_sampled_anew_keep_their_dtype(resample, dtype) -> None:
    x = np.linspace(0.1, 1.0, 12).astype(dtype)
    found, t = dualad.jvp(resample, (x,), (x,))
    assert found.dtype == t.dtype == resample(x).dtype
    np.testing.assert_allclose(t, resample(x), rtol=0.02 if dtype is np.float16 else 1e-5)


def test_linear_operators_made_of_functions_are_refused_with_advice() -> None:
    def left(x):
        return np.sum(OPERATOR @ x)

    def right(x):
        return np.sum(x @ OPERATOR)

    def by_method(x):
        return np.sum(OPERATOR.matvec(x))

    def joined(x):
        return np.sum((OPERATOR + sla.aslinearoperator(np.eye(3))) @ x)

    for f in (left, right, by_method, joined):
        for run in (lambda f: dualad.grad(f)(np.ones(3)), lambda f: dualad.jvp(f, (np.ones(3),), (np.ones(3),))):
            with pytest.raises(DualadError, match="call the function that computes the product"):
                run(f)


OPERATOR = sla.LinearOperator((3, 3), matvec=lambda x: 2.0 * x, rmatvec=lambda x: 2.0 * x, dtype=float)


def test_linear_operators_of_what_is_differentiated_are_refused() -> None:
    def made(x):
        return np.sum(sla.aslinearoperator(np.diag(x)) @ x)

    def stored(x):
        buffer = np.eye(3)
        operator = sla.aslinearoperator(buffer)
        buffer[0] = x
        return np.sum(operator @ x)

    def scaled(x):
        return np.sum((x[0] * sla.aslinearoperator(np.eye(3))) @ x)

    for f in (made, stored, scaled):
        for run in (lambda f: dualad.grad(f)(np.ones(3)), lambda f: dualad.jvp(f, (np.ones(3),), (np.ones(3),))):
            with pytest.raises(DualadError):
                run(f)


def test_integrals_at_given_points_without_a_rule_are_refused() -> None:
    def f(y):
        return np.sum(scipy.integrate.cumulative_simpson(y, x=np.array([0.0, 1.0, 3.0])))

    for run in (lambda: dualad.grad(f)(np.ones(3)), lambda: dualad.jvp(f, (np.ones(3),), (np.ones(3),))):
        with pytest.raises(DualadError, match="without `x`"):
            run()


TRIANGLE = np.array([[-1.0, -1.0], [4.0, -1.0], [-1.0, 4.0], [4.0, 4.0]])
PLANE = si.LinearNDInterpolator(TRIANGLE, TRIANGLE[:, 0])
SQUARE = np.array([[2.0, 0.3], [0.3, 1.0]])


@pytest.mark.parametrize("use", [
    lambda A: sl.ldl(A)[0], lambda A: sl.schur(A)[0], lambda A: sl.signm(np.diag(A[0]) - 2.0 * np.eye(2)),
    lambda A: si.RBFInterpolator(TRIANGLE, A[0, 0] * TRIANGLE[:, 0], neighbors=2)(SQUARE),
    lambda A: si.LinearNDInterpolator(TRIANGLE, A[0, 0] * TRIANGLE[:, 0], rescale=True)(SQUARE),
    lambda A: si.griddata(TRIANGLE, A[0, 0] * TRIANGLE[:, 0], SQUARE, "cubic"),
    lambda A: PLANE(A),
    lambda A: ss.welch(A[0], window=("kaiser", A[0, 0]), nperseg=2)[1],
    lambda A: ss.welch(A[0], nperseg=2, detrend=np.square)[1],
    lambda A: sl.subspace_angles(np.outer(A[0], A[0]), SQUARE),
    lambda A: sl.funm(A, np.sin), lambda A: np.real(sl.eig(A, SQUARE, homogeneous_eigvals=True)[0]),
    lambda A: np.real(scipy.special.digamma(A + 1j)),
])  # fmt: skip
def test_calls_that_have_no_rule_are_refused(use) -> None:
    for run in (lambda: dualad.jvp(use, (SQUARE,), (SQUARE,)), lambda: dualad.grad(lambda A: np.sum(use(A)))(SQUARE)):
        with pytest.raises(Unsupported, match="derivative"):
            run()


def test_large_toeplitz_matrices_are_not_made() -> None:
    """Of 200,000 rows and columns, which would take 300 GB; and in numbers on a size that can be made."""
    n = 200_000
    column, x = np.zeros(n), np.ones(n)
    column[:2] = 1.0, 0.5
    gradients = dualad.grad(lambda c, x: np.sum(sl.matmul_toeplitz((c, c), x) ** 2), (0, 1))(column, x)
    assert [g.shape for g in gradients] == [(n,), (n,)]
    c, r, x, ct = rng.normal(size=(4, 70))
    (back, row), _ = dualad.vjp(lambda cr, x: sl.matmul_toeplitz(cr, x), (c, r), x)[1](ct)
    whole = np.outer(ct, x)
    np.testing.assert_allclose(back, [np.trace(whole, -k) for k in range(70)], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(row[1:], [np.trace(whole, k) for k in range(1, 70)], rtol=1e-10, atol=1e-12)
    check_grads(lambda c, x: sl.matmul_toeplitz(c, x), (c, x), order=2)
