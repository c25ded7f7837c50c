"""Calls in emitted code that give a result and a pullback: of Python functions, and of what is known when it runs."""

from __future__ import annotations

import collections
import functools
import inspect
import math
import operator
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from dualad import foreign, registry
from dualad.analysis.inplace import is_of_user
from dualad.classes import (
    MISSING,
    base_of,
    dataclass_written,
    has_plain_new,
    kept_by,
    method_of,
    pairs_held,
    positional_names,
)
from dualad.dict_views import MADE
from dualad.errors import Unsupported
from dualad.records import record
from dualad.registry import Primitive
from dualad.reverse import conforming, gathered, listed, runtime, stated
from dualad.reverse.missing import Missing
from dualad.untouched import as_given, require_unchanged

Split = tuple[Any, Callable[[Any], tuple[Any, ...]]]
IDENTITY = (list, tuple)
CALLEE = "()"
"""The position of what is called itself, whose cotangent is asked for where it holds active values."""


def _run_plainly(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return fn(*args, **kwargs)


_run: Callable[..., Any] = _run_plainly


def run(fn: Callable[..., Any], *args: Any) -> Any:
    """A call of one of our functions that dual numbers are to run through."""
    return _run(fn, *args)


def set_run(run: Callable[..., Any]) -> None:
    """Say how a primitive is called (forward mode calls `math.sin` of a dual number by its rule)."""
    global _run
    _run = run


@record(slots=True)
class CallSite:
    """A call with some active operands.

    op: "call", "method" or "attr"; name: of the method or attribute.
    active: positions of active operands, keyword operands counted after the positional ones.
    callee: whether the function that is called holds active values itself; its cotangent comes first.
    kept: whether a view of a dict that it makes may be asked when its function has run.
    count: number of positional operands; stars: those that are starred; keywords: names of the rest.
    split: `(function, args, kwargs, positions) -> (result, pullback)` for Python functions.
    """

    op: str
    name: str | None
    active: tuple[int, ...]
    count: int
    stars: frozenset[int]
    keywords: tuple[str, ...]
    split: Any
    callee: bool = False
    kept: bool = False

    def __call__(self, *operands: Any, **kwargs: Any) -> Split:
        if self.op == "attr":
            return attribute(operands[0], str(self.name), self.split)
        if self.op == "method":
            return self.called(*self.bound(operands, kwargs))
        return self.called(operands[0], operands[1:], kwargs, 0)

    def bound(
        self, operands: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, tuple[Any, ...], dict[str, Any], int]:
        owner = operands[0]
        if has_array_methods(owner, str(self.name)):
            primitive = registry.lookup_method(str(self.name))
            if primitive is not None:
                return primitive, operands, kwargs, 0
        if 0 in self.active:
            found = inspect.getattr_static(type(owner), str(self.name), None)
            if isinstance(found, types.FunctionType):
                return found, operands, kwargs, 0  # a method in Python: a function of the object
            return ContainerMethod(owner, str(self.name), self.kept), operands, kwargs, 0
        if self.name == "get" and getattr(type(owner), "get", None) is dict.get:
            return ContainerMethod(owner, "get"), operands, kwargs, 0  # the default alone is active
        return getattr(owner, str(self.name)), operands[1:], kwargs, 1

    def called(self, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], offset: int) -> Split:
        if not self.stars:
            positions = tuple(i - offset if i < self.count else self.keywords[i - self.count] for i in self.active)
            result, pull = self.split(fn, operands, kwargs, (CALLEE, *positions) if self.callee else positions)
            keyed = [isinstance(kwargs[p] if isinstance(p, str) else operands[p], dict) for p in positions]
            return result, _without_keys([False] * self.callee + keyed, pull) if any(keyed) else pull
        return self.starred(fn, operands, kwargs, offset)

    def starred(self, fn: Any, operands: tuple[Any, ...], kwargs: dict[str, Any], offset: int) -> Split:
        args: list[Any] = []
        spans: dict[int, range] = {}
        for i, value in enumerate(operands, start=offset):
            items = list(value) if i in self.stars else [value]
            spans[i] = range(len(args), len(args) + len(items))
            args += items
        positions: list[Any] = [CALLEE] if self.callee else []
        for i in self.active:
            positions += spans[i] if i < self.count else [self.keywords[i - self.count]]
        given = [runtime.extent(v) for v in operands]
        result, pull = self.split(fn, tuple(args), kwargs, tuple(positions))

        def pulled(ct: Any) -> tuple[Any, ...]:
            parts = iter(pull(ct))
            found: list[Any] = [next(parts)] if self.callee else []
            for i in self.active:
                if i in self.stars:
                    items = [next(parts) for _ in spans[i]]
                    found.append(gathered.from_items(items[::-1], given[i - offset]))
                else:
                    found.append(next(parts))
            return tuple(found)

        pulled.__dict__["__dualad_lift__"] = True  # what it calls may be emitted code, which stores
        return result, pulled


def has_array_methods(owner: Any, name: str) -> bool:
    """Whether a method is one of arrays, which NumPy's numbers have too, and Python's one of them."""
    if isinstance(owner, np.ndarray | np.generic) or hasattr(type(owner), "__dualad_dual__"):
        return True
    if type(owner) in (int, float, complex) and name.startswith("__"):
        return registry.lookup_method(name) is not None
    return isinstance(owner, float | complex) and name == "conjugate"


def _without_keys(keyed: list[bool], pull: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
    """The pullback of a call of what runs over dicts, and so over their keys, which are constants."""

    def pulled(ct: Any) -> tuple[Any, ...]:
        return tuple(0.0 if k and not isinstance(part, dict) else part for k, part in zip(keyed, pull(ct), strict=True))

    pulled.__dict__["__dualad_lift__"] = True
    return pulled


class ContainerMethod:
    """A method of a container that is active, or is given what is; it may only read the container.

    `kept`: a view of a dict may be asked when the dict holds something else.
    """

    def __init__(self, owner: Any, name: str, kept: bool = False) -> None:
        self.owner, self.name, self.kept = owner, name, kept

    def split(self, args: tuple[Any, ...], positions: tuple[Any, ...]) -> Split:
        owner, name = self.owner, self.name
        if isinstance(owner, dict) and name in ("items", "values", "keys", "get"):
            if name == "get":
                return self._got(args, positions)
            pairs = list(pairs_held(owner))
            keys = [key for key, _ in pairs]
            if name == "keys":
                return dict.keys(owner), lambda ct: self._only_owner(positions, 0.0)
            if self.kept:
                return MADE[name](owner), lambda ct: self._only_owner(positions, self._of_view(keys, ct))
            result: list[Any] = pairs if name == "items" else [value for _, value in pairs]
            return result, lambda ct: self._only_owner(positions, self._by_key(keys, ct, name == "items"))
        if isinstance(owner, list | tuple | collections.deque) and name in ("copy", "index", "count"):
            copies = name == "copy"  # the others ask which items are the very object that is given
            own = getattr(tuple if isinstance(owner, tuple) else base_of(type(owner)), name)
            return own(*args), lambda ct: self._only_owner(positions, ct if copies else 0.0)
        if name in ("__len__", "__contains__"):
            own = getattr(tuple if isinstance(owner, tuple) else base_of(type(owner)), name)
            return own(*args), lambda ct: self._only_owner(positions, 0.0)
        raise Unsupported(
            f"the method `{name}` of a {type(owner).__name__} that holds active values has no derivative in dualad; "
            "use plain functions of arrays, lists and dicts"
        )

    def _got(self, args: tuple[Any, ...], positions: tuple[Any, ...]) -> Split:
        """`get`, which gives the dict's own value or the default, and what it has given takes all of the cotangent."""
        key, source = args[1], 0 if dict.__contains__(self.owner, args[1]) else 2

        def pullback(ct: Any) -> tuple[Any, ...]:
            share = {key: ct} if source == 0 else ct
            return tuple(share if p == source else 0.0 for p in positions)

        return dict.get(self.owner, *args[1:]), pullback

    @staticmethod
    def _only_owner(positions: tuple[Any, ...], ct: Any) -> tuple[Any, ...]:
        return tuple(ct if p == 0 else 0.0 for p in positions)

    def _of_view(self, keys: list[Any], ct: Any) -> Any:
        """The dict's cotangent, of a view's: by attributes, as of an object, or by position of the items taken."""
        return ct.get("owner", 0.0) if isinstance(ct, dict) else self._by_key(keys, ct, self.name == "items")

    @staticmethod
    def _by_key(keys: list[Any], ct: Any, pairs: bool) -> Any:
        if runtime.is_zero(ct):
            return 0.0
        return {k: runtime.item(c, 1) if pairs else c for k, c in zip(keys, ct, strict=False)}

    def reaches_keys(self, ct: Any) -> bool:
        """Whether a cotangent of the result has a share for the keys of a dict."""
        if self.name not in ("keys", "items") or runtime.is_zero(ct):
            return False
        return self.name == "keys" or any(not runtime.is_zero(runtime.item(c, 0)) for c in ct)


def container_method(owner: Any, name: str) -> ContainerMethod:
    """A method of a list, dict or tuple, which reads it, for code that is lifted: that makes no objects of ours."""
    return ContainerMethod(owner, name)


def attribute(owner: Any, name: str, split: Any) -> Split:
    """An attribute of an active value, and its pullback; `split` calls what a class of the user's has for it."""
    if isinstance(owner, np.ndarray | np.generic | int | float | complex) or hasattr(type(owner), "__dualad_dual__"):
        primitive = registry.lookup_attribute(name)
        if primitive is not None:
            return primitive_split(primitive, (owner,), {}, (0,))
        if has_array_methods(owner, name):
            return split(getattr, (owner, name), {}, (0,))  # type: ignore[no-any-return]
    fields = getattr(type(owner), "_fields", None)
    if isinstance(owner, tuple) and fields is not None and name in fields:
        index = fields.index(name)
        return owner[index], lambda ct: ([ct if i == index else 0.0 for i in range(len(owner))],)
    if name == "__dict__":
        return vars(owner), lambda ct: (ct,)
    found = getattr(type(owner), name, None)
    if isinstance(found, property):
        return split(found.fget, (owner,), {}, (0,))  # type: ignore[no-any-return]
    kept, getter = kept_by(owner, name), method_of(owner, "__getattr__")
    if kept is MISSING and getter is not None:
        return split(getter, (owner, name), {}, (0,))  # type: ignore[no-any-return]
    value = getattr(owner, name)
    if isinstance(found, functools.cached_property) or method_of(kept, "__get__") is not None:
        raise Unsupported(f"the property `{name}` of an object that holds active values; call a function of the object")
    return value, lambda ct: (runtime.OfObject({name: ct}),)


OPERATORS = frozenset(fn for fn in vars(operator).values() if callable(fn) and not isinstance(fn, type))


RUNNING = frozenset((math.fsum, math.prod, np.fromiter))


def _with_zero(cts: Iterable[Any], positions: tuple[Any, ...]) -> Iterator[Any]:
    """The cotangents of arguments, of which the first one has none."""
    rest = iter(cts)
    for p in positions:
        yield 0.0 if p == 0 else next(rest)


def runs_over(primitive: Primitive) -> bool:
    """Whether a primitive takes the items of its first argument one by one."""
    return 0 in primitive.sequences or primitive.fn in RUNNING


def is_over_keys(primitive: Primitive, args: tuple[Any, ...]) -> bool:
    """Whether a primitive is given a dict that it runs over, as `sum` does: that gives it the keys."""
    return bool(args) and type(args[0]) is dict and runs_over(primitive)


def primitive_split(
    primitive: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]
) -> Split:
    """Result and pullback of a primitive, by its rules."""
    if primitive.form == "refused" and not positions:  # a filter is designed outside, or where nothing moves
        return _run(primitive.fn, *args, **kwargs), lambda ct: ()
    if primitive.form == "refused":
        raise Unsupported(f"{primitive.name} has no derivative rule; {primitive.why}")
    if is_over_keys(primitive, args):  # keys are constant
        rest = tuple([p for p in positions if p != 0])
        ans, pull_rest = primitive_split(primitive, (list(args[0]), *args[1:]), kwargs, rest)
        return ans, lambda ct: tuple(_with_zero(pull_rest(ct), positions))
    if primitive.form == "constant":  # `any` leaves the rest of an iterator to others
        return _run(primitive.fn, *args, **kwargs), lambda ct: (0.0,) * len(positions)
    if primitive.sequences:  # its rules read what an iterator would give only once
        args = tuple(list(a) if hasattr(type(a), "__next__") else a for a in args)
    if primitive.signature is None:
        raise Unsupported(f"{primitive.name} has no derivative rule for this call")
    bound = _arguments(primitive, args, kwargs)
    names = list(primitive.signature.parameters)
    if any(p.kind is p.VAR_POSITIONAL for p in primitive.signature.parameters.values()):
        ans = _result(primitive, args, kwargs)
        return ans, _var_positional_pull(primitive, args, kwargs, positions, ans)
    found = [p if isinstance(p, str) else names[p] for p in positions]
    missing = {name: Missing(why) for name in found if (why := _why_missing(primitive, name, names, bound))}
    for name in found[:1] if all(name in missing for name in found) else ():
        raise Unsupported(_why_missing(primitive, name, names, bound))
    ans = _result(primitive, args, kwargs)
    values = {n: runtime.kept(v) for n, v in bound.items()}
    kept = runtime.kept(ans) if _reads_result(primitive) else ans  # somebody may store into it

    def pull(ct: Any) -> tuple[Any, ...]:
        if runtime.is_zero(ct):
            return (0.0,) * len(found)
        given = {n: missing[n] if n in missing else _pulled(primitive, n, names, values, kept, ct) for n in found}
        return tuple(given.values())

    return ans, pull


def _result(primitive: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a primitive gives; one of the user's is refused where it changes what it was given."""
    if primitive.calls is None:
        return _run(primitive.fn, *args, **kwargs)
    given = as_given(primitive.calls, *args, *kwargs.values())
    ans = _run(primitive.fn, *args, **kwargs)
    require_unchanged(primitive.calls, given, ans)
    return ans


def _arguments(primitive: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    assert primitive.signature is not None
    if not kwargs:
        least, by_position = _by_position(primitive)
        if least <= len(args) <= len(by_position):
            return dict(zip(by_position, args, strict=False))
    try:
        return dict(primitive.signature.bind(*args, **kwargs).arguments)
    except TypeError as error:
        raise Unsupported(f"{primitive.name} has no derivative rule for this call: {error}") from None


@functools.lru_cache(maxsize=4096)
def _by_position(primitive: Primitive) -> tuple[int, tuple[str, ...]]:
    """How many arguments a primitive takes at least, all by position, and the names of those it takes so."""
    parameters = primitive.signature.parameters.values() if primitive.signature is not None else ()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    others = any([p.kind is p.VAR_POSITIONAL or (p not in named and p.default is p.empty) for p in parameters])
    return sum(p.default is p.empty for p in named), () if others else tuple([p.name for p in named])


def _reads_result(primitive: Primitive) -> bool:
    """Whether a rule reads the result's values."""
    return any(rule is not None and "ans" in rule_parameters(rule) for rule in primitive.rules)


def _var_positional_pull(
    primitive: Primitive, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...], ans: Any
) -> Callable[[Any], tuple[Any, ...]]:
    """The pullback of a primitive that takes any number of operands: it has a rule for each position."""
    kept = tuple(runtime.kept(a) for a in args)

    def pull(ct: Any) -> tuple[Any, ...]:
        given = kept if primitive.checked else listed.moving_as_arrays(kept)
        found: list[Any] = []
        for p in positions:
            rule = primitive.rules[p] if isinstance(p, int) and p < len(primitive.rules) else None
            if rule is None and _is_discrete(kwargs.get(p) if isinstance(p, str) else kept[p]):
                found.append(0.0)  # an empty shape, say
                continue
            if rule is None:
                found.append(Missing(_no_derivative(primitive, str(p))))
                continue
            extra = {n: v for n, v in kwargs.items() if n in rule_parameters(rule)}
            if runtime.is_zero(ct):
                found.append(0.0)
            else:
                found.append(_varying(primitive, p, rule, ct, ans, given, extra))
        return tuple(found)

    return pull


def _varying(
    primitive: Primitive, position: int, rule: registry.Rule, ct: Any, ans: Any, args: tuple[Any, ...], named: Any
) -> Any:
    """The cotangent of one of any number of operands."""
    before: tuple[Any, ...] = (ans,) if "ans" in rule_parameters(rule) else ()
    if before and inspect.signature(rule).parameters["ans"].kind is inspect.Parameter.KEYWORD_ONLY:
        before, named = (), {**named, "ans": ans}
    where = stated.rule_name(primitive, position)
    if primitive.form == "elementwise":
        partial = stated.partial_of(rule(*before, *args, **named), ans, where)
        return conforming.fit(runtime.expand(ct, ans) * partial, args[position])
    return stated.cotangent_of(
        rule(stated.spread(ct, ans, args[position]), *before, *args, **named), args[position], where
    )


def pull_operator(fn: Any, left: Any, right: Any, ct: Any) -> tuple[Any, ...]:
    """The cotangents of both operands of a binary operator."""
    primitive = registry.lookup(fn)
    if primitive is None:
        raise Unsupported(f"{registry.display_name(fn)} has no derivative rule; declare one with dualad.primitive")
    return primitive_split(primitive, (left, right), {}, (0, 1))[1](runtime.owned(ct))


def _pulled(primitive: Primitive, name: str, names: list[str], values: dict[str, Any], ans: Any, ct: Any) -> Any:
    if runtime.is_zero(ct) or values.get(name) is None:  # `np.clip(x, None, 1.0)` has no lower bound to move
        return 0.0
    if _rule_at(primitive, name, names) is None and _is_discrete(values.get(name)):
        return 0.0
    if any(foreign.is_dropped(primitive.fn, getattr(v, "dtype", None)) for v in values.values()):
        raise Unsupported(f"{primitive.name} {foreign.DROPS_IMAGINARY}; {foreign.USE_REAL}")
    if conforming.is_exact(getattr(ans, "dtype", None)) and conforming.is_inexact(values[name]):
        return 0.0  # it depends on it by steps alone
    rule = _rule_at(primitive, name, names)
    assert rule is not None
    parameters = rule_parameters(rule)
    given = {n: v for n, v in values.items() if n in parameters}
    if type(given.get(name)) in (float, complex) and primitive.form != "elementwise":
        given[name] = np.asarray(given[name])[()]  # a number of NumPy's, which has a shape
    if "ans" in parameters:
        given["ans"] = ans
    if primitive.form == "elementwise" or isinstance(primitive.fn, np.ufunc):  # of which some have several results
        given = {n: v if n == "ans" else listed.elements(v) for n, v in given.items()}
    if primitive.form == "elementwise":
        careful = getattr(rule, "careful", None)
        dearer = None if careful is None else lambda *values: _called(careful, dict(zip(given, values, strict=True)))
        if primitive.checked:
            where = stated.rule_name(primitive, names.index(name))
            partial = stated.partial_of(_called(rule, given), ans, where)
            found = runtime.strong(lambda: partial, runtime.expand(ct, ans))
        else:
            partial = lambda *values: _called(rule, dict(zip(given, values, strict=True)))  # noqa: E731
            found = runtime.strong(partial, runtime.expand(ct, ans), *given.values(), careful=dearer)
        return listed.fit_elements(found, values[name])
    if primitive.checked:
        given["ct"] = stated.spread(ct, ans, values[name])
        return stated.cotangent_of(_called(rule, given), values[name], stated.rule_name(primitive, names.index(name)))
    given["ct"] = runtime.expand(ct, ans)
    return runtime.like(_called(rule, given, listed.taking_lists(rule, listed.lists_of(primitive))), values[name])


def _called(rule: registry.Rule, given: dict[str, Any], run: Any = None) -> Any:
    """A rule called by the names of its parameters, some of which it may take by position only."""
    first = [given[name] for name in _by_position_only(rule) if name in given]
    named = {name: value for name, value in given.items() if name not in _by_position_only(rule)}
    rest = named.pop(_any_by_name(rule), {})
    try:
        return (run or rule)(*first, **named, **rest)
    except (AttributeError, TypeError, ValueError):
        require_no_objects(given.values())
        raise


def require_no_objects(operands: Iterable[Any]) -> None:
    """Refuse objects of the user's, in lists too, that NumPy makes arrays of, or that take its calls over."""
    for value in operands:
        for part in value if isinstance(value, list | tuple) else (value,):
            if not hasattr(type(part), "__dualad_dual__") and is_of_user(type(part)):
                raise Unsupported(
                    f"a {type(part).__name__} where NumPy takes an array, which becomes one or takes the call over by "
                    "its class's own methods; give the array itself"
                )


def _why_missing(primitive: Primitive, name: str, names: list[str], bound: dict[str, Any]) -> str:
    """Why there is no rule in an argument that something may depend on; empty where there is one, or need be none."""
    if name not in names:  # among `**kwargs`
        return f"{primitive.name}(..., {name}=...) has no derivative in `{name}`; keep it constant"
    if _rule_at(primitive, name, names) is not None or _is_discrete(bound.get(name)):
        return ""
    return _no_derivative(primitive, name)


def _no_derivative(primitive: Primitive, name: str) -> str:
    return f"{primitive.name} has no derivative in its argument `{name}`; {primitive.why or 'keep it constant'}"


def _rule_at(primitive: Primitive, name: str, names: list[str]) -> registry.Rule | None:
    position = names.index(name)
    return primitive.rules[position] if position < len(primitive.rules) else None


JOINERS = (type(np.r_), type(np.c_))


def _is_discrete(value: Any) -> bool:
    """Whether nothing depends smoothly on a value: an axis, a mask, a mode."""
    if isinstance(value, list | tuple):
        return all(map(_is_discrete, value))
    if isinstance(value, dict):
        return all(map(_is_discrete, value.values()))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "biuSU"
    return value is None or isinstance(value, (int, str, slice, type, np.dtype, *JOINERS))


@functools.lru_cache(maxsize=4096)
def _by_position_only(rule: Any) -> tuple[str, ...]:
    """The names of a rule's parameters that are given by position only."""
    return tuple([n for n, p in inspect.signature(rule).parameters.items() if p.kind is p.POSITIONAL_ONLY])


@functools.lru_cache(maxsize=4096)
def _any_by_name(rule: Any) -> str:
    """The parameter of a rule that takes any arguments by name, "" if it has none."""
    return next((n for n, p in inspect.signature(rule).parameters.items() if p.kind is p.VAR_KEYWORD), "")


@functools.lru_cache(maxsize=4096)
def rule_parameters(rule: Any) -> frozenset[str]:
    """The names of a rule's parameters."""
    return frozenset(inspect.signature(rule).parameters)


def constructed(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]) -> Split | None:
    """Result and pullback of a constructor of containers, None if the class is none."""
    if cls in IDENTITY and len(args) == 1 and not kwargs:
        given = runtime.extent(args[0])
        result = cls(args[0])
        if not positions:  # integers, which are counted among the active
            return result, lambda ct: ()
        return result, lambda ct: (gathered.from_items(list(ct)[::-1], given) if not runtime.is_zero(ct) else 0.0,)
    fields: Any = getattr(cls, "_fields", None) if issubclass(cls, tuple) else None
    if fields is not None and not has_plain_new(cls):
        return None
    if fields is None and dataclass_written(cls) is not None:
        if hasattr(cls, "__post_init__"):
            return None
        fields = positional_names(cls)
        by_name = True
    else:
        by_name = False
    if fields is None:
        return None
    result = cls(*args, **kwargs)

    def pull(ct: Any) -> tuple[Any, ...]:
        found = []
        for p in positions:
            name = p if isinstance(p, str) else fields[p]
            found.append(runtime.item(ct, name if by_name else fields.index(name)))
        return tuple(found)

    return result, pull


def _is_python(method: Any) -> bool:
    return isinstance(method, types.FunctionType) or hasattr(type(method), "__dualad_vjp__")


def unwrapped(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Any, ...]) -> Any:
    """The Python function that a callable runs, with its arguments: methods, partials, callable objects."""
    while not isinstance(fn, types.FunctionType) and not hasattr(type(fn), "__dualad_vjp__"):
        if isinstance(fn, types.MethodType):
            fn, args, shift = fn.__func__, (fn.__self__, *args), 1
        elif isinstance(fn, functools.partial):
            kwargs = {**fn.keywords, **kwargs}
            fn, args, shift = fn.func, (*fn.args, *args), len(fn.args)
        elif _is_python(getattr(type(fn), "__call__", None)):  # noqa: B004 - the method itself is wanted
            fn, args, shift = type(fn).__call__, (fn, *args), 1
        else:
            return fn, args, kwargs, positions
        positions = tuple(p + shift if isinstance(p, int) else p for p in positions)
    return fn, args, kwargs, positions


for _lifted in (primitive_split, _var_positional_pull, _called, _pulled, pull_operator):
    _lifted.__dict__["__dualad_lift__"] = True  # dual numbers run through them
