"""SciPy's functions that find roots, fixed points and minima, inside differentiated functions (see `scipy_calls`)."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize as so

from dualad import forms, forward, tree
from dualad.directions import ravel
from dualad.forward.calls import stands_for
from dualad.forward.dual import plain
from dualad.forward.levels import live, refuse
from dualad.forward.lift import unlifted
from dualad.implicit.holding import holding
from dualad.implicit.points import Check, Equation, FixedPoint, Minimize, NotConverged, Root, Solver, length, solved
from dualad.implicit.scipy_calls import BY_ARGS, Bound, as_args, bound, by_handler, nothing, of_args, on_values
from dualad.registry import Primitive
from dualad.reverse.sites import CALLEE
from dualad.swept import reverse

CALLABLES = ("jac", "fprime", "fprime2", "hess", "hessp")
REFUSED = {
    "full_output": "returns more than the solution",
    "bounds": "may end at a bound",
    "constraints": "may end at a constraint",
    "jac": "is of a function that gives its derivative too",
}


STATED = ("bounds", "constraints")  # by which the problem is another one


def _refused(given: Bound) -> str | None:
    """The first option that has no derivative rule."""
    for name in REFUSED:
        value = given.get(name)
        if value is True or (name != "jac" and value is not None and not callable(value) and np.size(value) and value):
            return name
    return None


NEAR = 1e-6
"""How long a Newton step from a solution may be, relative to the solution, if no larger tolerance was asked for."""
TOLERANCES = ("xtol", "tol", "rtol")


class Found:
    """One of SciPy's functions that find points.

    Attributes:
        fn: the function.
        solver: the equation that its result solves.
        field: where the result holds the point, None where it is the point.
        by_jacobian: whether `jac=True` says that the function returns its derivative too.
    """

    def __init__(self, fn: Callable[..., Any], solver: Solver, field: str | None) -> None:
        self.fn, self.solver, self.field = fn, solver, field
        parameters = list(inspect.signature(fn).parameters)
        self.first = parameters[0]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function, on dual numbers."""
        if not live:
            return self.fn(*args, **kwargs)
        given = bound(self.fn, args, kwargs)
        f, extra = given[self.first], as_args(given.get("args", ()), self.fn)
        values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
        values[self.first] = on_values(f, extra)
        for name in CALLABLES:
            if callable(values.get(name)):
                values[name] = on_values(values[name], extra)
        result = self.fn(**values)
        if _refused(given) is not None:
            x = result[0] if isinstance(result, tuple) else result if self.field is None else result[self.field]
            if any(forms.is_dual(leaf) for leaf in tree.leaves((extra, forward.call(f, x, *extra)))):
                self.refuse(given)
            return result
        point = result if self.field is None else result[self.field]
        equation = Equation(self.solver.residual(f), point, extra)
        v = ravel(point)[0]
        if not equation.order(v):
            return result
        x = equation.unravel(equation.followed(v, self.verified(result, given)))
        if self.field is None:
            return x
        result[self.field] = x
        if isinstance(self.solver, Minimize):
            result["fun"] = forward.call(f, x, *extra)
        return result

    def refuse(self, given: Bound) -> None:
        """Refuse options that the equation does not tell of."""
        seen = _refused(given)
        if seen is not None:
            raise refuse(
                f"scipy.optimize.{self.fn.__name__} with {seen}=... {REFUSED[seen]}, which has no derivative rule; use "
                "dualad.implicit, or leave it out"
            )

    def verified(self, result: Any, options: Bound) -> Check | None:
        """What refuses to differentiate a point that did not converge: that is far from a solution, and of which the
        solver does not say that it is one (some do not say anything, and with `disp=False` raise nothing).
        """
        if self.field is not None and result.get("success", result.get("converged", True)):
            return None
        near = max([NEAR, *[10.0 * plain(options[name]) for name in TOLERANCES if options.get(name) is not None]])

        def checked(matrix: Any, v: Any, r: Any) -> None:
            far = np.inf
            with contextlib.suppress(NotConverged):  # of a singular matrix
                far = length(solved(plain(matrix), plain(r)))
            if not far <= near * (1 + length(plain(v))):
                raise NotConverged(
                    f"scipy.optimize.{self.fn.__name__} found no solution to differentiate: {self._why(result, far)}"
                )

        return checked

    def _why(self, result: Any, far: float) -> str:
        """What the solver says of a point that is none, or else how far off it is."""
        if self.field is not None:
            return " ".join(result.get("message", result.get("flag", "it did not converge")).split())
        if far == np.inf:
            return "the derivative of the equation in its unknowns is singular there (a multiple root, or no root)"
        return (
            f"a Newton step from what it returned has length {far:.3g}; allow more iterations, ask for smaller "
            "tolerances or start nearer to the solution"
        )

    def pulled(self, ct: Any, ans: Any, f: Any, args: Any, callee: bool, options: Bound) -> Any:
        """The raw cotangent of `args`, or of what f has captured."""
        self.refuse(options)
        extra = as_args(args, self.fn)
        of_x, of_value = ct, 0.0
        if self.field is not None:
            of_x, of_value = (ct.get(self.field, 0.0), ct.get("fun", 0.0)) if isinstance(ct, dict) else (0.0, 0.0)
        x = ans if self.field is None else ans[self.field]
        checked = self.verified(ans, options)
        if checked is not None and forms.is_zero(of_x):
            equation = Equation(self.solver.residual(f), x, extra)
            checked(equation.jacobian(equation.start), equation.start, equation(equation.start))
        raws, of_f = self.solver.pulled(f, x, extra, of_x, callee, checked)
        if isinstance(self.solver, Minimize) and not forms.is_zero(of_value):
            places = [i for i, a in enumerate(extra) if forms.Form(a).moves]
            positions: tuple[Any, ...] = (*[i + 1 for i in places], *[CALLEE] * callee)
            pulled = reverse(unlifted(f), (x, *extra), {}, positions)[1](of_value)
            for i, raw in zip(places, pulled):
                raws[i] = forms.plus(raws[i], raw)
            if callee:
                of_f = forms.plus(of_f, pulled[-1])
        if callee:
            return of_f
        return of_args(raws, args, self.fn)

    def register(self) -> None:
        """State its derivatives in both modes."""
        stands_for(self.fn)(self)
        signature = inspect.signature(self.fn)
        names = list(signature.parameters)
        rule, of_captured = _rule(self, self.first, False), _rule(self, self.first, True)
        # The solution does not depend on how it is found.
        by_name = {"args": rule, self.first: of_captured, **dict.fromkeys(STATED)}
        vjps = [by_name.get(n, nothing) for n in names]
        rules = Primitive(
            self.fn,
            "general",
            vjps,
            jvps=[None if r is None else by_handler for r in vjps],
            signature=signature,
            sequences=(names.index("args"),),
            why=BY_ARGS,
        )
        holding(rules)


def _rule(found: Found, first: str, callee: bool) -> Callable[..., Any]:
    """The rule for `args`, or for what the function has captured. Its parameters are named as the function's."""

    def of_f(ct, ans, f, args=(), full_output=False, xtol=None, rtol=None):  # type: ignore[no-untyped-def]
        options = {"full_output": full_output, "xtol": xtol, "rtol": rtol}
        return found.pulled(ct, ans, f, args, callee, options)

    def of_fun(ct, ans, fun, args=(), bounds=None, constraints=(), jac=None):  # type: ignore[no-untyped-def]
        options = {"bounds": bounds, "constraints": constraints, "jac": jac}
        return found.pulled(ct, ans, fun, args, callee, options)

    def of_func(ct, ans, func, args=(), full_output=False, xtol=None, tol=None):  # type: ignore[no-untyped-def]
        options = {"full_output": full_output, "xtol": xtol, "tol": tol}
        return found.pulled(ct, ans, func, args, callee, options)

    rules: dict[str, Callable[..., Any]] = {"f": of_f, "fun": of_fun, "func": of_func}
    return rules[first]


for _fn, _solver, _field in (
    (so.root, Root(), "x"),
    (so.root_scalar, Root(), "root"),
    (so.minimize, Minimize(), "x"),
    (so.minimize_scalar, Minimize(), "x"),
    *[(fn, Root(), None) for fn in (so.brentq, so.brenth, so.bisect, so.ridder, so.toms748, so.newton, so.fsolve)],
    (so.fixed_point, FixedPoint(), None),
):
    Found(_fn, _solver, _field).register()
