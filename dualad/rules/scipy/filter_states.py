"""`scipy.signal`: filters that go on from a state, and the states in which they start.

With coefficients divided by `a[0]`, what a state adds to the signal is the state itself, run through the recursive part
of the filter (the transposed direct form II, by which SciPy filters).
"""

from __future__ import annotations

import numpy as np
import scipy.signal as ss

from dualad.registry import defined, otherwise

__dualad_lift__ = True


def scaled(b, a):
    """Coefficients of a filter, equally many, of which the first one of the recursion is 1."""
    b, a = np.atleast_1d(b) / a[0], np.atleast_1d(a) / a[0]
    n = max(np.shape(b)[0], np.shape(a)[0])
    return lengthened(b, n), lengthened(a, n)


def lengthened(c, n):
    """Coefficients with zeros behind, `n` in all."""
    return np.concatenate([c, np.zeros(n - np.shape(c)[0], c.dtype)])


def final_state(b, a, x, y, start):
    """What is left in a filter after a signal, which runs along the last axis as states do."""
    n, order = np.shape(x)[-1], np.shape(b)[0] - 1
    found = []
    for k in range(order):
        total = start[..., k + n] if k + n < order else np.zeros_like(start[..., 0])
        for j in range(k + 1, min(order, k + n) + 1):
            total = total + b[j] * x[..., n + k - j] - a[j] * y[..., n + k - j]
        found.append(total)
    return np.stack(found, axis=-1) if found else np.zeros_like(start)


def lfilter(b, a, x, axis=-1, zi=None):
    """`lfilter` that starts in a state: the signal, and the state at its end."""
    if zi is None:
        return ss.lfilter(b, a, x, axis)
    b, a = scaled(b, a)
    x, start = np.moveaxis(np.asarray(x), axis, -1), np.moveaxis(np.asarray(zi), axis, -1)
    start = start + np.zeros((*np.shape(x)[:-1], np.shape(b)[0] - 1), start.dtype)
    n = np.shape(x)[-1]
    entering = np.concatenate([start, np.zeros_like(x)], axis=-1)[..., :n]
    y = ss.lfilter(b, a, x) + ss.lfilter(np.ones(1, a.dtype), a, entering)
    return np.moveaxis(y, -1, axis), np.moveaxis(final_state(b, a, x, y, start), -1, axis)


def sosfilt(sos, x, axis=-1, zi=None):
    """`sosfilt` that starts in a state: the signal, and the states of its sections at its end."""
    if zi is None:
        return ss.sosfilt(sos, x, axis)
    states = []
    for k in range(np.shape(sos)[0]):
        x, state = ss.lfilter(sos[k, :3], sos[k, 3:], x, axis=axis, zi=zi[k])
        states.append(state)
    return x, np.stack(states)


def lfilter_zi(b, a):
    """`lfilter_zi`: the state that a signal of ones leaves as it is."""
    b, a = scaled(b, a)
    moved = b[1:] - a[1:] * b[0]
    first = np.sum(moved) / np.sum(a)
    later = [np.sum(a[: k + 1]) * first - np.sum(moved[:k]) for k in range(1, np.shape(b)[0] - 1)]
    return np.stack([first, *later])


def sosfilt_zi(sos):
    """`sosfilt_zi`: of each section, which is given what the ones before it make of ones."""
    found, level = [], 1.0
    for k in range(np.shape(sos)[0]):
        found.append(level * ss.lfilter_zi(sos[k, :3], sos[k, 3:]))
        level = level * np.sum(sos[k, :3]) / np.sum(sos[k, 3:])
    return np.stack(found)


otherwise(ss.lfilter, lfilter)
otherwise(ss.sosfilt, sosfilt)
defined(ss.lfilter_zi, lfilter_zi)
defined(ss.sosfilt_zi, sosfilt_zi)
