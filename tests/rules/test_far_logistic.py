"""Second derivatives of sums of exponentials far from where they bend are zero, not undefined."""

import numpy as np
import pytest

from dualad import grad, hessian, hvp, jacfwd, jacrev

Z = np.array([-2500.0, -800.0, 800.0, 2500.0, 0.0])


def far(x, p):
    s = 0.0
    for i in range(2):
        if p > 0:
            s = s + np.sum(np.logaddexp(0.0, x)) * i + np.sum(np.logaddexp2(x, 1.0) * p) * i
    return s


WAYS = [hessian, lambda f: jacrev(grad(f)), lambda f: jacfwd(jacfwd(f)), lambda f: jacrev(jacrev(f))]


@pytest.mark.parametrize("of", WAYS)
def test_second_derivatives(of):
    share = 1 / (1 + 2.0**1)  # at 0, where all but the last are far away
    expected = np.diag([0.0, 0.0, 0.0, 0.0, 0.25 + 0.5 * np.log(2) * share * (1 - share)])
    np.testing.assert_allclose(of(lambda x: far(x, 0.5))(Z), expected, rtol=1e-12, atol=1e-100)


def test_products_are_finite():
    assert np.all(np.isfinite(hvp(lambda x: far(x, 0.5), (Z,), (np.ones(5),))))
