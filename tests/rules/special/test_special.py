"""Every rule of `scipy.special` held against differences, in both modes, and its second order in all four orders."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special as sp

import dualad
from dualad import registry
from dualad.errors import Unsupported
from dualad.testing import check_grads
from tests.rules.special.table import rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_derivatives_meet_differences(row) -> None:
    check_grads(row.function, row.moving, order=row.order, atol=row.rtol, rtol=row.rtol, eps=row.eps)


def test_every_rule_of_a_public_function_has_a_row() -> None:
    seen = {(r.fn, i) for r in ROWS for i in r.wrt}
    seen |= {(sp.logsumexp, 0), (sp.logsumexp, 2), (sp.softmax, 0), (sp.log_softmax, 0)}  # test_sums
    missing = [
        f"{p.name} in argument {i}"
        for p in registry.primitives()
        if (origin(p) or "").startswith("dualad.rules.special") and public(p.fn)
        for i in p.argnums
        if (p.fn, i) not in seen
    ]
    assert not missing


def origin(primitive) -> str | None:
    return next((r.__module__ for r in (*primitive.rules, *primitive.jvps) if r is not None), None)


def public(fn) -> bool:
    return getattr(sp, getattr(fn, "__name__", ""), None) is fn


@pytest.mark.parametrize("fn, count", [(sp.elliprd, 3), (sp.elliprj, 4)])
def test_derivatives_by_a_complex_step_are_refused_of_complex_numbers(fn, count) -> None:
    args = (1.2 + 0.3j, 0.7 - 0.1j, 2.1 + 0.2j, 0.8 + 0.5j)[:count]
    for derive in (lambda: dualad.jvp(fn, args, args), lambda: dualad.vjp(fn, *args)[1](1.0)):
        with pytest.raises(Unsupported, match="complex number"):
            derive()


def test_second_order_of_complex_elliptic_integrals_is_refused() -> None:
    args = (1.2 + 0.3j, 0.7 - 0.1j, 2.1 + 0.2j)
    for fn in (sp.elliprf, sp.elliprg):
        check_grads(fn, args, order=1)
        with pytest.raises(Unsupported, match="complex number"):
            check_grads(fn, args, order=2)


@pytest.mark.parametrize("fn, count", [(sp.elliprd, 3), (sp.elliprj, 4)])
def test_a_complex_step_does_not_vanish_in_half_precision(fn, count) -> None:
    args = (1.0, 2.0, 3.0, 0.5)[:count]
    for i in range(count):
        t = [0.0] * count
        t[i] = 1.0
        want = dualad.jvp(fn, args, tuple(t))[1]
        half = dualad.jvp(fn, tuple(np.float16(a) for a in args), tuple(np.float16(s) for s in t))[1]
        np.testing.assert_allclose(half, want, rtol=1e-5)
