"""Which mode suits a function: both modes and central differences, timed side by side and held against each other."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dualad import forms, jacobians, transforms, tree
from dualad.errors import DualadError, DualadTypeError, DualadValueError

MODES = ("forward", "reverse", "differences")

_LABELS = {"forward": "forward mode", "reverse": "reverse mode", "differences": "central differences"}
_LIMIT = 0.5  # seconds: a whole derivative that would take longer is estimated from one pass
_SAMPLE = 2e-4  # seconds that one sample of a fast function should take at least


@dataclass(frozen=True)
class ModeResult:
    """One way to differentiate a function.

    Attributes:
        mode: "forward", "reverse" or "differences".
        one: seconds of one pass: a direction (forward, differences) or a cotangent (reverse), the value included.
        whole: seconds of the whole derivative.
        estimated: whether `whole` is `one` times the number of passes, because it would have taken too long.
        error: relative difference from the first mode that works; None for that one.
        refused: why this way does not work for the function (the times are NaN then), or None.
    """

    mode: str
    one: float = math.nan
    whole: float = math.nan
    estimated: bool = False
    error: float | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Comparison:
    """What `compare_modes` found; print it for a table.

    Attributes:
        name: the function's name.
        jacobian_shape: how many numbers the function returns, and in how many it is differentiated.
        plain: seconds that the function itself takes.
        results: what was found of forward mode, reverse mode and central differences, in this order.
        best: the mode to use, "forward" or "reverse"; None when both refuse the function.
        advice: the call to write, and why.
    """

    name: str
    jacobian_shape: tuple[int, int]
    plain: float
    results: tuple[ModeResult, ...]
    best: str | None
    advice: str

    def __getitem__(self, mode: str) -> ModeResult:
        """The result of one mode."""
        return self.results[MODES.index(mode)]

    @property
    def agreement(self) -> float | None:
        """Relative difference between forward and reverse mode; None when one of them refuses the function."""
        return None if self["forward"].refused is not None else self["reverse"].error

    def __str__(self) -> str:
        rows = [("", "one pass", "whole derivative", "x plain", "difference")]
        rows.append(("plain function", show_time(self.plain), "", "", ""))
        for r in self.results:
            if r.refused is not None:
                rows.append((_LABELS[r.mode], "refused", "", "", ""))
                continue
            difference = "" if r.error is None else f"{r.error:.0e}"
            whole = "~" * r.estimated + show_time(r.whole)
            rows.append((_LABELS[r.mode], show_time(r.one), whole, f"{r.whole / self.plain:.3g}", difference))
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        lines = [f"{self.name}: the Jacobian is {self.jacobian_shape[0]} x {self.jacobian_shape[1]}"]
        for label, *cells in rows:
            right = "".join("  " + cell.rjust(width) for cell, width in zip(cells, widths[1:]))
            lines.append((label.ljust(widths[0]) + right).rstrip())
        lines += [f"{_LABELS[r.mode]}: {r.refused}" for r in self.results if r.refused is not None]
        return "\n".join([*lines, self.advice])


def compare_modes(
    f: Callable[..., Any], *args: Any, argnums: int | Sequence[int] = 0, rounds: int = 7, seconds: float = 3.0
) -> Comparison:
    """Time forward mode, reverse mode and central differences on a function of yours, and check them on each other.

    All are timed in turn, round after round, so that whatever else the machine does meets all of them alike; the times
    are medians. The differences shown are those of `w @ J @ v` for one random direction `v` and one random cotangent
    `w`. A whole derivative that would take more than half a second is estimated from one pass, and marked with `~`.

    Args:
        f: the function; it takes and returns trees of real arrays and floats.
        args: its arguments, as you would call it. They are left as they are, even by a function that changes them.
        argnums: the position, or positions, of the arguments to differentiate in.
        rounds: how many rounds are timed.
        seconds: no round starts after this time, except the first three.

    Returns:
        A `Comparison`: print it.

    Example:
        >>> import numpy as np
        >>> import dualad
        >>> found = dualad.compare_modes(lambda x: np.sum(np.sin(x) ** 2), np.linspace(0.0, 1.0, 500))
        >>> found.jacobian_shape, found.best
        ((1, 500), 'reverse')
    """
    problem = _Problem(f, args, argnums)
    products: dict[str, float] = {}
    refused: dict[str, str] = {}
    for mode, one in problem.passes.items():
        try:
            products[mode] = problem.product(mode, one())
        except Exception as error:
            if mode != "differences" and not isinstance(error, DualadError):
                raise
            refused[mode] = str(error).strip().partition("\n")[0]
    timed: dict[str, Callable[[], Any]] = {"plain": problem.plain}
    for mode in products:
        timed[mode] = problem.passes[mode]
        if problem.counts[mode] > 1 and problem.counts[mode] * _elapsed(timed[mode], 1) <= _LIMIT:
            timed[f"whole {mode}"] = problem.wholes[mode]
    times = {key: statistics.median(samples) for key, samples in time_in_rounds(timed, rounds, seconds).items()}
    results = []
    for mode in MODES:
        if mode in refused:
            results.append(ModeResult(mode, refused=refused[mode]))
            continue
        whole = times.get(f"whole {mode}", times[mode] * problem.counts[mode])
        estimated = problem.counts[mode] > 1 and f"whole {mode}" not in times
        results.append(ModeResult(mode, times[mode], whole, estimated, problem.error(products, mode)))
    best, advice = _advise(results, problem)
    shape = (problem.counts["reverse"], problem.counts["forward"])
    return Comparison(problem.name, shape, times["plain"], tuple(results), best, advice)


def time_in_rounds(
    functions: Mapping[str, Callable[[], Any]], rounds: int = 7, seconds: float = 3.0
) -> dict[str, list[float]]:
    """Seconds per call of each function, one sample a round; in each round all take their turn, in changing order."""
    names = list(functions)
    calls = {name: max(1, math.ceil(_SAMPLE / max(_elapsed(functions[name], 1), 1e-9))) for name in names}
    samples: dict[str, list[float]] = {name: [] for name in names}
    started = time.perf_counter()
    for i in range(rounds):
        if i >= 3 and time.perf_counter() - started > seconds:
            break
        for name in names[i % len(names) :] + names[: i % len(names)]:
            samples[name].append(_elapsed(functions[name], calls[name]))
    return samples


def show_time(seconds: float) -> str:
    """A duration for people: `850 ns`, `12.3 us`, `4.56 ms`, `7.89 s`.

    Example:
        >>> show_time(1.234e-5), show_time(61.0)
        ('12.3 us', '61 s')
    """
    for unit, size in (("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3)):
        if seconds < 999.5 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds < 999.5 else f"{seconds:.0f} s"


def _elapsed(function: Callable[[], Any], calls: int) -> float:
    started = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - started) / calls


class _Problem:
    """A function with arguments, a random direction and a random cotangent: what there is to time.

    Attributes:
        passes: per mode, one direction or one cotangent.
        wholes: per mode, the whole derivative.
        counts: per mode, how many passes make the whole derivative.
    """

    def __init__(self, f: Callable[..., Any], args: tuple[Any, ...], argnums: int | Sequence[int]) -> None:
        self.f = f
        self.args = _copy(args)
        self.name = getattr(f, "__name__", type(f).__name__)
        self.argnums = argnums if isinstance(argnums, int) else tuple(argnums)
        self.positions = self._positions()
        leaves, self.structure = tree.flatten(self.args)
        ends = [0, *np.cumsum([tree.structure(arg).size for arg in self.args])]
        self.chosen = [i for p in self.positions for i in range(ends[p], ends[p + 1])]
        self.active = self._active(leaves)
        self.inputs = [forms.Form(self.args[p]) for p in self.positions]
        result = self._first_call(leaves)
        self.results = [i for i, y in enumerate(result) if _is_real(y)]
        if not self.results or any(_is_complex(y) for y in result):
            raise DualadTypeError(f"compare_modes: {self.name} must return real floats or arrays of them")
        rng = np.random.default_rng(0)
        self.direction = {i: _random(rng, leaves[i]) for i in self.active}
        self.cotangent = {i: _random(rng, result[i]) for i in self.results}
        moves = iter([self.direction.get(i) for i in self.chosen])
        self.tangents = [tree.map(lambda leaf: next(moves), self.args[p]) for p in self.positions]
        self.w = _flat(self.cotangent[i] for i in self.results)
        inputs = sum(np.size(leaves[i]) for i in self.active)
        self.scalar = self.w.size == 1 and np.ndim(result[self.results[0]]) == 0 and len(result) == 1
        self.counts = {"forward": inputs, "reverse": self.w.size, "differences": inputs}
        self.passes = {"forward": self._jvp, "reverse": self._vjp, "differences": self._difference}
        self.wholes = {"forward": self._jacfwd, "reverse": self._jacrev, "differences": self._differences}
        dtypes = [np.asarray(leaves[i]).dtype for i in self.active]
        self.step = max(float(np.finfo(dtype).eps) for dtype in dtypes) ** (1 / 3)

    def _positions(self) -> tuple[int, ...]:
        wanted = (self.argnums,) if isinstance(self.argnums, int) else self.argnums
        for i in wanted:
            if not -len(self.args) <= i < len(self.args):
                raise DualadValueError(f"argnums={self.argnums} is out of range: {len(self.args)} arguments were given")
        return tuple(i % len(self.args) for i in wanted)

    def _active(self, leaves: list[Any]) -> list[int]:
        if any(_is_complex(leaves[i]) for i in self.chosen):
            raise DualadTypeError("compare_modes takes real arguments; split complex ones into two real ones")
        active = [i for i in self.chosen if _is_real(leaves[i])]
        if not active:
            seen = ", ".join(tree.describe(self.args[i]) for i in self.positions)
            raise DualadTypeError(f"compare_modes needs floats to differentiate in; argnums={self.argnums} is {seen}")
        return active

    def _first_call(self, leaves: list[Any]) -> list[Any]:
        """The results' leaves; finds out whether the function changes its arguments."""
        given = _copy(self.args)
        result = tree.leaves(self.f(*given))
        after = tree.leaves(given)
        self.changes_arguments = len(after) != len(leaves) or any(
            isinstance(x, np.ndarray) and not np.array_equal(x, y, equal_nan=x.dtype.kind in "fc")
            for x, y in zip(leaves, after)
        )
        return result

    def plain(self) -> Any:
        """The function itself, on arguments that it may change."""
        return self.f(*(_copy(self.args) if self.changes_arguments else self.args))

    def product(self, mode: str, found: Any) -> float:
        """`w @ J @ v` from the outcome of one pass."""
        if mode == "reverse":
            pairs = [(g, self.direction[i]) for i, g in zip(self.chosen, found) if i in self.direction]
            return math.fsum(float(np.sum(np.asarray(g, np.float64) * v)) for g, v in pairs)
        return float(self.w @ found)

    def error(self, products: dict[str, float], mode: str) -> float | None:
        """Relative difference from the first mode that works."""
        reference = next(iter(products))
        if mode == reference:
            return None
        gap, scale = abs(products[mode] - products[reference]), max(abs(products[mode]), abs(products[reference]))
        return gap / scale if gap else 0.0

    def _jvp(self) -> np.ndarray:
        y, tangent = transforms.push(self.f, self.args, {}, dict(zip(self.positions, self.tangents)))
        found = forms.Form(y).finish_leaves(tangent)
        return _flat(found[i] for i in self.results)

    def _vjp(self) -> list[Any]:
        y, pull = transforms.reverse(self.f, self.args, {}, self.positions)
        leaves, structure = tree.flatten(y)
        cotangent = tree.unflatten(structure, [self.cotangent.get(i) for i in range(len(leaves))])
        raws = pull(forms.Form(y).cotangent(cotangent, "cotangent"))
        return [leaf for form, raw in zip(self.inputs, raws) for leaf in form.finish_leaves(raw)]

    def _jacfwd(self) -> Any:
        return jacobians.jacfwd(self.f, self.argnums)(*self.args)

    def _jacrev(self) -> Any:
        transform = transforms.grad if self.scalar else jacobians.jacrev
        return transform(self.f, self.argnums)(*self.args)

    def _difference(self) -> np.ndarray:
        """Central differences in the random direction."""
        leaves = tree.leaves(self.args)
        size = max(1.0, *(float(np.max(np.abs(leaves[i]), initial=0.0)) for i in self.active))
        return self._between({i: v * (self.step * size) for i, v in self.direction.items()}) / (self.step * size)

    def _differences(self) -> np.ndarray:
        """Central differences along each input: the Jacobian."""
        columns = []
        for i in self.active:
            leaf = np.asarray(tree.leaves(self.args)[i])
            for index in np.ndindex(leaf.shape):
                step = self.step * max(1.0, abs(float(leaf[index])))
                move = np.zeros_like(leaf)
                move[index] = step
                columns.append(self._between({i: move}) / step)
        return np.stack(columns, axis=1)

    def _between(self, moves: dict[int, Any]) -> np.ndarray:
        """Half of what the results differ by when the leaves are moved up and down."""
        ends = []
        for sign in (1, -1):
            leaves = tree.leaves(_copy(self.args))
            for i, move in moves.items():
                moved = leaves[i] + sign * move
                leaves[i] = float(moved) if type(leaves[i]) is float else moved
            found = tree.leaves(self.f(*tree.unflatten(self.structure, leaves)))
            ends.append(_flat(found[i] for i in self.results))
        return (ends[0] - ends[1]) / 2


def _advise(results: list[ModeResult], problem: _Problem) -> tuple[str | None, str]:
    """The mode to use, and the sentence that says so."""
    forward, reverse = results[:2]
    calls = {"forward": "dualad.jacfwd(f)", "reverse": "dualad.grad(f)" if problem.scalar else "dualad.jacrev(f)"}
    if forward.refused is not None and reverse.refused is not None:
        return None, "Neither mode takes this function."
    if forward.refused is not None or reverse.refused is not None:
        best, other = (reverse, forward) if forward.refused is not None else (forward, reverse)
        return best.mode, f"Use {_LABELS[best.mode]}, {calls[best.mode]}: {_LABELS[other.mode]} refuses this function."
    best, other = (forward, reverse) if forward.whole < reverse.whole else (reverse, forward)
    passes = {
        "forward": _count(problem.counts["forward"], "input"),
        "reverse": _count(problem.counts["reverse"], "output"),
    }
    times = other.whole / best.whole
    why = f"a pass for {passes[best.mode]} instead of one for {passes[other.mode]}"
    if problem.counts[best.mode] >= problem.counts[other.mode]:
        why = f"for {passes['forward']} and {passes['reverse']}"
    return best.mode, f"Use {_LABELS[best.mode]}, {calls[best.mode]}: {times:.3g} times faster here, {why}."


def _count(n: int, what: str) -> str:
    return f"{n} {what}" + "s" * (n != 1)


def _is_real(x: Any) -> bool:
    return isinstance(x, float) or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "f")


def _is_complex(x: Any) -> bool:
    return isinstance(x, complex) or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "c")


def _random(rng: np.random.Generator, x: Any) -> Any:
    if isinstance(x, np.ndarray):
        return np.asarray(rng.normal(size=x.shape), x.dtype)
    return type(x)(rng.normal())


def _flat(parts: Any) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in parts])


def _copy(x: Any) -> Any:
    return tree.map(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, x)
