"""How lifted code calls: `call(f, *args, **kwargs)` decides when it runs what a call means for dual numbers.

Python functions of the user's are called in their lifted form; classes make their instances by lifted code; what
is not lifted goes to `foreign`.
"""

from __future__ import annotations

import collections
import functools
import math
import operator
import types
import typing
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import registry, vectorized
from dualad.classes import fields_given, is_written
from dualad.equivalents import ALIASES
from dualad.forward import filling, protocols
from dualad.forward.apply import apply
from dualad.forward.arrays import array, assign, loaded, loaded_together, number
from dualad.forward.dual import Dual
from dualad.forward.foreign import OVERLOADED, active, foreign
from dualad.forward.levels import live, refuse, running, storing
from dualad.forward.lift import HELPERS, is_of_dualad, lifted_function, unlifted
from dualad.forward.memory import given_back, load, own, shadowed
from dualad.forward.native import EQUAL, ordering, require_seen, sampled
from dualad.forward.scalars import applied, scalar_functions
from dualad.layout import copy_alike
from dualad.remembered import CACHED

Args = tuple[Any, ...]
Kwargs = dict[str, Any]
BUILTINS: dict[int, Callable[..., Any]] = {}
"""What stands for a builtin in lifted code, by the builtin's id."""


_PYTHON = types.FunctionType
_METHOD = types.MethodType
_C_METHOD = types.BuiltinFunctionType
_DESCRIPTORS = (types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType)


def stands_for(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function what lifted code calls in place of some builtins."""

    def install(handler: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            if isinstance(getattr(function, "__self__", None), type):
                _OF_CLASSES[function] = handler  # a new object each time that it is read
            BUILTINS[id(function)] = handler
            _held.append(function)
        return handler

    return install


_held: list[Any] = []
_OF_CLASSES: dict[Any, Callable[..., Any]] = {}
"""The same for methods of classes of C code."""


def call(fn: Any, /, *args: Any, **kwargs: Any) -> Any:
    """`fn(*args, **kwargs)`, seen by dual numbers."""
    cls = type(fn)
    if cls is _PYTHON:
        lifted = lifted_function(fn)
        if lifted is not None:
            return lifted(*args, **kwargs)
        handler = BUILTINS.get(id(fn))
        if handler is None and is_written(fn) and fn.__name__ == "__init__":
            return _initialise(fn, args[0], args[1:], kwargs)
        return foreign(fn, args, kwargs) if handler is None else handler(*args, **kwargs)
    if cls is _METHOD:
        return _method(fn, args, kwargs)
    handler = BUILTINS.get(id(fn))
    if handler is not None:
        return handler(*args, **kwargs)
    if cls is _C_METHOD:
        return _c_function(fn, args, kwargs)
    if isinstance(fn, type):
        return construct(fn, args, kwargs)
    if cls in _DESCRIPTORS:
        return _unbound(fn, args, kwargs)
    return _object(fn, args, kwargs)


def _method(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    """A call of a bound method; those of some objects of libraries have rules of their own."""
    function = fn.__func__
    if type(function) is _PYTHON:
        lifted = lifted_function(function)
        if lifted is not None:
            return lifted(fn.__self__, *args, **kwargs)
        if live and registry.lookup(fn) is not None:
            return foreign(fn, args, kwargs)
    return call(function, fn.__self__, *args, **kwargs)


def _initialise(fn: Any, new: Any, args: Args, kwargs: Kwargs) -> None:
    """What the `__init__` does that `dataclass` wrote."""
    owner = next(cls for cls in type(new).__mro__ if vars(cls).get("__init__") is fn)
    given = fields_given(owner, args, kwargs)
    for name, value in given.values.items():
        object.__setattr__(new, name, value)
    if hasattr(new, "__post_init__"):
        call(new.__post_init__, *given.extra.values())


ASKED: dict[Any, str] = {len: "__len__", hash: "__hash__"}
"""Builtins that ask an object for a method."""


def callee(fn: Any) -> Any:
    """What to call in place of `fn`. Functions of the user's are called without anything in between."""
    cls = type(fn)
    if cls is _PYTHON:
        lifted = lifted_function(fn)
        if lifted is not None:
            return lifted
    elif cls is _METHOD and type(fn.__func__) is _PYTHON:
        lifted = lifted_function(fn.__func__)
        if lifted is not None:
            return _METHOD(lifted, fn.__self__)
    else:
        handler = BUILTINS.get(id(fn))
        if handler is not None:
            return handler
    return functools.partial(call, fn)


def caller(fn: Any) -> Any:
    """A function that C code may call in place of `fn`: it calls `fn` as lifted code would."""
    return fn if fn is None or not callable(fn) else functools.partial(call, fn)


@stands_for(eval, exec)
def _evaluate(*args: Any, **kwargs: Any) -> Any:
    raise refuse("`eval` and `exec` inside a function that a derivative is taken of; write the code itself")


@stands_for(slice)
def _slice(*args: Any) -> slice:
    """A slice holds what it is made of."""
    return slice(*args)


@stands_for(copy_alike)
def _copied_alike(x: Any) -> Any:
    """The copies that generated code makes, which dual numbers run through."""
    return own(load(x))


def _c_function(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    owner = fn.__self__
    if owner is None or type(owner) is types.ModuleType:
        method = getattr(type(args[0]), ASKED[fn], None) if fn in ASKED and args else None
        if type(method) is _PYTHON and live:
            return call(method, *args)
        if fn is len:  # of whatever is held, which nobody looks at
            return fn(*args, **kwargs)
        if owner is math and live:
            args = tuple([HELPERS["as_number"](a) for a in args])
        if owner is math and len(args) == 1 and type(args[0]) is Dual and not kwargs:
            primitive = registry.lookup(fn)
            if primitive is not None:
                return apply(primitive, args, kwargs)
        return foreign(fn, args, kwargs)
    if isinstance(owner, np.ndarray):
        return array_method(owner, fn.__name__, args, kwargs)
    if type(owner) is np.ufunc:
        done = HELPERS["overridden"](owner, args, kwargs, fn.__name__) if live else None
        if done is not None:
            return done.result
        if live and active(args, kwargs):
            args = tuple(
                [a if i == 0 and fn.__name__ == "at" else HELPERS["as_numbers"](a) for i, a in enumerate(args)]
            )
            return protocols.call_ufunc_method(owner, fn.__name__, args, kwargs)
        return fn(*args, **kwargs)
    if isinstance(owner, type) and fn in _OF_CLASSES:
        return _OF_CLASSES[fn](*args, **kwargs)
    if isinstance(owner, type) and issubclass(owner, np.ndarray) and live and active(args, kwargs):
        raise refuse("an array of a class derived from np.ndarray, made of numbers with derivatives; use plain arrays")
    if type(owner) is CACHED:
        return _of_cache(fn, owner)
    if isinstance(owner, _CONTAINERS):
        return _of_container(fn, fn.__name__, args, kwargs)
    if live and registry.lookup_bound(fn) is not None and active(args, kwargs):
        return protocols.call_numpy(getattr(type(owner), fn.__name__), (owner, *args), kwargs)
    return foreign(fn, args, kwargs)


_CONTAINERS = (
    list,
    dict,
    tuple,
    set,
    frozenset,
    str,
    bytes,
    collections.deque,
    types.GeneratorType,
    types.CoroutineType,
    type,
    slice,
    range,
    types.MappingProxyType,
    super,
)


def _of_container(fn: Any, name: str, args: Args, kwargs: Kwargs) -> Any:
    """A method of a list, dict, ...: it holds what it is given."""
    if live:
        args = filling.given(fn, name, args)
        if name == "sort":
            owner = args[0] if getattr(fn, "__self__", None) is None else fn.__self__
            kwargs = {**kwargs, "key": ordering(caller(kwargs.get("key")), owner)[0]}
        elif name in ("copy", "__or__", "__ror__"):
            for part in (getattr(fn, "__self__", None), *args):
                filling.require_items_of_python(part)
        elif name in ("index", "count", "remove"):
            require_seen(EQUAL, sampled(getattr(fn, "__self__", None), *args))
    return fn(*args, **kwargs)


def array_method(owner: Any, name: str, args: Args, kwargs: Kwargs) -> Any:
    """`owner.name(...)` of a plain array."""
    if not live or not (shadowed(owner) or active(args, kwargs)):
        return getattr(owner, name)(*args, **kwargs)
    if name == "fill":
        assign(owner, ..., *args)
        return None
    if name == "__setitem__":
        assign(owner, *args)
        return None
    if name == "__iter__":
        return iter(load(owner))
    x = load(owner)
    if name in _MUTATING and name not in ("sort", "partition", "put"):
        raise refuse(f"`.{name}()` of an array with derivatives is not supported; make a new array instead")
    if type(x) is Dual:
        return given_back(getattr(x, name)(*args, **kwargs), (owner,))
    if name == "put":
        return protocols.call_numpy(np.put, (owner, *args), kwargs)
    primitive = registry.lookup_method(name)
    if primitive is None:
        raise refuse(f"`.{name}(...)` of an array with a number that a derivative is taken in has no derivative rule")
    return apply(primitive, (x, *[loaded(a) for a in args]), kwargs)


_MUTATING = frozenset({"sort", "put", "partition", "resize", "setfield", "byteswap", "setflags", "itemset"})


_OF_OBJECTS = ("__getattribute__", "__setattr__", "__delattr__")


def _unbound(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    """`list.append(xs, x)`, `np.ndarray.sum(x)`, `xs.__len__()`."""
    owner = getattr(fn, "__objclass__", None)
    if type(fn) is types.MethodWrapperType:
        if fn.__name__ == "__call__" and isinstance(fn.__self__, type):
            return _by_type(fn.__self__, args, kwargs)
        if fn.__name__ == "__call__":
            return call(fn.__self__, *args, **kwargs)
        if isinstance(fn.__self__, np.ndarray):
            return array_method(fn.__self__, fn.__name__, args, kwargs)
        if owner is object and fn.__name__ in _OF_OBJECTS:
            return BUILTINS[id(getattr(object, fn.__name__))](fn.__self__, *args)
        holds = isinstance(fn.__self__, (*_CONTAINERS, BaseException, _PYTHON))
        return _of_container(fn, fn.__name__, args, kwargs) if holds else foreign(fn, args, kwargs)
    if owner is np.ndarray and args:
        if type(args[0]) is Dual:
            return getattr(args[0], fn.__name__)(*args[1:], **kwargs)
        return array_method(args[0], fn.__name__, args[1:], kwargs)
    if owner is object or (isinstance(owner, type) and issubclass(owner, (*_CONTAINERS, BaseException))):
        return _of_container(fn, fn.__name__, args, kwargs)
    if live and owner in (float, int, complex) and args and type(args[0]) is Dual:
        return getattr(args[0], fn.__name__)(*args[1:], **kwargs)
    return foreign(fn, args, kwargs)


def _object(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    cls = type(fn)
    if cls in ALIASES:
        return call(fn.__origin__, *args, **kwargs)
    if cls is functools.partial:
        return call(fn.func, *fn.args, *args, **{**fn.keywords, **kwargs})
    if cls is typing.NewType:
        return fn(*args)
    if cls is registry.method_caller and isinstance(args[0], np.ndarray):
        return array_method(args[0], fn.name, args[1:], kwargs)
    if getattr(cls, "__dualad_lifted__", None) is not None:
        return fn.__dualad_lifted__(*args, **kwargs)
    if is_of_dualad(cls):
        if storing and cls.__module__.startswith(OVERLOADED):  # arrays whose tangents are in shadow memory are loaded
            args, kwargs = loaded_together(args, kwargs)
        return fn(*[unlifted(a) for a in args], **{k: unlifted(v) for k, v in kwargs.items()})
    if cls is CACHED:
        return _cached(fn, args, kwargs)
    if cls is np.vectorize:
        return _vectorized(fn, args, kwargs)
    if cls is _KEYS:
        return fn(*args)
    if cls in _GETTERS:
        return HELPERS["items_of" if cls is operator.itemgetter else "attributes_of"](fn, *args)
    if cls is operator.methodcaller:
        rebuilt: Any = fn.__reduce__()
        made, given = rebuilt[:2]  # keywords, where there are any, are in a partial
        named: Kwargs = made.keywords if isinstance(made, functools.partial) else {}
        found: list[Any] = [*made.args, *given] if named else list(given)
        name, rest = found[0], found[1:]
        return call(getattr(args[0], name), *rest, **named)
    if live and registry.lookup(fn) is not None:
        return foreign(fn, args, kwargs)
    method: Any = getattr(cls, "__call__", None)  # noqa: B004 - the method itself is wanted
    if type(method) is _PYTHON or hasattr(type(method), "__dualad_lifted__"):
        return call(method, fn, *args, **kwargs)
    return foreign(fn, args, kwargs)


def _vectorized(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    """`np.vectorize(f)(...)`: f of each element."""
    if not live:
        return fn(*args, **kwargs)
    if not (kwargs or fn.signature is not None or fn.excluded):
        return call(vectorized.called(fn.pyfunc, fn.otypes, fn.cache), *args)
    if active(args, kwargs):
        raise refuse("np.vectorize with options has no derivative rule; write a loop or a list comprehension")
    how = {name: getattr(fn, name) for name in ("otypes", "excluded", "cache", "signature")}
    return np.vectorize(caller(fn.pyfunc), **how)(*args, **kwargs)


_KEYS = type(functools.cmp_to_key(lambda a, b: 0))
_GETTERS = (operator.itemgetter, operator.attrgetter)


def _cached(fn: Any, args: Args, kwargs: Kwargs) -> Any:
    """A function with a cache: results are kept for one derivative, apart from those of plain calls."""
    levels = running()
    if not levels:
        return fn(*args, **kwargs)
    if active(args, kwargs):
        raise refuse(
            f"{registry.display_name(fn.__wrapped__)} has a cache (functools.lru_cache), which cannot tell numbers "
            "that a derivative is taken in from others of the same value; call the function without the cache"
        )
    memo = levels[-1].memo
    key = (fn, args, tuple(sorted(kwargs.items())))
    if key not in memo:
        memo[key] = call(fn.__wrapped__, *args, **kwargs)
    return memo[key]


def _of_cache(fn: Any, owner: Any) -> Any:
    """`cache_clear` and its like: the derivative has results of its own."""
    levels = running()
    if levels and fn.__name__ == "cache_info":
        raise refuse("cache_info() of a function that is called in a derivative; count calls in a variable")
    if levels and fn.__name__ == "cache_clear":
        memo = levels[-1].memo
        for key in [k for k in memo if isinstance(k, tuple) and k[0] is owner]:
            del memo[key]
    return fn()


def construct(cls: Any, args: Args, kwargs: Kwargs) -> Any:
    """`cls(*args, **kwargs)`: what Python's `__new__` and `__init__` of the user's run lifted."""
    meta: Any = type(cls).__call__
    if type(meta) is _PYTHON and lifted_function(meta) is not None:
        return call(meta, cls, *args, **kwargs)
    return _by_type(cls, args, kwargs)


@stands_for(type.__call__)
def _called_by_type(cls: Any, *args: Any, **kwargs: Any) -> Any:
    return _by_type(cls, args, kwargs)


def _by_type(cls: Any, args: Args, kwargs: Kwargs) -> Any:
    """The same by `type.__call__`, whatever the metaclass has in its place."""
    if isinstance(type(cls).__call__, (_PYTHON, *_DESCRIPTORS)):
        new, init = cls.__new__, cls.__init__
        lifted_new = lifted_function(new) if type(new) is _PYTHON else None
        lifted_init = lifted_function(init) if type(init) is _PYTHON else None
        if lifted_new is not None or lifted_init is not None:
            return _instance(cls, lifted_new, lifted_init, args, kwargs)
        if hasattr(cls, "__dataclass_fields__") and type(getattr(cls, "__post_init__", None)) is _PYTHON:
            return _dataclass(cls, args, kwargs)
    if not live or not (active(args, kwargs) or _takes_items(cls, args)):
        return cls(*args, **kwargs)
    if issubclass(cls, np.generic):
        first = loaded(HELPERS["as_number"](args[0]))
        return array(first, cls) if isinstance(first, (list, tuple)) else number(first, cls)
    if registry.lookup(cls) is not None:
        return protocols.call_numpy(cls, args, kwargs)
    if _holds(cls):
        if issubclass(cls, dict):
            args = tuple(filling.pairs_of(cls, args))
        elif issubclass(cls, (list, tuple)):
            args = tuple([filling.hinted_items(a) for a in args])
        elif issubclass(cls, collections.deque):
            args = tuple([filling.items(a) for a in args])
        return cls(*args, **kwargs)
    raise protocols.no_rule(cls)


def _takes_items(cls: Any, args: Args) -> bool:
    """Whether it is a container made of a dict of the user's, whose methods say what it holds."""
    return bool(args) and _holds(cls) and isinstance(args[-1], dict) and type(args[-1]) is not dict


def _instance(cls: Any, new: Any, init: Any, args: Args, kwargs: Kwargs) -> Any:
    """What `type.__call__` does."""
    if new is not None:
        made = new(cls, *args, **kwargs)
    elif cls.__new__ is object.__new__:
        made = cls.__new__(cls)
    else:
        made = cls.__new__(cls, *args, **kwargs)
    if isinstance(made, cls):
        call(type(made).__init__, made, *args, **kwargs)
    return made


def _dataclass(cls: Any, args: Args, kwargs: Kwargs) -> Any:
    """A dataclass with `__post_init__`, which its generated `__init__` would call as it is."""
    made = cls.__new__(cls)
    _initialise(cls.__init__, made, args, kwargs)
    return made


def _holds(cls: Any) -> bool:
    """Whether instances of a class only hold what they are made of."""
    if issubclass(cls, (*_HOLDERS, BaseException)):
        return True
    module = getattr(cls, "__module__", "")
    if hasattr(cls, "__dataclass_fields__"):
        return True
    return module not in ("builtins", "numpy") and cls.__init__ is object.__init__ and cls.__new__ is object.__new__


_HOLDERS = (
    list,
    tuple,
    dict,
    collections.deque,
    types.SimpleNamespace,
    functools.partial,
    np.vectorize,
    types.MethodType,
    slice,
    range,
    type,
    property,
    staticmethod,
    classmethod,
    bool,
    str,
)


def _with_program(fn: Any, name: str) -> Callable[..., Any]:
    """What stands for an elementary function: of numbers with power series there are programs."""
    usual = _object if type(fn) is np.ufunc else _c_function

    def function(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs:
            found = applied(fn, name, args[0])
            if found is not None:
                return found
        return usual(fn, args, kwargs)

    return function


for _fn, _name in scalar_functions().items():
    stands_for(_fn)(_with_program(_fn, _name))
