"""Reverse mode: from a function and arguments to its result and pullback, through cached variants."""

from __future__ import annotations

import functools
import inspect
import io
import types
from collections.abc import Callable, Iterator
from typing import Any

from dualad import checks, equivalents, registry, rules
from dualad.analysis import calls
from dualad.analysis.harmless import COPIERS
from dualad.analysis.inferred import taken
from dualad.analysis.inplace import changes
from dualad.analysis.kinds import ANY, is_settled
from dualad.analysis.storage import OUTSIDE
from dualad.anew import has_captured_active, is_method_anew
from dualad.classes import is_record_method
from dualad.errors import Unsupported
from dualad.reverse import (
    captured,
    half_way,
    lines,
    loops,
    programs,
    ranking,
    records,
    sequences,
    sets,
    sharing,
    sites,
    unseen,
)
from dualad.reverse.byvalue import checked, watched
from dualad.reverse.callables import writers
from dualad.reverse.cells import Memory, exact_key, noted
from dualad.reverse.destinations import accumulating
from dualad.reverse.emitted import Form
from dualad.reverse.inner import Inner, pull_parts, pull_residues
from dualad.reverse.itself import Itself
from dualad.reverse.links import Link, Settled
from dualad.reverse.operands import Operation
from dualad.reverse.operations import caller
from dualad.reverse.programs import Position, Program, Variant, Wanted, bound, part, program, wanted_of
from dualad.reverse.suspended import made as made_generator
from dualad.reverse.unruled import no_rule, require_source
from dualad.reverse.variants import build, runner, variant
from dualad.reverse.work import Facts, Work
from dualad.syntax import core
from dualad.syntax.core import Bind, Var

del rules  # imported for its loaders


class Sites:
    """Makes the helpers of calls that give pullbacks."""

    check_scalar = staticmethod(checks.require_scalar)

    def __init__(self, strong: bool) -> None:
        self.strong = strong

    @staticmethod
    def check_aux(result: Any) -> None:
        checks.require_pair(result)
        checks.require_scalar(result[0])

    def make(self, stmt: Bind, work: Work) -> tuple[str, sites.CallSite]:
        active, callee = _active_operands(stmt, work), _callee_active(stmt, work)
        keywords = tuple(str(k) for k, _ in stmt.kwargs)
        strong, written = self.strong, _is_written(stmt, work)

        def split_call(fn: Any, args: tuple[Any, ...], kw: dict[str, Any], positions: tuple[Position, ...]) -> Any:
            return split(fn, args, kw, positions, protect=written, strong=strong)

        name = stmt.fn if stmt.op in ("method", "attr") else _callee_name(stmt, work)
        method = stmt.fn if stmt.op in ("method", "attr") else None
        kept = loops.is_given_away(work, stmt)
        site: Any = sites.CallSite(
            stmt.op, method, active, len(stmt.args), stmt.stars, keywords, split_call, callee, kept
        )
        if _is_by_positions(stmt, work):
            form = self.linked_form(stmt, work)
            site = Link(accumulating(site, form.into), active, form, _settled(stmt, work), len(stmt.args), Sites).entry
        return f"vjp_{name}", site

    def linked_form(self, stmt: Bind, work: Work) -> Form:
        """What is emitted for a Python function that is called by positions."""
        into, deep = work.into.get(stmt, ()), work.deep.get(stmt, ())
        alike = sharing.may_share(stmt, work.facts)
        return Form("vjp", strong=self.strong, protect=_is_written(stmt, work), alike=alike, into=into, deep=deep)

    def goes_to(self, itself: Itself, stmt: Bind, work: Work) -> bool:
        """Whether a call runs what is being emitted."""
        active = _active_operands(stmt, work)
        return _is_by_positions(stmt, work) and itself.is_called(stmt, work, active, self.linked_form(stmt, work))

    def writers(self, facts: Facts) -> dict[str, Any]:
        """The operations on places that run methods of classes' own on the sweep's memory."""
        strong = self.strong

        def split_call(fn: Any, args: Any, kwargs: Any, positions: Any) -> Any:
            return split(fn, args, kwargs, positions, protect=True, strong=strong)

        shared_call = self.shared_call(facts)
        if any(isinstance(s, core.Try) and s.handlers for s in core.walk(facts.function.body)):
            shared_call = half_way.checked(shared_call)
        none: frozenset[int] = frozenset()
        return writers(Operation("call", None, (), 0, none, (), none, True, True, False, split_call, shared_call))

    def shared_call(self, facts: Facts, result_active: bool = True, quiet: bool = False, alike: bool = True) -> Any:
        """What runs a Python function on the sweep's memory.

        `result_active`: whether anything depends on what it gives; `quiet`: nothing was copied for what it may change;
        `alike`: whether its arguments may share memory with each other.
        """
        strong = self.strong
        outside = facts.memory.find(OUTSIDE) in facts.activity.varied_classes
        integers = facts.integers  # and no more of the facts, which are large

        def called(fn: Any, args: Any, kwargs: Any, positions: Any, cells: bool, half_way: bool = False) -> Any:
            if quiet and changes(fn):
                raise unseen.unexpected(fn)
            how = (strong, outside, cells, result_active, integers, alike, half_way)
            return shared(fn, args, kwargs, positions, *how)

        return called

    def operation(self, stmt: Bind, work: Work) -> tuple[str, Any]:
        """The helper of a call that works on the sweep's memory."""
        operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
        active = _active_operands(stmt, work)
        strong = self.strong
        result_active = work.target_active(stmt, stmt.target)
        alike = not sharing.is_straight(stmt, work.facts) or sharing.may_share(stmt, work.facts)

        def split_call(fn: Any, args: Any, kwargs: Any, positions: Any) -> Any:
            return split(fn, args, kwargs, positions, protect=True, strong=strong)

        site = Operation(
            op=stmt.op,
            name=None if stmt.op == "call" else stmt.fn,
            active=active,
            count=len(stmt.args),
            stars=stmt.stars,
            keywords=tuple(k for k, _ in stmt.kwargs),
            inside=frozenset(i for i in active if work.in_memory(operands[i]) or work.kind(operands[i]).is_number),
            result_inside=work.target_in_memory(stmt, stmt.target) or work.target_kind(stmt, stmt.target).is_number,
            result_active=result_active,
            callee_active=(stmt.op == "call" and work.active(stmt.fn)) or stmt in work.facts.shared_calls,
            split=split_call,
            shared=self.shared_call(work.facts, result_active, quiet=_is_quiet(stmt, work), alike=alike),
            guarded=stmt in work.guarded,
            half_way=stmt in work.half_way,
            integers=work.facts.integers,
            reading=stmt in work.facts.memory.reading,
            momentary=loops.is_taken_at_once(work, stmt),
        )
        name = stmt.fn if stmt.op in ("method", "attr") else getattr(stmt.fn, "__name__", stmt.op)
        if stmt.op == "call":
            name = _callee_name(stmt, work)
        return f"vjp_{name}", caller(site)


def _active_operands(stmt: Bind, work: Work) -> tuple[int, ...]:
    operands = [*stmt.args, *(a for _, a in stmt.kwargs)]
    return tuple([i for i, a in enumerate(operands) if work.active(a)])


def _callee_active(stmt: Bind, work: Work) -> bool:
    return stmt.op == "call" and isinstance(stmt.fn, Var) and work.active(stmt.fn)


def _is_by_positions(stmt: Bind, work: Work) -> bool:
    """Whether a function that holds nothing active is called by positions alone."""
    return stmt.op == "call" and not stmt.stars and not stmt.kwargs and not _callee_active(stmt, work)


def _is_written(stmt: Bind, work: Work) -> bool:
    """Whether an operand or the result of a call may be stored into."""
    reach = work.facts.memory
    operands = [*stmt.args, *(a for _, a in stmt.kwargs), Var(stmt.target)]
    return any(isinstance(a, Var) and (reach.is_written(a.name) or reach.is_protected(a.name)) for a in operands)


def _is_quiet(stmt: Bind, work: Work) -> bool:
    """Whether a statement that no function is called by was taken to store into nothing."""
    callee = work.facts.kinds.callee.get(stmt)
    by_name = stmt.op in ("call", "method") and (callee is None or callee.primitive is None)
    return not by_name and not work.facts.memory.may_write(stmt)


def _settled(stmt: Bind, work: Work) -> Settled | None:
    """What is known of a call of a Python function, if that is all that looking at its arguments would tell."""
    given = tuple([work.kind(a) for a in stmt.args])
    facts = work.facts
    if facts.kinds.callee[stmt].function is None or not all(is_settled(k) for k in given):
        return None
    source = facts.function.source
    return Settled(given, taken(facts.kinds.assumptions.values(), source.globals, source.cells))


def _callee_name(stmt: Bind, work: Work) -> str:
    """What a called function is called."""
    known = getattr(work.facts.kinds.callee[stmt].value, "__name__", "")
    return known if known.isidentifier() else getattr(stmt.fn, "name", "call").rstrip("_")


def _site(positions: tuple[Position, ...], strong: bool) -> Operation:
    """What calls a function whose captured variables are active, outside of emitted code."""

    def shared_call(fn: Any, args: Any, kwargs: Any, positions: Any, cells: bool) -> Any:
        return shared(fn, args, kwargs, positions, strong, True, cells, integers=True)

    def split_call(fn: Any, args: Any, kwargs: Any, positions: Any) -> Any:
        return split(fn, args, kwargs, positions, strong=strong)

    none: frozenset[int] = frozenset()
    return Operation("call", None, (), 0, none, (), none, True, True, True, split_call, shared_call)


def shared(
    f: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: tuple[Position, ...],
    strong: bool,
    outside: bool,
    cells: bool,
    result_active: bool = True,
    integers: bool = False,
    alike: bool = True,
    half_way: bool = False,
) -> tuple[Any, Callable[[Any, Memory], tuple[Any, ...]]]:
    """Result and pullback of a Python function, on the caller's memory: residues in, residues out.

    `half_way`: an exception that leaves it is given back, and the pullback is that of what was done before.
    """
    require_source(f)
    found = program(f)
    cells = cells or is_method_anew(found.fn)
    if half_way and not found.function.is_generator:
        found = programs.half_way(found)
    values = bound(found, f, args, kwargs)
    wanted = wanted_of(found, positions)
    defaults = _defaults_used(found, f, args, kwargs) if cells else ()
    names = tuple(dict.fromkeys([*(w.param for w in wanted), *defaults]))
    form = Form(
        "vjp",
        strong=strong,
        protect=True,
        shared=True,
        outside=outside,
        cells=cells,
        integers=cells and integers,
        alike=alike and (outside or cells or sharing.share(values)),
    )
    chosen = variant(found, values, names, form, False, Sites)
    *inside, result_inside = chosen.emitted.inside
    given = {n: noted(values[found.params.index(n)]) for n, i in zip(names, inside, strict=True) if not i}
    varkw = next((p.name for p in found.function.params if p.kind == "varkw"), None)
    named = values[found.params.index(varkw)] if varkw else {}
    seen = {k: noted(v) for k, v in named.items()}
    result, pull = runner(chosen)(*values)
    made = result if result_inside or not result_active else noted(result)
    by_residue = bool(result_inside) or not result_active
    if found.function.is_generator:
        result, pull = _suspended(chosen, result, pull, (f, *values))
        made, by_residue = result, True
    unused = not (result_active or result_inside or found.function.is_generator)
    inner = Inner(f, names, given, made, by_residue, defaults, named, seen, unused)
    return result, pull_residues(inner, pull, wanted, part)


def _suspended(chosen: Variant, result: Any, pull: Any, operands: tuple[Any, ...]) -> tuple[sequences.Items, Any]:
    """The items of a generator that works on the memory of who takes them, and the pullback of making it."""
    items = sequences.Items(result)
    items.noting = noted
    items.sweep = functools.partial(pull, 0.0)
    items.cleans_up = chosen.cleans_up
    items.check = watched(items, operands)
    return items, made_generator(items)


def _defaults_used(found: Program, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...]:
    """The parameters that a call leaves to their default values."""
    if not f.__defaults__ and not f.__kwdefaults__:
        return ()
    if found.simple >= 0:
        given: Any = {*found.params[: len(args)], *kwargs}
    else:
        given = found.signature.bind(*args, **kwargs).arguments
    with_default = [n for n, p in found.signature.parameters.items() if p.default is not p.empty]
    return tuple(n for n in with_default if n not in given)


MADE_ANEW = (
    "{name}, of a class defined inside a function whose variables it captures, called where dualad does not follow "
    "these; call it in the function or module that defines the class, or by a method with a name of its own"
)


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
    if has_captured_active(getattr(f, "__func__", f)) and sites.CALLEE not in positions:
        raise Unsupported(MADE_ANEW.format(name=getattr(f, "__qualname__", "a method")))
    if isinstance(f, sites.ContainerMethod):
        return f.split(args, positions)
    if hasattr(type(f), "__dualad_split__"):
        return f.__dualad_split__(args, kwargs, positions, protect)  # type: ignore[no-any-return]
    if hasattr(type(f), "__dualad_vjp__"):
        return f.__dualad_vjp__(args, kwargs, positions)  # type: ignore[no-any-return]
    if sites.CALLEE in positions:
        return sites.run(captured.called, _site(positions, strong), f, args, kwargs, positions)
    made = ranking.split(f, args, kwargs, positions)
    if made is not None:
        return made
    if f is getattr and sites.has_array_methods(args[0], args[1]):
        return captured.bound(args[0], args[1])
    if sets.is_of_keys(f, args):
        return sets.of_keys(f, args, positions)
    if any(f is known for known in COPIERS):
        return f(*args, **kwargs), lambda ct: tuple([ct if p == 0 else 0.0 for p in positions])
    f = equivalents.equivalent(equivalents.in_python(f), args)
    if f is equivalents.keyed and 0 in positions:  # what an iterator gives can be taken but once
        for key in (0.0,) if isinstance(args[0], Iterator) else args[0]:
            exact_key(key)
    primitive = f if isinstance(f, registry.Primitive) else registry.lookup(f)
    if primitive is not None:
        if sites.is_over_keys(primitive, args):
            args = (list(args[0]), *args[1:])
        definition = primitive.definition_for(args, kwargs)
        if definition is None:
            return sites.run(sites.primitive_split, primitive, args, kwargs, positions)
        f = definition
    if isinstance(f, type):
        made = sites.constructed(f, args, kwargs, positions)
        if made is not None:
            return made
    plain, args, kwargs, positions = sites.unwrapped(f, args, kwargs, positions)
    if is_record_method(plain):
        return records.by_value(plain, args, kwargs, positions)
    if hasattr(type(plain), "__dualad_vjp__"):
        return split(plain, args, kwargs, positions, protect)
    primitive = registry.lookup(plain)  # a method's function may have a rule: its object is the first argument
    if primitive is not None:
        definition = primitive.definition_for(args, kwargs)
        if definition is None:
            return sites.run(sites.primitive_split, primitive, args, kwargs, positions)
        plain = definition
    if not isinstance(plain, types.FunctionType):
        if not positions and _keeps_apart(plain, (*args, *kwargs.values())):
            return plain(*args, **kwargs), lambda ct: ()
        raise no_rule(f)
    stated = getattr(plain, "__dualad_vjp__", None)
    if stated is not None:
        return stated(args, kwargs, positions)  # type: ignore[no-any-return]
    return _split_plain(plain, args, kwargs, positions, Form("vjp", strong=strong, protect=protect), public)


def _keeps_apart(fn: Any, args: tuple[Any, ...]) -> bool:
    """Whether a function of C that is given nothing active meets nothing active either: a clock, a stream of text.

    It calls no function of anybody's, and is a module's or a stream's.
    """
    owner = getattr(fn, "__self__", None)
    of_system = isinstance(fn, types.BuiltinFunctionType) and isinstance(owner, types.ModuleType | io.IOBase)
    return of_system and not any(callable(a) for a in args)


def _split_plain(
    plain: types.FunctionType,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: tuple[Position, ...],
    form: Form,
    public: bool,
) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Result and pullback of a function that is written in Python and has no rule."""
    require_source(plain)
    chosen, values, names, wanted = _chosen(plain, args, kwargs, positions, form, public)
    shared = sharing.watched(plain, chosen, values) if public else None
    result, pull = runner(chosen)(*values)
    if shared is not None:
        shared.check()
    if plain.__code__.co_flags & inspect.CO_GENERATOR and isinstance(result, types.GeneratorType):
        result = sequences.Items(result)
        if chosen.calls_unknown:
            pull = checked(pull, watched(result, values))
    if len(names) == len(wanted) and all(w.part is None for w in wanted):
        return result, pull
    return result, pull_parts(pull, names, wanted, part)


def _chosen(
    plain: types.FunctionType,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: tuple[Position, ...],
    form: Form,
    public: bool,
) -> tuple[Variant, tuple[Any, ...], tuple[str, ...], tuple[Wanted, ...]]:
    """The variant of a Python function for a call, the values of its parameters, and what is wanted of it."""
    found = program(plain)
    values = bound(found, plain, args, kwargs)
    wanted = wanted_of(found, positions)
    names = tuple(dict.fromkeys(w.param for w in wanted))
    return variant(found, values, names, form, public, Sites), values, names, wanted


def prepare(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], positions: tuple[Position, ...]) -> None:
    """Refuse a function that stores into its arguments, and what a later `split` of such a call would refuse."""
    plain, args, kwargs, positions = sites.unwrapped(f, args, kwargs, positions)
    if isinstance(plain, types.FunctionType) and registry.lookup(plain) is None and not calls.is_ours(plain):
        chosen = _chosen(plain, args, kwargs, positions, Form("vjp", strong=True), False)[0]
        if chosen.stored:
            raise Unsupported(
                f"{plain.__name__} stores into its argument `{chosen.stored[0]}`, which is run again for its "
                "derivative; return a new array instead, or copy the argument first"
            )


def vjp(f: Any, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: tuple[Position, ...]) -> Any:
    """Result and pullback, for the public `vjp`: the user may write into arguments and result before pulling."""
    try:
        return split(f, args, kwargs, argnums, public=True)
    except Exception as error:
        lines.explain(error)
        raise


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
        raise no_rule(f)
    found = program(plain)
    params = tuple(dict.fromkeys(w.param for w in wanted_of(found, argnums)))
    chosen = Form(form, has_aux, protect=form == "vjp")
    if values or names:
        return variant(found, bound(found, plain, values, names), params, chosen, True, Sites).emitted.text
    return build(found, dict.fromkeys(found.params, ANY), params, chosen, True, Sites).emitted.text
