"""Variants of a program: one emitted function for kinds of arguments, differentiated parameters and a form.

Variants are tried by their guards, most recent first.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection
from typing import Any

from dualad.analysis import activity, calls, kinds, memory, splice, wary
from dualad.analysis.giving import changing_defaults
from dualad.analysis.harmless import enters_unknown
from dualad.analysis.inferred import Kinds, taken
from dualad.analysis.kinds import ANY, Kind
from dualad.analysis.meant import classes_of
from dualad.analysis.storage import OUTSIDE
from dualad.classes import changing
from dualad.collecting import put_off
from dualad.errors import Unsupported
from dualad.records import replace
from dualad.reverse import alike, deleted, guards, passing, programs, sites, stores, texts
from dualad.reverse.assemble import assemble
from dualad.reverse.emitted import Form
from dualad.reverse.itself import Itself, opened, parameter_kinds
from dualad.reverse.leaving import cleans_up
from dualad.reverse.primal import OBSERVERS
from dualad.reverse.programs import Program, Variant
from dualad.reverse.quiet import running
from dualad.reverse.widening import widened
from dualad.reverse.work import Facts
from dualad.syntax import core, fence
from dualad.syntax.local_classes import class_around
from dualad.syntax.refusal import refuse

SiteMaker = Callable[[bool], Any]

_live: Collection[Any] = ()
_lift: Callable[[Any], Any]


def set_lifting(
    live: Collection[Any], lift: Callable[[Any], Any], call: Callable[..., Any], unlift: Callable[[Any], Any]
) -> None:
    """Say how emitted code and primitives are run while dual numbers are about (forward mode is not known here).

    They are about as long as `live` is not empty.
    """
    global _live, _lift
    _live, _lift = live, lift
    programs.set_unlifting(unlift)

    def run(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return call(fn, *args, **kwargs) if live else fn(*args, **kwargs)

    sites.set_run(run)


def is_lifting() -> bool:
    """Whether dual numbers are about."""
    return bool(_live)


def lifting_levels() -> Collection[Any]:
    """What is empty as long as no dual numbers are about."""
    return _live


def variant(
    found: Program, values: tuple[Any, ...], names: tuple[str, ...], form: Form, public: bool, site: SiteMaker
) -> Variant:
    """The variant for these values, emitted if it is not there."""
    key = (names, form, public)
    if is_lifting():
        return _variant_by_kinds(found, values, key, site)
    known = found.variants.get(key)
    if known is not None:
        for i, candidate in enumerate(known):
            if candidate.guard(*values):
                if i:
                    known.insert(0, known.pop(i))
                return candidate
    return _new_variant(found, values, names, form, public, site)


def _variant_by_kinds(found: Program, values: tuple[Any, ...], key: Any, site: SiteMaker) -> Variant:
    """The variant for dual numbers, which no guard lets pass: found by the kinds of what they are dual numbers of.

    What is captured may be dual too, so nothing but the arguments' kinds is looked up and all else is emitted anew when
    the kinds of what is captured or global have changed, or a function that was known by its name is another one now.
    """
    names, form, public = key
    given = tuple(opened(_kind(v, n), n in names) for n, v in zip(found.params, values, strict=True))
    outside = tuple(_kind(c.cell_contents, "c") if _filled(c) else ANY for c in found.fn.__closure__ or ())
    care = needs_care(found, values, given, public)
    told = (*key, care)
    known = found.by_kinds.get((told, given, outside)) or _by_kinds_alike(found, told, given, outside)
    if known is None or not known.still():
        programs.keep(found)
        higher = replace(form, higher=True)
        known = build(found, dict(zip(found.params, given, strict=True)), names, higher, public, site, care)
        found.by_kinds[told, given, outside] = known
    return known


def needs_care(found: Program, values: tuple[Any, ...], given: Collection[Kind], public: bool) -> bool:
    """Whether objects that change something unasked may be met, of classes that the function does not know.

    `values` of the kinds `given` are looked through where the user gives them, and all else that such a call may reach.
    """
    if not public or wary.is_inherited():
        return wary.is_inherited() and wary.is_bound_to(found.fn)
    led = [value for value, kind in zip(values, given, strict=True) if wary.leads_on(kind)]
    return wary.is_bound_to(found.fn) and wary.changes_unasked([*led, *wary.outside(found.fn)])


def _by_kinds_alike(found: Program, key: Any, given: tuple[Kind, ...], outside: tuple[Kind, ...]) -> Variant | None:
    """The same from another closure of the function's code."""
    for other, pairs in alike.programs(found):
        for (known, kinds_given, kinds_outside), candidate in other.by_kinds.items():
            kinds_of = tuple(map(pairs.kind, kinds_given)), tuple(map(pairs.kind, kinds_outside))
            if known == key and kinds_of == (given, outside) and alike.is_apart(candidate, pairs):
                made = found.by_kinds[key, given, outside] = alike.exchanged(candidate, pairs)
                return made
    return None


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _new_variant(
    found: Program, values: tuple[Any, ...], names: tuple[str, ...], form: Form, public: bool, site: SiteMaker
) -> Variant:
    for other, pairs in alike.programs(found):
        for candidate in other.variants.get((names, form, public), ()):
            if alike.serves(candidate, pairs, values):
                made = alike.exchanged(candidate, pairs)
                _keep(found, (names, form, public), made)
                return made
    programs.keep(found)
    given = {name: opened(_kind(value, name), name in names) for name, value in zip(found.params, values, strict=True)}
    key = (names, form, public)
    served = alike.served(found, key, tuple(given.values()), values)
    if served is not None:
        _keep(found, key, served, LATEST)
        return served
    if not public:
        given = widened(given, [v.kinds for v in found.variants.get(key, ())])
    care = needs_care(found, values, given.values(), public)
    with put_off():
        made = _build_or_open(found, given, names, form, public, site, care)
    _keep(found, key, made)
    return made


def _build_or_open(
    found: Program,
    given: dict[str, Kind],
    names: tuple[str, ...],
    form: Form,
    public: bool,
    site: SiteMaker,
    care: bool,
) -> Variant:
    """A variant; where what is known of functions among the arguments refuses it, one that meets them as it runs."""
    try:
        return build(found, given, names, form, public, site, care)
    except Unsupported:
        unknown = {name: ANY if _is_function(kind) else kind for name, kind in given.items()}
        if public or unknown == given:
            raise
        return build(found, unknown, names, form, public, site, care)


def _is_function(kind: Kind) -> bool:
    return kind.tag == "object" and isinstance(kind.value, types.FunctionType)


LATEST = 8
"""How many variants of a program are kept at most where closures among the arguments are other ones at each call."""


def _keep(found: Program, key: Any, made: Variant, most: int = 32) -> None:
    known = found.variants.setdefault(key, [])
    known.insert(0, made)
    del known[most:]


def settled_variant(
    found: Program, given: tuple[Kind, ...], names: tuple[str, ...], form: Form, site: SiteMaker
) -> Variant:
    """The variant for arguments whose kinds a caller knows, so that no guard needs to pass."""
    given = parameter_kinds(found.params, given, names)
    key = (names, form, False)
    care = wary.is_inherited() and wary.is_bound_to(found.fn)
    made = next((v for v in found.variants.get(key, ()) if v.kinds == given and v.care >= care), None)
    if made is None:
        made = _settled_alike(found, given, key, care)
        if made is None:
            programs.keep(found)
            made = build(found, dict(zip(found.params, given, strict=True)), names, form, False, site, care)
        _keep(found, key, made)
    return made


def _settled_alike(found: Program, given: tuple[Kind, ...], key: Any, care: bool) -> Variant | None:
    """The same from another closure of the function's code."""
    for other, pairs in alike.programs(found):
        for candidate in other.variants.get(key, ()):
            known = tuple(map(pairs.kind, candidate.kinds))
            if known == given and candidate.care >= care and alike.is_apart(candidate, pairs):
                return alike.exchanged(candidate, pairs)
    return None


def _kind(value: Any, name: str) -> Kind:
    """The kind of a value; with kinds off, of objects only, since their classes may be those of another module."""
    kind = kinds.of(value, name)
    return ANY if programs.kinds_off and not classes_of(kind) else kind


def may_hold_objects(kind: Kind) -> bool:
    """Whether values of a kind may be, or hold, objects that are not copied."""
    if kind.tag in ("tuple", "ntuple", "list", "dict", "fields"):
        return any(may_hold_objects(item) for item in kind.items)
    return kind.tag != "array" and kind.tag not in kinds.IMMUTABLE_TAGS


def facts_of(
    found: Program,
    given: dict[str, Kind],
    names: tuple[str, ...],
    form: Form,
    care: bool = False,
    calls_stay: bool = False,
) -> Facts:
    """All analyses of a function for kinds of its parameters, small callees written out unless all calls stay.

    A function that takes care with objects, as it is told to or since it knows of such, has its callees take care.
    """
    care = care or wary.is_known_to(found.fn)
    callees = programs.prepare_carefully if found.careful is found else programs.prepare
    prepare = None if programs.kinds_off else callees
    wanted = None if calls_stay else set(names)
    integers = form.integers or any(given[n].may_hold_integers for n in names)
    with programs.kept():
        read = found.function, found.versions
        function, numbered, inferred = splice.spliced(*read, given, prepare, wanted, integers, care)
        alike, defaults = _alike(found, given, names, form), _defaults(found, given, names, form)
        reach = memory.analyse(function, inferred, form.protect, True, not form.shared, (alike,), defaults, care)
        if reach.met.changing and not care:
            return facts_of(found, given, names, form, True, calls_stay)
        beyond = activity.Reach(form.outside, form.cells, form.shared)
        active = activity.analyse(function, inferred, reach, set(names), beyond)
        return stores.placed(Facts(function, inferred, numbered, reach, active, integers=integers), form.shared)


def _alike(found: Program, given: dict[str, Kind], names: tuple[str, ...], form: Form) -> tuple[str, ...]:
    """What may be one memory when the function starts: arguments, and what lies outside where that may be active.

    The arguments of a call of the user's share nothing (`ownership.require_apart`). What a function stores into on its
    caller's memory may be any of the others; otherwise only what is not active is stored into.
    """
    if not form.alike:
        return ()
    params = tuple([n for n in found.params if not given[n].immutable and (form.shared or n not in names)])
    return (*params, OUTSIDE) if form.shared and (form.outside or form.cells) else params


def _defaults(found: Program, given: dict[str, Kind], names: tuple[str, ...], form: Form) -> tuple[str, ...]:
    """Parameters with default values that can change: globals, captured variables and each other may name the same."""
    held = changing_defaults(found.fn)
    return tuple([n for n in found.params if n in held and not given[n].immutable and (form.shared or n not in names)])


def build(
    found: Program,
    given: dict[str, Kind],
    names: tuple[str, ...],
    form: Form,
    public: bool,
    site: SiteMaker,
    care: bool = False,
) -> Variant:
    """Emit a variant; `site(strong)` makes the helpers of calls that give pullbacks, `care` is taken with objects."""
    form = replace(form, copies=public, alike=form.alike and not public)
    facts = facts_of(found, given, names, form, care)
    if _enters_unknown(facts):
        found = programs.written_out(found)
        facts = facts_of(found, given, names, form, care)
    if found.careful is not found and passing.asks_objects(facts):
        plain, found = found, programs.careful(found)
        facts = facts_of(found, given, names, form, care)
        if _enters_unknown(facts):  # what objects are asked may make managers active
            found = programs.careful(programs.written_out(plain))
            facts = facts_of(found, given, names, form, care)
    if facts.function is not found.function:
        try:
            return _built(found, facts, given, names, form, public, site)
        except Unsupported:  # what cannot be written out may still be called
            facts = facts_of(found, given, names, form, care, calls_stay=True)
    return _built(found, facts, given, names, form, public, site)


def _enters_unknown(facts: Facts) -> bool:
    """Whether the methods of a context manager may store into anything, or it was made from active values."""
    for stmt in core.walk(facts.function.body):
        if isinstance(stmt, core.With) and not stmt.plain and isinstance(stmt.manager, core.Var):
            if facts.versions.read[stmt.manager] in facts.activity.varied:
                return True
            if enters_unknown(stmt, facts.function, facts.memory, facts.kinds):
                return True
    return False


def _built(
    found: Program,
    facts: Facts,
    given: dict[str, Kind],
    names: tuple[str, ...],
    form: Form,
    public: bool,
    site: SiteMaker,
) -> Variant:
    if found.function.is_generator:
        _refuse_generators(found, facts, form, public)
    if not public:
        _refuse_effects(found, facts, form)
    places = [*stores.refusals(facts), *deleted.refusals(facts), *texts.refusals(facts)]
    if places:
        raise refuse(found.function.source, places)
    if form.name != "vjp" and _has_effects(facts):
        form = replace(form, strong=True)  # it must not run twice, so it cannot wait for a result that is not finite
    guarded = tuple(given[n] for n in found.params)
    itself = None if public else Itself(found, guarded, names, form)
    emitted = assemble(facts, names, form, site(form.strong), itself)
    is_split = form.name == "vjp"
    care = facts.memory.met.changing
    call, quiet = running(emitted.call, is_split, emitted.noisy, care)
    assumptions = list(facts.kinds.assumptions.values())
    scope, cells = found.fn.__globals__, found.function.source.cells
    condition = guards.condition(guarded, assumptions, scope, cells)
    if not care and wary.is_bound_to(found.fn):
        condition = guards.calm(condition, guarded, public)
    stored = stored_parameters(facts)
    beside = tuple([n for n in stored if not set(facts.memory.stores_into(n)) <= facts.memory.unknown])
    beside = beside if OUTSIDE in facts.memory.parent else ()
    return Variant(
        guard=guards.compiled(len(guarded), condition),
        still=guards.compiled(0, guards.condition((), assumptions, scope, cells, lifted=True)),
        emitted=emitted,
        call=call,
        quiet=quiet,
        is_split=is_split,
        singular=emitted.singular,
        kinds=guarded,
        condition=condition,
        care=care,
        taken=taken(assumptions, scope, cells),
        stored=stored,
        beside=beside,
        watched=facts.memory.is_stored(OUTSIDE)
        or bool(beside)
        or any(n in stored and may_hold_objects(k) for n, k in zip(found.params, guarded)),
        calls_unknown=bool(facts.memory.unknown),
        cleans_up=found.function.is_generator and cleans_up(facts),
        own=_is_own(facts) and not _has_effects(facts),
    )


def _has_effects(facts: Facts) -> bool:
    """Whether a second run would repeat an effect: a random number drawn, a print, a write outside.

    Where exceptions are handled a quiet run could take another way than the function: it hides what NumPy would raise.
    """
    reach = facts.memory
    if _handles_exceptions(facts.function, facts.kinds):
        return True
    if reach.unknown or (OUTSIDE in reach.parent and reach.is_written(OUTSIDE)):
        return True
    return any(callee.value in OBSERVERS for callee in facts.kinds.callee.values() if callee.primitive is not None)


def require_repeatable(facts: Facts) -> None:
    """Refuse a function that may not run again on copies of its arguments: it has effects, or rules of the user's.

    Inner functions are refused as well: what they capture may move without a statement that shows it.
    """
    inner = any(isinstance(s, core.Bind) and s.op == "function" for s in core.walk(facts.function.body))
    if inner or not _is_own(facts) or _has_effects(facts):
        raise Unsupported("a function that may not run again")


def stored_parameters(facts: Facts) -> tuple[str, ...]:
    """The parameters that a function stores into."""
    return tuple([p.name for p in facts.function.params if stores.is_stored_parameter(facts, p.name)])


def _refuse_generators(found: Program, facts: Facts, form: Form, public: bool) -> None:
    """A generator function is right where its caller takes the items, and they share no memory with what is changed."""
    what = advice = ""
    if public or form.name != "vjp":
        what = "a generator function itself"
        advice = "differentiate a function that takes its items, in a loop or by `list`"
    if what:
        raise refuse(found.function.source, [fence.Place(found.function.source.tree.lineno, what, advice)])


def _handles_exceptions(function: core.Function, inferred: Kinds) -> bool:
    """Whether the function, or one that it is known to call, handles exceptions."""
    for stmt in core.walk(function.body):
        if isinstance(stmt, core.Try) or (isinstance(stmt, core.With) and not stmt.plain):
            return True
    return any(_handles_exceptions(*inner) for inner in inferred.inner.values())


def _refuse_effects(found: Program, facts: Facts, form: Form) -> None:
    """What a function changes beyond itself is right only where its caller's sweep knows of it."""
    if calls.is_definition(found.fn):
        return  # functions of the user's that it calls get copies
    reach, active = facts.memory, facts.activity
    stored = (
        []
        if form.shared
        else [n for n in found.params if stores.is_stored_parameter(facts, n) and _is_active(facts, n)]
    )
    # A comprehension's list is no memory of the caller's.
    stored = [n for n in stored if any(not isinstance(s, core.Append) for s in reach.stores_into(n))]
    outside = reach.find(OUTSIDE)
    if outside in active.varied_classes and reach.is_stored(OUTSIDE) and not form.outside:
        beyond = [
            s
            for s in reach.stores_into(OUTSIDE)
            if not (form.shared and (s in reach.by_default or _is_of_argument(found, facts, s)))
            and not (form.cells and _is_of_cell(facts, s))
        ]
        stored += [OUTSIDE] if beyond else []
    if stored:
        stmts = [s for n in stored for s in facts.memory.stores_into(n)]
        node = next((s.node for s in stmts if getattr(s, "node", None) is not None), None)  # type: ignore[attr-defined]
        from_where = stmts[0].line if node is None else node
        place = fence.Place(
            from_where,
            f"a store into memory of the caller (`{stored[0]}`) in a function that is not known before it is called",
            "call it by its name, or return the new array instead",
        )
        raise refuse(found.function.source, [place])


def _is_of_argument(found: Program, facts: Facts, stmt: core.Stmt) -> bool:
    """Whether a store is into an argument or an attribute of one, though what its class holds is memory outside."""
    if stmt in facts.memory.unknown:
        return False
    base = stmt.base if isinstance(stmt, core.Store | core.StoreAttr | core.Append | core.DeletePlace) else None
    if isinstance(stmt, core.Bind) and stmt.op == "method":
        base = stmt.args[0] if isinstance(stmt.args[0], core.Var) else None
    cls = class_around(found.function.source)
    if base is None or cls is None:
        return False
    if base.name in found.params:
        return True
    made = facts.memory.defined_by.get(base.name, [])
    held = changing(cls)
    return bool(made) and all(_reads_attribute(s, found.params, held) for s in made)


def _is_of_cell(facts: Facts, stmt: core.Stmt) -> bool:
    """Whether a store beyond the function is into what it has captured, and not into a global."""
    if isinstance(stmt, core.StoreOuter):
        return facts.function.outer[stmt.name] != "global"
    return not any(
        isinstance(s, core.Bind) and s.op == "global" and not facts.kinds.target(s, s.target).immutable
        for s in core.walk(facts.function.body)
    )


def _reads_attribute(stmt: core.Stmt, names: tuple[str, ...], held: frozenset[str]) -> bool:
    """Whether it reads an attribute of one of the names that their class holds nothing under."""
    if not isinstance(stmt, core.Bind) or stmt.op != "attr" or stmt.fn in held:
        return False
    return isinstance(stmt.args[0], core.Var) and stmt.args[0].name in names


def _is_own(facts: Facts) -> bool:
    """Whether all primitives that it calls have rules of dualad's own."""
    for callee in facts.kinds.callee.values():
        if callee.primitive is not None:
            rules = [r for r in callee.primitive.rules if r is not None]
            if not all(str(getattr(r, "__module__", "")).startswith("dualad.") for r in rules):
                return False
    return True


def _is_active(facts: Facts, name: str) -> bool:
    return facts.memory.find(name) in facts.activity.varied_classes


def runner(chosen: Variant) -> Callable[..., Any]:
    """What runs a variant: its function, lifted while dual numbers are about."""
    if not is_lifting():
        return chosen.quiet
    if chosen.lifted is None:
        lifted = _lift(chosen.emitted.call)
        chosen.lifted = running(lifted, chosen.is_split, chosen.emitted.noisy, chosen.care)[1]
    return chosen.lifted  # type: ignore[no-any-return]
