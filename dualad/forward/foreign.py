"""What lifted code does with functions that are not lifted.

Those that have a rule go to the rule, and those that only hold, pass on or compare what they are given are called as
they are; anything else is refused when it is given dual numbers or arrays with tangents, and called as it is otherwise.
"""

from __future__ import annotations

import bisect
import collections
import heapq
import operator
import types
from collections.abc import Iterable
from typing import Any

import numpy as np

from dualad import registry
from dualad.analysis.inplace import is_of_user
from dualad.classes import in_slots, module_of
from dualad.errors import Unsupported
from dualad.foreign import is_matrix
from dualad.forward import protocols
from dualad.forward.arrays import loaded_together
from dualad.forward.dual import Dual, has_dual, plain
from dualad.forward.levels import live, refuse, storing
from dualad.forward.lift import HELPERS, is_of_dualad, is_transparent, lifted_function, unlifted
from dualad.forward.memory import given_back, shadowed
from dualad.forward.native import ORDER, require_seen, sampled
from dualad.hashed import found_in, is_hashed_plainly
from dualad.reached import reached
from dualad.syntax.source import read

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


def active(args: Args, kwargs: Kwargs) -> bool:
    """Whether any argument holds dual numbers or arrays with tangents, in lists, tuples and dicts too."""
    for a in args:
        cls = type(a)
        if cls is Dual:
            return True
        if cls is np.ndarray:
            if storing and shadowed(a):
                return True
        elif cls is not float and cls is not int and cls is not str:
            if has_dual(a) or (storing and shadows_in(a)):
                return True
            if _stands_for_numbers(cls) and active(tuple(getattr(a, "__dict__", {}).values()), {}):
                return True
            if cls in (list, tuple) and _holds_stand_ins(a):
                return True
    return bool(kwargs) and active(tuple(kwargs.values()), {})


def _stands_for_numbers(cls: type) -> bool:
    """Whether objects of a class stand for those of a library's, or are made arrays of by a method of the user's."""
    return module_of(cls).startswith("dualad.rules.") or type(getattr(cls, "__array__", None)) is types.FunctionType


def _holds_stand_ins(items: list[Any] | tuple[Any, ...]) -> bool:
    """Whether objects that stand for numbers, and are active, are in a list or in rows of it: blocks of a matrix."""
    rows = [v for v in items if type(v) in (list, tuple)]
    found = [v for row in (items, *rows) for v in row if _stands_for_numbers(type(v))]
    return bool(found) and active(tuple(found), {})


def shadows_in(x: Any) -> bool:
    """Whether a container or object holds arrays with tangents."""
    arrays = (v for v in reached(x, held_by) if isinstance(v, np.ndarray | np.flatiter))
    return any(shadowed(v.base if isinstance(v, np.flatiter) else v) for v in arrays)


_NUMBERS = (int, float, complex, np.generic, np.ndarray, np.flatiter)
_HOLDING_NOTHING = (*_NUMBERS, str, bytes, types.NoneType, types.ModuleType, types.FunctionType, type)


def held_by(x: Any) -> Iterable[Any]:
    """What a container or object holds; nothing of functions and classes, and of what is dualad's own."""
    cls = type(x)
    if isinstance(x, _HOLDING_NOTHING):
        return ()
    if isinstance(x, dict):
        return x.values()
    if isinstance(x, (list, tuple, set, frozenset, collections.deque)):
        return x
    if module_of(cls).startswith("dualad.") and not module_of(cls).startswith("dualad.rules."):
        return ()
    found = getattr(x, "__dict__", None)
    return [*in_slots(x).values(), *(found.values() if isinstance(found, dict) else ())]


def require_no_shadows(*args: Any) -> None:
    """Refuse matrices of SciPy's into whose arrays numbers with derivatives were stored: C code reads values alone."""
    for a in args if storing else ():
        if is_matrix(a) and shadows_in(a):
            raise refuse(
                f"a {type(a).__name__} into whose data numbers with derivatives were stored; make it of them: "
                "`csr_array((data, (rows, columns)))`"
            )


OVERLOADED = ("dualad.rules.", "dualad.reverse.sites", "dualad.reverse.engine", "dualad.reverse.sequences")
"""Modules of functions, pullbacks among them, that do arithmetic on whatever they are given."""


def foreign(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    """A call of what is not lifted."""
    if is_of_dualad(fn):
        if live and registry.lookup(fn) is not None:
            return protocols.call_numpy(fn, args, kwargs)
        by_overloading = fn.__module__.startswith(OVERLOADED) or hasattr(fn, "__dualad_overloaded__")
        given = args
        if storing and by_overloading:  # arrays whose tangents are in shadow memory are loaded for it
            args, kwargs = loaded_together(args, kwargs)
        ans = fn(*[unlifted(a) for a in args], **{k: unlifted(v) for k, v in kwargs.items()})
        return _result_given_back(ans, given) if storing and by_overloading else ans
    if live and getattr(fn, "__module__", None) in ("_heapq", "_bisect") and args:
        require_seen(ORDER, args[0] if fn is heapq.heapify else sampled(*args))
    if live and any([type(a) is collections.deque for a in args]) and _is_of_numpy(fn):
        args = tuple([list(a) if type(a) is collections.deque else a for a in args])  # what NumPy takes it for
    if live and getattr(fn, "__module__", None) == "statistics":
        args = tuple([_listed(a) for a in args])
    if live and fn is not sum and _may_be_taken_over(args, kwargs) and _is_of_numpy(fn):
        done = HELPERS["overridden"](fn, args, kwargs)
        if done is not None:
            return done.result
    if not live or not active(args, kwargs):
        if storing:
            args = tuple([_callback(a) for a in args])
        return fn(*args, **kwargs)
    told_apart = is_hashed_plainly(fn)
    if told_apart and fn in _HOLDING:
        return fn(*args, **kwargs)
    require_no_shadows(*args)
    given = (*args, *kwargs.values())
    args, kwargs = loaded_together(args, kwargs)
    if told_apart and fn in _PASSING:
        return fn(*args, **kwargs)
    if fn is not sum:
        args, kwargs = _taken_apart(fn, args), dict(zip(kwargs, _taken_apart(fn, tuple(kwargs.values()))))
    if found_in(protocols.HANDLERS, fn) is not None or isinstance(fn, np.ufunc) or registry.lookup(fn) is not None:
        ans = protocols.call_numpy(fn, args, kwargs)
        return given_back(ans, given) if storing else ans
    if getattr(fn, "__module__", None) in ("logging", "warnings", "_warnings"):
        return fn(*[plain(a) for a in args], **plain(kwargs))
    if type(fn) is types.FunctionType and is_transparent(fn):
        try:
            read(fn)
        except Unsupported as error:
            raise refuse(str(error)) from None
    raise protocols.no_rule(fn)


_OBEDIENT = frozenset({Dual, np.ndarray, np.float64, float, int, bool, str, types.NoneType})
"""Classes whose objects take no call over."""


def _may_be_taken_over(args: Args, kwargs: Kwargs) -> bool:
    """Whether an argument, or what a list or tuple holds, may be an object that takes NumPy's calls over."""
    waiting: list[Any] = []
    for a in (*args, *kwargs.values()) if kwargs else args:
        if type(a) not in _OBEDIENT:
            if type(a) not in (list, tuple):
                return True
            waiting.append(a)
    seen: set[int] = set()  # lists may hold themselves
    while waiting:
        held = waiting.pop()
        if id(held) in seen:
            continue
        seen.add(id(held))
        for a in held:
            if type(a) not in _OBEDIENT:
                if type(a) not in (list, tuple):
                    return True
                waiting.append(a)
    return False


def _listed(x: Any) -> Any:
    """The items of an iterator, deque or set, or of an object with an `__iter__` of its own, as a list."""
    return (
        x
        if isinstance(x, list | tuple | Dual | np.ndarray | str) or not hasattr(type(x), "__iter__")
        else list(HELPERS["iterate"](x))
    )


def _is_of_numpy(fn: Any) -> bool:
    return isinstance(fn, np.ufunc) or (getattr(fn, "__module__", None) or "").startswith("numpy")


def _result_given_back(ans: Any, given: Any) -> Any:
    """`given_back` of what dualad's own functions give: a result, or a result and its pullback."""
    if type(ans) is tuple and len(ans) == 2 and callable(ans[1]):
        first = given_back(ans[0], _spread(given))
        return ans if first is ans[0] else (first, ans[1])
    return given_back(ans, given) if type(ans) is Dual else ans


def _spread(args: Any) -> list[Any]:
    """Arguments, and those that are handed on in a tuple of arguments."""
    return [b for a in args for b in (a if type(a) is tuple else (a,))]


_ASKING_TWICE = (np.dot, np.vdot, np.inner, np.ptp)
"""Functions that have an object make an array of itself more than once."""


def _taken_apart(fn: Any, args: Args) -> Args:
    """Arguments, with what NumPy makes of objects of the user's in their place."""
    if any([fn is known for known in _ASKING_TWICE]):
        require_seen(("__array__",), args)
    found = tuple([HELPERS["as_numbers"](a) for a in args])
    for part in (p for a in found for p in (a if type(a) in (list, tuple) else (a,))):
        if storing and type(part) not in (Dual, float) and is_of_user(type(part)) and shadows_in(part):
            raise refuse(
                f"{registry.display_name(fn)} of an object of class {type(part).__name__} with arrays that numbers "
                "with derivatives were stored into; give it the arrays themselves"
            )
    return found


def _callback(x: Any) -> Any:
    """A function that code which is not lifted will call: arrays that it reads may have tangents."""
    if type(x) is types.MethodType:
        return types.MethodType(_callback(x.__func__), x.__self__)
    return (lifted_function(x) or x) if type(x) is types.FunctionType else x


# Functions that only hold, compare or pass on what they are given. They get lists as they are, since some change them.
_HOLDING: set[Any] = {
    heapq.heappop,
    heapq.heapify,
    bisect.bisect,
    bisect.bisect_left,
    bisect.bisect_right,
    bisect.insort,
    bisect.insort_left,
    bisect.insort_right,
    heapq.heappush,
    heapq.heapreplace,
    heapq.heappushpop,
    operator.is_,
    operator.is_not,
    id,
    callable,
    repr,
}

# Functions that work on dual numbers, and change nothing.
_PASSING: set[Any] = {
    operator.getitem,
    operator.eq,
    operator.ne,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.not_,
    operator.truth,
    operator.contains,
    abs,
    pow,
    divmod,
    round,
    len,
    str,
    format,
    any,
    all,
    ascii,
}
