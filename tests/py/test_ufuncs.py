"""`aipy.vectorize` and `aipy.guvectorize`: ufuncs that do what a loop over the elements does."""

from __future__ import annotations

import math
import subprocess
import sys
import warnings
from typing import Any

import aipy
import numpy as np
import pytest


def scaled(x, y):
    """Give a mean of both."""
    return x * 0.75 + y * 0.25


def branching(x):
    if x < 0:
        return 0
    return math.sqrt(x)


def larger(a, b):
    return a if a > b else b


def added(a, b):
    return a + b


def inverse(x):
    if x == 13:
        raise ValueError("thirteen")
    return 1 / x


def loop_over(function: Any, *arrays: Any) -> list[Any]:
    return [function(*values) for values in zip(*arrays, strict=True)]


@pytest.fixture
def mean() -> Any:
    return aipy.vectorize(["float64(float64, float64)", "float32(float32, float32)"])(scaled)


def test_it_is_a_ufunc(mean: Any) -> None:
    assert isinstance(mean, np.ufunc)
    assert mean.types == ["dd->d", "ff->f"]
    assert mean.nin == 2
    assert mean.nout == 1
    assert mean.__name__ == "scaled"
    assert "Give a mean" in mean.__doc__


def test_elements_broadcasting_out_and_where(mean: Any) -> None:
    a, b = np.linspace(0, 1, 5000), np.linspace(3, 1, 5000)
    assert mean(a, b).tolist() == loop_over(scaled, a, b)
    assert mean(a[::3], b[::-3][: len(a[::3])]).tolist() == loop_over(
        scaled, a[::3], b[::-3][: len(a[::3])]
    )
    rows = mean(a[:4, None], b[:3])
    assert rows.tolist() == [[scaled(x, y) for y in b[:3]] for x in a[:4]]
    assert mean(2.0, 1.0) == 1.75
    assert type(mean(2.0, 1.0)) is np.float64
    out = np.zeros(5000)
    assert mean(a, b, out=out, where=a > 0.5) is out
    assert out.tolist() == [scaled(x, y) if x > 0.5 else 0.0 for x, y in zip(a, b, strict=True)]
    assert mean(a, b, out).tolist() == loop_over(scaled, a, b)
    assert mean(a[:0], b[:0]).shape == (0,)


def test_types_are_chosen_by_numpy(mean: Any) -> None:
    single = np.arange(100, dtype="float32")
    assert mean(single, single).dtype == np.float32
    assert mean(single, np.arange(100.0)).dtype == np.float64
    assert mean(np.arange(100), 2).dtype == np.float64
    assert mean(single, single, dtype="float64").dtype == np.float64
    with pytest.raises(TypeError, match="not supported for the input types"):
        mean("a", "b")


def test_reductions() -> None:
    function = aipy.vectorize(["int64(int64, int64)", "float64(float64, float64)"], identity=0)(
        added
    )
    a = np.arange(3000)
    assert function.reduce(a) == a.sum()
    assert function.accumulate(a).tolist() == a.cumsum().tolist()
    assert function.reduceat(a, [0, 10, 500]).tolist() == np.add.reduceat(a, [0, 10, 500]).tolist()
    assert function.outer(a[:3], a[:4]).tolist() == np.add.outer(a[:3], a[:4]).tolist()
    grid = a.reshape(30, 100) / 7
    assert np.allclose(function.reduce(grid, axis=1), grid.sum(axis=1))
    assert function.reduce(a[:0]) == 0
    function.at(a, [1, 1, 5], 10)
    assert a[:6].tolist() == [0, 21, 2, 3, 4, 15]


def test_errors_are_the_functions() -> None:
    function = aipy.vectorize("float64(float64)")(inverse)
    a = np.arange(1.0, 5000.0)
    with pytest.raises(ValueError, match="thirteen") as caught:
        function(a)
    assert "inverse" in [entry.name for entry in caught.traceback]
    with pytest.raises(ValueError, match="thirteen"):
        function(a.astype(int).reshape(-1, 1)[::2, :])
    with pytest.raises(ValueError, match="thirteen"):
        function(np.full(20000, 13, dtype="int32"))
    assert function(np.array([2.0])) == 0.5


def test_warnings_are_those_of_scalars() -> None:
    function = aipy.vectorize("float64(float64)")(inverse)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert function(np.array([1.0, 0.0, 4.0])).tolist() == [1.0, math.inf, 0.25]
    assert [str(w.message) for w in seen] == ["divide by zero encountered in scalar divide"]
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        function(np.zeros(3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        function(np.arange(1.0, 10_000.0) + 20)


def test_types_that_come() -> None:
    function = aipy.vectorize(larger)
    assert function([1, 5, 3], [4, 2, 6]).tolist() == [4, 5, 6]
    assert function(np.float32([1, 5]), np.float32([4, 2])).dtype == np.float32
    assert function(2.5, np.arange(4)).tolist() == [2.5, 2.5, 2.5, 3.0]
    assert function(2, 3) == 3
    assert function.types == ["ll->l", "ff->f", "dl->d"]
    assert function.reduce(np.arange(10.0)) == 9.0
    assert function.accumulate(np.array([1, 3, 2])).tolist() == [1, 3, 3]
    assert function.outer([1, 2], [0, 5]).tolist() == [[1, 5], [2, 5]]
    assert function.__wrapped__ is larger
    assert function("b", "a") == "b"
    assert function(np.array([10**30, 2], object), 3).tolist() == [10**30, 3]


def test_results_become_wider_where_they_must() -> None:
    function = aipy.vectorize(branching)
    a = np.arange(-3, 3000)
    assert function(a).tolist() == loop_over(branching, a)
    assert function(a).dtype == np.float64


def test_large_arrays_run_natively() -> None:
    function = aipy.vectorize(["float64(float64, float64)"], mode="always")(scaled)
    a, b = np.linspace(0, 1, 100_000), np.linspace(3, 1, 100_000)
    for _ in range(3):
        assert function(a, b).tobytes() == scaled(a, b).tobytes()


def test_layouts() -> None:
    @aipy.guvectorize(["(float64[:], float64[:], float64[:])"], "(n),(n)->()")
    def dot(a, b, out):
        s = 0.0
        for i in range(len(a)):
            s += a[i] * b[i]
        out[0] = s

    assert isinstance(dot, np.ufunc)
    assert dot.signature == "(n),(n)->()"
    a = np.arange(24.0).reshape(2, 3, 4)
    expected = np.einsum("ijk,k->ij", a, a[0, 0])
    assert dot(a, a[0, 0]).tolist() == expected.tolist()
    assert dot(a.transpose(0, 2, 1), a[0, :, 0]).shape == (2, 4)
    with pytest.raises(ValueError, match="mismatch"):
        dot(a, a[0, 0, :2])

    @aipy.guvectorize("(int64[:], int64, int64[:])", "(n), () -> (n)")
    def shifted(a, by, out):
        for i in range(a.shape[0]):
            out[i] = a[i] + by

    assert shifted(np.arange(6).reshape(2, 3), [10, 20]).tolist() == [[10, 11, 12], [23, 24, 25]]


def test_what_a_kernel_keeps_is_a_copy() -> None:
    kept = []

    @aipy.guvectorize("(float64[:], float64[:])", "(n)->()")
    def first(a, out):
        kept.append(a)
        out[0] = a[0]

    a = np.arange(12.0).reshape(3, 4)
    first(a + 0)
    assert [k.tolist() for k in kept] == a.tolist()


def test_errors_in_layouts() -> None:
    @aipy.guvectorize("(float64[:], float64[:])", "(n)->()")
    def item(a, out):
        out[0] = a[3]

    with pytest.raises(IndexError):
        item(np.zeros((5, 3)))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: aipy.vectorize("float64")(scaled), ValueError, "one looks like"),
        (lambda: aipy.vectorize("float64(strange)")(branching), ValueError, "strange"),
        (lambda: aipy.vectorize("float64(float64)")(scaled), TypeError, "1 positional arguments"),
        (lambda: aipy.vectorize(["f8(f8)", "f8(f8,f8)"])(scaled), ValueError, "same number"),
        (lambda: aipy.vectorize("float64(float64)")(len), TypeError, "Python function"),
        (lambda: aipy.vectorize(lambda: 1), TypeError, "0 parameters"),
        (lambda: aipy.vectorize("f8(f8,f8)", identity="x")(scaled), TypeError, "identity"),
        (lambda: aipy.vectorize(wrong=1)(scaled), TypeError, "no option 'wrong'"),
        (lambda: aipy.guvectorize([], "(n)->()")(scaled), ValueError, "at least one signature"),
        (lambda: aipy.guvectorize("(f8[:])", "(n)->()")(branching), ValueError, "2 types|1 types"),
        (lambda: aipy.guvectorize("(f8[:],f8)", "(n),()")(scaled), ValueError, "layout"),
        (lambda: aipy.vectorize(lambda x: "text")(3), TypeError, "no ufunc of numbers"),
    ],
)
def test_bad_input_says_what_to_do(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()


def test_importing_aipy_imports_no_numpy() -> None:
    code = "import aipy, sys; aipy.prange(3); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
