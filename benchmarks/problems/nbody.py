"""Bodies under gravity, pair by pair, positions and velocities moved in place: the energy at the end."""

import numpy as np

ARGNUMS = (0, 1)
SIZES = {"small": (3, 10), "medium": (8, 20)}
BARRED = False


def arguments(n, steps):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, 3)), 0.1 * rng.normal(size=(n, 3)), rng.uniform(0.5, 1.5, n), 0.01, steps


def program(x0, v0, m, h, steps):
    x, v = x0.copy(), v0.copy()
    n = len(m)
    for _ in range(steps):
        for i in range(n):
            for j in range(i):
                d = x[i] - x[j]
                r2 = np.dot(d, d) + 0.01
                pull = (h / (r2 * np.sqrt(r2))) * d
                v[i] -= m[j] * pull
                v[j] += m[i] * pull
        x += h * v
    return 0.5 * np.sum(m * np.sum(v * v, axis=1)) + np.sum(x * x)


def functional(x0, v0, m, h, steps):
    x, v = [x0[i] for i in range(len(m))], [v0[i] for i in range(len(m))]
    n = len(m)
    for _ in range(steps):
        for i in range(n):
            for j in range(i):
                d = x[i] - x[j]
                r2 = np.dot(d, d) + 0.01
                pull = (h / (r2 * np.sqrt(r2))) * d
                v[i] = v[i] - m[j] * pull
                v[j] = v[j] + m[i] * pull
        x = [x[i] + h * v[i] for i in range(n)]
    total = 0.0
    for i in range(n):
        total = total + 0.5 * m[i] * np.dot(v[i], v[i]) + np.dot(x[i], x[i])
    return total


def jax_program(x0, v0, m, h, steps):
    import jax
    import jax.numpy as jnp

    def step(_, xv):
        x, v = xv
        d = x[:, None] - x[None]
        r2 = jnp.sum(d * d, axis=2) + 0.01
        v = v - jnp.sum((m * h / (r2 * jnp.sqrt(r2)))[:, :, None] * d, axis=1)
        return x + h * v, v

    x, v = jax.lax.fori_loop(0, steps, step, (x0, v0))
    return 0.5 * jnp.sum(m * jnp.sum(v * v, axis=1)) + jnp.sum(x * x)


def by_hand(x0, v0, m, h, steps):
    x, v = x0.copy(), v0.copy()
    n = len(m)
    tape = []
    for _ in range(steps):
        for i in range(n):
            for j in range(i):
                d = x[i] - x[j]
                r2 = np.dot(d, d) + 0.01
                root = np.sqrt(r2)
                cube = r2 * root
                factor = h / cube
                pull = factor * d
                v[i] -= m[j] * pull
                v[j] += m[i] * pull
                tape.append((d, r2, root, cube, factor))
        x += h * v
    x_bar = 2.0 * x
    v_bar = m[:, None] * v
    tape.reverse()
    kept = iter(tape)
    for _ in range(steps):
        v_bar += h * x_bar
        for i in range(n - 1, -1, -1):
            for j in range(i - 1, -1, -1):
                d, r2, root, cube, factor = next(kept)
                pull_bar = m[i] * v_bar[j] - m[j] * v_bar[i]
                cube_bar = -np.dot(pull_bar, d) * factor / cube
                r2_bar = cube_bar * root + cube_bar * r2 * 0.5 / root
                d_bar = factor * pull_bar + (2.0 * r2_bar) * d
                x_bar[i] += d_bar
                x_bar[j] -= d_bar
    return x_bar, v_bar


by_hand_out = by_hand  # three numbers an array: nothing to win
