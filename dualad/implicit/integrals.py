"""Integrals: of differential equations (`odeint`) and of functions of one variable (`quad`), by SciPy's integrators.

Forward mode integrates values and tangents together, as one system under the same error control. Reverse mode
integrates the adjoint equation backwards, from each time to the one before (Pontryagin; Hairer, Norsett and Wanner,
Solving Ordinary Differential Equations I, 2nd ed., I.14), and for integrals the gradient of the integrand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import forms, forward, tree
from dualad.directions import ravel
from dualad.errors import DualadError, DualadTypeError, DualadValueError
from dualad.forward.dual import plain, root
from dualad.held import Held
from dualad.implicit.adjoints import Captured, Sweep, gradients, moving, ordered
from dualad.implicit.components import Components, is_plain, levels_of
from dualad.implicit.points import NotConverged, checked_args

Function = Callable[..., Any]


def scipy_integrate() -> Any:
    """SciPy's integrators."""
    try:
        import scipy.integrate
    except ImportError as error:
        raise DualadError("odeint and quad integrate by SciPy, which is not installed; pip install scipy") from error
    return scipy.integrate


class Operation:
    """A function with both derivatives: dual numbers run through it, and it gives a pullback."""

    name = "operation"
    names: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<dualad.implicit.{self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __dualad_lifted__(self, *args: Any, **kwargs: Any) -> Any:
        return self(*args, **kwargs)

    def __dualad_vjp__(self, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Any, ...]) -> Any:
        given = {**dict(zip(self.names, args)), **kwargs}
        wanted = [self.names[a] if isinstance(a, int) else a for a in argnums]
        given = {k: v if k == "f" else forms.snapshot(v) for k, v in given.items()}
        result = self(**given)
        held = Held(given["f"])

        def pull(ct: Any) -> tuple[Any, ...]:
            if forms.is_zero(ct):
                return (0.0,) * len(wanted)
            found = self.pulled(given, result, ct, set(wanted))
            return tuple([found.get(name, 0.0) for name in wanted])

        return result, held.restoring(pull)

    def pulled(self, given: dict[str, Any], result: Any, ct: Any, wanted: set[str]) -> dict[str, Any]:
        """The raw cotangents of the wanted arguments, of that of the result."""
        raise NotImplementedError


class OdeInt(Operation):
    """The solution of `dy/dt = f(y, t, *args)` with y = y0 at the first time, at all times.

    Derivatives are taken in y0, t, args and what f captures, in both modes and to any order: forward mode integrates
    the tangents along with y, reverse mode the adjoint equation backwards.

    Args:
        f: takes y and the time, and returns a tree of y's structure.
        y0: a float, an array or a tree of these.
        t: a vector of times, the first that of y0.
        args: a tuple of what f takes after the time.
        rtol: relative tolerance of the integration, of the tangents and adjoints too.
        atol: absolute tolerance.
        method: one of `scipy.integrate.solve_ivp`'s.
        tfirst: whether f takes the time before y.

    Returns:
        A tree of y0's structure whose arrays have an axis more in front, along the times.

    Raises:
        NotConverged: the integration stopped.
        DualadTypeError, DualadValueError: y0, t or args do not fit.

    Example:
        >>> import numpy as np
        >>> import dualad
        >>> from dualad.implicit import odeint
        >>> def decayed(k):
        ...     return odeint(lambda y, t, k: -k * y, 1.0, np.array([0.0, 1.0]), args=(k,))[-1]
        >>> round(float(dualad.grad(decayed)(2.0)), 6)  # -exp(-2)
        -0.135335
    """

    name = "odeint"
    names = ("f", "y0", "t", "args")

    def __call__(
        self,
        f: Any,
        y0: Any,
        t: Any,
        args: Any = (),
        *,
        rtol: float = 1e-8,
        atol: float = 1e-10,
        method: str = "DOP853",
        tfirst: bool = False,
    ) -> Any:
        args, y0, t = forms.loaded(checked_args(args)), forms.loaded(y0), forms.loaded(t)
        start, unravel = ravel(y0)
        if not start.size:
            raise DualadTypeError(f"odeint: y0 holds no number: {tree.describe(y0)}")
        if np.iscomplexobj(root(start)):
            raise DualadTypeError("odeint: y0 is complex; integrate real and imaginary parts")
        start = start.astype(np.float64)
        t = t if forms.is_dual(t) else np.asarray(t, np.float64)
        if t.ndim != 1 or not t.size:
            raise DualadValueError(f"odeint: t is a vector of times, first that of y0, but it is {tree.describe(t)}")

        def rate(y: Any, time: Any, args: tuple[Any, ...] = args) -> Any:
            found = ravel(forward.call(f, *ordered(tfirst, unravel(y), time), *args))[0]
            if found.shape != y.shape:
                raise DualadTypeError(f"odeint: f gives {found.size} numbers for the {y.size} of y")
            return found

        how = (plain(rtol), plain(atol), method)
        if layout_of(rate, start, t).levels:
            # Values do not depend on which derivatives are taken: a function that is run again gives the same.
            alone = tree.map(plain, args)
            values = integrated(lambda y, time: plain(rate(y, time, alone)), plain(start), plain(t), *how)
            rows = [v + (row - plain(row)) for v, row in zip(values, integrated(rate, start, t, *how))]
        else:
            rows = integrated(rate, start, t, *how)
        found = [unravel(row) for row in rows]
        return tree.map(lambda *xs: np.stack(xs), *found)

    def pulled(self, given: dict[str, Any], result: Any, ct: Any, wanted: set[str]) -> dict[str, Any]:
        captured = Captured() if "f" in wanted else None

        def run() -> dict[str, Any]:
            return Sweep(self, given, result, ct, wanted, captured).run()

        return run() if captured is None else captured.settled(run)  # type: ignore[no-any-return]


def integrated(rate: Function, start: Any, t: Any, rtol: float, atol: float, method: str) -> list[Any]:
    """The solution at all times, as vectors with the derivatives that belong to dual numbers anywhere."""
    layout = layout_of(rate, start, t)
    times = plain(t) if forms.is_dual(t) else t
    still = is_plain(t)
    if len(times) == 1:
        return [layout.number(layout.flat(start))]
    if still and (np.all(np.diff(times) > 0) or np.all(np.diff(times) < 0)):

        def along(time: float, z: Any) -> Any:
            return layout.flat(rate(layout.number(z), time))

        return [layout.number(z) for z in _run(along, layout.flat(start), times, rtol, atol, method)]
    rows = [layout.number(layout.flat(start))]
    for k in range(1, len(times)):
        if times[k] == times[k - 1] and still:
            rows.append(rows[-1])
            continue
        begin, length = t[k - 1], t[k] - t[k - 1]

        def part(s: float, z: Any, begin: Any = begin, length: Any = length) -> Any:
            return layout.flat(rate(layout.number(z), begin + s * length) * length)

        ends = _run(part, layout.flat(rows[-1]), np.array([0.0, 1.0]), rtol, atol, method)
        rows.append(layout.number(ends[1]))
    return rows


def layout_of(rate: Function, start: Any, t: Any) -> Components:
    """The levels that the solution has derivatives at."""
    levels = levels_of(start) | levels_of(t)
    while True:
        layout = Components(plain(start), levels)
        found = levels | levels_of(rate(layout.number(layout.flat(start)), t[0]))
        if found == levels:
            return layout
        levels = found


STANDSTILL = 2000
"""How many evaluations without getting on in time say that a solution ends there. (LSODA would go on for ever.)"""


def _run(f: Function, z: Any, times: Any, rtol: float, atol: float, method: str) -> list[Any]:
    resolution = 1e-12 * abs(times[-1] - times[0])
    reached, count = times[0], 0

    def watched(time: float, z: Any) -> Any:
        nonlocal reached, count
        count += 1
        if abs(time - reached) > resolution:
            reached, count = time, 0
        if count > STANDSTILL + 10 * len(z):
            raise NotConverged(
                f"odeint: the integration does not get on at t = {time}; the solution seems to end there"
            )
        return f(time, z)

    span = times[0], times[-1]
    found = scipy_integrate().solve_ivp(watched, span, z, method=method, t_eval=times, rtol=rtol, atol=atol)
    if found.status != 0 or found.y.shape[1] != len(times):
        raise NotConverged(f"odeint: the integration stopped at t = {found.t[-1:]}: {found.message}")
    return list(np.ascontiguousarray(found.y.T))


class Quad(Operation):
    """The integral of `f(x, *args)` from a to b, by SciPy's adaptive quadrature.

    Derivatives are taken in a, b, args and what f captures, in both modes and to any order.

    Args:
        f: takes a float, and returns a number, an array or a tree of these.
        a: the lower end, which may be `-np.inf`.
        b: the upper end.
        args: a tuple of what f takes after x.
        rtol: relative tolerance, of the derivatives too.
        atol: absolute tolerance.
        limit: into how many pieces the range may be cut.

    Returns:
        What f returns, integrated.

    Raises:
        NotConverged: the tolerance was not reached, or the integral does not exist.

    Example:
        >>> import numpy as np
        >>> import dualad
        >>> from dualad.implicit import quad
        >>> def area(b):
        ...     return quad(np.exp, 0.0, b)
        >>> round(float(dualad.grad(area)(1.0)), 6)
        2.718282
    """

    name = "quad"
    names = ("f", "a", "b", "args")

    def __call__(
        self, f: Any, a: Any, b: Any, args: Any = (), *, rtol: float = 1e-10, atol: float = 1e-12, limit: int = 1000
    ) -> Any:
        args = forms.loaded(checked_args(args))
        rtol, atol, limit = plain(rtol), plain(atol), int(plain(limit))
        total: Any = None
        for low, high in _pieces(a, b):
            if is_plain(low) and is_plain(high):
                found = _integral(lambda x: forward.call(f, x, *args), float(low), float(high), rtol, atol, limit)
            else:

                def part(s: float, low: Any = low, high: Any = high) -> Any:
                    value = forward.call(f, low + s * (high - low), *args)
                    return tree.map(lambda y: y * (high - low), value)

                found = _integral(part, 0.0, 1.0, rtol, atol, limit)
            total = found if total is None else tree.map(lambda p, q: p + q, total, found)
        return total

    def pulled(self, given: dict[str, Any], result: Any, ct: Any, wanted: set[str]) -> dict[str, Any]:
        f, a, b, args = given["f"], given["a"], given["b"], checked_args(given.get("args", ()))
        how = {k: v for k, v in given.items() if k not in self.names}
        ct = forms.Form(result).finish(ct)
        found: dict[str, Any] = {}
        for name, end, sign in (("a", a, -1.0), ("b", b, 1.0)):
            if name in wanted:
                inside = np.isfinite(plain(end))
                value = ravel(forward.call(f, end, *args))[0] if inside else None
                found[name] = 0.0 if value is None else sign * np.sum(ravel(ct)[0] * value)
        places = moving(args) if "args" in wanted else []
        captured = Captured() if "f" in wanted else None
        if not places and captured is None:
            return found

        def gradient(x: Any, *args: Any) -> Any:
            _, of_args, of_captured = gradients(f, (x, *args), ct, [i + 1 for i in places], captured)
            return ravel(of_args)[0] if places else np.zeros(0), of_captured

        def run() -> Any:
            return self(gradient, a, b, args, **how)

        of_args, of_captured = run() if captured is None else captured.settled(run)
        raws: list[Any] = [0.0] * len(args)
        for i, part in zip(places, ravel([args[i] for i in places])[1](of_args)):
            raws[i] = forms.raw(part)
        found["args"] = raws
        found["f"] = 0.0 if captured is None else captured.raw(of_captured)
        return found


def _pieces(a: Any, b: Any) -> list[tuple[Any, Any]]:
    """The range in pieces whose ends are either plain or finite."""
    ends = plain(a), plain(b)
    if (is_plain(a) and is_plain(b)) or np.all(np.isfinite(ends)):
        return [(a, b)]
    middle = float(ends[0] + 1.0) if np.isfinite(ends[0]) else float(ends[1] - 1.0)
    return [(a, middle), (middle, b)]


def _integral(f: Function, a: float, b: float, rtol: float, atol: float, limit: int) -> Any:
    """The integral of a function of a plain number, whose values may be dual."""
    middle = 0.5 * (a + b) if np.isfinite(a) and np.isfinite(b) else a + 1.0 if np.isfinite(a) else min(b - 1.0, 0.0)
    example = f(middle)
    vector, unravel = ravel(example)
    if np.iscomplexobj(root(vector)):
        raise DualadTypeError("quad: the function is complex; integrate real and imaginary parts")
    layout = Components(plain(vector).astype(np.float64), levels_of(vector))

    def floats(x: float) -> Any:
        return layout.flat(ravel(f(x))[0])

    si = scipy_integrate()
    if layout.levels:
        # The value does not depend on which derivatives are taken: a function that is run again gives the same.
        alone = ravel(_integral(lambda x: tree.map(plain, f(x)), a, b, rtol, atol, limit))[0]
    if layout.ends[-1] == 1:
        value, _, _, *message = si.quad(
            lambda x: float(floats(x)[0]), a, b, epsabs=atol, epsrel=rtol, limit=limit, full_output=1
        )
        if message and not _negligible(message[0]):
            raise NotConverged(f"quad: {message[0].strip()}")
        return unravel(layout.number(np.array([value])))
    value, error, info = si.quad_vec(floats, a, b, epsabs=atol, epsrel=rtol, norm="max", limit=limit, full_output=True)
    if not info.success and error > 1e-6 * (1 + np.abs(value).max()):
        raise NotConverged(f"quad: {info.message}")
    found = layout.number(value)
    return unravel(alone + (found - plain(found)) if layout.levels else found)


def _negligible(message: str) -> bool:
    """Whether QUADPACK only says that rounding keeps it from the tolerance."""
    return "roundoff" in message


odeint = OdeInt()
quad = Quad()
