"""Nested derivatives: a saddle point, and steering a particle; each derivative in forward or reverse mode.

    python examples/saddle_particle.py

Both problems are from Pearlmutter and Siskind, Using programming language theory to make automatic differentiation
sound and efficient (2008). In each an optimisation, by gradients, runs over a function that takes gradients itself.
The four ways to mix the modes give the same numbers, with the published steps the published answers: the saddle
8.246324826140356e-06 four times, the particle 0.207191874648611 (to 14 digits). It takes some minutes; by seconds, on
one shared core, outer mode over inner mode:

    problem   forward/forward  forward/reverse  reverse/forward  reverse/reverse
    saddle               16.2              5.6             67.2             51.3
    particle             66.7             32.0            107.9            119.4
"""

from __future__ import annotations

import math
import time

from dualad import grad, jacfwd

MODES = {"forward": jacfwd, "reverse": grad}


def length(a, b):
    """The Euclidean norm of two numbers."""
    return math.sqrt(a * a + b * b)


def argmin(f, gradient, x, y, step, tolerance):
    """Descent in two numbers, with a step that doubles after ten steps down, and is halved instead of one up."""
    slope = gradient(f, argnums=(0, 1))
    value, streak = f(x, y), 0
    dx, dy = slope(x, y)
    while length(dx, dy) > tolerance:
        if streak == 10:
            step, streak = 2.0 * step, 0
            continue
        x_new, y_new = x - step * dx, y - step * dy
        if length(x_new - x, y_new - y) <= tolerance:
            break
        there = f(x_new, y_new)
        if there < value:
            x, y, value, streak = x_new, y_new, there, streak + 1
            dx, dy = slope(x, y)
        else:
            step, streak = 0.5 * step, 0
    return x, y


def saddle(outer, inner, step=1e-5, tolerance=1e-5):
    """Where `a**2 + b**2 - c**2 - d**2` is least in (a, b) of what is greatest in (c, d)."""

    def f(a, b, c, d):
        return (a * a + b * b) - (c * c + d * d)

    def best(a, b):
        return argmin(lambda c, d: -f(a, b, c, d), MODES[inner], 1.0, 1.0, step, tolerance)

    def greatest(a, b):
        c, d = best(a, b)
        return f(a, b, c, d)

    a, b = argmin(greatest, MODES[outer], 1.0, 1.0, step, tolerance)
    return [a, b, *best(a, b)]


def landing(w, gradient, dt=0.1):
    """The square of where a particle lands that falls past two charges, one of which stands at (10, 10 - w)."""

    def potential(x, y):
        return 1.0 / length(x - 10.0, y - (10.0 - w)) + 1.0 / length(x - 10.0, y)

    force = gradient(potential, argnums=(0, 1))
    x, y, vx, vy = 0.0, 8.0, 0.75, 0.0
    while y + dt * vy > 0:
        ax, ay = force(x, y)
        x, y, vx, vy = x + dt * vx, y + dt * vy, vx - dt * ax, vy - dt * ay
    x = x - y / vy * vx
    return x * x


def particle(outer, inner, step=1e-5, tolerance=1e-5):
    """The w for which the particle lands at 0."""

    def square(w, unused):
        return landing(w, MODES[inner]) + 0.0 * unused

    return argmin(square, MODES[outer], 0.0, 0.0, step, tolerance)[0]


if __name__ == "__main__":
    for outer in MODES:
        for inner in MODES:
            for problem in (saddle, particle):
                started = time.perf_counter()
                found = problem(outer, inner)
                print(f"{problem.__name__}, {outer} over {inner}: {found} in {time.perf_counter() - started:.1f} s")
