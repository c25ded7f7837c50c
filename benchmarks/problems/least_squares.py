"""Linear least squares: half the squared norm of the residual, in the unknowns."""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (20, 5), "medium": (2000, 200)}


def arguments(n, m):
    rng = np.random.default_rng(0)
    return rng.normal(size=m), rng.normal(size=(n, m)), rng.normal(size=n)


def program(x, A, b):
    r = A @ x - b
    return 0.5 * np.sum(r * r)


def by_hand(x, A, b):
    r = A @ x - b
    return A.T @ r


def by_hand_out(x, A, b):
    r = A @ x
    r -= b
    return A.T @ r
