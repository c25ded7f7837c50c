"""Functions made inside that are only called, as functions of their own which are given what they capture.

`def rhs(y): return -k * y` inside of a function of `k`, called as `rhs(y)`, is `def rhs(k, y)`, called as `rhs(k, y)`:
captured variables are then arguments like any other, their kinds are known across the call, and no memory is kept of
them. That means the same where the function is bound once, is nothing but called, binds none of what it captures, and
where all of that is there and is called by the same name wherever it is called. A function or generator that it makes
itself may outlast the call, and reads what it captures later: that must not be bound anew then. Any other function
stays as it is.
"""

from __future__ import annotations

import ast
import copy
import itertools
import types
from collections import Counter
from collections.abc import Iterator
from typing import Any

import gast

from dualad.records import replace
from dualad.syntax import source as sources
from dualad.syntax.jumps import local_names
from dualad.syntax.names import children, identifiers, walk
from dualad.syntax.source import Source

Functions = dict[str, types.FunctionType]

SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
LATER = (*SCOPES, gast.GeneratorExp)  # what reads variables when it is run
LOOKING = frozenset({"locals", "vars", "eval", "exec", "super", "__class__", "dir", "globals"})


def hoisted(read: Source, known: Functions | None = None) -> tuple[Source, Functions]:
    """The source without such functions, and these by their names; `known`: as they were made for the same code.

    Of others that could be given what they capture a twin is made that is, for where calls are known to call them.
    """
    if not _may_be_changed(read):
        return read, {}
    choice = _Choice(read)
    chosen = choice.chosen()
    spare = choice.spare(chosen)
    if not chosen and not spare:
        return read, {}
    functions = _made(read, chosen | spare) if known is None else known
    tree = copy.copy(read.tree)
    tree.body = [s for s in read.tree.body if _definition(s) is None or _definition(s)[0] not in chosen]  # type: ignore[index]
    tree = _with_arguments(tree, chosen)
    cells = {**read.cells, **{name: types.CellType(fn) for name, fn in functions.items()}}
    places = {place(c.node): (name, tuple(sorted(c.captured))) for name, c in spare.items()}
    return replace(read, tree=tree, cells=cells, spare=places), functions


def place(node: Any) -> tuple[int, int, int | None, int | None]:
    """Where a function made inside stands in the text."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _may_be_changed(read: Source) -> bool:
    tree = read.tree
    if type(tree) is not gast.FunctionDef or not any(isinstance(n, SCOPES) for n in walk(tree) if n is not tree):
        return False
    for node in walk(tree):
        if isinstance(node, gast.Nonlocal | gast.Global | gast.Yield | gast.YieldFrom | gast.ClassDef):
            return False
        if isinstance(node, gast.Delete) and any([type(t) is gast.Name for t in node.targets]):
            return False
        if isinstance(node, gast.AsyncFunctionDef | gast.Await | gast.Import | gast.ImportFrom | gast.NamedExpr):
            return False
    if not LOOKING.isdisjoint([n.id for n in _names(tree)]):
        return False
    return not any(name.startswith("__") and not name.endswith("__") for name in identifiers(tree))


def _definition(stmt: Any) -> tuple[str, Any] | None:
    """The name and the node of the function that a statement makes."""
    match stmt:
        case gast.FunctionDef(decorator_list=[]):
            return stmt.name, stmt
        case gast.Assign(targets=[gast.Name(id=name)], value=gast.Lambda() as made):
            return name, made
    return None


class _Candidate:
    """A function made inside: what it captures, and which of the others it calls."""

    def __init__(self, name: str, node: Any, at: int) -> None:
        self.name = name
        self.node = node
        self.at = at
        self.calls: set[str] = set()
        self.captured: set[str] = set()


class _Choice:
    def __init__(self, read: Source) -> None:
        self.read = read
        self.tree = read.tree
        self.local = local_names(self.tree)
        loops = [n for n in walk(self.tree) if isinstance(n, gast.For | gast.While)]
        often = [name for loop in loops for name in _bindings(loop)]
        times = Counter([*_bindings(self.tree), *often, *[arg.id for arg in _parameters(self.tree)]])
        self.bound_once = {name for name in self.local if times[name] == 1}
        self.bound_before: list[set[str]] = []  # for each statement, the names that are bound whatever happens
        bound = {arg.id for arg in _parameters(self.tree)}  # not what is captured: others may bind that meanwhile
        for stmt in self.tree.body:
            self.bound_before.append(set(bound))
            targets = stmt.targets if type(stmt) is gast.Assign else []
            if type(stmt) is gast.AnnAssign and stmt.value is not None:
                targets = [stmt.target]
            bound |= {n.id for t in targets for n in _names(t) if type(n.ctx) is gast.Store}

    def chosen(self) -> dict[str, _Candidate]:
        """The functions that can be given what they capture, by name."""
        found: dict[str, _Candidate] = {}
        for at, stmt in enumerate(self.tree.body):
            definition = _definition(stmt)
            if definition is not None and _is_plain(definition[1]):
                found[definition[0]] = _Candidate(*definition, at)
        bindings = list(_bindings(self.tree))
        found = {n: c for n, c in found.items() if bindings.count(n) == 1}
        before = None
        while found and before != len(found):
            before = len(found)
            self.capture(found)
            found = {
                n: c
                for n, c in found.items()
                if self.is_there(c) and self.is_settled(c) and self.is_only_called(c, found)
            }
        return found

    def spare(self, chosen: dict[str, _Candidate]) -> dict[str, _Candidate]:
        """Other functions that could be given what they capture, by names that mean nothing else."""
        found: dict[str, _Candidate] = {}
        taken = {*identifiers(self.tree), *self.read.cells}
        for at, stmt in enumerate(self.tree.body):
            definition = _definition(stmt)
            if definition is not None and definition[0] in chosen:
                continue
            for node in _functions_made(stmt):
                own = node.name if isinstance(node, gast.FunctionDef) else "lambda"
                name = next(n for n in (f"{own}_given{k or ''}" for k in itertools.count()) if n not in taken)
                candidate = _Candidate(name, node, at)
                free = {n.id for n in _names(node)} - local_names(node)
                outer = self.local | set(self.read.cells) - set(self.read.classes)
                candidate.captured = free & outer  # none calls one of the chosen
                if own not in free and _is_plain(node) and self.is_there(candidate) and self.is_settled(candidate):
                    found[name] = candidate
                    taken.add(name)
        return found

    def capture(self, found: dict[str, _Candidate]) -> None:
        """Note what each of the functions captures, itself or for another one that it calls."""
        shared = (self.local | set(self.read.cells)) - {*found, *self.read.classes}
        for candidate in found.values():
            free = {n.id for n in _names(candidate.node)} - local_names(candidate.node)
            candidate.calls, candidate.captured = free & set(found), free & shared
        changed = True
        while changed:
            changed = False
            for candidate in found.values():
                more = set().union(*(found[n].captured for n in candidate.calls)) - candidate.captured
                candidate.captured |= more
                changed = changed or bool(more)

    def is_there(self, candidate: _Candidate) -> bool:
        """Whether all that it captures is bound when it is made, and so whenever it is called."""
        unbound = {_text(n.name) for n in walk(self.tree) if isinstance(n, gast.ExceptHandler) and n.name is not None}
        return candidate.captured <= self.bound_before[candidate.at] and not candidate.captured & unbound

    def is_settled(self, candidate: _Candidate) -> bool:
        """Whether what it captures is never bound anew, or nothing that it makes could read that later."""
        made = [n for n in walk(candidate.node) if isinstance(n, LATER) and n is not candidate.node]
        return not made or candidate.captured <= self.bound_once

    def is_only_called(self, candidate: _Candidate, found: dict[str, _Candidate]) -> bool:
        """Whether each mention is a call, after it was made, where what it captures has the names that it knows."""
        name = candidate.name
        for at, stmt in enumerate(self.tree.body):
            definition = _definition(stmt)
            if definition is not None and definition[0] in found:
                node = definition[1]
                hidden = local_names(node)
                if not all([_is_only_called(part, candidate, hidden) for part in children(node)]):
                    return False
            elif not _is_only_called(stmt, candidate, set()) or (at < candidate.at and _mentions(stmt, name)):
                return False
        return True


def _is_only_called(node: Any, candidate: _Candidate, hidden: set[str]) -> bool:
    """Whether a function is only called in a tree, nowhere in a function inside, or where another variable hides one.

    `hidden`: names that mean variables of another scope there.
    """
    if type(node) is gast.Name:
        return node.id != candidate.name or type(node.ctx) is not gast.Load
    if isinstance(node, SCOPES):
        return not _mentions(node, candidate.name)
    if isinstance(node, COMPREHENSIONS):
        hidden = hidden | {n.id for g in node.generators for n in _names(g.target)}
    parts = children(node)
    if type(node) is gast.Call and type(node.func) is gast.Name and node.func.id == candidate.name:
        if hidden & candidate.captured or candidate.name in hidden:
            return False
        parts.remove(node.func)
    return all([_is_only_called(part, candidate, hidden) for part in parts])


def _functions_made(node: Any) -> list[Any]:
    """The functions that a statement makes, but those made in a comprehension, in a class or by another function."""
    if isinstance(node, gast.Lambda) or (type(node) is gast.FunctionDef and not node.decorator_list):
        return [node]
    if isinstance(node, SCOPES + COMPREHENSIONS):
        return []
    return [made for part in children(node) for made in _functions_made(part)]


def _names(node: Any) -> list[Any]:
    return [n for n in walk(node) if type(n) is gast.Name]


def _mentions(node: Any, name: str) -> bool:
    return any([n.id == name for n in _names(node)])


def _is_plain(node: Any) -> bool:
    """Whether a function has literal default values alone, takes no `**kwargs` and has no type parameters."""
    args = node.args
    if getattr(node, "type_params", None):
        return False
    defaults = [*args.defaults, *(d for d in args.kw_defaults if d is not None)]
    return args.kwarg is None and all([isinstance(d, gast.Constant) for d in defaults])


def _parameters(node: Any) -> list[Any]:
    args = node.args
    found = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    return [arg for arg in found if arg is not None]


def _bindings(tree: Any) -> Iterator[str]:
    """Each binding of a name in a function or in one inside it."""
    yield from [n.id for n in _names(tree) if type(n.ctx) is not gast.Load]
    for node in walk(tree):
        if isinstance(node, gast.FunctionDef) and node is not tree:
            yield node.name
        elif isinstance(node, gast.ExceptHandler | gast.MatchAs | gast.MatchStar) and node.name is not None:
            yield _text(node.name)
        elif isinstance(node, gast.MatchMapping) and node.rest is not None:
            yield node.rest


def _text(name: Any) -> str:
    return name.id if hasattr(name, "id") else name  # type: ignore[no-any-return]


def _with_arguments(node: Any, chosen: dict[str, _Candidate]) -> Any:
    """A copy of a tree whose calls of such functions give them what they capture."""
    if isinstance(node, list):
        return [_with_arguments(part, chosen) for part in node]
    if not isinstance(node, gast.AST):
        return node
    made = copy.copy(node)
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, gast.AST | list):
            setattr(made, field, _with_arguments(value, chosen))
    if type(made) is gast.Call and type(made.func) is gast.Name and made.func.id in chosen:
        given = [_name(n, gast.Load(), made.func) for n in sorted(chosen[made.func.id].captured)]
        made.args = [*given, *made.args]
    return made


def _name(name: str, ctx: Any, at: Any) -> Any:
    return gast.copy_location(gast.Name(name, ctx, None, None), at)


# Making them


def _made(read: Source, chosen: dict[str, _Candidate]) -> Functions:
    """The functions, each of which finds the others."""
    cells = {**{name: types.CellType() for name in chosen}, **{name: read.cells[name] for name in read.classes}}
    functions: Functions = {}
    for name, candidate in chosen.items():
        tree = _tree(candidate, chosen)
        functions[name] = cells[name].cell_contents = compiled(read, tree, name, cells)
        sources.remember(functions[name], read, tree)
    return functions


def _tree(candidate: _Candidate, chosen: dict[str, _Candidate]) -> Any:
    """The definition of a function with what it captures as its first parameters."""
    node = _with_arguments(candidate.node, chosen)
    args = copy.copy(node.args)
    given = [_name(n, gast.Param(), candidate.node) for n in sorted(candidate.captured)]
    if args.posonlyargs:
        args.posonlyargs = [*given, *args.posonlyargs]
    else:
        args.args = [*given, *args.args]
    for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg):
        if arg is not None:
            arg.annotation = None
    if isinstance(node, gast.Lambda):
        body = [gast.copy_location(gast.Return(node.body), node.body)]
    else:
        body = node.body
    made = gast.FunctionDef(candidate.name, args, body, [], None, None, [])
    return gast.copy_location(made, candidate.node)


def compiled(read: Source, tree: Any, name: str, cells: dict[str, types.CellType]) -> types.FunctionType:
    """The function, compiled in the user's file and globals."""
    outer = gast.FunctionDef("_make", _no_arguments(), [copy.deepcopy(tree)], [], None, None, [])
    names = sorted(cells)
    outer.args.args = [gast.Name(n, gast.Param(), None, None) for n in names if n != name]
    module = gast.gast_to_ast(gast.Module([gast.copy_location(outer, tree)], []))
    code = compile(ast.fix_missing_locations(module), read.filename, "exec", dont_inherit=True)
    inner = _inside(_inside(code, "_make"), name)
    closure = tuple([cells[n] for n in inner.co_freevars])
    defaults = tuple([d.value for d in tree.args.defaults])
    made = types.FunctionType(inner, read.globals, name, defaults or None, closure)
    pairs = zip(tree.args.kwonlyargs, tree.args.kw_defaults, strict=True)
    made.__kwdefaults__ = {a.id: d.value for a, d in pairs if d is not None} or None
    return made


def _no_arguments() -> Any:
    return gast.arguments([], [], None, [], [], None, [])


def _inside(code: types.CodeType, name: str) -> types.CodeType:
    return next(c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name)
