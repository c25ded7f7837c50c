"""What faults are run against: units, each of which gives an outcome that is the same each time."""

from __future__ import annotations

import ast
import builtins
import dataclasses
import functools
import random
import sys
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.corpus import PROGRAMS
from tests.corpus.harness import (
    CANCELLED,
    Api,
    Case,
    check_forward,
    check_joint,
    check_pullback_pushed,
    check_reverse,
    check_second_order,
    input_size,
    scalar_result,
    vector,
)
from tests.corpus.trees import leaves
from tests.fuzz.check import moderate, plainly, within
from tests.fuzz.choices import Random
from tests.fuzz.features import parse
from tests.fuzz.program import Generated, compiled, forget, generate
from tests.golden.programs import PROGRAMS as GOLDEN

GOLDEN_FOLDER = Path(__file__).resolve().parent.parent / "golden"
PATIENCE = 20.0  # seconds for a unit; none takes one without a fault
SAME = 1e-8


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a unit gives: "right" with numbers, "refused", "wrong" (a check failed), "crash" or "skipped" (no use)."""

    status: str
    numbers: tuple[np.ndarray, ...] = ()
    why: str = ""


@dataclasses.dataclass(frozen=True)
class Unit:
    """What is run.

    Attributes:
        name: of the unit.
        key: the same as long as the unit is the same.
        run: gives its numbers.
    """

    name: str
    key: str
    run: Callable[[], tuple[np.ndarray, ...]] = dataclasses.field(repr=False, compare=False)

    def outcome(self) -> Outcome:
        """Runs it; whatever is raised is an outcome too."""
        from dualad.errors import DualadError

        try:
            with within(PATIENCE), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return Outcome("right", self.run())
        except DualadError as error:
            return Outcome("refused", why=_first_line(error))
        except _Useless:
            return Outcome("skipped")
        except AssertionError as error:
            return Outcome("wrong", why=_first_line(error))
        except TimeoutError:
            return Outcome("crash", why="no end")
        except Exception as error:
            return Outcome("crash", why=f"{type(error).__name__}: {_first_line(error)}")

    def watched(self) -> tuple[Outcome, frozenset[int]]:
        """The outcome, and the code that was made on the way."""
        made: set[int] = set()
        plain = builtins.compile

        def watching(source: Any, *args: Any, **kwargs: Any) -> Any:
            text = ast.dump(source) if isinstance(source, ast.AST) else source
            made.add(zlib.crc32(text.encode() if isinstance(text, str) else text))
            return plain(source, *args, **kwargs)

        builtins.compile = watching  # type: ignore[assignment]
        try:
            return self.outcome(), frozenset(made)
        finally:
            builtins.compile = plain


class _Useless(Exception):
    """The program says nothing: it fails by itself, or overflows."""


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0][:120]


def differs(came: Outcome, wanted: Outcome) -> str:
    """How an outcome shows a fault: "wrong", "crash", "refusal", "accepted" (what is refused went through), or ""."""
    if came.status != wanted.status:
        return {"refused": "refusal", "right": "accepted", "skipped": "wrong"}.get(came.status, came.status)
    for got, want in zip(came.numbers, wanted.numbers, strict=True):
        if got.shape != want.shape:
            return "wrong"
        near = SAME * np.max(np.abs(want), initial=0.0, where=np.isfinite(want)) + CANCELLED
        if not np.allclose(got, want, rtol=0.0, atol=near, equal_nan=True):
            return "wrong"
    return ""


# Kinds of units


def units(generated: int, programs: int | None = None) -> list[Unit]:
    """The corpus (or so many programs of it) in several ways, generated programs, golden files."""
    cases = [(name, which) for name, p in sorted(PROGRAMS.items()) for which in range(len(p.sets))]
    random.Random(0).shuffle(cases)
    cases = cases[:programs]
    made = [_unit(f"{name}-{which}", PROGRAMS[name].fn, _corpus, name, which) for name, which in cases]
    features = parse("all")
    for number in range(generated):
        program = generate(Random(f"mutation:{number}"), features, 16)
        made.append(Unit(f"generated {number}", f"generated {program.digest}", functools.partial(_generated, program)))
    for word, run in (("second", _second), ("pushed", _pushed), ("unspecialised", _unspecialised)):
        made += [_unit(f"{name}-{which} {word}", PROGRAMS[name].fn, run, name, which) for name, which in cases]
    return made + [_unit(f"golden {name}", fn, _golden, name) for name, (fn, _, _) in GOLDEN.items()]


def _unit(name: str, fn: Callable[..., Any], run: Callable[..., tuple[np.ndarray, ...]], *args: Any) -> Unit:
    """A unit of a program in a file, which is the same as long as its file is."""
    return Unit(name, f"{name} {_file(sys.modules[fn.__module__].__file__)}", functools.partial(run, *args))


@functools.cache
def _file(path: str | None) -> int:
    return zlib.crc32(Path(path or "").read_bytes())


def _api() -> Api:
    import dualad

    return Api(dualad.vjp, dualad.jvp, dualad.grad, dualad.value_and_grad)


def _case(name: str, which: int) -> Case:
    p = PROGRAMS[name]
    return Case(p.fn, lambda: p.make(which), False, p.complex_ok, p.ints_active, p.rtol)


def _both_modes(case: Case) -> tuple[np.ndarray, ...]:
    """Derivatives in both modes, after the harness's checks (that they agree follows from what they are)."""
    api = _api()
    _, dy = check_forward(case, api)
    _, _, cts = check_reverse(case, api)
    check_joint(case, api)
    return vector(dy), vector(cts)


def _corpus(name: str, which: int) -> tuple[np.ndarray, ...]:
    p, case, numbers = PROGRAMS[name], _case(name, which), []
    if p.forward == p.reverse == "right":
        return _both_modes(case)
    for status, check in ((p.forward, check_forward), (p.reverse, check_reverse)):
        if status == "right":
            numbers.append(vector(check(case, _api())[-1]))  # type: ignore[operator]
        else:
            _must_refuse(check, case)
    return tuple(numbers)


def _must_refuse(check: Callable[..., Any], case: Case) -> None:
    from dualad.errors import DualadError

    try:
        check(case, _api())
    except DualadError:
        return
    raise AssertionError("what is refused went through")


def _generated(program: Generated) -> tuple[np.ndarray, ...]:
    name = f"<fuzz {program.digest}>"
    try:
        fn = compiled(program.text, name)
        try:
            plain = plainly(fn, program)
        except (ArithmeticError, RuntimeWarning, RecursionError) as error:
            raise _Useless from error
        if moderate(plain):
            raise _Useless
        return _both_modes(Case(fn, program.make, smooth=False, rtol=1e-5))
    finally:
        forget(name)


def _second(name: str, which: int) -> tuple[np.ndarray, ...]:
    case = _case(name, which)
    if not PROGRAMS[name].smooth or not scalar_result(case) or input_size(case) > 12:
        raise _Useless
    api, pushed = _api(), []

    def jvp(*given: Any) -> Any:
        pushed.append(api.jvp(*given))
        return pushed[-1]

    check_second_order(case, dataclasses.replace(api, jvp=jvp))
    return tuple(vector([v for _, v in leaves(dg) if v is not None]) for _, dg in pushed)


def _pushed(name: str, which: int) -> tuple[np.ndarray, ...]:
    check_pullback_pushed(_case(name, which), _api())
    return ()


def _unspecialised(name: str, which: int) -> tuple[np.ndarray, ...]:
    from dualad.reverse import programs

    case, api = _case(name, which), _api()
    with programs.unspecialised():
        _, _, cts = check_reverse(case, api)
        check_joint(case, api)
    return (vector(cts),)


def _golden(name: str) -> tuple[np.ndarray, ...]:
    import dualad

    fn, argnums, args = GOLDEN[name]
    text = dualad.source(dualad.grad(fn, argnums=argnums), *args)
    assert text == (GOLDEN_FOLDER / f"{name}.txt").read_text(), "another text"
    return ()
