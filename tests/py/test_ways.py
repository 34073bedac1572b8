"""Every program of `programs/`, run every way, does what it does under CPython."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import ways

Outcome = Callable[[Path], dict[str, ways.Result]]
EachGuard = Callable[[Path], tuple[ways.Result, ...]]
each_program = pytest.mark.parametrize("program", ways.PROGRAMS, ids=lambda program: program.stem)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """As many programs run ahead of the tests as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield threads
        threads.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def outcome(pool: ThreadPoolExecutor) -> Outcome:
    """Results of a program by way."""
    running = {program: pool.submit(ways.run_once, program) for program in ways.PROGRAMS}
    return lambda program: running[program].result()


@pytest.fixture(scope="module")
def each_guard(pool: ThreadPoolExecutor) -> EachGuard:
    """Results of a program with one guard after another failing."""
    running = {p: pool.submit(ways.run, p, "each guard") for p in ways.PROGRAMS}
    return lambda program: running[program].result()


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


@each_program
def test_each_guard_may_fail(program: Path, outcome: Outcome, each_guard: EachGuard) -> None:
    expected = outcome(program)["cpython"]
    results = each_guard(program)
    found = [text for result in results for text in ways.differences(expected, result)]
    assert not found, "\n".join(found[:20])
