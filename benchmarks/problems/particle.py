"""A charged particle flies past two charges, one of which `w` moves, and hits the ground: the square of where it does.

The force is the gradient of a potential, taken inside (Siskind and Pearlmutter's example).
"""

import math

import numpy as np

from dualad import grad

ARGNUMS = (0,)
SIZES = {"small": (0.1,), "medium": (0.01,)}
BARRED = False


def arguments(h):
    return 0.1, h


def potential(x, charges):
    total = 0.0
    for i in range(2):
        d = x - charges[i]
        total = total + 1.0 / np.sqrt(np.dot(d, d))
    return total


def program(w, h):
    charges = np.array([[10.0, 10.0 - w], [10.0, 0.0]])
    force = grad(potential)
    x, v = np.array([0.0, 8.0]), np.array([0.75, 0.0])
    ahead = x + h * v
    while ahead[1] > 0.0:
        v = v - h * force(x, charges)
        x = ahead
        ahead = x + h * v
    t = -x[1] / v[1]
    end = x[0] + t * v[0]
    return end * end


def functional(w, h):
    charges = np.stack((np.stack((0.0 * w + 10.0, 10.0 - w)), np.stack((0.0 * w + 10.0, 0.0 * w))))
    force = grad(potential)
    x, v = np.stack((0.0 * w, 0.0 * w + 8.0)), np.stack((0.0 * w + 0.75, 0.0 * w))
    ahead = x + h * v
    while ahead[1] > 0.0:
        v = v - h * force(x, charges)
        x = ahead
        ahead = x + h * v
    t = -x[1] / v[1]
    end = x[0] + t * v[0]
    return end * end


def jax_program(w, h):
    import jax
    import jax.numpy as jnp

    charges = jnp.array([[10.0, 10.0 - w], [10.0, 0.0]])

    def force(x):
        return jax.grad(lambda x: jnp.sum(1.0 / jnp.sqrt(jnp.sum((x - charges) ** 2, axis=1))))(x)

    def step(xv):
        x, v = xv
        return x + h * v, v - h * force(x)

    start = jnp.array([0.0, 8.0]), jnp.array([0.75, 0.0])
    x, v = jax.lax.while_loop(lambda xv: xv[0][1] + h * xv[1][1] > 0.0, step, start)
    end = x[0] - x[1] / v[1] * v[0]
    return end * end


JAX_FORWARD = True  # `while_loop` has no reverse mode


def by_hand(w, h):
    charges = np.array([[10.0, 10.0 - w], [10.0, 0.0]])
    x, v = np.array([0.0, 8.0]), np.array([0.75, 0.0])
    ahead = x + h * v
    tape = []
    while ahead[1] > 0.0:
        kept = []
        force = 0.0
        for i in range(2):
            d = x - charges[i]
            r2 = float(np.dot(d, d))
            cube = -1.0 / (r2 * math.sqrt(r2))
            force = force + cube * d
            kept.append((d, r2, cube))
        tape.append(kept)
        v = v - h * force
        x = ahead
        ahead = x + h * v
    t = -x[1] / v[1]
    end = x[0] + t * v[0]
    end_bar = 2.0 * end
    t_bar = end_bar * v[0]
    x_bar = np.array([end_bar, -t_bar / v[1]])
    v_bar = np.array([end_bar * t, -t_bar * t / v[1]])
    charges_bar = np.zeros((2, 2))
    for kept in reversed(tape):
        ahead_bar = x_bar  # the position that became x
        force_bar = -h * v_bar
        before = np.zeros(2)
        for i in (1, 0):
            d, r2, cube = kept[i]
            r2_bar = -1.5 * np.dot(force_bar, d) * cube / r2
            d_bar = cube * force_bar + (2.0 * r2_bar) * d
            before += d_bar
            charges_bar[i] -= d_bar
        x_bar = before + ahead_bar
        v_bar = v_bar + h * ahead_bar
    return -charges_bar[0, 1]
