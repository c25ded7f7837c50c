"""Prices of European calls by Black and Scholes, on floats: a portfolio's value in spot, rate and volatility."""

import math

import numpy as np

ARGNUMS = (0, 1, 2)
SIZES = {"small": (1,), "medium": (300,)}


def arguments(n):
    rng = np.random.default_rng(0)
    return 100.0, 0.03, 0.25, rng.uniform(80.0, 120.0, n).tolist(), rng.uniform(0.2, 2.0, n).tolist()


def phi(x):
    """The normal distribution function."""
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def call(spot, strike, rate, volatility, time):
    spread = volatility * math.sqrt(time)
    d1 = (math.log(spot / strike) + (rate + 0.5 * volatility * volatility) * time) / spread
    d2 = d1 - spread
    return spot * phi(d1) - strike * math.exp(-rate * time) * phi(d2)


def program(spot, rate, volatility, strikes, times):
    total = 0.0
    for i in range(len(strikes)):
        total = total + call(spot, strikes[i], rate, volatility, times[i])
    return total


def jax_program(spot, rate, volatility, strikes, times):
    import jax
    import jax.numpy as jnp

    strikes, times = jnp.array(strikes), jnp.array(times)

    def normal(x):
        return 0.5 * (1.0 + jax.scipy.special.erf(x / math.sqrt(2.0)))

    spread = volatility * jnp.sqrt(times)
    d1 = (jnp.log(spot / strikes) + (rate + 0.5 * volatility * volatility) * times) / spread
    return jnp.sum(spot * normal(d1) - strikes * jnp.exp(-rate * times) * normal(d1 - spread))


def by_hand(spot, rate, volatility, strikes, times):
    tape = []
    for i in range(len(strikes)):
        strike, time = strikes[i], times[i]
        root = math.sqrt(time)
        spread = volatility * root
        d1 = (math.log(spot / strike) + (rate + 0.5 * volatility * volatility) * time) / spread
        d2 = d1 - spread
        x1, x2 = d1 / math.sqrt(2.0), d2 / math.sqrt(2.0)
        tape.append((
            root, spread, d1, x1, x2, 0.5 * (1.0 + math.erf(x1)), math.exp(-rate * time), 0.5 * (1.0 + math.erf(x2))
        ))  # fmt: skip
    spot_bar = rate_bar = volatility_bar = 0.0
    for i in range(len(strikes) - 1, -1, -1):
        strike, time = strikes[i], times[i]
        root, spread, d1, x1, x2, phi1, discount, phi2 = tape[i]
        spot_bar += phi1
        discounted = strike * discount
        d2_bar = -discounted * (0.5 * (2.0 / math.sqrt(math.pi)) * math.exp(-x2 * x2)) / math.sqrt(2.0)
        rate_bar += strike * phi2 * discount * time
        d1_bar = d2_bar + spot * (0.5 * (2.0 / math.sqrt(math.pi)) * math.exp(-x1 * x1)) / math.sqrt(2.0)
        top_bar = d1_bar / spread
        spread_bar = -d2_bar - top_bar * d1
        spot_bar += top_bar / spot
        rate_bar += top_bar * time
        volatility_bar += top_bar * time * volatility + spread_bar * root
    return spot_bar, rate_bar, volatility_bar
