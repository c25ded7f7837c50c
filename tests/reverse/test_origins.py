"""Texts of emitted functions live as long as code that was made of them, and keep nothing of the user's alive."""

import gc
import linecache
import weakref
from typing import Any

import numpy as np
import pytest

import dualad
from dualad.reverse.origins import origin


def emitted() -> set[str]:
    return {name for name in linecache.cache if name.startswith("<dualad ")}


def made() -> Any:
    big = np.ones(3)

    def f(x):
        s = 0.0
        for i in range(3):
            s += np.log(x[i]) * big[i]
        return s

    return f


def test_texts_go_with_their_functions() -> None:
    dualad.clear_cache()
    gc.collect()
    before = emitted()
    f = made()
    dualad.grad(f)(np.ones(3))
    dualad.vjp(f, np.ones(3))
    assert all(origin(name) is not None for name in emitted() - before)
    assert emitted() > before
    ref = weakref.ref(f)
    del f
    dualad.clear_cache()
    gc.collect()
    assert emitted() <= before
    assert ref() is None


def broken(x: Any) -> Any:
    raise RuntimeError("no partial")


square = dualad.primitive(lambda x: x * x, broken)


def test_text_of_a_pullback_stays_while_it_can_run() -> None:
    def f(x):
        return 2.0 * square(x)

    _, pull = dualad.vjp(f, 3.0)
    del f
    dualad.clear_cache()
    gc.collect()
    with pytest.raises(RuntimeError) as info:
        pull(1.0)
    names = []
    trace = info.value.__traceback__
    while trace is not None:
        names.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    ours = [name for name in names if name.startswith("<dualad ")]
    assert ours
    assert all(linecache.getlines(name) and origin(name) is not None for name in ours)


def test_user_lines_are_named_after_the_caches_were_cleared() -> None:
    def f(x):
        y = x * 2.0
        return np.sum(np.linalg.inv(y))

    _, pull = dualad.vjp(lambda x: f(x), np.eye(2) * 3.0)
    dualad.clear_cache()
    gc.collect()
    assert np.allclose(pull(1.0)[0], -np.ones((2, 2)) / 18.0)
    with pytest.raises(np.linalg.LinAlgError) as info:
        dualad.vjp(f, np.zeros((2, 2)))
    assert any("np.linalg.inv(y)" in note for note in info.value.__notes__)


def test_rewritten_code_of_forward_mode_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from dualad.forward import lift

    monkeypatch.setattr(lift, "LIMIT", 8)
    for k in range(40):
        name = f"<bounded {k}>"
        text = f"def f(x):\n    return x * x + {k}\n"
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        space: dict[str, Any] = {}
        exec(compile(text, name, "exec"), space)
        assert dualad.jvp(space["f"], (3.0,), (1.0,)) == (9.0 + k, 6.0)
        del linecache.cache[name]
    gc.collect()
    assert len(lift._templates) <= 8
    assert len(lift._functions) <= 8
