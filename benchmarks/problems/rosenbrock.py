"""Rosenbrock's function, vectorised."""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (10,), "medium": (100_000,)}


def arguments(n):
    return (np.random.default_rng(0).normal(size=n),)


def program(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def by_hand(x):
    head = x[:-1]
    t = x[1:] - head**2
    s = 1.0 - head
    x_bar = np.zeros(x.shape)
    t_bar = 200.0 * t
    x_bar[1:] = t_bar
    x_bar[:-1] -= t_bar * (2.0 * head) + 2.0 * s
    return x_bar


def by_hand_out(x):
    head = x[:-1]
    t = head**2
    np.subtract(x[1:], t, out=t)
    s = 1.0 - head
    t *= 200.0
    x_bar = np.empty(x.shape)
    x_bar[0] = 0.0
    x_bar[1:] = t
    t *= head
    t += s
    t *= 2.0
    x_bar[:-1] -= t
    return x_bar
