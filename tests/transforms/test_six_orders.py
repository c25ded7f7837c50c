"""Derivatives of the first six orders, in forward and reverse mode and in mixes, against those by mpmath."""

from __future__ import annotations

import math

import pytest

from dualad import grad, jvp


def forward(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


MIXES = {
    "forward": lambda order: forward,
    "reverse": lambda order: grad,
    "alternating": lambda order: grad if order % 2 else forward,
    "forward over reverse": lambda order: grad if order == 1 else forward,
    "reverse over forward": lambda order: grad if order > 3 else forward,
}


def smooth(x):
    return math.exp(math.sin(x)) * x**3


def looped(x):
    t = x
    for i in range(4):
        if t > 1.0:
            t = t * math.cos(x) + 0.1 * i
        else:
            t = t * t + math.sin(x * i)
    return t


# By `mpmath.diff` with 50 digits, at the double 0.7; `looped` takes both branches there.
EXACT = {
    smooth: [3.2992371837458667, 12.242710741125759, 28.11017735433196, 10.460696407082924, -179.76287856492624,
             -578.7710953032417],
    looped: [2.0119262673627616, 4.393219154778544, 35.752714047973235, 83.94822770259108, -523.936960265576,
             -6043.841245459741],
}


@pytest.mark.parametrize("f", EXACT)
@pytest.mark.parametrize("mix", MIXES)
def test_six_orders(mix, f):
    derivative = f
    for order, exact in enumerate(EXACT[f], start=1):
        derivative = MIXES[mix](order)(derivative)
        assert derivative(0.7) == pytest.approx(exact, rel=1e-8)
