"""From a function's tree to core: `match` statements, which become chains of `if`.

A case is an `if` whose test is a pattern, so that jumps in its body are what they are in any `if`. A pattern is tested
part by part, each inside the `If` of the one before; what it captures is bound when all of it has matched.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable
from typing import Any

import gast

from dualad import patterns
from dualad.syntax import core
from dualad.syntax.core import Atom, Bind, Const, Var
from dualad.syntax.jumps import is_irrefutable
from dualad.syntax.lower_expr import Expressions

Bound = dict[str, Atom]


class PatternTest(gast.AST):
    """The test of a case: whether the subject matches the pattern, and the guard holds."""

    _fields = ("pattern", "guard")

    def __init__(self, subject: Atom, pattern: gast.AST, guard: gast.AST | None) -> None:
        super().__init__()
        self.subject = subject
        self.pattern = pattern
        self.guard = guard


class Known(gast.AST):
    """An expression that has been lowered already."""

    _fields = ()

    def __init__(self, atom: Atom) -> None:
        super().__init__()
        self.atom = atom


def again(atom: Atom) -> Atom:
    """The atom for one more read."""
    return Var(atom.name) if isinstance(atom, Var) else atom


class Patterns(Expressions):
    """Lowering of `match`."""

    def cases(self, stmt: gast.Match) -> list[gast.stmt]:
        """The statements that a `match` stands for, its subject being evaluated now."""
        subject = self.expr(stmt.subject)
        rebound = {name for case in stmt.cases for name in _captures(case.pattern)}
        rebound |= {n.target.id for n in gast.walk(stmt) if isinstance(n, gast.NamedExpr)}
        if isinstance(subject, Var) and subject.name in rebound:
            subject = self.bind("copy", [subject], hint="subject")
        return self._chain_of_cases(subject, list(stmt.cases))

    def _chain_of_cases(self, subject: Atom, cases: list[gast.match_case]) -> list[gast.stmt]:
        if not cases:
            return []
        case, line = cases[0], cases[0].pattern.lineno
        if is_irrefutable(case):
            captured = list(_captures(case.pattern))
            targets = [gast.Name(n, gast.Store(), None, None) for n in captured]
            bound = [gast.Assign(targets=[t], value=Known(again(subject)), lineno=line) for t in targets]
            return [*bound, *case.body]
        test = PatternTest(subject, case.pattern, case.guard)
        return [gast.If(test=test, body=case.body, orelse=self._chain_of_cases(subject, cases[1:]), lineno=line)]

    def expr_Known(self, node: Known, target: str | None) -> Atom:
        return again(node.atom)

    def expr_PatternTest(self, node: PatternTest, target: str | None) -> Atom:
        if node.guard is None and _is_plain(node.pattern):
            return self._plain_test(node.pattern, node.subject)
        result = self.temp("matches")
        self.emit(Bind(result, "copy", [Const(False)]))
        bound: Bound = {}

        def matched() -> None:
            for name, atom in bound.items():
                self.emit(Bind(name, "copy", [again(atom)]))
            if node.guard is None:
                self.emit(Bind(result, "copy", [Const(True)]))
            else:
                self._into_temp(node.guard, result)

        self._match(node.pattern, node.subject, bound, matched)
        return Var(result)

    # Patterns: each emits its test and, inside the branch where it holds, what `then` emits

    def _match(self, pattern: Any, subject: Atom, bound: Bound, then: Callable[[], object]) -> None:
        match pattern:
            case gast.MatchAs(pattern=None):
                if pattern.name is not None:
                    bound[pattern.name] = subject
                then()
            case gast.MatchAs():

                def captured() -> None:
                    bound[pattern.name] = subject
                    then()

                self._match(pattern.pattern, subject, bound, captured)
            case gast.MatchOr() if not _is_plain(pattern):
                self._alternatives(pattern, subject, bound, then)
            case gast.MatchSequence():
                self._sequence_pattern(pattern, subject, bound, then)
            case gast.MatchMapping():
                self._mapping_pattern(pattern, subject, bound, then)
            case gast.MatchClass():
                self._class_pattern(pattern, subject, bound, then)
            case _:
                self._when(self._plain_test(pattern, subject), then)

    def _when(self, test: Atom, then: Callable[[], object]) -> None:
        self.emit(core.If(test, self.inside(then), []))

    def _plain_test(self, pattern: Any, subject: Atom) -> Atom:
        """The test of a value, `None`, `True`, `False`, or several of these."""
        if isinstance(pattern, gast.MatchOr):
            result = self.temp("matches")
            self._any_of(pattern.patterns, subject, result)
            return Var(result)
        return self._value_test(pattern, subject, None)

    def _value_test(self, pattern: Any, subject: Atom, target: str | None) -> Atom:
        if isinstance(pattern, gast.MatchSingleton):
            return self.bind("prim", [again(subject), Const(pattern.value)], target, fn=operator.is_, node=pattern)
        value = self.expr(pattern.value)
        return self.bind("prim", [again(subject), value], target, fn=operator.eq, node=pattern)

    def _any_of(self, alternatives: list[Any], subject: Atom, result: str) -> None:
        self._value_test(alternatives[0], subject, result)
        if len(alternatives) > 1:
            rest = self.inside(lambda: self._any_of(alternatives[1:], subject, result))
            self.emit(core.If(Var(result), [], rest))

    def _alternatives(self, pattern: gast.MatchOr, subject: Atom, bound: Bound, then: Callable[[], object]) -> None:
        found = self.temp("matches")
        self.emit(Bind(found, "copy", [Const(False)]))
        captured = {name: self.temp(name) for name in _captures(pattern)}

        def attempt(alternative: Any) -> None:
            inner: Bound = {}

            def matched() -> None:
                for name, temp in captured.items():
                    self.emit(Bind(temp, "copy", [again(inner[name])]))
                self.emit(Bind(found, "copy", [Const(True)]))

            self._match(alternative, subject, inner, matched)

        attempt(pattern.patterns[0])
        for alternative in pattern.patterns[1:]:
            self.emit(core.If(Var(found), [], self.inside(lambda a=alternative: attempt(a))))  # type: ignore[misc]
        bound.update({name: Var(temp) for name, temp in captured.items()})
        self._when(Var(found), then)

    def _sequence_pattern(
        self, pattern: gast.MatchSequence, subject: Atom, bound: Bound, then: Callable[[], object]
    ) -> None:
        parts = list(pattern.patterns)
        star = next((i for i, p in enumerate(parts) if isinstance(p, gast.MatchStar)), None)
        count = len(parts) - (star is not None)

        def of_length() -> None:
            size = self._call_of(builtins.len, [again(subject)])
            fits = operator.eq if star is None else operator.ge
            self._when(self.bind("prim", [size, Const(count)], fn=fits), unpacked)

        def unpacked() -> None:
            if all(_is_wildcard(p) for p in parts):
                then()
                return
            names = [self.temp("part") for _ in parts]
            self.emit(core.Unpack(names, star, again(subject), node=pattern))
            self._parts(list(zip(parts, (Var(n) for n in names), strict=True)), bound, then)

        self._when(self._call_of(patterns.is_sequence, [again(subject)]), of_length)

    def _parts(self, parts: list[tuple[Any, Atom]], bound: Bound, then: Callable[[], object]) -> None:
        """Match several patterns, each with a value of its own."""
        if not parts:
            then()
            return
        (pattern, value), rest = parts[0], parts[1:]
        if isinstance(pattern, gast.MatchStar):
            if pattern.name is not None:
                bound[pattern.name] = value
            self._parts(rest, bound, then)
            return
        self._match(pattern, value, bound, lambda: self._parts(rest, bound, then))

    def _mapping_pattern(
        self, pattern: gast.MatchMapping, subject: Atom, bound: Bound, then: Callable[[], object]
    ) -> None:
        keys: list[Atom] = []

        def items(parts: list[tuple[Any, Any]]) -> None:
            if not parts:
                if pattern.rest is not None:
                    bound[pattern.rest] = self._rest(pattern, subject, keys)
                then()
                return
            (node, part), rest = parts[0], parts[1:]
            key = self.expr(node)
            keys.append(key)
            found = self.bind("prim", [again(subject), again(key)], fn=operator.contains, node=pattern)

            def there() -> None:
                value = self.bind("prim", [again(subject), again(key)], fn=operator.getitem, node=pattern)
                self._match(part, value, bound, lambda: items(rest))

            self._when(found, there)

        pairs = list(zip(pattern.keys, pattern.patterns, strict=True))
        self._when(self._call_of(patterns.is_mapping, [again(subject)]), lambda: items(pairs))

    def _rest(self, pattern: gast.MatchMapping, subject: Atom, keys: list[Atom]) -> Atom:
        """The items of a mapping whose keys a pattern does not name."""
        key, value = self.temp("key"), self.temp("value")
        rest = self.bind("dict", [], hint="rest", node=pattern)

        def body() -> None:
            self.emit(core.Unpack([key, value], None, Var(pair), node=pattern))
            named = self.bind("tuple", [again(k) for k in keys])
            found = self.bind("prim", [named, Var(key)], fn=operator.contains)
            other = self.bind("prim", [found], fn=operator.not_)
            self._when(other, lambda: self.emit(core.Store(Var(rest.name), Var(key), Var(value), node=pattern)))

        pair = self.temp("item")
        items = self.bind("method", [again(subject)], hint="items", fn="items", node=pattern)
        self.emit(core.For(pair, items, self.inside(body), node=pattern))
        return rest

    def _class_pattern(self, pattern: gast.MatchClass, subject: Atom, bound: Bound, then: Callable[[], object]) -> None:
        positional: tuple[str | None, ...] | None = ()
        if pattern.patterns:
            known = self.known_value(pattern.cls)
            count = len(pattern.patterns)
            positional = patterns.positional_names(known, count) if isinstance(known, type) else None
        if positional is None:
            advice = "name the attributes, as in `case Point(x=a, y=b)`"
            self.refuse(pattern, "a class pattern whose positional parts are not known beforehand", advice)
            return
        cls = self.expr(pattern.cls)
        keywords = tuple(pattern.kwd_attrs)
        if positional or keywords:
            asked = [again(subject), cls, Const(positional), Const(keywords)]
            test = self._call_of(patterns.is_instance, asked)
        else:
            test = self._call_of(builtins.isinstance, [again(subject), cls])
        names = [*positional, *keywords]

        def attributes() -> None:
            parts: list[tuple[Any, Atom]] = []
            for part, name in zip([*pattern.patterns, *pattern.kwd_patterns], names, strict=True):
                value = subject
                if name is not None:
                    value = self.bind("attr", [again(subject)], hint=name, fn=name, node=pattern)
                parts.append((part, value))
            self._parts(parts, bound, then)

        self._when(test, attributes)

    def _call_of(self, fn: Any, args: list[Atom]) -> Atom:
        """A call of a function of ours, or of a builtin whatever the user calls by its name."""
        return self.bind("call", args, fn=Const(fn))


def _captures(pattern: Any) -> dict[str, None]:
    """The names that a pattern binds, in order."""
    found: dict[str, None] = {}
    for node in gast.walk(pattern):
        name = getattr(node, "rest", None) if isinstance(node, gast.MatchMapping) else None
        if isinstance(node, gast.MatchAs | gast.MatchStar):
            name = node.name
        if name is not None:
            found[name] = None
    return found


def _is_plain(pattern: Any) -> bool:
    """Whether a pattern only compares the subject with values."""
    if isinstance(pattern, gast.MatchOr):
        return all(_is_plain(p) and not isinstance(p, gast.MatchOr) for p in pattern.patterns)
    return isinstance(pattern, gast.MatchValue | gast.MatchSingleton)


def _is_wildcard(pattern: Any) -> bool:
    if isinstance(pattern, gast.MatchStar):
        return pattern.name is None
    return isinstance(pattern, gast.MatchAs) and pattern.pattern is None and pattern.name is None
