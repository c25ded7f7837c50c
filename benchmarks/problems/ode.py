"""Runge-Kutta's method of order four on y_1' = x_1, y_i' = x_i y_(i-1): the last component, in the coefficients x."""

import numpy as np

ARGNUMS = (0,)
SIZES = {"small": (10, 10), "medium": (1000, 50)}
BARRED = False


def arguments(n, steps):
    rng = np.random.default_rng(0)
    return 1.0 + 0.1 * rng.normal(size=n), steps


def slope(x, y):
    return np.concatenate((x[:1], x[1:] * y[:-1]))


def program(x, steps):
    h = 1.0 / steps
    y = np.zeros(len(x))
    for _ in range(steps):
        k1 = slope(x, y)
        k2 = slope(x, y + 0.5 * h * k1)
        k3 = slope(x, y + 0.5 * h * k2)
        k4 = slope(x, y + h * k3)
        y = y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y)


def jax_program(x, steps):
    import jax
    import jax.numpy as jnp

    def f(y):
        return jnp.concatenate((x[:1], x[1:] * y[:-1]))

    h = 1.0 / steps

    def step(_, y):
        k1 = f(y)
        k2 = f(y + 0.5 * h * k1)
        k3 = f(y + 0.5 * h * k2)
        k4 = f(y + h * k3)
        return y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

    return jnp.sum(jax.lax.fori_loop(0, steps, step, jnp.zeros(len(x))))


def by_hand(x, steps):
    h = 1.0 / steps
    y = np.zeros(len(x))
    tape = []
    tail = x[1:]
    for _ in range(steps):
        k1 = slope(x, y)
        y2 = y + 0.5 * h * k1
        k2 = slope(x, y2)
        y3 = y + 0.5 * h * k2
        k3 = slope(x, y3)
        y4 = y + h * k3
        tape.append((y, y2, y3, y4))
        y = y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + slope(x, y4))

    x_bar = np.zeros(len(x))

    def pull(k_bar, y):
        """The cotangent of y from that of its slope; x's is added to."""
        x_bar[0] += k_bar[0]
        x_bar[1:] += k_bar[1:] * y[:-1]
        y_bar = np.zeros(len(x))
        y_bar[:-1] = k_bar[1:] * tail
        return y_bar

    y_bar = np.ones(len(x))
    for y, y2, y3, y4 in reversed(tape):
        k4_bar = h / 6.0 * y_bar
        k2_bar = 2.0 * k4_bar
        y4_bar = pull(k4_bar, y4)
        y3_bar = pull(k2_bar + h * y4_bar, y3)
        y2_bar = pull(k2_bar + 0.5 * h * y3_bar, y2)
        y_bar = y_bar + y4_bar + y3_bar + y2_bar + pull(k4_bar + 0.5 * h * y2_bar, y)
    return x_bar


def by_hand_out(x, steps):
    h = 1.0 / steps
    n = len(x)
    y = np.zeros(n)
    first, tail = x[0], x[1:]
    tape = []
    k, total = np.empty(n), np.empty(n)
    k[0] = first

    def advance(y, k, factor):
        moved = factor * k
        moved += y
        return moved

    for _ in range(steps):
        k[0] = first
        np.multiply(tail, y[:-1], out=k[1:])
        total[:] = k
        kept = [y]
        for factor, weight in ((0.5 * h, 2.0), (0.5 * h, 2.0), (h, 1.0)):
            moved = advance(y, k, factor)
            kept.append(moved)
            k[0] = first
            np.multiply(tail, moved[:-1], out=k[1:])
            total += k
            if weight == 2.0:
                total += k
        tape.append(kept)
        total *= h / 6.0
        y = y + total

    x_bar = np.zeros(n)
    inner, scratch = x_bar[1:], np.empty(n - 1)
    y_bar = np.ones(n)
    k_bar, part, sum_bar = np.empty(n), np.empty(n), np.empty(n)
    for kept in reversed(tape):
        np.multiply(y_bar, h / 6.0, out=sum_bar)
        part[:] = sum_bar
        for i in (3, 2, 1, 0):
            x_bar[0] += part[0]
            inner += np.multiply(part[1:], kept[i][:-1], out=scratch)
            np.multiply(part[1:], tail, out=k_bar[:-1])
            k_bar[-1] = 0.0
            y_bar += k_bar
            if i:
                np.multiply(k_bar, h if i == 3 else 0.5 * h, out=part)
                part += sum_bar
                if i > 1:
                    part += sum_bar
    return x_bar
