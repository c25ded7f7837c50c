"""`docs/numerics.md`: the tests that it names exist, and what nothing else tests of it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg

import dualad

HERE = Path(__file__).parent
PAGE = (HERE.parent.parent / "docs" / "numerics.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)))


def test_the_page_names_tests() -> None:
    assert len(NAMED) >= 20


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_named_tests_exist(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (HERE / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_statements_name_tests() -> None:
    statements = re.findall(r"^\* .*(?:\n  .*)*", PAGE, re.MULTILINE)
    assert not [s for s in statements if "::test_" not in s]


WEIGHTS = np.array([[0.3, 1.0, 0.2], [2.0, -1.0, 0.5], [0.1, 0.4, 0.9]])


@pytest.mark.parametrize(
    "f", [scipy.linalg.expm, scipy.linalg.sqrtm, lambda a: np.linalg.matrix_power(a, 3)], ids=["expm", "sqrtm", "power"]
)
def test_functions_of_matrices_with_equal_eigenvalues(f) -> None:
    a, t = np.diag([1.0, 2.0, 2.0]), WEIGHTS + WEIGHTS.T

    def weighted(a):
        return np.sum(WEIGHTS * f(a))

    expected = (weighted(a + 1e-5 * t) - weighted(a - 1e-5 * t)) / 2e-5
    np.testing.assert_allclose(np.sum(dualad.grad(weighted)(a) * t), expected, rtol=1e-7)
    np.testing.assert_allclose(dualad.jvp(weighted, (a,), (t,))[1], expected, rtol=1e-7)


def test_gradients_of_complex_arguments() -> None:
    z, t = 1 + 2j, 0.3 - 0.5j
    g = dualad.grad(lambda z: abs(z) ** 2)(z)
    assert g == pytest.approx(2 * np.conj(z))
    assert dualad.jvp(lambda z: abs(z) ** 2, (z,), (t,))[1] == pytest.approx((g * t).real)
