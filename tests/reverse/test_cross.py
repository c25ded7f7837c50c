"""Cross products whose vectors are taken to be in space, and lengths that literal cuts are known to have."""

import numpy as np
import pytest

import dualad
from dualad.analysis.results import sliced

PLANE = np.array([[1.0, 2.0], [3.0, 5.0], [0.5, -1.0]])


def turned(x, y):
    return np.sum((np.cross(x[:, :3], y) * 2.0 + y) ** 2)


def area(p, q):
    return p[0] * q[1] - p[1] * q[0] if p.ndim == 1 else np.cross(p, q)


def with_a_callee(w):
    return np.sum(w * area(PLANE, PLANE[::-1]))


def by_itself(w):
    return np.sum(w * np.cross(PLANE, PLANE[::-1]))


def named(x):
    return np.sum(np.linalg.cross(x[:3], x[3:]) ** 2)


def test_what_comes_after_a_cross_product_knows_its_dimensions():
    text = dualad.source(dualad.grad(turned, (0, 1)), np.ones((2, 5)), np.ones((2, 3)))
    assert "cross_in_space(" in text and "fit(" not in text and "add_slot(" not in text


def test_vectors_that_numpy_has_in_space_only_are_not_looked_at():
    assert "np.linalg.cross(" in dualad.source(dualad.grad(named), np.ones(6))


def numpy_takes_vectors_in_the_plane():
    """Whether it still does: it was deprecated with NumPy 2.0."""
    try:
        np.cross(PLANE, PLANE)
    except ValueError:
        return False
    return True


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
def test_vectors_in_the_plane_are_right_or_refused():
    with pytest.raises(dualad.Unsupported, match="vectors in the plane"):
        dualad.grad(by_itself)(np.ones(3))
    if numpy_takes_vectors_in_the_plane():
        expected = PLANE[:, 0] * PLANE[::-1, 1] - PLANE[:, 1] * PLANE[::-1, 0]
        np.testing.assert_allclose(dualad.grad(with_a_callee)(np.ones(3)), expected, rtol=1e-13)
    else:
        with pytest.raises(ValueError, match="dimension"):  # NumPy's own
            dualad.grad(with_a_callee)(np.ones(3))


@pytest.mark.parametrize("key", [slice(3, 6), slice(-2, None), slice(None, None, 2), slice(4, 5), slice(7, 3)])
def test_cuts_of_known_lengths_have_known_lengths(key):
    length = np.zeros(9)[key].size
    assert sliced("=9", key) == (1 if length == 1 else f"={length}")
    assert str(sliced("n", key)).startswith("?")
