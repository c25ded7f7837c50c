"""Where a derivative rule meets dual numbers.

`apply` takes the highest level among the arguments off, computes the result and the tangent on what is below (which may
be dual numbers of lower levels, so that the same happens again), and puts the two together.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import tree
from dualad.dtypes import is_bundle_dtype
from dualad.forward.arrays import array, assign, highest, like, loaded, number_of, split, tangent_dtype, zeros_like
from dualad.forward.dual import Dual, has_dual, is_exact, is_number, plain, root
from dualad.forward.levels import Level, refuse, storing, under
from dualad.forward.lift import lifted_function
from dualad.forward.memory import load, own, shadowed
from dualad.registry import SPECIAL_PARAMETERS, Primitive, Rule

Args = list[Any]


def apply(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> Any:
    """Call a primitive whose arguments may be dual numbers."""
    if kwargs and "out" in kwargs:
        return _into(primitive, args, kwargs)
    if primitive.form == "constant":
        return _constant(primitive, [plain(a) for a in args], plain(kwargs))
    if primitive.form == "refused":
        raise refuse(f"{primitive.name} has no derivative rule; {primitive.why}")
    if primitive.definition is not None and (primitive.form == "defined" or _uncovered(primitive, args, kwargs)):
        definition = primitive.definition_for(args, kwargs)
        if definition is not None:
            return _defined(definition)(*args, **kwargs)
    if kwargs and any([_active(v) for v in kwargs.values()]):
        args, kwargs = _positional(primitive, args, kwargs)
    args = [_argument(primitive, i, a) for i, a in enumerate(args)]
    level: Level | None = None
    for a in args:
        level = highest(a, level)
    if level is None:
        return primitive.fn(*args, **kwargs)
    _check(primitive, args, kwargs)
    if not storing:
        return _apply_at(primitive, args, kwargs, level)
    with under(level):
        return _apply_at(primitive, args, kwargs, level)


def _apply_at(primitive: Primitive, args: Args, kwargs: dict[str, Any], level: Level) -> Any:
    call = _Call(primitive, args, kwargs, level)
    ans = apply(primitive, call.values, kwargs)
    if primitive.constant_if_real and not np.iscomplexobj(root(call.values[0])):
        return ans
    if level.space is not None:
        return join(ans, level.space.tangent(call, ans), call)
    return join(ans, _FORMS[primitive.form](call, ans), call)


def _constant(primitive: Primitive, args: Args, kwargs: dict[str, Any]) -> Any:
    ans = primitive.fn(*args, **kwargs)
    if primitive.aliases != "no":
        return tree.map(_held, ans)
    return own(ans) if any([ans is a for a in args]) else ans


def _held(x: Any) -> Any:
    """An array that shares memory with one that has a tangent, but has none: it cannot be stored into."""
    if not isinstance(x, np.ndarray):
        return x
    x = x.copy() if shadowed(x) else x.view()
    x.flags.writeable = False
    return x


class _Call:
    """One application of a primitive at one level.

    Attributes:
        values: the arguments without this level, loaded below it.
        operands: the same as rules see them: where NumPy would make an array of a number it is a NumPy scalar.
        tangents: for each argument its tangent (of a sequence, a list), or None.
    """

    __slots__ = ("kwargs", "level", "moves_integers", "operands", "primitive", "tangents", "values")

    def __init__(self, primitive: Primitive, args: Args, kwargs: dict[str, Any], level: Level) -> None:
        self.primitive, self.kwargs, self.level = primitive, kwargs, level
        self.values: Args = []
        self.tangents: Args = []
        self.moves_integers = False
        for a in args:
            cls = type(a)
            value, tangent = a, None
            if cls is Dual:
                if a.level is level:
                    value, tangent = load(a.value), load(a.tangent)
                    self.moves_integers |= is_exact(root(value))
            elif (cls is list or cls is tuple) and highest(a) is level:
                value, tangent = split(a, level)
                self.moves_integers |= _moves_integer(a, level)
            self.values.append(value)
            self.tangents.append(tangent)
        self.operands = self.values
        if primitive.form in ("elementwise", "general") and not is_python_operator(primitive):
            rules = primitive.rules
            self.operands = [_numpy_scalar(v) if rule_at(rules, i) else v for i, v in enumerate(self.values)]

    def terms(self) -> list[tuple[int, Rule, Any]]:
        """Position, rule and tangent of each argument that moves."""
        rules = self.primitive.jvps or self.primitive.rules
        found = []
        for i, tangent in enumerate(self.tangents):
            if tangent is None:
                continue
            rule = rule_at(rules, i)
            if rule is None:
                raise refuse(
                    f"{self.primitive.name} has no derivative in its argument {i}, and a derivative is taken in what "
                    "is passed there; pass `dualad.stop_gradient(...)` of it if that is meant"
                )
            found.append((i, rule, tangent))
        return found

    def with_tangent(self, i: int, tangent: Any) -> Args:
        return [*self.values[:i], tangent, *self.values[i + 1 :]]


def _moves_integer(x: Any, level: Level) -> bool:
    """Whether an integer of this level is among the items of a sequence."""
    if type(x) is list or type(x) is tuple:
        return any([_moves_integer(v, level) for v in x])
    return type(x) is Dual and x.level is level and is_exact(root(x))


def is_python_operator(primitive: Primitive) -> bool:
    """Whether a primitive computes with Python numbers as such (`operator.add`, `math.sin`), not as arrays."""
    found = _python.get(primitive)
    if found is None:
        fn = primitive.fn
        module = getattr(fn, "__module__", None)
        found = _python[primitive] = module in ("_operator", "operator", "math", "cmath", "builtins")
    return found


_python: dict[Primitive, bool] = {}


def _numpy_scalar(x: Any) -> Any:
    cls = type(x)
    if cls is float:
        return np.float64(x)
    if cls is int:
        return np.int64(x) if -(1 << 63) <= x < 1 << 63 else x
    if cls is complex:
        return np.complex128(x)
    if cls is Dual and type(x.value) in (float, int, complex, Dual):
        value = _numpy_scalar(x.value)
        return x if value is x.value else Dual(value, x.tangent, x.level)
    return x


def _elementwise(call: _Call, ans: Any) -> Any:
    total: Any = None
    for i, rule, tangent in call.terms():
        if i in call.primitive.singular:
            with np.errstate(all="ignore"):
                operands = [np.float64(v) if type(v) is float else v for v in call.operands]
                partial = invoke(rule, operands, call.kwargs, ans=ans)
                term = strong_product(partial, tangent)
                careful = getattr(rule, "careful", None)
                if careful is not None and not np.all(np.isfinite(root(term))):
                    term = strong_product(invoke(careful, operands, call.kwargs, ans=ans), tangent)
        else:
            partial = invoke(rule, call.operands, call.kwargs, ans=ans)
            term = tangent if type(partial) in (int, float) and partial == 1 else partial * tangent
        total = term if total is None else total + term
    return total


def _linear(call: _Call, ans: Any) -> Any:
    args = list(call.values)
    moving = {i for i, _, _ in call.terms()}
    for i, value in enumerate(call.values):
        if rule_at(call.primitive.rules, i) is None:
            continue
        if i in moving:
            tangent = call.tangents[i]
            args[i] = tangent
        elif type(value) in (list, tuple) and i in call.primitive.sequences:
            args[i] = split(value, call.level)[1]
        else:
            args[i] = zeros_like(array(value) if type(value) in (list, tuple) else value)
    return apply(call.primitive, args, call.kwargs)


def _multilinear(call: _Call, ans: Any) -> Any:
    total: Any = None
    for i, _, tangent in call.terms():
        choices = [tangent]
        if isinstance(tangent, list):
            value = list(call.values[i])
            choices = [[*value[:k], t, *value[k + 1 :]] for k, t in enumerate(tangent)]
        for choice in choices:
            term = apply(call.primitive, call.with_tangent(i, choice), call.kwargs)
            total = term if total is None else total + term
    return total


def _general(call: _Call, ans: Any) -> Any:
    total: Any = None
    for _, rule, tangent in call.terms():
        total = _sum(total, invoke(rule, call.operands, call.kwargs, ans=ans, t=tangent))
    return total


_FORMS: dict[str, Callable[[_Call, Any], Any]] = {
    "elementwise": _elementwise,
    "linear": _linear,
    "multilinear": _multilinear,
    "general": _general,
}


def _sum(a: Any, b: Any) -> Any:
    if a is None:
        return b
    if isinstance(a, (tuple, list)):
        return [_sum(x, y) for x, y in zip(a, b)]
    return a + b


# Results


def join(ans: Any, tangent: Any, call: _Call) -> Any:
    """The result with its tangent; a tuple of results with a tuple of tangents."""
    if isinstance(ans, (tuple, list)):
        parts = [join(a, t, call) for a, t in zip(ans, _parts(tangent, len(ans)), strict=True)]
        return type(ans)(*parts) if hasattr(ans, "_fields") or _is_result_tuple(ans) else type(ans)(parts)
    value = root(ans)
    if tangent is None or not is_number(value) or (is_exact(value) and not call.moves_integers):
        return ans
    if isinstance(value, np.ndarray):
        tangent = array_like(tangent, value)
        if call.level.space is None or call.primitive.form == "linear":  # what spaces compute is always fresh
            tangent = _own(tangent, ans, call)
    else:
        tangent = scalar_like(tangent, value)
    return Dual(ans, tangent, call.level)


def _parts(tangent: Any, count: int) -> Any:
    return tangent if isinstance(tangent, (tuple, list)) else [tangent] * count


def _is_result_tuple(ans: Any) -> bool:
    return type(ans) is not tuple and isinstance(ans, tuple)


def array_like(tangent: Any, value: np.ndarray[Any, Any]) -> Any:
    """A tangent in the shape, dtype and layout of a plain array."""
    tangent = load(tangent)
    if type(tangent) is not Dual or _is_bundle(tangent):
        return like(tangent, value)
    if tangent.shape != value.shape if isinstance(root(tangent), np.ndarray) else True:
        tangent = tangent + zeros_like(value)
    return like(tangent, value)


def _is_bundle(tangent: Any) -> bool:
    plain_tangent = root(tangent)
    return isinstance(plain_tangent, (np.ndarray, np.void)) and is_bundle_dtype(plain_tangent.dtype)


def scalar_like(tangent: Any, value: Any, below: int | None = None) -> Any:
    """A tangent of the class that goes with a plain number."""
    tangent = load(tangent, below)
    if _is_bundle(tangent):
        return number_of(tangent)
    if type(tangent) is Dual:
        level = tangent.level
        primal, moved = (scalar_like(t, value, level.number) for t in (tangent.value, tangent.tangent))
        return Dual(primal, moved, level)
    if isinstance(value, np.generic):
        cls: Any = tangent_dtype(value.dtype).type
        if type(tangent) is cls:
            return tangent
    else:
        cls = complex if isinstance(value, complex) else float
        if type(tangent) is cls:
            return tangent
    if isinstance(tangent, np.ndarray):
        tangent = tangent[()] if tangent.ndim == 0 else tangent.item()
    if isinstance(tangent, complex) and not isinstance(value, (complex, np.complexfloating)):
        tangent = tangent.real
    return cls(tangent)


def _own(tangent: Any, ans: Any, call: _Call) -> Any:
    """`tangent` in storage of its own, unless the result shares storage with an argument."""
    aliases = call.primitive.aliases
    if aliases == "yes" and not call.moves_integers:
        return tangent
    mine = root(tangent)
    given = [root(t) for t in _flat(call.tangents)]
    if aliases != "no" or call.moves_integers:
        value = root(ans)
        if aliases != "no" and any([_shared(value, root(v)) for v in _flat(call.values)]):
            return tangent
        return own(tangent) if any([_shared(mine, t) for t in given]) else tangent
    if mine.base is not None or mine is root(ans) or any([mine is t for t in given]):
        return own(tangent)
    return tangent


def _shared(a: Any, b: Any) -> bool:
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b)


def _flat(values: Any) -> Args:
    found: Args = []
    for v in values:
        if type(v) in (list, tuple):
            found.extend(_flat(v))
        elif v is not None:
            found.append(v)
    return found


# Rules and their parameters


def invoke(rule: Rule, args: Args, kwargs: dict[str, Any], **special: Any) -> Any:
    """Call a rule with what it names: the function's arguments, and `ans`, `ct`, `t` wherever they stand."""
    found = _places.get(rule)
    if found is None:
        found = _places[rule] = (_find_places(rule), _runnable(rule))
    places, run = found
    given, named = list(args), dict(kwargs)
    for index, name in places:
        if index <= len(given):
            given.insert(index, special[name])
        else:
            named[name] = special[name]
    try:
        return run(*given, **named)
    except TypeError as error:
        if _binds(rule, given, named):
            raise
        raise refuse(f"a call with these arguments has no derivative: {error}") from None


def reads(rule: Rule, name: str) -> bool:
    """Whether a rule has a parameter of one of the special names, `ans`, `ct` or `t`."""
    found = _places.get(rule)
    if found is None:
        found = _places[rule] = (_find_places(rule), _runnable(rule))
    return any([n == name for _, n in found[0]])


_places: dict[Rule, tuple[tuple[tuple[int, str], ...], Rule]] = {}


def _defined(definition: Rule) -> Rule:
    """A definition as dual numbers run through it."""
    found = _definitions.get(definition)
    if found is None:
        found = _definitions[definition] = _runnable(definition)
    return found


_definitions: dict[Rule, Rule] = {}


def _runnable(rule: Rule) -> Rule:
    """A rule as dual numbers of lower levels run through it: users' rules may need to be lifted."""
    lifted = lifted_function(rule) if isinstance(rule, types.FunctionType) else None
    return lifted or rule


def _find_places(rule: Rule) -> tuple[tuple[int, str], ...]:
    names = list(inspect.signature(rule).parameters)
    return tuple([(i, name) for i, name in enumerate(names) if name in SPECIAL_PARAMETERS])


def _binds(rule: Rule, args: Args, kwargs: dict[str, Any]) -> bool:
    try:
        inspect.signature(rule).bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def rule_at(rules: tuple[Rule | None, ...], i: int) -> Rule | None:
    """The rule of an argument by its position, None where there is none."""
    return rules[i] if i < len(rules) else None


def _check(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> None:
    """Refuse arguments that no rule names, before anything runs: what they do to the derivative is not known."""
    what = _uncovered(primitive, args, kwargs)
    if what is not None:
        raise refuse(f"{primitive.name}{what}")


def _uncovered(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> str | None:
    """What of a call no rule names, and what to do about it; None of a call that rules cover."""
    known = _known.get(primitive)
    if known is None:
        known = _known[primitive] = _find_known(primitive)
    most, names = known
    if len(args) > most:
        return f" with {len(args)} arguments by position has no derivative rule; name the last ones"
    for name in kwargs:
        if names is not None and name not in names:
            return f"(..., {name}=...) has no derivative rule; call it without `{name}`"
    return None


_known: dict[Primitive, tuple[int, frozenset[str] | None]] = {}


def _find_known(primitive: Primitive) -> tuple[int, frozenset[str] | None]:
    """How many arguments by position the rules name, and which names (None: any)."""
    if primitive.signature is None:
        return 1 << 30, None
    parameters = primitive.signature.parameters.values()
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    any_number = any([p.kind is p.VAR_POSITIONAL for p in parameters])
    most = 1 << 30 if any_number else len([p for p in parameters if p.kind in by_position])
    if any([p.kind is p.VAR_KEYWORD for p in parameters]):
        return most, None
    return most, frozenset([p.name for p in parameters])


def _positional(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> tuple[Args, dict[str, Any]]:
    """Arguments passed by name that move, brought to their positions."""
    signature = primitive.signature
    if signature is None:
        raise refuse(f"{primitive.name} has no derivative rule for arguments passed by name")
    names = list(signature.parameters)
    given = list(args)
    left = dict(kwargs)
    last = max([names.index(n) for n, v in kwargs.items() if n in names and _active(v)], default=-1)
    for name in names[len(given) : last + 1]:
        default = signature.parameters[name].default
        if name in left:
            given.append(left.pop(name))
        elif default is not inspect.Parameter.empty:
            given.append(default)
        else:
            raise refuse(f"{primitive.name} has no derivative rule for a call without its argument `{name}`")
    for name, value in left.items():
        if _active(value):
            raise refuse(f"{primitive.name}(..., {name}=...) has no derivative in `{name}`")
    return given, left


def _active(x: Any) -> bool:
    return has_dual(x) or (bool(storing) and loaded(x) is not x)


def _argument(primitive: Primitive, i: int, a: Any) -> Any:
    cls = type(a)
    if cls is Dual or cls is np.ndarray:
        a = load(a)
        # An integer that is differentiated in may be an axis or a count.
        return root(a) if type(a) is Dual and is_exact(root(a)) and rule_at(primitive.rules, i) is None else a
    if cls is list or cls is tuple:
        a = loaded(a)
        if i not in primitive.sequences and rule_at(primitive.rules, i) is not None and highest(a) is not None:
            return array(a)
        if i not in primitive.sequences:
            return a if _moves_inexactly(a) else plain(a)
    elif cls is slice and has_dual(a):
        return plain(a)
    return a


def _moves_inexactly(x: Any) -> bool:
    """Whether a sequence holds dual numbers other than integers: an argument without a rule is refused then."""
    if type(x) is list or type(x) is tuple:
        return any([_moves_inexactly(v) for v in x])
    return type(x) is Dual and not is_exact(root(x))


def _into(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> Any:
    """A call with `out=`: the result is stored there."""
    kwargs = dict(kwargs)
    out = kwargs.pop("out")
    if isinstance(out, tuple):
        if len(out) != 1:
            raise refuse(f"{primitive.name} with several outputs into `out`; assign the results instead")
        out = out[0]
    result = apply(primitive, args, kwargs)
    if out is None:
        return result
    assign(out, ..., result)
    return out


# Strong zeros


def strong_product(partial: Any, tangent: Any) -> Any:
    """`partial * tangent` that is 0 where the tangent is 0, whatever the partial is there (infinite, undefined)."""
    a, b = type(partial) is Dual, type(tangent) is Dual
    if not a and not b:
        if isinstance(tangent, np.ndarray) or isinstance(partial, np.ndarray):
            product = np.multiply(partial, tangent)
            return np.where(np.equal(tangent, 0), np.zeros((), product.dtype), product)
        return 0.0 * tangent if tangent == 0 else partial * tangent
    number = max(partial.level.number if a else 0, tangent.level.number if b else 0)
    level = tangent.level if b and tangent.level.number == number else partial.level
    p, p_moves = (partial.value, True) if a and partial.level is level else (partial, False)
    t, t_moves = (tangent.value, True) if b and tangent.level is level else (tangent, False)
    total: Any = None
    value = strong_product(p, t)
    if level.space is not None:
        moves = (partial.tangent if p_moves else None, tangent.tangent if t_moves else None)
        total = level.space.strong(p, t, moves, value)
    else:
        if p_moves:
            total = strong_product(partial.tangent, t)
        if t_moves:
            term = strong_product(p, tangent.tangent)
            total = term if total is None else total + term
    if isinstance(root(value), np.ndarray):
        return Dual(value, own(array_like(total, root(value))), level)
    return Dual(value, scalar_like(total, root(value)), level)
