"""Reverse mode, three times, over rules that are no true derivatives."""

from __future__ import annotations

import numpy as np

from dualad import custom_jvp, custom_vjp, grad, jvp


def test_third_order_where_a_rule_calls_the_function_itself():
    """What a rule calls is a node of the sweep around, and transposed there."""
    A = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 0.2], [0.0, 0.7, 2.0]])

    @custom_vjp
    def back(x):
        return x * x / 2

    back.defvjp(lambda x: (back(x), x), lambda x, ct: ((A @ ct) * x,))

    @custom_jvp
    def along(x):
        return x * x / 2

    along.defjvp(lambda primals, tangents: (along(primals[0]), (A @ tangents[0]) * primals[0]))
    x, v, w = np.array([0.3, -0.7, 1.2]), np.array([1.0, 0.5, -2.0]), np.array([0.2, -1.0, 0.7])
    for h, second, third in (
        (
            back,
            v * (A @ (x * x / 2)) + (A @ (A.T @ (v * x))) * x,
            (A @ (A.T @ (w * v))) * x + w * (A @ (A.T @ (v * x))) + v * (A @ (A.T @ (w * x))),
        ),
        (
            along,
            (A @ v) * x * x / 2 + A.T @ ((A @ v) * x * x),
            A.T @ (w * (A @ v) * x) + 2 * (A @ w) * (A @ v) * x,
        ),
    ):
        once = grad(lambda x, h=h: np.sum(h(x) ** 2) / 2)
        twice = grad(lambda x, once=once: np.sum(v * once(x)))
        thrice = grad(lambda x, twice=twice: np.sum(w * twice(x)))
        np.testing.assert_allclose(twice(x), second, rtol=1e-12)
        np.testing.assert_allclose(thrice(x), third, rtol=1e-12)
        if h is along:
            np.testing.assert_allclose(w @ jvp(twice, (x,), (x,))[1], thrice(x) @ x, rtol=1e-12)
            mixed = lambda x, once=once: jvp(once, (x,), (v,))[1]
            backwards = grad(lambda x, mixed=mixed: np.sum(w * mixed(x)))
            np.testing.assert_allclose(w @ jvp(mixed, (x,), (x,))[1], backwards(x) @ x, rtol=1e-12)
