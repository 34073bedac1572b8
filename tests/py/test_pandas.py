"""aipy as an engine of pandas, and compiled functions given to its other methods."""

from __future__ import annotations

import types
from typing import Any

import aipy
import numpy as np
import pytest

pd = pytest.importorskip("pandas", reason="pandas is not installed")

has_engines = pytest.mark.skipif(
    not hasattr(pd.api, "executors"), reason="this pandas takes no engines from others (3.0 does)"
)


def spread(values):
    least = most = values[0]
    for value in values:
        least = min(least, value)
        most = max(most, value)
    return most - least


def scaled(values, factor=2.0, *, offset=0.0):
    return values * factor + offset


def weighted(row):
    return row["a"] * 0.25 + row["b"] if row["a"] > 1 else row["c"]


def label(values):
    return "long name" if values[0] > 2 else "name"


def quotient(values):
    return 1 // int(values[0])


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def word(x):
    return None if x > 3 else str(x)


def fresh(function: Any) -> Any:
    copy = types.FunctionType(
        function.__code__, globals(), function.__name__, function.__defaults__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


@pytest.fixture
def frame() -> Any:
    return pd.DataFrame(
        {"a": [1.5, 2.5, -0.25, 4.0], "b": [3.0, np.nan, 1.0, 2.0], "c": [1, 7, 3, 2]},
        index=["w", "x", "y", "z"],
    )


def outcome(call: Any) -> Any:
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


def assert_same(found: Any, expected: Any) -> None:
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    elif isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected, check_exact=True)
    else:
        assert found == expected


@has_engines
@pytest.mark.parametrize("engine", [aipy.compile, aipy.compile(mode="always")])
@pytest.mark.parametrize(
    ("function", "options"),
    [
        (spread, {"raw": True}),
        (spread, {"raw": True, "axis": 1}),
        (spread, {"raw": True, "axis": "columns"}),
        (spread, {"axis": "index", "raw": True}),
        (scaled, {}),
        (scaled, {"raw": True, "axis": 1}),
        (scaled, {"args": (3.0,), "offset": 1.0}),
        (scaled, {"args": (3.0,), "offset": 1.0, "raw": True}),
        (weighted, {"axis": 1}),
        (label, {"raw": True}),
        (label, {"raw": True, "axis": 1}),
        (quotient, {"raw": True, "axis": 1}),
        (np.sqrt, {}),
        ("sum", {}),
    ],
)
def test_apply(frame: Any, function: Any, options: dict[str, Any], engine: Any) -> None:
    given = fresh(function) if isinstance(function, types.FunctionType) else function
    expected = outcome(lambda: frame.apply(function, **options))
    for _ in range(3):
        assert_same(outcome(lambda: frame.apply(given, engine=engine, **options)), expected)
    if given is not function:
        assert aipy.stats(given)["tier"] != ""


@has_engines
@pytest.mark.parametrize("na_action", [None, "ignore"])
def test_map(na_action: Any) -> None:
    numbers, some = pd.Series(range(1, 200), name="n"), pd.Series([1.0, np.nan, 4.0])
    for function, data in ((collatz, numbers), (word, some), (word, some.astype(object))):
        expected = outcome(lambda: data.map(function, na_action=na_action))
        given = fresh(function)
        for _ in range(3):
            found = outcome(lambda: data.map(given, na_action=na_action, engine=aipy.compile))
            assert_same(found, expected)
    expected = numbers.map(scaled, factor=0.5, offset=1)
    assert_same(numbers.map(scaled, factor=0.5, offset=1, engine=aipy.compile), expected)


@has_engines
def test_empty_frames(frame: Any) -> None:
    for empty in (frame.iloc[:0], frame[[]]):
        for axis in (0, 1):
            expected = outcome(lambda: empty.apply(lambda x: x.sum(), axis=axis))
            found = outcome(lambda: empty.apply(lambda x: x.sum(), axis=axis, engine=aipy.compile))
            assert_same(found, expected)


def test_windows_and_groups_take_compiled_functions(frame: Any) -> None:
    # pandas takes no engine of others for these: the compiled function itself is what they call.
    given = aipy.compile(fresh(spread), mode="always")
    column = pd.Series(np.sin(np.arange(300.0)))
    for _ in range(2):
        assert_same(
            column.rolling(7).apply(given, raw=True), column.rolling(7).apply(spread, raw=True)
        )
    groups = column.groupby(np.arange(300) % 7)
    assert_same(
        groups.apply(lambda group: given(group.to_numpy())),
        groups.apply(lambda group: spread(group.to_numpy())),
    )
    assert aipy.stats(given)["native_calls"] > 100
