"""The source of a function: its text, its tree and what its free names mean, checked against its code.

Nothing is unwrapped: what is read is the function object that was given, so that a decorated function is read as the
wrapper that its name calls. The text is only trusted after it has been compiled again and the result compared with the
function's own code object, because a file may have been edited since it was imported, `linecache` may hold another text
of the same name, and several lambdas may stand on one line.
"""

from __future__ import annotations

import copy
import inspect
import types
import weakref
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dualad.errors import Unsupported
from dualad.records import field, record
from dualad.syntax import private, textfile
from dualad.syntax.convert import converted
from dualad.syntax.match import find

FunctionNode: TypeAlias = Any  # gast.FunctionDef, AsyncFunctionDef or Lambda: gast makes its classes at run time

DECLARE_A_RULE = """\
Declare its derivative, here by one partial derivative for each argument (`vjps` and `jvps` state any other), and call
what that returns instead:
    import dualad
    {name} = dualad.primitive({name}, lambda x: ...)
Or write it as a plain Python function in a file, which needs no rule."""


@record(frozen=True, slots=True, eq=False)
class Source:
    """What is known of a function before anything is made of it.

    Attributes:
        fn: the function object, never unwrapped; of a bound method, the function behind it.
        name: the name in its code object, which tracebacks show ("<lambda>" for a lambda).
        filename: as in its code object.
        lines: all lines of its file, each with its newline.
        tree: a gast tree of its own; lines are the file's, columns count UTF-8 bytes; private names in full.
        globals: the live globals that it runs in.
        cells: the cell of each free variable.
        signature: its own parameters, whatever `__wrapped__` or `__signature__` claim.
        class_name: the innermost class whose body holds it, which `__x` is mangled by; None outside classes.
        spare: for functions made inside, by their places in the text, the name and the captured variables of a twin
            that is given these (`hoisting`).
        classes: the names of classes that it makes itself, which are cells like any other (`local_classes`).
        settled: what these are made of, by the names of the module's that say so.
        receives: whether it is a generator function in whose place the tree gives an object (`receiving`).
    """

    fn: types.FunctionType
    name: str
    filename: str
    lines: tuple[str, ...] = field(repr=False)
    tree: FunctionNode = field(repr=False)
    globals: dict[str, Any] = field(repr=False)
    cells: Mapping[str, types.CellType]
    signature: inspect.Signature
    class_name: str | None
    spare: Mapping[Any, tuple[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)
    classes: tuple[str, ...] = ()
    settled: Mapping[str, Any] = field(default_factory=dict, repr=False)
    receives: bool = False

    def mangle(self, name: str) -> str:
        """The name that `name` stands for, as Python mangles `__x` inside a class."""
        if self.class_name is None or not name.startswith("__") or name.endswith("__") or "." in name:
            return name
        owner = self.class_name.lstrip("_")
        return f"_{owner}{name}" if owner else name


_made: weakref.WeakKeyDictionary[types.FunctionType, tuple[Any, ...]] = weakref.WeakKeyDictionary()


def remember(fn: types.FunctionType, outer: Source, tree: FunctionNode) -> None:
    """Say what a function is that was made of one inside `outer`, of a tree in the same file."""
    _made[fn] = outer.filename, outer.lines, tree, outer.class_name


def _remembered(fn: types.FunctionType) -> Source | None:
    if fn not in _made:
        return None
    filename, lines, tree, class_name = _made[fn]
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
    tree, signature = copy.deepcopy(tree), _own_signature(fn)
    return Source(fn, fn.__name__, filename, lines, tree, fn.__globals__, cells, signature, class_name)


def read(fn: Callable[..., Any]) -> Source:
    """Read a Python function or method; `Unsupported` where it has no source, or none that it was compiled from."""
    if isinstance(fn, types.MethodType):
        fn = fn.__func__
    if not isinstance(fn, types.FunctionType):
        kind = (
            "a function that is not written in Python"
            if inspect.isroutine(fn)
            else f"an object of type {_title(type(fn))}"
        )
        raise Unsupported(_without_source(fn, f"{kind} is no Python function whose source could be read"))
    made = _remembered(fn)
    if made is not None:
        return made
    code = fn.__code__
    lines = textfile.lines_of(code, fn.__globals__)
    if not lines:
        raise Unsupported(_without_source(fn, f"its source cannot be read from {code.co_filename}"))
    found = find(code, lines)
    if found is None:
        raise Unsupported(_stale(fn))
    made = Source(
        fn=fn,
        name=code.co_name,
        filename=code.co_filename,
        lines=lines,
        tree=converted(found.node),  # the rest of the file is not worth converting
        globals=fn.__globals__,
        cells=dict(zip(code.co_freevars, fn.__closure__ or (), strict=True)),
        signature=_own_signature(fn),
        class_name=found.class_name,
    )
    if made.class_name is not None:
        private.say_in_full(made.tree, made.mangle)
    return made


def _own_signature(fn: types.FunctionType) -> inspect.Signature:
    """The signature of the code, read from a bare twin that carries no `__wrapped__` and no `__signature__`."""
    twin = types.FunctionType(fn.__code__, fn.__globals__, fn.__name__, fn.__defaults__, fn.__closure__)
    twin.__kwdefaults__ = fn.__kwdefaults__
    return inspect.signature(twin)


def _without_source(fn: Any, reason: str) -> str:
    name = _title(fn).rpartition(".")[2]
    advice = DECLARE_A_RULE.format(name=name if name.isidentifier() else "f")
    return f"{_title(fn)} cannot be differentiated: {reason}.\n{advice}"


def _stale(fn: types.FunctionType) -> str:
    code = fn.__code__
    if code.co_filename == "<string>":  # Python 3.13 keeps the text of `python -c` under the name that `exec` uses too
        return _without_source(fn, "its source cannot be read from <string>")
    where = f'File "{code.co_filename}", line {code.co_firstlineno}, in {code.co_name}'
    if textfile.is_on_disk(code.co_filename):
        return (
            f"{where}\n{_title(fn)} cannot be differentiated: the file changed since it was imported, or something "
            "rewrites modules on import (the text does not compile to the function's code).\n"
            "Import the module again, or restart Python."
        )
    reason = "the text that is kept for it in linecache is not what it was compiled from"
    return f"{where}\n{_without_source(fn, reason)}"


def _title(fn: Any) -> str:
    """The full name of a function or class, for people; of another object its type's."""
    qualname = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None)
    if qualname is None:
        return _title(type(fn))
    module = getattr(fn, "__module__", None)
    return f"{module}.{qualname}" if module and module not in ("builtins", "__main__") else qualname
