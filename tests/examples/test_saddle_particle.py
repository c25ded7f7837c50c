"""The nested benchmarks of Pearlmutter and Siskind in all mixes of modes.

With the published steps they take minutes (`python examples/saddle_particle.py` prints the published answers,
8.246324826140356e-06 four times and 0.207191874648611); here the steps are longer, and the particle falls faster.
"""

from __future__ import annotations

import pytest

from dualad import grad, jacfwd
from examples import saddle_particle

MODES = saddle_particle.MODES


@pytest.mark.parametrize("inner", MODES)
@pytest.mark.parametrize("outer", MODES)
def test_the_saddle(outer, inner):
    assert saddle_particle.saddle(outer, inner, step=0.2, tolerance=1e-2) == pytest.approx([0.0] * 4, abs=0.02)


@pytest.mark.parametrize("inner", MODES)
@pytest.mark.parametrize("outer", MODES)
def test_the_particle(outer, inner, monkeypatch):
    landing = saddle_particle.landing
    monkeypatch.setattr(saddle_particle, "landing", lambda w, gradient: landing(w, gradient, dt=1.0))
    w = saddle_particle.particle(outer, inner, step=0.005, tolerance=3e-4)
    assert w == pytest.approx(0.3819318532975986, rel=1e-9)
    assert landing(w, MODES[inner], dt=1.0) < 1e-6


@pytest.mark.parametrize("inner", MODES)
@pytest.mark.parametrize("outer", [grad, jacfwd])
def test_the_landing_is_differentiated_through_its_forces(outer, inner):
    f = lambda w: saddle_particle.landing(w, MODES[inner], dt=0.5)
    step = 1e-5
    assert outer(f)(0.3) == pytest.approx((f(0.3 + step) - f(0.3 - step)) / (2 * step), rel=1e-6)
