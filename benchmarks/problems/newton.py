"""Kepler's equation by Newton's iteration until it converges, on floats: mean of the anomalies in the eccentricity."""

import math

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (1,), "medium": (200,)}


def arguments(n):
    return 0.4, np.linspace(0.5, 3.0, n).tolist()


def anomaly(e, mean):
    """The eccentric anomaly."""
    x = mean
    f = x - e * math.sin(x) - mean
    while abs(f) > 1e-12:
        x = x - f / (1.0 - e * math.cos(x))
        f = x - e * math.sin(x) - mean
    return x


def program(e, means):
    total = 0.0
    for mean in means:
        total = total + anomaly(e, mean)
    return total / len(means)


def jax_program(e, means):
    import jax
    import jax.numpy as jnp

    means = jnp.array(means)

    def residual(x):
        return x - e * jnp.sin(x) - means

    def step(_, x):  # a fixed number of passes: `while_loop` has no reverse mode
        return x - residual(x) / (1.0 - e * jnp.cos(x))

    return jnp.mean(jax.lax.fori_loop(0, 6, step, means))


def anomaly_by_hand(e, mean, x_bar):
    tape = []
    x = mean
    sin = math.sin(x)
    f = x - e * sin - mean
    while abs(f) > 1e-12:
        cos = math.cos(x)
        slope = 1.0 - e * cos
        ratio = f / slope
        tape.append((sin, cos, slope, ratio))
        x = x - ratio
        sin = math.sin(x)
        f = x - e * sin - mean
    e_bar = f_bar = 0.0
    following = math.cos(x)
    for before, cos, slope, ratio in reversed(tape):
        x_bar += f_bar - f_bar * e * following
        e_bar -= f_bar * sin
        f_bar = -x_bar / slope
        slope_bar = -f_bar * ratio
        e_bar -= slope_bar * cos
        x_bar += slope_bar * e * before
        sin, following = before, cos
    return e_bar - f_bar * sin


def by_hand(e, means):
    each = 1.0 / len(means)
    e_bar = 0.0
    for mean in means:
        e_bar += anomaly_by_hand(e, mean, each)
    return e_bar
