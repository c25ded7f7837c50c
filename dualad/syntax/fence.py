"""Which syntax reverse mode accepts: one table of every gast class, judged on the untouched tree before all else.

A status is *allowed*; *refused*, with what to write instead; or *allowed if inactive*: passed through as it stands
where no derivative goes through it, which the analysis of activity finds. `docs/syntax.md` is made from the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import gast

from dualad.records import record
from dualad.syntax.refusal import Place, position_of
from dualad.syntax.source import Source


@record(frozen=True, slots=True)
class Status:
    """What becomes of a kind of node.

    Attributes:
        verdict: "allowed", "refused" or "inactive" (allowed if inactive).
        example: how it looks in code; empty for parts of other constructs, which are judged with them.
        what: how an error calls it; `{node.name}` and the like stand for the node's own fields.
        advice: what to write instead.
    """

    verdict: Literal["allowed", "refused", "inactive"]
    example: str = ""
    what: str = ""
    advice: str = ""


def allowed(example: str = "") -> Status:
    """Taken as it is."""
    return Status("allowed", example)


def refused(example: str, what: str, advice: str) -> Status:
    """Never taken."""
    return Status("refused", example, what, advice)


def if_inactive(example: str, what: str, advice: str) -> Status:
    """Taken where no derivative goes through it."""
    return Status("inactive", example, what, advice)


PART = allowed()
"""A part of other constructs, judged with them."""

ASYNC = refused(
    "async def f(): ...; await x; async for ...; async with ...",
    "asynchronous code (`async def`, `await`, `async for`, `async with`)",
    "do the computation in a plain `def` and await its inputs before calling that",
)
SEND = allowed("y = yield x")
DELEGATION = allowed("y = yield from xs")
DEEP = refused(
    "y = 2 * (yield from xs)", "a `yield from` within an expression", "bind its value to a name first, by itself"
)
EXCEPT_STAR = refused(
    "try: ... except* E: ...", "an `except*`", "write `except`, or handle exception groups in the caller"
)
TYPE_ALIAS = refused("type A = int", "a `type` statement", "move the type alias to module level")
TEMPLATE = refused("t'{x}'", "a template string", "write an f-string")
FOREIGN = refused("", "syntax that no function of Python 3 holds ({node.__class__.__name__})", "write plain Python 3")

TABLE: dict[Any, Status] = {
    # ---- functions: what is differentiated itself
    gast.FunctionDef: allowed("def f(a, /, b, *args, c=1, **kwargs): ..."),
    gast.Lambda: allowed("lambda x: ..."),
    gast.AsyncFunctionDef: ASYNC,
    # ---- functions and classes inside of it
    (gast.FunctionDef, "nested"): allowed("def g(): ... inside f"),
    (gast.Lambda, "nested"): allowed("lambda t: ... inside f"),
    gast.ClassDef: allowed("class A: ... inside f"),  # which `local_classes` judges
    # ---- statements
    gast.Return: allowed("return x"),
    gast.Assign: allowed("y = x; a, (b, *c) = x; x[i] = y; a = b = x"),
    gast.AnnAssign: allowed("y: float = x"),
    gast.AugAssign: allowed("y += x; x[i] *= y"),
    gast.For: allowed("for a, b in xs: ... else: ..."),
    gast.While: allowed("while c: ... else: ..."),
    gast.If: allowed("if c: ... elif d: ... else: ..."),
    gast.Break: allowed("break"),
    gast.Continue: allowed("continue"),
    gast.Pass: allowed("pass"),
    gast.Expr: allowed("f(x)"),
    gast.Assert: allowed("assert c, message"),
    gast.Raise: allowed("raise ValueError(x) from e"),
    gast.With: allowed("with np.errstate(all='ignore'): ..."),
    gast.Import: allowed("import math"),
    gast.ImportFrom: allowed("from math import sin"),
    gast.Delete: allowed("del x"),
    gast.Global: allowed("global n"),
    gast.Nonlocal: allowed("nonlocal n"),
    gast.Try: allowed("try: ... except E as e: ... else: ... finally: ..."),
    gast.TryStar: EXCEPT_STAR,
    gast.Match: allowed("match x: case [a, *_] if a: ...; case {'k': b, **c}: ...; case A(d) | B(d) as e: ..."),
    gast.TypeAlias: TYPE_ALIAS,
    gast.AsyncFor: ASYNC,
    gast.AsyncWith: ASYNC,
    # ---- expressions
    gast.Constant: allowed("1.5; 'text'; None; ..."),
    gast.Name: allowed("x"),
    gast.BinOp: allowed("x + y; x @ y"),
    gast.UnaryOp: allowed("-x; not x"),
    gast.BoolOp: allowed("x and y"),
    gast.Compare: allowed("a < b <= c; x is None; k in d"),
    gast.IfExp: allowed("x if c else y"),
    gast.NamedExpr: allowed("(y := x)"),
    gast.Call: allowed("f(x, *args, k=y, **kwargs)"),
    gast.Attribute: allowed("x.T"),
    (gast.Attribute, "Store"): allowed("self.x = y"),
    (gast.Attribute, "Del"): allowed("del x.a"),
    gast.Subscript: allowed("x[i]; x[i] = y"),
    (gast.Subscript, "Del"): allowed("del x[i]"),
    gast.Slice: allowed("x[a:b:c]"),
    gast.Starred: allowed("f(*xs); a, *b = xs; [*xs]"),
    gast.Tuple: allowed("(x, y)"),
    gast.List: allowed("[x, *ys]"),
    gast.Dict: allowed("{'a': x, **d}"),
    gast.Set: if_inactive("{1, 2}", "a set of active numbers", "use a tuple or list; objects may be in a set"),
    gast.ListComp: allowed("[f(x) for x in xs if c]"),
    gast.DictComp: allowed("{k: f(v) for k, v in d.items()}"),
    gast.SetComp: allowed("{f(x) for x in xs}"),
    gast.GeneratorExp: allowed("sum(f(x) for x in xs); g = (f(x) for x in xs)"),
    gast.JoinedStr: allowed("f'{x:.3f}'"),
    gast.TemplateStr: TEMPLATE,
    gast.Await: ASYNC,
    gast.Yield: SEND,
    gast.YieldFrom: DEEP,
    (gast.YieldFrom, "value"): DELEGATION,
    (gast.Yield, "statement"): allowed("yield x"),
    (gast.YieldFrom, "statement"): allowed("yield from xs"),
    # ---- parts of these
    **dict.fromkeys((gast.arguments, gast.keyword, gast.alias, gast.withitem, gast.comprehension), PART),
    (gast.comprehension, "async"): ASYNC,
    gast.FormattedValue: PART,
    gast.Interpolation: TEMPLATE,
    gast.ExceptHandler: PART,
    **dict.fromkeys((gast.match_case, gast.MatchValue, gast.MatchSingleton, gast.MatchSequence, gast.MatchStar), PART),
    **dict.fromkeys((gast.MatchMapping, gast.MatchClass, gast.MatchAs, gast.MatchOr), PART),
    **dict.fromkeys((gast.TypeVar, gast.ParamSpec, gast.TypeVarTuple), TYPE_ALIAS),
    **dict.fromkeys((gast.TypeIgnore, gast.type_ignore), PART),
    # ---- operators and contexts
    **dict.fromkeys((gast.And, gast.Or, gast.Not, gast.Invert, gast.UAdd, gast.USub), PART),
    **dict.fromkeys((gast.Add, gast.Sub, gast.Mult, gast.MatMult, gast.Div, gast.FloorDiv, gast.Mod, gast.Pow), PART),
    **dict.fromkeys((gast.LShift, gast.RShift, gast.BitOr, gast.BitXor, gast.BitAnd), PART),
    **dict.fromkeys((gast.Eq, gast.NotEq, gast.Lt, gast.LtE, gast.Gt, gast.GtE), PART),
    **dict.fromkeys((gast.Is, gast.IsNot, gast.In, gast.NotIn), PART),
    **dict.fromkeys((gast.Load, gast.Store, gast.Del, gast.Param, gast.AugLoad, gast.AugStore), PART),
    # ---- Python 2, and whole modules
    **dict.fromkeys((gast.Print, gast.Exec, gast.Repr, gast.Suite), FOREIGN),
    **dict.fromkeys((gast.Module, gast.Interactive, gast.Expression, gast.FunctionType), FOREIGN),
}

EAGER = frozenset(("all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"))
"""Builtins that run a generator expression at once: to its end, or as far as `all` and `any` need."""

_WHOLE = (gast.stmt, gast.Await, gast.Yield, gast.YieldFrom)  # never a mere part of what is refused around it
_CLOSED = (gast.Name, gast.Constant, gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)
"""Nodes into which nobody looks: they hold nothing, or are judged where they are differentiated themselves."""


def check(source: Source) -> list[Place]:
    """All places of a function that are refused, in the order of the text."""
    found = sorted(_judged(source.tree), key=lambda pair: position_of(pair[0])[:2])
    return [Place(node, status.what.format(node=node), status.advice) for node, status in found]


def _judged(tree: Any) -> Iterator[tuple[Any, Status]]:
    """The nodes that are refused with their status, each construct once.

    Of the function itself only the body runs: decorators and defaults ran when it was made, annotations never do.
    """
    status = TABLE[type(tree)]
    if status.verdict == "refused":
        yield tree, status
    body = tree.body if isinstance(tree.body, list) else [tree.body]
    todo: list[tuple[Any, str, Status]] = [(node, "", status) for node in body]
    while todo:
        node, role, parent = todo.pop()
        status = _status(node, role)
        part = status is parent and not isinstance(node, _WHOLE)
        if status.verdict == "refused" and not part:
            yield node, status
        if not isinstance(node, _CLOSED):
            todo.extend((child, role, status) for child, role in _children(node))


def _status(node: Any, role: str) -> Status:
    kind = type(node)
    if kind is gast.Name or kind is gast.Constant:
        return TABLE[kind]
    if kind in (gast.FunctionDef, gast.Lambda):
        role = "nested"
    elif kind is gast.comprehension:
        role = "async" if node.is_async else ""
    elif kind in (gast.Attribute, gast.Subscript):
        role = type(node.ctx).__name__
    return TABLE.get((kind, role)) or TABLE.get(kind) or _unknown(kind)


def _unknown(kind: type) -> Status:
    return refused("", f"syntax that dualad does not know ({kind.__name__})", "write it in other terms")


def _children(node: Any) -> Iterator[tuple[Any, str]]:
    """The nodes held by a node that can hold something of interest, each with its role."""
    kind = type(node)
    if kind is gast.Expr:
        yield node.value, "statement" if isinstance(node.value, gast.Yield | gast.YieldFrom) else ""
        return
    whole = node.value if kind in (gast.Assign, gast.AnnAssign, gast.Return) else None
    for name, value in vars(node).items():
        if type(value) in _NO_NODES or name in ("annotation", "type_comment", "ctx"):
            continue
        for child in value if type(value) is list else (value,):
            if isinstance(child, gast.AST):
                yield child, "value" if child is whole and isinstance(child, gast.YieldFrom) else ""


_NO_NODES = {int, str, type(None)}


def is_eager(node: gast.Call) -> bool:
    """Whether a call runs a generator expression to its end."""
    return isinstance(node.func, gast.Name) and node.func.id in EAGER
