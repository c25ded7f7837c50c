"""A short run of the program generator; the long one is `python -m tests.fuzz`."""

from __future__ import annotations

import ast
import dataclasses
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.corpus.harness import Api, Case, noise
from tests.corpus.trees import same
from tests.fuzz.check import against_differences, check, reaching_alias_store
from tests.fuzz.choices import Drawn, Random, Replay, shrink
from tests.fuzz.conditioning import crosses_a_branch, way_of
from tests.fuzz.features import ALL, BASIC, SETS, WIDE, parse
from tests.fuzz.orders import CALLS, check_orders
from tests.fuzz.program import Generated, compiled, forget, generate
from tests.fuzz.scope import FLOAT, vector
from tests.test_corpus import API

SECONDS = 8.0


def refusal() -> tuple[type[BaseException], ...]:
    from dualad.errors import DualadError

    return (DualadError,)


def shown(program: Generated, reason: str) -> str:
    return f"{reason}\n{program.text}\narguments: {program.make()!r}"


@pytest.mark.parametrize("features", [BASIC, ALL, SETS["calls"]], ids=["basic", "all", "calls"])
def test_generated_programs_are_right(features: frozenset[str]) -> None:
    """Seeded programs, as many as the time allows: none wrong, few refused, few discarded."""
    until, counts = time.monotonic() + SECONDS, {"right": 0, "refused": 0, "discarded": 0}
    number = 0
    while time.monotonic() < until:
        program = generate(Random(f"suite:{number}"), features)
        outcome = check(program, API, differences=number % 3 == 0, refused=refusal())
        assert outcome.status != "wrong", shown(program, f"number {number}: {outcome.reason}")
        counts[outcome.status] += 1
        number += 1
    assert counts["right"] > 0, counts
    assert counts["discarded"] <= 0.1 * number + 2, counts


def test_second_derivatives_of_generated_programs() -> None:
    seen = set()
    for number in range(40):
        program = generate(Random(f"orders:{number}"), ALL, size=6)
        outcome = check(program, API, differences=False, refused=refusal(), orders=True)
        assert outcome.status != "wrong", shown(program, f"number {number}: {outcome.reason}")
        seen.add(outcome.reason)
    assert {"orders: jacobian", "orders: jacobian and products"} <= seen


@pytest.mark.parametrize("name", ["jvp", "hvp", "jacobian"])
def test_wrong_second_derivatives_are_reported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import dualad

    case = Case(lambda x: np.sum(x**3), lambda: (np.array([0.5, 1.5]),))
    assert check_orders(case) == "jacobian and products"
    right, calls = getattr(dualad, name), []

    def wrong(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        result = right(*args, **kwargs)
        if name == "jacobian":
            return lambda *given: tuple(2.0 * part for part in result(*given))
        if name == "jvp":  # of the gradient alone
            return (result[0], tuple(2.0 * part for part in result[1])) if len(calls) > CALLS else result
        return tuple(2.0 * part for part in result)

    monkeypatch.setattr(dualad, name, wrong)
    with pytest.raises(AssertionError):
        check_orders(case)


def test_functions_are_right_at_other_arguments() -> None:
    for number in range(4):
        program = generate(Random(f"elsewhere:{number}"), ALL, size=4)
        outcome = check(program, API, differences=False, refused=refusal(), elsewhere=True)
        assert outcome.status != "wrong", shown(program, f"number {number}: {outcome.reason}")


@pytest.mark.parametrize("kind", [np.float32, np.complex128])
def test_what_is_wrong_at_other_arguments_is_reported(kind: Any) -> None:
    """A pullback that is wrong for arguments of some dtype alone."""

    def vjp(f: Any, *primals: Any) -> Any:
        y, pull = API.vjp(f, *primals)
        if np.asarray(primals[1]).dtype != kind:
            return y, pull
        return y, lambda ct: tuple(c * 0.5 if isinstance(c, np.ndarray) else c for c in pull(ct))

    text = "import math\nimport numpy as np\ndef f(x, a):\n    return 3.0 * x * np.sum(a)\n"
    program = Generated(text, frozenset(), (FLOAT, vector(3)), 1)
    broken = dataclasses.replace(API, vjp=vjp)
    assert check(program, broken, differences=True, refused=()).status == "right"
    assert check(program, broken, differences=True, refused=(), elsewhere=True).status == "wrong"
    assert check(program, API, differences=True, refused=(), elsewhere=True).status == "right"


@settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
@given(st.data())
def test_programs_that_hypothesis_makes(data: Any) -> None:
    """The same checks on programs that Hypothesis chooses (and shrinks, when one is wrong)."""
    program = generate(Drawn(data.draw), BASIC, size=6)
    outcome = check(program, API, differences=True, refused=refusal())
    assert outcome.status != "wrong", shown(program, outcome.reason)


# The generator itself


def test_programs_run_and_are_the_same_each_time() -> None:
    failures = 0
    for number in range(150):
        first, again = (generate(Random(f"self:{number}"), ALL) for _ in range(2))
        assert first == again
        ast.parse(first.text)
        try:
            with np.errstate(all="ignore"):
                values = [first.function()(*first.make()) for _ in range(2)]
        except ArithmeticError:
            failures += 1
        else:
            assert same(*values) or "nan" in repr(values)
        forget(f"<fuzz {first.digest}>")
    assert failures < 10


def test_features_that_are_off_do_not_occur() -> None:
    nothing = [generate(Random(n), frozenset()).tags for n in range(30)]
    assert not set().union(*nothing) & (ALL - {"if"})
    basic = [generate(Random(n), BASIC).tags for n in range(150)]
    assert not set().union(*basic) & WIDE
    text = "".join(generate(Random(n), BASIC).text for n in range(150))
    assert not any(word in text for word in ("lambda", "try:", "with ", "nonlocal", ".append", "yield", "match ", ":="))


def test_every_feature_occurs() -> None:
    tags: set[str] = set()
    for number in range(900):
        tags |= generate(Random(number), ALL).tags
        if tags >= ALL:
            break
    assert tags >= ALL, sorted(ALL - tags)


def test_words_of_features() -> None:
    assert parse("basic") == BASIC
    assert parse("all,-while") == ALL - {"while"}
    assert parse("closure") == {"closure"}
    with pytest.raises(ValueError, match="no feature"):
        parse("basic,nonsense")


def test_choices_are_replayed_and_shrunk() -> None:
    choices = Random(11)
    program = generate(choices, ALL)
    assert generate(Replay(choices.record), ALL) == program

    def fails(record: list[int]) -> bool:
        return "while True" in generate(Replay(record), ALL).text

    number = next(n for n in range(99) if "while True" in generate(Random(n), ALL).text)
    choices = Random(number)
    generate(choices, ALL)
    small = generate(Replay(shrink(choices.record, fails)), ALL)
    assert "while True" in small.text
    assert len(small.text[small.text.index("def f") :].splitlines()) <= 12


def half(transform: Any) -> Any:
    def wrong(f: Any, primals: Any, tangents: Any) -> Any:
        y, dy = transform(f, primals, tangents)
        return y, 0.5 * dy

    return wrong


def exact(f: Any, primals: Any, tangents: Any) -> Any:
    x, a = primals
    return f(x, a), 3.0 * np.sum(a) * tangents[0] + 3.0 * x * np.sum(tangents[1])


def test_a_wrong_derivative_is_reported() -> None:
    text = "import math\nimport numpy as np\ndef f(x, a):\n    return 3.0 * x * np.sum(a)\n"
    program = Generated(text, frozenset(), (FLOAT, vector(3)), 1)
    for jvp, status in ((exact, "right"), (half(exact), "wrong")):
        transforms = Api(None, jvp, None, None)  # type: ignore[arg-type]
        assert check(program, transforms, differences=True, refused=()).status == status

    def fails(*args: Any) -> Any:
        raise NotImplementedError("no rule\nat all")

    broken = Api(None, fails, None, None)  # type: ignore[arg-type]
    assert check(program, broken, differences=True, refused=(NotImplementedError,)).reason == "no rule"
    assert check(program, broken, differences=True, refused=()).status == "wrong"


def test_stores_that_reach_the_result_are_found() -> None:
    text = "import math\nimport numpy as np\ndef f(a):\n    v = a[1:]\n    v[0] = 2.0  # alias\n    return np.sum({})\n"
    for returned, reaches in (("a", True), ("a[:1]", False)):
        program = Generated(text.format(returned), frozenset(), (vector(3),), 1)
        assert reaching_alias_store(program) is reaches


def chosen_by_rounding(x, c):
    b = x.copy()
    b[:] -= b - c
    return np.sum(np.where(b > c, 2 * b, b)) + np.sum(np.maximum(x, 0.0))


def chosen_far_from_a_tie(x, c):
    return np.sum(np.where(x > c, 2 * x, x)) + np.sum(np.maximum(x, c))


def masked_by_rounding(x, c):
    b = x.copy()
    b[:] -= b - c
    mask = b > c
    return np.sum(x) + np.sum(b[mask])


@pytest.mark.parametrize(
    ("fn", "crosses"), [(chosen_by_rounding, True), (masked_by_rounding, True), (chosen_far_from_a_tie, False)]
)
def test_choices_by_rounding_are_branches(fn: Any, crosses: bool) -> None:
    case = Case(fn, lambda: (np.array([0.7, 1.9, 0.3]), np.array([0.1, 0.1, 1.1])))
    assert crosses_a_branch(case, noise(case.make(), 1), 3e-5) is crosses
    assert np.where is fn.__globals__["np"].where


def test_comparisons_by_rounding_are_branches() -> None:
    text = "import numpy as np\ndef f(x, a):\n    a[:] = np.float32(x)\n    a[a > x] = 0.5 * x\n    return np.sum(a)\n"
    for number in (0.5546356877390843, 0.8069296993370552, 0.3):
        ways = []
        for text_of in (text, text.replace("float32", "float64")):
            case = Case(compiled(text_of, "<fuzz comparisons>"), lambda number=number: (number, np.ones(3)))
            ways.append(way_of(case))
        assert (ways[0] == ways[1]) is not (float(np.float32(number)) > number)
        forget("<fuzz comparisons>")


def wave(x):
    return np.sin(1e4 * x)


@pytest.mark.parametrize(("factor", "passes"), [(1.0, True), (1.001, False)])
def test_differences_across_a_wave_are_taken_again(factor: float, passes: bool) -> None:
    case = Case(wave, lambda: (0.7317,), smooth=True)
    exact_slope = np.array([1e4 * np.cos(1e4 * 0.7317)])
    if passes:
        assert against_differences(case, (1.0,), factor * exact_slope).status == "right"
    else:
        with pytest.raises(AssertionError):
            against_differences(case, (1.0,), factor * exact_slope)
