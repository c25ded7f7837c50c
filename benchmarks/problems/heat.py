"""The heat equation by an explicit stencil in place: the energy at the end, in the start and the conductivity."""

import numpy as np

ARGNUMS = (0, 1)
SIZES = {"small": (50, 20), "medium": (1000, 200)}


def arguments(n, steps):
    return np.random.default_rng(0).normal(size=n), 0.2, steps


def program(u0, k, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def functional(u0, k, steps):
    u = u0
    for _ in range(steps):
        u = np.concatenate((u[:1], u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2]), u[-1:]))
    return np.sum(u * u)


def jax_program(u0, k, steps):
    import jax
    import jax.numpy as jnp

    def step(u, _):
        return u.at[1:-1].add(k * (u[2:] - 2.0 * u[1:-1] + u[:-2])), None

    u, _ = jax.lax.scan(step, u0, None, length=steps)
    return jnp.sum(u * u)


def by_hand(u0, k, steps):
    u = u0.copy()
    tape = []
    for _ in range(steps):
        v = u[2:] - 2.0 * u[1:-1] + u[:-2]
        u[1:-1] += k * v
        tape.append(v)
    u_bar = 2.0 * u
    k_bar = 0.0
    for v in reversed(tape):
        share = u_bar[1:-1]
        k_bar = k_bar + (share * v).sum()
        v_bar = k * share
        u_bar[2:] += v_bar
        u_bar[1:-1] -= 2.0 * v_bar
        u_bar[:-2] += v_bar
    return u_bar, float(k_bar)


def by_hand_out(u0, k, steps):
    u = u0.copy()
    inner, scratch = u[1:-1], np.empty(len(u) - 2)
    tape = []
    for _ in range(steps):
        v = np.multiply(inner, -2.0)
        v += u[2:]
        v += u[:-2]
        np.multiply(v, k, out=scratch)
        inner += scratch
        tape.append(v)
    u *= 2.0
    k_bar = 0.0
    left, right = u[:-2], u[2:]
    v_bar = scratch
    for v in reversed(tape):
        v *= inner
        k_bar = k_bar + v.sum()
        np.multiply(inner, k, out=v_bar)
        left += v_bar
        right += v_bar
        v_bar *= 2.0
        inner -= v_bar
    return u, float(k_bar)
