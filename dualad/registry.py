"""The registry of primitives: each derivative stated once, read by both modes.

A *primitive* is a function whose derivative is stated rather than derived: a NumPy or `math` function, an operator, a
method or an attribute of arrays, or a user's own. There are four ways to state it, each the shortest true statement:

`elementwise(fn, *partials)`
    One partial derivative per argument. A partial takes the function's arguments (and `ans`, its result, when it has a
    parameter of that name) and returns the partial's values. Broadcasting is undone by the caller, never in a rule.
`linear(fn, *transposes)`
    `fn` is jointly linear in the arguments that have a transpose (the others have None): its tangent is `fn` itself
    with tangents in these places (zeros where an argument has none). A transpose takes `ct`, then the function's
    arguments.
`multilinear(fn, *transposes)`
    `fn` is linear in each such argument while the others stay as they are (`matmul`, `einsum`).
`general(fn, jvps=..., vjps=...)`
    Both stated, one function per argument: `jvp(t, ans, *args)` and `vjp(ct, ans, *args)`.

`constant(fn)` declares a function whose result never depends smoothly on its arguments (`floor`, `argmax`, `shape`).

All rule functions name their parameters as the primitive's own documentation does, with the same defaults, so that a
call's positional and keyword arguments bind to them. Complex numbers follow JAX: a cotangent pairs with a tangent as
`Re(sum(ct * t))`, without a conjugate, so a rule of a holomorphic function never conjugates anything, `np.conj` is its
own transpose, and whoever applies a rule takes the real part where the argument is real.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np

from dualad.errors import RegistryError

Rule = Callable[..., Any]
SPECIAL_PARAMETERS = ("ct", "t", "ans")


_UNREAD: Any = object()


class Primitive:
    """A function whose derivative is stated.

    Attributes:
        fn: the function itself; for a method or attribute a function that does the same, `lambda a, ...: a.name(...)`.
        name: how the function is shown to people, `np.sin`.
        form: "elementwise", "linear", "multilinear", "general" or "constant".
        rules: per positional argument, its partial (elementwise), transpose (linear, multilinear), vjp (general) or
            None.
        jvps: per positional argument, its jvp or None; only of the general form.
        signature: the parameters of the function itself, as its rules name them.
        kind: name of the way in which kinds of arguments map to the kind of the result (`analysis.kinds.RESULT_KINDS`).
        aliases: whether the result may share storage with an argument: "no", "yes" (a view, always) or "maybe".
        writes: names of the parameters whose storage the call writes.
        singular: positions whose partial is infinite or undefined somewhere: multiplied with a strong zero.
        batched: whether its tangent takes a leading batch of directions.
        sequences: positions of arguments that are sequences of arrays (`np.concatenate`).
        constant_if_real: whether it is constant where its first argument is real (`np.sign`, `np.imag`).
    """

    __slots__ = (
        "_signature",
        "aliases",
        "batched",
        "constant_if_real",
        "fn",
        "form",
        "jvps",
        "kind",
        "name",
        "rules",
        "sequences",
        "singular",
        "writes",
    )

    def __init__(
        self,
        fn: Callable[..., Any],
        form: str,
        rules: Iterable[Rule | None] = (),
        jvps: Iterable[Rule | None] = (),
        *,
        name: str | None = None,
        kind: str = "any",
        aliases: str = "no",
        writes: tuple[str, ...] = (),
        singular: tuple[int, ...] = (),
        batched: bool = False,
        sequences: tuple[int, ...] = (),
        constant_if_real: bool = False,
        signature: inspect.Signature | None = None,
    ) -> None:
        self.fn = fn
        self.form = form
        self.rules = tuple(rules)
        self.jvps = tuple(jvps)
        self.name = name or display_name(fn)
        self.kind = kind
        self.aliases = aliases
        self.writes = writes
        self.singular = frozenset(singular)
        self.batched = batched
        self.sequences = frozenset(sequences)
        self.constant_if_real = constant_if_real
        self._signature = _UNREAD if signature is None else signature

    def __repr__(self) -> str:
        return f"<primitive {self.name} ({self.form})>"

    @property
    def signature(self) -> inspect.Signature | None:
        """The function's own parameters; read when first asked for, because reading hundreds takes a while."""
        if self._signature is _UNREAD:
            self._signature = _signature_of_rules((*self.rules, *self.jvps)) or _own_signature(self.fn)
        return self._signature

    @property
    def argnums(self) -> tuple[int, ...]:
        """Positions of the arguments that it can be differentiated in."""
        return tuple(i for i, rule in enumerate(self.rules) if rule is not None)


_primitives: dict[Any, Primitive] = {}
_stand_ins: dict[Any, Callable[..., Any]] = {}
_methods: dict[str, Primitive] = {}
_attributes: dict[str, Primitive] = {}
_loaders: dict[str, Callable[[str], object]] = {}
_loaded: set[str] = set()
_by_part: set[str] = set()  # packages of which some part has a loader of its own


def elementwise(fn: Callable[..., Any], *partials: Rule | None, kind: str = "broadcast", **facts: Any) -> Primitive:
    """State a function that works element by element, by its partial derivatives (None: not differentiable in it)."""
    return add(Primitive(fn, "elementwise", partials, kind=kind, **facts))


def linear(fn: Callable[..., Any], *transposes: Rule | None, **facts: Any) -> Primitive:
    """State a function that is jointly linear in the arguments that have a transpose."""
    return add(Primitive(fn, "linear", transposes, **facts))


def multilinear(fn: Callable[..., Any], *transposes: Rule | None, **facts: Any) -> Primitive:
    """State a function that is linear in each argument that has a transpose, the others held."""
    return add(Primitive(fn, "multilinear", transposes, **facts))


def general(
    fn: Callable[..., Any], *, jvps: Iterable[Rule | None], vjps: Iterable[Rule | None], **facts: Any
) -> Primitive:
    """State a function by both derivatives, one function per argument in each."""
    jvps, vjps = tuple(jvps), tuple(vjps)
    if [r is None for r in jvps] != [r is None for r in vjps]:
        raise RegistryError(f"{display_name(fn)}: jvps and vjps differ in which arguments they cover")
    return add(Primitive(fn, "general", vjps, jvps, **facts))


def constant(fn: Callable[..., Any], **facts: Any) -> Primitive:
    """Declare a function whose result has no derivative, or a zero one, wherever it has any."""
    return add(Primitive(fn, "constant", **facts))


def same(fn: Callable[..., Any], as_fn: Callable[..., Any], **facts: Any) -> Primitive:
    """State that `fn` has `as_fn`'s derivative (`operator.add` and `np.add`), with its other facts unless given."""
    known = lookup(as_fn)
    if known is None:
        raise RegistryError(f"{display_name(as_fn)} has no rule to share with {display_name(fn)}")
    return add(_copy(known, fn, display_name(fn), facts))


def method(name: str, as_fn: Callable[..., Any], **facts: Any) -> Primitive:
    """State that the array method `x.name(...)` has the derivative of `as_fn(x, ...)`."""
    known = lookup(as_fn)
    if known is None:
        raise RegistryError(f"{display_name(as_fn)} has no rule to share with method {name}")
    return add_method(name, _copy(known, method_caller(name), f".{name}()", facts))


def add(primitive: Primitive) -> Primitive:
    """Put a primitive into the registry under its function; a second one for the same function raises."""
    if primitive.fn in _primitives:
        raise RegistryError(f"{primitive.name} already has a derivative rule; a second one would hide it")
    _primitives[primitive.fn] = primitive
    return primitive


def add_method(name: str, primitive: Primitive) -> Primitive:
    """Register a primitive as the array method `name`."""
    if name in _methods:
        raise RegistryError(f"the array method {name} already has a derivative rule")
    _methods[name] = primitive
    return primitive


def add_attribute(name: str, primitive: Primitive) -> Primitive:
    """Register a primitive (of one argument) as the array attribute `name`."""
    if name in _attributes:
        raise RegistryError(f"the array attribute {name} already has a derivative rule")
    _attributes[name] = primitive
    return primitive


def stand_in(fn: Callable[..., Any], by: Callable[..., Any]) -> None:
    """State that `by`, plain Python that computes the same, is what a derivative of `fn` is taken of.

    For functions and classes of libraries whose own code is no Python, or none that can be differentiated: `by` is
    lifted in forward mode and transformed in reverse mode like a function of the user's (its module says so by
    `__dualad_lift__ = True`). It writes nothing that it is given, and what it returns shares no memory with that.
    """
    if fn in _stand_ins or fn in _primitives:
        raise RegistryError(f"{display_name(fn)} already has a derivative rule; a second one would hide it")
    _stand_ins[fn] = by


def stand_in_of(fn: Any) -> Callable[..., Any] | None:
    """What a derivative of `fn` is taken of instead; None for most."""
    lookup(fn)
    try:
        return _stand_ins.get(fn)
    except TypeError:  # unhashable
        return None


def remove(fn: Callable[..., Any]) -> None:
    """Take a primitive out again (tests, and users who restate a rule of their own)."""
    _primitives.pop(fn, None)


def lookup(fn: Any) -> Primitive | None:
    """The primitive of `fn`, or None; loads the rules of fn's package when first met."""
    try:
        found = _primitives.get(fn)
    except TypeError:  # unhashable callables are never primitives
        return None
    if found is None and _load_for(fn):
        found = _primitives.get(fn)
    return found


def lookup_method(name: str) -> Primitive | None:
    """The primitive of the array method `name`, or None."""
    _load("numpy")
    return _methods.get(name)


def lookup_attribute(name: str) -> Primitive | None:
    """The primitive of the array attribute `name`, or None."""
    _load("numpy")
    return _attributes.get(name)


def lookup_bound(fn: Any) -> Primitive | None:
    """The primitive of a method of C, bound to an object, that is stated of the method itself (`SuperLU.solve`)."""
    owner = getattr(fn, "__self__", None)
    if owner is None or isinstance(owner, ModuleType | type):
        return None
    _load(_OWNERS.get(type(owner).__name__, ""))
    return _primitives.get(getattr(type(owner), fn.__name__, None))


# Classes of C that say of no module whose they are, with the package that has rules of their methods.
_OWNERS = {"SuperLU": "scipy.sparse"}


def primitives() -> tuple[Primitive, ...]:
    """All primitives that are loaded, functions first, then methods, then attributes."""
    return (*_primitives.values(), *_methods.values(), *_attributes.values())


def add_loader(package: str, load: Callable[[str], object]) -> None:
    """Say who states the rules of `package` ("numpy", "scipy.linalg", ...); called once, when it is first met."""
    _loaders[package] = load
    if "." in package:
        _by_part.add(package.partition(".")[0])


def display_name(fn: Any) -> str:
    """How a function is shown to people: `np.linalg.solve`, `math.sin`, `operator.add`."""
    if isinstance(fn, ModuleType):
        return fn.__name__
    name = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None) or type(fn).__name__
    if isinstance(fn, np.ufunc):
        return f"np.{name}"
    module = getattr(fn, "__module__", None) or ""
    if module in ("builtins", "__main__", ""):
        return str(name)
    if module == "_operator":
        return f"operator.{name}"
    if module == "numpy" or module.startswith("numpy."):
        module = "np" + module[len("numpy") :]
    elif module.startswith("scipy."):
        module = ".".join(part for part in module.split(".") if not part.startswith("_"))
    return f"{module}.{name}"


class method_caller:
    """A function that calls the method `name` of its first argument."""

    __slots__ = ("__name__", "name")

    def __init__(self, name: str) -> None:
        self.name = self.__name__ = name

    def __call__(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        return getattr(obj, self.name)(*args, **kwargs)


def _copy(known: Primitive, fn: Callable[..., Any], name: str, facts: dict[str, Any]) -> Primitive:
    shared = ("kind", "aliases", "writes", "singular", "batched", "sequences", "constant_if_real")
    kept = {slot: getattr(known, slot) for slot in shared}
    if not known.rules:
        kept["signature"] = known.signature
    return Primitive(fn, known.form, known.rules, known.jvps, **{**kept, "name": name, **facts})


def _load_for(fn: Any) -> bool:
    module = getattr(fn, "__module__", None)
    if isinstance(fn, np.ufunc):
        module = module or "numpy"
    if not isinstance(module, str):
        return False
    package, _, rest = module.partition(".")
    found = _load(package)
    return (package in _by_part and _load(f"{package}.{rest.partition('.')[0]}")) or found


def _load(package: str) -> bool:
    if package in _loaded or package not in _loaders:
        return False
    _loaded.add(package)
    _loaders[package](package)
    return True


def _own_signature(fn: Callable[..., Any]) -> inspect.Signature | None:
    """The signature of a function without rules, if it has one that can be read."""
    try:
        return inspect.signature(fn)
    except (TypeError, ValueError):
        return None


def _signature_of_rules(rules: Iterable[Rule | None]) -> inspect.Signature | None:
    """The primitive's own parameters: those of any of its rules, less `ct`, `t` and `ans`."""
    best: inspect.Signature | None = None
    for rule in rules:
        if rule is None:
            continue
        found = inspect.signature(rule)
        kept = [p for name, p in found.parameters.items() if name not in SPECIAL_PARAMETERS]
        if best is None or len(kept) > len(best.parameters):
            best = found.replace(parameters=kept)
    return best
