"""Code of numbers: signs, literals and divisions are folded, and what is the same in every pass is on no tape."""

from __future__ import annotations

import math
import re

import numpy as np

import dualad
from dualad.testing import check_grads


def code(fn, *args, argnums=0):
    text = dualad.source(dualad.grad(fn, argnums), *args)
    return "\n".join(line for line in text.splitlines() if "#" not in line)


def root(a, xs):
    total = 0.0
    for x in xs:
        y = x
        while abs(y * y - a * x) > 1e-9:
            y = y - (y * y - a * x) / (2.0 * y)
        total = total + y
    return total


def test_an_inner_loop_has_a_tape_each_time_and_counts_nothing():
    args = 2.0, [1.0, 3.0, 0.5]
    text = code(root, *args)
    assert "count" not in text and "next(" not in text
    assert text.count("reversed(") == 2
    for order in (1, 2):
        check_grads(root, args, order=order)


def halves(x, h, n):
    for _ in range(n):
        for _ in range(2):
            k = 0.5 * h
            x = x + k * math.sin(x) / math.sqrt(2.0)
    return x


def test_what_is_the_same_in_every_pass_is_on_no_tape():
    text = code(halves, 0.3, 0.1, 3, argnums=(0, 1))
    (pushed,) = re.findall(r"append\((.*)\)", text)
    assert "k" not in re.findall(r"\w+", pushed) and "sqrt" not in pushed
    check_grads(lambda x, h: halves(x, h, 3), (0.3, 0.1), order=2)
    y, pull = dualad.vjp(halves, 0.3, 0.1, 3)
    assert y == halves(0.3, 0.1, 3) and pull(1.0) == pull(1.0)
    assert pull(1.0)[:2] == dualad.grad(halves, (0, 1))(0.3, 0.1, 3)
    assert dualad.grad(halves, (0, 1))(0.3, 0.1, 0) == (1.0, 0.0)


def rebinding(x, h):
    total = x
    for i in range(4):
        k = 0.5 * h
        total = total * k
        h = h + i * x
    return total


def chosen(x, h, n):
    k = 1.0
    for i in range(n):
        if i % 2:
            k = 0.5 * h
        x = x * k
    return x


def test_what_only_seems_to_be_the_same_is_kept():
    check_grads(rebinding, (0.3, 1.1), order=2)
    for n in range(4):
        check_grads(lambda x, h, n=n: chosen(x, h, n), (0.3, 1.1), order=2)


def ratio(x, y):
    return x / y / (x + 2.0 * y)


def of_arrays(x, y):
    return np.sum(x / y[:, None] * np.sin(x / np.sum(y)))


def test_a_division_serves_both_operands():
    assert code(ratio, 1.5, 2.5, argnums=(0, 1)).count("/") == 4
    check_grads(ratio, (1.5, 2.5), order=3)
    x, y = 1.0 + np.arange(6.0).reshape(2, 3), np.array([1.5, -2.5])
    check_grads(of_arrays, (x, y), order=2)
    assert code(of_arrays, x, y, argnums=(0, 1)).count("/") == 4


def differences(x, y):
    for _ in range(3):
        a = x * y
        x = x - a * y
        y = y * 0.5 - 3.0 * (2.0 * a)
    return x - y


def test_signs_and_literals_are_folded():
    text = code(differences, 0.3, 0.7, argnums=(0, 1))
    assert "product" not in text.partition("reversed")[2] and "y_bar * 6.0" in text
    check_grads(differences, (0.3, 0.7), order=2)
