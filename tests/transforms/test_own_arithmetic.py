"""Values with arithmetic of their own beside numbers that a derivative is taken in: right, or refused in both modes."""

from __future__ import annotations

import datetime
import statistics
import warnings

import numpy as np
import pytest
import scipy.sparse.linalg as sla

from dualad import DualadError, grad, jvp
from dualad.testing import check_grads

MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
with warnings.catch_warnings():
    warnings.simplefilter("ignore", PendingDeprecationWarning)  # NumPy's, of matrices
    MATRIX = np.asmatrix([[1.0, 2.0, 0.5], [0.3, 1.0, 0.2], [0.1, 0.4, 1.5]])
HOUR = datetime.timedelta(hours=1)
NORMAL = statistics.NormalDist(0.2, 1.3)
OPERATOR = sla.aslinearoperator(np.diag([1.0, 2.0, 3.0]))
QUADRATIC = np.poly1d([1.0, 2.0, 3.0])
X = np.array([0.3, 0.7, 1.2])

REFUSED = {
    "masked product": lambda x: np.sum(MASKED * x),
    "masked ufunc": lambda x: np.sum(np.multiply(MASKED, x)),
    "masked sum": lambda x: (x + MASKED).sum(),
    "masked item": lambda x: (x + MASKED)[0],
    "masked residuals": lambda x: np.mean((x - MASKED) ** 2),
    "masked dot": lambda x: np.dot(MASKED, x),
    "masked in a function": lambda x: np.sum(np.ma.array(x, mask=[False, True, False])),
    "matrix product": lambda x: np.sum(x * MATRIX),
    "matrix item": lambda x: (x + MATRIX)[0, 0],
    "duration": lambda x: (HOUR * x[0]).total_seconds(),
    "distribution": lambda x: (NORMAL + x[0]).pdf(0.3),
    "distribution that is made": lambda x: statistics.NormalDist(x[0], 1.0).cdf(0.4),
    "linear operator": lambda x: np.sum((x[0] * OPERATOR) @ np.ones(3)),
    "polynomial": lambda x: (QUADRATIC * x[0])(2.0),
}


@pytest.mark.parametrize("name", REFUSED)
def test_never_wrong(name) -> None:
    for mode in ("fwd", "rev"):
        try:
            check_grads(REFUSED[name], (X,), order=1, modes=(mode,))
        except DualadError:
            continue


@pytest.mark.parametrize("name", ["masked sum", "masked residuals", "matrix item"])
def test_advice(name) -> None:
    """The error says what was seen and what to write, and names no error of NumPy's."""
    f = REFUSED[name]
    for transform in (grad(f), lambda x: jvp(f, (x,), (x,))):
        with pytest.raises(DualadError, match=r"(?s)a masked array beside.*filled|a matrix beside.*np.asarray"):
            transform(X)


@pytest.mark.parametrize("data", [MASKED, MATRIX[0]], ids=["masked", "matrix"])
def test_as_another_argument(data) -> None:
    def loss(x, y):
        return np.sum((x - y) ** 2) if isinstance(y, np.ma.MaskedArray) else np.sum(x - y)

    with pytest.raises(DualadError, match="beside a number"):
        grad(loss)(X, data)
    with pytest.raises(DualadError, match="beside a number"):
        jvp(lambda x: loss(x, data), (X,), (X,))


def test_what_becomes_an_array_is_right() -> None:
    """The mask is used, not ignored."""
    def f(x):
        return np.sum(np.where(MASKED.mask, 0.0, MASKED.filled(0.0) * x**2)) + np.sum(np.asarray(MATRIX) @ x)

    check_grads(f, (X,), order=2)


def test_a_duration_beside_constants() -> None:
    """What depends on nothing that is differentiated in is computed as ever."""
    def f(x):
        seconds = (HOUR * 2).total_seconds()
        return np.sum(x) * seconds + (NORMAL + 1.0).mean

    np.testing.assert_array_equal(grad(f)(X), 7200.0)
