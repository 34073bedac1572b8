"""Every program of `programs/`, run every way, does what it does under CPython."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import ways

Outcome = Callable[[Path], dict[str, ways.Result]]
EachGuard = Callable[[Path], list[str]]
each_program = pytest.mark.parametrize("program", ways.PROGRAMS, ids=lambda program: program.stem)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """As many programs run ahead of the tests as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        yield threads
        threads.shutdown(cancel_futures=True)


def ahead(
    pool: ThreadPoolExecutor, request: pytest.FixtureRequest, run: Callable[[Path], Any]
) -> Callable[[Path], Any]:
    """`run`, begun already for the programs of the tests that were selected."""
    calls = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    selected = dict.fromkeys(call.params["program"] for call in calls if "program" in call.params)
    running = {program: pool.submit(run, program) for program in selected}
    return lambda program: running[program].result() if program in running else run(program)


@pytest.fixture(scope="module")
def outcome(pool: ThreadPoolExecutor, request: pytest.FixtureRequest) -> Outcome:
    """Results of a program by way."""
    return ahead(pool, request, ways.run_once)


@pytest.fixture(scope="module")
def each_guard(
    pool: ThreadPoolExecutor, request: pytest.FixtureRequest, outcome: Outcome
) -> EachGuard:
    """Differences of a program with one guard after another failing; the results are many."""

    def differences(program: Path) -> list[str]:
        expected = outcome(program)["cpython"]
        results = ways.run(program, "each guard")
        return [text for result in results for text in ways.differences(expected, result)]

    return ahead(pool, request, differences)


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
def test_each_guard_may_fail(program: Path, each_guard: EachGuard) -> None:
    found = each_guard(program)
    assert not found, "\n".join(found[:20])
