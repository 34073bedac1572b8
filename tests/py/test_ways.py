"""Every program of `programs/`, run every way, does what it does under CPython."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import ways

Outcome = Callable[[Path], dict[str, ways.Result]]
each_program = pytest.mark.parametrize("program", ways.PROGRAMS, ids=lambda program: program.stem)


@pytest.fixture(scope="module")
def outcome() -> Iterator[Outcome]:
    """Results of a program by way; as many run ahead of the tests as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {program: pool.submit(ways.run_once, program) for program in ways.PROGRAMS}
        yield lambda program: running[program].result()
        pool.shutdown(cancel_futures=True)


@each_program
def test_same_as_cpython(program: Path, outcome: Outcome) -> None:
    results = outcome(program)
    expected = results["cpython"]
    assert not expected.crash, expected.crash
    found = [text for result in results.values() for text in ways.differences(expected, result)]
    assert not found, "\n".join(found[:20])


def test_every_row_that_may_leave_is_left(outcome: Outcome) -> None:
    """A row of ops.def that no test ever leaves native code at is untested."""
    counts: dict[str, int] = {}
    for program in ways.PROGRAMS:
        for result in outcome(program).values():
            for row, count in result.exits.items():
                counts[row] = counts.get(row, 0) + count
    assert counts, "no version was compiled"
    never = sorted(row for row, count in counts.items() if count == 0)
    assert not never, f"rows never left from native code: {', '.join(never)}"


@pytest.mark.exhaustive
@each_program
def test_each_guard_may_fail(program: Path) -> None:
    found = ways.check(program, "each guard")
    assert not found, "\n".join(found[:20])
