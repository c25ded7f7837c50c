"""Reverse mode: from a function and arguments to values, gradients and pullbacks, through cached variants.

A variant is one emitted function: for the kinds of arguments, the differentiated parameters and the form. Variants of a
function are tried by their guards, most recent first.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dualad import checks, registry, rules
from dualad.analysis import activity, calls, infer, kinds, memory, versions
from dualad.analysis.kinds import ANY, Kind
from dualad.errors import Unsupported
from dualad.reverse import guards, sites, stores
from dualad.reverse.assemble import Emitted, Form, assemble
from dualad.reverse.primal import OBSERVERS
from dualad.reverse.work import Facts, Work
from dualad.syntax import core, fence, lower
from dualad.syntax import source as sources
from dualad.syntax.core import Bind, Var
from dualad.syntax.refusal import refuse

del rules  # imported for its loaders
Position = int | str
LIMIT = 2048

_programs: dict[Any, Program] = {}
_kinds_off = False
_lifting: Any = None


def set_lifting(is_live: Callable[[], bool], lift: Callable[[Any], Any], call: Callable[..., Any]) -> None:
    """Say how emitted code and primitives are run while dual numbers are about (forward mode is not known here)."""
    global _lifting
    _lifting = (is_live, lift)

    def run(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return call(fn, *args, **kwargs) if is_live() else fn(*args, **kwargs)

    sites.set_run(run)


@dataclass
class Program:
    """A function as it was read and lowered, with its variants."""

    fn: types.FunctionType
    function: core.Function
    versions: versions.Versions
    signature: inspect.Signature
    params: tuple[str, ...]
    simple: int  # number of parameters if all are positional, else -1
    variants: dict[Any, list[Variant]] = field(default_factory=dict)
    by_kinds: dict[Any, Variant] = field(default_factory=dict)


@dataclass
class Variant:
    """An emitted function and what it takes for granted."""

    guard: Callable[..., bool]
    emitted: Emitted
    call: Callable[..., Any]
    singular: bool
    lifted: Any = None


def program(fn: types.FunctionType) -> Program:
    """The program of a Python function, read once."""
    key = (fn.__code__, id(fn.__globals__), tuple(map(id, fn.__closure__ or ())))
    found = _programs.get(key)
    if found is None:
        read = sources.read(fn)
        places = fence.check(read)
        if places:
            raise refuse(read, places)
        function = lower.lower(read)
        signature = inspect.signature(fn, follow_wrapped=False)
        params = tuple(p.name for p in function.params)
        simple = len(params) if all(p.kind == "positional" for p in function.params) else -1
        found = Program(fn, function, versions.analyse(function), signature, params, simple)
        if len(_programs) >= LIMIT:
            _programs.clear()
        _programs[key] = found
    return found


def _prepare(fn: types.FunctionType) -> tuple[core.Function, versions.Versions]:
    found = program(fn)
    return found.function, found.versions


@contextlib.contextmanager
def unspecialised() -> Iterator[None]:
    """Within it, nothing is known of the kinds of arguments: emitted code decides everything as it runs."""
    global _kinds_off
    before, _kinds_off = _kinds_off, True
    clear_cache()
    try:
        yield
    finally:
        _kinds_off = before
        clear_cache()


def clear_cache() -> None:
    """Forget all programs and variants."""
    _programs.clear()
    _entries.clear()


# Arguments


def bound(found: Program, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The values of the parameters, in order."""
    if len(args) == found.simple and not kwargs:
        return args
    arguments = inspect.signature(fn, follow_wrapped=False).bind(*args, **kwargs)
    arguments.apply_defaults()
    return tuple(arguments.arguments[name] for name in found.params)


@dataclass(frozen=True)
class Wanted:
    """A differentiated argument: the parameter that it goes to, and its place there for `*args` and `**kwargs`."""

    param: str
    part: Position | None = None


def wanted_of(found: Program, positions: tuple[Position, ...]) -> tuple[Wanted, ...]:
    """Where the arguments at these positions and keywords go."""
    positional = [p.name for p in found.function.params if p.kind == "positional"]
    vararg = next((p.name for p in found.function.params if p.kind == "vararg"), None)
    varkw = next((p.name for p in found.function.params if p.kind == "varkw"), None)
    out = []
    for position in positions:
        if isinstance(position, str):
            named = position in found.params and position not in (vararg, varkw)
            out.append(Wanted(position) if named else Wanted(str(varkw), position))
        elif position < len(positional):
            out.append(Wanted(positional[position]))
        else:
            out.append(Wanted(str(vararg), position - len(positional)))
    return tuple(out)


def _part(raw: Any, wanted: Wanted) -> Any:
    if wanted.part is None or (type(raw) is float and raw == 0.0):
        return raw
    return raw[wanted.part] if isinstance(raw, list) else raw.get(wanted.part, 0.0)  # type: ignore[index]


# Variants


def variant(found: Program, values: tuple[Any, ...], names: tuple[str, ...], form: Form, public: bool) -> Variant:
    """The variant for these values, emitted if it is not there."""
    key = (names, form, public)
    if _lifting is not None and _lifting[0]():
        return _variant_by_kinds(found, values, key)
    known = found.variants.get(key)
    if known is not None:
        for i, candidate in enumerate(known):
            if candidate.guard(*values):
                if i:
                    known.insert(0, known.pop(i))
                return candidate
    return _new_variant(found, values, names, form, public)


def _variant_by_kinds(found: Program, values: tuple[Any, ...], key: Any) -> Variant:
    """The variant for dual numbers, which no guard lets pass: found by the kinds of what they are dual numbers of.

    What is captured may be dual too, so nothing but the arguments' kinds is looked up and all else is emitted anew when
    the kinds of what is captured have changed.
    """
    given = tuple(_opened(_kind(v, n), n in key[0]) for n, v in zip(found.params, values, strict=True))
    outside = tuple(_kind(c.cell_contents, "c") if _filled(c) else ANY for c in found.fn.__closure__ or ())
    known = found.by_kinds.get((key, given, outside))
    if known is None:
        names, form, public = key
        known = build(found, dict(zip(found.params, given, strict=True)), names, form, public)
        found.by_kinds[key, given, outside] = known
    return known


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _new_variant(found: Program, values: tuple[Any, ...], names: tuple[str, ...], form: Form, public: bool) -> Variant:
    given = {name: _opened(_kind(value, name), name in names) for name, value in zip(found.params, values, strict=True)}
    made = build(found, given, names, form, public)
    known = found.variants.setdefault((names, form, public), [])
    known.insert(0, made)
    del known[32:]
    return made


def _kind(value: Any, name: str) -> Kind:
    return ANY if _kinds_off else kinds.of(value, name)


def _opened(kind: Kind, differentiated: bool) -> Kind:
    """Integers that are differentiated in are of an unknown kind: they keep their values, and have cotangents."""
    if not differentiated:
        return kind
    if kind.tag == "int" or (kind.tag == "npscalar" and kind.dtype.kind in "iu"):
        return kinds.SCALAR
    if kind.tag == "array" and kind.dtype.kind in "iu":
        return kinds.array(None, kind.dims)
    if kind.items:
        return Kind(kind.tag, items=tuple(_opened(k, True) for k in kind.items), value=kind.value)
    return kind


def facts_of(found: Program, given: dict[str, Kind], names: tuple[str, ...], public: bool) -> Facts:
    """All analyses of a function for kinds of its parameters."""
    inferred = infer.infer(found.function, found.versions, given, None if _kinds_off else _prepare)
    reach = memory.analyse(found.function, inferred, protect=public)
    active = activity.analyse(found.function, inferred, reach, set(names))
    return Facts(found.function, inferred, found.versions, reach, active)


def build(found: Program, given: dict[str, Kind], names: tuple[str, ...], form: Form, public: bool) -> Variant:
    """Emit a variant."""
    facts = facts_of(found, given, names, form.protect)
    if not public:
        _refuse_effects(found, facts)
    places = stores.refusals(facts)
    if places:
        raise refuse(found.function.source, places)
    if form.name != "vjp" and _has_effects(facts):
        form = replace(form, strong=True)  # it must not run twice, so it cannot wait for a result that is not finite
    emitted = assemble(facts, names, form, _Sites(form.strong))
    guarded = [(n, given[n]) for n in found.params]
    assumptions = list(facts.kinds.assumptions.values())
    guard = guards.compiled(guarded, assumptions, found.fn.__globals__, found.function.source.cells)
    return Variant(guard, emitted, emitted.call, emitted.singular)


def _has_effects(facts: Facts) -> bool:
    """Whether a second run would repeat an effect: a random number drawn, a print, a write outside."""
    reach = facts.memory
    if reach.unknown or (memory.OUTSIDE in reach.parent and reach.is_written(memory.OUTSIDE)):
        return True
    return any(callee.value in OBSERVERS for callee in facts.kinds.callee.values() if callee.primitive is not None)


def _refuse_effects(found: Program, facts: Facts) -> None:
    """A callee may not write into its caller's memory yet."""
    stored = [n for n in found.params if facts.memory.is_stored(n)]
    outside = facts.memory.find(memory.OUTSIDE)
    if outside in facts.activity.varied_classes and facts.memory.is_stored(memory.OUTSIDE):
        stored.append(memory.OUTSIDE)
    if stored:
        stmts = [s for n in stored for s in facts.memory.stores_into(n)]
        node = next((s.node for s in stmts if getattr(s, "node", None) is not None), None)  # type: ignore[attr-defined]
        from_where = stmts[0].line if node is None else node
        place = fence.Place(
            from_where,
            f"a store into memory of the caller (`{stored[0]}`) in a function that is called with active values",
            "return the new array instead, or copy the argument first",
        )
        raise refuse(found.function.source, [place])


class _Sites:
    """Makes the helpers of calls that give pullbacks."""

    check_scalar = staticmethod(checks.require_scalar)

    def __init__(self, strong: bool) -> None:
        self.strong = strong

    @staticmethod
    def check_aux(result: Any) -> None:
        checks.require_pair(result)
        checks.require_scalar(result[0])

    def make(self, stmt: Bind, work: Work) -> tuple[str, sites.CallSite]:
        operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
        active = tuple(i for i, a in enumerate(operands) if work.active(a))
        keywords = tuple(str(k) for k, _ in stmt.kwargs)
        reach = work.facts.memory
        written = any(
            isinstance(a, Var) and (reach.is_written(a.name) or reach.is_protected(a.name))
            for a in (*operands, Var(stmt.target))
        )
        strong = self.strong

        def split_call(fn: Any, args: tuple[Any, ...], kw: dict[str, Any], positions: tuple[Position, ...]) -> Any:
            return split(fn, args, kw, positions, protect=written, strong=strong)

        name = stmt.fn if stmt.op in ("method", "attr") else getattr(stmt.fn, "name", "call")
        method = stmt.fn if stmt.op in ("method", "attr") else None
        site = sites.CallSite(stmt.op, method, active, len(stmt.args), stmt.stars, keywords, split_call)
        return f"vjp_{name}", site


# Running


def split(
    f: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: tuple[Position, ...],
    protect: bool = True,
    strong: bool = True,
    public: bool = False,
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Result and pullback of any callable, in the arguments at `positions`."""
    if isinstance(f, sites._ContainerMethod):
        return f.split(args, positions)
    if isinstance(f, registry.Primitive):
        return sites.primitive_split(f, args, kwargs, positions)
    if hasattr(type(f), "__dualad_vjp__"):
        return f.__dualad_vjp__(args, kwargs, positions)  # type: ignore[no-any-return]
    primitive = registry.lookup(f)
    if primitive is not None:
        return sites.primitive_split(primitive, args, kwargs, positions)
    if isinstance(f, type):
        made = sites.constructed(f, args, kwargs, positions)
        if made is not None:
            return made
    plain, args, kwargs, positions = sites.unwrapped(f, args, kwargs, positions)
    if not isinstance(plain, types.FunctionType):
        primitive = registry.lookup(plain)
        if primitive is not None:
            return sites.primitive_split(primitive, args, kwargs, positions)
        raise _no_rule(f)
    if plain.__module__ and plain.__module__.partition(".")[0] in ("numpy", "scipy"):
        raise _no_rule(plain)
    if calls.is_ours(plain):
        raise Unsupported(
            f"reverse mode through dualad.{plain.__name__} called in the differentiated function is not supported yet; "
            "use jvp or jacfwd outside, or grad inside"
        )
    found = program(plain)
    values = bound(found, plain, args, kwargs)
    wanted = wanted_of(found, positions)
    names = tuple(dict.fromkeys(w.param for w in wanted))
    chosen = variant(found, values, names, Form("vjp", strong=strong, protect=protect), public)
    result, pull = _runner(chosen)(*values)
    if len(names) == len(wanted) and all(w.part is None for w in wanted):
        return result, pull
    return result, _parts_puller(pull, names, wanted)


def _parts_puller(pull: Any, names: tuple[str, ...], wanted: tuple[Wanted, ...]) -> Any:
    def parts(ct: Any) -> tuple[Any, ...]:
        raws = dict(zip(names, pull(ct), strict=True))
        return tuple(_part(raws[w.param], w) for w in wanted)

    return parts


def _no_rule(f: Any) -> Unsupported:
    name = registry.display_name(f)
    return Unsupported(
        f"{name} has no derivative rule and no Python source that dualad differentiates. Declare one:\n"
        f"    @dualad.primitive(partials=(lambda x: ...,))\n    def my_function(x):\n        return {name}(x)"
    )


def _runner(chosen: Variant) -> Callable[..., Any]:
    if _lifting is None or not _lifting[0]():
        return chosen.call
    if chosen.lifted is None:
        chosen.lifted = _lifting[1](chosen.call)
    return chosen.lifted  # type: ignore[no-any-return]


def vjp(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
    """Result and pullback, for the public `vjp`: the user may write into arguments and result before pulling."""
    return split(f, args, kwargs, argnums, public=True)


@dataclass(slots=True)
class Entry:
    """What a further call of a gradient needs: the variants to try, and how many arguments they take."""

    count: int
    variants: list[Variant]


_entries: dict[Any, Entry] = {}


def _quick(key: Any, args: tuple[Any, ...]) -> Any:
    """What the variant of an earlier call gives for a call by positions only; None if it does not serve."""
    entry = _entries.get(key)
    if entry is None or len(args) != entry.count or (_lifting is not None and _lifting[0]()):
        return None
    for candidate in entry.variants:
        if candidate.guard(*args):
            if not candidate.singular:
                return candidate.call(*args)
            found = _quietly(candidate.call, args)
            return found if _finite(found) else None
    return None


def _remember(key: Any, args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> None:
    """Let the next call of a plain function go the quick way."""
    f, argnums, has_aux, _ = key
    if type(f) is not types.FunctionType or kwargs or registry.lookup(f) is not None:
        return
    found = program(f)
    wanted = wanted_of(found, argnums)
    if found.simple != len(args) or any(w.part is not None for w in wanted):
        return
    names = tuple(dict.fromkeys(w.param for w in wanted))
    known = found.variants.get((names, Form(name, has_aux), True))
    if known is not None:
        if len(_entries) >= LIMIT:
            _entries.clear()
        _entries[key] = Entry(found.simple, known)


def gradients(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> tuple[Any, ...]:
    """Raw gradients alone: what only the value needs is not computed."""
    key = (f, argnums, False, "grad")
    try:
        found = _quick(key, args) if not kwargs else None
    except TypeError:  # a callable that cannot be hashed
        return value_and_grad(f, args, kwargs, argnums, False)[2]  # type: ignore[no-any-return]
    if found is None:
        made = _joint(f, args, kwargs, argnums, False, "grad")
        if made is None:
            return value_and_grad(f, args, kwargs, argnums, False)[2]  # type: ignore[no-any-return]
        _remember(key, args, kwargs, "grad")
        return made[1]  # type: ignore[no-any-return]
    return found if len(argnums) > 1 else (found,)


def value_and_grad(
    f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...], has_aux: bool
) -> tuple[Any, Any, Any]:
    """Value, aux and raw gradients by the joint assembly."""
    key = (f, argnums, has_aux, "value_and_grad")
    try:
        made = _quick(key, args) if not kwargs else None
    except TypeError:  # a callable that cannot be hashed
        made = None
    if made is None:
        made = _joint(f, args, kwargs, argnums, has_aux, "value_and_grad")
        if made is not None and getattr(f, "__hash__", None) is not None:
            _remember(key, args, kwargs, "value_and_grad")
    if made is not None:
        result, raws = made
        return (*result, raws) if has_aux else (result, None, raws)
    result, pull = split(f, args, kwargs, argnums)
    aux = None
    if has_aux:
        checks.require_pair(result)
        result, aux = result
    checks.require_scalar(result)
    return result, aux, pull([1.0, 0.0] if has_aux else 1.0)


def _joint(
    f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...], has_aux: bool, name: str
) -> Any:
    """Result and raw gradients of a Python function; None for other callables."""
    plain, args, kwargs, argnums = sites.unwrapped(f, args, kwargs, argnums)
    if not isinstance(plain, types.FunctionType) or registry.lookup(plain) is not None:
        return None
    found = program(plain)
    values = bound(found, plain, args, kwargs)
    wanted = wanted_of(found, argnums)
    names = tuple(dict.fromkeys(w.param for w in wanted))
    chosen = variant(found, values, names, Form(name, has_aux), True)
    run = _runner(chosen)
    result, raws = _unpacked(_quietly(run, values) if chosen.singular else run(*values), name, names)
    if chosen.singular and not _finite(raws):
        chosen = variant(found, values, names, Form(name, has_aux, strong=True), True)
        result, raws = _unpacked(_runner(chosen)(*values), name, names)
    if any(w.part is not None for w in wanted):
        by_name = dict(zip(names, raws, strict=True))
        raws = tuple(_part(by_name[w.param], w) for w in wanted)
    return result, raws


def _quietly(run: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    """A run whose partials may divide by zero where the function itself does not.

    When what comes out is not finite, the variant with strong zeros runs instead, and warns where the function does.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return run(*values)


def _unpacked(found: Any, name: str, names: tuple[str, ...]) -> tuple[Any, Any]:
    """Result (None where it was not asked for) and gradients of what an emitted function gave."""
    if name != "grad":
        return found  # type: ignore[no-any-return]
    return None, found if len(names) > 1 else (found,)


def _finite(raw: Any) -> bool:
    cls = type(raw)
    if cls is float:
        return math.isfinite(raw)
    if isinstance(raw, np.ndarray):
        return bool(np.isfinite(raw).all())
    if cls in (tuple, list):
        return all(_finite(r) for r in raw)
    if cls is dict:
        return all(_finite(r) for r in raw.values())
    return not isinstance(raw, np.generic) or bool(np.isfinite(raw))


def source(
    f: Any,
    args: tuple[Any, ...] | None = None,
    kwargs: dict[str, Any] | None = None,
    argnums: tuple[Position, ...] = (0,),
    form: str = "grad",
    has_aux: bool = False,
) -> str:
    """The text of a variant: for given arguments, or with nothing known of them."""
    plain, values, names, argnums = sites.unwrapped(f, tuple(args or ()), dict(kwargs or {}), argnums)
    if not isinstance(plain, types.FunctionType):
        raise _no_rule(f)
    found = program(plain)
    params = tuple(dict.fromkeys(w.param for w in wanted_of(found, argnums)))
    chosen = Form(form, has_aux, protect=form == "vjp")
    if values or names:
        return variant(found, bound(found, plain, values, names), params, chosen, True).emitted.text
    return build(found, dict.fromkeys(found.params, ANY), params, chosen, True).emitted.text
