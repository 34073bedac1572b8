"""Guesses that turn out wrong are learned from: the next version does not make them again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import aipy

PATIENCE = 60.0


def call_for(seconds: float, until: Callable[[], bool], call: Callable[[], object]) -> None:
    deadline = time.monotonic() + seconds
    while not until() and time.monotonic() < deadline:
        call()


def ask(table: Any, key: str) -> Any:
    found = table[key]
    return found


class Table:
    """Its look-ups are Python code: nothing is known of what they give but what came."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {"one": 1, "two": "2", "three": 3.0, "four": None}

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


def test_a_result_of_another_kind_is_guessed_wrong_once() -> None:
    function = aipy.compile(ask)
    table = Table()
    call_for(
        PATIENCE,
        lambda: aipy.stats(function)["tier"] == "native",
        lambda: function(table, "one"),
    )
    for _ in range(60):
        for _ in range(100):
            assert function(table, "two") == "2"
            assert function(table, "one") == 1
        assert aipy.wait(PATIENCE)
    assert aipy.stats(function)["versions_compiled"] <= 3
    assert aipy.stats(function)["guard_failures"] <= 12


def steps(rows: list[tuple[int, int]], odd: bool) -> Iterator[int]:
    for left, right in rows:
        a = left * 3 + right * 5 - 7
        b = (a * left + right) % 1009
        c = (b * a - left * 11 + right * 13) % 2003
        d = (a + b + c) * 17 % 4001
        if odd:
            d += (a * b * c) % 211
        yield a + b * 2 + c * 3 + d * 5


def test_a_generator_takes_what_has_run_only_lately() -> None:
    function = aipy.compile(steps)
    rows = [(i, i * i % 97) for i in range(3)]

    def exits() -> int:
        return sum(version["exits"] for version in aipy.stats(function)["versions"])

    for odd in (False, True):
        for _ in range(2000):
            first = sum(function(rows, odd))
            assert first == sum(function(rows, odd))
        assert aipy.wait(PATIENCE)
    settled = 0
    for _ in range(20):
        before = exits()
        for _ in range(10):
            sum(function(rows, True))
        assert aipy.wait(PATIENCE)
        settled = settled + 1 if exits() == before else 0
    assert settled >= 5
