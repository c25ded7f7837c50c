"""Parts of a file's text, parsed and compiled again so that code objects can be compared with them.

A part is compiled in a setting, because code depends on more than its own text: a compiler flag of `__future__`, and
whether the module imports a name at its top (`np.sin(x)` compiles to something else then). Files are compiled as a
whole, notebooks and the REPL statement by statement, where imports of other statements do not count.
"""

from __future__ import annotations

import ast
import re
import threading
import types
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Literal, cast

Span = tuple[int, int]
Setting = Literal["imports", "all imports", "apart", "whole"]
Codes = dict[str, list[types.CodeType]]

_LIMIT = 64
_IMPORT = re.compile(
    r"(?:^|;)([ \t]*)(?:from[ \t]+\S+[ \t]+)?import\b[ \t]*(\([^)]*\)|(?:[^\n;\\#]|\\\n)*)", re.MULTILINE
)
_COMMENT = re.compile(r"#.*")
_NOT_A_START = frozenset(" \t\f\r\n#)]}")
_lock = threading.Lock()


class Text:
    """The text of a file and the parts of it that have been parsed; made once per state of the file."""

    __slots__ = ("_codes", "_imports", "_starts", "_trees", "filename", "lines")

    def __init__(self, lines: tuple[str, ...], filename: str) -> None:
        self.lines = lines
        self.filename = filename
        self._trees: dict[Span, ast.Module | None] = {}
        self._codes: dict[tuple[Span, Setting, int, int], Codes] = {}
        self._imports: tuple[set[str], set[str]] | None = None
        self._starts: list[int] | None = None

    @property
    def whole(self) -> Span:
        """All lines."""
        return (0, len(self.lines))

    def guess(self, first: int, last: int) -> Span:
        """The lines, as a half-open range from 0, of what looks like the top-level statement from line first to last.

        Only a guess, since a string may hold lines that look like code.
        """
        starts = self._begun()
        at = max(bisect_right(starts, min(first, len(self.lines)) - 1) - 1, 0)
        start = starts[at] if starts else 0
        decorating = self.lines[start].startswith("@")
        for stop in starts[at + 1 :]:
            if stop >= last and not decorating:
                return start, stop
            decorating = self.lines[stop].startswith("@")
        return start, len(self.lines)

    def _begun(self) -> list[int]:
        """The lines that may begin a top-level statement; the first one always may."""
        if self._starts is None:
            begun = [at for at, line in enumerate(self.lines) if line[:1] not in _NOT_A_START]
            self._starts = begun if begun[:1] == [0] else [0, *begun]
        return self._starts

    def tree(self, span: Span) -> ast.Module | None:
        """The tree of some lines with the file's line numbers (shared: never change it); None if it is no Python."""
        if span not in self._trees:
            text = "\n" * span[0] + "".join(self.lines[slice(*span)])
            try:
                self._trees[span] = quietly_compiled(text, self.filename, ast.PyCF_ONLY_AST)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._trees[span] = None
        return self._trees[span]

    def codes(self, span: Span, setting: Setting, flags: int, optimize: int) -> Codes:
        """The code objects of some lines by qualified name, as they are when compiled in a setting."""
        key = (span, setting, flags, optimize)
        if key not in self._codes:
            codes = self._codes[key] = {}
            for module in self._modules(span, setting):
                try:
                    code = quietly_compiled(module, self.filename, flags, optimize)
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    continue
                for inner in _codes_in(code):
                    codes.setdefault(inner.co_qualname, []).append(inner)
        return self._codes[key]

    def _modules(self, span: Span, setting: Setting) -> list[ast.Module]:
        tree = self.tree(span)
        if tree is None:
            return []
        if setting == "whole":
            return [tree]
        if setting == "apart":
            return [ast.Module([statement], []) for statement in tree.body]
        names = sorted(self._imported()[setting == "all imports"])
        if not names:
            return [tree]
        return [ast.Module([ast.fix_missing_locations(ast.Import([ast.alias(n) for n in names])), *tree.body], [])]

    def _imported(self) -> tuple[set[str], set[str]]:
        """Names that statements without indentation import, and those that any import anywhere."""
        if self._imports is None:
            self._imports = (set(), set())
            for match in _IMPORT.finditer("".join(self.lines)):
                for item in _COMMENT.sub("", match[2]).replace("\\\n", " ").strip("() \t\n").split(","):
                    words = item.split()
                    name = words[-1].partition(".")[0] if words else ""
                    if name.isidentifier():
                        self._imports[1].add(name)
                        if not match[1]:
                            self._imports[0].add(name)
        return self._imports

    def settings(self) -> list[Setting]:
        """The settings worth trying for a part that is not the whole file, likely ones first."""
        plain, everywhere = self._imported()
        worth: dict[Setting, bool] = {"imports": bool(plain), "all imports": everywhere != plain, "apart": True}
        return [setting for setting, is_worth in worth.items() if is_worth]


_texts: dict[int, Text] = {}


def text_of(lines: tuple[str, ...], filename: str) -> Text:
    """The text of a file with what has been parsed of it so far; `lines` is one object while the file is unchanged."""
    text = _texts.get(id(lines))
    if text is None or text.lines is not lines or text.filename != filename:
        if len(_texts) >= _LIMIT:
            _texts.clear()
        text = _texts[id(lines)] = Text(lines, filename)
    return text


def forget() -> None:
    """Drop all that has been parsed."""
    _texts.clear()


def quietly_compiled(source: str | ast.AST, filename: str, flags: int, optimize: int = -1, mode: str = "exec") -> Any:
    """Compile without warnings: the user has seen those of this text when it was imported."""
    flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # cells of notebooks may await
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(cast(Any, source), filename, mode, flags, dont_inherit=True, optimize=optimize)


def _codes_in(code: types.CodeType) -> Iterator[types.CodeType]:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from _codes_in(const)
