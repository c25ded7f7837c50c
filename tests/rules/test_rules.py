"""Every rule held against central differences, against its own transpose, and for what it does to dtypes."""

from __future__ import annotations

import inspect
import subprocess
import sys

import numpy as np
import pytest

from dualad import loading, registry, rules
from dualad.errors import RegistryError
from tests.rules import (
    apply,
    table_arrays,
    table_defined,
    table_elements,
    table_linalg,
    table_products,
    table_statistics,
)
from tests.rules.rows import Row, of_each

TABLES = (table_elements, table_arrays, table_products, table_linalg, table_defined, table_statistics)
ROWS = [row for table in TABLES for row in table.rows()]
RULE_FILES = "dualad.rules."


def direction(x, rng, dtype=None):
    """A random tangent of `x`, of its structure and dtype."""
    def one(leaf):
        cls = np.result_type(leaf) if dtype is None else dtype
        t = rng.uniform(0.5, 1.5, np.shape(leaf)) * rng.choice([-1.0, 1.0], np.shape(leaf))
        if np.result_type(leaf).kind == "c":
            t = t + 1j * rng.uniform(-1, 1, np.shape(leaf))
        return t.astype(cls) if isinstance(leaf, (np.ndarray, np.generic)) else t[()].item()

    return apply.rebuilt(x, (one(np.asarray(leaf) if not np.isscalar(leaf) else leaf) for leaf in apply.leaves(x)))


def moved(x, t, h):
    if isinstance(x, (list, tuple)):
        return type(x)(moved(a, b, h) for a, b in zip(x, t))
    return x + h * t


def differences(row: Row, i: int, t, h: float = 1e-6):
    """Leaves of the derivative along `t` by central differences."""
    low, high = (
        apply.leaves(row.primitive.fn(*row.args[:i], moved(row.args[i], t, s * h), *row.args[i + 1 :], **row.kwargs))
        for s in (-1, 1)
    )
    return [(np.asarray(b) - np.asarray(a)) / (2 * h) for a, b in zip(low, high)]


@of_each(ROWS)
def test_tangent_meets_differences(row: Row) -> None:
    assert row.positions
    rng = np.random.default_rng(1)
    ans = row.primitive.fn(*row.args, **row.kwargs)
    if not apply.is_inexact(ans):
        return
    coarse = min(np.finfo(np.result_type(leaf)).eps for leaf in apply.leaves(ans)) > 1e-10
    coarse = coarse or max(np.finfo(np.result_type(leaf)).eps for leaf in apply.leaves(ans)) > 1e-10
    for i in row.positions:
        t = direction(row.args[i], rng)
        found = apply.jvp(row.primitive, row.primitive.fn, row.args, row.kwargs, {i: t})
        expected = differences(row, i, t, 3e-2 if coarse else 1e-6)
        assert len(apply.leaves(found)) == len(expected)
        for a, b in zip(apply.leaves(found), expected):
            assert np.shape(a) == np.shape(b)
            np.testing.assert_allclose(a, b, rtol=row.rtol, atol=row.rtol * max(1, np.abs(b).max(initial=0)))


@of_each(ROWS)
def test_transpose_is_the_tangents(row: Row) -> None:
    rng = np.random.default_rng(2)
    ans = row.primitive.fn(*row.args, **row.kwargs)
    if not apply.is_inexact(ans):
        return
    for i in row.positions:
        t = direction(row.args[i], rng)
        tangent = apply.jvp(row.primitive, row.primitive.fn, row.args, row.kwargs, {i: t})
        ct = direction(ans if isinstance(ans, (list, tuple)) else np.asarray(ans)[()], rng)
        back = apply.vjp(row.primitive, row.primitive.fn, row.args, row.kwargs, ct, i)
        left, right = apply.pair(ct, tangent), apply.pair(back, t)
        coarse = max(np.finfo(np.result_type(leaf)).eps for leaf in apply.leaves(ans)) > 1e-10
        scale = sum(float(np.sum(np.abs(leaf))) for leaf in apply.leaves(tangent)) + 1
        assert abs(left - right) <= (1e-2 if coarse else 1e-12) * scale


@of_each([r for r in ROWS if isinstance(r.args[0], np.ndarray)])
def test_one_cotangent_of_several_may_be_zero(row: Row) -> None:
    ans = row.primitive.fn(*row.args, **row.kwargs)
    if not isinstance(ans, (list, tuple)) or row.primitive.name == ".tolist()":
        return
    rng = np.random.default_rng(3)
    for i in row.positions:
        for k in range(len(ans)):
            ct = [direction(a, rng) if j == k else 0.0 for j, a in enumerate(ans)]
            full = [c if j == k else np.zeros_like(a) for j, (c, a) in enumerate(zip(ct, ans))]
            back = apply.vjp(row.primitive, row.primitive.fn, row.args, row.kwargs, ct, i)
            expected = apply.vjp(row.primitive, row.primitive.fn, row.args, row.kwargs, full, i)
            np.testing.assert_allclose(back, expected)


def lowered(x):
    """`x` with float32 for float64 and complex64 for complex128 in its arrays."""
    if isinstance(x, (list, tuple)):
        return type(x)(lowered(i) for i in x)
    if isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fc":
        return x.astype({"f": np.float32, "c": np.complex64}[x.dtype.kind])
    return x


def low(x) -> bool:
    return all(np.result_type(leaf) in (np.float32, np.complex64) for leaf in apply.leaves(x))


@of_each([r for r in ROWS if r.float32])
def test_float32_stays_float32(row: Row) -> None:
    if not all(isinstance(leaf, np.ndarray) for i in row.positions for leaf in apply.leaves(row.args[i])):
        return
    args = tuple(lowered(a) for a in row.args)
    rng = np.random.default_rng(4)
    ans = row.primitive.fn(*args, **row.kwargs)
    if not low(ans):
        return
    for i in row.positions:
        tangent = apply.jvp(row.primitive, row.primitive.fn, args, row.kwargs, {i: direction(args[i], rng)})
        assert low(tangent), [np.result_type(leaf) for leaf in apply.leaves(tangent)]
        ct = lowered(direction(ans if isinstance(ans, (list, tuple)) else np.asarray(ans), rng))
        back = apply.vjp(row.primitive, row.primitive.fn, args, row.kwargs, ct, i)
        if type(back) is not float:
            assert low(back), [np.result_type(leaf) for leaf in apply.leaves(back)]


def ours():
    """Primitives of NumPy and Python; those of SciPy, in packages of their own, are loaded later or never."""
    for part in ("numpy", *rules.NUMPY_PARTS):
        loading.load(part)
    found = [(p, _origin(p)) for p in registry.primitives()]
    return [p for p, origin in found if origin.startswith(RULE_FILES) and origin.count(".") == RULE_FILES.count(".")]


def _origin(primitive) -> str:
    rules = (*primitive.rules, *primitive.jvps, primitive.definition)
    rule = next((r for r in rules if r is not None), None)
    return "" if rule is None else rule.__module__


def test_every_rule_has_a_row() -> None:
    seen = {(id(r.primitive), i) for r in ROWS for i in r.positions}
    missing = [
        f"{p.name} in argument {i}"
        for p in ours()
        if p.form != "constant"
        for i in p.argnums
        if (id(p), i) not in seen and not _varied(p, i)
    ]
    by_definition = {id(r.primitive) for r in ROWS if r.by_definition}
    missing += [p.name for p in ours() if p.definition is not None and not p.writes and id(p) not in by_definition]
    assert not missing


def _varied(primitive, i: int) -> bool:
    """Whether an argument is one of many (`np.einsum`), of which the tables try the first few; or has the zero rule.

    Those of `slice` refuse.
    """
    if any(p.kind is p.VAR_POSITIONAL for p in primitive.signature.parameters.values()):
        return i > 1
    return (primitive.name, i) in {
        ("np.copysign", 1), ("np.heaviside", 0), ("np.nextafter", 1), ("math.nextafter", 1), ("np.average", 2),
        ("np.full_like", 0), ("slice", 0), ("slice", 1), ("slice", 2),
    }  # fmt: skip


@pytest.mark.parametrize("primitive", ours(), ids=lambda p: p.name)
def test_rules_name_parameters_as_the_function_does(primitive) -> None:
    """Positional arguments bind to the same parameters by the rule and by the function."""
    try:
        theirs = inspect.signature(primitive.fn)
    except (TypeError, ValueError):
        return
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = [p.name for p in theirs.parameters.values() if p.kind in kinds]
    if any(p.kind is p.VAR_POSITIONAL for p in theirs.parameters.values()):
        return
    mine = [p.name for p in primitive.signature.parameters.values() if p.kind in kinds]
    exact = [p.name for p in theirs.parameters.values() if p.kind is inspect.Parameter.POSITIONAL_ONLY]
    for k, name in enumerate(mine):
        assert k < len(named), (mine, named)
        if named[k] not in exact:
            assert name == named[k], (mine, named)
    for name, p in primitive.signature.parameters.items():
        if p.kind is p.KEYWORD_ONLY and not any(p.kind is p.VAR_KEYWORD for p in theirs.parameters.values()):
            assert name in theirs.parameters


def test_registering_twice_raises() -> None:
    with pytest.raises(RegistryError, match="already has"):
        registry.elementwise(np.sin, lambda x: np.cos(x))
    with pytest.raises(RegistryError, match="already has"):
        registry.method("sum", np.sum)


def test_rule_files_load_when_first_met() -> None:
    program = """
import sys
import numpy as np
import dualad.rules
from dualad import loading, registry, rules
files = lambda: {m for m in sys.modules if m.startswith("dualad.rules.")}
assert not files(), files()
assert registry.lookup(lambda x: x) is None and not files()
assert registry.lookup(np.sin).form == "elementwise" and "dualad.rules.ufuncs" in files()
assert "dualad.rules.mathfns" not in files()
import operator
assert registry.lookup(operator.add).form == "elementwise" and "dualad.rules.mathfns" in files()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_definitions_are_there_at_the_first_call() -> None:
    program = """
import numpy as np
import dualad.forward
import dualad.rules.reductions
from dualad import loading, registry, rules
assert registry.lookup(np.var).definition is not None
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("first", ["math.sin", "operator.add", "abs", "np.linalg.solve", "np.sum"])
def test_any_function_may_be_met_first(first: str) -> None:
    program = f"import math, operator, numpy as np\nimport dualad.rules\nfrom dualad import registry\n" \
              f"assert registry.lookup({first}) is not None"
    subprocess.run([sys.executable, "-c", program], check=True)
