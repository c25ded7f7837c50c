"""Patterns of a `match` that takes sequences apart, rewritten so that they ask a `Matched` for items (`matching.py`).

case [a, [b, *c]]     case .Matched(parts_2_=[.Matched(it=a), .Matched(parts_1_0=[.Matched(it=b), c])])
case [a] as b         case .Matched(it=b, whole=.Matched(parts_1_=[.Matched(it=a)]))
case {"k": [a]}       case .Matched(it={"k": _}, key_'k'=.Matched(parts_1_=[.Matched(it=a)]))
case P(x=[a], y=b)    case .Matched(it=P(y=b), of_x=.Matched(parts_1_=[.Matched(it=a)]))
case P(a, y=b)        case .Matched(it=P(a, y=b))
"""

from __future__ import annotations

import ast
from typing import Any


def asks_items(pattern: ast.AST) -> bool:
    """Whether there is a pattern of a sequence in it."""
    return any(isinstance(p, ast.MatchSequence) for p in ast.walk(pattern))


def rewritten(pattern: Any, cls: ast.expr) -> Any:
    """A pattern that asks a `Matched`, the class which `cls` names, for what the pattern asks of a subject."""

    def asking(**asked: Any) -> Any:
        made = ast.MatchClass(cls, [], list(asked), list(asked.values()))
        return ast.copy_location(made, pattern)

    def below(part: Any) -> Any:
        return rewritten(part, cls)

    match pattern:
        case ast.MatchSequence(patterns=parts):
            star = next((i for i, p in enumerate(parts) if isinstance(p, ast.MatchStar)), None)
            counts = f"{len(parts)}_" if star is None else f"{star}_{len(parts) - star - 1}"
            made = [_rest(p) if isinstance(p, ast.MatchStar) else below(p) for p in parts]
            return asking(**{f"parts_{counts}": ast.copy_location(ast.MatchSequence(made), pattern)})
        case ast.MatchOr(patterns=choices) if asks_items(pattern):
            return ast.copy_location(ast.MatchOr([below(p) for p in choices]), pattern)
        case ast.MatchAs(pattern=inner, name=name) if inner is not None and asks_items(inner):
            return asking(it=ast.copy_location(ast.MatchAs(None, name), pattern), whole=below(inner))
        case ast.MatchMapping(keys=keys, patterns=parts) if asks_items(pattern) and all(map(_is_plain, keys)):
            asked = {f"key_{ast.unparse(k)}": below(p) for k, p in zip(keys, parts, strict=True) if asks_items(p)}
            pattern.patterns = [_anything(p) if asks_items(p) else p for p in parts]
            return asking(it=pattern, **asked)
        case ast.MatchClass(patterns=[], kwd_attrs=names, kwd_patterns=parts) if asks_items(pattern):
            pairs = list(zip(names, parts, strict=True))
            pattern.kwd_attrs = [n for n, p in pairs if not asks_items(p)]
            pattern.kwd_patterns = [p for p in parts if not asks_items(p)]
            return asking(it=pattern, **{f"of_{n}": below(p) for n, p in pairs if asks_items(p)})
    return asking(**{"apart" if asks_items(pattern) else "it": pattern})


def _is_plain(key: ast.expr) -> bool:
    return type(key) is ast.Constant and type(key.value) in (str, int)


def _anything(at: ast.AST) -> Any:
    return ast.copy_location(ast.MatchAs(), at)


def _rest(star: Any) -> Any:
    """The rest of the parts of a `Matched`, which are in one list."""
    return ast.copy_location(ast.MatchAs(None, star.name), star)
