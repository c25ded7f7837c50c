"""A saddle point by gradients inside: the maximum of f(x, .) as gradient ascent finds it, in x.

f(x, y) = |x|^2 - |y|^2 + x.y, maximised by gradient descent with a step that adapts (Siskind and Pearlmutter's example
has the same iteration without the product).
"""

import numpy as np

from dualad import grad

ARGNUMS = (0,)
SIZES = {"small": (1e-2,), "medium": (1e-5,)}
BARRED = False


def arguments(tolerance):
    return np.array([1.0, 0.7]), tolerance


def cost(y, x):
    return np.dot(y, y) - np.dot(x, x) - np.dot(x, y)


def program(x, tolerance):
    slope = grad(cost)
    y = np.array([1.0, 1.0])
    eta, good = 1e-3, 0
    value, g = cost(y, x), slope(y, x)
    while np.dot(g, g) > tolerance * tolerance:
        if good == 10:
            eta, good = 2.0 * eta, 0
        ahead = y - eta * g
        found = cost(ahead, x)
        if found < value:
            y, value, good = ahead, found, good + 1
            g = slope(y, x)
        else:
            eta, good = 0.5 * eta, 0
    return -value


def functional(x, tolerance):
    slope = grad(cost)
    y = 0.0 * x + 1.0
    eta, good = 1e-3, 0
    value, g = cost(y, x), slope(y, x)
    while np.dot(g, g) > tolerance * tolerance:
        if good == 10:
            eta, good = 2.0 * eta, 0
        ahead = y - eta * g
        found = cost(ahead, x)
        if found < value:
            y, value, good = ahead, found, good + 1
            g = slope(y, x)
        else:
            eta, good = 0.5 * eta, 0
    return -value


def jax_program(x, tolerance):
    import jax
    import jax.numpy as jnp

    slope = jax.grad(cost_of_jax)

    def going(state):
        return jnp.dot(state[2], state[2]) > tolerance * tolerance

    def step(state):
        y, value, g, eta, good = state
        eta, good = jnp.where(good == 10, 2.0 * eta, eta), jnp.where(good == 10, 0, good)
        ahead = y - eta * g
        found = cost_of_jax(ahead, x)
        better = found < value
        y, value = jnp.where(better, ahead, y), jnp.where(better, found, value)
        return y, value, slope(y, x), jnp.where(better, eta, 0.5 * eta), jnp.where(better, good + 1, 0)

    y = jnp.array([1.0, 1.0])
    return -jax.lax.while_loop(going, step, (y, cost_of_jax(y, x), slope(y, x), 1e-3, 0))[1]


JAX_FORWARD = True  # `while_loop` has no reverse mode


def cost_of_jax(y, x):
    return (y * y).sum() - (x * x).sum() - (x * y).sum()


def by_hand(x, tolerance):
    y = np.array([1.0, 1.0])
    eta, good = 1e-3, 0
    value, g = cost(y, x), 2.0 * y - x
    etas = []
    while np.dot(g, g) > tolerance * tolerance:
        if good == 10:
            eta, good = 2.0 * eta, 0
        ahead = y - eta * g
        found = cost(ahead, x)
        if found < value:
            y, value, good = ahead, found, good + 1
            g = 2.0 * y - x
            etas.append(eta)
        else:
            eta, good = 0.5 * eta, 0
    y_bar = x - 2.0 * y
    x_bar = 2.0 * x + y
    for eta in reversed(etas):
        g_bar = -eta * y_bar
        y_bar = y_bar + 2.0 * g_bar
        x_bar -= g_bar
    return x_bar
