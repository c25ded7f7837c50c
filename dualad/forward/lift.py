"""Lifting: a function made to run on dual numbers where overloading does not reach.

`lift(fn)` compiles fn's tree again with Python's operations replaced by helpers (see `rewrite`). The result has fn's
own globals and cells, live, the helpers being further cells; fn, its module and its closure are never written to.
"""

from __future__ import annotations
import __future__

import ast
import os
import sys
import types
import weakref
from collections.abc import Callable
from typing import Any

import gast

from dualad import registry
from dualad.errors import Unsupported
from dualad.forward.rewrite import Rewriter, helper_name
from dualad.registry import lookup
from dualad.syntax.rewritten import as_written, is_rewritten, note
from dualad.syntax.source import Source, read

Function = types.FunctionType

HELPERS: dict[str, Any] = {}
"""What rewritten code calls, by name; filled by `lifted`."""

_FUTURE = 0
for _feature in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _feature).compiler_flag

LIMIT = 2048
_templates: dict[int, tuple[Any, types.CodeType]] = {}
_functions: dict[int, tuple[Any, types.CodeType, Function | None]] = {}
_cells: dict[str, types.CellType] = {}


def lift(fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn` as a function that dual numbers run through; itself if it is no Python function, or one of a library.

    Raises:
        Unsupported: its source cannot be read.
    """
    if isinstance(fn, types.MethodType) and isinstance(fn.__func__, Function):
        return types.MethodType(lift(fn.__func__), fn.__self__)
    if not isinstance(fn, Function) or not is_transparent(fn) or is_rewritten(fn.__code__):
        return fn
    return _build(fn, _template(fn.__code__, lambda: read(fn)))


def lift_source(source: Source, fn: Function) -> Function:
    """`fn` lifted from a source that is known already: that of generated code."""
    return _build(fn, _template(fn.__code__, lambda: source))


def lifted_function(fn: Function) -> Function | None:
    """`fn` lifted; None for a function that is not: of a library, without source, or with a rule of its own."""
    if lookup(fn) is not None:
        return None  # a rule is stated for it, and is not to be passed by
    known = _functions.get(id(fn))
    if known is not None and known[0]() is fn and known[1] is fn.__code__:
        found = known[2]
        if found is None or (found.__defaults__ is fn.__defaults__ and found.__kwdefaults__ is fn.__kwdefaults__):
            return found
    found = _lifted(fn)
    key = id(fn)
    _make_room(_functions)
    _functions[key] = (weakref.ref(fn, _forgetting(_functions, key)), fn.__code__, found)
    return found


def _lifted(fn: Function) -> Function | None:
    if is_rewritten(fn.__code__):
        return fn
    if not is_transparent(fn) or registry.lookup(fn) is not None:
        return None
    try:
        return _build(fn, _template(fn.__code__, lambda: read(fn)))
    except Unsupported:
        return None


def method_of_user(cls: type, name: str) -> Any:
    """The method of a class if it is written in Python by the user, else None."""
    method = getattr(cls, name, None)
    return method if type(method) is Function and lifted_function(method) is not None else None


unlifted = as_written

# Which functions are lifted

_STDLIB = os.path.dirname(os.__file__)
_LIBRARIES = frozenset(sys.stdlib_module_names) | {"numpy", "scipy"}
_LIFTED_LIBRARIES = frozenset(
    {"contextlib", "dataclasses", "functools", "collections", "types", "abc", "random", "statistics"}
)
# They build classes with `exec`, and have nothing to do with numbers.
_MAKING_CLASSES = frozenset({"dataclass", "wrap", "_process_class", "make_dataclass", "namedtuple"})


def is_transparent(fn: Function) -> bool:
    """Whether a Python function is the user's, or of a library that is known to be safe to lift."""
    module = fn.__globals__.get("__name__") or ""
    top = module.partition(".")[0]
    if top == "dualad" and not fn.__code__.co_filename.startswith("<"):  # doctests, and what is generated for them
        return bool(getattr(fn, "__dualad_lift__", False) or fn.__globals__.get("__dualad_lift__", False))
    if top in _LIFTED_LIBRARIES:
        return fn.__name__ not in _MAKING_CLASSES
    if top not in _LIBRARIES:
        return True
    if top in ("numpy", "scipy"):
        return False
    filename = fn.__code__.co_filename
    return not (filename.startswith((_STDLIB, "<frozen")) and "site-packages" not in filename)


def is_of_dualad(fn: Any) -> bool:
    """Whether a callable is part of dualad, and knows what to do with dual numbers."""
    module = getattr(fn, "__module__", None)
    if not isinstance(module, str) or not (module == "dualad" or module.startswith("dualad.")):
        return False
    return not getattr(sys.modules.get(module), "__dualad_lift__", False)


# Building


def _template(code: types.CodeType, source: Callable[[], Source]) -> types.CodeType:
    """The rewritten code of a code object; kept for as long as the code object lives."""
    key = id(code)
    known = _templates.get(key)
    if known is not None and known[0]() is code:
        return known[1]
    template = _compile(source(), code)
    _remember(template, code)
    _make_room(_templates)
    _templates[key] = (weakref.ref(code, _forgetting(_templates, key)), template)
    return template


def _compile(source: Source, code: types.CodeType) -> types.CodeType:
    node: Any = gast.gast_to_ast(source.tree)  # which shares no node with it
    node = Rewriter().function(node)
    if isinstance(node, ast.Lambda):
        body: list[ast.stmt] = [ast.Return(node)]
    else:
        node.name = ".function"  # its own name would hide the global of this name that the body may call
        body = [node]
    names = [*code.co_freevars, *[helper_name(name) for name in HELPERS]]
    parameters = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    factory: Any = ast.FunctionDef(".factory", parameters, body, [], None)
    if sys.version_info >= (3, 12):
        factory.type_params = []
    module = ast.fix_missing_locations(ast.Module([factory], []))
    flags = code.co_flags & _FUTURE
    made = compile(module, code.co_filename, "exec", flags=flags, dont_inherit=True)
    return _named(_codes(_codes(made)[0])[0], code)


def _forgetting(table: dict[int, Any], key: int) -> Callable[[Any], None]:
    """What is called when an object dies: its entry goes. (Nothing global is named, for this may be at exit.)"""
    pop = table.pop

    def forget(_: Any) -> None:
        pop(key, None)

    return forget


def _named(made: types.CodeType, original: types.CodeType) -> types.CodeType:
    """A rewritten code with the names of the user's, those inside of it too."""
    inner = dict(zip(_codes(made), _paired(made, original)))
    consts = tuple([c if (its := inner.get(c)) is None else _named(c, its) for c in made.co_consts])
    return made.replace(co_name=original.co_name, co_qualname=original.co_qualname, co_consts=consts)


def _paired(made: types.CodeType, original: types.CodeType) -> list[types.CodeType | None]:
    """For each code inside a rewritten one the user's that it stands for: both are in the order of the text."""
    inner, outer = _codes(made), _codes(original)
    if [c.co_name for c in inner] == [c.co_name for c in outer]:
        return list(outer)
    return [None] * len(inner)


def _codes(code: types.CodeType) -> list[types.CodeType]:
    return [c for c in code.co_consts if isinstance(c, types.CodeType)]


def _remember(made: types.CodeType, original: types.CodeType) -> None:
    """Note which of the user's code objects each rewritten one stands for, those inside of it too."""
    note(made, original)
    for a, b in zip(_codes(made), _paired(made, original)):
        if b is None:
            _mark(a)
        else:
            _remember(a, b)


def _make_room(table: dict[int, Any]) -> None:
    """Empty a table that has grown: what is asked for again is made again."""
    if len(table) >= LIMIT:
        table.clear()


def _mark(made: types.CodeType) -> None:
    note(made, None)
    for inner in _codes(made):
        _mark(inner)


def _build(fn: Function, template: types.CodeType) -> Function:
    """A function of the rewritten code in fn's place: its globals, cells, defaults."""
    own = dict(zip(fn.__code__.co_freevars, fn.__closure__ or ()))
    closure = tuple([own[name] if name in own else _cell(name) for name in template.co_freevars])
    made = Function(template, fn.__globals__, fn.__name__, fn.__defaults__, closure)
    made.__kwdefaults__ = fn.__kwdefaults__
    made.__qualname__ = fn.__qualname__
    made.__module__ = fn.__module__
    return made


def _cell(name: str) -> types.CellType:
    found = _cells.get(name)
    if found is None:
        found = _cells[name] = types.CellType(HELPERS[name[1:]])
    return found
