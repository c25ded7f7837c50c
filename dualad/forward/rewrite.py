"""The rewriting behind lifting: Python's own operations in a function's tree become calls of helpers.

A helper stands for what Python would do and does the same, except that it sees dual numbers and shadow memory:

    f(x, *xs)        .callee(f)(x, *.hinted(xs))
    a.b              .attribute(a, "b")
    a[k]             .getitem(a, k)
    a + b            .add(a, b)
    a[k] = v         .store(v, a, k)
    a.b, c[k] = v    .field(a, "b").it, .item(c, k).it = .unpack(v, ...)
    a < b, a in b    .lt(a, b), .contains(a, b)
    if a             if .truth(a)
    a += v           a = .iadd(a, v)
    for a in b       for a in .iterate(b)
    with a           with .context(a)

The names of helpers begin with a dot, which no name of the user's does. Everything else stays as it is written,
positions included, so that tracebacks show the user's lines.
"""

from __future__ import annotations

import ast
from typing import Any

from dualad.forward.cases import asks_items, rewritten

BINARY: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
    ast.BitXor: "xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
}
UNARY: dict[type, str] = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
COMPARISONS: dict[type, str] = {
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.In: "contains",
    ast.NotIn: "contains",
}

# Builtins that look at the frame which calls them.
_OF_THE_FRAME = frozenset({"super", "locals", "globals", "vars", "dir"})

_TEMPORARY = ".place"


def helper_name(name: str) -> str:
    """The name by which rewritten code knows a helper."""
    return f".{name}"


class Rewriter(ast.NodeTransformer):
    """Rewrites the body of one function, nested functions and classes included."""

    def __init__(self) -> None:
        self._class: str | None = None  # whose body it is in: names are mangled there

    # Functions and classes

    def function(self, node: Any) -> Any:
        """The function itself: its defaults, annotations and decorators have been evaluated already."""
        self._strip(node)
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self._body(node.body)
        return node

    def _strip(self, node: Any) -> None:
        args = node.args
        args.defaults = [ast.Constant(None) for _ in args.defaults]
        args.kw_defaults = [ast.Constant(None) if d is not None else None for d in args.kw_defaults]
        for arg in _parameters(args):
            arg.annotation = None
        if not isinstance(node, ast.Lambda):
            node.decorator_list, node.returns = [], None
            if hasattr(node, "type_params"):
                node.type_params = []

    def _body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            new = self.visit(statement)
            found.extend(new if isinstance(new, list) else [new])
        return found

    def _nested(self, node: Any) -> Any:
        node.decorator_list = [_call("decorated", self.visit(d), at=d) for d in node.decorator_list]
        self._arguments(node.args)
        node.body = self._body(node.body)
        return node

    def _arguments(self, args: ast.arguments) -> None:
        args.defaults = [self.visit(d) for d in args.defaults]
        args.kw_defaults = [None if d is None else self.visit(d) for d in args.kw_defaults]

    visit_FunctionDef = visit_AsyncFunctionDef = _nested  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        self._arguments(node.args)
        node.body = self.visit(node.body)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        outer, self._class = self._class, node.name
        node.body = self._body(node.body)
        self._class = outer
        node.bases = [self.visit(b) for b in node.bases]
        node.decorator_list = [_call("decorated", self.visit(d), at=d) for d in node.decorator_list]
        return node

    def _attribute_name(self, name: str) -> str:
        """The mangled name of an attribute: in a string Python does not do it."""
        if self._class is None or not name.startswith("__") or name.endswith("__"):
            return name
        owner = self._class.lstrip("_")
        return f"_{owner}{name}" if owner else name

    def visit_Try(self, node: ast.Try) -> Any:
        # What dualad refuses is no exception of the user's, who would take another way if it were caught.
        self.generic_visit(node)
        if node.handlers:
            passing = ast.ExceptHandler(_load("refusal"), None, [ast.Raise()])
            node.handlers.insert(0, ast.fix_missing_locations(ast.copy_location(passing, node.handlers[0])))
        return node

    # Expressions

    def visit_Call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id in _OF_THE_FRAME:
            return self.generic_visit(node)
        keywords = [ast.keyword(k.arg, (self.visit if k.arg else self._mapping)(k.value)) for k in node.keywords]
        args = [self.visit(a) for a in node.args]
        callee = _call("callee", self.visit(node.func), at=node.func)
        return ast.copy_location(ast.Call(callee, args, keywords), node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        value, mangled = self.visit(node.value), self._attribute_name(node.attr)
        name = ast.Constant(mangled)
        if isinstance(node.ctx, ast.Load):
            return _call("attribute", value, name, at=node)
        if isinstance(node.ctx, ast.Store):
            return _place(_call("field", value, name, at=node), node)
        node.value, node.attr = value, mangled
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            return _call("getitem", value, self.visit(node.slice), at=node)
        if isinstance(node.ctx, ast.Store):
            return _place(_call("item", value, self.visit(node.slice), at=node), node)
        node.value = value
        node.slice = self.visit(node.slice)
        return node

    def visit_Slice(self, node: ast.Slice) -> Any:
        parts = [ast.Constant(None) if p is None else self.visit(p) for p in (node.lower, node.upper, node.step)]
        return _call("slice", *parts, at=node)

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        return _call(BINARY[type(node.op)], self.visit(node.left), self.visit(node.right), at=node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            node.operand = self._test(node.operand)
            return node
        if isinstance(node.operand, ast.Constant):
            return node
        return _call(UNARY[type(node.op)], self.visit(node.operand), at=node)

    def visit_Compare(self, node: ast.Compare) -> Any:
        op = type(node.ops[0])
        if len(node.ops) > 1 or op in (ast.Is, ast.IsNot):
            return self.generic_visit(node)
        found = _call(COMPARISONS[op], self.visit(node.left), self.visit(node.comparators[0]), at=node)
        return ast.copy_location(ast.UnaryOp(ast.Not(), found), node) if op is ast.NotIn else found

    def visit_Dict(self, node: ast.Dict) -> Any:
        values = [self._mapping(v) if k is None else self.visit(v) for k, v in zip(node.keys, node.values)]
        node.keys, node.values = [k and self.visit(k) for k in node.keys], values
        return node

    def _mapping(self, node: ast.expr) -> Any:
        return _call("mapping", self.visit(node), at=node)

    def _test(self, node: Any) -> Any:
        """An expression of which only the truth value is asked."""
        if isinstance(node, ast.BoolOp):
            node.values = [self._test(v) for v in node.values]
            return node
        asked = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.NamedExpr))
        return _call("truth", self.visit(node), at=node) if asked else self.visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        """`a and b` of a name: `b if .truth(a) else a`; elsewhere Python asks for the truth value itself."""
        *others, found = [self.visit(v) for v in node.values]
        if not all(isinstance(v, ast.Name) for v in others):
            return ast.copy_location(ast.BoolOp(node.op, [*others, found]), node)
        for name in reversed(others):
            ways = (found, name) if isinstance(node.op, ast.And) else (name, found)
            found = ast.copy_location(ast.IfExp(_call("truth", name, at=name), *ways), node)
        return found

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        node.test = self._test(node.test)
        node.body, node.orelse = self.visit(node.body), self.visit(node.orelse)
        return node

    def visit_Starred(self, node: ast.Starred) -> Any:
        value = self.visit(node.value)
        node.value = _call("hinted", value, at=node) if isinstance(node.ctx, ast.Load) else value
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        node.value = _call("iterate", self.visit(node.value), at=node)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        node.ifs = [self._test(part) for part in node.ifs]
        return self._iteration(node)

    # Statements

    def visit_Assign(self, node: ast.Assign) -> Any:
        if len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Subscript):
                value, base, key = self.visit(node.value), self.visit(target.value), self.visit(target.slice)
                return _statement(_call("store", value, base, key, at=target), node)
            if isinstance(target, ast.Attribute):
                name = ast.Constant(self._attribute_name(target.attr))
                value, base = self.visit(node.value), self.visit(target.value)
                return _statement(_call("set_attribute", value, base, name, at=target), node)
        node.value = self.visit(node.value)
        for target in node.targets:
            node.value = _unpacked(node.value, target)
        node.targets = [self.visit(t) for t in node.targets]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if isinstance(node.target, ast.Name):
            node.target = self.visit(node.target)
            node.value = node.value and self.visit(node.value)
            return node
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return self.visit(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        helper = "i" + BINARY[type(node.op)].rstrip("_")
        target = node.target
        if isinstance(target, ast.Name):
            name = target.id
            left = ast.copy_location(ast.Name(name, ast.Load()), target)
            result = _call(helper, left, self.visit(node.value), at=node)
            return ast.copy_location(ast.Assign([ast.copy_location(ast.Name(name, ast.Store()), target)], result), node)
        place = self.visit(target).value
        keep = ast.copy_location(ast.Assign([ast.Name(_TEMPORARY, ast.Store())], place), node)
        held = ast.Attribute(ast.Name(_TEMPORARY, ast.Load()), "it", ast.Load())
        result = _call(helper, ast.copy_location(held, target), self.visit(node.value), at=node)
        back = ast.Attribute(ast.Name(_TEMPORARY, ast.Load()), "it", ast.Store())
        return [keep, ast.copy_location(ast.Assign([ast.copy_location(back, target)], result), node)]

    def visit_For(self, node: ast.For) -> Any:
        node.body, node.orelse = self._body(node.body), self._body(node.orelse)
        return self._iteration(node)

    def _iteration(self, node: Any) -> Any:
        spec = _spec(node.target)
        node.target = self.visit(node.target)
        items = self.visit(node.iter)
        if getattr(node, "is_async", 0):
            node.iter = items
        elif spec is None:
            node.iter = _call("iterate", items, at=node.iter)
        else:
            node.iter = _call("each", items, spec, at=node.iter)
        return node

    def _branch(self, node: Any) -> Any:
        node.test = self._test(node.test)
        node.body, node.orelse = self._body(node.body), self._body(node.orelse)
        return node

    visit_If = visit_While = _branch  # noqa: N815

    def visit_Assert(self, node: ast.Assert) -> Any:
        node.test, node.msg = self._test(node.test), node.msg and self.visit(node.msg)
        return node

    def visit_Delete(self, node: ast.Delete) -> Any:
        found: list[Any] = []
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                base, key = self.visit(target.value), self.visit(target.slice)
                found.append(_statement(_call("delete", base, key, at=target), node))
            elif isinstance(target, ast.Attribute):
                name = ast.Constant(self._attribute_name(target.attr))
                found.append(_statement(_call("delete_attribute", self.visit(target.value), name, at=target), node))
            else:
                found.append(ast.copy_location(ast.Delete([self.visit(target)]), node))
        return found

    def visit_With(self, node: ast.With) -> Any:
        for item in node.items:
            item.context_expr = _call("context", self.visit(item.context_expr), at=item.context_expr)
            if item.optional_vars is not None:
                item.optional_vars = self.visit(item.optional_vars)
        node.body = self._body(node.body)
        return node

    def visit_Match(self, node: Any) -> Any:
        patterns = [p for case in node.cases for p in ast.walk(case.pattern)]
        node.subject = self.visit(node.subject)
        items = any(isinstance(p, (ast.MatchSequence, ast.MatchMapping)) for p in patterns)
        classes = [p for p in patterns if isinstance(p, ast.MatchClass)]
        if items or classes:
            names = [ast.Constant(name) for p in classes for name in p.kwd_attrs]
            node.subject = _call("matched", node.subject, ast.Constant(items), *names, at=node.subject)
        if any(asks_items(case.pattern) for case in node.cases):
            node.subject = _call("Matched", node.subject, at=node.subject)
            for case in node.cases:
                cls = ast.copy_location(_load("Matched"), case.pattern)
                case.pattern = rewritten(case.pattern, cls)
        node.cases = [self.visit(case) for case in node.cases]
        return node

    def visit_match_case(self, node: Any) -> Any:
        # Patterns stay, but for those of sequences (`cases.py`): dual numbers answer for the class of their value.
        node.guard = node.guard and self._test(node.guard)
        node.body = self._body(node.body)
        return node


def _parameters(args: ast.arguments) -> list[ast.arg]:
    found = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return found + [a for a in (args.vararg, args.kwarg) if a is not None]


def _load(name: str) -> ast.Name:
    return ast.Name(helper_name(name), ast.Load())


def _call(name: str, *args: Any, at: ast.AST) -> Any:
    return ast.copy_location(ast.Call(_load(name), list(args), []), at)


def _place(made: ast.expr, at: ast.AST) -> Any:
    """What a helper made, as a target: the store goes through its attribute `it`."""
    return ast.copy_location(ast.Attribute(made, "it", ast.Store()), at)


def _statement(value: ast.expr, at: ast.AST) -> Any:
    return ast.copy_location(ast.Expr(value), at)


def _unpacked(value: Any, target: ast.expr) -> Any:
    """The value of an assignment to `target`, made ready to be unpacked where it will be."""
    spec = _spec(target)
    return value if spec is None else _call("unpack", value, spec, at=value)


def _spec(target: ast.expr) -> Any:
    """How a target unpacks: None for a name, a tuple of its parts' for a tuple; nothing after a starred part."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        return None
    parts: list[ast.expr] = []
    for part in target.elts:
        if isinstance(part, ast.Starred):
            break
        parts.append(_spec(part) or ast.Constant(None))
    return ast.Tuple(parts, ast.Load())
