"""Where a derivative rule meets dual numbers.

`apply` takes the highest level among the arguments off, computes the result and the tangent on what is below (which may
be dual numbers of lower levels, so that the same happens again), and puts the two together.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import outputs, tree
from dualad.foreign import require_numbers, takes_fractions
from dualad.forward.application import Application, as_singular, partial_of
from dualad.forward.arrays import array, assign, highest, loaded, split, zeros_like
from dualad.forward.branches import Branches, branches
from dualad.forward.dual import Dual, has_dual, is_exact, plain, root, with_root
from dualad.forward.levels import Level, refuse, storing, under
from dualad.forward.levels import require_plain as require_plain_tangents
from dualad.forward.memory import given_back, load, own, shadowed
from dualad.forward.parameters import defined, invoke, linear_names, require_covered, rule_at, uncovered
from dualad.forward.results import join, strong_product
from dualad.forward.stated import require_by_element, require_partial, require_plain, require_tangent
from dualad.registry import Primitive
from dualad.untouched import as_given, changes, is_same, require_kept, shares

Args = list[Any]


def apply(primitive: Primitive, args: Any, kwargs: dict[str, Any]) -> Any:
    """Call a primitive whose arguments may be dual numbers."""
    if len(args) > len(primitive.rules):
        args, kwargs = outputs.by_name(primitive.fn, args, kwargs)
    if kwargs and "out" in kwargs:
        return _into(primitive, args, kwargs)
    if primitive.form == "constant":
        return _constant(primitive, [plain(a) for a in args], plain(kwargs))
    if primitive.form == "refused":
        raise refuse(f"{primitive.name} has no derivative rule; {primitive.why}")
    if primitive.definition is not None and (primitive.form == "defined" or uncovered(primitive, args, kwargs)):
        definition = primitive.definition_for(args, kwargs)
        if definition is not None:
            return defined(definition)(*args, **kwargs)
    if kwargs:
        moving = {name for name, v in kwargs.items() if _active(v)} | (kwargs.keys() & linear_names(primitive))
        if moving:
            args, kwargs = _positional(primitive, args, kwargs, moving)
    given = args
    args = [_argument(primitive, i, a) for i, a in enumerate(args)]
    level: Level | None = None
    for a in args:
        level = highest(a.leaves if type(a) is Branches else a, level)
    if level is None:
        return primitive.fn(*args, **kwargs)
    require_covered(primitive, args, kwargs)
    if not storing:
        ans = _apply_at(primitive, args, kwargs, level)
    else:
        with under(level):
            ans = _apply_at(primitive, args, kwargs, level)
    return ans if primitive.aliases == "no" or primitive.checked else given_back(ans, given)


def _apply_at(primitive: Primitive, args: Args, kwargs: dict[str, Any], level: Level) -> Any:
    call = Application(primitive, args, kwargs, level)
    ans = _called(primitive, call) if primitive.calls is not None else apply(primitive, call.values, kwargs)
    if primitive.aliases == "unsaid":
        ans = _kept_apart(primitive, call, ans)
    if primitive.constant_if_real and not np.iscomplexobj(root(call.values[0])):
        return ans
    if primitive.checked and primitive.form == "elementwise":
        require_by_element(call, ans)
    if level.space is not None:
        if primitive.checked and not _is_flat(ans):
            require_plain_tangents(level)
        return join(ans, level.space.tangent(call, ans), call)
    return join(ans, _FORMS[primitive.form](call, ans), call)


def _is_flat(ans: Any) -> bool:
    """Whether a result is a number, an array, or a tuple or list of these."""
    return all(map(tree.is_leaf, ans)) if isinstance(ans, tuple | list) else tree.is_leaf(ans)


def _called(primitive: Primitive, call: Application) -> Any:
    """The result of a user's function below a level; refused where it changes what it was given."""
    given = as_given(primitive.calls, *plain(call.values), *plain(list(call.kwargs.values())))
    ans = apply(primitive, call.values, call.kwargs)
    if given is not None and not is_same(*given):
        raise refuse(changes(primitive.name))
    return ans


def _kept_apart(primitive: Primitive, call: Application, ans: Any) -> Any:
    """A result that shares no memory with the arguments: its tangents go by the rule."""
    values = (*plain(call.values), *plain(list(call.kwargs.values())))
    result = plain(ans)
    if not shares(result, values):
        return ans
    ans = tree.map(own, ans)
    call.level.checks.append(lambda: require_kept(primitive.name, result, plain(ans)))
    return ans


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


def _elementwise(call: Application, ans: Any) -> Any:
    total: Any = None
    for i, rule, tangent in call.terms():
        if i in call.primitive.singular:
            with np.errstate(all="ignore"):
                operands = [as_singular(v, ans) for v in call.operands]
                term = strong_product(partial_of(rule, operands, call.kwargs, ans), tangent)
                careful = getattr(rule, "careful", None)
                if careful is not None and not np.all(np.isfinite(root(term))):
                    term = strong_product(partial_of(careful, operands, call.kwargs, ans), tangent)
        else:
            partial = partial_of(rule, call.operands, call.kwargs, ans)
            if call.primitive.checked:
                require_partial(partial, ans, call, i)
            term = tangent if type(partial) in (int, float) and partial == 1 else partial * tangent
        total = term if total is None else total + term
    return total


def _linear(call: Application, ans: Any) -> Any:
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


def _multilinear(call: Application, ans: Any) -> Any:
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


def _general(call: Application, ans: Any) -> Any:
    total: Any = None
    for i, rule, tangent in call.terms():
        term = invoke(rule, call.operands, call.kwargs, ans=ans, t=call.as_operand(tangent))
        if call.primitive.checked:
            require_tangent(term, ans, call, i)
        total = _sum(total, term)
    return total


_FORMS: dict[str, Callable[[Application, Any], Any]] = {
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
    return a + b if type(a) is Dual or tree.is_leaf(a) else tree.map(operator.add, a, b)


def _positional(
    primitive: Primitive, args: Any, kwargs: dict[str, Any], moving: set[str]
) -> tuple[Args, dict[str, Any]]:
    """Arguments passed by name that move, or that the function is linear in, brought to their positions."""
    signature = primitive.signature
    if signature is None:
        raise refuse(f"{primitive.name} has no derivative rule for arguments passed by name")
    by_name = inspect.Parameter.KEYWORD_ONLY
    names = [name for name, p in signature.parameters.items() if p.kind is not by_name]
    given = list(args)
    left = dict(kwargs)
    last = max([names.index(n) for n in moving if n in names], default=-1)
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
        counts = type(a) is Dual and is_exact(root(a)) and rule_at(primitive.rules, i) is None
        return root(a) if counts and not takes_fractions(primitive.fn, i) else a
    if primitive.checked and (taken := branches(primitive, i, a)) is not None:
        return taken
    if cls is list or cls is tuple:
        a = loaded(a)
        if i not in primitive.sequences and rule_at(primitive.rules, i) is not None and highest(a) is not None:
            return array(a)
        if i not in primitive.sequences:
            return a if _moves_inexactly(a) else plain(a)
    elif cls is slice and has_dual(a):
        return plain(a)
    elif isinstance(a, np.ndarray):  # of a class of its own
        require_numbers(a)
    elif primitive.checked:
        require_plain(primitive, i, a)
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
    result = apply(primitive, args, kwargs)
    if isinstance(out, tuple) and len(out) > 1:
        return tuple([_stored(target, value) for target, value in zip(out, result, strict=True)])
    target = out[0] if isinstance(out, tuple) else out
    if isinstance(primitive.fn, np.ufunc) and np.iscomplexobj(root(target)):
        result = with_root(result, computed_into(primitive.fn, args, {**kwargs, "out": target}))
    return _stored(target, result)


def computed_into(fn: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """What NumPy itself leaves in an array of complex numbers: how it rounds products depends on where they go."""
    with np.errstate(all="ignore"):  # what there is to say of it has been said
        return fn(*[plain(loaded(a)) for a in args], **plain(kwargs))


def _stored(target: Any, value: Any) -> Any:
    if target is None:
        return value
    assign(target, ..., value)
    return target
