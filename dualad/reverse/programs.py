"""Programs: functions read and lowered once, and where the arguments of a call go in them."""

from __future__ import annotations

import contextlib
import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

import gast

from dualad import anew, registry
from dualad.analysis import versions
from dualad.analysis.inferred import Taken
from dualad.analysis.inplace import changing_methods
from dualad.analysis.kinds import Kind
from dualad.errors import Unsupported
from dualad.records import field, record, replace
from dualad.reverse import closures
from dualad.reverse.emitted import Emitted
from dualad.syntax import coalesce, core, fence, hoisting, local_classes, lower, receiving
from dualad.syntax import source as sources
from dualad.syntax.refusal import Place, refuse
from dualad.syntax.source import Source

Position = int | str
LIMIT = 2048
ALIKE = 8  # how many closures of one code are kept for what was emitted for them,
LATEST = 16  # and how many that use that: they hold what they have captured


@record(eq=False, repr=False)
class Family:
    """Closures of one code: those that something was emitted for, and the latest of those that use it."""

    first: list[Program] = field(default_factory=list)
    others: dict[Any, Program] = field(default_factory=dict)
    half_way: Family | None = None  # of the programs that give back what leaves them


@record(eq=False, repr=False)
class Program:
    """A function as it was read and lowered, with its variants."""

    fn: types.FunctionType
    function: core.Function
    versions: versions.Versions
    signature: inspect.Signature
    params: tuple[str, ...]
    simple: int  # number of parameters if all are positional, else -1
    inside: hoisting.Functions = field(default_factory=dict)  # functions made inside that are given what they capture
    variants: dict[Any, list[Variant]] = field(default_factory=dict)
    by_kinds: dict[Any, Variant] = field(default_factory=dict)
    pushed: dict[Any, list[Any]] = field(default_factory=dict)  # its functions of tangents, by the arguments that move
    written_out: Program | None = None
    careful: Program | None = None
    half_way: Program | None = None
    is_half_way: bool = False  # whether it gives back the exception that leaves it
    family: Family = field(default_factory=Family)
    entries: set[Any] = field(default_factory=set)  # the keys of its entries
    wanted: dict[Any, tuple[Wanted, ...]] = field(default_factory=dict)  # where arguments at positions go


@record(eq=False, repr=False)
class Variant:
    """An emitted function and what it takes for granted (`still`: of what is not its argument, of dual numbers, too).

    `quiet` is `call` under which NumPy does not warn of partials that may divide by zero, or overflow on their way to
    zero, where the function itself does not. When what comes out is not finite and the variant is `singular`, one with
    strong zeros runs instead, and warns where the function does.
    """

    guard: Callable[..., bool]
    still: Callable[[], bool]
    emitted: Emitted
    call: Callable[..., Any]
    quiet: Callable[..., Any]
    singular: bool
    kinds: tuple[Kind, ...]  # of the parameters
    condition: tuple[str, dict[str, Any]]  # the guard's
    taken: Taken  # what is taken for granted of globals and captured variables
    care: bool = False  # whether it takes care with objects of any class, which may change something unasked
    lifted: Any = None
    stored: tuple[str, ...] = ()  # parameters that it stores into
    beside: tuple[str, ...] = ()  # those that its own statements store into, if it reads what lies outside
    watched: bool = False  # whether one of these may be an object, which is not copied
    calls_unknown: bool = False  # whether it calls functions that are known only as it runs
    is_split: bool = False  # whether it gives a pullback, which is kept from warning itself, whoever runs it
    cleans_up: bool = False  # whether, as a generator, it changes something where it is left
    own: bool = False  # whether it goes by rules of dualad's own alone, and may run again
    second: dict[Any, list[Any]] = field(default_factory=dict)  # its functions of tangents, by the arguments that move
    apart: frozenset[int] | None = None  # what was exchanged when it was seen to serve other closures of its code


@record(slots=True, eq=False, repr=False)
class Entry:
    """What a further call of a gradient needs: variants to try, how many arguments they take, its function's code."""

    count: int
    variants: list[Variant]
    code: types.CodeType


_programs: dict[Any, Program] = {}
_families: dict[Any, Family] = {}
entries: dict[Any, Entry] = {}
_keeping: list[object] = []  # analyses that are under way
kinds_off = False


class Caches:
    """What stays the same until the caches are cleared: `generation`."""

    __slots__ = ("generation",)

    def __init__(self) -> None:
        self.generation = object()


caches = Caches()

_unlift: Callable[[Any], Any] | None = None


def set_unlifting(unlift: Callable[[Any], Any]) -> None:
    """Say how the user's own function is found behind one that was made inside lifted code."""
    global _unlift
    _unlift = unlift


def program(fn: types.FunctionType) -> Program:
    """The program of a Python function, read once."""
    if _unlift is not None:
        fn = _unlift(fn)
    key = (fn.__code__, id(fn.__globals__), tuple(map(id, fn.__closure__ or ())), registry.scope())
    found = _programs.get(key)
    if found is not None and not local_classes.is_current(found.function.source):
        clear_cache()
        found = None
    if found is None:
        if not _keeping and (len(_programs) >= LIMIT or local_classes.has_news()):
            _programs.clear()
            _families.clear()
        family = _families.setdefault((fn.__code__, id(fn.__globals__), registry.scope()), Family())
        found = _alike(fn, family)
        if found is None:
            found = _read(fn, family)
        else:
            family.others[key] = found
            _forget(family)
        _programs[key] = found
    return found


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Within it no program is dropped: what is known of a callee is of its program, not of one that is read again."""
    token = object()
    _keeping.append(token)
    try:
        yield
    finally:
        _keeping.remove(token)


def _forget(family: Family) -> None:
    """Drop the programs of closures that are no longer of the latest."""
    while len(family.others) > LATEST:
        key = next(iter(family.others))
        for entry in family.others.pop(key).entries:
            entries.pop(entry, None)
        _programs.pop(key, None)


def keep(found: Program) -> None:
    """Let other closures of its code use what is emitted for this one, if there is room."""
    family = found.family
    if found.fn.__closure__ and found not in family.first and len(family.first) < ALIKE:
        family.first.append(found)
        family.others = {key: other for key, other in family.others.items() if other is not found}


def _read(fn: types.FunctionType, family: Family) -> Program:
    """A program as it is read and lowered."""
    read = sources.read(fn)
    places = [*fence.check(read), *local_classes.check(read)]
    if places:
        raise refuse(read, places)
    made = local_classes.made(read)
    places = [*_changing_classes(made)]
    if places:
        raise refuse(read, places)
    read, inside = hoisting.hoisted(receiving.made(made))
    function = lower.lower(read)
    coalesce.coalesce(function)
    signature = inspect.signature(fn, follow_wrapped=False)
    params = tuple(p.name for p in function.params)
    simple = len(params) if all(p.kind == "positional" for p in function.params) else -1
    found = Program(fn, function, versions.analyse(function), signature, params, simple, inside, family=family)
    keep(found)
    return found


def _changing_classes(made: Source) -> Iterator[Place]:
    """The classes that capture variables and have methods which change something without being called by name.

    Objects lead anywhere, to functions of modules that have no way to know what reading an attribute of them may do.
    """
    for name in made.classes:
        maker = made.cells[name].cell_contents
        if not anew.is_maker(maker):
            continue
        found = sorted(changing_methods(maker.model))
        if found:
            title = maker.model.__name__
            what = f"the class `{title}` defined inside the function, whose `{found[0]}` changes something in place"
            calls = (n for n in gast.walk(made.tree) if isinstance(n, gast.Call) and isinstance(n.func, gast.Name))
            where = next((n for n in calls if n.func.id == name), made.tree)  # which stands for the statement
            yield Place(where, what, "define the class at module level, or change that by a method called by its name")


def _alike(fn: types.FunctionType, family: Family) -> Program | None:
    """The program of a closure whose code has been read for another one that it may stand for."""
    for known in family.first:
        if known.function.source.receives:
            continue  # whose generator function has captured the same
        if closures.pairs(known.fn, fn) is not None:
            cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
            made = (*known.inside, *known.function.source.classes)
            cells.update({name: known.function.source.cells[name] for name in made})
            function = replace(known.function, source=replace(known.function.source, fn=fn, cells=cells))
            signature = known.signature
            if fn.__defaults__ or fn.__kwdefaults__:
                signature = inspect.signature(fn, follow_wrapped=False)
            return Program(
                fn, function, known.versions, signature, known.params, known.simple, known.inside, family=family
            )
    return None


def _source_of(found: Program) -> Source:
    """What a program was lowered from, to be lowered in another way."""
    return hoisting.hoisted(receiving.made(local_classes.made(sources.read(found.fn))), found.inside)[0]


def written_out(found: Program) -> Program:
    """The program with context managers as the calls of their methods, which a derivative may go through."""
    if found.written_out is None:
        function = lower.lower(_source_of(found), written_out=True, half_way=found.is_half_way)
        numbered = versions.analyse(function)
        found.written_out = _otherwise(found, function, numbered)
        found.written_out.written_out = found.written_out
    return found.written_out


def _otherwise(found: Program, function: core.Function, numbered: versions.Versions) -> Program:
    """A program that is lowered in another way."""
    return replace(
        found,
        function=function,
        versions=numbered,
        variants={},
        by_kinds={},
        family=Family(),
        written_out=None,
        careful=None,
    )


def careful(found: Program) -> Program:
    """The program in which operators, attributes and the like of objects may change something."""
    if found.careful is None:
        function = lower.lower(_source_of(found), found.written_out is found, True, found.is_half_way)
        coalesce.coalesce(function)
        numbered = versions.analyse(function)
        made = found.careful = _otherwise(found, function, numbered)
        made.careful = made
        made.written_out = made if found.written_out is found else None
    return found.careful


def half_way(found: Program) -> Program:
    """The program that gives back the exception which leaves it, so that what it did before is undone in reverse."""
    if found.half_way is None:
        if "BaseException" in (*found.fn.__globals__, *found.fn.__code__.co_varnames, *found.fn.__code__.co_cellvars):
            raise Unsupported("a variable called BaseException beside exceptions that are handled; call it otherwise")
        family = found.family.half_way = found.family.half_way or Family()
        made = _alike(found.fn, family)
        if made is None:
            function = lower.lower(_source_of(found), half_way=True)
            coalesce.coalesce(function)
            made = replace(_otherwise(found, function, versions.analyse(function)), family=family)
            made.written_out = made.careful = None
            keep(made)
        made.is_half_way = True
        found.half_way = made
    return found.half_way


def prepare(fn: types.FunctionType) -> tuple[core.Function, versions.Versions]:
    """The program of a callee, for the inference of kinds."""
    found = program(fn)
    return found.function, found.versions


def prepare_carefully(fn: types.FunctionType) -> tuple[core.Function, versions.Versions]:
    """The careful program of a callee."""
    found = careful(program(fn))
    return found.function, found.versions


@contextlib.contextmanager
def unspecialised() -> Iterator[None]:
    """Within it, nothing is known of the kinds of arguments: emitted code decides everything as it runs."""
    global kinds_off
    before, kinds_off = kinds_off, True
    clear_cache()
    try:
        yield
    finally:
        kinds_off = before
        clear_cache()


def clear_cache() -> None:
    """Forget all programs and variants."""
    _programs.clear()
    _families.clear()
    entries.clear()
    caches.generation = object()


registry.on_change(clear_cache)


def bound(found: Program, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """The values of the parameters, in order."""
    if len(args) == found.simple and not kwargs:
        return args
    if found.simple >= 0 and not fn.__dict__:
        values = _in_order(found.params, fn, args, kwargs)
        if values is not None:
            return values
    arguments = inspect.signature(fn, follow_wrapped=False).bind(*args, **kwargs)
    arguments.apply_defaults()
    return tuple(arguments.arguments[name] for name in found.params)


def _in_order(
    params: tuple[str, ...], fn: types.FunctionType, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, ...] | None:
    """The values of parameters that are all positional, with their defaults; None where the call is not seen to fit."""
    defaults, rest = fn.__defaults__ or (), params[len(args) :]
    first = len(params) - len(defaults)  # which has a default value
    if (kwargs and fn.__code__.co_posonlyargcount) or len(args) > len(params) or kwargs.keys() - set(rest):
        return None
    if any([name not in kwargs and at < first for at, name in enumerate(rest, start=len(args))]):
        return None
    found = [kwargs[name] if name in kwargs else defaults[at - first] for at, name in enumerate(rest, start=len(args))]
    return (*args, *found)


@record(frozen=True)
class Wanted:
    """A differentiated argument: the parameter that it goes to, and its place there for `*args` and `**kwargs`."""

    param: str
    part: Position | None = None


def wanted_of(found: Program, positions: tuple[Position, ...]) -> tuple[Wanted, ...]:
    """Where the arguments at these positions and keywords go."""
    known = found.wanted.get(positions)
    if known is None:
        known = found.wanted[positions] = _wanted(found, positions)
    return known


def _wanted(found: Program, positions: tuple[Position, ...]) -> tuple[Wanted, ...]:
    positional = [p.name for p in found.function.params if p.kind == "positional"]
    by_name = {p.name for p in found.function.params if p.kind in ("positional", "keyword") and not p.positional_only}
    vararg = next((p.name for p in found.function.params if p.kind == "vararg"), None)
    varkw = next((p.name for p in found.function.params if p.kind == "varkw"), None)
    out = []
    for position in positions:
        if isinstance(position, str):
            out.append(Wanted(position) if position in by_name else Wanted(str(varkw), position))
        elif position < len(positional):
            out.append(Wanted(positional[position]))
        else:
            out.append(Wanted(str(vararg), position - len(positional)))
    return tuple(out)


def part(raw: Any, wanted: Wanted) -> Any:
    """What of a parameter's cotangent belongs to the argument."""
    if wanted.part is None or (type(raw) is float and raw == 0.0):
        return raw
    return raw[wanted.part] if isinstance(raw, list | tuple) else raw.get(wanted.part, 0.0)  # type: ignore[index]
