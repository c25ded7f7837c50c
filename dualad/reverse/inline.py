"""Rules as expressions of the emitted code: a rule that is one expression is written out with the names in place."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import lru_cache
from types import ModuleType
from typing import Any

import gast

from dualad.errors import Unsupported
from dualad.records import record
from dualad.registry import Rule
from dualad.reverse import build
from dualad.syntax import source

FACETS = frozenset({"shape", "ndim", "size", "dtype"})


@record(frozen=True)
class RuleText:
    """A rule as text: its parameters, its one expression (None: it is called by name) and what else it names."""

    parameters: dict[str, Any]
    body: ast.expr | None
    scope: dict[str, Any]
    facets: dict[str, str | None]  # per parameter read: the one facet that is read, or None for the value itself
    besides: frozenset[str] = frozenset()  # parameters that are read as they are, and facets of them besides
    chooses: bool = False  # whether there is a conditional expression in it


@lru_cache(maxsize=4096)
def text_of(rule: Rule) -> RuleText:
    """The text of a rule."""
    found = inspect.signature(rule).parameters
    parameters = {name: () if p.kind is p.VAR_POSITIONAL else p.default for name, p in found.items()}
    try:
        body, scope = _expression(rule)
    except (Unsupported, AttributeError, TypeError):
        body, scope = None, {}
    if body is None:
        return RuleText(parameters, None, {}, dict.fromkeys(parameters))
    facets = _facets(body, parameters)
    nodes = list(ast.walk(body))
    asked = {n.value.id for n in nodes if _is_facet(n)}  # type: ignore[attr-defined]
    besides = frozenset(n for n in asked if facets.get(n, "") is None)
    return RuleText(parameters, body, scope, facets, besides, any(isinstance(n, ast.IfExp) for n in nodes))


def is_zero(rule: Rule) -> bool:
    """Whether a rule says that nothing flows into its argument, wherever it is."""
    body = text_of(rule).body
    return isinstance(body, ast.Constant) and body.value == 0


def _expression(rule: Rule) -> tuple[ast.expr | None, dict[str, Any]]:
    read = source.read(rule)
    if not isinstance(read.tree, gast.Lambda):
        return None, {}
    body = gast.gast_to_ast(gast.Expression(body=read.tree.body)).body
    bound = {n.arg for lam in ast.walk(body) if isinstance(lam, ast.Lambda) for n in lam.args.args}
    free = build.names_in(body) - set(inspect.signature(rule).parameters) - bound
    scope = {}
    for name in free:
        if name in read.cells:
            scope[name] = read.cells[name].cell_contents
        elif name in read.globals:
            scope[name] = read.globals[name]
    scopes = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)
    bound |= {"" for n in ast.walk(body) if isinstance(n, scopes)}
    if bound or any(not _is_nameable(v) for v in scope.values()):
        return None, {}
    return body, scope


def _is_nameable(value: Any) -> bool:
    return isinstance(value, ModuleType) or (callable(value) and hasattr(value, "__name__"))


def _facets(body: ast.expr, parameters: dict[str, Any]) -> dict[str, str | None]:
    reads: dict[str, set[str | None]] = {}
    inside: set[int] = set()
    node: Any
    for node in ast.walk(body):
        if _is_facet(node):
            reads.setdefault(node.value.id, set()).add(node.attr)
            inside.add(id(node.value))
    for node in ast.walk(body):
        if isinstance(node, ast.Name) and node.id in parameters and id(node) not in inside:
            reads.setdefault(node.id, set()).add(None)
    return {name: next(iter(found)) if len(found) == 1 else None for name, found in reads.items() if name in parameters}


def _is_facet(node: Any) -> bool:
    """Whether a node asks a name for its shape or the like."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in FACETS


def asked_for_facets(rule: Rule) -> frozenset[str]:
    """The parameters that an inlined rule reads as they are, and facets of them besides."""
    return text_of(rule).besides


def inlined(
    rule: Rule,
    operand: Callable[[str, str | None], ast.expr | None],
    helper: Callable[[str, Any], str],
    first: bool = False,
) -> ast.expr:
    """The rule as an expression, with a function that it calls `written_out`, if there is such an expression.

    That is done where it is a `first` derivative for sure, and where the function's last argument is a literal.

    `operand(parameter, facet)` gives the expression for a parameter (None: its default applies), `helper(name, value)`
    the emitted code's name for something that the rule names.
    """
    text = text_of(rule)
    if text.body is None:
        return _called(rule, operand, helper)
    if isinstance(text.body, ast.Call) and isinstance(text.body.func, ast.Name):
        written = getattr(text.scope.get(text.body.func.id), "written_out", None)
        if written is not None:
            inner = [inlined_body(text, arg, operand, helper) for arg in text.body.args]
            if first or build.is_literal(inner[-1]):
                given = dict(zip(text_of(written).parameters, inner))
                return inlined(written, lambda parameter, facet: given[parameter], helper)
    return inlined_body(text, text.body, operand, helper)


def inlined_body(text: RuleText, body: ast.expr, operand: Any, helper: Callable[[str, Any], str]) -> ast.expr:
    """A part of a rule with what it names in place."""
    mapping: dict[str, ast.expr] = {}
    faceted: dict[str, ast.expr] = {}
    for parameter, facet in text.facets.items():
        found = operand(parameter, facet)
        if found is None:
            mapping[parameter] = build.const(text.parameters[parameter])
        elif facet is not None:
            faceted[parameter] = found
        else:
            mapping[parameter] = found
    mapping |= {name: build.name(helper(name, value)) for name, value in text.scope.items()}
    made = build.instance(body, mapping, faceted)
    return _decided(made) if text.chooses else made


def _decided(node: Any) -> Any:
    """An expression in which whether a literal is None is settled: Python would warn of the question."""
    build.apply(node, _decided)
    match node:
        case ast.IfExp(
            test=ast.Compare(left=asked, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(None)])
        ):
            literal = asked.operand if isinstance(asked, ast.UnaryOp) else asked
            if isinstance(literal, ast.Constant | ast.Tuple):
                is_none = isinstance(literal, ast.Constant) and literal.value is None
                return node.body if is_none == isinstance(op, ast.Is) else node.orelse
    return node


def _called(rule: Rule, operand: Any, helper: Any) -> ast.expr:
    args: list[ast.expr] = []
    keywords: dict[str, ast.expr] = {}
    by_position = True
    for parameter, stated in inspect.signature(rule).parameters.items():
        found = operand(parameter, None)
        by_position = by_position and stated.kind is not stated.KEYWORD_ONLY
        if stated.kind is stated.VAR_POSITIONAL:
            args += found.elts if isinstance(found, ast.Tuple) else []
            by_position = False
        elif found is None:
            by_position = False
        elif by_position:
            args.append(found)
        else:
            keywords[parameter] = found
    name = getattr(rule, "__name__", "rule")
    return build.call(build.name(helper("rule" if name == "<lambda>" else name, rule)), args, **keywords)
