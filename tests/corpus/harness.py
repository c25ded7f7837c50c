"""What must hold of every program, whoever wrote it: the corpus and the program generator share these checks."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tests.corpus.trees import arrays, children, copied, describe, leaves, same, tree_map

AGREE = 1e-10
AGREE_SINGLE = 1e-4
JOINT = 1e-12
START = 4e-3


@dataclasses.dataclass(frozen=True)
class Case:
    """A function, a maker of fresh equal arguments, and what may be asked of it.

    Attributes:
        fn: the function.
        make: gives the arguments; the same each time, sharing nothing.
        smooth: whether differences of values are near the derivative here.
        complex_ok: whether the complex step holds.
        ints_active: whether integers are differentiated in.
        rtol: tolerance of the comparison with differences.
        narrow: whether some of what it computes is of single precision, whatever goes in and comes out.
    """

    fn: Callable[..., Any]
    make: Callable[[], tuple[Any, ...]]
    smooth: bool = True
    complex_ok: bool = False
    ints_active: bool = False
    rtol: float = 1e-6
    narrow: bool = False


class NotSmoothError(AssertionError):
    """Differences do not converge: they say nothing here."""


@dataclasses.dataclass(frozen=True)
class Api:
    """The four transforms under test (the harness's own tests put wrong ones here)."""

    vjp: Callable[..., Any]
    jvp: Callable[..., Any]
    grad: Callable[..., Any]
    value_and_grad: Callable[..., Any]


def kind_of(leaf: Any) -> str:
    """ "f", "c", "i", "b" of numbers and arrays of numbers, as in NumPy's dtypes; "" of anything else."""
    if isinstance(leaf, (bool, int, float, complex, np.generic, np.ndarray)):
        kind = np.asarray(leaf).dtype.kind
        return "i" if kind == "u" else kind if kind in "fcib" else ""
    return ""


def is_active(leaf: Any, ints_active: bool = False) -> bool:
    return kind_of(leaf) in (("f", "c", "i") if ints_active else ("f", "c"))


def noise(tree: Any, seed: int, ints_active: bool = False) -> Any:
    """A random tangent (or cotangent) of a tree; None for what is no number that is differentiated in."""
    rng = np.random.default_rng(seed)

    def one(leaf: Any) -> Any:
        if not is_active(leaf, ints_active):
            return None
        shape = np.shape(leaf)
        t = rng.uniform(0.25, 1.0, size=shape) * rng.choice([-1.0, 1.0], size=shape)
        if kind_of(leaf) == "c":
            t = t + 1j * rng.uniform(-1, 1, size=shape)
        if isinstance(leaf, np.ndarray):
            return np.asarray(t, dtype=None if kind_of(leaf) == "i" else leaf.dtype)
        if isinstance(leaf, np.generic) and kind_of(leaf) != "i":
            return leaf.dtype.type(t)
        return complex(t) if kind_of(leaf) == "c" else float(t)

    return tree_map(one, tree)


def is_zero(value: Any) -> bool:
    return value is None or bool(np.all(np.asarray(value) == 0))


def inner(a: Any, b: Any) -> tuple[float, float]:
    """`Re(sum(a * b))` over two trees of one structure, and the sum of the absolute values of the terms."""
    total, scale = 0.0, 0.0
    for (_, x), (_, y) in zip(leaves(a), leaves(b), strict=True):
        if x is None or y is None:
            continue
        terms = np.real(np.asarray(x, dtype=np.result_type(x, np.float64)) * np.asarray(y))
        total += float(np.sum(terms))
        scale += float(np.sum(np.abs(terms)))
    return total, scale


def single(tree: Any) -> bool:
    """Whether some leaf is of less than double precision."""
    return any(is_active(v) and np.asarray(v).dtype in (np.float32, np.complex64, np.float16) for _, v in leaves(tree))


def check_structure(what: str, tangents: Any, primals: Any, ints_active: bool, *, exact: bool) -> None:
    """Each tangent (or cotangent) has its primal's place, shape and dtype; that of an inactive leaf is None or zero."""

    def one(primal: Any, tangent: Any) -> None:
        if not ints_active and is_active(primal, True) and not is_active(primal, False):
            return  # an integer that is not moved: its gradient is a number all the same
        if not is_active(primal, ints_active):
            assert children(tangent) is None and is_zero(tangent), f"{what}: {tangent!r} for inactive {primal!r}"
            return
        assert tangent is not None, f"{what}: None for {primal!r}"
        want = np.asarray(primal).dtype
        want = np.dtype(np.float64) if want.kind in "iu" else want
        assert np.shape(tangent) == np.shape(primal), f"{what}: shape {np.shape(tangent)} for {np.shape(primal)}"
        assert np.asarray(tangent).dtype == want, f"{what}: {np.asarray(tangent).dtype} for {want}"
        if isinstance(primal, np.ndarray) and primal.ndim:
            assert type(tangent) is np.ndarray, f"{what}: {type(tangent)} for an array"
        if exact and type(primal) in (float, complex):
            assert type(tangent) is type(primal), f"{what}: {type(tangent)} for a {type(primal)}"

    tree_map(one, primals, tangents)


def check_apart(what: str, results: Any, *others: Any, distinct: bool = False) -> None:
    """No array of `results` shares memory with any of `others` (nor, if distinct, with another of results)."""
    mine = arrays(results)
    for other in others:
        for theirs in arrays(other):
            for a in mine:
                assert not np.shares_memory(a, theirs), f"{what} shares memory with an input"
    if distinct:
        for i, a in enumerate(mine):
            assert a.flags.writeable, f"{what} is not writable"
            assert not any(np.shares_memory(a, b) for b in mine[:i]), f"{what}: two results share memory"


def finite(tree: Any) -> bool:
    return all(kind_of(v) == "" or bool(np.all(np.isfinite(v))) for _, v in leaves(tree))


# Derivatives without dualad


def vector(result: Any) -> np.ndarray:
    """The differentiable numbers of a result, one after the other."""
    parts = [np.ravel(v) for _, v in leaves(result) if is_active(v)]
    return np.concatenate(parts).astype(np.result_type(np.float64, *parts)) if parts else np.zeros(0)


def moved(case: Case, tangents: Any, step: complex) -> Any:
    """Fresh arguments, moved by `step` times the tangents, in double precision."""

    def one(leaf: Any, tangent: Any) -> Any:
        if tangent is None:
            return leaf
        value = np.asarray(leaf, dtype=np.result_type(leaf, np.float64)) + step * np.asarray(tangent)
        if isinstance(leaf, np.ndarray):
            return np.asarray(value)
        if isinstance(leaf, np.generic):
            return value[()]
        return value.item()

    return tree_map(one, case.make(), tangents)


def differences(
    at: Callable[[float], np.ndarray], start: float = START, rounds: int = 7
) -> tuple[np.ndarray, np.ndarray]:
    """Central differences of a vector function at 0, extrapolated (Ridders), and an estimate of their error.

    Steps are halved until the error is a thousandth of the usual tolerance, and `rounds - 1` times at most.
    """
    rows: list[list[np.ndarray]] = []
    best = err = np.zeros(0)
    for i in range(rounds):
        if i > 2 and np.all(err <= 1e-9 * (np.max(np.abs(best), initial=0.0) + 1e-9)):
            break
        h = start / 2**i
        up, down = at(h), at(-h)
        if up.shape != down.shape or (rows and up.shape != best.shape):
            raise NotSmoothError("the result has other shapes nearby")
        row = [(up - down) / (2 * h)]
        for j in range(1, i + 1):
            row.append((4**j * row[j - 1] - rows[-1][j - 1]) / (4**j - 1))
            new = np.maximum(np.abs(row[j] - row[j - 1]), np.abs(row[j] - rows[-1][j - 1]))
            better = new < err
            best, err = np.where(better, row[j], best), np.where(better, new, err)
        if i == 0:
            best, err = row[0], np.full(row[0].shape, np.inf)
        rows.append(row)
    return best, err


def by_differences(case: Case, tangents: Any, start: float = START) -> tuple[np.ndarray, np.ndarray]:
    return differences(lambda h: vector(case.fn(*moved(case, tangents, h))), start)


def by_complex_step(case: Case, tangents: Any) -> np.ndarray:
    return np.imag(vector(case.fn(*moved(case, tangents, 1e-100j)))) / 1e-100


def check_near(what: str, got: np.ndarray, want: np.ndarray, rtol: float, err: np.ndarray | float = 0.0) -> None:
    assert got.shape == want.shape, f"{what}: {got.shape} numbers for {want.shape}"
    if got.size == 0:
        return
    scale = np.max(np.abs(want)) + 1e-9
    assert np.all(np.isfinite(want)), f"{what}: differences are not finite"
    if not np.all(err <= 1e-4 * scale + 1e-9):
        raise NotSmoothError(f"{what}: differences do not converge ({np.max(err)}): not smooth here?")
    bad = ~(np.abs(got - want) <= rtol * scale + 10 * err + 1e-11)
    assert not np.any(bad), f"{what}: {got} is not {want} (error of the differences {err})"


def check_smooth(case: Case) -> None:
    """The case is smooth as it says, and the complex step agrees with differences where it says so."""
    args = case.make()
    if not case.smooth:
        return
    tangents = noise(args, 3, case.ints_active)
    want, err = by_differences(case, tangents)
    check_near("differences", want, want, case.rtol, err)
    if case.complex_ok:
        check_near("complex step", by_complex_step(case, tangents), want, case.rtol, err)


def check_against_differences(
    what: str, case: Case, got: np.ndarray, tangents: Any, weights: Any = None, start: float = START
) -> None:
    """`got` is the directional derivative (weighted by `weights` if given), as far as differences tell."""
    if not case.smooth:
        return
    rtol = AGREE_SINGLE if single(case.make()) else case.rtol
    w = vector(weights) if weights is not None else None

    def weigh(v: np.ndarray) -> np.ndarray:
        return v if w is None else np.real(np.sum(w * v, keepdims=True))

    want, err = by_differences(case, tangents, start)
    bound = err if w is None else np.sum(np.abs(w) * err, keepdims=True)
    check_near(what, got, weigh(want), rtol, bound)
    if case.complex_ok and not single(case.make()):
        check_near(f"{what} (complex step)", got, weigh(by_complex_step(case, tangents)), AGREE)


# What dualad's results must satisfy


@contextlib.contextmanager
def untouched(args: Any, *others: Any) -> Iterator[None]:
    """Arguments (byte for byte) and NumPy's error state are as they were."""
    before, state = copied((args, *others)), np.geterr()
    yield
    assert same((args, *others), before), f"changed by the call: {describe((args, *others))} was {describe(before)}"
    assert np.geterr() == state, "NumPy's error state was changed"


def scribble(tree: Any) -> None:
    """Ruins every array of a tree, as its owner may."""
    for a in arrays(tree):
        if a.flags.writeable and a.dtype.kind in "fc":
            a[...] = -977.5


def check_forward(case: Case, api: Api, seed: int = 1) -> tuple[Any, Any]:
    """jvp gives the value, and a tangent near differences. Returns both."""
    plain = case.fn(*case.make())
    args = case.make()
    tangents = noise(args, seed, case.ints_active)
    with untouched(args, tangents):
        y, dy = api.jvp(case.fn, args, tangents)
    assert same(y, plain), f"jvp's value: {describe(y)} is not {describe(plain)}"
    check_structure("jvp", dy, plain, False, exact=False)
    check_apart("jvp's tangent", dy, args, tangents)
    check_apart("jvp's value", y, args)
    if finite(plain) and case.smooth:
        assert finite(dy), f"jvp is not finite: {describe(dy)}"
    shown = tree_map(lambda p, t: t if is_active(p) else None, plain, dy)
    check_against_differences("jvp", case, vector(shown), tangents)
    return tangents, shown


def check_reverse(case: Case, api: Api, seed: int = 2, *, ruin_args: bool = True) -> tuple[Any, Any, Any]:
    """vjp gives the value and a pullback that may be called often. Returns arguments, cotangent, and its pullback."""
    plain = case.fn(*case.make())
    args, clean = case.make(), case.make()
    ct = noise(plain, seed)
    with untouched(args):
        y, pull = api.vjp(case.fn, *args)
    assert same(y, plain), f"vjp's value: {describe(y)} is not {describe(plain)}"
    check_apart("vjp's value", y, args)
    with untouched(args, ct):
        first = pull(ct)
    assert isinstance(first, tuple), f"a pullback gives a tuple, not {type(first)}"
    assert len(first) == len(args), f"{len(first)} cotangents for {len(args)} arguments"
    check_structure("pull", first, clean, case.ints_active, exact=True)
    check_apart("a cotangent", first, args, ct, y, distinct=True)
    kept = copied(first)
    scribble((y, first))
    if ruin_args:
        scribble(args)
    with untouched(ct):
        second = pull(ct)
    assert same(second, kept), f"second call of pull: {describe(second)} was {describe(kept)}"
    check_apart("a second cotangent", second, first, distinct=True)
    if finite(plain) and case.smooth:
        assert finite(kept), f"pull is not finite: {describe(kept)}"
    return clean, ct, kept


# Where contributions of the size of one cancel to nothing, the modes round what is left of them in their own ways.
CANCELLED = 64 * float(np.finfo(float).eps)


def check_agreement(case: Case, api: Api) -> tuple[Any, Any]:
    """`<w, J v> == <J^T w, v>`. Returns the tangents of arguments and result."""
    tangents, dy = check_forward(case, api)
    args, ct, cts = check_reverse(case, api)
    left, size = inner(ct, dy)
    right, other = inner(cts, tangents)
    tol = AGREE_SINGLE if case.narrow or single(args) or single(dy) else AGREE
    assert np.isnan(left) == np.isnan(right), f"<w, J v> = {left}, <J^T w, v> = {right}"
    assert np.isnan(left) or abs(left - right) <= max(tol * max(size, other), CANCELLED), (
        f"<w, J v> = {left} but <J^T w, v> = {right}: J v = {describe(dy)}, J^T w = {describe(cts)}"
    )
    return tangents, dy


def check_reverse_alone(case: Case, api: Api) -> None:
    """The checks of reverse mode that need no forward mode."""
    args, ct, cts = check_reverse(case, api)
    tangents = noise(args, 5, case.ints_active)
    check_against_differences("vjp", case, np.array([inner(cts, tangents)[0]]), tangents, ct)


def scalar_result(case: Case) -> bool:
    """Whether `grad` applies: one real number."""
    y = case.fn(*case.make())
    return children(y) is None and kind_of(y) == "f" and np.shape(y) == ()


def active_argnums(case: Case) -> tuple[int, ...]:
    return tuple(i for i, a in enumerate(case.make()) if any(is_active(v, case.ints_active) for _, v in leaves(a)))


def check_joint(case: Case, api: Api) -> None:
    """grad and value_and_grad (the joint assembly) equal vjp at 1."""
    argnums = active_argnums(case)
    if not argnums or not scalar_result(case):
        return
    plain = case.fn(*case.make())
    _, pull = api.vjp(case.fn, *case.make())
    one = (
        plain.dtype.type(1.0)
        if isinstance(plain, np.generic)
        else np.ones_like(plain)
        if isinstance(plain, np.ndarray)
        else 1.0
    )
    want = tuple(c for i, c in enumerate(pull(one)) if i in argnums)
    args = case.make()
    with untouched(args):
        got = api.grad(case.fn, argnums=argnums)(*args)
        value, again = api.value_and_grad(case.fn, argnums=argnums)(*args)
        first = api.grad(case.fn, argnums=argnums[0])(*args)
    assert same(value, plain), f"value_and_grad's value: {describe(value)} is not {describe(plain)}"
    assert isinstance(got, tuple), f"grad of several arguments gives a tuple, not {type(got)}"
    assert len(got) == len(argnums), f"{len(got)} gradients for {len(argnums)} arguments"
    primals = tuple(args[i] for i in argnums)
    check_structure("grad", got, primals, case.ints_active, exact=True)
    check_apart("a gradient", (got, again, first), args, distinct=True)
    tol = AGREE_SINGLE if case.narrow or single(args) else JOINT
    for what, result in (("grad", got), ("value_and_grad", again), ("grad of one", (first, *got[1:]))):
        left, right = (
            vector(tree_map(lambda p, g: g if is_active(p, case.ints_active) else None, primals, r))
            for r in (result, want)
        )
        assert same(left, right) or np.allclose(
            left, right, rtol=tol, atol=tol * np.max(np.abs(right), initial=0.0), equal_nan=True
        ), f"{what}: {left} but vjp: {right}"


def input_size(case: Case) -> int:
    return sum(int(np.size(v)) for _, v in leaves(case.make()) if is_active(v, case.ints_active))


def check_second_order(case: Case, api: Api) -> None:
    """Forward over reverse, against differences of the gradient."""
    argnums = active_argnums(case)
    gradient = api.grad(case.fn, argnums=argnums)
    args = case.make()
    tangents = noise(args, 7, case.ints_active)
    with untouched(args, tangents):
        g, dg = api.jvp(gradient, args, tangents)
    over = dataclasses.replace(case, fn=gradient, complex_ok=False)
    shown = tree_map(lambda p, t: t if is_active(p) else None, g, dg)
    check_against_differences("jvp of grad", over, vector(shown), tangents)


def check_pullback_pushed(case: Case, api: Api) -> None:
    """A pullback is linear: what forward mode pushes through it is its value at the tangent."""
    plain = case.fn(*case.make())
    if not is_active(plain) and not any(is_active(v) for _, v in leaves(plain)):
        return
    _, pull = api.vjp(case.fn, *case.make())
    ct, direction = noise(plain, 2), noise(plain, 8)
    want = pull(direction)
    _, found = api.jvp(pull, (ct,), (direction,))
    left, size = inner(found, want)
    right, other = inner(want, want)
    tol = AGREE_SINGLE if single(case.make()) or single(plain) else AGREE
    assert np.isnan(left) == np.isnan(right), f"jvp of pull is {describe(found)}, but pull gives {describe(want)}"
    assert np.isnan(left) or abs(left - right) <= max(tol * max(size, other), CANCELLED), (
        f"jvp of pull is {describe(found)}, but pull gives {describe(want)}"
    )
