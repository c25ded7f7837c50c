"""Sources under other ways of running Python: flags, standard input, the REPL."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = '''
"""A module docstring."""
import os, sys
import numpy as np
from dualad.syntax.source import read

def f(x):
    """A docstring."""
    assert x > 0, "positive"
    if __debug__:
        x = x + 1
    return np.sin(x)

class A:
    def g(self, x):
        assert x
        return [lambda y: x * y]

fs = [lambda x: np.sin(x) + 1, lambda y: np.sin(y) + 1, lambda z: z]
def show():
    for fn in (f, A.g, A().g(1)[0], *fs):
        try:
            print(read(fn).tree.lineno, read(fn).tree.col_offset)
        except Exception as e:
            print(type(e).__name__, str(e).splitlines()[0])
'''
SHOWN = ["7 0", "15 4", "17 16", "19 6", "19 31", "19 56"]


PLAIN = "from dualad.syntax.source import read\ndef f(x): return x\ntry: {}\nexcept Exception as e: print(e)\n"


def python(*arguments, cwd, stdin=None):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("flags", [(), ("-O",), ("-OO",), ("-X", "frozen_modules=off")])
def test_optimised_and_cached_modules(tmp_path, flags):
    (tmp_path / "written.py").write_text(SCRIPT)
    for _ in range(2):  # compiled, then read from its .pyc
        assert python(*flags, "-c", "import written; written.show()", cwd=tmp_path) == SHOWN


def test_script_of_a_relative_path_after_chdir(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "script.py").write_text(SCRIPT + "os.chdir('/')\nsys.path[:] = []\nshow()\n")
    assert python("sub/script.py", cwd=tmp_path) == SHOWN


def test_traced_code(tmp_path):
    tail = "sys.settrace(lambda *a: None)\nfor _ in range(100): f(1.0)\nshow()\n"
    (tmp_path / "script.py").write_text(SCRIPT + tail)
    assert python("script.py", cwd=tmp_path) == SHOWN


def test_without_columns_lambdas_of_one_line_are_refused(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT + "show()\n")
    *clear, one, two, three = python("-X", "no_debug_ranges", "script.py", cwd=tmp_path)
    assert clear == SHOWN[:3] and three == SHOWN[-1]
    assert one.startswith("Unsupported") and "Give each a line of its own" in one and two == one


def test_standard_input_has_no_source(tmp_path):
    script = PLAIN.format("read(f)")
    first, *rest = python("-", cwd=tmp_path, stdin=script)
    assert first == "f cannot be differentiated: its source cannot be read from <stdin>."
    assert any("dualad.primitive(" in line for line in rest)


def test_the_command_line_has_no_source_or_its_own(tmp_path):
    """Python 3.13 keeps the text of `-c`; before, there is none."""
    script = PLAIN.format("print(read(f).name)")
    first, *rest = python("-c", script, cwd=tmp_path)
    if first == "f":
        assert sys.version_info >= (3, 13)
    else:
        assert first.startswith("f cannot be differentiated: its source cannot be read from <string>")


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the REPL keeps its source from Python 3.13 on")
def test_the_repl(tmp_path):
    pty = pytest.importorskip("pty", reason="needs a terminal")
    script = textwrap.dedent("""
        import numpy as np
        from dualad.syntax.source import read
        def f(x):
            return np.sin(x)

        fs = [lambda x: x, lambda x: -x]
        print("found", read(f).tree.body[0].lineno, read(fs[1]).tree.col_offset)
        exit()
    """).lstrip()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "PYTHON_HISTORY": str(tmp_path / "history")}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execve(sys.executable, [sys.executable, "-q"], env)
    seen = b""
    try:
        for line in script.splitlines(keepends=True):
            while not seen.rstrip().endswith((b">>>", b"...", b"[?25h")) and b">>> " not in seen[-40:]:
                seen += os.read(terminal, 4096)
            os.write(terminal, line.replace("\n", "\r").encode())
            seen += os.read(terminal, 4096)
        while b"found 2 19" not in seen:
            seen += os.read(terminal, 4096)
    except OSError:
        pass
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)
    assert b"found 2 19" in seen, seen.decode()
