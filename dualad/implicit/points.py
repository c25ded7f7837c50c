"""Points that are defined by equations: roots, fixed points, minima; derivatives by the implicit function theorem.

With `F(x, p) = 0`, the tangent of x is `-J^-1 F_p dp` and the cotangent of p is `-F_p^T J^-T x_bar`, where J is the
derivative of F in x. Forward mode gets there by Newton steps on dual numbers, started at the solution: each doubles the
order of derivatives that is right, at any nesting, and whatever `F` depends on may be dual, captured variables too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import forms, forward, tree
from dualad.directions import ravel
from dualad.errors import DualadError, DualadTypeError
from dualad.forward.dual import Dual, plain
from dualad.forward.levels import live
from dualad.forward.lift import unlifted
from dualad.forward.series import Series
from dualad.held import Held
from dualad.jacobians import Jacobian
from dualad.reverse.sites import CALLEE
from dualad.swept import reverse
from dualad.transforms import Derivative

Function = Callable[..., Any]
Check = Callable[[Any, Any, Any], None]
"""Refuses a point, of the derivative of the equation there, the point and what the equation gives."""


class NotConverged(DualadError, RuntimeError):
    """A solver did not find what it was asked for, so that there is nothing to differentiate."""


class Equation:
    """An equation `F(x, *args) = 0` on vectors.

    Attributes:
        x: a tree like the solution, without dual numbers.
        args: what F takes after x; may hold dual numbers.
    """

    def __init__(self, residual: Function, x: Any, args: tuple[Any, ...]) -> None:
        self._residual = residual
        self.args = args
        self.start, self.unravel = ravel(tree.map(_plain_leaf, x))
        self.start = self.start.astype(np.result_type(self.start, np.float64))
        if not self.start.size:
            raise DualadTypeError(f"the point to start from holds no number: {tree.describe(x)}")

    def __call__(self, v: Any) -> Any:
        """F of a vector, as a vector."""
        found = ravel(self._residual(self.unravel(v), *self.args))[0]
        if found.shape != v.shape:
            raise DualadTypeError(
                f"the function gives {found.size} numbers for {v.size} unknowns; it takes as many equations as unknowns"
            )
        return found

    def plain(self) -> Equation:
        """The equation with values alone: of the arguments, and of the result, where captured variables are dual."""
        made = object.__new__(Equation)
        made.__dict__.update(self.__dict__)
        made.args = tuple(tree.map(_plain_leaf, a) for a in self.args)
        newest = max([level.number for level in live], default=0)
        made._residual = lambda x, *args: tree.map(lambda leaf: since(leaf, newest), self._residual(x, *args))
        return made

    def jacobian(self, v: Any) -> Any:
        """The derivative of F in the vector."""
        return Jacobian(self, 0, False, "jacfwd")(v)

    def step(self, v: Any, r: Any) -> Any:
        """The Newton step from v, where F is r."""
        return -solved(self.jacobian(v), r)

    def order(self, v: Any) -> int:
        """Up to which order the solution v has derivatives here."""
        return _order(self(v))

    def followed(self, v: Any, checked: Check | None = None) -> Any:
        """The solution `v` of the plain equation with the derivatives that the equation gives it, if `checked` takes it
        for a solution.
        """
        r = self(v)
        order = _order(r)
        reached = 0
        while reached < order:
            matrix = self.jacobian(v)
            if checked is not None and not reached:
                checked(matrix, v, r)
            # The value stays what the solver found: only what belongs to derivatives is corrected.
            v = v - solved(matrix, r - plain(r))
            r = self(v)
            reached = 2 * reached + 1
        return v


def _plain_leaf(x: Any) -> Any:
    return plain(x) if forms.is_dual(x) else x


def since(x: Any, newest: int) -> Any:
    """A number without the levels that began before the level `newest` or with it."""
    if type(x) is not Dual:
        return x
    if x.level.number <= newest:
        return since(x.value, newest)
    return Dual(since(x.value, newest), since(x.tangent, newest), x.level)


def _order(x: Any) -> int:
    """Up to which order a number carries derivatives."""
    if type(x) is not Dual:
        return 0
    mine = x.level.space.count if isinstance(x.level.space, Series) else 1
    return mine + max(_order(x.value), _order(x.tangent) if x.level.space is None else 0)


def solved(matrix: Any, right: Any) -> Any:
    """`np.linalg.solve`, with an error that says what it means here."""
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        raise NotConverged(
            "the derivative of the equation in its unknowns is singular at the solution, so that the solution has no "
            "derivative (it is no isolated one, or a multiple root)"
        ) from None


def length(v: Any) -> float:
    """The largest absolute value, which does not overflow before the numbers do."""
    return float(np.max(np.abs(v), initial=0.0))


class Solver:
    """A function that solves an equation, with both derivatives. Called as `solver(f, x0, args=(), ...)`."""

    name = "solver"

    def __repr__(self) -> str:
        return f"<dualad.implicit.{self.name}>"

    def residual(self, f: Function) -> Function:
        """F, of the user's function."""
        raise NotImplementedError

    def solution(self, f: Function, equation: Equation, tol: float, maxiter: int) -> Any:
        """The vector that solves the equation, which holds plain numbers."""
        raise NotImplementedError

    def find(self, f: Any, x0: Any, args: Any, tol: float, maxiter: int, solver: Function | None) -> Any:
        """The solution, with the derivatives that belong to dual numbers among `args` and captured ones."""
        args = checked_args(args)
        args, x0 = forms.loaded(args), forms.loaded(x0)
        equation = Equation(self.residual(f), x0, args)
        alone = equation.plain()
        with np.errstate(all="ignore"):
            if solver is None:
                v = self.solution(f, alone, tol, maxiter)
            else:
                v = ravel(solver(lambda x: alone._residual(x, *alone.args), equation.unravel(equation.start)))[0]
                v = self.verified(alone, v)
        return equation.unravel(equation.followed(v))

    def verified(self, equation: Equation, v: Any) -> Any:
        """What a solver of the user's found, if a Newton step does not lead far away from it."""
        step = equation.step(v, equation(v))
        if not np.all(np.isfinite(step)) or length(step) > 1e-5 * (1 + length(v)):
            raise NotConverged(
                f"{self.name}: what the solver returned is no solution: a Newton step from there has length "
                f"{length(step):.3g}"
            )
        return v + step

    def pulled(
        self,
        f: Function,
        x: Any,
        args: tuple[Any, ...],
        ct: Any,
        callee: bool = False,
        checked: Check | None = None,
    ) -> tuple[list[Any], Any]:
        """The raw cotangents of `args`, and of f itself where `callee` asks for it, of the solution's."""
        if forms.is_zero(ct):
            return [0.0] * len(args), 0.0
        residual = self.residual(f)
        equation = Equation(residual, x, args)
        v = ravel(x)[0]
        matrix = equation.jacobian(v)
        if checked is not None:
            checked(matrix, v, equation(v))
        back = -solved(np.transpose(matrix), ravel(forms.Form(x).finish(ct))[0])
        moving = [i for i, a in enumerate(args) if forms.Form(a).moves]
        positions = (*[i + 1 for i in moving], *[CALLEE] * callee)
        raws = self.pull_residual(f, (x, *args), forms.raw(equation.unravel(back)), positions)
        found: list[Any] = [0.0] * len(args)
        for i, raw in zip(moving, raws):
            found[i] = raw
        return found, raws[-1] if callee else 0.0

    def pull_residual(self, f: Function, args: tuple[Any, ...], ct: Any, positions: tuple[Any, ...]) -> Any:
        """The raw cotangents of F's arguments at `positions`."""
        return reverse(unlifted(f), args, {}, positions)[1](ct) if positions else ()

    def _vjp(self, given: dict[str, Any], argnums: tuple[Any, ...], names: tuple[str, ...]) -> Any:
        f, args = given["f"], forms.snapshot(checked_args(given.get("args", ())))
        wanted = [names[a] if isinstance(a, int) else a for a in argnums]
        x = self(**given)
        held = Held(f)

        def pull(ct: Any) -> tuple[Any, ...]:
            raws, of_f = self.pulled(f, x, args, ct, "f" in wanted)
            found = {"args": raws, "f": of_f}
            return tuple([found.get(name, 0.0) for name in wanted])

        return x, held.restoring(pull)

    def __call__(
        self, f: Any, x0: Any, args: Any = (), *, tol: Any = 1e-10, maxiter: Any = None, solver: Any = None
    ) -> Any:
        if maxiter is None:
            maxiter = 1000
        return self.find(f, x0, args, plain(tol), plain(maxiter), solver)

    def __dualad_lifted__(self, *args: Any, **kwargs: Any) -> Any:
        return self(*args, **kwargs)

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Any, ...]) -> Any:
        names = ("f", "x0", "args")
        return self._vjp({**dict(zip(names, args)), **kwargs}, argnums, names)


def checked_args(args: Any) -> tuple[Any, ...]:
    """`args` as a tuple."""
    if isinstance(args, (tuple, list)):
        return tuple(args)
    raise DualadTypeError(f"args is a tuple of what the function takes after its first argument, but it is "
                          f"{tree.describe(args)}; write args=({tree.describe(args)},)")  # fmt: skip


def called(f: Function) -> Function:
    """A function of the user's as dual numbers run through it."""
    return lambda *args: forward.call(f, *args)


class Root(Solver):
    """The root of a function: the x with `f(x, *args) = 0`, by Newton's method with backtracking.

    Derivatives are taken in `args` and in what f captures, in both modes and to any order; the point does not depend on
    `x0`. They cost a linear solve with the derivative of the equation in x, whatever the iteration took.

    Args:
        f: as many equations as unknowns, in any structure.
        x0: where to start: a float, an array or a tree of these; the solution has its structure.
        args: a tuple of what f takes after x.
        tol: how long, relative to the solution, the last step may be.
        maxiter: how many iterations are allowed.
        solver: a solver of your own: `solver(g, x0)` returns the solution of `g(x) = 0`, where g is f with its `args`.

    Raises:
        NotConverged: nothing was found, or the solution is no isolated one.
        DualadTypeError: x0 holds no number, or f gives another structure.

    Example:
        >>> import dualad
        >>> from dualad.implicit import root
        >>> def cube_root(p):
        ...     return root(lambda x, p: x**3 - p, 1.0, args=(p,))
        >>> round(cube_root(8.0), 6), round(dualad.grad(cube_root)(8.0), 6)
        (2.0, 0.083333)
    """

    name = "root"

    def residual(self, f: Function) -> Function:
        return called(f)

    def solution(self, f: Function, equation: Equation, tol: float, maxiter: int) -> Any:
        return newton(self.name, equation, tol, min(maxiter, 200))


def newton(name: str, equation: Equation, tol: float, maxiter: int) -> Any:
    """A root by Newton's method with backtracking."""
    v = equation.start
    r = equation(v)
    size = length(r)
    for _ in range(maxiter):
        if not np.isfinite(size):
            raise NotConverged(
                f"{name}: the function is not finite at {equation.unravel(v)!r}; start nearer to the root"
            )
        if size == 0:
            return v
        step = equation.step(v, r)
        part = 1.0
        while True:
            new = v + part * step
            r = equation(new)
            new_size = length(r)
            if new_size < (1 - 1e-4 * part) * size or length(part * step) <= tol * (1 + length(v)):
                break
            part /= 2
            if part < 1e-12:
                raise NotConverged(
                    f"{name}: no progress from {equation.unravel(v)!r}, where the residual is {size:.3g}"
                )
        done = part == 1.0 and length(step) <= tol * (1 + length(v))
        v, size = new, new_size
        if done:
            return v
    raise NotConverged(
        f"{name}: no convergence in {maxiter} iterations; the residual is {size:.3g}. Start nearer to the solution, "
        "allow more (maxiter=...), or pass a solver of your own (solver=...)"
    )


class FixedPoint(Solver):
    """The fixed point of a contraction: the x with `x = f(x, *args)`, by iterating.

    Derivatives are taken in `args` and in what f captures, in both modes and to any order; the point does not depend on
    `x0`. They cost a linear solve with the derivative of the equation in x, whatever the iteration took.

    Args:
        f: takes and returns what has the structure of x0.
        x0: where to start: a float, an array or a tree of these; the solution has its structure.
        args: a tuple of what f takes after x.
        tol: how long, relative to the solution, the last step may be.
        maxiter: how many iterations are allowed.
        solver: a solver of your own: `solver(g, x0)` returns the solution of `g(x) = 0`, where g is f less x.

    Raises:
        NotConverged: nothing was found, or the solution is no isolated one.
        DualadTypeError: x0 holds no number, or f gives another structure.

    Example:
        >>> import math
        >>> import dualad
        >>> from dualad.implicit import fixed_point
        >>> def babylonian(p):
        ...     return fixed_point(lambda x, p: 0.5 * (x + p / x), 1.0, args=(p,))
        >>> round(babylonian(2.0), 6), round(dualad.grad(babylonian)(2.0), 6)
        (1.414214, 0.353553)
    """

    name = "fixed_point"

    def residual(self, f: Function) -> Function:
        def difference(x: Any, *args: Any) -> Any:
            return tree.map(lambda a, b: a - b, forward.call(f, x, *args), x)

        return difference

    def solution(self, f: Function, equation: Equation, tol: float, maxiter: int) -> Any:
        v = equation.start
        for _ in range(maxiter):
            step = equation(v)
            v = v + step
            if not np.all(np.isfinite(v)):
                raise NotConverged("fixed_point: the iteration diverges")
            if length(step) <= tol * (1 + length(v)):
                return v + equation.step(v, equation(v))
        raise NotConverged(
            f"fixed_point: no convergence in {maxiter} iterations; the last step has length {length(step):.3g}. "
            "Allow more (maxiter=...), or use dualad.implicit.root of f(x) - x, which needs no contraction"
        )


class Minimize(Solver):
    """The minimum of a function: the x at which `f(x, *args)` is least nearby, by Newton's method on the gradient.

    Derivatives are taken in `args` and in what f captures, in both modes and to any order; the point does not depend on
    `x0`. They cost a linear solve with the derivative of the equation in x, whatever the iteration took.

    Args:
        f: returns one real number.
        x0: where to start: a float, an array or a tree of these; the solution has its structure.
        args: a tuple of what f takes after x.
        tol: how long, relative to the solution, the last step may be.
        maxiter: how many iterations are allowed.
        solver: a solver of your own: `solver(g, x0)` returns the solution of `g(x) = 0`, where g is the gradient of f.

    Raises:
        NotConverged: nothing was found, or the solution is no isolated one.
        DualadTypeError: x0 holds no number, or f gives another structure.

    Example:
        >>> import numpy as np
        >>> import dualad
        >>> from dualad.implicit import minimize
        >>> def shrunk(a):
        ...     return minimize(lambda x, a: np.sum((x - a) ** 2) + np.sum(x**2), np.zeros(2), args=(a,))
        >>> np.diag(dualad.jacfwd(shrunk)(np.array([1.0, 2.0])))
        array([0.5, 0.5])
    """

    name = "minimize"

    def residual(self, f: Function) -> Function:
        return Derivative(unlifted(f), 0)

    def pull_residual(self, f: Function, args: tuple[Any, ...], ct: Any, positions: tuple[Any, ...]) -> Any:
        return reverse(Derivative(unlifted(f), 0), args, {}, positions)[1](ct) if positions else ()

    def solution(self, f: Function, equation: Equation, tol: float, maxiter: int) -> Any:
        def value(v: Any) -> float:
            return float(plain(forward.call(f, equation.unravel(v), *equation.args)))

        v = equation.start
        now = value(v)
        for _ in range(min(maxiter, 500)):
            gradient = equation(v)
            if not np.isfinite(now) or not np.all(np.isfinite(gradient)):
                raise NotConverged(f"minimize: the function is not finite at {equation.unravel(v)!r}")
            step = -_descent(equation.jacobian(v), gradient)
            if length(step) <= tol * (1 + length(v)):
                return v + step
            part, slope = 1.0, float(gradient @ step)
            while not (new := value(v + part * step)) <= now + 1e-4 * part * slope + 1e-14 * abs(now):
                part /= 2
                if part < 1e-12:
                    raise NotConverged(f"minimize: no progress from {equation.unravel(v)!r}")
            v, now = v + part * step, new
        raise NotConverged(
            f"minimize: no convergence in {min(maxiter, 500)} iterations; the gradient is "
            f"{length(equation(v)):.3g}. Start nearer, or pass a solver of your own (solver=...)"
        )


def _descent(hessian: Any, gradient: Any) -> Any:
    """The Newton direction with the Hessian's eigenvalues made positive."""
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    size = np.maximum(np.abs(values), 1e-10 * np.abs(values).max(initial=1e-10))
    return vectors @ ((vectors.T @ gradient) / size)


root = Root()
fixed_point = FixedPoint()
minimize = Minimize()
