"""Rules that are overridden are those which both modes ask: three times a rule gives three times the derivative."""

from __future__ import annotations

import inspect
from inspect import Parameter, Signature

import numpy as np
import pytest

import dualad
from dualad import registry, tree
from dualad.control.overriding import require_overridable
from dualad.errors import RegistryError
from dualad.forward.protocols import HANDLERS
from tests.rules import apply
from tests.rules.rows import Row
from tests.rules.test_rules import ROWS, direction


def _has_one_result(row: Row) -> bool:
    """Whether the row is of a function with rules, which takes and gives arrays or numbers."""
    primitive = row.primitive
    if registry.lookup(primitive.fn) is not primitive or primitive.form in ("defined", "constant", "refused"):
        return False
    if not row.positions or row.by_definition or any(isinstance(row.args[i], list | tuple) for i in row.positions):
        return False
    result = primitive.fn(*row.args, **row.kwargs)
    return not isinstance(result, list | tuple) and apply.is_inexact(result)


FIRST = {row.primitive: row for row in reversed(ROWS) if _has_one_result(row)}


def tripled(primitive):
    """A primitive with three times the rules, as a user states them."""

    own = [
        p.replace(kind=max(p.kind, Parameter.POSITIONAL_OR_KEYWORD)) for p in primitive.signature.parameters.values()
    ]

    def stated(lead, i, derivative):
        leading = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in (lead, "ans")]
        signature = Signature([*leading, *own])

        def rule(*args, **kwargs):
            given = signature.bind(*args, **kwargs).arguments
            first, _ = given.pop(lead), given.pop("ans")
            bound = inspect.BoundArguments(primitive.signature, given)
            return 3.0 * derivative(primitive, primitive.fn, bound.args, bound.kwargs, first, i)

        rule.__signature__ = signature
        return rule

    def along(primitive, fn, args, kwargs, t, i):
        return apply.jvp(primitive, fn, args, kwargs, {i: t})

    jvps = [None if rule is None else stated("t", i, along) for i, rule in enumerate(primitive.rules)]
    vjps = [None if rule is None else stated("ct", i, apply.vjp) for i, rule in enumerate(primitive.rules)]
    return registry.general_primitive(primitive.fn, jvps=jvps, vjps=vjps, checked=True)


def taken(row: Row):
    """The tangent of the result and the cotangent of an argument of a row, in a random direction."""
    fn, kwargs, i = row.primitive.fn, row.kwargs, row.positions[0]
    before, x, after = row.args[:i], row.args[i], row.args[i + 1 :]

    def f(x):
        return fn(*before, x, *after, **kwargs)

    rng = np.random.default_rng(0)
    ct = direction(f(x), rng)
    return dualad.jvp(f, (x,), (direction(x, rng),))[1], dualad.vjp(f, x)[1](ct)[0]


def is_refused(primitive) -> bool:
    try:
        require_overridable(primitive.fn)
    except RegistryError as error:
        assert "function of your own" in str(error)
        return True
    return False


@pytest.mark.parametrize("row", [row for row in FIRST.values() if not is_refused(row.primitive)], ids=str)
def test_three_times_the_rule(row: Row) -> None:
    once = taken(row)
    with registry.overridden(tripled(row.primitive)):
        thrice = taken(row)
    for one, three in zip(tree.leaves(once), tree.leaves(thrice), strict=True):
        np.testing.assert_allclose(three, 3.0 * np.asarray(one), rtol=1e-4, atol=1e-12)


def test_what_is_refused() -> None:
    """Views, what makes arrays, and Python's own: nothing else."""
    for primitive in FIRST:
        is_python = getattr(primitive.fn, "__module__", None) in ("builtins", "_operator")
        assert is_refused(primitive) == (primitive.gives_views or primitive.fn in HANDLERS or is_python)
    assert sum(map(is_refused, FIRST)) < len(FIRST) / 3
