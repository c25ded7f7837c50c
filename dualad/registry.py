"""The registry of primitives: each derivative stated once, read by both modes.

A *primitive* is a function whose derivative is stated rather than derived: a NumPy or `math` function, an operator, a
method or an attribute of arrays, or a user's own. There are five ways to state it, each the shortest true statement:

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

`defined(fn, definition)`
    `fn` does what `definition` does, a Python function of other primitives (`np.cov`): its derivative is found as that
    of any function is. `otherwise(fn, definition)` says the same of those calls alone that the rules of `fn` do not
    cover (`np.sum(x, where=mask)`).

`refused(fn, why)`
    `fn` has no derivative rule, for a reason and with advice; calls of it that nothing is differentiated through are
    calls like any.

`constant(fn)` declares a function whose result never depends smoothly on its arguments (`floor`, `argmax`, `shape`).

All rule functions name their parameters as the primitive's own documentation does, with the same defaults, so that a
call's positional and keyword arguments bind to them. Complex numbers follow JAX: a cotangent pairs with a tangent as
`Re(sum(ct * t))`, without a conjugate, so a rule of a holomorphic function never conjugates anything, `np.conj` is its
own transpose, and whoever applies a rule takes the real part where the argument is real.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import numpy as np

from dualad import loading, signatures
from dualad.errors import RegistryError, Unsupported
from dualad.hashed import PLAIN, key_of
from dualad.signatures import SPECIAL_PARAMETERS as SPECIAL_PARAMETERS
from dualad.signatures import Rule as Rule

ALIASES = ("no", "yes", "maybe")


_UNREAD: Any = object()


class Primitive:
    """A function whose derivative is stated.

    Attributes:
        fn: the function itself; for a method or attribute a function that does the same, `lambda a, ...: a.name(...)`.
        name: how the function is shown to people, `np.sin`.
        form: "elementwise", "linear", "multilinear", "general", "defined", "refused" or
            "constant".
        rules: per positional argument, its partial (elementwise), transpose (linear, multilinear), vjp (general) or
            None.
        jvps: per positional argument, its jvp or None; only of the general form.
        signature: the parameters of the function itself, as its rules name them.
        kind: name of the way in which kinds of arguments map to the kind of the result (`analysis.kinds.RESULT_KINDS`).
        aliases: whether the result may share storage with an argument: "no", "yes" (a view, always), "maybe",
            "seldom" (in a corner the argument itself, else something new), or
            "unsaid" of users' functions, whose results are looked at as they run (`kept_apart`).
        writes: names of the parameters whose storage the call writes.
        singular: positions whose partial is infinite or undefined somewhere: multiplied with a strong zero.
        batched: whether its tangent takes a leading batch of directions.
        sequences: positions of arguments that are sequences of arrays (`np.concatenate`).
        constant_if_real: whether it is constant where its first argument is real (`np.sign`, `np.imag`).
        makes_complex: whether its result may be complex though all arguments are real (`np.fft.fft`); assumed of
            functions other than NumPy's and Python's.
        definition: a Python function that does what the calls do that no rule covers, or None.
        covers: by parameter the values for which the rules hold; the definition is for the others.
        why: of the refused form, why it has no rule and what to write instead; of others, what to write instead of an
            active value in an argument that has no rule ("" where it must be constant).
        checked: whether what its rules return is checked as they run: a user stated them.
        calls: of a user's function, what tells at which of its calls its arguments are looked at (`untouched`).
    """

    __slots__ = (
        "_least",
        "_name",
        "_signature",
        "aliases",
        "batched",
        "calls",
        "checked",
        "constant_if_real",
        "covers",
        "definition",
        "fn",
        "form",
        "jvps",
        "kind",
        "makes_complex",
        "rules",
        "sequences",
        "singular",
        "why",
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
        signature: inspect.Signature | Primitive | None = None,
        makes_complex: bool | None = None,
        definition: Callable[..., Any] | None = None,
        why: str = "",
        checked: bool = False,
    ) -> None:
        if aliases not in (*ALIASES, "seldom", "unsaid"):
            raise RegistryError(f"aliases is one of {', '.join(map(repr, ALIASES))}, not {aliases!r}")
        self.fn = fn
        self.form = form
        self.rules = tuple(rules)
        self.jvps = tuple(jvps)
        self._name = name
        self.kind = kind
        self.aliases = aliases
        self.writes = writes
        self.singular = frozenset(singular)
        self.batched = batched
        self.sequences = frozenset(sequences)
        self.constant_if_real = constant_if_real
        self.makes_complex = makes_complex if makes_complex is not None else not _is_known(fn)
        self.definition = definition
        self.covers: dict[str, tuple[Any, ...]] = {}
        self._least: int | None = 0
        self.why = why
        self.checked = checked
        self.calls: Any = None
        self._signature = _UNREAD if signature is None else signature

    def __repr__(self) -> str:
        return f"<primitive {self.name} ({self.form})>"

    @property
    def name(self) -> str:
        """How the function is shown to people; most are never shown."""
        if self._name is None:
            self._name = display_name(self.fn)
        return self._name

    @property
    def signature(self) -> inspect.Signature | None:
        """The function's own parameters; read when first asked for, because reading hundreds takes a while."""
        if isinstance(self._signature, Primitive):
            self._signature = self._signature.signature
        elif self._signature is _UNREAD:
            own = self.fn if self.form != "defined" else self.definition
            self._signature = signatures.of_rules((*self.rules, *self.jvps)) or signatures.own(own)
        return self._signature

    @property
    def least(self) -> int:
        """How many arguments the rules take at least, where there is a definition for other calls (else 0)."""
        if self._least is None:
            parameters = self.signature.parameters.values() if self.signature is not None else ()
            self._least = sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)
        return self._least

    @property
    def gives_views(self) -> bool:
        """Whether its result may be a view of an argument, whose derivatives are where that one's are."""
        return self.aliases in ("yes", "maybe")

    @property
    def argnums(self) -> tuple[int, ...]:
        """Positions of the arguments that it can be differentiated in."""
        return tuple(i for i, rule in enumerate(self.rules) if rule is not None)

    def definition_for(self, args: tuple[Any, ...] | list[Any], kwargs: dict[str, Any]) -> Callable[..., Any] | None:
        """The definition by which a call is differentiated; None of a call that rules cover, or nothing does.

        Raises:
            Unsupported: the call is one for the definition, which does not take it.
        """
        if self.definition is None or self.named_by_rules(args, kwargs):
            return None
        try:
            bound = self.signature.bind(*args, **kwargs).arguments  # type: ignore[union-attr]
        except TypeError as error:
            reason = str(error) if self.form == "defined" else _not_taken(self.definition, len(args), tuple(kwargs))
            if reason is not None:
                raise Unsupported(f"{self.name} has no derivative rule for this call: {reason}") from None
            return self.definition
        return self.definition if self.form == "defined" or not self.holds_for(bound) else None

    def named_by_rules(self, args: tuple[Any, ...] | list[Any], kwargs: dict[str, Any]) -> bool:
        """Whether a call is one of those that rules cover for sure: it passes no more than they all name."""
        if kwargs or self.form == "defined" or self.covers:
            return False
        return self.least <= len(args) <= len(self.rules)

    def holds_for(self, bound: dict[str, Any]) -> bool:
        """Whether the rules hold for arguments, by parameter, which decide that by their values."""
        return all([bound.get(name, values[0]) in values for name, values in self.covers.items()])


_primitives: dict[Any, Primitive] = {}
_methods: dict[str, Primitive] = {}
_attributes: dict[str, Primitive] = {}
_owners: dict[int, Any] = {}


def elementwise(
    fn: Callable[..., Any],
    *partials: Rule | None,
    kind: str = "broadcast",
    careful: Iterable[Rule | None] = (),
    **facts: Any,
) -> Primitive:
    """State a function that works element by element, by its partial derivatives (None: not differentiable in it).

    `careful` states singular ones in a dearer way that is right everywhere, for where a derivative is not finite.
    """
    for partial, dearer in zip(partials, careful):
        if partial is not None and dearer is not None:
            partial.careful = dearer  # type: ignore[attr-defined]
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
    return add(general_primitive(fn, jvps=jvps, vjps=vjps, **facts))


def general_primitive(
    fn: Callable[..., Any], *, jvps: Iterable[Rule | None], vjps: Iterable[Rule | None], **facts: Any
) -> Primitive:
    """A primitive with both derivatives stated, not yet in the registry."""
    jvps, vjps = tuple(jvps), tuple(vjps)
    if [r is None for r in jvps] != [r is None for r in vjps]:
        raise RegistryError(f"{display_name(fn)}: jvps and vjps differ in which arguments they cover")
    return Primitive(fn, "general", vjps, jvps, **facts)


def defined(fn: Callable[..., Any], definition: Callable[..., Any], **facts: Any) -> Primitive:
    """State that a function does what a Python function does that is written with functions that have rules."""
    return add(Primitive(fn, "defined", definition=definition, **facts))


def otherwise(fn: Callable[..., Any], definition: Callable[..., Any], **covers: tuple[Any, ...]) -> None:
    """State what a function that has rules does in calls that they do not cover: with other keywords, say.

    `covers` names parameters with the values that the rules hold for, the default first.
    """
    known = lookup(fn)
    if known is None or known.definition is not None:
        raise RegistryError(f"{display_name(fn)} has {'no rules' if known is None else 'a definition already'}")
    known.definition, known.covers, known._least = definition, covers, None


def constant(fn: Callable[..., Any], **facts: Any) -> Primitive:
    """Declare a function whose result has no derivative, or a zero one, wherever it has any."""
    return add(Primitive(fn, "constant", **facts))


def refused(fn: Callable[..., Any], why: str, **facts: Any) -> Primitive:
    """State why a function has no derivative rule, and what to write instead."""
    return add(Primitive(fn, "refused", why=why, **{"aliases": "maybe", **facts}))


def same(fn: Callable[..., Any], as_fn: Callable[..., Any], **facts: Any) -> Primitive:
    """State that `fn` has `as_fn`'s derivative (`operator.add` and `np.add`), with its other facts unless given."""
    known = lookup(as_fn)
    if known is None:
        raise RegistryError(f"{display_name(as_fn)} has no rule to share with {display_name(fn)}")
    return add(_copy(known, fn, None, facts))


def method(name: str, as_fn: Callable[..., Any], **facts: Any) -> Primitive:
    """State that the array method `x.name(...)` has the derivative of `as_fn(x, ...)`."""
    known = lookup(as_fn)
    if known is None:
        raise RegistryError(f"{display_name(as_fn)} has no rule to share with method {name}")
    return add_method(name, _copy(known, method_caller(name), f".{name}()", facts))


def add(primitive: Primitive) -> Primitive:
    """Put a primitive into the registry under its function; a second one for the same function raises."""
    key = key_of(primitive.fn)
    if key in _primitives:
        raise RegistryError(f"{primitive.name} already has a derivative rule; a second one would hide it")
    _primitives[key] = primitive
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


def remove(fn: Callable[..., Any]) -> None:
    """Take a primitive out again (tests, and users who restate a rule of their own)."""
    _primitives.pop(key_of(fn), None)
    changed()


def changed() -> None:
    """Tell those who remember what they found out with rules (`on_change`) that a user stated or removed one."""
    for forget in _listeners:
        forget()


def on_change(forget: Callable[[], None]) -> None:
    """Have something forgotten whenever a user states or removes a rule."""
    _listeners.append(forget)


_listeners: list[Callable[[], None]] = []


@contextlib.contextmanager
def overridden(primitive: Primitive) -> Iterator[None]:
    """Within it, in this context, another rule is in force for a function that has one.

    Raises:
        RegistryError: the function has no rule, which `add` is for.
    """
    if lookup(primitive.fn) is None:
        raise RegistryError(f"{primitive.name} has no rule to override; state one with dualad.primitive")
    outer = _scope.get()
    with within(Scope({**(outer.rules if outer else {}), key_of(primitive.fn): primitive})):
        yield


class Scope:
    """The rules that are overridden in a context; what was found out with them holds for it alone."""

    __slots__ = ("rules",)

    def __init__(self, rules: dict[Any, Primitive]) -> None:
        self.rules = rules


scopes: set[object] = set()
"""One for each time that rules were put in force, in any context. Mostly empty: then nothing is looked up."""

_scope: ContextVar[Scope | None] = ContextVar("overridden rules", default=None)


def scope() -> Scope | None:
    """The overridden rules that are in force here."""
    return _scope.get() if scopes else None


@contextlib.contextmanager
def within(known: Scope | None) -> Iterator[None]:
    """Within it those rules are in force that were where `scope` gave this."""
    if known is scope():
        yield
        return
    token, entered = _scope.set(known), object()
    scopes.add(entered)
    try:
        yield
    finally:
        scopes.discard(entered)
        _scope.reset(token)


def lookup(fn: Any) -> Primitive | None:
    """The primitive of `fn`, or None; loads the rules of fn's package when first met."""
    key = fn if type(fn) in PLAIN else key_of(fn)
    if scopes:
        here = _scope.get()
        if here is not None and key in here.rules:
            return here.rules[key]
    found = _primitives.get(key)
    # A rule file that was imported by itself states a function's rules, and others what calls they leave out.
    if (found is None or not loading.is_loaded("numpy")) and loading.load_for(fn):
        found = _primitives.get(key)
    return found


def lookup_method(name: str) -> Primitive | None:
    """The primitive of the array method `name`, or None."""
    loading.load("numpy")
    return _methods.get(name)


def lookup_attribute(name: str) -> Primitive | None:
    """The primitive of the array attribute `name`, or None."""
    loading.load("numpy")
    return _attributes.get(name)


def lookup_bound(fn: Any) -> Primitive | None:
    """The primitive of a method of C, bound to an object, that is stated of the method itself (`SuperLU.solve`)."""
    owner = getattr(fn, "__self__", None)
    if owner is None or isinstance(owner, ModuleType | type):
        return None
    loading.load(_OWNERS.get(type(owner).__name__, ""))
    return _primitives.get(getattr(type(owner), fn.__name__, None))


# Classes of C that say of no module whose they are, with the package that has rules of their methods.
_OWNERS = {"SuperLU": "scipy.sparse"}


def add_owner(obj: Any) -> None:
    """Say that methods of a library's object (`scipy.stats.norm`) have rules, keyed by the bound methods.

    A function that names the object is transformed for this very object, as it is for the functions that it names.
    """
    _owners[id(obj)] = obj


def is_owner(obj: Any) -> bool:
    """Whether methods of an object have rules; loads the rules of its package when first met."""
    return id(obj) in _owners or (loading.load_for(type(obj)) and id(obj) in _owners)


def primitives() -> tuple[Primitive, ...]:
    """All primitives that are loaded, functions first, then methods, then attributes."""
    return (*_primitives.values(), *_methods.values(), *_attributes.values())


def display_name(fn: Any) -> str:
    """How a function is shown to people: `np.linalg.solve`, `math.sin`, `operator.add`."""
    if isinstance(fn, ModuleType):
        return fn.__name__
    name = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None) or type(fn).__name__
    if isinstance(fn, np.ufunc):
        return f"{loading.module_of_ufunc(fn).replace('numpy', 'np')}.{name}"
    if isinstance(getattr(fn, "__self__", None), np.ufunc):
        return f"{display_name(fn.__self__)}.{fn.__name__}"
    module = getattr(fn, "__module__", None) or ""
    if module in ("builtins", "__main__", ""):
        return str(name)
    if module == "_operator":
        return f"operator.{name}"
    if module.startswith("scipy."):
        module = module.partition("._")[0]  # where it is public
    if module == "numpy" or module.startswith("numpy."):
        module = "np" + module[len("numpy") :]
    return f"{module}.{name}"


class method_caller:
    """A function that calls the method `name` of its first argument."""

    __slots__ = ("__name__", "name")

    def __init__(self, name: str) -> None:
        self.name = self.__name__ = name

    def __call__(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        return getattr(obj, self.name)(*args, **kwargs)


def _copy(known: Primitive, fn: Callable[..., Any], name: str | None, facts: dict[str, Any]) -> Primitive:
    shared = [
        "kind", "aliases", "writes", "singular", "batched", "sequences", "constant_if_real", "definition",
        "makes_complex", "why", "checked",
    ]  # fmt: skip
    kept = {slot: getattr(known, slot) for slot in shared}
    if not known.rules:
        kept["signature"] = known  # whose own is read when it is asked for
    made = Primitive(fn, known.form, known.rules, known.jvps, **{**kept, "name": name, **facts})
    made.covers, made._least = known.covers, known._least
    return made


def _is_known(fn: Any) -> bool:
    """Whether a function is of NumPy or Python itself, or one that stands for a method of theirs."""
    module = getattr(fn, "__module__", None) or "numpy"
    return module.partition(".")[0] in ("numpy", "math", "_operator", "operator", "builtins", "dualad")


@functools.cache
def _not_taken(definition: Callable[..., Any], count: int, names: tuple[str, ...]) -> str | None:
    """Why a definition does not take so many arguments and others by these names; None if it does."""
    try:
        inspect.signature(definition).bind(*[None] * count, **dict.fromkeys(names))
    except TypeError as error:
        return str(error)
    return None
