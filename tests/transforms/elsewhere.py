"""A helper in a module of its own, which a function that calls it does not have the globals of: it is not inlined."""

import numpy as np


def lengths(x, p):
    """Square roots where they are, in a loop and a branch."""
    s = 0.0
    for i in range(2):
        if p > 0:
            s = s + np.sum(np.where(x > 0, np.sqrt(np.abs(x)), 0.0)) * (i + 1) + np.sum(np.logaddexp2(x, 1.0) * p) * i
    return s


def quotients(x, p):
    """What divides by zero itself, where the result is not used."""
    s = 0.0
    for _ in range(2):
        if p > 0:
            s = s + np.sum(np.where(x > 0, 1.0 / x, 0.0)) + np.sum(np.where(x > 0, np.sqrt(x), 0.0))
    return s


def fading(x, p):
    """Where the exponential of the partial overflows, and nothing else."""
    return np.sum(np.logaddexp(0.0, x) * p) if p > 0 else np.sum(x)
