"""The incomplete gamma and beta functions' derivatives in their shape parameters, against mpmath.

    python -m tests.rules.special.accuracy [points] [seed]

Parameters are log-spaced from 1e-3 to 1e4; half of the arguments lie anywhere, half near the mean, where digits could
cancel. Points whose derivative underflows are drawn again. Inverses are checked by the implicit function theorem, in
mpmath's numbers at the argument that SciPy gives.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator

import mpmath as mp
import numpy as np
import scipy.special as sp

import dualad

LOW, HIGH = -3.0, 4.0
SMALLEST = 1e-290


def gamma_slope(a, x):
    """The derivative of P(a, x) in a, by its series with as many digits as cancel (DLMF 8.7.1)."""
    lost = int(max(0.0, (a * np.log(a / x) + x - a) / np.log(10))) if x > a else 0
    with mp.workdps(40 + lost):
        a, x = mp.mpf(a), mp.mpf(x)
        log, psi = mp.log(x), mp.digamma(a + 1)
        term, total, n = mp.exp(a * log - x - mp.loggamma(a + 1)), mp.mpf(0), 0
        while True:
            total += term * (log - psi)
            n += 1
            term *= x / (a + n)
            psi += 1 / (a + n)
            if a + n > x and psi > log and term * (psi - log) < abs(total) * mp.mpf(10) ** -28:
                return total


def beta_slope(a, b, x):
    """The derivative of I_x(a, b) in a, by the series (DLMF 8.17.8) in x, or in 1 - x where that converges sooner."""
    size = abs(float(sp.betainc(float(a), float(b), float(x))))
    lost = int(-np.log10(max(min(size, 1 - size), 1e-300)))
    with mp.workdps(50 + lost):
        a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
        shift = mp.digamma(a + b) - mp.digamma(a)
        if x < 0.5 or (x < a / (a + b) and x < 0.95):
            return summed(a, b, x, mp.log(x) + shift - 1 / a, lambda n: 1 / (a + b + n) - 1 / (a + 1 + n), lost)
        return -summed(b, a, 1 - x, mp.log(x) + shift, lambda n: 1 / (a + b + n), lost)


def summed(a, b, x, slope, step, lost):
    """The sum of I_x(a, b)'s series with each term times the derivative of its logarithm, which begins with `slope`."""
    logs = a * mp.log(x) + b * mp.log(1 - x) + mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b)
    term, total, n = mp.exp(logs), mp.mpf(0), 0
    small = mp.mpf(10) ** (-30 - lost)
    while True:
        total += term * slope
        slope += step(n)
        ratio = (a + b + n) / (a + 1 + n) * x
        term *= ratio
        n += 1
        if ratio < 1 and abs(term * slope) < small * abs(total) * (1 - ratio):
            return total


def gamma_density(a, x):
    with mp.workdps(40):
        a, x = mp.mpf(a), mp.mpf(x)
        return mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a))


def beta_density(a, b, x):
    with mp.workdps(40):
        a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
        logs = mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
        return mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) + logs)


def partial(fn: Callable[..., float], position: int, *args: float) -> float:
    """A partial of a function of SciPy's, by forward mode."""
    moved = [float(i == position) for i in range(len(args))]
    return float(dualad.jvp(lambda *z: fn(*z), args, tuple(moved))[1])


def close(got: float, want) -> float:
    """The relative error."""
    return float(abs((mp.mpf(got) - want) / want))


def gamma_errors(rng: np.random.Generator, high: float = HIGH) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    """The errors at one random point."""
    a = float(10 ** rng.uniform(LOW, high))
    near = a * np.exp(3 * rng.normal() * min(1.0, a**-0.5))
    x = float(rng.choice([10 ** rng.uniform(LOW, high), near]))
    got = partial(sp.gammainc, 0, a, x)
    if abs(got) < SMALLEST:
        return
    want = gamma_slope(a, x)
    yield "gammainc in a", close(got, want), (a, x)
    yield "gammaincc in a", close(-partial(sp.gammaincc, 0, a, x), want), (a, x)
    for inverse, of in ((sp.gammaincinv, sp.gammainc), (sp.gammainccinv, sp.gammaincc)):
        name, p = inverse.__name__, float(of(a, x))
        if 1e-290 < p < 0.999:
            y = float(inverse(a, p))
            if 1e-290 < y:
                yield f"{name} in a", close(partial(inverse, 0, a, p), -gamma_slope(a, y) / gamma_density(a, y)), (a, p)


def beta_errors(rng: np.random.Generator, high: float = HIGH) -> Iterator[tuple[str, float, tuple[float, ...]]]:
    """The errors at one random point."""
    a, b = (float(10 ** rng.uniform(LOW, high)) for _ in range(2))
    near = np.log(a / b) + 3 * rng.normal() * min(1.0, (a * b / (a + b)) ** -0.5)
    x = float(sp.expit(rng.choice([np.log(10 ** rng.uniform(LOW, -LOW)), near])))
    if not 0 < x < 1:
        return
    got, other = partial(sp.betainc, 0, a, b, x), partial(sp.betainc, 1, a, b, x)
    if min(abs(got), abs(other)) < SMALLEST:
        return
    want, wanted = beta_slope(a, b, x), -beta_slope(b, a, mp.mpf(1) - mp.mpf(x))
    yield "betainc in a", close(got, want), (a, b, x)
    yield "betainc in b", close(other, wanted), (a, b, x)
    yield "betaincc in a", close(-partial(sp.betaincc, 0, a, b, x), want), (a, b, x)
    for inverse, of in ((sp.betaincinv, sp.betainc), (sp.betainccinv, sp.betaincc)):
        name, p = inverse.__name__, float(of(a, b, x))
        if 1e-290 < p < 0.999:
            y = float(inverse(a, b, p))
            if 1e-290 < y < 1 - 1e-10:
                density = beta_density(a, b, y)
                yield f"{name} in a", close(partial(inverse, 0, a, b, p), -beta_slope(a, b, y) / density), (a, b, p)


def run(points: int, seed: int, high: float = HIGH) -> dict[str, tuple[float, tuple[float, ...]]]:
    """The largest error of each derivative over many points, and where."""
    worst: dict[str, tuple[float, tuple[float, ...]]] = {}
    rng = np.random.default_rng(seed)
    for errors in (gamma_errors, beta_errors):
        found = 0
        while found < points:
            before = found
            for name, error, at in errors(rng, high):
                found = before + 1
                if error > worst.get(name, (-1.0,))[0]:
                    worst[name] = (error, at)
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description="Derivatives in shape parameters against mpmath.")
    parser.add_argument("points", type=int, nargs="?", default=10_000)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    asked = parser.parse_args()
    started = time.perf_counter()
    for name, (error, at) in run(asked.points, asked.seed).items():
        print(f"{name:20} {error:.1e} at {at}")
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
