"""Checks that tests of forward mode share."""

import numpy as np

from dualad import forward, tree


def D(f, *args):
    """The derivative of f along ones in every float."""
    return forward.jvp(f, args, tree.map(ones, args))[1]


def ones(x):
    if isinstance(x, (np.ndarray, np.generic)):
        return np.ones_like(x) if x.dtype.kind in "fc" else None
    return 1.0 if isinstance(x, (float, complex)) else None


def flat(result):
    parts = [np.ravel(v) for v in tree.leaves(result) if isinstance(v, (float, complex, np.ndarray, np.generic))]
    return np.concatenate(parts) if parts else np.zeros(0)


def fresh(args):
    return tree.map(lambda x: x.copy() if isinstance(x, np.ndarray) else x, args)


def check(f, *args, step=1e-6, rtol=1e-6):
    """jvp gives the value that f gives, a tangent near differences, and leaves its arguments alone."""
    rng = np.random.default_rng(0)

    def direction(x):
        if ones(x) is None:
            return None
        t = rng.uniform(0.5, 1.5, np.shape(x))
        return t.astype(x.dtype) if isinstance(x, (np.ndarray, np.generic)) else float(t)

    def moved(h):
        return tree.map(lambda x, t: x if t is None else x + h * t, args, tangents)

    tangents = tree.map(direction, args)
    before = fresh(args)
    y, dy = forward.jvp(f, args, tangents)
    for a, b in zip(tree.leaves(args), tree.leaves(before)):
        assert np.array_equal(a, b), "an argument was changed"
    np.testing.assert_array_equal(flat(y), flat(f(*fresh(args))))
    want = (flat(f(*moved(step))) - flat(f(*moved(-step)))) / (2 * step)
    np.testing.assert_allclose(flat(dy), want, rtol=rtol, atol=1e-7)
    return dy
