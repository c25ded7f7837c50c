"""README's Python runs as it stands and prints what README shows; `python tests/test_readme.py` writes it anew.

Blocks of Python run in order, as one program. The block after `<!-- output -->` is what the program has printed since
the last one; after `<!-- output, numbers vary -->` only the words must be the same.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(
    r"(?P<marker><!-- output(?:, numbers vary)? -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL
)


def outputs(text: str) -> list[tuple[re.Match[str], str]]:
    """Each output block with what the program printed there."""
    namespace: dict[str, object] = {"__name__": "readme"}
    printed = io.StringIO()
    found = []
    for i, block in enumerate(BLOCK.finditer(text)):
        if block["marker"]:
            found.append((block, "\n".join(line.rstrip() for line in printed.getvalue().rstrip().splitlines()) + "\n"))
            printed.seek(0)
            printed.truncate()
        elif block["language"] == "python":
            name = f"<README block {i}>"
            linecache.cache[name] = (len(block["text"]), None, block["text"].splitlines(keepends=True), name)
            with contextlib.redirect_stdout(printed):
                exec(compile(block["text"], name, "exec"), namespace)
    return found


def words(text: str) -> list[str]:
    """The words of a text, numbers and units of time masked."""
    return re.sub(r"~?\d[\d.]*(e[+-]?\d+)?( (ns|us|ms|s)\b)?", "#", text).split()


def rendered(text: str) -> str:
    """README with fresh output."""
    for block, printed in reversed(outputs(text)):
        text = text[: block.start("text")] + printed + text[block.end("text") :]
    return text


@pytest.fixture
def no_rules_left():
    from dualad import registry

    before = dict(registry._primitives)
    yield
    for fn in [fn for fn in registry._primitives if fn not in before and getattr(fn, "__module__", "") == "readme"]:
        registry.remove(fn)


def test_python_prints_what_readme_shows(no_rules_left):
    found = outputs(README.read_text())
    assert len(found) > 4
    for block, printed in found:
        if "vary" in block["marker"]:
            assert words(printed) == words(block["text"])
        else:
            assert printed == block["text"]


def test_first_two_commands_are_one_line_each():
    commands = re.findall(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)[:2]
    assert all(command.count("\n") == 1 for command in commands)
    assert "examples/digits.py" in commands[0]
    assert "pytest" in commands[1]


def test_files_that_readme_names_exist():
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", README.read_text()):
        assert (README.parent / path).exists(), path


if __name__ == "__main__":
    README.write_text(rendered(README.read_text()))
