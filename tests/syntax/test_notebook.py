"""Functions of a notebook, run by a real kernel."""

import os
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = str(Path(__file__).resolve().parents[2])
CELLS = [
    "import numpy as np\nimport dualad\nfrom dualad import grad",
    "# a cell of its own\ndef f(x, k=2.0):\n    s = 0.0\n    for v in x:\n        s = s + np.sin(v) * k\n    return s\n"
    "two = (lambda x: x * x, lambda x: x * x * x)",
    "print(np.allclose(grad(f)(np.arange(3.0)), 2.0 * np.cos(np.arange(3.0))))",
    "print(grad(two[0])(3.0), grad(two[1])(3.0), grad(lambda x: 5 * x)(1.0))",
    "def f(x):\n    return np.sum(x ** 3)",
    "print(grad(f)(np.array([1.0, 2.0])))",
    "def g(x):\n    if x > 1:\n        raise ValueError('at x')\n    return x\n"
    "try:\n    grad(g)(2.0)\nexcept ValueError as e:\n    print(*e.__notes__)",
    "def h(x):\n    y = -(yield from x)\n    class A: k = x\n\n"
    "try:\n    grad(h)(1.0)\nexcept dualad.DualadError as e:\n    print(e)",
    "%%time\nq = grad(two[0])(4.0)",
    "print(q)",
]


@pytest.mark.skipif(sys.platform == "win32", reason="kernels of a test need a Unix event loop")
def test_notebook(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(p for p in (ROOT, os.environ.get("PYTHONPATH")) if p))
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in CELLS])
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    texts = ["".join(o.get("text", "") for o in cell.outputs if o.output_type == "stream") for cell in book.cells]
    assert texts[2] == "True\n"
    assert texts[3] == "6.0 27.0 5.0\n"
    assert texts[5] == "[ 3. 12.]\n"
    assert "raise ValueError('at x')" in texts[6] and "^^^" in texts[6]
    assert "2 places" in texts[7] and "class A: k = x" in texts[7] and "Instead: " in texts[7]
    assert texts[9] == "8.0\n"
