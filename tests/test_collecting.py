"""Garbage is collected after a transformation as it was before, whatever becomes of it."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import dualad
from dualad.collecting import put_off


@pytest.fixture(params=[True, False], autouse=True)
def collecting(request):
    was = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if was else gc.disable)()


def test_it_is_off_within_and_as_before_after(collecting):
    with put_off():
        assert not gc.isenabled()
        with put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled() is collecting


def test_it_is_as_before_after_an_error(collecting):
    with pytest.raises(ZeroDivisionError), put_off():
        1 / 0
    assert gc.isenabled() is collecting


def test_it_is_as_before_after_many_threads(collecting):
    def enter(_):
        with put_off():
            return gc.isenabled()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert not any(pool.map(enter, range(2000)))
    finally:
        sys.setswitchinterval(interval)
    assert gc.isenabled() is collecting


def test_it_is_as_before_while_a_function_runs_and_after(collecting):
    seen = []

    def square(x):
        seen.append(gc.isenabled())
        return np.sum(x * x)

    assert dualad.grad(square)(np.ones(2)).tolist() == [2, 2]
    assert set(seen) == {collecting} == {gc.isenabled()}


def test_it_is_as_before_after_a_refusal(collecting):
    def refused(x):
        global ELSEWHERE
        ELSEWHERE = x
        return np.frombuffer(x)

    with pytest.raises(dualad.DualadError):
        dualad.grad(refused)(np.ones(2))
    assert gc.isenabled() is collecting
