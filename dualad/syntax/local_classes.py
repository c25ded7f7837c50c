"""Classes made inside functions: made once, where they capture nothing of a call, as if they stood in the module.

Python makes such a class anew each time. That cannot be told from one that is made once where what it captures are at
most other such classes, where its body computes nothing that may change, and where nobody stores into the class itself,
which `as_made` looks at wherever Python would make it anew. Then its name stands for the class as a captured variable
does, and all that is known of a module's classes is known of it. It is made of the very code that Python would run. Any
other class is refused, by what stands in the way.
"""

from __future__ import annotations

import ast
import copy
import types
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import gast

from dualad.anew import built, maker, note
from dualad.as_made import remember, require_as_made
from dualad.records import replace
from dualad.syntax.class_bodies import Names, unsettled
from dualad.syntax.jumps import local_names
from dualad.syntax.names import Names as FreeNames
from dualad.syntax.names import children, identifiers, identifiers_of, walk
from dualad.syntax.refusal import Place
from dualad.syntax.source import Source

LIMIT = 2048
STAND_IN = 1
SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)
FUNCTION = 0x1  # CO_OPTIMIZED: the code of a function, not of a class

_kept: dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, types.CellType], list[Any]]] = {}
_scopes: weakref.WeakKeyDictionary[type, dict[str, Any]] = weakref.WeakKeyDictionary()
_news: list[bool] = []


def check(read: Source) -> list[Place]:
    """The classes of a function that cannot be made once: what stands in the way of each, and what to write instead."""
    nodes = _classes(read.tree)
    return [] if not nodes else [*_Judgement(read, nodes).places()]


def made(read: Source) -> Source:
    """The source with its classes as captured variables, of which the text says nothing any more; they are checked."""
    nodes = _classes(read.tree)
    if not nodes:
        return read
    judgement = _Judgement(read, nodes)
    names = judgement.judged()
    key = read.fn.__code__, id(read.globals)
    known = _kept.get(key)
    if known is None or not _is_current(known[0], read.globals):
        if len(_kept) >= LIMIT:
            _kept.clear()
        cells, makers = _made(read, nodes, judgement)
        known = _kept[key] = {name: names.of(name) for name in sorted(names.settled)}, cells, makers
        _news.append(True)
    settled, cells, makers = known
    free = FreeNames(None, identifiers(read.tree), read.cells)
    cells = dict(cells)
    statements: dict[int, list[Any]] = {}
    if cells:
        check = free.fresh("as_made")
        cells[check] = types.CellType(require_as_made)
        statements = {id(node): [_looked_at(node, check)] for node in nodes if node not in judgement.anew}
    for node, make in zip(judgement.anew, makers, strict=True):
        name = free.fresh(f"make_{node.name}")
        cells[name] = types.CellType(make)
        capturing, inner = free.fresh(f"{node.name}_captures"), free.fresh(node.name)
        statements[id(node)] = _made_anew(node, name, capturing, inner, judgement.given[id(node)])
    _take_out(read.tree, statements)
    return replace(read, cells={**read.cells, **cells}, classes=tuple(cells), settled=settled)


def is_current(read: Source) -> bool:
    """Whether what its classes were made of is still what the globals name."""
    return not read.settled or _is_current(read.settled, read.globals)


def _is_current(settled: Mapping[str, Any], scope: dict[str, Any]) -> bool:
    return all(Names.found(name, scope) is value for name, value in settled.items())


def made_in(scope: dict[str, Any]) -> list[type]:
    """The classes made so far that stand in functions of a module, by the module's globals."""
    return [cls for cls, where in [*_scopes.items()] if where is scope]


def classes_known(scope: dict[str, Any]) -> list[type]:
    """The classes that a module names, and those made so far that stand in its functions."""
    return [*[value for value in [*scope.values()] if isinstance(value, type)], *made_in(scope)]


def class_around(read: Source) -> type | None:
    """The class in whose body a function stands, as far as its module's names and its functions' classes tell."""
    if read.class_name is None:
        return None
    around = [cls for cls in made_in(read.globals) if read.fn.__qualname__.startswith(f"{cls.__qualname__}.")]
    found = max(around, key=lambda cls: len(cls.__qualname__), default=read.globals.get(read.class_name))
    return found if isinstance(found, type) else None


def has_news() -> bool:
    """Whether classes were made since this was asked, of which what was found out before knew nothing."""
    found = bool(_news)
    _news.clear()
    return found


def _classes(tree: Any) -> list[Any]:
    """The classes that a function itself makes, in the order of the text."""
    found, todo = [], [*(tree.body if isinstance(tree.body, list) else ())]
    while todo:
        node = todo.pop()
        if isinstance(node, gast.ClassDef):
            found.append(node)
        elif not isinstance(node, SCOPES) and not isinstance(node, gast.expr):
            todo += children(node)
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _take_out(tree: Any, statements: dict[int, list[Any]]) -> None:
    """Put statements in the places of a function's classes, by the `id` of these."""
    for node in walk(tree):
        if isinstance(node, SCOPES) and node is not tree:
            continue
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                setattr(node, field, [new for s in block for new in statements.get(id(s), [s])])


def _looked_at(stmt: Any, check: str) -> Any:
    """A call which looks whether a class is as it was made."""
    fn, cls = [gast.Name(name, gast.Load(), None, None) for name in (check, stmt.name)]
    made = gast.Expr(gast.Call(fn, [cls], []))
    for node in (fn, cls, made.value, made):
        gast.copy_location(node, stmt)
    return made


def _made_anew(stmt: Any, maker: str, capturing: str, inner: str, given: list[str]) -> list[Any]:
    """A function that captures what a class does, which holds its text, and the call that makes the class of that.

    `given`: what the class reads as it is made, which the call is given, too.
    """
    text = copy.copy(stmt)
    text.name = inner  # its methods mean the one around
    none = gast.arguments([], [], None, [], [], None, [])
    fn = gast.FunctionDef(capturing, none, [text], [], None, None, [])
    target = gast.Name(stmt.name, gast.Store(), None, None)
    names = [gast.Name(name, gast.Load(), None, None) for name in (maker, capturing, *given)]
    call = gast.Call(names[0], names[1:], [])
    made = gast.Assign([target], call, None)
    for node in (fn, target, *names, call, made):
        gast.copy_location(node, stmt)
    return [fn, made]


class _Judgement:
    """What may be known of a function's classes before they are made."""

    def __init__(self, read: Source, nodes: list[Any]) -> None:
        self.read, self.nodes = read, nodes
        self.own = {node.name for node in nodes}
        self.names = Names(read.globals, local_names(read.tree) | set(read.cells), self.own)
        self.given: dict[int, list[str]] = {}  # by the `id` of a class that is made anew, what it reads as it is made
        self.bound = Counter(_bindings(read.tree))
        self.codes = {id(node): _code(read, node) for node in nodes}
        self.anew = self._anew()

    def _anew(self) -> list[Any]:
        """The classes that Python has to make anew each time: those that capture variables of the call."""
        once = {node.name for node in self.nodes if self.bound[node.name] == 1}
        while True:
            anew = [node for node in self.nodes if node.name not in once or not self._captured(node) <= once]
            left = once - {node.name for node in anew}
            if left == once:
                return anew
            once = left

    def _captured(self, node: Any) -> set[str]:
        """The variables that a class captures, and the classes of the function that it is made of."""
        code = self.codes[id(node)]
        made_of = [*node.bases, *node.keywords, *node.decorator_list]
        names = {n.id for part in made_of for n in walk(part) if isinstance(n, gast.Name)}
        return set(() if code is None else code.co_freevars) | names & self.own

    def places(self) -> Iterator[Place]:
        for node in self.nodes:
            found = self.reason(node)
            if found is not None:
                what, advice = found
                yield Place(node, f"the class `{node.name}` defined inside the function, {what}", advice)

    def judged(self) -> Names:
        """What their names stand for, all of which has been asked for."""
        refused = [*self.places()]
        assert not refused
        return self.names

    def reason(self, node: Any) -> tuple[str, str] | None:
        """What stands in the way of making a class once."""
        outside = "define the class at module level"
        if self.codes[id(node)] is None:
            return "beside another of that name", outside
        is_anew = node in self.anew
        self.names.given = set() if is_anew else None
        found = unsettled(node, self.names)
        if is_anew:
            self.given[id(node)] = sorted(self.names.given or ())
        elif found is None:
            found = _stores(self.read.tree, self.own - {n.name for n in self.anew})
        return None if found is None else (found, outside)


def _bindings(tree: Any) -> Iterator[str]:
    """Each binding of a name in a function and in all that stands in it."""
    for node in walk(tree):
        if not isinstance(node, gast.Name):
            yield from identifiers_of([node]) if node is not tree else ()
        elif not isinstance(node.ctx, gast.Load):
            yield node.id


def _stores(tree: Any, own: set[str]) -> str | None:
    """Why a class may not stay as it is made: something may be stored into it."""
    for node in walk(tree):
        match node:
            case gast.Attribute(value=base, attr=name, ctx=gast.Store() | gast.Del()) if _is_class(base, own):
                return f"into whose attribute `{name}` something may be stored"
            case gast.Name(id="setattr" | "delattr" as name):
                return f"beside `{name}`, which may store into it"
    return None


def _is_class(node: Any, own: set[str]) -> bool:
    """Whether an expression may be a class."""
    match node:
        case gast.Name(id=name):
            return name in own or name == "cls"
        case gast.Call(func=gast.Name(id="type")) | gast.Attribute(attr="__class__"):
            return True
    return False


# Making them


def _code(read: Source, node: Any) -> types.CodeType | None:
    """The code of a class's body; None where several classes of the function have its name and place."""
    found = [c for c in read.fn.__code__.co_consts if isinstance(c, types.CodeType) and c.co_name == node.name]
    found = [c for c in found if not c.co_flags & FUNCTION]
    if len(found) > 1:
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        found = [c for c in found if first <= c.co_firstlineno <= node.lineno]
    return found[0] if len(found) == 1 else None


def _made(read: Source, nodes: list[Any], judgement: _Judgement) -> tuple[dict[str, types.CellType], list[Any]]:
    """The cells of the classes that are made once, in the order of the text, and what makes each of the others.

    Of these, models are made here, whose cells are empty. What they read as they are made is STAND_IN.
    """
    anew = judgement.anew
    cells = {node.name: types.CellType() for node in nodes}
    makers = []
    for node in nodes:
        code = _code(read, node)
        assert code is not None
        asked = _asked(read, node)
        known = {name: cell.cell_contents for name, cell in cells.items() if _is_filled(cell)}
        stand_ins = {name: types.CellType(STAND_IN) for name in judgement.given.get(id(node), ())}
        closure = tuple([stand_ins.get(n) or cells.get(n) or types.CellType() for n in code.co_freevars])
        body = types.FunctionType(code, read.globals, node.name, None, closure)
        cls = built(body, node.name, *asked({**known, **dict.fromkeys(stand_ins, STAND_IN)}))
        for cell in stand_ins.values():
            del cell.cell_contents
        cells[node.name].cell_contents = cls
        _scopes[cls] = read.globals
        if node in anew:
            note(cls, code, cls)
            makers.append(maker(cls, code, read.globals, node.name, asked))
        else:
            remember(cls)
    once = {node.name for node in nodes} - {node.name for node in anew}
    return {name: cell for name, cell in cells.items() if name in once}, makers


def _asked(read: Source, node: Any) -> Callable[[dict[str, Any]], Any]:
    """What gives the bases, keywords and decorators of a class, by what is known of local names."""

    def compiled(expression: Any) -> types.CodeType:
        tree = gast.gast_to_ast(gast.Expression(copy.deepcopy(expression)))
        return compile(ast.fix_missing_locations(tree), read.filename, "eval", dont_inherit=True)

    scope = read.globals
    bases = [compiled(b) for b in node.bases]
    keywords = {k.arg: compiled(k.value) for k in node.keywords}
    decorators = [compiled(d) for d in node.decorator_list]

    def asked(known: dict[str, Any]) -> Any:
        named = {key: eval(code, scope, known) for key, code in keywords.items()}
        return tuple([eval(b, scope, known) for b in bases]), named, [eval(d, scope, known) for d in decorators]

    return asked


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
