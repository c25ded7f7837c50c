"""Functions that control their derivative: rules, checkpoints and hooks made inside, which hold active values.

dualad is imported where it is used: the corpus is loaded before dualad, which faults are planted in then.
"""

import numpy as np

from tests.corpus.base import num, program, vec


@program(args=(vec(3), num()), tags="custom_vjp decorator closure")
def rule_by_cotangents_made_inside(x, k):
    from dualad import custom_vjp

    s = np.sum(np.sin(x))

    @custom_vjp
    def squared(t):
        return t * t * s

    squared.defvjp(lambda t: (t * t * s, t), lambda t, ct: (2 * t * s * ct,))
    return squared(x) * squared(k * x)


@program(args=(vec(3), num()), tags="custom_jvp decorator closure loop")
def rule_by_tangents_made_inside(x, k):
    from dualad import custom_jvp

    total = 0.0
    for i in range(3):
        f = custom_jvp(lambda t: np.sin(t) * k * i)  # noqa: B023
        f.defjvps(lambda t, ans, u: t * np.cos(u) * k * i)  # noqa: B023
        total = total + f(x * k) * f(x)
    return total


@program(args=(vec(3), num()), tags="custom_vjp store in-place memory")
def rule_on_an_array_stored_into(x, k):
    from dualad import custom_vjp

    same = custom_vjp(lambda t: t)
    same.defvjp(lambda t: (t, None), lambda kept, ct: (ct,))
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] * k
    return np.sin(same(y)) * y


@program(args=(vec(3), num()), tags="checkpoint closure loop")
def checkpoints_of_closures(x, k):
    from dualad import checkpoint

    total = 0.0
    for i in range(3):
        layer = checkpoint(lambda t: np.tanh(t * x) * k * i)  # noqa: B023
        total = total + layer(layer(x) + k)
    return total


@program(args=(vec(3), num()), tags="checkpoint closure dict list")
def a_checkpointed_loop_of_a_closure(x, k):
    from dualad import checkpoint_loop

    held = {"w": [x * k]}

    def step(i, s):
        return s + 0.1 * np.sin(held["w"][0] * s) * k

    return checkpoint_loop(step, 7, x * x, snapshots=2) * checkpoint_loop(step, 2, np.ones(3))


@program(args=(vec(3), num()), tags="on_cotangent closure store in-place memory")
def a_hook_that_holds_what_moves(x, k):
    from dualad import on_cotangent

    c = x[0] * k
    y = np.zeros(3)
    y[:] = x * x
    z = on_cotangent(y, lambda ct: ct * c / c)
    return np.sin(z) * y * k
