"""SciPy's own solvers and integrators inside differentiated functions.

In forward mode each runs on values alone, and its result then gets the derivatives that the equation gives it; in
reverse mode each has rules for `args`, which pull through the equation. A derivative is as exact as the solution: ask
for small tolerances where it matters.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate as si
import scipy.optimize as so

from dualad import forms, forward, tree
from dualad.directions import ravel
from dualad.errors import Unsupported
from dualad.forward.calls import stands_for
from dualad.forward.dual import plain
from dualad.forward.levels import live, refuse
from dualad.forward.lift import unlifted
from dualad.implicit.integrals import Quad, integrated, layout_of, odeint, quad
from dualad.implicit.points import Equation, FixedPoint, Minimize, NotConverged, Root, Solver, length, since
from dualad.registry import general
from dualad.swept import reverse

Bound = dict[str, Any]


def bound(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Bound:
    """The arguments of a call by name; options that are collected among them."""
    found = inspect.signature(fn).bind(*args, **kwargs).arguments
    return {**{k: v for k, v in found.items() if k != "options"}, **_options(fn, found)}


def _options(fn: Callable[..., Any], found: Bound) -> Bound:
    kind = inspect.signature(fn).parameters.get("options")
    if kind is None or "options" not in found:
        return {}
    return found["options"] if kind.kind is kind.VAR_KEYWORD else {"options": found["options"]}


def as_args(given: Any) -> tuple[Any, ...]:
    """`args` as SciPy takes them: a tuple, or one value."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, tuple) else (given,)


def on_values(f: Any, args: tuple[Any, ...]) -> Callable[..., Any]:
    """A function of the user's with its arguments, for a solver that knows no dual numbers."""
    newest = max([level.number for level in live], default=0)
    still = tuple([tree.map(plain, a) for a in args])

    def run(*x: Any) -> Any:
        return tree.map(lambda leaf: since(leaf, newest), forward.call(f, *x, *still))

    return run


# Points

CALLABLES = ("jac", "fprime", "fprime2", "hess", "hessp")
REFUSED = {
    "full_output": "returns more than the solution",
    "bounds": "may end at a bound",
    "constraints": "may end at a constraint",
    "jac": "is of a function that gives its derivative too",
}


def _refused(given: Bound) -> str | None:
    """The first option that has no derivative rule."""
    for name in REFUSED:
        value = given.get(name)
        if value is True or (name != "jac" and value is not None and not callable(value) and np.size(value) and value):
            return name
    return None


NEAR = 1e-6
"""How long a Newton step from a solution may be, relative to the solution."""


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
        f, extra = given[self.first], as_args(given.get("args", ()))
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
        self.verify(result, equation.plain(), v)
        x = equation.unravel(equation.followed(v))
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

    def verify(self, result: Any, equation: Equation, v: Any) -> None:
        """Refuse to differentiate what did not converge: what the solver says so of, and is far from a solution."""
        if self.field is None or result.get("success", result.get("converged", True)):
            return
        with contextlib.suppress(NotConverged):  # of a singular matrix
            if length(equation.step(v, equation(v))) <= NEAR * (1 + length(v)):
                return
        why = result.get("message", result.get("flag", "it did not converge"))
        raise NotConverged(f"scipy.optimize.{self.fn.__name__} found no solution to differentiate: {why}")

    def pulled(self, ct: Any, ans: Any, f: Any, args: Any) -> Any:
        """The raw cotangent of `args`."""
        extra = as_args(args)
        of_x, of_value = ct, 0.0
        if self.field is not None:
            equation = Equation(self.solver.residual(f), ans[self.field], extra).plain()
            self.verify(ans, equation, equation.start)
            of_x, of_value = (ct.get(self.field, 0.0), ct.get("fun", 0.0)) if isinstance(ct, dict) else (0.0, 0.0)
        x = ans if self.field is None else ans[self.field]
        raws, _ = self.solver.pulled(f, x, extra, of_x)
        if isinstance(self.solver, Minimize) and not forms.is_zero(of_value):
            places = [i for i, a in enumerate(extra) if forms.Form(a).moves]
            pulled = reverse(unlifted(f), (x, *extra), {}, tuple(i + 1 for i in places))[1](of_value)
            for i, raw in zip(places, pulled):
                raws[i] = forms.plus(raws[i], raw)
        return raws if isinstance(args, tuple) else raws[0] if raws else 0.0

    def register(self) -> None:
        """State its derivatives in both modes."""
        stands_for(self.fn)(self)
        signature = inspect.signature(self.fn)
        names = list(signature.parameters)
        rule = _rule(self, self.first)
        zero = {"x0", "x1", "a", "b", "bracket"}
        vjps = [rule if n == "args" else _nothing if n in zero else None for n in names]
        general(
            self.fn,
            jvps=[None if r is None else _by_handler for r in vjps],
            vjps=vjps,
            signature=signature,
            sequences=(names.index("args"),),
        )


def _nothing(ct: Any, ans: Any) -> Any:
    return 0.0


def _by_handler(t: Any, ans: Any) -> Any:
    raise Unsupported("SciPy's solvers are differentiated as a whole in forward mode")


def _rule(found: Found, first: str) -> Callable[..., Any]:
    """The rule for `args`, whose parameters are named as the function's, as far as it has them."""

    def of_f(ct, ans, f, args=(), full_output=False):  # type: ignore[no-untyped-def]
        found.refuse({"full_output": full_output})
        return found.pulled(ct, ans, f, args)

    def of_fun(ct, ans, fun, args=(), bounds=None, constraints=(), jac=None):  # type: ignore[no-untyped-def]
        found.refuse({"bounds": bounds, "constraints": constraints, "jac": jac})
        return found.pulled(ct, ans, fun, args)

    def of_func(ct, ans, func, args=(), full_output=False):  # type: ignore[no-untyped-def]
        found.refuse({"full_output": full_output})
        return found.pulled(ct, ans, func, args)

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


# Integrals


@stands_for(si.solve_ivp)
def _solve_ivp(*args: Any, **kwargs: Any) -> Any:
    if not live:
        return si.solve_ivp(*args, **kwargs)
    given = bound(si.solve_ivp, args, kwargs)
    extra = as_args(given.get("args"))
    fun, y0 = given["fun"], forms.loaded(given["y0"])
    values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
    values["fun"] = on_values(fun, extra)
    if callable(values.get("jac")):
        values["jac"] = on_values(values["jac"], extra)
    result = si.solve_ivp(**values)
    start = ravel(y0)[0].astype(np.float64)

    def rate(y: Any, time: Any) -> Any:
        return ravel(forward.call(fun, time, y, *extra))[0]

    if any(forms.is_dual(leaf) for leaf in tree.leaves((given["t_span"], given.get("t_eval")))):
        raise refuse("scipy.integrate.solve_ivp has no derivative in its times; use dualad.implicit.odeint")
    if not layout_of(rate, start, result.t).levels:
        return result
    if given.get("events") is not None or given.get("dense_output"):
        raise refuse(
            "scipy.integrate.solve_ivp with events or dense output has no derivative rule; use t_eval for the "
            "times that are wanted"
        )
    if not result.success:
        raise NotConverged(f"scipy.integrate.solve_ivp found no solution to differentiate: {result.message}")
    how = (values.get("rtol", 1e-3), values.get("atol", 1e-6), values.get("method", "RK45"))
    times = np.concatenate([[values["t_span"][0]], result.t])
    rows = np.stack(integrated(rate, start, times, *how)[1:], axis=1)
    result.y = result.y + (rows - plain(rows))
    return result


def _ivp_back(ct: Any, ans: Any, fun: Any, t_span: Any, y0: Any, args: Any, options: Bound, which: str) -> Any:
    """The cotangent of `y0` or `args` of `solve_ivp`."""
    of_y = ct.get("y", 0.0) if isinstance(ct, dict) else 0.0
    if forms.is_zero(of_y):
        return 0.0
    if options.pop("events", None) is not None or options.pop("dense_output", False):
        raise Unsupported("scipy.integrate.solve_ivp with events or dense output has no derivative rule")
    if not ans.success:
        raise NotConverged(f"scipy.integrate.solve_ivp found no solution to differentiate: {ans.message}")
    extra = as_args(args)
    start = np.reshape(y0, (1, -1))
    times, values = np.concatenate([[t_span[0]], ans.t]), np.concatenate([start, np.transpose(ans.y)])
    back = np.concatenate([0.0 * start, np.transpose(of_y)])
    given = {"f": fun, "y0": start[0], "t": times, "args": extra, "tfirst": True, **options}
    found = odeint.pulled(given, values, back, {which})[which]
    return found if which == "y0" or isinstance(args, tuple) else found[0]


def ivp_how(method: Any, options: Bound) -> Bound:
    """How the adjoint equation of `solve_ivp` is integrated."""
    found = {"method": method, "rtol": options.get("rtol", 1e-3), "atol": options.get("atol", 1e-6)}
    return {**found, "events": options.get("events"), "dense_output": options.get("dense_output")}


def _ivp_rule(which: str) -> Callable[..., Any]:
    def rule(
        ct: Any,
        ans: Any,
        fun: Any,
        t_span: Any,
        y0: Any,
        method: Any = "RK45",
        dense_output: bool = False,
        events: Any = None,
        args: Any = None,
        options: Any = None,
    ) -> Any:
        how = ivp_how(method, {**(options or {}), "events": events, "dense_output": dense_output})
        return _ivp_back(ct, ans, fun, t_span, y0, args, how, which)

    return rule


general(
    si.solve_ivp,
    jvps=[None, None, _by_handler, *[None] * 5, _by_handler],
    vjps=[None, None, _ivp_rule("y0"), *[None] * 5, _ivp_rule("args")],
    signature=inspect.signature(si.solve_ivp),
    sequences=(8,),
)


@stands_for(si.odeint)
def _odeint(*args: Any, **kwargs: Any) -> Any:
    if not live:
        return si.odeint(*args, **kwargs)
    given = bound(si.odeint, args, kwargs)
    extra, func = as_args(given.get("args", ())), given["func"]
    first = bool(plain(given.get("tfirst", False)))
    values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
    values["func"] = on_values(func, extra)
    if callable(values.get("Dfun")):
        values["Dfun"] = on_values(values["Dfun"], extra)
    result = si.odeint(**values)
    found = odeint(func, given["y0"], given["t"], extra, tfirst=first, **odeint_how(values))
    if not forms.is_dual(found):
        return result
    if isinstance(result, tuple):
        raise refuse("scipy.integrate.odeint with full_output has no derivative rule; leave it out")
    found = np.reshape(found, result.shape)
    return result + (found - plain(found))


def odeint_how(options: Bound) -> Bound:
    """How the equation of the tangents of `scipy.integrate.odeint` is integrated."""
    rtol, atol = options.get("rtol"), options.get("atol")
    return {
        "rtol": 1.49012e-8 if rtol is None else rtol,
        "atol": 1.49012e-8 if atol is None else atol,
        "method": "LSODA",
    }


def _odeint_back(
    ct: Any, ans: Any, func: Any, y0: Any, t: Any, args: Any, tfirst: bool, rtol: Any, atol: Any, which: str
) -> Any:
    """The cotangent of an argument of `scipy.integrate.odeint`."""
    if isinstance(ans, tuple):
        raise Unsupported("scipy.integrate.odeint with full_output has no derivative rule; leave it out")
    extra, start = as_args(args), np.atleast_1d(y0)
    given = {
        "f": func,
        "y0": start,
        "t": t,
        "args": extra,
        "tfirst": tfirst,
        **odeint_how({"rtol": rtol, "atol": atol}),
    }
    found = odeint.pulled(given, ans, ct, {which})[which]
    if which == "y0":
        return np.reshape(found, np.shape(y0))
    return found[0] if which == "args" and not isinstance(args, tuple) else found


def _odeint_rule(which: str) -> Callable[..., Any]:
    return lambda ct, ans, func, y0, t, args=(), tfirst=False, rtol=None, atol=None: _odeint_back(
        ct, ans, func, y0, t, args, tfirst, rtol, atol, which
    )


general(
    si.odeint,
    jvps=[None, _by_handler, _by_handler, _by_handler],
    vjps=[None, _odeint_rule("y0"), _odeint_rule("t"), _odeint_rule("args")],
    signature=inspect.signature(si.odeint),
    sequences=(3,),
)

_QUAD_OPTIONS = ("points", "weight", "wvar", "complex_func")


@stands_for(si.quad)
def _quad(*args: Any, **kwargs: Any) -> Any:
    if not live:
        return si.quad(*args, **kwargs)
    given = bound(si.quad, args, kwargs)
    extra, func, ends = as_args(given.get("args", ())), given["func"], (given["a"], given["b"])
    values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
    values["func"] = on_values(func, extra)
    result = si.quad(**values)
    middle = forward.call(func, _inside(*map(plain, ends)), *extra)
    if not any(forms.is_dual(x) for x in (*ends, middle)):
        return result
    refuse_options(given)
    found = quad(func, *ends, extra, limit=max(1000, int(plain(given.get("limit", 50)))))
    return (result[0] + (found - plain(found)), *result[1:])


def _inside(a: float, b: float) -> float:
    return 0.5 * (max(a, min(b, 1.0) - 1.0) + min(b, max(a, -1.0) + 1.0))


def refuse_options(given: Bound) -> None:
    """Refuse weights and breakpoints."""
    for name in _QUAD_OPTIONS:
        if given.get(name) not in (None, False):
            raise refuse(f"scipy.integrate.quad with {name}=... has no derivative rule; leave it out")


def _quad_back(ct: Any, ans: Any, func: Any, a: Any, b: Any, args: Any, which: str, options: Bound) -> Any:
    """The cotangent of an argument of `scipy.integrate.quad`."""
    refuse_options(options)
    of_value = ct[0] if not forms.is_zero(ct) else 0.0
    if forms.is_zero(of_value):
        return 0.0
    given = {"f": func, "a": a, "b": b, "args": as_args(args)}
    found = Quad().pulled(given, ans[0], of_value, {which}).get(which, 0.0)
    return found[0] if which == "args" and not isinstance(args, tuple) else found


def _quad_rule(which: str) -> Callable[..., Any]:
    return lambda ct, ans, func, a, b, args=(), points=None, weight=None: _quad_back(
        ct, ans, func, a, b, args, which, {"points": points, "weight": weight}
    )


general(
    si.quad,
    jvps=[None, _by_handler, _by_handler, _by_handler],
    vjps=[None, _quad_rule("a"), _quad_rule("b"), _quad_rule("args")],
    signature=inspect.signature(si.quad),
    sequences=(3,),
)
