"""A thousand generated programs do, every way, what they do under CPython."""

from __future__ import annotations

import ast

import fuzz
import generate
import pytest
import shrink


def test_programs_are_made_from_their_seed_alone() -> None:
    sources = [generate.generate(seed) for seed in range(50)]
    assert sources == [generate.generate(seed) for seed in range(50)]
    assert len(set(sources)) == 50
    for source in sources:
        ast.parse(source)


def test_cpython_agrees_with_itself() -> None:
    assert fuzz.search(100, first_seed=10_000, chosen=("cpython",)) == []


def test_programs_mostly_succeed_and_sometimes_raise() -> None:
    sources = [generate.generate(seed) for seed in range(125)]
    for construct in (
        "for ",
        "while ",
        "try:",
        "yield",
        "except ",
        "break",
        "+=",
        "[",
        "{",
        "print",
        "@classmethod",
    ):
        assert sum(construct in source for source in sources) > 5, construct


@pytest.mark.parametrize(
    ("first", "count", "way"),
    [
        (0, 200, "interpreter"),
        (200, 400, "compiled"),
        (600, 200, "at random"),
        (800, 200, "every guard"),
    ],
)
def test_generated_programs(first: int, count: int, way: str) -> None:
    """A thousand in all."""
    found = fuzz.search(count, first, (way,))
    assert not found, "\n\n".join(map(str, found))


@pytest.mark.exhaustive
@pytest.mark.parametrize("batch", range(5))
def test_generated_programs_all_ways(batch: int) -> None:
    found = fuzz.search(200, 2000 + batch * 200)
    assert not found, "\n\n".join(map(str, found))


@pytest.mark.exhaustive
def test_generated_programs_optimised() -> None:
    found = fuzz.search(60, 1000, ("compiled",), opt_level="2")
    assert not found, "\n\n".join(map(str, found))


def test_shrinking_keeps_the_difference_and_drops_the_rest() -> None:
    source = (
        "def f(a):\n    x = 1\n    for i in range(3):\n        if a:\n"
        "            x = x + wanted(a * 2)\n        else:\n            x = 5\n"
        "    print(x)\n    return x\n\nCASES = [(f, 1), (f, 2)]\n"
    )
    tried: list[str] = []

    def differs(text: str) -> bool:
        tried.append(text)
        return "wanted(" in text

    small = shrink.shrink(source, differs)
    assert "wanted(" in small
    assert len(small) < 60
    assert len(tried) <= 200
    assert shrink.shrink(source, lambda text: False) == source
