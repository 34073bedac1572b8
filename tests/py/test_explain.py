"""`aipy.explain` and `aipy.stats`: every line, the reason, the next step."""

from __future__ import annotations

import sys
import types
from typing import Any

import aipy
import pytest


def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


def counted(n):
    for i in range(n):
        if i % 3:
            yield i


def printed(n):
    for i in range(n):
        print(end="")
        yield i


def loops(n):
    total = sum(i * i for i in range(n)) + max(i + 1 for i in range(n))
    for i in counted(n):
        total += i
    for i in printed(n):
        total += i
    return total


def untouched(n):
    return n + 1


def still_unsupported(n):
    breakpoint()  # noqa: T100
    return n


class Thing:
    def one(self):
        return 1

    def two(self):
        return 2


def copy_of(function: Any) -> Any:
    return types.FunctionType(function.__code__, function.__globals__, function.__name__)


def test_text_has_name_place_lines_and_next_step() -> None:
    function = aipy.compile(copy_of(loop), mode="always")
    for _ in range(3):
        function(1000)
    text = str(aipy.explain(function))
    assert text.startswith("loop (")
    assert f"{__file__}:{loop.__code__.co_firstlineno}" in text
    assert "next:" in text
    assert "versions:" in text
    assert repr(aipy.explain(function)) == text


def test_facts_are_there_as_data() -> None:
    function = aipy.compile(copy_of(loop), mode="always")
    function(1000)
    (facts,) = aipy.explain(function).functions
    assert facts["name"] == "loop"
    assert facts["reason"] == ""
    assert facts["versions"]
    first, last = loop.__code__.co_firstlineno, loop.__code__.co_firstlineno + 4
    assert all(first <= row["line"] <= last for row in facts["lines"])


def test_a_function_never_given_to_aipy() -> None:
    assert "aipy.compile" in str(aipy.explain(untouched))


def test_classes_and_modules_tell_all_their_functions() -> None:
    aipy.compile(Thing)
    text = str(aipy.explain(Thing))
    assert "Thing.one" in text
    assert "Thing.two" in text
    assert set(aipy.stats(Thing)) == {"Thing.one", "Thing.two"}
    assert "loop (" in str(aipy.explain(sys.modules[__name__]))
    assert "no Python function" in str(aipy.explain(types.ModuleType("empty")))


def test_a_reason_has_a_name_a_line_and_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "breakpointhook", lambda: None)
    aipy.compile(still_unsupported, mode="always")
    still_unsupported(1)
    (facts,) = aipy.explain(still_unsupported).functions
    assert facts["reason_text"]
    assert f"reason: {facts['reason']}" in str(aipy.explain(still_unsupported))
    assert "stays with CPython" in str(aipy.explain(still_unsupported))


def test_stats_count() -> None:
    function = aipy.compile(copy_of(loop), mode="always")
    for _ in range(10):
        function(100)
    counts = aipy.stats(function)
    assert counts["versions"]
    for version in counts["versions"]:
        assert version["compile_ms"] >= 0
        assert version["native_bytes"] > 0
        assert version["guards"] >= 0
    assert counts["native_calls"] >= 9


@pytest.mark.parametrize("asked", [5, "text", None])
def test_asking_about_what_cannot_be_called(asked: Any) -> None:
    for ask in (aipy.explain, aipy.stats):
        with pytest.raises(TypeError, match="expected a function"):
            ask(asked)


@pytest.mark.skipif(
    sys.version_info < (3, 13), reason="generators die otherwise there: all are objects"
)
def test_loops_over_generators_tell_whose_body_is_part_of_them() -> None:
    aipy.compile(counted, mode="always")
    aipy.compile(printed, mode="always")
    function = aipy.compile(loops, mode="always")
    for _ in range(4):
        function(100)
    (facts,) = aipy.explain(function).functions
    first = loops.__code__.co_firstlineno
    notes = {
        row["line"] - first: [note for note in row["notes"] if note.startswith("goes through")]
        for row in facts["lines"]
    }
    part = ["goes through no generator: its body is part of the loop"]
    assert notes.keys() == {1, 2, 4}
    assert (notes[1], notes[2]) == (part, part)
    (refused,) = notes[4]
    assert refused.startswith("goes through an object: line ")
    assert "of printed may run any code" in refused
