"""`nan_guard`: an error at the first value, tangent or cotangent that is not finite, with the user's line.

A tool for finding faults: it follows execution line by line, so that what runs within it is slow. Both user code and
emitted code are followed; of the latter the user's line is told by the comments in it, or by the statement.
"""

from __future__ import annotations

import ast
import linecache
import os
import re
import sys
import sysconfig
import textwrap
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from dualad.control import unnamed
from dualad.dtypes import FIELD, is_bundle_dtype
from dualad.errors import DualadError
from dualad.forward.dual import Dual
from dualad.reverse.origins import origin

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))
_NAME = re.compile(r"[A-Za-z_]\w*")
_MEANT = frozenset({"inf", "nan", "Inf", "NaN", "infty", "NAN", "NINF", "PINF", "isfinite", "isnan", "isinf"})
DEPTH = 3


class NonFiniteError(DualadError, ArithmeticError):
    """A value, tangent or cotangent that is infinite or not a number, found by `nan_guard`."""


@contextmanager
def nan_guard() -> Iterator[None]:
    """Within it, derivatives and the functions that they are of stop at the first number that is not finite.

    What is followed are functions that are called within it, in this thread: line by line, so it is slow, and meant for
    finding faults. Infinities that a line states itself (`best = np.inf`) are passed over, and so is what a line makes
    of numbers that were not finite before. What is not computed is not seen: `grad` leaves out what only the value
    needs, `value_and_grad` does not.

    Raises:
        NonFiniteError: a value, tangent or cotangent is infinite or not a number; with the user's line, what was
            computed there, and the ranges of what it was computed from.

    Example:
        >>> import numpy as np
        >>> from dualad import grad, nan_guard
        >>> def f(x):
        ...     y = np.sqrt(x)
        ...     return np.sum(y)
        >>> with nan_guard():
        ...     grad(f)(np.array([4.0]))
        array([0.25])
        >>> with nan_guard():
        ...     grad(f)(np.array([0.0]))
        Traceback (most recent call last):
        dualad.control.guard.NonFiniteError: ...
    """
    before = sys.gettrace()
    sys.settrace(_follow)
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            yield
    except FloatingPointError as error:
        raise _of_error(error) from error
    except (ZeroDivisionError, OverflowError) as error:
        found = _innermost(error)
        if found is None or not found.tb_frame.f_code.co_filename.startswith("<dualad "):
            raise  # the user's own
        raise _of_error(error) from error
    finally:
        sys.settrace(before)


def _is_followed(filename: str) -> bool:
    if filename.startswith("<dualad "):
        return True
    return not filename.startswith((*_LIBRARIES, _PACKAGE, "<frozen", "<string>", "<__array"))


def _follow(frame: types.FrameType, event: str, arg: Any) -> Any:
    """The tracer of new frames: one of its own for each frame whose lines are followed."""
    if event != "call" or not _is_followed(frame.f_code.co_filename):
        return None
    known = {name: _is_finite(x) for name, x in frame.f_locals.items()}
    return _Frame(known, frame.f_lineno).line


class _Frame:
    """The names of one frame, whether they were finite, and the line that is being run."""

    def __init__(self, known: dict[str, bool], line: int) -> None:
        self.known = known
        self.at = line
        self.before: dict[str, str] = {}  # ranges of what a line writes over

    def look(self, frame: types.FrameType) -> None:
        """Before a line is run: what it will compute without a name for it, and what it will write over."""
        text = _statement(frame.f_code.co_filename, self.at)
        self.before = {}
        if "out=" in text:
            values = frame.f_locals
            self.before = {n: _range(values[n]) for n in set(_NAME.findall(text)) if n in values}
        found = unnamed.first(frame, self.at, _is_finite)
        if found is not None:
            term, value = found
            if not set(_NAME.findall(text)) & _MEANT:
                raise _error(frame, self.at, text, value, "", term.names, f"in {term.text}")

    def line(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "exception":
            return self.line
        text = _statement(frame.f_code.co_filename, self.at)
        named = set(_NAME.findall(text))
        values = frame.f_locals
        bad = [n for n in named if n in values and self.known.get(n, True) and not _is_finite(values[n])]
        operands = [n for n in named if n in values and n not in bad]
        stated = bool(named & _MEANT) or any(not self.known.get(n, True) for n in named)
        if bad and not stated:
            bad.sort(key=lambda n: not text.startswith(f"{n} "))  # what the line binds comes first
            raise _error(frame, self.at, text, values[bad[0]], bad[0], [*operands, *self.before])
        if event == "return" and not bad and not stated and not _is_finite(arg):
            raise _error(frame, self.at, text, arg, "", operands)
        for name in named:
            if name in values:
                self.known[name] = _is_finite(values[name])
        self.at = frame.f_lineno
        if event == "line":
            self.look(frame)
        return self.line


def _is_finite(x: Any, depth: int = 0) -> bool:
    if type(x) is Dual:
        return _is_finite(x.value, depth) and _is_finite(x.tangent, depth)
    if isinstance(x, (np.ndarray, np.void)) and is_bundle_dtype(x.dtype):
        x = x[FIELD]
    if isinstance(x, (float, complex, np.ndarray, np.generic)):
        return not _is_number(x) or bool(np.all(np.isfinite(x)))
    if isinstance(x, (list, tuple, dict)) and depth < DEPTH:
        return all(_is_finite(v, depth + 1) for v in (x.values() if isinstance(x, dict) else x))
    return True


def _is_number(x: Any) -> bool:
    return not isinstance(x, (np.ndarray, np.generic)) or x.dtype.kind in "fc"


def _statement(filename: str, line: int) -> str:
    return linecache.getline(filename, line).strip()


def _innermost(error: ArithmeticError) -> types.TracebackType | None:
    """The innermost line of an error's traceback that is followed."""
    found = None
    step = error.__traceback__
    while step is not None:
        if _is_followed(step.tb_frame.f_code.co_filename):
            found = step
        step = step.tb_next
    return found


def _of_error(error: ArithmeticError) -> NonFiniteError:
    """NumPy's own error or Python's, at the innermost line that is followed."""
    found = _innermost(error)
    if found is None:
        return NonFiniteError(f"a number that is not finite: {error}")
    frame, line = found.tb_frame, found.tb_lineno
    text = _statement(frame.f_code.co_filename, line)
    operands = [n for n in dict.fromkeys(_NAME.findall(text)) if n in frame.f_locals]
    return _error(frame, line, text, None, "", operands, str(error))


def _error(
    frame: types.FrameType, line: int, text: str, value: Any, name: str, operands: list[str], why: str = ""
) -> NonFiniteError:
    filename = frame.f_code.co_filename
    emitted = filename.startswith("<dualad ")
    where, user_text, in_reverse = _origin(filename, line, text) if emitted else ((filename, line), text, False)
    what = "cotangent" if in_reverse or name.endswith("_bar") else "value"
    if type(value) is Dual and _is_finite(value.value):
        what = "tangent"
    shown = f" of `{name}`" if name and not (emitted and name.startswith("v")) else ""
    message = f'a {what}{shown} is not finite{f" ({why})" if why else ""}\n  File "{where[0]}", line {where[1]}\n'
    message += f"    {user_text}\n"
    if emitted and text != user_text:
        message += f"  computed by: {text}\n"
    before = getattr(getattr(frame.f_trace, "__self__", None), "before", {})
    seen = {n: before.get(n) or _range(frame.f_locals.get(n)) for n in sorted(operands)}
    ranges = [f"    {n}: {shown}" for n, shown in seen.items() if shown]
    return NonFiniteError(message + ("  from\n" + "\n".join(ranges) if ranges else ""))


def _range(x: Any) -> str:
    """The range of a number or array; nothing for anything else."""
    if type(x) is Dual:
        return f"{_range(x.value)}, tangent {_range(x.tangent)}"
    if isinstance(x, (np.ndarray, np.void)) and is_bundle_dtype(x.dtype):
        x = x[FIELD]
    if isinstance(x, np.ndarray) and x.dtype.kind in "iufc" and x.size:
        with np.errstate(all="ignore"):
            low, high = (np.min(x), np.max(x)) if x.dtype.kind != "c" else (np.min(np.abs(x)), np.max(np.abs(x)))
        return f"array of shape {x.shape}, from {low:.6g} to {high:.6g}"
    if isinstance(x, (int, float, complex, np.number)) and not isinstance(x, bool):
        return f"{x:.6g}"
    return ""


def _origin(filename: str, line: int, text: str) -> tuple[tuple[str, int], str, bool]:
    """File and line of the user's that an emitted line belongs to, its text, and whether it is of the reverse sweep."""
    source = origin(filename)
    if source is None:
        return (filename, line), text, False
    first = source.tree.lineno
    last = min(source.tree.end_lineno, len(source.lines))
    lines = {i: source.lines[i - 1].strip() for i in range(first, last + 1)}
    if source.filename.startswith("<dualad "):  # a function inside one: its source is emitted code itself
        return _origin(source.filename, first, text)
    for at in range(line - 1, 0, -1):
        shown = _statement(filename, at)
        if shown.startswith("# "):
            same = [i for i, t in lines.items() if t == shown[2:]]
            return (source.filename, same[0] if same else first), shown[2:], True
    wanted = _squeezed(text)
    target = text.partition("=")[0].strip()
    right = _squeezed(text.partition("=")[2]) or wanted
    everywhere = {i: t.strip() for i, t in enumerate(source.lines, start=1)}  # callees are written out too
    for candidates in (lines, everywhere):
        for i, t in candidates.items():
            if right in _squeezed(t) or _squeezed(t).startswith(f"{target}="):
                return (source.filename, i), t, False
    return (source.filename, first), lines.get(first, text), False


def _squeezed(text: str) -> str:
    with suppress(SyntaxError):
        text = ast.unparse(ast.parse(textwrap.dedent(text)))
    return text.replace(" ", "")
