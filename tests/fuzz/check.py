"""What becomes of one generated program: right, refused, discarded with its reason, or wrong."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.corpus.harness import (
    Api,
    Case,
    NotSmoothError,
    check_against_differences,
    check_agreement,
    check_forward,
    check_joint,
    check_reverse_alone,
    vector,
)
from tests.corpus.trees import leaves, same
from tests.fuzz.choices import Replay, shrink
from tests.fuzz.closures import closed, second
from tests.fuzz.conditioning import crosses_a_branch, is_ill_conditioned
from tests.fuzz.double import check_near_double, in_double, is_narrow
from tests.fuzz.elsewhere import check_elsewhere
from tests.fuzz.orders import check_orders
from tests.fuzz.program import Generated, compiled, forget, generate
from tests.fuzz.reduce import reduce

LARGE = 1e6


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The result of a check.

    Attributes:
        status: "right", "refused", "discarded" or "wrong".
        reason: why.
        smooth: whether it was also held against differences.
        error: what was raised.
    """

    status: str
    reason: str = ""
    smooth: bool = False
    error: BaseException | None = None


def moderate(result: Any) -> str:
    """Why a result is no use; empty if it is."""
    parts = [v for _, v in leaves(result) if v is not None]
    if not parts:
        return "no result"
    with np.errstate(all="ignore"):
        if not all(np.all(np.isfinite(v)) for v in parts):
            return "not finite"
        return "too large" if any(np.any(np.abs(v) > LARGE) for v in parts) else ""


def plainly(fn: Callable[..., Any], program: Generated) -> Any:
    """The result of a program's function itself, whose warnings are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return fn(*program.make())


def check(
    program: Generated,
    api: Api,
    *,
    differences: bool,
    refused: tuple[type[BaseException], ...],
    orders: bool = False,
    elsewhere: bool = False,
    closures: bool = False,
) -> Outcome:
    """Runs every check of the harness on the program; if `orders`, those of second derivatives and Jacobians too.

    With `closures`, on the second one that is made of the program as a closure.
    """
    name = f"<fuzz {program.digest}>"
    try:
        fn = compiled(closed(program.text) if closures else program.text, name)
        if closures:
            fn = second(fn, program, api)
        try:
            plain = plainly(fn, program)
        except Exception as error:  # of the program itself: it is no use, and counted
            return Outcome("discarded", f"function raises {type(error).__name__}", error=error)
        if why := moderate(plain):
            return Outcome("discarded", why)
        if not same(plain, fn(*program.make())):
            return Outcome("discarded", "not deterministic")
        case = Case(fn, program.make, smooth=False, rtol=1e-5, narrow=is_narrow(program))
        try:
            outcome = examine(case, api, program if differences else None)
            if orders and outcome.status == "right":
                outcome = further(case, outcome)
            if elsewhere and outcome.status == "right":
                reason = check_elsewhere(case, program, api, refused, is_usable)
                outcome = dataclasses.replace(outcome, reason=outcome.reason or reason)
            return outcome
        except refused as error:
            return Outcome("refused", first_line(error), error=error)
        except AssertionError as error:
            if str(error).startswith("<w, J v> = ") and is_ill_conditioned(case, api):
                return Outcome("discarded", "derivative of rounding", error=error)
            return Outcome("wrong", first_line(error), error=error)
        except Exception as error:
            return Outcome("wrong", f"{type(error).__name__}: {first_line(error)}", error=error)
    finally:
        forget(name)
        forget(f"<fuzz {program.digest} in double>")


def is_usable(case: Case) -> bool:
    """Whether the function gives moderate numbers there, the same each time."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            plain = case.fn(*case.make())
            return not moderate(plain) and same(plain, case.fn(*case.make()))
    except Exception:  # the function's own
        return False


def further(case: Case, outcome: Outcome) -> Outcome:
    """What becomes of a right program's Jacobian and second derivatives."""
    from dualad.errors import DualadError

    try:
        done = check_orders(case)
    except DualadError as error:
        return dataclasses.replace(outcome, reason=f"orders refused: {first_line(error)}")
    return dataclasses.replace(outcome, reason=outcome.reason or f"orders: {done or 'not asked'}")


def first_line(error: BaseException) -> str:
    """What happened, without the names and numbers of this program; of several places the first."""
    lines = str(error).splitlines() or [type(error).__name__]
    text = next((line for line in lines if line.startswith("(1) ")), lines[0])
    text = re.sub(r"`[^`]*`", "`...`", text)
    return re.sub(r"-?\d+\.\d+(e[+-]?\d+)?", "#", text).split(": J v")[0].split(": [")[0][:160]


def examine(case: Case, api: Api, program: Generated | None) -> Outcome:
    """Both modes as far as they are there; then differences, if the program is given."""
    if api.vjp is None:
        tangents, dy = check_forward(case, api)
    elif api.jvp is None:
        check_reverse_alone(case, api)
        return Outcome("right")
    else:
        tangents, dy = check_agreement(case, api)
        if api.grad is not None:
            check_joint(case, api)
    if why := moderate(dy):
        return Outcome("right", f"derivative {why}")
    if not any(np.any(np.asarray(v) != 0) for _, v in leaves(dy) if v is not None):
        return Outcome("discarded", "derivative is zero")
    if program is None:
        return Outcome("right")
    if case.narrow and api.jvp is not None:
        wide = in_double(case, program, f"<fuzz {program.digest} in double>")
        found = check_near_double(case, wide, api, dy)
        if found is None:
            return Outcome("right", "single precision goes another way")
        case, (tangents, dy) = wide, found
    return against_differences(dataclasses.replace(case, smooth=True), tangents, vector(dy))


def against_differences(case: Case, tangents: Any, got: Any) -> Outcome:
    """Whether differences say the same, or cannot tell; raises AssertionError if they do not.

    One that crosses a branch, or goes across a wave of `sin(1e4 * x)`, is tried again with smaller steps.
    """
    wrong: AssertionError | None = None
    for start in (1e-3, 3e-5, 1e-6):
        try:
            check_against_differences("jvp", case, got, tangents, start=start)
        except NotSmoothError:
            continue
        except AssertionError as error:
            if start < 1e-4:
                if crosses_a_branch(case, tangents, start):
                    return Outcome("right", "differences cross a branch")
                wrong = error
        else:
            return Outcome("right", smooth=True)
    if wrong is not None:
        raise wrong
    return Outcome("right", "differences do not converge")


def reaching_alias_store(program: Generated) -> bool:
    """Whether a store through a view or alias changes the result: without it the result is another."""
    lines = program.text.splitlines()
    marked = [i for i, text in enumerate(lines) if text.endswith("# alias")]
    if not marked:
        return False
    plain = program.function()(*program.make())
    try:
        for i in marked:
            indent = len(lines[i]) - len(lines[i].lstrip())
            trial = [*lines[:i], " " * indent + "pass", *lines[i + 1 :]]
            try:
                with np.errstate(all="ignore"):
                    got = compiled("\n".join(trial) + "\n", f"<fuzz {program.digest}>")(*program.make())
            except Exception:  # the program does not even run without it
                return True
            if not same(got, plain):
                return True
        return False
    finally:
        forget(f"<fuzz {program.digest}>")


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """TimeoutError after so long: a loop that lost its way out. (Only in the main thread of a system with signals.)"""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*args: Any) -> None:
        raise TimeoutError(f"{seconds} s have passed")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def shrunk(
    record: list[int],
    features: frozenset[str],
    size: int,
    api: Api,
    refused: tuple[type[BaseException], ...],
    reason: str,
    budget: int = 300,
    **asked: bool,
) -> Generated:
    """The smallest program found that fails in the same way (wrong numbers, or the same exception)."""
    kind = reason.split(":")[0]

    def wrong(program: Generated) -> bool:
        try:
            with within(2.0):
                outcome = check(program, api, differences=True, refused=refused, **asked)
        except Exception:  # the function itself fails
            return False
        return outcome.status == "wrong" and outcome.reason.split(":")[0] == kind

    def fails(trial: list[int]) -> bool:
        try:
            program = generate(Replay(trial), features, size)
        except Exception:
            return False
        return wrong(program)

    small = generate(Replay(shrink(record, fails, budget)), features, size)
    text = reduce(small.text, lambda text: wrong(dataclasses.replace(small, text=text)), 2 * budget)
    return dataclasses.replace(small, text=text)
