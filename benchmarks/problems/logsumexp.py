"""The logarithm of a sum of exponentials, shifted by the largest."""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (100,), "medium": (50_000,)}


def arguments(n):
    return (np.random.default_rng(0).normal(size=n),)


def program(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def by_hand(x):
    m = np.max(x)
    e = np.exp(x - m)
    x_bar = (1.0 / np.sum(e)) * e
    m_bar = 1.0 - x_bar.sum()
    ties = x == m
    x_bar += (m_bar / ties.sum()) * ties
    return x_bar


def by_hand_out(x):
    m = np.max(x)
    e = x - m
    np.exp(e, out=e)
    e *= 1.0 / e.sum()
    m_bar = 1.0 - e.sum()
    ties = x == m
    e += (m_bar / ties.sum()) * ties
    return e
