"""Every ufunc of `scipy.special` is classified; what has no rule is refused; the page says so and is up to date."""

from __future__ import annotations

import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest
import scipy
import scipy.special as sp

import dualad
from dualad import registry
from dualad.errors import DualadError, Unsupported
from dualad.testing import check_grads
from tests.rules.special.table import rows

ROOT = Path(__file__).resolve().parents[3]
MADE = runpy.run_path(str(ROOT / "docs" / "make_scipy_special.py"))
ROWS = {row.fn: row for row in rows()}


def without_rule():
    for name, fn in MADE["ufuncs"]().items():
        primitive = registry.lookup(fn)
        if primitive is None or primitive.form != "constant":
            known = () if primitive is None else primitive.argnums
            yield name, fn, [i for i in range(fn.nin) if i not in known]


@pytest.mark.skipif(not scipy.__version__.startswith("1.17"), reason="the page names arguments as SciPy 1.17 does")
def test_page_is_up_to_date() -> None:
    page = (ROOT / "docs" / "scipy_special.md").read_text(encoding="utf-8")
    assert MADE["page"]() == page, "run `python docs/make_scipy_special.py`"


def test_every_argument_without_rule_has_a_reason() -> None:
    assert {name: missing for name, _, missing in without_rule() if missing} == {
        name: sorted(reasons) for name, reasons in MADE["WHY"].items()
    }
    assert {reason for reasons in MADE["WHY"].values() for reason in reasons.values()} == set(MADE["REASONS"])


@pytest.mark.parametrize("fn, i", [
    pytest.param(fn, i, id=f"{name}{i}") for name, fn, missing in without_rule() for i in missing
])  # fmt: skip
def test_refused_without_rule(fn, i) -> None:
    args = ROWS[fn].args
    before, after = [np.ravel(a)[0] for a in args[:i]], [np.ravel(a)[0] for a in args[i + 1 :]]

    def f(x):
        return fn(*before, x, *after)

    def by_pullback():
        value, pull = dualad.vjp(f, x)
        pull(value)

    x = float(np.ravel(args[i])[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # SciPy's, of numbers that are to be whole
        for derive in (by_pullback, lambda: dualad.jvp(f, (x,), (1.0,))):
            with pytest.raises(TypeError if fn.types == ["ld->d"] else DualadError, match="derivative|supported"):
                derive()


def test_rules_for_more_than_two_hundred() -> None:
    """Those that have a rule in some argument."""
    ruled = [name for name, fn, missing in without_rule() if len(missing) < fn.nin]
    assert len(ruled) >= 230


@pytest.mark.parametrize("name", [
    name for name, fn in MADE["functions"]().items() if getattr(registry.lookup(fn), "form", "") == "refused"
])  # fmt: skip
def test_refusals_say_what_to_write_instead(name) -> None:
    fn = MADE["functions"]()[name]

    def f(x):
        return fn(2, x)

    for derivative in (lambda: dualad.jvp(f, (0.3,), (1.0,)), lambda: dualad.grad(f)(0.3)):
        with pytest.raises(DualadError, match=rf"{name}.*no derivative rule[\s\S]*use "):
            derivative()


@pytest.mark.parametrize("a", [2, np.int64(2), 2.0, np.array([2, 3])], ids=repr)
@pytest.mark.parametrize("transform", [dualad.grad, dualad.jacfwd])
def test_integers_are_refused_where_other_numbers_are(transform, a):
    """SciPy takes any number there: the derivative is not zero, nobody knows a formula."""

    def fn(a, x):
        return np.sum(sp.hyp1f1(a, 1.5, x))

    with pytest.raises(Unsupported, match="no derivative in its argument"):
        transform(fn)(a, 0.3)
    for _ in range(2):
        np.testing.assert_allclose(transform(fn, 1)(a, 0.3), np.sum(a / 1.5 * sp.hyp1f1(a + 1, 2.5, 0.3)))


def test_orders_that_are_counted_have_no_derivative():
    def fn(n, x):
        return sp.eval_hermite(n, x) * n

    assert dualad.grad(fn)(2, 0.3) == dualad.jacfwd(fn)(2, 0.3) == sp.eval_hermite(2, 0.3)


@pytest.mark.parametrize("fn", [sp.yn, sp.kn, sp.jv, sp.struve, sp.modstruve, sp.eval_legendre, sp.expn])
def test_orders_may_be_lists(fn):
    check_grads(lambda x: fn([1, 2, 3], x), (0.7,), order=1)
