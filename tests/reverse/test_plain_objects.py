"""Objects of plain classes that are taken apart or looked at by guards: what their classes and they hold may change."""

import pytest

import dualad
from dualad import grad


class Gauge:
    def __init__(self, k=2.0):
        self.k = k

    def read(self, x):
        return self.k * x * x

    def change(self):
        self.read = lambda x: 100.0 * x
        return 1.0

    @property
    def changing(self):
        return self.change()


GAUGE = Gauge()


def by_global(x):
    return GAUGE.read(x) * GAUGE.k


def by_argument(x, gauge):
    return gauge.read(x)


def made_inside(x):
    gauge = Gauge(x)
    for _ in range(2):
        gauge.k = gauge.k * x
    return gauge.read(x)


def slope(f, x, *rest):
    return (f(x + 1e-6, *rest) - f(x - 1e-6, *rest)) / 2e-6


@pytest.mark.parametrize("k", [3.0, 4, True])
def test_attributes_of_a_global_object_may_be_other_numbers(monkeypatch, k):
    assert grad(by_global)(1.5) == pytest.approx(slope(by_global, 1.5))
    monkeypatch.setattr(GAUGE, "k", k)
    assert grad(by_global)(1.5) == pytest.approx(slope(by_global, 1.5))


@pytest.mark.parametrize("f", [by_global, made_inside])
def test_a_class_gets_another_method_or_a_property(monkeypatch, f):
    derivative = grad(f)
    assert derivative(1.5) == pytest.approx(slope(f, 1.5))
    monkeypatch.setattr(Gauge, "read", lambda self, x: self.k * x**3)
    assert derivative(1.5) == pytest.approx(slope(f, 1.5))
    monkeypatch.setattr(Gauge, "k", property(lambda self: 9.0, lambda self, v: None), raising=False)
    assert derivative(1.5) == pytest.approx(slope(f, 1.5))


def test_an_object_gets_a_function_under_the_name_of_a_method(monkeypatch):
    derivative = grad(by_global)
    assert derivative(1.5) == pytest.approx(slope(by_global, 1.5))
    monkeypatch.setattr(GAUGE, "read", lambda x: 100.0 * x, raising=False)
    assert derivative(1.5) == pytest.approx(slope(by_global, 1.5))


def test_an_object_that_is_given_gets_one_too():
    derivative = grad(by_argument)
    gauge = Gauge()
    assert derivative(1.5, gauge) == pytest.approx(6.0)
    gauge.change()
    assert derivative(1.5, gauge) == pytest.approx(100.0)


def by_its_own_method(x, gauge):
    return gauge.change() * gauge.read(x)


def by_its_own_property(x, gauge):
    return gauge.changing * gauge.read(x)


def by_setattr(x, gauge):
    total = gauge.read(x)
    for _ in range(2):
        setattr(gauge, "read", lambda y: 7.0 * y)  # noqa: B010
        total = total + gauge.read(x)
    return total


@pytest.mark.parametrize("f", [by_its_own_method, by_its_own_property, by_setattr])
def test_methods_that_are_replaced_meanwhile(f):
    expected = (f(1.5 + 1e-6, Gauge()) - f(1.5 - 1e-6, Gauge())) / 2e-6
    assert grad(f)(1.5, Gauge()) == pytest.approx(expected)


def test_what_is_taken_apart_leaves_no_object_in_the_text():
    text = dualad.source(grad(made_inside), 1.5)
    assert "Gauge" not in text and "memory" not in text
