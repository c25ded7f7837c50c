"""Shadow memory mirrors the sharing of the arrays that it belongs to."""

import mmap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from dualad.errors import Unsupported
from dualad.shadow import Shadows


class Sub(np.ndarray):
    pass


def mirrors(base, view):
    """Numbers written into base's shadow are read through the view's shadow as they would be in the values."""
    table = Shadows()
    shadow = table.of(base)
    base[...] = np.arange(base.size).reshape(base.shape)
    shadow[...] = base
    got = table.of(view)
    assert got.shape == view.shape
    assert got.strides == view.strides
    np.testing.assert_array_equal(got, view)
    if 0 not in view.strides:
        base[...] = 0
        shadow[...] = 0
        if view.flags.writeable:
            view[...] = 5
            got[...] = 5
            np.testing.assert_array_equal(shadow, base)
    # the same, the view first
    table = Shadows()
    got = table.of(view)
    assert table.peek(base) is not None
    table.of(base)[...] = np.arange(base.size).reshape(base.shape)
    base[...] = np.arange(base.size).reshape(base.shape)
    np.testing.assert_array_equal(got, view)


VIEWS = {
    "itself": lambda a: a,
    "slice": lambda a: a[1:, ::2],
    "transpose": lambda a: a.T,
    "negative": lambda a: a[::-1, ::-2],
    "reshape": lambda a: a.reshape(-1, 2, order="A"),
    "row": lambda a: a[2],
    "element": lambda a: a[1, 2, ...],
    "newaxis": lambda a: a[:, None],
    "broadcast": lambda a: np.broadcast_to(a, (3, *a.shape)),
    "broadcast row": lambda a: np.broadcast_to(a[0], (5, a.shape[1])),
    "windows": lambda a: sliding_window_view(a, 2, axis=0),
    "strided": lambda a: as_strided(a, (3, 3), (a.strides[0], a.strides[1])),
    "diagonal": lambda a: np.diagonal(a),
    "swapped": lambda a: a.swapaxes(0, 1)[1:],
    "view of view": lambda a: a[1:][:, 1:].T[::-1],
    "subclass": lambda a: a.view(Sub)[1:],
    "of subclass": lambda a: np.asarray(a.view(Sub)[1:]),
    "memoryview": lambda a: np.asarray(memoryview(a)) if a.flags.c_contiguous else a,
}


@pytest.mark.parametrize("make", VIEWS.values(), ids=VIEWS.keys())
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128, np.float16])
def test_views(make, order, dtype):
    base = np.zeros((4, 4), dtype, order=order)
    mirrors(base, make(base))


def test_owner_is_found_at_once_and_once():
    a = np.zeros(5)
    table = Shadows()
    assert table.of(a) is table.of(a)
    assert len(table) == 1
    assert table.peek(np.zeros(5)) is None
    assert table.peek(a[1:]).base is not None


def test_zero_dimensions():
    a = np.array(2.0)
    table = Shadows()
    table.of(a)[()] = 3.0
    assert table.of(a[...]) == 3.0
    assert table.peek(a.reshape(1))[0] == 3.0


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 2)])
def test_empty(shape):
    a = np.zeros(shape)
    table = Shadows()
    assert table.of(a).shape == shape
    assert table.peek(a) is None or table.peek(a).shape == shape
    assert table.of(np.zeros(4)[4:]).shape == (0,)


def test_frombuffer_twice():
    raw = bytearray(64)
    a, b = np.frombuffer(raw), np.frombuffer(raw, offset=16, count=3)
    table = Shadows()
    table.of(b)[0] = 7.0
    assert table.of(a)[2] == 7.0
    assert len(table) == 1


def test_memory_of_others_has_no_shadow_before_it_is_asked_for():
    table = Shadows()
    table.of(np.zeros(5))
    assert table.peek(np.frombuffer(bytearray(16))) is None


def test_memory_map():
    with mmap.mmap(-1, 4096) as raw:
        a, b = np.frombuffer(raw, count=8), np.frombuffer(raw, offset=8, count=3)
        table = Shadows()
        table.of(a)[1] = 7.0
        assert table.of(b)[0] == 7.0
        del a, b, table


def test_dlpack():
    a = np.arange(6.0)
    view = np.from_dlpack(a[1:4])
    table = Shadows()
    table.of(a)[2] = 7.0
    assert table.of(view)[1] == 7.0
    assert table.peek(view)[1] == 7.0


def test_dlpack_of_the_part_first():
    a = np.arange(6.0)
    view = np.from_dlpack(a[1:4])
    table = Shadows()
    table.of(view)[1] = 7.0
    assert table.of(np.from_dlpack(a[2:4]))[0] == 7.0
    with pytest.raises(Unsupported, match="share a part"):
        table.of(a)
    assert table.of(np.zeros(3)).shape == (3,)


def test_parts_of_complex():
    z = np.zeros(3, complex)
    table = Shadows()
    table.of(z)[1] = 2 + 3j
    np.testing.assert_array_equal(table.of(z.real), [0, 2, 0])
    np.testing.assert_array_equal(table.of(z.imag), [0, 3, 0])
    np.testing.assert_array_equal(table.peek(z.view(float)), [0, 0, 2, 3, 0, 0])
    other = Shadows()
    other.of(z.imag)[2] = 4.0
    assert other.of(z)[2] == 4j


def test_record_fields():
    r = np.zeros(3, [("a", "f8"), ("b", "f8")])
    table = Shadows()
    table.of(r["b"])[:] = [1, 2, 3]
    np.testing.assert_array_equal(table.of(r["a"]), [0, 0, 0])
    np.testing.assert_array_equal(table.of(r["b"][1:]), [2, 3])


@pytest.mark.parametrize("dtype", [np.int64, np.float32, np.uint8, np.complex64])
def test_other_dtype_over_the_same_bytes_is_refused(dtype):
    a = np.zeros(4)
    table = Shadows()
    table.of(a)
    with pytest.raises(Unsupported, match="astype"):
        table.of(a.view(dtype))
    with pytest.raises(Unsupported, match="astype"):
        table.peek(a.view(dtype))


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8, bool])
def test_integers_have_float_shadows(dtype):
    a = np.zeros((4, 3), dtype)
    table = Shadows()
    shadow = table.of(a)
    assert shadow.dtype == np.float64
    assert shadow.shape == (4, 3)
    shadow[2, 1] = 0.5
    assert table.of(a[1:, ::-1])[1, 1] == 0.5
    assert table.of(a.T)[1, 2] == 0.5
    assert table.of(a) is shadow


def test_objects_are_refused():
    with pytest.raises(Unsupported, match="object"):
        Shadows().of(np.zeros(2, object))


def test_given_dtype():
    a = np.zeros((3, 2))
    table = Shadows()
    s = table.of(a, complex)
    assert s.dtype == complex
    table.of(a[1:], complex)[0, 1] = 2j
    assert s[1, 1] == 2j
    with pytest.raises(Unsupported):
        table.of(a, np.float32)


def test_forsaken_owners_are_let_go():
    table = Shadows()
    kept = [np.zeros(2) for _ in range(10)]
    views = [np.zeros((2, 2))[1:] for _ in range(10)]
    for a in (*kept, *views):
        table.of(a)[...] = 3.0
    last = None
    for _ in range(1000):
        last = table.of(np.zeros(3))
    assert len(table) < 100
    assert not last.any()
    assert all((table.peek(a) == 3.0).all() for a in (*kept, *views))


def test_owners_are_held():
    table = Shadows()
    for i in range(200):
        a = np.zeros(3)
        assert not table.of(a).any()
        table.of(a)[:] = i + 1


@given(st.data())
def test_any_two_views_overlap_as_the_values_do(data):
    base = np.zeros((3, 4, 2))

    def view():
        v = base
        for _ in range(data.draw(st.integers(0, 3))):
            v = data.draw(st.sampled_from([
                lambda v: v[1:], lambda v: v[::-1], lambda v: v.T, lambda v: v[..., None], lambda v: v[..., :-1],
                lambda v: v.reshape(-1), lambda v: v[None],
            ]))(v)
        return v

    a, b = view(), view()
    if not (np.shares_memory(base, a) and np.shares_memory(base, b)):
        return
    table = Shadows()
    x, y = table.of(a), table.of(b)
    a[...] = x[...] = np.arange(a.size).reshape(a.shape) + 1
    np.testing.assert_array_equal(y, b)
