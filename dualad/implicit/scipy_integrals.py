"""SciPy's integrators, of equations and of functions, inside differentiated functions (see `scipy_calls`)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate as si

from dualad import forms, forward, tree
from dualad.directions import ravel
from dualad.errors import Unsupported
from dualad.forward.calls import stands_for
from dualad.forward.dual import plain
from dualad.forward.levels import live, refuse
from dualad.implicit.adjoints import ordered
from dualad.implicit.holding import holding
from dualad.implicit.integrals import Quad, integrated, layout_of, odeint, quad
from dualad.implicit.points import NotConverged
from dualad.implicit.scipy_calls import BY_ARGS, Bound, as_args, bound, by_handler, nothing, of_args, on_values
from dualad.registry import Primitive


def rules_by_name(signature: inspect.Signature, rules: dict[str, Callable[..., Any]], *none: str) -> dict[str, Any]:
    """Rules for all of a function's arguments: none for those named, given ones, and that tolerances and such change
    nothing.
    """
    vjps = [None if n in none else rules.get(n, nothing) for n in signature.parameters]
    return {"jvps": [None if rule is None else by_handler for rule in vjps], "rules": vjps}


_NAMES = {"fun": "f", "func": "f", "t_eval": "t"}
"""The names that the operations of `integrals` have for arguments of SciPy's."""


def _holding(fn: Callable[..., Any], **stated: Any) -> None:
    """State the rules of an integrator, in what its function has captured too."""
    holding(Primitive(fn, "general", **stated))


@stands_for(si.solve_ivp)
def _solve_ivp(*args: Any, **kwargs: Any) -> Any:
    if not live:
        return si.solve_ivp(*args, **kwargs)
    given = bound(si.solve_ivp, args, kwargs)
    extra = as_args(given.get("args"), si.solve_ivp)
    fun, y0 = given["fun"], forms.loaded(given["y0"])
    values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
    values["fun"] = on_values(fun, extra)
    if callable(values.get("jac")):
        values["jac"] = on_values(values["jac"], extra)
    result = si.solve_ivp(**values)
    start = ravel(y0)[0].astype(np.float64)

    def rate(y: Any, time: Any) -> Any:
        return ravel(forward.call(fun, time, y, *extra))[0]

    if any(forms.is_dual(leaf) for leaf in tree.leaves(given["t_span"])):
        raise refuse("scipy.integrate.solve_ivp has no derivative in t_span; use t_eval, or dualad.implicit.odeint")
    wanted = given.get("t_eval")
    times = np.concatenate([np.array([values["t_span"][0]]), wanted if forms.is_dual(wanted) else result.t])
    if not layout_of(rate, start, times).levels:
        return result
    if given.get("events") is not None or given.get("dense_output"):
        raise refuse(
            "scipy.integrate.solve_ivp with events or dense output has no derivative rule; use t_eval for the "
            "times that are wanted"
        )
    if not result.success:
        raise NotConverged(f"scipy.integrate.solve_ivp found no solution to differentiate: {result.message}")
    how = (values.get("rtol", 1e-3), values.get("atol", 1e-6), values.get("method", "RK45"))
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
    extra = as_args(args, si.solve_ivp)
    start = np.reshape(y0, (1, -1))
    times, values = np.concatenate([[t_span[0]], ans.t]), np.concatenate([start, np.transpose(ans.y)])
    back = np.concatenate([0.0 * start, np.transpose(of_y)])
    given = {"f": fun, "y0": start[0], "t": times, "args": extra, "tfirst": True, **options}
    found = odeint.pulled(given, values, back, {which})[which]
    if which == "t":
        return found[1:]
    return found if which in ("y0", "f") else of_args(found, args, si.solve_ivp)


def _ivp_rule(name: str) -> Callable[..., Any]:
    which = _NAMES.get(name, name)

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
        *,
        rtol: Any = 1e-3,
        atol: Any = 1e-6,
    ) -> Any:
        how = {"method": method, "rtol": rtol, "atol": atol, "events": events, "dense_output": dense_output}
        return _ivp_back(ct, ans, fun, t_span, y0, args, how, which)

    return rule


_OPTIONS = ("rtol", "atol", "jac", "jac_sparsity", "max_step", "first_step", "min_step", "lband", "uband")


def _ivp_signature() -> inspect.Signature:
    """The parameters of `solve_ivp`, those of its methods by name."""
    given = [p for p in inspect.signature(si.solve_ivp).parameters.values() if p.kind is not p.VAR_KEYWORD]
    return inspect.Signature(
        [*given, *[inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=None) for n in _OPTIONS]]
    )


_holding(
    si.solve_ivp,
    **rules_by_name(
        _ivp_signature(),
        {name: _ivp_rule(name) for name in ("fun", "y0", "args", "t_eval")},
        "t_span",
    ),
    signature=_ivp_signature(),
    sequences=(8,),
    why=BY_ARGS,
)


SUCCESS = "Integration successful."


@stands_for(si.odeint)
def _odeint(*args: Any, **kwargs: Any) -> Any:
    if not live:
        return si.odeint(*args, **kwargs)
    given = bound(si.odeint, args, kwargs)
    extra, func = as_args(given.get("args", ()), si.odeint), given["func"]
    first = bool(plain(given.get("tfirst", False)))
    values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
    values["func"] = on_values(func, extra)
    if callable(values.get("Dfun")):
        values["Dfun"] = on_values(values["Dfun"], extra)
    result, told = si.odeint(**{**values, "full_output": True})

    def rate(y: Any, time: Any) -> Any:
        return ravel(forward.call(func, *ordered(first, y, time), *extra))[0]

    start, times = ravel(given["y0"])[0].astype(np.float64), ravel(given["t"])[0].astype(np.float64)
    if not layout_of(rate, start, times).levels:
        return (result, told) if values.get("full_output") else result
    if values.get("full_output"):
        raise refuse("scipy.integrate.odeint with full_output has no derivative rule; leave it out")
    if told["message"] != SUCCESS:
        raise NotConverged(f"scipy.integrate.odeint found no solution to differentiate: {told['message']}")
    found = odeint(func, start, times, extra, tfirst=first, **odeint_how(values))
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
    extra, start = as_args(args, si.odeint), np.atleast_1d(y0)
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


def _odeint_rule(name: str) -> Callable[..., Any]:
    which = _NAMES.get(name, name)
    return lambda ct, ans, func, y0, t, args=(), tfirst=False, rtol=None, atol=None: _odeint_back(
        ct, ans, func, y0, t, args, tfirst, rtol, atol, which
    )


_holding(
    si.odeint,
    **rules_by_name(
        inspect.signature(si.odeint),
        {name: _odeint_rule(name) for name in ("func", "y0", "t", "args")},
    ),
    signature=inspect.signature(si.odeint),
    sequences=(3,),
    why=BY_ARGS,
)

_QUAD_OPTIONS = ("points", "weight", "wvar", "complex_func")


@stands_for(si.quad)
def _quad(*args: Any, **kwargs: Any) -> Any:
    if not live:
        return si.quad(*args, **kwargs)
    given = bound(si.quad, args, kwargs)
    extra, func, ends = as_args(given.get("args", ()), si.quad), given["func"], (given["a"], given["b"])
    values = {k: v if callable(v) else tree.map(plain, v) for k, v in given.items() if k != "args"}
    values["func"] = on_values(func, extra)
    result = si.quad(**values)
    middle = forward.call(func, _inside(*map(plain, ends)), *extra)
    if not any(forms.is_dual(x) for x in (*ends, middle)):
        return result
    refuse_options(given)
    refuse_inexact(result, given)
    found = quad(func, *ends, extra, limit=max(1000, int(plain(given.get("limit", 50)))))
    return (result[0] + (found - plain(found)), *result[1:])


def _inside(a: float, b: float) -> float:
    return 0.5 * (max(a, min(b, 1.0) - 1.0) + min(b, max(a, -1.0) + 1.0))


def refuse_options(given: Bound) -> None:
    """Refuse weights and breakpoints."""
    for name in _QUAD_OPTIONS:
        if given.get(name) not in (None, False):
            raise refuse(f"scipy.integrate.quad with {name}=... has no derivative rule; leave it out")


def refuse_inexact(result: Any, options: Bound) -> None:
    """Refuse an integral that is far from the tolerance, by SciPy's estimate: it may not exist."""
    value, error = plain(result[0]), plain(result[1])
    allowed = max(options.get("epsabs", 0.0), options.get("epsrel", 0.0) * abs(value), 1e-6 * (1 + abs(value)))
    if not error <= allowed:
        raise NotConverged(
            f"scipy.integrate.quad found no integral to differentiate: {value} with an estimated error of {error:.3g}; "
            "allow more pieces (limit=...), or see whether the integral exists"
        )


def _quad_back(ct: Any, ans: Any, func: Any, a: Any, b: Any, args: Any, which: str, options: Bound) -> Any:
    """The cotangent of an argument of `scipy.integrate.quad`."""
    refuse_options(options)
    of_value = ct[0] if not forms.is_zero(ct) else 0.0
    if forms.is_zero(of_value):
        return 0.0
    refuse_inexact(ans, options)
    given = {"f": func, "a": a, "b": b, "args": as_args(args, si.quad)}
    found = Quad().pulled(given, ans[0], of_value, {which}).get(which, 0.0)
    return found[0] if which == "args" and not isinstance(args, tuple) else found


def _quad_rule(name: str) -> Callable[..., Any]:
    which = _NAMES.get(name, name)
    return lambda ct, ans, func, a, b, args=(), points=None, weight=None, epsabs=0.0, epsrel=0.0: _quad_back(
        ct, ans, func, a, b, args, which, {"points": points, "weight": weight, "epsabs": epsabs, "epsrel": epsrel}
    )


_holding(
    si.quad,
    **rules_by_name(
        inspect.signature(si.quad),
        {name: _quad_rule(name) for name in ("func", "a", "b", "args")},
        *_QUAD_OPTIONS,
    ),
    signature=inspect.signature(si.quad),
    sequences=(3,),
    why=BY_ARGS,
)
