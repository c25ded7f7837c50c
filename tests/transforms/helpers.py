"""Checks that tests of transforms share."""

import numpy as np


def near(a, b, rtol=1e-10, atol=1e-12):
    np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)
